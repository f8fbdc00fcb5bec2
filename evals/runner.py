"""Ask a system every question and score what it gives; a failure is an answer of its own, never a stop.

Standing alone, it is what tests drive with made-up systems. The first question is asked twice: the first time warms
caches that a served product has warm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.measures import score
from evals.types import Question, Respond, Response, Scored

Progress = Callable[[str, int, int], None]
"""Told the system's label, questions done, questions in all."""


def ask_all(
    respond: Respond,
    questions: Sequence[Question],
    *,
    label: str = "",
    progress: Progress | None = None,
    warm: bool = True,
) -> tuple[Scored, ...]:
    """Every question in order, scored."""
    if warm and questions:
        _safely(respond, questions[0])
    scored = []
    for done, question in enumerate(questions, start=1):
        scored.append(score(question, _safely(respond, question)))
        if progress:
            progress(label, done, len(questions))
    return tuple(scored)


def _safely(respond: Respond, question: Question) -> Response:
    try:
        return respond(question)
    except Exception as error:  # whatever a system raises is its answer to this question; it is counted and shown
        return Response(text="", error=f"{type(error).__name__}: {error}")


def errors(scored: Sequence[Scored]) -> list[Scored]:
    return [item for item in scored if item.response.error]
