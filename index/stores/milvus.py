"""Milvus, a cluster or Milvus Lite: the same calls to both.

Two collections: the sentences with their vectors (HNSW, cosine), and the passages with the weights of their words. Milvus's
own BM25 cuts Chinese with an analyzer that differs between Lite and cluster, and Lite counts a word within one file of the
store only; so the weights that BM25 gives the words of a passage are stored as a sparse vector, the question's as another,
and their inner product is BM25, the same everywhere and the same as :mod:`index.lexical`. Filters by notice are carried out
inside the engine. The trap: Lite forgets descriptions and a cluster may refuse properties of our own, so what a collection
was made with is a record of it, which no question can find.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.environment import collector_paused, quiet
from index.errors import StoreError, StoreUnavailable
from index.lexical import term_weights
from index.saved import sentence_texts
from index.stores import lite
from index.stores.address import parse
from index.stores.types import REFILL, Held, Made, Place, batches, passage_of, sentence_ids
from index.types import Matrix

_BATCH = 1000
_PAGE = 10_000
_MOST = 16_384
"""What Milvus gives back at most for one query."""
_LONGEST = 65_535
"""Bytes that a text field of Milvus holds."""
_SECONDS = 30.0
"""For one call; beyond, the server is silent."""
_NOT_REACHED, _NOT_LOADED, _NO_COLLECTION = 2, 101, 100
_NOTHING = 2**32 - 2
"""The dimension of a passage without a word, which no question has."""
_CHANNEL = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
}
"""A connection of our own that looks for its server every second; shared ones wait up to two minutes."""
_WORDS = "_words"
_MADE = "#made"
"""The record that says what the collection was made with, in place of a notice."""
Result = TypeVar("Result")


class MilvusStore:
    """A :class:`index.stores.VectorStore` in two Milvus collections."""

    def __init__(self, client: Any, place: Place, made: Made) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._client = client
        self._place = place
        self._made = made
        self._name = _name(place)
        self._written = False

    def __enter__(self) -> MilvusStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @classmethod
    def create(cls, place: Place, made: Made) -> MilvusStore:
        client = _client(place)
        try:
            store = cls(client, place, made)
            store._do("建不了", lambda: _make(client, store._name, made))
            record = {"id": _MADE, "notice_id": made.written(), "words": _sparse({})}
            store._insert(store._name + _WORDS, [record])
        except BaseException:
            _let_go(client, place)
            raise
        store._written = True
        return store

    @classmethod
    def open(cls, place: Place, fingerprint: str) -> MilvusStore:
        client, name = _client(place), _name(place)
        try:
            for one in (name, name + _WORDS):
                _done(place, "打不开", partial(client.load_collection, one, timeout=_SECONDS))
            told = _done(place, "读不出", lambda: _query(client, name + _WORDS, f'id == "{_MADE}"', "notice_id"))
            made = place.checked(str(told[0]["notice_id"]) if told else "", fingerprint)
        except BaseException:
            _let_go(client, place)
            raise
        return cls(client, place, made)

    def add(self, passages: Sequence[Passage], vectors: Sequence[Matrix]) -> None:
        self._written = True
        ids, texts = sentence_ids(passages), [text for p in passages for text in sentence_texts(p)]
        notices = [p.notice_id for p in passages for _ in p.sentences]
        rows = np.concatenate(vectors) if len(vectors) else np.zeros((0, 1), dtype=np.float32)
        for part in batches(len(ids), _BATCH):
            records = [
                {"id": one, "notice_id": notice_id, "text": _clipped(text), "vector": vector}
                for one, notice_id, text, vector in zip(ids[part], notices[part], texts[part], rows[part], strict=True)
            ]
            self._insert(self._name, records)
        for part in batches(len(passages), _BATCH):
            records = [
                {
                    "id": p.id,
                    "notice_id": p.notice_id,
                    "words": _sparse(term_weights(p.search_text, self._made.mean_length)),
                }
                for p in passages[part]
            ]
            self._insert(self._name + _WORDS, records)

    def delete(self, passages: Sequence[Passage]) -> None:
        self._written = True
        for name, ids in ((self._name, sentence_ids(passages)), (self._name + _WORDS, [p.id for p in passages])):
            for part in batches(len(ids), _BATCH):
                self._do("删不掉", partial(self._client.delete, name, ids=ids[part], timeout=_SECONDS))

    def count(self) -> int:
        return int(self._do("读不出", lambda: _query(self._client, self._name, "", "count(*)"))[0]["count(*)"])

    def held(self) -> Held:
        sentences = Counter(map(passage_of, self._do("读不出", lambda: list(self._ids(self._name)))))
        words = frozenset(self._do("读不出", lambda: list(self._ids(self._name + _WORDS))))
        return Held(sentences, words - {_MADE})

    def nearest(self, vector: NDArray[np.float32], limit: int, notice_ids: Collection[str] | None = None) -> list[str]:
        limit = min(max(1, limit), _MOST)
        found = self._search(self._name, vector, limit, notice_ids, "vector", {"ef": max(400, limit)})
        return list(dict.fromkeys(map(passage_of, found)))

    def matching(
        self, weights: Mapping[str, float], limit: int, notice_ids: Collection[str] | None = None
    ) -> list[str] | None:
        if not weights:
            return []
        limit = min(max(1, limit), _MOST)
        return self._search(self._name + _WORDS, _sparse(weights), limit, notice_ids, "words", {})

    def release(self) -> None:
        _let_go(self._client, self._place)

    def close(self) -> None:
        try:
            if self._written:
                for name in (self._name, self._name + _WORDS):
                    self._do("写不进", partial(self._client.flush, name, timeout=10 * _SECONDS))
        finally:
            self.release()

    def _insert(self, name: str, records: list[dict[str, Any]]) -> None:
        self._do("写不进", lambda: self._client.upsert(name, records, timeout=_SECONDS))

    def _ids(self, name: str) -> Iterator[str]:
        pages = self._client.query_iterator(
            name, batch_size=_PAGE, filter="", output_fields=["id"], consistency_level="Strong", timeout=_SECONDS
        )
        try:
            while page := pages.next():
                yield from (one["id"] for one in page)
        finally:
            pages.close()

    def _search(
        self, name: str, query: Any, limit: int, notice_ids: Collection[str] | None, field: str, options: dict[str, Any]
    ) -> list[str]:
        wanted = "" if notice_ids is None else f"notice_id in {json.dumps(sorted(notice_ids), ensure_ascii=False)}"
        asked = self._do(
            "查询失败",
            lambda: self._client.search(
                name, data=[query], anns_field=field, limit=limit, filter=wanted, search_params={"params": options},
                timeout=_SECONDS,
            ),
        )  # fmt: skip
        return [str(hit["id"]) for hit in asked[0]]

    def _do(self, what: str, call: Callable[[], Result]) -> Result:
        """``call``, its faults as ours; a collection that a restart has put out of memory is loaded again."""
        from pymilvus.exceptions import MilvusException

        def loaded() -> Result:
            try:
                return call()
            except MilvusException as error:
                if error.code != _NOT_LOADED:
                    raise
            for name in (self._name, self._name + _WORDS):
                self._client.load_collection(name, timeout=_SECONDS)
            return call()

        return _done(self._place, what, loaded)


def drop(place: Place) -> None:
    """Drop both collections; see :func:`index.stores.drop_store`."""
    address = parse(place.url)
    if address.kind == "lite" and not address.file(place.data_dir).exists():
        return
    client, name = _client(place), _name(place)
    try:
        for one in (name + _WORDS, name):
            _done(place, "删不掉", partial(client.drop_collection, one, timeout=_SECONDS))
    finally:
        _let_go(client, place)


def _query(client: Any, name: str, wanted: str, field: str) -> Any:
    return client.query(
        name, filter=wanted, output_fields=[field], consistency_level="Strong", timeout=_SECONDS
    )  # fmt: skip


def _make(client: Any, name: str, made: Made) -> None:
    from pymilvus import DataType

    for one, field, kind, index in (
        (name, "vector", DataType.FLOAT_VECTOR, {"index_type": "HNSW", "metric_type": "COSINE", "params": {"M": 16, "efConstruction": 200}}),
        (name + _WORDS, "words", DataType.SPARSE_FLOAT_VECTOR, {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"}),
    ):  # fmt: skip
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, max_length=512, is_primary=True)
        schema.add_field("notice_id", DataType.VARCHAR, max_length=2048)
        if field == "vector":
            schema.add_field("text", DataType.VARCHAR, max_length=_LONGEST)
            schema.add_field(field, kind, dim=max(2, made.dimension))
        else:
            schema.add_field(field, kind)
        indexes = client.prepare_index_params()
        indexes.add_index(field, **index)
        indexes.add_index("notice_id", index_type="INVERTED")
        client.create_collection(one, schema=schema, index_params=indexes, timeout=_SECONDS)


def _sparse(weights: Mapping[str, float]) -> dict[int, float]:
    """Tokens as dimensions: the same number for a token everywhere, two tokens of a million alike with odds of one in ten
    thousand each, which moves a nomination and no score."""
    found: dict[int, float] = {}
    for token, weight in weights.items():
        number = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=4).digest(), "big") % _NOTHING
        found[number] = found.get(number, 0.0) + weight
    return found or {_NOTHING: 1.0}


def _clipped(text: str) -> str:
    """As much of a sentence as the field holds; the whole of it is in the generation's folder."""
    return text if len(text) * 4 <= _LONGEST else text.encode()[:_LONGEST].decode(errors="ignore")


def _name(place: Place) -> str:
    return place.name.replace("-", "_")  # Milvus takes no other sign


def _lite_file(place: Place) -> Path | None:
    address = parse(place.url)
    return address.file(place.data_dir) if address.kind == "lite" else None


def _client(place: Place) -> Any:
    """A client that has reached the server.

    Raises:
        StoreUnavailable: it does not answer, refuses us, or the package is not installed.
        StoreError: a Milvus Lite file that is none.
    """
    quiet()
    try:
        with collector_paused():
            from pymilvus import MilvusClient
    except ImportError as error:
        raise StoreUnavailable(
            f"{place.url} 要用 Milvus 的客户端，这里没有安装。",
            "请运行 pip install 'health-policy-assistant[milvus]'。",
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)  # every fault is told by us, once
    address, file = parse(place.url), _lite_file(place)
    uri = lite.acquire(file) if file is not None else address.uri
    options = {"token": place.token, "db_name": address.database, "timeout": _SECONDS, "grpc_options": _CHANNEL}
    try:
        return _done(place, "连不上", lambda: MilvusClient(uri=uri, dedicated=True, **options))
    except BaseException:
        if file is not None:
            lite.release(file)
        raise


def _let_go(client: Any, place: Place) -> None:
    client.close()
    file = _lite_file(place)
    if file is not None:
        lite.release(file)


def _done(place: Place, what: str, call: Callable[[], Result]) -> Result:
    """``call``, its faults as ours."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    def is_silence(error: Exception) -> bool:
        return isinstance(error, RpcError) or (isinstance(error, MilvusException) and error.code == _NOT_REACHED)

    try:
        return place.tried(call, is_silence)
    except MilvusException as error:
        if error.code == _NO_COLLECTION:
            raise StoreError(f"向量库里没有 {place.name}。", REFILL) from error
        raise StoreError(f"向量库{what}：{error.message}。", REFILL) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise StoreError(f"向量库{what}：{error}。", REFILL) from error
