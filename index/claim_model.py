"""The network of the entailment reader (断言阅读模型): every token of claim and evidence is asked whether it is at fault.

The words of the bundled encoder (its first table) and a small network of our own that lays claim and evidence side by
side; no pass through the encoder, so a claim costs a few milliseconds. A claim is supported when the pair as a whole fits and no
token is at fault: no word of the claim that the evidence denies, no word of the evidence (a condition, an exception, a
negation) that the claim leaves out. So one changed word decides, however long the sentence, which a mean over tokens
cannot say. The trap: the faults multiply, so a token's share must start near zero.

Source: Parikh et al., "A Decomposable Attention Model for Natural Language Inference", 2016; Chen et al., "Enhanced LSTM
for Natural Language Inference", 2017; noisy-or as in Viola, Platt and Zhang, "Multiple Instance Boosting", 2005.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

WIDTH = 384
CLAIM_TOKENS, EVIDENCE_TOKENS = 110, 180
_DEEP, _KERNEL = 64, 3
_NO_FAULT = -5.0
_LIMIT = 12.0
_MATRIX = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Read:
    """A text as read: ``ids`` ``(tokens,)``, ``states`` ``(tokens, WIDTH)``, rows L2-normalised, character offsets."""

    ids: Tensor
    states: Tensor
    offsets: tuple[tuple[int, int], ...]


class TokenReader:
    """The words of the bundled encoder: its tokenizer and its first table, of which only the rows asked for are loaded."""

    def __init__(self, folder: Path) -> None:
        from safetensors import safe_open
        from transformers import AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        with safe_open(folder / "model.safetensors", framework="pt") as kept:  # type: ignore[no-untyped-call, unused-ignore]
            name = next(n for n in kept.keys() if n.endswith(_MATRIX))  # noqa: SIM118
            self._table: Tensor = kept.get_tensor(name)

    def read(self, texts: Sequence[str], *, limit: int = EVIDENCE_TOKENS) -> list[Read]:
        """Each text by itself; what goes beyond ``limit`` tokens is not read."""
        coded = self.tokenizer(list(texts), add_special_tokens=True, return_offsets_mapping=True)
        found: list[Read] = []
        for row, spans in zip(coded["input_ids"], coded["offset_mapping"], strict=True):
            ids = torch.tensor(row[:limit])
            states = F.normalize(self._table[ids].float(), dim=-1).half()
            found.append(Read(ids, states, tuple((int(a), int(b)) for a, b in spans[:limit])))
        return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """``fits`` ``(n,)``: log odds that the pair fits; ``claim``, ``evidence`` ``(n, tokens)``: log odds of a fault."""

    fits: Tensor
    claim: Tensor
    evidence: Tensor
    log_supported: Tensor

    @property
    def score(self) -> Tensor:
        """Log odds that the claim is supported, ``(n,)``."""
        lost = torch.log(-torch.expm1(self.log_supported.clamp(max=-1e-5)))
        return (self.log_supported - lost).clamp(-_LIMIT, _LIMIT)


class ClaimModel(nn.Module):
    """Judges pairs of read texts."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(WIDTH, _DEEP)
        self.read = nn.Conv1d(_DEEP, _DEEP, _KERNEL, padding=_KERNEL // 2)
        self.sharp = nn.Parameter(torch.tensor(8.0))
        self.same = nn.Parameter(torch.tensor(2.0))
        self.compare = nn.Linear(4 * _DEEP + 3, _DEEP)
        self.around = nn.Conv1d(_DEEP, _DEEP, _KERNEL, padding=_KERNEL // 2)
        self.wider = nn.Conv1d(_DEEP, _DEEP, _KERNEL, padding=_KERNEL - 1, dilation=2)
        self.fault = nn.Linear(3 * _DEEP, 2)
        last = nn.Linear(_DEEP, 1)
        self.pair = nn.Sequential(nn.Linear(6 * _DEEP, _DEEP), nn.GELU(), last)
        self.drop = nn.Dropout(0.15)
        with torch.no_grad():
            self.fault.weight.mul_(0.1)
            self.fault.bias.fill_(_NO_FAULT)
            last.weight.zero_()
            last.bias.fill_(1.0)

    def load_trained(self, values: Mapping[str, np.ndarray]) -> None:
        """Take over what was trained.

        Raises:
            KeyError, RuntimeError: a name is missing or a shape differs.
        """
        self.load_state_dict({name: torch.from_numpy(np.asarray(v, dtype=np.float32)) for name, v in values.items()})

    def save_trained(self, path: Path) -> None:
        """Half precision, under 1 MB."""
        partial = path.with_suffix(".partial.npz")
        values = {name: p.detach().numpy().astype(np.float16) for name, p in self.state_dict().items()}
        np.savez_compressed(partial, **values)  # type: ignore[arg-type, unused-ignore]
        partial.replace(path)

    def forward(self, claims: Sequence[Read], evidence: Sequence[Read]) -> Judgement:
        """What the model thinks of each pair and of each token of it."""
        q_ids, q_in, q_mask = _padded(claims)
        s_ids, s_in, s_mask = _padded(evidence)
        q, s = self._context(q_in, q_mask), self._context(s_in, s_mask)
        alike = F.normalize(q, dim=-1) @ F.normalize(s, dim=-1).transpose(1, 2)
        equal = (q_ids[:, :, None] == s_ids[:, None, :]).float()
        tie = self.sharp * alike + self.same * equal
        gone = (1 - s_mask)[:, None, :] * -1e4, (1 - q_mask)[:, None, :] * -1e4
        to_s, to_q = torch.softmax(tie + gone[0], -1), torch.softmax(tie.transpose(1, 2) + gone[1], -1)
        mine = self._laid(q, to_s @ s, alike, equal, to_s, q_mask)
        theirs = self._laid(s, to_q @ q, alike.transpose(1, 2), equal.transpose(1, 2), to_q, s_mask)
        own = self.fault(mine)[..., 0] * q_mask + (1 - q_mask) * -30.0
        left = self.fault(theirs)[..., 1] * s_mask + (1 - s_mask) * -30.0
        pooled = torch.cat([_mean(mine, q_mask)[:, : 3 * _DEEP], _mean(theirs, s_mask)[:, : 3 * _DEEP]], -1)
        fits = self.pair(pooled).squeeze(-1)
        clean = F.logsigmoid(-own).sum(-1) + F.logsigmoid(-left).sum(-1)
        return Judgement(fits, own, left, F.logsigmoid(fits) + clean)

    def _context(self, words: Tensor, mask: Tensor) -> Tensor:
        """Each word with its neighbours: ``(n, tokens, _DEEP)``."""
        own = self.project(self.drop(words)) * mask[..., None]
        return torch.as_tensor(own + F.gelu(self.read(own.transpose(1, 2)).transpose(1, 2)))

    def _laid(self, x: Tensor, other: Tensor, alike: Tensor, equal: Tensor, to: Tensor, mask: Tensor) -> Tensor:
        """Each token beside what it is aligned with, then its surroundings: ``(n, tokens, 3 * _DEEP)``."""
        best = alike.max(-1, keepdim=True).values
        sure = to.max(-1, keepdim=True).values
        word = equal.max(-1, keepdim=True).values
        parts = torch.cat([x, other, (x - other).abs(), x * other, best * 4, sure, word], -1)
        near = F.gelu(self.compare(parts)) * mask[..., None]
        near = self.drop(near)
        mid = F.gelu(self.around(near.transpose(1, 2)).transpose(1, 2)) * mask[..., None]
        far = F.gelu(self.wider(mid.transpose(1, 2)).transpose(1, 2)) * mask[..., None]
        return torch.cat([near, mid, far], -1)


def joined(parts: Sequence[Read], limit: int = EVIDENCE_TOKENS) -> Read:
    """Several texts read as one; offsets run on as if they were written one after the other."""
    shift, offsets = 0, []
    for part in parts:
        size = max((b for _, b in part.offsets), default=0)
        offsets += [(a + shift, b + shift) for a, b in part.offsets]
        shift += size
    ids, states = torch.cat([p.ids for p in parts]), torch.cat([p.states for p in parts])
    return Read(ids[:limit], states[:limit], tuple(offsets[:limit]))


def _padded(texts: Sequence[Read]) -> tuple[Tensor, Tensor, Tensor]:
    width = max(len(t.ids) for t in texts)
    ids = torch.full((len(texts), width), -1)
    states = torch.zeros(len(texts), width, WIDTH)
    mask = torch.zeros(len(texts), width)
    for number, text in enumerate(texts):
        size = len(text.ids)
        ids[number, :size] = text.ids
        states[number, :size] = text.states.float() * WIDTH**0.5
        mask[number, :size] = 1
    return ids, states, mask


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    return (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
