"""Numbering marks (条款序号) at the start of a line: 第X章, 第X条之一, 一、, （一）, 1., （1）, ①, A., 1.1.2.

The forms are data (``lexicon/numbering.toml``). It stands alone because cleaning, outlining and restoring all ask the
same question: does this line open an item? The trap: many lines only look numbered (1.5张床位, 三、四级手术, 第三条规定的);
:func:`parse_mark` takes what is sure by itself, :func:`candidates` also what only the count can decide.

Source: GB/T 9704-2012, 7.3.3 (一、 › （一） › 1. › （1）); 立法技术规范（试行）（一）; GB/T 1.1-2020, 7.3 (1 › 1.1 › 1.1.2).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpus.wordlists import LEXICON

_HAN = "〇零一二三四五六七八九十百"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"
_KEPT = set(_CIRCLED + _ROMAN)  # NFKC would make ① a 1 and Ⅱ an II
_NUMERALS = {
    "han": f"[{_HAN}]{{1,6}}", "digit": r"\d{1,3}", "letter": "[A-Za-z]", "roman": f"[{_ROMAN}]",
    "circled": f"[{_CIRCLED}]", "any": f"(?:[{_HAN}]{{1,6}}|\\d{{1,3}})",
    "few": r"(?!(?:19|20)\d{2}年)\d{1,3}", "few_han": f"(?![一二][{_HAN}]{{3}}年)[{_HAN}]{{1,6}}",
}  # fmt: skip
_STOPLESS = ("part", "chapter", "section", "article")
_WINDOW = 16  # a mark is never longer
_TERMINAL = "。！？；;"


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its ``style`` (one of STYLES), ``ordinal`` from 1 and ``text`` exactly as written.

    ``branch`` is the number after 之 (第四条之一). ``numbers`` are all numbers of a decimal mark (1.2.1), else empty.
    ``sure`` is false where only the count can tell whether it is a mark at all.
    """

    style: str
    ordinal: int
    text: str
    branch: int = 0
    numbers: tuple[int, ...] = ()
    sure: bool = True

    @property
    def rank(self) -> int:
        """Conventional depth, 0 outermost."""
        return STYLES.index(self.style)


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    doubts: re.Pattern[str] | None
    branches: bool
    title: bool
    counted: bool


@cache
def _grammar() -> tuple[re.Pattern[str], dict[str, _Style]]:
    """One pattern over all forms of all styles, and what else is said of each style."""
    forms: list[str] = []
    styles: dict[str, _Style] = {}
    for one in _entries():
        branch = f"(?:之(?P<b_{one['name']}>[{_HAN}]{{1,3}}))?" if one.get("branches") else ""
        written = sorted((re.escape(form) for form in one["forms"]), key=len, reverse=True)
        body = "|".join(form + branch for form in written)
        forms.append(f"(?P<{one['name']}>{body})")
        doubts = "|".join(re.escape(word) for word in one.get("unsure", ()))
        styles[one["name"]] = _Style(
            one["name"],
            re.compile(_numerals(doubts)) if doubts else None,
            bool(one.get("branches")), bool(one.get("title")), bool(one.get("counted")),
        )  # fmt: skip
    pattern = _numerals("|".join(forms))
    for style in styles:  # a branch may follow any form of its style, but is one group
        name = f"(?P<b_{style}>"
        first = pattern.find(name)
        if first >= 0:
            pattern = pattern[: first + len(name)] + pattern[first + len(name) :].replace(name, "(?:")
    return re.compile(pattern), styles


def _numerals(pattern: str) -> str:
    for kind, numeral in _NUMERALS.items():
        pattern = pattern.replace(re.escape(f"{{{kind}}}"), numeral)
    return pattern


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads((LEXICON / "numbering.toml").read_text(encoding="utf-8"))["style"]
    return entries


_DECIMAL = tuple(f"decimal{depth}" for depth in range(1, 6))
# Outermost first; the position is the conventional rank. Decimal marks (1.2.1) nest by their own length.
STYLES = (*(one["name"] for one in _entries()[:4]), *_DECIMAL, *(one["name"] for one in _entries()[4:]))
_DECIMAL_MARK = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){1,4}(?![\d.%‰年月日号℃万亿元个倍余])\.?|\d{1,2}(?:[.、](?!\d)| |(?=[一-鿿])(?![年月日号个名所家人元万亿倍岁周天次种类项条款张台]))"
)


def parse_mark(line: str, start: int = 0) -> Mark | None:
    """The mark that ``line`` opens with at ``start``, or None.

    >>> parse_mark("（二）推进医疗服务体系建设").text
    '（二）'
    >>> parse_mark("1.5张床位") is None and parse_mark("2017年，全市") is None
    True
    """
    mark = _plain(line, start)
    return mark if mark is not None and mark.sure else None


def candidates(line: str, start: int = 0) -> tuple[Mark, ...]:
    """Every mark ``line`` may open with at ``start``, those included that only a count can decide."""
    found = [_plain(line, start), _decimal(line, start)]
    return tuple(mark for mark in found if mark is not None)


def mark_length(line: str, start: int = 0) -> int:
    """Length of a mark at ``start`` that ends without a stop of its own, so that a space behind it counts: 第二条, 1.1."""
    mark = _plain(line, start)
    if mark is None or mark.style not in _STOPLESS:
        mark = _decimal(line, start) if line[start : start + 1].isdigit() else None
    return len(mark.text) if mark is not None and mark.text[-1] not in ".．、" else 0


def _plain(line: str, start: int) -> Mark | None:
    folded, lengths = _folded(line, start)
    pattern, styles = _grammar()
    match = pattern.match(folded)
    if match is None:
        return None
    style = next(styles[name] for name in styles if match.group(name))
    text = match.group()
    numeral, branch = text, 0
    if style.branches and (written := match.group(f"b_{style.name}")):
        numeral, branch = text[: -len(written) - 1], _ordinal(written)
    ordinal = _ordinal(numeral.strip("第编部分篇章节条、.()"))
    if not ordinal:
        return None
    after = folded[match.end() :]
    doubtful = style.counted or (style.doubts is not None and style.doubts.match(after) is not None)
    if style.title and line.rstrip()[-1] in _TERMINAL:
        doubtful = True
    return Mark(style.name, ordinal, line[start : start + lengths[match.end()]], branch, sure=not doubtful)


def _decimal(line: str, start: int) -> Mark | None:
    folded, lengths = _folded(line, start)
    match = _DECIMAL_MARK.match(folded)
    if match is None or match.end() == len(folded.rstrip()):
        return None
    text = match.group().rstrip()
    numbers = tuple(int(number) for number in text.strip("、.").split("."))
    if not all(numbers):
        return None
    return Mark(
        _DECIMAL[len(numbers) - 1], numbers[-1], line[start : start + lengths[len(text)]], 0, numbers, sure=False
    )


def _folded(line: str, start: int) -> tuple[str, list[int]]:
    """The first characters as one writes them on a keyboard, and for each length the length in ``line``."""
    pieces: list[str] = []
    lengths = [0]
    for offset, char in enumerate(line[start : start + _WINDOW], start=1):
        piece = char if char in _KEPT or char.isascii() else unicodedata.normalize("NFKC", char)
        pieces.append(piece)
        lengths += [offset] * len(piece)
    return "".join(pieces), lengths


def _ordinal(numeral: str) -> int:
    """1-999 from 十二, 一百零三, 12, ③, B or Ⅱ; 0 when it is not a number."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    if len(numeral) == 1 and numeral.isascii() and numeral.isalpha():
        return ord(numeral.upper()) - ord("A") + 1
    for series in (_CIRCLED, _ROMAN):
        if len(numeral) == 1 and numeral in series:
            return series.index(numeral) + 1
    total, digit = 0, 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            return 0
    return total + digit


def chinese_ordinal(number: int) -> str:
    """1-9999 as a Chinese numeral, as laws number their articles; the digits themselves past that.

    >>> [chinese_ordinal(n) for n in (3, 10, 12, 20, 27, 100, 101, 110, 115, 1260)]
    ['三', '十', '十二', '二十', '二十七', '一百', '一百零一', '一百一十', '一百一十五', '一千二百六十']
    """
    digits = "零一二三四五六七八九"
    if not 0 < number < 10_000:
        return str(number)
    said = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            said += digits[digit] + unit
        elif said and not said.endswith("零"):
            said += "零"
    said = said.rstrip("零")
    return said.removeprefix("一") if 10 <= number < 20 else said


def with_ordinal(mark: Mark, ordinal: int) -> str:
    """The text ``mark`` would have with another ordinal: ``（二）`` and 5 give ``（五）``."""
    if mark.style == "circled":
        return _CIRCLED[ordinal - 1]
    chinese = any(char in _HAN for char in mark.text)
    numeral = chinese_ordinal(ordinal) if chinese else str(ordinal)
    return re.sub(rf"[{_HAN}]+|\d+", numeral, mark.text, count=1)
