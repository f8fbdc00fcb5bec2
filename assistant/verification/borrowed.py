"""A figure that stands in the evidence, but of another matter (借来的数): a fine, a date or a share taken from the sentence beside.

What a claim speaks of stands in one sentence, which has a figure of that sort itself, and the claim's figure stands in another that
does not speak of it: 挪作他用的，处一万元以上罚款 where the sentence on that says 五千元以上. Every word of such a claim stands somewhere,
so only the place tells. The trap: a lead-in, a row or a total also keeps its figure in another sentence, but then the sentence
that says the matter has none of that sort beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import Fault, Paired
from corpus import fitted
from corpus.alike import alike_units
from corpus.numerals import Value, find_values

_OWN = fitted.number("verification.borrowed.own")
_ELSEWHERE = fitted.number("verification.borrowed.elsewhere")
_LEAST, _BEHIND, _YEAR = 6, 2, 4
"""Characters of a clause that names a matter, how many clauses behind it may state its figure, and digits of a year."""


def borrowed_value(pairs: Sequence[Paired]) -> Fault | None:
    """The first figure of the claim that its evidence states of another matter, where it states another one of this.

    Args:
        pairs: with whole sentences, since what is read closely may have lost the figure.

    >>> from assistant.verification.checks import pair
    >>> evidence = ["将急救车挪作他用的，责令改正，处五千元以上罚款。", "车辆违法使用标志图案的，处一万元以上罚款。"]
    >>> borrowed_value(pair("急救车挪作他用的，处一万元以上罚款。", evidence)).detail
    '“急救车挪作他用的”原文写的是“五千元”，“一万元”说的是别的事'
    >>> borrowed_value(pair("急救车挪作他用的，处五千元以上罚款。", evidence))
    """
    for stated in pairs:
        values = find_values(stated.claim)
        if not values or stated.share < _OWN:
            continue
        for matter in pairs:
            if matter.sentence == stated.sentence or matter.share < _OWN or len(matter.claim) < _LEAST:
                continue
            if find_values(matter.claim) or _says(matter.claim, stated.sentence) >= _ELSEWHERE:
                continue
            around = matter.sentence[max(0, matter.at - 1) : matter.at + 1 + _BEHIND]
            theirs = [value for clause in around for value in find_values(clause)]
            if found := next(filter(None, (_instead(value, theirs) for value in values)), None):
                mine, its = found
                return Fault(
                    "borrowed",
                    f"“{matter.claim}”原文写的是“{its.text}{its.unit}”，“{mine.text}{mine.unit}”说的是别的事",
                )
    return None


def _says(clause: str, sentence: Sequence[str]) -> float:
    """How much of ``clause`` the clauses of ``sentence`` say together."""
    grams = bigrams(clause)
    return len(grams & bigrams("，".join(sentence))) / len(grams) if grams else 1.0


def _instead(value: Value, theirs: Sequence[Value]) -> tuple[Value, Value] | None:
    """``value`` and the first of ``theirs`` of its sort, where none of them is it."""
    same = [one for one in theirs if _sort(one) == _sort(value) and alike_units(one.unit, value.unit)]
    if not same or any(one.canonical == value.canonical for one in same):
        return None
    return value, same[0]


def _sort(value: Value) -> str:
    """What a figure is one of; a year (2027年) is none of a term of years (3年)."""
    if value.canonical.endswith("%"):
        return "share"
    year = value.unit == "年" and len(value.canonical) == _YEAR and value.canonical.isdigit()
    return "year" if year else "fraction" if "/" in value.canonical else "number"
