"""What is searched (视图): the rows of a whole generation and of the addition that stands on it, counted through.

Search, dense and lexical alike, works on row numbers; this is the one place that knows which folder a row lies in. The
trap: a passage that was replaced is still among the rows, under an id that may be alive again in the addition, so ids
are looked up among living rows only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.generation import Manifest, Serving
from index.saved import Saved, read_saved
from index.types import Matrix

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """One folder of the view; its first row is ``first``."""

    folder: Path
    manifest: Manifest
    saved: Saved
    first: int


class View:
    """Passages, vectors and who is alive, over one or two segments."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Use :meth:`open`."""
        self.segments = tuple(segments)
        self.passages = tuple(passage for one in self.segments for passage in one.saved.passages)
        hidden = set(self.segments[-1].manifest.hidden)
        self.alive: Mask | None = None
        if hidden:
            base = self.segments[0].saved.passages
            self.alive = np.ones(len(self.passages), dtype=bool)
            self.alive[: len(base)] = [passage.notice_id not in hidden for passage in base]

    @classmethod
    def open(cls, serving: Serving) -> View:
        """Read the truth files of a generation.

        Raises:
            StoreError: they cannot be read or do not belong together.
        """
        segments: list[Segment] = []
        for folder, manifest in serving:
            first = segments[-1].first + len(segments[-1].saved.passages) if segments else 0
            segments.append(Segment(folder, manifest, read_saved(folder), first))
        return cls(segments)

    @property
    def manifest(self) -> Manifest:
        """The manifest of the generation that serves."""
        return self.segments[-1].manifest

    @property
    def base_rows(self) -> int:
        """How many rows lie in the vector store: those of the whole generation, hidden ones included."""
        return len(self.segments[0].saved.passages)

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The key of each notice's passages that is searched."""
        return {one: rows.key for segment in self.segments for one, rows in segment.manifest.notices.items()}

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each living passage by id."""
        return {p.id: row for row, p in enumerate(self.passages) if self.alive is None or self.alive[row]}

    @cached_property
    def _rows_of_notice(self) -> Mapping[str, Rows]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, passage in enumerate(self.passages):
            found[passage.notice_id].append(row)
        return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}

    def mask(self, notice_ids: Collection[str]) -> Mask:
        """Which rows belong to these notices, living or not."""
        mask = np.zeros(len(self.passages), dtype=bool)
        for one in set(notice_ids):
            rows = self._rows_of_notice.get(one)
            if rows is not None:
                mask[rows] = True
        return mask

    def notices_of(self, rows: Rows) -> tuple[str, ...]:
        """The notices that any of these rows belongs to."""
        return tuple(self._names[number] for number in np.flatnonzero(np.bincount(self._numbers[rows])).tolist())

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self._rows_of_notice)

    @cached_property
    def _numbers(self) -> Rows:
        """Of each row the place of its notice among the names."""
        found = np.empty(len(self.passages), dtype=np.int64)
        for number, rows in enumerate(self._rows_of_notice.values()):
            found[rows] = number
        return found

    def living(self) -> Iterator[tuple[int, Passage]]:
        """Rows and passages that are alive, in order."""
        for row, passage in enumerate(self.passages):
            if self.alive is None or self.alive[row]:
                yield row, passage

    def nearness(self, rows: Rows, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(len(rows),)`` float32: of each row the highest cosine of any of its sentences with ``vector``."""
        found = np.empty(len(rows), dtype=np.float32)
        for one in self.segments:
            within = self._within(one, rows)
            local = rows[within] - one.first
            if not len(local):
                continue
            starts, ends = one.saved.offsets[local], one.saved.offsets[local + 1]
            sizes = ends - starts
            heads = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
            vectors: Matrix = np.asarray(one.saved.sentence_vectors)
            if len(local) < len(one.saved.passages) or (np.diff(local) != 1).any():
                vectors = vectors[np.repeat(starts - heads, sizes) + np.arange(int(sizes.sum()))]
            # row by row: a product of matrices would wake threads for it, and round a row by its place among the others
            cosines = np.einsum("ij,j->i", vectors, vector)
            found[within] = np.maximum.reduceat(cosines, heads)
        return found

    def sentence_vectors(self, row: int) -> Matrix:
        """``(n_sentences, dim)`` float32 of the passage at ``row``."""
        segment = next(one for one in reversed(self.segments) if row >= one.first)
        start, end = segment.saved.offsets[row - segment.first : row - segment.first + 2]
        return np.asarray(segment.saved.sentence_vectors[start:end])

    def keys_at(self, row: int) -> list[bytes]:
        """Content hashes of the texts of the passage at ``row``: its search text, then its sentences."""
        segment = next(one for one in reversed(self.segments) if row >= one.first)
        saved, at = segment.saved, row - segment.first
        start, end = saved.offsets[at : at + 2]
        return [saved.keys[at].tobytes(), *(key.tobytes() for key in saved.sentence_keys[start:end])]

    @staticmethod
    def _within(segment: Segment, rows: Rows) -> Mask:
        return (rows >= segment.first) & (rows < segment.first + len(segment.saved.passages))
