"""What a reader gives back, and the limits every reader keeps.

It stands alone so that the readers share it without importing one another. The trap: ``text`` is what was read, with
one paragraph or table row a line; cleaning comes later and is the same for every format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; office files stay below 50
MAX_MEMBERS = 2000
MAX_PAGES = 500
MAX_LAID_OUT = 200_000  # cells of a table with its merged cells laid out
MAX_LAID_OUT_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read. ``kind`` is txt, md, html, docx or pdf; ``warnings`` are Chinese sentences for the user.

    ``hints`` holds what the page around the notice says of it (``title``, ``number``, ``issued_on``, ``published_on``,
    ``issuer``): facts of a site, so less certain than the notice's own words.
    """

    text: str
    kind: str
    warnings: tuple[str, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)


def row_text(cells: Sequence[str]) -> str:
    """One table row as a line: ``|序号|任务|``; white space inside a cell is one space, empty cells stay.

    >>> row_text(["1", " 建成 ", ""])
    '|1|建成||'
    """
    return "|" + "|".join(" ".join(cell.split()).replace("|", "｜") for cell in cells) + "|"


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell as a file has it: its text and how many columns and rows it covers."""

    text: str
    wide: int = 1
    deep: int = 1


def fill_merged(rows: Sequence[Sequence[Merged]]) -> list[list[str]]:
    """Rows of as many cells each: a merged cell's words stand in every row and column it covers, so that a row says all
    that is said of it; a cell over the whole width stands once and leaves the others empty (a heading of rows).

    >>> fill_merged([[Merged("甲", deep=2), Merged("1")], [Merged("2")], [Merged("合计", wide=2)]])
    [['甲', '1'], ['甲', '2'], ['合计', '']]

    Cells that claim to cover more than :data:`MAX_LAID_OUT` in all are taken as one each; rows of a table wider than
    that are left as long as they are.
    """
    covered = [(cell.wide * min(cell.deep, len(rows)), len(cell.text)) for row in rows for cell in row]
    laid_out, characters = sum(n for n, _ in covered), sum(n * size for n, size in covered)
    if laid_out > MAX_LAID_OUT or characters > MAX_LAID_OUT_CHARACTERS:
        rows = [[Merged(cell.text) for cell in row] for row in rows]  # it says it covers more than a page can hold
    width = 0
    waiting: dict[int, tuple[str, int]] = {}  # column -> words that come down into it, rows they still cover
    grid: list[list[str]] = []
    for row in rows:
        cells: list[str] = []
        for cell in row:
            _come_down(cells, waiting)
            spans_all = len(row) == 1 and not cells and cell.wide > 1
            for offset in range(cell.wide):
                if cell.deep > 1:
                    waiting[len(cells)] = (cell.text, cell.deep - 1)
                cells.append("" if spans_all and offset else cell.text)
        _come_down(cells, waiting)
        width = max(width, len(cells))
        grid.append(cells)
    if width * len(grid) > MAX_LAID_OUT:
        return grid
    return [cells + [""] * (width - len(cells)) for cells in grid]


def _come_down(cells: list[str], waiting: dict[int, tuple[str, int]]) -> None:
    """Fill the columns next in turn that cells of earlier rows cover."""
    while len(cells) in waiting:
        words, left = waiting[len(cells)]
        if left > 1:
            waiting[len(cells)] = (words, left - 1)
        else:
            del waiting[len(cells)]
        cells.append(words)
