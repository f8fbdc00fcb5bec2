"""An everyday text put together from clauses (写给人看的话): a message, a reply, an outline, a notice on the wall.

It stands beside :mod:`assistant.tasks.composing` because such a text is no official document: it has no title and no orders, and its
matter is told in the asker's own words (病人问能复印哪些病历，替我回几句), so its clauses are found as those of a question are. Nothing is
put into other words; what only the author knows is a gap. The trap: the clauses of several places would answer for none, so all
are of one notice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.answering.answerability import best_reading
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.query.summing import Shape
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.selection import Pick, may_answer, ranked_sentences
from assistant.tasks.audience import row_of
from assistant.tasks.choosing import of_others
from assistant.tasks.pieces import Piece, pieces_of
from assistant.tasks.sections import sections_of
from corpus import fitted
from corpus.naming import short_title
from corpus.numbering import chinese_ordinal
from corpus.types import Notice

_TEXTS = Path(__file__).parent / "texts.toml"
_LINES, _ROOM = fitted.whole("tasks.writing.lines"), fitted.whole("tasks.writing.room")
"""Clauses quoted, and characters of them, where the order does not say how much."""
_NEAR = fitted.number("tasks.writing.near")
"""Log odds of the reader behind the best sentence up to which another one is quoted."""
_LEAST = fitted.number("tasks.writing.least")
"""Log odds of the reader that the best sentence must have."""
OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Text:
    """A kind of text: what it is called in an order, how it opens and closes."""

    key: str
    names: tuple[str, ...]
    opening: str
    closing: str


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Text]:
    """The kinds by key."""
    kept = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
    return {key: Text(key, tuple(one["names"]), one["opening"], one["closing"]) for key, one in kept.items()}


def text_called(name: str) -> Text:
    """The kind that is called so; a message where none is."""
    return next((one for one in texts().values() if name in one.names), texts()["message"])


def all_names() -> tuple[str, ...]:
    """What any kind is called."""
    return tuple(name for one in texts().values() for name in one.names)


def notice_meant(evidence: Sequence[Evidence], *, placed: bool) -> Notice | None:
    """The notice that answers best; None where no sentence was found.

    Args:
        placed: whether the author's place is known; where it is not, one that holds everywhere goes first where it answers about as
            surely.
    """

    def surest(item: Evidence) -> float:
        reading = best_reading([item])
        return LEAST if reading is None else reading

    if not evidence:
        return None
    best = max(evidence, key=lambda e: (surest(e), e.score))
    everywhere = [e for e in evidence if not e.notice.region and surest(e) >= surest(best) - _NEAR]
    return best.notice if placed or not everywhere else max(everywhere, key=lambda e: (surest(e), e.score)).notice


def clauses(
    evidence: Sequence[Evidence], shape: Shape, *, placed: bool, named: bool = False
) -> tuple[Notice, list[Piece]] | None:
    """The notice that answers best and its pieces that answer, in the order of its text, those that are others' to do only where
    there are none besides; None where nothing does.

    Args:
        shape: how much is wanted.
        placed: whether the author's place is known.
        named: whether the order names its document: then what comes nearest there is quoted, as long as it may answer.
    """
    notice = notice_meant(evidence, placed=placed)
    if notice is None:
        return None
    picks = [p for p in ranked_sentences(evidence) if p.notice is notice and p.article.kind == "item" and may_answer(p)]
    if not picks or not (named or max(p.reading for p in picks) >= _LEAST):
        return None
    ours = [p for p in picks if not of_others(notice, p.span)]
    pieces = _pieces(notice, _nearest(ours or picks), shape)
    return (notice, pieces) if pieces else None


def written(text: Text, notice: Notice, pieces: Sequence[Piece]) -> Draft:
    """The text over ``pieces`` of ``notice``."""
    first = (Support(notice.id, pieces[0].span),)
    basis = f"《{short_title(notice)}》{f'（{notice.number}）' if notice.number else ''}"
    blocks = [_own(text.opening.format(basis=basis), first)]
    if text.key == OUTLINE:
        blocks += _headed(notice, pieces)
    else:
        blocks.append(Block("list", tuple(row_of(notice, piece, labelled=False) for piece in pieces)))
    if text.closing:
        blocks.append(_own(text.closing, first))
    return Draft(tuple(blocks))


def _nearest(picks: Sequence[Pick]) -> list[Pick]:
    best = max((p.reading for p in picks), default=LEAST)
    return [p for p in picks if p.reading >= best - _NEAR]


def _pieces(notice: Notice, picks: Sequence[Pick], shape: Shape) -> list[Piece]:
    """The pieces in which the sentences picked stand, as many as there is room for, in the order of the text."""
    every = list(pieces_of(notice, sections_of(notice)))
    kept: list[Piece] = []
    room, lines = shape.characters or _ROOM, shape.sentences or shape.lines or _LINES
    for pick in picks:
        piece = next((one for one in every if one.span.overlaps(pick.span)), None)
        if piece is None or piece in kept:
            continue
        room -= len(piece.told(notice))
        if kept and room < 0:
            break
        kept.append(piece)
        if len(kept) == lines:
            break
    return sorted(kept, key=lambda piece: piece.span.start)


def _headed(notice: Notice, pieces: Sequence[Piece]) -> list[Block]:
    """The pieces under the names of their articles, numbered anew; what stands under no name goes with what is before it."""
    parts: list[tuple[str, list[Piece]]] = []
    for piece in pieces:
        name = piece.section.name
        if not parts or (name and name != parts[-1][0]):
            parts.append((name, []))
        parts[-1][1].append(piece)
    blocks: list[Block] = []
    for number, (name, own) in enumerate(parts, 1):
        if name:
            blocks.append(_own(f"{chinese_ordinal(number)}、{name}", (Support(notice.id, own[0].span),)))
        blocks.append(Block("list", tuple(row_of(notice, piece, labelled=False) for piece in own)))
    return blocks


def _own(words: str, supports: tuple[Support, ...]) -> Block:
    return paragraph(Statement(words, supports, given=words, head=True))
