"""Tells what a file is from its bytes, because names lie (a web page saved as .doc, a PDF called .txt).

It stands alone: every reader trusts it. The trap: DOCX, XLSX, OFD and a plain zip all begin alike, so the zip's list
of members decides.
"""

from __future__ import annotations

import io
import re
import zipfile

from corpus.errors import ReadError

_REFUSED = {
    "doc": "是旧版 Word（.doc/.wps）文件，请用 Word 或 WPS 另存为 DOCX 或 PDF 后重试",
    "rtf": "是 RTF 文件，请另存为 DOCX 或 PDF 后重试",
    "ofd": "是 OFD 版式文件，请用阅读器导出为 PDF 后重试",
    "xlsx": "是 Excel 表格，请另存为 DOCX、PDF 或网页后重试",
    "pptx": "是演示文稿，请另存为 PDF 后重试",
    "odt": "是 OpenDocument 文件，请另存为 DOCX 或 PDF 后重试",
    "image": "是图片，请先识别成文字，或扫描为 PDF 并安装 OCR 组件（pip install 'health-policy-assistant[ocr]'）后重试",
    "packed": "是 RAR/7z/gz 压缩包，请解压后添加文件夹，或改用 zip",
    "binary": "不是文本、网页、DOCX 或 PDF，请确认文件没有损坏并另存为其中一种",
}
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"BM", "image"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"\x1f\x8b", "packed"),
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|div|table|p|h[1-6]|article|section)\b[^<>]*>", re.IGNORECASE
)
_NAMED = {
    "txt": {"txt", "text", "md", "markdown"}, "md": {"md", "markdown"}, "html": {"html", "htm", "xhtml", "shtml"},
    "docx": {"docx"}, "pdf": {"pdf"}, "zip": {"zip"},
}  # fmt: skip


def kind_of(content: bytes, name: str) -> tuple[str, str]:
    """``txt``, ``md``, ``html``, ``docx``, ``pdf`` or ``zip``, and a warning where the name says otherwise ("" if not).

    Raises:
        ReadError: empty, or of a kind that is not read; the message says what to save it as.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ReadError(name, "文件是空的（0 字），请检查下载或导出是否完整后重试")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    kind = _by_content(content, name, suffix)
    if kind in _REFUSED:
        raise ReadError(name, _REFUSED[kind])
    named = {suffix} if suffix else _NAMED[kind]
    if named & _NAMED[kind]:
        return kind, ""
    return kind, f"扩展名是 .{suffix}，内容却是 {kind.upper()}，已按内容读取"


def _by_content(content: bytes, name: str, suffix: str) -> str:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content, name)
    for magic, kind in _MAGIC:
        if content.startswith(magic) and not (magic == b"BM" and suffix in ("txt", "md")):
            return kind
    if suffix in ("pdf", "docx", "zip") and _is_binary(content):
        raise ReadError(name, f"不是有效的 {suffix.upper()} 文件（开头不对），可能已损坏或下载不完整，请重新获取")
    head = content[:4096].replace(b"\0", b"")
    if suffix in _NAMED["html"] or (suffix not in ("md", "markdown") and len(_HTML.findall(head)) >= 2):
        return "html"
    if _is_binary(content):
        return "binary"
    return "md" if suffix in ("md", "markdown") else "txt"


def _zipped(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ReadError(name, "压缩结构已损坏或文件不完整（下载中断？），请重新获取后重试") from error
    if "word/document.xml" in members:
        return "docx"
    for marker, kind in (("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"), ("OFD.xml", "ofd")):
        if marker in members:
            return kind
    if "mimetype" in members and "content.xml" in members:
        return "odt"
    return "zip"


def _is_binary(content: bytes) -> bool:
    from corpus.readers.plain import chinese_share

    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if b"\0" in head:  # text only as UTF-16 without a byte order mark
        return not any(chinese_share(head.decode(one, "ignore")) >= 0.1 for one in ("utf-16-le", "utf-16-be"))
    control = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 26, 27) for byte in head)
    return control > 0.02 * len(head)
