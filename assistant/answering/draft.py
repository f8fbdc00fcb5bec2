"""A draft answer (草稿): statements with the spans they rest on, before the gate and before markers.

Both answerers produce a :class:`Draft`; the gate removes statements from it; :func:`render` numbers what is left. The
trap: markers are given in order of appearance and one span has one number, so they exist only after the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.applicability import cite
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
    is cited below it and shows no marker."""

    text: str
    supports: tuple[Support, ...] = ()
    given: str = ""
    parts: tuple[Statement, ...] = ()
    head: bool = False

    @classmethod
    def joined(cls, parts: Sequence[Statement]) -> Statement:
        """Several sentences in one cell or bullet, each with its own markers."""
        return cls("".join(p.text for p in parts), tuple(s for p in parts for s in p.supports), parts=tuple(parts))


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

    def leads_with_front(self, notices: Mapping[str, Notice]) -> bool:
        """Whether the first statement rests on a notice's front matter: the answer is about the notice itself."""
        first = next((s for s in self.each() if s.supports), None)
        return (
            first is not None
            and notices[first.supports[0].notice_id].article_at(first.supports[0].span.start).kind == "front"
        )

    @property
    def empty(self) -> bool:
        return not any(s.supports for s in self.each())


_CONNECTIVES = ("另：", "同时，")
"""A paragraph whose first statement the gate removed does not begin with ``另：``."""


def paragraph(*statements: Statement) -> Block:
    return Block("paragraph", statements)


@dataclass
class _Numbering:
    notices: Mapping[str, Notice]
    citations: list[Citation] = field(default_factory=list)

    def markers(self, statement: Statement) -> str:
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
        return "".join(f"[{n}]" for n in found)


def _end_with(text: str, markers: str) -> str:
    """The markers stand before the closing stop: ``……建成[1]。``"""
    if not markers:
        return text
    stripped = text.rstrip("。；;，,")
    tail = "。" if text.endswith(("。", "；", ";", "，", ",")) else ""
    return f"{stripped}{markers}{tail}"


def _written(statement: Statement, numbering: _Numbering) -> str:
    if statement.parts:
        return "".join(_written(part, numbering) for part in statement.parts)
    if statement.head:
        return statement.text
    return _end_with(statement.text, numbering.markers(statement))


def render(draft: Draft, notices: Mapping[str, Notice]) -> tuple[str, tuple[Citation, ...]]:
    """Text with ``[n]`` markers, numbered in order of appearance, and the citations behind them."""
    numbering = _Numbering(notices)
    parts: list[str] = []
    for block in draft.blocks:
        if block.kind == "table":
            parts.append(_table(block, numbering))
        elif block.kind == "list":
            parts.append("\n".join(f"- {_written(s, numbering)}" for s in block.statements))
        else:
            texts = [_written(s, numbering) for s in block.statements]
            text = "".join(texts)
            opening = next((word for word in _CONNECTIVES if text.startswith(word)), "")
            parts.append(text.removeprefix(opening))
    return "\n\n".join(p for p in parts if p), tuple(numbering.citations)


def _table(block: Block, numbering: _Numbering) -> str:
    lines: list[str] = []
    for number, row in enumerate(block.rows):
        cells = [_written(s, numbering).replace("|", "｜").replace("\n", " ") for s in row]
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("|" + " --- |" * len(row))
    return "\n".join(lines)
