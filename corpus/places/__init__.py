"""The table of places (行政区划表): divisions as of 2026-09, their former names, and zones with a government of their own.

Data only, read once: ``divisions.txt``, ``former.txt``, ``zones.toml``, ``words.txt``. How names are found in text is
:mod:`corpus.regions`. The trap: the depth of a path is not its level; 湖北省/仙桃市 and 重庆市/石柱土家族自治县 are counties
that hang from the province.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.types import Level

_HERE = Path(__file__).parent
_DEPTH = (Level.PROVINCIAL, Level.MUNICIPAL, Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Zone:
    """A place outside the table that has an administration of its own; ``covers`` are divisions it governs."""

    path: str
    level: Level
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """``levels`` holds every current path; ``former`` the present path of names no longer used (several may share one)."""

    levels: Mapping[str, Level]
    former: Mapping[str, tuple[str, ...]]
    zones: tuple[Zone, ...]
    below: Mapping[str, Any]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, read once (some 5 ms)."""
    levels = dict(_divisions())
    plain = tomllib.loads((_HERE / "zones.toml").read_text(encoding="utf-8"))
    zones = tuple(
        Zone(z["path"], Level(z["level"]), tuple(z["names"]), tuple(z.get("codes", ())), tuple(z.get("covers", ())))
        for z in plain["zone"]
    )
    former: dict[str, tuple[str, ...]] = {}
    for line in _lines("former.txt"):
        name, _, path = line.split("\t")
        former[name] = (*former.get(name, ()), path)
    return Table(levels, former, zones, plain["below"])


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Common two-character words that a short name of a place may straddle."""
    return frozenset(" ".join(_lines("words.txt")).split())


def _divisions() -> Iterator[tuple[str, Level]]:
    above: list[str] = []
    for line in _lines("divisions.txt"):
        name = line.lstrip(" -")
        depth = len(line) - len(line.lstrip(" "))
        direct = line.startswith(" -")
        above = [*above[: 1 if direct else depth], name]
        yield "/".join(above), Level.COUNTY if direct else _DEPTH[depth]


def _lines(name: str) -> list[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
