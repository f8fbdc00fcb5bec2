"""Fits the answerability lines on the dev questions (可答性拟合): ``python -m training fit`` prints weights and error rates.

Real near-misses are few, so each answerable question also gives a negative: its own evidence with the gold article
taken out (what is left is the hardest thing not to answer from). Slopes are a logistic regression's; the intercept is set so
that a line refuses a chosen share of the answerable, because a refusal of what is there cannot be seen as such. Written as
``fit`` of the fitted numbers, two lines from the product as it is and two from the product without a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.matching import coverage, states
from evals.types import Question
from training.lines import Floats, model, set_line, share
from training.numbers import Entry

THRESHOLDS = (0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4)
FOLDS = 8
REFUSED = {"value": 0.06, "text": 0.01, "read_value": 0.05, "read_text": 0.03}
"""Share of the answerable that each line may refuse."""
REAL = 3.0
"""What a real near-miss weighs beside a question whose article was taken out: there are few, and they are the hard ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """Features of one question's evidence; ``source`` is answerable, removed (gold article out) or near (real)."""

    features: dict[str, float]
    answers: bool
    value: bool
    source: str


def collect(assistant: Any, questions: Sequence[Question]) -> list[Row]:
    """Rows for every question that reaches the fitted check; the desk is watched, not changed."""
    from assistant.answering import answerability
    from assistant.retrieval.selection import ranked_sentences
    from assistant.types import Kind
    from evals.systems import responder

    desk = assistant.desk
    retriever = desk.retriever
    rows: list[Row] = []
    current: list[Question] = []
    judged = desk.silence

    def watch(u: Any, evidence: Sequence[Any], pool: Sequence[str]) -> None:
        question = current[0]
        if u.kind not in (Kind.FIGURE, Kind.DEADLINE, Kind.TEXT, Kind.LIST) or not evidence:
            return

        manner = desk.manner(u)

        def row(items: Sequence[Any], answers: bool, source: str) -> Row:
            found = answerability.features(u, manner, ranked_sentences(items), retriever.weights)
            return Row(found, answers, manner.wants_value(u), source)

        if not question.answerable:
            rows.append(row(evidence, False, "near"))
            return

        def holds(item: Any) -> bool:
            return any(
                gold.key == item.notice.id and coverage(gold.quote, item.passage.text) > 0.5
                for gold in question.evidence
            )

        if any(map(holds, evidence[:5])):
            rows.append(row(evidence, True, "answerable"))
        wide = retriever.retrieve(u, pool, top_k=40)
        gone = {(e.notice.id, e.passage.article) for e in wide if holds(e)}
        left = [
            e
            for e in wide
            if (e.notice.id, e.passage.article) not in gone
            and not all(any(states(e.passage.text, v) for v in nugget) for nugget in question.nuggets)
        ][:12]
        if left:
            rows.append(row(retriever.read(u, left), False, "removed"))

    desk.silence = watch
    try:
        respond = responder(assistant)
        for question in questions:
            current[:] = [question]
            respond(question)
    finally:
        desk.silence = judged
    return rows


def report(rows: Sequence[Row], *, value: bool) -> str:
    """Cross-validated error rates and the fitted line, as text."""
    from sklearn.model_selection import cross_val_predict

    from assistant.answering.answerability import FEATURES, READINGS

    kept = [r for r in rows if r.value == value]
    names = (*FEATURES, *READINGS) if kept and "reading" in kept[0].features else FEATURES
    x = _matrix(kept, names)
    y = np.array([int(r.answers) for r in kept])
    real = np.array([REAL if r.source == "near" else 1.0 for r in kept])
    chance = cross_val_predict(model(), x, y, cv=FOLDS, method="predict_proba", params={"sample_weight": real})[:, 1]
    fitted = model().fit(x, y, sample_weight=real)
    weights = "，".join(f"{name} {weight:.2f}" for name, weight in zip(names, fitted.coef_[0], strict=True))
    lines = [
        f"{'数字与时限' if value else '条文与清单'}：{len(kept)} 组，截距 {fitted.intercept_[0]:.2f}，{weights}",
        "阈值  误拒  去依据后拒答  近似题拒答",
    ]
    source = np.array([r.source for r in kept])
    for limit in THRESHOLDS:
        shares = [share(chance[source == name] < limit) for name in ("answerable", "removed", "near")]
        lines.append(f"{limit:<5} " + "  ".join(f"{one:.3f}" for one in shares))
    return "\n".join(lines)


def line(rows: Sequence[Row], name: str) -> Entry:
    """The line ``name`` of :data:`REFUSED`, and what it refuses of the rows it was fitted on.

    Args:
        rows: collected with a reader for the lines of readings, without one for the others.
    """
    from assistant.answering.answerability import FEATURES, READINGS

    value = name.endswith("value")
    names = [n for n in FEATURES if value or n != "value"]
    if name.startswith("read_"):
        names = [n for n in READINGS if n != "reading_gap"]
    kept = [r for r in rows if r.value == value and set(names) <= r.features.keys()]
    source = np.array([r.source for r in kept])
    answerable, real = source == "answerable", np.where(source == "near", REAL, 1.0)
    x = _matrix(kept, names)
    of_line, scores = set_line(names, x, answerable, among=answerable, below=REFUSED[name], weight=real)
    shares = [share(scores[source == s] < 0) for s in ("answerable", "removed", "near")]
    said = "{} dev questions: refuses {:.3f} of the answerable, {:.3f} without their article, {:.3f} of near misses"
    return Entry(name, of_line, said.format(int((source != "removed").sum()), *shares))


def _matrix(rows: Sequence[Row], names: Sequence[str]) -> Floats:
    """``(rows, names)``."""
    return np.array([[row.features[name] for name in names] for row in rows])
