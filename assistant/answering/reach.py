"""Whom a clause is about (条款的对象): a rule for 三甲医院 says nothing to a 二级医院, a list of pilot places nothing to others.

Only what the clause itself names is held against what the asker says of the hospital; where either is open, nothing is
concluded. The trap: 二级以上 covers 三级, and a clause that names both kinds is about both.
"""

from __future__ import annotations

from collections.abc import Sequence
from re import Match

from assistant.answering.draft import Statement, Support
from assistant.query.asker import SORTS, Asker
from assistant.retrieval.selection import Pick
from corpus.grammar import form
from corpus.regions import display, gazetteer, is_within, parts_of

_WRITTEN, _WRITTEN_PRIMARY = form("grade.clause"), form("grade.clause_primary")
_FULL = 0.5
"""What 甲等 adds to a grade (see :class:`assistant.query.asker.Asker`)."""
_GRADE_NAMES = {3.5: "三级医院", 3.2: "三级乙等医院", 2.5: "二级医院", 2.2: "二级乙等医院", 1.0: "一级医院或基层机构"}
_KINDS = (
    ("private", form("hospital.public"), "公立医院", "社会办医疗机构"),
    ("general", SORTS["chinese_medicine"], "中医医院", "综合医院"),
    ("specialist", SORTS["general"], "综合医院", "专科医院"),
    ("chinese_medicine", SORTS["general"], "综合医院", "中医医院"),
    ("county", form("hospital.urban_public"), "城市公立医院", "县级医院"),
)
"""The asker's sort, how a clause says the other one, and both names."""
_PROVINCES = 3
"""Provinces named in one clause from which it lists them."""
_ALL = form("hospital.all")
_LISTS_PLACES, _MODEL = form("clause.lists_places"), form("clause.model_place")


def outside(asker: Asker, place: str | None, picks: Sequence[Pick]) -> Statement | None:
    """The sentence that says the clause is not about the asker, cited; None where that cannot be told. Of the best clause, else
    of one beside it that answers too and leaves the asker's sort of hospital out (二级及以上…可以): where the best clause
    names that sort itself, it is about the asker, whatever stands beside it."""
    best = picks[0].notice.quote(picks[0].span) if picks else ""
    if names_kind(asker, best) and other_kind(asker, best) is None:
        return None
    found = ((pick, told) for pick in picks if (told := other_kind(asker, pick.notice.quote(pick.span))))
    pick, told = next(found, (None, None))
    if told is None:
        by_place = picks if asker.of_list else picks[:1]
        found = ((pick, told) for pick in by_place if (told := _place(asker, place, pick.notice.quote(pick.span))))
        pick, told = next(found, (None, None))
    if pick is None or told is None:
        return None
    about, own = told
    text = f"不适用：该条写的是{about}，没有写到{own}。"
    return Statement(text, (Support(pick.notice.id, pick.span),), given=text)


def listed(asker: Asker, place: str | None, picks: Sequence[Pick]) -> Statement | None:
    """That the best clause names the asker's place, where it is asked whether it is on a list; None where it does not."""
    if not asker.of_list or place is None or not picks:
        return None
    pick = picks[0]
    found = gazetteer().find(pick.notice.quote(pick.span), prefer=[place])
    deeper = place != pick.notice.region and is_within(place, pick.notice.region)  # its own place is on no list of it
    if not deeper or not any(m.path == place for m in found):
        return None
    text = f"有，条文写到{parts_of(place)[-1]}。"
    return Statement(text, (Support(pick.notice.id, pick.span),), given=text)


def other_kind(asker: Asker, clause: str) -> tuple[str, str] | None:
    """Whom ``clause`` is about and what the asker is, where the clause leaves the asker's sort of hospital out."""
    return _grade(asker, clause) or _kind(asker, clause)


def names_kind(asker: Asker, clause: str) -> bool:
    """Whether ``clause`` names the grade or the sort of hospital the asker says."""
    if asker.grade is not None and int(asker.grade) in {int(_written(m)) for m in _WRITTEN.finditer(clause)}:
        return True
    if asker.grade == 1.0 and _WRITTEN_PRIMARY.search(clause):
        return True
    return any(sort in asker.sorts and SORTS[sort].search(clause) for sort, *_ in _KINDS)


def _grade(asker: Asker, clause: str) -> tuple[str, str] | None:
    own = asker.grade
    primary = _WRITTEN_PRIMARY.search(clause)
    named = min(_WRITTEN.finditer(clause), key=_written, default=primary)
    if own is None or named is None or primary or own >= _written(named) or _ALL.search(clause):
        return None
    return named.group(), _GRADE_NAMES[own]


def _written(mention: Match[str]) -> float:
    """The least grade a clause names: 三级甲等 is 3.5, 二级以上 2."""
    if mention["best"]:
        return 3 + _FULL
    return "一二三".index(mention["n"]) + 1.0


def _kind(asker: Asker, clause: str) -> tuple[str, str] | None:
    for sort, about, about_name, own_name in _KINDS:
        if sort not in asker.sorts or SORTS[sort].search(clause) or _ALL.search(clause):
            continue
        if about.search(clause):
            return about_name, own_name
    return None


def _place(asker: Asker, place: str | None, clause: str) -> tuple[str, str] | None:
    """A clause that lists places of the asker's own level, none of them the asker's: cities or counties of its province, or, where
    a list is asked about, provinces."""
    if place is None or not (asker.of_list or _LISTS_PLACES.search(clause)):
        return None
    found = gazetteer().find(clause, prefer=[place])
    listed = list(dict.fromkeys(m.path for m in found if not _MODEL.search(clause[: m.span.start])))
    provinces = [p for p in listed if len(parts_of(p)) == 1]
    if asker.of_list and len(provinces) >= _PROVINCES and len(provinces) == len(listed):
        own = parts_of(place)[0]
        return None if own in provinces else ("、".join(map(display, provinces)), display(own))
    depth = min(len(parts_of(place)), 3)
    siblings = [p for p in listed if len(parts_of(p)) >= 2 and parts_of(p)[0] == parts_of(place)[0]]
    if not siblings or depth < 2 or any(is_within(place, p) or is_within(p, place) for p in siblings):
        return None
    names = "、".join(parts_of(p)[-1] for p in siblings)
    return names, display("/".join(parts_of(place)[-1:]))
