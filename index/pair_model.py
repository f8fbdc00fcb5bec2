"""The network of the reader (阅读模型): the bundled encoder over question and sentence together, low-rank updates, one score.

Imported only to train it (``training.reader``); ``index.reader`` applies it without torch (``index.pairs``). The score starts
from what the encoder knows, the cosine of the two halves' mean vectors, and adds what a small head has learnt of how they
relate. The trap: the updates sit on the upper layers alone; the lower ones are the bundled model's, bit for bit.

Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021; mean pooling and prompts as of E5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from index.arrays import save_arrays
from index.pairs import FIRST_LAYER, PAIR_TOKENS, PROMPT, RANK, SCALE, SPREAD, pair_row

_HIDDEN = 128


class LowRank(nn.Module):
    """``linear(x) + SCALE · B A x``."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.A = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.B = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        update = F.linear(F.linear(x, self.A), self.B)
        return torch.as_tensor(self.linear(x) + update * SCALE)


def update(encoder: Any, *, first: int, rank: int) -> None:
    """Freeze ``encoder`` and put updates of ``rank`` beside every matrix of its layers from ``first`` on."""
    for parameter in encoder.parameters():
        parameter.requires_grad_(False)
    for layer in encoder.encoder.layer[first:]:
        attention = layer.attention
        places = [(attention.self, "query"), (attention.self, "key"), (attention.self, "value")]
        places += [(attention.output, "dense"), (layer.intermediate, "dense"), (layer.output, "dense")]
        for owner, name in places:
            setattr(owner, name, LowRank(getattr(owner, name), rank))


def learnt_of(network: nn.Module) -> dict[str, Tensor]:
    """What training changes, by name."""
    return {name: p for name, p in network.named_parameters() if p.requires_grad}


def save_half(path: Path, values: Mapping[str, Tensor]) -> None:
    """Write ``values`` by name in half precision."""
    save_arrays(path, **{name: p.detach().numpy().astype(np.float16) for name, p in values.items()})


class PairModel(nn.Module):
    """Scores pairs of a question and a sentence; above 0 the sentence answers."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.encoder: Any = AutoModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
        update(self.encoder, first=FIRST_LAYER, rank=RANK)
        self.scale = nn.Parameter(torch.tensor(20.0))
        self.bias = nn.Parameter(torch.tensor(-17.0))
        width = self.encoder.config.hidden_size
        last = nn.Linear(_HIDDEN, 1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.head = nn.Sequential(nn.Linear(3 * width, _HIDDEN), nn.GELU(), last)

    def trained(self) -> dict[str, Tensor]:
        """What training changes, by name."""
        return learnt_of(self)

    def load_trained(self, values: Mapping[str, np.ndarray], *, whole: bool = True) -> None:
        """Take over what was trained; updates of a lower rank fill the first rows, and what is left of them adds nothing yet.

        Args:
            whole: whether ``values`` has all that this network trains, or another network's part of it.

        Raises:
            KeyError, RuntimeError: a name is missing or a shape differs.
        """
        with torch.no_grad():
            own = self.trained()
            for name in own if whole else values:
                parameter = own[name]
                value = torch.from_numpy(np.asarray(values[name], dtype=np.float32))
                if name.endswith(".A") and len(value) < RANK:
                    parameter[: len(value)] = value
                elif name.endswith(".B") and value.shape[1] < RANK:
                    parameter.zero_()[:, : value.shape[1]] = value
                else:
                    parameter.copy_(value)

    def save_trained(self, path: Path) -> None:
        """Half precision, some 2 MB."""
        save_half(path, self.trained())

    def encode(
        self, questions: Sequence[str], sentences: Sequence[str], limit: int = PAIR_TOKENS
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Token ids, attention mask, and the masks of the question's and the sentence's half: ``(n, tokens)`` each."""
        first = self.tokenizer([PROMPT + q for q in questions], add_special_tokens=False)["input_ids"]
        second = self.tokenizer(list(sentences), add_special_tokens=False)["input_ids"]
        begin, end = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        rows: list[list[int]] = []
        cuts: list[int] = []
        for q, s in zip(first, second, strict=True):
            row, cut = pair_row(q, s, begin, end, limit)
            rows.append(row)
            cuts.append(cut)
        width = max(map(len, rows))
        ids = torch.full((len(rows), width), self.tokenizer.pad_token_id)
        masks = torch.zeros(3, len(rows), width)
        for number, (row, cut) in enumerate(zip(rows, cuts, strict=True)):
            ids[number, : len(row)] = torch.tensor(row)
            masks[0, number, : len(row)] = 1
            masks[1, number, :cut] = 1
            masks[2, number, cut : len(row)] = 1
        return ids, masks[0], masks[1], masks[2]

    def forward(self, ids: Tensor, mask: Tensor, question: Tensor, sentence: Tensor) -> Tensor:
        """One score a pair."""
        states = self.encoder(ids, attention_mask=mask).last_hidden_state.float()
        q, s = (F.normalize(masked_mean(states, part), dim=-1) for part in (question, sentence))
        features = torch.cat([q * SPREAD, s * SPREAD, q * s * SPREAD**2], -1)
        return torch.as_tensor(self.scale * (q * s).sum(-1) + self.bias + self.head(features).squeeze(-1))


def masked_mean(states: Tensor, mask: Tensor) -> Tensor:
    """``(n, hidden)``: the mean of each row's states where its ``mask`` is 1; zero where it is nowhere."""
    return (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
