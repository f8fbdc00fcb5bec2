"""Reads whether evidence supports a claim (断言阅读): log odds, and which words are at fault.

The seam is :class:`Entailment`; the shipped reader rests on the word table of the bundled embedding model and a small
network of our own (:mod:`index.claim_model`); a claim costs some milliseconds. The trap:
its score is one opinion; figures, bodies and dates are settled by typed checks, never by it alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np

from index import bundled
from index.environment import collector_paused, quiet
from index.errors import ModelError
from index.types import IndexConfig

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


class ClaimReader:
    """The shipped reader; the model is opened at the first claim. Safe for several threads."""

    def __init__(
        self,
        weights: Path = SHIPPED,
        *,
        folder: Callable[[], Path] = bundled.ensure_bundled_model,
        cached: int = 8192,
    ) -> None:
        """
        Args:
            weights: what training wrote (``.npz``).
            folder: where the bundled model is unpacked.
            cached: texts kept as read, least recently used dropped first (some 50 kB each).

        Raises:
            ModelError: ``weights`` does not exist.
        """
        if not weights.is_file():
            raise ModelError(
                f"断言阅读模型文件不存在：{weights}。", "请重新安装，或用 python -m evals entailment 训练。"
            )
        self._weights, self._folder, self._cached = weights, folder, cached
        self._reads: OrderedDict[str, Any] = OrderedDict()
        self._models: Any = None
        self._lock = RLock()

    def judge(self, claim: str, evidence: Sequence[str]) -> Opinion:
        """What the model thinks of ``claim`` beside ``evidence`` (sentences in the order of the text).

        Raises:
            ModelError: the model cannot be opened.
        """
        import torch

        from index.claim_model import joined

        with self._lock:
            reader, model = self._opened()
            mine, theirs = self._read(reader, [claim])[0], joined(self._read(reader, evidence))
        with torch.inference_mode():
            found = model([mine], [theirs])
        at, left = int(found.claim[0].argmax()), int(found.evidence[0].argmax())
        return Opinion(
            float(found.score[0]),
            float(found.fits[0]),
            _stretch(claim, mine.offsets, found.claim[0].tolist(), at),
            float(found.claim[0, at]),
            _stretch("".join(evidence), theirs.offsets, found.evidence[0].tolist(), left),
            float(found.evidence[0, left]),
        )

    def _read(self, reader: Any, texts: Sequence[str]) -> list[Any]:
        missing = [t for t in dict.fromkeys(texts) if t not in self._reads]
        if missing:
            self._reads.update(zip(missing, reader.read(missing), strict=True))
        found = [self._reads[t] for t in texts]
        for text in texts:
            self._reads.move_to_end(text)
        while len(self._reads) > self._cached:
            self._reads.popitem(last=False)
        return found

    def _opened(self) -> Any:
        if self._models is None:
            quiet(offline=True)
            with collector_paused():
                self._models = self._open()
        return self._models

    def _open(self) -> Any:
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        from index.claim_model import ClaimModel, TokenReader

        try:
            model = ClaimModel()
            with np.load(self._weights, allow_pickle=False) as kept:
                model.load_trained({name: kept[name] for name in kept.files})
            reader = TokenReader(self._folder())
        except (OSError, ValueError, KeyError, RuntimeError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"断言阅读模型 {self._weights} 打不开：{str(error).splitlines()[0][:200]}。", "请重新安装。"
            ) from error
        model.eval()
        return reader, model


def _stretch(text: str, offsets: Sequence[tuple[int, int]], odds: Sequence[float], at: int) -> str:
    """The characters of the token at ``at`` and of its neighbours that are nearly as much at fault."""
    first = last = at
    while first > 0 and odds[first - 1] > odds[at] - 2 and offsets[first - 1][1] == offsets[first][0]:
        first -= 1
    while last + 1 < len(offsets) and odds[last + 1] > odds[at] - 2 and offsets[last + 1][0] == offsets[last][1]:
        last += 1
    return text[offsets[first][0] : offsets[last][1]]


def load_entailment(config: IndexConfig) -> ClaimReader | None:
    """The shipped reader, one a process; None beside another embedding model, whose layers it does not know."""
    return _shared() if config.embedding_model == "bundled" and SHIPPED.is_file() else None


@cache
def _shared() -> ClaimReader:
    return ClaimReader()
