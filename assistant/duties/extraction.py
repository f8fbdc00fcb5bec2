"""Duties and deadlines (责任与时限): who must do what by when, each with the sentence that says so.

One row a sentence that sets a deadline or a figure or begins with the body that has to act, and one for an item whose
bracket names bodies and that has no such sentence, so that every item with a responsibility bracket appears. Rules only,
like the verdicts: nothing is filled in that the notice does not write. The trap: where the capture lost text between an
item and a bracket, the bracket is not the item's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import zip_longest

from assistant.applicability import NOT_EFFECTIVE, cite, verdicts
from assistant.duties.bodies import LEAD_RULE, leads_of, names_body
from assistant.duties.export import to_ics, to_xlsx
from assistant.duties.recurring import Recurring
from assistant.duties.runs import Run, contents, leads_list, runs_of, stated_apart
from assistant.duties.tables import TableRow, table_rows
from assistant.duties.targets import Deadline, deadlines_in, figures_in, phase_of, pieces_of
from assistant.types import Binding, Citation
from corpus.bodies import opening_bodies, split_bodies
from corpus.grammar import form
from corpus.inforce import Force
from corpus.regions import parts_of
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span

__all__ = ["NOT_WRITTEN", "Duty", "bodies_of", "duties_of", "names_body", "to_ics", "to_xlsx"]

_BY_WHOM, _PENALTY = form("duty.by_whom"), form("states.penalty")
NOT_WRITTEN, LOST = "未写明", "采集文本缺失"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. ``task`` and ``written`` are exact text of the notice; ``citation`` (marker 1) is the clause that sets it.

    ``bodies`` are in the order written, with ``who`` the bracket that names them; ``leads`` are those the notice says
    lead (mostly one), empty where it does not say; ``apart``: they stand in a bracket or a column and not as the subject of a
    sentence. ``silence`` says why ``bodies`` is empty. ``deadline`` is the last
    day in time, None where ``written`` gives no date (每半年, 5个工作日内); ``every``: the days on which it comes again, where
    the words name them; ``inherited`` means it stands in the heading or a line of the item, not in the clause.
    ``binding`` and ``reason`` are the notice's verdict for the place and day asked about; ``not_yet``: it is issued and takes
    effect on a later day.
    """

    notice_id: str
    notice: str
    title: str
    region: str
    path: str
    task: str
    citation: Citation
    bodies: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    who: Citation | None = None
    apart: bool = False
    silence: str = ""
    deadline: date | None = None
    written: str = ""
    every: Recurring | None = None
    inherited: bool = False
    figures: tuple[str, ...] = ()
    binding: Binding = Binding.BINDS
    reason: str = ""
    not_yet: bool = False

    @property
    def applies(self) -> str:
        """How its notice applies, in a word: 适用, 可参照, 尚未施行."""
        return Force.NOT_YET.value if self.not_yet else self.binding.value

    @property
    def timed(self) -> bool:
        """Whether the notice says when: by a date, as what comes again, or within a term from an event."""
        return self.deadline is not None or bool(self.written)

    @property
    def dated(self) -> bool:
        """Whether a calendar can hold it: its time is a date, or names the days on which it comes again."""
        return self.deadline is not None or self.every is not None

    @property
    def lead(self) -> str | None:
        """The lead body, or None where the notice does not say who leads."""
        return "、".join(self.leads) or None


def duties_of(
    notices: Iterable[Notice],
    region: str | None = None,
    body: str | None = None,
    *,
    as_of: date | None = None,
    notice_ids: Collection[str] | None = None,
) -> tuple[Duty, ...]:
    """Duties in the notices that bind ``region`` on ``as_of`` (today) or are a reference there, by deadline, then those that come
    again or have a term from an event, untimed last; of one that is not in effect yet where it is chosen or is one of the
    place's, said with each of its duties.

    On one day the nearest level of government comes first, then the newer notice, then the order of the text.

    Args:
        region: a checked division path; None for every notice.
        body: a body's name or part of it (卫健, 人社局); only duties that name such a body.
        notice_ids: only these notices.
    """
    everything, wanted = tuple(notices), (body or "").strip()
    held = {notice.id: notice for notice in everything}
    ranked: list[tuple[tuple[object, ...], Duty]] = []
    for verdict in verdicts(everything, region, as_of or date.today()):
        if notice_ids is not None and verdict.notice_id not in notice_ids:
            continue
        not_yet = verdict.code == NOT_EFFECTIVE and (region is not None or notice_ids is not None)
        if verdict.binding.apart and not not_yet:
            continue
        notice = held[verdict.notice_id]
        order = (-len(parts_of(notice.region)), -(notice.issued_on or date.min).toordinal(), notice.id)
        for read in _read(notice):
            duty = replace(read, binding=verdict.binding, reason=verdict.reason, not_yet=not_yet)
            if not wanted or any(names_body(name, wanted) for name in duty.bodies):
                ranked.append(((duty.deadline or date.max, not duty.timed, *order, duty.citation.start), duty))
    return tuple(duty for _, duty in sorted(ranked, key=lambda pair: pair[0]))


def bodies_of(duties: Iterable[Duty]) -> tuple[str, ...]:
    """Every body the duties name, the most frequent first."""
    counts = Counter(name for duty in duties for name in duty.bodies)
    return tuple(name for name, _ in counts.most_common())


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the duties of a notice depend on; two readings of one source are equal."""

    key: tuple[object, ...]
    notice: Notice = field(compare=False)


def _read(notice: Notice) -> tuple[Duty, ...]:
    """The notice's duties in order of text, verdicts not yet said; kept, because a page asks at every keystroke."""
    key = (notice.id, notice.name, notice.title, notice.region, notice.issued_on, notice.content_hash, notice.text)
    return _kept(_Reading(key, notice))


@lru_cache(maxsize=2048)
def _kept(reading: _Reading) -> tuple[Duty, ...]:
    return tuple(_duties_in(reading.notice))


def _duties_in(notice: Notice) -> Iterator[Duty]:
    rule = LEAD_RULE.search(notice.text)
    tabled = tuple(table_rows(notice.text, notice.issued_on, year=_only_year(notice)))
    yield from (_from_table(notice, row) for row in tabled)
    lines = {row.span.start for row in tabled}
    opened: dict[tuple[str, ...], Deadline] = {}
    subjects: dict[tuple[str, ...], tuple[tuple[str, ...], Span]] = {}
    for article, after in zip_longest(notice.articles, notice.articles[1:]):
        if article.kind != "item":
            continue
        phase = next((p for heading in reversed(article.headings) if (p := phase_of(heading))), None)
        above = [article.labels[:depth] for depth in range(article.level - 1, 0, -1)]
        phase = phase or next((opened[labels] for labels in above if labels in opened), None)
        subject = next((subjects[labels] for labels in above if labels in subjects), None)
        opened.pop(article.labels, None)  # numbering may start anew in an annex
        subjects.pop(article.labels, None)
        if (intro := _introduces(notice, article)) is not None:
            opened[article.labels] = intro
        lead = leads_list(notice, article)
        if lead is not None:
            subjects[article.labels] = lead
        for run in runs_of(notice, article, lines):
            who = replace(cite(notice, run.bracket), marker=1) if run.bracket else None
            ruled = rule is not None and run.bracket is not None and run.bracket.end >= rule.start()
            base = Duty(
                notice.id, notice.name, notice.title, notice.region, article.path, "", cite(notice, article.span),
                bodies=run.bodies, leads=leads_of(who.quote if who else "", run.bodies, ruled=ruled), who=who,
                apart=run.bracket is not None, silence="" if run.bodies else LOST if run.lost else NOT_WRITTEN,
            )  # fmt: skip
            if subject is not None and base.silence == NOT_WRITTEN:
                names, where = subject
                base = replace(base, bodies=names, who=cite(notice, where, 1), silence="")
            parent = lead is not None and after is not None and after.level > article.level
            yield from (row for row in _rows(notice, article, run, base, phase) if not (parent and _says_only_who(row)))


def _says_only_who(duty: Duty) -> bool:
    """Whether it is the line that says whose the items below it are: they tell what is to be done."""
    return duty.task.endswith(("：", ":")) and duty.deadline is None and not duty.figures


def _from_table(notice: Notice, row: TableRow) -> Duty:
    line = cite(notice, row.span, 1)
    base = Duty(
        notice.id, notice.name, notice.title, notice.region, line.path, row.task, line, bodies=row.bodies,
        leads=row.leads, who=line if row.bodies else None, apart=bool(row.bodies), silence="" if row.bodies else NOT_WRITTEN,
    )  # fmt: skip
    return _filled(notice, base, row.span, row.task, row.deadline, row.figures, inherited=False)


def _introduces(notice: Notice, article: Article) -> Deadline | None:
    """The deadline of an article that ends by announcing its items: ``到2025年，实现以下目标：``."""
    last = sentence_spans(notice.text, article.span)[-1].of(notice.text).strip()
    found = deadlines_in(last, notice.issued_on) if last.endswith(("：", ":")) else ()
    return found[-1] if found and (found[-1].day or leads_list(notice, article)) else None


def _rows(notice: Notice, article: Article, run: Run, base: Duty, phase: Deadline | None) -> Iterator[Duty]:
    default = phase or stated_apart(notice, run)
    year = phase.day.year if phase and phase.day else _only_year(notice)
    count, intro = 0, phase
    for content in contents(notice, article, run):
        set_apart = intro
        for span, deadline in pieces_of(notice.text, content, notice.issued_on, year=year, past=phase is not None):
            quote = notice.quote(span)
            if _PENALTY.search(quote):
                continue  # what a breach costs is nobody's task
            figures = figures_in(quote)
            if deadline and deadline.day and quote.endswith(("：", ":")):
                intro = deadline  # 到2025年，实现以下目标：the lines that follow
            named = not run.bodies and (bool(base.bodies) or opening_bodies(notice.text, span)[1] is not None)
            if deadline is None and not figures and set_apart is None and not named:
                continue
            count += 1
            due = deadline or set_apart or default
            yield _filled(notice, base, span, quote, due, figures, inherited=deadline is None and due is not None)
    if count or not (run.bodies or (default and default is not phase)):
        return
    said = contents(notice, article, run) or contents(notice, article, run, headings=True)
    if said:
        opening = run.sentences[0]  # a heading beyond a gap or another bracket is not this run's
        heading = notice.text.find(article.heading, opening.start, opening.end) if article.heading else -1
        start = heading if heading >= 0 else said[0].start
        task = article.heading if heading >= 0 else notice.quote(said[0])
        yield _filled(notice, base, Span(start, said[-1].end), task, default, (), inherited=default is not None)


def _only_year(notice: Notice) -> int | None:
    """The year a yearly list is for; 年底前 in it means the end of that year, whenever it was issued."""
    return notice.horizon[0] if notice.horizon and notice.horizon[0] == notice.horizon[1] else None


def _filled(
    notice: Notice,
    base: Duty,
    span: Span,
    task: str,
    due: Deadline | None,
    figures: tuple[str, ...],
    *,
    inherited: bool,
) -> Duty:
    if base.silence == NOT_WRITTEN:  # nobody in brackets: 省级卫生健康部门要… says who
        names, where = opening_bodies(notice.text, span)  # of a second clause: …，县卫生健康局于8月20日前汇总
        if where is None:
            said = next((s for s in sentence_spans(notice.text, _line_of(notice, span)) if s.end > span.start), span)
            names, where = opening_bodies(notice.text, said)
            names, where = (names, where) if where else _by_whom(notice, span)
        if where:
            base = replace(base, bodies=names, who=cite(notice, where, 1), silence="")
    return replace(
        base, task=task, citation=cite(notice, span, 1), deadline=due.day if due else None,
        written=due.text if due else "", every=due.every if due else None, inherited=inherited, figures=figures,
    )  # fmt: skip


def _by_whom(notice: Notice, span: Span) -> tuple[tuple[str, ...], Span | None]:
    """Who does what the clause has for its subject (费用由镇人民政府每月支付), and where that stands."""
    found = _BY_WHOM.search(notice.text, span.start, span.end)
    if found is None:
        return (), None
    names = split_bodies(f"责任单位：{found['who']}")
    return (names, Span(*found.span("who"))) if names else ((), None)


def _line_of(notice: Notice, span: Span) -> Span:
    """From the beginning of the line that ``span`` begins in to its end."""
    return Span(notice.text.rfind("\n", 0, span.start) + 1, span.end)
