"""Tables in the cleaned text (表格): rows as lines, each cell with the name of its column.

The readers write a row as ``|病种|支付比例|`` with a merged cell's words in every row and column it covers, so a row holds
its own label. Which rows are the heads is read back here: the first row of a block, and those below it that repeat a
cell of it in the same column (a head of two lines, 支付比例 over 职工 and 居民). It stands alone because passages, units
and answers must name columns alike. The trap: a form to fill in (企业名称 and a blank) has no heads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Cell, Span

_MAX_HEAD = 40  # characters; a column's name longer than this is a sentence
_TERMINAL = "。；;！？"
BETWEEN_NAMES = "·"
"""Stands between the names of a column that has several (支付比例·职工)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its span without the line break, its cells in order, and the section row (合并为一格的小标题) above it."""

    span: Span
    cells: tuple[Cell, ...]
    section: Span | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that go together: ``heads`` are the spans of the head rows, ``names`` one name a column, ``rows`` the rest."""

    span: Span
    heads: tuple[Span, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]


def is_row(line: str) -> bool:
    """Whether a line is a table row as the readers write it: ``|序号|任务|``."""
    return len(line) > 2 and line[0] == line[-1] == "|"


def tables_of(text: str, span: Span | None = None) -> tuple[Table, ...]:
    """Tables of ``text`` in order: runs of row lines with as many cells.

    >>> [table] = tables_of("|病种|职工|\\n|高血压|80%|")
    >>> [(cell.head, cell.span.of("|病种|职工|\\n|高血压|80%|")) for cell in table.rows[0].cells]
    [('病种', '高血压'), ('职工', '80%')]
    """
    return tuple(_table(text, block) for block in _blocks(text, span or Span(0, len(text))))


def cell_spans(text: str, row: Span) -> tuple[Span, ...]:
    """The spans of the cells of the row line at ``row``, without the bars and the white space at their ends."""
    bars = [at for at in range(row.start, row.end) if text[at] == "|"]
    return tuple(_trimmed(text, a + 1, b) for a, b in pairwise(bars))


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _blocks(text: str, span: Span) -> Iterator[list[Span]]:
    block: list[Span] = []
    width = 0
    start = span.start
    while start < span.end:
        end = text.find("\n", start, span.end)
        end = span.end if end < 0 else end
        if is_row(text[start:end]):
            bars = text.count("|", start, end)
            if block and bars != width:
                yield block
                block = []
            width = bars
            block.append(Span(start, end))
        elif block:
            yield block
            block = []
        start = end + 1
    if block:
        yield block


def _table(text: str, block: list[Span]) -> Table:
    grid = [cell_spans(text, line) for line in block]
    words = [[cell.of(text) for cell in cells] for cells in grid]
    captions = 0
    while captions < len(words) - 1 and _is_section(words[captions]):
        captions += 1  # a caption over all columns
    heads = captions + _head_rows(words[captions:])
    names = _names(words[captions:heads], len(grid[0]))
    rows: list[Row] = []
    section: Span | None = None
    for line, cells, said in zip(block[heads:], grid[heads:], words[heads:], strict=True):
        rows.append(Row(line, tuple(Cell(n, c) for n, c in zip(names, cells, strict=True)), section))
        if _is_section(said):
            section = line
    return Table(Span(block[0].start, block[-1].end), tuple(block[:heads]), names, tuple(rows))


def _is_section(words: list[str]) -> bool:
    """Only the first cell of the row says something: a heading over the whole width."""
    return len(words) > 2 and bool(words[0]) and not any(words[1:])


def _head_rows(words: list[list[str]]) -> int:
    """How many of the first rows name the columns."""
    if len(words) < 2 or not _is_head(words[0]):
        return 0
    count = 1
    while count < len(words) - 1 and any(a and a == b for a, b in zip(words[count - 1], words[count], strict=True)):
        if any(_is_figure(word) for word in words[count]):
            break
        count += 1
    return count


def _is_head(words: list[str]) -> bool:
    """Whether a first row can be the heads: short names, no figure, no sentence, hardly a blank."""
    filled = [word for word in words if word]
    if len(filled) < max(2, len(words) - 1):
        return False
    return all(len(word) <= _MAX_HEAD and word[-1] not in _TERMINAL and not _is_figure(word) for word in filled)


def _is_figure(word: str) -> bool:
    bare = word.strip("%％‰≥≤><＞＜约±+-—.,， ")
    is_year = bare == word and len(word) == 4 and word[:2] in ("19", "20")  # years are columns' names
    return bare.replace(".", "").replace(",", "").isdigit() and not is_year


def _names(heads: list[list[str]], width: int) -> tuple[str, ...]:
    """One name a column: the words of the head rows from the top, each once (支付比例·职工)."""
    return tuple(BETWEEN_NAMES.join(dict.fromkeys(row[at] for row in heads if row[at])) for at in range(width))
