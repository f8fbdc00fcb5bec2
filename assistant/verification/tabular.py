"""Is a statement a row of a table read aloud (表格的行): ``列名：值；列名：值``, each value behind the name of its own column.

A row holds figures of several columns, which the checks of claims would take for figures put in the place of one another. The
trap: a value must stand in the column it is said of, so every part is held against its own cell and the heads above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from assistant.answering.draft import Statement
from assistant.verification import claims
from corpus.tables import BETWEEN_NAMES, is_row


def is_row_of(statement: Statement, quotes: Sequence[str]) -> bool:
    """Whether the statement is cells of one row in their order, each told in full or by a sentence of it.

    Args:
        quotes: of its supports: the row, then what stands above it.
    """
    row, *above = (quote.strip() for quote in quotes)
    if not is_row(row) or not above:
        return False
    columns = zip_longest(*(line.split("|") for line in (row, *above)), fillvalue="")
    cells = [(claims.squeezed(cell), {claims.squeezed(name) for name in names}) for cell, *names in columns]
    at = -1
    for part in filter(None, statement.text.removeprefix(statement.given).rstrip("。").split("；")):
        head, colon, value = part.partition("：")
        names = {claims.squeezed(name) for name in head.split(BETWEEN_NAMES)} if colon else set()
        if at >= 0 and _is_told(claims.squeezed(part), cells[at][0], whole=False):
            continue  # the cell has a semicolon of its own
        said = claims.squeezed(value if names else part)
        found = (n for n, (cell, heads) in enumerate(cells) if n > at and names <= heads and _is_told(said, cell))
        at = next(found, len(cells))
        if at == len(cells):
            return False
    return at >= 0


def _is_told(said: str, cell: str, *, whole: bool = True) -> bool:
    """Whether ``said`` is the cell, or long enough to be a sentence of it."""
    return (whole and said == cell != "") or (len(said) >= claims.LEAST_QUOTE and claims.stands_in(said, cell))
