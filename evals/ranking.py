"""Ranking measures over evidence: at which rank each gold quote is retrieved, and recall@k, RR, nDCG@10 from that.

A gold quote counts as retrieved at the first rank whose text holds at least 90 % of it and is of the same notice.
RR and nDCG@10 are computed by ir_measures (MacAvaney et al., ECIR 2022) over texts: a text is relevant where it is the
first to hold some gold quote, graded by how many. Recall is over quotes, because one text may hold several: where every
text holds at most one it equals the package's R@k, and a test says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from evals.matching import coverage
from evals.types import Question, Retrieved

HELD = 0.9
CUTOFFS = (1, 5, 10)
DEPTH = 10


def evidence_ranks(question: Question, retrieved: Sequence[Retrieved]) -> tuple[int | None, ...]:
    """For each gold quote the rank, from 1, of the first text that holds it; None where none does."""
    ranks: list[int | None] = []
    for gold in question.evidence:
        rank = None
        for position, found in enumerate(retrieved, start=1):
            if found.notice == gold.key and coverage(gold.quote, found.text) >= HELD:
                rank = position
                break
        ranks.append(rank)
    return tuple(ranks)


@lru_cache(maxsize=4096)
def rank_measures(ranks: tuple[int | None, ...]) -> dict[str, float]:
    """``recall@1``, ``recall@5``, ``recall@10``, ``rr@10`` and ``ndcg@10`` of gold quotes found at ``ranks``.

    Args:
        ranks: one entry a gold quote; at least one.

    >>> rank_measures((1, 1, None))["recall@5"]
    0.6666666666666666
    """
    values = {f"recall@{k}": sum(r is not None and r <= k for r in ranks) / len(ranks) for k in CUTOFFS}
    qrels: dict[str, int] = {}
    for number, rank in enumerate(ranks):
        text = f"text{rank}" if rank is not None and rank <= DEPTH else f"missed{number}"
        qrels[text] = qrels.get(text, 0) + 1
    values |= package_measures({"q": qrels}, {"q": {f"text{r}": float(DEPTH - r) for r in range(1, DEPTH + 1)}})
    return values


def package_measures(qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> dict[str, float]:
    """``rr@10`` and ``ndcg@10`` by ir_measures; ``qrels`` and ``run`` are ``{query: {text: grade or score}}``."""
    import ir_measures
    from ir_measures import RR, nDCG

    found = ir_measures.calc_aggregate([RR @ DEPTH, nDCG @ DEPTH], qrels, run)
    return {"rr@10": float(found[RR @ DEPTH]), "ndcg@10": float(found[nDCG @ DEPTH])}
