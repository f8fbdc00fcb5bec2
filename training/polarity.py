"""Fits the line that says yes or no (``assistant.answering.polarity``): logistic regression, documents left out in turn.

The questions are those of ``data/real.jsonl`` that ask for a yes, each with what its clause ``says`` (yes, no, or open
where it settles nothing), read and labelled by hands that saw question and clause only. The trap: what counts is not how
often the line is right, but how often where it speaks; so both shares are printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answering.polarity import features
from assistant.query.asked import asks_yes_or_no
from index.arrays import save_arrays
from training.reader import REAL, Row, places_of

CLASSES = ("yes", "no", "open")
FOLDS, STRENGTH, LEAST, STEPS = 6, 0.1, 0.02, 300
"""Parts the documents are cut into, inverse of the penalty, weight below which a feature is dropped, steps of the descent."""
LINES, RIGHT = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95), 0.92
"""Shares from which a word may be given, and how many of those given must be right."""
Line = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the clause that answers it, and what the clause says to it; ``fold`` by its document."""

    question: str
    clause: str
    says: str
    fold: int


def load(rows: Sequence[Row], files: Mapping[str, str], path: Path = REAL) -> list[Asked]:
    """The labelled questions whose documents are in the library; near misses that ask for a ruling are open.

    Args:
        files: the notice each file became.
    """
    at = places_of(rows)
    found: list[Asked] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        says = one.get("says") or ("open" if one["kind"] == "ruling" and not one["answered"] else None)
        if says is None:
            continue
        held = [rows[at[key]] for start in one["at"] if (key := (files.get(one["file"], ""), start)) in at]
        if held:
            clause = held[0].shown + "".join(f" {row.text}" for row in held[1:3])
            fold = int(hashlib.sha256(one["file"].encode()).hexdigest(), 16) % FOLDS
            found.append(Asked(one["q"], clause.replace("\n", ""), says, fold))
    return found


def fitted(asked: Sequence[Asked]) -> Line:
    """The line over all of ``asked``; features that weigh next to nothing are dropped."""
    from scipy.optimize import minimize  # type: ignore[import-untyped, unused-ignore]
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped, unused-ignore]

    read = [features(one.question, one.clause) for one in asked]
    names = {name: number for number, name in enumerate(sorted({name for found in read for name in found}))}
    places = [(row, names[name], value) for row, found in enumerate(read) for name, value in found.items()]
    at_row, at_name, values = (np.array(column) for column in zip(*places, strict=True))
    matrix = csr_matrix((values, (at_row, at_name)), shape=(len(read), len(names)))
    wanted = np.eye(len(CLASSES))[[CLASSES.index(one.says) for one in asked]]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(len(names), len(CLASSES))
        scores = matrix @ weights
        scores -= scores.max(1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(1, keepdims=True)
        value = -STRENGTH * np.log(np.clip(shares[wanted > 0], 1e-12, None)).sum() + 0.5 * (weights**2).sum()
        return float(value), (STRENGTH * (matrix.T @ (shares - wanted)) + weights).ravel()

    start = np.zeros(len(names) * len(CLASSES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    weights = found.reshape(len(names), len(CLASSES))
    return {
        kind: {n: round(float(weights[i, k]), 3) for n, i in names.items() if abs(weights[i, k]) >= LEAST}
        for k, kind in enumerate(CLASSES)
    }


def left_out(asked: Sequence[Asked], shares: Callable[[str, str, Line], dict[str, float]]) -> list[tuple[float, bool]]:
    """For every closed question, its documents left out: how sure the line is of a word, and whether that is right."""
    told: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        line = fitted([one for one in asked if one.fold != fold])
        for one in asked:
            if one.fold == fold and asks_yes_or_no(one.question):
                found = shares(one.question, one.clause, line)
                best = max(("yes", "no"), key=lambda k: found[k])
                told.append((found[best], best == one.says))
    return told


def surest(told: Sequence[tuple[float, bool]], right: float = RIGHT) -> float:
    """The lowest of :data:`LINES` from which at least ``right`` of the words given are right; the highest where none is."""
    for line in LINES:
        said = _said(told, line)
        if said and sum(said) >= right * len(said):
            return line
    return LINES[-1]


def _said(told: Sequence[tuple[float, bool]], line: float) -> list[bool]:
    """Of each word given from ``line`` on, whether it is right."""
    return [right for share, right in told if share >= line]


def spoken(told: Sequence[tuple[float, bool]], line: float) -> str:
    """How often a word is given from ``line`` on, and how often it is right, in a line for the fitted numbers."""
    said = _said(told, line)
    of_said = f"{sum(said) / len(said):.3f}" if said else "none"
    return f"speaks on {len(said) / len(told):.3f} of {len(told)} questions of documents left out, right in {of_said}"


def table(told: Sequence[tuple[float, bool]]) -> str:
    """How often a word is given and how often it is right, at several thresholds."""
    lines = [f"是非问 {len(told)} 个（所属文件未参与拟合）", "把握  作答  答对"]
    for line in LINES:
        said = _said(told, line)
        if said:
            lines.append(f"{line:.2f}  {len(said) / len(told):.3f}  {sum(said) / len(said):.3f}")
    return "\n".join(lines)


def save(line: Line, path: Path) -> None:
    """Write the line: ``kinds``, ``names`` of the features, sorted, and ``weights`` ``(names, kinds)``; some 400 kB."""
    names = sorted({name for weights in line.values() for name in weights})
    weights = np.array([[line[kind].get(name, 0.0) for kind in sorted(line)] for name in names])
    save_arrays(path, kinds=np.array(sorted(line)), names=np.array(names), weights=weights)
