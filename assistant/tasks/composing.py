"""An official document assembled from clauses of the library (起草): quoted as they stand, each with its source.

Nothing is put into other words and nothing is invented: what the notices say is quoted, tasks carry the bodies and dates
that the notices give them, and what only the author knows is a marked gap to fill in. The kinds are data,
``forms.toml``. The trap: a clause that does not bind the author's place must not stand in a document that orders people.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import cite
from assistant.duties.extraction import Duty, duties_of
from assistant.errors import DraftError
from assistant.tasks.choosing import pieces_on, usable
from assistant.tasks.ordering import (
    Library,
    Order,
    documents_meant,
    matter_of,
    tells_a_state,
    titled,
    unfounded,
)
from assistant.tasks.outline import article_called
from assistant.tasks.pieces import Piece, pieces_of
from assistant.tasks.roles import TASKS_IN_TIME, Role, role_of
from assistant.tasks.sections import sections_of
from assistant.types import Citation
from corpus.grammar import form
from corpus.numbering import chinese_ordinal
from corpus.regions import display
from corpus.text import fold
from corpus.types import Notice, Span

_FORMS = Path(__file__).parent / "forms.toml"
_OWN_ANNEX, _SELF = form("draft.own_annex"), form("force.kind_of_self")


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
    if order.found and len(documents) == 1:
        chosen = [(documents[0], piece) for piece in order.found]
    elif order.item and len(documents) == 1:
        chosen = _of_item(documents[0], order.item)
    else:
        chosen = pieces_on(assistant, matter_of(subject), order, notices, documents)
    if not chosen:
        where = (
            f"、又约束{display(order.region)}"
            if order.region
            else "、在全国适用（没有选地区时只用这样的文件，请先选地区）"
        )
        raise unfounded(subject, where, notices)
    if documents and not tells_a_state(subject) and not all(titled(n) in subject for n in documents):
        subject = f"贯彻落实{'、'.join(map(titled, documents))}"
    sources = list(dict.fromkeys(notice.id for notice, _ in chosen))
    held = {notice.id: notice for notice, _ in chosen}
    duties = duties_of(assistant.corpus.notices, order.region, as_of=day, notice_ids=list(held))
    sections, citations = _told(chosen, duties)
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


def _of_item(notice: Notice, label: str) -> list[tuple[Notice, Piece]]:
    """All that the article says."""
    article = article_called(notice, label)
    sections = (one for root in sections_of(notice) for one in root.each())
    return [(notice, piece) for one in sections if one.article is article for piece in pieces_of(notice, [one])]


def _told(chosen: Sequence[tuple[Notice, Piece]], duties: Sequence[Duty]) -> tuple[list[Section], list[Citation]]:
    """The pieces in sections by what they say, in the order of the text: a paragraph for each article, a task for each piece."""
    paragraphs: dict[tuple[Role, str, int], list[tuple[Notice, Piece]]] = {}
    timed = False
    for at, (notice, piece) in enumerate(chosen):
        own = [d for d in duties if d.notice_id == notice.id and piece.span.overlaps(_where(d))]
        role = role_of(notice, piece, tasked=any(d.bodies or d.timed for d in own))
        timed = timed or (role is Role.TASKS and any(d.timed for d in own))
        apart = at if role is Role.TASKS else notice.article_at(piece.span.start).ordinal
        paragraphs.setdefault((role, notice.id, apart), []).append((notice, piece))
    citations: list[Citation] = []
    named: set[str] = set()
    sections: list[Section] = []
    for role in Role:
        items: list[Item] = []
        for (_, one, _), pieces in ((key, held) for key, held in paragraphs.items() if key[0] is role):
            notice = pieces[0][0]
            opened = "" if one in named or role is Role.FORCE else f"{_named(notice)}规定："
            named.add(one)
            said = [_said(n, piece, role, duties) for n, piece in pieces]
            first = len(citations) + 1
            citations += [cite(n, piece.span, first + at) for at, (n, piece) in enumerate(pieces)]
            items.append(
                Item(
                    f"{opened}{_heading(pieces[0][1], role, said[0])}{''.join(said)}",
                    tuple(range(first, len(citations) + 1)),
                )
            )
        if items:
            sections.append(Section(TASKS_IN_TIME if timed and role is Role.TASKS else role.value, tuple(items)))
    return sections, citations


def _heading(piece: Piece, role: Role, said: str) -> str:
    """What the article is called, where it has a name that what is said does not begin with; when a notice takes effect often
    stands at the end of an article on something else."""
    name = piece.section.name if role is not Role.FORCE else ""
    return f"{name}：" if name and not said.startswith(name) else ""


def _said(notice: Notice, piece: Piece, role: Role, duties: Sequence[Duty]) -> str:
    """The words of a piece as they stand in a document of its own: the annex is the notice's, and so is 本通知; with who and when
    where a bracket says so."""
    text = _OWN_ANNEX.sub("", piece.told(notice))
    text = _SELF.sub(titled(notice), text) if role is Role.FORCE else text
    if text.endswith(("；", ";", "，", "：")):
        text = f"{text[:-1]}。"
    if role is not Role.TASKS or len(piece.spans) > 1:
        return text
    own = [d for d in duties if d.notice_id == notice.id and piece.span.overlaps(_where(d))]
    facts = list(dict.fromkeys(fact for duty in own for fact in _facts(duty, notice.quote(piece.span))))
    return f"{text.rstrip('。；;')}（{'；'.join(facts)}）。" if facts else text


def _named(notice: Notice) -> str:
    return f"《{notice.title.strip('《》')}》" + (f"（{notice.reference}）" if notice.reference else "")


def _where(duty: Duty) -> Span:
    return Span(duty.citation.start, duty.citation.end)


def _facts(duty: Duty, said: str) -> tuple[str, ...]:
    """What a bracket or a heading says of a task and its own words do not: who leads, who takes part, until when."""
    others = [name for name in duty.bodies if name not in duty.leads and name not in said]
    leads = [name for name in duty.leads if name not in said]
    told = (
        f"牵头单位：{'、'.join(leads)}" if leads else "",
        f"责任单位：{'、'.join(others)}" if others else "",
        f"时限：{duty.written}" if duty.written and duty.written not in said else "",
    )
    return tuple(one for one in told if one)
