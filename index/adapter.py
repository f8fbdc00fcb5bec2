"""A linear adapter over an embedding model (线性适配): everyday questions brought near to official wording.

``adapt(v) = normalise(v + v @ W)``, one matrix for queries and passages alike, learnt from questions paired with the
sentences that answer them (``python -m training adapter``); the model itself stays as it is. The adapter that ships fits
the bundled model only and leaves every other model alone. The trap: checks that were fitted on the model's own cosines
(``assistant.verification``) take :attr:`AdaptedEmbedder.base`.

Source: the adapter of LlamaIndex's ``LinearAdapterEmbeddingModel``, on both sides instead of the query's alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from index.arrays import save_arrays
from index.errors import ModelError
from index.precision import normalised
from index.types import Embedder, Matrix, TextRole

SETTING = "ASSISTANT_EMBEDDING__ADAPTER"
SHIPPED = Path(__file__).parent / "adapters" / "multilingual-e5-small.npz"


@dataclass(frozen=True, slots=True)
class LinearAdapter:
    """``weight`` is ``(dim, dim)`` float32; ``fingerprint`` its content hash."""

    weight: Matrix
    fingerprint: str

    @classmethod
    def from_weight(cls, weight: Matrix) -> LinearAdapter:
        """Rounded to half precision, as it is saved, so that a saved adapter gives the same vectors."""
        half = np.asarray(weight, dtype=np.float16)
        return cls(half.astype(np.float32), hashlib.sha256(half.tobytes()).hexdigest()[:12])

    @classmethod
    def load(cls, path: Path) -> LinearAdapter:
        """The adapter saved at ``path``.

        Raises:
            ModelError: missing, unreadable or not a square matrix.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                weight = kept["weight"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(f"读不出向量适配文件 {path}。", f"请检查 {SETTING}，或设为 none 不用适配。") from error
        if weight.ndim != 2 or weight.shape[0] != weight.shape[1]:
            raise ModelError(f"向量适配文件 {path} 不是方阵。", f"请检查 {SETTING}，或设为 none 不用适配。")
        return cls.from_weight(weight)

    def save(self, path: Path) -> None:
        """Half precision, some 300 kB for 384 dimensions."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save_arrays(path, weight=self.weight.astype(np.float16))

    def adapt(self, vectors: Matrix) -> Matrix:
        """``(n, dim)`` float32, rows L2-normalised.

        >>> LinearAdapter.from_weight(np.zeros((2, 2))).adapt(np.array([[0.6, 0.8]], dtype=np.float32)).round(2).tolist()
        [[0.6000000238418579, 0.800000011920929]]
        """
        return normalised(vectors + vectors @ self.weight)


class AdaptedEmbedder:
    """An :class:`~index.types.Embedder` whose vectors went through an adapter; ``base`` gives the model's own."""

    def __init__(self, base: Any, adapter: LinearAdapter, tuned: Mapping[TextRole, Any] | None = None) -> None:
        """
        Args:
            tuned: the networks that embed questions and passages in place of ``base``.
        """
        self.base = base
        self.adapter = adapter
        self._models: dict[TextRole, Any] = {"query": base, "passage": base, **(tuned or {})}

    def over(self, wrap: Callable[[Any], Any]) -> AdaptedEmbedder:
        """The same adapter with ``wrap`` around each of its models, one that does two things wrapped once."""
        wrapped = {model: wrap(model) for model in (self.base, *self._models.values())}
        tuned = {role: wrapped[model] for role, model in self._models.items()}
        return AdaptedEmbedder(wrapped[self.base], self.adapter, tuned)

    @property
    def fingerprint(self) -> str:
        return f"{self._models['passage'].fingerprint}-{self.adapter.fingerprint}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return len(self.adapter.weight)

    def embed(self, texts: Sequence[str], role: TextRole, **options: Any) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised, in the order given; ``options`` are the base's.

        Raises:
            ModelError: the adapter does not fit the model's dimension.
        """
        vectors = self._models[role].embed(texts, role, **options)
        if vectors.shape[1] != len(self.adapter.weight):
            raise ModelError(
                f"向量适配是 {len(self.adapter.weight)} 维，模型是 {vectors.shape[1]} 维，不能一起用。",
                f"请把 {SETTING} 设为 none，或用这个模型重新训练（python -m training adapter）。",
            )
        return self.adapter.adapt(vectors)

    def warm_up(self) -> None:
        """Open what reads questions and run it once."""
        for model in dict.fromkeys((self.base, self._models["query"])):
            model.warm_up()


def plain(embedder: Embedder) -> Embedder:
    """The model's own vectors, whether or not ``embedder`` adapts them."""
    return getattr(embedder, "base", embedder)


def weights_of(embedder: Embedder) -> str:
    """What the model's own vectors are fitted by: its weights and prompts, whatever the arithmetic."""
    model = plain(embedder)
    return str(getattr(model, "weights", model.fingerprint))
