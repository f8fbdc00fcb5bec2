"""Two texts read together (成对阅读): how they are laid out as one row of tokens, and the small heads over its states.

Training (``index.pair_model``, ``index.claim_model``) and use share the layout and the sizes; the heads are written here
a second time, in numpy, so that a question is answered without torch; a test holds the two against each other. The trap:
what goes beyond the limits is not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.types import Matrix

FIRST_LAYER, RANK, SCALE = 4, 32, 2.0
"""First layer that is updated, the rank of what training adds, and what it is multiplied by; a file of a lower rank is read as well."""
QUESTION_TOKENS, PAIR_TOKENS, VERDICT_TOKENS = 48, 112, 144
CLAIM_TOKENS, EVIDENCE_TOKENS = 90, 150
SPREAD, LIMIT = 20.0, 12.0
"""``SPREAD`` brings the parts of a unit vector of some 400 dimensions to about 1, which the heads expect."""
PROMPT = "query: "
Place = tuple[int, int, int] | None
"""Of a token: its side (0 claim, 1 evidence) and its characters there; None for a mark that belongs to neither."""
Trained = Mapping[str, NDArray[Any]]
Layer = tuple[Matrix, Matrix]
"""Weights and bias."""


def pair_row(
    question: Sequence[int], sentence: Sequence[int], bos: int, eos: int, limit: int = PAIR_TOKENS
) -> tuple[list[int], int]:
    """One row of at most ``limit`` ids from those of the prompted question and of the sentence, and where the question's
    half ends."""
    head = [bos, *question[:QUESTION_TOKENS]]
    return [*head, eos, *sentence[: limit - len(head) - 2], eos], len(head)


def claim_row(
    prompt: Sequence[int],
    claim: tuple[Sequence[int], Sequence[tuple[int, int]]],
    evidence: tuple[Sequence[int], Sequence[tuple[int, int]]],
    bos: int,
    eos: int,
) -> tuple[list[int], list[Place]]:
    """One row of ids from ids and offsets of claim and evidence, and the place of each token."""
    c, a = claim[0][:CLAIM_TOKENS], claim[1][:CLAIM_TOKENS]
    s, b = evidence[0][:EVIDENCE_TOKENS], evidence[1][:EVIDENCE_TOKENS]
    mine: list[Place] = [(0, int(x), int(y)) for x, y in a]
    theirs: list[Place] = [(1, int(x), int(y)) for x, y in b]
    return [bos, *prompt, *c, eos, *s, eos], [None] * (1 + len(prompt)) + mine + [None] + theirs + [None]


def _two_layers(trained: Trained, name: str, features: int, outputs: int) -> tuple[Layer, Layer]:
    """The layers called ``name`` that make ``outputs`` of ``features``.

    Raises:
        KeyError, ValueError: something is missing or of another shape.
    """
    inner, outer = ((trained[f"{name}.{at}.weight"], trained[f"{name}.{at}.bias"]) for at in (0, 2))
    if inner[0].shape[1] != features or outer[0].shape != (outputs, len(inner[0])):
        raise ValueError(f"{name} {inner[0].shape}, {outer[0].shape}")
    return inner, outer


@dataclass(frozen=True, slots=True)
class FitHead:
    """How well two halves fit: their cosine, and what a small network has learnt of how they relate."""

    scale: float
    bias: float
    inner: Layer
    outer: Layer

    @classmethod
    def of(cls, trained: Trained, hidden: int) -> FitHead:
        """
        Raises:
            KeyError, ValueError: something is missing or of another shape.
        """
        layers = _two_layers(trained, "head", 3 * hidden, 1)
        if trained["scale"].ndim:
            raise ValueError(f"scale {trained['scale'].shape}")
        return cls(float(trained["scale"]), float(trained["bias"]), *layers)

    def __call__(self, first: Matrix, second: Matrix) -> float:
        """Log odds from the mean states of the halves, ``(hidden,)`` each."""
        q, s = _unit(first), _unit(second)
        features = np.concatenate([q * SPREAD, s * SPREAD, q * s * SPREAD**2])
        inner = gelu(self.inner[0] @ features + self.inner[1])
        return float(self.scale * (q @ s) + self.bias + (self.outer[0] @ inner + self.outer[1])[0])


class Shares(NamedTuple):
    """Shares of what a clause says to a question; they add up to 1."""

    yes: float
    no: float
    open: float


@dataclass(frozen=True, slots=True)
class VerdictHead:
    """Yes, no or neither, from how the halves relate."""

    inner: Layer
    outer: Layer

    @classmethod
    def of(cls, trained: Trained, hidden: int) -> VerdictHead:
        """
        Raises:
            KeyError, ValueError: something is missing or of another shape.
        """
        return cls(*_two_layers(trained, "verdict", 4 * hidden, len(Shares._fields)))

    def __call__(self, first: Matrix, second: Matrix) -> Shares:
        """Shares from the mean states of the halves, ``(hidden,)`` each."""
        q, s = _unit(first), _unit(second)
        features = np.concatenate([q * SPREAD, s * SPREAD, q * s * SPREAD**2, np.abs(q - s) * SPREAD])
        inner = gelu(self.inner[0] @ features + self.inner[1])
        return Shares(*map(float, _softmax(self.outer[0] @ inner + self.outer[1])))


@dataclass(frozen=True, slots=True)
class Judged:
    """``score``: log odds that the claim is supported; ``fits``: of the pair; ``faults``: of each token being at fault."""

    score: float
    fits: float
    faults: list[float]


@dataclass(frozen=True, slots=True)
class ClaimHead:
    """Whether a claim is supported: the pair fits and no token is at fault (``index.claim_model``)."""

    fit: FitHead
    trained: Trained

    @classmethod
    def of(cls, trained: Trained, hidden: int) -> ClaimHead:
        """
        Raises:
            KeyError, ValueError: something is missing or of another shape.
        """
        deep = len(trained["project.weight"])
        if trained["project.weight"].shape != (deep, hidden) or trained["compare.weight"].shape[1] != 4 * deep + 3:
            raise ValueError(f"project {trained['project.weight'].shape}, compare {trained['compare.weight'].shape}")
        _ = [trained[name] for name in ("sharp", "same", "project.bias", "compare.bias", "fault.weight", "fault.bias")]
        return cls(FitHead.of(trained, hidden), trained)

    def __call__(self, states: Matrix, ids: Sequence[int], places: Sequence[Place]) -> Judged:
        """What the states of one row say; ``ids`` and ``places`` are its tokens."""
        kept = self.trained
        claim, evidence = (np.array([p is not None and p[0] == side for p in places]) for side in (0, 1))
        fits = self.fit(_mean(states, claim), _mean(states, evidence))
        deep = _unit(states) * SPREAD @ kept["project.weight"].T + kept["project.bias"]
        unit = _unit(deep)
        alike, numbers = unit @ unit.T, np.array(ids)
        equal = (numbers[:, None] == numbers[None, :]).astype(np.float32)
        across = claim[:, None] & evidence[None, :]
        across = (across | across.T).astype(np.float32)
        to = _softmax(float(kept["sharp"]) * alike + float(kept["same"]) * equal + (1 - across) * -1e4)
        other = to @ deep
        parts = [
            deep, other, np.abs(deep - other), deep * other, (alike * across).max(-1, keepdims=True) * 4,
            to.max(-1, keepdims=True), (equal * across).max(-1, keepdims=True),
        ]  # fmt: skip
        inner = gelu(np.concatenate(parts, -1) @ kept["compare.weight"].T + kept["compare.bias"])
        odds = inner @ kept["fault.weight"].T + kept["fault.bias"]
        faults = np.where(claim, odds[:, 0], np.where(evidence, odds[:, 1], -30.0))
        supported = _log_sigmoid(np.array(fits)) + _log_sigmoid(-faults).sum()
        lost = np.log(-np.expm1(min(float(supported), -1e-5)))
        score = float(np.clip(supported - lost, -LIMIT, LIMIT))
        return Judged(score, fits, [float(x) for x in faults])


def gelu(x: Matrix) -> Matrix:
    """``x Φ(x)``, to seven digits.

    >>> gelu(np.array([0.0, 1.0])).round(6).tolist()
    [0.0, 0.841345]

    Source: Hendrycks and Gimpel, 2016; the error function by Abramowitz and Stegun, 7.1.26.
    """
    z = np.abs(x) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.asarray(0.5 * x * (1.0 + np.sign(x) * (1.0 - series * np.exp(-z * z))))


def _unit(x: Matrix) -> Matrix:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12))


def _mean(states: Matrix, mask: NDArray[np.bool_]) -> Matrix:
    return np.asarray(states[mask].sum(0) / max(int(mask.sum()), 1))


def _softmax(x: Matrix) -> Matrix:
    raised = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def _log_sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(-np.logaddexp(0.0, -x))
