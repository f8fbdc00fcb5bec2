"""Numbering marks (条款序号) at the start of a line: 第X章, 一、, （一）, 1., （1）, ①.

Source: GB/T 9704-2012, 7.3.3 (一、 › （一） › 1. › （1）), plus the forms regulations use. It stands alone because
cleaning, outlining and restoring all ask the same question: does this line open an item? The trap: lines that merely
start with a figure ("2017年，…", "1.5张", "三、四级手术") are not items.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Outermost first; the position is the conventional rank.
STYLES = ("part", "chapter", "section", "article", "han", "han_paren", "digit", "digit_paren", "digit_half", "circled")
_HAN = "〇零一二三四五六七八九十百"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PATTERN = re.compile(
    rf"(?P<part>第(?P<n_part>[{_HAN}\d]{{1,5}})编)"
    rf"|(?P<chapter>第(?P<n_chapter>[{_HAN}\d]{{1,5}})章)"
    rf"|(?P<section>第(?P<n_section>[{_HAN}\d]{{1,5}})节)"
    rf"|(?P<article>第(?P<n_article>[{_HAN}\d]{{1,5}})条(?!第|款|项|、|至|和|及|或|规定|所))"
    rf"|(?P<han>(?P<n_han>[{_HAN}]{{1,4}})、(?![{_HAN}]{{1,3}}(?:[、级类线等甲]|是)))"
    rf"|(?P<han_paren>[（(](?P<n_han_paren>[{_HAN}]{{1,4}})[）)]、?)"
    r"|(?P<digit>(?P<n_digit>\d{1,3})(?:[.．](?!\d)|、(?!\d)))"
    r"|(?P<digit_paren>[（(](?P<n_digit_paren>\d{1,3})[）)])"
    r"|(?P<digit_half>(?P<n_digit_half>\d{1,3})[）)])"
    rf"|(?P<circled>(?P<n_circled>[{_CIRCLED}]))"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its ``style`` (one of STYLES), ``ordinal`` from 1 and ``text`` exactly as written."""

    style: str
    ordinal: int
    text: str

    @property
    def rank(self) -> int:
        """Conventional depth, 0 outermost."""
        return STYLES.index(self.style)


def parse_mark(line: str, start: int = 0) -> Mark | None:
    """The mark that ``line`` opens with at ``start``, or None.

    >>> parse_mark("（二）推进医疗服务体系建设")
    Mark(style='han_paren', ordinal=2, text='（二）')
    >>> parse_mark("1.5张床位") is None and parse_mark("2017年，全市") is None
    True
    """
    match = _PATTERN.match(line, start)
    if match is None or match.lastgroup is None:
        return None
    for style in STYLES:
        text = match.group(style)
        if text is not None:
            ordinal = _ordinal(match.group(f"n_{style}"))
            return Mark(style, ordinal, text) if ordinal else None
    return None


def _ordinal(numeral: str) -> int:
    """1-999 from 十二, 一百零三, 12 or ③; 0 when it is not a number."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
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
    """1-99 as a Chinese numeral.

    >>> [chinese_ordinal(n) for n in (3, 10, 12, 20, 27)]
    ['三', '十', '十二', '二十', '二十七']
    """
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")


def with_ordinal(mark: Mark, ordinal: int) -> str:
    """The text ``mark`` would have with another ordinal: ``（二）`` and 5 give ``（五）``."""
    if mark.style == "circled":
        return _CIRCLED[ordinal - 1]
    chinese = re.search(rf"[{_HAN}]", mark.text) is not None
    numeral = chinese_ordinal(ordinal) if chinese else str(ordinal)
    return re.sub(rf"[{_HAN}]+|\d+", numeral, mark.text, count=1)
