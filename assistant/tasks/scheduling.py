"""A time table, and all that a notice wants done (时间表、任务清单): its duties in order, with what they leave out.

The phases of a notice go first. The trap: a time table without what sets a time but no date (每季度一次) is not whole, nor is a list of
tasks without the items that say neither who nor when.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.refusal import Refusal
from assistant.duties.extraction import Duty
from assistant.query.tasks import Matter
from assistant.query.types import Query, Task
from assistant.query.values import lasts_or_recurs, years_of
from assistant.retrieval.dated import time_before
from assistant.retrieval.selection import trimmed
from assistant.tasks.phases import phase_table, phases_of
from assistant.tasks.rows import SHOWN, line, more, row, said_at, support, unassigned
from assistant.tasks.sections import lowest_items
from assistant.tasks.wanted import Parts, titles
from assistant.types import RefusalReason
from corpus.dates import written_day
from corpus.grammar import form
from corpus.text import one_line, sentence_spans
from corpus.types import Notice, Span

_DEFINES, _HEADING = form("clause.scope"), 30
"""What says what something is sets no time; and characters up to which a heading is told before a sentence under it."""


def scheduled(
    q: Query, notices: Sequence[Notice], duties: Sequence[Duty], matter: Matter | None, *, due: int | None = None
) -> Draft | Refusal | None:
    """The duties that ``q`` wants, in a table or a list; None where there is none.

    Args:
        due: the year in which what is wanted falls due, where ``q`` does not say it by itself.
    """
    year = q.due_year or due
    dated = q.task is Task.SCHEDULE or q.says("dated") or year is not None
    if matter:
        duties = [d for d in duties if matter.in_(f"{d.path}{d.task}")] or duties
    texts = {n.id: n for n in notices}
    if dated:
        duties = [d for d in duties if d.timed or (year and _after(texts[d.notice_id], d, year))]
    phases = phased(notices, {}) if q.task is Task.SCHEDULE else None
    undivided = f"{titles(notices)}没有写分几个阶段" if q.says("phases") and not phases and not matter else ""
    if not duties:
        return phases or (Refusal(RefusalReason.SILENT, f"{undivided}，也没有写时限。") if undivided else None)
    opening = f"{undivided}；列明时限的" if undivided else ""
    if year:
        falling = [d for d in duties if d.every or not d.timed or (d.deadline and d.deadline.year == year)]
        opening = f"{opening}{year}年到期的" if falling else f"没有写明{year}年到期的；列明时限的"
        duties = falling or duties
    if q.task is not Task.SCHEDULE:
        duties = sorted(duties, key=lambda d: (d.notice_id, d.citation.start))
    beside = _beside(notices, duties) if q.task is Task.COLLECT and not dated else ()
    past = [d for d in duties if d.deadline and d.deadline < q.as_of] if q.task is Task.SCHEDULE else []
    if q.says("ask.not_due"):
        left = [d for d in duties if d not in past]
        ended = "还没到期的" if left else "，写明的时限都已过，没有还没到期的；已过的"
        opening = f"{opening}截至{written_day(q.as_of)}{ended}"
        duties, past = (left, []) if left else (duties, past)
    opening += f"{'写明数字、时限或责任单位的' if beside else ''}共{len(duties)}项{more(len(duties))}{_of_past(past, duties, q)}："
    head = paragraph(Statement(opening, (support(duties[0]),), given=opening, head=True))
    if q.task is Task.SCHEDULE or q.shape.table:
        header = tuple(Statement(name) for name in ("完成时限", "事项", "责任单位"))
        rows_told = (row(d, past=d in past and len(past) < len(duties)) for d in duties[:SHOWN])
        table = Block("table", rows=(header, *rows_told, *map(unassigned, beside)))
        undated = () if beside else _undated(notices, duties)
        return Draft((*(phases.blocks if phases else ()), head, table, *undated))
    rows = Block("list", tuple(map(line, duties[:SHOWN])))
    if not beside:
        return Draft((head, rows))
    rest = f"其余各条没有写数字、时限和责任单位，共{len(beside)}条："
    lead = paragraph(Statement(rest, (beside[0].supports[0],), given=rest, head=True))
    return Draft((head, rows, lead, Block("list", beside[:SHOWN])))


def _of_past(past: Sequence[Duty], duties: Sequence[Duty], q: Query) -> str:
    """How many of the days have gone by, where any has and it is not said yet."""
    if not past or q.says("ask.not_due"):
        return ""
    return f"，{'都' if len(past) == len(duties) else f'其中{len(past)}项'}已到期（截至{written_day(q.as_of)}）"


def phased(notices: Sequence[Notice], parts: Parts, only: int | None = None) -> Draft | None:
    """The phases of the first notice that is divided in phases, or the one of that number; None where none is."""
    for notice in notices:
        if phases := phases_of(notice, parts.get(notice.id, ())) or phases_of(notice):
            return Draft(phase_table(notice, phases, only))
    return None


def _beside(notices: Sequence[Notice], duties: Sequence[Duty]) -> tuple[Statement, ...]:
    """The items of one notice that no duty is read from, each by its first sentences: all of it is what was asked for."""
    if len(notices) != 1:
        return ()
    notice = notices[0]
    taken = [d.citation.start for d in duties]
    found: list[Statement] = []
    for article in lowest_items(notice):
        if any(article.span.start <= start < article.span.end for start in taken):
            continue
        at = notice.text.find(article.heading, article.span.start, article.span.end) if article.heading else -1
        start = at + len(article.heading) if at >= 0 else article.span.start
        spans = said_at(notice, Span(start, article.span.end))
        if spans:
            said = Span(spans[0].start, spans[min(1, len(spans) - 1)].end)
            head = f"{article.labels[-1]}{article.heading}：" if at >= 0 and article.labels else ""
            found.append(Statement(one_line(notice.quote(said)), (Support(notice.id, said),)).led_by(head))
    return tuple(found)


def _undated(notices: Sequence[Notice], dated: Sequence[Duty]) -> tuple[Block, ...]:
    """The sentences of one notice that set a time without a date (每季度一次, 派出前2周): a time table without them is not whole."""
    if len(notices) != 1:
        return ()
    notice = notices[0]
    taken = [Span(d.citation.start, d.citation.end) for d in dated]
    found: list[Statement] = []
    for article in lowest_items(notice):
        for sentence in sentence_spans(notice.text, article.span):
            span = trimmed(notice.text, sentence)
            quote = one_line(notice.quote(span))
            if not lasts_or_recurs(quote) or _DEFINES.search(quote) or any(span.overlaps(one) for one in taken):
                continue
            named = article.heading if len(article.heading) <= _HEADING and article.heading not in quote else ""
            found.append(Statement(quote, (Support(notice.id, span),)).led_by(f"{named}：" if named else ""))
    if not found:
        return ()
    said = f"没有写到哪一天、写明周期或时长的，共{len(found)}条："
    lead = paragraph(Statement(said, (found[0].supports[0],), given=said, head=True))
    return lead, Block("list", tuple(found[:SHOWN]))


def _after(notice: Notice, duty: Duty, year: int) -> bool:
    """Whether a figure stands behind the clause that gives the ``year`` to all that follows in its item (到2020年，…；…)."""
    said = time_before(notice, duty.citation.start) if duty.figures else None
    return said is not None and years_of(notice.quote(said)) == {year}
