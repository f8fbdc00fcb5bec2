"""The fitted rule (判定规则): from a comparison to the probability that the evidence supports the claim.

Boosted trees over :data:`assistant.verification.comparison.FEATURES`, fitted by ``python -m evals entailment`` on claims
written by hand, documents held out, and kept as plain arrays in ``rule.npz``; no library is needed to apply them. The
thresholds are kept beside them. The trap: a rule fitted for other features must not be applied, so it names its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.verification.comparison import FEATURES

SHIPPED = Path(__file__).with_name("rule.npz")


@dataclass(frozen=True, slots=True)
class Rule:
    """Trees as flat arrays: a node's feature (-1: a leaf), threshold, children, and value in log odds.

    ``support``: a claim is supported at this probability or above.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    base: float
    support: float

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

    def probability(self, values: Sequence[float]) -> float:
        """The same in [0, 1]."""
        return float(1 / (1 + np.exp(-self.log_odds(values))))

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
        arrays = {k: kept[k] for k in Rule.__slots__}
    return Rule(**{**arrays, "base": float(arrays["base"]), "support": float(arrays["support"])})


@cache
def shipped_rule() -> Rule:
    """The rule that ships, one a process."""
    return read(SHIPPED)
