"""The folders notices stand in (书架): which there are, which were removed, and a listing that is never half of a change.

Shipped notices stand under ``corpus/notices``, added ones under ``<data_dir>/notices``; ``<data_dir>/tombstones.json``
lists shipped ones that were removed. A replacement takes a folder away and puts another in its place, so a reader that
lists just then would see neither; :func:`folders` waits for the few milliseconds that takes. The trap: a folder listed
may be gone or another when it is read, so a reader compares :func:`identity_of` before and after, and lists again.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import KeepingError, ReadError
from corpus.journal import pending

SHIPPED = Path(__file__).parent / "notices"
SOURCE_NAMES = ("source.txt", "source.md")
TOMBSTONES = "tombstones.json"
EDITION = "edition"
PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.005
_TICK_NS = 100_000_000  # file systems tell times apart that are some milliseconds apart
Identity = tuple[int, ...]


def folders(data_dir: Path | None = None) -> dict[str, Path]:
    """The folder of every notice by id: shipped ones and, with ``data_dir``, added ones without those removed.

    An added notice stands in the place of a shipped one of the same id.

    Raises:
        ReadError: the list of removed ids is damaged.
        KeepingError: a replacement has been half-way for longer than ``PATIENCE_SECONDS``.
    """
    shipped = _listed(SHIPPED)
    if data_dir is None:
        return shipped
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        before = _edition(data_dir)
        if not _replacing(data_dir):
            found = shipped | _listed(data_dir / "notices")
            for removed in read_tombstones(data_dir):
                if found.get(removed, SHIPPED).parent == SHIPPED:
                    found.pop(removed, None)
            if _edition(data_dir) == before:
                return found
        if time.monotonic() > until:
            raise KeepingError("另一个进程替换文件到一半停住了，请等它完成，或结束它后运行 assistant doctor --fix。")
        time.sleep(_PAUSE_SECONDS)


def new_edition(data_dir: Path) -> None:
    """Say that a notice is about to be out of its place for a moment; call once that is in the journal."""
    write_atomically(data_dir / EDITION, secrets.token_hex(8))


def identity_of(folder: Path) -> Identity | None:
    """What tells this folder and its files from others of their names, None where there is none: inodes, sizes and times
    of their last change."""
    marks: list[int] = []
    for name in ("", "notice.toml", *SOURCE_NAMES):
        try:
            found = os.stat(f"{folder}/{name}")  # noqa: PTH116 (a thousand notices are asked each time)
        except (FileNotFoundError, NotADirectoryError):
            if not name:
                return None
            continue
        marks += (found.st_ino, found.st_size, found.st_ctime_ns)
    return tuple(marks)


def is_settled(identity: Identity) -> bool:
    """Whether the last change is long enough ago that the next one will surely have another time."""
    return time.time_ns() - max(identity[2::3]) > _TICK_NS


def _listed(root: Path) -> dict[str, Path]:
    if not root.is_dir():
        return {}
    return {path.name: path for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith(".")}


def _edition(data_dir: Path) -> str:
    try:
        return (data_dir / EDITION).read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _replacing(data_dir: Path) -> bool:
    """Whether a new version is on its way into the place of an old one."""
    try:
        found = pending(data_dir)
    except KeepingError:  # a damaged journal is the doctor's business
        return False
    return found is not None and found.op == "put" and bool(found.history)


def read_tombstones(data_dir: Path) -> tuple[str, ...]:
    """Ids of shipped notices that were removed from this data folder's corpus."""
    path = data_dir / TOMBSTONES
    if not path.is_file():
        return ()
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReadError(str(path), "不是 JSON，请删除该文件后重新移除文件") from error
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ReadError(str(path), "应为编号的列表，请删除该文件后重新移除文件")
    return tuple(ids)


def write_tombstones(data_dir: Path, ids: Iterable[str]) -> None:
    """Replace the list of removed ids, atomically."""
    data_dir.mkdir(parents=True, exist_ok=True)
    write_atomically(data_dir / TOMBSTONES, json.dumps(sorted(set(ids)), ensure_ascii=False, indent=1))


def write_atomically(path: Path, text: str) -> None:
    """Write a file that is seen whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
