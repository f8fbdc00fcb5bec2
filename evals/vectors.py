"""Vectors kept on disk between runs, so that the whole table and the third-party sets stay affordable on two cores.

A vector is kept under the hash of the model's fingerprint, the role and the text; a changed text or model is simply
another key. Only passages are worth keeping: queries are embedded live, because their time is part of the latency.
"""

from __future__ import annotations

import hashlib
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

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    def embed(
        self, texts: Sequence[str], role: TextRole, *, progress: Callable[[int, int], None] | None = None
    ) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised; only texts not seen before cost anything."""
        if role == "query":
            return self._embedder.embed(texts, role)
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
