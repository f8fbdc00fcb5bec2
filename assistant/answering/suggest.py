"""Follow-up questions the corpus can answer (追问建议), from what stands beside the answer.

Each is a whole question, so that it can be asked in a new conversation too; none is offered unless the evidence holds
its answer (a bracket of bodies, a time, another heading that was found). The trap: what search brought along of other
notices is about other things, so only a notice that answered is asked on about.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.responsible import bracket_for
from assistant.query.read import Understanding
from assistant.query.values import has_period
from assistant.retrieval.evidence import Evidence
from assistant.types import Citation, Kind
from corpus.grammar import form
from corpus.naming import short_title
from corpus.types import Notice

_LIMIT, _LEADS_IN = 3, form("heading.leads_in")


def suggestions(u: Understanding, evidence: Sequence[Evidence], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Up to three follow-up questions, the nearest to the answer first."""
    if not evidence or not citations:
        return ()
    cited = {(c.notice_id, c.path) for c in citations}
    answered = {c.notice_id for c in citations}
    found: list[str] = []
    for item in evidence:
        article = item.notice.articles[item.passage.article]
        heading = article.heading
        if item.notice.id not in answered or not item.sentences or not 4 <= len(heading) <= 24 or "（" in heading:
            continue
        if _LEADS_IN.search(heading):
            continue
        where = _where(item.notice)
        if (item.notice.id, article.path) in cited:
            if u.kind is not Kind.BODY and bracket_for(item, article):
                found.append(f"{where}“{heading}”由谁负责？")
            if u.kind is not Kind.DEADLINE and has_period(item.notice.quote(article.span)):
                found.append(f"{where}“{heading}”有什么时间要求？")
        elif u.kind is not Kind.COMPARISON:
            found.append(f"{where}“{heading}”有哪些要求？")
        if len(dict.fromkeys(found)) >= _LIMIT:
            break
    return tuple(q for q in dict.fromkeys(found) if not u.repeats(q))[:_LIMIT]


def _where(notice: Notice) -> str:
    return notice.reference or f"《{short_title(notice)}》"
