"""Other wordings of a claim that say the same (另一说法), each with the probability from which it counts.

A claim that is not supported as it stands is tried in these, because the reader was trained on the language of notices. The trap:
each try is one more chance for a false claim, so only what is equal by a rule is tried, and what merely moves words must be surer.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.verification import restating
from assistant.verification.checks import RESTS, pair
from corpus import fitted
from corpus.facts import facts_of

_REWORDED = fitted.number("verification.alternatives.reworded")
"""Probability from which a claim is supported in an order, or with a 应当, that is not its own: a false one may gain by it too."""


def wordings(claim: str, texts: Sequence[str]) -> list[tuple[str, float]]:
    """Each other wording of ``claim``, which rests on ``texts``, and the probability at or above which it is supported.

    >>> wordings("各地应当推进数据治理。", ["各地推进数据治理。"])
    [('各地推进数据治理。', 0.9)]
    """
    found = [(other, 0.0) for other in restating.equals(claim)]
    if (bare := restating.plain(claim)) and _told_plainly(claim, texts):
        found.append((bare, _REWORDED))
    return [*found, *((other, _REWORDED) for other in restating.reordered(claim))]


def _told_plainly(claim: str, texts: Sequence[str]) -> bool:
    """Whether the source's clauses have no word of duty where ``claim`` has 应当, and no softer one beside them."""
    pairs = [p for p in pair(claim, texts) if facts_of(p.claim).names("duty")]
    return bool(pairs) and all(
        p.share >= RESTS
        and not facts_of(p.source).names("duty")
        and not any(facts_of(c).names("duty") - {"must"} for c in p.near)
        for p in pairs
    )
