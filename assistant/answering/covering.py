"""Whether a document says anything of a kind of hospital (写没写到): how many of its items do, and what they say.

有没有哪条是管民营的 asks of the document and not of a rule: the clauses that name the kind are the answer. The trap: what is written of all
medical institutions holds for the kind as well, and is told where nothing names it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import title_span
from assistant.hospitals import HospitalKind, reach
from corpus.naming import said_by
from corpus.text import one_line
from corpus.types import Notice, Span

MOST = 6
"""Clauses of a document that are quoted; the rest are counted."""


def covering(notices: Sequence[Notice], kinds: Sequence[HospitalKind]) -> Draft:
    """What each of ``notices`` says of the first of ``kinds``, the clauses quoted."""
    blocks: list[Block] = []
    left = 0
    for notice in notices:
        found = reach(notice, kinds[0], kinds)
        said = f"{said_by(notice)}{found.note or '针对的就是这类机构'}{'：' if found.spans else '。'}"
        first = found.span or title_span(notice) or Span(0, min(len(notice.text), 40))
        blocks.append(paragraph(Statement(said, (Support(notice.id, first),), given=said, head=bool(found.spans))))
        shown = found.spans[:MOST]
        left += len(found.spans) - len(shown)
        rows = tuple(Statement(one_line(notice.quote(one).strip()), (Support(notice.id, one),)) for one in shown)
        blocks += [Block("list", rows)] if rows else []
    return Draft(tuple(blocks), (f"另有{left}条没有列出，见“适用性”页。",) if left else ())
