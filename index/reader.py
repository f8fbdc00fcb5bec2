"""Does this sentence answer this question (阅读): a small cross-encoder made of the bundled model.

Vectors say what a sentence is about; whether it gives what is asked shows only when both are read together (自己交多少 is not
answered by what the treasury pays). The reader is the bundled model with low-rank updates (``index.pair_model``), trained
by ``python -m training reader`` on everyday questions with the sentence that answers them and on near misses that none
answers. The trap: a pair costs about as much as embedding the sentence again, so only the best few are read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock
from typing import Generic, Protocol, TypeVar

from index.encoder import Encoder, Tokens, open_headed
from index.errors import ModelError
from index.pairs import PAIR_TOKENS, PROMPT, VERDICT_TOKENS, FitHead, Shares, Trained, VerdictHead, pair_row
from index.types import IndexConfig, Matrix

SETTING = "ASSISTANT_INDEX__READER"
SHIPPED = Path(__file__).parent / "adapters" / "reader.npz"
VERDICT = SHIPPED.with_name("verdict.npz")
SENTENCES = 4096
"""Sentences whose tokens are kept; the same ones come up for many questions."""


_Told = TypeVar("_Told")
_Told_co = TypeVar("_Told_co", covariant=True)


class Head(Protocol[_Told_co]):
    """What makes something of the mean states of question and sentence."""

    def __call__(self, first: Matrix, second: Matrix, /) -> _Told_co: ...


class PairReader(Generic[_Told]):
    """Reads a question beside sentences; the model is opened at the first pair. Safe for several threads."""

    def __init__(
        self,
        weights: Path,
        head: Callable[[Trained, int], Head[_Told]],
        *,
        tokens: int = PAIR_TOKENS,
        folder: Path | None = None,
        cached: int = 16384,
    ) -> None:
        """
        Args:
            head: makes the head of what was trained and the width of the states.
            tokens: of question and sentence together; what goes beyond is not read.
            weights: what training wrote (``.npz``).
            folder: where the bundled encoder is unpacked; the user's cache by default.
            cached: scores kept, least recently used dropped first.

        Raises:
            ModelError: ``weights`` does not exist.
        """
        if not weights.is_file():
            raise ModelError(f"阅读模型文件不存在：{weights}。", f"请检查 {SETTING}，或设为 none 不用阅读模型。")
        self._weights, self._folder = weights, folder
        self._head, self._limit = head, tokens
        self._network: tuple[Encoder, Head[_Told]] | None = None
        self._lock = RLock()
        self._scores: OrderedDict[tuple[str, str], _Told] = OrderedDict()
        self._cached = cached
        self._tokens = lru_cache(maxsize=SENTENCES)(self._tokenised)

    def read(self, question: str, sentences: Sequence[str]) -> list[_Told]:
        """What the head makes of each sentence, in the order given.

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

    def _read(self, question: str, sentences: Sequence[str]) -> list[_Told]:
        encoder, head = self._opened()
        shape, asked = encoder.base.shape, self._tokens(PROMPT + question)
        laid = [pair_row(asked, self._tokens(sentence), shape.bos, shape.eos, self._limit) for sentence in sentences]
        cuts = [cut for _, cut in laid]
        return encoder.over(
            [tuple(row) for row, _ in laid],
            lambda number, states: head(states[: cuts[number]].mean(0), states[cuts[number] :].mean(0)),
        )

    def _tokenised(self, text: str) -> Tokens:
        return self._opened()[0].base.tokens(text)

    def _opened(self) -> tuple[Encoder, Head[_Told]]:
        with self._lock:
            if self._network is None:
                self._network = open_headed("阅读模型", self._weights, SETTING, self._head, self._folder, integers=True)
            return self._network


class SentenceReader(PairReader[float]):
    """Scores sentences for a question: above 0 a sentence answers it, and how surely, as log odds."""

    def __init__(self, weights: Path = SHIPPED, *, folder: Path | None = None, cached: int = 16384) -> None:
        super().__init__(weights, FitHead.of, folder=folder, cached=cached)


class VerdictReader(PairReader[Shares]):
    """What clauses say to a question that asks for a yes: shares of yes, no and open, where a clause settles nothing.

    Trained by ``python -m training verdict`` from the sentence reader on labelled questions; its lower layers are the same.
    """

    def __init__(self, weights: Path = VERDICT, *, folder: Path | None = None, cached: int = 4096) -> None:
        super().__init__(weights, VerdictHead.of, tokens=VERDICT_TOKENS, folder=folder, cached=cached)


def load_reader(config: IndexConfig) -> SentenceReader | None:
    """The reader a configuration asks for: the shipped one beside the bundled embedding model, a file, or None.

    Raises:
        ModelError: the file does not exist.
    """
    if config.reader == "none" or (config.reader == "auto" and config.embedding_model != "bundled"):
        return None
    return _shared(SHIPPED if config.reader == "auto" else Path(config.reader).expanduser())


def load_verdict(config: IndexConfig) -> VerdictReader | None:
    """The shipped reader of verdicts where the shipped sentence reader is used, else None."""
    return _verdict() if config.reader == "auto" and config.embedding_model == "bundled" else None


@cache
def _shared(path: Path) -> SentenceReader:
    """One model a process, however many assistants there are: it keeps nothing of a corpus."""
    return SentenceReader(path)


@cache
def _verdict() -> VerdictReader:
    return VerdictReader()
