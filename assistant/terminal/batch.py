"""Answers a file of questions (批量): order kept, one bad line never takes the rest with it.

The results are written to a temporary file beside their place and moved there when all are answered, so whoever finds
the results file finds all of it. Blank lines are skipped; every other line of the input has its line in the output.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.terminal.console import json_line, note, progress, reason
from assistant.terminal.opening import Desk
from assistant.terminal.present import answer_record
from assistant.terminal.questions import Asked, LineError, read_line


class BatchError(AssistantError):
    """The questions cannot be read or the results cannot be written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch went: result lines written, of which ``failed`` hold an error."""

    lines: int
    failed: int
    seconds: float


def answer_file(questions: Path, results: Path, settings: Settings) -> Outcome:
    """Answer every line of ``questions`` into ``results``; each failed line is named on stderr.

    Raises:
        BatchError: a path is at fault; nothing was written.
        SearchIndexError: no index stands and none could be built.
    """
    began = time.perf_counter()
    lines = read_lines(questions, "问题文件", "batch")
    with replacing(results, apart_from=questions) as stream, progress("回答") as step:
        desk = Desk.open(settings)
        desk.warm_up()
        failed = 0
        for done, (number, line) in enumerate(lines):
            step(done, len(lines), "回答")
            record = _record(line, number, desk)
            failed += "error" in record
            stream.write(json_line(record) + "\n")
    return Outcome(len(lines), failed, time.perf_counter() - began)


def _record(line: bytes, number: int, desk: Desk) -> dict[str, Any]:
    """The result of one line: an answer, or ``{"id", "line", "error"}``."""
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    identity: Any = None
    try:
        asked = read_line(line, number, desk.settings.answer.max_question_chars)
        identity = asked.id
        return _answered(asked, desk)
    except LineError as error:
        identity, why = error.id, str(error)
    except (AssistantError, CorpusError, SearchIndexError) as error:
        why = str(error)
    except Exception as error:  # a fault met by one question must not lose the answers to the others
        why = f"程序内部错误（{type(error).__name__}）"
    note(f"第 {number} 行：{why}")
    return {"id": identity, "line": number, "error": why}


def _answered(asked: Asked, desk: Desk) -> dict[str, Any]:
    answer, seconds = desk.ask(asked.question, asked.history, asked.profile)
    hits = desk.hits(answer, asked.question)
    return {"id": asked.id, **answer_record(answer, desk.assistant.corpus, hits=hits, seconds=seconds)}


def read_lines(path: Path, what: str, command: str) -> Sequence[tuple[int, bytes]]:
    """Lines with their numbers, blank ones left out; ``what`` names the file in messages, ``command`` where help is.

    Raises:
        BatchError: the file cannot be read or holds nothing.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BatchError(f"读不到{what} {path}：{reason(error)}。请检查路径和权限") from None
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    if not lines:
        raise BatchError(f"{what} {path} 是空的。每行应有一个 JSON 对象，见 assistant {command} --help")
    return lines


@contextmanager
def replacing(path: Path, *, apart_from: Path, what: str = "问题文件") -> Iterator[IO[str]]:
    """A stream whose text becomes ``path`` when the block ends well, and vanishes when it does not."""
    if path.is_dir():
        raise BatchError(f"结果 {path} 是个目录。请写文件名")
    if path.exists() and path.samefile(apart_from):
        raise BatchError(f"结果文件不能与{what} {path} 相同。请换一个文件名")
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise BatchError(f"结果写不进 {path.parent}：{reason(error)}。请检查目录是否存在、能否写入") from None
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise BatchError(f"结果写不进 {path}：{reason(error)}。请检查磁盘空间和权限") from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """The process's file mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
