"""Errors of the corpus layer, each with a Chinese message that says what to do.

::

    CorpusError
    ├── UnknownNoticeError     no notice has that id, number or title
    ├── AmbiguousNoticeError   several notices fit
    ├── MetadataError          a notice.toml is missing a key or has a bad value (file and key are named)
    ├── ReadError              a source file cannot be read as text
    ├── FittedError            fitted.toml cannot be read, or lacks a number
    ├── IncompleteNoticeError  a fact that must not be guessed is missing, or contradicts the corpus
    └── KeepingError           a notice cannot be kept or removed (another process is at it, disk full)
"""

from __future__ import annotations


class CorpusError(Exception):
    """Base of everything this layer raises on purpose. ``str(error)`` is a message fit for a user."""


class UnknownNoticeError(CorpusError):
    """No notice answers to ``wanted``; ``nearest`` holds the closest ids there are."""

    def __init__(self, wanted: str, nearest: tuple[str, ...] = ()) -> None:
        self.wanted = wanted
        self.nearest = nearest
        hint = f"相近的有：{'、'.join(nearest)}。" if nearest else ""
        super().__init__(f"没有编号或文号为“{wanted}”的文件。{hint}可用 assistant list 查看全部文件。")


class AmbiguousNoticeError(CorpusError):
    """``wanted`` fits several notices; ``candidates`` holds their ids."""

    def __init__(self, wanted: str, candidates: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.candidates = candidates
        super().__init__(f"“{wanted}”对应多份文件：{'、'.join(candidates)}。请写明文号或编号。")


class MetadataError(CorpusError):
    """A fault in a ``notice.toml``; ``file`` and ``key`` say where."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file = file
        self.key = key
        super().__init__(f"{file} 的 {key} 有误：{problem}")


class ReadError(CorpusError):
    """A source file cannot be read."""

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        super().__init__(f"无法读取 {file}：{problem}")


class IncompleteNoticeError(CorpusError):
    """A file whose title, issuer or region is missing or contradicts the corpus; ``problems`` say how to settle it."""

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(f"{file} 未添加：{'；'.join(problems)}")


class KeepingError(CorpusError):
    """A notice cannot be kept or removed now; nothing was changed."""


class FittedError(CorpusError):
    """``fitted.toml`` cannot be read, or a number is missing or of another type; the message names it and the remedy."""
