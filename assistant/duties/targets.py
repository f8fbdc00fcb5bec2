"""Deadlines and figures a sentence sets (时限与指标), told from years and numbers that only name or describe.

A year is a deadline where the words make it one (到…年, …年底前, …期间) or where it opens a clause. Stands alone because
what is no deadline takes more rules than what is: years in document names, starting points (…年起), comparisons
(比…年), years over before the notice was issued. What comes again or runs from an event is a deadline without a date
(:mod:`assistant.duties.recurring`). The trap: a duration (三年内) has no date, so none is made up.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from re import Match

from assistant.duties.recurring import Recurring, timings_in
from corpus.dates import Period, find_periods
from corpus.grammar import form
from corpus.numerals import Value, find_values, whole_number
from corpus.text import clause_spans
from corpus.types import Span
from corpus.wordlists import units

_NAMES = form("term.names")
_TITLE = form("term.title")
_OPENS = form("term.opens")
_LEADS_IN = form("term.leads_in")
_UNTIL = form("term.until")
_POINTS_BACK = form("term.points_back")
_GOES_ON = form("term.goes_on")
_EXPIRY = form("term.expiry")
_MONTHS_ON = form("term.months_on")  # 2021年3月—6月: done by the end of it
_NO_DEADLINE = form("term.no_deadline")
_LABEL = form("term.label")
_WITHIN = form("term.within")
_TIME_WORD = form("term.time_word")
_THIS_YEAR = form("term.this_year")
_NAMED_YEAR = form("term.named_year")
_MONTH = form("term.month")
_QUARTER = form("term.quarter")
_AFTER_ISSUE = form("term.after_issue")
_PHASE = form("term.phase")
_BOUND = form("figure.bound")
_RANGE_WORD = form("figure.range")
_SOME = form("figure.some")
_QUOTED = form("figure.quoted")
_NOT_COUNTED = units("named")


@dataclass(frozen=True, slots=True)
class Deadline:
    """``day`` is the last day in time, None where the words give no date; ``text`` stands at ``span`` of the text read.
    ``every``: the days on which it comes again, where the words name them."""

    day: date | None
    text: str
    span: Span
    every: Recurring | None = None


def deadlines_in(
    text: str, issued: date | None = None, *, year: int | None = None, past: bool = False
) -> tuple[Deadline, ...]:
    """Deadlines ``text`` sets, in order of place.

    Args:
        issued: when the notice was issued; what is over by then is no deadline.
        year: the year that 年内 and 9月底前 mean where the sentence names none; the year of issue when None.
        past: take years over by then too (schedules list steps already taken).

    >>> [(str(d.day), d.text) for d in deadlines_in("到2025年底，建成80%；2022年起执行，比2020年下降")]
    [('2025-12-31', '到2025年底')]
    """
    masked = _masked(text)
    found: list[Deadline] = []
    named: list[tuple[int, int]] = []  # where a year is named, and which
    accepted: Span | None = None
    for period in find_periods(masked):
        named.append((period.span.start, period.end.year))
        listed = accepted is not None and masked[accepted.end : period.span.start].strip() in tuple("、和及与")
        if period.relative or not (listed or _sets(masked, period)):
            continue
        if issued and period.end < issued and not past:
            continue
        accepted = period.span
        reach = _UNTIL.search(masked, 0, period.span.start)
        tail = _WITHIN.match(masked, period.span.end) if period.text.endswith("年") else None
        span = Span(reach.start() if reach else period.span.start, tail.end() if tail else period.span.end)
        found.append(Deadline(period.end, text[span.start : span.end].strip(), span))

    def year_at(offset: int) -> int | None:
        before = [value for start, value in named if start < offset]
        return before[-1] if before else year or (issued.year if issued else None)

    timings = tuple(timings_in(masked))
    yearly = [timing.span.end for timing in timings if timing.yearly]

    def comes_again(offset: int) -> bool:
        """Whether a month at ``offset`` is one of each year: 每年2月底前自查，3月底前报送."""
        return any(end <= offset and not any(end <= start < offset for start, _ in named) for end in yearly)

    recurring = tuple(Deadline(None, timing.span.of(text).strip(), timing.span, timing.every) for timing in timings)
    for deadline in (*_relative(masked, issued, year_at, comes_again), *recurring):
        if not any(deadline.span.overlaps(f.span) for f in found):
            found.append(deadline)
    return tuple(sorted(found, key=lambda deadline: deadline.span))


def _masked(text: str) -> str:
    """``text`` with document names and asides blanked, same length."""
    return _NAMES.sub(_blank, text)


def _blank(match: Match[str]) -> str:
    return "＿" * len(match.group())


def _sets(text: str, period: Period) -> bool:
    """Whether the words around ``period`` make it a deadline."""
    before, after = text[: period.span.start], text[period.span.end :]
    if _NO_DEADLINE.match(after) or _EXPIRY.search(before) or period.text.endswith("规划"):
        return False
    if _POINTS_BACK.search(before) and not _LEADS_IN.search(before):
        return False
    if period.deadline or _MONTHS_ON.search(period.text) or _LEADS_IN.search(before) or _OPENS.search(before):
        return True
    return bool(_TIME_WORD.search(period.text) or _GOES_ON.match(after))


def _relative(
    text: str, issued: date | None, year_at: Callable[[int], int | None], comes_again: Callable[[int], bool]
) -> list[Deadline]:
    """年内, 今年, 9月底前, 三季度末, 印发后3个月内; no date where the year is unknown, the day was over at issue or it comes again."""
    found: list[Deadline] = []

    def add(span: Span, month: int, day: int = 0, *, later: int = 0) -> None:
        year = year_at(span.start)
        last = _day(year + later, month, day) if year else None
        found.append(Deadline(last if last and (not issued or last >= issued) else None, span.of(text), span))

    for match in _THIS_YEAR.finditer(text):
        add(Span(*match.span()), 12)
    for match in _NAMED_YEAR.finditer(text):
        add(Span(*match.span("y")), 12, later=int(match["y"] == "明年"))
    for match in _MONTH.finditer(text):
        if match["cycle"]:  # 每个周期第3年的3月底前 comes again
            found.append(Deadline(None, match.group(), Span(*match.span())))
            continue
        month, day = int(match["m"] or match["m2"]), int(match["d"] or 0)
        if comes_again(match.start()) and 1 <= month <= 12:
            found.append(Deadline(None, match.group(), Span(*match.span()), Recurring((month,), day)))
            continue
        add(Span(*match.span()), month, day)
    for match in _QUARTER.finditer(text):
        add(Span(*match.span()), 3 * ("一二三四".find(match["q"]) + 1 or int(match["q"])))
    for match in _AFTER_ISSUE.finditer(text):
        number = whole_number(match["n"])
        last = _later(issued, number, match["u"]) if issued and 0 < number < _LONGEST else None
        found.append(Deadline(last, match.group(), Span(*match.span())))
    return found


def _day(year: int, month: int, day: int) -> date | None:
    """That day, the last of the month for 0; None where there is none."""
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


_NEAR = 8  # characters behind a figure within which its unit stands
_LONGEST = 1000  # days, months or years; more is a slip


def _later(issued: date, number: int, unit: str) -> date:
    if unit in ("天", "日"):
        return issued + timedelta(days=number)
    months = issued.month - 1 + number * (12 if unit == "年" else 1)
    year, month = issued.year + months // 12, months % 12 + 1
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))


def pieces_of(
    text: str, content: Span, issued: date | None, *, year: int | None = None, past: bool = False
) -> Iterator[tuple[Span, Deadline | None]]:
    """The sentence at ``content`` of ``text`` cut so that each piece has its own deadline; pieces without one too.

    A piece begins after the last ；before its deadline, or at the deadline's own clause. Two deadlines in one clause
    share the piece, which is then given once for each.
    """
    found = [
        replace(d, span=Span(content.start + d.span.start, content.start + d.span.end))
        for d in deadlines_in(content.of(text), issued, year=year, past=past)
    ]
    clauses = clause_spans(text, content)
    cuts: list[int] = []
    taken = content.start
    for deadline in found:
        own = next((c for c in clauses if c.start <= deadline.span.start < c.end), content)
        if cuts and own.start < taken:
            cuts.append(cuts[-1])
            continue
        breaks = [c.start for c in clauses if max(taken, content.start + 1) <= c.start <= own.start]
        breaks = [start for start in breaks if text[start - 1] in "；;"]
        cuts.append(breaks[-1] if breaks else own.start if cuts else content.start)
        taken = own.end
    for start, end in pairwise(sorted({content.start, *cuts, content.end})):
        span = Span(start, start + len(text[start:end].rstrip()))
        due: list[Deadline | None] = [one for one, cut in zip(found, cuts, strict=True) if cut == start]
        for deadline_or_none in due or [None]:
            yield span, deadline_or_none


def phase_of(heading: str) -> Deadline | None:
    """The period a heading gives to all under it: ``（二）全面推进（2017年4月—2018年12月）``; spans index ``heading``."""
    masked = _TITLE.sub(_blank, heading)
    match = _PHASE.search(masked)
    if match is None:
        return None
    group = match.lastgroup or "inner"
    periods = find_periods(match[group])
    if not periods or any(part[-1:].isdigit() for part in match[group].split("号")[:-1]):  # of a document number
        return None
    span = Span(*match.span(group))
    return Deadline(max(period.end for period in periods), heading[span.start : span.end], span)


def is_label(text: str) -> bool:
    """A line that only states the deadline of the item it stands in: ``完成时限：2021年12月``."""
    return _LABEL.match(text) is not None and len(text) <= 40


def figures_in(text: str) -> tuple[str, ...]:
    """Figures ``text`` sets, each as written from its bound to its unit; no years, ordinals, grades or document numbers.

    >>> figures_in("2017年底前不少于100个病种，二级以上医院全部参加，占比控制在10%以内，推进120指挥平台")
    ('不少于100个', '10%以内')
    """
    masked = _QUOTED.sub(_blank, _masked(text))
    found: list[str] = []
    for value in find_values(masked):
        if not _is_target(masked, value):
            continue
        bound = _BOUND.search(masked, 0, value.span.start)
        end = value.span.end
        end += len(value.unit) if masked.startswith(value.unit, end) else 0
        beyond = _RANGE_WORD.match(masked, end)
        found.append(text[bound.start() if bound else value.span.start : beyond.end() if beyond else end])
    return tuple(dict.fromkeys(found))


def _is_target(text: str, value: Value) -> bool:
    if value.canonical.endswith(("%", "‰", "个百分点")) or "/" in value.canonical:
        return True
    before = text[: value.span.start]
    behind = text[value.span.end : value.span.end + _NEAR].lstrip()
    if (
        value.unit in _NOT_COUNTED
        or before.rstrip().endswith(("第", "前"))
        or behind.startswith(("年", "月", "号", "G"))
    ):
        return False
    if value.text[0].isdigit():
        return bool(value.unit) or value.text[-1] in "万亿"
    return bool(value.unit) and (len(value.text) > 1 or _SOME.search(before) is not None)
