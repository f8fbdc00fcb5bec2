"""What follows from proved sentences (归纳): same or different, more or less, how many, a sum, yes or no.

A conclusion stands in no notice, so the gate would drop it; here it is derived from the sentences of the same answer that
were proved, or not at all. Figures are compared as values, items are counted, duties read. The trap: a conclusion may
bring nothing of its own: whatever else it says must stand in those sentences too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import corpus
from assistant.retrieval.matching import bigrams
from assistant.verification.comparison import words_of
from assistant.verification.restating import bare
from corpus import fitted
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numerals import chinese_number, find_values
from corpus.text import fold

_FILE = Path(corpus.__file__).parent / "lexicon" / "conclusions.toml"
_OWN = fitted.number("verification.conclusions.own")


@dataclass(frozen=True, slots=True)
class ConclusionClass:
    """One class of concluding words with its examples."""

    name: str
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@lru_cache(maxsize=1)
def conclusion_classes() -> tuple[ConclusionClass, ...]:
    """Every class of the lexicon, in its order."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))["class"]
    return tuple(
        ConclusionClass(c["name"], re.compile("|".join(c["patterns"])), tuple(c["yes"]), tuple(c["no"])) for c in raw
    )


def kinds_of(sentence: str) -> frozenset[str]:
    """Which conclusions ``sentence`` draws.

    >>> sorted(kinds_of("两地的规定不一样。"))
    ['different']
    """
    text = sentence.strip()
    return frozenset(c.name for c in conclusion_classes() if c.pattern.search(text))


def follows(sentence: str, proved: Sequence[str], *, items: int = 0) -> bool:
    """Whether ``sentence`` is a conclusion that follows from the ``proved`` sentences.

    Args:
        proved: sentences of the same answer that passed the gate, in order.
        items: how many list items of the answer passed.
    """
    kinds = kinds_of(sentence)
    if not kinds or not proved or not _brings_nothing(sentence, proved, kinds):
        return False
    return all(_holds(kind, sentence, proved, items) for kind in kinds)


def _brings_nothing(sentence: str, proved: Sequence[str], kinds: frozenset[str]) -> bool:
    """Its figures stand in the proved sentences (but a count or sum), and most of its words do."""
    text = bare(fold(sentence))[0]
    for entry in conclusion_classes():
        text = entry.pattern.sub("", text)
    ground = " ".join(proved)
    if not kinds & {"count", "sum", "longer", "shorter"}:
        there = {v.canonical for v in find_values(ground)}
        if any(v.canonical not in there for v in find_values(text)):
            return False
    grams = bigrams(text)
    if len(grams) < 3 or len(grams & bigrams(ground)) >= _OWN * len(grams):
        return True
    for value in reversed(find_values(text)):
        text = text[: value.span.start] + text[value.span.end :].removeprefix(value.unit)
    words, whole = words_of(text), fold(ground)
    return bool(words) and sum(w in whole for w in words) >= _OWN * len(words)


def _holds(kind: str, sentence: str, proved: Sequence[str], items: int) -> bool:
    if kind in ("same", "different", "more", "less"):
        return _compared(kind, sentence, proved)
    if kind == "count":
        stated = [int(v.canonical) for v in find_values(sentence) if v.canonical.isdigit()]
        stated = stated or [
            int(n)
            for m in re.findall(r"[一二三四五六七八九十]+(?=[项条类种点款份个])", sentence)
            if (n := chinese_number(m))
        ]
        return bool(stated) and stated[0] in (items, len(proved))
    if kind == "sum":
        return _summed(sentence, proved)
    if kind in ("longer", "shorter"):
        return _apart(kind, sentence, proved)
    duties = facts_of(proved[-1]).names("duty")
    if kind == "cannot":
        return "forbid" in duties
    return bool(duties) and "forbid" not in duties


def _figures(sentence: str) -> dict[str, Decimal]:
    """The first figure of each sort (percent or by unit)."""
    found: dict[str, Decimal] = {}
    for value in find_values(sentence):
        sort = "%" if value.canonical.endswith("%") else value.unit
        try:
            found.setdefault(sort, Decimal(value.canonical.rstrip("%‰")))
        except InvalidOperation:
            continue
    return found


def _compared(kind: str, sentence: str, proved: Sequence[str]) -> bool:
    """The two last proved sentences that have figures of one sort, or the two last."""
    pairs = [(a, b, _figures(a).keys() & _figures(b).keys()) for a, b in pairwise(proved)]
    with_figures = [(a, b, sorted(s)) for a, b, s in pairs if s]
    if not with_figures:
        if kind == "different" and len(proved) > 1:
            left, right = facts_of(proved[-2]).names("duty"), facts_of(proved[-1]).names("duty")
            return left != right
        return False
    first, second, sorts = with_figures[-1]
    one, other = _figures(first)[sorts[0]], _figures(second)[sorts[0]]
    if kind == "same":
        return one == other
    if kind == "different":
        return one != other
    about_first = len(bigrams(sentence) & bigrams(first)) > len(bigrams(sentence) & bigrams(second))
    mine, theirs = (one, other) if about_first else (other, one)
    return mine > theirs if kind == "more" else mine < theirs


def _apart(kind: str, sentence: str, proved: Sequence[str]) -> bool:
    """Whether the figure of ``sentence`` is what the last two proved figures of its sort differ by, the right way round."""
    stated = _figures(sentence)
    for sort, difference in stated.items():
        with_sort = [(p, f[sort]) for p in proved if sort in (f := _figures(p))]
        if len(stated) != 1 or len(with_sort) < 2:
            continue
        (first, one), (second, other) = with_sort[-2:]
        before = bigrams(_THAN.split(bare(sentence)[0])[0])
        like_first, like_second = len(before & bigrams(first)), len(before & bigrams(second))
        if like_first == like_second:
            return False
        mine, theirs = (one, other) if like_first > like_second else (other, one)
        return mine - theirs == (difference if kind == "longer" else -difference)
    return False


_THAN = form("claim.than")


def _summed(sentence: str, proved: Sequence[str]) -> bool:
    parts: dict[str, Decimal] = {}
    for value in (v for p in proved for v in find_values(p)):
        sort = "%" if value.canonical.endswith("%") else value.unit
        try:
            parts[sort] = parts.get(sort, Decimal(0)) + Decimal(value.canonical.rstrip("%‰"))
        except InvalidOperation:
            continue
    total = _figures(sentence)
    return bool(total) and all(parts.get(sort) == value for sort, value in total.items())
