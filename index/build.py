"""Builds and updates the index: embeds what changed, writes a new generation, swaps it in.

Every text is known by a hash of its content, the model and the format, so a text embedded once is never embedded
again: its vector comes from the previous generation or from the checkpoint file a killed build left behind. The trap:
nothing here may import torch, LlamaIndex or Chroma before it is known that something changed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Span
from index.embedder import load_embedder
from index.errors import BuildError, BuildLocked, IndexMissing, StoreError
from index.generation import (
    KEY_BYTES,
    Keys,
    Manifest,
    Saved,
    as_keys,
    current_folder,
    index_root,
    inputs_key,
    point_to,
    read_manifest,
    read_saved,
    text_key,
    write_manifest,
    write_saved,
)
from index.types import Embedder, IndexConfig, Matrix

Progress = Callable[[int, int, str], None]
Vector = NDArray[np.float32]
CHECKPOINT_TEXTS = 64
_RECORD_HEAD = struct.Struct("<II")  # CRC-32 and byte length of what follows


class PassageSource(Protocol):
    """What the build needs of a corpus."""

    @property
    def hash(self) -> str: ...

    def passages(self, max_tokens: int = 320, breadcrumb: bool = True) -> tuple[Passage, ...]: ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``reason`` is a Chinese sentence where an old index could not be read and was made anew."""

    changed: bool
    passages: int
    sentences: int
    embedded: int
    reused: int
    removed: int
    seconds: float
    generation: str
    reason: str = ""


def sentence_texts(passage: Passage) -> list[str]:
    """The sentences of a passage as text, in order."""
    return [Span(s.start - passage.span.start, s.end - passage.span.start).of(passage.text) for s in passage.sentences]


def build_index(
    corpus: PassageSource,
    config: IndexConfig,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> BuildReport:
    """Bring the index in ``config.data_dir`` up to date with ``corpus``; safe to kill at any moment.

    Args:
        embedder: used instead of the configured one.
        progress: called with (done, total, Chinese label).
        force: write a new generation even if nothing changed (its store may be damaged); vectors are still reused.

    Raises:
        BuildLocked: another process is building.
        BuildError: full disk or no permission; the previous index keeps serving.
        ModelError: the model cannot be had.
    """
    began, tell = time.perf_counter(), progress or (lambda done, total, label: None)
    embedder = embedder or load_embedder(config, notify=lambda text: tell(0, 1, text))
    passages = corpus.passages(max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
    inputs = inputs_key(passages, embedder.fingerprint, config.chroma_url)
    root = index_root(config.data_dir)
    try:
        with _lock(root):
            reason, old = "", None
            try:
                folder = current_folder(config.data_dir)
                manifest = read_manifest(folder)
                if manifest.inputs == inputs and not force:
                    seconds = time.perf_counter() - began
                    return BuildReport(False, len(passages), manifest.sentences, 0, len(passages) + manifest.sentences,
                                       0, seconds, folder.name)  # fmt: skip
            except IndexMissing:
                pass
            except StoreError as error:
                reason = f"原索引不可用，已重建：{error.message}"
            old = _readable_truth(config.data_dir)
            report = _build(root, passages, inputs, corpus.hash, config, embedder, old, tell)
    except StoreError as error:
        raise BuildError(
            f"{error.message}原索引仍在使用。", "请检查磁盘空间、权限和设置后重新运行 assistant build。"
        ) from error
    except OSError as error:
        raise BuildError(
            f"索引写不进 {root}：{error.strerror or '没有写完'}，原索引仍在使用。",
            "请腾出磁盘空间或检查权限后重新运行 assistant build。",
        ) from error
    return BuildReport(True, *report, time.perf_counter() - began, current_folder(config.data_dir).name, reason)


def _build(
    root: Path,
    passages: Sequence[Passage],
    inputs: str,
    corpus_hash: str,
    config: IndexConfig,
    embedder: Embedder,
    old: Saved | None,
    tell: Progress,
) -> tuple[int, int, int, int, int]:
    sentences = [sentence_texts(passage) for passage in passages]
    flat = [text for group in sentences for text in group]
    texts = [p.search_text for p in passages] + flat
    keys = [text_key(text, embedder.fingerprint) for text in texts]
    stored = _known_rows(old)
    known: dict[bytes, Vector] = {}
    checkpoint = Checkpoint(root / f"embedded-{embedder.fingerprint}.log")
    known.update(checkpoint.read())
    missing = {k: text for k, text in zip(keys, texts, strict=True) if k not in stored and k not in known}
    _embed_missing(missing, known, checkpoint, embedder, tell)

    tell(len(missing), len(missing), "写入索引")
    matrix = _gathered(keys, stored, known, old)
    n = len(passages)
    offsets = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    saved = Saved(tuple(passages), matrix[:n], as_keys(keys[:n]), matrix[n:], as_keys(keys[n:]), offsets)
    before = _pointed_to(config.data_dir)
    base = before if old is not None and not config.chroma_url and _only_grew(old, saved) else None
    folder = _write_generation(root, saved, inputs, corpus_hash, config, embedder.fingerprint, base, old)
    point_to(folder)
    # The generation before stays: a process that opened it may still be answering from it.
    _clean(root, keep=(folder, before))
    kept = set(keys)
    removed = 0 if old is None else sum(key not in kept for key in _split(old.keys))
    return n, len(flat), len(missing), len(texts) - len(missing), removed


def _embed_missing(
    missing: dict[bytes, str], known: dict[bytes, Vector], checkpoint: Checkpoint, embedder: Embedder, tell: Progress
) -> None:
    """Embed, longest first so that progress only gets faster, saving after every few texts."""
    order = sorted(missing, key=lambda key: (-len(missing[key]), key))
    for start in range(0, len(order), CHECKPOINT_TEXTS):
        tell(start, len(order), "计算向量")
        part = order[start : start + CHECKPOINT_TEXTS]
        vectors = embedder.embed([missing[key] for key in part], "passage")
        checkpoint.append(part, vectors)
        known.update(zip(part, vectors, strict=True))


def _write_generation(
    root: Path, saved: Saved, inputs: str, corpus_hash: str, config: IndexConfig, fingerprint: str,
    base: Path | None, old: Saved | None,
) -> Path:  # fmt: skip
    """Write a generation; with ``base`` its stores begin as copies of that one's and only what differs is changed."""
    from index.lexical import LexicalIndex
    from index.vectors import VectorStore

    now = datetime.now(UTC)
    folder = root / f"gen-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        write_saved(folder, saved)
        collection = None
        if base is not None and old is not None:
            collection = _grown(base, folder, old, saved)
        if collection is None:
            LexicalIndex.from_texts([p.search_text for p in saved.passages]).save(folder / "lexical")
            collection = f"policy-{folder.name}"
            with VectorStore.open(folder / "chroma", collection, url=config.chroma_url, create=True) as store:
                store.add(saved.passages, saved.vectors)
        manifest = Manifest(
            inputs, fingerprint, corpus_hash, collection, len(saved.passages), len(saved.sentence_vectors),
            now.isoformat(timespec="seconds"), config.chroma_url,
        )  # fmt: skip
        write_manifest(folder, manifest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _split(keys: Keys) -> list[bytes]:
    """Rows of a key array as bytes."""
    raw = np.ascontiguousarray(keys).tobytes()
    return [raw[at : at + KEY_BYTES] for at in range(0, len(raw), KEY_BYTES)]


def _known_rows(old: Saved | None) -> dict[bytes, int]:
    """Row of each key in the old passages' vectors followed by the old sentences'."""
    if old is None:
        return {}
    return {key: row for row, key in enumerate((*_split(old.keys), *_split(old.sentence_keys)))}


def _gathered(keys: list[bytes], stored: dict[bytes, int], fresh: dict[bytes, Vector], old: Saved | None) -> Matrix:
    """The vector of each key, from the old generation in one go or from those just made."""
    width = len(next(iter(fresh.values()))) if fresh else (old.vectors.shape[1] if old is not None else 1)
    matrix: Matrix = np.zeros((len(keys), width), dtype=np.float32)
    if old is not None and stored:
        border = len(old.keys)
        rows = np.array([stored.get(key, -1) for key in keys], dtype=np.int64)
        parts = ((old.vectors, 0, border), (old.sentence_vectors, border, border + len(old.sentence_keys)))
        for source, low, high in parts:
            at = np.flatnonzero((rows >= low) & (rows < high))
            matrix[at] = source[rows[at] - low]
    for row, key in enumerate(keys):
        vector = fresh.get(key)
        if vector is not None:
            matrix[row] = vector
    return matrix


def _only_grew(old: Saved, saved: Saved) -> bool:
    """Whether every notice of the old generation is still there: what was removed must not linger in a copied file."""
    return {p.notice_id for p in old.passages} <= {p.notice_id for p in saved.passages}


def _grown(base: Path, folder: Path, old: Saved, saved: Saved) -> str | None:
    """Copy the stores of ``base`` and change what differs; the collection's name, None where they cannot be used.

    Adding to 20,000 passages this way takes a second; filling a new vector store takes a minute.
    """
    from index.lexical import LexicalIndex
    from index.vectors import VectorStore

    before = {
        passage.id: (row, key) for row, (passage, key) in enumerate(zip(old.passages, _split(old.keys), strict=True))
    }
    after = {passage.id: key for passage, key in zip(saved.passages, _split(saved.keys), strict=True)}
    same = {one for one, (_, key) in before.items() if after.get(one) == key}
    rows = [before[passage.id][0] if passage.id in same else None for passage in saved.passages]
    try:
        collection = read_manifest(base).collection
        shutil.copytree(base / "chroma", folder / "chroma")
        with VectorStore.open(folder / "chroma", collection) as store:
            store.delete([one for one in before if one not in same])
            new = [row for row, passage in enumerate(saved.passages) if passage.id not in same]
            store.add([saved.passages[row] for row in new], saved.vectors[new])
        texts = [passage.search_text for passage in saved.passages]
        LexicalIndex.from_texts(texts, earlier=base / "lexical", rows=rows).save(folder / "lexical")
    except StoreError:
        for name in ("chroma", "lexical"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return None
    return collection


def _readable_truth(data_dir: Path) -> Saved | None:
    """Passages and vectors of the generation that serves, if every byte is as it was written (the store may not be)."""
    try:
        folder = current_folder(data_dir)
        try:
            read_manifest(folder, full=True)
        except StoreError as error:
            if "向量库" not in error.message:
                return None
        return read_saved(folder)
    except StoreError:
        return None


def _pointed_to(data_dir: Path) -> Path | None:
    try:
        return current_folder(data_dir)
    except StoreError:
        return None


def _clean(root: Path, *, keep: Collection[Path | None]) -> None:
    """Delete every generation but those named, and what dead builds left."""
    for folder in root.glob("gen-*"):
        if folder not in keep:
            shutil.rmtree(folder, ignore_errors=True)
    for stray in (*root.glob(".current-*"), *root.glob("embedded-*.log")):
        stray.unlink(missing_ok=True)


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """One build at a time a data folder; the lock is the system's, so a killed build leaves none behind."""
    from filelock import FileLock, Timeout

    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BuildLocked("另一个进程正在建立索引。", "请等它完成后再试。") from error
    try:
        yield
    finally:
        lock.release()


class Checkpoint:
    """Append-only file of vectors already computed; a record cut short by a kill is ignored and overwritten."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[bytes, Vector]:
        """Every whole record; what follows a damaged one is cut off."""
        if not self._path.is_file():
            return {}
        content, at, found = self._path.read_bytes(), 0, {}
        while at + _RECORD_HEAD.size <= len(content):
            crc, length = _RECORD_HEAD.unpack_from(content, at)
            body = content[at + _RECORD_HEAD.size : at + _RECORD_HEAD.size + length]
            if len(body) < length or length <= KEY_BYTES or zlib.crc32(body) != crc:
                break
            found[body[:KEY_BYTES]] = np.frombuffer(body[KEY_BYTES:], dtype="<f4").astype(np.float32)
            at += _RECORD_HEAD.size + length
        if at < len(content):
            os.truncate(self._path, at)
        return found

    def append(self, keys: Sequence[bytes], vectors: Matrix) -> None:
        with self._path.open("ab") as stream:
            for key, vector in zip(keys, vectors, strict=True):
                body = key + vector.astype("<f4").tobytes()
                stream.write(_RECORD_HEAD.pack(zlib.crc32(body), len(body)) + body)
