"""What is searched (视图): the rows of a whole generation and of the addition that stands on it, counted through.

Search, dense and lexical alike, works on row numbers; this is the one place that knows which folder a row lies in. Ids are
kept, passages are read when asked for.

The trap: a passage that was replaced is still among the rows, under an id that may be alive again in the addition, so ids
are looked up among living rows only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.errors import StoreError
from index.generation import Manifest, Serving
from index.passage_file import PassageFile
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


class Living(Mapping[str, Passage]):
    """Passages by id, in the order of ``rows``; each is read when it is asked for."""

    def __init__(self, view: View, rows: Sequence[int]) -> None:
        self._view = view
        self._rows = {view.ids[row]: row for row in rows}

    def __getitem__(self, identity: str) -> Passage:
        return self._view.passage(self._rows[identity])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def each(self) -> Iterator[Passage]:
        """Every passage, in the order of its folder; none is kept."""
        wanted = set(self._rows.values())
        return (passage for row, passage in self._view.living() if row in wanted)


class View:
    """Passages, vectors and who is alive, over one or two segments."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Use :meth:`open`.

        Raises:
            StoreError: rows and manifest do not belong together.
        """
        self.segments = tuple(segments)
        self.names, self._numbers = _notices(self.segments)
        hidden = set(self.segments[-1].manifest.hidden)
        self.alive: Mask | None = None
        if hidden:
            there = np.array([name not in hidden for name in self.names], dtype=bool)
            self.alive = there[self._numbers]
            self.alive[self.base_rows :] = True

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
    def ids(self) -> tuple[str, ...]:
        """The id of the passage of each row, living or not."""
        return tuple(one for segment in self.segments for one in _ids(segment.saved.passages))

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each living passage by id."""
        return {one: row for row, one in enumerate(self.ids) if self.alive is None or self.alive[row]}

    def __len__(self) -> int:
        """How many rows there are, living or not."""
        return len(self._numbers)

    def passage(self, row: int) -> Passage:
        """The passage at ``row``."""
        segment = self._segment(row)
        return segment.saved.passages[row - segment.first]

    def notice_id(self, row: int) -> str:
        """The notice that the passage at ``row`` is of."""
        return self.names[int(self._numbers[row])]

    def rows_of(self, notice_id: str) -> Rows:
        """Rows of a notice, living or not."""
        number = self._number.get(notice_id)
        return np.flatnonzero(self._numbers == number) if number is not None else np.zeros(0, dtype=np.int64)

    def mask(self, notice_ids: Collection[str]) -> Mask:
        """Which rows belong to these notices, living or not."""
        wanted = np.zeros(len(self.names), dtype=bool)
        wanted[[number for one in set(notice_ids) if (number := self._number.get(one)) is not None]] = True
        return wanted[self._numbers]

    def notices_of(self, rows: Rows) -> tuple[str, ...]:
        """The notices that any of these rows belongs to."""
        return tuple(self.names[number] for number in np.flatnonzero(np.bincount(self._numbers[rows])).tolist())

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def living(self) -> Iterator[tuple[int, Passage]]:
        """Rows and passages that are alive, in order; each is read and none is kept."""
        for segment in self.segments:
            for row, passage in enumerate(segment.saved.passages, segment.first):
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
        segment = self._segment(row)
        start, end = segment.saved.offsets[row - segment.first : row - segment.first + 2]
        return np.asarray(segment.saved.sentence_vectors[start:end])

    def keys_at(self, row: int) -> list[bytes]:
        """Content hashes of the texts of the passage at ``row``: its search text, then its sentences."""
        segment = self._segment(row)
        saved, at = segment.saved, row - segment.first
        start, end = saved.offsets[at : at + 2]
        return [saved.keys[at].tobytes(), *(key.tobytes() for key in saved.sentence_keys[start:end])]

    @staticmethod
    def _within(segment: Segment, rows: Rows) -> Mask:
        return (rows >= segment.first) & (rows < segment.first + len(segment.saved.passages))

    def _segment(self, row: int) -> Segment:
        return next(one for one in reversed(self.segments) if row >= one.first)


def _notices(segments: Sequence[Segment]) -> tuple[tuple[str, ...], Rows]:
    """The notices in order of their first row, and of each row the place of its notice among them."""
    numbers: dict[str, int] = {}
    of_rows = [np.full(len(one.saved.passages), -1, dtype=np.int64) for one in segments]
    for segment, made in zip(segments, of_rows, strict=True):
        for name, rows in sorted(segment.manifest.notices.items(), key=lambda pair: pair[1].first):
            made[rows.first : rows.first + rows.passages] = numbers.setdefault(name, len(numbers))
    found: Rows = np.concatenate(of_rows)
    if (found < 0).any():
        raise StoreError("索引的段落与索引说明不符。", "将重建索引。")
    return tuple(numbers), found


def _ids(passages: Sequence[Passage]) -> list[str]:
    return passages.ids() if isinstance(passages, PassageFile) else [one.id for one in passages]
