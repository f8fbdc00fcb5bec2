"""One question answered (一问一答): in its readings, and without a year that only names its document.

The planner answers a question in one scope as it was read; here its other reading is tried where the first is refused or
read with doubt, and the surer one is taken. The trap: what is carried from the turns before reads well with the clause they were answered with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.desk import Clock
from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.answering.whom import with_body_first
from assistant.kinds.change import kin
from assistant.kinds.planner import Planner
from assistant.places import Places
from assistant.pointing import Pointing
from assistant.query.types import Hang, Query
from assistant.retrieval.evidence import Retriever
from assistant.tasks.premises import checked, held, held_until, of_all
from assistant.tasks.versions import of_place
from assistant.told import SURE, Told, better, first_cited, reading_of
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.regions import display
from corpus.types import Notice

SAME_NOTICE = fitted.number("answers.same_notice")
"""Share of the best score at which the notice the conversation is about is kept."""
SAYS_OWN = fitted.number("answers.says_own")
"""Share of a follow-up's own words from which an answer speaks of them where its other reading has none of them."""
_OF_VERSIONS = (Kind.CHANGE, Kind.COMPARISON, Kind.APPLICABILITY)
"""What is asked of several texts, or of their force, already."""
_FOUND = 3
"""Passages found of whose documents a year may be the year of issue."""
Verdicts = Callable[[Query], tuple[Verdict, ...]]


class Answers:
    """Answers questions one by one."""

    def __init__(
        self, planner: Planner, retriever: Retriever, notices: Sequence[Notice], verdicts: Verdicts, pointing: Pointing
    ) -> None:
        self._planner, self._retriever, self._verdicts, self._pointing = planner, retriever, verdicts, pointing
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._places = Places(planner, retriever, notices)

    def answered(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, read with doubt or answered without its own words, in its other reading if that
        is read better or speaks of them, or without the conversation's notice."""
        if (q.region or q.home) and q.says("ask.other_places"):
            return self._elsewhere(q, clock)
        told = self._dated(q, clock)
        if told.query.notice_ids != q.notice_ids and reading_of(told) < SURE and clock.more:
            told = better(told, self.one(q, clock, stays=False))
        if q.other is None or q.wants.out_of_scope or not clock.more:
            return told
        said = self.says(told, q.own)
        left = _leaves_named(q, told)
        if reading_of(told) >= SURE and said and not left:
            return told
        other = self._dated(q.other, clock)
        if left and reading_of(other) > 0 and self.says(other, q.own) >= said:
            return other
        if q.hang is Hang.SLOT and reading_of(other) <= 0:
            return told  # words that say little by themselves (那边也有这个指标吗) lie near anything
        turned = self.says(other, q.own)
        if not min(said, turned) and max(said, turned) >= SAYS_OWN and first_cited(told) == first_cited(other):
            speaks = other if turned > said else told
            return speaks if reading_of(speaks) > 0 else told
        return better(told, other) if q.open or reading_of(told) < SURE else told

    def _elsewhere(self, q: Query, clock: Clock) -> Told:
        """What other places rule, asked for to learn from: told place by place as theirs, with whom it does not bind."""
        told = self.answered(replace(q, regions=(), region_from=None, home=None), clock)
        if not isinstance(told.outcome, Draft):
            return told
        note = f"以上是其他地方的规定，可以参考，不约束{display(q.region or q.home or '')}。"
        return replace(told, outcome=replace(told.outcome, notes=(*told.outcome.notes, note)))

    def _dated(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, without a year that only names its document."""
        told = self.one(q, clock)
        if isinstance(told.outcome, Refusal) and clock.more and (undated := self._without_year_of_issue(q, told)):
            return better(told, self.one(undated, clock))
        return told

    def _without_year_of_issue(self, q: Query, told: Told) -> Query | None:
        """The question without a year that only names the document it is asked of (资阳2017年的加成怎么补), be it named, of the place or the
        one that was found; None where it names none so. What a notice says of the year of its issue is looked for first."""
        found = (e.notice for e in told.evidence[:_FOUND])
        meant = [self._notices[i] for i in q.notice_ids] or [*of_place(self._all, q.regions), *found]
        issued = {n.issued_on.year for n in meant if n.issued_on}
        years = [
            p for p in q.periods if not p.deadline and not p.relative and len(p.years) == 1 and p.years[0] in issued
        ]
        return q.without(years) if years else None

    def one(self, q: Query, clock: Clock, *, stays: bool = True) -> Told:
        q = self._of_conversation(q, clock) if stays else q
        verdicts = self._verdicts(q)
        clock.tried += 1
        outcome, evidence = self._planner.outcome(q, verdicts, clock)
        if isinstance(outcome, Draft) and (both := self._of_both_versions(q, outcome)):
            q = both
            outcome, evidence = self._planner.outcome(q, verdicts, clock)
        told = Told(q, outcome, tuple(evidence), verdicts)
        if isinstance(outcome, Draft):
            told = self._places.told(told, clock)
        if isinstance(told.outcome, Draft) and q.asks_premise:
            told = replace(told, outcome=checked(q, told.outcome, self._notices), leads=1 + told.outcome.leads)
        elif isinstance(told.outcome, Draft) and (q.kind is Kind.APPLICABILITY or q.facts):
            told = replace(told, leads=len(told.outcome.blocks))
        elif isinstance(told.outcome, Draft):
            told = replace(told, leads=told.outcome.leads)
        if isinstance(told.outcome, Draft):
            told = replace(told, outcome=with_body_first(q, of_all(q, told.outcome, self._notices), self._notices))
        if isinstance(told.outcome, Draft) and (q.premise or q.time_held) and not q.asks_premise:
            draft = held_until(q, held(q, told.outcome, self._notices), self._notices)
            told = replace(told, outcome=draft, leads=told.leads + len(draft.blocks) - len(told.outcome.blocks))
        return told

    def _of_both_versions(self, q: Query, draft: Draft) -> Query | None:
        """The question as one after what changed, where it asks of old and new (老法新法的定法一样吗) and what it is answered from has another
        version here; None where not."""
        first = draft.told_first
        if first is None or q.kind in _OF_VERSIONS or not q.says("ask.old_and_new"):
            return None
        notice_id = first.supports[0].notice_id
        if not kin(self._planner.desk, notice_id):
            return None
        return replace(q, notice_ids=(notice_id,), wants=replace(q.wants, kind=Kind.CHANGE))

    def _of_conversation(self, q: Query, clock: Clock) -> Query:
        """A new question without place or document stays with the conversation's notice where that says as much."""
        if (
            q.hang is not Hang.NEW
            or q.last is None
            or q.region_from == "question"
            or q.notice_ids
            or q.doubtful
            or q.wants.out_of_scope
            or not clock.more
        ):
            return q
        clock.tried += 1
        before = self._pointing.meant(replace(q.last, last=None))
        pool = self._retriever.pool(q)
        if not before or not pool:
            return q
        best = self._retriever.retrieve(q, pool, top_k=1)
        there = self._retriever.retrieve(q, [n.id for n in before], top_k=1)
        if best and there and there[0].score >= SAME_NOTICE * best[0].score:
            return replace(q, notice_ids=(there[0].notice.id,))
        return q

    def says(self, told: Told, own: str) -> float:
        """Share of the words a message adds (要是中间住院了呢) that the clause it is answered with has, with its headings: what is
        carried from the turns before reads well with the clause they were answered with."""
        first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
        return (
            self._planner.desk.covered(own, first)
            if first is not None
            else float(not self._retriever.weights.units(own))
        )


def _leaves_named(q: Query, told: Told) -> bool:
    """Whether a message that may go on from the last (分别怎么处罚) is answered as a new one from another document than the one that was
    named there."""
    named = q.last.notice_ids if q.last is not None and q.open and q.hang is Hang.NEW and not q.notice_ids else ()
    return bool(named) and first_cited(told) not in named
