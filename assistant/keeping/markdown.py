"""Markdown read into blocks (读入 Markdown), for what comes from outside as text: answers kept before there were blocks.

It stands alone because it is the only place where structure is told by characters. The trap: a document's own words may
look like structure; what the product makes is therefore never read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.blocks import Block, Blocks, Listing, Marker, Paragraph, Run, Runs, Table, Text, runs
from corpus.grammar import form

_RUN = form("markdown.run")
_BULLETS = ("- ", "* ", "• ")
_BAR = "\0"  # stands for a bar within a cell while a row is cut


def read_markdown(text: str) -> Blocks:
    """Paragraphs, lists and tables of ``text``, with ``**strong**`` and ``[n]`` within them.

    >>> [type(block).__name__ for block in read_markdown("一句。\\n\\n- 甲\\n- 乙")]
    ['Paragraph', 'Listing']
    """
    return tuple(_blocks(text.split("\n")))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        if _begins_table(lines[at:]):
            stop = _end(lines, at + 2, lambda rest: "|" in rest[0])
            head, *rows = (_cells(line) for line in (lines[at], *lines[at + 2 : stop]))
            yield Table(head, tuple(rows))
        elif _begins_item(lines[at:]):
            stop = _end(lines, at, _begins_item)
            yield Listing(tuple(_runs(line.lstrip()[2:].strip()) for line in lines[at:stop]))
        elif lines[at].strip():
            stop = _end(
                lines, at, lambda rest: bool(rest[0].strip() and not _begins_table(rest) and not _begins_item(rest))
            )
            yield Paragraph(_runs("\n".join(lines[at:stop])))
        else:
            stop = at + 1
        at = stop


def _end(lines: Sequence[str], at: int, goes_on: Callable[[Sequence[str]], bool]) -> int:
    """The first line from ``at`` on with which a block does not go on."""
    return next((stop for stop in range(at, len(lines)) if not goes_on(lines[stop:])), len(lines))


def _begins_item(lines: Sequence[str]) -> bool:
    return lines[0].lstrip().startswith(_BULLETS)


def _begins_table(lines: Sequence[str]) -> bool:
    """Whether a row of names with a rule below it comes next: ``| --- | :--: |``."""
    if len(lines) < 2 or "|" not in lines[0] or "|" not in lines[1]:
        return False
    rule = lines[1].strip().strip("|").split("|")
    return all("--" in cell and not cell.strip().strip(":").strip("-") for cell in rule)


def _cells(row: str) -> tuple[Runs, ...]:
    """The cells of one row; ``\\|`` stands for a bar within a cell."""
    inner = row.replace("\\|", _BAR).strip().removeprefix("|").removesuffix("|")
    return tuple(_runs(cell.strip().replace(_BAR, "|")) for cell in inner.split("|"))


def _runs(text: str) -> Runs:
    found: list[Run] = []
    at = 0
    for match in _RUN.finditer(text):
        found.append(Text(text[at : match.start()]))
        found.append(Marker(int(match["marker"])) if match["marker"] else Text(match["strong"], strong=True))
        at = match.end()
    return runs([*found, Text(text[at:])])
