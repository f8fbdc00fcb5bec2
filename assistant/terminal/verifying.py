"""Checks a file of claims (逐行核验): one JSON a line in and out, order kept, one bad line never takes the rest with it.

Where a line gives passages only these count; where it gives none the library is searched, and the index is opened for the
first such line. Contract: docs/design.md, section 7.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from assistant.terminal.batch import Outcome, read_lines, replacing
from assistant.terminal.console import json_line, note, progress
from assistant.terminal.opening import open_assistant

if TYPE_CHECKING:
    from assistant.drafting.library import LibraryVerifier

_MAX_CLAIM = 2000


@dataclass(frozen=True, slots=True)
class Given:
    """A line as read: the claim and the passages it is to be held against, ``None`` where the library is meant."""

    id: Any
    claim: str
    passages: tuple[tuple[str | None, str], ...] | None


@dataclass
class _LineError(Exception):
    """A line that cannot be checked, and why."""

    why: str
    id: Any = field(default=None)

    def __str__(self) -> str:
        return self.why


def verify_file(claims: Path, results: Path, settings: Settings) -> Outcome:
    """Check every line of ``claims`` into ``results``; each failed line is named on stderr.

    Raises:
        BatchError: a path is at fault; nothing was written.
        CorpusError, SearchIndexError: the library cannot be opened.
    """
    from assistant.drafting.library import LibraryVerifier

    began = time.perf_counter()
    lines = read_lines(claims, "核验文件", "verify")
    with replacing(results, apart_from=claims, what="核验文件") as stream, progress("核验") as step:
        verifier = LibraryVerifier.open(settings, open_assistant)
        failed = 0
        for done, (number, line) in enumerate(lines):
            step(done, len(lines), "核验")
            record = _record(line, number, verifier)
            failed += "error" in record
            stream.write(json_line(record) + "\n")
    return Outcome(len(lines), failed, time.perf_counter() - began)


def _record(line: bytes, number: int, verifier: LibraryVerifier) -> dict[str, Any]:
    from assistant.errors import AssistantError
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    identity: Any = None
    try:
        given = read_given(line)
        identity = given.id
        return {"id": given.id, **verifier.record(given.claim, given.passages)}
    except _LineError as error:
        identity, why = error.id, error.why
    except (AssistantError, CorpusError, SearchIndexError) as error:
        why = str(error)
    except Exception as error:  # a fault met by one claim must not lose the others
        why = f"程序内部错误（{type(error).__name__}）"
    note(f"第 {number} 行：{why}")
    return {"id": identity, "line": number, "error": why}


def read_given(line: bytes) -> Given:
    """One line of the file."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError):
        raise _LineError("不是一行 UTF-8 的 JSON") from None
    if not isinstance(record, dict):
        raise _LineError('应是一个 JSON 对象：{"id", "claim", "passages"}')
    identity, claim = record.get("id"), record.get("claim")
    if not isinstance(claim, str) or not claim.strip():
        raise _LineError("claim 是空的或不是文字", identity)
    if len(claim) > _MAX_CLAIM:
        raise _LineError(
            f"claim 有{len(claim)}字，超过上限{_MAX_CLAIM}字。整份文稿请用 assistant verify 文稿.docx", identity
        )
    passages = record.get("passages")
    if passages is None or passages == []:
        return Given(identity, claim, None)
    if not isinstance(passages, Sequence) or isinstance(passages, str):
        raise _LineError('passages 应是一列 {"notice", "text"}', identity)
    found: list[tuple[str | None, str]] = []
    for item in passages:
        text = item.get("text") if isinstance(item, dict) else None
        notice = item.get("notice") if isinstance(item, dict) else None
        if not isinstance(text, str) or not (notice is None or isinstance(notice, str)):
            raise _LineError('passages 里每项应是 {"notice": 文号或null, "text": 原文}', identity)
        found.append((notice, text))
    return Given(identity, claim, tuple(found))
