"""An optional second opinion: a language model grades each answer, and its agreement with the measures is reported.

Off by default. It never replaces the deterministic grade: it shows where that grade may be too strict (a right answer
in other words) or too lenient. The prompt is ``prompts/grade.md``; question, gold and answer go in as escaped data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.types import Scored
from prompts import as_data, render

if TYPE_CHECKING:
    from assistant.settings import Settings

Complete = Callable[[str], str]
"""The seam: from a prompt to what the model says."""

GRADES = ("CORRECT", "INCORRECT", "NOT_ATTEMPTED")
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_GRADE = re.compile(r"(?<![A-Z_])(NOT[_ ]ATTEMPTED|INCORRECT|CORRECT)(?![A-Z_])")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the model's grades agree with the deterministic ones. ``kappa`` is Cohen's (1960); None where undefined.

    ``unread`` counts replies that were no grade; they are left out.
    """

    model: str
    n: int
    share: float
    kappa: float | None
    unread: int


def read_grade(reply: str) -> str:
    """The grade in a reply, "" where there is none or more than one.

    >>> read_grade("<think>CORRECT?</think>INCORRECT"), read_grade("CORRECT 或 INCORRECT")
    ('INCORRECT', '')
    """
    found = {grade.replace(" ", "_") for grade in _GRADE.findall(_THINKING.sub("", reply).upper())}
    return found.pop() if len(found) == 1 else ""


def prompt_for(item: Scored) -> str:
    """The grading prompt of one answer."""
    question = item.question
    said = [f"{'用户' if role == 'user' else '助手'}：{content}" for role, content in question.history]
    return render(
        "grade",
        question=as_data("\n".join([*said, question.question])),
        gold=as_data(question.answer if question.answerable and question.answer else "应当拒答"),
        answer=as_data(item.response.text or "（没有给出回答）"),
    )


def grade_all(scored: Sequence[Scored], complete: Complete, *, concurrency: int = 4) -> tuple[Scored, ...]:
    """The same questions with :attr:`~evals.types.Scored.graded_by_model` filled in, "" where the reply was no grade.

    Raises:
        ModelError: whatever ``complete`` raises for an endpoint that cannot be used.
    """
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        replies = list(pool.map(complete, map(prompt_for, scored)))
    return tuple(replace(item, graded_by_model=read_grade(reply)) for item, reply in zip(scored, replies, strict=True))


def agreement(scored: Sequence[Scored], model: str) -> Agreement:
    """Agreement over the answers the model graded."""
    pairs = [(item.grade, item.graded_by_model) for item in scored if item.graded_by_model]
    n = len(pairs)
    share = sum(a == b for a, b in pairs) / n if n else 0.0
    chance = sum(sum(a == g for a, _ in pairs) * sum(b == g for _, b in pairs) for g in GRADES) / (n * n) if n else 0.0
    kappa = (share - chance) / (1 - chance) if n and chance < 1 else None
    return Agreement(model, n, share, kappa, len(scored) - n)


def configured_model(settings: Settings) -> tuple[str, Complete]:
    """The name of the configured model and a function that asks it.

    Raises:
        ModelError: no endpoint is configured; names the settings to fill in.
    """
    from assistant.llm.client import Endpoint
    from assistant.llm.fallback import explain

    if not settings.llm.base_url or not settings.llm.model:
        raise explain("not_configured", settings.llm)
    endpoint = Endpoint(settings.llm)

    def complete(prompt: str) -> str:
        instructions, tag, answer = prompt.partition("<question>")
        return "".join(piece.text for piece in endpoint.complete(instructions.strip(), tag + answer))

    return settings.llm.model, complete
