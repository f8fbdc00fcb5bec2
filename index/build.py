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
    known = _known_vectors(old)
    checkpoint = Checkpoint(root / f"embedded-{embedder.fingerprint}.log")
    known.update(checkpoint.read())
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    _embed_missing(missing, known, checkpoint, embedder, tell)

    tell(len(missing), len(missing), "写入索引")
    dim = len(next(iter(known.values()))) if known else 1
    matrix: Matrix = np.zeros((len(keys), dim), dtype=np.float32)
    for row, key in enumerate(keys):
        matrix[row] = known[key]
    n = len(passages)
    offsets = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    saved = Saved(tuple(passages), matrix[:n], as_keys(keys[:n]), matrix[n:], as_keys(keys[n:]), offsets)
    folder = _write_generation(root, saved, inputs, corpus_hash, config, embedder.fingerprint)
    before = _pointed_to(config.data_dir)
    point_to(folder)
    # The generation before stays: a process that opened it may still be answering from it.
    _clean(root, keep=(folder, before))
    kept = set(keys)
    removed = 0 if old is None else sum(row.tobytes() not in kept for row in old.keys)
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
    root: Path, saved: Saved, inputs: str, corpus_hash: str, config: IndexConfig, fingerprint: str
) -> Path:
    from index.lexical import LexicalIndex
    from index.vectors import VectorStore

    now = datetime.now(UTC)
    folder = root / f"gen-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        write_saved(folder, saved)
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


def _known_vectors(old: Saved | None) -> dict[bytes, Vector]:
    if old is None:
        return {}
    pairs = ((old.keys, old.vectors), (old.sentence_keys, old.sentence_vectors))
    return {key.tobytes(): np.asarray(v) for keys, vectors in pairs for key, v in zip(keys, vectors, strict=True)}


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
