"""Does this sentence answer this question (阅读): a small cross-encoder made of the bundled model.

Vectors say what a sentence is about; whether it gives what is asked shows only when both are read together (自己交多少 is not
answered by what the treasury pays). The reader is the bundled model with low-rank updates (``index.pair_model``), trained
by ``python -m evals reader`` on everyday questions with the sentence that answers them and on near misses that none
answers. The trap: a pair costs about as much as embedding the sentence again, so only the best few are read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock

from index.encoder import Encoder, Tokens, open_headed
from index.errors import ModelError
from index.pairs import PROMPT, FitHead, pair_row
from index.types import IndexConfig

SETTING = "ASSISTANT_INDEX__READER"
SHIPPED = Path(__file__).parent / "adapters" / "reader.npz"
SENTENCES = 4096
"""Sentences whose tokens are kept; the same ones come up for many questions."""


@dataclass(frozen=True, slots=True)
class _Network:
    encoder: Encoder
    head: FitHead


class SentenceReader:
    """Scores sentences for a question; the model is opened at the first pair. Safe for several threads."""

    def __init__(self, weights: Path = SHIPPED, *, folder: Path | None = None, cached: int = 16384) -> None:
        """
        Args:
            weights: what training wrote (``.npz``).
            folder: where the bundled encoder is unpacked; the user's cache by default.
            cached: scores kept, least recently used dropped first.

        Raises:
            ModelError: ``weights`` does not exist.
        """
        if not weights.is_file():
            raise ModelError(f"阅读模型文件不存在：{weights}。", f"请检查 {SETTING}，或设为 none 不用阅读模型。")
        self._weights, self._folder = weights, folder
        self._network: _Network | None = None
        self._lock = RLock()
        self._scores: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._cached = cached
        self._tokens = lru_cache(maxsize=SENTENCES)(self._tokenised)

    def read(self, question: str, sentences: Sequence[str]) -> list[float]:
        """One score a sentence, in the order given: above 0 it answers ``question``, and how surely, as log odds.

        Raises:
            ModelError: the model cannot be opened.
        """
        with self._lock:
            known = {s: v for s in sentences if (v := self._scores.get((question, s))) is not None}
        missing = [s for s in dict.fromkeys(sentences) if s not in known]
        if missing:
            fresh = dict(zip(missing, self._read(question, missing), strict=True))
            known.update(fresh)
            with self._lock:
                self._scores.update({(question, s): v for s, v in fresh.items()})
                while len(self._scores) > self._cached:
                    self._scores.popitem(last=False)
        return [known[s] for s in sentences]

    def warm_up(self) -> None:
        """Open the model and run it once, so that the first question does not wait."""
        self.read("预热", ["预热"])

    def _read(self, question: str, sentences: Sequence[str]) -> list[float]:
        network = self._opened()
        shape, asked = network.encoder.base.shape, self._tokens(PROMPT + question)
        laid = [pair_row(asked, self._tokens(sentence), shape.bos, shape.eos) for sentence in sentences]
        cuts = [cut for _, cut in laid]
        return network.encoder.over(
            [tuple(row) for row, _ in laid],
            lambda number, states: network.head(states[: cuts[number]].mean(0), states[cuts[number] :].mean(0)),
        )

    def _tokenised(self, text: str) -> Tokens:
        return self._opened().encoder.base.tokens(text)

    def _opened(self) -> _Network:
        with self._lock:
            if self._network is None:
                self._network = _Network(
                    *open_headed("阅读模型", self._weights, SETTING, FitHead.of, self._folder, integers=True)
                )
            return self._network


def load_reader(config: IndexConfig) -> SentenceReader | None:
    """The reader a configuration asks for: the shipped one beside the bundled embedding model, a file, or None.

    Raises:
        ModelError: the file does not exist.
    """
    if config.reader == "none" or (config.reader == "auto" and config.embedding_model != "bundled"):
        return None
    return _shared(SHIPPED if config.reader == "auto" else Path(config.reader).expanduser())


@cache
def _shared(path: Path) -> SentenceReader:
    """One model a process, however many assistants there are: it keeps nothing of a corpus."""
    return SentenceReader(path)
