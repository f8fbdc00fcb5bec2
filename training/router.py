"""Trains the three routers of a message: ``python -m training router`` (``assistant.query.router`` applies them).

``router.npz`` knows the kinds of a question, ``acts.npz`` what a message does (asks, asks on, wants a list, greets, lies
elsewhere), ``hangs.npz`` how it hangs on the question before. Each is a multinomial logistic regression over character
n-grams, once alone and once with the model's vector; the kinds are read word by word besides, with an output for what is
asked for and one for what the answer is made of (``training.token_head``); the n-grams alone know only the latter.
Trained on ``kinds.jsonl``, ``ways.jsonl`` (questions over real documents, with the document), ``acts.jsonl`` and
``hangs.jsonl``; the evaluation questions are never trained on. Reported: accuracy on documents, or on conversations, left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.query.router import FEATURES, VECTOR_WEIGHT, Layer, Router, ngrams
from assistant.query.tasks import placeless
from assistant.query.token_head import TokenHead
from index.question_readings import read_question
from index.types import Embedder, Matrix

_TRAINING = Path(__file__).parent / "data"
QUESTIONS, WAYS, ACTS, HANGS = (_TRAINING / f"{name}.jsonl" for name in ("kinds", "ways", "acts", "hangs"))
ALONE = 10
"""Of the questions over documents every such one counts as one that stands by itself."""
STRENGTH = 20.0
"""Inverse regularisation (scikit-learn's C); 3 to 100 differ by less than two points in cross-validation."""
FOLDS = 3
REFUSED = ("elsewhere", "medical")
"""Acts that are refused."""
LINES, OURS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95), 0.001
"""Shares from which a message may be put out of scope, and how many of our own questions may be."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Labelled questions: texts, their kinds, the group that is left out together (a document), in order, and which were drawn
    at random and read by the guideline with neither label nor guess in sight; of kinds, what each is answered as besides."""

    questions: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[str, ...] = ()
    blind: tuple[bool, ...] = ()
    answered: tuple[str, ...] = ()

    def as_answered(self) -> Lines:
        """With what they are answered as for their kinds, where that is labelled."""
        return replace(self, kinds=self.answered or self.kinds)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_lines(*paths: Path) -> Lines:
    """The training questions of kinds; what is out of scope is left to the acts."""
    rows = [r for path in paths or (QUESTIONS, WAYS) for r in _rows(path) if r["kind"] != "out_of_scope"]
    groups = tuple(r.get("document") or f"line {n % 8}" for n, r in enumerate(rows))
    blind = tuple(bool(r.get("blind")) for r in rows)
    kinds, answered = tuple(r["kind"] for r in rows), tuple(r.get("answered_as", r["kind"]) for r in rows)
    return Lines(tuple(r["q"] for r in rows), kinds, groups, blind, answered)


def read_acts() -> Lines:
    """What messages do, each that names a place a second time without the name, as it is read for what lies elsewhere: every
    question of kinds is an answer asked for."""
    asked = read_lines()
    rows = [(r["q"], r.get("act", "elsewhere")) for r in _rows(QUESTIONS) if r["kind"] == "out_of_scope"]
    rows += [(r["q"], r["act"]) for r in _rows(ACTS)]
    lines = [(q, "answer", g) for q, g in zip(asked.questions, asked.groups, strict=True)]
    lines += [(q, act, f"act {n}") for n, (q, act) in enumerate(rows)]
    lines += [(bare, act, g) for q, act, g in lines if (bare := placeless(q)) != q]
    return Lines(tuple(q for q, _, _ in lines), tuple(a for _, a, _ in lines), tuple(g for _, _, g in lines))


def read_hangs() -> Lines:
    """How messages hang on the question before: turns of conversations, grouped by that question, and what stands alone."""
    turns, done = _rows(HANGS), _rows(ACTS)
    alone = [r["q"] for r in _rows(WAYS)[::ALONE]] + [r["q"] for r in done if r["act"] == "answer"]
    on = [r for r in done if r["act"] in ("slot", "last")]
    return Lines(
        (*(r["message"] for r in turns), *(r["q"] for r in on), *alone),
        (*(r["hang"] for r in turns), *(r["act"] for r in on), *("new" for _ in alone)),
        (
            *(r["before"] for r in turns),
            *(f"act {n}" for n in range(len(on))),
            *(f"alone {n}" for n in range(len(alone))),
        ),
    )


def _model() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=120)


def _joined(questions: Sequence[str], vectors: Matrix) -> Any:
    from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

    return sparse.hstack([_ngrams(questions), sparse.csr_matrix(VECTOR_WEIGHT * vectors)]).tocsr()


def _ngrams(questions: Sequence[str]) -> Any:
    """``(len(questions), FEATURES)`` sparse rows of length 1."""
    from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

    found = [ngrams(question) for question in questions]
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    places, weights = (np.concatenate([one[at] for one in found]) for at in (0, 1))
    return sparse.csr_matrix((weights, places, ends), shape=(len(found), FEATURES))


def _layer(fitted: Any) -> Layer:
    return Layer(fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32))


def train(lines: Lines, vectors: Matrix, embedder: Embedder, worded: tuple[Layer, TokenHead] | None = None) -> Router:
    """The router that fits ``lines``, whose ``(n, dim)`` vectors are given; the same lines give the same router.

    Args:
        worded: what reads the questions word by word as well (``training.token_head``), fitted on the same lines.
    """
    alone = _model().fit(_ngrams(lines.questions), lines.as_answered().kinds)
    joint, head = worded or (_layer(_model().fit(_joined(lines.questions, vectors), lines.kinds)), None)
    kinds = [str(k) for k in alone.classes_]
    return Router(kinds, _layer(alone), joint, lambda text: read_question(embedder, text), head)


def refusing(lines: Lines, shares: Matrix, act: str) -> tuple[float, str]:
    """The lowest of :data:`LINES` that few enough of our own questions reach, documents left out, and how many do.

    Args:
        lines: of the acts.
        shares: what :func:`shares_left_out` gives of them with the vector.
        act: what is refused: what lies ``elsewhere`` is out of scope, ``medical`` asks for advice.
    """
    kinds = np.array(lines.kinds)
    ours = shares[~np.isin(kinds, REFUSED), sorted(set(lines.kinds)).index(act)]
    reached = [int((ours >= line).sum()) for line in LINES]
    line, count = next(
        ((a, n) for a, n in zip(LINES, reached, strict=True) if n <= OURS * len(ours)), (LINES[-1], reached[-1])
    )
    return line, f"{count} of {len(ours)} messages of ours reach it, documents left out"


def shares_left_out(lines: Lines, vectors: Matrix | None) -> Matrix:
    """``(n, kinds)`` shares of each kind, kinds sorted, by a regression that did not see the document; without the
    vectors by the n-grams alone."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    read = _ngrams(lines.questions) if vectors is None else _joined(lines.questions, vectors)
    folds = GroupKFold(FOLDS)
    found: Matrix = cross_val_predict(
        _model(), read, np.array(lines.kinds), groups=lines.groups, cv=folds, method="predict_proba"
    )
    return found


def accuracy(lines: Lines, shares: Matrix) -> str:
    """How many have their own kind as the likeliest: of all, and of those that were read blind, where some were. The others
    were in part picked by what a router before got wrong, so the second is the measure."""
    kinds = np.array(sorted(set(lines.kinds)))
    right = kinds[shares.argmax(1)] == np.array(lines.kinds)
    blind = np.array(lines.blind, dtype=bool)
    return f"{right.mean():.3f}" + (f"，其中盲读的 {blind.sum()} 句 {right[blind].mean():.3f}" if blind.any() else "")
