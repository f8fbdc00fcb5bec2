"""The phases a notice sets (分几个阶段): each with its time and what is done in it, in a table.

A phase is what stands beside others that open with their time (（一）自查阶段（2025年10月—12月）) or are called a phase. The trap: one
such heading alone dates a task and divides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.draft import Block, Statement, Support, paragraph
from assistant.duties.targets import phase_of
from assistant.retrieval.selection import trimmed
from assistant.tasks.sections import LONGEST_NAME, Section, is_numbered, said_in, sections_of
from corpus.grammar import form, split_at
from corpus.numbering import parse_mark
from corpus.text import line_spans, one_line
from corpus.types import Notice, Span

_CALLED = form("phase.called")
_STOPS, UNWRITTEN = "。：:；;\n", "未写明"


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: what it is called and when it is, both as written, where that stands, and where what is done in it."""

    name: str
    when: str
    span: Span
    done: tuple[Span, ...]
    below: tuple[Section, ...] = ()


def phases_of(notice: Notice, within: Sequence[Section] = ()) -> list[Phase]:
    """The phases of ``notice``, or of the sections ``within``; [] where it is not divided so."""
    roots = list(within) or sections_of(notice)
    found: list[Phase] = []
    for beside in (*(one.below for root in roots for one in root.each()), *(() if within else (roots,))):
        own = [phase for one in beside if (phase := _of_section(notice, one))]
        if 2 <= len(own) == len(beside):
            found += own
    for one in (one for root in roots for one in root.each()):
        own = list(_of_lines(notice, one))
        found += own if len(own) >= 2 else []
    return sorted(found, key=lambda phase: phase.span.start)


def phase_table(notice: Notice, phases: Sequence[Phase], only: int | None = None) -> tuple[Block, ...]:
    """How many there are, and a row each.

    Args:
        only: the number of the one phase that is asked about; one there is none of is left out of account.
    """
    said, told = f"分{len(phases)}个阶段：", tuple(phases)
    if only and only <= len(phases):
        said, told = f"分{len(phases)}个阶段，第{only}个是：", (phases[only - 1],)
    head = paragraph(Statement(said, (Support(notice.id, told[0].span),), given=said, head=True))
    header = tuple(Statement(name) for name in ("阶段", "时间", "主要工作"))
    return head, Block("table", rows=(header, *(_row(notice, phase) for phase in told)))


def _row(notice: Notice, phase: Phase) -> tuple[Statement, ...]:
    support = (Support(notice.id, phase.span),)
    done = [Statement(one_line(notice.quote(span)), (Support(notice.id, span),)) for span in phase.done]
    for at, one in enumerate(phase.below):
        name = f"{'；' if at else ''}{one.name or one.head}"
        done.append(Statement(name, (Support(notice.id, trimmed(notice.text, one.article.span)),), given=name))
    return (
        Statement(phase.name, support, given=phase.name), Statement(phase.when, support, given=phase.when),
        Statement.joined(done) if done else Statement(phase.name, support, given=phase.name),
    )  # fmt: skip


def _of_section(notice: Notice, section: Section) -> Phase | None:
    own = said_in(notice, section)
    opening = notice.text[section.article.span.start : section.article.span.end].lstrip()[: 2 * LONGEST_NAME]
    head = section.name or _label(opening)
    if not head:
        return None
    due = phase_of(head)
    if due is None and not _CALLED.search(head):
        return None
    spans = own
    if own and not section.name:  # the label stands in the first sentence
        at = notice.text.find(head, own[0].start, own[0].end)
        start = at + len(head) if at >= 0 else own[0].start
        first = trimmed(notice.text, Span(start, own[0].end))
        first = Span(first.start + len(first.of(notice.text)) - len(first.of(notice.text).lstrip(_STOPS)), first.end)
        spans = [first, *own[1:]] if len(first.of(notice.text).strip(_STOPS)) > 1 else own[1:]
    where = trimmed(notice.text, Span(section.article.span.start, section.article.span.end))
    return Phase(_plain(head), due.text if due else UNWRITTEN, where, tuple(spans), tuple(section.below))


def _of_lines(notice: Notice, section: Section) -> Iterator[Phase]:
    """Lines of one article that open with a name and a time: 试点推进（2025年11月—2027年3月）：…"""
    for line in line_spans(notice.text, section.article.span):
        text = line.of(notice.text)
        head = _label(text)
        due = phase_of(head) if head and not is_numbered(notice, line) else None
        if due is None:
            continue
        start = line.start + text.find(head) + len(head)
        rest = Span(start, line.end)
        told = rest.of(notice.text).lstrip(_STOPS + " ")
        if told:
            yield Phase(_plain(head), due.text, line, (Span(line.end - len(told), line.end),))


def _label(text: str) -> str:
    """The words up to the first stop, without their number, where they are short enough for a heading; else ""."""
    mark = parse_mark(text)
    rest = text[len(mark.text) :] if mark else text
    first = split_at("。：:；;\n，,", rest)[0].strip()
    return first if len(first) <= LONGEST_NAME else ""


def _plain(head: str) -> str:
    """A heading without the time in brackets at its end."""
    return split_at("（(", head)[0].strip() or head
