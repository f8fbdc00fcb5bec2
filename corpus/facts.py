"""Typed facts of a sentence (句中事实): figures with bound and head, dates with side, duty, polarity, condition, exception.

Read once from the words of ``lexicon/limits.toml`` and compared class by class; nothing later reads the sentence again.
A fact belongs to the clause it stands in. The trap: a bound said once before a list (不少于60个国家级、300个省级) holds for
every figure of the list, so a figure without a bound of its own takes the one said before it in its clause.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.numerals import Value, find_values
from corpus.text import fold
from corpus.types import Span
from corpus.wordlists import units

_FILE = Path(__file__).parent / "lexicon" / "limits.toml"
_CLAUSE_END = re.compile(r"[,;。!?:\n]")
_UNITS_OF_TIME = units("lasting") | {"年", "月", "日", "季度"}
_REACH = 8


@dataclass(frozen=True, slots=True)
class LimitClass:
    """One class of limiting words with its examples."""

    kind: str
    name: str
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A limiting word found: its class, and where in the folded text."""

    kind: str
    name: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: ``canonical`` value and unit, ``bound`` (least, most, about or ""), ``side`` of a date, ``head`` before it."""

    canonical: str
    unit: str
    bound: str
    side: str
    head: str
    span: Span


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states, offsets into its folded form."""

    text: str
    figures: tuple[Figure, ...]
    words: tuple[Word, ...]

    def names(self, kind: str) -> frozenset[str]:
        """Names of the classes of one kind that stand in the text."""
        return frozenset(w.name for w in self.words if w.kind == kind)

    def of(self, kind: str) -> tuple[Word, ...]:
        return tuple(w for w in self.words if w.kind == kind)

    def bounds_behind(self, figure: Figure) -> tuple[Word, ...]:
        """The bounds that stand right behind a figure, past its unit (1万元以上).

        >>> facts = facts_of("床位60张以上，不超过5天")
        >>> [[w.span.of(facts.text) for w in facts.bounds_behind(f)] for f in facts.figures]
        [['以上'], []]
        """
        return tuple(w for w in self.of("bound") if 0 <= w.span.start - figure.span.end <= len(figure.unit) + 1)


@lru_cache(maxsize=1)
def limit_classes() -> tuple[LimitClass, ...]:
    """Every class of the lexicon, in its order."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))["class"]
    return tuple(
        LimitClass(c["kind"], c["name"], re.compile("|".join(c["patterns"])), tuple(c["yes"]), tuple(c["no"]))
        for c in raw
    )


@lru_cache(maxsize=16384)
def facts_of(text: str) -> Facts:
    """The typed facts of a clause or sentence.

    >>> [(f.canonical, f.bound) for f in facts_of("床位不少于60张，约3万人").figures]
    [('60', 'least'), ('30000', 'about')]
    >>> sorted(facts_of("符合条件的可以申请").names("duty"))
    ['may']
    """
    folded = fold(text)
    words = tuple(
        Word(c.kind, c.name, m.group(), Span(*m.span()))
        for c in limit_classes()
        for m in c.pattern.finditer(folded)
        if m.group()
    )
    return Facts(folded, tuple(_figure(folded, v, words) for v in find_values(folded)), words)


def _figure(text: str, value: Value, words: tuple[Word, ...]) -> Figure:
    start = max((m.end() for m in _CLAUSE_END.finditer(text, 0, value.span.start)), default=0)
    stop = _CLAUSE_END.search(text, value.span.end)
    end = stop.start() if stop else len(text)
    bound = _nearest(words, "bound", value, start, end)
    side = (
        _nearest(words, "side", value, start, end) if value.unit in _UNITS_OF_TIME or is_year(value.canonical) else ""
    )
    return Figure(
        value.canonical, value.unit, bound, side, text[max(start, value.span.start - 14) : value.span.start], value.span
    )


def is_year(canonical: str) -> bool:
    """Whether a value is read as a year."""
    return canonical.isdigit() and 1949 <= int(canonical) <= 2100


def _nearest(words: tuple[Word, ...], kind: str, value: Value, start: int, end: int) -> str:
    """The class right behind the figure, else the last before it in its clause."""
    behind = [
        w for w in words if w.kind == kind and value.span.end <= w.span.start <= min(end, value.span.end + _REACH)
    ]
    before = [w for w in words if w.kind == kind and start <= w.span.start and w.span.end <= value.span.start]
    close = [w for w in before if value.span.start - w.span.end <= 3]
    if kind == "side" and behind:
        return min(behind, key=lambda w: w.span.start).name
    if close:
        return max(close, key=lambda w: w.span.end).name
    if behind:
        return min(behind, key=lambda w: w.span.start).name
    return max(before, key=lambda w: w.span.end).name if before else ""
