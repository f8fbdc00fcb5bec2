"""A notice by its outline (总结、原文): its parts with their headings, one item whole, and where an answer stands.

Nothing is put into other words: a summary is the notice's own headings, each cited. The trap: laws have articles without
headings; there the chapters are the parts, and without chapters the first sentence of each article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import title_span
from assistant.duties.targets import deadlines_in, figures_in
from assistant.query.scope import item_label
from assistant.query.values import has_figure, has_period, lasts_or_recurs
from assistant.retrieval.selection import trimmed
from corpus.text import one_line, sentence_spans
from corpus.types import Article, Notice, Span

PARTS, BELOW, WHOLE, FACTS = 32, 12, 700, 16
"""Parts of a summary; headings named under one of them; characters of an item quoted whole; sentences with figures told."""
NAME, GOALS, SHORT = 40, 3, 16
"""Characters of a heading; sentences told of a part that has no items; items up to which each is told by a sentence too."""
_LEAST = 4


def summary(notices: Sequence[Notice]) -> Draft | None:
    """The parts of each notice; None where a notice has no text to show."""
    blocks: list[Block] = []
    for notice in notices:
        lines = list(_parts(notice))[:PARTS]
        if not lines:
            return None
        title = title_span(notice) or Span(0, min(len(notice.text), 40))
        by = f"由{notice.issuer}制发，" if notice.issuer else "的"
        opening = f"《{notice.title.strip('《》')}》{by}主要内容按原文结构如下："
        blocks.append(paragraph(Statement(opening, (Support(notice.id, title),), given=opening)))
        blocks.append(Block("list", tuple(lines)))
        facts = _facts(notice, [s.span for line in lines for s in line.supports])
        if facts:
            more = f"，下面是前{FACTS}条" if len(facts) > FACTS else ""
            said = f"其中写明数字或时间的还有{len(facts)}条{more}："
            blocks.append(paragraph(Statement(said, facts[0].supports, given=said, head=True)))
            blocks.append(Block("list", tuple(facts[:FACTS])))
    return Draft(tuple(blocks)) if blocks else None


def _parts(notice: Notice) -> Iterator[Statement]:
    items = [a for a in notice.articles if a.kind == "item"]
    if not items:
        for span in sentence_spans(notice.text)[:_LEAST]:
            yield Statement(notice.quote(span).strip(), (Support(notice.id, span),))
        return
    tops = [a for a in items if a.level == min(x.level for x in items)]
    short = len(lowest_items(notice)) <= SHORT
    for top in tops:
        below = [a for a in items if a.labels[: top.level] == top.labels and a.level == top.level + 1]
        named = [(a, _name(notice, a)) for a in below]
        inside = [name for _, name in named if name][:BELOW]
        span = _first(notice, top)
        head = f"{top.labels[-1]}{top.heading.rstrip('。：:')}" if top.heading else notice.quote(span).strip()
        told_below = [(a, name, _telling(notice, a)[:1]) for a, name in named if name] if short else []
        text = f"{head}：{'；'.join(inside)}" if inside and not any(told for _, _, told in told_below) else head
        yield Statement(text, (Support(notice.id, span),), given=text)
        for one, name, spans in told_below:
            for told in (trimmed(notice.text, span) for span in spans):
                lead = f"{one.labels[-1]}{name}："
                yield Statement(f"{lead}{one_line(notice.quote(told))}", (Support(notice.id, told),), given=lead)
        if not below and top.heading:
            for told in _telling(notice, top):
                yield Statement(one_line(notice.quote(told)), (Support(notice.id, told),))


def _facts(notice: Notice, told: Sequence[Span]) -> list[Statement]:
    """The sentences of the items that set a figure or a time and are not told yet: headings alone say little."""
    found: list[Statement] = []
    for article in lowest_items(notice):
        for sentence in sentence_spans(notice.text, article.span):
            text = notice.quote(sentence)
            sets = (
                bool(figures_in(text) or deadlines_in(text, notice.issued_on))
                or has_period(text)
                or lasts_or_recurs(text)
            )
            if sets and not any(sentence.overlaps(span) for span in told):
                found.append(Statement(one_line(text), (Support(notice.id, trimmed(notice.text, sentence)),)))
    return found


def lowest_items(notice: Notice) -> list[Article]:
    """The items of a notice that hold no others."""
    items = [a for a in notice.articles if a.kind == "item"]
    holding = {one.labels[:depth] for one in items for depth in range(one.level)}
    return [one for one in items if one.labels not in holding]


def _name(notice: Notice, article: Article) -> str:
    """An item's heading, else its first sentence where that is as short as one (（一）完善首诊负责制。); "" for none."""
    first = one_line(notice.quote(_first(notice, article))).removeprefix(article.labels[-1] if article.labels else "")
    name = (article.heading or first).strip().rstrip("。：:")
    return name if len(name) <= NAME else ""


def _telling(notice: Notice, article: Article) -> list[Span]:
    """Of a part without items what it says: the sentences that set a figure or a time, else the first one."""
    spans = [s for s in sentence_spans(notice.text, article.span)[1:] if len(notice.quote(s).strip()) > _LEAST]
    set_ = [s for s in spans if has_period(notice.quote(s)) or has_figure(notice.quote(s))]
    return (set_ or spans[:1])[:GOALS]


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
    told = 0
    for span in sentence_spans(notice.text, Span(article.span.start, end)):
        text = notice.quote(span).strip()
        if told and told + len(text) > WHOLE:
            break
        told += len(text)
        if text:
            statements.append(Statement(text, (Support(notice.id, span),)))
    return Draft((paragraph(*statements),))


def place_of(notice: Notice, span: Span) -> Statement:
    """Where a quoted sentence stands: document and item; captures have no pages."""
    article = notice.article_at(span.start)
    where = f"“{article.path}”" if article.path else "正文开头"
    number = f"（{notice.number}）" if notice.number else ""
    text = f"出自《{notice.title.strip('《》')}》{number}{where}。采集的文本不分页，没有页码。"
    return Statement(text, (Support(notice.id, span),), given=text)
