"""Answers in several rows (并列作答): one retrieval a place, or one a notice of the same place, then a table of them.

The trap: a newer notice has other years and figures for the same matter, so what the question tells of the old rule is
taken out before the others are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answering import refusal
from assistant.answering.answerability import best_reading
from assistant.answering.coming import coming
from assistant.answering.desk import Clock, Desk
from assistant.answering.draft import Block, Draft, Statement, paragraph
from assistant.answering.penalties import Penalties
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.rows import Row
from assistant.answering.tables import change, comparison
from assistant.query.kinds import classify
from assistant.query.read import Understanding
from assistant.query.topic import content_of, matter_of, says_a_matter
from assistant.query.values import asked_values, plain_figures
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import ranked_sentences
from assistant.types import Kind
from corpus.grammar import form, split_at
from corpus.regions import display
from corpus.types import Notice
from corpus.versions import like_matter
from corpus.wording import wording

_POINT, _POINTS = 4, 4
"""Characters of a point that is compared, and points compared at most."""
_NAMED_POINTS = form("compare.points")
_OLD_RULE = form("change.old_rule")
"""What a question tells of the old rule (到2020年30名): a newer notice has other years and figures for the same matter."""


def compare_places(
    desk: Desk, penalties: Penalties, u: Understanding, clock: Clock
) -> tuple[Draft | Refusal, list[Evidence]]:
    u = replace(u, topic=matter_of(u.topic) if says_a_matter(u.topic) else u.topic)
    if several := _points(u.topic):
        return _point_by_point(desk, penalties, u, several, clock)
    rows: list[Row] = []
    breaches: dict[str, Draft] = {}
    for place in ("", *u.regions) if u.national else u.regions:
        pool = list(desk.retriever.pool(u, place=place))
        if u.national and place:
            pool = [i for i in pool if desk.notices[i].region]
        pool = [i for i in pool if i in u.notice_ids] or pool
        spoken = {y for p in u.periods if not p.relative and not p.deadline for y in p.years}
        issued = [i for i in pool if (day := desk.notices[i].issued_on) and day.year in spoken]
        pool = issued or pool
        own = [i for i in pool if desk.notices[i].region == place]
        found = _own_first(desk, u, own, pool)
        if ahead := _coming(desk, u, place, found, pool):
            pool, found = list(ahead), desk.retriever.retrieve(u, ahead, top_k=8)
        rows.append(Row(display(place) if place else "国家", tuple(desk.notices[i] for i in pool), tuple(found)))
        alone = replace(u, wants=replace(u.wants, kind=Kind.TEXT))
        if breach := penalties.told(alone, found, own or pool):  # 分别怎么罚: deed and sum stand in two articles
            breaches[rows[-1].name] = breach[0]
            rows[-1] = replace(rows[-1], evidence=tuple(breach[1]))
    clock.mark("retrieve")
    evidence = _interleave([list(r.evidence) for r in rows])
    if not any(r.notices for r in rows):
        return refusal.no_notice(u.regions, desk.all), desk.retriever.retrieve(u, None)
    draft = comparison(u, rows, desk.extractive, desk.retriever.weights, breaches)
    clock.mark("draft")
    return draft or desk.silent(Silence("uncovered"), u, evidence), evidence


def _coming(
    desk: Desk, u: Understanding, place: str, found: Sequence[Evidence], pool: Sequence[str]
) -> tuple[str, ...]:
    """The notice of a place that is not in effect yet and states what is compared, where nothing in force there does."""
    alone = replace(u, regions=(place,) if place else (), notice_ids=(), wants=replace(u.wants, kind=Kind.TEXT))
    if u.notice_ids or (found and not desk.silence(alone, found, pool)):
        return ()
    return coming(desk, alone)


def _points(topic: str) -> tuple[str, ...]:
    """The points compared where there are several: each a question (多少人一辆车、几分钟内派车、记录保存多久), or named as such
    (在救护车配备、记录保存上有什么不同)."""
    if named := _NAMED_POINTS.search(topic):
        several = tuple(p.strip() for p in split_at("、，,和与及", named["points"]) if len(p.strip()) >= _POINT)
        return several if 2 <= len(several) <= _POINTS else ()
    pieces = tuple(p.strip() for p in split_at("、，,；;？?", topic) if len(p.strip()) >= _POINT)
    asking = all(asked_values(p) or wording("ask_open").in_(p) or wording("ask_closed").in_(p) for p in pieces)
    return pieces if asking and 2 <= len(pieces) <= _POINTS else ()


def _point_by_point(
    desk: Desk, penalties: Penalties, u: Understanding, points: Sequence[str], clock: Clock
) -> tuple[Draft | Refusal, list[Evidence]]:
    """A table a point under its own head; what is refused is said under it."""
    blocks: list[Block] = []
    notes: list[str] = []
    evidence: list[Evidence] = []
    refused: list[Refusal] = []
    for number, point in enumerate(points, 1):
        asked = replace(u, topic=point, content=content_of(point), wants=replace(classify(point), kind=Kind.COMPARISON))
        told, found = compare_places(desk, penalties, asked, clock)
        evidence += [e for e in found if e.passage.id not in {x.passage.id for x in evidence}]
        head = f"（{number}）{point}："
        if isinstance(told, Refusal):
            refused.append(told)
            notes.append(f"{head}{told.text}")
            continue
        first = next((s.supports for s in told.each() if s.supports), ())
        blocks += [paragraph(Statement(head, first[:1], given=head, head=True)), *told.blocks]
        notes += [f"{head}{n}" for n in told.notes]
    return (Draft(tuple(blocks), tuple(notes)) if blocks else refused[0]), evidence


def _own_first(desk: Desk, u: Understanding, own: Sequence[str], pool: Sequence[str]) -> list[Evidence]:
    """Evidence of the place's ``own`` notices where the reader finds an answer in them, else of all that bind it: two places
    are compared by what each says itself, not by the law that binds both."""
    found = desk.retriever.retrieve(u, own, top_k=8) if own else []
    if len(own) == len(pool) or (found and (reading := best_reading(found)) is not None and reading > 0):
        return found
    return desk.retriever.retrieve(u, pool, top_k=8) if pool else []


ON_THE_MATTER = 0.6
"""Share of the best score from which a notice says something on the matter; of the others nothing is said."""


def kin(desk: Desk, notice_id: str) -> tuple[str, ...]:
    """The notices that repealed the one named or were repealed by it: old and new are these two, in force or not."""
    after = [e.by for e in desk.notices[notice_id].effects if e.ends_all]
    before = [n.id for n in desk.all if any(e.ends_all and e.by == notice_id for e in n.effects)]
    return tuple(i for i in dict.fromkeys((*after, *before)) if i in desk.notices and i != notice_id)


def _other_law(notice: Notice, first: Notice) -> bool:
    """Whether it is a law on another matter: plans follow each other whatever they are called, a law only its own kind."""
    laws = form("name.of_law")
    both = laws.search(notice.title) and laws.search(first.title)
    return bool(both) and notice.id != first.id and not like_matter(notice, first)


def compare_times(desk: Desk, u: Understanding, clock: Clock) -> tuple[Draft | Refusal, list[Evidence]]:
    if len(u.notice_ids) == 1 and (akin := kin(desk, u.notice_ids[0])):
        u = replace(u, notice_ids=(*u.notice_ids, *akin))
    if len(u.notice_ids) > 1:
        pool = u.notice_ids
    else:  # of one notice named, what came before and after it in its place
        place = u.region or (desk.notices[u.notice_ids[0]].region if u.notice_ids else None)
        pool = desk.retriever.pool(replace(u, notice_ids=()), place=place)
    if not pool:
        return desk.no_pool(u), desk.retriever.retrieve(u, None)
    everything = desk.retriever.retrieve(u, pool, top_k=20)
    figures = u.figures  # 八成这个指标22年那会儿有没有
    if figures and not any(figures & plain_figures(p.sentence.text) for p in ranked_sentences(everything)[:3]):
        told = desk.later(u, everything, figures)
        if told:
            return told, desk.with_cited(told, everything)
    if not u.region and len(u.notice_ids) <= 1 and everything:
        home = everything[0].notice.region
        pool = tuple(i for i in pool if desk.notices[i].region == home)
    best = max((e.score for e in everything), default=0.0)
    speaking = {
        e.notice.id
        for e in everything
        if e.score >= ON_THE_MATTER * best and not _other_law(e.notice, everything[0].notice)
    }
    pool = tuple(i for i in pool if i in speaking or i in u.notice_ids) or pool
    oldest = min(pool, key=lambda i: desk.notices[i].issued_on or date.min)
    later = replace(u, topic=_OLD_RULE.sub("", u.topic), content=_OLD_RULE.sub("", u.content), periods=())
    rows = []
    for i in pool:
        asked = u if i == oldest or not later.content else later
        found = tuple(desk.retriever.retrieve(asked, [i], top_k=6))
        rows.append(Row(desk.notices[i].name, (desk.notices[i],), found))
    clock.mark("retrieve")
    evidence = _interleave(
        [list(r.evidence) for r in sorted(rows, key=lambda r: -(r.evidence[0].score if r.evidence else 0))]
    )
    draft = change(u, rows, desk.extractive, desk.retriever.weights) if len(rows) > 1 else None
    if draft is None:
        silence = desk.silence(replace(u, wants=replace(u.wants, kind=Kind.TEXT)), everything, pool)
        single = None if silence else desk.extractive.draft(u, everything)
        return single or desk.silent(silence or Silence("uncovered"), u, everything), everything
    clock.mark("draft")
    return draft, evidence


def _interleave(groups: Sequence[list[Evidence]]) -> list[Evidence]:
    """Best of each group in turn, so that no place is crowded out of the first results."""
    merged: list[Evidence] = []
    for rank in range(max((len(g) for g in groups), default=0)):
        merged += [g[rank] for g in groups if rank < len(g)]
    return merged
