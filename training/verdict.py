"""Trains the reader of verdicts: ``python -m training verdict`` (``index.reader.VerdictReader`` applies it).

The questions are those of ``data/real.jsonl`` that ask for a yes, each with what its clause ``says`` (yes, no, or open
where it settles nothing), written and labelled by hands that saw the documents only; near misses of the same sort are open,
and so is what a careless search would bring: half of the questions beside the likest clause that answers another one.
One part of the documents is held out and the figures are from it. By the clock, since a core sees some ten pairs a second.
The trap: what counts is not how often it is right, but how often where it speaks; so both shares are printed.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answering.polarity import shares, together
from assistant.query.asked import asks_yes_or_no
from assistant.retrieval.matching import bigrams
from index.pairs import Shares
from training.polarity import Asked, Line, table

if TYPE_CHECKING:
    from torch import Tensor

    from index.verdict_model import Lower, VerdictModel

HELD_OUT = 0
"""The fold of documents that is not trained on."""
RATE, HEAD_RATE, WARM_UP, BATCH, SMOOTHING = 5e-4, 1e-3, 40, 24, 0.03


def misplaced(asked: Sequence[Asked], *, share: float = 0.5, seed: int = 8) -> list[Asked]:
    """Questions beside the clause of their document that is likest to them and answers another question: open."""
    pick, clauses = random.Random(seed), defaultdict[str, dict[str, frozenset[str]]](dict)
    own = defaultdict[str, set[str]](set)
    for one in asked:
        clauses[_title(one)][one.clause] = bigrams(one.clause)
        own[one.question].add(one.clause)
    found: list[Asked] = []
    for one in asked:
        rest = {text: grams for text, grams in clauses[_title(one)].items() if text not in own[one.question]}
        if rest and pick.random() < share:
            grams = bigrams(one.question)
            likest = max(rest, key=lambda text: len(grams & rest[text]) / (1 + len(text)) ** 0.5)
            found.append(replace(one, clause=likest, says="open"))
    return found


def _title(one: Asked) -> str:
    return one.clause.partition("｜")[0]


class Trainer:
    """Fits the upper layers over pairs whose lower layers were run once."""

    def __init__(self, model: VerdictModel, asked: Sequence[Asked], *, seed: int = 11) -> None:
        self._model, self._random = model, random.Random(seed)
        order = sorted(asked, key=lambda one: len(one.question) + len(one.clause))
        self.pairs: list[tuple[Asked, Lower]] = []
        for at in range(0, len(order), 32):
            part = order[at : at + 32]
            lower = model.lower([one.question for one in part], [one.clause for one in part])
            self.pairs += zip(part, lower, strict=True)

    def train(self, *, seconds: float, progress: Callable[[int, float], None] | None = None) -> None:
        """Fit for ``seconds`` by the clock on the pairs of every fold but ``HELD_OUT``."""
        import torch
        import torch.nn.functional as F  # noqa: N812

        model, start = self._model, time.monotonic()
        head = list(model.verdict.parameters())
        rest = [p for p in model.parameters() if p.requires_grad and all(p is not h for h in head)]
        rates = (RATE, HEAD_RATE)
        groups = [{"params": part, "lr": rate} for part, rate in zip((rest, head), rates, strict=True)]
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        model.train()
        step, mean, waiting = 0, 0.0, list[list[tuple[Asked, "Lower"]]]()
        while (gone := (time.monotonic() - start) / seconds) < 1:
            waiting = waiting or self._batches()
            batch = waiting.pop()
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * max(0.03, 1 - gone)
            wanted = torch.tensor([Shares._fields.index(one.says) for one, _ in batch])
            loss = F.cross_entropy(model.logits([lower for _, lower in batch]), wanted, label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
            torch.nn.utils.clip_grad_norm_([*rest, *head], 1.0)
            optimiser.step()
            step, mean = step + 1, 0.97 * mean + 0.03 * float(loss.detach())
            if progress and step % 25 == 0:
                progress(step * BATCH, mean / (1 - 0.97**step))
        model.eval()

    def _batches(self) -> list[list[tuple[Asked, Lower]]]:
        """Batches of like length of what is trained on, in any order."""
        own = [pair for pair in self.pairs if pair[0].fold != HELD_OUT]
        self._random.shuffle(own)
        found = []
        for at in range(0, len(own), BATCH * 16):
            chunk = sorted(own[at : at + BATCH * 16], key=lambda pair: len(pair[1].states))
            found += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
        self._random.shuffle(found)
        return found

    def held_out(self) -> list[tuple[Asked, Shares]]:
        """What the model says to the closed questions of documents it was not trained on."""
        import torch

        own = [pair for pair in self.pairs if pair[0].fold == HELD_OUT and asks_yes_or_no(pair[0].question)]
        told: list[tuple[Asked, Shares]] = []
        with torch.inference_mode():
            for at in range(0, len(own), 32):
                part = own[at : at + 32]
                shares: Tensor = torch.softmax(self._model.logits([lower for _, lower in part]), -1)
                told += [(one, Shares(*map(float, row))) for (one, _), row in zip(part, shares, strict=True)]
        return told


def compared(told: Sequence[tuple[Asked, Shares]], line: Line) -> tuple[str, list[tuple[float, bool]]]:
    """How often a word is given and how often it is right: by the line alone, the reader alone, and both; and how sure both
    are of each word, and whether it is right.

    Args:
        line: fitted without the documents of ``told``.
    """
    both: dict[str, list[tuple[float, bool]]] = {"直线": [], "阅读": [], "合看": []}
    for one, read in told:
        of_line = Shares(**shares(one.question, one.clause, line))
        for name, found in zip(both, (of_line, read, together(of_line, read)), strict=True):
            both[name].append((max(found.yes, found.no), ("yes" if found.yes > found.no else "no") == one.says))
    return "\n\n".join(f"{name}\n{table(rows)}" for name, rows in both.items()), both["合看"]
