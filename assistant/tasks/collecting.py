"""Everything of one sort in a notice (列全、时间表): its figures, penalties and deadlines, or the tasks of a body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.duties.extraction import Duty, duties_of, names_body
from assistant.query.tasks import Beside, Matter, beside_names, matter_wanted
from assistant.query.types import Query, Task
from assistant.query.values import lasts_or_recurs
from assistant.retrieval.selection import trimmed
from assistant.tasks.acting import Act, acts_of
from assistant.tasks.sections import LONGEST_NAME, lowest_items, sections_called
from assistant.tasks.stating import lines_stating, states_figure
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.text import one_line, sentence_spans
from corpus.types import Notice, Span

SHOWN, LEAST_SAID, LEAST_NAME = 200, 6, 3
"""Rows shown; of more it is said where the rest stand. Characters below which a line of an item is no sentence, and a name of a body no name."""
_OF_LEVEL = "省市县区州各级"
_FINE = form("states.fine")


def collected(q: Query, notices: Sequence[Notice], as_of: date) -> Draft | None:
    """What is asked for, in rows; None where the notices have none of it.

    Args:
        notices: those meant.
    """
    duties = duties_of(notices, None, as_of=as_of, notice_ids={n.id for n in notices})
    body = _body(beside_names(q, notices), duties)
    matter = matter_wanted(q, notices)
    if q.says("ask.fines"):
        return penalties(notices, body[0] if body else "")
    if q.says("figured"):
        return figures(notices, q.fits, q.part_wanted, matter)
    if body:
        return _of_body(notices, duties, *body, leads=q.says("leading"))
    if matter and q.task is not Task.SCHEDULE:
        return _on_matter(notices, matter)
    if matter:
        duties = tuple(d for d in duties if matter.in_(f"{d.path}{d.task}")) or duties
    if q.task is Task.SCHEDULE or q.says("dated"):
        duties = tuple(d for d in duties if d.timed)
    if not duties:
        return None
    none_due = ""
    if year := _year_asked(q):
        due = tuple(d for d in duties if d.every or (d.deadline and d.deadline.year == year))
        none_due = "" if due else f"没有写明{year}年到期的；列明时限的"
        duties = due or duties
    if q.task is not Task.SCHEDULE:
        duties = tuple(sorted(duties, key=lambda d: (d.notice_id, d.citation.start)))
    shown = duties[:SHOWN]
    more = _more(len(duties))
    beside = _beside(notices, duties) if q.task is Task.COLLECT and not q.says("dated") else ()
    sort = "写明数字、时限或责任单位的" if beside else ""
    opening = f"{none_due}{sort}共{len(duties)}项{more}："
    head = paragraph(Statement(opening, (_support(shown[0]),), given=opening, head=True))
    if q.task is Task.SCHEDULE:
        header = tuple(Statement(name) for name in ("完成时限", "事项", "责任单位"))
        table = Block("table", rows=(header, *(_row(d) for d in shown)))
        return Draft((head, table, *_undated(notices, duties)))
    rows = Block("list", tuple(_line(d) for d in shown))
    if not beside:
        return Draft((head, rows))
    rest = f"其余各条没有写数字、时限和责任单位，共{len(beside)}条："
    lead = paragraph(Statement(rest, (beside[0].supports[0],), given=rest, head=True))
    return Draft((head, rows, lead, Block("list", beside[:SHOWN])))


def _more(count: int) -> str:
    return f"，下面是前{SHOWN}项，其余见“责任与时限”页" if count > SHOWN else ""


def _of_body(
    notices: Sequence[Notice], duties: Sequence[Duty], name: str, means: Callable[[str], bool], *, leads: bool
) -> Draft | None:
    """All that a body has to do: by brackets and tables, and by sentences whose subject it is; only what it leads where that
    is asked, which brackets alone say."""
    own = [d for d in duties if _named(d, means, leads)]
    called = sorted({name, *(n for d in own for n in d.bodies if means(n))}, key=len, reverse=True)
    acts = [] if leads else [(notice, act) for notice in notices for act in acts_of(notice, called)]
    kept = [d for d in own if not any(n.id == d.notice_id and a.span.contains(_support(d).span) for n, a in acts)]
    rows: list[tuple[tuple[str, int], Statement]] = [((d.notice_id, d.citation.start), _line(d)) for d in kept]
    encouraged: list[Statement] = []
    for notice, act in acts:
        if any(d.notice_id == notice.id and _support(d).span.contains(act.span) for d in kept):
            continue
        if act.encouraged:
            encouraged.append(_act(notice, act))
        else:
            rows.append(((notice.id, act.span.start), _act(notice, act)))
    if not rows:
        return None
    told = [row for _, row in sorted(rows, key=lambda pair: pair[0])]
    sure = "共" if len(kept) == len(rows) else "至少"  # subjects are read from the sentences
    blocks = _block(f"条文写明由{name}{'牵头' if leads else '做'}的{sure}{len(told)}项{_more(len(told))}：", told)
    if encouraged:
        blocks += _block(f"另有鼓励、支持{name}做的{len(encouraged)}项：", encouraged)
    return Draft(blocks)


def _act(notice: Notice, act: Act) -> Statement:
    said = one_line(notice.quote(act.span))
    heading = f"{act.article.labels[-1]}{act.article.heading}"
    short = "" if parse_mark(said) or len(heading) > LONGEST_NAME or act.article.heading in said else f"{heading}："
    return Statement(f"{short}{said}", (Support(notice.id, trimmed(notice.text, act.span)),), given=short)


def _block(opening: str, rows: Sequence[Statement]) -> tuple[Block, ...]:
    """A line that says what follows, and the rows."""
    support = next(part.supports for part in (rows[0].parts or (rows[0],)))[:1]
    lead = paragraph(Statement(opening, support, given=opening, head=True))
    return lead, Block("list", tuple(rows[:SHOWN]))


def _on_matter(notices: Sequence[Notice], matter: Matter) -> Draft | None:
    """Every item on one matter: whole where its heading is, else its sentences that are; None where there is none."""
    rows: list[Statement] = []
    for notice in notices:
        for article in lowest_items(notice):
            spans = _said(notice, article.span)
            if not matter.in_(" ".join((article.part, *article.headings))):
                spans = [span for span in spans if matter.in_(notice.quote(span))]
            if not spans:
                continue
            first, *rest = [Statement(one_line(notice.quote(s)), (Support(notice.id, s),)) for s in spans]
            if article.labels and article.heading and article.heading not in first.text:
                first = first.led_by(f"{article.labels[-1]}{article.heading}：")
            rows.append(Statement.joined([first, *rest]) if rest else first)
    return Draft(_block(f"写到“{matter.words}”的共{len(rows)}条{_more(len(rows))}：", rows)) if rows else None


def _said(notice: Notice, within: Span) -> list[Span]:
    """The sentences of a stretch that say something, trimmed."""
    spans = (trimmed(notice.text, sentence) for sentence in sentence_spans(notice.text, within))
    return [span for span in spans if len(notice.quote(span).strip(" 。：:\n")) >= LEAST_SAID]


def penalties(notices: Sequence[Notice], body: str) -> Draft | None:
    """Every sentence that says what a breach costs, those that name ``body`` first; a list of breaches with its lead-in."""
    found = [line for notice in notices for line in lines_stating(notice, lambda text: bool(_FINE.search(text)))]
    named = [line for line in found if body and body in line.text]
    others = [line for line in found if line not in named]
    blocks: tuple[Block, ...] = ()
    for lines, whose in ((named, f"写明对{body}处罚的"), (others, "其他处罚条文" if named else "写明处罚的")):
        if lines:
            said = f"{whose}{len(lines)}条，共{sum(line.count for line in lines)}种情形："
            blocks += _block(said, [line.statement for line in lines])
    return Draft(blocks) if blocks else None


def figures(
    notices: Sequence[Notice], fits: Callable[[str], bool], part: str = "", matter: Matter | None = None
) -> Draft | None:
    """Every sentence that states a figure of the sort that is asked for: in the part of each notice that is wanted, else on the
    matter, else in all of it."""
    parts = {notice.id: sections_called(notice, part) if part else [] for notice in notices}
    within = any(parts.values())
    found = [
        line
        for notice in notices
        if parts[notice.id] or not within
        for line in lines_stating(notice, lambda text: states_figure(text) and fits(text), parts[notice.id])
    ]
    scope = f"“{part}”部分" if within else ""
    if matter and not within and (on_matter := [line for line in found if matter.in_(line.text)]):
        found, scope = on_matter, f"写到“{matter.words}”、"
    if not found:
        return figures(notices, fits, matter=matter) if within else None
    return Draft(_block(f"{scope}写明数字的共{len(found)}条{_more(len(found))}：", [line.statement for line in found]))


def _beside(notices: Sequence[Notice], duties: Sequence[Duty]) -> tuple[Statement, ...]:
    """The items of one notice that no duty is read from, each by its first sentences: all of it is what was asked for."""
    if len(notices) != 1:
        return ()
    notice = notices[0]
    taken = [d.citation.start for d in duties]
    found: list[Statement] = []
    for article in lowest_items(notice):
        if any(article.span.start <= start < article.span.end for start in taken):
            continue
        at = notice.text.find(article.heading, article.span.start, article.span.end) if article.heading else -1
        start = at + len(article.heading) if at >= 0 else article.span.start
        spans = _said(notice, Span(start, article.span.end))
        if spans:
            said = Span(spans[0].start, spans[min(1, len(spans) - 1)].end)
            head = f"{article.labels[-1]}{article.heading}：" if at >= 0 and article.labels else ""
            found.append(Statement(one_line(notice.quote(said)), (Support(notice.id, said),)).led_by(head))
    return tuple(found)


def _undated(notices: Sequence[Notice], dated: Sequence[Duty]) -> tuple[Block, ...]:
    """The sentences of one notice that set a time without a date (每季度一次, 派出前2周): a time table without them is not whole."""
    if len(notices) != 1:
        return ()
    notice = notices[0]
    taken = [Span(d.citation.start, d.citation.end) for d in dated]
    found: list[Statement] = []
    for article in lowest_items(notice):
        for sentence in sentence_spans(notice.text, article.span):
            span = trimmed(notice.text, sentence)
            if lasts_or_recurs(notice.quote(span)) and not any(span.overlaps(one) for one in taken):
                found.append(Statement(one_line(notice.quote(span)), (Support(notice.id, span),)))
    if not found:
        return ()
    said = f"没有写到哪一天、写明周期或时长的，共{len(found)}条："
    lead = paragraph(Statement(said, (found[0].supports[0],), given=said, head=True))
    return lead, Block("list", tuple(found[:SHOWN]))


def _year_asked(q: Query) -> int | None:
    """The year asked about by its place in time (今年, 明年)."""
    return next(
        (p.start.year for p in q.periods if p.relative and p.start.year == p.end.year and p.start != p.end), None
    )


def _support(duty: Duty) -> Support:
    return Support(duty.notice_id, Span(duty.citation.start, duty.citation.end))


def _line(duty: Duty) -> Statement:
    heading = duty.path.rsplit(" › ", 1)[-1]
    short = heading if len(heading) <= 30 and heading not in duty.task else ""
    alike = bool(short) and heading.endswith(duty.task.rstrip("。；;"))  # the heading is the task
    mark = parse_mark(short)
    stop = "" if mark and mark.text == short and mark.style not in ("article", "section") else "："  # （一）负责…
    text = heading if alike else f"{short}{stop}{duty.task}" if short else duty.task
    return Statement(text, (_support(duty),), given=f"{text}{duty.citation.quote}")


def _row(duty: Duty) -> tuple[Statement, ...]:
    support = (_support(duty),)
    when = duty.written or (f"{duty.deadline.year}年{duty.deadline.month}月底" if duty.deadline else "")
    who = "、".join(duty.bodies) or duty.silence
    return (
        Statement(when, support, given=when), Statement(duty.task, support, given=duty.citation.quote),
        Statement(who, support, given=who),
    )  # fmt: skip


def _body(said: Beside, duties: Sequence[Duty]) -> tuple[str, Callable[[str], bool]] | None:
    """The body the question names and which names mean it: by a name that stands there as it is written (急救站), else by words that
    several may share (卫健); None where it names no body of ``duties``."""
    names = {name for duty in duties for name in duty.bodies}
    written = [own for name in names if len(own := name.lstrip(_OF_LEVEL)) >= LEAST_NAME and said.names(own)]
    if written:
        name = max(written, key=len)
        return name, partial(_holds, name)
    for match in said.terms:
        words = tuple(w for w in (match.term, *match.others) if any(names_body(n, w) for n in names))
        if words:
            return match.term, partial(_meant, words)
    return None


def _holds(word: str, name: str) -> bool:
    return word in name


def _meant(words: Sequence[str], name: str) -> bool:
    return any(names_body(name, word) for word in words)


def _named(duty: Duty, means: Callable[[str], bool], leads: bool) -> bool:
    return any(map(means, (duty.leads or duty.bodies[:1]) if leads else duty.bodies))
