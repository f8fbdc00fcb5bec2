"""Whether one text states another: folding, number-safe search and the share of a quote inside a text.

It stands alone because every measure rests on it, and because a mistake here makes all figures wrong at once. The trap
is numbers: ``5%`` is not stated by a text that says ``15%``, although it is a substring of it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from corpus.numerals import chinese_number, find_values

MARKER = re.compile(r"\[\d{1,3}\]")
BLOCK = 6
"""Shortest run of characters, after folding, that counts as quoted; shorter coincidences are common in officialese."""

_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_PERCENT = re.compile(r"百分之([零〇一二三四五六七八九十百点两\d.]+)")
_CHINESE = re.compile(r"[零〇一二三四五六七八九十百千万亿两]+(?:点[零〇一二三四五六七八九]+)?")
_SCALED = re.compile(r"(\d+(?:\.\d+)?)(百|千|万|亿)(?!分)")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_LIST_MARK = re.compile(r"^\s*(?:\d{1,2}[.、．)）]|[-*•])\s*", re.MULTILINE)


def _arabic(match: re.Match[str]) -> str:
    run = match.group(0)
    if run[0] in "百千万亿点":  # 千方百计, 万人: part of a word or a unit, not a figure of its own
        return run
    whole, _, fraction = run.partition("点")
    value = chinese_number(whole)
    if value is None:
        return run
    digits = str(int(value)) if any(c in "十百千万亿" for c in whole) else "".join(str(_DIGITS[c]) for c in whole)
    return digits + ("." + "".join(str(_DIGITS[c]) for c in fraction) if fraction else "")


def _scale(match: re.Match[str]) -> str:
    value = float(match.group(1)) * _UNITS[match.group(2)]
    return str(int(value)) if value == int(value) else f"{value:g}"


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """Fold ``text`` for matching: NFKC, lower case, Chinese numerals as digits, no space and no punctuation.

    Citation markers are removed. Punctuation between two digits becomes ``·`` so that two numbers never run into one; a
    decimal point and the percent sign stay.

    >>> normalise("降到 百分之三十 以下[1]；")
    '降到30%以下'
    >>> normalise("2．5%、１,０００元，十二个")
    '2.5%1000元12个'
    >>> normalise("五万元") == normalise("50,000 元")
    True
    """
    text = unicodedata.normalize("NFKC", MARKER.sub("", text)).lower().replace("％", "%")
    text = _THOUSANDS.sub("", text)
    text = _PERCENT.sub(lambda m: _CHINESE.sub(_arabic, m.group(1)) + "%", text)
    text = _SCALED.sub(_scale, _CHINESE.sub(_arabic, text))
    out: list[str] = []
    gap = False
    for position, char in enumerate(text):
        category = unicodedata.category(char)[0]
        after = text[position + 1 : position + 2]
        decimal = char == "." and out and out[-1].isdigit() and after.isdigit() and not gap
        if char == "%" or decimal or (category in "LNMS" and char not in "~|`^<>+=$"):
            if gap and out and out[-1].isdigit() and char.isdigit():
                out.append("·")
            out.append(char)
            gap = False
        else:
            gap = True
    return "".join(out)


def states(text: str, wanted: str) -> bool:
    """Whether ``wanted`` occurs in ``text`` after folding, never inside a longer number.

    >>> states("不低于15%", "5%"), states("达到百分之五", "5%"), states("达2.5%", "5%")
    (False, True, False)
    >>> states("建成60个", "60"), states("达到60%", "60")
    (True, False)
    """
    needle = normalise(wanted)
    return bool(needle) and _find(normalise(text), needle)


def _find(haystack: str, needle: str) -> bool:
    start = haystack.find(needle)
    while start >= 0:
        end = start + len(needle)
        before, after = haystack[max(0, start - 2) : start], haystack[end : end + 2]
        inside_left = needle[0].isdigit() and (
            before[-1:].isdigit() or (len(before) == 2 and before[1] == "." and before[0].isdigit())
        )
        inside_right = needle[-1].isdigit() and (
            after[:1].isdigit() or after[:1] == "%" or (len(after) == 2 and after[0] == "." and after[1].isdigit())
        )
        if not inside_left and not inside_right:
            return True
        start = haystack.find(needle, start + 1)
    return False


@lru_cache(maxsize=16_384)
def _blocks(folded: str, size: int) -> frozenset[str]:
    return frozenset(folded[i : i + size] for i in range(len(folded) - size + 1))


def coverage(quote: str, text: str) -> float:
    """Share of the characters of ``quote`` that lie in ``text``, in [0, 1], after folding.

    A character counts where it belongs to a run of at least :data:`BLOCK` characters common to both (the whole quote
    where it is shorter); runs may lie anywhere in ``text``, so a join or a page break inside the quote costs nothing.

    >>> coverage("每千人口床位数达到6张", "到2025年，每千人口床位数达到 6 张。")
    1.0
    """
    needle, haystack = normalise(quote), normalise(text)
    if not needle:
        return 0.0
    if needle in haystack:
        return 1.0
    size = min(BLOCK, len(needle))
    known = _blocks(haystack, size)
    covered = [False] * len(needle)
    for i in range(len(needle) - size + 1):
        if needle[i : i + size] in known:
            covered[i : i + size] = [True] * size
    return sum(covered) / len(needle)


def numbers_in(text: str) -> list[str]:
    """Figures stated in an answer, in canonical form; citation markers and the ordinals of list lines are not figures.

    >>> numbers_in("1. 到2025年达到百分之八十[2]")
    ['2025', '80%']
    """
    return [value.canonical for value in find_values(_LIST_MARK.sub("", MARKER.sub("", text)))]
