"""How alike words are (词的远近): the first table of the bundled encoder, row by row, without running it.

A paraphrase says 率先 where the notice says 带头: no character in common, yet near in the table. It stands apart from the
embedder because it needs neither torch nor a pass through the network: a sentence costs a millisecond. The trap: near is
not the same, 提高 is near 降低; what may not be exchanged is said by the contrast sets, never by nearness.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import numpy as np

from index import bundled
from index.types import IndexConfig, Matrix

_TENSOR = "embeddings.word_embeddings.weight"
_MOST = 256


class Words(Protocol):
    """The seam: the vectors of a text's words."""

    def vectors(self, text: str) -> Matrix: ...


class WordTable:
    """The table of the bundled model; opened at the first text, read from disk as far as it is used."""

    def __init__(self, folder: Callable[[], Path] = bundled.ensure_bundled_model) -> None:
        self._folder = folder
        self._opened: tuple[Any, Any] | None = None
        self._lock = RLock()
        self.vectors = lru_cache(maxsize=4096)(self._vectors)

    def _vectors(self, text: str) -> Matrix:
        """``(words, 384) float32, rows L2-normalised``; punctuation left out, at most 256 words."""
        with self._lock:
            tokenizer, table = self._open()
            coded = tokenizer.encode(text, add_special_tokens=False)
            ids = [i for i, t in zip(coded.ids, coded.tokens, strict=True) if any(c.isalnum() for c in t)][:_MOST]
            rows = np.array([table[i : i + 1][0] for i in ids], dtype=np.float32).reshape(len(ids), -1)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def _open(self) -> tuple[Any, Any]:
        if self._opened is None:
            from safetensors import safe_open
            from tokenizers import Tokenizer

            folder = self._folder()
            kept = safe_open(folder / "model.safetensors", framework="numpy")  # type: ignore[no-untyped-call, unused-ignore]
            name = next(n for n in kept.keys() if n.endswith(_TENSOR))  # noqa: SIM118
            self._opened = Tokenizer.from_file(str(folder / "tokenizer.json")), kept.get_slice(name)
        return self._opened


def load_words(config: IndexConfig) -> WordTable | None:
    """The table beside the bundled embedding model, one a process; None beside another."""
    return _shared() if config.embedding_model == "bundled" else None


@cache
def _shared() -> WordTable:
    return WordTable()
