"""Chroma, embedded in the generation's folder or on a server; its records are LlamaIndex's nodes, so that any of its parts
can read them, but are written and asked without it, because importing those parts takes longer than an answer.

The trap: a metadata filter makes Chroma's query grow with the collection (1.4 to 59 ms from 1k to 100k vectors), so more is
asked for and filtered here.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.environment import collector_paused, quiet
from index.errors import StoreError
from index.saved import sentence_texts
from index.stores.types import Held, Made, Place, batches, passage_of, sentence_ids
from index.types import Matrix

FOLDER = "chroma"
"""Where the embedded store lies in a generation's folder."""
_MADE = "made"
_OVERFETCH = 4
Result = TypeVar("Result")
_ADD_BATCH = 2000
_NODE: dict[str, Any] = {
    "id_": "", "embedding": None, "metadata": {}, "excluded_embed_metadata_keys": [], "excluded_llm_metadata_keys": [],
    "relationships": {}, "metadata_template": "{key}: {value}", "metadata_separator": "\n", "text": "", "mimetype": "text/plain",
    "start_char_idx": None, "end_char_idx": None, "text_template": "{metadata_str}\n\n{content}", "class_name": "TextNode",
}  # fmt: skip


def node_record(name: str, notice_id: str) -> dict[str, str]:
    """What LlamaIndex keeps beside a vector in Chroma (``node_to_metadata_dict`` of a ``TextNode``), without LlamaIndex."""
    own = {"notice_id": notice_id}
    content = json.dumps({**_NODE, "id_": name, "metadata": own}, ensure_ascii=False)
    return {
        **own,
        "_node_content": content,
        "_node_type": "TextNode",
        **dict.fromkeys(("document_id", "doc_id", "ref_doc_id"), "None"),
    }


class ChromaStore:
    """A :class:`index.stores.VectorStore` in one Chroma collection; it searches no words."""

    def __init__(self, collection: Any, client: Any, place: Place) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._collection = collection
        self._client = client
        self._place = place

    def __enter__(self) -> ChromaStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @classmethod
    def create(cls, place: Place, made: Made) -> ChromaStore:
        client = _client(place)

        def collection() -> Any:
            return client.create_collection(
                place.name, configuration={"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 200}},
                metadata={_MADE: made.written()}, embedding_function=None,
            )  # fmt: skip

        return cls(_held_open(client, place, collection), client, place)

    @classmethod
    def open(cls, place: Place, fingerprint: str) -> ChromaStore:
        if not place.url and not (place.folder / FOLDER / "chroma.sqlite3").is_file():
            raise StoreError("向量库文件缺失。", "将由已保存的向量重建。")
        client = _client(place)
        found = _held_open(client, place, lambda: client.get_collection(place.name, embedding_function=None))
        try:
            place.checked((found.metadata or {}).get(_MADE, ""), fingerprint)
        except StoreError:
            _let_go(client)
            raise
        return cls(found, client, place)

    def add(self, passages: Sequence[Passage], vectors: Sequence[Matrix]) -> None:
        ids, texts = sentence_ids(passages), [text for p in passages for text in sentence_texts(p)]
        notices = [p.notice_id for p in passages for _ in p.sentences]
        rows = np.concatenate(vectors) if len(vectors) else np.zeros((0, 1), dtype=np.float32)
        for part in batches(len(ids), _ADD_BATCH):
            records = [node_record(one, notice_id) for one, notice_id in zip(ids[part], notices[part], strict=True)]
            add = partial(
                self._collection.add, ids=ids[part], embeddings=rows[part], metadatas=records, documents=texts[part]
            )
            self._do("写不进", "请腾出磁盘空间或检查权限。", add)

    def delete(self, passages: Sequence[Passage]) -> None:
        ids = sentence_ids(passages)
        for part in batches(len(ids), _ADD_BATCH):
            self._do("删不掉", _REBUILD, partial(self._collection.delete, ids=ids[part]))

    def count(self) -> int:
        return int(self._do("读不出", _REBUILD, self._collection.count))

    def held(self) -> Held:
        found = self._do("读不出", _REBUILD, lambda: self._collection.get(include=[])["ids"])
        return Held(Counter(map(passage_of, found)), None)

    def nearest(self, vector: NDArray[np.float32], limit: int, notice_ids: Collection[str] | None = None) -> list[str]:
        many = max(1, limit) * (1 if notice_ids is None else _OVERFETCH)
        query = self._collection.query
        asked = self._do("查询失败", _REBUILD, lambda: query(query_embeddings=[vector], n_results=many, include=[]))
        found = dict.fromkeys(map(passage_of, asked["ids"][0] if asked["ids"] else []))
        if notice_ids is None:
            return list(found)
        wanted = set(notice_ids)
        return [one for one in found if one.rpartition(":")[0] in wanted]

    def matching(
        self, weights: Mapping[str, float], limit: int, notice_ids: Collection[str] | None = None
    ) -> list[str] | None:
        return None

    def release(self) -> None:
        _let_go(self._client)

    def close(self) -> None:
        self.release()
        if not self._place.url:
            wipe_unused(self._place.folder / FOLDER)

    def _do(self, what: str, remedy: str, call: Callable[[], Result]) -> Result:
        return _done(self._place, what, remedy, call)


_REBUILD = "请运行 assistant build 重建索引。"


def _done(place: Place, what: str, remedy: str, call: Callable[[], Result]) -> Result:
    """``call``, its faults as ours."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        return place.tried(call, lambda error: isinstance(error, HTTPError)) if place.url else call()
    except StoreError:
        raise
    except (ChromaError, ValueError, RuntimeError, OSError, KeyError) as error:
        raise StoreError(f"向量库{what}：{error}。", remedy) from error


def _held_open(client: Any, place: Place, collection: Callable[[], Result]) -> Result:
    """A collection, the client closed where there is none."""
    try:
        return _done(place, "打不开", "将由已保存的向量重建。", collection)
    except BaseException:
        _let_go(client)
        raise


_HEADER = struct.Struct(
    "<i6Q"
)  # version, offset of level 0, capacity, elements, bytes an element, label, vector offset
_LENGTH = 4  # bytes of a vector's length, a float


def wipe_unused(folder: Path) -> None:
    """Zero the part of Chroma's vector files that holds no vector yet.

    hnswlib writes its whole buffers to disk, that of the vectors and that of their lengths; past the last element they
    hold whatever this process had in memory, such as text of a notice that has just been removed. A file of an unknown
    layout is left as it is.
    """
    for header in folder.rglob("header.bin"):
        content = header.read_bytes()
        if len(content) < _HEADER.size:
            continue
        version, start, capacity, elements, size, _, _ = _HEADER.unpack_from(content)
        if version != 1 or elements > capacity:
            continue
        for name, first, each in (("data_level0.bin", start, size), ("length.bin", 0, _LENGTH)):
            buffer = header.with_name(name)
            if buffer.is_file() and buffer.stat().st_size == first + capacity * each:
                with buffer.open("r+b") as stream:
                    stream.seek(first + elements * each)
                    stream.write(bytes((capacity - elements) * each))


def check_files(folder: Path, name: str, sentences: int) -> None:
    """Look into an embedded store with sqlite itself: importing Chroma costs seconds and its engine aborts on garbage.

    Raises:
        StoreError: damaged, or it does not hold ``sentences``.
    """
    try:
        database = (folder / FOLDER / "chroma.sqlite3").resolve().as_uri()
        connection = sqlite3.connect(f"{database}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT 1 FROM collections WHERE name = ?", (name,)).fetchone()
            ids = connection.execute("SELECT count(*) FROM embeddings").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"向量库已损坏（{error}）。", "将由已保存的向量重建。") from error
    if not found or ids != sentences:
        raise StoreError(f"向量库不完整（应有 {sentences} 句，实有 {ids} 句）。", "将由已保存的向量重建。")


def drop(place: Place) -> None:
    """Drop a collection on a server; see :func:`index.stores.drop_store`."""
    client = _client(place)
    try:
        from chromadb.errors import NotFoundError

        def dropped() -> None:
            try:
                client.delete_collection(place.name)
            except NotFoundError:
                return

        _done(place, f"里的 {place.name} 删不掉", "请检查服务是否启动。", dropped)
    finally:
        _let_go(client)


def _client(place: Place) -> Any:
    """A client of the server, or of the folder where there is no address.

    Raises:
        StoreUnavailable: the server does not answer.
        StoreError: the folder cannot be opened.
    """
    quiet()
    with collector_paused():
        import chromadb
        from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if not place.url:
        folder = str(place.folder / FOLDER)
        return _done(
            place, "打不开", "将重建。", lambda: chromadb.PersistentClient(path=folder, settings=settings)
        )  # fmt: skip
    parts = urlsplit(place.url)
    headers = {"Authorization": f"Bearer {place.token}"} if place.token else None

    def connected() -> Any:
        return chromadb.HttpClient(
            host=parts.hostname or "localhost", port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https", headers=headers, settings=settings,
        )  # fmt: skip

    return place.tried(connected, lambda error: True)


def _let_go(client: Any) -> None:
    """Close a client; that of a server leaves its connections open (chromadb 1.5.9), so they are closed here."""
    client.close()
    for one in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(one, "_server", None), "_session", None)
        if session is not None:
            session.close()
