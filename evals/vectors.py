"""Vectors kept between systems and runs, so that the whole table and the third-party sets stay affordable on two cores.

Passages are kept on disk under the hash of the model's fingerprint and the text; a changed text or model is simply
another key. Queries are kept in memory for one run. The trap is latency: a system that meets a query embedded before
would look faster than it is, so the time saved is remembered as owed, and whoever takes the time adds
:meth:`CachedEmbedder.take_owed`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.types import Embedder, Matrix, TextRole

BATCH = 64


class CachedEmbedder:
    """An :class:`~index.types.Embedder` that remembers passages in one file under ``folder``."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        name = hashlib.sha256(embedder.fingerprint.encode()).hexdigest()[:16]
        self._path = folder / f"vectors-{name}.npz"
        self._known: dict[str, np.ndarray] | None = None
        self._queries: dict[str, tuple[np.ndarray, float]] = {}
        self._asked: set[str] = set()
        self._owed_ms = 0.0

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def weights(self) -> str:
        """What router and adapter were fitted on; without it both are left out, and another product is measured."""
        from index.adapter import weights_of

        return weights_of(self._embedder)

    def embed(
        self, texts: Sequence[str], role: TextRole, *, progress: Callable[[int, int], None] | None = None
    ) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised; only texts not seen before cost anything."""
        if role == "query":
            return self._embed_queries(texts)
        known = self._load()
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        missing = sorted({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        missing.sort(key=lambda item: len(item[1]))  # like lengths together: less padding
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors = self._embedder.embed([text for _, text in batch], role)
            known.update(zip((key for key, _ in batch), vectors, strict=True))
            if progress:
                progress(min(start + BATCH, len(missing)), len(missing))
            if start // BATCH % 16 == 15:
                self._save(known)
        if missing:
            self._save(known)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _embed_queries(self, texts: Sequence[str]) -> Matrix:
        for text in texts:
            if text not in self._queries:
                started = time.perf_counter()
                vector = self._embedder.embed([text], "query")[0]
                self._queries[text] = vector, (time.perf_counter() - started) * 1000
            elif text not in self._asked:
                self._owed_ms += self._queries[text][1]
            self._asked.add(text)
        return np.stack([self._queries[text][0] for text in texts]).astype(np.float32)

    def take_owed(self) -> float:
        """Milliseconds of embedding that the question just answered was spared; asks of the same query count once.

        Call it before and after each question: it also forgets which queries the question has met.
        """
        owed, self._owed_ms = self._owed_ms, 0.0
        self._asked.clear()
        return owed

    def _load(self) -> dict[str, np.ndarray]:
        if self._known is None:
            self._known = {}
            if self._path.is_file():
                try:
                    with np.load(self._path) as kept:
                        self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
                except (OSError, ValueError, KeyError):  # half-written by an older run: a cache may be thrown away
                    self._path.unlink()
        return self._known

    def _save(self, known: dict[str, np.ndarray]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial.npz")
        np.savez(partial, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        partial.replace(self._path)
