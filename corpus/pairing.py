"""Clauses of two texts that rule the same matter in other words (换了说法的同一条), paired one to one.

Two laws on one subject share nearly all their words, so how alike two clauses are says little by itself: what counts is
how much more alike they are than either is to the next best of the other text (cross-domain similarity local scaling).
Words weigh by how rare they are in the two texts; what the caller knows of meaning is added. The trap: of two texts on
different matters some clauses are always nearest to one another, so a pair must be alike in itself too.

Source: Conneau et al., Word Translation Without Parallel Data (arXiv 1710.04087), equation 3 (CSLS).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span

Matrix = NDArray[np.float32]
Nearness = Callable[[Sequence[Span], Sequence[Span]], Matrix]
"""How near the meanings of spans of one text are to spans of another: ``(a, b)``, cosines."""

_NEIGHBOURS = 3
_AHEAD, _NEAR = 0.1, 0.4
"""Of word share and nearness together: how far a pair is ahead of its neighbours; and how near it is at least."""
_AHEAD_IN_WORDS, _SHARED = 0.06, 0.2
"""The same where only the words are known."""


def pairs_of(
    left: Sequence[frozenset[str]], right: Sequence[frozenset[str]], near: Matrix | None
) -> list[tuple[int, int]]:
    """Indexes of clauses that belong together, the surest pair first, each clause once.

    Args:
        left: pairs of characters of each clause of one text; ``right`` of the other.
        near: ``(len(left), len(right))`` how near their meanings are; None where nobody knows.
    """
    if not left or not right:
        return []
    words = _shares(left, right)
    if near is None:
        like, least, ahead = words, words >= _SHARED, _AHEAD_IN_WORDS
    else:
        like, least, ahead = words + near, near >= _NEAR, _AHEAD
    scaled = like - (_mean_of_best(like, 1)[:, None] + _mean_of_best(like, 0)[None, :]) / 2
    scaled[~least] = -math.inf
    found: list[tuple[int, int]] = []
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    for flat in np.argsort(-scaled, axis=None, kind="stable"):
        i, j = divmod(int(flat), len(right))
        if scaled[i, j] < ahead:
            break
        if i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            found.append((i, j))
    return found


def _shares(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> Matrix:
    """Dice's coefficient of the pairs of characters, each by how rare it is among the clauses."""
    held = Counter(gram for grams in (*left, *right) for gram in grams)
    columns = {gram: at for at, gram in enumerate(held)}
    weights = np.log((len(left) + len(right)) / np.fromiter(held.values(), dtype=np.float32))
    one, other = (_rows(side, columns) for side in (left, right))
    both = (one * weights) @ other.T
    total = (one @ weights)[:, None] + (other @ weights)[None, :]
    return np.asarray(2 * both / np.maximum(total, 1e-6), dtype=np.float32)


def _rows(side: Sequence[frozenset[str]], columns: dict[str, int]) -> Matrix:
    rows = np.zeros((len(side), len(columns)), dtype=np.float32)
    for at, grams in enumerate(side):
        rows[at, [columns[gram] for gram in grams]] = 1
    return rows


def _mean_of_best(like: Matrix, axis: int) -> Matrix:
    """Of each clause the mean of its nearest in the other text."""
    best = min(_NEIGHBOURS, like.shape[axis])
    ordered = np.sort(like, axis=axis)
    return np.asarray((ordered[:, -best:] if axis else ordered[-best:]).mean(axis=axis), dtype=np.float32)
