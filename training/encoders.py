"""Trains the networks that embed questions and sentences: ``python -m training encoders`` (``index.bundled_embedder`` runs them).

A step takes one document: some of its questions and its sentences are embedded, each by its own network, and a question is
to lie nearer to the sentence that answers it than to any other of the document (InfoNCE), over the linear adapter as it is.
Sentences are embedded anew in every step: against stored vectors the network of the sentences would only learn to leave
them. A neighbour place's sentence on the same subject is no wrong answer in meaning, so other documents do not count
against it. It runs by the clock (the rate falls to nothing at the end); two cores that multiply in bfloat16 see some 1,500
tokens a second. Questions come from ``queries.jsonl`` and ``real.jsonl``; the evaluation questions are judged by it, never
trained on.

Source: van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018 (InfoNCE); Hu et al., "LoRA",
2021; two towers as of Karpukhin et al., "Dense Passage Retrieval", 2020.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.reader import Row

if TYPE_CHECKING:
    from torch import Tensor

    from training.tower import Tower

RATE, WARM_UP, TEMPERATURE = 3e-4, 20, 0.05
QUESTIONS, SENTENCES = 96, 160
"""What a step embeds of one document at most; sentences that answer its questions are always among them."""
FOLDS, HELD_OUT = 9, 3
"""Every so many documents one is left out where figures are asked for, and the first of them."""
AMONG = (1, 5, 10)
Asked = tuple[str, list[int]]
"""A question and the rows that answer it."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from: the rows of all documents, and questions by document."""

    rows: Sequence[Row]
    of_notice: Mapping[str, Sequence[int]]
    asked: Mapping[str, Sequence[Asked]]

    @classmethod
    def of(cls, rows: Sequence[Row], asked: Sequence[Asked]) -> Lessons:
        """Rows and questions sorted by notice; a question belongs to the notice of its first row."""
        of_notice: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            of_notice.setdefault(row.notice, []).append(number)
        by_notice: dict[str, list[Asked]] = {}
        for question, answers in asked:
            notice = rows[answers[0]].notice
            by_notice.setdefault(notice, []).append((question, [n for n in answers if rows[n].notice == notice]))
        return cls(rows, of_notice, by_notice)

    def held_out(self) -> frozenset[str]:
        """Notices that are left out where figures are asked for, the same ones every time."""
        return frozenset(sorted(self.asked, key=lambda n: zlib.crc32(n.encode()))[HELD_OUT::FOLDS])


class Trainer:
    """Fits both networks by the clock; the same seed draws the same steps."""

    def __init__(self, lessons: Lessons, questions: Tower, sentences: Tower, *, seed: int = 0) -> None:
        self._lessons, self._questions, self._sentences = lessons, questions, sentences
        self._random = random.Random(seed)

    def train(
        self,
        notices: Sequence[str],
        *,
        seconds: float,
        progress: Callable[[float, float], None] | None = None,
    ) -> None:
        """Fit on the questions of ``notices``; ``progress`` is told the share of the time that is gone and the mean loss."""
        import torch

        learnt = [*self._questions.updates().values(), *self._sentences.updates().values()]
        optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=0.01)
        waiting: dict[str, list[Asked]] = {notice: [] for notice in notices}
        weights = [len(self._lessons.asked[notice]) for notice in notices]
        begun, step, mean = time.monotonic(), 0, 0.0
        while (gone := (time.monotonic() - begun) / seconds) < 1:
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - gone)
            notice = self._random.choices(notices, weights)[0]
            if not waiting[notice]:
                waiting[notice] = self._random.sample(self._lessons.asked[notice], len(self._lessons.asked[notice]))
            batch, waiting[notice] = waiting[notice][:QUESTIONS], waiting[notice][QUESTIONS:]
            loss = self._loss(notice, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            step, mean = step + 1, 0.95 * mean + 0.05 * float(loss.detach())
            if progress:
                progress(gone, mean / (1 - 0.95**step))

    def _loss(self, notice: str, batch: Sequence[Asked]) -> Tensor:
        import torch

        answers = {row for _, rows in batch for row in rows}
        others = [row for row in self._lessons.of_notice[notice] if row not in answers]
        room = max(0, min(len(others), SENTENCES - len(answers)))
        kept = [*sorted(answers), *self._random.sample(others, room)]
        place = {row: number for number, row in enumerate(kept)}
        questions = self._questions([question for question, _ in batch])
        logits = questions @ self._sentences([self._lessons.rows[row].text for row in kept]).T / TEMPERATURE
        right = torch.full_like(logits, -torch.inf)
        for number, (_, rows) in enumerate(batch):
            right[number, [place[row] for row in rows]] = 0.0
        return torch.as_tensor((torch.logsumexp(logits, 1) - torch.logsumexp(logits + right, 1)).mean())


def recall(lessons: Lessons, notices: Sequence[str], questions: Tower, sentences: Tower) -> dict[int, float]:
    """Share of the questions of ``notices`` with a right sentence among the first 1, 5 and 10 of their document."""
    ranks: list[int] = []
    for notice in notices:
        rows = lessons.of_notice[notice]
        place = {row: number for number, row in enumerate(rows)}
        vectors = sentences.vectors([lessons.rows[row].text for row in rows])
        asked = lessons.asked[notice]
        scores = questions.vectors([question for question, _ in asked]) @ vectors.T
        for (_, answers), line in zip(asked, scores, strict=True):
            best = max(line[place[row]] for row in answers)
            ranks.append(int((line > best).sum()) + 1)
    return {k: float(np.mean([rank <= k for rank in ranks])) for k in AMONG}
