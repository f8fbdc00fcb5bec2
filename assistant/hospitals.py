"""Kinds of hospital (机构类型) and what a notice says of them: addressed to that kind, to another, or to all alike.

The subject of a notice is read from its title and addressees; what it says of a kind elsewhere, from its items. Stands
apart from the verdict on place and date because it can only narrow that one. The trap: kinds overlap (a county
hospital of Chinese medicine is mostly public), so only pairs that exclude each other make a notice not bind; for the
others the condition is said. A grade is written with those above it (二级及以上): who is above is named with it. Nothing found is
said as that (未见), for words may name a kind in a way the grammar does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import ScopeError
from corpus.grammar import form
from corpus.text import sentence_spans
from corpus.types import Notice, Span


class HospitalKind(StrEnum):
    """What a visitor says the hospital is."""

    PUBLIC = "public"
    PRIVATE = "private"
    CHINESE_MEDICINE = "chinese_medicine"
    COUNTY = "county"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    SPECIALIST = "specialist"
    MATERNAL = "maternal"


NAMES = {
    HospitalKind.PUBLIC: "公立医院",
    HospitalKind.PRIVATE: "社会办（民营）医院",
    HospitalKind.CHINESE_MEDICINE: "中医医院",
    HospitalKind.COUNTY: "县级医院",
    HospitalKind.PRIMARY: "基层医疗卫生机构",
    HospitalKind.SECONDARY: "二级以上医院",
    HospitalKind.TERTIARY: "三级医院",
    HospitalKind.SPECIALIST: "专科医院",
    HospitalKind.MATERNAL: "妇幼保健机构",
}
_WORDS = {
    HospitalKind.PUBLIC: form("hospital.public"),
    HospitalKind.PRIVATE: form("hospital.private"),
    HospitalKind.CHINESE_MEDICINE: form("hospital.chinese_medicine"),
    HospitalKind.COUNTY: form("hospital.county"),
    HospitalKind.PRIMARY: form("hospital.primary"),
    HospitalKind.SECONDARY: form("hospital.secondary"),
    HospitalKind.TERTIARY: form("hospital.tertiary"),
    HospitalKind.SPECIALIST: form("hospital.specialist"),
    HospitalKind.MATERNAL: form("hospital.maternal"),
}
_WITH_LOWER = {
    HospitalKind.SECONDARY: (form("hospital.from_first"),),
    HospitalKind.TERTIARY: (form("hospital.from_second"), form("hospital.from_first")),
}
"""Grades written with those above them, which name the kind as well."""
_EVERY, _EVERY_HOSPITAL = form("hospital.every"), form("hospital.every_hospital")
_URBAN = form("hospital.urban_public")
_APART = frozenset(
    frozenset(pair)
    for pair in (
        (HospitalKind.PUBLIC, HospitalKind.PRIVATE),
        (HospitalKind.PUBLIC, HospitalKind.PRIMARY),
        (HospitalKind.COUNTY, HospitalKind.PRIMARY),
        (HospitalKind.SECONDARY, HospitalKind.PRIMARY),
        (HospitalKind.TERTIARY, HospitalKind.PRIMARY),
        (HospitalKind.CHINESE_MEDICINE, HospitalKind.MATERNAL),
    )
)
_ALIASES = form("hospital.noun")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a notice says of a kind of hospital. ``excludes``: it is addressed to another kind; ``note`` is the clause of
    the reason; ``spans`` are the sentences that name the kind, or else all hospitals alike, the first of each item."""

    excludes: bool
    note: str
    spans: tuple[Span, ...] = ()

    @property
    def items(self) -> int:
        """How many items name the kind."""
        return len(self.spans)

    @property
    def span(self) -> Span | None:
        """The first sentence that does."""
        return self.spans[0] if self.spans else None


def names_kind(text: str, kind: HospitalKind) -> bool:
    """Whether ``text`` names that kind of hospital.

    >>> names_kind("民营医院要交吗", HospitalKind.PRIVATE), names_kind("公建民营的养老院", HospitalKind.PRIVATE)
    (True, False)
    """
    return _WORDS[kind].search(text) is not None


def kind_of(text: str) -> HospitalKind:
    """The kind a visitor names: its value, its name or a word for it (民营, 社会办医院, 中医院, 乡镇卫生院).

    Raises:
        ScopeError: no such kind; the message lists them.
    """
    wanted = text.strip()
    if wanted in set(HospitalKind):
        return HospitalKind(wanted)
    bare = _ALIASES.sub("", wanted)
    for kind, name in NAMES.items():
        if wanted == name or (bare and bare == _ALIASES.sub("", name)):
            return kind
    # the narrower kinds first: 县级公立医院 is a county hospital
    for kind in sorted(HospitalKind, key=lambda kind: kind is HospitalKind.PUBLIC):
        if names_kind(wanted, kind) or (len(bare) >= 2 and bare in _ALIASES.sub("", NAMES[kind])):
            return kind
    raise ScopeError(f"没有“{text}”这种机构类型，可用的有：{'、'.join(NAMES.values())}")


def meant_kinds(kinds: Sequence[HospitalKind], question: str) -> tuple[HospitalKind, ...]:
    """What the asker is, where the question does not speak of another: a kind it names takes the place of one it excludes.

    >>> meant_kinds((HospitalKind.PUBLIC, HospitalKind.TERTIARY), "民营医院要交吗")
    (<HospitalKind.TERTIARY: 'tertiary'>, <HospitalKind.PRIVATE: 'private'>)
    """
    if not kinds:
        return ()
    named = [kind for kind in HospitalKind if names_kind(question, kind)]
    kept = [kind for kind in kinds if not any(frozenset((kind, one)) in _APART for one in named)]
    return tuple(dict.fromkeys((*kept, *named)))


def subject_of(notice: Notice) -> tuple[HospitalKind, ...]:
    """The kinds of hospital the notice is addressed to by its title and addressees; empty where to all alike."""
    named = tuple(kind for kind in HospitalKind if names_kind(notice.title, kind))
    if named:
        return named
    # "各县政府，市直各医院" addresses everybody: only a list that names nothing but hospitals narrows
    kinds = [tuple(kind for kind in HospitalKind if names_kind(one, kind)) for one in notice.addressees]
    return tuple(dict.fromkeys(kind for found in kinds for kind in found)) if kinds and all(kinds) else ()


def reach(notice: Notice, kind: HospitalKind, kinds: Sequence[HospitalKind] = ()) -> Reach:
    """What ``notice`` says of ``kind``: whether it is addressed to others, and where it names the kind.

    Args:
        kinds: everything the asker is; 二级以上公立医院 does not name a private one of that grade.
    """
    asked = NAMES[kind]
    others = [one for one in HospitalKind if any(frozenset((one, own)) in _APART for own in (*kinds, kind))]
    named = _first_of_items(notice, lambda text: _names(text, kind, others))
    every = () if named else _first_of_items(notice, lambda text: _names_all(text, kind))
    places = named or every
    items = len(places)
    subject = subject_of(notice)
    apart = [one for one in subject if frozenset((one, kind)) in _APART]
    urban = kind in (HospitalKind.COUNTY, HospitalKind.PRIMARY) and _URBAN.search(notice.title)
    if apart or urban:
        whom = "城市公立医院" if urban else "、".join(NAMES[one] for one in apart)
        if not items:
            return Reach(True, f"文件只针对{whom}，未见写到{asked}")
        return Reach(True, f"文件针对{whom}，{asked}只与其中写到它的{items}条有关", places)
    beside = [one for one in subject if one is not kind and not _covers(one, kind)]
    if beside:
        return Reach(False, f"文件针对{'、'.join(NAMES[one] for one in beside)}，{asked}同时属于此类的才适用", places)
    if subject:
        return Reach(False, f"文件针对的就是{asked}" if kind in subject else "", places)
    if named:
        return Reach(False, f"其中{items}条直接写到{asked}", places)
    if every:
        return Reach(False, f"其中{items}条写到所有医疗机构，{asked}也在内", places)
    if any(_names_all(one, kind) for one in notice.addressees):
        return Reach(False, f"主送所有医疗机构，{asked}也在内")
    return Reach(False, f"未见专门写到{asked}")


def _names(text: str, kind: HospitalKind, others: Sequence[HospitalKind] = ()) -> bool:
    """Whether ``text`` names the kind, or its grade with those below, in words that do not name one of ``others``."""
    found = (m for words in (_WORDS[kind], *_WITH_LOWER.get(kind, ())) for m in words.finditer(text))
    return any(not any(names_kind(m.group(), one) for one in others) for m in found)


def grades_meant(words: str) -> tuple[HospitalKind, ...]:
    """The grades of hospital that ``words`` name, those above with them where they say so (二级及以上医院).

    >>> grades_meant("二级及以上医院"), grades_meant("三甲医院"), grades_meant("公立医院")
    ((<HospitalKind.SECONDARY: 'secondary'>, <HospitalKind.TERTIARY: 'tertiary'>), (<HospitalKind.TERTIARY: 'tertiary'>,), ())
    """
    named = [one for one in (HospitalKind.SECONDARY, HospitalKind.TERTIARY) if names_kind(words, one)]
    return (HospitalKind.SECONDARY, HospitalKind.TERTIARY) if HospitalKind.SECONDARY in named else tuple(named)


def names_grade(text: str, grades: Sequence[HospitalKind]) -> bool:
    """Whether ``text`` names hospitals of one of ``grades``, or of its grade with those below."""
    return any(_names(text, grade) for grade in grades)


def _names_all(text: str, kind: HospitalKind) -> bool:
    """Whether ``text`` names all hospitals alike, ``kind`` among them."""
    if _EVERY.search(text):
        return True
    return kind is not HospitalKind.PRIMARY and _EVERY_HOSPITAL.search(text) is not None


def _covers(subject: HospitalKind, kind: HospitalKind) -> bool:
    return subject is HospitalKind.SECONDARY and kind is HospitalKind.TERTIARY


def _first_of_items(notice: Notice, speaks: Callable[[str], bool]) -> tuple[Span, ...]:
    """The first sentence of each numbered item that ``speaks``, in order."""
    first: dict[int, Span] = {}
    for article in notice.articles:
        if article.kind != "item" or not speaks(article.span.of(notice.text)):
            continue
        for sentence in sentence_spans(notice.text, article.span):
            if speaks(sentence.of(notice.text)):
                first.setdefault(article.ordinal, sentence)
    return tuple(sorted(first.values(), key=lambda span: span.start))
