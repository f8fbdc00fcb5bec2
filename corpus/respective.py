"""Values told of several at once, cut to the one that is spoken of (逐一对应): 到2022年和2030年分别不低于60%和70%.

Which value is whose is a matter of places in a row, so words around a value do not tell it: a claim on 2030 is held against
the sentence as it reads for 2030. The trap: what is named on neither side, or on both, is left as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from corpus.contrasts import contrast_sets, mentions
from corpus.grammar import form
from corpus.numerals import Value, find_values
from corpus.text import fold
from corpus.types import Span

_YEARS, _JOIN, _EACH = form("claim.year_pair"), form("claim.value_join"), form("claim.each_its_own")
_STOPS = "，、；;,。"


def for_whom(claim: str, sentence: str) -> str:
    """``sentence`` with only those of its values told in a row that belong to the year and to the persons ``claim`` names.

    >>> for_whom("到2030年达到70%。", "到2022年和2030年，管理率分别不低于60%和70%。")
    '到2030年，管理率不低于70%。'
    >>> for_whom("居民医保每天50元。", "限额为职工医保每天105元、居民医保每天50元。")
    '限额为居民医保每天50元。'
    >>> for_whom("每天50元。", "职工医保105元、居民医保50元。")
    '职工医保105元、居民医保50元。'
    """
    return _of_members(claim, _of_years(claim, sentence))


def _of_years(claim: str, sentence: str) -> str:
    heads = list(_YEARS.finditer(sentence))
    if len(heads) != 1:
        return sentence
    (head,) = heads
    named = [n for n in ("first", "second") if f"{head[n]}年" in fold(claim)]
    values = [v for v in find_values(sentence) if not Span(*head.span()).overlaps(v.span)]
    pairs = [(a, b) for a, b in pairwise(values) if _joined(a, b, sentence)]
    if len(named) != 1 or not pairs:
        return sentence
    cuts = [(a.span.start, b.span.start) if named[0] == "second" else _second(a, b, sentence) for a, b in pairs]
    cuts += [m.span() for m in _EACH.finditer(sentence)]
    text = sentence
    for start, end in sorted(cuts, reverse=True):
        if end <= head.start() or start >= head.end():
            text = f"{text[:start]}{text[end:]}"
    return text.replace(head.group(), f"{head[named[0]]}年", 1)


def _joined(one: Value, other: Value, text: str) -> bool:
    """Whether nothing but a word that joins stands between two values of one sort."""
    same = one.canonical[-1:] == other.canonical[-1:] if "%" in (one.canonical[-1:], other.canonical[-1:]) else True
    between = text[one.span.end : other.span.start].removeprefix(other.unit)
    return same and _JOIN.fullmatch(between) is not None


def _second(one: Value, other: Value, text: str) -> tuple[int, int]:
    """Where the word that joins and the second value stand; its unit stays where the first value has none of its own."""
    behind = text[one.span.end : other.span.start]
    own = len(other.unit) if other.unit and behind.startswith(other.unit) else 0
    return one.span.end + own, other.span.end + own


def _of_members(claim: str, sentence: str) -> str:
    """Without the values of other persons and institutions than the one of a set that ``claim`` names, each named before its value."""
    sets = contrast_sets()
    said: dict[int, set[int]] = {}
    for number, member, _ in mentions(fold(claim)):
        said.setdefault(number, set()).add(member)
    parts, folded = _parts(sentence), fold(sentence)
    if len(folded) != len(sentence) or len(parts) < 2:
        return sentence
    there = mentions(folded)
    for number, members in said.items():
        if len(members) != 1 or sets[number].kind != "subject":
            continue
        told = [
            (part, [(m, s) for n, m, s in there if n == number and part.contains(s)], find_values(part.of(sentence)))
            for part in parts
        ]
        row = [
            (part, ms[0])
            for part, ms, values in told
            if len(ms) == 1 and values and ms[0][1].end <= part.start + values[0].span.start
        ]
        own = [part for part, (member, _) in row if member in members]
        others = [(part, span) for part, (member, span) in row if member not in members]
        if (
            len(own) == 1
            and others
            and len(row) == len([p for p, ms, _ in told if ms])
            and all(_neighbours([*(p for p, _ in others), *own]))
        ):
            for part, span in sorted(others, key=lambda o: o[0].start, reverse=True):
                sentence = f"{sentence[: span.start]}{sentence[part.end :]}"
            return sentence
    return sentence


def _neighbours(parts: Sequence[Span]) -> list[bool]:
    return [a.end == b.start for a, b in pairwise(sorted(parts, key=lambda p: p.start))]


def _parts(sentence: str) -> list[Span]:
    """Stretches up to a comma, a semicolon or 、, these with them."""
    cuts = [0, *(n + 1 for n, c in enumerate(sentence) if c in _STOPS), len(sentence)]
    return [Span(a, b) for a, b in pairwise(cuts) if b > a]
