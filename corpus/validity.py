"""The years a notice plans for (规划期), from its title or the targets it sets.

It stands alone because a plan that has run out is no longer the measure, though nothing repealed it. The trap: a standing
rule (办法, 条例) names years too and plans for none.
"""

from __future__ import annotations

from datetime import date

from corpus.dates import find_periods
from corpus.grammar import form

_STANDING = form("plan.standing")
_TITLE_RANGE = form("plan.years")
_TITLE_YEAR = form("plan.year")
_TARGET, _GOES_ON = form("plan.target"), form("plan.goes_on")


def horizon_of(title: str, text: str, issued_on: date | None) -> tuple[tuple[int, int], float] | None:
    """First and last year the notice sets targets for; None for standing rules and where no year is set."""
    span = _TITLE_RANGE.search(title)
    if span is not None and int(span["a"]) <= int(span["b"]):
        return (int(span["a"]), int(span["b"])), 0.95
    single = _TITLE_YEAR.search(title)
    if single is not None:
        return (int(single["y"]), int(single["y"])), 0.9
    plans = [p for p in find_periods(title) if "五" in p.text]
    if plans:
        return (plans[0].start.year, plans[0].end.year), 0.9
    if _STANDING.search(title) or issued_on is None or _GOES_ON.search(text):
        return None
    years = [int(m["y"]) for m in _TARGET.finditer(text)]
    ahead = [year for year in years if issued_on.year <= year <= issued_on.year + 20]
    return ((issued_on.year, max(ahead)), 0.7) if ahead else None
