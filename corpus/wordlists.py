"""Word lists kept as data (``corpus/lexicon/*.toml``), each entry with examples it must and must not hold for.

It stands alone so that rules read their words from files a domain expert can check, and one test runs every example.
The trap: lists are matched as plain text, not as patterns; only "…" is special and stands for any words between.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).parent / "lexicon"


@dataclass(frozen=True, slots=True)
class Entry:
    """One list: its ``name``, its words (each a tuple of parts that must follow one another), and the examples."""

    name: str
    words: tuple[tuple[str, ...], ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def holds(self, text: str) -> bool:
        """Whether one of the words stands in ``text``."""
        return any(_stands(parts, text) for parts in self.words)

    def opens(self, text: str) -> bool:
        """Whether ``text`` begins with one of the words."""
        return any(text.startswith(parts[0]) and _stands(parts, text) for parts in self.words)


@cache
def wordlist(name: str) -> Entry:
    """The list ``name`` of ``lexicon/wordlists.toml``.

    Raises:
        KeyError: there is no such list.
    """
    return _all()[name]


@dataclass(frozen=True, slots=True)
class Measure:
    """One class of measure words (量词): what a figure with one of ``units`` behind it is, and the examples."""

    name: str
    units: frozenset[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


def units(name: str) -> frozenset[str]:
    """The measure words of class ``name`` of ``lexicon/measures.toml``.

    Raises:
        KeyError: there is no such class.

    >>> "岁" in units("age"), "天" in units("age")
    (True, False)
    """
    return measures()[name].units


@cache
def measures() -> dict[str, Measure]:
    """Every class of measure words, by name."""
    raw = tomllib.loads((LEXICON / "measures.toml").read_text(encoding="utf-8"))
    return {
        name: Measure(name, frozenset(one["units"]), tuple(one["yes"]), tuple(one["no"])) for name, one in raw.items()
    }


@cache
def _all() -> dict[str, Entry]:
    raw = tomllib.loads((LEXICON / "wordlists.toml").read_text(encoding="utf-8"))
    return {
        one["list"]: Entry(
            one["list"], tuple(tuple(word.split("…")) for word in one["words"]), tuple(one["yes"]), tuple(one["no"])
        )
        for one in raw["entry"]
    }


def _stands(parts: tuple[str, ...], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
