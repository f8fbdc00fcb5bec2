"""The product and its ablations as systems to measure.

A system is a function from a question to a :class:`~evals.types.Response`. An ablation is the same product with one
setting changed, so what it adds is the difference between two rows of the same table. Baselines that a user would
otherwise have are in :mod:`evals.baselines`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evals.types import Cited, Question, Respond, Response, Retrieved

if TYPE_CHECKING:
    from assistant.service import Assistant
    from assistant.settings import Settings
    from assistant.types import Answer

PRODUCT, LLM = "product", "llm"


@dataclass(frozen=True, slots=True)
class Ablation:
    """One setting of the product changed. ``change`` gives ``{section: {key: value}}`` for ``Settings``."""

    name: str
    label: str
    change: dict[str, dict[str, Any]]


ABLATIONS: tuple[Ablation, ...] = (
    Ablation(PRODUCT, "本产品", {}),
    Ablation("no-lexical", "去掉字面检索", {"answer": {"mode": "dense"}}),
    Ablation("no-dense", "去掉向量检索", {"answer": {"mode": "lexical"}}),
    Ablation("no-breadcrumb", "去掉标题路径", {"index": {"breadcrumb": False}}),
    Ablation("no-understanding", "去掉问题理解", {"answer": {"understanding": False}}),
    Ablation("no-gate", "去掉引文核验", {"answer": {"gate": False}}),
)

WITH_MODEL = Ablation(LLM, "本产品（模型作答）", {"answer": {"answerer": "llm"}})


def changed(settings: Settings, change: dict[str, dict[str, Any]]) -> Settings:
    """``settings`` with some keys of some sections replaced."""
    update: dict[str, Any] = {
        section: getattr(settings, section).model_copy(update=keys) for section, keys in change.items()
    }
    if change.get("index"):  # another index: keep it beside the one in use
        update["data_dir"] = settings.data_dir / "evals" / "no-breadcrumb"
    return settings.model_copy(update=update)


def from_answer(answer: Answer) -> Response:
    """The product's answer as measures see it."""
    return Response(
        text=answer.text,
        refused=answer.refused,
        citations=tuple(
            Cited(c.notice_id, c.quote, c.marker, f"{c.notice} {c.title} {c.path}") for c in answer.citations
        ),
        retrieved=tuple(Retrieved(h.passage.notice_id, h.passage.text, h.score) for h in answer.retrieved),
        latency_ms=answer.latency_ms,
        kind=str(answer.kind),
        reason=str(answer.refusal or ""),
        understood=answer.question_understood,
        mode=answer.mode,
        dropped=len(answer.dropped),
    )


def responder(assistant: Assistant) -> Callable[[Question], Response]:
    """The product behind the seam: asks with the question's history and profile."""
    from assistant.types import Profile, Turn
    from corpus.regions import gazetteer

    def respond(question: Question) -> Response:
        region = gazetteer().resolve(question.region) if question.region else None
        profile = Profile(region=region, as_of=question.as_of)
        history = tuple(Turn(role, content) for role, content in question.history)
        return from_answer(assistant.ask(question.question, history=history, profile=profile))

    return respond


def timed(produce: Callable[[Question], Response], take_owed: Callable[[], float] = lambda: 0.0) -> Respond:
    """``produce`` with its wall-clock time filled in, plus what the shared embedder spared it."""

    def respond(question: Question) -> Response:
        take_owed()
        started = time.perf_counter()
        response = produce(question)
        return replace(response, latency_ms=(time.perf_counter() - started) * 1000 + take_owed())

    return respond
