"""What every way of answering shares (案头): the notices, the retriever, and what is said where nothing can be answered.

Every way of answering (:mod:`assistant.kinds`) works at it. The trap: every path returns evidence, also a refusal, because
what was looked at is part of the answer.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from assistant.answering import refusal
from assistant.answering.absent import absent_programme, mentions, programmes_of
from assistant.answering.answerability import best_reading
from assistant.answering.draft import Draft, Statement
from assistant.answering.extractive import Extractive
from assistant.answering.manner import PLAIN, Manner, Manners
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.responsible import bracket_for
from assistant.answering.rulings import binds_somewhere
from assistant.answering.settling import settled
from assistant.answering.times import came_later
from assistant.query.read import Understanding
from assistant.query.types import Hang
from assistant.query.values import plain_figures, states_fine
from assistant.retrieval.evidence import LEAST, Evidence, Retriever
from assistant.retrieval.matching import bigrams
from assistant.retrieval.selection import may_answer, ranked_sentences
from assistant.types import Kind
from corpus import fitted
from corpus.bodies import split_bodies
from corpus.classes import Membership, classes_of
from corpus.penalties import Threat, penalties_of
from corpus.regions import is_within
from corpus.types import Notice, Passage, Span
from index.reader import VerdictReader
from index.types import Hit

Outcome = tuple[Draft | Refusal, list[Evidence]]
"""What is said, and what was looked at."""
LIKELY_ELSEWHERE = fitted.number("answering.desk.likely_elsewhere")
"""Share from which a message that no sentence answers is out of scope."""
SURELY_HERE = fitted.number("answering.desk.surely_here")
"""Log odds of the reader from which a message that likely lies elsewhere does not."""
SURELY_ANSWERS = fitted.number("answering.desk.surely_answers")
"""Log odds from which a sentence answers though it has no word of the question."""
MATTER_STANDS = fitted.number("answering.desk.matter_stands")
"""Share of the question's words from which a sentence has its matter."""
TRIES, PARTS = 4, 2
"""Searches for one message, and how many more for the questions in it that are not answered yet; beyond them what was
found first stands."""


class Clock:
    """Milliseconds by step, and how often an answer was tried for one message."""

    def __init__(self) -> None:
        self.tried = 0
        self._start = self._last = time.perf_counter()
        self.timings: dict[str, float] = {}

    @property
    def more(self) -> bool:
        """Whether another reading of the message, or another place, may still be tried."""
        return self.tried < TRIES

    @property
    def more_parts(self) -> bool:
        """Whether another question of the message may still be searched for."""
        return self.tried < TRIES + PARTS

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = self.timings.get(name, 0.0) + round((now - self._last) * 1000, 2)
        self._last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 2)


class Desk:
    """The notices with what finds, drafts and refuses over them."""

    def __init__(
        self,
        notices: Sequence[Notice],
        retriever: Retriever,
        *,
        top_k: int,
        manners: Manners,
        verdicts: VerdictReader | None = None,
    ) -> None:
        """
        Args:
            manners: of every kind of answer (:data:`assistant.kinds.MANNERS`).
        """
        self.all = tuple(notices)
        self.notices = {n.id: n for n in notices}
        self.retriever = retriever
        self.extractive = Extractive(retriever.weights, retriever.shown, manners, retriever.reading)
        self.top_k, self.verdicts, self.manners = top_k, verdicts, manners
        self._threats: dict[str, Mapping[str, tuple[Threat, ...]]] = {}
        self._classes: dict[str, tuple[Membership, ...]] = {}

    def manner(self, u: Understanding) -> Manner:
        """What the kind of ``u`` asks of the steps that all share."""
        return self.manners.get(u.kind, PLAIN)

    def classes(self, notice: Notice) -> tuple[Membership, ...]:
        """Whom a notice puts into which class; worked out once."""
        found = self._classes.get(notice.id)
        if found is None:
            found = self._classes[notice.id] = classes_of(notice)
        return found

    @cached_property
    def _programmes(self) -> frozenset[str]:
        """The programmes that any notice names; worked out once."""
        return programmes_of(self.all)

    def threats(self, notice: Notice) -> Mapping[str, tuple[Threat, ...]]:
        """What a notice threatens by the article that is broken; worked out once."""
        found = self._threats.get(notice.id)
        if found is None:
            found = self._threats[notice.id] = penalties_of(notice)
        return found

    def later(
        self, u: Understanding, evidence: Sequence[Evidence], figures: frozenset[str] = frozenset()
    ) -> Draft | None:
        """Where the question places itself in the past: the notice issued since that states what was not stated then.

        Args:
            figures: what its sentence must state one of, where the question itself states some.
        """
        if u.as_of_from != "问题" or not u.region:
            return None
        since = [n.id for n in self.all if is_within(u.region, n.region) and n.issued_on and n.issued_on > u.as_of]
        if not since:
            return None
        found = self.retriever.retrieve(u, since, top_k=6)
        if self.silence(u, found, since):
            return None
        stated = self.extractive.best(u, found)
        if figures and not any(figures & plain_figures(p.sentence.text) for p in stated):
            return None
        plain = replace(u, wants=replace(u.wants, kind=Kind.TEXT, figure=False, deadline=False))
        then = self.extractive.best(plain, evidence, limit=2, budget=200) if evidence else []
        return came_later(u, then, stated[0]) if stated else None

    def no_pool(self, u: Understanding) -> Refusal:
        place = u.region
        if place is not None and binds_somewhere(place, self.all):
            own = [n for n in self.all if is_within(place, n.region)]
            return self.out_of_time(u, own)
        return refusal.no_notice(u.regions or (place or "",), self.all)

    def out_of_time(self, u: Understanding, own: Sequence[Notice]) -> Refusal:
        issued = [n for n in own if not (n.issued_on and u.as_of < n.issued_on)]
        return refusal.no_longer(u, issued, self.all) if issued else refusal.outside_dates(u, own)

    def silence(self, u: Understanding, evidence: Sequence[Evidence], pool: Sequence[str]) -> Silence | None:
        notices = [self.notices[i] for i in pool]
        if programme := absent_programme(u, notices, self._programmes):
            return Silence("absent_subject", programme)
        return refusal.silence(u, self.manner(u), evidence, self.retriever.weights, notices, shown=self.retriever.shown)

    def settled(self, u: Understanding, evidence: Sequence[Evidence]) -> list[Evidence] | None:
        """The evidence with the clause that says yes or no to a closed question read as its answer; None where none does."""
        return settled(u, evidence, self.retriever.shown, self.verdicts)

    def lies_elsewhere(self, u: Understanding, evidence: Sequence[Evidence]) -> bool:
        """Whether a message of its own likely lies outside what any notice is about: no sentence is surely read as its answer, and none has
        its matter (夜班费多少钱 asks for what is not written of night duty, which is)."""
        reading = best_reading(evidence)
        if u.hang is not Hang.NEW or u.wants.elsewhere < LIKELY_ELSEWHERE or reading is None:
            return False
        matter = max(p.sentence.coverage for p in ranked_sentences(evidence))
        return matter < MATTER_STANDS if reading <= 0 else matter == 0 and reading < SURELY_ANSWERS

    def lies_here(self, u: Understanding, evidence: Sequence[Evidence]) -> bool:
        """Whether a notice speaks of what likely lies elsewhere: a sentence has its matter and is surely read as the answer."""
        reading = best_reading(evidence)
        matter = max((p.sentence.coverage for p in ranked_sentences(evidence)), default=0.0)
        return reading is not None and reading >= SURELY_HERE and matter >= MATTER_STANDS

    def silent(self, silence: Silence, u: Understanding, evidence: Sequence[Evidence]) -> Refusal:
        """The refusal with what helps next: who is in charge of the nearest item, and where else the term stands."""
        lead: str | None = None
        if evidence:
            item = evidence[0]
            article = item.notice.articles[item.passage.article]
            bracket = bracket_for(item, article)
            names = split_bodies(item.notice.quote(bracket)) if bracket else ()
            lead = names[0] if names else None
        elsewhere: tuple[Notice, ...] = ()
        if silence.code == "absent_subject" and u.region:
            elsewhere = tuple(n for n in self.all if not is_within(u.region, n.region) and mentions(n, silence.about))
        return refusal.silent(silence, u, evidence, lead, elsewhere, self._nearest(u, evidence))

    def _nearest(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """The clause that comes nearest to an answer, where the reader does not rule it out; a fine only where one is asked."""
        text = (p for p in ranked_sentences(evidence) if p.article.kind == "item")  # title and signature say nothing
        read = [p for p in text if p.sentence.reading is not None and may_answer(p)]
        fines = u.says("ask.penalty")
        meant = [p for p in read if fines or not states_fine(p.sentence.text)]
        best = max(meant, key=lambda p: (p.sentence.reading or LEAST, p.score), default=None)
        return self.extractive.quoted(best) if best is not None else None

    def covered(self, words: str, said: Statement) -> float:
        """Share of ``words`` that the clauses a statement rests on have, with their headings; 1 where they say nothing."""
        units = self.retriever.weights.units(words)
        if not units:
            return 1.0
        grams: frozenset[str] = frozenset()
        for support in said.supports:
            notice = self.notices[support.notice_id]
            grams |= bigrams(support.span.of(notice.text)) | bigrams(notice.article_at(support.span.start).path)
        return self.retriever.weights.coverage(units, grams)

    def with_cited(self, draft: Draft, evidence: list[Evidence]) -> list[Evidence]:
        """What the answer cites is evidence too: cited passages that are not among the first few come right after the best."""
        known = {e.passage.id: e for e in evidence}
        front = {e.passage.id for e in evidence[:4]}
        top = evidence[0].score if evidence else 1.0
        moved: list[Evidence] = []
        for support in [*(s for statement in draft.each() for s in statement.supports), *draft.beside]:
            passage = self._passage_at(support.notice_id, support.span, evidence)
            if passage.id in front:
                continue
            front.add(passage.id)
            moved.append(known.get(passage.id) or Evidence(Hit(passage, top), self.notices[support.notice_id], top, ()))
        ids = {m.passage.id for m in moved}
        rest = [e for e in evidence if e.passage.id not in ids]
        if draft.leads_with_front(self.notices):
            return [*moved[:1], *rest[:1], *moved[1:2], *rest[1:3], *moved[2:], *rest[3:]]
        return [*rest[:2], *moved[:3], *rest[2:], *moved[3:]]

    def _passage_at(self, notice_id: str, span: Span, evidence: Sequence[Evidence]) -> Passage:
        """The widest passage that holds ``span``, of those found or of the notice: of a list the one with all of its items."""
        found = [e.passage for e in evidence if e.notice.id == notice_id and e.passage.span.contains(span)]
        passages = self.retriever.passages_of[notice_id]
        own = passages[bisect_right(passages, span.start, key=lambda p: p.span.start) - 1]
        return max([*found, own], key=lambda one: len(one.span))
