"""Questions as they arrive (问题输入): typed, or a line of a file; checked before anything is opened.

Unlike the other readers this one must never trust a byte: batch files come from other people's programs. The trap: JSON
lets half a surrogate pair through as a string that no file and no tokenizer takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import QuestionError, ScopeError
from assistant.terminal.console import reason
from assistant.types import Profile, Turn

_ROLES = {"user", "assistant", "system"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a batch. ``id`` is given back as it came; the line number where there was none."""

    id: Any
    question: str
    history: tuple[Turn, ...] = ()
    profile: Profile = field(default_factory=Profile)


class LineError(QuestionError):
    """A line of a batch that cannot be taken; ``id`` is the line's own where it could be read."""

    def __init__(self, message: str, id: Any = None) -> None:
        super().__init__(message)
        self.id = id


def checked_question(text: str, limit: int) -> str:
    """The question without surrounding blanks.

    Raises:
        QuestionError: empty, longer than ``limit`` characters, or not valid Unicode.
    """
    question = text.strip()
    if not question:
        raise QuestionError("问题是空的。请输入要问的内容，例如：湛江取消耗材加成的钱怎么补？")
    if len(question) > limit:
        raise QuestionError(f"问题有{len(question)}字，超过上限{limit}字。请只写要问的内容")
    if not _writable(question):
        raise QuestionError("问题里有无效的字符。请用 UTF-8 重新输入")
    return question


def read_history(path: str) -> tuple[Turn, ...]:
    """The turns of a history file.

    Raises:
        QuestionError: no such file, not JSON, or not a list of turns.
    """
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QuestionError(f"读不到对话文件 {path}：{reason(error)}。请检查路径") from None
    except (ValueError, RecursionError):
        raise QuestionError(f"对话文件 {path} 不是有效的 UTF-8 JSON。请检查内容") from None
    return turns(value)


def turns(value: Any) -> tuple[Turn, ...]:
    """``[{"role", "content"}, …]`` as turns; ``null`` is no history, system turns are left out.

    Raises:
        QuestionError: another shape; names the turn.
    """
    if value is None:
        return ()
    if not isinstance(value, list):
        raise QuestionError('对话（history）应为数组：[{"role": "user", "content": "…"}, …]')
    found = []
    for number, item in enumerate(value, start=1):
        role, content = (item.get("role"), item.get("content")) if isinstance(item, dict) else (None, None)
        if not isinstance(role, str) or role not in _ROLES or not isinstance(content, str) or not _writable(content):
            raise QuestionError(
                f"对话（history）第{number}轮有误：需有 role（user 或 assistant）和文本 content，如 "
                '{"role": "user", "content": "…"}'
            )
        if role != "system":
            found.append(Turn(role, content))
    return tuple(found)


def read_line(line: bytes, number: int, limit: int) -> Asked:
    """One line of a questions file; ``number`` counts from 1.

    Raises:
        LineError: the line cannot be taken; says why in Chinese.
    """
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise LineError("不是 UTF-8 文本，请另存为 UTF-8") from None
    except (ValueError, RecursionError):
        raise LineError("不是有效的 JSON") from None
    if not isinstance(value, dict):
        raise LineError('不是 JSON 对象，应为 {"id": …, "question": …}')
    identity = value.get("id", number)
    question = value.get("question")
    if not isinstance(question, str):
        raise LineError("缺少文本字段 question", identity)
    try:
        return Asked(
            identity, checked_question(question, limit), turns(value.get("history")), _profile(value.get("profile"))
        )
    except (QuestionError, ScopeError) as error:
        raise LineError(str(error), identity) from None


def _profile(value: Any) -> Profile:
    from assistant.query.scope import check_profile

    if value is None:
        return Profile()
    if not isinstance(value, Mapping):
        raise QuestionError('profile 应为对象：{"region": "广东省/湛江市", "as_of": "2020-06-01"}')
    region, as_of = value.get("region"), value.get("as_of")
    for name, part in (("region", region), ("as_of", as_of)):
        if part is not None and not isinstance(part, str):
            raise QuestionError(f"profile.{name} 应为文本或 null")
    return check_profile(region, as_of)


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
