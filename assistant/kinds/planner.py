"""The order of the ways to answer (回答方案): what cannot be asked here first, then the first way that takes the question.

Stands between understanding and the gate: it turns a question into a draft or a refusal, with the evidence that was looked at. The
trap: every path returns evidence, also a refusal, because what was looked at is part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering import refusal
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.refusal import Refusal
from assistant.kinds import WAYS
from assistant.query.types import Query, Task
from assistant.types import Verdict


class Planner:
    """Drafts or refuses, by kind of question."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def outcome(self, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
        """What is said to ``u`` in its scope; ``verdicts`` are those for its place and date."""
        if stopped := self._not_here(u):
            return stopped
        for way in WAYS:
            if way.wants(u) and (found := way.tell(self.desk, u, verdicts, clock)):
                return found
        raise LookupError(f"no way of answering takes a question of kind {u.kind}")

    def _not_here(self, u: Query) -> Outcome | None:
        """What is refused before any way: out of scope, a name that several places bear, a document that is not here."""
        if u.wants.out_of_scope:
            return refusal.out_of_scope(u.wants.out_of_scope, self.desk.all), []
        if u.notice_ids or u.task is Task.LIBRARY:
            return None
        said: Refusal | None = None
        if u.doubtful:
            said = refusal.which_place(u)
        elif u.unknown_numbers:
            said = refusal.unknown_notice(u.unknown_numbers[0], self.desk.all)
        return (said, self.desk.retriever.retrieve(u, None, top_k=self.desk.top_k)) if said else None
