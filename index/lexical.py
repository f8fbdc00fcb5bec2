"""Lexical search: BM25 over character bigrams, exact over several lists of postings at once.

Chinese has no spaces, and word segmenters cut policy terms differently in a question and in a notice; bigrams never
disagree (0.69 to 0.62 recall@5 against jieba words). What is saved are counts, not scores: a score depends on how many
texts there are, how long they are and how many hold a word, which change with every notice, so scores are worked out
when asked for, from the sums over all lists. A base and an addition to it therefore score exactly as one list would.
The trap: rows that are hidden must not count in any of the three sums.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; the Lucene variant of its IDF, and
without the constant factor k1 + 1, which changes no order.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.tokens import bm25_tokens
from index.errors import StoreError

K1 = 1.2
B = 0.75
_ARRAYS = ("starts", "rows", "counts", "lengths")
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which texts hold a token how often (倒排表).

    Token t of ``vocabulary`` is held by ``rows[starts[t]:starts[t + 1]]``, in order, ``counts`` times each; ``lengths``
    are tokens a text.
    """

    vocabulary: Mapping[str, int]
    starts: NDArray[np.int64]
    rows: Ints
    counts: Ints
    lengths: Ints

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> Postings:
        """Count the tokens of ``texts``; a row is a position in that list."""
        vocabulary: dict[str, int] = {}
        tokens = [[vocabulary.setdefault(t, len(vocabulary)) for t in bm25_tokens(text)] for text in texts]
        lengths = np.array([len(one) for one in tokens], dtype=np.int32)
        flat = np.fromiter((t for one in tokens for t in one), dtype=np.int64, count=int(lengths.sum()))
        places = flat * max(len(texts), 1) + np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
        found, counts = np.unique(places, return_counts=True)
        held, rows = np.divmod(found, max(len(texts), 1))
        return cls(vocabulary, _starts(held, len(vocabulary)), rows.astype(np.int32), counts.astype(np.int32), lengths)

    @classmethod
    def joined(cls, parts: Sequence[tuple[Postings, NDArray[np.int64]]], size: int) -> Postings:
        """One list of ``size`` texts from several, without reading a text again.

        Args:
            parts: each with the new row of every old one, -1 for those left out.
        """
        vocabulary: dict[str, int] = {}
        places, counts, lengths = [], [], np.zeros(size, dtype=np.int32)
        for part, new_rows in parts:
            numbers = np.array([vocabulary.setdefault(t, len(vocabulary)) for t in part.vocabulary], dtype=np.int64)
            rows = new_rows[part.rows] if len(part.rows) else np.zeros(0, dtype=np.int64)
            kept = rows >= 0
            places.append((np.repeat(numbers, np.diff(part.starts)) * max(size, 1) + rows)[kept])
            counts.append(part.counts[kept])
            lengths[new_rows[new_rows >= 0]] = part.lengths[new_rows >= 0]
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *places])
        order = np.argsort(flat, kind="stable")
        held, rows = np.divmod(flat[order], max(size, 1))
        used = np.unique(held)  # a word that only texts left out held is forgotten
        words = list(vocabulary)
        return cls(
            {words[word]: number for number, word in enumerate(used.tolist())},
            _starts(np.searchsorted(used, held), len(used)),
            rows.astype(np.int32), np.concatenate([np.zeros(0, dtype=np.int32), *counts])[order], lengths,
        )  # fmt: skip

    @property
    def mean_length(self) -> float:
        """Tokens a text, on average; 1 where there are none."""
        return float(self.lengths.mean()) if len(self.lengths) and self.lengths.any() else 1.0

    def holding(self, token: str) -> tuple[Ints, Ints]:
        """Rows that hold ``token``, in order, and how often each does."""
        number = self.vocabulary.get(token)
        part = slice(0, 0) if number is None else slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.rows[part], self.counts[part]

    def save(self, folder: Path) -> None:
        """Write to ``folder``, created if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vocabulary.json").write_text(json.dumps(list(self.vocabulary), ensure_ascii=False), encoding="utf-8")
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Read what :meth:`save` wrote; arrays are mapped, not copied.

        Raises:
            StoreError: the folder is incomplete or damaged; rebuild the index.
        """
        try:
            words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS}
            found = cls({word: number for number, word in enumerate(words)}, **arrays)
            if len(found.starts) != len(words) + 1 or found.starts[-1] != len(found.rows):
                raise ValueError("词表与倒排表不符")
            return found
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise StoreError(f"词法索引读不出（{error}）。", "将重建索引。") from error


def term_weights(text: str, mean_length: float) -> dict[str, float]:
    """What BM25 gives each token of a passage, before how rare the token is: with :meth:`LexicalIndex.weights` of a question
    the inner product is its score.

    Args:
        mean_length: tokens a passage, on average.
    """
    tokens = bm25_tokens(text)
    norm = K1 * (1 - B + B * len(tokens) / mean_length)
    return {token: count / (count + norm) for token, count in Counter(tokens).items()}


class LexicalIndex:
    """BM25 over one or more lists of postings; rows count through them, one list after the other."""

    def __init__(self, parts: Sequence[Postings], alive: NDArray[np.bool_] | None = None) -> None:
        """
        Args:
            alive: mask over all rows; the others count in no sum and are never found.
        """
        self._parts = tuple(parts)
        self._alive = alive
        lengths = np.concatenate([np.zeros(0, dtype=np.int32), *(part.lengths for part in self._parts)])
        self._size = len(lengths)
        counted = lengths if alive is None else lengths[alive]
        self._texts = len(counted)
        mean = float(counted.mean()) if len(counted) and counted.any() else 1.0
        self._norms = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index ``texts``; texts without any token are never found."""
        return cls([Postings.from_texts(texts)])

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 score of every text, ``(size,)`` float32, higher is better; 0 where no token is shared."""
        out = np.zeros(self._size, dtype=np.float32)
        for _, weight, rows, counts in self._asked(query):
            out[rows] += np.float32(weight) * (counts / (counts + self._norms[rows]))
        return out

    def scores_at(self, query: str, wanted: NDArray[np.int64]) -> NDArray[np.float32]:
        """BM25 scores of some rows, ``(len(wanted),)`` float32, the same as in :meth:`scores`; 0 also where a row is hidden."""
        out = np.zeros(len(wanted), dtype=np.float32)
        for _, weight, rows, counts in self._asked(query):
            at = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
            held = rows[at] == wanted
            counted = counts[at[held]]
            out[held] += np.float32(weight) * (counted / (counted + self._norms[wanted[held]]))
        return out

    def weights(self, query: str) -> dict[str, float]:
        """The tokens of ``query`` that any living text holds, with their weights: how often asked times how rare."""
        return {token: weight for token, weight, _, _ in self._asked(query)}

    def search(self, query: str, limit: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The ``limit`` best rows with their scores, best first; ties in row order; only rows that share a token.

        Args:
            allowed: mask over rows; others are left out before the limit is applied.
        """
        scores = self.scores(query)
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        if limit < len(scores):  # sort only what can be among the best, ties at the border included
            least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            rows = np.flatnonzero((scores >= least) & (scores > 0))
        else:
            rows = np.flatnonzero(scores > 0)
        order = rows[np.argsort(-scores[rows], kind="stable")][:limit]
        return [(int(row), float(scores[row])) for row in order]

    def _asked(self, query: str) -> Iterator[tuple[str, float, NDArray[np.int64], NDArray[np.float32]]]:
        """Tokens of ``query`` that are held: token, weight, rows in order, and how often each holds it."""
        for token, times in Counter(bm25_tokens(query)).items():
            rows, counts = self._holding(token)
            if len(rows):
                idf = math.log(1 + (self._texts - len(rows) + 0.5) / (len(rows) + 0.5))
                yield token, times * idf, rows, counts

    def _holding(self, token: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of all lists that hold ``token`` and are alive, and how often each does."""
        held = [part.holding(token) for part in self._parts]
        firsts = np.cumsum([0, *(len(part.lengths) for part in self._parts)])
        none: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        rows = np.concatenate([none, *(rows + first for (rows, _), first in zip(held, firsts, strict=False))])
        counts = np.concatenate([none, *(counts for _, counts in held)]).astype(np.float32)
        if self._alive is not None:
            kept = self._alive[rows]
            rows, counts = rows[kept], counts[kept]
        return rows, counts


def _starts(held: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Where the run of each of ``size`` tokens begins in ``held``, which is sorted, and where the last one ends."""
    return np.searchsorted(held, np.arange(size + 1)).astype(np.int64)
