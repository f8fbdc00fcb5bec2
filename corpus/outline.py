"""Outline (层次): articles that tile a notice along its own numbering.

It stands alone because paths, bodies, passages and citations all hang on it. Nesting follows the order in which styles
of numbers appear, not a fixed ladder, so a notice may skip a level or number its items through. The trap: where the
capture lost headings (a gap, then a number that skips), the text after the gap must not be given to the item before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.bodies import read_bodies
from corpus.clean import BACK_MATTER
from corpus.numbering import Mark, parse_mark
from corpus.types import Article, Span

MAX_HEADING = 50
_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")


@dataclass(slots=True)
class _Item:
    mark: Mark
    start: int
    heading: str
    parents: tuple[_Item, ...]


def outline(text: str, notice_id: str = "") -> tuple[Article, ...]:
    """Articles of ``text`` in order: front matter, one for each numbered item, back matter. They tile the text."""
    items = _items(text)
    if not text:
        return ()
    back = _back_start(text, items[-1].start if items else 0)
    edges = [item.start for item in items] + [back]
    articles: list[Article] = []
    if edges[0] > 0:
        articles.append(Article(notice_id, 0, Span(0, edges[0]), kind="front"))
    for item, end in zip(items, edges[1:], strict=True):
        chain = (*item.parents, item)
        bodies, bodies_span = read_bodies(text, Span(item.start, end))
        articles.append(
            Article(
                notice_id,
                len(articles),
                Span(item.start, end),
                tuple(one.mark.text for one in chain),
                tuple(one.heading for one in chain),
                bodies,
                bodies_span,
            )
        )
    if back < len(text):
        articles.append(Article(notice_id, len(articles), Span(back, len(text)), kind="back"))
    return tuple(articles)


def _items(text: str) -> list[_Item]:
    items: list[_Item] = []
    stack: list[_Item] = []
    offset = 0
    for line in text.split("\n"):
        mark = parse_mark(line)
        if mark is not None and len(line) > len(mark.text) and not _is_reference(mark, items):
            while stack and not _belongs_under(stack, mark):
                stack.pop()
            item = _Item(mark, offset, _heading(line, mark), tuple(stack))
            stack.append(item)
            items.append(item)
        offset += len(line) + 1
    return items


def _is_reference(mark: Mark, items: list[_Item]) -> bool:
    """第X条 at a line start that does not carry the count on is a reference to another article."""
    if mark.style != "article":
        return False
    before = [item.mark.ordinal for item in items if item.mark.style == "article"]
    return not (before and 0 < mark.ordinal - before[-1] <= 5) and mark.ordinal != 1


def _belongs_under(stack: list[_Item], mark: Mark) -> bool:
    """Whether an item with ``mark`` is a child of the last item on ``stack``."""
    if any(item.mark.style == mark.style for item in stack):
        return False
    return stack[-1].mark.rank < mark.rank or mark.ordinal == 1


def _heading(line: str, mark: Mark) -> str:
    """Heading of an item: its first sentence or line, or its first clause where that is too long to be one."""
    rest = line[len(mark.text) :].strip()
    first = re.split(r"[。！？：:]", rest, maxsplit=1)[0]
    first = re.split(r"【采集文本", first, maxsplit=1)[0]
    if len(first) <= MAX_HEADING:
        return first
    clause = re.split(r"[，,；;]", first, maxsplit=1)[0]
    return clause if len(clause) <= MAX_HEADING else ""


def _back_start(text: str, after: int) -> int:
    """Where back matter (附件、抄送、印发 lines, a closing signature and date) begins; len(text) if there is none."""
    start = len(text)
    while start > after:
        line_start = text.rfind("\n", 0, max(start - 1, 0)) + 1
        line = text[line_start:start].strip()
        signature = start < len(text) and len(line) <= 30 and not re.search(r"[。，；：]", line)
        if line_start <= after or not (BACK_MATTER.match(line) or _DATE.match(line) or signature):
            break
        start = line_start
    return start
