"""Amounts of one measure in whatever units (同量异写): 48小时 is 2天, 四分之一 is 25% (``[[amounts]]`` of ``lexicon/alike.toml``).

Apart from :mod:`corpus.numerals`, which brings spellings of one figure to one value and leaves its unit alone. The trap: a unit
of time also names a date (2024年, 6月), so a year of the calendar is no amount; 工作日 is no 天.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from corpus.grammar import form
from corpus.numerals import Value, find_values

_FILE = Path(__file__).parent / "lexicon" / "alike.toml"
_FIRST_YEAR = 1900
_SHARE = "%"
_INTERVAL = form("states.interval")
_MONTHS = {"月": "个月", "年度": "年"}
"""How a unit is written behind 每, and what it is behind a number."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: how many of the smallest each of its ``units`` is; pairs of texts that state the same amount and do not."""

    means: str
    units: dict[str, Fraction]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure of the lexicon, in its order."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))["amounts"]
    return tuple(
        Measure(m["means"], {u: Fraction(n) for u, n in m["units"].items()}, tuple(m["yes"]), tuple(m["no"]))
        for m in read
    )


def amounts_of(value: Value) -> frozenset[tuple[str, Fraction]]:
    """What ``value`` amounts to by each measure that has its unit: the measure and how many of its smallest unit.

    >>> amounts_of(find_values("48小时")[0]) == amounts_of(find_values("两天")[0]), len(amounts_of(find_values("2024年")[0]))
    (True, 0)
    """
    number = value.canonical.removesuffix(_SHARE)
    unit = value.unit if number == value.canonical else _SHARE
    try:
        amount = Fraction(number)
    except ValueError:  # ‰, 个百分点
        return frozenset()
    if "/" in number:
        unit, amount = _SHARE, amount * 100
    if amount >= _FIRST_YEAR:
        return frozenset()
    return frozenset((m.means, amount * m.units[unit]) for m in measures() if unit in m.units)


def interval(text: str) -> tuple[str, Fraction] | None:
    """The one interval at which ``text`` has something done (每半年一次, 每3年复审), as :func:`amounts_of` gives it; None where it
    states none or several.

    >>> interval("每半年至少清洗一次") == interval("每6个月清洗一次"), interval("每人补助3年"), interval("每年或者每月一次")
    (True, None, None)
    """
    found = set()
    for match in _INTERVAL.finditer(text):
        unit = _MONTHS.get(match["unit"], match["unit"])
        found |= {amount for value in find_values(f"{match['number'] or '1'}{unit}") for amount in amounts_of(value)}
    return found.pop() if len(found) == 1 else None


def as_written(value: Value, text: str) -> str:
    """The figure with its unit, as it stands in ``text``."""
    unit = value.unit if text.startswith(value.unit, value.span.end) else ""
    return f"{text[value.span.start : value.span.end]}{unit}"


def stated_otherwise(text: str, ground: str) -> dict[str, str]:
    """The figures of ``text`` that ``ground`` states only in other units: canonical value, and how ``ground`` writes it.

    >>> stated_otherwise("保存36个月，罚1.1倍", "保存不少于三年；罚110%")
    {'36': '三年', '1.1': '110%'}
    >>> stated_otherwise("保存3个月", "保存三年")
    {}
    """
    there = [(amounts_of(v), v) for v in find_values(ground)]
    stated = {v.canonical for _, v in there}
    found: dict[str, str] = {}
    for value in find_values(text):
        if value.canonical in stated:
            continue
        mine = amounts_of(value)
        other = next((v for amounts, v in there if mine & amounts), None)
        if other is not None:
            found[value.canonical] = as_written(other, ground)
    return found
