"""Trains the linear adapter of the embedding model: ``python -m training adapter`` (``index.adapter`` applies it).

Everyday questions are paired with the sentence of a notice that answers them; the adapter is the one matrix that brings
each question nearer to its sentence than to the other sentences of the same notice (InfoNCE, full batch, Adam). Keeping
the negatives inside the notice matters: a neighbour place's sentence on the same subject is no wrong answer in meaning,
places are kept apart elsewhere. Reported besides the fit: recall on each notice by an adapter that never saw it.

The evaluation questions are judged by it, never trained on.

Source: van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018 (InfoNCE).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.library import Corpus
from evals.matching import coverage
from evals.types import Question
from index.adapter import LinearAdapter
from index.types import Embedder, Matrix

QUERIES = Path(__file__).parent / "data" / "queries.jsonl"
TEMPERATURE = 0.05
PENALTY = 0.03
"""Weight of the squared Frobenius norm; chosen by recall on dev questions (0.03 to 1 differ by one point)."""
STEPS = 160
_HELD = 0.8
_WITHOUT = frozenset({"applicability", "responsible_department", "compare_regions", "temporal_conflict"})
"""Categories whose question is not answered by one sentence."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Questions and the sentences of the corpus: ``answers[q, s]`` is True where sentence ``s`` answers ``q``."""

    queries: Matrix
    sentences: Matrix
    answers: np.ndarray
    notice_of_query: np.ndarray
    notice_of_sentence: np.ndarray

    def without(self, notice: str) -> Pairs:
        """The pairs of the other notices; sentences stay, rows are not needed to be gone to be unseen as answers."""
        return self._kept(self.notice_of_query != notice)

    def of(self, notice: str) -> Pairs:
        """The pairs of one notice."""
        return self._kept(self.notice_of_query == notice)

    def _kept(self, kept: np.ndarray) -> Pairs:
        return replace(
            self, queries=self.queries[kept], answers=self.answers[kept], notice_of_query=self.notice_of_query[kept]
        )


Sentence = tuple[str, int, str]
"""Notice id, where it starts, its text."""


def read_sentences(corpus: Corpus) -> list[Sentence]:
    """Every sentence of every passage, as the index embeds them."""
    found: list[Sentence] = []
    for passage in corpus.passages():
        notice = corpus.get(passage.notice_id)
        found += [(notice.id, span.start, notice.quote(span)) for span in passage.sentences]
    return found


def training_pairs(sentences: Sequence[Sentence], path: Path = QUERIES) -> list[tuple[str, list[int]]]:
    """Training queries and the row of the sentence each asks for; those of notices not in the corpus are left out."""
    at = {(notice, start): row for row, (notice, start, _) in enumerate(sentences)}
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [(x["query"], [at[x["notice"], x["start"]]]) for x in lines if (x["notice"], x["start"]) in at]


def question_pairs(sentences: Sequence[Sentence], questions: Sequence[Question]) -> list[tuple[str, list[int]]]:
    """Questions of an evaluation set that one sentence answers, and the rows of the sentences that do."""
    found: list[tuple[str, list[int]]] = []
    for question in questions:
        if not question.answerable or question.category in _WITHOUT or question.history:
            continue
        rows = [
            row
            for row, (notice, _, text) in enumerate(sentences)
            if any(gold.key == notice and _holds(text, gold.quote) for gold in question.evidence)
        ]
        if rows:
            found.append((question.question, rows))
    return found


def embedded(
    asked: Sequence[tuple[str, list[int]]],
    sentences: Sequence[Sentence],
    vectors: Matrix,
    embedder: Embedder,
    clean: Callable[[str], str],
) -> Pairs:
    """``asked`` as :class:`Pairs`.

    Args:
        vectors: of ``sentences``, ``(len(sentences), dim)``.
        clean: what a question goes through before it is searched (typing slips, places and documents taken out).
    """
    answers = np.zeros((len(asked), len(sentences)), dtype=bool)
    for number, (_, rows) in enumerate(asked):
        answers[number, rows] = True
    return Pairs(
        embedder.embed([clean(query) for query, _ in asked], "query"),
        vectors,
        answers,
        np.array([sentences[rows[0]][0] for _, rows in asked]),
        np.array([notice for notice, *_ in sentences]),
    )


def _holds(text: str, quote: str) -> bool:
    if len(text) <= 8:
        return False
    return (coverage(text, quote) if len(text) < len(quote) else coverage(quote, text)) >= _HELD


def train(pairs: Pairs, *, steps: int = STEPS, penalty: float = PENALTY) -> LinearAdapter:
    """The adapter that fits ``pairs``; the same pairs give the same adapter."""
    import torch

    dim = pairs.sentences.shape[1]
    weight = torch.zeros(dim, dim, requires_grad=True)
    queries, sentences = torch.from_numpy(pairs.queries), torch.from_numpy(pairs.sentences)
    answers = torch.from_numpy(pairs.answers)
    elsewhere = torch.from_numpy(pairs.notice_of_query[:, None] != pairs.notice_of_sentence[None, :])
    optimiser = torch.optim.Adam([weight], lr=2e-3)

    def moved(vectors: Any) -> Any:
        return torch.nn.functional.normalize(vectors + vectors @ weight, dim=1)

    for _ in range(steps):
        logits = (moved(queries) @ moved(sentences).T / TEMPERATURE).masked_fill(elsewhere, -1e9)
        loss = (torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~answers, -1e9), 1)).mean()
        loss = loss + penalty * (weight**2).sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        optimiser.step()
    return LinearAdapter.from_weight(weight.detach().numpy())


def recall(pairs: Pairs, adapter: LinearAdapter | None) -> dict[int, np.ndarray]:
    """For k of 1 and 5: whether an answering sentence is among the first k of its notice, one entry a query."""
    queries, sentences = pairs.queries, pairs.sentences
    if adapter is not None:
        queries, sentences = adapter.adapt(queries), adapter.adapt(sentences)
    scores = queries @ sentences.T
    scores[pairs.notice_of_query[:, None] != pairs.notice_of_sentence[None, :]] = -np.inf
    best = np.where(pairs.answers, scores, -np.inf).max(axis=1)
    ranks = (scores > best[:, None]).sum(axis=1) + 1
    return {k: ranks <= k for k in (1, 5)}


def left_out(
    training: Pairs, judged: Pairs, *, progress: Callable[[int, int], None] | None = None
) -> Mapping[int, float]:
    """Recall@1 and @5 of ``judged``, each notice's questions by an adapter trained without that notice."""
    found: dict[int, list[np.ndarray]] = {1: [], 5: []}
    notices = sorted(set(judged.notice_of_query.tolist()))
    for number, notice in enumerate(notices, 1):
        for k, values in recall(judged.of(notice), train(training.without(notice))).items():
            found[k].append(values)
        if progress:
            progress(number, len(notices))
    return {k: float(np.concatenate(values).mean()) for k, values in found.items()}
