"""From lines on pages to paragraphs: columns, page furniture, joins across lines and pages.

It stands alone because it is pure geometry and the OCR reader needs it too. Lengths are PDF points, tops grow down the
page. The trap: a number at the foot of a page is a page number only if it stands apart in the margin; the same figure
in the text must stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.boilerplate import TITLE_END
from corpus.numbering import parse_mark

_MARGIN = 0.11  # furniture stands within this share of the page's height from its top or bottom
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－―·.\s]*\d{1,4}[-—–－―·.\s]*|第?\s*\d{1,4}\s*页?\s*[/／,，共]\s*共?\s*\d{1,4}\s*页?|第\s*\d{1,4}\s*页)$"
)
_TERMINAL = "。！？；：…!?;:"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, or one table row (``columns`` > 0), with its box; ``column`` counts from the left."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page_height: float
    columns: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Paragraph and row texts in reading order, and how many lines of page furniture were left out."""

    texts: tuple[str, ...]
    furniture: int


Char = Mapping[str, Any]


def rows_of(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters gathered by the height they stand at, top to bottom."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: ((c["top"] + c["bottom"]) / 2, c["x0"])):
        middle = (char["top"] + char["bottom"]) / 2
        if rows:
            last = rows[-1][0]
            if abs((last["top"] + last["bottom"]) / 2 - middle) <= 0.4 * max(char["size"], 4.0):
                rows[-1].append(char)
                continue
        rows.append([char])
    return rows


def lines_of(
    rows: Sequence[Sequence[Char]], page_height: float, gutter: float | None, tables: Sequence[Line] = ()
) -> list[Line]:
    """Lines and table rows in reading order; a row is cut where the gutter between two columns runs through it."""
    lines: list[Line] = list(tables)
    for row in rows:
        ordered = sorted(row, key=lambda c: c["x0"])
        parts = [ordered]
        if gutter is not None:
            left = [c for c in ordered if c["x1"] <= gutter + 1]
            right = [c for c in ordered if c["x0"] >= gutter - 1]
            if len(left) + len(right) == len(ordered) and left and right and _is_cut(left, right):
                parts = [left, right]
        for part in parts:
            text = _text(part)
            if text.strip():
                solid = [c for c in part if not c["text"].isspace()]
                size = Counter(round(c["size"], 1) for c in solid).most_common(1)[0][0]
                top, bottom = min(c["top"] for c in solid), max(c["bottom"] for c in solid)
                lines.append(Line(text, solid[0]["x0"], solid[-1]["x1"], top, bottom, size, page_height))
    return _columned(sorted(lines, key=lambda line: (line.top, line.x0)), gutter)


def _text(chars: Sequence[Mapping[str, Any]]) -> str:
    text = ""
    end: float | None = None
    for char in chars:
        piece = char["text"]
        if (
            end is not None
            and char["x0"] - end > 0.25 * char["size"]
            and text
            and not text.endswith(" ")
            and not piece.isspace()
        ):
            text += " "
        text += piece
        end = char["x1"]
    return text.strip()


def _is_cut(left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> bool:
    return bool(right[0]["x0"] - left[-1]["x1"] > 0.8 * right[0]["size"])


def gutters(pages: Sequence[Sequence[Sequence[Char]]], widths: Sequence[float]) -> list[float | None]:
    """x of the blank strip between two columns on each page, None for one column.

    Rows of the two columns need not stand at the same height, so rows are counted by which side of x they keep to; a
    page too short to tell (the last one) follows the others.
    """
    found = [_gutter(rows, width, 5) for rows, width in zip(pages, widths, strict=True)]
    usual = Counter(x for x in found if x is not None).most_common(1)
    if not usual:
        return found
    return [
        x if x is not None else usual[0][0] if _sides(rows, usual[0][0], width) is not None else None
        for x, rows, width in zip(found, pages, widths, strict=True)
    ]


def _gutter(rows: Sequence[Sequence[Char]], width: float, least: int) -> float | None:
    scored: list[tuple[int, int, float]] = []
    for step in range(70, 131):
        x = width * step / 200
        sides = _sides(rows, x, width)
        if sides is not None and min(sides[:2]) >= least:
            scored.append((sides[2], -min(sides[:2]), x))
    best = min(scored, default=(0, 0, 0.0))[:2]
    free = [x for crossing, fewer, x in scored if (crossing, fewer) == best]
    return free[len(free) // 2] if free else None


def _sides(rows: Sequence[Sequence[Char]], x: float, width: float) -> tuple[int, int, int] | None:
    """How many rows have text left of x, right of it, and across; None where more than a quarter runs across."""
    left = right = crossing = 0
    for row in rows:
        before, after = [c for c in row if c["x1"] <= x + 1], [c for c in row if c["x0"] >= x - 1]
        apart = min((c["x0"] for c in after), default=width) - max((c["x1"] for c in before), default=0.0)
        if len(before) + len(after) < len(row) or (before and after and apart < 1.2 * row[0]["size"]):
            crossing += 1
            continue
        left += len(before) >= 4
        right += len(after) >= 4
    return (left, right, crossing) if crossing <= 0.25 * len(rows) else None


def _columned(lines: list[Line], gutter: float | None) -> list[Line]:
    """Lines in reading order: between lines that cross the gutter, the left column then the right one."""
    if gutter is None:
        return lines
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if line.x0 < gutter < line.x1:
            ordered += left + right + [line]
            left, right = [], []
        elif line.x1 <= gutter + 1:
            left.append(replace(line, column=1))
        else:
            right.append(replace(line, column=2))
    return ordered + left + right


def paragraphs(pages: Sequence[Sequence[Line]]) -> Paragraphs:
    """Paragraphs of a document from the lines of its pages, in reading order."""
    ordered = [list(page) for page in pages]
    body = Counter(line.size for page in ordered for line in page if not line.columns and len(line.text) > 10)
    body_size = body.most_common(1)[0][0] if body else 0.0
    kept = _without_furniture(ordered, body_size)
    furniture = sum(map(len, ordered)) - sum(map(len, kept))
    edges = _edges(kept)
    texts: list[str] = []
    before: Line | None = None
    header: str | None = None
    for page in kept:
        first = True
        for line in page:
            if line.columns:
                if before is None or not before.columns:
                    header = line.text
                elif first and line.text == header and before.columns == line.columns:
                    first = False
                    continue  # the table's head, repeated on the next page
                texts.append(line.text)
            elif (
                before is not None and not before.columns and not _begins(before, line, edges, body_size, across=first)
            ):
                texts[-1] = _joined(texts[-1], line.text)
            else:
                texts.append(line.text)
            before, first = line, False
    return Paragraphs(tuple(texts), furniture)


def _joined(before: str, after: str) -> str:
    latin = before[-1:].isascii() and after[:1].isascii() and before[-1:].isalpha() and after[:1].isalpha()
    return f"{before} {after}" if latin else before + after


def _without_furniture(pages: list[list[Line]], body_size: float) -> list[list[Line]]:
    """Pages without lines in the margins that repeat from page to page (figures aside), are page numbers, or are the
    first of the page in type smaller than the text's."""
    places: Counter[tuple[str, int]] = Counter()
    for page in pages:
        for key in {_place(line) for line in page if _is_marginal(line)}:
            places[key] += 1
    often = 2 if len(pages) <= 4 else max(3, len(pages) // 3)
    kept: list[list[Line]] = []
    for page in pages:
        ends = {id(line) for line in (*page[:2], *page[-2:])}
        kept.append(
            [
                line
                for line in page
                if not (
                    not line.columns
                    and _is_marginal(line)
                    and (
                        (id(line) in ends and _PAGE_NUMBER.match(line.text) is not None)
                        or (line is page[0] and line.size < 0.85 * body_size and line.bottom < line.page_height / 2)
                        or (len(pages) > 1 and places[_place(line)] >= often)
                    )
                )
            ]
        )
    return kept


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.top / 6)


def _is_marginal(line: Line) -> bool:
    return line.bottom < _MARGIN * line.page_height or line.top > (1 - _MARGIN) * line.page_height


def _edges(pages: Sequence[Sequence[Line]]) -> dict[int, tuple[float, float]]:
    """Left and right edge of the text in each column: the commonest start, and the end most full lines reach."""
    edges: dict[int, tuple[float, float]] = {}
    for column in (0, 1, 2):
        lines = [line for page in pages for line in page if line.column == column and not line.columns]
        if not lines:
            continue
        starts = Counter(round(line.x0) for line in lines if len(line.text) > 10) or Counter(
            round(line.x0) for line in lines
        )
        usual = max(starts.values())
        left = min(x for x, count in starts.items() if count >= 0.3 * usual)
        ends = sorted(line.x1 for line in lines if abs(line.x0 - left) < 4 * line.size)
        edges[column] = (float(left), ends[int(0.95 * (len(ends) - 1))] if ends else max(line.x1 for line in lines))
    return edges


def _begins(
    before: Line, line: Line, edges: Mapping[int, tuple[float, float]], body_size: float, *, across: bool
) -> bool:
    """Whether ``line`` begins a paragraph after ``before``; ``across`` is true at the head of a page."""
    size = max(line.size, 1.0)
    left, right = edges.get(line.column, (line.x0, line.x1))
    left_before, right_before = edges.get(before.column, (left, right))
    if abs(before.size - line.size) > 0.12 * size:
        return True
    centred = _is_centred(line, left, right, size) and _is_centred(before, left_before, right_before, size)
    if centred and line.size > 1.1 * body_size and not across:
        ended = TITLE_END.search(before.text) is not None or line.top - before.bottom > 1.5 * size
        return ended and not line.text.startswith("的")
    if line.x0 > left + 0.8 * size:
        return True
    if before.x1 < right_before - 1.6 * size:
        return True
    new_column = before.column != line.column
    if not across and not new_column and line.top - before.bottom > 1.9 * size:
        return True
    return before.text[-1] in _TERMINAL and parse_mark(line.text) is not None


def _is_centred(line: Line, left: float, right: float, size: float) -> bool:
    return line.x0 > left + 0.8 * size and abs((line.x0 - left) - (right - line.x1)) < 2.5 * size
