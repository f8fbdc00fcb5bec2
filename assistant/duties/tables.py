"""Duties set out in a table (任务分解表): one row a task, with columns for the deadline and the bodies.

Apart from ``duties``, which reads sentences. Readers write a table row as one line ``|a|b|c|``. The trap: merged cells
leave a row with fewer cells than its header; which column a cell then belongs to is not known, so the row is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.duties.targets import Deadline, deadlines_in, figures_in
from corpus.bodies import split_bodies
from corpus.grammar import form
from corpus.text import line_spans
from corpus.types import Span

_COLUMNS = {
    "lead": form("column.lead"),
    "helper": form("duty.takes_part"),
    "body": form("column.body"),
    "deadline": form("column.deadline"),
    "task": form("column.task"),
    "target": form("column.target"),
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One task of a table: the line's span, the task cell, bodies (lead first), the deadline cell and figures."""

    span: Span
    task: str
    bodies: tuple[str, ...]
    leads: tuple[str, ...]
    deadline: Deadline | None
    figures: tuple[str, ...]


def table_rows(text: str, issued: date | None, *, year: int | None = None) -> Iterator[TableRow]:
    """Rows of the tables of ``text`` whose header names a task and a body or deadline, in order."""
    columns: list[str] = []
    for span in line_spans(text):
        line = span.of(text)
        if not (len(line) > 2 and line[0] == line[-1] == "|"):
            columns = columns if not line else []  # what stands between two rows ends the table
            continue
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        kinds = [_kind(cell) for cell in cells]
        if "task" in kinds and {"lead", "body", "deadline"} & set(kinds):
            columns = kinds
        elif columns and len(cells) == len(columns):
            row = _row(span, list(zip(columns, cells, strict=True)), issued, year)
            if row is not None:
                yield row


def _kind(heading: str) -> str:
    """What a column holds by its heading, "" for others (序号) and for cells too long to be a heading."""
    if len(heading) > 12:
        return ""
    return next((kind for kind, pattern in _COLUMNS.items() if pattern.search(heading)), "")


def _row(span: Span, cells: list[tuple[str, str]], issued: date | None, year: int | None) -> TableRow | None:
    def of(kind: str) -> list[str]:
        return [cell for name, cell in cells if name == kind and cell]

    tasks = of("task")
    if not tasks:
        return None
    names = {
        kind: [n for cell in of(kind) for n in split_bodies(f"责任单位：{cell}")] for kind in ("lead", "body", "helper")
    }
    written = next(iter(of("deadline")), "")
    found = deadlines_in(written, issued, year=year) or deadlines_in(f"到{written}", issued, year=year)
    day, every = (found[-1].day, found[-1].every) if found else (None, None)
    return TableRow(
        span,
        tasks[-1],
        tuple(dict.fromkeys((*names["lead"], *names["body"], *names["helper"]))),
        tuple(dict.fromkeys(names["lead"])),
        Deadline(day, written, span, every) if written else None,
        figures_in("，".join((*tasks[-1:], *of("target")))),
    )
