"""An official document assembled from clauses of the library (起草): quoted as they stand, each with its source.

Nothing is put into other words and nothing is invented: what the notices say is quoted, tasks carry the bodies and dates
that the notices give them, and what only the author knows is a marked gap to fill in. The kinds are data,
``forms.toml``. The trap: a clause that does not bind the author's place must not stand in a document that orders people.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import cite
from assistant.duties.extraction import Duty, duties_of
from assistant.errors import DraftError
from assistant.retrieval.selection import without_bodies
from assistant.tasks.choosing import clauses_on, is_for_hospital, of_others, usable, with_leads
from assistant.tasks.ordering import (
    Library,
    Order,
    documents_meant,
    matter_of,
    tells_a_state,
    titled,
    unfounded,
)
from assistant.types import Citation
from corpus.numbering import chinese_ordinal
from corpus.regions import display
from corpus.text import fold
from corpus.types import Notice, Span

_FORMS = Path(__file__).parent / "forms.toml"
_TASKS, _BEYOND = 20, 6
"""Tasks in one document, and characters by which what a task cites is longer than it where it is more than its stop."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of document: ``blanks`` are heads with what the author has to fill in."""

    key: str
    name: str
    opening: str
    blanks: tuple[tuple[str, str], ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph: its text, and the markers of what it quotes; a gap to fill in has none."""

    text: str
    markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its heading, numbered 一、二、三 when it is set."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """The document; ``citations`` are numbered as in the markers."""

    title: str
    to: str
    opening: str
    sections: tuple[Section, ...]
    closing: str
    signer: str
    day: date
    citations: tuple[Citation, ...]


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """The kinds by key."""
    return {
        key: Form(key, one["name"], one["opening"], tuple((a, b) for a, b in one["blanks"]), one["closing"])
        for key, one in tomllib.loads(_FORMS.read_text(encoding="utf-8")).items()
    }


def compose(assistant: Library, order: Order) -> Official:
    """The document that ``order`` asks for.

    Raises:
        DraftError: no matter is given, the kind is not known, or no clause that binds the place is about the matter.
    """
    subject = order.subject.strip().strip("。？?")
    if len(fold(subject)) < 2:
        raise DraftError("请写明事项，例如：药品集中采购、家庭医生签约服务")
    kind = forms().get(order.form)
    if kind is None:
        raise DraftError(f"没有“{order.form}”这个文种，可用的有：{'、'.join(one.name for one in forms().values())}")
    day = order.day or assistant.today
    notices = usable(assistant, order, day)
    documents = tuple(n for n in notices if n.id in order.basis) or documents_meant(subject, notices, order.region)
    clauses = clauses_on(assistant, matter_of(subject), order, notices, documents)
    if not clauses:
        where = (
            f"、又约束{display(order.region)}"
            if order.region
            else "、在全国适用（没有选地区时只用这样的文件，请先选地区）"
        )
        raise unfounded(subject, where, notices)
    if documents and not tells_a_state(subject) and not all(titled(n) in subject for n in documents):
        subject = f"贯彻落实{'、'.join(map(titled, documents))}"
    citations: list[Citation] = []

    def marked(notice: Notice, span: Span) -> int:
        citations.append(cite(notice, span, len(citations) + 1))
        return len(citations)

    sources = list(dict.fromkeys(notice.id for notice, _ in clauses))
    held = {notice.id: notice for notice, _ in clauses}
    duties = _duties(assistant, clauses, order, day)
    rules: list[Item] = []
    for (one, _), spans in _by_article(with_leads([c for c in clauses if not _is_task(c, duties)])).items():
        opened = f"{_named(held[one])}规定：" if not any(c.notice_id == one for c in citations) else ""
        told = "".join(" ".join(held[one].quote(span).split()) for span in spans)
        rules.append(Item(f"{opened}{told}", tuple(marked(held[one], span) for span in spans)))
    tasks = [
        Item(_task(duty), (marked(held[duty.notice_id], Span(duty.citation.start, duty.citation.end)),))
        for duty in duties
    ]
    sections = [Section("政策要求", tuple(rules))] if rules else []
    if tasks:
        sections.append(Section("任务分工和时限", tuple(tasks)))
    sections += [Section(head, (Item(f"【由起草人填写：{what}】"),)) for head, what in kind.blanks]
    basis = "、".join(_named(held[one]) for one in sources[:3]) + ("等文件要求" if len(sources) > 3 else "要求")
    about = subject if kind.key == "plan" else f"关于{subject}的"
    opening = kind.opening.format(subject=subject, basis=basis).replace("情况有关情况", "情况")
    return Official(
        f"{about}{kind.name}", order.to.strip(), opening, tuple(sections),
        kind.closing, order.signer.strip(), day, tuple(citations),
    )  # fmt: skip


def as_draft(official: Official) -> Draft:
    """The document as an answer: each paragraph with its sources, and the gaps that its author fills in."""
    held = {citation.marker: citation for citation in official.citations}
    first = Support(official.citations[0].notice_id, Span(official.citations[0].start, official.citations[0].end))
    blocks = [
        paragraph(Statement(said, (first,), given=said, head=True))
        for said in (official.title, official.to, official.opening)
        if said
    ]
    for number, section in enumerate(official.sections, 1):
        head = f"{chinese_ordinal(number)}、{section.heading}"
        blocks.append(paragraph(Statement(head, (first,), given=head, head=True)))
        lines = []
        for item in section.items:
            cited = tuple(Support(held[m].notice_id, Span(held[m].start, held[m].end)) for m in item.markers)
            lines.append(Statement(item.text, cited or (first,), given=item.text, head=not cited))
        blocks.append(Block("list", tuple(lines)))
    if official.closing:
        blocks.append(paragraph(Statement(official.closing, (first,), given=official.closing, head=True)))
    return Draft(tuple(blocks))


def _by_article(clauses: Sequence[tuple[Notice, Span]]) -> dict[tuple[str, int], list[Span]]:
    """The clauses by the item of their notice, in their order: one paragraph each."""
    found: dict[tuple[str, int], list[Span]] = {}
    for notice, span in clauses:
        found.setdefault((notice.id, notice.article_at(span.start).ordinal), []).append(span)
    return found


def _named(notice: Notice) -> str:
    return f"《{notice.title.strip('《》')}》" + (f"（{notice.reference}）" if notice.reference else "")


def _duties(assistant: Library, clauses: Sequence[tuple[Notice, Span]], order: Order, day: date) -> tuple[Duty, ...]:
    """Tasks with a body or a date in the articles that are quoted."""
    articles = {(notice.id, notice.article_at(span.start).ordinal) for notice, span in clauses}
    held = {notice.id: notice for notice, _ in clauses}
    found = duties_of(assistant.corpus.notices, order.region, as_of=day, notice_ids=list(held))
    near = [d for d in found if (d.notice_id, held[d.notice_id].article_at(d.citation.start).ordinal) in articles]
    near = [d for d in near if d.bodies or d.timed]
    if is_for_hospital(order):
        near = [d for d in near if not of_others(held[d.notice_id], _where(d))]
    worded = [(d, _worded(held[d.notice_id], d, clauses)) for d in near]
    return tuple(replace(d, task=" ".join(task.split())) for d, task in worded if task)[:_TASKS]


def _worded(notice: Notice, duty: Duty, clauses: Sequence[tuple[Notice, Span]]) -> str:
    """What is to be done: of an item of which only the first words are the task, what of it is quoted; "" where nothing is."""
    if len(duty.citation.quote) <= len(duty.task) + _BEYOND:
        return duty.task
    article = notice.article_at(duty.citation.start)
    own = [span for held, span in clauses if held.id == notice.id and _where(duty).overlaps(span)]
    return "".join(notice.quote(without_bodies(notice, article, span)) for span in own)


def _where(duty: Duty) -> Span:
    return Span(duty.citation.start, duty.citation.end)


def _is_task(clause: tuple[Notice, Span], duties: Sequence[Duty]) -> bool:
    """Whether a clause stands among the tasks already: nothing is quoted twice in one document."""
    notice, span = clause
    return any(d.notice_id == notice.id and span.overlaps(Span(d.citation.start, d.citation.end)) for d in duties)


def _task(duty: Duty) -> str:
    """The task with what its own words do not say of it: who leads, who takes part, until when."""
    others = [name for name in duty.bodies if name not in duty.leads and name not in duty.task]
    told = [
        f"牵头单位：{'、'.join(duty.leads)}" if duty.leads else "",
        f"责任单位：{'、'.join(others)}" if others else "",
        f"时限：{duty.written}" if duty.written and duty.written not in duty.task else "",
    ]
    facts = "；".join(one for one in told if one)
    return f"{duty.task.rstrip('。；;')}{f'（{facts}）' if facts else ''}。"
