"""Intervals by bootstrap, and the paired bootstrap for "is A better than B".

Percentile bootstrap over questions with a fixed seed, so that a figure and its interval are reproducible.
Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993; paired form: Koehn, EMNLP 2004.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20240601
DRAWS = 2000
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From draws ``(n_draws, n_questions, n_columns)`` to one value a draw, ``(n_draws,)``."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval over ``n`` questions."""

    value: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def mean_of(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(draws[:, :, 0].mean(axis=1), dtype=np.float64)


def percentile_of(percent: float) -> Statistic:
    """The statistic "this percentile" for :func:`bootstrap`; 50 is the median."""

    def statistic(draws: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.percentile(draws[:, :, 0], percent, axis=1), dtype=np.float64)

    return statistic


def refusal_counts(draws: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """True positives, predicted positives and actual positives of columns (predicted, actual)."""
    predicted, actual = draws[:, :, 0], draws[:, :, 1]
    return (predicted * actual).sum(axis=1), predicted.sum(axis=1), actual.sum(axis=1)


def refusal_precision(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the refusals that were right; 0 where nothing was refused."""
    hit, predicted, _ = refusal_counts(draws)
    return hit / np.maximum(predicted, 1)


def refusal_recall(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the unanswerable questions refused; 0 where there is none."""
    hit, _, actual = refusal_counts(draws)
    return hit / np.maximum(actual, 1)


def refusal_f1(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Harmonic mean of refusal precision and recall; the positive class is "has no answer in the corpus"."""
    hit, predicted, actual = refusal_counts(draws)
    return 2 * hit / np.maximum(predicted + actual, 1)


def bootstrap(
    rows: Sequence[float] | Sequence[Sequence[float]],
    statistic: Statistic = mean_of,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval | None:
    """The statistic over all rows with its 95 % percentile interval; None for no rows.

    Args:
        rows: one value, or one tuple of values, a question.

    >>> bootstrap([1.0, 1.0, 1.0])
    Interval(value=1.0, low=1.0, high=1.0, n=3)
    """
    table = np.asarray(rows, dtype=np.float64)
    if not len(table):
        return None
    table = table.reshape(len(table), -1)
    value = float(statistic(table[None])[0])
    chosen = np.random.default_rng(seed).integers(0, len(table), size=(draws, len(table)))
    low, high = np.percentile(statistic(table[chosen]), [2.5, 97.5])
    return Interval(value, float(low), float(high), len(table))


def paired_bootstrap(
    before: Sequence[float] | Sequence[Sequence[float]],
    after: Sequence[float] | Sequence[Sequence[float]],
    statistic: Statistic = mean_of,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval | None:
    """``statistic(after) - statistic(before)`` over the same questions, resampled together.

    Raises:
        ValueError: the two sides differ in length; pair them by question id first.
    """
    if len(before) != len(after):
        raise ValueError(f"成对比较需要同样的题目：{len(before)} 题对 {len(after)} 题")
    if not len(before):
        return None
    first = np.asarray(before, dtype=np.float64).reshape(len(before), -1)
    second = np.asarray(after, dtype=np.float64).reshape(len(after), -1)
    value = float(statistic(second[None])[0] - statistic(first[None])[0])
    chosen = np.random.default_rng(seed).integers(0, len(first), size=(draws, len(first)))
    low, high = np.percentile(statistic(second[chosen]) - statistic(first[chosen]), [2.5, 97.5])
    return Interval(value, float(low), float(high), len(first))
