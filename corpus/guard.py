"""Files from elsewhere are read in a process of their own (看护), within bounds of time and memory.

It stands alone because nothing else can promise that one bad file stops nothing: a pattern that never ends, a parser
that aborts, memory without end. The process reads one file after another, is killed when it oversteps, and the next
file gets a new one; idle for a minute it ends by itself. Time is processor time, so that a busy machine refuses
nothing, and grows with the file. The trap: what comes back is unpickled, so only the values named here may be in it.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import logging
import os
import pickle
import secrets
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from corpus.document import Document, read_document
from corpus.errors import ReadError
from corpus.readers import File, clock

BASE_SECONDS = 5.0
SECONDS_A_MEGABYTE = 60.0  # of a text; an honest one takes a tenth of it
MOST_SECONDS = 900.0
MOST_BYTES = 1_500_000_000
IDLE_SECONDS = 60.0
ROOMS = max(1, min(os.cpu_count() or 1, 2))
AHEAD = 32  # documents read and not yet asked for
_WAIT = 30.0  # seconds of the clock for one of the processor, before a process that does nothing is given up
_FAT = 700_000_000  # bytes a process may have grown to before the next file gets a new one
_LENGTH = struct.Struct("<Q")
_LOG = logging.getLogger(__name__)
_TOO_SLOW = "读入所需的时间超过上限，内容可能不正常（如一行极长或层层嵌套），请拆分，或另存为 DOCX、TXT 后重试"
_TOO_BIG = "读入所需的内存超过上限或文件使读取程序中断，内容可能不正常，请拆分，或另存为 DOCX、TXT 后重试"
_ALLOWED = {
    "corpus.document": {"Document"},
    "corpus.readers.source": {"Source"},
    "corpus.relations": {"Reference"},
    "corpus.metadata": {"Metadata", "Doubt"},
    "corpus.types": {"Article", "Change", "Gap", "Span", "Front", "Fact", "Target", "Level", "RelationKind", "Status"},
    "datetime": {"date"},
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take: seconds of processor time, and bytes of memory of the process."""

    seconds: float
    memory: int = MOST_BYTES

    @classmethod
    def of(cls, content: bytes) -> Bounds:
        """Bounds for a file of this size; a PDF, whose bytes say little, is given more as its pages are counted."""
        return cls(min(BASE_SECONDS + SECONDS_A_MEGABYTE * len(content) / 2**20, MOST_SECONDS))


def read_guarded(file: File, bounds: Bounds | None = None) -> Document:
    """:func:`corpus.document.read_document` in a process of its own.

    Raises:
        ReadError: the file cannot be read, or not within ``bounds``; the message names it.
    """
    if file.error is not None:
        raise file.error
    if sys.platform == "win32":  # no such limits there
        return read_document(file)
    return _ROOM.read(file, bounds or Bounds.of(file.content))


@contextlib.contextmanager
def read_ahead(files: Sequence[File]) -> Iterator[Callable[[File], Document]]:
    """What reads ``files``, each once and in this order, as :func:`read_guarded` does: they are read before they are
    asked for, side by side, in processes that end with the block.

    Processes share the memory one file may take; a file that needs more is read again by itself.
    """
    if ROOMS < 2 or len(files) < 2 or sys.platform == "win32":
        yield read_guarded
        return
    rooms = [ReadingRoom() for _ in range(ROOMS)]
    free: SimpleQueue[ReadingRoom] = SimpleQueue()
    for room in rooms:
        free.put(room)

    def read(file: File) -> Document:
        if file.error is not None:
            raise file.error
        room, bounds = free.get(), Bounds.of(file.content)
        try:
            return room.read(file, replace(bounds, memory=bounds.memory // ROOMS))
        except _TooBigError:
            room.close()
            if stopped.is_set():
                raise
            return read_guarded(file, bounds)
        finally:
            free.put(room)

    waiting, under_way = iter(files), deque[tuple[File, Future[Document]]]()
    pool, stopped = ThreadPoolExecutor(ROOMS, thread_name_prefix="reading"), threading.Event()

    def in_turn(file: File) -> Document:
        asked = None
        while asked is not file:
            under_way.extend((one, pool.submit(read, one)) for one in islice(waiting, AHEAD - len(under_way)))
            asked, document = under_way.popleft()
        return document.result()

    try:
        yield in_turn
    finally:
        stopped.set()
        for _, document in under_way:
            document.cancel()
        for room in rooms:
            room.stop()
        pool.shutdown()
        for room in rooms:
            room.close()


class _TooBigError(ReadError):
    """Reading a file took more memory than it was given."""


class ReadingRoom:
    """One reading process, begun when first needed; safe to use from several threads, one file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: File, bounds: Bounds) -> Document:
        """See :func:`read_guarded`."""
        with self._lock:
            answer = self._asked(file, bounds) or self._asked(file, bounds)
        kind, value = answer if answer is not None else ("memory", "")
        if isinstance(value, Document):
            return value
        if kind == "slip":
            _LOG.error("cannot read %s: %s", file.name, value)
            name = value.strip().rsplit("\n", 1)[-1].partition(":")[0]
            raise ReadError(file.name, f"读不下去（{name}），请另存为 DOCX 或 TXT 后重试，并报告这个文件")
        if kind == "memory":
            raise _TooBigError(file.name, _TOO_BIG)
        raise ReadError(file.name, _TOO_SLOW if kind == "slow" else value)

    def stop(self) -> None:
        """End the process at once, also where another thread waits for what it reads."""
        process = self._process
        if process is not None:
            process.kill()

    def forget(self) -> None:
        """Leave the process to whoever began it: called where this process is a copy of that one."""
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is None:
            return
        process.returncode = 0  # not ours to wait for
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(2.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            here = str(Path(__file__).parents[1])
            environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
            environment["OMP_NUM_THREADS"] = "1"
            command = [sys.executable, "-P", "-c", "from corpus.guard import serve; serve()"]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
        return self._process

    def _asked(self, file: File, bounds: Bounds) -> tuple[str, Any] | None:
        """What the process says of the file; None where it had just ended, having had nothing to do."""
        process = self._started()
        until = time.monotonic() + _WAIT * max(bounds.seconds, 10.0)
        try:
            asked = secrets.token_bytes(8)
            _send(process.stdin, (asked, file.name, file.content, bounds.seconds, bounds.memory))
            raw = _receive(process.stdout, until)
        except OSError:
            raw = None
        if raw is None:
            if time.monotonic() < until and (process.poll() is not None or _ended(process)):
                ended = process.returncode
                self.close()
                return None if ended == 0 else ("slow" if ended == -signal.SIGXCPU else "memory", "")
            process.kill()
            self.close()
            return "slow", ""
        try:
            about, kind, value, size = _Unpickler(io.BytesIO(raw)).load()
            if about != asked:
                raise ValueError("an answer to another question")
        except (pickle.UnpicklingError, ValueError, TypeError, EOFError, AttributeError):
            kind, value, size = "memory", "", MOST_BYTES
        if size > _FAT or kind in ("slow", "memory", "slip"):  # what it holds is not to be trusted further
            self.close()
        return str(kind), value


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(5.0)
    except subprocess.TimeoutExpired:
        return False
    return True


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in _ALLOWED.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def _send(stream: Any, value: object) -> None:
    raw = pickle.dumps(value, protocol=5)
    stream.write(_LENGTH.pack(len(raw)))
    stream.write(raw)
    stream.flush()


def _receive(stream: Any, until: float) -> bytes | None:
    """One message, None where the stream ended or nothing came until then."""
    wanted, found = _LENGTH.size, b""
    pieces: list[bytes] = []
    header = True
    descriptor = stream.fileno()
    while True:
        while wanted:
            if not select.select([descriptor], [], [], max(until - time.monotonic(), 0.0))[0]:
                return None
            piece = os.read(descriptor, min(wanted, 1 << 20))
            if not piece:
                return None
            pieces.append(piece)
            wanted -= len(piece)
        found = b"".join(pieces)
        if not header:
            return found
        header, pieces = False, []
        (wanted,) = _LENGTH.unpack(found)
        if wanted > MOST_BYTES:
            return None


# ---- the other side: the reading process ----------------------------------------------------------------------------


def serve() -> None:
    """Read files from standard input until it ends; the whole of a reading process."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm = False
    while (raw := _receive(sys.stdin, time.monotonic() + IDLE_SECONDS)) is not None:
        asked, name, content, seconds, most = pickle.loads(raw)
        if not warm:  # word lists and tables are on nobody's account
            read_document(File("a.txt", "一、做好工作。".encode()))
            warm = True
        _reply(out, asked, *_read(File(name, content), seconds, most))


def _read(file: File, seconds: float, most: int) -> tuple[str, Any]:
    import traceback

    _limit_memory(most)
    try:
        try:
            clock.start(seconds)
            return "document", read_document(file)
        finally:
            clock.stop()
    except clock.OutOfTime:
        return "slow", ""
    except MemoryError:
        return "memory", ""
    except ReadError as error:
        return "refused", str(error).removeprefix(f"无法读取 {error.file}：")
    except Exception:  # a reader's slip: said by name, and the next file is read
        return "slip", traceback.format_exc(limit=-8)


def _limit_memory(most: int) -> None:
    """No more memory than that for this process; where the system does not know such a limit, none."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, ValueError, OSError):
        return


def _reply(out: BinaryIO, asked: bytes, kind: str, value: Any) -> None:
    try:
        raw = pickle.dumps((asked, kind, value, _size()), protocol=5)
    except MemoryError:
        raw = pickle.dumps((asked, "memory", "", MOST_BYTES))
    out.write(_LENGTH.pack(len(raw)))
    out.write(raw)
    out.flush()


def _size() -> int:
    """Bytes of memory of this process at its fullest; where the system counts what it began from, its own alone."""
    import resource

    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used if sys.platform == "darwin" else used * 1024)


_ROOM = ReadingRoom()
atexit.register(_ROOM.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ROOM.forget)
