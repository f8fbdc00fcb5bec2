"""An item of a notice whole (原文), and where an answer stands.

The trap: what hangs below an article belongs to it, and a long chapter is cut, which has to be said.
"""

from __future__ import annotations

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.refusal import Refusal
from assistant.query.scope import item_label, item_number
from assistant.types import RefusalReason
from corpus.numbering import chinese_ordinal
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span

_BEHIND_NUMBER = ".．、 "
"""What stands behind the number of an item in a plan, which counts from its first page to the last."""
WHOLE = 700
"""Characters of an item quoted whole."""


def _first(notice: Notice, article: Article) -> Span:
    return sentence_spans(notice.text, article.span)[0]


def article_called(notice: Notice, label: str) -> Article | None:
    """The article with that label, or the one item of that number (``16.``) where the notice numbers so; None where it has none."""
    labelled = [a for a in notice.articles if a.labels and item_label(a.labels[-1]) == label]
    number = str(item_number(label))
    numbered = [a for a in notice.articles if a.labels and a.labels[-1].rstrip(_BEHIND_NUMBER) == number]
    found = labelled[:1] or (numbered if len(numbered) == 1 else [])
    return found[0] if found else None


def item(notice: Notice, label: str) -> Draft | None:
    """That article whole; None where the notice has none."""
    article = article_called(notice, label)
    return whole(notice, article, f"{notice.name}{label}：") if article else None


def lacking(notice: Notice, label: str) -> Refusal | None:
    """That a notice which numbers its articles has none of that number here, with the numbers beside it; None where it does not
    number them, or has it."""
    clauses = dict.fromkeys(a.clause[-1] for a in notice.articles if a.clause)
    numbers = sorted(n for clause in clauses if (n := item_number(clause)))
    asked = item_number(label)
    if not numbers or not label.endswith("条") or asked is None or asked in numbers:
        return None
    before = max((n for n in numbers if n < asked), default=None)
    after = min((n for n in numbers if n > asked), default=None)
    if before is None or after is None:
        where = (
            f"到第{chinese_ordinal(numbers[-1])}条为止" if after is None else f"从第{chinese_ordinal(numbers[0])}条开始"
        )
    else:
        where = f"第{chinese_ordinal(before)}条之后是第{chinese_ordinal(after)}条"
    said = f"本库收录的{notice.name}没有{label}：{where}。请核对条号，或查阅原件。"
    return Refusal(RefusalReason.SILENT, said)


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
