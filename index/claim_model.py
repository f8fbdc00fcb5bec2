"""The network of the entailment reader (断言阅读模型): the bundled encoder over claim and evidence together.

The same encoder with low-rank updates as :mod:`index.pair_model`, begun from the updates of the sentence reader. A claim
is supported when the pair as a whole fits and no token is at fault: no word of the claim that the evidence denies, no
word of the evidence (a condition, an exception, a negation) that the claim leaves out. So one changed word decides,
however long the sentence, which a mean over tokens cannot say. The trap: the faults multiply, so a token's share must
start near zero.

Source: Hu et al., "LoRA", 2021; Parikh et al., "A Decomposable Attention Model for Natural Language Inference", 2016;
noisy-or as in Viola, Platt and Zhang, "Multiple Instance Boosting", 2005.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from index.pair_model import PairModel, masked_mean
from index.pairs import LIMIT, PROMPT, SPREAD, Place, claim_row

_DEEP = 64
_NO_FAULT = -5.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs as tokens, each ``(n, tokens)``; ``offsets``: of each token of each pair, its side (0 claim, 1 evidence) and
    characters there, None for a mark that belongs to neither."""

    ids: Tensor
    mask: Tensor
    claim: Tensor
    evidence: Tensor
    offsets: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``fits`` ``(n,)``: log odds that the pair fits; ``faults`` ``(n, tokens)``: log odds that a token is at fault."""

    fits: Tensor
    faults: Tensor
    log_supported: Tensor

    @property
    def score(self) -> Tensor:
        """Log odds that the claim is supported, ``(n,)``."""
        lost = torch.log(-torch.expm1(self.log_supported.clamp(max=-1e-5)))
        return (self.log_supported - lost).clamp(-LIMIT, LIMIT)


class ClaimModel(PairModel):
    """Judges pairs of a claim and its evidence."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        width = self.encoder.config.hidden_size
        self.project = nn.Linear(width, _DEEP)
        self.sharp = nn.Parameter(torch.tensor(8.0))
        self.same = nn.Parameter(torch.tensor(1.0))
        self.compare = nn.Linear(4 * _DEEP + 3, _DEEP)
        self.fault = nn.Linear(_DEEP, 2)
        with torch.no_grad():
            self.fault.weight.mul_(0.3)
            self.fault.bias.fill_(_NO_FAULT)

    def pairs(self, claims: Sequence[str], evidence: Sequence[str]) -> Batch:
        """Texts as tokens; what goes beyond the limits is not read."""
        first = self.tokenizer(list(claims), add_special_tokens=False, return_offsets_mapping=True)
        second = self.tokenizer(list(evidence), add_special_tokens=False, return_offsets_mapping=True)
        prompt = self.tokenizer(PROMPT, add_special_tokens=False)["input_ids"]
        begin, end = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        rows: list[list[int]] = []
        places: list[list[Place]] = []
        for c, a, s, b in zip(
            first["input_ids"], first["offset_mapping"], second["input_ids"], second["offset_mapping"], strict=True
        ):
            row, place = claim_row(prompt, (c, a), (s, b), begin, end)
            rows.append(row)
            places.append(place)
        width = max(map(len, rows))
        ids = torch.full((len(rows), width), self.tokenizer.pad_token_id)
        masks = torch.zeros(3, len(rows), width)
        for number, (row, place) in enumerate(zip(rows, places, strict=True)):
            ids[number, : len(row)] = torch.tensor(row)
            masks[0, number, : len(row)] = 1
            for side in (0, 1):
                masks[1 + side, number, : len(row)] = torch.tensor(
                    [float(p is not None and p[0] == side) for p in place]
                )
        return Batch(ids, masks[0], masks[1], masks[2], tuple(map(tuple, places)))

    def judge(self, batch: Batch) -> Judgement:
        """What the model thinks of each pair and of each token of it."""
        states = self.encoder(batch.ids, attention_mask=batch.mask).last_hidden_state.float()
        q, s = (F.normalize(masked_mean(states, part), dim=-1) for part in (batch.claim, batch.evidence))
        features = torch.cat([q * SPREAD, s * SPREAD, q * s * SPREAD**2], -1)
        fits = self.scale * (q * s).sum(-1) + self.bias + self.head(features).squeeze(-1)
        deep = self.project(F.normalize(states, dim=-1) * SPREAD)
        unit = F.normalize(deep, dim=-1)
        alike = unit @ unit.transpose(1, 2)
        equal = (batch.ids[:, :, None] == batch.ids[:, None, :]).float()
        across = batch.claim[:, :, None] * batch.evidence[:, None, :]
        across = across + across.transpose(1, 2)
        to = torch.softmax(self.sharp * alike + self.same * equal + (1 - across) * -1e4, -1)
        other = to @ deep
        best = (alike * across).max(-1, keepdim=True).values
        word = (equal * across).max(-1, keepdim=True).values
        parts = [deep, other, (deep - other).abs(), deep * other, best * 4, to.max(-1, keepdim=True).values, word]
        odds = self.fault(F.gelu(self.compare(torch.cat(parts, -1))))
        either = batch.claim + batch.evidence
        faults = odds[..., 0] * batch.claim + odds[..., 1] * batch.evidence + (1 - either) * -30.0
        return Judgement(fits, faults, F.logsigmoid(fits) + F.logsigmoid(-faults).sum(-1))
