"""Units (引用单元): what must be quoted together to be understood, computed from the outline.

A figure in an item means nothing without the lead-in (有下列情形之一的：), a cell nothing without its column. Passages are
cut for search and tile the text; units are cut for reading, nest and overlap. It stands alone so that retrieval, the
answerers and the verifier quote alike. The trap: after the last item of a list an article may go on with a paragraph
of its own (款), which is neither part of that item nor of the list.

Source: 立法技术规范（试行）（一） (条、款、项); GB/T 9704-2012, 7.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from corpus.enumeration import Enumeration, enumerations_of, led_lines
from corpus.numbering import chinese_ordinal
from corpus.tables import Table, tables_of
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span, Unit
from corpus.wordlists import wordlist

_LEADS = "：:"
_MAX_LEAD = 400  # characters of a lead-in sentence


def units_of(notice: Notice) -> tuple[Unit, ...]:
    """Units of ``notice`` in order of their start, the larger first.

    >>> from corpus.outline import outline
    >>> from corpus.types import Level
    >>> text = "第二条 有下列情形之一的，不予受理：\\n（一）材料不全的；\\n（二）逾期的。\\n前款规定另有要求的除外。"
    >>> made = Notice("n", None, "甲", "乙", "", Level.NATIONAL, None, text, outline(text))
    >>> [(unit.kind, unit.label, unit.count) for unit in units_of(made)]
    [('article', '第二条', 0), ('list', '第二条', 2), ('item', '（一）', 0), ('item', '（二）', 0), ('paragraph', '第二条第二款', 0)]
    """
    drafts: list[Unit] = []
    for tree in _trees(notice.articles):
        drafts += _of_tree(notice, tree)
    for article in notice.articles:
        if article.kind != "item":
            drafts += _of_text(notice, article, article.span, "")
    return _ordered(drafts)


def units_at(units: tuple[Unit, ...], span: Span) -> tuple[Unit, ...]:
    """The units that hold all of ``span``, the smallest first."""
    return tuple(
        sorted((one for one in units if one.span.contains(span)), key=lambda one: (len(one.span), one.ordinal))
    )


@dataclass(slots=True)
class _Tree:
    """An article with those under it."""

    article: Article
    children: list[_Tree] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.children[-1].end if self.children else self.article.span.end


def _trees(articles: tuple[Article, ...]) -> list[_Tree]:
    roots: list[_Tree] = []
    open_: list[_Tree] = []
    for article in articles:
        if article.kind != "item" or not article.labels:
            open_.clear()
            continue
        tree = _Tree(article)
        while open_ and not _is_under(article, open_[-1].article):
            open_.pop()
        (open_[-1].children if open_ else roots).append(tree)
        open_.append(tree)
    return roots


def _is_under(article: Article, other: Article) -> bool:
    above = len(other.labels)
    return (
        len(article.labels) > above
        and article.part == other.part
        and article.labels[:above] == other.labels
        and article.headings[:above] == other.headings
    )


def _of_tree(notice: Notice, tree: _Tree, lead: tuple[Span, ...] = ()) -> list[Unit]:
    """Units of a numbered item and all under it; ``lead`` is the lead-in it is an item of."""
    text, article = notice.text, tree.article
    label, own = article.labels[-1], _stripped(text, article.span)
    whole = Span(article.span.start, _stripped(text, Span(article.span.start, tree.end)).end)
    if not tree.children:
        rest = _of_text(notice, article, article.span, label)
        kind = "item" if lead else "article"
        return [_unit(notice, article, kind, whole, label, lead=lead), *rest]
    leading = _lead_in(text, own)
    item_lead = (leading,) if leading else ()
    made = [_unit(notice, article, "article", whole, label, lead=lead)]
    tail: list[Unit] = []
    members = [
        Span(one.article.span.start, _stripped(text, Span(one.article.span.start, one.end)).end)
        for one in tree.children
    ]
    if leading and label.endswith("条"):
        last = tree.children[-1]
        first_line = _first_line(text, last.article.span)
        if not last.children and first_line.end < members[-1].end:
            cut = Span(first_line.end, members[-1].end)
            members[-1] = first_line
            tail = _paragraphs(notice, article, cut, label, _count_lines(text, own))
            tree.children[-1] = _Tree(replace(last.article, span=Span(first_line.start, first_line.end)))
    start = leading.start if leading else article.span.start
    made.append(_unit(notice, article, "list", Span(start, members[-1].end), label, items=tuple(members), lead=lead))
    if _count_lines(text, own) > 1 and label.endswith("条"):
        made += _paragraphs(notice, article, Span(own.start, leading.start if leading else own.end), label, 0)
    first, before = tree.children[0].article.labels[-1], None
    for child in tree.children:
        if before is not None and child.article.labels[-1] == first:  # 1. again, behind a line ——社会和政府：
            turned = _lead_in(text, _stripped(text, Span(before.article.span.start, before.end)))
            item_lead = (turned,) if turned else item_lead
        made += _of_tree(notice, child, item_lead)
        before = child
    return [*made, *tail, *_tables(notice, article, own), *_definitions(notice, article, own, label)]


def _of_text(notice: Notice, article: Article, span: Span, label: str) -> list[Unit]:
    """Units within text that has no numbered lines: its paragraphs, tables, lists inside a sentence, definitions."""
    made = _tables(notice, article, span)
    inside = [unit.span for unit in made]
    lines = [one for one in _lines(notice.text, span) if not any(row.overlaps(one) for row in inside)]
    for found in led_lines(notice.text, lines):
        made += _enumerated(notice, article, found, label)
        inside += found.items
    if not label or len(lines) > 1:
        made += _paragraphs(notice, article, span, label, 0, skip=inside)
    for found in enumerations_of(notice.text, span):
        made += _enumerated(notice, article, found, label)
    return [*made, *_definitions(notice, article, span, label)]


def _paragraphs(
    notice: Notice, article: Article, span: Span, label: str, before: int, *, skip: list[Span] | None = None
) -> list[Unit]:
    lines = [one for one in _lines(notice.text, span) if not any(row.overlaps(one) for row in skip or [])]
    numbered = label.endswith("条")
    return [
        _unit(notice, article, "paragraph", line, f"{label}第{chinese_ordinal(before + at)}款" if numbered else label)
        for at, line in enumerate(lines, start=1)
    ]


def _enumerated(notice: Notice, article: Article, found: Enumeration, label: str) -> list[Unit]:
    whole = Span(found.lead.start, found.items[-1].end)
    made = [_unit(notice, article, "list", whole, label, items=found.items)]
    for mark, item in zip(found.marks, found.items, strict=True):
        made.append(_unit(notice, article, "item", item, mark, lead=(found.lead,) if len(found.lead) else ()))
    return made


def _tables(notice: Notice, article: Article, span: Span) -> list[Unit]:
    made: list[Unit] = []
    for table in tables_of(notice.text, span):
        made += _rows(notice, article, table)
    return made


def _rows(notice: Notice, article: Article, table: Table) -> list[Unit]:
    rows = tuple(row.span for row in table.rows)
    made = [_unit(notice, article, "list", table.span, "表", items=rows, lead=())] if len(rows) > 1 else []
    for row in table.rows:
        lead = (*table.heads, *((row.section,) if row.section else ()))
        label = next((cell.span.of(notice.text) for cell in row.cells if len(cell.span)), "")
        made.append(_unit(notice, article, "row", row.span, label, lead=lead, cells=row.cells))
    return made


def _definitions(notice: Notice, article: Article, span: Span, label: str) -> list[Unit]:
    text = notice.text
    return [
        _unit(notice, article, "definition", _stripped(text, sentence), label)
        for sentence in sentence_spans(text, span)
        if wordlist("defines").holds(sentence.of(text))
    ]


def _lead_in(text: str, own: Span) -> Span | None:
    """The sentence that ends a text with a colon; None where it ends otherwise."""
    if not len(own) or text[own.end - 1] not in _LEADS:
        return None
    last = _stripped(text, sentence_spans(text, own)[-1])
    return last if len(last) <= _MAX_LEAD else None


def _unit(notice: Notice, article: Article, kind: str, span: Span, label: str, **more: tuple[object, ...]) -> Unit:
    return Unit(notice.id, 0, kind, span, label, article.path, article=article.ordinal, **more)  # type: ignore[arg-type]


def _ordered(drafts: list[Unit]) -> tuple[Unit, ...]:
    """In order of start, the larger first, each with its position and that of the smallest unit around it."""
    drafts.sort(key=lambda unit: (unit.span.start, -unit.span.end))
    open_: list[Unit] = []
    made: list[Unit] = []
    for ordinal, draft in enumerate(drafts):
        while open_ and not open_[-1].span.contains(draft.span):
            open_.pop()
        unit = replace(draft, ordinal=ordinal, parent=open_[-1].ordinal if open_ else None)
        made.append(unit)
        open_.append(unit)
    return tuple(made)


def _lines(text: str, span: Span) -> list[Span]:
    lines: list[Span] = []
    start = span.start
    while start < span.end:
        end = text.find("\n", start, span.end)
        end = span.end if end < 0 else end
        if text[start:end].strip():
            lines.append(_stripped(text, Span(start, end)))
        start = end + 1
    return lines


def _first_line(text: str, span: Span) -> Span:
    return _lines(text, span)[0]


def _count_lines(text: str, span: Span) -> int:
    return len(_lines(text, span))


def _stripped(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)
