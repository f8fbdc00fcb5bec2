"""Passages and vectors as they lie in a generation's folder: the truth that every store can be made again from.

A text is known by a hash of its content and the model (its key), so what was embedded once is found again by key and
never embedded twice. The trap: arrays of vectors are mapped, not read, so a folder must outlive whoever opened it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Span
from index.errors import StoreError
from index.types import Matrix

KEY_BYTES = 16
_KEY_FORMAT = 1
_ARRAYS = ("keys", "sentence_vectors", "sentence_keys", "offsets")
Keys = NDArray[np.uint8]
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Saved:
    """The truth of a generation.

    ``sentence_vectors`` is ``(m, dim)`` float32, rows L2-normalised; the sentences of passage i are rows
    ``offsets[i]:offsets[i + 1]``. Keys are ``(…, 16)`` uint8: of a passage's search text, and of each sentence.
    """

    passages: tuple[Passage, ...]
    keys: Keys
    sentence_vectors: Matrix
    sentence_keys: Keys
    offsets: NDArray[np.int64]

    def by_passage(self) -> list[Matrix]:
        """The sentence vectors of each passage, in order."""
        return np.split(self.sentence_vectors, self.offsets[1:-1]) if len(self.offsets) > 1 else []


def sentence_texts(passage: Passage) -> list[str]:
    """The sentences of a passage as text, in order."""
    return [Span(s.start - passage.span.start, s.end - passage.span.start).of(passage.text) for s in passage.sentences]


def text_key(text: str, fingerprint: str) -> bytes:
    """Content hash of one embedded text under one model, 16 bytes."""
    return hashlib.blake2b(f"{_KEY_FORMAT}\0{fingerprint}\0{text}".encode(), digest_size=KEY_BYTES).digest()


def as_keys(keys: Iterable[bytes]) -> Keys:
    """Keys as a ``(n, 16)`` uint8 array."""
    return np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, KEY_BYTES)


def split_keys(keys: Keys) -> list[bytes]:
    """Rows of a key array as bytes."""
    raw = np.ascontiguousarray(keys).tobytes()
    return [raw[at : at + KEY_BYTES] for at in range(0, len(raw), KEY_BYTES)]


class KnownVectors:
    """Vectors of earlier generations, looked up by key; only the keys asked for are ever made into Python objects."""

    def __init__(self, earlier: Sequence[Saved], wanted: Collection[bytes]) -> None:
        self._pieces = [(saved.sentence_keys, saved.sentence_vectors) for saved in earlier]
        self._places: dict[bytes, tuple[int, int]] = {}
        heads = np.frombuffer(b"".join(key[:8] for key in wanted), dtype=np.uint64)
        asked = set(wanted)
        for number, (keys, _) in enumerate(self._pieces):
            rows = np.flatnonzero(np.isin(np.ascontiguousarray(keys[:, :8]).view(np.uint64).ravel(), heads))
            for row, key in zip(rows.tolist(), split_keys(keys[rows]), strict=True):
                if key in asked:
                    self._places.setdefault(key, (number, row))

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def gathered(self, keys: Sequence[bytes], fresh: Mapping[bytes, Vector]) -> Matrix:
        """The vector of each key, from an earlier generation in one go or from those just made."""
        shapes = [len(vector) for vector in fresh.values()][:1] + [int(v.shape[1]) for _, v in self._pieces]
        matrix: Matrix = np.zeros((len(keys), shapes[0] if shapes else 1), dtype=np.float32)
        places = np.array([self._places.get(key, (-1, -1)) for key in keys], dtype=np.int64).reshape(-1, 2)
        for number, (_, vectors) in enumerate(self._pieces):
            at = np.flatnonzero(places[:, 0] == number)
            if len(at):
                matrix[at] = vectors[places[at, 1]]
        for row in np.flatnonzero(places[:, 0] < 0).tolist():
            matrix[row] = fresh[keys[row]]
        return matrix


def write_saved(folder: Path, saved: Saved) -> None:
    """Write the truth files into an existing folder."""
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as stream:
        for passage in saved.passages:
            stream.write(json.dumps(_to_plain(passage), ensure_ascii=False) + "\n")
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(saved, name), allow_pickle=False)


def read_saved(folder: Path, *, with_passages: bool = True) -> Saved:
    """Read the truth files; vectors are mapped, not copied.

    Args:
        with_passages: whether to read the passages too, the one slow part; without them ``passages`` is empty.

    Raises:
        StoreError: they cannot be read or do not belong together.
    """
    try:
        passages: tuple[Passage, ...] = ()
        if with_passages:
            with (folder / "passages.jsonl").open(encoding="utf-8") as stream:
                passages = tuple(_from_plain(json.loads(line)) for line in stream)
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r" if "vectors" in name else None, allow_pickle=False)
            for name in _ARRAYS
        }
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise StoreError(f"索引的段落或向量读不出（{error}）。", "将重建索引。") from error
    saved = Saved(passages, **arrays)
    counts = (len(saved.keys), len(saved.offsets) - 1)
    count = len(passages) if with_passages else counts[0]
    if set(counts) != {count} or saved.offsets[-1] != len(saved.sentence_vectors):
        raise StoreError(f"索引的段落与向量数目不符：{count} 段，{counts}。", "将重建索引。")
    return saved


def _to_plain(p: Passage) -> list[Any]:
    sentences = [[s.start, s.end] for s in p.sentences]
    return [p.id, p.notice_id, p.article, [p.span.start, p.span.end], p.text, p.breadcrumb, sentences, p.tokens]


def _from_plain(row: list[Any]) -> Passage:
    identity, notice_id, article, span, text, breadcrumb, sentences, tokens = row
    spans = tuple(Span(*s) for s in sentences)
    return Passage(identity, notice_id, article, Span(*span), text, breadcrumb, spans, tokens)
