"""Outline (层次): articles that tile a notice along its own numbering.

It stands alone because paths, bodies, passages and citations all hang on it. Nesting follows the order in which styles
of numbers appear, not a fixed ladder, so a notice may skip a level or number its items through. The trap: where the
capture lost headings (a gap, then a number that skips), the text after the gap must not be given to the item before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.bodies import read_bodies
from corpus.boilerplate import BACK_MATTER
from corpus.numbering import STYLES, Mark, parse_mark, with_ordinal
from corpus.text import GAP
from corpus.types import Article, Span

MAX_HEADING = 50
HEADING_LOST = "（标题缺失）"
ITEM_UNSURE = "（条目不明）"
_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_TOP_RANK = STYLES.index("han")
_ATTACHMENT = re.compile(r"^附件?\s*[:：]")


@dataclass(slots=True, eq=False)
class _Item:
    mark: Mark
    start: int
    heading: str
    parents: tuple[_Item, ...]


@dataclass(frozen=True, slots=True)
class _Tile:
    start: int
    labels: tuple[str, ...]
    headings: tuple[str, ...]


def outline(text: str, notice_id: str = "") -> tuple[Article, ...]:
    """Articles of ``text`` in order: front matter, one for each numbered item, back matter. They tile the text.

    Text after a gap that swallowed headings gets the label its neighbours prove (``16．（标题缺失）``) or a range
    (``18．—19．（条目不明）``), and loses parents that are no longer certain.
    """
    if not text:
        return ()
    gaps = [Span(*match.span()) for match in GAP.finditer(text)]
    items = _items(text, gaps)
    back = _back_start(text, items[-1].start if items else 0)
    _drop_unsure_parents(items, gaps)
    tiles = [tile for index in range(len(items)) for tile in _tiles(text, items, index, gaps, back)]
    edges = [tile.start for tile in tiles] + [back]
    articles: list[Article] = []
    if edges[0] > 0:
        articles.append(Article(notice_id, 0, Span(0, edges[0]), kind="front"))
    for tile, end in zip(tiles, edges[1:], strict=True):
        span = Span(tile.start, end)
        bodies, bodies_span = read_bodies(text, span)
        articles.append(Article(notice_id, len(articles), span, tile.labels, tile.headings, bodies, bodies_span))
    if back < len(text):
        articles.append(Article(notice_id, len(articles), Span(back, len(text)), kind="back"))
    return tuple(articles)


def _items(text: str, gaps: list[Span]) -> list[_Item]:
    items: list[_Item] = []
    stack: list[_Item] = []
    offset = 0
    attachments = False
    for line in text.split("\n"):
        mark = parse_mark(line)
        listed = attachments and mark is not None and mark.style == "digit"  # the letter's own list: 附件：1.… 2.…
        attachments = listed or _ATTACHMENT.match(line) is not None
        if mark is not None and not listed and len(line) > len(mark.text) and not _is_reference(mark, items):
            _climb(stack, mark, offset, gaps)
            item = _Item(mark, offset, _heading(line, mark), tuple(stack))
            stack.append(item)
            items.append(item)
        offset += len(line) + 1
    return items


def _climb(stack: list[_Item], mark: Mark, offset: int, gaps: list[Span]) -> None:
    """Leave on ``stack`` the parents of an item with ``mark`` at ``offset``."""
    same = next((depth for depth, item in enumerate(stack) if item.mark.style == mark.style), None)
    if same is None:
        nests_anywhere = mark.ordinal == 1 and mark.rank > _TOP_RANK  # 1. › （一） happens, 1. › 一、 does not
        while stack and not nests_anywhere and stack[-1].mark.rank >= mark.rank:
            stack.pop()
        return
    before = stack[same]
    fell_back = 1 < mark.ordinal <= before.mark.ordinal
    if fell_back and any(before.start < gap.start < offset for gap in gaps):
        same = 0  # the numbers fell back across a gap: the heading above was lost too
    del stack[same:]


def _drop_unsure_parents(items: list[_Item], gaps: list[Span]) -> None:
    """After a gap in which a sibling of a heading was lost, that heading is no longer a certain parent."""
    for index, item in enumerate(items):
        same = next((one for one in items[index + 1 :] if one.mark.style == item.mark.style), None)
        if same is None or same.mark.ordinal in (1, item.mark.ordinal + 1):
            continue
        lost_at = next((gap.start for gap in gaps if item.start < gap.start < same.start), None)
        for child in items[index + 1 :] if lost_at is not None else ():
            if lost_at is not None and lost_at < child.start < same.start:
                child.parents = tuple(parent for parent in child.parents if parent is not item)


def _tiles(text: str, items: list[_Item], index: int, gaps: list[Span], back: int) -> list[_Tile]:
    """The tile of one item; several where a gap in it swallowed the headings of the items that follow."""
    item = items[index]
    following = items[index + 1] if index + 1 < len(items) else None
    end = following.start if following else back
    tiles = [_tile(item.start, (*item.parents, item))]
    starts = [gap.end for gap in gaps if item.start < gap.start < end and text[gap.end : end].strip()]
    if following is None or not starts or following.mark.ordinal == 1:
        return tiles
    style = following.mark.style
    before = next((one.mark.ordinal for one in reversed(items[: index + 1]) if one.mark.style == style), 0)
    if before == following.mark.ordinal - 1:
        return tiles
    ends_in_gap = any(item.start < gap.start and gap.end >= len(text[:end].rstrip()) for gap in gaps if gap.end <= end)
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        last = stop == end and not ends_in_gap
        previous = with_ordinal(following.mark, following.mark.ordinal - 1)
        if last and style == item.mark.style:
            tile = _tile(start, following.parents, previous, HEADING_LOST)
        elif len(tiles) == 1 and _shares_words(item.heading, text[start:stop]):
            tile = tiles[-1]
        elif last:
            tile = _tile(start, following.parents, previous, HEADING_LOST)
        elif before < following.mark.ordinal:
            first = before if style == item.mark.style else before + 1
            tile = _tile(start, following.parents, f"{with_ordinal(following.mark, first)}—{previous}", ITEM_UNSURE)
        else:
            tile = _tile(start, (), "", ITEM_UNSURE)
        if tile is not tiles[-1]:
            tiles.append(tile)
    return tiles


def _tile(start: int, chain: tuple[_Item, ...], label: str | None = None, heading: str = "") -> _Tile:
    labels = tuple(item.mark.text for item in chain)
    headings = tuple(item.heading for item in chain)
    return _Tile(start, labels, headings) if label is None else _Tile(start, (*labels, label), (*headings, heading))


def _shares_words(heading: str, text: str) -> bool:
    """Whether four characters in a row of a heading stand in the text: then the text still belongs to it."""
    return any(heading[i : i + 4] in text for i in range(len(heading) - 3))


def _is_reference(mark: Mark, items: list[_Item]) -> bool:
    """第X条 at a line start that does not carry the count on is a reference to another article."""
    if mark.style != "article":
        return False
    before = [item.mark.ordinal for item in items if item.mark.style == "article"]
    return not (before and 0 < mark.ordinal - before[-1] <= 5) and mark.ordinal != 1


def _heading(line: str, mark: Mark) -> str:
    """Heading of an item: its first sentence or line, or its first clause where that is too long to be one."""
    rest = line[len(mark.text) :].strip()
    first = re.split(r"[。！？：:]", rest, maxsplit=1)[0]
    first = GAP.split(first, maxsplit=1)[0]
    first = first.rstrip("；;，,")
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
