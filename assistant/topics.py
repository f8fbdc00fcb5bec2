"""Whether a notice speaks on a matter (事项): the clauses that hold its words, or what else the matter is called.

Apart from the verdict on place and date, which it never changes: a notice that binds may well be silent on the matter. The
trap: common words (医院, 工作) stand in every clause, so words count by how rare they are in the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.applicability import cite
from assistant.retrieval.matching import Weights, bigrams
from assistant.types import Verdict
from corpus.synonyms import find_terms
from corpus.text import fold, sentence_spans
from corpus.types import Notice, Span

LEAST = 0.6
"""Share of the matter's words, weighed by rareness, that a sentence and the headings above it must hold."""

_SHORT = 2
"""Characters of another name that may be an accident of two words (家医 in 国家医学中心)."""


def clauses_on(notice: Notice, topic: str, weights: Weights) -> tuple[Span, ...]:
    """The first sentence on the matter in each item of the notice, in order; () where it is silent."""
    wanted = bigrams(topic)
    names = [
        tuple(fold(word) for word in (match.term, *match.others) if len(word) > _SHORT or word == match.term)
        for match in find_terms(topic)
        if len(match.term) > 1
    ]
    found: dict[int, Span] = {}
    for article in notice.articles:
        if article.kind == "front":
            continue
        headings = " ".join(article.headings)
        for span in sentence_spans(notice.text, article.span):
            text = f"{headings} {notice.quote(span)}"
            named = bool(names) and all(any(word in fold(text) for word in one) for one in names)
            if (named or weights.share(wanted, bigrams(text)) >= LEAST) and article.ordinal not in found:
                found[article.ordinal] = span
    return tuple(found.values())


def on_topic(
    verdicts: Sequence[Verdict], notices: Sequence[Notice], topic: str, weights: Weights
) -> tuple[Verdict, ...]:
    """``verdicts`` with what each notice says on the matter; of those alike in force the ones that speak on it come first."""
    held = {notice.id: notice for notice in notices}
    told: list[tuple[bool, Verdict]] = []
    for verdict in verdicts:
        notice = held[verdict.notice_id]
        spans = clauses_on(notice, topic, weights)
        said = f"其中{len(spans)}条写到“{topic}”" if spans else f"没有写到“{topic}”"
        mentions = tuple(cite(notice, span, marker) for marker, span in enumerate(spans, 1))
        told.append((not spans, replace(verdict, reason=f"{verdict.reason}；{said}", mentions=mentions)))
    order = {binding: at for at, binding in enumerate(dict.fromkeys(v.binding for v in verdicts))}
    return tuple(v for _, v in sorted(told, key=lambda one: (order[one[1].binding], one[0])))
