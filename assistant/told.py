"""What comes of a message (所得): the question as it was understood, its outcome, and what belongs to them.

Apart from who makes it, so that each way of answering hands the same value on.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering.answerability import best_reading
from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.query.types import Query
from assistant.retrieval.evidence import LEAST, Evidence, Retriever
from assistant.types import Kind, Verdict
from corpus import fitted

Outcome = Draft | Refusal
Cited = tuple[str, int, int]
"""Notice, start and end of a quote."""
SURE = fitted.number("told.sure")
"""Log odds of the reader from which a part of a message is a question of its own."""


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


def first_cited(told: Told) -> str | None:
    """The notice its first clause is of."""
    first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
    return first.supports[0].notice_id if first else None


def by_rule(retriever: Retriever, q: Query, outcome: Draft | Refusal | None) -> Told | None:
    """What a rule made of a question, with the passages it cites; None where it made nothing."""
    if outcome is None:
        return None
    if isinstance(outcome, Refusal):
        return Told(q, outcome, fixed=True)
    cited = {s.notice_id for x in outcome.each() for s in x.supports}
    evidence = retriever.retrieve(q, cited, top_k=10) if cited else []
    return Told(q, outcome, tuple(evidence), fixed=True)


def reading_of(told: Told) -> float:
    """How surely the best sentence answers; where nothing was read, as surely as need be for an answer."""
    if isinstance(told.outcome, Refusal):
        return LEAST
    if told.query.notice_ids and told.query.says("asks_valid") and told.query.kind is Kind.APPLICABILITY:
        return SURE  # whether a document holds is told by rule
    reading = best_reading(told.evidence)
    return SURE if reading is None else reading


def better(told: Told, other: Told) -> Told:
    """``other`` where it answers and ``told`` does not, or is read worse."""
    if isinstance(other.outcome, Refusal):
        return told
    return other if isinstance(told.outcome, Refusal) or reading_of(other) > reading_of(told) else told
