"""Rows of what a notice sets, as an answer tells them (一行一项): a duty in a line or in a table, a block with its opening.

It stands alone because lists, time tables and the tasks of a body tell the same duties. The trap: a heading that is the task is not
told in front of it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Block, Statement, Support, paragraph
from assistant.duties.extraction import NOT_WRITTEN, Duty
from assistant.retrieval.selection import trimmed
from corpus.numbering import parse_mark
from corpus.text import sentence_spans
from corpus.types import Notice, Span

SHOWN, LEAST_SAID = 200, 6
"""Rows shown; of more it is said where the rest stand. Characters below which a line of an item is no sentence."""
_HEADING = 30
_NAMED = 3
"""Bodies named behind the heading of an item."""


def more(count: int) -> str:
    """That only the first of ``count`` rows are shown; "" where all are."""
    return f"，下面是前{SHOWN}项，其余见“责任与时限”页" if count > SHOWN else ""


def block(opening: str, rows: Sequence[Statement]) -> tuple[Block, ...]:
    """A line that says what follows, and the rows."""
    support = next(part.supports for part in (rows[0].parts or (rows[0],)))[:1]
    lead = paragraph(Statement(opening, support, given=opening, head=True))
    return lead, Block("list", tuple(rows[:SHOWN]))


def said_at(notice: Notice, within: Span) -> list[Span]:
    """The sentences of a stretch that say something, trimmed."""
    spans = (trimmed(notice.text, sentence) for sentence in sentence_spans(notice.text, within))
    return [span for span in spans if len(notice.quote(span).strip(" 。：:\n")) >= LEAST_SAID]


def support(duty: Duty) -> Support:
    """Where a duty stands."""
    return Support(duty.notice_id, Span(duty.citation.start, duty.citation.end))


def line(duty: Duty) -> Statement:
    """A duty in a line, behind its heading."""
    heading = duty.path.rsplit(" › ", 1)[-1]
    short = heading if len(heading) <= _HEADING and heading not in duty.task else ""
    alike = bool(short) and heading.endswith(duty.task.rstrip("。；;"))  # the heading is the task
    mark = parse_mark(short)
    stop = "" if mark and mark.text == short and mark.style not in ("article", "section") else "："  # （一）负责…
    text = f"{heading}{_charged(duty)}" if alike else f"{short}{stop}{duty.task}" if short else duty.task
    return Statement(text, (support(duty),), given=f"{text}{duty.citation.quote}")


def _charged(duty: Duty) -> str:
    """Who is in charge of an item of which nothing else is told, so that its heading is not all there is."""
    more = "等" if len(duty.bodies) > _NAMED else ""
    return f"（{'、'.join(duty.bodies[:_NAMED])}{more}负责）" if duty.bodies else ""


def row(duty: Duty, *, past: bool = False) -> tuple[Statement, ...]:
    """A duty in a table: until when, and that the day has ``past``, what, who."""
    own = (support(duty),)
    when = duty.written or (f"{duty.deadline.year}年{duty.deadline.month}月底" if duty.deadline else NOT_WRITTEN)
    when += "（已到期）" if past else ""
    who = "、".join(duty.bodies) or duty.silence
    return (
        Statement(when, own, given=when), Statement(duty.task, own, given=duty.citation.quote),
        Statement(who, own, given=who),
    )  # fmt: skip


def unassigned(statement: Statement) -> tuple[Statement, ...]:
    """The row of an item that says neither when nor who."""
    none = Statement(NOT_WRITTEN, statement.supports[:1], given=NOT_WRITTEN)
    return none, statement, none
