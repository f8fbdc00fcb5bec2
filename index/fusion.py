"""Reciprocal-rank fusion (倒数排名融合): joins rankings whose scores cannot be compared.

Source: Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods", SIGIR 2009. Ranks count from 1, as in the paper; counting from 0 overweights the first place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], *, k: int = 60, weights: Sequence[float] | None = None
) -> list[tuple[str, float]]:
    """Fuse rankings of ids, each best first, into one; score is the weighted sum of ``1 / (k + rank)``.

    The result does not depend on the order of ``rankings`` (with their weights) and equal scores are ordered by id.
    An id repeated within one ranking counts at its best rank.

    >>> [item for item, _ in reciprocal_rank_fusion([["a", "b"], ["b", "c"]])]
    ['b', 'a', 'c']

    Raises:
        ValueError: ``k`` is negative, or ``weights`` are negative or not one a ranking.
    """
    if k < 0:
        raise ValueError(f"RRF 的 k 不能为负数，收到 {k}")
    factors = [1.0] * len(rankings) if weights is None else list(weights)
    if len(factors) != len(rankings) or any(w < 0 for w in factors):
        raise ValueError(f"weights 需为 {len(rankings)} 个非负数，收到 {factors}")
    parts: dict[str, list[float]] = {}
    for ranking, weight in zip(rankings, factors, strict=True):
        for rank, item in enumerate(dict.fromkeys(ranking), start=1):
            parts.setdefault(item, []).append(weight / (k + rank))
    # fsum is exact, so the sum is the same whichever ranking comes first.
    return sorted(((item, math.fsum(values)) for item, values in parts.items()), key=lambda pair: (-pair[1], pair[0]))
