"""Which documents write of a matter (哪几份写了): those that do, each with what it says, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, over
from assistant.query.tasks import Matter
from assistant.retrieval.selection import item_sentences
from corpus.naming import said_by
from corpus.text import one_line
from corpus.types import Notice

EACH, MOST, NAMED = 2, 200, 6
"""Sentences of a document that are quoted, documents that are looked through, and those without it that are named."""


def mentioned(matter: Matter, notices: Sequence[Notice]) -> Draft | None:
    """What each of ``notices`` writes of ``matter``, the first sentences; None where none does, or they are too many to look through."""
    if len(notices) > MOST:
        return None
    rows: list[Statement] = []
    silent: list[str] = []
    for notice in notices:
        spans = [s for s in item_sentences(notice) if matter.in_(notice.quote(s))]
        if not spans:
            silent.append(said_by(notice))
        told = [Statement(one_line(notice.quote(one)), (Support(notice.id, one),)) for one in spans[:EACH]]
        if told:
            rows.append(Statement.joined([told[0].led_by(f"{said_by(notice)}："), *told[1:]]))
    if not rows:
        return None
    listed = Draft((Block("list", tuple(rows)),))
    head = over(f"写到“{matter.words}”的有{len(rows)}份：", Draft((Block("list", (rows[0].parts[0],)),)))
    without = "、".join(silent) if len(silent) <= NAMED else f"其余{len(silent)}份"
    return Draft((head, *listed.blocks), (f"{without}没有写到“{matter.words}”。",) if silent else ())
