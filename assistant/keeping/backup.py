"""The data folder in one file, while it serves (备份与恢复).

What cannot be made again is copied: added notices and their history, what was removed, conversations, accounts, audit; and
the index as it stands, so that what is restored answers alike at once. SQLite files are copied by SQLite's own backup, so
that a save under way is in whole or not at all; notices under the lock of the keeper, so that no operation is half in. The
archive is a zip whose ``backup.json`` names every file with its SHA-256. The trap: a zip from elsewhere may climb out or
swell, so restoring takes only what ``backup.json`` names, by size and hash, into an empty folder, and moves it into place
last.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from assistant.errors import AssistantError
from assistant.keeping.audit import LOCAL, Audit
from corpus.journal import locked, pending, sync

FORMAT = 1
MANIFEST = "backup.json"
_LEFT_OUT = {"cache"}  # made again when needed
_PASSING = (".lock", ".keeping.lock", "journal.json")
_SQLITE = (".sqlite3", ".sqlite", ".db")
_CHUNK = 1 << 20


class BackupError(AssistantError):
    """The archive cannot be written or is not one that can be restored; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backed:
    """What an archive holds: files, their bytes before packing, and when it was made (UTC, ISO 8601)."""

    files: int
    bytes: int
    made_at: str


def backup(data_dir: Path, archive: Path, *, who: str = LOCAL) -> Backed:
    """Write ``data_dir`` into ``archive``, which is seen whole or not at all.

    Raises:
        BackupError: ``archive`` cannot be written, or lies in the data folder.
        KeepingError: another process is adding or removing.
    """
    if not data_dir.is_dir():
        raise BackupError(f"数据目录 {data_dir} 不存在，没有可备份的内容")
    if archive.resolve().is_relative_to(data_dir.resolve()):
        raise BackupError(f"备份文件 {archive} 不能放在数据目录里面，请换一个位置")
    partial = archive.with_name(f".{archive.name}.{secrets.token_hex(4)}.partial")
    try:
        with locked(data_dir):
            if pending(data_dir) is not None:
                raise BackupError("上次添加或移除没有做完，请先运行 assistant doctor --fix 再备份")
            Audit(data_dir).write(who, "exported", {"what": "backup"})
            found = _pack(data_dir, partial)
        sync(partial)
        partial.replace(archive)
        return found
    except OSError as error:
        raise BackupError(f"备份写不进 {archive}（{error.strerror or error}），请检查路径、权限和磁盘空间") from error
    finally:
        partial.unlink(missing_ok=True)


def restore(archive: Path, data_dir: Path, *, who: str = LOCAL) -> Backed:
    """Bring an archive back into ``data_dir``, which must be empty or not exist.

    Raises:
        BackupError: no archive of this format, damaged, or the folder holds something.
    """
    if data_dir.exists() and any(data_dir.iterdir()):
        raise BackupError(f"数据目录 {data_dir} 不是空的。请把 ASSISTANT_DATA_DIR 指到一个空目录，或先移走原来的内容")
    staged = data_dir.with_name(f".{data_dir.name}.{secrets.token_hex(4)}.restoring")
    try:
        found = _unpack(archive, staged)
        if data_dir.exists():
            data_dir.rmdir()
        staged.replace(data_dir)
        sync(data_dir.parent)
    except OSError as error:
        raise BackupError(f"恢复没有完成（{error.strerror or error}），原处没有改动，请检查磁盘空间和权限") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    Audit(data_dir).write(who, "restored", {"made_at": found.made_at, "files": found.files})
    return found


def _pack(data_dir: Path, partial: Path) -> Backed:
    named: dict[str, tuple[int, str]] = {}
    partial.touch(mode=0o600)
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as pack:
        for path in _files(data_dir):
            name = path.relative_to(data_dir).as_posix()
            try:
                with _still(path) as stream, pack.open(name, "w", force_zip64=True) as out:
                    named[name] = _copied(stream, out)
            except FileNotFoundError:  # an older index that a build has just cleared away
                continue
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        plain = {"format": FORMAT, "made_at": made_at, "files": named}
        pack.writestr(MANIFEST, json.dumps(plain, ensure_ascii=False))
    return Backed(len(named), sum(size for size, _ in named.values()), made_at)


def _files(data_dir: Path) -> Iterator[Path]:
    for path in sorted(data_dir.rglob("*")):
        inner = path.relative_to(data_dir)
        if inner.parts[0] in _LEFT_OUT or path.name in _PASSING or path.name.endswith(("-wal", "-shm", ".tmp")):
            continue
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in inner.parts):
            yield path


def _still(path: Path) -> IO[bytes]:
    """The bytes of a file; of a SQLite file those of a copy that no save is half in."""
    if path.suffix not in _SQLITE:
        return path.open("rb")
    descriptor, name = tempfile.mkstemp(suffix=".sqlite3")
    os.close(descriptor)
    try:
        with closing(sqlite3.connect(path, timeout=30.0)) as source, closing(sqlite3.connect(name)) as copy:
            source.backup(copy)
        return Path(name).open("rb")
    except sqlite3.Error:  # damaged, or none: as it is
        return path.open("rb")
    finally:
        Path(name).unlink(missing_ok=True)


def _copied(source: IO[bytes], out: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Bytes copied and their SHA-256; no more than one byte beyond ``most``."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_CHUNK if most is None else min(_CHUNK, most + 1 - size)):
        digest.update(piece)
        size += len(piece)
        out.write(piece)
        if most is not None and size > most:
            break
    return size, digest.hexdigest()


def _unpack(archive: Path, staged: Path) -> Backed:
    damaged = f"备份文件 {archive.name} 不完整或已损坏，没有恢复任何内容，请换一份备份"
    try:
        with zipfile.ZipFile(archive) as pack:
            made_at, named = _manifest(pack, archive)
            free = shutil.disk_usage(staged.parent).free
            total = sum(size for size, _ in named.values())
            if total > free:
                raise BackupError(f"恢复需要 {total // 2**20} MB，磁盘只剩 {free // 2**20} MB，请腾出空间后重试")
            for name, (size, digest) in named.items():
                target = staged / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with pack.open(name) as source, target.open("wb") as out:
                    found = _copied(source, out, size)
                    out.flush()
                    os.fsync(out.fileno())
                if found != (size, digest):
                    raise BackupError(damaged)
                if target.suffix in _SQLITE:
                    target.chmod(0o600)
            return Backed(len(named), total, made_at)
    except FileNotFoundError:
        raise BackupError(f"找不到备份文件 {archive}，请检查路径") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError) as error:
        raise BackupError(damaged) from error


def _manifest(pack: zipfile.ZipFile, archive: Path) -> tuple[str, Mapping[str, tuple[int, str]]]:
    try:
        plain = json.loads(pack.read(MANIFEST))
        made = plain["format"]
        named = {str(name): (int(size), str(digest)) for name, (size, digest) in plain["files"].items()}
        made_at = str(plain["made_at"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BackupError(f"{archive.name} 不是本程序的备份（没有有效的 {MANIFEST}），请检查文件") from error
    if made != FORMAT:
        newer = isinstance(made, int) and made > FORMAT
        what = "较新的版本做的，请先升级本程序" if newer else "不认识的格式，请用做它的那一版恢复"
        raise BackupError(f"备份 {archive.name} 的格式为 {made}，本版本用 {FORMAT}：是{what}")
    for name in named:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not path.parts:
            raise BackupError(f"备份 {archive.name} 里有越出目录的路径，已拒绝")
    return made_at, named
