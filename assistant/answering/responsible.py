"""Where a notice says who is in charge (责任单位): the bracket of an item, and the rule that the first one of a list leads.

Apart from the answer that says it (:mod:`assistant.kinds.body`), because refusals, suggestions and the gate look here too. The
trap: a bracket behind a capture gap may belong to another item.
"""

from __future__ import annotations

from assistant.retrieval.evidence import Evidence
from corpus.bodies import read_bodies
from corpus.grammar import form
from corpus.types import Article, Notice, Span

_LEAD_RULE = form("duty.lead_rule")


def bracket_for(item: Evidence, article: Article) -> Span | None:
    """The responsibility bracket that closes the part of the article the evidence is in.

    Within the piece between two capture gaps first; then the rest of the article: the outline puts text behind a gap
    into the same article only where its heading proves that it belongs there.
    """
    notice, at = item.notice, item.best.span.start
    gaps = sorted(g.span.start for g in notice.gaps if article.span.contains(g.span))
    start = max((g for g in gaps if g <= at), default=article.span.start)
    end = min((g for g in gaps if g > at), default=article.span.end)
    _, bracket = read_bodies(notice.text, Span(start, end))
    if bracket is None and gaps and not article.heading.startswith("（"):
        _, bracket = read_bodies(notice.text, Span(at, article.span.end))
    return bracket


def lead_rule(notice: Notice) -> Span | None:
    """Where the notice says that the first of the list leads (列第一位的为牵头单位), or None."""
    match = _LEAD_RULE.search(notice.text)
    return Span(match.start(), match.end()) if match else None
