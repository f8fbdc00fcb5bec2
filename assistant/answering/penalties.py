"""What a breach costs where the law says it by number (罚则): the duty that is broken, then the sentence that names it.

Asked 没给工人做上岗体检罚多少, no sentence holds both the deed and the sum: 第二十六条 says what is to be done, 第三十六条 what
breaking 第二十六条 costs. The deed is looked for without the words that ask for a penalty. The trap: a sentence that says
deed and penalty itself is the answer; this is for where none does.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.desk import Desk
from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.quoting import lead_in, tidy, with_context
from assistant.query.narrowing import deed
from assistant.query.read import Understanding
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.selection import Pick, ranked_sentences
from corpus import fitted
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.numerals import chinese_number
from corpus.penalties import Threat
from corpus.types import Notice, Span

_STATED, _BY_NUMBER = form("states.penalty"), form("penalty.violates")
_PARAGRAPH = form("penalty.part")
_MOST, _DEED = 2, 4
"""Penalties that are told, and characters a deed has at least."""
_NEAR, SURE_BY_NUMBER, LEAST_DUTY = (
    fitted.number("answering.penalties.near"),
    fitted.number("answering.penalties.sure_by_number"),
    fitted.number("answering.penalties.least_duty"),
)
"""Log odds of the reader: behind the best, from which a sentence that names an article says the deed too, and from which a
duty is the one that was broken (a deed is no question, and read with less certainty)."""


def breach(
    desk: Desk, u: Understanding, evidence: Sequence[Evidence], pool: Sequence[str]
) -> tuple[Draft, list[Evidence]] | None:
    """The duty and what breaking it costs; None where nobody asks, a sentence says both, or no duty is found."""
    if not u.says("ask.penalty") or _says_both(u, evidence):
        return None
    asked = deed(u)
    threatening = [i for i in pool if desk.threats(desk.notices[i])]
    if len(asked.content) < _DEED or not threatening:
        return None
    found = desk.retriever.retrieve(asked, threatening, top_k=6)
    duty = next((p for p in ranked_sentences(found) if not _STATED.search(p.sentence.text)), None)
    if duty is None or duty.reading < LEAST_DUTY:
        return None
    threats = _meant(desk, duty)
    if not threats:
        return None
    shown = desk.retriever.shown
    costs = [_cost(desk, duty.notice, one.span) for one in threats[:_MOST]]
    draft = Draft((paragraph(with_context(duty, shown, lead_in(duty))), paragraph(*costs)))
    return draft, desk.with_cited(draft, [*found[:2], *evidence])


def _meant(desk: Desk, duty: Pick) -> list[Threat]:
    """The threats about the article of the duty, and of its paragraph and item where they name those."""
    clause, labels = duty.article.clause, duty.article.labels
    if not clause:
        return []
    item = parse_mark(labels[-1]) if len(labels) > len(clause) else None
    units = desk.retriever.shown.around(duty.notice, duty.span)
    told = next((m for one in units if (m := _PARAGRAPH.search(one.label)) and m["kind"] == "款"), None)
    paragraph_ = int(chinese_number(told["n"]) or 0) if told else None
    number = item.ordinal if item is not None else None
    return [one for one in desk.threats(duty.notice).get(clause[-1], ()) if one.meets(paragraph_, number)]


def _cost(desk: Desk, notice: Notice, span: Span) -> Statement:
    """The sentence with the article it stands in, and its lead-in where it is an item."""
    where = "".join(notice.article_at(span.start).clause[-1:])
    units = desk.retriever.shown.around(notice, span)
    lead = next((one.lead[-1] for one in units if one.kind == "item" and one.lead), None)
    said = tidy(notice.quote(lead)).rstrip("。：:") + "：" if lead is not None else ""
    prefix = f"违反的，{where}规定："
    supports = (Support(notice.id, lead),) if lead is not None else ()
    return Statement(f"{prefix}{said}{tidy(notice.quote(span))}", (*supports, Support(notice.id, span)), given=prefix)


def _says_both(u: Understanding, evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence read about as surely as the best states a penalty and names the deed: one that names an article may
    say nothing of it, so it has to be read more surely."""
    picks = ranked_sentences(evidence)[:4]
    best = max((p.reading for p in picks), default=LEAST)
    return any(
        _STATED.search(p.sentence.text)
        and p.reading >= max(best - _NEAR, SURE_BY_NUMBER if _BY_NUMBER.search(p.sentence.text) else 0.0)
        and (not u.wants.figure or u.fits(p.sentence.text))
        for p in picks
    )
