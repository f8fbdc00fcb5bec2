"""One generation (一代) of the index on disk, and the pointer that says which one serves.

``<data_dir>/index/CURRENT`` names a folder ``gen-*`` beside it. A generation is written under its final name and only
then pointed to, by one atomic rename; a folder that is not pointed to is garbage of a build that died. Passages and
vectors saved here are the truth; the Chroma files beside them can be made again from them. The trap: never trust a
folder because it exists, only because its manifest (written last) agrees with its files.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Span
from index.errors import IndexMissing, StoreError
from index.types import Matrix

FORMAT = 1
KEY_BYTES = 16
Keys = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from. ``files`` maps each truth file to its size in bytes and SHA-256."""

    inputs: str
    fingerprint: str
    corpus_hash: str
    collection: str
    passages: int
    sentences: int
    built_at: str
    chroma_url: str = ""
    format: int = FORMAT
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """The truth of a generation.

    ``vectors`` is ``(n, dim)`` and ``sentence_vectors`` ``(m, dim)`` float32, rows L2-normalised; the sentences of
    passage i are rows ``offsets[i]:offsets[i + 1]``. Keys are ``(…, 16)`` uint8, one a row.
    """

    passages: tuple[Passage, ...]
    vectors: Matrix
    keys: Keys
    sentence_vectors: Matrix
    sentence_keys: Keys
    offsets: NDArray[np.int64]


def index_root(data_dir: Path) -> Path:
    """Folder that holds every generation."""
    return data_dir / "index"


def current_folder(data_dir: Path) -> Path:
    """The generation that serves.

    Raises:
        IndexMissing: nothing was ever built.
        StoreError: the pointer names a folder that is not there.
    """
    root = index_root(data_dir)
    try:
        name = (root / "CURRENT").read_text("ascii").strip()
    except FileNotFoundError as error:
        raise IndexMissing("还没有建立索引。", "请运行 assistant build。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"索引指针 CURRENT 读不出：{error}。", "将重建索引。") from error
    folder = root / name
    if not name.startswith("gen-") or "/" in name or not folder.is_dir():
        raise StoreError(f"索引指针 CURRENT 指向不存在的目录 {name[:60]!r}。", "将重建索引。")
    return folder


def point_to(folder: Path) -> None:
    """Make ``folder`` the generation that serves, atomically."""
    descriptor, temporary = tempfile.mkstemp(dir=folder.parent, prefix=".current-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(folder.name)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(folder.parent / "CURRENT")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_manifest(folder: Path, *, full: bool = False) -> Manifest:
    """The manifest of a generation whose files agree with it: by size, or with ``full`` by hash.

    Raises:
        StoreError: half-written, damaged or of another format.
    """
    try:
        plain = json.loads((folder / "manifest.json").read_text("utf-8"))
        if plain.get("format") != FORMAT:
            raise StoreError(f"索引格式为 {plain.get('format')}，本版本用 {FORMAT}。", "将重建索引。")
        plain["files"] = {name: (int(size), str(digest)) for name, (size, digest) in plain["files"].items()}
        manifest = Manifest(**plain)
        for name, (size, digest) in manifest.files.items():
            if (folder / name).stat().st_size != size or (full and _sha256(folder / name) != digest):
                raise StoreError(f"索引文件 {name} 已损坏。", "将重建索引。")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"索引写了一半或已损坏（{error}）。", "将重建索引。") from error
    if not manifest.chroma_url:
        _check_chroma(folder / "chroma" / "chroma.sqlite3", manifest)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Hash the truth files and write the manifest, last of all."""
    files = {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and "chroma" not in path.relative_to(folder).parts
    }
    plain = {**asdict(manifest), "files": files}
    with (folder / "manifest.json").open("w", encoding="utf-8") as stream:
        json.dump(plain, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def write_saved(folder: Path, saved: Saved) -> None:
    """Write the truth files into an existing folder."""
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as stream:
        for passage in saved.passages:
            stream.write(json.dumps(_to_plain(passage), ensure_ascii=False) + "\n")
    for name in ("vectors", "keys", "sentence_vectors", "sentence_keys", "offsets"):
        np.save(folder / f"{name}.npy", getattr(saved, name), allow_pickle=False)


def read_saved(folder: Path) -> Saved:
    """Read the truth files; vectors are mapped, not copied.

    Raises:
        StoreError: they cannot be read or do not belong together.
    """
    try:
        with (folder / "passages.jsonl").open(encoding="utf-8") as stream:
            passages = tuple(_from_plain(json.loads(line)) for line in stream)
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r" if "vectors" in name else None, allow_pickle=False)
            for name in ("vectors", "keys", "sentence_vectors", "sentence_keys", "offsets")
        }
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise StoreError(f"索引的段落或向量读不出（{error}）。", "将重建索引。") from error
    saved = Saved(passages, **arrays)
    counts = (len(saved.vectors), len(saved.keys), len(saved.offsets) - 1)
    if set(counts) != {len(passages)} or saved.offsets[-1] != len(saved.sentence_vectors):
        raise StoreError(f"索引的段落与向量数目不符：{len(passages)} 段，{counts}。", "将重建索引。")
    return saved


def text_key(text: str, fingerprint: str) -> bytes:
    """Content hash of one embedded text under one model, 16 bytes."""
    return hashlib.blake2b(f"{FORMAT}\0{fingerprint}\0{text}".encode(), digest_size=KEY_BYTES).digest()


def inputs_key(passages: Sequence[Passage], fingerprint: str, chroma_url: str) -> str:
    """Identity of everything an index depends on: each passage with its place and breadcrumb, the model, the store."""
    digest = hashlib.sha256(f"{FORMAT}\0{fingerprint}\0{chroma_url}".encode())
    for p in passages:
        starts = ",".join(str(s.start) for s in p.sentences)
        digest.update(f"\0{p.id}\0{p.article}\0{starts}\0{p.breadcrumb}\0{p.text}".encode())
    return digest.hexdigest()


def as_keys(keys: Iterable[bytes]) -> Keys:
    """Keys as a ``(n, 16)`` uint8 array."""
    return np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, KEY_BYTES)


def _to_plain(p: Passage) -> list[Any]:
    sentences = [[s.start, s.end] for s in p.sentences]
    return [p.id, p.notice_id, p.article, [p.span.start, p.span.end], p.text, p.breadcrumb, sentences, p.tokens]


def _from_plain(row: list[Any]) -> Passage:
    identity, notice_id, article, span, text, breadcrumb, sentences, tokens = row
    spans = tuple(Span(*s) for s in sentences)
    return Passage(identity, notice_id, article, Span(*span), text, breadcrumb, spans, tokens)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_chroma(database: Path, manifest: Manifest) -> None:
    """Look into Chroma's file with sqlite itself: importing Chroma costs seconds and its engine aborts on garbage."""
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT 1 FROM collections WHERE name = ?", (manifest.collection,)).fetchone()
            ids = connection.execute("SELECT count(*) FROM embeddings").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"向量库已损坏（{error}）。", "将由已保存的向量重建。") from error
    if not found or ids != manifest.passages:
        raise StoreError(f"向量库不完整（应有 {manifest.passages} 段，实有 {ids} 段）。", "将由已保存的向量重建。")
