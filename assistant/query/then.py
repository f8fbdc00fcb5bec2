"""Whether a year that opens a question is the time it is asked of (2022年某市…每月发多少), or one that a plan sets figures for.

A year by itself may be either. What tells them apart is the notices of the place (and of what it lies in, the country apart):
one that was a rule at the end of that year and is none any more can only be asked of as of then, unless any of them speaks of
the year itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.query.values import years_of
from corpus.inforce import standing
from corpus.regions import is_within
from corpus.types import Notice


def ruled_then(year: date | None, today: date, places: Sequence[str], notices: Sequence[Notice]) -> bool:
    """Whether ``year`` (its last day) is when a question about the one place is asked of.

    Args:
        today: the day it would be asked of otherwise.
    """
    if year is None or len(places) != 1:
        return False
    own = [n for n in notices if n.region and is_within(places[0], n.region)]
    ended = any(standing(n, year, notices).holds and not standing(n, today, notices).holds for n in own)
    return ended and not any(_speaks_of(n, year.year) for n in own)


def _speaks_of(notice: Notice, year: int) -> bool:
    """Whether the year lies in the time a notice plans for, or stands in an item of it."""
    first, last = notice.horizon or (0, -1)
    items = (a for a in notice.articles if a.kind == "item")
    return first <= year <= last or any(year in years_of(notice.quote(a.span)) for a in items)
