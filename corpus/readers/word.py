"""DOCX: paragraphs and tables in order, with the numbers Word generates written out.

python-docx opens the package; the text is walked in its XML because ``paragraph.text`` leaves out inserted revisions,
text boxes and content controls. Deleted revisions, comments, headers and footers are not text of the notice. The trap:
the numbers of most notices typed in Word are not characters; see ``corpus.readers.word_numbering``.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from corpus.errors import ReadError
from corpus.readers.folders import check_archive
from corpus.readers.source import Merged, Source, fill_merged, row_text
from corpus.readers.word_numbering import Numbering, W

_DAMAGED = (
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
    IndexError,
    EOFError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = {f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}instrText", f"{W}delText", f"{W}rPr", f"{W}pPr"}
_BREAKS = {f"{W}br", f"{W}cr"}
_WRAPPERS = {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"}


def read_word(content: bytes, name: str) -> Source:
    """A DOCX file.

    Raises:
        ReadError: encrypted, damaged, too big when unpacked, or without a text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive.infolist(), len(content), name)
            if archive.testzip() is not None:
                raise ReadError(name, "DOCX 内容已损坏，请用 Word 打开后另存再试")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise ReadError(name, "DOCX 不完整、已损坏或已加密，请用 Word 打开、去除密码后另存再试") from error
    document = _open(content, name)
    warnings: list[str] = []
    body = document.element.body
    try:
        lines = list(_blocks(body, Numbering(document)))
    except (*_DAMAGED, RecursionError) as error:  # flipped bytes in a part that still unpacks
        raise ReadError(name, "DOCX 结构不完整或已损坏，请用 Word 打开后另存再试") from error
    if body.find(f".//{W}del") is not None or body.find(f".//{W}ins") is not None:
        warnings.append("文件带有修订痕迹，已按接受全部修订读取，请核对")
    if body.find(f".//{W}footnoteReference") is not None:
        warnings.append("文件有脚注，脚注文字未读入")
    if body.find(f".//{W}drawing") is not None and not body.find(f".//{W}txbxContent") is not None:
        warnings.append("文件有图片，图片里的文字未读入")
    return Source("\n".join(lines), "docx", tuple(warnings))


def _open(content: bytes, name: str) -> Any:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        return docx.Document(io.BytesIO(content))
    except (*_DAMAGED, OpcError, etree.XMLSyntaxError) as error:
        raise ReadError(name, "DOCX 结构不完整或已损坏，请用 Word 打开后另存再试") from error


def _blocks(parent: Any, numbering: Numbering) -> Iterator[str]:
    """Lines of the paragraphs and tables under ``parent``, in order."""
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child, numbering)
        elif child.tag == f"{W}tbl":
            yield from _table(child, numbering)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child, numbering)


def _paragraph(paragraph: Any, numbering: Numbering) -> Iterator[str]:
    boxes: list[Any] = []
    text = "".join(_runs(paragraph, boxes))
    mark = numbering.mark(paragraph) if text.strip() else ""
    for index, line in enumerate(text.split("\n")):
        yield (mark if index == 0 else "") + line
    for box in boxes:
        yield from _blocks(box, numbering)


def _runs(element: Any, boxes: list[Any]) -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{W}sym":
            yield _symbol(child)
        elif child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif not isinstance(child.tag, str):
            continue
        else:
            yield from _runs(child, boxes)


def _symbol(element: Any) -> str:
    """A character of a symbol font; those of the private area stand for nothing that can be read."""
    code = int(element.get(f"{W}char", "0"), 16)
    return chr(code) if code and not 0xE000 <= code <= 0xF8FF else ""


def _table(table: Any, numbering: Numbering) -> Iterator[str]:
    """Rows as lines, merged cells laid out (:func:`corpus.readers.source.fill_merged`); a one-cell table is a frame."""
    rows: list[list[Merged]] = []
    begun: dict[int, tuple[int, int]] = {}  # column -> row and index of the cell that goes on downwards there
    for row in _children(table, f"{W}tr"):
        cells: list[Merged] = []
        column = _skipped_columns(row)
        cells += [Merged("")] * column
        for cell in _children(row, f"{W}tc"):
            wide, merge = _spans(cell)
            if merge == "continue" and column in begun:
                at, index = begun[column]
                above = rows[at][index]
                rows[at][index] = Merged(above.text, above.wide, above.deep + 1)
            else:
                begun.pop(column, None)
                if merge == "restart":
                    begun[column] = (len(rows), len(cells))
                cells.append(Merged("\n".join(_blocks(cell, numbering)), wide))
            column += wide
        rows.append(cells)
    if all(len(row) == 1 and row[0].wide == 1 for row in rows):
        for row in rows:
            yield from row[0].text.split("\n")
        return
    for texts in fill_merged(rows):
        yield row_text([_joined(text) for text in texts])


def _spans(cell: Any) -> tuple[int, str]:
    """Columns a cell covers, and whether it begins or goes on with a merge down the rows ("restart", "continue", "")."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return 1, ""
    wide, down = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
    merge = down.get(f"{W}val", "continue") if down is not None else ""
    return (_count(wide) or 1) if wide is not None else 1, merge


def _skipped_columns(row: Any) -> int:
    properties = row.find(f"{W}trPr")
    before = properties.find(f"{W}gridBefore") if properties is not None else None
    return _count(before) if before is not None else 0


def _count(element: Any) -> int:
    value = str(element.get(f"{W}val", "0"))
    return min(int(value), 60) if value.isdigit() else 0


def _children(element: Any, tag: str) -> Iterator[Any]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _joined(cell: str) -> str:
    """The paragraphs of a cell on one line, a space between them."""
    return " ".join(piece.strip() for piece in cell.split("\n") if piece.strip())
