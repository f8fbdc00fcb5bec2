"""Clauses of a claim that follow from the rest of it or from what its source does not state (可推出的分句).

"63岁属于这一档" stands in no notice, nor does "没有写具体金额": both are derived, from an age and the one range of ages the claim
itself gives, and from the kinds of value the cited words have. Such a clause is taken off; what is left has to be proved as ever.
The trap: a clause that does not follow stays, so that it is judged, and dropped, as any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.retrieval.matching import bigrams
from corpus import fitted
from corpus.grammar import form
from corpus.numerals import canonical_values, find_values, whole_number
from corpus.text import fold
from corpus.wordlists import units

_RANGE, _BOUND, _SPAN = form("clause.age_range"), form("clause.age_bound"), form("claim.age_span")
_IN_CASE, _SILENT, _SAYS_ONLY = form("claim.in_case"), form("claim.silent_on"), form("claim.says_only")
_AND_NOT, _NOT_BUT = form("claim.and_not"), form("claim.not_but")
_OTHER, _ELSEWHERE = form("claim.other_kind"), form("claim.elsewhere")
_OF_AGE, _AGE_STATED = form("claim.of_age"), form("claim.age_stated")
_SPOKEN = fitted.number("verification.derived.spoken")
_SHARES, _MONEY, _TIMES = ("%", "‰"), units("money"), units("lasting") | {"年", "月", "日"}
_LEAST = 6
"""Characters that must be left of a claim for something to be proved."""


def without_derived(claim: str, passages: Sequence[str]) -> str:
    """``claim`` without the clauses that follow, an age told as the range that holds it.

    >>> without_derived("满60周岁不满65周岁的半价，63岁属于这一档。", []), without_derived("满60周岁不满65周岁的半价，66岁属于这一档。", [])
    ('满60周岁不满65周岁的半价。', '满60周岁不满65周岁的半价，66岁属于这一档。')
    >>> without_derived("第三条没有写具体金额，只要求公示。", ["医院应当公示价格。"])
    '第三条要求公示。'
    """
    return with_range(_without_case(_without_silence(claim, passages)), passages)


def with_range(claim: str, passages: Sequence[str]) -> str:
    """``claim`` with the range of ages in the place of one age that only that range of ``passages`` holds.

    >>> source = ["年满60周岁不满65周岁的老年人半价。65周岁以上老年人免费。"]
    >>> with_range("62岁的老人半价。", source), with_range("70岁老人免费。", source), with_range("50岁的人半价。", source)
    ('年满60周岁不满65周岁的老人半价。', '65周岁以上老人免费。', '50岁的人半价。')
    """
    ages = list(_OF_AGE.finditer(claim))
    text = "\n".join(passages)
    if len(ages) != 1 or ages[0]["n"] in canonical_values(text):
        return claim
    age, found = int(ages[0]["n"]), set[str]()
    for stated in _AGE_STATED.finditer(fold(text)):
        low = whole_number(stated["low"] or stated["least"] or stated["full"])
        high = whole_number(stated["high"]) if stated["high"] else age + 1
        if low <= age < high:
            found.add(stated.group())
    return f"{claim[: ages[0].start()]}{found.pop()}{claim[ages[0].end() :]}" if len(found) == 1 else claim


def without_contrast(claim: str, passages: Sequence[str]) -> str:
    """``claim`` without what it sets beside the matter only to deny it (不是别的价格), where ``passages`` do not speak of that.

    >>> source = ["第三条 按实际购进价销售。"]
    >>> without_contrast("按实际购进价销售，不是别的价格。", source), without_contrast("按市场价，不是按实际购进价。", source)
    ('按实际购进价销售。', '按市场价，不是按实际购进价。')
    """
    there = frozenset().union(*(bigrams(p) for p in passages))
    for found in (*_AND_NOT.finditer(claim), *_NOT_BUT.finditer(claim)):
        other = bigrams(found["other"])
        if _OTHER.match(found["other"]) or len(other & there) <= _SPOKEN * len(other):
            rest = f"{claim[: found.start()]}{claim[found.end() :]}"
            return rest if len(rest) >= _LEAST else claim
    elsewhere = _ELSEWHERE.search(claim)
    return f"{claim[: elsewhere.start()]}{claim[elsewhere.end() :]}" if elsewhere else claim


def _without_case(claim: str) -> str:
    """Without what is said of one age that the only range of the rest holds, or (不在) does not hold."""
    for found in _IN_CASE.finditer(claim):
        rest = f"{claim[: found.start()]}{claim[found.end() :]}"
        inside = _holds(rest, whole_number(found["n"]))
        if len(rest) >= _LEAST and inside is not None and inside == (found["not"] is None):
            return rest.lstrip("，,；;")
    return claim


def _holds(text: str, age: int) -> bool | None:
    """Whether the one range or bound of ages in ``text`` holds ``age``, None where it has none or several."""
    spans: list[tuple[int, float]] = [
        (whole_number(m["low"]), whole_number(m["high"]) - 1) for m in _SPAN.finditer(text)
    ]
    spans += [(whole_number(m["low"]), whole_number(m["high"])) for m in _RANGE.finditer(text)]
    if not spans:
        for m in _BOUND.finditer(text):
            limit = whole_number(m["n"])
            spans.append((limit, float("inf")) if "上" in m["side"] else (0, limit))
    return spans[0][0] <= age <= spans[0][1] if len(set(spans)) == 1 else None


def _without_silence(claim: str, passages: Sequence[str]) -> str:
    """Without 没有写具体金额 where no sum stands in ``passages``, and without the 只 of 只规定 that comes with it."""
    found = _SILENT.search(claim)
    if found is None or not passages or _states(found, passages):
        return claim
    behind = claim[found.end() :]
    only = _SAYS_ONLY.match(behind)
    behind = f"{only['says']}{behind[only.end() :]}" if only else behind.lstrip("，,")
    rest = f"{claim[: found.start()]}{behind}"
    return rest if len(rest) >= _LEAST and behind.strip("。；; ") else claim


def _states(found: re.Match[str], passages: Sequence[str]) -> bool:
    """Whether ``passages`` have a value of the kind that the claim says is not there."""
    values = [v for p in passages for v in find_values(fold(p))]
    if found["share"]:
        return any(v.canonical.endswith(_SHARES) for v in values)
    if found["money"]:
        return any(v.unit in _MONEY for v in values)
    return any(v.unit in _TIMES for v in values)
