"""Trains the router of question kinds: ``python -m evals router`` (``assistant.query.router`` applies it).

Two multinomial logistic regressions, one over character n-grams alone and one over n-grams and the model's vector, on
questions written for it in many turns of phrase (``evals/training/kinds.jsonl``). Reported: accuracy on questions left
out, beside that of the patterns alone. The evaluation questions are never trained on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.query.kinds import classify
from assistant.query.router import VECTOR_WEIGHT, Layer, Router, ngrams
from index.types import Embedder, Matrix

QUESTIONS = Path(__file__).parent / "training" / "kinds.jsonl"
STRENGTH = 30.0
"""Inverse regularisation (scikit-learn's C); 3 to 100 differ by less than two points in cross-validation."""
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Lines:
    """Labelled questions: texts and their kinds, in order."""

    questions: tuple[str, ...]
    kinds: tuple[str, ...]


def read_lines(path: Path = QUESTIONS) -> Lines:
    """The training questions of ``path``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Lines(tuple(r["q"] for r in rows), tuple(r["kind"] for r in rows))


def _model() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=1000)


def _joined(questions: Sequence[str], vectors: Matrix) -> Any:
    from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

    return sparse.hstack([ngrams(questions), sparse.csr_matrix(VECTOR_WEIGHT * vectors)]).tocsr()


def _layer(fitted: Any) -> Layer:
    return Layer(fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32))


def train(lines: Lines, embedder: Embedder) -> Router:
    """The router that fits ``lines``; the same lines give the same router."""
    vectors = embedder.embed(list(lines.questions), "query")
    alone = _model().fit(ngrams(lines.questions), lines.kinds)
    joint = _model().fit(_joined(lines.questions, vectors), lines.kinds)
    return Router(
        [str(k) for k in joint.classes_], _layer(alone), _layer(joint), lambda text: embedder.embed([text], "query")[0]
    )


def left_out(lines: Lines, embedder: Embedder) -> dict[str, float]:
    """Accuracy on lines the regression did not see: ``patterns``, ``ngrams``, ``router``. Comparisons are left aside:
    the places a question names decide those."""
    from sklearn.model_selection import cross_val_predict

    judged = np.array([k != "comparison" for k in lines.kinds])
    right = np.array(lines.kinds)
    vectors = embedder.embed(list(lines.questions), "query")
    found = {
        "patterns": np.array([classify(q).kind.value for q in lines.questions]),
        "ngrams": cross_val_predict(_model(), ngrams(lines.questions), right, cv=FOLDS),
        "router": cross_val_predict(_model(), _joined(lines.questions, vectors), right, cv=FOLDS),
    }
    return {name: float((kinds[judged] == right[judged]).mean()) for name, kinds in found.items()}
