"""Questions as the bundled model reads them (问句的读法): vector and middle states, what the routers decide by.

It stands alone because reading a question is no embedding of texts: the wordings of one message are read in one pass and kept for the
routers that ask for them one after the other. The trap: another model than the bundled one has no middle.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import RLock

from index.adapter import plain
from index.bundled_embedder import BundledEmbedder
from index.types import Embedder, Reading


class QuestionReadings:
    """Questions as the model itself reads them, the last ones kept; without their middle where the model does not run in ONNX
    Runtime. Several at once take little longer than one. Safe for several threads."""

    def __init__(self, embedder: Embedder, *, kept: int) -> None:
        self._model, self._kept = plain(embedder), kept
        self._known: OrderedDict[str, Reading] = OrderedDict()
        self._lock = RLock()

    def __call__(self, question: str) -> Reading:
        """One question."""
        self.ahead([question])
        with self._lock:
            found = self._known.get(question)
        return found if found is not None else self._read([question])[0]

    def ahead(self, questions: Sequence[str]) -> None:
        """Read those not known yet in one pass: each is likely to be asked for."""
        with self._lock:
            missing = [one for one in dict.fromkeys(questions) if one not in self._known]
            for one in set(questions) - set(missing):
                self._known.move_to_end(one)
        if not missing:
            return
        read = self._read(missing)
        with self._lock:
            self._known.update(zip(missing, read, strict=True))
            while len(self._known) > max(self._kept, len(missing)):
                self._known.popitem(last=False)

    def _read(self, questions: Sequence[str]) -> list[Reading]:
        if isinstance(self._model, BundledEmbedder):
            return self._model.read(questions)
        return [Reading(vector) for vector in self._model.embed(list(questions), "query")]


def read_question(embedder: Embedder, question: str) -> Reading:
    """One question, kept nowhere."""
    return QuestionReadings(embedder, kept=1)(question)
