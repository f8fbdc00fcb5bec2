"""Places side by side (甲地和乙地有何不同): a table, one row a place, one cited cell each.

Needs: two or more places, or one and the country.
Picks: for each place the best sentences of its own notices (of those that bind it where its own say nothing); a cell is filled
from that row's own notices only, a neighbour's figure never stands in. A clause of the question that names one side alone is
asked of that side only. Of several points each gets a table.
Silent: a row whose evidence falls behind the others or leaves the question uncovered says 未规定或未查到, which is not that there is no
rule; where every row is silent, or no place has a notice, it is refused.
Says: the table, then the clause that comes nearest of a silent place, as such, and which places are silent and which have no
notice here. The trap: a weak best match is not a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering import refusal
from assistant.answering.answerability import best_reading
from assistant.answering.beside import laid_beside
from assistant.answering.coming import coming
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.extractive import when_said
from assistant.answering.manner import Manner, Missing
from assistant.answering.penalties import breach
from assistant.answering.points import point_by_point
from assistant.answering.refusal import Silence
from assistant.answering.rows import NOT_FOUND, Row, Voice, nearest, voices
from assistant.answering.telling import told
from assistant.kinds.body import bodies
from assistant.query.narrowing import compared, of_side, points
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence, in_turn
from assistant.retrieval.selection import Pick, answers
from assistant.types import Kind, Verdict
from corpus.naming import said_by
from corpus.regions import display, parts_of
from corpus.types import UNKNOWN_REGION

MANNER = Manner(value_if_asked=True, alone=True, by_place=False, missing=frozenset({Missing.SUBJECT}))
EXAMPLES = (
    "资阳和湛江对院长年薪怎么规定？有何不同？",
    "湛江和资阳谁牵头负责医联体建设",
    "人家湛江的院长年薪单列，资阳呢",
)
_FIRST, _MOST = 3, 5
SILENT, ABSENT = "未规定或未查到", "本库未收录该地文件"


def wants(u: Query) -> bool:
    return u.kind is Kind.COMPARISON


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return compare_places(desk, u, clock)


def compare_places(desk: Desk, u: Query, clock: Clock) -> Outcome:
    u = compared(u)
    if several := points(u):
        return point_by_point(several, lambda one: compare_places(desk, one, clock))
    rows: list[Row] = []
    breaches: dict[str, Draft] = {}
    for place in ("", *u.regions) if u.national else u.regions:
        pool = list(desk.retriever.pool(u, place=place))
        if u.national and place:
            pool = [i for i in pool if desk.notices[i].region]
        pool = _named(desk, u, place, pool) or pool
        spoken = {y for p in u.periods if not p.relative and not p.deadline for y in p.years}
        issued = [i for i in pool if (day := desk.notices[i].issued_on) and day.year in spoken]
        pool = issued or pool
        own = [i for i in pool if desk.notices[i].region == place]
        asked = of_side(u, place)
        found = _own_first(desk, asked, own, pool)
        if ahead := _ahead(desk, asked, place, found, pool):
            pool, found = list(ahead), desk.retriever.retrieve(asked, ahead, top_k=8)
        name, notices = display(place) if place else "国家", tuple(desk.notices[i] for i in pool)
        rows.append(Row(name, notices, tuple(found), None if asked is u else asked))
        alone = replace(asked, wants=replace(asked.wants, kind=Kind.TEXT))
        if penalty := breach(desk, alone, found, own or pool):  # 分别怎么罚: deed and sum stand in two articles
            breaches[name] = penalty[0]
            rows[-1] = replace(rows[-1], evidence=tuple(penalty[1]))
    clock.mark("retrieve")
    held = [notice for row in rows for notice in row.notices]
    if held and not u.national and all(notice.region in ("", UNKNOWN_REGION) for notice in held):
        return _of_country(desk, u, clock)
    evidence = in_turn([row.evidence for row in rows])
    if not any(r.notices for r in rows):
        return refusal.no_notice(u.regions, desk.all), desk.retriever.retrieve(u, None)
    draft = comparison(desk, u, rows, breaches)
    clock.mark("draft")
    return draft or desk.silent(Silence("uncovered"), u, evidence), evidence


def _of_country(desk: Desk, u: Query, clock: Clock) -> Outcome:
    """One answer where no place that is named has a document of its own here, and the country's bind all of them."""
    kind = Kind.FIGURE if u.wants.figure else Kind.DEADLINE if u.wants.deadline else Kind.TEXT
    outcome, evidence = told(desk, replace(u, regions=u.regions[:1], wants=replace(u.wants, kind=kind)), clock)
    if isinstance(outcome, Draft):
        note = f"库里没有{'、'.join(map(display, u.regions))}自己的文件，以上是国家的规定。"
        outcome = replace(outcome, notes=(*outcome.notes, note))
    return outcome, evidence


def _named(desk: Desk, u: Query, place: str, pool: Sequence[str]) -> list[str]:
    """The notices of ``pool`` that the question names for this side: one that binds a place below it (a city's, its district)
    is the other side's where this one has its own."""
    named = [i for i in pool if i in u.notice_ids]
    own = [i for i in named if desk.notices[i].region == place]
    theirs = any(desk.notices[i].region == place for i in pool) and {desk.notices[i].region for i in named} & {
        *u.regions
    }
    return own or ([] if theirs else named)


def _own_first(desk: Desk, u: Query, own: Sequence[str], pool: Sequence[str]) -> list[Evidence]:
    """Evidence of the place's ``own`` notices where the reader finds an answer in them, else of all that bind it: two places
    are compared by what each says itself, not by the law that binds both."""
    found = desk.retriever.retrieve(u, own, top_k=8) if own else []
    if len(own) == len(pool) or (found and (reading := best_reading(found)) is not None and reading > 0):
        return found
    return desk.retriever.retrieve(u, pool, top_k=8) if pool else []


def _ahead(desk: Desk, u: Query, place: str, found: Sequence[Evidence], pool: Sequence[str]) -> tuple[str, ...]:
    """The notice of a place that is not in effect yet and states what is compared, where nothing in force there does."""
    alone = replace(u, regions=(place,) if place else (), notice_ids=(), wants=replace(u.wants, kind=Kind.TEXT))
    if u.notice_ids or (found and not desk.silence(alone, found, pool)):
        return ()
    return coming(desk, alone)


def comparison(desk: Desk, u: Query, rows: Sequence[Row], found: Mapping[str, Draft] | None = None) -> Draft | None:
    """A table of places; None when every place is silent.

    Args:
        found: by the name of a row, what is known to answer there.
    """
    cells: list[tuple[Row, Draft | None, list[Pick]]] = []
    near: list[Statement] = []
    for row, voice in zip(rows, voices(desk, u, rows, successive=False), strict=True):
        if known := (found or {}).get(row.name):
            whole = Statement.joined([part for one in known.each() for part in one.parts or (one,)])
            cells.append((row, Draft((paragraph(whole),)), []))
            continue
        asked = row.asked or u
        if voice is not Voice.SPEAKS:
            cells.append((row, None, []))
            near += nearest(desk, asked, row) if voice is Voice.NEAR else []
            continue
        named = bodies(desk, asked, row.evidence) if asked.wants.body else None
        cells.append((row, named, [] if named else _best(desk, asked, row)))
    if not any(draft or picks for _, draft, picks in cells):
        return None
    header = (Statement("地区"), Statement("规定"), Statement("文件"))
    body = tuple(_row(desk, row.asked or u, row, draft, picks) for row, draft, picks in cells)
    apart = u.wants.body or any(row.asked for row in rows)  # two matters are not laid side by side
    spoken = [(row[0].text, row[1]) for row in body]
    sure = [picks[0] for *_, picks in cells if picks and answers(picks[0])]
    beside = None if apart else laid_beside(u, spoken, desk.notices, desk.retriever.weights, sure)
    missing = [row.name for row, draft, picks in cells if not draft and not picks and row.notices]
    absent = [row.name for row, *_ in cells if not row.notices]
    notes: list[str] = []
    if missing:
        notes.append(f"{'、'.join(missing)}的文件里{NOT_FOUND}")
    if absent:
        notes.append(f"本库没有收录{'、'.join(absent)}的文件，不能以他地规定代替。")
    first = [paragraph(beside)] if beside else []
    return Draft((*first, Block("table", rows=(header, *body)), *map(paragraph, near)), tuple(notes))


def _best(desk: Desk, u: Query, row: Row) -> list[Pick]:
    """The best sentences of a place: three, and two more that answer by themselves."""
    picks = desk.extractive.best(u, row.evidence, limit=_MOST, budget=420)
    return [*picks[:_FIRST], *(p for p in picks[_FIRST:] if answers(p))]


def _row(desk: Desk, u: Query, row: Row, draft: Draft | None, picks: Sequence[Pick]) -> tuple[Statement, ...]:
    name = Statement(row.name)
    if draft:
        statement = next(iter(draft.each()))
        return (name, statement, Statement(_names(row, statement.supports)))
    if picks:
        more = when_said(u, picks)
        if MANNER.wants_value(u) and not any(u.fits(p.sentence.text) for p in picks):
            more = [Statement("（未见具体数字）")]
        cell = Statement.joined([*desk.extractive.cell(u, picks), *more])
        return (name, cell, Statement(_names(row, cell.supports)))
    said = SILENT if row.notices else ABSENT
    own = sorted(row.notices, key=lambda n: -len(parts_of(n.region)))[:2]  # the place's before those that bind it
    return (name, Statement(said), Statement("、".join(map(said_by, own)) or "—"))


def _names(row: Row, supports: Sequence[Support]) -> str:
    ids = [s.notice_id for s in supports]
    return "、".join(said_by(n) for n in row.notices if n.id in ids)
