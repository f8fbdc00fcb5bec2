"""A result laid out as a table to be saved (结果表): verdicts, a comparison, differences; as Word or a page to print.

One value for all of them, so that what is exported is what was shown. The trap: texts of notices may hold markup and
characters that XML cannot hold.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.differences import Mark, Stretch
from pages.export import PRINT_CSS, legal
from pages.markup import esc
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

Cell = str | tuple[Stretch, ...]
"""Words, or words of which some are marked as struck out or put in."""
_TAGS = {Mark.GONE: "del", Mark.CAME: "ins"}
_COLOURS = {Mark.GONE: "B42318", Mark.CAME: "067647"}
"""Red and green that can be read on white paper; the line through or under tells them apart without colour."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``told`` stands above the table, ``notes`` below; every row is as long as ``head``. ``shares`` are widths in percent."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    told: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()


def offer_html(key: str, say: Words = CHINESE) -> str:
    """Buttons that save the sheet kept under ``key``."""
    buttons = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" data-id="{esc(key)}">{esc(say(name))}</button>'
        for kind, name in (("sheet-docx", "drafts.word"), ("sheet-html", "history.printable"))
    )
    return f'<p class="exports wide"><span class="grow"></span>{esc(say("duties.export"))} {buttons}</p>'


def sheet_page(sheet: Sheet) -> str:
    """One self-contained page."""
    widths = "".join(f'<col style="width:{share}%">' for share in sheet.shares)
    head = "".join(f"<th>{esc(name)}</th>" for name in sheet.head)
    rows = "".join(f"<tr>{''.join(f'<td>{_lines(cell)}</td>' for cell in row)}</tr>" for row in sheet.rows)
    told, notes = ("".join(f'<p class="{css}">{esc(one)}</p>' for one in lines) for css, lines in (("told", sheet.told), ("meta", sheet.notes)))  # fmt: skip
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{esc(sheet.title)}</title>'
        f"<style>{PRINT_CSS}body{{max-width:64em}}table{{width:100%;table-layout:fixed}}td{{overflow-wrap:anywhere}}"
        f"del{{color:#{_COLOURS[Mark.GONE]}}}ins{{color:#{_COLOURS[Mark.CAME]}}}</style></head>"
        f"<body><h1>{esc(sheet.title)}</h1>{told}<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{notes}</body></html>\n"
    )


def _lines(cell: Cell) -> str:
    return "".join(_tagged(one) for one in _stretches(cell))


def _stretches(cell: Cell) -> tuple[Stretch, ...]:
    return (Stretch(cell),) if isinstance(cell, str) else cell


def _tagged(one: Stretch) -> str:
    text = "<br>".join(esc(line) for line in one.text.split("\n"))
    return f"<{_TAGS[one.mark]}>{text}</{_TAGS[one.mark]}>" if one.mark in _TAGS else text


def _add(paragraph: WordParagraph, one: Stretch) -> None:
    """The words as a run of Word's own, coloured and struck out or underlined where they are marked."""
    from docx.shared import RGBColor

    run = paragraph.add_run(legal(one.text))
    if one.mark in _COLOURS:
        run.font.color.rgb = RGBColor.from_string(_COLOURS[one.mark])
        run.font.strike, run.font.underline = one.mark is Mark.GONE or None, one.mark is Mark.CAME or None


def sheet_document(sheet: Sheet) -> bytes:
    """A Word document, landscape, because the table is the point."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Microsoft YaHei", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), only_chinese("font")[0])
    document.core_properties.title, document.core_properties.author = legal(sheet.title), ""
    heading = document.add_paragraph()
    run = heading.add_run(legal(sheet.title))
    run.bold, run.font.size = True, Pt(16)
    for line in sheet.told:
        document.add_paragraph(legal(line))
    table = document.add_table(rows=1, cols=len(sheet.head), style="Table Grid")
    table.autofit = False
    shares = sheet.shares or (100 // len(sheet.head),) * len(sheet.head)
    for cell, name in zip(table.rows[0].cells, sheet.head, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(legal(name)).bold = True
    for row in sheet.rows:
        for cell, said in zip(table.add_row().cells, row, strict=True):
            for one in _stretches(said):
                _add(cell.paragraphs[0], one)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Cm(25.7 * share / 100)
    for line in sheet.notes:
        document.add_paragraph(legal(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
