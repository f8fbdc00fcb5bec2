"""A facts file (要素表): what people know of many documents at once, one line a document, CSV as a spreadsheet saves it.

Columns: ``file`` and any of title, number, issuer, region, level, issued_on, effective_on, expires_on, status (and the
other keys of :mod:`corpus.typed`), in English or Chinese, in any order; an empty cell says nothing. The trap: a line is
taken whole or not at all, and each fault names its line, because a half-taken line would bind the wrong people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import MetadataError, ReadError
from corpus.typed import NAMES, key_of, parsed_overrides

_FILE = ("file", "文件", "文件名", "编号", "id")
_MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FactsLine:
    """One line: ``line`` as a spreadsheet counts it, the document it is about, what it says as typed."""

    line: int
    file: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The lines that can be taken, and a sentence for each that cannot."""

    name: str
    lines: tuple[FactsLine, ...]
    faults: tuple[str, ...] = ()


def read_facts(path: Path) -> FactsFile:
    """Read a facts file.

    Raises:
        ReadError: it is not there, is no text, is empty, has no column for the file, or a column that is not known.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ReadError(path.name, f"超过 {_MAX_BYTES // 2**20} MB，不像要素表")
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(str(path), "要素表不存在或打不开，请检查路径") from error
    rows = list(csv.reader(io.StringIO(_text(content, path.name), newline=""), delimiter=_delimiter(content)))
    head = next(((at, row) for at, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)), None)
    if head is None:
        raise ReadError(path.name, "要素表是空的")
    first, names = head
    keys = _columns(names, path.name, first)
    lines: list[FactsLine] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[first:], start=first + 1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            line = _line(number, row, keys, path.name)
            parsed_overrides(line.values, f"{path.name} 第 {number} 行")
        except (MetadataError, ReadError) as error:
            faults.append(str(error))
            continue
        if line.file in seen:
            faults.append(f"{path.name} 第 {number} 行与第 {seen[line.file]} 行说的是同一个文件 {line.file}，未采用")
            continue
        seen[line.file] = number
        lines.append(line)
    return FactsFile(path.name, tuple(lines), tuple(faults))


def match_files(facts: FactsFile, files: Collection[str]) -> tuple[dict[str, Mapping[str, str]], tuple[str, ...]]:
    """The values for each of ``files`` (names with their folders), and a sentence for each line that meets none or several."""
    found: dict[str, Mapping[str, str]] = {}
    faults: list[str] = []
    for line in facts.lines:
        wanted = line.file.replace("\\", "/").removeprefix("./")
        hits = [name for name in files if name == wanted]
        hits = hits or [name for name in files if PurePosixPath(name).name == PurePosixPath(wanted).name]
        where = f"{facts.name} 第 {line.line} 行"
        if not hits:
            faults.append(f"{where}：没有文件 {line.file}，这一行未采用")
        elif len(hits) > 1:
            faults.append(f"{where}：{line.file} 对应多个文件（{'、'.join(hits[:3])}），请写明所在文件夹，这一行未采用")
        elif hits[0] in found:
            faults.append(f"{where}：{line.file} 前面已有一行，这一行未采用")
        else:
            found[hits[0]] = line.values
    return found, tuple(faults)


def _columns(names: list[str], file: str, line: int) -> list[str]:
    keys: list[str] = []
    for name in names:
        word = name.strip()
        key = "file" if word.lower() in _FILE else key_of(word)
        if key is None and word:
            known = "、".join(f"{key}（{NAMES[key]}）" for key in NAMES if key != "id")
            raise ReadError(file, f"第 {line} 行没有“{word}”这一列可用，可用的列：file（文件）、{known}")
        if key is not None and key in keys:
            raise ReadError(file, f"第 {line} 行的“{word}”一列重复了")
        keys.append(key or "")
    if "file" not in keys:
        raise ReadError(file, f"第 {line} 行缺少 file（文件）这一列，不知道每一行说的是哪个文件")
    return keys


def _line(number: int, row: list[str], keys: list[str], file: str) -> FactsLine:
    extra = [cell for cell in row[len(keys) :] if cell.strip()]
    if extra or any(cell.strip() and not key for cell, key in zip(row, keys, strict=False)):
        raise ReadError(file, f"第 {number} 行的格数比表头多，含逗号的值请用引号括起")
    pairs = {key: cell.strip() for key, cell in zip(keys, row, strict=False) if cell.strip()}
    name = pairs.pop("file", "")
    if not name:
        raise ReadError(file, f"第 {number} 行没有写文件名")
    return FactsLine(number, name, pairs)


def _text(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):  # a spreadsheet in Chinese saves GBK unless told otherwise
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ReadError(name, "不是文本表格，请在电子表格里另存为 CSV（UTF-8）")


def _delimiter(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return "\t" if first.count(b"\t") > first.count(b",") else ","
