"""A notice in the pieces that can be quoted by themselves (引文单位): a sentence, or a lead-in with all its items.

It stands alone because a summary, a list and a document must not tell an item without what leads it in. The trap: what an article
says behind its list stands in the last item of a capture, and is none of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.retrieval.selection import trimmed
from assistant.tasks.sections import Section, is_numbered, leads, said_in
from corpus.numbering import parse_mark
from corpus.text import one_line, sentence_spans
from corpus.types import Notice, Span

_ENDS, _GOES_ON = ("。", "！", "？"), ("；", ";")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is quoted together: ``spans`` are a sentence, or a lead-in and its items, under the heading ``section``."""

    section: Section
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From its first character to its last."""
        return Span(self.spans[0].start, self.spans[-1].end)

    def words(self, notice: Notice) -> list[str]:
        """Each of its sentences in one line, without the number it stands under."""
        return [_unmarked(one_line(notice.quote(span)).strip()) for span in self.spans]

    def told(self, notice: Notice) -> str:
        """Its words in one line; items counted anew."""
        first, *items = self.words(notice)
        return "".join((first, *(f"（{number}）{item}" for number, item in enumerate(items, 1))))


def pieces_of(notice: Notice, roots: Sequence[Section]) -> Iterator[Piece]:
    """The pieces of ``roots`` and all below them, in order of the text."""
    for root in roots:
        yield from _pieces(notice, root)


def _pieces(notice: Notice, section: Section) -> Iterator[Piece]:
    said = said_in(notice, section)
    lead = said[-1] if said and section.below and leads(notice, said[-1]) else None
    for span in said if lead is None else said[:-1]:
        for one in _sentences(notice, span):
            yield Piece(section, (one,))
    items = [_item(notice, one) for one in section.below]
    behind = _behind(notice, items) if lead is not None else []
    if behind:
        items[-1] = items[-1][: -len(behind)]
    if lead is None or any(
        one.below or (one.name and len(item) > 2) for one, item in zip(section.below, items, strict=True)
    ):
        yield from pieces_of(notice, section.below)
        return
    *before, head = _sentences(notice, lead)
    for one in before:
        yield Piece(section, (one,))
    yield Piece(section, (head, *(Span(item[0].start, item[-1].end) for item in items)))
    for span in behind:
        yield Piece(section, (span,))


def _item(notice: Notice, section: Section) -> list[Span]:
    """What an item says, from its number on: one of a few words is its own heading."""
    first = trimmed(notice.text, sentence_spans(notice.text, section.article.span)[0])
    said = said_in(notice, section)
    if not said or said[0].start >= first.end:
        return [first, *said]
    return [Span(first.start, said[0].end), *said[1:]]


def _sentences(notice: Notice, span: Span) -> list[Span]:
    """The sentences of ``span``; one span where it holds lines that a lead-in leads."""
    inside = [s for s in sentence_spans(notice.text, span) if notice.quote(s).strip()]
    listed = any(is_numbered(notice, s) or leads(notice, s) for s in inside[:-1])
    return [span] if listed or not inside else inside


def _behind(notice: Notice, items: Sequence[Sequence[Span]]) -> list[Span]:
    """What the last item of a list says behind its own stop, where the items before it end without one."""
    *before, last = items
    if len(last) < 2 or not before or not notice.quote(last[0]).rstrip().endswith(_ENDS):
        return []
    goes_on = all(notice.quote(item[-1]).rstrip().endswith(_GOES_ON) for item in before)
    return list(last[1:]) if goes_on else []


def _unmarked(text: str) -> str:
    mark = parse_mark(text)
    return text[len(mark.text) :].lstrip() if mark else text
