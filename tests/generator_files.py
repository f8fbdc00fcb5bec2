"""Writes a made notice as TXT, HTML, DOCX or PDF, with the faults that captures have.

Faults: ``headers`` (page headers, footers, page numbers), ``broken`` (hard-wrapped lines), ``doubled`` (a paragraph
twice), ``gb18030``. Each must leave the text that was made; the test compares with it.
"""

from __future__ import annotations

import html
import io
import random
from collections.abc import Collection

from generator import Line, Made

FORMATS = ("txt", "html", "docx", "pdf")
_SITE = "本站新闻网"


def write(made: Made, form: str, faults: Collection[str] = ()) -> bytes:
    """The bytes of ``made`` in one of ``FORMATS``."""
    lines = list(made.lines)
    if "doubled" in faults:
        draw = random.Random(made.seed)
        typed = [i for i, line in enumerate(lines) if line.style == "para" and (form != "docx" or not line.depth)]
        at = draw.choice([i for i in typed if len(lines[i].whole) > 30])
        lines.insert(at, lines[at])
    return {"txt": _txt, "html": _html, "docx": _docx, "pdf": _pdf}[form](made, lines, faults)


def _txt(made: Made, lines: list[Line], faults: Collection[str]) -> bytes:
    written: list[str] = []
    for line in lines:
        text = "\t".join(line.cells) if line.cells else line.whole
        text = ("\u3000\u3000" if line.style == "para" else "") + text
        while "broken" in faults and not line.cells and len(text) > 36:
            written.append(text[:36])
            text = text[36:]
        written.append(text)
        if "broken" not in faults and not line.cells:
            written.append("")
    if "headers" in faults:
        for page, at in enumerate(range(30, len(written), 31), start=1):
            written[at:at] = ["", f"— {page} —", "", made.issuer + "公报", ""]
    return "\r\n".join(written).encode("gb18030" if "gb18030" in faults else "utf-8")


def _html(made: Made, lines: list[Line], faults: Collection[str]) -> bytes:
    encoding = "gb18030" if "gb18030" in faults else "utf-8"
    body: list[str] = []
    row_open = False
    for line in lines:
        if bool(line.cells) != row_open:
            body.append("<table border=1>" if line.cells else "</table>")
            row_open = bool(line.cells)
        if line.cells:
            body.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line.cells) + "</tr>")
        else:
            indent = "&emsp;&emsp;" if line.style == "para" else ""
            text = html.escape(line.whole)
            body.append(f"<p>{indent}{text}</p>")
    body += ["</table>"] if row_open else []
    charset = "gb2312" if encoding == "gb18030" else encoding
    page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{made.title}_{_SITE}</title>
<script>document.write("脚本写出的字")</script><style>p{{text-indent:2em}}</style></head><body>
<div class="top"><a href="/">首页</a><a href="/zwgk">政务公开</a><a href="/bs">办事服务</a></div>
<div class="nav"><ul><li><a href="/1">要闻动态</a></li><li><a href="/2">政策文件</a></li></ul></div>
<div class="wrap"><div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/2">政策文件</a></div>
<div class="article"><div id="zoom">{"".join(body)}</div></div>
<div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/9">某地召开年度工作会议</a></li></ul></div></div>
<div class="footer">版权所有：{_SITE} 主办单位：某某办公室 网站标识码：0000000000</div></body></html>"""
    return page.encode(encoding)


def _docx(made: Made, lines: list[Line], faults: Collection[str]) -> bytes:
    """Numbers are Word's own (numPr); every parent restarts the level below it, articles count through."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = docx.Document()
    if "headers" in faults:
        document.sections[0].header.paragraphs[0].text = made.issuer + "公报"
        document.sections[0].footer.paragraphs[0].text = "— 1 —"
    number = _numbering(document, made.structure)
    table = None
    for line in lines:
        if line.cells:
            if table is None:
                table = document.add_table(0, len(line.cells))
            for cell, text in zip(table.add_row().cells, line.cells, strict=True):
                cell.text = text
            continue
        table = None
        paragraph = document.add_paragraph()
        for start in range(0, len(line.text), 17):
            paragraph.add_run(line.text[start : start + 17])
        if line.depth:
            _number(paragraph, number, line.depth - 1)
        if line.style in ("title", "subtitle"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _numbering(document: object, structure: str) -> str:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    through = '<w:lvlRestart w:val="0"/>'
    han, thousand, plain = "chineseCounting", "chineseCountingThousand", "decimal"
    looks = {
        "regulation": [(thousand, "第%1章", ""), (thousand, "第%2条", through), (han, "（%3）", "")],
        "annual": [(han, "%1、", ""), (han, "（%2）", through)],
    }.get(structure, [(han, "%1、", ""), ("japaneseCounting", "（%2）", ""), (plain, "%3.", ""), (plain, "（%4）", "")])
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{restart}<w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text, restart) in enumerate(looks)
    )
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return "77"


def _number(paragraph: object, number: str, level: int) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    inner = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))


def _pdf(made: Made, lines: list[Line], faults: Collection[str]) -> bytes:
    stream = io.BytesIO()
    paper = _Paper(stream, made.issuer + "公报" if "headers" in faults else "", columns=2 if "columns" in faults else 1)
    rows: list[tuple[str, ...]] = []
    for line in lines:
        if line.cells:
            rows.append(line.cells)
            continue
        paper.table(rows)
        rows = []
        if line.style in ("title", "subtitle"):
            paper.centred(line.whole, 16 if line.style == "title" else 14)
        elif line.style in ("sign", "date"):
            paper.right(line.whole)
        else:
            paper.paragraph(line.whole, indent=line.style == "para")
    paper.table(rows)
    paper.close()
    return stream.getvalue()


class _Paper:
    """A4 pages of STSong-Light (a CID font that needs no file), 12 points, first lines indented."""

    WIDTH, HEIGHT, MARGIN, SIZE, LEAD = 595.0, 842.0, 80.0, 12.0, 22.0

    def __init__(self, stream: io.BytesIO, header: str, columns: int = 1) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self._canvas = Canvas(stream, pagesize=(self.WIDTH, self.HEIGHT), invariant=True)
        self._header, self._columns, self._page, self._column = header, columns, 1, 0
        self._y = self.HEIGHT - self.MARGIN
        self._width = (self.WIDTH - 2 * self.MARGIN - (columns - 1) * 30) / columns

    @property
    def _left(self) -> float:
        return self.MARGIN + self._column * (self._width + 30)

    def _down(self, height: float) -> None:
        if self._y - height < self.MARGIN:
            if self._column + 1 < self._columns:
                self._column += 1
            else:
                self._finish()
                self._canvas.showPage()
                self._page += 1
                self._column = 0
            self._y = self.HEIGHT - self.MARGIN
        self._y -= height

    def _finish(self) -> None:
        if self._header:
            self._write(self.MARGIN, self.HEIGHT - 50, self._header, 9)
            self._write(self.WIDTH / 2 - 14, 45, f"— {self._page} —", 9)

    def _write(self, x: float, y: float, text: str, size: float) -> None:
        self._canvas.setFont("STSong-Light", size)
        self._canvas.drawString(x, y, text)

    def _measure(self, text: str, size: float) -> float:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(text, "STSong-Light", size))

    def _wrapped(self, text: str, size: float, width: float, first: float) -> list[str]:
        pieces, piece = [], ""
        room = width - first
        for char in text:
            if piece and self._measure(piece + char, size) > room:
                pieces.append(piece)
                piece, room = "", width
            piece += char
        return [*pieces, piece]

    def paragraph(self, text: str, *, indent: bool) -> None:
        first = 2 * self.SIZE if indent else 0.0
        for order, piece in enumerate(self._wrapped(text, self.SIZE, self._width, first)):
            self._down(self.LEAD)
            self._write(self._left + (first if order == 0 else 0), self._y, piece, self.SIZE)

    def centred(self, text: str, size: float) -> None:
        for piece in self._wrapped(text, size, self._width - 4 * size, 0):
            self._down(size * 1.8)
            self._write(self._left + (self._width - self._measure(piece, size)) / 2, self._y, piece, size)

    def right(self, text: str) -> None:
        self._down(self.LEAD)
        self._write(self._left + self._width - self._measure(text, self.SIZE) - 24, self._y, text, self.SIZE)

    def table(self, rows: list[tuple[str, ...]]) -> None:
        """Ruled rows; a row never breaks across pages, a table may."""
        for cells in rows:
            width = self._width / len(cells)
            wrapped = [self._wrapped(cell, 10, width - 8, 0) for cell in cells]
            height = 16.0 * max(map(len, wrapped)) + 6
            self._down(height)
            for order, pieces in enumerate(wrapped):
                x = self._left + order * width
                self._canvas.rect(x, self._y, width, height)
                for line, piece in enumerate(pieces):
                    self._write(x + 4, self._y + height - 14 - 16 * line, piece, 10)

    def close(self) -> None:
        self._finish()
        self._canvas.save()
