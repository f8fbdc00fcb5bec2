"""The structure of an answer (段落、列表、表格): made once, behind the gate, and kept to the last step.

Text, Markdown, HTML, Word and JSON are renderings of these values, each in the place that gives it out; none is read back.
Text and JSON are here, since every door of the product needs them. The trap: a notice's words may hold anything (bars,
``- ``, ``[3]``, line breaks), so what is structure is told by the values alone, never by characters of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_STOPS = "。！？"


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of words, which may hold line breaks; ``strong`` is emphasis."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """The number of a citation, counted from 1."""

    number: int


Run = Text | Marker
Runs = tuple[Run, ...]
"""What stands on end: no empty text, and no two texts side by side that differ in nothing (:func:`runs`)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that run on."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Listing:
    """A list without order."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as ``head``; the first cell of a row names it."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Paragraph | Listing | Table
Blocks = tuple[Block, ...]


def runs(given: Iterable[Run]) -> Runs:
    """``given`` on end, in the one form that means it.

    >>> runs([Text("甲"), Text(""), Text("乙"), Marker(1)])
    (Text(text='甲乙', strong=False), Marker(number=1))
    """
    found: list[Run] = []
    for run in given:
        last = found[-1] if found else None
        if isinstance(run, Text) and isinstance(last, Text) and last.strong == run.strong:
            found[-1] = replace(last, text=last.text + run.text)
        elif isinstance(run, Marker) or run.text:
            found.append(run)
    return tuple(found)


def prose(text: str) -> Blocks:
    """Words without structure as one paragraph; no block for no words."""
    return (Paragraph((Text(text),)),) if text else ()


def led_in(words: str, blocks: Blocks) -> Blocks:
    """``blocks`` after ``words``, which a first paragraph goes on from; nothing where there are none."""
    if not blocks:
        return ()
    first, *rest = blocks
    if isinstance(first, Paragraph):
        return (Paragraph(runs([Text(words), *first.runs])), *rest)
    return (*prose(words), *blocks)


def lines_of(given: Runs) -> list[Runs]:
    """``given`` cut at its line breaks, blank lines left out.

    >>> lines_of((Text("甲\\n\\n乙"), Marker(1)))
    [(Text(text='甲', strong=False),), (Text(text='乙', strong=False), Marker(number=1))]
    """
    lines: list[list[Run]] = [[]]
    for run in given:
        if isinstance(run, Marker):
            lines[-1].append(run)
            continue
        first, *rest = (replace(run, text=text) for text in run.text.split("\n"))
        lines[-1].append(first)
        lines += [[text] for text in rest]
    return [runs(line) for line in lines if any(isinstance(run, Marker) or run.text.strip() for run in line)]


def with_words(blocks: Blocks, change: Callable[[str], str]) -> Blocks:
    """The same blocks with ``change`` made to all words."""

    def made(given: Runs) -> Runs:
        return runs(run if isinstance(run, Marker) else replace(run, text=change(run.text)) for run in given)

    def each(given: Iterable[Runs]) -> tuple[Runs, ...]:
        return tuple(map(made, given))

    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(Paragraph(made(block.runs)))
        elif isinstance(block, Listing):
            found.append(Listing(each(block.items)))
        else:
            found.append(Table(each(block.head), tuple(map(each, block.rows))))
    return tuple(found)


def to_text(blocks: Blocks) -> str:
    """Plain text: markers as ``[n]``, a line ``- `` an item, tables as on GitHub, a blank line between blocks.

    A bar within a cell is written ``｜``, a line break there as a space.
    """
    return "".join(f"[{piece.number}]" if isinstance(piece, Marker) else piece for piece in _pieces(blocks))


def marker_starts(blocks: Blocks) -> dict[int, int]:
    """Where in :func:`to_text` each marker stands first, in code points."""
    found: dict[int, int] = {}
    at = 0
    for piece in _pieces(blocks):
        if isinstance(piece, Marker):
            found.setdefault(piece.number, at)
        at += len(f"[{piece.number}]" if isinstance(piece, Marker) else piece)
    return found


def text_of(given: Runs) -> str:
    """:func:`to_text` of one paragraph."""
    return to_text((Paragraph(given),))


def _pieces(blocks: Blocks) -> Iterator[str | Marker]:
    for number, block in enumerate(blocks):
        if number:
            yield "\n\n"
        if isinstance(block, Paragraph):
            yield from _words(block.runs)
        elif isinstance(block, Listing):
            for at, item in enumerate(block.items):
                yield "\n- " if at else "- "
                yield from _words(item)
        else:
            yield from _row(block.head)
            yield "\n|" + " --- |" * len(block.head)
            for row in block.rows:
                yield "\n"
                yield from _row(row)


def _row(cells: Sequence[Runs]) -> Iterator[str | Marker]:
    for cell in cells:
        yield "| "
        for piece in _words(cell):
            yield piece if isinstance(piece, Marker) else piece.replace("|", "｜").replace("\n", " ")
        yield " "
    yield "|"


def _words(given: Runs) -> Iterator[str | Marker]:
    for run in given:
        yield run if isinstance(run, Marker) else f"**{run.text}**" if run.strong else run.text


def growing(blocks: Blocks) -> Iterator[Blocks]:
    """Ever more of ``blocks``, sentence by sentence, item by item and row by row; the last is all of them.

    The text of each begins with the text of the one before.
    """
    for number, block in enumerate(blocks):
        for part in _grown(block):
            yield (*blocks[:number], part)


def _grown(block: Block) -> Iterator[Block]:
    if isinstance(block, Listing):
        yield from (Listing(block.items[:count]) for count in range(1, len(block.items)))
    elif isinstance(block, Table):
        yield from (Table(block.head, block.rows[:count]) for count in range(1, len(block.rows)))
    else:
        for at, run in enumerate(block.runs):
            if isinstance(run, Text):
                for end in _sentence_ends(run.text):
                    yield Paragraph((*block.runs[:at], replace(run, text=run.text[:end])))
    yield block


def _sentence_ends(text: str) -> Iterator[int]:
    """Where a sentence ends and another follows."""
    for end in range(1, len(text)):
        if text[end - 1] in _STOPS and text[end] not in _STOPS:
            yield end


def to_records(blocks: Blocks) -> list[dict[str, Any]]:
    """Plain records for JSON: ``{"kind": "paragraph", "runs": [...]}``, ``{"kind": "list", "items": [[...]]}`` and
    ``{"kind": "table", "head": [[...]], "rows": [[[...]]]}`` of runs ``{"text": …}``, ``{"strong": …}``, ``{"marker": n}``."""
    return [_record(block) for block in blocks]


def _record(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "runs": _run_records(block.runs)}
    if isinstance(block, Listing):
        return {"kind": "list", "items": [_run_records(item) for item in block.items]}
    rows = [[_run_records(cell) for cell in row] for row in block.rows]
    return {"kind": "table", "head": [_run_records(cell) for cell in block.head], "rows": rows}


def _run_records(given: Runs) -> list[dict[str, Any]]:
    return [
        {"marker": run.number} if isinstance(run, Marker) else {"strong" if run.strong else "text": run.text}
        for run in given
    ]


def from_records(records: Iterable[Mapping[str, Any]]) -> Blocks:
    """The inverse of :func:`to_records`.

    Raises:
        KeyError: a record is none of these.
    """
    return tuple(_block(record) for record in records)


def _block(record: Mapping[str, Any]) -> Block:
    if record["kind"] == "paragraph":
        return Paragraph(_runs(record["runs"]))
    if record["kind"] == "list":
        return Listing(tuple(map(_runs, record["items"])))
    return Table(tuple(map(_runs, record["head"])), tuple(tuple(map(_runs, row)) for row in record["rows"]))


def _runs(records: Iterable[Mapping[str, Any]]) -> Runs:
    return runs(
        Marker(int(one["marker"])) if "marker" in one else Text(one.get("strong") or one["text"], "strong" in one)
        for one in records
    )
