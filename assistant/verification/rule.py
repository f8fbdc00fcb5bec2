"""The fitted rule (判定规则): from a comparison to the probability that the evidence supports the claim.

Two boosted forests, fitted by ``python -m training rule`` on claims written by hand and made, documents held out, and kept as
plain arrays in ``rule.npz``; no library is needed to apply them. ``plain`` asks :data:`assistant.verification.comparison.FEATURES`;
where the entailment reader gives its opinion, ``read`` asks what ``plain`` says, the opinion, and the features again.
Each way has its threshold (``corpus.fitted``). The trap: a rule fitted for other features must not be applied, so it names
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.verification.comparison import FEATURES
from corpus import fitted
from index.arrays import save_arrays
from index.entailment import Opinion

SHIPPED = Path(__file__).with_name("rule.npz")


OPINION = ("plain", "score", "fits", "fault_odds", "omitted_odds")
"""What ``read`` asks besides :data:`FEATURES`, before them."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees as flat arrays: a node's feature (-1: a leaf), threshold, children, and value in log odds; ``base`` is added."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    base: np.ndarray

    def log_odds(self, values: Sequence[float]) -> float:
        """Log odds of "supported" for one row of values."""
        total = float(self.base)
        for root in self.roots:
            node = int(root)
            while self.feature[node] >= 0:
                below = values[self.feature[node]] <= self.threshold[node]
                node = int(self.left[node] if below else self.right[node])
            total += float(self.value[node])
        return total


@dataclass(frozen=True, slots=True)
class Rule:
    """``plain`` and ``read``, and the probability at or above which a claim is supported by each (fitted numbers, not saved)."""

    plain: Forest
    read: Forest
    support: float
    support_read: float

    def probability(self, values: Sequence[float], opinion: Opinion | None = None) -> float:
        """Of "supported", in [0, 1], from one comparison's values and what the reader thinks."""
        odds = self.plain.log_odds(values)
        if opinion is not None:
            odds = self.read.log_odds((odds, *opinion_values(opinion), *values))
        return float(1 / (1 + np.exp(-odds)))

    def supports(self, probability: float, opinion: Opinion | None = None) -> bool:
        """Whether ``probability``, made with or without an opinion, is enough."""
        return probability >= (self.support if opinion is None else self.support_read)

    def save(self, path: Path) -> None:
        arrays = {f"{way}_{k}": getattr(getattr(self, way), k) for way in ("plain", "read") for k in Forest.__slots__}
        save_arrays(
            path,
            names=np.array((*OPINION, *FEATURES)),
            **arrays,
        )


def read(path: Path) -> Rule:
    """A rule from its file.

    Raises:
        ValueError: it was fitted for other features.
    """
    with np.load(path, allow_pickle=False) as kept:
        if tuple(map(str, kept["names"])) != (*OPINION, *FEATURES):
            raise ValueError(f"判定规则 {path} 与程序不是同一版本，请重新拟合")
        ways = [Forest(**{k: kept[f"{way}_{k}"] for k in Forest.__slots__}) for way in ("plain", "read")]
        return Rule(ways[0], ways[1], fitted.number("rule.support"), fitted.number("rule.support_read"))


def opinion_values(opinion: Opinion) -> tuple[float, float, float, float]:
    """An opinion as :data:`OPINION` names it; fits kept within 8 either way."""
    return opinion.score, max(-8.0, min(8.0, opinion.fits)), opinion.fault_odds, opinion.omitted_odds


@cache
def shipped_rule() -> Rule:
    """The rule that ships, one a process."""
    return read(SHIPPED)
