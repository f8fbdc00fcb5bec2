"""Reads whether evidence supports a claim (断言阅读): log odds, and which words are at fault.

The seam is :class:`Entailment`; the shipped reader is the bundled embedding model with low-rank updates over claim and
evidence together (:mod:`index.claim_model`), trained by ``python -m training entailment``. A claim costs one pass over some 60
tokens, a twentieth of a second of a core, and the model is opened at the first one (``index.encoder``). The trap: its
score is one opinion; figures, bodies and dates are settled by typed checks, never by it alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Protocol

from index.encoder import Encoder, Tokens, open_headed
from index.errors import ModelError
from index.pairs import PROMPT, ClaimHead, Place, claim_row
from index.types import IndexConfig

SETTING = "ASSISTANT_INDEX__ENTAILMENT"
SHIPPED = Path(__file__).parent / "adapters" / "entailment.npz"


@dataclass(frozen=True, slots=True)
class Opinion:
    """``score``: log odds that the claim is supported, higher is better; ``fits``: of the pair as a whole.

    ``fault`` is the likeliest wrong stretch of the claim and ``omitted`` of the evidence, each with its log odds.
    """

    score: float
    fits: float
    fault: str
    fault_odds: float
    omitted: str
    omitted_odds: float


class Entailment(Protocol):
    """The seam: one claim and the sentences it rests on, in; an opinion, out."""

    def judge(self, claim: str, evidence: Sequence[str]) -> Opinion: ...


@dataclass(frozen=True, slots=True)
class _Network:
    encoder: Encoder
    head: ClaimHead
    prompt: Tokens


class ClaimReader:
    """The shipped reader; the model is opened at the first claim. Safe for several threads."""

    def __init__(self, weights: Path = SHIPPED, *, folder: Path | None = None, cached: int = 8192) -> None:
        """
        Args:
            weights: what training wrote (``.npz``).
            folder: where the bundled encoder is unpacked; the user's cache by default.
            cached: opinions kept, least recently used dropped first.

        Raises:
            ModelError: ``weights`` does not exist.
        """
        if not weights.is_file():
            raise ModelError(
                f"断言阅读模型文件不存在：{weights}。", f"请检查 {SETTING}，或设为 none 不用断言阅读模型。"
            )
        self._weights, self._folder, self._cached = weights, folder, cached
        self._opinions: OrderedDict[tuple[str, str], Opinion] = OrderedDict()
        self._network: _Network | None = None
        self._lock = RLock()

    def judge(self, claim: str, evidence: Sequence[str]) -> Opinion:
        """What the model thinks of ``claim`` beside ``evidence`` (sentences in the order of the text).

        Raises:
            ModelError: the model cannot be opened.
        """
        key = claim, "".join(evidence)
        with self._lock:
            network = self._opened()
            if key in self._opinions:
                self._opinions.move_to_end(key)
                return self._opinions[key]
        found = _judged(network, *key)
        with self._lock:
            self._opinions[key] = found
            while len(self._opinions) > self._cached:
                self._opinions.popitem(last=False)
        return found

    def _opened(self) -> _Network:
        if self._network is None:
            encoder, head = open_headed("断言阅读模型", self._weights, SETTING, ClaimHead.of, self._folder)
            self._network = _Network(encoder, head, encoder.base.tokens(PROMPT))
        return self._network


def _judged(network: _Network, claim: str, evidence: str) -> Opinion:
    base = network.encoder.base
    sides = base.pieces(claim), base.pieces(evidence)
    row, places = claim_row(network.prompt, *sides, base.shape.bos, base.shape.eos)
    [states] = network.encoder.states([tuple(row)])
    found = network.head(states, row, places)
    worst = [_worst(text, side, places, found.faults) for side, text in enumerate((claim, evidence))]
    return Opinion(found.score, found.fits, *worst[0], *worst[1])


def _worst(text: str, side: int, places: Sequence[Place], odds: Sequence[float]) -> tuple[str, float]:
    """The likeliest wrong stretch of one side and its log odds."""
    own = [(place[1:], odd) for place, odd in zip(places, odds, strict=False) if place and place[0] == side]
    if not own:
        return "", -30.0
    values = [odd for _, odd in own]
    at = max(range(len(own)), key=values.__getitem__)
    return _stretch(text, [place for place, _ in own], values, at), values[at]


def _stretch(text: str, offsets: Sequence[tuple[int, int]], odds: Sequence[float], at: int) -> str:
    """The characters of the token at ``at`` and of its neighbours that are nearly as much at fault."""
    first = last = at
    while first > 0 and odds[first - 1] > odds[at] - 2 and offsets[first - 1][1] == offsets[first][0]:
        first -= 1
    while last + 1 < len(offsets) and odds[last + 1] > odds[at] - 2 and offsets[last + 1][0] == offsets[last][1]:
        last += 1
    return text[offsets[first][0] : offsets[last][1]]


def load_entailment(config: IndexConfig) -> ClaimReader | None:
    """The reader a configuration asks for: the shipped one beside the bundled embedding model, a file, or None.

    Raises:
        ModelError: the file does not exist.
    """
    if config.entailment == "none" or (config.entailment == "auto" and config.embedding_model != "bundled"):
        return None
    path = SHIPPED if config.entailment == "auto" else Path(config.entailment).expanduser()
    return _shared(path)


@cache
def _shared(path: Path) -> ClaimReader:
    """One model a process, however many assistants there are."""
    return ClaimReader(path)
