"""What comes of a message (所得): the question as it was understood, its outcome, and what belongs to them.

Apart from who makes it, so that each way of answering hands the same value on.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence
from assistant.types import Verdict

Outcome = Draft | Refusal
Cited = tuple[str, int, int]
"""Notice, start and end of a quote."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a message. ``fixed``: made by rule, no model words it anew. ``civil``: words that cite nothing.

    ``leads``: how many first blocks of the draft are a verdict that stays in front of what a model writes. ``several``:
    more than one question, or one of more than one place, each of which an answer has to speak to. ``extract_note``: a
    note of the draft that holds for the extract only.
    """

    query: Query
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    fixed: bool = False
    civil: str = ""
    leads: int = 0
    several: int = 0
    extract_note: str = ""


def cited_in(told: Told) -> frozenset[Cited]:
    """What its outcome quotes; nothing where it is a refusal."""
    if isinstance(told.outcome, Refusal):
        return frozenset()
    return frozenset((s.notice_id, s.span.start, s.span.end) for x in told.outcome.each() for s in x.supports)
