"""HTML: the notice on a page, not the site around it.

trafilatura says which text is the main one; the smallest element that holds it is then read in full, because an
extractor that scores paragraphs drops the short lines a notice lives on (number, date, signature, table cells).
Scripts are never run and nothing is fetched. The trap: many government pages are laid out with tables, so a table is
only read as rows where its cells look like cells.
"""

from __future__ import annotations

import re
import warnings as python_warnings
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from corpus.boilerplate import page_fields
from corpus.errors import ReadError
from corpus.readers.flat import flat_lines
from corpus.readers.plain import decode
from corpus.readers.source import Merged, Source, fill_merged, row_text
from corpus.text import fold

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_SILENT = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "button", "select",
    "input", "textarea", "head", "nav", "footer", "aside", "video", "audio", "map", "dialog", "menu",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "main",
    "header", "blockquote", "center", "pre", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "figure",
    "figcaption", "form", "body", "address", "fieldset", "caption", "hr",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HTML_END = re.compile(
    rb"</(?:html|body|div|p|table|article)\s*>\s*(?:<!--.*?-->\s*|</\w+\s*>\s*)*\Z", re.IGNORECASE | re.DOTALL
)
_DEEPEST = 200  # levels of nesting; pages people write stay below 60
_META = {"articletitle": "title", "pubdate": "published_on", "contentsource": "issuer"}


def read_page(content: bytes, name: str) -> Source:
    """A web page saved as a file.

    Raises:
        ReadError: no page, or no main text on it.
    """
    from lxml import etree, html

    declared = _CHARSET.search(content[:4096])
    text, warnings = decode(content, name, declared.group(1).decode("ascii") if declared else "")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    try:
        parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
        page = html.document_fromstring(text, parser=parser)
        if any("depth" in entry.message for entry in parser.error_log):  # libxml2 stops at 2048 levels
            return Source("\n".join(flat_lines(text)), "html", (*warnings, "网页嵌套过深，已按纯文字读取，请核对"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(name, "不是有效的网页，请在浏览器中另存为“网页，仅 HTML”后重试") from error
    everything = "\n".join(_read(page))
    hints = _hints(page, everything)
    lines = [line for line in _read(_main(page, text)) if line.strip()]
    title = hints.get("title", "")
    if not lines:
        raise ReadError(
            name, "网页里没有读到正文，可能由脚本载入，请在浏览器中打开后另存为“网页，全部”，或复制正文存为 TXT"
        )
    if title and not any(fold(title) in fold("".join(lines[i : i + 3])) for i in range(min(8, len(lines)))):
        lines.insert(0, title)
    if not _HTML_END.search(content[-2000:]):
        warnings = (*warnings, "网页没有结尾标记，可能没有保存完整，请核对结尾")
    return Source("\n".join(lines), "html", warnings, hints)


def _main(page: Any, text: str) -> Any:
    """The smallest element that holds nearly all the main text."""
    body = page.find("body")
    top = page if body is None else body
    stream, extents = _extents(top)
    wanted = [line for line in (_extracted(text) if not _is_deep(top) else ()) if len(line) >= 12]
    if not wanted:
        return top
    places = {line: _occurrences(stream, line) for line in dict.fromkeys(wanted)}
    total = sum(map(len, wanted))
    chosen = top
    while True:
        inside = [
            (extents[child], child) for child in chosen if extents.get(child, (0, 0))[1] > extents.get(child, (0, 0))[0]
        ]
        starts = [start for (start, _), _ in inside]
        shares = [0] * len(inside)
        for line in wanted:
            holders = set()
            for at in places[line]:
                holder = bisect_right(starts, at) - 1
                if holder >= 0 and at + len(line) <= inside[holder][0][1]:
                    holders.add(holder)
            for holder in holders:
                shares[holder] += len(line)
        held = max(shares, default=0)
        best = inside[shares.index(held)][1] if held else None
        if best is None or held < 0.98 * total or best.tag in ("p", "tr", "tbody", "table", "ul", "ol"):
            return chosen
        chosen = best


def _extents(top: Any) -> tuple[str, dict[Any, tuple[int, int]]]:
    """All text under ``top`` without white space, and where in it the text of each element begins and ends."""
    pieces: list[str] = []
    length = 0
    begun: dict[Any, int] = {}
    extents: dict[Any, tuple[int, int]] = {}
    for kind, value in _walk(top):
        if kind == "open":
            begun[value] = length
        elif kind == "close":
            extents[value] = (begun[value], length)
        elif kind != "break":
            pieces.append(_squeezed(value))
            length += len(pieces[-1])
    return "".join(pieces), extents


def _occurrences(stream: str, line: str) -> list[int]:
    """Where ``line`` begins in ``stream``, at most ten places."""
    found: list[int] = []
    at = stream.find(line)
    while at >= 0 and len(found) < 10:
        found.append(at)
        at = stream.find(line, at + 1)
    return found


def _is_deep(top: Any) -> bool:
    """Whether elements are nested deeper than an extractor that calls itself can follow; then the whole body is read."""
    depth = 0
    for event, _ in _iterwalk(top):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _iterwalk(top: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    walked: Iterator[tuple[str, Any]] = etree.iterwalk(top, events=("start", "end"))
    return walked


def _extracted(text: str) -> list[str]:
    """Lines of the main text as trafilatura finds them, without white space.

    How many rows a cell spans says nothing of where the main text is, and a table of such cells would take it minutes.
    Its fallbacks, which compare stop words of English and walk all neighbours of every short line, are left out.
    """
    import trafilatura

    text = re.sub(r"""\b(?:row|col)span\s{0,3}=\s{0,3}["']?\d{1,6}["']?""", "", text)
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        found = trafilatura.extract(
            text,
            include_comments=False,
            include_tables=True,
            include_links=False,
            favor_recall=True,
            deduplicate=False,
            fast=True,
        )
    lines = [_squeezed(re.sub(r"^[-|*#\s]+|[|\s]+$", "", line)) for line in (found or "").split("\n")]
    return [line for line in lines if line]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)


def _read(element: Any) -> Iterator[str]:
    """Lines of text under ``element``: blocks and <br> break lines, tables of data give one line a row."""
    pieces: list[str] = []
    for kind, value in _walk(element):
        if kind == "text":
            pieces.append(value)
        elif kind in ("break", "row"):
            yield from _flushed(pieces)
            if kind == "row":
                yield value
    yield from _flushed(pieces)


def _flushed(pieces: list[str]) -> Iterator[str]:
    text = "".join(pieces)
    pieces.clear()
    text = re.sub(r"[ \t\r\n\f\xa0]+", " ", text).strip(" ")
    if text.strip("\u3000 "):
        yield text


def _walk(top: Any) -> Iterator[tuple[str, Any]]:
    """What stands under ``top`` in order: ("text", str), ("row", str), ("break", "") and, around each element that is
    read, ("open", element) and ("close", element). Without recursion, so that any depth is read."""
    todo: list[tuple[str, Any]] = [("element", top)]
    counted: dict[Any, int] = {}  # items of each ordered list so far
    while todo:
        kind, value = todo.pop()
        if kind != "element":
            yield kind, value
            continue
        tag = value.tag if isinstance(value.tag, str) else ""
        if not tag or tag in _SILENT or (tag != "body" and _is_hidden(value)):
            continue  # a body is hidden only until its scripts have run
        if tag == "br":
            yield "break", ""
            continue
        yield "open", value
        if tag == "table" and _is_data(value):
            yield "break", ""
            for cells in _grid(value):
                yield "row", row_text(cells)
            yield "close", value
            continue
        block = tag in _BLOCKS
        if block:
            yield "break", ""
        parent = value.getparent() if tag == "li" else None
        if parent is not None and parent.tag == "ol":
            counted[parent] = counted.get(parent, _first_number(parent) - 1) + 1
            yield "text", _list_mark(value, parent, counted[parent])
        if value.text:
            yield "text", value.text
        todo.append(("close", value))
        if block:
            todo.append(("break", ""))
        for child in reversed(value):
            if child.tail:
                todo.append(("text", child.tail))
            todo.append(("element", child))


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _first_number(ordered: Any) -> int:
    start = ordered.get("start", "1").strip()
    return int(start) if start.lstrip("-").isdecimal() and len(start) < 8 else 1


def _list_mark(item: Any, ordered: Any, number: int) -> str:
    """The number a browser shows before an item of an ordered list; nothing where the text has its own."""
    from corpus.numbering import chinese_ordinal, parse_mark

    if parse_mark(_opening(item)):
        return ""
    style = f"{ordered.get('type', '')} {ordered.get('style') or ''}"
    chinese = ("cjk" in style or "chinese" in style) and 0 < number < 100
    return f"{chinese_ordinal(number)}、" if chinese else f"{number}."


def _opening(element: Any, characters: int = 60) -> str:
    """The first characters of an element's text; lists within lists are not read through again at every level."""
    found = ""
    for piece in element.itertext():
        found = (found + piece).lstrip()
        if len(found) >= characters:
            break
    return found


def _is_data(table: Any) -> bool:
    """Whether a table holds data: two rows and columns or more, no table inside, no cell as long as an article."""
    if table.find(".//table") is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if len(rows) < 2 or max(map(len, rows), default=0) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    return not any(len(cell.findall(".//p")) > 8 or len("".join(cell.itertext())) > 1500 for cell in cells)


def _grid(table: Any) -> Iterator[list[str]]:
    """Rows of a table with merged cells laid out (:func:`corpus.readers.source.fill_merged`)."""
    rows: list[list[Merged]] = []
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        rows.append(
            [Merged(_cell_text(cell), _whole(cell.get("colspan")), _whole(cell.get("rowspan"))) for cell in cells]
        )
    yield from fill_merged(rows)


def _cell_text(cell: Any) -> str:
    """A cell's lines: <br> is a wrap, a paragraph or list item of its own stands apart by a space."""
    parts = [part for part in (*cell.iter("p"), *cell.iter("li"), *cell.iter("div")) if not part.findall(".//p")]
    lines = [line.strip() for line in _read(cell)]
    if len(parts) > 1 and all("".join(part.itertext()).strip() for part in parts[:2]):
        return " ".join(lines)
    text = ""
    for line in lines:
        text += (" " if text and text[-1].isascii() and line[:1].isascii() else "") + line
    return text


def _whole(value: str | None) -> int:
    return min(int(value), 50) if value and value.strip().isdigit() and int(value) else 1


def _hints(page: Any, everything: str) -> dict[str, str]:
    """What the page's fields say of the notice; see :class:`corpus.readers.Source`."""
    found: dict[str, str] = {}
    for meta in page.iter("meta"):
        key = _META.get((meta.get("name") or "").lower())
        if key and (meta.get("content") or "").strip():
            found.setdefault(key, " ".join(meta.get("content").split()))
    heading = next(("".join(h.itertext()) for h in page.iter("h1") if len("".join(h.itertext()).strip()) >= 8), "")
    if heading:
        found.setdefault("title", "".join(heading.split()))
    return {**page_fields(everything), **found}
