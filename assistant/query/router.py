"""What a question asks for, learnt from many ways of asking (语义路由): shares of the kinds of question.

The patterns of ``kinds`` know the turns of phrase somebody thought of; people find others (谁挂帅, 该去敲哪家的门). A
multinomial logistic regression over character n-grams and the model's own vector of the question tells the rest; the kinds
are read word by word as well (``token_head``), with two outputs: what is asked for, and what an answer to it is made of. A
who whom no bracket names is asked for a body and answered by a sentence. It is trained by ``python -m training router`` on
questions written for it, never on evaluation questions. The trap: the model's part fits one embedding model only; with another
one, or where a number format of it is named, the n-grams decide alone.

Source: scikit-learn's ``HashingVectorizer`` (written again here, because importing it takes longer than an answer) and
``LogisticRegression``; MurmurHash3 by Austin Appleby; character n-grams for short texts as in fastText.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.query.token_head import TokenHead
from corpus import fitted
from corpus.grammar import form
from index.arrays import save_arrays
from index.types import Reading

Vector = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "router.npz"
ACTS = Path(__file__).parent / "acts.npz"
"""The same for what a message does: asks, asks on, is about the last answer, wants a list, greets, lies elsewhere."""
HANGS = Path(__file__).parent / "hangs.npz"
"""The same for how a message hangs on the question before it: new, slot, last."""
FEATURES = 2**15
VECTOR_WEIGHT = fitted.number("query.router.vector_weight")
"""How much the vector counts beside the n-grams, both of length 1."""
LONGEST = 4
ANSWERED_AS = ("applicability", "body", "change", "comparison")
"""Kinds whose answers hang on documents and on brackets of bodies: their shares are those of the second output."""
_HEAD = "head."
_WORD = 0xFFFFFFFF
_YEAR = form("router.year")
_SPACES = form("router.spaces")


def prepared(question: str) -> str:
    """The question as the n-grams see it: ends marked, years alike.

    >>> prepared("2021年谁牵头")
    '^Y年谁牵头$'
    """
    return f"^{_YEAR.sub('Y', question.strip(' ？?！!。～~，,'))}$"


def ngrams(question: str) -> tuple[NDArray[np.int64], Vector]:
    """Places of a question's n-grams among :data:`FEATURES` and their weights, of length 1 together.

    >>> places, weights = ngrams("谁牵头")
    >>> len(places), round(float(weights @ weights), 6)
    (14, 1.0)
    """
    text = _SPACES.sub(" ", prepared(question).lower())
    grams = Counter(text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1))
    found: dict[int, float] = {}
    for gram, times in grams.items():
        place = _place(gram)
        found[place] = found.get(place, 0.0) + times
    weights = np.array(list(found.values()), dtype=np.float32)
    return np.array(list(found), dtype=np.int64), weights / max(float(np.linalg.norm(weights)), 1e-12)


@lru_cache(maxsize=1 << 16)
def _place(gram: str) -> int:
    """MurmurHash3 (32 bits, seed 0) of the n-gram as a signed number, its size among the features."""
    raw, mixed = gram.encode(), 0
    whole = len(raw) // 4 * 4
    for at in range(0, whole, 4):
        mixed ^= _scrambled(int.from_bytes(raw[at : at + 4], "little"))
        mixed = (mixed << 13 | mixed >> 19) & _WORD
        mixed = (mixed * 5 + 0xE6546B64) & _WORD
    mixed ^= _scrambled(int.from_bytes(raw[whole:], "little")) ^ len(raw)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        mixed = ((mixed ^ mixed >> shift) * factor) & _WORD
    return abs(mixed - (1 << 32) if mixed >> 31 else mixed) % FEATURES


def _scrambled(block: int) -> int:
    block = block * 0xCC9E2D51 & _WORD
    return (block << 15 | block >> 17) * 0x1B873593 & _WORD


@dataclass(frozen=True, slots=True)
class Layer:
    """One fitted regression: ``weight`` is ``(features, kinds)``, ``bias`` ``(kinds,)``; with two outputs, one beside the other,
    ``(features, 2 kinds)`` and ``(2 kinds,)``."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def as_answered(kinds: Sequence[str], asked: Vector, answered: Vector) -> Vector:
    """Shares ``(..., kinds)`` of both outputs: of :data:`ANSWERED_AS` those of ``answered``, of the others those of ``asked`` in
    what is left.

    >>> as_answered(["body", "list", "text"], np.array([0.8, 0.1, 0.1]), np.array([0.2, 0.0, 0.8])).round(3).tolist()
    [0.2, 0.4, 0.4]
    """
    taken = np.isin(kinds, ANSWERED_AS)
    rest = np.where(taken, 0.0, asked)
    left = 1 - answered[..., taken].sum(-1, keepdims=True)
    return np.where(taken, answered, rest * left / np.maximum(rest.sum(-1, keepdims=True), 1e-9))


class Router:
    """Shares of the kinds of a question; ``read`` gives a question as the model reads it, or None to go by n-grams alone."""

    def __init__(
        self,
        kinds: Sequence[str],
        alone: Layer,
        joint: Layer | None = None,
        read: Callable[[str], Reading] | None = None,
        head: TokenHead | None = None,
    ) -> None:
        self.kinds = tuple(kinds)
        self._alone, self._joint, self._read, self._head = alone, joint, read, head

    @classmethod
    def load(
        cls, read: Callable[[str], Reading] | None = None, *, fingerprint: str = "", path: Path = SHIPPED
    ) -> Router:
        """The router saved at ``path``.

        Args:
            read: a question as the model itself reads it.
            fingerprint: of that model; the model's part is used only where it was trained on the same one, and gives what it
                was trained on.
        """
        with np.load(path, allow_pickle=False) as kept:
            kinds = [str(k) for k in kept["kinds"]]
            alone = Layer(kept["alone"].astype(np.float32), kept["alone_bias"].astype(np.float32))
            joint = Layer(kept["joint"].astype(np.float32), kept["joint_bias"].astype(np.float32))
            names = [name for name in kept.files if name.startswith(_HEAD)]
            weights = {name.removeprefix(_HEAD): kept[name].astype(np.float32) for name in names}
            fits = read is not None and str(kept["model"]) == fingerprint
        head = TokenHead(weights) if weights else None
        return cls(kinds, alone, joint, read, head) if fits else cls(kinds, alone)

    def save(self, path: Path, *, fingerprint: str) -> None:
        """Half precision, some 700 kB, 1.5 MB with a head; both layers are needed.

        Raises:
            ValueError: the router has no joint layer.
        """
        if self._joint is None:
            raise ValueError("a router is saved with both layers")
        head = self._head.weights if self._head else {}
        save_arrays(
            path, kinds=np.array(self.kinds), model=np.array(fingerprint),
            alone=self._alone.weight.astype(np.float16), alone_bias=self._alone.bias.astype(np.float16),
            joint=self._joint.weight.astype(np.float16), joint_bias=self._joint.bias.astype(np.float16),
            **{_HEAD + name: values.astype(np.float16) for name, values in head.items()},
        )  # fmt: skip

    def __call__(self, question: str) -> Mapping[str, float]:
        """The share of each kind; they sum to 1."""
        places, weights = ngrams(question)
        layer, logits = self._of_model(question)
        logits = logits + weights @ layer.weight[places] + layer.bias
        raised = np.exp(logits - logits.max()).reshape(-1, len(self.kinds))
        outputs = raised / raised.sum(-1, keepdims=True)
        shares = outputs[0] if len(outputs) == 1 else as_answered(self.kinds, *outputs)
        return dict(zip(self.kinds, shares.tolist(), strict=True))

    def _of_model(self, question: str) -> tuple[Layer, Vector]:
        """The layer that applies, and what the question as the model reads it adds."""
        nothing = np.zeros_like(self._alone.bias)
        if self._joint is None or self._read is None:
            return self._alone, nothing
        read = self._read(question)
        added = np.asarray(VECTOR_WEIGHT * read.vector @ self._joint.weight[FEATURES:], dtype=np.float32)
        if self._head is None:
            return self._joint, added
        return (self._alone, nothing) if read.middle is None else (self._joint, added + self._head(read.middle))
