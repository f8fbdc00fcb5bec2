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
from collections.abc import Callable, Iterator, Mapping, Sequence
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
RATE, WARM_UP, QUESTIONS, MISSES = 4e-4, 60, 8, 6
"""Learning rate, its first steps, and what is in a batch: questions and near misses."""
NEAREST, HARD, ANSWER_WEIGHT, MISS_WEIGHT = 5, 14, 3.0, 2.0
_WIDTH, _PARTS = 16, 4
"""Rows are as wide as a multiple of this, so that shapes come again; and the parts of a batch that are run one by one."""


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
    asked: tuple[list[tuple[str, int]], list[tuple[str, int]]] = ([], [])
    for question, found, answered in _of_real(rows, files, path):
        asked[0 if answered else 1].append((question, found[0]))
    return asked


def read_answers(rows: Sequence[Row], files: Mapping[str, str], path: Path = REAL) -> list[tuple[str, list[int]]]:
    """The questions of :func:`read_real` that are answered, each with all rows that answer it."""
    return [(question, found) for question, found, answered in _of_real(rows, files, path) if answered]


def _of_real(rows: Sequence[Row], files: Mapping[str, str], path: Path) -> Iterator[tuple[str, list[int], bool]]:
    at = places_of(rows)
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        found = [at[key] for start in one["at"] if (key := (files.get(one["file"], ""), start)) in at]
        if found:
            yield one["q"], found, bool(one["answered"])


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
        miss_vectors: Matrix,
        *,
        passes: float = 1.0,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Fit the model; one to two seconds a step on two cores.

        Args:
            question_vectors, miss_vectors: of the questions and of the near misses, L2-normalised.
        """
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
        size = min(QUESTIONS, len(questions))
        for step in range(steps):
            if len(waiting) < size:
                waiting = self._random.sample(range(len(questions)), len(questions))
            batch = [waiting.pop() for _ in range(size)]
            loss = self._loss(
                [
                    (questions[i][0], [questions[i][1], *self._others(questions[i][1], question_vectors[i])])
                    for i in batch
                ],
                [
                    (*misses[i], miss_vectors[i])
                    for i in self._random.sample(range(len(misses)), min(MISSES, len(misses)))
                ],
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
        """Four sentences that do not answer: two of the nearest of the same notice, one of the next, and one of the same article,
        farther off or from anywhere."""
        order = self._near(answer, vector)
        beside = [i for i in order if self._rows[i].article == self._rows[answer].article]
        found = [
            *self._random.sample(order[:NEAREST], min(2, len(order[:NEAREST]))),
            *self._random.sample(order[NEAREST:HARD], min(1, len(order[NEAREST:HARD]))),
        ]
        turn, anywhere = self._random.random(), range(len(self._rows))
        further: Sequence[int] = beside if turn < 0.5 else order[HARD : 4 * HARD] if turn < 0.75 else anywhere
        found.append(self._random.choice(further or anywhere))
        return found + self._random.sample(anywhere, 4 - len(found))

    def _near(self, row: int, vector: np.ndarray) -> list[int]:
        """The other sentences of a row's notice, the nearest to a question first, none whose words the row holds."""
        same = self._of_notice[self._rows[row].notice]
        near = np.argsort(-(self._vectors[same] @ vector))
        order = [same[i] for i in near]
        return [i for i in order if i != row and self._rows[i].text not in self._rows[row].text]

    def _loss(self, asked: Sequence[tuple[str, list[int]]], misses: Sequence[tuple[str, int, np.ndarray]]) -> Tensor:
        """
        Args:
            misses: each question, the row it is about, and its vector.
        """
        import torch
        import torch.nn.functional as F  # noqa: N812

        pairs = [(question, row) for question, rows in asked for row in rows]
        for question, row, vector in misses:
            pairs += [(question, row), (question, self._random.choice(self._near(row, vector)[:NEAREST] or [row]))]
        scores = self._scores(pairs)
        size = len(asked) * len(asked[0][1])
        lists, missed = scores[:size].view(len(asked), -1), scores[size:]
        target = torch.zeros_like(lists)
        target[:, 0] = 1
        weight = torch.cat([
            (1 + (ANSWER_WEIGHT - 1) * target).reshape(-1),
            torch.tensor([MISS_WEIGHT, MISS_WEIGHT / 2] * len(misses)),
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
        for part in torch.tensor_split(order, _PARTS):
            width = min(ids.shape[1], -(-int(lengths[part].max()) // _WIDTH) * _WIDTH)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=cpu_multiplies_bf16()):
                scores = self._model(*(x[part, :width] for x in (ids, mask, question, sentence)))
            found.append(scores.float())
        return torch.cat(found)[torch.argsort(order)]
