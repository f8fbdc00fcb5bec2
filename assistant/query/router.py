"""What a question asks for, learnt from many ways of asking (语义路由): shares of the kinds of question.

The patterns of ``kinds`` know the turns of phrase somebody thought of; people find others (谁挂帅, 该去敲哪家的门). A
multinomial logistic regression over character n-grams and the model's own vector of the question tells the rest. It is
trained by ``python -m evals router`` on questions written for it, never on evaluation questions. The trap: the vector's
part fits one embedding model only; with another model the n-grams decide alone.

Source: scikit-learn's ``HashingVectorizer`` and ``LogisticRegression``; character n-grams for short texts as in fastText.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "router.npz"
ACTS = Path(__file__).parent / "acts.npz"
"""The same for what a message does: asks, asks on, is about the last answer, wants a list, greets, lies elsewhere."""
FEATURES = 2**15
VECTOR_WEIGHT = 2.0
"""How much the vector counts beside the n-grams, both of length 1."""
_YEAR = re.compile(r"(?:19|20)\d{2}")


def prepared(question: str) -> str:
    """The question as the n-grams see it: ends marked, years alike.

    >>> prepared("2021年谁牵头")
    '^Y年谁牵头$'
    """
    return f"^{_YEAR.sub('Y', question.strip(' ？?！!。～~，,'))}$"


@cache
def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer="char", ngram_range=(1, 4), n_features=FEATURES, norm="l2", alternate_sign=False)


def ngrams(questions: Sequence[str]) -> Any:
    """``(len(questions), FEATURES)`` sparse rows of length 1."""
    return _vectorizer().transform([prepared(q) for q in questions])


@dataclass(frozen=True, slots=True)
class Layer:
    """One fitted regression: ``weight`` is ``(features, kinds)``, ``bias`` ``(kinds,)``."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class Router:
    """Shares of the kinds of a question; ``embed`` gives the vector of a question, or None to go by n-grams alone."""

    def __init__(
        self,
        kinds: Sequence[str],
        alone: Layer,
        joint: Layer | None = None,
        embed: Callable[[str], Vector] | None = None,
    ) -> None:
        self.kinds = tuple(kinds)
        self._alone, self._joint, self._embed = alone, joint, embed

    @classmethod
    def load(
        cls, embed: Callable[[str], Vector] | None = None, *, fingerprint: str = "", path: Path = SHIPPED
    ) -> Router:
        """The router saved at ``path``.

        Args:
            embed: the model's own query vector, L2-normalised.
            fingerprint: of that model; the vector's part is used only where it was trained on the same one.
        """
        with np.load(path, allow_pickle=False) as kept:
            kinds = [str(k) for k in kept["kinds"]]
            alone = Layer(kept["alone"].astype(np.float32), kept["alone_bias"].astype(np.float32))
            joint = Layer(kept["joint"].astype(np.float32), kept["joint_bias"].astype(np.float32))
            fits = embed is not None and str(kept["model"]) == fingerprint
        return cls(kinds, alone, joint if fits else None, embed if fits else None)

    def save(self, path: Path, *, fingerprint: str) -> None:
        """Half precision, some 700 kB; both layers are needed.

        Raises:
            ValueError: the router has no joint layer.
        """
        if self._joint is None:
            raise ValueError("a router is saved with both layers")
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(
            partial, kinds=np.array(self.kinds), model=np.array(fingerprint),
            alone=self._alone.weight.astype(np.float16), alone_bias=self._alone.bias.astype(np.float16),
            joint=self._joint.weight.astype(np.float16), joint_bias=self._joint.bias.astype(np.float16),
        )  # fmt: skip
        partial.replace(path)

    def __call__(self, question: str) -> Mapping[str, float]:
        """The share of each kind; they sum to 1."""
        row = ngrams([question])
        layer = self._alone
        if self._joint is not None and self._embed is not None:
            layer = self._joint
            vector = VECTOR_WEIGHT * self._embed(question)
            scores = row @ layer.weight[:FEATURES] + vector[None, :] @ layer.weight[FEATURES:]
        else:
            scores = row @ layer.weight
        logits = np.asarray(scores)[0] + layer.bias
        shares = np.exp(logits - logits.max())
        return dict(zip(self.kinds, (shares / shares.sum()).tolist(), strict=True))
