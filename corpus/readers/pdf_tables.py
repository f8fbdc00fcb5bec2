"""Tables of a PDF page: rows with merged cells laid out, and cells that a page break cut in two.

It stands alone because only here are boxes known: a row whose first cell is missing stands beside a taller one. The
trap: a frame drawn around a page, or a web page printed with its layout, is no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
_FRAME = 300  # characters of a cell that may hold a page rather than a value
_MOST = 0.8  # of a frame's text stands in one cell


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page: its box, its rows of cell texts, and for each cell the number of its box, so that cells of one
    merged box share a number."""

    box: Box
    rows: list[list[str]]
    keys: list[list[int]]

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


def grid_of(table: Any) -> Grid | None:
    """The grid of a table pdfplumber found; None for a frame around text and for a single column."""
    texts: list[str] = []
    boxes: list[Box] = []
    numbers: dict[Box, int] = {}
    for row, said in zip(table.rows, table.extract(), strict=True):
        for box, text in zip(row.cells, said, strict=True):
            if box is not None and box not in numbers:
                numbers[box] = len(boxes)
                boxes.append(box)
                texts.append(_on_one_line(text))
    columns = [column.bbox for column in table.columns]
    rows: list[list[str]] = []
    keys: list[list[int]] = []
    for row in table.rows:
        own = [box for box in row.cells if box is not None]
        if not own:
            continue
        middle = (row.bbox[1] + min(box[3] for box in own)) / 2
        key = [
            numbers[box] if box is not None else _around((left + right) / 2, middle, boxes)
            for box, (left, _, right, _) in zip(row.cells, columns, strict=True)
        ]
        cells = [texts[number] if number >= 0 else "" for number in key]
        if len(set(key)) == 1 and len(key) > 2:
            cells = [cells[0], *[""] * (len(cells) - 1)]  # over the whole width: a heading of rows
        rows.append(cells)
        keys.append(key)
    total = sum(map(len, texts))
    longest = max(map(len, texts), default=0)
    if not rows or len(rows[0]) < 2 or (longest > _FRAME and longest >= _MOST * total):
        return None
    return Grid(table.bbox, rows, keys)


def _around(x: float, y: float, boxes: Sequence[Box]) -> int:
    """Number of the box around a point, -1 for none."""
    return next((at for at, box in enumerate(boxes) if box[0] <= x <= box[2] and box[1] <= y <= box[3]), -1)


def carried_over(before: Grid, after: Grid) -> Grid:
    """``after``, the table at the head of the next page, with the words of cells that the page break cut: where a
    merged cell runs down to the foot of ``before`` and the cell below it at the head of ``after`` is blank."""
    if before.width != after.width or not before.rows:
        return after
    rows = [list(row) for row in after.rows]
    for column in range(after.width):
        last = before.keys[-1][column]
        runs_down = len(before.keys) > 1 and before.keys[-2][column] == last
        if runs_down and before.rows[-1][column] and not rows[0][column]:
            for at, key in enumerate(after.keys):
                if key[column] == after.keys[0][column]:
                    rows[at][column] = before.rows[-1][column]
    return Grid(after.box, rows, after.keys)


def _on_one_line(text: str | None) -> str:
    """A cell's lines joined, as they are wraps: nothing between Chinese, a space between Latin words."""
    joined = ""
    for piece in (text or "").split("\n"):
        piece = piece.strip()
        joined += (" " if joined and piece and joined[-1].isascii() and piece[0].isascii() else "") + piece
    return joined


def struck_twice(chars: Sequence[Any]) -> set[int]:
    """Ids of characters that are printed a second time over themselves to look bold: the same one, less than half its
    width away."""
    doubled: set[int] = set()
    kept: dict[tuple[str, int, int], list[Any]] = {}
    for char in chars:
        if char["text"].isspace():
            continue
        size = max(char["size"], 1.0)
        column, line = int(char["x0"] / size), int(char["top"] / size)
        near = [
            one
            for x in (column - 1, column, column + 1)
            for y in (line - 1, line, line + 1)
            for one in kept.get((char["text"], x, y), ())
        ]
        width = max(char["x1"] - char["x0"], 0.2 * size)
        if any(abs(o["x0"] - char["x0"]) < 0.45 * width and abs(o["top"] - char["top"]) < 0.2 * size for o in near):
            doubled.add(id(char))
        else:
            kept.setdefault((char["text"], column, line), []).append(char)
    return doubled
