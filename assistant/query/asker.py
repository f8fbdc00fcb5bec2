"""Who asks, as the words say it (问的是谁): the grade and sort of the hospital, an age, whether a list of places is meant.

It stands alone because clauses are held against it (:mod:`assistant.answering.reach`, :mod:`assistant.answering.measured`)
and must not see the words. The trap: what is not said is None or empty, never the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from re import Match

from corpus.grammar import form

GRADE, _PRIMARY, _AGE, _LIST = (
    form("grade.asker"),
    form("grade.asker_primary"),
    form("asker.age"),
    form("ask.own_in_list"),
)
_FULL, _LESSER = 0.5, 0.2
"""What 甲等 and 乙等 add to a grade; a grade alone is taken for its better half."""
_OLDEST = 120
SORTS = {
    "private": form("hospital.private"),
    "general": form("hospital.general"),
    "specialist": form("hospital.specialist"),
    "chinese_medicine": form("hospital.chinese_medicine"),
    "county": form("hospital.county_asker"),
}
"""How each sort of hospital is said."""


@dataclass(frozen=True, slots=True)
class Asker:
    """``grade``: 三乙 is 3.2, 三甲 and 三级 3.5, 一级 and the grassroots 1. ``sorts`` are keys of :data:`SORTS`. ``age`` in years.

    ``of_list``: a list of places is asked about (试点有没有我们).
    """

    grade: float | None = None
    sorts: frozenset[str] = frozenset()
    age: int | None = None
    of_list: bool = False


def asker_of(words: str) -> Asker:
    """What ``words`` say of who asks.

    >>> asker_of("我们是民营的二甲医院").grade, sorted(asker_of("我们是民营的二甲医院").sorts)
    (2.5, ['private'])
    >>> asker_of("我62岁了").age, asker_of("60岁以上").age
    (62, None)
    """
    grade = max(map(_graded, GRADE.finditer(words)), default=1.0 if _PRIMARY.search(words) else None)
    said = _AGE.search(words)
    age = int(said["n"]) if said is not None and int(said["n"]) <= _OLDEST else None
    sorts = frozenset(name for name, said_so in SORTS.items() if said_so.search(words))
    return Asker(grade, sorts, age, bool(_LIST.search(words)))


def _graded(mention: Match[str]) -> float:
    number, letter = "一二三".index(mention["n"]) + 1, mention["class"] or mention["short"]
    return number + (0.0 if number == 1 else _LESSER if letter == "乙" else _FULL)
