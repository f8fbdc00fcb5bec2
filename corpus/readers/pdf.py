"""PDF: the text layer in reading order, without headers, footers and page numbers, lines joined to paragraphs.

pdfplumber gives characters with their places; ``corpus.readers.pdf_layout`` turns them into paragraphs. Pages without
text are scans: they are named and refused unless the OCR extra is installed. The trap: a PDF may carry an owner
password and still open; only one that needs a password to be read is refused.
"""

from __future__ import annotations

import importlib.util
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpus.errors import ReadError
from corpus.readers import clock
from corpus.readers.pdf_layout import Char, Line, gutters, lines_of, paragraphs, rows_of
from corpus.readers.pdf_tables import Grid, carried_over, grid_of, struck_twice
from corpus.readers.source import MAX_PAGES, Source, row_text

SECONDS_A_PAGE = 1.5  # of processor time allowed; a page of dense tables takes a third of it
SECONDS_A_SCAN, BYTES_OF_OCR = 30.0, 4 << 30  # address space more than memory: the engine reserves what it may need
_SCAN = 20  # a page with fewer characters than this and an image is a scan


def read_pdf(content: bytes, name: str) -> Source:
    """A PDF with a text layer (or any PDF where the OCR extra is installed).

    Raises:
        ReadError: encrypted, damaged, more than ``MAX_PAGES`` pages, or a scan that cannot be recognised here.
    """
    with _opened(content, name) as document:
        count = len(document.pages)
        if not count:
            raise ReadError(name, "PDF 里没有页面，文件可能不完整，请重新获取")
        if count > MAX_PAGES:
            raise ReadError(name, f"PDF 有 {count} 页，超过上限 {MAX_PAGES} 页，请拆分成单份文件后重试")
        clock.allow(SECONDS_A_PAGE * count)
        read = [_page(page) for page in document.pages]
        columns = gutters([one.rows for one in read], [float(page.width) for page in document.pages])
    warnings: list[str] = []
    pages = [
        lines_of(one.rows, one.height, x, rows) for one, x, rows in zip(read, columns, _table_lines(read), strict=True)
    ]
    scans = [number for number, one in enumerate(read, start=1) if one.is_scan]
    slanted = sum(one.slanted for one in read)
    if scans:
        warnings += _recognise(content, name, pages, scans)
    if slanted:
        warnings.append(f"已略去 {slanted} 个倾斜文字（水印）")
    found = paragraphs(pages)
    if found.furniture:
        warnings.append(f"已去掉页眉页脚和页码 {found.furniture} 行")
    unread = sum(text.count("\ufffd") + text.count("(cid:") for text in found.texts)
    if unread:
        raise ReadError(name, f"有 {unread} 个字没有编码（字体未嵌入字符表），读出来会缺字，请换一份或识别后的 PDF")
    return Source("\n".join(found.texts), "pdf", tuple(warnings))


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    damaged = ReadError(name, "PDF 已损坏或不完整，请重新获取，或用阅读器打开后另存再试")
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            yield document
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) or b"/Encrypt" in content:
            raise ReadError(name, "PDF 已加密，需要密码才能打开，请去除密码后重试") from error
        raise damaged from error
    except (PSException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise damaged from error


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on a page: characters by row, table rows, and what was left out."""

    rows: list[list[Char]]
    grids: list[Grid]
    height: float
    slanted: int
    is_scan: bool


def _page(page: Any) -> _Page:
    every = page.chars
    slanted = {id(c) for c in every if not c.get("upright", True)}
    left_out = slanted | struck_twice([c for c in every if id(c) not in slanted])
    upright = page.filter(lambda o: id(o) not in left_out) if left_out else page
    tables = upright.find_tables() if len(page.lines) + len(page.rects) + len(page.curves) >= 4 else []
    grids = [grid for grid in map(grid_of, tables) if grid is not None]
    chars = [c for c in upright.chars if not any(_inside(c, grid.box) for grid in grids)]
    scan = len(chars) < _SCAN and not grids and bool(page.images)
    found = _Page(rows_of(chars), grids, float(page.height), len(slanted), scan)
    page.close()
    return found


def _table_lines(pages: Sequence[_Page]) -> Iterator[list[Line]]:
    """For each page the rows of its tables as lines."""
    before: Grid | None = None
    for page in pages:
        rows: list[Line] = []
        for order, grid in enumerate(page.grids):
            if order == 0 and before is not None:
                grid = carried_over(before, grid)
            before = grid
            left, top, right, bottom = grid.box
            for at, cells in enumerate(grid.rows):
                y = top + (bottom - top) * at / len(grid.rows)
                rows.append(Line(row_text(cells), left, right, y, y, 0.0, page.height, columns=len(cells)))
        if not page.grids:
            before = None
        yield rows


def _inside(char: Any, box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _recognise(content: bytes, name: str, pages: list[list[Line]], scans: list[int]) -> list[str]:
    """Fill scanned pages by OCR, in place.

    Raises:
        ReadError: the OCR extra is not installed.
    """
    shown = "、".join(map(str, scans[:10])) + ("等" if len(scans) > 10 else "")
    if not _ocr_installed():
        whole = "整份是扫描件" if len(scans) == len(pages) else f"第 {shown} 页是扫描图片"
        raise ReadError(
            name,
            f"{whole}，没有文字层。请换有文字层的版本，"
            "或安装 OCR 组件（pip install 'health-policy-assistant[ocr]'）后重试",
        )
    from corpus.readers.ocr import recognise

    clock.allow(SECONDS_A_SCAN * (len(scans) + 1), BYTES_OF_OCR)
    for number, blocks in recognise(content, scans).items():
        pages[number - 1] = blocks
    return [f"第 {shown} 页由 OCR 识别，可能有错字，请核对"]


def _ocr_installed() -> bool:
    return importlib.util.find_spec("rapidocr") is not None
