"""What a command shows (命令行输出): results to stdout, remarks and progress to stderr.

Apart from everything else so that no other module prints. Results are UTF-8 whatever the terminal says, because they
are piped into files and programs. The trap: a progress bar is for people; it appears only on a terminal and only
once the work has taken two seconds, so scripts and quick commands never see it.
"""

from __future__ import annotations

import errno
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

QUIET_SECONDS = 2.0
REMARK_SECONDS = 10.0
_REASONS = {
    errno.ENOENT: "文件或目录不存在",
    errno.EISDIR: "这是个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只读的磁盘",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件超出允许的大小",
    errno.ENAMETOOLONG: "文件名太长",
}
_LINE_SEPARATORS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


Step = Callable[[int, int, str], None]  # done, total, what is being done


def use_utf8() -> None:
    """Make stdout and stderr take any character; called once by ``main``."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = None if stream.isatty() else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace")


def say(text: str) -> None:
    """One result on stdout."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """One remark on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_json(value: Any) -> None:
    """``value`` as indented JSON on stdout, Chinese left readable."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: Any) -> str:
    """``value`` as one line of JSON that stays one line for every reader of lines.

    >>> json_line({"answer": "一行\\u2028仍是一行"})
    '{"answer": "一行\\\\u2028仍是一行"}'
    """
    line = json.dumps(value, ensure_ascii=False).translate(_LINE_SEPARATORS)
    try:
        line.encode()
    except UnicodeEncodeError:  # half a surrogate pair cannot be written, its escape can
        return json.dumps(value)
    return line


@contextmanager
def progress(label: str) -> Iterator[Step]:
    """A function to report progress with; shows a bar on a terminal, else a remark now and then.

    Nothing is shown in the first two seconds. A step with ``total`` 0 or 1 only changes the label.
    """
    bar: Any = None
    task: Any = None
    began = time.monotonic()
    remarked = began

    def step(done: int, total: int, text: str) -> None:
        nonlocal bar, task, remarked
        now = time.monotonic()
        if sys.stderr.isatty():
            if bar is None and now - began >= QUIET_SECONDS:
                bar, task = _bar(label)
            if bar is not None:
                bar.update(task, completed=done, total=max(total, 1), description=text or label)
        elif now - remarked >= REMARK_SECONDS:
            remarked = now
            note(f"{text or label} {done}/{total}")

    try:
        yield step
    finally:
        if bar is not None:
            bar.stop()


def _bar(label: str) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task(label, total=None)


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese where the reason is a usual one.

    >>> reason(FileNotFoundError(2, "No such file or directory"))
    '文件或目录不存在'
    """
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
