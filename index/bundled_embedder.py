"""The bundled model as an embedder (内置向量模型), without torch: mean of the hidden states, unit length.

Texts are put in order of their tokens, not of their characters, so that batches hold like lengths; the same text twice is
embedded once. The trap: its vectors and those of the same weights in full precision are two spaces (cosine .9999), so the
fingerprint names the arithmetic too; what was fitted on the weights (router, adapter) goes by :attr:`weights`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from index import bundled
from index.encoder import Encoder, Tokens, open_encoder, open_updated
from index.errors import ModelError
from index.precision import normalised
from index.query_vectors import QueryVectors
from index.types import Matrix, Reading, TextRole

ARITHMETIC = "q4x8-1"
"""Names the rounding of ``index.graph``; another one makes another space."""
_PROMPTS = {"query": "query: ", "passage": "passage: "}


class BundledEmbedder:
    """Embeds with the bundled model in ONNX Runtime; it is opened at the first text. Safe for several threads."""

    def __init__(
        self,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        cached_queries: int = 512,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        """
        Args:
            query_prompt: text put before queries; None takes the model's own.
            passage_prompt: the same for passages.
            cached_queries: how many query vectors are remembered.
            notify: told in Chinese when the model is being unpacked.

        Raises:
            ModelError: no bundled model on this platform.
        """
        self._own_prompts = (query_prompt, passage_prompt)
        self._folder = bundled.ensure_encoder(notify=notify)
        self._encoder: Encoder | None = None
        self._lock = RLock()
        self._queries = QueryVectors(cached_queries)

    @property
    def weights(self) -> str:
        """Identifies weights and prompts, whatever the arithmetic."""
        settings = json.dumps([bundled.model_fingerprint(self._folder), *self._own_prompts], ensure_ascii=False)
        return hashlib.sha256(settings.encode()).hexdigest()[:20]

    @property
    def fingerprint(self) -> str:
        """Identifies weights, prompts and arithmetic."""
        return f"{self.weights}-{ARITHMETIC}"

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._opened().base.shape.hidden

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised, in the order given.

        Raises:
            ModelError: the model cannot be opened.
        """
        encoder = self._opened()
        if role == "query":
            return self._queries.get(texts, lambda missing: self._encoded(encoder, missing, role))
        distinct = list(dict.fromkeys(texts))
        found = self._encoded(encoder, distinct, role)
        if len(distinct) == len(texts):
            return found
        at = {text: row for row, text in enumerate(distinct)}
        return np.asarray(found[[at[text] for text in texts]])

    def read(self, questions: Sequence[str]) -> list[Reading]:
        """Each question, vector and middle of one pass, in the order given; embedding it afterwards costs nothing.

        Raises:
            ModelError: the model cannot be opened.
        """
        encoder = self._opened()
        found = encoder.both(self._rows(encoder, questions, "query"))
        if not found:
            return []
        at = dict(zip(questions, normalised(np.stack([mean for mean, _ in found])), strict=True))
        vectors = self._queries.get(questions, lambda missing: np.stack([at[one] for one in missing]))
        return [Reading(vector, middle) for vector, (_, middle) in zip(vectors, found, strict=True)]

    def warm_up(self) -> None:
        """Open the model and run it once, so that the first question does not wait."""
        self.embed(["预热"], "query")

    def _encoded(self, encoder: Encoder, texts: Sequence[str], role: TextRole) -> Matrix:
        return normalised(encoder.means(self._rows(encoder, texts, role)))

    def _rows(self, encoder: Encoder, texts: Sequence[str], role: TextRole) -> list[Tokens]:
        own = self._own_prompts[0 if role == "query" else 1]
        prompt = _PROMPTS[role] if own is None else own
        shape = encoder.base.shape
        return [(shape.bos, *encoder.base.tokens(prompt + text)[: shape.positions - 2], shape.eos) for text in texts]

    def _opened(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = self._open()
            return self._encoder

    def _open(self) -> Encoder:
        return open_encoder(self._folder)


class TunedEmbedder(BundledEmbedder):
    """The bundled model with low-rank updates of all its layers, one network for questions or one for passages: the two are
    trained together (``python -m training encoders``), so that a question lies beside the sentence that answers it."""

    def __init__(self, weights: Path, setting: str, **options: Any) -> None:
        """
        Args:
            weights: the updates; read when the first text is embedded.
            setting: named in the message where the file is at fault.
            options: of :class:`BundledEmbedder`.
        """
        super().__init__(**options)
        self._updates, self._setting = weights, setting

    @property
    def fingerprint(self) -> str:
        """Identifies weights, prompts, arithmetic and updates.

        Raises:
            ModelError: the file is not there.
        """
        return f"{super().fingerprint}-{self._content}"

    @cached_property
    def _content(self) -> str:
        """Hash of the updates; read once, the fingerprint is asked for again and again."""
        try:
            return hashlib.sha256(self._updates.read_bytes()).hexdigest()[:12]
        except OSError as error:
            raise ModelError(
                f"读不出低秩更新 {self._updates}。", f"请检查 {self._setting}，或设为 none 不用它。"
            ) from error

    def _open(self) -> Encoder:
        return open_updated(self._updates, self._setting, self._folder)[0]
