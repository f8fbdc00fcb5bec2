"""Outline (层次): articles that tile a notice along its own numbering.

It stands alone because paths, bodies, passages and citations all hang on it. Nesting follows the order in which styles
of numbers appear, not a fixed ladder, so a notice may skip a level or number its items through. The trap: where the
capture lost headings (a gap, then a number that skips), the text after the gap must not be given to the item before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.bodies import read_bodies
from corpus.contents import contents_lines
from corpus.counting import marks_of
from corpus.numbering import STYLES, Mark, with_ordinal
from corpus.parts import Part, parts_of
from corpus.tables import is_row
from corpus.text import GAP
from corpus.types import Article, Span
from corpus.wordlists import wordlist

MAX_HEADING = 50
MAX_CAPTION = 14  # 第十三条资料数据评估。
HEADING_LOST = "（标题缺失）"
ITEM_UNSURE = "（条目不明）"
_TOP_RANK = STYLES.index("han")


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
    kind: str = "item"


def outline(text: str, notice_id: str = "") -> tuple[Article, ...]:
    """Articles of ``text`` in order: front matter, one for each numbered item, back matter. They tile the text.

    Text after a gap that swallowed headings gets the label its neighbours prove (``16．（标题缺失）``) or a range
    (``18．—19．（条目不明）``), and loses parents that are no longer certain.
    """
    if not text:
        return ()
    lines = text.split("\n")
    offsets = [0, *accumulate(len(line) + 1 for line in lines)]
    offsets[-1] = len(text)
    gaps = [Span(*match.span()) for match in GAP.finditer(text)]
    articles: list[Article] = []
    parts = parts_of(lines)
    read = [(part, _items(lines, offsets, part, gaps)) for part in parts]
    numbered = any(items for _, items in read)
    for part, items in read:
        bare = not items and (
            not numbered or (part.start and part.name[:1] in ("", "附"))
        )  # text, though nothing in it is numbered
        body = offsets[part.start + _body_start(lines[part.start : part.back])] if bare else None
        for tile, end in _part_tiles(
            text, items, [offsets[at] for at in (part.start, part.back, part.end)], body, gaps
        ):
            span = Span(tile.start, end)
            bodies, bodies_span = read_bodies(text, span) if tile.kind == "item" else ((), None)
            articles.append(
                Article(
                    notice_id,
                    len(articles),
                    span,
                    tile.labels,
                    tile.headings,
                    bodies,
                    bodies_span,
                    tile.kind,
                    part.name,
                )
            )
    return tuple(articles)


def _part_tiles(
    text: str, items: list[_Item], edges: Sequence[int], body: int | None, gaps: list[Span]
) -> Iterator[tuple[_Tile, int]]:
    """The tiles of one part with their ends: what stands before its first item, its items, its back matter.

    ``edges`` are where the part starts, its back matter begins and it ends; ``body`` is where its text begins if nothing
    in it is numbered.
    """
    start, back, end = edges
    inside = [gap for gap in gaps if start <= gap.start < end]
    if inside:
        _drop_unsure_parents(items, inside)
    tiles = [tile for index in range(len(items)) for tile in _tiles(text, items, index, inside, back)]
    if body is not None and body < back:
        tiles.append(_Tile(body, (), ()))
    first = tiles[0].start if tiles else back
    if first > start:
        tiles.insert(0, _Tile(start, (), (), "front"))
    if back < end:
        tiles.append(_Tile(back, (), (), "back"))
    yield from zip(tiles, [*(tile.start for tile in tiles[1:]), end], strict=True)


def _body_start(lines: Sequence[str]) -> int:
    """Index of the first line that says something: a sentence or a table row; their number where none does."""
    return next(
        (at for at, line in enumerate(lines) if "。" in line or line[-1:] in ("；", "！") or is_row(line)), len(lines)
    )


def _items(lines: Sequence[str], offsets: Sequence[int], part: Part, gaps: list[Span]) -> list[_Item]:
    items: list[_Item] = []
    stack: list[_Item] = []
    own = lines[part.start : part.back]
    listed = contents_lines(own) | _attachment_lines(own)
    marks = marks_of(["" if at in listed else line for at, line in enumerate(own)])
    opens = [at for at, mark in enumerate(marks) if mark is not None]
    for at, following in zip(opens, [*opens[1:], len(own)], strict=False):
        mark = marks[at]
        assert mark is not None
        offset = offsets[part.start + at]
        _climb(stack, mark, offset, gaps)
        after = marks[following] if following < len(own) else None
        has_more = following - at > 1 or (after is not None and _is_deeper(after, mark, stack))
        item = _Item(mark, offset, _heading(own[at], mark, has_more=has_more), tuple(stack))
        stack.append(item)
        items.append(item)
    return items


def _is_deeper(after: Mark, mark: Mark, stack: Sequence[_Item]) -> bool:
    """Whether the mark after ``mark`` is of an item under it: another style, and none of those above."""
    return after.style != mark.style and all(after.style != item.mark.style for item in stack)


def _attachment_lines(lines: Sequence[str]) -> set[int]:
    """Lines of a letter's own list of annexes: 附件：1.… and the 2.… below it."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        goes_on = at - 1 in found and line[:1].isdigit() and line[-1] not in "。；："
        if goes_on or line.startswith(("附件：", "附件:", "附：", "附:")):
            found.add(at)
    return found


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


def _heading(line: str, mark: Mark, *, has_more: bool) -> str:
    """Heading of an item, "" where it has none because its words are its text.

    A heading is a line that ends no sentence (一、总体要求), a lead-in up to its colon, or a short first sentence that
    names and asserts nothing (1.健全体系。到2025年…: no figure, no 应当) where the item goes on after it (``has_more``: on
    the lines below). The first sentence of 第X条 is text unless it is as short as a caption.
    """
    rest = line[len(mark.text) :].strip()
    said = GAP.split(rest, maxsplit=1)[0]
    first = re.split(r"[。！？：:；;]", said, maxsplit=1)[0]
    stop, after = said[len(first) : len(first) + 1], rest[len(first) + 1 :].strip()
    if stop in ("：", ":") or not stop:
        first = first.rstrip("，,")
        if len(first) > MAX_HEADING:
            first = re.split(r"[，,]", first, maxsplit=1)[0]
        return first if len(first) <= MAX_HEADING else ""
    longest = MAX_CAPTION if mark.style == "article" else MAX_HEADING
    alone = stop not in "；;" and not (after or has_more)  # one whole sentence: it is the text
    if alone or len(first) > longest or _asserts(first):
        return ""
    return first


def _asserts(phrase: str) -> bool:
    """Whether a phrase states a fact, so that it is text: a figure or a word of duty, degree or effect in it."""
    return any(char.isdigit() for char in phrase) or wordlist("asserts").holds(phrase)
