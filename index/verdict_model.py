"""The network of the reader of verdicts (断是非): the sentence reader with other upper layers and a head of three shares.

Imported only to train it (``training.verdict``); ``index.reader`` applies it without torch. The layers below ``CUT`` stay as
the sentence reader learnt them, so their states are computed once a pair and training runs over the upper ones alone. The
trap: what is saved holds the lower updates too, since whoever applies it starts from the bundled model.

Source: Hu et al., "LoRA", 2021; Howard and Ruder, "Universal Language Model Fine-tuning", 2018 (lower layers frozen).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from index.pair_model import PairModel, masked_mean, save_half
from index.pairs import SPREAD, VERDICT_TOKENS, Shares

CUT = 8
"""First layer that is trained."""
_WIDE = 192


@dataclass(frozen=True, slots=True)
class Lower:
    """A pair below the trained layers: ``states`` ``(tokens, hidden)`` float16, and where the question's half ends."""

    states: Tensor
    cut: int


class VerdictModel(PairModel):
    """Log shares of yes, no and open for pairs of a question and a clause."""

    def __init__(self, folder: Path, reader: Path) -> None:
        """
        Args:
            reader: the sentence reader's file, where it begins.
        """
        super().__init__(folder)
        with np.load(reader, allow_pickle=False) as kept:
            self.load_trained({name: kept[name] for name in kept.files})
        self.kept = {name: p for name, p in self.trained().items() if name.startswith("encoder")}
        for name, parameter in self.trained().items():
            layer = name.split(".")[3] if name.startswith("encoder.encoder.layer.") else ""
            parameter.requires_grad_(bool(layer) and int(layer) >= CUT)
        width = self.encoder.config.hidden_size
        last = nn.Linear(_WIDE, len(Shares._fields))
        with torch.no_grad():
            last.weight.mul_(0.1)
            last.bias.zero_()
        self.verdict = nn.Sequential(nn.Linear(4 * width, _WIDE), nn.GELU(), last)

    def lower(self, questions: Sequence[str], clauses: Sequence[str]) -> list[Lower]:
        """Pairs up to the layers that are trained."""
        with torch.inference_mode():
            ids, mask, first, _ = self.encode(questions, clauses, VERDICT_TOKENS)
            states, hidden = self.encoder.embeddings(input_ids=ids), _hidden(mask)
            for layer in self.encoder.encoder.layer[:CUT]:
                states = _output(layer(states, hidden))
            lengths, cuts = mask.sum(1).int().tolist(), first.sum(1).int().tolist()
            return [
                Lower(states[i, :n].half().clone(), cut) for i, (n, cut) in enumerate(zip(lengths, cuts, strict=True))
            ]

    def logits(self, pairs: Sequence[Lower]) -> Tensor:
        """``(n, 3)`` of pairs computed below; run with others of like length, so that little is spent on padding."""
        width = max(len(pair.states) for pair in pairs)
        states = torch.zeros(len(pairs), width, self.encoder.config.hidden_size)
        masks = torch.zeros(3, len(pairs), width)
        for row, pair in enumerate(pairs):
            n = len(pair.states)
            states[row, :n] = pair.states.float()
            masks[0, row, :n], masks[1, row, : pair.cut], masks[2, row, pair.cut : n] = 1, 1, 1
        for layer in self.encoder.encoder.layer[CUT:]:
            states = _output(layer(states, _hidden(masks[0])))
        q, s = (F.normalize(masked_mean(states, mask), dim=-1) for mask in masks[1:])
        features = torch.cat([q * SPREAD, s * SPREAD, q * s * SPREAD**2, (q - s).abs() * SPREAD], -1)
        return torch.as_tensor(self.verdict(F.dropout(features, 0.1, self.training)))

    def save_trained(self, path: Path) -> None:
        """Half precision, some 3 MB, the lower updates included."""
        own = {**self.kept, **{f"verdict.{name}": p for name, p in self.verdict.named_parameters()}}
        save_half(path, own)


def _hidden(mask: Tensor) -> Tensor:
    """What is added to the attention of masked tokens."""
    return (1 - mask)[:, None, None, :] * -1e9


def _output(made: Tensor | tuple[Tensor, ...]) -> Tensor:
    return made[0] if isinstance(made, tuple) else made
