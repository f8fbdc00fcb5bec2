"""An answer that is likely beside the point says so (存疑): its clause is read as no answer and has little of the question's words.

The reader alone does not tell: of clauses it doubts half answer, and those have the question's words. The trap: what leads must not deny
what may stand there; it says that the clause is the nearest and may be about something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.answerability import best_reading
from assistant.answering.desk import Desk
from assistant.answering.draft import NEAREST, Draft, over
from assistant.query.types import Hang, Query
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import ranked_sentences
from assistant.types import Kind
from corpus import fitted

READ, COVERED, UNWRITTEN = (
    fitted.number("answering.doubt.read"),
    fitted.number("answering.doubt.covered"),
    fitted.number("answering.doubt.unwritten"),
)
"""Log odds of the reader, and share of the question's words, below both of which a clause is likely beside the point; the share
below which what is asked likely stands nowhere."""
_KINDS = frozenset({Kind.FIGURE, Kind.DEADLINE, Kind.TEXT, Kind.LIST})


def with_doubt(desk: Desk, u: Query, draft: Draft, evidence: Sequence[Evidence]) -> Draft:
    """``draft``, led by words that say it is the nearest and may not answer, where it likely does not."""
    if not is_doubtful(desk, u, draft, evidence):
        return draft
    return Draft((over(NEAREST, draft), *draft.blocks), draft.notes, draft.beside, draft.leads)


def likely_unwritten(desk: Desk, u: Query, draft: Draft, evidence: Sequence[Evidence]) -> bool:
    """Whether one figure is asked that likely stands nowhere: no sentence is read as the answer, and ``draft`` is doubtful. A follow-up
    and a part of a message have too few words of their own, and of two figures one may be written."""
    best = best_reading(evidence)
    one = u.kind is Kind.FIGURE and u.hang is Hang.NEW and not (u.closed or u.called or u.further or u.asks_several)
    return one and best is not None and best < READ and is_doubtful(desk, u, draft, evidence, covered=UNWRITTEN)


def is_doubtful(desk: Desk, u: Query, draft: Draft, evidence: Sequence[Evidence], *, covered: float = COVERED) -> bool:
    """Whether the clause that ``draft`` tells first is read as no answer and has less than ``covered`` of what is asked."""
    first = draft.told_first
    if first is None or u.kind not in _KINDS or u.of_subject or any(one.head for one in draft.each()):
        return False
    readings = [
        p.reading
        for p in ranked_sentences(evidence)
        if p.sentence.reading is not None
        and any(s.notice_id == p.notice.id and s.span.overlaps(p.span) for s in first.supports)
    ]
    if not readings or max(readings) >= READ:
        return False
    words = u.content or u.topic
    return not desk.retriever.weights.units(words) or desk.covered(words, first) < covered
