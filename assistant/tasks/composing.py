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
from typing import Protocol

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import cite, verdicts
from assistant.duties.extraction import Duty, duties_of
from assistant.errors import DraftError
from assistant.hospitals import HospitalKind
from assistant.query.orders import ordered, wordings
from assistant.retrieval.matching import Weights, bigrams
from assistant.tasks.acting import acts_of
from assistant.tasks.sections import lowest_items, said_in, sections_of
from assistant.tasks.stating import states_figure
from assistant.types import Binding, Citation
from corpus import Corpus, fitted
from corpus.grammar import form
from corpus.numbering import chinese_ordinal
from corpus.regions import display, parts_of
from corpus.text import fold, sentence_spans
from corpus.types import Notice, Span
from corpus.wordlists import wordlist
from index import Index


class Library(Protocol):
    """What a document is assembled from (the assistant)."""

    corpus: Corpus
    index: Index

    @property
    def today(self) -> date: ...


_FORMS = Path(__file__).parent / "forms.toml"
_TOP_K, _MOST, _TASKS, _EACH = 40, 28, 20, 3
_HOSPITAL, _ORGAN = form("order.hospital"), form("order.organ")
_IN_TITLE, _PARTLY_IN_TITLE, _OF_ITSELF = (
    fitted.number("tasks.composing.in_title"),
    fitted.number("tasks.composing.partly_in_title"),
    fitted.number("tasks.composing.of_itself"),
)
"""Share of the matter's words in the title of a notice that is about it as a whole, and of one of which a hospital's document
takes all that hospitals have to do; the rank of its clauses among others (0 to 2)."""
_NTH = fitted.number("tasks.composing.nth")
"""What every next notice about the matter as a whole loses."""
_NEAR, _ALL_OF_IT = fitted.number("tasks.composing.near"), fitted.number("tasks.composing.all_of_it")
"""Share of the matter's words, weighed by how rare they are, that a clause and its headings must hold; and that one of other
notices must where a notice is about the matter as a whole."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of document: ``blanks`` are heads with what the author has to fill in."""

    key: str
    name: str
    opening: str
    blanks: tuple[tuple[str, str], ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: kind, matter, the author's place, which notices count (none: all that bind), whom to, by whom,
    and what the author's hospital is."""

    form: str
    subject: str
    region: str | None = None
    notice_ids: tuple[str, ...] = ()
    to: str = ""
    signer: str = ""
    day: date | None = None
    kinds: tuple[HospitalKind, ...] = ()


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


def order_of(message: str) -> Order:
    """What a message asks to be written; what is no wording of asking is the matter.

    >>> one = order_of("帮我起草一份关于药品集中采购的通知。")
    >>> one.form, one.subject
    ('notice', '药品集中采购')
    """
    return Order(*ordered(message))


def _matter(subject: str) -> str:
    """What clauses are looked for: the matter without what a report tells of it (落实情况)."""
    state = next((word for word in wordings()["states"] if subject.endswith(word)), "")
    rest = subject.removesuffix(state).removesuffix("的")
    return rest if len(fold(rest)) >= 2 else subject


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
    clauses = _clauses(assistant, _matter(subject), order, day)
    if not clauses:
        where = (
            f"、又约束{display(order.region)}"
            if order.region
            else "、在全国适用（没有选地区时只用这样的文件，请先选地区）"
        )
        raise DraftError(
            f"库里没有找到与“{subject}”有关{where}的条文，写不成有出处的文稿。请换个说法，或先把文件添加进库"
        )
    citations: list[Citation] = []

    def marked(notice: Notice, span: Span) -> int:
        citations.append(cite(notice, span, len(citations) + 1))
        return len(citations)

    notices = list(dict.fromkeys(notice.id for notice, _ in clauses))
    held = {notice.id: notice for notice, _ in clauses}
    duties = _duties(assistant, clauses, order, day)
    rules: list[Item] = []
    for (one, _), spans in _by_article([c for c in clauses if not _is_task(c, duties)]).items():
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
    basis = "、".join(_named(held[one]) for one in notices[:3]) + ("等文件要求" if len(notices) > 3 else "要求")
    about = subject if kind.key == "plan" else f"关于{subject}的"
    opening = kind.opening.format(subject=subject, basis=basis).replace("情况有关情况", "情况")
    return Official(
        f"{about}{kind.name}", order.to.strip(), opening, tuple(sections),
        kind.closing, order.signer.strip(), day, tuple(citations),
    )  # fmt: skip


def titled(notice: Notice) -> str:
    """The title of a notice, or of what it issues, in 《》."""
    _, opened, inner = notice.title.strip("《》").partition("《")
    return f"《{inner.partition('》')[0] if opened else notice.title.strip('《》')}》"


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
    return f"《{notice.title.strip('《》')}》" + (f"（{notice.number}）" if notice.number else "")


def _clauses(assistant: Library, subject: str, order: Order, day: date) -> list[tuple[Notice, Span]]:
    """Sentences about the matter of notices that bind the place or are a reference there; the highest body first."""
    found = verdicts(assistant.corpus.notices, order.region, day)
    allowed = {v.notice_id for v in found if v.binding is not Binding.DOES_NOT_BIND}
    if order.notice_ids:
        allowed &= set(order.notice_ids)
    elif order.region is None:  # what one place has ruled is no ground for another: without a place only what binds all
        allowed = {i for i in allowed if not assistant.corpus.get(i).region} or allowed
    weights = Weights(passage.search_text for passage in assistant.corpus.passages())
    wanted = bigrams(subject)
    scored: list[tuple[float, Notice, Span]] = []
    about = [
        notice
        for notice in assistant.corpus.notices
        if notice.id in allowed
        and (weights.share(wanted, bigrams(notice.title)) >= _IN_TITLE or titled(notice) in subject)
    ]
    least = _ALL_OF_IT if about else _NEAR
    for hit in assistant.index.search(subject, top_k=_TOP_K):
        if hit.passage.notice_id not in allowed:
            continue
        notice = assistant.corpus.get(hit.passage.notice_id)
        headings = " ".join(notice.article_at(hit.passage.span.start).headings)
        for span in hit.passage.sentences:
            text = notice.quote(span)
            if not _quotable(notice, span, text):
                continue
            own, both = weights.share(wanted, bigrams(text)), weights.share(wanted, bigrams(f"{headings} {text}"))
            if both >= least and len(text.strip()) > len(headings.rpartition(" ")[2]) + 6:
                scored.append((both + own, notice, span))
    scored += [(_OF_ITSELF - _NTH * nth, notice, span) for notice in about for nth, span in _of_each_item(notice)]
    later: frozenset[tuple[str, Span]] = frozenset()
    if _is_for_hospital(order):
        near = {n.id: n for _, n, _ in scored if weights.share(wanted, bigrams(n.title)) >= _PARTLY_IN_TITLE}
        scored, later = _of_hospitals(scored, tuple(near.values()))
        whole = [n for n in about if titled(n) in subject]  # a document is carried out: what it sets by figures too
        said = [(n, span) for n in whole for root in sections_of(n) for one in root.each() for span in said_in(n, one)]
        scored += [(_OF_ITSELF, n, s) for n, s in said if states_figure(n.quote(s)) and _quotable(n, s, n.quote(s))]
    scored.sort(key=lambda one: -one[0])
    kept: list[tuple[Notice, Span]] = []
    told: set[str] = set()
    for _, notice, span in scored:
        key = fold(notice.quote(span)).strip()
        if not any(key in one for one in told) and len(kept) < _MOST:
            told.add(key)
            kept.append((notice, span))
    return sorted(
        kept,
        key=lambda one: (
            (one[0].id, one[1]) in later,
            len(parts_of(one[0].region)),
            str(one[0].issued_on),
            one[0].id,
            one[1].start,
        ),
    )


def _is_for_hospital(order: Order) -> bool:
    """Whether the document is of a medical institution: its own, or one it is sent to; not where an organ of state signs or gets it."""
    named = f"{order.to}{order.signer}{order.subject}"
    return (
        bool(order.kinds) or _HOSPITAL.search(named) is not None or _ORGAN.search(f"{order.to}{order.signer}") is None
    )


def _of_hospitals(
    scored: Sequence[tuple[float, Notice, Span]], about: Sequence[Notice]
) -> tuple[list[tuple[float, Notice, Span]], frozenset[tuple[str, Span]]]:
    """Of the clauses those that a medical institution has to do, with all of that kind in the notices ``about`` the matter, and
    which of them it is only encouraged to do; all of them where there is none."""
    names = [name for (name,) in wordlist("medical_actors").words]
    held = {notice.id: notice for notice in (*about, *(n for _, n, _ in scored))}
    acts = {key: acts_of(notice, names) for key, notice in held.items()}
    kept = [one for one in scored if any(act.span.overlaps(one[2]) for act in acts[one[1].id])]
    own = [(_OF_ITSELF, n, act.span) for n in about for act in acts[n.id] if _quotable(n, act.span, n.quote(act.span))]
    optional = {(key, act.span) for key, found in acts.items() for act in found if act.encouraged}
    later = {(n.id, span) for _, n, span in (*kept, *own) if any(k == n.id and s.overlaps(span) for k, s in optional)}
    return ([*own, *kept], frozenset(later)) if own or kept else (list(scored), frozenset())


def _of_each_item(notice: Notice) -> list[tuple[int, Span]]:
    """Of a notice that is about the matter as a whole, the first clauses of each item, each with its number there."""
    found: list[tuple[int, Span]] = []
    for article in lowest_items(notice):
        clauses = [
            s
            for s in sentence_spans(notice.text, article.span)
            if _quotable(notice, s, notice.quote(s))
            and len(notice.quote(s).strip()) > max(len(article.heading) + 6, 15)
        ]
        found += enumerate(clauses[:_EACH])
    return found


def _quotable(notice: Notice, span: Span, text: str) -> bool:
    """Whether a sentence is a clause by itself: no title or heading, not the words before a list, nothing before the items."""
    article, bare = notice.article_at(span.start), fold(text).strip("\u3002；;")
    if article.kind != "item" and any(one.kind == "item" for one in notice.articles):
        return False
    return (
        not text.rstrip().endswith(("：", ":"))
        and bare not in fold(notice.title)
        and bare not in map(fold, article.headings)
    )


def _duties(assistant: Library, clauses: Sequence[tuple[Notice, Span]], order: Order, day: date) -> tuple[Duty, ...]:
    """Tasks with a body or a date in the articles that are quoted."""
    articles = {(notice.id, notice.article_at(span.start).ordinal) for notice, span in clauses}
    held = {notice.id: notice for notice, _ in clauses}
    found = duties_of(assistant.corpus.notices, order.region, as_of=day, notice_ids=list(held))
    near = [d for d in found if (d.notice_id, held[d.notice_id].article_at(d.citation.start).ordinal) in articles]
    near = [replace(d, task=" ".join(d.task.split())) for d in near if d.bodies or d.deadline]
    return tuple(near[:_TASKS])


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
