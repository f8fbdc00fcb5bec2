"""What a library says of documents against what people read in them (要素核对): truth, one document's score, the sums.

Free of I/O but for reading the truth file. A fact is compared as a reader would: the width of brackets, spaces and the
mark between two issuers are a matter of form; a word more or less is not. The trap: a fact the truth leaves null and the
library leaves null is right, and a library that says nothing is never sure, so silence costs accuracy, not confidence.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from corpus.types import Article, Notice

TEXTS = ("number", "title", "issuer", "region", "level")
DATES = ("issued_on", "effective_on", "expires_on")
COUNTS = ("headings", "articles")
FIELDS = (*TEXTS, *DATES, "repeals", *COUNTS)
SURE = 0.9  # facts given at this confidence or above are the ones that must not be wrong
_KEYS = {"file", *FIELDS, "kind"}
_MARKS = str.maketrans("［[【﹝］]】﹞“”‘’—－–〇○", '〔〔〔〔〕〕〕〕""""---零零')
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百零〇\d]+章")
_CLAUSE = re.compile(r"^第[一二三四五六七八九十百千零〇\d]+条")
_FIRST = re.compile(r"^(?:[一二三四五六七八九十]+\s*[、.．]|第[一二三四五六七八九十]+部分)")


class TruthError(ValueError):
    """A line of the truth file is not what it should be; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One document as a person read it. ``region`` "" is the whole country, None unknown; counts are of 章 (or first
    level headings where there is none) and of 第N条."""

    file: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """One fact: what the library says, what is right, whether they agree, and how sure the library is (0 where silent)."""

    file: str
    key: str
    got: Any
    right: Any
    agrees: bool
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """All facts of all documents. ``missing`` are files that did not go in, with the reason given."""

    judged: tuple[Judged, ...]
    missing: Mapping[str, str] = field(default_factory=dict)

    def accuracy(self, key: str) -> float:
        """Share of documents whose ``key`` is right, documents that did not go in counted wrong."""
        chosen = [one for one in self.judged if one.key == key]
        total = len(chosen) + len(self.missing)
        return sum(one.agrees for one in chosen) / total if total else 0.0

    @property
    def sure(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.confidence >= SURE)

    @property
    def surely_wrong(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.sure if not one.agrees)


def read_truth(path: Path) -> tuple[Truth, ...]:
    """The truth file, one JSON object a line.

    Raises:
        TruthError: it cannot be read, or a line is no object, lacks ``file`` or has an unknown key.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TruthError(f"{path} 读不了：{error}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise TruthError(f"{path} 第 {number} 行不是 JSON") from error
        if not isinstance(value, dict) or not isinstance(value.get("file"), str):
            raise TruthError(f"{path} 第 {number} 行要有文件名 file")
        unknown = sorted(value.keys() - _KEYS)
        if unknown:
            raise TruthError(f"{path} 第 {number} 行没有这一项：{'、'.join(unknown)}；可用：{'、'.join(sorted(_KEYS))}")
        for key in DATES:
            if value.get(key) is not None:
                _checked_date(value[key], f"{path} 第 {number} 行 {key}")
        found.append(Truth(value["file"], {key: value.get(key) for key in FIELDS if key in value}))
    if not found:
        raise TruthError(f"{path} 里没有一行")
    return tuple(found)


def _checked_date(value: object, where: str) -> None:
    try:
        date.fromisoformat(str(value))
    except ValueError as error:
        raise TruthError(f"{where} 应为 2020-06-01 这样的日期，收到 {value!r}") from error


def judge(truth: Truth, notice: Notice) -> list[Judged]:
    """Every fact the truth names, compared."""
    return [_judged(truth.file, key, right, *said_by(notice, key)) for key, right in truth.values.items()]


def _judged(file: str, key: str, right: Any, got: Any, confidence: float) -> Judged:
    silent = got is None or got == []
    return Judged(file, key, got, right, agrees(key, got, right), 0.0 if silent else confidence)


def said_by(notice: Notice, key: str) -> tuple[Any, float]:
    """What ``notice`` says of ``key`` and how sure it is; counts and repeals carry no confidence unless it gives one."""
    if key == "repeals":
        return _repeals(notice)
    if key in COUNTS:
        return (headings_of(notice) if key == "headings" else articles_of(notice)), 0.0
    value = getattr(notice, key)
    sure = float(notice.confidence.get(key, 0.0))
    if key == "level":
        return (None if value.value == "unknown" else value.value), sure
    if key in DATES:
        return (value.isoformat() if value else None), sure
    if key == "region":
        return value, sure
    return value or None, sure


def _repeals(notice: Notice) -> tuple[list[str], float]:
    if notice.front is None:
        return [], 0.0
    facts = [fact for fact in notice.front.repeals if not fact.value.part]
    names = [fact.value.number or fact.value.name for fact in facts]
    return names, min((fact.confidence for fact in facts), default=0.0)


def headings_of(notice: Notice) -> int:
    """Chapters (章), and headings of the first level of a covering letter before them; where there is no chapter,
    headings of the first level (一、, 第一部分, else the outermost marks) of the whole."""
    items = [article for article in notice.articles if article.kind == "item" and article.labels]
    chapters = _marked(items, _CHAPTER)
    if chapters:
        letter = [article for article in items if not article.part]
        return chapters + (0 if _marked(letter, _CHAPTER) else _marked(letter, _FIRST))
    outer = [article.labels[0] for article in items if len(article.labels) == 1]
    return _marked(items, _FIRST) or sum(not _CLAUSE.match(mark) for mark in outer)


def _marked(items: Sequence[Article], pattern: re.Pattern[str]) -> int:
    return sum(bool(pattern.match(article.labels[-1])) for article in items)


def articles_of(notice: Notice) -> int:
    """Clauses called 第N条, 第N条之一 included."""
    marks = (article.labels[-1] for article in notice.articles if article.kind == "item" and article.labels)
    return sum(bool(_CLAUSE.match(mark)) for mark in marks)


def agrees(key: str, got: Any, right: Any) -> bool:
    """Whether two values say the same.

    >>> agrees("issuer", "甲市民政局 甲市财政局", "甲市民政局、甲市财政局"), agrees("title", "关于甲的通知", "某局关于甲的通知")
    (True, False)
    >>> agrees("number", "某发[2020]1号", "某发〔2020〕1号"), agrees("region", None, "")
    (True, False)
    """
    if key == "repeals":
        return _same_targets(got or [], right or [])
    if key == "region":
        return bool(got == right)
    if got is None or right is None or not isinstance(got, str):
        return bool(got == right) or (got in (None, "") and right in (None, ""))
    if key == "issuer":
        return _organs(got) == _organs(right)
    return _plain(got) == _plain(right)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_MARKS).split()).replace("--", "-")


def _organs(text: str) -> frozenset[str]:
    parts = re.split(r"[、，,；;\s]+", unicodedata.normalize("NFKC", text))
    return frozenset(part.removeprefix("中华人民共和国") for part in parts if part)


def _same_targets(got: Sequence[str], right: Sequence[str]) -> bool:
    """One to one, each named as the other or as a longer form of it (《甲办法》 and 甲办法（某发〔2020〕1号）)."""
    left = [_plain(name).strip("《》") for name in right]
    for name in (_plain(name).strip("《》") for name in got):
        match = next((one for one in left if one == name or (min(len(one), len(name)) >= 5 and (one in name or name in one))), None)  # fmt: skip
        if match is None:
            return False
        left.remove(match)
    return not left
