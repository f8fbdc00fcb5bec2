"""Vectors of questions already embedded (问题向量缓存): one question is asked for several times on its way to an answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from index.types import Matrix


class QueryVectors:
    """The last vectors by text, least recently used dropped first. Safe for several threads."""

    def __init__(self, kept: int = 512) -> None:
        self._kept = kept
        self._rows: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = RLock()

    def get(self, texts: Sequence[str], make: Callable[[Sequence[str]], Matrix]) -> Matrix:
        """One row a text, in the order given; ``make`` gives those of texts that are not known, each once."""
        with self._lock:
            known = {text: self._rows[text] for text in texts if text in self._rows}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, make(missing), strict=True))
        rows = [known[text] for text in texts]
        with self._lock:
            for text, row in zip(texts, rows, strict=True):
                self._rows[text] = row
                self._rows.move_to_end(text)
            while len(self._rows) > self._kept:
                self._rows.popitem(last=False)
        return np.stack(rows) if rows else make([])
