"""Who asked what and who changed the library (审计), in a record that only grows and whose every line seals those before it.

One JSON object a line in ``<data_dir>/audit/<year>-<month>.jsonl``: number, time (UTC), caller, act, details, the hash of
the line before and its own. A line is on the disk before what it tells of is acknowledged. ``head.json`` holds the last
number and hash, so that lines cut off the end are missed too. Questions are masked (:mod:`corpus.masking`) and answers are
not kept, only which notices and settings gave them. The trap: the clock may jump, so order is the number's, never the
time's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.errors import AssistantError
from assistant.types import Answer, Profile
from corpus.journal import sync
from corpus.masking import masked
from corpus.shelf import write_atomically

FOLDER = "audit"
LOCAL = "local"
"""Who calls where there are no accounts."""
_HEAD = "head.json"
_GENESIS = "0" * 64
_PATIENCE_SECONDS = 30.0


class AuditError(AssistantError):
    """The record cannot be written or read; nothing is done that would have to be in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``act`` is asked, added, replaced, removed, exported, restored, pruned or mended; ``at`` is UTC, ISO 8601."""

    number: int
    at: str
    who: str
    act: str
    details: Mapping[str, Any]
    before: str
    hash: str

    @classmethod
    def sealed(cls, number: int, at: str, who: str, act: str, details: Mapping[str, Any], before: str) -> Entry:
        """The entry with its hash worked out."""
        return cls(number, at, who, act, details, before, _hash(number, at, who, act, details, before))

    @property
    def is_sealed(self) -> bool:
        return self.hash == _hash(self.number, self.at, self.who, self.act, self.details, self.before)

    def to_line(self) -> str:
        names = ("number", "at", "who", "act", "details", "before", "hash")
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Check:
    """What :meth:`Audit.verify` found: entries in order, and each fault as a Chinese sentence."""

    entries: int
    faults: tuple[str, ...] = ()


@cache
def _queue_of(folder: Path) -> Lock:
    """What threads of this process that write into ``folder`` wait in line at."""
    return Lock()


class Audit:
    """The record of one data folder; any process may write, one line at a time."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self._queue = _queue_of(self.folder.absolute())

    def asked(self, who: str, question: str, profile: Profile | None, answer: Answer) -> Entry:
        """A question was answered or refused."""
        profile = profile or Profile()
        return self.write(who, "asked", {
            "question": masked(question), "region": profile.region,
            "as_of": profile.as_of.isoformat() if profile.as_of else None, "refused": answer.refused, "mode": answer.mode,
            "notices": list(dict.fromkeys(one.notice_id for one in answer.citations)),
            "corpus": answer.corpus_hash[:16], "settings": answer.settings_hash, "ms": round(answer.latency_ms),
        })  # fmt: skip

    def write(self, who: str, act: str, details: Mapping[str, Any]) -> Entry:
        """Append an entry; it is on the disk when this returns.

        Raises:
            AuditError: the disk is full or cannot be written.
        """
        with _told(), self._locked():
            return self._append(who, act, details)

    def entries(self) -> Iterator[Entry]:
        """Every entry, oldest first.

        Raises:
            AuditError: a line is no entry; names file and line.
        """
        for path in self._files():
            with path.open(encoding="utf-8", errors="surrogateescape") as stream:
                for number, line in enumerate(stream, start=1):
                    entry = _read(line)
                    if entry is None:
                        raise AuditError(
                            f"审计记录 {path.name} 第 {number} 行不是一条记录，请用 assistant audit verify 查看"
                        )
                    yield entry

    def verify(self) -> Check:
        """Whether every line is as it was written and none is missing, at the beginning (but for what was pruned), in the
        middle or at the end."""
        faults: list[str] = []
        count = 0
        first: Entry | None = None
        last: Entry | None = None
        explained = False
        for path in self._files():
            for number, line in enumerate(path.read_bytes().decode("utf-8", "surrogateescape").splitlines(), start=1):
                where = f"{path.name} 第 {number} 行"
                entry = _read(line)
                if entry is None:
                    faults.append(f"{where}不是一条完整的记录")
                    continue
                count += 1
                if not entry.is_sealed:
                    faults.append(f"{where}（第 {entry.number} 条）被改动过")
                if first is None or last is None:
                    first = entry
                    explained = entry.number == 1
                    if explained and entry.before != _GENESIS:
                        faults.append(f"{where}的起点不对")
                elif entry.number != last.number + 1 or entry.before != last.hash:
                    faults.append(
                        f"{where}（第 {entry.number} 条）与前一条（第 {last.number} 条）接不上，中间有缺失或改动"
                    )
                if entry.act == "pruned":
                    explained = explained or _allows(entry.details, first)
                last = entry
        if first is not None and not explained:
            faults.append(f"第 1 至 {first.number - 1} 条不在了，也没有按期限清理的记录")
        head = self._head()
        if head is not None and (last is None or head[0] > last.number):
            faults.append(f"末尾缺 {head[0] - (last.number if last else 0)} 条")
        elif head is None and last is not None:
            faults.append("记录总数的文件 head.json 缺失或已损坏，不能断定末尾有无缺失")
        return Check(count, tuple(faults))

    def prune(self, keep_months: int, who: str = LOCAL) -> int:
        """Drop whole months older than that and say so in the record; how many entries went. Said first, and the oldest go first:
        killed in the middle, what is left still holds, and the next call drops the rest.

        Raises:
            AuditError: no month at all, or the disk cannot be written.
        """
        if keep_months < 1:
            raise AuditError(f"保留期至少为 1 个月，收到 {keep_months}")
        with _told(), self._locked():
            files = self._files()
            newest = max((path.stem for path in files), default="")
            limit = _months_before(newest, keep_months) if newest else ""
            old = [path for path in files if path.stem < limit]
            gone = [entry for path in old for line in path.read_text("utf-8").splitlines() if (entry := _read(line))]
            if not gone:
                return 0
            self._append(who, "pruned", {"entries": len(gone), "next": gone[-1].number + 1, "hash": gone[-1].hash})
            for path in old:
                path.unlink()
            return len(gone)

    def _append(self, who: str, act: str, details: Mapping[str, Any]) -> Entry:
        last = self._last(who)
        number, before = (last.number + 1, last.hash) if last is not None else (1, _GENESIS)
        now = datetime.now(UTC)
        entry = Entry.sealed(number, now.isoformat(timespec="milliseconds"), who, act, details, before)
        files = self._files()
        path = (
            self.folder / f"{max(f'{now:%Y-%m}', files[-1].stem if files else '')}.jsonl"
        )  # never before what stands there
        begun = path.exists()
        with path.open(
            "ab", buffering=0
        ) as stream:  # what a buffer holds would be tried again before half a line is taken off
            at, line = stream.seek(0, os.SEEK_END), entry.to_line().encode()
            try:
                while line:
                    line = line[stream.write(line) :]
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(at)
                raise
        if not begun:
            sync(self.folder)
        write_atomically(self.folder / _HEAD, json.dumps([entry.number, entry.hash]))
        return entry

    def _last(self, who: str) -> Entry | None:
        """The last entry; half a line that a power cut left is taken off first, and said so."""
        files = self._files()
        if not files:
            return None
        path = files[-1]
        with path.open("rb+") as stream:
            size = stream.seek(0, os.SEEK_END)
            back = min(size, 1 << 20)
            stream.seek(size - back)
            tail = stream.read(back)
            whole = tail[: tail.rfind(b"\n") + 1]
            if len(whole) < len(tail):
                stream.truncate(size - back + len(whole))
        lines = whole.splitlines()
        if not lines:
            if len(files) > 1 or size:
                path.unlink()
                return self._last(who)
            return None
        entry = _read(lines[-1].decode("utf-8", "surrogateescape"))
        if entry is None:
            raise AuditError(f"审计记录 {path.name} 的最后一行已损坏，请用 assistant audit verify 查看")
        return entry

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))

    def _head(self) -> tuple[int, str] | None:
        try:
            number, seal = json.loads((self.folder / _HEAD).read_text(encoding="utf-8"))
            return int(number), str(seal)
        except (OSError, ValueError, TypeError):
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # threads of this process wait in line; the file's lock is polled and would let some of them starve
            with self._queue, FileLock(self.folder / ".lock", timeout=_PATIENCE_SECONDS):
                yield
        except Timeout as error:
            raise AuditError("另一个进程一直占着审计记录，请等它完成后再试") from error


def export(entries: Sequence[Entry], first: date | None = None, last: date | None = None) -> str:
    """Entries of these days (both included) as JSON lines, as they stand in the record."""
    kept = (
        e for e in entries if (first is None or e.at[:10] >= str(first)) and (last is None or e.at[:10] <= str(last))
    )
    return "".join(entry.to_line() for entry in kept)


@contextmanager
def _told() -> Iterator[None]:
    """A fault of the disk as an :class:`AuditError`."""
    try:
        yield
    except OSError as error:
        raise AuditError(f"审计记录写不进（{error.strerror or error}），请检查磁盘空间和权限后重试") from error


def _allows(pruned: Mapping[str, Any], first: Entry) -> bool:
    """Whether that pruning explains that the record begins with ``first``: where it ends, or, killed on its way, before."""
    end = pruned.get("next")
    if not isinstance(end, int) or first.number > end:
        return False
    return first.number < end or pruned.get("hash") == first.before


def _hash(number: int, at: str, who: str, act: str, details: Mapping[str, Any], before: str) -> str:
    plain = json.dumps([number, at, who, act, details, before], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()


def _read(line: str) -> Entry | None:
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return entry if isinstance(entry.number, int) and isinstance(entry.details, dict) else None


def _months_before(month: str, count: int) -> str:
    year, number = map(int, month.split("-"))
    whole = year * 12 + number - 1 - count + 1
    return f"{whole // 12:04}-{whole % 12 + 1:02}"
