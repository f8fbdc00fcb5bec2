"""An item of a notice whole (原文), and where an answer stands.

The trap: what hangs below an article belongs to it, and a long chapter is cut, which has to be said.
"""

from __future__ import annotations

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.query.scope import item_label
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span

WHOLE = 700
"""Characters of an item quoted whole."""


def _first(notice: Notice, article: Article) -> Span:
    return sentence_spans(notice.text, article.span)[0]


def item(notice: Notice, label: str) -> Draft | None:
    """The article with that label, whole; None where the notice has none."""
    for article in notice.articles:
        if article.labels and item_label(article.labels[-1]) == label:
            return whole(notice, article, f"{notice.name}{label}：")
    return None


def whole(notice: Notice, article: Article, lead: str = "") -> Draft:
    """The sentences of an article as they stand, up to ``WHOLE`` characters, with what hangs below it."""
    end = article.span.end
    for other in notice.articles:
        if other.span.start >= end and other.labels[: article.level] == article.labels and other.level > article.level:
            end = other.span.end
    statements: list[Statement] = (
        [Statement(lead, (Support(notice.id, _first(notice, article)),), given=lead)] if lead else []
    )
    spans = [s for s in sentence_spans(notice.text, Span(article.span.start, end)) if notice.quote(s).strip()]
    told, kept = 0, 0
    for span in spans:
        text = notice.quote(span).strip()
        if told and told + len(text) > WHOLE:
            break
        told, kept = told + len(text), kept + 1
        statements.append(Statement(text, (Support(notice.id, span),)))
    notes = (f"以上是前{kept}句，还有{len(spans) - kept}句见原文。",) if kept < len(spans) else ()
    return Draft((paragraph(*statements),), notes)


def place_of(notice: Notice, span: Span) -> Statement:
    """Where a quoted sentence stands: document and item; captures have no pages."""
    article = notice.article_at(span.start)
    where = f"“{article.path}”" if article.path else "正文开头"
    number = f"（{notice.reference}）" if notice.reference else ""
    text = f"出自《{notice.title.strip('《》')}》{number}{where}。采集的文本不分页，没有页码。"
    return Statement(text, (Support(notice.id, span),), given=text)
