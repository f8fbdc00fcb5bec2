"""The numbers Word generates (numPr): 一、（一）1.（1）① and 第X条, counted as Word counts them.

It stands alone because they are nowhere in the text: a paragraph names a list and a level, its style may do so for it,
and the list says how a level looks. The trap: a level counts on over paragraphs of deeper levels and starts again
after one of a higher level; two lists may share one abstract definition, and then they share the count.

Source: ECMA-376-1, 17.9 (Numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from corpus.numbering import chinese_ordinal

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital",
}  # fmt: skip
_LEGAL = {"chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LEGAL_DIGITS = str.maketrans("一二三四五六七八九十百零", "壹贰叁肆伍陆柒捌玖拾佰零")


class Numbering:
    """Counts the list paragraphs of one document; ask for marks in document order, once each."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._abstract_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._styles: dict[str, Any] = {s.get(f"{W}styleId"): s for s in document.styles.element.iter(f"{W}style")}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()
        root = _numbering_root(document)
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        links: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId")
            self._levels[key] = {int(one.get(f"{W}ilvl")): one for one in abstract.findall(f"{W}lvl")}
            link = abstract.find(f"{W}styleLink")
            if link is not None:
                links[link.get(f"{W}val")] = key
        for abstract in root.iter(f"{W}abstractNum"):
            link = abstract.find(f"{W}numStyleLink")
            if link is not None and link.get(f"{W}val") in links:
                self._levels[abstract.get(f"{W}abstractNumId")] = self._levels[links[link.get(f"{W}val")]]
        for number in root.iter(f"{W}num"):
            key = number.get(f"{W}numId")
            self._abstract_of[key] = number.find(f"{W}abstractNumId").get(f"{W}val")
            for override in number.findall(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[key, int(override.get(f"{W}ilvl"))] = int(start.get(f"{W}val"))

    def mark(self, paragraph: Any) -> str:
        """The number Word shows before ``paragraph`` ("" for none and for bullets); moves the count on."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        number, level = found
        abstract = self._abstract_of.get(number)
        levels = self._levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return ""
        if number not in self._begun:
            self._begun.add(number)
            for (key, at), start in self._starts.items():
                if key == number:
                    self._counts[abstract][at] = start - 1
        counts = self._counts[abstract]
        for above in range(level):
            if above in levels and above not in counts:
                counts[above] = _start(levels[above])
        counts[level] = counts.get(level, _start(levels[level]) - 1) + 1
        for below in [one for one in counts if one > level]:
            if _restarts(levels.get(below), level):
                del counts[below]
        return self._written(levels, level, counts)

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        """List and level, from the paragraph or the styles it is based on."""
        properties = paragraph.find(f"{W}pPr")
        number, level = _num_pr(properties)
        style = properties.find(f"{W}pStyle") if properties is not None else None
        key = style.get(f"{W}val") if style is not None else None
        seen: set[str] = set()
        while number is None and key in self._styles and key not in seen:
            seen.add(key)
            element = self._styles[key]
            number, of_style = _num_pr(element.find(f"{W}pPr"))
            level = of_style if level is None else level
            if number is not None and of_style is None:
                level = self._level_of_style(number, key) if level is None else level
            based = element.find(f"{W}basedOn")
            key = based.get(f"{W}val") if based is not None else None
        return None if number is None or number == "0" else (number, level or 0)

    def _level_of_style(self, number: str, style: str) -> int:
        for level, element in self._levels.get(self._abstract_of.get(number, ""), {}).items():
            bound = element.find(f"{W}pStyle")
            if bound is not None and bound.get(f"{W}val") == style:
                return level
        return 0

    @staticmethod
    def _written(levels: dict[int, Any], level: int, counts: dict[int, int]) -> str:
        pattern = levels[level].find(f"{W}lvlText")
        text = pattern.get(f"{W}val", "") if pattern is not None else ""
        own = _format(levels[level])
        if own in ("bullet", "none"):
            return ""
        plain = levels[level].find(f"{W}isLgl") is not None

        def numeral(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            form = "decimal" if plain else _format(levels.get(at, levels[level]))
            return numeral_of(counts.get(at, 1), form)

        return re.sub(r"%(\d)", numeral, text)


def numeral_of(number: int, form: str) -> str:
    """``number`` as Word writes it in the number format ``form``.

    >>> [numeral_of(12, form) for form in ("chineseCounting", "decimal", "decimalEnclosedCircle", "upperRoman")]
    ['十二', '12', '⑫', 'XII']
    """
    if form in _CHINESE:
        return chinese_ordinal(number)
    if form in _LEGAL:
        return chinese_ordinal(number).translate(_LEGAL_DIGITS)
    if form in _CIRCLED and 1 <= number <= 20:
        return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"[number - 1]
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(number))
    if form == "decimalZero":
        return f"{number:02d}"
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _numbering_root(document: Any) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


def _num_pr(properties: Any) -> tuple[str | None, int | None]:
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None, None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return (
        number.get(f"{W}val") if number is not None else None,
        int(level.get(f"{W}val")) if level is not None else None,
    )


def _format(level: Any) -> str:
    found = level.find(f"{W}numFmt")
    return "decimal" if found is None else str(found.get(f"{W}val", "decimal"))


def _start(level: Any) -> int:
    found = level.find(f"{W}start")
    return 1 if found is None else int(found.get(f"{W}val", "1"))


def _restarts(level: Any, after: int) -> bool:
    """Whether ``level`` starts again after a paragraph of level ``after`` (lvlRestart 0 means never)."""
    found = level.find(f"{W}lvlRestart") if level is not None else None
    return found is None or after < int(found.get(f"{W}val", "0"))
