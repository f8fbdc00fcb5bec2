"""A draft answer (草稿): statements with the spans they rest on, before the gate and before markers.

Both answerers produce a :class:`Draft`; the gate removes statements from it; :func:`render` numbers what is left and makes
the answer's :mod:`~assistant.blocks` of it. The trap: markers are given in order of appearance and one span has one
number, so they exist only after the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant import blocks
from assistant.applicability import cite
from assistant.blocks import Blocks, Marker, Runs, Text, runs
from assistant.types import Citation
from corpus.types import Notice, Span


@dataclass(frozen=True, slots=True)
class Support:
    """A span of a notice that a statement rests on."""

    notice_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or cell of an answer. ``given`` is text whose figures and places the asker supplied or the system
    computed (an as-of date, a verdict's years): the gate does not look for those in the supports. A ``head`` rests on what
    is cited below it and shows no marker. ``stressed`` are the stretches of ``text`` that are set off."""

    text: str
    supports: tuple[Support, ...] = ()
    given: str = ""
    parts: tuple[Statement, ...] = ()
    head: bool = False
    stressed: tuple[Span, ...] = ()

    @classmethod
    def joined(cls, parts: Sequence[Statement]) -> Statement:
        """Several sentences in one cell or bullet, each with its own markers."""
        return cls("".join(p.text for p in parts), tuple(s for p in parts for s in p.supports), parts=tuple(parts))

    def led_by(self, lead: str) -> Statement:
        """The same behind words of the system's own."""
        moved = tuple(Span(one.start + len(lead), one.end + len(lead)) for one in self.stressed)
        return replace(self, text=lead + self.text, given=lead + self.given, stressed=moved)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (its statements run on), a bulleted list, or a table whose first row is the header."""

    kind: str  # "paragraph" | "list" | "table"
    statements: tuple[Statement, ...] = ()
    rows: tuple[tuple[Statement, ...], ...] = ()

    def each(self) -> Iterator[Statement]:
        yield from self.statements
        for row in self.rows[1:]:
            yield from row


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in blocks, best statement first. ``notes`` are shown with the answer and cite nothing; ``beside`` are the
    passages a note points to, retrieved with the answer; ``leads``: how many first blocks stay in front whoever words the rest."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    beside: tuple[Support, ...] = ()
    leads: int = 0

    def each(self) -> Iterator[Statement]:
        for block in self.blocks:
            yield from block.each()

    def body(self) -> Iterator[Statement]:
        """The statements behind the blocks that lead."""
        for block in self.blocks[self.leads :]:
            yield from block.each()

    @property
    def cites_first(self) -> Statement | None:
        """The first statement that rests on something."""
        return next((s for s in self.each() if s.supports), None)

    @property
    def told_first(self) -> Statement | None:
        """The same behind the blocks that lead."""
        return next((s for s in self.body() if s.supports), None)

    def opened_by(self, *heads: Statement) -> Draft:
        """The same with ``heads`` in front of its first statement."""
        start, *rest = self.blocks
        return replace(self, blocks=(replace(start, statements=(*heads, *start.statements)), *rest))

    def leads_with_front(self, notices: Mapping[str, Notice]) -> bool:
        """Whether the first statement rests on a notice's front matter: the answer is about the notice itself."""
        first = self.cites_first
        return (
            first is not None
            and notices[first.supports[0].notice_id].article_at(first.supports[0].span.start).kind == "front"
        )

    @property
    def empty(self) -> bool:
        return self.cites_first is None


NEAREST = "以下是最接近的条文，不一定正好说到所问的这一点："
"""What leads an answer that may be beside the point."""
_STOPS = "。；;，,"
_CONNECTIVES = ("另：", "同时，")
"""A paragraph whose first statement the gate removed does not begin with ``另：``."""


def paragraph(*statements: Statement) -> Block:
    return Block("paragraph", statements)


def over(head: str, told: Draft) -> Block:
    """Words of the system's own as a head; they rest on what is cited first below them."""
    first = next((s.supports for s in told.each() if s.supports), ())
    return paragraph(Statement(head, first[:1], given=head, head=True))


@dataclass
class _Numbering:
    notices: Mapping[str, Notice]
    citations: list[Citation] = field(default_factory=list)

    def markers(self, statement: Statement) -> list[Marker]:
        """The statement's markers, each once; a span not cited so far becomes the next citation."""
        found: list[int] = []
        for support in statement.supports:
            span = support.span
            known = next(
                (
                    c.marker
                    for c in self.citations
                    if (c.notice_id, c.start, c.end) == (support.notice_id, span.start, span.end)
                ),
                None,
            )
            if known is None:
                known = len(self.citations) + 1
                self.citations.append(replace(cite(self.notices[support.notice_id], span), marker=known))
            if known not in found:
                found.append(known)
        return [Marker(n) for n in found]


def _written(statement: Statement, numbering: _Numbering) -> Runs:
    """The words with their markers before the closing stop: ``……建成[1]。``"""
    if statement.parts:
        return runs(run for part in statement.parts for run in _written(part, numbering))
    text = statement.text
    markers = [] if statement.head else numbering.markers(statement)
    if not markers:
        return runs(_stressed(text, statement.stressed))
    said = _stressed(text.rstrip(_STOPS), statement.stressed)
    return runs([*said, *markers, Text("。" if text.endswith(tuple(_STOPS)) else "")])


def _stressed(text: str, spans: Sequence[Span]) -> Iterator[Text]:
    """``text`` in runs, those of ``spans`` strong."""
    at = 0
    for span in spans:
        yield Text(text[at : span.start])
        yield Text(text[span.start : span.end], strong=True)
        at = span.end
    yield Text(text[at:])


def render(draft: Draft, notices: Mapping[str, Notice]) -> tuple[Blocks, tuple[Citation, ...]]:
    """What is shown, with markers numbered in order of appearance, and the citations behind them."""
    numbering = _Numbering(notices)
    shown = (_shown(block, numbering) for block in draft.blocks)
    return tuple(block for block in shown if block is not None), tuple(numbering.citations)


def _shown(block: Block, numbering: _Numbering) -> blocks.Block | None:
    """The block as it is shown; None where it says nothing."""
    if block.kind == "table":
        head, *rows = (tuple(_written(cell, numbering) for cell in row) for row in block.rows)
        return blocks.Table(head, tuple(rows))
    written = tuple(_written(statement, numbering) for statement in block.statements)
    if block.kind == "list":
        return blocks.Listing(written) if written else None
    told = _without_connective(runs(run for one in written for run in one))
    return blocks.Paragraph(told) if told else None


def _without_connective(given: Runs) -> Runs:
    first = given[0] if given else None
    if not isinstance(first, Text):
        return given
    opening = next((word for word in _CONNECTIVES if first.text.startswith(word)), "")
    return runs([Text(first.text.removeprefix(opening)), *given[1:]])
