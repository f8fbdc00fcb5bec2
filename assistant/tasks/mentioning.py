"""Which documents write of a matter (哪几份写了): those that do, each with what it says, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, over
from assistant.answering.refusal import Refusal
from assistant.query.tasks import Matter, Name
from assistant.retrieval.selection import item_sentences
from assistant.types import RefusalReason
from corpus.naming import said_by
from corpus.text import one_line
from corpus.types import Notice, Span

EACH, MOST, NAMED, SHOWN = 2, 200, 6, 5
"""Sentences of a document that are quoted, documents that are looked through, those without it that are named, and sentences of all
that are quoted where it is asked whether they write of it."""


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
        told = [_line(notice, one) for one in spans[:EACH]]
        if told:
            rows.append(Statement.joined([told[0].led_by(f"{said_by(notice)}："), *told[1:]]))
    if not rows:
        return None
    listed = Draft((Block("list", tuple(rows)),))
    head = over(f"写到“{matter.words}”的有{len(rows)}份：", Draft((Block("list", (rows[0].parts[0],)),)))
    without = "、".join(silent) if len(silent) <= NAMED else f"其余{len(silent)}份"
    return Draft((head, *listed.blocks), (f"{without}没有写到“{matter.words}”。",) if silent else ())


def written_of(name: Name, notices: Sequence[Notice]) -> Draft | Refusal | None:
    """Whether ``notices`` write of a name, with the sentences that do; None where another word may be written for it."""
    matter = name.matter
    found = [(n, s) for n in notices for s in item_sentences(n) if any(one in n.quote(s) for one in matter.called)]
    if not found:
        if not name.own or any(one in n.text for n in notices for one in matter.called):
            return None
        where, lost = "、".join(map(said_by, notices)), "、".join(said_by(n) for n in notices if n.gaps)
        cut = f"{lost}的采集文本有缺失，缺的部分无从查起。" if lost else ""
        return Refusal(RefusalReason.SILENT, f"没有：查过{where}全文，没有写到“{matter.words}”。{cut}")
    rows = [_line(n, s).led_by(f"{said_by(n)}：" if len(notices) > 1 else "") for n, s in found[:SHOWN]]
    several = f"，共{len(found)}处" + (f"，先列{SHOWN}处" if len(found) > SHOWN else "") if len(found) > 1 else ""
    head = over(f"有，写到“{matter.words}”{several}：", Draft((Block("list", (rows[0],)),)))
    return Draft((head, Block("list", tuple(rows))))


def _line(notice: Notice, sentence: Span) -> Statement:
    return Statement(one_line(notice.quote(sentence)), (Support(notice.id, sentence),))
