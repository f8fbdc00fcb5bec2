"""Fits which rows of a table speak (有无规定): ``python -m training fit`` prints these lines too.

Truth is the question's own evidence: a place or notice that has some speaks, one that has none is silent. Questions are
left out together, all rows of one question at a time. Slopes are a logistic regression's; the intercept is set so that most rows
that speak are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.types import Question
from training.lines import Floats, model, set_line
from training.numbers import Entry

FOLDS = 8
TOLD = {"places": 0.9, "notices": 0.95}
"""Share of the rows that speak that each line must tell: of the silent there are too few to set a line by, and a neighbouring
place's sentence is rather left out than quoted."""
TABLES = ("compare_regions", "temporal_conflict")


@dataclass(frozen=True, slots=True)
class TableRow:
    """Features of one row, whether its notices hold evidence, and of which question and sort of table it is."""

    features: dict[str, float]
    speaks: bool
    question: str
    successive: bool


def collect(assistant: Any, questions: Sequence[Question]) -> list[TableRow]:
    """Rows of every table the product makes for ``questions``; it is watched, not changed."""
    from assistant.answering import rows as judged
    from assistant.kinds import change, comparison
    from evals.systems import responder

    tables: tuple[Any, ...] = (comparison, change)
    found: list[TableRow] = []
    current: list[Question] = []
    decide = judged.voices

    def watch(desk: Any, u: Any, rows: Sequence[Any], *, successive: bool) -> list[judged.Voice]:
        gold = set(current[0].gold_notices)
        for row, features in zip(rows, judged.features(desk, u, rows), strict=True):
            if row.notices and not u.wants.body:
                speaks = any(n.id in gold for n in row.notices)
                found.append(TableRow(features, speaks, current[0].id, successive))
        return decide(desk, u, rows, successive=successive)

    for made in tables:
        made.voices = watch
    try:
        respond = responder(assistant)
        for question in questions:
            if question.category in TABLES and question.answerable:
                current[:] = [question]
                respond(question)
    finally:
        for made in tables:
            made.voices = decide
    return found


def report(rows: Sequence[TableRow], *, successive: bool) -> str:
    """Accuracy on questions left out and the fitted line, as text."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    kept, names, x, y = _table(rows, successive)
    groups = np.array([r.question for r in kept])
    chance = cross_val_predict(model(), x, y, cv=GroupKFold(FOLDS), groups=groups, method="predict_proba")[:, 1]
    fitted = model().fit(x, y)
    weights = "，".join(f"{name} {weight:.2f}" for name, weight in zip(names, fitted.coef_[0], strict=True))
    return (
        f"{'先后文件' if successive else '各地'}：{len(kept)} 行，截距 {fitted.intercept_[0]:.2f}，{weights}\n"
        f"有规定的认作有 {(chance[y] >= 0.5).mean():.3f}，没有的认作没有 {(chance[~y] < 0.5).mean():.3f}"
    )


def line(rows: Sequence[TableRow], *, successive: bool) -> Entry:
    """The line of places, or of successive notices, and how it tells the rows it was fitted on."""
    name = "notices" if successive else "places"
    kept, names, x, speaks = _table(rows, successive)
    of_line, scores = set_line(names, x, speaks, among=speaks, below=1 - TOLD[name])
    told = scores >= 0
    said = f"{len(kept)} rows of dev questions: {told[speaks].mean():.3f} of those that speak are told, {told[~speaks].mean():.3f} of the silent"
    return Entry(name, of_line, said)


def _table(rows: Sequence[TableRow], successive: bool) -> tuple[list[TableRow], list[str], Floats, NDArray[np.bool_]]:
    """The rows of one sort of table, the features they have, ``(rows, features)`` and ``(rows,)`` whether each speaks."""
    from assistant.answering.rows import FEATURES

    kept = [r for r in rows if r.successive == successive]
    names = [name for name in FEATURES if kept and name in kept[0].features]
    x = np.array([[r.features.get(name, 0.0) for name in names] for r in kept])
    return kept, names, x, np.array([r.speaks for r in kept])
