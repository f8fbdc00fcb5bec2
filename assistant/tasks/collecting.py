"""Everything of one sort in a notice (列全): its figures, penalties and tasks, those of a body, or what is on one matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from assistant.answering.draft import Block, Draft, Statement, Support
from assistant.answering.refusal import Refusal
from assistant.duties.extraction import Duty, duties_of, names_body
from assistant.duties.targets import deadlines_in
from assistant.query.tasks import Beside, Matter, aspect_wanted, beside_names, matter_wanted, only_wanted
from assistant.query.types import Query, Task
from assistant.query.values import has_period
from assistant.retrieval.selection import trimmed
from assistant.tasks.acting import Act, acts_of, hospitals_in, opens_with, staff_of, subjects_in
from assistant.tasks.aims import targets
from assistant.tasks.audience import ANY_HOSPITAL, row_of
from assistant.tasks.parts import GOALS, STEPS
from assistant.tasks.pieces import pieces_of
from assistant.tasks.rows import block, line, more, said_at, support
from assistant.tasks.scheduling import phased, scheduled
from assistant.tasks.sections import LONGEST_NAME, lowest_items, sections_of
from assistant.tasks.stating import Line, lines_stating, states_figure
from assistant.tasks.summing import summary
from assistant.tasks.wanted import Parts, all_are, called, parts_wanted, silent_on, titles, with_parts
from corpus.facts import facts_of
from corpus.grammar import form, split_at
from corpus.naming import said_by
from corpus.numbering import parse_mark
from corpus.text import one_line
from corpus.types import Notice, Span

LEAST_NAME = 3
"""Characters below which a name of a body is none."""
_SEVERAL = 2
"""Years, first and last, for which a notice sets targets of several."""
_OF_LEVEL, _QUOTES = "省市县区州各级", "“”\"'"
_FINE, _AGAINST, _SUM = form("states.fine"), form("clause.against"), "罚款"
_MODALITIES = {"forbid": "不得、严禁、禁止", "encourage": "鼓励、支持"}
_SCOPE, _COMPOSED = form("clause.scope"), form("clause.composed")


def collected(q: Query, notices: Sequence[Notice], as_of: date) -> Draft | Refusal | None:
    """What is asked for, in rows; None where the notices have none of it, a refusal where they say nothing of what alone is wanted.

    Args:
        notices: those meant.
    """
    duties = duties_of(notices, None, as_of=as_of, notice_ids={n.id for n in notices})
    matter, only, parts = matter_wanted(q, notices), only_wanted(q), parts_wanted(q, notices)
    body = None if matter and matter.seen_to else _body(beside_names(q, notices), duties)  # 我们医保办 is no 医保局
    if q.says("ask.fines"):
        said = beside_names(q, notices)
        theirs = body is None and any(said.names(word) for word in ANY_HOSPITAL)
        return penalties(notices, body[0] if body else "", hospitals=theirs, fines=q.says("ask.money_fine"))
    figured = q.says("figured") and not q.says("ask.not_due")
    aimed = q.shape.table and (figured or all_are(GOALS, parts))
    if aimed and (table := targets(notices, q.counts, parts, figured=figured)):
        return table
    if aimed and all_are(GOALS, parts) and (told := summary(with_parts(notices, parts), parts=parts, shape=q.shape)):
        return replace(told, notes=(f"{called(parts)}没有写明数字和年份。", *told.notes))
    if figured:
        return figures(notices, q.counts, parts, matter)
    if (q.says("phases") or all_are(STEPS, parts)) and (phases := phased(notices, parts)):
        return phases
    if body and (q.task is Task.SCHEDULE or q.says("dated")):
        own = [d for d in duties if d.timed and _named(d, body[1], leads=q.says("leading"))]
        if own:
            return scheduled(q, notices, own, matter)
    if body:
        return _of_body(notices, duties, *body, leads=q.says("leading"), timed=q.says("ask.time_of_each"))
    if (year := _due_year(q, notices)) and not only and not q.shape.bounded:
        other = matter if matter and str(year) not in matter.words else None
        if falling := scheduled(q, notices, duties, other, due=year):
            return falling
    if only:
        return summary(notices, parts=parts, shape=q.shape, matter=only) or silent_on(only, notices)
    if matter and q.shape.bounded:
        return summary(notices, parts=parts, shape=q.shape, matter=matter)
    if parts and not matter:
        return summary(with_parts(notices, parts), parts=parts, shape=q.shape)
    if q.task is Task.SCHEDULE:
        return scheduled(q, notices, duties, matter)
    return _on_matter(notices, matter) if matter else None


def _due_year(q: Query, notices: Sequence[Notice]) -> int | None:
    """The year in which what is wanted falls due: said so, or the one year named that does not only name the notice (2020年的任务). That
    of its issue does, but where things are to be done in it (17年要做完的) and the notice is not for that year alone."""
    due = q.says("ask.due_in_year")
    called = {n.issued_on.year for n in notices if n.issued_on and not (due and len(set(n.horizon or ())) >= _SEVERAL)}
    others = q.target_years - called
    return q.due_year or (next(iter(others)) if len(others) == 1 else None)


def all_listed(q: Query, notices: Sequence[Notice], as_of: date) -> Draft | Refusal | None:
    """Everything that a notice sets, where ``q`` does not say of what; None where it names a matter."""
    if matter_wanted(q, notices):
        return None
    if q.shape.bounded:
        return summary(notices, part=q.part_wanted, shape=q.shape)
    duties = duties_of(notices, None, as_of=as_of, notice_ids={n.id for n in notices})
    told = scheduled(q, notices, duties, None)
    if q.part_wanted and isinstance(told, Draft):
        told = replace(told, notes=(f"{titles(notices)}没有叫“{q.part_wanted}”的部分，以上是全部。", *told.notes))
    return told


def listed_of_body(q: Query, notices: Sequence[Notice], as_of: date) -> Draft | None:
    """All that the body which ``q`` names has to do, or leads; None where it names none, or asks for no duties."""
    if not (q.says("ask.duties_of") or q.says("ask.tasks_of_office")):
        return None
    duties = duties_of(notices, None, as_of=as_of, notice_ids={n.id for n in notices})
    body = _body(beside_names(q, notices), duties)
    if body is None:
        return None
    return _of_body(notices, duties, *body, leads=q.says("leading"), timed=q.says("ask.time_of_each"))


def _of_body(
    notices: Sequence[Notice],
    duties: Sequence[Duty],
    name: str,
    means: Callable[[str], bool],
    *,
    leads: bool,
    timed: bool = False,
) -> Draft | None:
    """All that a body has to do: by brackets and tables, and by sentences whose subject it is; only what it leads where that
    is asked, which brackets alone say; what sets a time first where the time of each is asked (``timed``)."""
    own = [d for d in duties if _named(d, means, leads)]
    called = sorted({name, *(n for d in own for n in d.bodies if means(n))}, key=len, reverse=True)
    acts = [(notice, act) for notice in notices for act in _all_acts(notice, called)] if not leads else []
    kept = [d for d in own if not any(n.id == d.notice_id and a.span.contains(support(d).span) for n, a in acts)]
    rows: list[tuple[tuple[bool, str, int], Statement]] = [
        ((timed and not d.timed, d.notice_id, d.citation.start), line(d)) for d in kept
    ]
    told: set[tuple[str, Span]] = set()
    count = len(kept)
    encouraged: list[Statement] = []
    for notice, act in acts:
        if any(d.notice_id == notice.id and support(d).span.contains(act.span) for d in kept):
            continue
        if act.encouraged:
            encouraged.append(_act(notice, act))
        else:
            span, statement, items = _act_whole(notice, act)
            if (notice.id, span) not in told:
                told.add((notice.id, span))
                untimed = not has_period(notice.quote(span)) and not deadlines_in(notice.quote(span), notice.issued_on)
                count += items
                rows.append(((timed and untimed, notice.id, span.start), statement))
    if not rows:
        return None
    listed = [row for _, row in sorted(rows, key=lambda pair: pair[0])]
    first = sum(not late for (late, _, _), _ in rows)
    order = (
        f"，写明时间的{first}项在前"
        if timed and 0 < first < len(rows)
        else "，都没有写明时间"
        if timed and not first
        else ""
    )
    sure = "共" if len(kept) == len(rows) else "至少"  # subjects are read from the sentences
    said = f"条文写明由{name}{'牵头' if leads else '做'}的"
    if leads and not all(d.leads for d in kept):
        said = f"{name}列在首位的（条文没有都写明由谁牵头）"
    blocks = block(f"{said}{sure}{count}项{order}{more(len(listed))}：", listed)
    if encouraged:
        blocks += block(f"另有鼓励、支持{name}做的{len(encouraged)}项：", encouraged)
    return Draft(blocks)


def _all_acts(notice: Notice, names: Sequence[str]) -> list[Act]:
    """What those called ``names`` and the people they send have to do, what a word means and what is made of them left out."""
    found = acts_of(notice, [*names, *staff_of(notice, names)])
    return [act for act in found if not any(one.search(notice.quote(act.span)) for one in (_SCOPE, _COMPOSED))]


def _act_whole(notice: Notice, act: Act) -> tuple[Span, Statement, int]:
    """What has to be done with what leads it in, where it stands, and how many things it is; an item is told with its list."""
    for piece in pieces_of(notice, sections_of(notice)):
        if len(piece.spans) > 1 and piece.span.start <= act.span.start < piece.span.end:
            return piece.span, row_of(notice, piece), len(piece.spans) - 1
    return act.span, _act(notice, act), 1


def _act(notice: Notice, act: Act) -> Statement:
    said = one_line(notice.quote(act.span))
    heading = f"{act.article.labels[-1]}{act.article.heading}"
    short = "" if parse_mark(said) or len(heading) > LONGEST_NAME or act.article.heading in said else f"{heading}："
    return Statement(f"{short}{said}", (Support(notice.id, trimmed(notice.text, act.span)),), given=short)


def _on_matter(notices: Sequence[Notice], matter: Matter) -> Draft | None:
    """Every item on one matter: whole where its heading is, else its sentences that are; None where there is none."""
    rows: list[Statement] = []
    for notice in notices:
        for article in lowest_items(notice):
            spans = said_at(notice, article.span)
            if not matter.in_(" ".join((article.part, *article.headings))):
                spans = [span for span in spans if matter.in_(notice.quote(span))]
            if not spans:
                continue
            first, *rest = [Statement(one_line(notice.quote(s)), (Support(notice.id, s),)) for s in spans]
            if article.labels and article.heading and article.heading not in first.text:
                first = first.led_by(f"{article.labels[-1]}{article.heading}：")
            rows.append(Statement.joined([first, *rest]) if rest else first)
    return Draft(block(f"{matter.told}的共{len(rows)}条{more(len(rows))}：", rows)) if rows else None


def penalties(notices: Sequence[Notice], body: str, *, hospitals: bool = False, fines: bool = False) -> Draft | None:
    """Every sentence that says what a breach costs, those that name ``body`` first; a list of breaches with its lead-in.

    Args:
        hospitals: only what breaches of medical institutions cost, where any stand there; how many others there are is said.
        fines: only what costs money, where anything does.
    """
    found: list[Line] = []
    theirs: list[Line] = []
    for notice in notices:
        lines = lines_stating(notice, lambda text: bool(_FINE.search(text)))
        found += lines
        theirs += _of_hospitals(notice, lines) if hospitals else []
    if fines and (sums := [one for one in theirs or found if _SUM in one.text]):
        theirs, found = (sums, found) if theirs else (theirs, sums)
    if theirs:
        said = f"写明对医院、医疗机构处罚的{len(theirs)}条，共{sum(line.count for line in theirs)}种情形："
        left = len(found) - len(theirs)
        note = (f"另有{left}条罚别的单位、个人或不是罚款的，没有列入。",) if left else ()
        return Draft(block(said, [line.statement for line in theirs]), note)
    named = [line for line in found if body and body in line.text]
    others = [line for line in found if line not in named]
    blocks: tuple[Block, ...] = ()
    for lines, whose in ((named, f"写明对{body}处罚的"), (others, "其他处罚条文" if named else "写明处罚的")):
        if lines:
            said = f"{whose}{len(lines)}条，共{sum(line.count for line in lines)}种情形："
            blocks += block(said, [line.statement for line in lines])
    return Draft(blocks) if blocks else None


def _of_hospitals(notice: Notice, lines: Sequence[Line]) -> list[Line]:
    """Of ``lines`` those that say what a breach of a medical institution costs: they name one, and nobody else broke the rule."""
    names = hospitals_in(notice)
    others = [name for name in subjects_in(notice) if not any(own in name for own in names)]

    def is_theirs(text: str) -> bool:
        broke = _first_clause(text)
        return opens_with(broke, names) or (any(name in text for name in names) and not opens_with(broke, others))

    return [line for line in lines if is_theirs(line.text)]


def _first_clause(text: str) -> str:
    """Of a line the clause that says who broke what: the first, or the second behind 违反本条例规定."""
    clauses = [one for one in split_at("，,；;。：:", text) if one.strip()]
    return next((one for one in clauses if not _AGAINST.match(one)), text)


def of_modality(q: Query, notice: Notice) -> Draft | None:
    """Every sentence that forbids, or that encourages, as ``q`` asks: on the one matter it is about, or on all; None where there is
    none."""
    called = _MODALITIES[q.modality]
    found = lines_stating(notice, lambda text: q.modality in facts_of(text).names("duty"))
    if matter := matter_wanted(q, (notice,)) or aspect_wanted(q, (notice,)):
        found = [line for line in found if matter.in_(line.text)]
    if words := [
        word for word in q.quoted if q.modality in facts_of(word).names("duty")
    ]:  # “严禁”的: that word and no other
        found = [line for line in found if any(word in line.text for word in words)]
        called = "、".join(f"“{word}”" for word in words)
    said = f"{said_by(notice)}写明{called}的共{len(found)}条{more(len(found))}："
    return Draft(block(said, [line.statement for line in found])) if found else None


def _with_name(notices: Sequence[Notice], notice: Notice, lines: Sequence[Line]) -> list[Line]:
    """``lines`` of ``notice``, which they name where there are several notices."""
    if len(notices) == 1:
        return list(lines)
    return [replace(line, statement=line.statement.led_by(f"{said_by(notice)}：")) for line in lines]


def figures(
    notices: Sequence[Notice],
    fits: Callable[[str], bool],
    parts: Parts,
    matter: Matter | None = None,
) -> Draft | None:
    """Every sentence that states a figure of the sort that is asked for: in the part of each notice that is wanted, else on the
    matter, else in all of it."""
    found = [
        line
        for notice in notices
        if notice.id in parts or not parts
        for line in _with_name(
            notices, notice, lines_stating(notice, lambda t: states_figure(t) and fits(t), parts.get(notice.id, ()))
        )
    ]
    scope = called(parts)
    if matter and not parts and (on_matter := [line for line in found if matter.in_(line.text)]):
        found, scope = on_matter, f"{matter.told}、"
    if not found:
        return figures(notices, fits, {}, matter) if parts else None
    return Draft(block(f"{scope}写明数字的共{len(found)}条{more(len(found))}：", [line.statement for line in found]))


def _body(said: Beside, duties: Sequence[Duty]) -> tuple[str, Callable[[str], bool]] | None:
    """The body the question names and which names mean it: by a name that stands there as it is written (急救站), else by words that
    several may share (卫健); None where it names no body of ``duties``."""
    names = {name for duty in duties for name in duty.bodies}
    written = [own for name in names if len(own := name.lstrip(_OF_LEVEL)) >= LEAST_NAME and _names(said, own)]
    if written:
        name = max(written, key=len)
        return name, partial(_holds, name)
    for match in said.offices:
        words = tuple(w for w in (match.term, *match.others) if any(names_body(n, w) for n in names))
        if words:
            return match.term, partial(_meant, words)
    return None


def _names(said: Beside, name: str) -> bool:
    """Whether the name stands there, in quotes or without (“120”急救站)."""
    return said.names(name) or said.names("".join(char for char in name if char not in _QUOTES))


def _holds(word: str, name: str) -> bool:
    return word in name


def _meant(words: Sequence[str], name: str) -> bool:
    return any(names_body(name, word) for word in words)


def _named(duty: Duty, means: Callable[[str], bool], leads: bool) -> bool:
    return any(map(means, (duty.leads or duty.bodies[:1]) if leads else duty.bodies))
