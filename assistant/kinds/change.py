"""Then and now (前后有何变化、现在怎么说): what successive notices of one place say on a matter, the newest first.

Needs: two or more notices of one place, or one and what it repealed or what repealed it.
Picks: the notices that speak on the matter, each searched alone; what the question tells of the old rule (到2020年30名) is taken out
before the newer ones are searched, which have other years and figures for the same matter.
Silent: a notice that says nothing of it is named in a note; where one notice alone speaks, its sentences answer; where none does, it is
refused.
Says: old and new with their years and which of them holds; asked for what holds now, the newest alone. Asked whether a notice
that holds no more, or not yet, can be used, it says that, and what holds until then.
The trap: laws on other matters stand beside each other in a place, and are no older and newer version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answering.beside import laid_beside
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Block, Draft, Statement, paragraph
from assistant.answering.manner import Manner, Missing
from assistant.answering.points import point_by_point
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.rows import NOT_FOUND, Row, Voice, nearest, voices
from assistant.answering.rulings import over
from assistant.applicability import in_force_on
from assistant.kinds.body import bodies
from assistant.kinds.ruling import rule
from assistant.query.narrowing import points, without_old_rule
from assistant.query.types import Query
from assistant.query.values import plain_figures
from assistant.retrieval.evidence import Evidence, in_turn
from assistant.retrieval.selection import ranked_sentences
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.ended import ended_by
from corpus.grammar import form
from corpus.inforce import Force, standing
from corpus.naming import said_by
from corpus.regions import display
from corpus.types import Notice
from corpus.versions import like_matter, order_of

MANNER = Manner(
    value_if_asked=True,
    each_year=False,
    dated=True,
    by_place=False,
    missing=frozenset({Missing.SUBJECT, Missing.FIGURE}),
    slack=fitted.number("kinds.change.slack"),
)
EXAMPLES = (
    "湖南的县域医共体目标前后有什么变化",
    "湖南以前说要30个，现在最新的说法呢",
    "湖南2016年和2023年的文件对基层首诊说法有什么变化",
)
ON_THE_MATTER = fitted.number("kinds.change.on_the_matter")
"""Share of the best score from which a notice says something on the matter; of the others nothing is said."""


def wants(u: Query) -> bool:
    return u.kind is Kind.CHANGE


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    if u.says("asks_force") and len(u.notice_ids) == 1 and not u.wants.figure and _ended(desk, u):
        return rule(desk, u, verdicts, clock)
    if not u.wants.figure and _not_yet(desk, u):
        return _until_then(desk, u, *rule(desk, u, verdicts, clock), verdicts, clock)
    return compare_times(desk, u, clock)


def compare_times(desk: Desk, u: Query, clock: Clock) -> Outcome:
    if several := points(u):
        return point_by_point(several, lambda one: compare_times(desk, one, clock))
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
    if (
        not u.notice_ids and everything and kin(desk, everything[0].notice.id)
    ):  # 老法新法一样吗: the versions of what speaks of it
        return compare_times(desk, replace(u, notice_ids=(everything[0].notice.id,)), clock)
    figures = u.figures  # 八成这个指标22年那会儿有没有
    if figures and not any(figures & plain_figures(p.sentence.text) for p in ranked_sentences(everything)[:3]):
        told = desk.later(u, everything, figures)
        if told:
            return told, desk.with_cited(told, everything)
    if not u.region and len(u.notice_ids) <= 1 and everything:
        home = everything[0].notice.region
        pool = tuple(i for i in pool if desk.notices[i].region == home)
    later = without_old_rule(u)
    newly = desk.retriever.retrieve(later, pool, top_k=20) if later.content not in ("", u.content) else []
    on_matter = {
        e.notice.id
        for found in (everything, newly)
        for e in found
        if e.score >= ON_THE_MATTER * found[0].score and not _other_law(e.notice, everything[0].notice)
    }
    whole, pool = pool, tuple(i for i in pool if i in on_matter or i in u.notice_ids) or pool
    oldest = min(pool, key=lambda i: desk.notices[i].issued_on or date.min)
    rows = []
    for i in pool:
        asked = u if i == oldest or not later.content else later
        found = tuple(desk.retriever.retrieve(asked, [i], top_k=6))
        rows.append(Row(desk.notices[i].name, (desk.notices[i],), found))
    clock.mark("retrieve")
    evidence = in_turn([r.evidence for r in sorted(rows, key=lambda r: -(r.evidence[0].score if r.evidence else 0))])
    draft = change(desk, u, rows) if len(rows) > 1 else None
    if draft is None:
        silence = desk.silence(replace(u, wants=replace(u.wants, kind=Kind.TEXT)), everything, pool)
        single = None if silence else desk.extractive.sentences(u, everything)
        if single is None:
            return desk.silent(silence or Silence("uncovered"), u, everything), everything
        return _with_silence_since(desk, single, whole), everything
    clock.mark("draft")
    return draft, evidence


def _with_silence_since(desk: Desk, told: Draft, pool: Sequence[str]) -> Draft:
    """What one notice says, with the later ones of its place in which nothing on it was found: that is what was asked too."""
    cited = {s.notice_id for one in told.each() for s in one.supports}
    if len(cited) != 1:
        return told
    one = desk.notices[cited.pop()]
    since = [
        n
        for n in (desk.notices[i] for i in pool)
        if n.region == one.region and n.issued_on and one.issued_on and n.issued_on > one.issued_on
        and not _other_law(n, one)
    ]  # fmt: skip
    if not since:
        return told
    names = "、".join(said_by(n) for n in sorted(since, key=lambda n: (n.issued_on or date.min, n.id)))
    return replace(told, notes=(*told.notes, f"此后印发的{names}里{NOT_FOUND}"))


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


def _not_yet(desk: Desk, u: Query) -> bool:
    """Whether the one notice that is named is not in effect yet: then what is asked is which rule holds."""
    if len(u.notice_ids) != 1:
        return False
    return standing(desk.notices[u.notice_ids[0]], u.as_of, desk.all).force is Force.NOT_YET


def _ended(desk: Desk, u: Query) -> bool:
    """Whether the one notice that is named holds no more: then 还能用吗 asks for that, not for what changed."""
    return standing(desk.notices[u.notice_ids[0]], u.as_of, desk.all).force in (
        Force.REPEALED,
        Force.EXPIRED,
    )


def _until_then(
    desk: Desk, u: Query, outcome: Draft | Refusal, evidence: list[Evidence], verdicts: Sequence[Verdict], clock: Clock
) -> Outcome:
    """What holds until the notice that is named takes effect: what it will end, or where that is known by name only."""
    named = u.notice_ids[0]
    old = tuple(i for i in kin(desk, named) if in_force_on(desk.notices[i], u.as_of, desk.all))
    if old:
        now, found = rule(desk, replace(u, notice_ids=old), verdicts, clock)
    elif before := ended_by(desk.notices[named], desk.all):
        now, found = over(replace(u, ended=before), desk.notices), evidence
    else:
        return outcome, evidence
    if isinstance(outcome, Refusal) or isinstance(now, Refusal):
        return outcome, evidence
    both = Draft((*outcome.blocks, *now.blocks), now.notes)
    return both, desk.with_cited(both, [*found, *evidence])


def change(desk: Desk, u: Query, rows: Sequence[Row]) -> Draft | None:
    """What successive notices of one place say, newest first, with which of them holds."""
    said: list[tuple[Notice, Statement]] = []
    quiet: list[Notice] = []
    near: list[Statement] = []
    for row, voice in zip(rows, voices(desk, u, rows, successive=True), strict=True):
        notice = row.notices[0]
        statement = _says(desk, u, row) if voice is Voice.SPEAKS else None
        if statement is None:
            quiet.append(notice)
            near += nearest(desk, u, row) if voice is Voice.NEAR else []
        else:
            said.append((notice, statement))
    if not said:
        return None
    said.sort(key=lambda pair: order_of(pair[0]) or date.min, reverse=True)
    newest, first = said[0]
    # asked for what holds now, an answer gives the newest rule alone; asked for the change, old and new
    if len(said) > 1 and u.says("ask.now") and not u.says("ask.both_times"):
        older = "、".join(said_by(n) for n, _ in said[1:])
        return Draft((paragraph(first),), (f"此前的{older}也有规定，同一事项以后出的为准。",))
    if len(said) == 1:
        text = f"对此有规定的只有{said_by(newest)}："
    elif all(order_of(n) for n, _ in said):
        text = f"{display(newest.region)}先后有{len(said)}份文件说到，后印发的是{said_by(newest)}，先列："
    else:
        text = f"{display(newest.region)}有{len(said)}份文件说到，其中有的没有读到成文日期，先后请核对："
    lead = Statement(text, first.supports[:1], given=text)
    notes = tuple(f"{said_by(n)}里{NOT_FOUND}" for n in quiet)
    if quiet and not any(n.replaced_by for n, _ in said):
        notes = (*notes, "已有规定未见废止。")
    told = Block("list", tuple(statement for _, statement in said))
    beside = _beside(desk, u, said) if len(said) > 1 else None
    return Draft((paragraph(lead), told, *map(paragraph, [*([beside] if beside else []), *near])), notes)


def _beside(desk: Desk, u: Query, said: Sequence[tuple[Notice, Statement]]) -> Statement | None:
    """The first and the last wording of the clause that is asked about."""
    newest, oldest = ((f"{n.issued_on.year}年" if n.issued_on else said_by(n), told) for n, told in (said[0], said[-1]))
    if u.wants.body or oldest[0] == newest[0]:
        return None
    return laid_beside(u, (oldest, newest), desk.notices, desk.retriever.weights)


def _says(desk: Desk, u: Query, row: Row) -> Statement | None:
    """What one of several notices says, with its year; None where no sentence can be quoted."""
    notice = row.notices[0]
    lead = f"{notice.issued_on.year}年{said_by(notice)}：" if notice.issued_on else f"{said_by(notice)}："
    if u.wants.body:
        draft = bodies(desk, u, row.evidence)
        found = next(iter(draft.each()), None) if draft else None
        return found.led_by(lead) if found else None
    told = desk.extractive.cell(u, desk.extractive.best(u, row.evidence, limit=2), around=False)
    return Statement.joined([told[0].led_by(lead), *told[1:]]) if told else None
