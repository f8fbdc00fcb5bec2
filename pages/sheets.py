"""A result laid out as a table to be saved (结果表): verdicts, a comparison, differences; as Word or a page to print.

One value for all of them, so that what is exported is what was shown. The trap: texts of notices may hold markup and
characters that XML cannot hold.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from pages.export import PRINT_CSS, legal
from pages.markup import esc
from pages.words import CHINESE, Words, only_chinese


@dataclass(frozen=True, slots=True)
class Sheet:
    """``told`` stands above the table, ``notes`` below; every row is as long as ``head``. ``shares`` are widths in percent."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
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
        f"<style>{PRINT_CSS}body{{max-width:64em}}table{{width:100%;table-layout:fixed}}td{{overflow-wrap:anywhere}}</style></head>"
        f"<body><h1>{esc(sheet.title)}</h1>{told}<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{notes}</body></html>\n"
    )


def _lines(cell: str) -> str:
    return "<br>".join(esc(line) for line in cell.split("\n"))


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
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = legal(text)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Cm(25.7 * share / 100)
    for line in sheet.notes:
        document.add_paragraph(legal(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
