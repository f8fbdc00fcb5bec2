"""Duties as JSON, lines for the terminal, a workbook (xlsx) and a calendar (ics, RFC 5545).

Apart from ``duties`` because none of it reads notices. The trap: a task may begin with ``=`` or ``+``; in a workbook it
must stay text, or a spreadsheet would run it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assistant.types import Binding, Citation
from corpus.dates import written_day
from corpus.naming import inner_title
from corpus.numbering import parse_mark
from corpus.regions import display
from corpus.text import one_line, printable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

    from assistant.duties.extraction import Duty

COLUMNS = (
    ("时限", 12), ("时限原文", 16), ("牵头单位", 18), ("责任单位", 34), ("任务", 60), ("指标", 22), ("适用性", 8),
    ("文件", 24), ("地区", 16), ("条目", 40), ("原文", 60),
)  # fmt: skip
NO_DEADLINE, NO_DATE = "未写明时限", "周期和办理期限"
_CELL_LIMIT = 32767
_SUMMARY = 60


def duty_record(duty: Duty) -> dict[str, Any]:
    """What ``duties --json`` prints of one duty; dates as ``YYYY-MM-DD``."""
    return {
        "notice_id": duty.notice_id, "notice": duty.notice, "region": duty.region, "path": duty.path,
        "lead": duty.lead, "bodies": list(duty.bodies), "silence": duty.silence, "task": duty.task,
        "deadline": duty.deadline.isoformat() if duty.deadline else None, "written": duty.written,
        "recurs": _recurs(duty),
        "inherited": duty.inherited, "figures": list(duty.figures), "clause": _clause(duty.citation),
        "who": _clause(duty.who) if duty.who else None, "binding": duty.applies, "reason": duty.reason,
    }  # fmt: skip


def _recurs(duty: Duty) -> dict[str, Any] | None:
    """The days on which it comes again; ``day`` is None for the last of a month."""
    return {"months": list(duty.every.months), "day": duty.every.day or None} if duty.every else None


def _clause(citation: Citation) -> dict[str, Any]:
    return {"quote": citation.quote, "start": citation.start, "end": citation.end}


def duties_text(duties: Sequence[Duty], region: str | None, as_of: date) -> str:
    """The duties for reading, grouped by deadline, with what binds and what is a reference said first."""
    dated = sum(1 for duty in duties if duty.timed)
    lines = [
        f"{display(region or '')}的责任与时限（截至{_day(as_of)}）：共 {len(duties)} 条，其中有时限 {dated} 条",
        *_sources(duties),
    ]
    number = 0
    for (deadline, timed), group in groupby(duties, key=lambda duty: (duty.deadline, duty.timed)):
        over = "（已过）" if deadline and deadline < as_of else ""
        lines += ["", f"■ {_day(deadline)}{over}" if deadline else f"■ {NO_DATE if timed else NO_DEADLINE}"]
        for duty in group:
            number += 1
            lines += [f"{number:>4}. {one_line(duty.task)}", *(f"      {line}" for line in _facts(duty))]
    return "\n".join(lines)


def _sources(duties: Sequence[Duty]) -> list[str]:
    """One line a notice, binding ones first: its name, the reason, and whether it names any body."""
    lines = []
    firsts = {duty.notice_id: duty for duty in duties}.values()
    for duty in sorted(firsts, key=lambda duty: duty.binding is not Binding.BINDS):
        own = [other for other in duties if other.notice_id == duty.notice_id]
        silent = "" if any(other.bodies for other in own) else "。这份文件未写明责任单位"
        lines.append(f"【{duty.applies}】{source_name(duty)}：{duty.reason}{silent}")
    return lines


def _facts(duty: Duty) -> list[str]:
    others = [name for name in duty.bodies if name not in duty.leads]
    who = "　".join(
        part
        for part in (
            f"牵头：{'、'.join(duty.leads)}" if duty.leads else "",
            f"责任：{'、'.join(others)}" if others else "",
        )
        if part
    )
    facts = [who or f"责任单位：{duty.silence}"]
    if duty.written:
        facts.append(f"时限：{duty.written}{'（见所在条目）' if duty.inherited else ''}")
    if duty.figures:
        facts.append(f"指标：{'、'.join(duty.figures)}")
    mark = "" if duty.binding is Binding.BINDS else f"〔{duty.applies}〕"
    facts.append(f"{mark}{source_name(duty)} {_short_path(duty.path)}".rstrip())
    return facts


def _short_path(path: str) -> str:
    """The path with the outer headings left to their numbers: ``二、（三）12.落实基层首诊和双向转诊``."""
    *outer, own = path.split(" › ")
    marks = [mark.text if (mark := parse_mark(part)) else f"{part} › " for part in outer]
    return "".join((*marks, own))


def source_name(duty: Duty) -> str:
    """The document number, or 《the title without 关于印发…的通知》."""
    if duty.notice != duty.title:
        return duty.notice
    return f"《{inner_title(duty.title)}》"


def _day(day: date | None) -> str:
    return written_day(day) if day else NO_DEADLINE


def to_xlsx(duties: Sequence[Duty], *, today: date | None = None) -> bytes:
    """A workbook of one sheet: header row frozen and filterable, real dates, every other cell plain text. The first column can be
    sorted: it holds the deadline, or the next day on which it comes again; the words (每年3月底前) stand beside it.

    Args:
        today: from when the next day is looked for (today when None).
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "责任与时限"
    sheet.append([name for name, _ in COLUMNS])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row, duty in enumerate(duties, 2):
        first = sheet.cell(row, 1)
        first.alignment = wrapped
        due = duty.deadline or (duty.every.next_from(today or date.today()) if duty.every else None)
        if due:
            first.value, first.number_format = due, "yyyy-mm-dd"
        for column, raw in enumerate(_cells(duty), 2):
            cell = sheet.cell(row, column)
            cell.alignment = wrapped
            _write(cell, raw)
    for index, (_, width) in enumerate(COLUMNS, 1):
        head = sheet.cell(1, index)
        head.font, head.fill, head.alignment = Font(bold=True), PatternFill("solid", fgColor="DDE7F0"), wrapped
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def _write(cell: Cell, raw: str) -> None:
    """Put ``raw`` into the cell as text, which no spreadsheet runs."""
    text = printable(raw)[:_CELL_LIMIT]
    if text:
        cell.value, cell.data_type = text, "s"
        cell.quotePrefix = text[0] in "=+-@\t\r"


def _cells(duty: Duty) -> tuple[str, ...]:
    """The row's texts after the date, in the order of ``COLUMNS``."""
    return (
        duty.written, duty.lead or "", "、".join(duty.bodies) or duty.silence, one_line(duty.task),
        "、".join(duty.figures), duty.applies, source_name(duty), display(duty.region), duty.path,
        duty.citation.quote,
    )  # fmt: skip


def to_ics(duties: Sequence[Duty], *, stamp: datetime | None = None) -> bytes:
    """A calendar of all-day events, one a deadline; the same duty keeps its UID, so importing again adds nothing.

    What comes again on days that its words name (每年3月底前) is a recurring event (RRULE) from the first such day on.

    Args:
        stamp: when the calendar was made (UTC; now).
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//health-policy-assistant//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "医改任务时限")
    made = stamp or datetime.now(UTC)
    for duty in duties:
        first = duty.deadline or (duty.every.next_from(made.date()) if duty.every else None)
        if first is None:
            continue
        event = Event()
        event.add("uid", f"{_content_hash(duty)}@health-policy-assistant")
        event.add("dtstamp", made)
        event.add("dtstart", first)
        event.add("dtend", first + timedelta(days=1))
        if duty.deadline is None and duty.every:
            days = {"bymonth": list(duty.every.months), "bymonthday": duty.every.day or -1}
            event.add("rrule", {"freq": "yearly", **days})
        event.add("transp", "TRANSPARENT")
        event.add("summary", printable(_summary(duty)))
        event.add("description", printable("\n".join((one_line(duty.citation.quote), "", *_facts(duty)))))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _summary(duty: Duty) -> str:
    task = one_line(duty.task)
    task = task if len(task) <= _SUMMARY else task[: _SUMMARY - 1] + "…"
    mark = "〔参照〕" if duty.binding is Binding.REFERENCE else ""
    first = duty.leads or duty.bodies[:1]
    return f"{mark}{'、'.join(first)}：{task}" if first else f"{mark}{task}"


def _content_hash(duty: Duty) -> str:
    due = str(duty.deadline) if duty.deadline else duty.written  # two in one clause are two events
    parts = (duty.notice_id, str(duty.citation.start), duty.citation.quote, due)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
