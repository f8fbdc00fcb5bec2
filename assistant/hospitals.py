"""Kinds of hospital (机构类型) and what a notice says of them: addressed to that kind, to another, or to all alike.

The subject of a notice is read from its title and addressees; what it says of a kind elsewhere, from its items. Stands
apart from the verdict on place and date because it can only narrow that one. The trap: kinds overlap (a county
hospital of Chinese medicine is mostly public), so only pairs that exclude each other make a notice not bind; for the
others the condition is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import ScopeError
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
_GRADED = r"(?:甲等|以上)?(?:公立)?(?:综合|中医|专科)*(?:医院|医疗机构|医疗卫生机构)"
_WORDS = {
    HospitalKind.PUBLIC: re.compile(r"(?<!非)公立(?:综合|中医|专科)*(?:医院|医疗机构|医疗卫生机构)"),
    HospitalKind.PRIVATE: re.compile(
        r"社会办(?:医|中医|非营利|营利|的?医疗)|(?<!公建)民营|民办医|私立|非公立|社会(?:力量|资本)\S{0,6}(?:办医|举办|兴办|医疗)"
    ),
    HospitalKind.CHINESE_MEDICINE: re.compile(r"中医(?:医院|医疗机构|院|院所)|中西医结合医院|民族医医院|中医医疗"),
    HospitalKind.COUNTY: re.compile(
        r"县(?:[（(][^）)]{1,6}[）)])?级?(?:公立|人民|综合|中)*医?(?:医院|医疗机构|医疗卫生机构)"
    ),
    HospitalKind.PRIMARY: re.compile(
        r"基层医疗(?:卫生)?机构|(?:乡镇|中心)卫生院|社区卫生服务|村卫生[室站]|卫生室|诊所"
    ),
    HospitalKind.SECONDARY: re.compile(rf"二级(?:及|和|或)?(?:以上){_GRADED}|二级{_GRADED}"),
    HospitalKind.TERTIARY: re.compile(rf"三级{_GRADED}|三甲"),
    HospitalKind.SPECIALIST: re.compile(r"专科医院|(?:儿童|肿瘤|口腔|眼科|传染病|胸科|康复|精神病?|精神专科)医院"),
    HospitalKind.MATERNAL: re.compile(r"妇幼保健|妇幼健康服务机构"),
}
_URBAN = re.compile(r"城市公立医院")
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
_ALIASES = re.compile(r"医院|医疗机构|机构|类|（[^）]*）|\([^)]*\)|\s")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a notice says of a kind of hospital. ``excludes``: it is addressed to another kind; ``note`` is the clause of
    the reason; ``spans`` are the sentences that name the kind, the first of each item."""

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
        if _WORDS[kind].search(wanted) or (len(bare) >= 2 and bare in _ALIASES.sub("", NAMES[kind])):
            return kind
    raise ScopeError(f"没有“{text}”这种机构类型，可用的有：{'、'.join(NAMES.values())}")


def meant_kinds(kinds: Sequence[HospitalKind], question: str) -> tuple[HospitalKind, ...]:
    """What the asker is, where the question does not speak of another: a kind it names takes the place of one it excludes.

    >>> meant_kinds((HospitalKind.PUBLIC, HospitalKind.TERTIARY), "民营医院要交吗")
    (<HospitalKind.TERTIARY: 'tertiary'>, <HospitalKind.PRIVATE: 'private'>)
    """
    if not kinds:
        return ()
    named = [kind for kind in HospitalKind if _WORDS[kind].search(question)]
    kept = [kind for kind in kinds if not any(frozenset((kind, one)) in _APART for one in named)]
    return tuple(dict.fromkeys((*kept, *named)))


def subject_of(notice: Notice) -> tuple[HospitalKind, ...]:
    """The kinds of hospital the notice is addressed to by its title and addressees; empty where to all alike."""
    named = tuple(kind for kind in HospitalKind if _WORDS[kind].search(notice.title))
    if named:
        return named
    # "各县政府，市直各医院" addresses everybody: only a list that names nothing but hospitals narrows
    kinds = [tuple(kind for kind in HospitalKind if _WORDS[kind].search(one)) for one in notice.addressees]
    return tuple(dict.fromkeys(kind for found in kinds for kind in found)) if kinds and all(kinds) else ()


def reach(notice: Notice, kind: HospitalKind) -> Reach:
    """What ``notice`` says of ``kind``: whether it is addressed to others, and where it names the kind."""
    asked = NAMES[kind]
    places = tuple({notice.article_at(span.start).ordinal: span for span in reversed(_mentions(notice, kind))}.values())
    places = tuple(sorted(places, key=lambda span: span.start))
    items = len(places)
    subject = subject_of(notice)
    apart = [one for one in subject if frozenset((one, kind)) in _APART]
    urban = kind in (HospitalKind.COUNTY, HospitalKind.PRIMARY) and _URBAN.search(notice.title)
    if apart or urban:
        whom = "城市公立医院" if urban else "、".join(NAMES[one] for one in apart)
        if not items:
            return Reach(True, f"文件只针对{whom}，没有写到{asked}")
        return Reach(True, f"文件针对{whom}，{asked}只与其中写到它的{items}条有关", places)
    others = [one for one in subject if one is not kind and not _covers(one, kind)]
    if others:
        return Reach(False, f"文件针对{'、'.join(NAMES[one] for one in others)}，{asked}同时属于此类的才适用", places)
    if subject:
        return Reach(False, f"文件针对的就是{asked}" if kind in subject else "", places)
    told = f"其中{items}条直接写到{asked}" if items else f"没有专门写到{asked}"
    return Reach(False, told, places)


def _covers(subject: HospitalKind, kind: HospitalKind) -> bool:
    return subject is HospitalKind.SECONDARY and kind is HospitalKind.TERTIARY


def _mentions(notice: Notice, kind: HospitalKind) -> list[Span]:
    """Sentences of numbered items that name the kind, in order."""
    return [
        sentence
        for article in notice.articles
        if article.kind == "item" and _WORDS[kind].search(article.span.of(notice.text))
        for sentence in sentence_spans(notice.text, article.span)
        if _WORDS[kind].search(sentence.of(notice.text))
    ]
