"""Readers (读入): any file a hospital is sent, to text with one paragraph or table row a line.

::

    read_source(path) -> Source(text, kind, warnings, hints)     one file: TXT, Markdown, HTML, DOCX, PDF
    expand(path)      -> Iterator[File]                          a file, a folder or a zip, file by file

What a file is follows from its bytes, not its name. Nothing is executed, fetched or written. The trap: a reader never
decides what belongs to the notice beyond its own format (page furniture, navigation); that is ``corpus.clean``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.errors import ReadError
from corpus.readers.folders import File as File
from corpus.readers.folders import expand as expand
from corpus.readers.sniff import kind_of
from corpus.readers.source import MAX_FILE_BYTES
from corpus.readers.source import Source as Source
from corpus.text import whole_characters


def read_source(path: Path) -> Source:
    """Read one file.

    Raises:
        ReadError: missing, empty, too big, encrypted, damaged or of a kind that is not read; the message is Chinese and
            says what to do.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ReadError(path.name, f"有 {size // 2**20} MB，超过上限 {MAX_FILE_BYTES // 2**20} MB，请拆分后重试")
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(path.name, f"打不开（{error.strerror or error}），请检查文件名和权限") from error
    return read_content(content, path.name)


def read_content(content: bytes, name: str) -> Source:
    """Read a file given as bytes; ``name`` is shown in messages and its suffix is only a hint.

    Raises:
        ReadError: see :func:`read_source`.
    """
    kind, warning = kind_of(content, name)
    if kind == "zip":
        raise ReadError(name, "是压缩包，其中可能有多份文件，请用 assistant add 直接添加该压缩包")
    source = _READERS[kind](content, name)
    if not any(char.isalnum() for char in source.text):
        raise ReadError(name, "没有读出任何文字，请检查文件是否只有图片或空白")
    warnings = (warning, *source.warnings) if warning else source.warnings
    return replace(source, text=whole_characters(source.text), warnings=warnings)


def _read_text(content: bytes, name: str) -> Source:
    from corpus.readers.plain import read_text

    return read_text(content, name)


def _read_markdown(content: bytes, name: str) -> Source:
    from corpus.readers.plain import read_markdown

    return read_markdown(content, name)


def _read_page(content: bytes, name: str) -> Source:
    from corpus.readers.page import read_page

    return read_page(content, name)


def _read_word(content: bytes, name: str) -> Source:
    from corpus.readers.word import read_word

    return read_word(content, name)


def _read_pdf(content: bytes, name: str) -> Source:
    from corpus.readers.pdf import read_pdf

    return read_pdf(content, name)


_READERS = {"txt": _read_text, "md": _read_markdown, "html": _read_page, "docx": _read_word, "pdf": _read_pdf}
