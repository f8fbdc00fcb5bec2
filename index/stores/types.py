"""What every vector store offers, and what it is told about where it is and what it holds."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.errors import StoreError, StoreUnavailable
from index.types import Matrix

FORMAT = 1
"""Of the records in a collection; one of another format is refused and filled again."""
OF = "#"
"""Between a passage's id and the number of a sentence of it."""
_WAITS = (0.2, 1.0)
"""Seconds before the second and the third try where a server does not answer."""
Result = TypeVar("Result")


class Held(NamedTuple):
    """What a collection holds: sentences by passage id, and the passages whose words it can be searched by, None where
    the store searches no words."""

    sentences: Counter[str]
    words: frozenset[str] | None

    def of_notice(self, notice_id: str) -> int:
        """How many passages of a notice it holds anything of."""
        return sum(one.startswith(f"{notice_id}:") for one in self.sentences.keys() | (self.words or ()))


@dataclass(frozen=True, slots=True)
class Made:
    """What a collection was made with, written into it: the model's fingerprint, the dimension of its vectors, and the mean
    length of its passages in tokens, which BM25 needs."""

    fingerprint: str
    dimension: int
    mean_length: float = 1.0

    def written(self) -> str:
        """As text, for the store to keep."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a generation keeps its vectors: the address, the collection's name and the generation's folder.

    ``token`` is what the server asks for: ``user:password`` or a key of Milvus, a bearer token before a Chroma server.
    """

    url: str
    name: str
    folder: Path
    token: str = field(default="", repr=False)

    @property
    def data_dir(self) -> Path:
        return self.folder.parent.parent

    def checked(self, written: str, fingerprint: str) -> Made:
        """What the collection says of itself.

        Raises:
            StoreError: it was written by another model or version.
        """
        try:
            plain = json.loads(written)
            version = plain.pop("format")
            made = Made(**plain) if version == FORMAT else None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise StoreError(f"向量库里的 {self.name} 不是本程序写的。", REFILL) from None
        if made is None:
            raise StoreError(f"向量库里的 {self.name} 格式为 {version}，本版本用 {FORMAT}。", REFILL)
        if made.fingerprint != fingerprint:
            raise StoreError(
                f"向量库里的 {self.name} 是用另一个向量模型写的（{made.fingerprint[:60]}，现在用 {fingerprint[:60]}）。",
                REFILL,
            )
        return made

    def check_count(self, found: int, wanted: int) -> None:
        """
        Raises:
            StoreError: the collection is not whole.
        """
        if found != wanted:
            raise StoreError(f"向量库里的 {self.name} 不完整（应有 {wanted} 句，实有 {found} 句）。", REFILL)

    def unavailable(self, error: object) -> StoreUnavailable:
        """The server did not answer."""
        return StoreUnavailable(
            f"向量库 {self.url} 没有回应（{str(error)[:200]}）。",
            "请检查那个服务是否启动、地址和口令是否写对；它恢复后再问即可，不用重建索引。",
        )

    def tried(self, call: Callable[[], Result], is_silence: Callable[[Exception], bool]) -> Result:
        """``call``, again after a while where a server does not answer.

        Raises:
            StoreUnavailable: it did not answer to the last try.
        """
        for wait in (*_WAITS, None):
            try:
                return call()
            except Exception as error:
                if not is_silence(error):
                    raise
                if wait is None:
                    raise self.unavailable(error) from error
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")


REFILL = "请运行 assistant build --force，由已保存的向量重新写入，不用重算。"


class VectorStore(Protocol):
    """One collection: the sentences of passages, found by the nearest of them, because the nearest sentence tells more than
    the mean of all (recall@5 of 2,336 everyday questions over sixty documents .75 to .63). Safe for several threads to ask.

    Every method raises ``StoreUnavailable`` where a server does not answer after three tries, and ``StoreError`` where the
    store refuses or is broken.
    """

    def __enter__(self) -> VectorStore: ...

    def __exit__(self, *exception: object) -> None:
        """:meth:`close`."""
        ...

    def add(self, passages: Sequence[Passage], vectors: Sequence[Matrix]) -> None:
        """Store passages with the vectors of their sentences (``vectors[i]`` is ``(n_sentences, dim)`` of passage i)."""
        ...

    def delete(self, passages: Sequence[Passage]) -> None:
        """Drop passages, every sentence of each; what is not there is no error."""
        ...

    def count(self) -> int:
        """How many sentences the collection holds."""
        ...

    def held(self) -> Held:
        """What the collection holds, passage by passage."""
        ...

    def nearest(self, vector: NDArray[np.float32], limit: int, notice_ids: Collection[str] | None = None) -> list[str]:
        """Ids of the passages that hold the ``limit`` nearest sentences by cosine, nearest first (approximate: HNSW).

        Args:
            notice_ids: only passages of these notices; may then give fewer than there are.
        """
        ...

    def matching(
        self, weights: Mapping[str, float], limit: int, notice_ids: Collection[str] | None = None
    ) -> list[str] | None:
        """Ids of the ``limit`` best passages by BM25, best first; None where the store searches no words.

        Args:
            weights: the question's tokens with their weights (``index.lexical.LexicalIndex.weights``).
            notice_ids: only passages of these notices.
        """
        ...

    def release(self) -> None:
        """Let go of files and connections; the store cannot be used after. Nothing that is kept is touched."""
        ...

    def close(self) -> None:
        """:meth:`release`, after what was added is on disk and what the library left unused in its files is wiped."""
        ...


def batches(size: int, step: int) -> Iterator[slice]:
    """Slices of ``step`` that cover ``size``."""
    for start in range(0, size, step):
        yield slice(start, start + step)


def sentence_id(passage_id: str, number: int) -> str:
    """The record of one sentence of a passage."""
    return f"{passage_id}{OF}{number}"


def passage_of(record_id: str) -> str:
    """The passage a record belongs to."""
    return record_id.rpartition(OF)[0]


def sentence_ids(passages: Sequence[Passage]) -> list[str]:
    """The records of passages, sentence by sentence."""
    return [sentence_id(p.id, at) for p in passages for at in range(len(p.sentences))]
