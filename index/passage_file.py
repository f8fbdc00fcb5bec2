"""Passages as they lie in a folder (段落文件), read row by row when asked for: opening an index reads none of them.

One JSON array a line, mapped and not read; where each line begins is found once. What a question looks at is kept, the
least recently used dropped first. The trap: only a line break that is a byte of its own ends a row, since those in a text
are escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Span

NAME = "passages.jsonl"
_KEPT = 8192
"""Passages kept as objects, some 2 kB each."""
_BLOCK = 1 << 24
_BREAK = 10


class PassageFile(Sequence[Passage]):
    """The passages of one folder by row. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            OSError, ValueError: the file cannot be read.
        """
        path = folder / NAME
        self._bytes: NDArray[np.uint8] = (
            np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.zeros(0, dtype=np.uint8)
        )
        ends = [
            np.flatnonzero(self._bytes[at : at + _BLOCK] == _BREAK) + at + 1
            for at in range(0, len(self._bytes), _BLOCK)
        ]
        self._starts = np.concatenate([np.zeros(1, dtype=np.int64), *ends])
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(row, slice):
            return [self._kept(one) for one in range(*row.indices(len(self)))]
        return self._kept(range(len(self))[row])

    def __iter__(self) -> Iterator[Passage]:
        """Every passage in order, none of them kept."""
        return map(self._read, range(len(self)))

    def ids(self) -> list[str]:
        """The id of each passage in order, without making the passages."""
        raw = self._bytes
        return [_first(raw[start:end].tobytes()) for start, end in pairwise(self._starts.tolist())]

    def _read(self, row: int) -> Passage:
        start, end = self._starts[row : row + 2]
        return from_plain(json.loads(self._bytes[start:end].tobytes()))


def to_plain(p: Passage) -> list[Any]:
    """A passage as its line says it."""
    sentences = [[s.start, s.end] for s in p.sentences]
    return [p.id, p.notice_id, p.article, [p.span.start, p.span.end], p.text, p.breadcrumb, sentences, p.tokens]


def from_plain(row: list[Any]) -> Passage:
    """The passage of a line."""
    identity, notice_id, article, span, text, breadcrumb, sentences, tokens = row
    spans = tuple(Span(*s) for s in sentences)
    return Passage(identity, notice_id, article, Span(*span), text, breadcrumb, spans, tokens)


def _first(line: bytes) -> str:
    """The first text of a line, which is the id."""
    head = line[: line.index(b'",') + 1]
    return str(json.loads(line)[0] if b"\\" in head else head[2:-1].decode("utf-8"))
