"""Keeping notices (入库): add, replace, remove, each all or nothing whatever happens to the process.

Added notices live in ``<data_dir>/notices/<id>/``, superseded versions in ``<data_dir>/history/<id>/<stamp>/``. An
operation is staged beside its place, named in ``journal.json``, then carried out by renames; :func:`recover` carries a
journalled operation to its end after a kill, and clears what was staged without one. The trap: the index is brought up
to date by the layer above, so the journal stays ("index") until it calls :func:`settle`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from corpus.cache import drop_from_cache, passage_cache_stem
from corpus.errors import CorpusError, KeepingError
from corpus.intake import Prepared
from corpus.journal import JOURNAL, Pending, locked, pending, sync, write_journal
from corpus.library import Corpus, load_notice
from corpus.notice_file import write_notice_file
from corpus.shelf import SHIPPED, new_edition, read_tombstones, write_tombstones

_STAGED, _GONE = ".new-", ".gone-"


@dataclass(frozen=True, slots=True)
class Version:
    """A superseded version; ``folder`` holds its source and facts."""

    notice_id: str
    stamp: str
    folder: Path


def _step(name: str) -> None:
    """Called between any two changes on disk; does nothing. Tests replace it to stop the process there."""


def put(data_dir: Path, prepared: Prepared) -> None:
    """Add a notice, or replace the version there is; the old one moves to the history. Call :func:`settle` afterwards.

    Raises:
        KeepingError: the disk is full or cannot be written; nothing changed.
    """
    notice_id = prepared.notice.id
    shelf = data_dir / "notices"
    staged = shelf / f"{_STAGED}{notice_id}-{secrets.token_hex(4)}"
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        _write(staged, prepared)
        _step("staged")
        history = ""
        if (shelf / notice_id).is_dir() or (SHIPPED / notice_id).is_dir():
            history = _stamp(data_dir, notice_id)
        write_journal(data_dir, Pending("put", notice_id, staged.name, history, purge=bool(history)))
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise KeepingError(
            f"《{prepared.notice.title}》没有写入（{error.strerror or error}），请检查磁盘空间和权限后重试。"
        ) from error
    _step("journalled")
    _carry_out(data_dir)


def take_out(data_dir: Path, notice_id: str, corpus: Corpus) -> None:
    """Remove a notice with its history and caches; a shipped one is also marked removed. Then call :func:`settle`.

    Raises:
        UnknownNoticeError: there is none.
        KeepingError: the journal cannot be written; nothing changed.
    """
    notice = corpus.get(notice_id)
    folders = [
        data_dir / "notices" / notice.id,
        SHIPPED / notice.id,
        *(v.folder for v in versions(data_dir, notice.id)),
    ]
    caches: set[str] = set()
    for folder in folders:
        try:
            known = load_notice(folder) if folder.is_dir() else None
        except CorpusError:
            continue  # a damaged version has no cache that could be read
        if known is not None:
            stems = (known.content_hash, *(passage_cache_stem(known, crumb) for crumb in (True, False)))
            caches.update(stems)
    try:
        write_journal(data_dir, Pending("remove", notice.id, caches=tuple(sorted(caches)), purge=True))
    except OSError as error:
        raise KeepingError(
            f"{notice_id} 没有移除（{error.strerror or error}），请检查磁盘空间和权限后重试。"
        ) from error
    _step("journalled")
    _carry_out(data_dir)


def recover(data_dir: Path) -> Pending | None:
    """Carry an interrupted operation to its end and clear what was only staged; hold the lock when calling.

    Returns:
        What was unfinished. The index must then be brought up to date and :func:`settle` called.
    """
    if not data_dir.is_dir():
        return None
    found = pending(data_dir)
    if found is not None:
        _carry_out(data_dir)
    for root in (data_dir / "notices", data_dir / "history"):
        strays = [*root.glob(f"{_STAGED}*"), *root.glob(f"{_GONE}*"), *root.glob(f"*/{_STAGED}*")]
        for stray in strays if root.is_dir() else ():
            shutil.rmtree(stray, ignore_errors=True)
    for stray in data_dir.glob(".journal-*"):
        stray.unlink(missing_ok=True)
    return found


def finish_interrupted(data_dir: Path) -> None:
    """Put the files of an interrupted operation in order before they are read, unless a process is at work on them."""
    try:
        with locked(data_dir):
            recover(data_dir)
    except KeepingError:
        return


def settle(data_dir: Path) -> None:
    """Say that the index agrees with the files again."""
    _step("indexed")
    (data_dir / JOURNAL).unlink(missing_ok=True)
    _step("settled")


def versions(data_dir: Path, notice_id: str) -> tuple[Version, ...]:
    """Superseded versions of a notice, oldest first."""
    root = data_dir / "history" / notice_id
    if not root.is_dir():
        return ()
    return tuple(
        Version(notice_id, p.name, p) for p in sorted(root.iterdir()) if p.is_dir() and not p.name.startswith(".")
    )


_STAMP = "%Y%m%dT%H%M%S%f"


def _stamp(data_dir: Path, notice_id: str) -> str:
    """The name of the next superseded version: now, or where the clock was set back, just after the last one."""
    now = datetime.now(UTC).strftime(_STAMP)
    stamps = (one.stamp for one in versions(data_dir, notice_id))
    last = max((one for one in stamps if len(one) == len(now) and one.replace("T", "", 1).isdecimal()), default="")
    if last < now:
        return now
    return (datetime.strptime(last, _STAMP) + timedelta(microseconds=1)).strftime(_STAMP)


def _carry_out(data_dir: Path) -> None:
    """Do what the journal says from wherever it stands; every step may have been done before."""
    found = pending(data_dir)
    if found is None or found.op == "index":
        return
    if found.op == "put":
        _put_in_place(data_dir, found)
    else:
        _take_away(data_dir, found)
    write_journal(data_dir, Pending("index", found.notice_id, purge=found.purge))
    _step("files done")


def _put_in_place(data_dir: Path, found: Pending) -> None:
    target = data_dir / "notices" / found.notice_id
    staged = data_dir / "notices" / found.staged
    if staged.is_dir():
        if found.history:
            _keep_old(data_dir, found, target)
        _step("old kept")
        staged.rename(target)
        sync(target.parent)
    _step("in place")
    removed = read_tombstones(data_dir)
    if found.notice_id in removed:
        write_tombstones(data_dir, (one for one in removed if one != found.notice_id))
    _step("tombstone lifted")


def _keep_old(data_dir: Path, found: Pending, target: Path) -> None:
    """Move the version there is into the history; a shipped one is copied."""
    old = data_dir / "history" / found.notice_id / found.history
    old.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        new_edition(data_dir)
        _step("announced")
        target.rename(old)
    elif not old.exists() and (SHIPPED / found.notice_id).is_dir() and found.notice_id not in read_tombstones(data_dir):
        copy = old.with_name(_STAGED + old.name)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(SHIPPED / found.notice_id, copy)
        _step("old copied")
        copy.rename(old)
    sync(old.parent)


def _take_away(data_dir: Path, found: Pending) -> None:
    if (SHIPPED / found.notice_id).is_dir():
        write_tombstones(data_dir, (*read_tombstones(data_dir), found.notice_id))
    _step("tombstone set")
    for root in (data_dir / "notices", data_dir / "history"):
        folder = root / found.notice_id
        if folder.is_dir():
            gone = root / f"{_GONE}{found.notice_id}-{secrets.token_hex(4)}"
            folder.rename(gone)
            _step(f"{root.name} moved")
            shutil.rmtree(gone, ignore_errors=True)
        _step(f"{root.name} gone")
    drop_from_cache(data_dir, found.caches)
    _step("caches gone")


def _write(folder: Path, prepared: Prepared) -> None:
    """All files of a notice, on the disk before this returns."""
    folder.mkdir()
    suffix = PurePosixPath(prepared.original_name).suffix.lower()
    suffix = suffix if suffix.isascii() and 2 <= len(suffix) <= 9 and suffix[1:].isalnum() else f".{prepared.kind}"
    (folder / "source.txt").write_text(prepared.document.source.text, encoding="utf-8", newline="\n")
    _step("source written")
    (folder / f"original{suffix}").write_bytes(prepared.original)
    write_notice_file(folder / "notice.toml", prepared.notice, prepared.hints)
    report = {
        "original": prepared.original_name,
        "sha256": hashlib.sha256(prepared.original).hexdigest(),
        "source_sha256": hashlib.sha256((folder / "source.txt").read_bytes()).hexdigest(),
        "kind": prepared.kind,
        "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "warnings": list(prepared.warnings),
        "doubts": {doubt.key: doubt.message for doubt in prepared.doubts},
    }
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in folder.iterdir():
        sync(path)
    sync(folder)
