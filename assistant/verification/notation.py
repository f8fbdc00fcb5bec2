"""A claim in the notation of its evidence (同一写法): figures, units and bounds as the evidence writes them.

A reader that knows no figures takes 百分之八十 for a fault beside 80%, 75%以上 beside 不低于75%, 60秒 beside 一分钟. What is rewritten here
was found to be the same by value and class; nothing else changes. The trap: what is only alike (更高的下限) must stay, or a false
claim is read as its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpus.amounts import as_written, stated_otherwise
from corpus.facts import Figure, facts_of
from corpus.grammar import form
from corpus.numerals import canonical_values, find_values
from corpus.text import fold

_WORD = 2
_REACHES = form("claim.reaches")


def same_notation(claim: str, texts: Sequence[str], known: str = "") -> str:
    """``claim`` with its figures and bounds written as the evidence writes them (百分之八十 as 80%, 至少 as 不少于), for a
    reader that knows no figures.

    A year that only ``known`` states (this notice's own) is left out where the evidence says 年内 or nothing.
    """
    for canonical, other in stated_otherwise(claim, "\n".join(texts)).items():
        mine = next(v for v in find_values(claim) if v.canonical == canonical)
        claim = f"{claim[: mine.span.start]}{other}{claim[mine.span.start + len(as_written(mine, claim)) :]}"
    claim = _same_bounds(claim, texts)
    there: dict[str, str] = {}
    for text in texts:
        there.update({v.canonical: v.text for v in find_values(text)})
    outside = canonical_values(known)
    for value in reversed(find_values(claim)):
        start, end = value.span.start, value.span.end
        if value.canonical in there:
            other = there[value.canonical]
            if other != value.text and (other[-1:] in "%‰") == (value.canonical[-1:] in "%‰"):
                claim = claim[:start] + other + claim[end:]
                end = start + len(other)
            behind = claim[end + 1 : end + 3]  # 90%的比例 where the evidence has 90%比例
            if claim[end : end + 1] == "的" and len(behind) == _WORD and any(f"{other}{behind}" in t for t in texts):
                claim = claim[:end] + claim[end + 1 :]
        elif value.unit == "年" and value.canonical in outside and claim[end : end + 1] == "年":
            claim = claim[:start] + claim[end if claim[end + 1 : end + 2] in "内底末" else end + 1 :]
    return claim


def _same_bounds(claim: str, texts: Sequence[str]) -> str:
    """``claim`` with a bound before or behind a figure as the evidence words it there, where both are of one class.

    >>> _same_bounds("住院率要达到75%以上。", ["住院率不低于75%。"]), _same_bounds("不少于2名医师。", ["2名以上医师。"])
    ('住院率不低于75%。', '2名以上医师。')
    """
    if len(fold(claim)) != len(claim):
        return claim
    there = {(f.canonical, f.bound): pair for t in texts for f, *pair in _bounded(t) if any(pair)}
    for figure, before, behind in reversed(_bounded(fold(claim))):
        other = there.get((figure.canonical, figure.bound))
        if other is None or [before, behind] == other or not (before or behind):
            continue
        end = figure.span.end + (len(figure.unit) if claim.startswith(figure.unit, figure.span.end) else 0)
        head, tail = claim[: figure.span.start - len(before)], claim[end + len(behind) :]
        if other[0]:
            head = _REACHES.sub("", head)
        claim = f"{head}{other[0]}{claim[figure.span.start : end]}{other[1]}{tail}"
    return claim


@lru_cache(maxsize=8192)
def _bounded(text: str) -> tuple[tuple[Figure, str, str], ...]:
    """Each figure with the word right before it that bounds it and the one right behind it and its unit, "" where none does."""
    facts = facts_of(text)
    found = []
    for figure in facts.figures:
        words = [w for w in facts.of("bound") if w.name == figure.bound]
        end = figure.span.end + (len(figure.unit) if facts.text.startswith(figure.unit, figure.span.end) else 0)
        before = [w.text for w in words if w.span.end == figure.span.start]
        behind = [w.text for w in words if w.span.start == end]
        found.append((figure, before[-1] if before else "", "" if before else behind[0] if behind else ""))
    return tuple(found)
