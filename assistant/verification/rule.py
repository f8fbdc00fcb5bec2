"""The fitted rule (判定规则): from a comparison to the probability that the evidence supports the claim.

Boosted trees over :data:`assistant.verification.comparison.FEATURES`, fitted by ``python -m evals rule`` on claims
written by hand, documents held out, and kept as plain arrays in ``rule.npz``; no library is needed to apply them. Where
the entailment reader gives its opinion, one line weighs it beside what the trees say, but it never turns a no of the trees
into a yes; without it the trees decide alone.
Each way has its threshold, kept beside them. The trap: a rule fitted for other features must not be applied, so it names
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.verification.comparison import FEATURES
from index.entailment import Opinion

SHIPPED = Path(__file__).with_name("rule.npz")


@dataclass(frozen=True, slots=True)
class Rule:
    """Trees as flat arrays: a node's feature (-1: a leaf), threshold, children, and value in log odds.

    ``support``: a claim is supported at this probability or above. ``mix`` ``(6,)`` is the line where there is an opinion
    (constant, then the weights of the trees and of :func:`opinion_values`), ``support_read`` the threshold there.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    base: float
    support: float
    mix: np.ndarray
    support_read: float

    def log_odds(self, values: Sequence[float]) -> float:
        """Log odds of "supported" for one comparison's values."""
        total = self.base
        for root in self.roots:
            node = int(root)
            while self.feature[node] >= 0:
                below = values[self.feature[node]] <= self.threshold[node]
                node = int(self.left[node] if below else self.right[node])
            total += float(self.value[node])
        return total

    def probability(self, values: Sequence[float], opinion: Opinion | None = None) -> float:
        """Of "supported", in [0, 1], from one comparison's values and what the reader thinks."""
        odds = self.log_odds(values)
        if opinion is not None:
            odds = mixed(self.mix, np.array([[odds, *opinion_values(opinion)]]))[0]
        return float(1 / (1 + np.exp(-odds)))

    def supports(self, probability: float, opinion: Opinion | None = None) -> bool:
        """Whether ``probability``, made with or without an opinion, is enough."""
        return probability >= (self.support if opinion is None else self.support_read)

    def save(self, path: Path) -> None:
        np.savez_compressed(path, names=np.array(FEATURES), **{k: getattr(self, k) for k in self.__slots__})  # type: ignore[arg-type, unused-ignore]


def read(path: Path) -> Rule:
    """A rule from its file.

    Raises:
        ValueError: it was fitted for other features.
    """
    with np.load(path, allow_pickle=False) as kept:
        if tuple(map(str, kept["names"])) != FEATURES:
            raise ValueError(f"判定规则 {path} 与程序不是同一版本，请重新拟合")
        arrays: dict[str, Any] = {k: kept[k] for k in Rule.__slots__}
    numbers = {k: float(v) for k, v in arrays.items() if not v.ndim}
    return Rule(**{**arrays, **numbers})


def mixed(mix: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Log odds ``(n,)`` from the trees' and an opinion's values, ``(n, 5)``."""
    trees, odds = columns[:, 0], mix[0] + columns @ mix[1:]
    return np.asarray(np.where(trees < 0, np.minimum(trees, odds), odds))


def opinion_values(opinion: Opinion) -> tuple[float, float, float, float]:
    """An opinion as the line weighs it; fits kept within 8 either way."""
    return opinion.score, max(-8.0, min(8.0, opinion.fits)), opinion.fault_odds, opinion.omitted_odds


@cache
def shipped_rule() -> Rule:
    """The rule that ships, one a process."""
    return read(SHIPPED)
