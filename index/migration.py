"""Copies the generation that serves into another store (迁移): its passages and vectors, without embedding anything.

The copy stands ready beside what serves (``STANDBY``), and nothing of the old is touched: the setting
``ASSISTANT_STORE__URL`` switches to it, and back. It has the old one's truth files (hard links where the file system has
them) and a collection of its own. Killed at any moment, it goes on where it stopped when run again, because the folder
names what it copies and the collection is asked what it holds. The trap: the manifest is written last, after every passage
was counted in the new store, so a copy is never served half.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from index.build import Progress
from index.errors import MigrationError, StoreError, StoreUnavailable
from index.generation import (
    STANDBY,
    STORE,
    Manifest,
    Serving,
    build_lock,
    current_folder,
    folders_of,
    index_root,
    inputs_key,
    point_to,
    read_manifest,
    read_serving,
    standby_folder,
    write_manifest,
)
from index.lexical import Postings
from index.saved import Saved, read_saved
from index.stores import Place, VectorStore, create_store, drop_store, open_store
from index.stores.address import parse
from index.stores.chroma import FOLDER
from index.stores.types import batches
from index.types import IndexConfig
from index.writing import made_of, new_folder, place_of

_BATCH = 500
_ORIGIN = "copied.json"
_AGAIN = "原库照常使用；排除原因后再运行一次，会接着复制。"


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done: the two addresses ("" is embedded Chroma), passages and sentences counted in the new store, how many
    passages were written this time, and those of the addition, which needs no store."""

    source: str
    target: str
    passages: int
    sentences: int
    written: int
    added: int


def migrate(config: IndexConfig, target: str, *, progress: Progress | None = None) -> Migration:
    """Copy the generation that serves to ``target``; safe to kill at any moment.

    Args:
        target: an address as in :mod:`index.stores.address`.
        progress: called with (done, total, Chinese label).

    Raises:
        MigrationError: no such address, it serves already, or it cannot be filled; the old one serves on.
        BuildLocked: another process is building.
        StoreError: nothing serves, or it cannot be read.
    """
    try:
        parse(target)
    except ValueError as error:
        raise MigrationError(f"{error}。") from error
    current = current_folder(config.data_dir)
    with build_lock(index_root(config.data_dir)):
        serving = read_serving(current)
        if serving[0][1].store_url == target:
            raise MigrationError("现在用的就是这个向量库。", '请写另一个地址；空地址（""）是内嵌 Chroma。')
        try:
            return _copied(serving, target, config, progress or (lambda done, total, label: None))
        except StoreUnavailable as error:
            raise MigrationError(error.message, _AGAIN) from error
        except StoreError as error:
            raise MigrationError(f"没有复制完：{error.message}", error.remedy or _AGAIN) from error
        except OSError as error:
            raise MigrationError(f"没有复制完：{error.strerror or error}。", _AGAIN) from error


def _copied(serving: Serving, target: str, config: IndexConfig, tell: Progress) -> Migration:
    (base, manifest), additions = serving[0], serving[1:]
    saved, root = read_saved(base), base.parent
    begun = _begun(base, target)
    folder = begun or new_folder(root)
    if begun is None:
        (folder / _ORIGIN).write_text(_origin(base, target), encoding="utf-8")
        point_to(folder, STANDBY)
    place = place_of(folder, target, config.store_token)
    with _opened(place, saved, base, manifest, begun=begun is not None) as store:
        written = _fill(store, saved, lambda done: tell(done, len(saved.passages), "复制到新库"))
        _check(store, saved)
    keys = {one: rows.key for one, rows in manifest.notices.items()}
    _finish(base, folder, replace(manifest, store_url=target, collection=place.name), keys, target)
    ready = folder
    for old, addition in additions:
        keys |= {one: rows.key for one, rows in addition.notices.items()}
        ready = new_folder(root)
        _finish(old, ready, replace(addition, base=folder.name), keys, target)
    point_to(ready, STANDBY)
    more = sum(addition.passages for _, addition in additions)
    return Migration(manifest.store_url, target, manifest.passages, manifest.sentences, written, more)


def _origin(base: Path, target: str) -> str:
    return json.dumps({"base": base.name, "target": target}, ensure_ascii=False)


def _begun(base: Path, target: str) -> Path | None:
    """The folder of a copy of ``base`` to ``target`` that was begun, finished or not."""
    standby = standby_folder(base.parent.parent)
    folder = folders_of(standby)[0] if standby is not None else None
    try:
        if folder is not None and (folder / _ORIGIN).read_text(encoding="utf-8") == _origin(base, target):
            return folder
    except OSError:
        pass
    return None


def _opened(place: Place, saved: Saved, base: Path, manifest: Manifest, *, begun: bool) -> VectorStore:
    """The collection of the copy: as far as it is filled, else a new one."""
    if begun:
        try:
            return open_store(place, manifest.fingerprint)
        except StoreUnavailable:
            raise
        except StoreError:
            if place.url:
                drop_store(place)
            shutil.rmtree(place.folder / FOLDER, ignore_errors=True)
    return create_store(place, made_of(saved, Postings.load(base / "lexical"), manifest.fingerprint))


def _fill(store: VectorStore, saved: Saved, told: Callable[[int], None]) -> int:
    """Write what the store does not hold whole; how many passages that were."""
    held, vectors = store.held(), saved.by_passage()
    missing = [
        row
        for row, p in enumerate(saved.passages)
        if held.sentences[p.id] != len(p.sentences) or (held.words is not None and p.id not in held.words)
    ]
    begun = {*held.sentences, *(held.words or ())}
    store.delete([saved.passages[row] for row in missing if saved.passages[row].id in begun])
    done = len(saved.passages) - len(missing)
    told(done)
    for part in batches(len(missing), _BATCH):
        rows = missing[part]
        store.add([saved.passages[row] for row in rows], [vectors[row] for row in rows])
        done += len(rows)
        told(done)
    return len(missing)


def _check(store: VectorStore, saved: Saved) -> None:
    """
    Raises:
        StoreError: the store does not hold exactly these passages, sentence by sentence.
    """
    held, wanted = store.held(), {p.id: len(p.sentences) for p in saved.passages}
    if dict(held.sentences) != wanted or (held.words is not None and held.words != wanted.keys()):
        raise StoreError(
            f"新库里的数目不对（应有 {len(wanted)} 段 {sum(wanted.values())} 句，实有 {len(held.sentences)} 段 "
            f"{held.sentences.total()} 句）。", "请先运行 assistant build --force 清掉这份复制，再运行一次。"
        )  # fmt: skip


def _finish(old: Path, folder: Path, manifest: Manifest, keys: dict[str, str], target: str) -> None:
    """Give the copy its truth files and its manifest."""
    copied = [name for name in manifest.files if name not in (STORE, _ORIGIN)]
    for name in copied:
        _link(old / name, folder / name)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    ready = replace(manifest, inputs=inputs_key(keys, manifest.fingerprint, target), built_at=now)
    write_manifest(folder, ready)
    found = read_manifest(folder).files
    if any(found.get(name) != manifest.files[name] for name in copied):
        raise StoreError("抄过来的文件与原来的不一样。", _AGAIN)


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
