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
from assistant.retrieval.selection import Pick, ranked_sentences, trimmed
from corpus import fitted
from corpus.grammar import form, split_at
from corpus.naming import said_by
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
    if not u.says("ask.penalty"):
        return None
    asked = deed(u)
    if listed := _listed(desk, asked, pool):
        return listed, desk.with_cited(listed, list(evidence))
    if _says_both(u, evidence):
        return None
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


def _listed(desk: Desk, asked: Understanding, pool: Sequence[str]) -> Draft | None:
    """The lead-in that says what a breach costs with the item that is the deed in its own words (有下列情形之一的，处…罚款：（三）重复收费、
    超标准收费); None where no list has it, or several do."""
    found: list[tuple[Notice, Span, Span]] = []
    for notice in (desk.notices[one] for one in pool):
        for unit in desk.retriever.shown.units(notice):
            lead = Span(unit.span.start, unit.items[0].start) if unit.kind == "list" and unit.items else None
            if lead is None or not _STATED.search(lead.of(notice.text)):
                continue
            found += [(notice, lead, item) for item in unit.items if _is_deed(asked, item.of(notice.text))]
    if len({(notice.id, item) for notice, _, item in found}) != 1:
        return None
    notice, lead, item = found[0]
    lead, item = trimmed(notice.text, lead), trimmed(notice.text, item)
    prefix = f"{said_by(notice)}{''.join(notice.article_at(item.start).clause[-1:])}规定："
    supports = (Support(notice.id, lead), Support(notice.id, item))
    return Draft(
        (paragraph(Statement(f"{prefix}{tidy(notice.quote(lead))}{tidy(notice.quote(item))}", supports, given=prefix)),)
    )


def _is_deed(asked: Understanding, item: str) -> bool:
    """Whether one of the deeds an item names stands in the question as it is written."""
    mark = parse_mark(item.strip())
    body = item.strip()[len(mark.text) :] if mark else item.strip()
    return any(len(piece) >= _DEED and asked.names(piece) for piece in split_at("、，,；;。", body))


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
