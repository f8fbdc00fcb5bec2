"""An assembled document as Word in the layout of official documents (公文格式).

Source: GB/T 9704-2012: A4; margins 37 mm above, 28 mm at the binding edge, text block 156 mm by 225 mm, 22 lines of 28
characters; title in 2号小标宋, text in 3号仿宋, heads in 黑体 and 楷体; page number in 4号 with a dash on either side. The
fonts named there are rarely all at hand, so each carries what may stand for it (``altName``), which Word and LibreOffice
both follow. The trap: the sources are for the author, not for the addressee: they stand on a page of their own at the end.
"""

from __future__ import annotations

import io
from typing import Any

from assistant.tasks.composing import Official
from corpus.dates import written_day
from corpus.text import printable

_SONG, _FANG, _HEI, _KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_STAND_INS = {
    _SONG: "华文中宋;宋体;SimSun;Noto Serif CJK SC", _FANG: "仿宋;FangSong;华文仿宋;STFangsong;Noto Serif CJK SC",
    _HEI: "SimHei;华文黑体;Noto Sans CJK SC", _KAI: "楷体;KaiTi;华文楷体;STKaiti;Noto Serif CJK SC",
}  # fmt: skip
_NUMERALS = "一二三四五六七八九十"
_TITLE, _TEXT, _LINE, _FOLIO = 22.0, 16.0, 28.95, 14.0  # points: 2号, 3号, 225 mm in 22 lines, 4号


def official_document(official: Official, *, sources: bool = True) -> bytes:
    """A DOCX file; with ``sources`` the quoted clauses are listed on a last page, to be taken off before it is sent."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

    document = Document()
    _page(document)
    document.core_properties.title, document.core_properties.author = official.title, ""
    _paragraph(document, official.title, _SONG, _TITLE, align=WD_ALIGN_PARAGRAPH.CENTER, line=34)
    _paragraph(document, "", _FANG)
    if official.to:
        _paragraph(document, official.to.rstrip("：:") + "：", _FANG)
    _paragraph(document, official.opening, _FANG, indent=True)
    for at, section in enumerate(official.sections):
        _paragraph(document, f"{_NUMERALS[at]}、{section.heading}", _HEI, indent=True)
        for number, item in enumerate(section.items, 1):
            head = f"{number}．" if len(section.items) > 1 else ""
            paragraph = _paragraph(document, f"{head}{item.text}", _FANG, indent=True)
            for marker in item.markers if sources else ():
                _run(paragraph, f"[{marker}]", _FANG, _TEXT).font.superscript = True
    if official.closing:
        _paragraph(document, official.closing, _FANG, indent=True)
    _paragraph(document, "", _FANG)
    if official.signer:
        _signed(_paragraph(document, official.signer, _FANG, align=WD_ALIGN_PARAGRAPH.RIGHT), 2)
    day = official.day
    _signed(_paragraph(document, written_day(day), _FANG, align=WD_ALIGN_PARAGRAPH.RIGHT), 4)
    if sources and official.citations:
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _paragraph(document, "引用依据（供起草人核对，印发前删去本页和文中序号）", _HEI)
        for cited in official.citations:
            issued = f"（{cited.notice}）" if cited.notice != cited.title else ""
            quote = " ".join(cited.quote.split())
            text = f"[{cited.marker}]《{cited.title.strip('《》')}》{issued}{cited.path}：“{quote}”"
            _paragraph(document, text, _FANG, 12, line=20)
    _stand_ins(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a4(document: Any) -> None:
    """Sets the paper that offices print on; python-docx begins with US Letter."""
    from docx.shared import Mm

    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)


def _page(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    a4(document)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    section.footer_distance = Mm(28)
    document.settings.odd_and_even_pages_header_footer = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # stops at the left of their square, not in its middle
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    sides = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
    for footer, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        for text in ("— ", None, " —"):
            run = _run(paragraph, text or "", "宋体", _FOLIO)
            for kind, words in (("begin", None), (None, "PAGE"), ("end", None)) if text is None else ():
                part = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    part.set(qn("w:fldCharType"), kind)
                else:
                    part.text = words
                run._r.append(part)


def _paragraph(
    document: Any, text: str, font: str, size: float = _TEXT, *, indent: bool = False, align: Any = None, line: float = _LINE
) -> Any:  # fmt: skip
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if align is not None:
        paragraph.alignment = align
    if indent:
        layout.first_line_indent = Pt(2 * size)
        paragraph._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(printable(text))
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    run._r.rPr.rFonts.set(qn("w:eastAsia"), font)
    run._r.rPr.rFonts.set(qn("w:hint"), "eastAsia")
    return run


def _signed(paragraph: Any, characters: int) -> None:
    """Moved in from the right edge by so many characters."""
    from docx.shared import Pt

    paragraph.paragraph_format.right_indent = Pt(characters * _TEXT)


def _stand_ins(document: Any) -> None:
    """Name what may stand for each font, in the font table."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from lxml import etree

    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    try:
        part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    except KeyError:
        return
    table = etree.fromstring(part.blob)
    for name, others in _STAND_INS.items():
        font = etree.SubElement(table, f"{{{space}}}font", {f"{{{space}}}name": name})
        etree.SubElement(font, f"{{{space}}}altName", {f"{{{space}}}val": others.replace(";", ",")})
        etree.SubElement(font, f"{{{space}}}charset", {f"{{{space}}}val": "86"})
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
