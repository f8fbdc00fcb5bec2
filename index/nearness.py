"""How near clauses of two notices are in meaning (条款相近), from the sentence vectors a build has saved: nothing is embedded.

A clause is as near to another as their sentences are to the nearest sentence of the other, by length, both ways. The
trap: an earlier edition has the id of the notice that replaced it and no vectors of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.pairing import Nearness
from corpus.types import Notice, Span
from index.search import Index
from index.types import Matrix


def nearness_of(index: Index, a: Notice, b: Notice) -> Nearness | None:
    """Cosines between spans of ``a`` and of ``b``; None where the index holds not just this text of both."""
    sides = tuple(_sentences(index, notice) for notice in (a, b))
    if not all(sides):
        return None
    one, other = sides

    def near(left: Sequence[Span], right: Sequence[Span]) -> Matrix:
        (x, own, starts), (y, their, begins) = _gathered(one, left), _gathered(other, right)
        cosines = x @ y.T
        there = np.maximum.reduceat(cosines, begins, axis=1) * own[:, None]
        back = np.maximum.reduceat(cosines, starts, axis=0) * their[None, :]
        forth = np.add.reduceat(there, starts, axis=0) / np.add.reduceat(own, starts)[:, None]
        return np.asarray(
            (forth + np.add.reduceat(back, begins, axis=1) / np.add.reduceat(their, begins)) / 2, dtype=np.float32
        )

    return near


def _sentences(index: Index, notice: Notice) -> list[tuple[Span, Matrix]]:
    """The sentences of the notice with their vectors, in order; none where the index holds another text of it."""
    passages = [p for p in index.passages.values() if p.notice_id == notice.id]
    if any(notice.text[p.span.start : p.span.end] != p.text for p in passages):
        return []
    found = [pair for p in passages for pair in zip(p.sentences, index.sentence_vectors(p.id), strict=True)]
    return sorted(found, key=lambda pair: pair[0])


def _gathered(sentences: Sequence[tuple[Span, Matrix]], spans: Sequence[Span]) -> tuple[Matrix, Matrix, list[int]]:
    """Vectors of the sentences of each span one after the other, their lengths, and where each span's begin."""
    vectors: list[Matrix] = []
    lengths: list[int] = []
    starts: list[int] = []
    for span in spans:
        starts.append(len(vectors))
        inside = [(len(at), vector) for at, vector in sentences if at.overlaps(span)]
        for length, vector in inside or [(1, np.zeros_like(sentences[0][1]))]:
            lengths.append(length)
            vectors.append(vector)
    return np.stack(vectors), np.asarray(lengths, dtype=np.float32), starts
