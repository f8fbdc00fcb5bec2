"""What applies (适用不适用、还有效吗、按哪份): whether a notice binds the asker on the day, or which one does.

Needs: the verdicts on place and date (:mod:`assistant.applicability`), and sentences on the matter as ground.
Picks: the notice named, told by what it says, or the binding one that says most on the matter; one not in effect yet where it is
much nearer to the matter than any that is.
Silent: where no notice can bind the place ("本库没有收录"), or all of its notices are of another time. That a notice does not bind is an
answer, no refusal.
Says: the verdict first with the clause that proves it, then what binds instead, then the ground (:mod:`assistant.answering.rulings`).
A question whether one may or must (能不能、要不要) that names no notice of another place is answered from the clause, as wording.
The trap: a document that is gone and whose text is not here can be asked about too: then what repealed it is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import refusal
from assistant.answering.answerability import best_reading
from assistant.answering.covering import covering
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Draft, paragraph
from assistant.answering.lapsed import lapsed
from assistant.answering.manner import Manner
from assistant.answering.reach import outside
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.rulings import binds_somewhere, grounds, over, ruling
from assistant.answering.telling import told
from assistant.query.narrowing import says_matter
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import answers, may_answer, ranked_sentences
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.inforce import Force, standing
from corpus.regions import is_within

MANNER = Manner(by_place=False, missing=frozenset())
EXAMPLES = ("资阳的试点方案对湛江适用吗", "湛府〔2019〕13号现在还有效吗", "雁江区的医院该按哪份文件")
_GROUND = 4
"""Characters of a matter from which a sentence is looked for on it."""
NEARER, SURER = fitted.number("kinds.ruling.nearer"), fitted.number("kinds.ruling.surer")
"""Times the best score in force, or log odds above the best reading there, that a notice not yet in effect must have to be meant."""
_NOT_YET = (Force.NOT_YET, Force.NOT_ISSUED)
FEW = 2
"""Documents that a question may name; more are all those of a place, of which the one on the matter is meant."""
NEAR = fitted.number("kinds.ruling.near")
"""Nearness from which the clause a verdict is asked about is shown, whatever the reader makes of it."""


def wants(u: Query) -> bool:
    every = u.kind is Kind.LIST and _asks_every(u)
    both = u.kind is Kind.CHANGE and u.says("asks_force") and len(u.notice_ids) == FEW and not u.says("compared")
    valid = bool(u.notice_ids) and u.says("asks_force") and not says_matter(u)  # 16年那个方案现在还算数吗
    return u.kind is Kind.APPLICABILITY or every or both or (valid and u.closed) or asks_of_ended(u)


def _asks_every(u: Query) -> bool:
    """Whether all documents that are to be followed are asked for, on no matter in particular."""
    return u.says("asks_which_several") and not says_matter(u)


def asks_of_ended(u: Query) -> bool:
    """Whether it is asked if a document holds that is known by what repealed it only."""
    return bool(u.ended) and (u.says("asks_force") or u.kind in (Kind.APPLICABILITY, Kind.CHANGE))


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    if asks_of_ended(u):
        evidence = desk.retriever.retrieve(u, u.notice_ids, top_k=desk.top_k)
        draft = over(u, desk.notices)
        return draft, desk.with_cited(draft, evidence)
    named = [v for v in verdicts if v.notice_id in u.notice_ids]
    elsewhere = bool(named) and all(v.binding.apart for v in named)
    if elsewhere or _asks_every(u) or u.says("asks_force") or u.says("asks_which"):
        return rule(desk, u, verdicts, clock)
    answered = told(desk, replace(u, wants=replace(u.wants, kind=Kind.TEXT)), clock)
    return rule(desk, u, verdicts, clock) if _of_front(desk, answered[0]) else answered


def rule(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    """Whether the notice that is meant binds, or which one does, by ``verdicts`` for the place asked about."""
    u = _described(desk, u)
    pool = u.notice_ids or tuple(v.notice_id for v in verdicts if not v.binding.apart)
    place = u.region or u.home
    asked = replace(u, regions=(place,) if place else ())
    evidence = desk.retriever.retrieve(u, pool or None, top_k=desk.top_k)
    clock.mark("retrieve")
    held = evidence if pool else []
    if not u.notice_ids and (timed := _out_of_time(desk, u, place, held) or _no_more(desk, asked, held)):
        return rule(desk, replace(u, notice_ids=(timed,)), verdicts, clock)
    if not pool:
        if place is not None and not binds_somewhere(place, desk.all):
            return refusal.no_notice((place,), desk.all), evidence
        own = [n for n in desk.all if place is None or is_within(place, n.region)]
        return desk.out_of_time(asked, own), evidence
    ground = []
    topical = says_matter(u)
    if says_matter(u, _GROUND) and desk.silence(u, evidence, pool) is None:
        found = desk.extractive.best(u, evidence[:6], limit=2, budget=170)
        near = [p for p in found[:1] if p.sentence.similarity >= NEAR]  # 二甲 against 三级: the clause is the proof
        ground = [p for p in found if p in near or may_answer(p)]
    usable = [v.notice_id for v in verdicts if not v.binding.apart]
    elsewhere = u.notice_ids and usable and not set(usable) & set(u.notice_ids)  # then what does bind is looked for
    beside = desk.retriever.retrieve(u, usable, top_k=desk.top_k) if elsewhere else []
    draft = ruling(asked, verdicts, desk.notices, [*evidence, *beside], ground, topical=topical)
    if draft and (mismatch := outside(u.asker, place, ground)):
        draft = replace(draft, blocks=(paragraph(mismatch, *grounds(ground)),))
    elif draft and u.kinds_named and not topical and len(u.notice_ids) == 1 and not elsewhere:
        said = covering([desk.notices[u.notice_ids[0]]], u.kinds_named)  # 管不管民营医院: and what it says of them
        draft = replace(draft, blocks=(*draft.blocks, *said.blocks), notes=(*draft.notes, *said.notes))
    clock.mark("draft")
    if draft is None:
        return desk.silent(Silence("uncovered"), u, evidence), evidence
    return draft, desk.with_cited(draft, evidence)


def _out_of_time(desk: Desk, u: Query, place: str | None, evidence: Sequence[Evidence]) -> str | None:
    """The notice of the place that is much nearer to the matter than any in force and does not hold yet on the day: that is
    the answer then, not the nearest neighbour in force."""
    others = [
        n.id
        for n in desk.all
        if place and is_within(place, n.region) and standing(n, u.as_of, desk.all).force in _NOT_YET
        if not (n.issued_on and u.as_of < n.issued_on and u.as_of_from == "问题")  # nobody could go by it then
    ]
    if not others or not says_matter(u):
        return None
    found = desk.retriever.retrieve(u, others, top_k=1)
    if not found:
        return None
    if not evidence:  # nothing of the place is in force at all
        return None if desk.silence(u, found, others) else found[0].notice.id
    own, other = best_reading(evidence), best_reading(found)
    surer = own is not None and other is not None and other >= max(own, 0.0) + SURER
    return found[0].notice.id if surer or found[0].score >= NEARER * evidence[0].score else None


def _no_more(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> str | None:
    """The same where it is a rule no more on the day."""
    over = lapsed(desk, u, evidence, silent=False) if u.region and says_matter(u) else ()
    return over[0] if over else None


def _described(desk: Desk, u: Query) -> Query:
    """A notice told by what it says (七成靠调价那个文件管得到我们吗): the one whose sentence the reader finds in it,
    where none of the asker's own says so."""
    if len(u.notice_ids) > FEW and says_matter(u):  # 广州那个长护险办法: all of Guangzhou's
        nearest = desk.retriever.retrieve(u, u.notice_ids, top_k=1)
        return replace(u, notice_ids=tuple(e.notice.id for e in nearest)) if nearest else u
    if u.notice_ids or not u.region or not u.says("ruling.that_one"):
        return u
    found = desk.retriever.retrieve(u, None, top_k=8)
    best = next((p for p in ranked_sentences(found) if answers(p)), None)
    own = [p for p in ranked_sentences(found) if is_within(u.region, p.notice.region)]
    if best is None or is_within(u.region, best.notice.region) or any(map(answers, own)):
        return u
    return replace(u, notice_ids=(best.notice.id,))


def _of_front(desk: Desk, outcome: Draft | Refusal) -> bool:
    """Whether what answers is the line of addressees or the like: then it is asked whether the notice binds."""
    if isinstance(outcome, Refusal):
        return False
    cited = [s for statement in outcome.each() for s in statement.supports][:1]
    return any(desk.notices[s.notice_id].article_at(s.span.start).kind != "item" for s in cited)
