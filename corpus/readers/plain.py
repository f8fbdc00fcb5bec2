"""Plain text and Markdown in any Chinese encoding.

Decoding stands here because pages and archives need it too. The trap: almost any bytes decode as GB18030, so a
decoding is only believed when what comes out reads like Chinese; and nothing is ever replaced by U+FFFD in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.errors import ReadError
from corpus.readers.source import Source, row_text

# The most frequent characters of official Chinese, simplified and traditional: what wrong decodings do not give.
_COMMON = frozenset(
    "的一是在和不有人这中大为上国市省县区府政医疗卫生健康保障服务机构建设管理工作改革制度实施通知发展年月日第章条各部门"
    "加强推进完善落实全面基本公立院药品方案意见单位组织监督按照进行及其以对等由个到于可要会与行方法本地關於醫療衛總體機構務實發應當規定辦"
)
_MARKS = frozenset("，。、；：（）《》〔〕“”")
_ORDERED = re.compile(r"^ {0,24}(?P<number>\d{1,3})(?P<mark>[.)])[ \t]{1,8}(?P<text>\S.*)$")
_TABLE_RULE = re.compile(r"^\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?$")


def decode(content: bytes, name: str, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of ``content`` and warnings.

    Args:
        declared: the encoding a page or header names; tried first, believed if the bytes agree.

    Raises:
        ReadError: no encoding fits; the message says to save as UTF-8.
    """
    for bom, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(bom):
            return _strict(content[len(bom) :], encoding, name)
    if declared.lower().replace("_", "-") in ("gb2312", "gbk", "gb-2312", "gb18030"):
        declared = "gb18030"
    wide = () if b"\0" not in content[:4096] else ("utf-16-le", "utf-16-be")
    candidates = [*wide] if wide else ["utf-8", "gb18030", "big5hkscs"]
    if declared and not wide:
        candidates.insert(0, declared)
    best: tuple[float, str, tuple[str, ...]] | None = None
    for encoding in dict.fromkeys(candidates):
        try:
            text, warnings = _strict(content, encoding, name)
        except (ReadError, LookupError):
            continue
        if encoding == "utf-8" and not text.isascii():
            return text, warnings
        score = chinese_share(text)
        if best is None or score > best[0]:
            best = score, text, warnings
    if best is None:
        raise ReadError(name, "无法判断文字编码，请用记事本打开后另存为 UTF-8 再试")
    score, text, warnings = best
    if score < 0.05 and not text.isascii():
        raise ReadError(name, "内容读出来不是可读的中文（编码不明或文件已损坏），请另存为 UTF-8 再试")
    return text, warnings


def _strict(content: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Decoded without replacing anything; only a character cut off at the very end is dropped, with a warning."""
    try:
        return content.decode(encoding), ()
    except UnicodeDecodeError as error:
        if len(content) - error.start <= 3 and error.start > 0:
            return content[: error.start].decode(encoding), ("文件末尾有半个字被截断，请核对结尾是否完整",)
        raise ReadError(
            name, f"第 {error.start + 1} 字节起不是 {encoding} 文字，文件可能已损坏，请另存为 UTF-8 后重试"
        ) from error


def chinese_share(text: str) -> float:
    """Share of common characters and marks among all that are not ASCII, 0 to 1; 0.5 for pure ASCII."""
    sample = [char for char in text[:20000] if ord(char) > 127 and not char.isspace()]
    if not sample:
        return 0.5
    return sum(char in _COMMON or char in _MARKS for char in sample) / len(sample)


def read_text(content: bytes, name: str) -> Source:
    """A plain text file; tab-separated lines that go together become table rows."""
    text, warnings = decode(content, name)
    return Source(rows_from_tabs(_lines(text)), "txt", warnings)


def read_markdown(content: bytes, name: str) -> Source:
    """Markdown with its marks (#, **, >, links, rules, front matter) taken off and tables as rows."""
    text, warnings = decode(content, name)
    text = re.sub(r"\A---\n.*?\n---\n", "", _lines(text), flags=re.DOTALL)
    kept = []
    for line in numbered(text.split("\n")):
        if _TABLE_RULE.match(line.strip()) and "|" in line:
            continue
        if re.match(r"^\s*(?:[-*_]\s*){3,}$", line):
            continue
        line = re.sub(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)", "", line)
        line = re.sub(r"!?\[([^\]\n]{0,300})\]\((?:[^()\s]{0,2000})(?:\s{1,4}\"[^\"\n]{0,300}\")?\)", r"\1", line)
        line = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", line)
        line = re.sub(r"(?<!\*)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)", r"\1", line)
        line = re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", re.sub(r"`([^`]+)`", r"\1", line))
        if line.strip().startswith("|") and line.strip().endswith("|") and line.count("|") > 2:
            line = row_text(line.strip()[1:-1].split("|"))
        kept.append(line)
    return Source(rows_from_tabs("\n".join(kept)), "md", warnings)


def numbered(lines: Sequence[str]) -> list[str]:
    """``lines`` with the items of ordered lists numbered as Markdown shows them: on from the item before where a number
    comes again, and as （1） one level down, as official documents do.

    >>> numbered(["1. 条件：", "", "   1. 年满18岁。", "   1. 未婚。", "1. 管理。", "二、附则", "1. 施行。"])
    ['1. 条件：', '', '（1）年满18岁。', '（2）未婚。', '2. 管理。', '二、附则', '1. 施行。']

    Source: CommonMark 0.31, section 5.3.
    """
    open_lists: list[tuple[int, int]] = []  # indent, last number
    found: list[str] = []
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        item = _ORDERED.match(line)
        while (
            open_lists
            and line.strip()
            and (open_lists[-1][0] > indent + 1 or (not item and open_lists[-1][0] >= indent))
        ):
            open_lists.pop()
        if not item:
            found.append(line)
            continue
        number, told = int(item["number"]), item["text"]
        if open_lists and abs(open_lists[-1][0] - indent) <= 1:
            number = max(number, open_lists[-1][1] + 1)
            open_lists[-1] = open_lists[-1][0], number
        else:
            open_lists.append((indent, number))
        found.append(f"（{number}）{told}" if len(open_lists) > 1 else f"{line[:indent]}{number}{item['mark']} {told}")
    return found


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x1a", "")


def rows_from_tabs(text: str) -> str:
    """Lines of tab-separated cells as rows where a neighbour has as many cells; other tabs are left alone.

    >>> rows_from_tabs("序号\\t任务\\n1\\t建成")
    '|序号|任务|\\n|1|建成|'
    """
    lines = text.split("\n")
    cells = [line.split("\t") if line.strip() and "\t" in line.strip() else [] for line in lines]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    rows: set[int] = set()
    for a, b in pairwise(filled):
        if len(cells[a]) >= 2 and len(cells[a]) == len(cells[b]):
            rows |= {a, b}
    return "\n".join(row_text(cells[index]) if index in rows else line for index, line in enumerate(lines))
