"""A fact about a notice itself (文号、印发日期、施行日期、发文机关、主送机关、制定依据、修改).

Needs: the notice's own front matter, of the one or two notices that are meant; not similarity: 44号文主送给谁 has no word in common
with the line that answers it.
Picks: the notice named, the only one there is, or for an amendment the one nearest to the matter.
Silent: never; it leaves the question to its content where no notice is meant, more than two are, none states the fact, or the
question says so much besides that it is about a matter (救护车由谁印发标志).
Says: one sentence a fact and notice, which cites the line. The trap: who issued a document and what it was issued by are asked in much the
same words as who does what in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.quoting import sentence_at
from assistant.applicability import addressees_span, date_span, front_span, number_span, title_span
from assistant.kinds.ruling import asks_of_ended
from assistant.query.narrowing import beyond_paper
from assistant.query.types import Query
from assistant.types import Kind, Verdict
from corpus.dates import written_day
from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.naming import said_by, short_title
from corpus.text import sentence_spans
from corpus.types import Notice, Span

EXAMPLES = ("湘政办发〔2023〕44号主送给谁", "湛府〔2019〕13号什么时候印发的", "资阳那个试点方案文号是多少")
MOST = 2
"""Notices a fact is told of at once."""
_OFTEN = frozenset({"basis", "number", "issued", "effective", "issuer"})
"""Facts whose words are said of other things too (什么时候发, 依据什么收费)."""
_BASIS_TEXT = form("about.rests_on")
_ISSUES = form("about.issues_itself")
"""The sentence that issues the document names the document itself, not what it rests on."""


def wants(u: Query) -> bool:
    return bool(u.facts) and u.kind is not Kind.COMPARISON and not asks_of_ended(u)


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome | None:
    facts = u.facts
    pool = desk.retriever.pool(u)
    meant = list(u.notice_ids) or (list(pool) if len(pool) == 1 else [])
    if not meant and facts == ("amended",):
        meant = list(dict.fromkeys(e.notice.id for e in desk.retriever.retrieve(u, pool, top_k=1)))
    if (
        not meant
        or len(meant) > MOST
        or (set(facts) <= _OFTEN and beyond_paper(u, [desk.notices[i].title for i in meant]))
    ):
        return None
    draft = about(facts, [desk.notices[i] for i in meant])
    if draft is None:
        return None
    if facts == ("issued",) and len(meant) == 1:
        draft = _checked(u, desk.notices[meant[0]], draft)
    return draft, desk.with_cited(draft, desk.retriever.retrieve(u, meant, top_k=desk.top_k))


def about(facts: Sequence[str], notices: Sequence[Notice]) -> Draft | None:
    """The facts for each of ``notices``, cited; None where no notice states any of them."""
    statements: list[Statement] = []
    for notice in notices:
        for text, spans in filter(None, (_one(fact, notice) for fact in facts)):
            statements.append(Statement(text, tuple(Support(notice.id, s) for s in spans), given=text))
    return Draft((paragraph(*statements),)) if statements else None


def _checked(u: Query, notice: Notice, draft: Draft) -> Draft:
    """Whether the day the asker holds it to be issued on (是5月8号印发的对吧) is the one it bears, said first."""
    issued = notice.issued_on
    if u.day_held is None or issued is None or not u.closed:
        return draft
    year, month, day = u.day_held
    same = (month, day) == (issued.month, issued.day) and year in (None, issued.year)
    word = "是" if same else f"不是{month}月{day}日" if year in (None, issued.year) else f"不是{year}年"
    support = draft.blocks[0].statements[0].supports
    head = Statement(f"{word}。", support, given=word, head=True)
    return draft.opened_by(head)


def basis_span(notice: Notice) -> Span | None:
    """The sentence of the preamble that names the documents the notice rests on (制定依据)."""
    front = front_span(notice)
    end = min(len(notice.text), front.end + 400)
    candidates: list[tuple[int, Span]] = []
    for span in sentence_spans(notice.text, Span(front.start, end)):
        text = span.of(notice.text)
        others = [m for m in find_numbers(text) if m.canonical and m.canonical != notice.number]
        if _BASIS_TEXT.search(text) and not _ISSUES.search(text):
            candidates.append((2 * bool(others) + ("《" in text) + ("意见精神" in text or "精神" in text), span))
    best = max(candidates, key=lambda c: (c[0], -c[1].start), default=None)
    return best[1] if best and best[0] > 0 else None


def _one(fact: str, notice: Notice) -> tuple[str, tuple[Span, ...]] | None:
    name = said_by(notice)
    if fact == "addressees":
        span = addressees_span(notice)
        return (f"{name}主送：{notice.quote(span).rstrip('：:')}。", (span,)) if span else None
    if fact == "issued":
        span = date_span(notice)
        return (
            (f"{name}于{notice.quote(span).removesuffix('印发')}印发。", (span,)) if span and notice.issued_on else None
        )
    if fact == "effective":
        begins = notice.front.effective_on if notice.front else None
        whole = begins and begins.span and sentence_at(notice, begins.span)
        return (f"{name}自{written_day(begins.value)}起施行。", (whole,)) if begins and whole else None
    if fact == "issuer":
        span = title_span(notice)
        return (f"{name}由{notice.issuer}印发。", (span,)) if span else None
    if fact == "amended":
        return _amended(name, notice)
    if fact == "number":
        span = number_span(notice)
        if span:
            return f"《{short_title(notice)}》的文号是{notice.number}。", (span,)
        title = title_span(notice)
        known = f"《{short_title(notice)}》的文号是{notice.number}，收录时登记的，正文里没有。"
        told = known if notice.number else f"采集文本没有写明《{short_title(notice)}》的文号。"
        return (told, (title,)) if title else None
    span = basis_span(notice)
    return (f"{name}的制定依据：{notice.quote(span).strip()}", (span,)) if span else None


def _amended(name: str, notice: Notice) -> tuple[str, tuple[Span, ...]] | None:
    """When the document was amended, and that the text here is the last; None where it does not say. A city's amendment has two
    days, passed and approved, so they are not counted."""
    front = notice.front
    dated = (
        sorted((f for f in front.amended_on if f.span is not None), key=lambda f: f.value) if front is not None else []
    )
    if front is None or not dated:
        return None
    days = [written_day(f.value) for f in dated]
    first = front.effective_on or front.adopted_on
    begun = f"{name}自{written_day(first.value)}起施行，" if front.effective_on and first is not None else f"{name}"
    spans = tuple(f.span for f in (*dated, *((first,) if first is not None else ())) if f.span is not None)
    return f"{begun}题注写明的修改日期有{'、'.join(days)}，本库收录的是{days[-1]}修改后的文本。", spans
