"""The vector store: Chroma, embedded in the index folder or on a server; its records are LlamaIndex's nodes, so that any of
its parts can read it, but are written and asked without it, because importing those parts takes longer than an answer.

A passage is found by any one of its sentences: each sentence is a record of its own, named after its passage, because the
nearest sentence tells more than the mean of all (recall@5 of 2,336 everyday questions over sixty documents .75 to .63).
The store is disposable: passages and vectors are saved beside it, and it can be filled again without embedding
anything. The trap: a metadata filter makes Chroma's query grow with the collection (1.4 to 59 ms from 1k to 100k
vectors), so callers over-fetch and filter instead; see ``index.search``.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Span
from index.environment import collector_paused, quiet
from index.errors import StoreError
from index.types import Matrix

_ADD_BATCH = 2000
_OF = "#"  # between a passage's id and the number of a sentence of it
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


class VectorStore:
    """Nearest passages by cosine, in one Chroma collection."""

    def __init__(self, collection: Any, client: Any, folder: Path | None = None) -> None:
        self._collection = collection
        self._client = client
        self._folder = folder

    def __enter__(self) -> VectorStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def release(self) -> None:
        """Let go of the files; the store cannot be used after. Nothing on disk is touched."""
        _let_go(self._client)

    def close(self) -> None:
        """:meth:`release`, then wipe what the library left unused in the files."""
        self.release()
        if self._folder is not None:
            wipe_unused(self._folder)

    @classmethod
    def open(cls, folder: Path, name: str, *, url: str = "", create: bool = False) -> VectorStore:
        """Open (or make) a collection, in ``folder`` or, where ``url`` is set, on that Chroma server.

        Raises:
            StoreError: the collection is missing or damaged, or the server cannot be reached.
        """
        quiet()
        with collector_paused():
            import chromadb
            from chromadb.config import Settings
            from chromadb.errors import ChromaError

        settings = Settings(anonymized_telemetry=False)
        try:
            if url:
                client: Any = _server(chromadb, url)
            else:
                if not create and not (folder / "chroma.sqlite3").is_file():
                    raise StoreError("向量库文件缺失。", "将由已保存的向量重建。")
                client = chromadb.PersistentClient(path=str(folder), settings=settings)
            if create:
                collection = client.create_collection(
                    name, configuration={"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 200}},
                    embedding_function=None,
                )  # fmt: skip
            else:
                collection = client.get_collection(name, embedding_function=None)
        except StoreError:
            raise
        except (ChromaError, ValueError, OSError, RuntimeError, KeyError) as error:
            where = f"Chroma 服务 {url}" if url else "向量库"
            raise StoreError(f"{where}打不开：{error}。", "请检查服务是否启动。" if url else "将重建。") from error
        return cls(collection, client, None if url else folder)

    def add(self, passages: Sequence[Passage], vectors: Sequence[Matrix]) -> None:
        """Store passages with the vectors of their sentences (``vectors[i]`` is ``(n_sentences, dim)`` of passage i).

        Raises:
            StoreError: the store cannot be written (full disk).
        """
        from chromadb.errors import ChromaError

        records = [(p, at) for p in passages for at in range(len(p.sentences))]
        rows = np.concatenate(vectors) if len(vectors) else np.zeros((0, 1), dtype=np.float32)
        for start in range(0, len(records), _ADD_BATCH):
            part = slice(start, start + _ADD_BATCH)
            ids = [f"{p.id}{_OF}{at}" for p, at in records[part]]
            try:
                self._collection.add(
                    ids=ids, embeddings=rows[part],
                    metadatas=[node_record(one, p.notice_id) for one, (p, _) in zip(ids, records[part], strict=True)],
                    documents=[
                        Span(p.sentences[at].start - p.span.start, p.sentences[at].end - p.span.start).of(p.text) for p, at in records[part]
                    ],
                )  # fmt: skip
            except (ChromaError, RuntimeError, OSError) as error:
                raise StoreError(f"向量库写不进：{error}。", "请腾出磁盘空间或检查权限。") from error

    def delete(self, passages: Sequence[Passage]) -> None:
        """Drop passages, every sentence of each."""
        ids = [f"{p.id}{_OF}{at}" for p in passages for at in range(len(p.sentences))]
        for start in range(0, len(ids), _ADD_BATCH):
            self._collection.delete(ids=ids[start : start + _ADD_BATCH])

    def count(self) -> int:
        """How many sentences the collection holds."""
        return int(self._collection.count())

    def held(self) -> Counter[str]:
        """How many sentences the collection holds of each passage, by passage id."""
        return Counter(one.rpartition(_OF)[0] for one in self._collection.get(include=[])["ids"])

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[str]:
        """Ids of the passages that hold the ``limit`` nearest sentences, nearest first (approximate: HNSW).

        Raises:
            StoreError: the store broke while open.
        """
        from chromadb.errors import ChromaError

        try:
            asked = self._collection.query(query_embeddings=[vector], n_results=max(1, limit), include=[])
            found = asked["ids"][0] if asked["ids"] else []
        except (ChromaError, ValueError, RuntimeError, OSError) as error:
            raise StoreError(f"向量库查询失败：{error}。", "请运行 assistant build 重建索引。") from error
        return list(dict.fromkeys(one.rpartition(_OF)[0] for one in found))


_HEADER = struct.Struct(
    "<i6Q"
)  # version, offset of level 0, capacity, elements, bytes an element, label, vector offset


def wipe_unused(folder: Path) -> None:
    """Zero the part of Chroma's vector files that holds no vector yet.

    hnswlib writes its whole buffer to disk; past the last element that is whatever this process had in memory, such as
    text of a notice that has just been removed. A file of an unknown layout is left as it is.
    """
    for header in folder.rglob("header.bin"):
        buffer = header.with_name("data_level0.bin")
        content = header.read_bytes()
        if len(content) < _HEADER.size or not buffer.is_file():
            continue
        version, start, capacity, elements, size, _, _ = _HEADER.unpack_from(content)
        used = start + elements * size
        if version == 1 and elements <= capacity and buffer.stat().st_size == start + capacity * size:
            with buffer.open("r+b") as stream:
                stream.seek(used)
                stream.write(bytes((capacity - elements) * size))


def delete_collection(name: str, url: str) -> None:
    """Drop a collection on a server; one that is gone already is no error.

    Raises:
        StoreError: the server cannot be reached.
    """
    import chromadb
    from chromadb.errors import ChromaError, NotFoundError

    try:
        client = _server(chromadb, url)
        try:
            client.delete_collection(name)
        finally:
            _let_go(client)
    except NotFoundError:
        return
    except (ChromaError, ValueError, OSError, RuntimeError) as error:
        raise StoreError(f"Chroma 服务 {url} 上的 {name} 删不掉：{error}。", "请检查服务是否启动。") from error


def _server(chromadb: Any, url: str) -> Any:
    """A client of the server at ``url``."""
    quiet()
    from chromadb.config import Settings

    parts = urlsplit(url)
    return chromadb.HttpClient(
        host=parts.hostname or "localhost", port=parts.port or 8000, ssl=parts.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )  # fmt: skip


def _let_go(client: Any) -> None:
    """Close a client; that of a server leaves its connections open (chromadb 1.5.9), so they are closed here."""
    client.close()
    for one in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(one, "_server", None), "_session", None)
        if session is not None:
            session.close()
