"""A clause that says yes or no to a closed question answers it, however far its words are from the asker's (断是非即已回答).

贷款盖楼行不行 has hardly a word of 严禁举债建设, and the reader of sentences doubts it; the reader of verdicts, which learnt what a
clause leaves open, does not. The trap: it reads only what is near, and a share of yes that falls to a clause beside the matter
would answer what nothing says; so the reader of sentences must not rule the clause out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.query.types import Query
from assistant.retrieval.evidence import MOST, Evidence, read_as
from assistant.retrieval.selection import may_answer, ranked_sentences
from assistant.retrieval.showing import Shown
from corpus import fitted
from index.pairs import Shares
from index.reader import VerdictReader

_READ = fitted.whole("answering.settling.read")
"""Sentences that are read for a yes or no: those read surest as an answer."""
SAYS = fitted.number("answering.settling.says")
"""Share of yes or of no from which a clause settles a closed question."""


def _surest(share: Shares) -> float:
    return max(share.yes, share.no)


def settled(
    u: Query, evidence: Sequence[Evidence], shown: Shown, reader: VerdictReader | None
) -> list[Evidence] | None:
    """The evidence with the clause that says yes or no read as an answer; None where none does, or no yes or no is asked."""
    if reader is None or not u.closed:
        return None
    read = [p for p in ranked_sentences(evidence) if p.sentence.reading is not None and may_answer(p)]
    read = sorted(read, key=lambda p: -p.reading)[:_READ]
    clauses = [shown(p.notice, p.article, p.span).replace("\n", "") for p in read]
    told = reader.read(u.sought, clauses) if clauses else []
    if not told or max(map(_surest, told)) < SAYS:
        return None
    at = max(range(len(told)), key=lambda n: _surest(told[n]))
    left = told[at].open
    surely = min(math.log((1 - left) / left), MOST) if left else MOST
    found = [read_as(e, read[at].sentence.span, surely) if e is read[at].evidence else e for e in evidence]
    return sorted(found, key=lambda e: -e.score)
