"""Does this sentence answer this question (阅读): a small cross-encoder made of the bundled model.

Vectors say what a sentence is about; whether it gives what is asked shows only when both are read together (自己交多少 is not
answered by what the treasury pays). The reader is the bundled model with low-rank updates (``index.pair_model``), trained
by ``python -m evals reader`` on everyday questions with the sentence that answers them and on near misses that none
answers. The trap: a pair costs about as much as embedding the sentence again, so only the best few are read.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any
from zipfile import BadZipFile

import numpy as np

from index import bundled
from index.environment import collector_paused, quiet
from index.errors import ModelError
from index.precision import cpu_multiplies_bf16, multiply_in_bf16
from index.types import IndexConfig

SETTING = "ASSISTANT_INDEX__READER"
SHIPPED = Path(__file__).parent / "adapters" / "reader.npz"
BATCH = 4


class SentenceReader:
    """Scores sentences for a question; the model is opened at the first pair. Safe for several threads."""

    def __init__(
        self,
        weights: Path = SHIPPED,
        *,
        folder: Callable[[], Path] = bundled.ensure_bundled_model,
        dtype: str = "auto",
        cached: int = 16384,
    ) -> None:
        """
        Args:
            weights: what training wrote (``.npz``).
            folder: where the bundled model is unpacked.
            dtype: ``auto``, ``fp32`` or ``bf16``.
            cached: scores kept, least recently used dropped first.

        Raises:
            ModelError: ``weights`` does not exist.
        """
        if not weights.is_file():
            raise ModelError(f"阅读模型文件不存在：{weights}。", f"请检查 {SETTING}，或设为 none 不用阅读模型。")
        self._weights, self._folder = weights, folder
        self._bf16 = cpu_multiplies_bf16() if dtype == "auto" else dtype == "bf16"
        self._model: Any = None
        self._lock = RLock()
        self._scores: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._cached = cached
        self._workers = max(1, min(os.cpu_count() or 1, 4))

    def read(self, question: str, sentences: Sequence[str]) -> list[float]:
        """One score a sentence, in the order given: above 0 it answers ``question``, and how surely, as log odds.

        Raises:
            ModelError: the model cannot be opened.
        """
        with self._lock:
            known = {s: v for s in sentences if (v := self._scores.get((question, s))) is not None}
        missing = sorted({s for s in sentences if s not in known}, key=lambda s: (-len(s), s))
        if missing:
            model = self._opened()
            parts = [missing[i : i + BATCH] for i in range(0, len(missing), BATCH)]
            if len(parts) > 1 and self._workers > 1:
                with ThreadPoolExecutor(self._workers) as pool:
                    found = list(pool.map(lambda part: _scored(model, question, part), parts))
            else:
                found = [_scored(model, question, part) for part in parts]
            fresh = dict(zip(missing, [x for part in found for x in part], strict=True))
            known.update(fresh)
            with self._lock:
                self._scores.update({(question, s): v for s, v in fresh.items()})
                while len(self._scores) > self._cached:
                    self._scores.popitem(last=False)
        return [known[s] for s in sentences]

    def warm_up(self) -> None:
        """Open the model and run it once, so that the first question does not wait."""
        self.read("预热", ["预热"])

    def _opened(self) -> Any:
        with self._lock:
            if self._model is None:
                quiet(offline=True)
                with collector_paused():
                    self._model = self._open()
        return self._model

    def _open(self) -> Any:
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        from index.pair_model import PairModel

        try:
            model = PairModel(self._folder())
            with np.load(self._weights, allow_pickle=False) as kept:
                model.load_trained({name: kept[name] for name in kept.files})
        except (OSError, ValueError, KeyError, RuntimeError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"阅读模型 {self._weights} 打不开：{str(error).splitlines()[0][:200]}。",
                f"请检查 {SETTING}，或设为 none 不用阅读模型。",
            ) from error
        model.merge()
        model.eval()
        if self._bf16:
            multiply_in_bf16(model.encoder)
        _scored(model, "预热", ["预热"])  # sets the tokenizer up, which threads may not do side by side
        return model


def _scored(model: Any, question: str, sentences: Sequence[str]) -> list[float]:
    import torch

    with torch.inference_mode():
        scores = model(*model.encode([question] * len(sentences), sentences))
    return [float(x) for x in scores]


def load_reader(config: IndexConfig) -> SentenceReader | None:
    """The reader a configuration asks for: the shipped one beside the bundled embedding model, a file, or None.

    Raises:
        ModelError: the file does not exist.
    """
    if config.reader == "none" or (config.reader == "auto" and config.embedding_model != "bundled"):
        return None
    return _shared(SHIPPED if config.reader == "auto" else Path(config.reader).expanduser(), config.embedding_dtype)


@cache
def _shared(path: Path, dtype: str) -> SentenceReader:
    """One model a process, however many assistants there are: it keeps nothing of a corpus."""
    return SentenceReader(path, dtype=dtype)
