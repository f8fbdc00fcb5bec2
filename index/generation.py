"""One generation (一代) of the index on disk, and the pointer that says which one serves.

``<data_dir>/index/CURRENT`` names a folder ``gen-*`` beside it. A generation is whole, or an addition (增量) that stands
on a whole one: it holds the passages of the notices that are new or changed since, and names the notices of its base
that it hides. A generation is written under its final name and only then pointed to, by one atomic rename; a folder
that is not pointed to is garbage of a build that died. The trap: never trust a folder because it exists, only because
its manifest (written last) agrees with its files.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpus.types import Passage
from index.errors import BuildLocked, IndexMissing, StoreError
from index.stores.chroma import FOLDER, check_files
from index.stores.types import Place

FORMAT = 4
HASHED_WHOLE = 512 << 20
"""Bytes up to which a file is hashed whole whenever it is opened: a third of a second."""
_SAMPLES, _BLOCK = 256, 1 << 20
_OLDER_FORMATS = (1, 2, 3)  # passages and sentence vectors lie as they do now; what is built on them does not


STANDBY = "STANDBY"
"""The second pointer: a generation in another store, to which ``ASSISTANTSTORE__URL`` switches without a build."""
STORE = "store.json"


class Rows(NamedTuple):
    """Where a notice lies in a generation: the key of its passages, its first row, how many passages and sentences."""

    key: str
    first: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from.

    ``inputs`` identifies everything that is searched, the base's part included; ``notices``, ``passages`` and
    ``sentences`` are of this folder alone. ``base`` is the name of the folder an addition stands on, "" for a whole
    generation, and ``hidden`` the notices of the base that it does not let through. ``files`` maps each truth file to
    its size in bytes and SHA-256; ``samples`` the largest ones to that of evenly spaced blocks.
    """

    inputs: str
    fingerprint: str
    corpus_hash: str
    collection: str
    passages: int
    sentences: int
    built_at: str
    store_url: str = ""
    format: int = FORMAT
    base: str = ""
    hidden: tuple[str, ...] = ()
    notices: Mapping[str, Rows] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)


Serving = list[tuple[Path, Manifest]]


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
    return _named(root, name, "索引指针 CURRENT")


def standby_folder(data_dir: Path) -> Path | None:
    """The generation that stands ready in another store, or is being copied there; None where there is none."""
    root = index_root(data_dir)
    try:
        return _named(root, (root / STANDBY).read_text("ascii").strip(), STANDBY)
    except (OSError, UnicodeDecodeError, StoreError):
        return None


def name_store(folder: Path, place: Place) -> None:
    """Write into an unfinished generation where it is about to fill a collection, so that a build that dies can be cleared
    away wherever that is."""
    (folder / STORE).write_text(json.dumps({"store_url": place.url, "collection": place.name}), encoding="utf-8")


def store_of(folder: Path, token: str = "") -> Place | None:
    """Where a generation, finished or not, of any format, keeps a collection that is not in its own folder; None for none."""
    for name in ("manifest.json", STORE):
        try:
            plain = json.loads((folder / name).read_text("utf-8"))
            url = _store_url(plain)
            return Place(url, plain["collection"], folder, token) if url and not plain.get("base") else None
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            continue
    return None


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
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


def folders_of(folder: Path) -> list[Path]:
    """What a generation is made of: its base first, where it stands on one, then itself; damaged manifests are taken
    as far as they can be read."""
    try:
        base = json.loads((folder / "manifest.json").read_text("utf-8")).get("base", "")
        return [_named(folder.parent, base, "索引"), folder] if base else [folder]
    except (OSError, ValueError, AttributeError, TypeError, StoreError):
        return [folder]


def point_to(folder: Path, pointer: str = "CURRENT") -> None:
    """Make ``folder`` the generation that serves, atomically; with :data:`STANDBY`, the one that stands ready."""
    descriptor, temporary = tempfile.mkstemp(dir=folder.parent, prefix=".current-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(folder.name)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(folder.parent / pointer)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_manifest(folder: Path, *, full: bool = False, older: bool = False) -> Manifest:
    """The manifest of a generation whose files agree with it by hash, and which agrees with its own.

    Of files beyond :data:`HASHED_WHOLE` bytes evenly spaced blocks are hashed, all of them with ``full``.

    Args:
        older: whether to take a format whose passages and vectors can still be read.

    Raises:
        StoreError: half-written, damaged or of another format.
    """
    try:
        plain = json.loads((folder / "manifest.json").read_text("utf-8"))
        if plain.get("format") not in (FORMAT, *(_OLDER_FORMATS if older else ())):
            raise StoreError(f"索引格式为 {plain.get('format')}，本版本用 {FORMAT}。", "将重建索引。")
        if plain.pop("digest", None) not in (None, _digest_of(plain)):
            raise StoreError("索引说明 manifest.json 已被改动或损坏。", "将重建索引。")
        plain["files"] = {name: (int(size), str(digest)) for name, (size, digest) in plain["files"].items()}
        plain["notices"] = {name: Rows(*rows) for name, rows in plain.get("notices", {}).items()}
        plain["hidden"] = tuple(plain.get("hidden", ()))
        plain["store_url"] = _store_url(plain)
        manifest = Manifest(**plain)
        for name, (size, digest) in manifest.files.items():
            path = folder / name
            if path.stat().st_size != size:
                raise StoreError(f"索引文件 {name} 已损坏。", "将重建索引。")
            sampled = manifest.samples.get(name) if size > HASHED_WHOLE and not full else None
            if (_sampled(path) != sampled) if sampled is not None else (_sha256(path) != digest):
                raise StoreError(f"索引文件 {name} 已损坏。", "将重建索引。")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"索引写了一半或已损坏（{error}）。", "将重建索引。") from error
    if not manifest.base and not manifest.store_url:
        check_files(folder, manifest.collection, manifest.sentences)
    return manifest


def read_serving(folder: Path, *, full: bool = False) -> Serving:
    """A generation's folders and manifests, its base first where it stands on one.

    Raises:
        StoreError: one of them is half-written, damaged, missing or of another format.
    """
    found = [(part, read_manifest(part, full=full)) for part in folders_of(folder)]
    if found[0][1].base:
        raise StoreError(f"索引缺少它所依据的 {found[0][1].base[:60]}。", "将重建索引。")
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Hash the truth files and write the manifest, last of all."""
    files = {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and FOLDER not in path.relative_to(folder).parts
    }
    samples = {name: _sampled(folder / name) for name, (size, _) in files.items() if size > HASHED_WHOLE}
    plain = {**asdict(manifest), "files": files, "samples": samples}
    plain = {**plain, "digest": _digest_of(json.loads(json.dumps(plain)))}
    with (folder / "manifest.json").open("w", encoding="utf-8") as stream:
        json.dump(plain, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())


def inputs_key(keys: Mapping[str, str], fingerprint: str, store_url: str) -> str:
    """Identity of everything an index depends on: the passages of each notice (by key), the model, the store."""
    lines = sorted(f"{notice_id}\0{key}" for notice_id, key in keys.items())
    return hashlib.sha256("\x1e".join((str(FORMAT), fingerprint, store_url, *lines)).encode()).hexdigest()


def rows_by_notice(passages: Sequence[Passage], keys: Mapping[str, str]) -> dict[str, Rows]:
    """Where each notice lies among ``passages``, which hold every notice in one run."""
    found: dict[str, Rows] = {}
    for row, passage in enumerate(passages):
        rows = found.get(passage.notice_id) or Rows(keys[passage.notice_id], row, 0, 0)
        more = rows.passages + 1, rows.sentences + len(passage.sentences)
        found[passage.notice_id] = Rows(rows.key, rows.first, *more)
    return {name: found.get(name, Rows(keys[name], 0, 0, 0)) for name in keys}


def row_count(manifest: Manifest, notice_ids: Collection[str]) -> int:
    """How many passages of a generation belong to these notices."""
    return sum(manifest.notices[one].passages for one in notice_ids)


def _store_url(plain: dict[str, Any]) -> str:
    return str(plain.get("store_url", plain.pop("chroma_url", "")))  # so it was called up to format 3


def _named(root: Path, name: str, who: str) -> Path:
    folder = root / name
    if not name.startswith("gen-") or "/" in name or not folder.is_dir():
        raise StoreError(f"{who} 指向不存在的目录 {name[:60]!r}。", "将重建索引。")
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sampled(path: Path) -> str:
    """SHA-256 of evenly spaced blocks, the first and the last among them."""
    size, digest = path.stat().st_size, hashlib.sha256()
    with path.open("rb") as stream:
        for number in range(_SAMPLES + 1):
            stream.seek((size - _BLOCK) * number // _SAMPLES)
            digest.update(stream.read(_BLOCK))
    return digest.hexdigest()


def _digest_of(plain: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
