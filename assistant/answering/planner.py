"""The plan of an answer (回答方案): by the kind of question, what to retrieve where and who drafts from it.

Stands between understanding and the gate: it turns an understood question into a :class:`~assistant.answering.draft.Draft` or a
:class:`~assistant.answering.refusal.Refusal`, with the evidence it looked at. One method a kind of question. The trap: every path
returns evidence, also a refusal, because what was looked at is part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import refusal
from assistant.answering.about import about
from assistant.answering.answerability import best_reading
from assistant.answering.below import below
from assistant.answering.coming import NO_ANSWER, announced, coming
from assistant.answering.comparing import compare_places, compare_times, kin
from assistant.answering.desk import Clock, Desk
from assistant.answering.draft import Draft, Statement, paragraph
from assistant.answering.lost import before_all, lost_item, no_bodies
from assistant.answering.measured import aged, excepted
from assistant.answering.order import clause_whole
from assistant.answering.penalties import Penalties
from assistant.answering.polarity import word
from assistant.answering.quoting import lead_in, quote_statement
from assistant.answering.reach import outside
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.rulings import binds_somewhere, grounds, over, ruling
from assistant.answering.times import passed
from assistant.applicability import in_force_on
from assistant.query.kinds import classify
from assistant.query.read import Understanding
from assistant.query.scope import parts_of_question
from assistant.query.topic import content_of
from assistant.query.types import Hang
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import answers, may_answer, ranked_sentences
from assistant.types import Binding, Kind, Verdict
from corpus.ended import ended_by
from corpus.grammar import form
from corpus.inforce import Force, standing
from corpus.naming import said_by
from corpus.regions import is_within

_RULING_WORDS = form("ruling.words")
"""Words of a question about applicability that say nothing of a subject; without them a ground has nothing to be about."""

NEARER, SURER = 1.1, 1.0
"""Times the best score in force, or log odds above the best reading there, that a notice not yet in effect must have to be meant."""
_NOT_YET = (Force.NOT_YET, Force.NOT_ISSUED)
FEW = 2
"""Documents that a question may name; more are all those of a place, of which the one on the matter is meant."""
NEAR = 0.45
"""Nearness from which the clause a verdict is asked about is shown, whatever the reader makes of it."""
_OF_A_PAPER = frozenset("依据根文号件方案省里上头哪份主送发给谁单位")
"""Characters that ask about a document itself; what is left is a matter."""
_THAT_ONE = form("ruling.that_one")
"""A document or rule pointed at without its name."""


class Planner:
    """Drafts or refuses, by kind of question."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._penalties = Penalties(desk)

    def outcome(
        self, u: Understanding, verdicts: Sequence[Verdict], clock: Clock
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        notices = self._desk.all
        if u.wants.out_of_scope:
            return refusal.out_of_scope(u.wants.out_of_scope, notices), []
        if u.doubtful and not u.notice_ids:
            return refusal.which_place(u), self._desk.retriever.retrieve(u, None, top_k=self._desk.top_k)
        if u.unknown_numbers and not u.notice_ids:
            evidence = self._desk.retriever.retrieve(u, None, top_k=self._desk.top_k)
            return refusal.unknown_notice(u.unknown_numbers[0], notices), evidence
        force = u.says("asks_force")
        if u.ended and (force or u.kind in (Kind.APPLICABILITY, Kind.CHANGE)):
            evidence = self._desk.retriever.retrieve(u, u.notice_ids, top_k=self._desk.top_k)
            draft = over(u, self._desk.notices)
            return draft, self._desk.with_cited(draft, evidence)
        fact = u.fact
        if fact and u.kind is not Kind.COMPARISON:
            told = self._about(fact, u)
            if told:
                return told
        if u.kind is Kind.COMPARISON:
            return compare_places(self._desk, self._penalties, u, clock)
        if u.kind is Kind.CHANGE and force and len(u.notice_ids) == 1 and not u.wants.figure and self._ended(u):
            return self._rule(u, verdicts, clock)
        if u.kind is Kind.CHANGE and not u.wants.figure and self._not_yet(u):
            return self._until_then(u, *self._rule(u, verdicts, clock), verdicts, clock)
        if u.kind is Kind.CHANGE:
            return compare_times(self._desk, u, clock)
        if u.kind is Kind.APPLICABILITY:
            named = [v for v in verdicts if v.notice_id in u.notice_ids]
            elsewhere = bool(named) and all(v.binding is Binding.DOES_NOT_BIND for v in named)
            if elsewhere or force or u.says("asks_which"):
                return self._rule(u, verdicts, clock)
            answered = self._answer(replace(u, wants=replace(u.wants, kind=Kind.TEXT)), clock)
            return self._rule(u, verdicts, clock) if self._of_front(answered[0]) else answered
        return self._answer(u, clock)

    def _about(self, fact: str, u: Understanding) -> tuple[Draft, list[Evidence]] | None:
        """A fact about a notice itself, when one notice is meant; None leaves the question to its content."""
        pool = self._desk.retriever.pool(u)
        meant = list(u.notice_ids) or (list(pool) if len(pool) == 1 else [])
        if not meant and fact == "amended":
            meant = list(dict.fromkeys(e.notice.id for e in self._desk.retriever.retrieve(u, pool, top_k=1)))
        specific = sum(char not in _OF_A_PAPER for char in u.content) > 5
        if not meant or len(meant) > 2 or (specific and fact in ("basis", "number", "issued", "issuer")):
            return None
        draft = about(fact, [self._desk.notices[i] for i in meant])
        if draft is None:
            return None
        return draft, self._desk.with_cited(draft, self._desk.retriever.retrieve(u, meant, top_k=self._desk.top_k))

    def _answer(
        self, u: Understanding, clock: Clock, *, silent: bool = False
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        """The answer, beginning with what of it is not in effect yet; ``silent``: what is in force was searched and does not say it."""
        outcome, evidence = self._drafted(u, clock)
        if isinstance(outcome, Draft):
            outcome = announced(self._desk, u, outcome, silent=silent)
        return outcome, evidence

    def _coming(self, u: Understanding, clock: Clock, than: float | None = None) -> tuple[Draft, list[Evidence]] | None:
        """The answer of the notice that is not in effect yet, where nothing in force says it."""
        ahead = coming(self._desk, u, than=than)
        if not ahead:
            return None
        silent = than is None or than < NO_ANSWER
        outcome, evidence = self._answer(replace(u, notice_ids=ahead), clock, silent=silent)
        return (outcome, evidence) if isinstance(outcome, Draft) else None

    def _drafted(self, u: Understanding, clock: Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        pool = self._desk.retriever.pool(u)
        if not pool:
            if ahead := self._coming(u, clock):
                return ahead
            evidence = self._desk.retriever.retrieve(u, None, top_k=self._desk.top_k)
            return self._desk.no_pool(u), evidence
        evidence = self._desk.retriever.retrieve(u, pool, top_k=max(12, self._desk.top_k))
        clock.mark("retrieve")
        lost = lost_item(self._desk, u, pool)
        if lost:
            return lost, evidence
        before = before_all(self._desk, u, pool)
        if before:
            return before, evidence
        if breach := self._penalties.told(u, evidence, pool):
            return breach
        if told := self._of_others(u, evidence):
            return told, self._desk.with_cited(told, evidence)
        silence = self._desk.silence(u, evidence, pool)
        if silence:
            if later := self._desk.later(u, evidence):
                return later, self._desk.with_cited(later, evidence)
            return self._coming(u, clock) or below(self._desk, u) or (self._desk.silent(silence, u, evidence), evidence)
        draft = self._desk.extractive.draft(u, evidence)
        clock.mark("draft")
        if draft is None:
            return self._coming(u, clock) or below(self._desk, u) or (no_bodies(self._desk, u, evidence), evidence)
        reading = best_reading(evidence)
        if reading is not None and (ahead := self._coming(u, clock, than=reading)):
            return ahead
        if surer := below(self._desk, u, than=reading):
            return surer
        for one in u.ended:
            name = said_by(self._desk.notices[one.by])
            draft = replace(draft, notes=(*draft.notes, f"{one.short}已由{name}废止，以上是{name}的规定。"))
        draft = self._with_second_question(u, self._with_word(u, draft, evidence), pool, clock)
        if late := passed(u, draft, self._desk.all):
            draft = replace(draft, notes=(*draft.notes, late))
        return draft, self._desk.with_cited(draft, evidence)

    def _not_yet(self, u: Understanding) -> bool:
        """Whether the one notice that is named is not in effect yet: then what is asked is which rule holds."""
        if len(u.notice_ids) != 1:
            return False
        return standing(self._desk.notices[u.notice_ids[0]], u.as_of, self._desk.all).force is Force.NOT_YET

    def _ended(self, u: Understanding) -> bool:
        """Whether the one notice that is named holds no more: then 还能用吗 asks for that, not for what changed."""
        return standing(self._desk.notices[u.notice_ids[0]], u.as_of, self._desk.all).force in (
            Force.REPEALED,
            Force.EXPIRED,
        )

    def _until_then(
        self,
        u: Understanding,
        outcome: Draft | Refusal,
        evidence: list[Evidence],
        verdicts: Sequence[Verdict],
        clock: Clock,
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        """What holds until the notice that is named takes effect: what it will end, or where that is known by name only."""
        named = u.notice_ids[0]
        old = tuple(i for i in kin(self._desk, named) if in_force_on(self._desk.notices[i], u.as_of, self._desk.all))
        if old:
            now, found = self._rule(replace(u, notice_ids=old), verdicts, clock)
        elif before := ended_by(self._desk.notices[named], self._desk.all):
            now, found = over(replace(u, ended=before), self._desk.notices), evidence
        else:
            return outcome, evidence
        if isinstance(outcome, Refusal) or isinstance(now, Refusal):
            return outcome, evidence
        both = Draft((*outcome.blocks, *now.blocks), now.notes)
        return both, self._desk.with_cited(both, [*found, *evidence])

    def _of_front(self, outcome: Draft | Refusal) -> bool:
        """Whether what answers is the line of addressees or the like: then it is asked whether the notice binds."""
        if isinstance(outcome, Refusal):
            return False
        cited = [s for statement in outcome.each() for s in statement.supports][:1]
        return any(self._desk.notices[s.notice_id].article_at(s.span.start).kind != "item" for s in cited)

    def _of_others(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """Asked whether a rule covers the asker's sort of hospital, or the same of another sort (那二甲呢): that its clause
        is about another."""
        other = u.hang is Hang.SLOT and "话题" in u.carried
        if u.kind not in (Kind.TEXT, Kind.FIGURE) or not (other or u.says("ask.of_us")):
            return None
        picks = [p for p in self._desk.extractive.best(u, evidence) if answers(p)]  # of another matter nothing follows
        beside = [p for p in ranked_sentences(evidence) if picks and p.notice is picks[0].notice and answers(p)]
        told = outside(u.topic if other else u.question, u.region or u.home, [*picks, *beside])
        if told is None:
            return None
        left_out = next(p for p in (*picks, *beside) if p.span == told.supports[0].span)
        return Draft((paragraph(told, *grounds([left_out])),))

    def _with_word(self, u: Understanding, draft: Draft, evidence: Sequence[Evidence]) -> Draft:
        """Yes or no in the first word, where the quoted clause says it surely; a figure to be confirmed is checked apart."""
        first = next((s for s in draft.each() if s.supports), None)
        picks = ranked_sentences(evidence)
        if first is None or u.premise or not picks or not answers(picks[0]):
            return draft
        support = first.supports[-1]
        notice = self._desk.notices[support.notice_id]
        shown = self._desk.retriever.shown(notice, notice.article_at(support.span.start), support.span)
        told = word(u.question, shown, self._desk.verdicts)
        said = Statement(f"{told}。", (support,), given=told, head=True) if told else None
        decides = (
            said,
            aged(u.question, notice, support.span),
            excepted(u.question, notice, clause_whole(notice, support.span.start)),
        )
        start, *rest = draft.blocks
        return replace(draft, blocks=(replace(start, statements=(*filter(None, decides), *start.statements)), *rest))

    def _with_second_question(self, u: Understanding, draft: Draft, pool: Sequence[str], clock: Clock) -> Draft:
        """A message that asks two things gets the best sentence for each part that the draft does not quote yet."""
        blocks = list(draft.blocks)
        for part in parts_of_question(u.question):
            if not clock.more_parts:
                break
            clock.tried += 1
            asked = replace(u, topic=part, content=content_of(part), wants=classify(part))
            evidence = self._desk.retriever.retrieve(asked, pool, top_k=6)
            if asked.kind is Kind.BODY or self._desk.silence(asked, evidence, pool):
                continue
            for pick in self._desk.extractive.best(asked, evidence):
                quoted = any(
                    s.notice_id == pick.notice.id and s.span.overlaps(pick.span)
                    for x in draft.each()
                    for s in x.supports
                )
                if not quoted:
                    blocks.append(paragraph(quote_statement(lead_in(pick), pick)))
        return replace(draft, blocks=tuple(blocks))

    def _rule(
        self, u: Understanding, verdicts: Sequence[Verdict], clock: Clock
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        u = self._described(u)
        pool = u.notice_ids or tuple(v.notice_id for v in verdicts if v.binding is not Binding.DOES_NOT_BIND)
        place = u.region or u.home
        asked = replace(u, regions=(place,) if place else ())
        evidence = self._desk.retriever.retrieve(u, pool or None, top_k=self._desk.top_k)
        clock.mark("retrieve")
        if not u.notice_ids and (timed := self._out_of_time(u, place, evidence if pool else [])):
            return self._rule(replace(u, notice_ids=(timed,)), verdicts, clock)
        if not pool:
            if place is not None and not binds_somewhere(place, self._desk.all):
                return refusal.no_notice((place,), self._desk.all), evidence
            own = [n for n in self._desk.all if place is None or is_within(place, n.region)]
            return self._desk.out_of_time(asked, own), evidence
        ground = []
        topical = len(_RULING_WORDS.sub("", u.content)) >= 2
        if len(_RULING_WORDS.sub("", u.content)) >= 4 and self._desk.silence(u, evidence, pool) is None:
            found = self._desk.extractive.best(u, evidence[:6], limit=2, budget=170)
            near = [p for p in found[:1] if p.sentence.similarity >= NEAR]  # 二甲 against 三级: the clause is the proof
            ground = [p for p in found if p in near or may_answer(p)]
        usable = [v.notice_id for v in verdicts if v.binding is not Binding.DOES_NOT_BIND]
        elsewhere = u.notice_ids and usable and not set(usable) & set(u.notice_ids)  # then what does bind is looked for
        beside = self._desk.retriever.retrieve(u, usable, top_k=self._desk.top_k) if elsewhere else []
        draft = ruling(asked, verdicts, self._desk.notices, [*evidence, *beside], ground, topical=topical)
        if draft and (mismatch := outside(u.question, place, ground)):
            draft = replace(draft, blocks=(paragraph(mismatch, *grounds(ground)),))
        clock.mark("draft")
        if draft is None:
            return self._desk.silent(Silence("uncovered"), u, evidence), evidence
        return draft, self._desk.with_cited(draft, evidence)

    def _out_of_time(self, u: Understanding, place: str | None, evidence: Sequence[Evidence]) -> str | None:
        """The notice of the place that is much nearer to the matter than any in force and does not hold yet on the day: that is
        the answer then, not the nearest neighbour in force."""
        others = [
            n.id
            for n in self._desk.all
            if place and is_within(place, n.region) and standing(n, u.as_of, self._desk.all).force in _NOT_YET
            if not (n.issued_on and u.as_of < n.issued_on and u.as_of_from == "问题")  # nobody could go by it then
        ]
        if not others or len(_RULING_WORDS.sub("", u.content)) < 2:
            return None
        found = self._desk.retriever.retrieve(u, others, top_k=1)
        if not found:
            return None
        if not evidence:  # nothing of the place is in force at all
            return None if self._desk.silence(u, found, others) else found[0].notice.id
        own, other = best_reading(evidence), best_reading(found)
        surer = own is not None and other is not None and other >= max(own, 0.0) + SURER
        return found[0].notice.id if surer or found[0].score >= NEARER * evidence[0].score else None

    def _described(self, u: Understanding) -> Understanding:
        """A notice told by what it says (七成靠调价那个文件管得到我们吗): the one whose sentence the reader finds in it,
        where none of the asker's own says so."""
        if (
            len(u.notice_ids) > FEW and len(_RULING_WORDS.sub("", u.content)) >= 2
        ):  # 广州那个长护险办法: all of Guangzhou's
            nearest = self._desk.retriever.retrieve(u, u.notice_ids, top_k=1)
            return replace(u, notice_ids=tuple(e.notice.id for e in nearest)) if nearest else u
        if u.notice_ids or not u.region or not _THAT_ONE.search(u.question):
            return u
        found = self._desk.retriever.retrieve(u, None, top_k=8)
        best = next((p for p in ranked_sentences(found) if answers(p)), None)
        own = [p for p in ranked_sentences(found) if is_within(u.region, p.notice.region)]
        if best is None or is_within(u.region, best.notice.region) or any(map(answers, own)):
            return u
        return replace(u, notice_ids=(best.notice.id,))
