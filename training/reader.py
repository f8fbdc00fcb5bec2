"""Trains the reader: ``python -m training reader`` (``index.reader`` applies it).

Every training question is set beside the sentence that answers it and the sentences of the same notice that are nearest
to it and do not; a second sort of question (near misses) is about a sentence without being answered by it. Questions on
documents that are not ours to ship (``real.jsonl``, with positions only) count where a folder of those is given. Loss:
softmax over each question's sentences, and log loss of every pair, so that a score means the same for every question.
An hour of one core sees some 3,000 questions. The evaluation questions are judged by it, never trained on.

Source: Nogueira and Cho, "Passage Re-ranking with BERT", 2019; unanswerable questions as of SQuAD 2.0 (Rajpurkar, 2018).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.retrieval.showing import Shown
from corpus.library import Corpus
from index.precision import cpu_multiplies_bf16
from index.types import Matrix

if TYPE_CHECKING:
    from torch import Tensor

    from index.pair_model import PairModel

NEAR_MISSES = Path(__file__).parent / "data" / "near_misses.jsonl"
REAL = Path(__file__).parent / "data" / "real.jsonl"
RATE, WARM_UP, QUESTIONS, OTHERS, MISSES = 5e-4, 60, 4, 4, 6
"""Learning rate, its first steps, and what is in a batch: questions, other sentences to each, near misses."""
HARD, ANSWER_WEIGHT, MISS_WEIGHT = 14, 3.0, 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence of the corpus as the reader sees it."""

    notice: str
    start: int
    article: int
    text: str
    shown: str


def read_rows(corpus: Corpus) -> list[Row]:
    """Every sentence of every passage."""
    found: list[Row] = []
    shown = Shown()
    for passage in corpus.passages():
        notice = corpus.get(passage.notice_id)
        article = notice.articles[passage.article]
        for span in passage.sentences:
            found.append(Row(notice.id, span.start, passage.article, notice.quote(span), shown(notice, article, span)))
    return found


def places_of(rows: Sequence[Row]) -> dict[tuple[str, int], int]:
    """The number of each row by its notice and where it begins: questions name their sentences so."""
    return {(row.notice, row.start): number for number, row in enumerate(rows)}


def read_real(
    rows: Sequence[Row], files: Mapping[str, str], path: Path = REAL
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Questions on documents that are not shipped: those that a row answers, and near misses, each with its row.

    Args:
        files: the notice each file became; lines of other files, and positions where no sentence begins, are left out.
    """
    at = places_of(rows)
    asked: tuple[list[tuple[str, int]], list[tuple[str, int]]] = ([], [])
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        found = [at[key] for start in one["at"] if (key := (files.get(one["file"], ""), start)) in at]
        if found:
            asked[0 if one["answered"] else 1].append((one["q"], found[0]))
    return asked


def read_questions(rows: Sequence[Row], path: Path) -> list[tuple[str, int]]:
    """Questions of ``path`` and the row each is about; those of notices not in the corpus are left out."""
    at = places_of(rows)
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [(x["query"], at[key]) for x in lines if (key := (x["notice"], x["start"])) in at]


def steps_of(questions: int, passes: float) -> int:
    """Batches in ``passes`` over ``questions``."""
    return max(1, int(passes * questions / QUESTIONS))


class Trainer:
    """One pass over the questions, batch by batch; the same seed gives the same batches."""

    def __init__(self, model: PairModel, rows: Sequence[Row], vectors: Matrix, *, seed: int = 0) -> None:
        """
        Args:
            vectors: of ``rows``, L2-normalised: they say which sentences are hard to tell apart.
        """
        self._model, self._rows, self._vectors = model, rows, vectors
        self._random = random.Random(seed)
        self._of_notice = {
            name: [i for i, r in enumerate(rows) if r.notice == name] for name in {r.notice for r in rows}
        }

    def train(
        self,
        questions: Sequence[tuple[str, int]],
        question_vectors: Matrix,
        misses: Sequence[tuple[str, int]],
        *,
        passes: float = 1.0,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Fit the model; about a second a step on two cores."""
        import torch

        steps = steps_of(len(questions), passes)
        warm = min(WARM_UP, max(1, steps // 10))
        learnt = self._model.trained()
        single = [p for p in learnt.values() if p.ndim == 0]
        rest = [p for p in learnt.values() if p.ndim > 0]
        optimiser = torch.optim.AdamW([{"params": rest, "lr": RATE}, {"params": single, "lr": 0.01}], weight_decay=0.01)
        pace = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda t: min(1.0, (t + 1) / warm) * max(0.02, 1 - t / steps)
        )
        self._model.train()
        waiting: list[int] = []
        for step in range(steps):
            if len(waiting) < QUESTIONS:
                waiting = self._random.sample(range(len(questions)), len(questions))
            batch = [waiting.pop() for _ in range(QUESTIONS)]
            loss = self._loss(
                [
                    (questions[i][0], [questions[i][1], *self._others(questions[i][1], question_vectors[i])])
                    for i in batch
                ],
                self._random.sample(list(misses), min(MISSES, len(misses))),
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
            torch.nn.utils.clip_grad_norm_(list(learnt.values()), 1.0)
            optimiser.step()
            pace.step()
            if progress:
                progress(step + 1, steps)
        self._model.eval()

    def _others(self, answer: int, vector: np.ndarray) -> list[int]:
        """Sentences that do not answer: near ones of the same notice, one of the same article, one from anywhere."""
        same = self._of_notice[self._rows[answer].notice]
        near = np.argsort(-(self._vectors[same] @ vector))
        order = [same[i] for i in near if same[i] != answer and self._rows[same[i]].text not in self._rows[answer].text]
        beside = [i for i in order if self._rows[i].article == self._rows[answer].article]
        hard = self._random.sample(order[:HARD], min(OTHERS - 2, len(order[:HARD])))
        second = beside if beside and self._random.random() < 0.6 else order[HARD : 4 * HARD] or order
        return [*hard, self._random.choice(second or same), self._random.randrange(len(self._rows))]

    def _loss(self, asked: Sequence[tuple[str, list[int]]], misses: Sequence[tuple[str, int]]) -> Tensor:
        import torch
        import torch.nn.functional as F  # noqa: N812

        pairs = [(question, row) for question, rows in asked for row in rows]
        for question, row in misses:
            near = [i for i in range(max(0, row - 3), min(len(self._rows), row + 4)) if i != row]
            beside = [i for i in near if self._rows[i].article == self._rows[row].article] or [row]
            pairs += [(question, row), (question, self._random.choice(beside))]
        scores = self._scores(pairs)
        size = len(asked) * len(asked[0][1])
        lists, missed = scores[:size].view(len(asked), -1), scores[size:]
        target = torch.zeros_like(lists)
        target[:, 0] = 1
        weight = torch.cat([
            (1 + (ANSWER_WEIGHT - 1) * target).reshape(-1),
            torch.tensor([MISS_WEIGHT, 0.5] * len(misses)),
        ])  # fmt: skip
        wanted = torch.cat([target.reshape(-1), torch.zeros_like(missed)])
        each = F.binary_cross_entropy_with_logits(torch.cat([lists.reshape(-1), missed]), wanted, reduction="none")
        best = torch.zeros(len(asked), dtype=torch.long)
        return F.cross_entropy(lists, best) + (weight * each).sum() / weight.sum()

    def _scores(self, pairs: Sequence[tuple[str, int]]) -> Tensor:
        """Scores in order; pairs of like length are run together, so that little is spent on padding."""
        import torch

        ids, mask, question, sentence = self._model.encode(
            [q for q, _ in pairs], [self._rows[r].shown for _, r in pairs]
        )
        lengths = mask.sum(1)
        order = torch.argsort(lengths)
        found = []
        for part in torch.tensor_split(order, 3):
            width = int(lengths[part].max())
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=cpu_multiplies_bf16()):
                scores = self._model(*(x[part, :width] for x in (ids, mask, question, sentence)))
            found.append(scores.float())
        return torch.cat(found)[torch.argsort(order)]
