"""The journal (日志): what is being done to the notices of a data folder, so that a kill leaves nothing half done.

``journal.json`` is written before the first change and taken away after the last; whoever finds it there carries the
operation to its end. One writer a folder: the lock is the system's, so a killed process leaves none behind. The trap:
the journal must be on the disk before what it announces, hence :func:`sync`.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import KeepingError
from corpus.stamp import check_format, write_format

JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Pending:
    """What a journal says: ``put``, ``remove`` or ``index`` (files done, index not), for which notice."""

    op: str
    notice_id: str
    staged: str = ""
    history: str = ""
    caches: tuple[str, ...] = ()
    purge: bool = False


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """One writer a data folder; the lock is the system's, so a killed process leaves none behind.

    Raises:
        KeepingError: another process is adding or removing, or the folder is of another format.
    """
    from filelock import FileLock, Timeout

    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_dir / ".keeping.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise KeepingError("另一个进程正在添加或移除文件，请等它完成后再试。") from error
    except OSError as error:
        raise KeepingError(f"数据目录 {data_dir} 写不进（{error.strerror or error}），请检查权限。") from error
    try:
        check_format(data_dir)
        yield
    finally:
        lock.release()


def pending(data_dir: Path) -> Pending | None:
    """The operation that is not finished, None where there is none.

    Raises:
        KeepingError: the journal is damaged.
    """
    try:
        plain = json.loads((data_dir / JOURNAL).read_text(encoding="utf-8"))
        return Pending(**{**plain, "caches": tuple(plain["caches"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KeepingError(
            f"{data_dir / JOURNAL} 已损坏（{error}），请删除它并运行 assistant doctor --fix。"
        ) from error


def write_journal(data_dir: Path, what: Pending) -> None:
    """Announce an operation, on the disk before this returns."""
    temporary = data_dir / f".journal-{secrets.token_hex(4)}"
    plain: dict[str, Any] = {**asdict(what), "caches": list(what.caches)}
    try:
        write_format(data_dir)
        temporary.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        sync(temporary)
        temporary.replace(data_dir / JOURNAL)
        sync(data_dir)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Have a file or folder on the disk, not only in memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
