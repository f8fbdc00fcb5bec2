"""What a maintained dataset must keep beyond what a run asks for, and the one repair that is safe.

A run forgives a quote that differs from the notice in spacing; a dataset that is kept must not, because tomorrow's
reader will search for the quote. :func:`align` finds the exact characters, so that the repair is mechanical.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.dates import written_day
from corpus.regions import RegionError, gazetteer
from corpus.text import fold, fold_with_offsets
from evals.datasets import Fault, Find
from evals.matching import states
from evals.types import Question


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
        faults.extend(_region_faults(question))
    return faults


def _names_a_notice(variants: Sequence[str], question: Question, find: Find) -> bool:
    """Whether the nugget is a document number or a date of issue, which stand in no quote."""
    for gold in question.evidence:
        notice = find(gold.notice)
        if notice is None:
            continue
        known = [notice.name, notice.title, str(notice.issued_on.year) if notice.issued_on else ""]
        if notice.issued_on:
            known.append(written_day(notice.issued_on))
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


def _region_faults(question: Question) -> list[Fault]:
    if not question.region:
        return []
    try:
        gazetteer().resolve(question.region)
    except RegionError as error:
        return [Fault(question.where, f"profile.region 不是可识别的地区：{error}")]
    return []


def align(quote: str, text: str) -> str | None:
    """The characters of ``text`` that say ``quote``, spacing and width aside; None where it does not say it once."""
    folded, offsets = fold_with_offsets(text)
    wanted = fold(quote)
    start = folded.find(wanted)
    if not wanted or start < 0:
        return None
    end = offsets[start + len(wanted) - 1] + 1
    return text[offsets[start] : end]


def repair(path: Path, find: Find) -> int:
    """Rewrite the gold quotes of ``path`` as the notices have them; the number of quotes changed.

    Lines that are not JSON, and everything but the quotes, stay as they are.
    """
    changed = 0
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines):
        try:
            record: dict[str, Any] = json.loads(line)
            evidence = record.get("evidence") or []
            before = [item["quote"] for item in evidence]
        except (json.JSONDecodeError, AttributeError, TypeError, KeyError):
            continue
        for item in evidence:
            notice = find(item["notice"])
            if notice is not None and item["quote"] not in notice.text:
                item["quote"] = align(item["quote"], notice.text) or item["quote"]
        after = [item["quote"] for item in evidence]
        if after != before:
            changed += sum(old != new for old, new in zip(before, after, strict=True))
            lines[number] = json.dumps(record, ensure_ascii=False)
    if changed:
        partial = path.with_name(path.name + ".partial")
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
        partial.replace(path)
    return changed
