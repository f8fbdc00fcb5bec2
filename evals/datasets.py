"""Read and check datasets (评测集): strict, and every fault is named by file and line before anything is scored.

A faulty line stops the run, because a question scored against gold that is not in the notice moves every figure and
nobody sees why. The split is a property of the id alone, so a question never moves between dev and test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpus.types import Notice
from evals.matching import coverage, states
from evals.types import CATEGORIES, Evidence, Question

FIELDS = {
    "id": str,
    "category": str,
    "question": str,
    "answerable": bool,
}
FOLDED = 0.9
"""Share of a gold quote that must stand in the notice for a run; ``check`` asks for the exact characters."""

Find = Callable[[str], Notice | None]
"""From a document number, title or id to the notice of the corpus, None where it is not there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a dataset; ``where`` is ``file:line``."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class DatasetError(ValueError):
    """Lines that cannot be scored. The remedy: correct the lines named, or leave them out with ``--skip-bad``."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


def split_of(question_id: str) -> str:
    """``dev`` or ``test``, by the SHA-256 of the id; about half each.

    >>> split_of("a"), split_of("a") == split_of("a")
    ('test', True)
    """
    return "dev" if int(hashlib.sha256(question_id.encode()).hexdigest(), 16) % 10 < 5 else "test"


def load(paths: Sequence[Path], find: Find) -> tuple[list[Question], list[Fault]]:
    """Questions of ``paths`` in order and the faults of the lines left out; never raises for a bad line.

    Raises:
        DatasetError: a file cannot be read, or holds no question at all.
    """
    questions: list[Question] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                question = parse_line(line, where, find)
            except DatasetError as error:
                faults.extend(error.faults)
                continue
            if question.id in seen:
                faults.append(Fault(where, f"题号 {question.id!r} 与 {seen[question.id]} 重复，请改成不同的 id"))
                continue
            seen[question.id] = where
            questions.append(question)
    if not questions and not faults:
        raise DatasetError([Fault("、".join(map(str, paths)), "没有任何题目，请检查文件内容")])
    return questions, faults


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DatasetError([Fault(str(path), f"不是 UTF-8 文本（{error.reason}），请另存为 UTF-8")]) from error
    except OSError as error:
        raise DatasetError([Fault(str(path), f"读不到文件：{error.strerror}；请检查路径")]) from error


def parse_line(line: str, where: str, find: Find) -> Question:
    """One question.

    Raises:
        DatasetError: the line is not an object of the dataset format, or its evidence is not in the notice.
    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError([Fault(where, f"不是合法的 JSON（第 {error.colno} 列：{error.msg}）")]) from error
    if not isinstance(record, dict):
        raise DatasetError([Fault(where, "一行应是一个 JSON 对象")])
    faults = _shape_faults(record, where)
    if faults:
        raise DatasetError(faults)
    evidence = []
    for item in record.get("evidence") or []:
        notice = find(item["notice"])
        if notice is None:
            faults.append(Fault(where, f"依据所指的文件不在政策库中：{item['notice']!r}"))
        elif coverage(item["quote"], notice.text) < FOLDED:
            faults.append(Fault(where, f"依据原文不在《{notice.name}》中：{item['quote'][:40]!r}"))
        else:
            evidence.append(Evidence(item["notice"], item["quote"], notice.id))
    if faults:
        raise DatasetError(faults)
    profile = record.get("profile") or {}
    return Question(
        id=record["id"],
        category=record["category"],
        question=record["question"],
        answerable=record["answerable"],
        answer=record.get("answer") or "",
        history=tuple((turn["role"], turn["content"]) for turn in record.get("history") or []),
        region=profile.get("region") or None,
        as_of=date.fromisoformat(profile["as_of"]) if profile.get("as_of") else None,
        nuggets=tuple(tuple(variants) for variants in record.get("nuggets") or []),
        evidence=tuple(evidence),
        must_not=tuple(record.get("must_not") or []),
        split=split_of(record["id"]),
        where=where,
    )


def _shape_faults(record: Mapping[str, Any], where: str) -> list[Fault]:
    faults = [
        Fault(where, f"字段 {name!r} 缺失或类型不对，应为 {kind.__name__}")
        for name, kind in FIELDS.items()
        if not isinstance(record.get(name), kind) or record[name] == ""
    ]
    category = record.get("category")
    if isinstance(category, str) and category not in CATEGORIES:
        faults.append(Fault(where, f"未知类别 {category!r}，可用：{'、'.join(CATEGORIES)}"))
    wanted: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
        ("history", lambda v: _all(v, lambda t: _strings(t, "role", "content")), '[{"role", "content"}, …]'),
        ("nuggets", lambda v: _all(v, lambda n: bool(n) and _all(n, _text)), "[[写法, …], …]，每组至少一个"),
        ("evidence", lambda v: _all(v, lambda e: _strings(e, "notice", "quote")), '[{"notice", "quote"}, …]'),
        ("must_not", lambda v: _all(v, _text), "[不得出现的说法, …]"),
        ("profile", lambda v: isinstance(v, dict), '{"region", "as_of"}'),
        ("answer", lambda v: isinstance(v, str), "字符串"),
    )
    for name, fits, shape in wanted:
        if record.get(name) is not None and not fits(record[name]):
            faults.append(Fault(where, f"字段 {name!r} 格式不对，应为 {shape}"))
    profile = record.get("profile")
    if isinstance(profile, dict):
        as_of, region = profile.get("as_of"), profile.get("region")
        if region is not None and not isinstance(region, str):
            faults.append(Fault(where, "profile.region 应为地区名或 null"))
        try:
            date.fromisoformat(as_of if as_of is not None else "2000-01-01")
        except (TypeError, ValueError):
            faults.append(Fault(where, f"profile.as_of {as_of!r} 不是日期，应写成 2024-06-30"))
    return faults


def _all(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(fits, value))


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _strings(value: Any, *names: str) -> bool:
    return isinstance(value, dict) and all(_text(value.get(name)) for name in names)


def check(questions: Sequence[Question], find: Find) -> list[Fault]:
    """What a maintained dataset must also keep: exact quotes, figures that stand in a quote, no self-contradiction."""
    faults: list[Fault] = []
    for question in questions:
        for gold in question.evidence:
            notice = find(gold.notice)
            if notice is not None and gold.quote not in notice.text:
                faults.append(Fault(question.where, f"依据与《{notice.name}》原文不完全一致：{gold.quote[:40]!r}"))
        quotes = "\n".join(gold.quote for gold in question.evidence)
        for variants in question.nuggets:
            figures = [variant for variant in variants if any(c.isdigit() for c in variant)]
            stated = not figures or any(states(quotes, variant) for variant in variants)
            if question.evidence and not stated and not _names_a_notice(variants, question, find):
                faults.append(Fault(question.where, f"要点 {figures[0]!r} 的数字不在任何依据原文中"))
        for wrong in question.must_not:
            if states(question.answer, wrong):
                faults.append(Fault(question.where, f"标准答案自己含有 must_not {wrong!r}"))
        faults.extend(_answer_faults(question))
    return faults


def _names_a_notice(variants: Sequence[str], question: Question, find: Find) -> bool:
    """Whether the nugget is a document number or a date of issue, which stand in no quote."""
    for gold in question.evidence:
        notice = find(gold.notice)
        if notice is None:
            continue
        known = [notice.name, notice.title, str(notice.issued_on.year) if notice.issued_on else ""]
        if notice.issued_on:
            known.append(f"{notice.issued_on.year}年{notice.issued_on.month}月{notice.issued_on.day}日")
        if any(states(text, variant) for variant in variants for text in known):
            return True
    return False


def _answer_faults(question: Question) -> list[Fault]:
    faults = []
    if question.answerable and not question.nuggets:
        faults.append(Fault(question.where, "可回答的题目没有要点（nuggets），无法判对错"))
    if question.answerable and not question.answer:
        faults.append(Fault(question.where, "可回答的题目没有标准答案（answer）"))
    if question.answerable and not question.evidence:
        faults.append(Fault(question.where, "可回答的题目没有依据（evidence）"))
    for variants in question.nuggets:
        if question.answer and not any(states(question.answer, variant) for variant in variants):
            faults.append(Fault(question.where, f"标准答案里没有要点 {variants[0]!r}"))
    return faults
