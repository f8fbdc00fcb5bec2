"""What the code of a document number says (发文机关代字): 国卫办 is a ministry's office, 湘政办 a province's.

Codes are composed of a place, a body and a kind of letter, so they are read as composed. A letter that several places use
(宁: 宁夏, 南京, 宁波…) decides nothing. The trap: a hospital numbers its papers too, with letters of the province (湘人医发).

Source: GB/T 9704-2012, 7.2.5 (发文字号由发文机关代字、年份、发文顺序号组成).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.grammar import form
from corpus.places import table
from corpus.regions import ABBREVIATIONS, level_of, parts_of
from corpus.types import Level

_CODE = form("code.number")


@dataclass(frozen=True, slots=True)
class Code:
    """``region`` is a path ("" national); ``issuer`` None where the code does not name one body at that level."""

    region: str
    issuer: str | None
    confidence: float


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    path = Path(__file__).parents[1] / "lexicon" / "codes.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[str, str], ...]:
    """Letters and the place they mean, longest first."""
    known: dict[str, str] = {**ABBREVIATIONS, **lexicon()["local"]["places"]}
    for zone in table().zones:
        known |= dict.fromkeys(zone.codes, zone.path)
    return tuple(sorted(known.items(), key=lambda one: -len(one[0])))


def read_code(number: str) -> Code | None:
    """What the code of a canonical document number says; None where it is not of the State or decides nothing.

    Source: GB/T 9704-2012, 7.2.5 (发文机关代字).

    >>> read_code("国卫办医政发〔2024〕21号")
    Code(region='', issuer='国家卫生健康委员会办公厅', confidence=0.95)
    >>> read_code("湘人医发〔2022〕58号") is None
    True
    """
    match = _CODE.match(number)
    if match is None:
        return None
    code = match["code"]
    national: Mapping[str, str] = lexicon()["national"]["codes"]
    for length in range(min(len(code), 8), 1, -1):
        if code[:length] in national:
            return Code("", national[code[:length]], 0.95)
    shared = lexicon()["local"]["shared"]
    for letters, path in _places():
        if not code.startswith(letters):
            continue
        if letters in shared:
            return None
        body = _body(code[len(letters) :], path)
        if body is None:
            continue
        sure = 0.8 if letters in lexicon()["local"]["mixed"] else 0.92 if body else 0.85
        return Code(path, body or None, sure)
    return None


def trimmed(number: str) -> str:
    """A number whose code was read too far to the left, cut to where a known code begins: 空间岚卫公卫 to 岚卫公卫.

    Source: GB/T 9704-2012, 7.2.5, for captures that lost the space before a number.
    """
    match = _CODE.match(number)
    if match is None:
        return number
    code = match["code"]
    for start in range(len(code) - 1):
        if read_code(number[start:]) is not None and (start == 0 or len(code) - start <= 8):
            return number[start:]
    return number


def _body(rest: str, path: str) -> str | None:
    """The body a code goes on to name: its name, "" where that varies from place to place, None where it is none."""
    bodies: Mapping[str, list[str]] = lexicon()["local"]["bodies"]
    tails: list[str] = lexicon()["local"]["tails"]
    for letters in sorted(bodies, key=len, reverse=True):
        if rest.startswith(letters):
            if not rest[len(letters) :] and len(letters) < 1:
                return None
            place = parts_of(path)[-1]
            name = bodies[letters][0 if level_of(path) is Level.PROVINCIAL else 1]
            if name and len(rest) - len(letters) > 4:
                return ""
            return name.replace("P", place)
    return "" if rest in tails and len(parts_of(path)) >= 2 else None
