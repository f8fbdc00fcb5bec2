"""Trains the router of kinds with its attention layer: ``python -m training router`` (``assistant.query.token_head`` applies it).

N-grams, the question's vector and one small attention layer over its states are fitted together, so that each learns what
the others leave, with one output for what a question asks for and one for what its answer is made of. The bundled model stays
as it is: what it says of the questions is computed once. One thread and one seed, so the same lines give the same router.
Smoothed labels make it shy of its own shares (what it is sure of at .86 is right in .96); that is left so, because the
patterns are weighed against them: brought to how often they are right they lose one to four answers more of 1,607.

Source: Caruana, "Multitask Learning", 1997.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from assistant.query.router import FEATURES, VECTOR_WEIGHT, Layer, Vector, ngrams
from assistant.query.token_head import HEADS, NORMS, PARTS, TokenHead
from index.types import Matrix, Reading

if TYPE_CHECKING:
    from training.router import Lines

WIDTH, EPOCHS, BATCH, WARM_UP = 128, 5, 32, 50
RATES = (2e-2, 2e-3, 1e-3)
"""Of the n-grams, of the vector, of the layer."""
SMOOTHING, DROPOUT = 0.05, 0.15
SPREAD = 20.0
"""Brings the parts of a unit vector of some 400 dimensions to about 1."""
SAMPLED = 50
"""Of so many questions one is looked at for how large the states are."""


class KindsModel(nn.Module):
    """Log odds of the kinds of questions, of both outputs side by side."""

    def __init__(self, outputs: int, dim: int, spread: Matrix) -> None:
        """
        Args:
            outputs: twice the kinds.
            spread: ``(hidden,)`` standard deviation of the states.
        """
        super().__init__()
        self.bag = nn.EmbeddingBag(FEATURES, outputs, mode="sum")
        self.line = nn.Linear(dim, outputs)
        self.spread = torch.tensor(spread)
        self.narrow = nn.Linear(len(spread), WIDTH)
        self.layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 2 * WIDTH, dropout=DROPOUT, batch_first=True, norm_first=True
        )
        self.norm, self.out = nn.LayerNorm(2 * WIDTH), nn.Linear(2 * WIDTH, outputs)
        for weight in (self.bag.weight, self.line.weight, self.out.weight):
            nn.init.zeros_(weight)

    def forward(self, grams: Sequence[tuple[Matrix, Vector]], readings: Sequence[Reading]) -> Tensor:
        """``(n, outputs)``."""
        starts = torch.tensor(np.cumsum([0, *(len(places) for places, _ in grams[:-1])]))
        places, weights = (torch.tensor(np.concatenate([one[at] for one in grams])) for at in (0, 1))
        vectors = torch.tensor(np.stack([one.vector for one in readings])) * SPREAD
        logits = self.bag(places, starts, per_sample_weights=weights) + self.line(
            F.dropout(vectors, 0.1, self.training)
        )
        return torch.as_tensor(logits + self.head([_middle(one) for one in readings]))

    def head(self, middles: Sequence[Matrix]) -> Tensor:
        """``(n, outputs)``: what the states add."""
        width = max(map(len, middles))
        states, there = torch.zeros(len(middles), width, len(self.spread)), torch.zeros(len(middles), width, 1)
        for row, middle in enumerate(middles):
            states[row, : len(middle)] = torch.tensor(middle, dtype=torch.float32)
            there[row, : len(middle)] = 1
        found = self.layer(self.narrow(states / self.spread), src_key_padding_mask=there[..., 0] == 0)
        mean, most = (found * there).sum(1) / there.sum(1), (found - 1e9 * (1 - there)).max(1).values
        return torch.as_tensor(self.out(F.dropout(self.norm(torch.cat([mean, most], 1)), 0.2, self.training)))

    def as_applied(self) -> tuple[Layer, TokenHead]:
        """What the product applies."""
        layer = self.layer
        parts = dict(
            zip(
                PARTS,
                (self.narrow, None, layer.self_attn.out_proj, layer.linear1, layer.linear2, self.out),
                strict=True,
            )
        )
        norms = dict(zip(NORMS, (layer.norm1, layer.norm2, self.norm), strict=True))
        found: dict[str, Tensor] = {
            "attend": layer.self_attn.in_proj_weight,
            "attend.bias": layer.self_attn.in_proj_bias,
        }
        for name, module in (*parts.items(), *norms.items()):
            if module is not None:
                found |= {name: module.weight, f"{name}.bias": module.bias}
        found["narrow"] = found["narrow"] / self.spread
        weight = torch.cat([self.bag.weight, self.line.weight.T * (SPREAD / VECTOR_WEIGHT)])
        joint = Layer(weight.detach().numpy(), self.line.bias.detach().numpy())
        return joint, TokenHead({name: values.detach().numpy() for name, values in found.items()})


def fit(lines: Lines, readings: Sequence[Reading], rows: Sequence[int]) -> KindsModel:
    """The model that fits ``rows`` of ``lines``, which have both labels and whose readings are given."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    draw, kinds = random.Random(0), sorted(set(lines.kinds))
    sampled = np.concatenate([_middle(readings[row]) for row in rows[::SAMPLED]]).astype(np.float32)
    model = KindsModel(2 * len(kinds), len(readings[0].vector), sampled.std(0))
    wanted = [torch.tensor([kinds.index(kind) for kind in labels]) for labels in (lines.kinds, lines.answered)]
    grams = [ngrams(question) for question in lines.questions]
    rest = [p for part in (model.narrow, model.layer, model.norm, model.out) for p in part.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": model.bag.parameters(), "weight_decay": 1e-3},
        {"params": model.line.parameters()},
        {"params": rest},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * len(rows) // BATCH
    waiting: list[list[int]] = []
    model.train()
    for step in range(steps):
        waiting = waiting or _batches(rows, readings, draw)
        batch = waiting.pop()
        share = min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        for group, rate in zip(optimiser.param_groups, RATES, strict=True):
            group["lr"] = rate * share
        given = model([grams[row] for row in batch], [readings[row] for row in batch])
        losses = [
            F.cross_entropy(output, labels[batch], label_smoothing=SMOOTHING)
            for output, labels in zip(given.chunk(2, dim=-1), wanted, strict=True)
        ]
        loss = losses[0] + losses[1]
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        optimiser.step()
    model.eval()
    return model


def _batches(rows: Sequence[int], readings: Sequence[Reading], draw: random.Random) -> list[list[int]]:
    """Batches of like length, in any order."""
    mixed = draw.sample(list(rows), len(rows))
    found = []
    for at in range(0, len(mixed), BATCH * 16):
        chunk = sorted(mixed[at : at + BATCH * 16], key=lambda row: len(_middle(readings[row])))
        found += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
    draw.shuffle(found)
    return found


def shares(model: KindsModel, questions: Sequence[str], readings: Sequence[Reading]) -> Matrix:
    """``(n, 2, kinds)`` shares of each kind, of what is asked for and of what the answer is made of."""
    found = []
    with torch.inference_mode():
        for at in range(0, len(questions), 64):
            grams = [ngrams(question) for question in questions[at : at + 64]]
            given = model(grams, readings[at : at + 64])
            found.append(torch.softmax(given.reshape(len(given), 2, -1), -1).numpy())
    return np.concatenate(found)


def shares_left_out(lines: Lines, readings: Sequence[Reading], folds: int) -> Matrix:
    """``(n, 2, kinds)`` shares of both outputs, kinds sorted, by a model that did not see the document."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros((len(lines.questions), 2, len(set(lines.kinds))), dtype=np.float32)
    for seen, left in GroupKFold(folds).split(lines.questions, groups=lines.groups):
        model = fit(lines, readings, seen.tolist())
        found[left] = shares(model, [lines.questions[row] for row in left], [readings[row] for row in left])
    return found


def _middle(reading: Reading) -> Matrix:
    """
    Raises:
        ValueError: the model does not give it.
    """
    if reading.middle is None:
        raise ValueError("the router of kinds is trained on the bundled model in ONNX Runtime")
    return reading.middle
