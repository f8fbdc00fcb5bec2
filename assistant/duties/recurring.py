"""Times without a date (周期与办理期限): what comes again (每年3月底前, 每半年), what runs from an event (收到申请之日起5日内) and what
is due before one (派出前2周).

Apart from :mod:`assistant.duties.targets`, which finds dates. A recurring time may say its days (每年3月底前), and then a
calendar can repeat it; a frequency (每半年) and a term from an event name none, and none is made up. The trap: the same words
state rates (每人每月200元), looking back (近3年内) and conditions (30日内未提出的), which are no times for a duty.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from re import Match

from corpus.grammar import form
from corpus.numerals import find_values, whole_number
from corpus.text import clause_spans
from corpus.types import Span
from corpus.wordlists import units

_RECURRING = form("term.recurring")
_FREQUENCY = form("term.frequency")
_RATE = form("term.a_rate")
_WITHIN_DAYS = form("term.within_days")
_BEFORE_EVENT = form("term.before_event")
_STARTS_FROM = form("term.starts_from")
_LOOKS_BACK = form("term.no_duty_of")
_CONDITION = form("term.a_condition")
_MONEY = units("money")
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Recurring:
    """Days that come again: the ``day`` of each of ``months`` (1 to 12), its last one for 0."""

    months: tuple[int, ...]
    day: int = 0

    def in_month(self, year: int, month: int) -> date | None:
        """The day in that month; None where it has none.

        >>> str(Recurring((3,)).in_month(2024, 3)), Recurring((3,)).in_month(2024, 4)
        ('2024-03-31', None)
        """
        last = calendar.monthrange(year, month)[1]
        return date(year, month, self.day or last) if month in self.months and self.day <= last else None

    def next_from(self, day: date) -> date | None:
        """The first such day from ``day`` on.

        >>> str(Recurring((2, 8), 15).next_from(date(2024, 8, 16)))
        '2025-02-15'
        """
        ahead = ((day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1) for n in range(49))
        found = (self.in_month(*month) for month in ahead)
        return next((one for one in found if one and one >= day), None)


@dataclass(frozen=True, slots=True)
class Timing:
    """A time without a date at ``span`` of the text read; ``every`` where it names the days on which it comes again,
    ``yearly`` where it comes once a year: a month named after it is one of each year."""

    span: Span
    every: Recurring | None = None
    yearly: bool = False


def timings_in(text: str) -> Iterator[Timing]:
    """Times without a date in ``text``: those that name their days, then terms before and from an event, then frequencies; of two
    that overlap the one that comes first is meant (在每季度审批后5日内).

    >>> [t.span.of("每年3月底前清算，自受理之日起5日内核实") for t in timings_in("每年3月底前清算，自受理之日起5日内核实")]
    ['每年3月底前', '自受理之日起5日内']
    """
    for match in _RECURRING.finditer(text):
        yield Timing(Span(*match.span()), _days(match), yearly=match["yearly"] is not None)
    for match in _BEFORE_EVENT.finditer(text):
        if not _CONDITION.match(text, match.end()):
            yield Timing(Span(*match.span()))
    for match in _WITHIN_DAYS.finditer(text):
        if _LOOKS_BACK.search(text, 0, match.start()) or _CONDITION.match(text, match.end()):
            continue
        begins = _STARTS_FROM.search(text, 0, match.start())
        if match["u"] == "年" and begins is None:
            continue  # 三年内有所改善: how long, from nothing in particular
        start = begins.start(begins.lastgroup or 0) if begins else match.start()
        yield Timing(Span(start, match.end()))
    for match in _FREQUENCY.finditer(text):
        if not _RATE.search(text, 0, match.start()) and not _pays(text, match.start()):
            yield Timing(Span(*match.span()), yearly=match["yearly"] is not None)


def _pays(text: str, start: int) -> bool:
    """Whether the clause at ``start`` states money: then what is meant is a rate."""
    whole = Span(0, len(text))
    clause = next((c for c in clause_spans(text, whole) if c.start <= start < c.end), whole)
    return any(value.unit in _MONEY for value in find_values(clause.of(text)))


def _days(match: Match[str]) -> Recurring:
    """The days a recurring time names; the last of a span of months (4月至5月), of a quarter, half or whole year."""
    if match["monthly"]:
        return Recurring(tuple(range(1, 13)), _day(match["md"]))
    if match["quarterly"]:
        which = match["qm"] or "末"
        first = 1 if which == "首" else _QUARTER if which == "末" else whole_number(which.strip("第个")) or _QUARTER
        return Recurring(tuple(range(first, 13, _QUARTER)), _day(match["qd"]))
    if match["m"]:
        last, day = (match["m2"], match["d2"]) if match["m2"] else (match["m"], match["d"])
        return Recurring((whole_number(last),), _day(day))
    if match["q"]:
        return Recurring((_QUARTER * whole_number(match["q"]),))
    if match["half"]:
        return Recurring((6 if match["half"] == "上" else 12,))
    return Recurring((12,)) if match["end"] else Recurring((1,))


def _day(written: str | None) -> int:
    """The day of a month; 0, its last one, where none is written."""
    return whole_number(written) if written else 0
