"""Who asks, as the words say it (问的是谁): the grade and sort of the hospital, an age, whether a list of places is meant.

It stands alone because clauses are held against it (:mod:`assistant.answering.reach`, :mod:`assistant.answering.measured`)
and must not see the words. The trap: what is not said is None or empty, never the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from re import Match

from corpus.facts import Figure, facts_of, is_year
from corpus.grammar import form
from corpus.wording import wording
from corpus.wordlists import units

GRADE, _PRIMARY, _AGE, _LIST = (
    form("grade.asker"),
    form("grade.asker_primary"),
    form("asker.age"),
    form("ask.own_in_list"),
)
_FULL, _LESSER = 0.5, 0.2
"""What 甲等 and 乙等 add to a grade; a grade alone is taken for its better half."""
_OLDEST, _NEAR = 120, 3
"""Years of age at most; and characters between 我们 and a grade that is its own (三级要不要配，我们是二甲)."""
_GIVEN, _YUAN = units("given"), "块"
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
    >>> asker_of("三级医院要不要配总会计师 我们是二甲要不要").grade
    2.5
    >>> asker_of("我62岁了").age, asker_of("60岁以上").age
    (62, None)
    """
    said_grades = list(GRADE.finditer(words))
    ours = [one for one in said_grades if any(0 <= one.start() - w.end <= _NEAR for w in wording("ours").each(words))]
    grade = max(map(_graded, ours or said_grades), default=1.0 if _PRIMARY.search(words) else None)
    said = _AGE.search(words)
    age = int(said["n"]) if said is not None and int(said["n"]) <= _OLDEST else None
    sorts = frozenset(name for name, said_so in SORTS.items() if said_so.search(words))
    return Asker(grade, sorts, age, bool(_LIST.search(words)))


def figures_of(words: str) -> tuple[tuple[str, Figure], ...]:
    """The figures that ``words`` give of a case, each as said: those with a bound beside them (超过10%行不行) ask about the bound
    itself, and grades, ages, years and numbers of articles are no such figures. Two of one unit are none: which one is meant
    does not show.

    >>> [(said, f.canonical, f.unit) for said, f in figures_of("我们60岁以上占18%，80张床，要赔八千块")]
    [('18%', '18%', ''), ('80张', '80', '张'), ('八千块', '8000', '元')]
    >>> figures_of("超过10%行不行"), figures_of("二级医院2020年第3条")
    ((), ())
    """
    facts = facts_of(words)
    bounds = [w.span for w in facts.of("bound")]
    behind = {w.span: one for one in facts.figures for w in facts.bounds_behind(one)}
    found: list[tuple[str, Figure]] = []
    for one in facts.figures:
        if one.unit in _GIVEN or (one.unit in ("", "年") and is_year(one.canonical)):
            continue
        if one in behind.values() or any(0 <= one.span.start - b.end <= 1 for b in bounds if b not in behind):
            continue
        end = one.span.end
        if not one.unit and facts.text[end : end + 1] == _YUAN:
            one, end = replace(one, unit="元"), end + 1
        elif one.unit and facts.text.startswith(one.unit, end):
            end += len(one.unit)
        found.append((facts.text[one.span.start : end], one))
    measures = [(one.unit, one.canonical[-1:] == "%") for _, one in found]
    return tuple(pair for pair, measure in zip(found, measures, strict=True) if measures.count(measure) == 1)


def _graded(mention: Match[str]) -> float:
    number, letter = "一二三".index(mention["n"]) + 1, mention["class"] or mention["short"]
    return number + (0.0 if number == 1 else _LESSER if letter == "乙" else _FULL)
