"""The bundled encoder with low-rank updates as a network that can be trained to embed (双塔的一侧); only ``training.encoders`` uses it.

What it makes of a text is what ``index.bundled_embedder.TunedEmbedder`` makes of it with the updates it saves: mean of the
states, unit length, then the linear adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from index.pair_model import learnt_of, masked_mean, update
from index.precision import cpu_multiplies_bf16
from index.types import Matrix, TextRole

RANK, LONGEST = 16, 200
"""Rank of the updates; and tokens of a text that count in training, longer than nearly every sentence."""
_ALIKE = (1.25, 6)
"""Texts share a pass while the longest has at most so many times the shortest's tokens, and so many more."""
_AT_ONCE = 64


class Tower(nn.Module):
    """Unit vectors ``(n, dim)`` of texts."""

    def __init__(self, folder: Path, role: TextRole, adapter: Matrix) -> None:
        super().__init__()
        from transformers import AutoModel, AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.encoder: Any = AutoModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
        update(self.encoder, first=0, rank=RANK)
        self.eval()  # no dropout: a batch is a document, and what differs between its sentences is little
        self._prompt = f"{role}: "
        self.register_buffer("_adapter", torch.from_numpy(np.asarray(adapter, dtype=np.float32)), persistent=False)

    def updates(self) -> dict[str, Tensor]:
        """What training changes, by name."""
        return learnt_of(self)

    def load(self, values: Mapping[str, np.ndarray]) -> None:
        """Go on from saved updates.

        Raises:
            KeyError, RuntimeError: a name is missing or a shape differs.
        """
        with torch.no_grad():
            for name, parameter in self.updates().items():
                parameter.copy_(torch.from_numpy(np.asarray(values[name], dtype=np.float32)))

    def forward(self, texts: Sequence[str]) -> Tensor:
        """In the order given; texts of like length are run together."""
        rows = self._tokenizer([self._prompt + text for text in texts])["input_ids"]
        rows = [row if len(row) <= LONGEST else [*row[: LONGEST - 1], row[-1]] for row in rows]
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        found: list[Tensor] = []
        for part in _parts(order, [len(row) for row in rows]):
            width = len(rows[part[-1]])
            ids = torch.full((len(part), width), self._tokenizer.pad_token_id)
            mask = torch.zeros(len(part), width)
            for at, number in enumerate(part):
                ids[at, : len(rows[number])] = torch.tensor(rows[number])
                mask[at, : len(rows[number])] = 1
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=cpu_multiplies_bf16()):
                states = self.encoder(ids, attention_mask=mask).last_hidden_state
            found.append(masked_mean(states.float(), mask))
        vectors = F.normalize(torch.cat(found), dim=-1)
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return F.normalize(vectors + vectors @ torch.as_tensor(self._adapter), dim=-1)[back]

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """The same as an array, without what training needs."""
        with torch.inference_mode():
            parts = [self(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
        return np.asarray(torch.cat(parts).numpy(), dtype=np.float32)


def _parts(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """``order``, shortest first, cut where texts are no longer of like length.

    >>> _parts([2, 0, 1], [10, 40, 9])
    [[2, 0], [1]]
    """
    parts: list[list[int]] = []
    for number in order:
        if parts and lengths[number] <= _ALIKE[0] * lengths[parts[-1][0]] + _ALIKE[1]:
            parts[-1].append(number)
        else:
            parts.append([number])
    return parts
