"""Opens what a command needs (打开): settings, corpus, and an index that is fit to use.

Commands share this so that a missing, damaged or outdated index is always mended the same way, and always said so. The
trap: the vector store may turn out broken only when it is first searched; a ``Desk`` builds anew once, then gives up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from assistant.keeping.audit import LOCAL, Audit
from assistant.settings import Settings
from assistant.terminal.console import note, progress
from assistant.types import Answer, Profile, Turn

if TYPE_CHECKING:
    from assistant.service import Assistant
    from index.types import Hit

MIN_RETRIEVED = 10
Result = TypeVar("Result")


def open_assistant(settings: Settings) -> Assistant:
    """The assistant with an up-to-date index; building it where needed is said on stderr.

    Raises:
        CorpusError: a notice cannot be read.
        SearchIndexError: no index stands and none could be built, or the model cannot be had.
    """
    from assistant.service import Assistant

    with progress("建立索引") as step:
        return Assistant.from_settings(settings, progress=step, notify=note)


@dataclass(slots=True)
class Desk:
    """Asks questions and mends the index once if its store breaks on the way."""

    settings: Settings
    assistant: Assistant
    _mended: bool = False

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        return cls(settings, open_assistant(settings))

    def ask(self, question: str, history: Sequence[Turn], profile: Profile) -> tuple[Answer, float]:
        """The answer and the seconds it took.

        Raises:
            AssistantError: the question cannot be taken.
            SearchIndexError: the index broke and could not be mended.
        """
        return self._mending(lambda: self._timed(question, history, profile))

    def warm_up(self) -> None:
        """Open model and stores, so that the first question is timed like the others."""
        self._mending(lambda: self.assistant.index.search("预热", top_k=1))

    def hits(self, answer: Answer, question: str) -> list[Hit]:
        """What was retrieved for ``answer``, topped up from the whole corpus to at least ten passages."""
        hits = list(answer.retrieved)
        if len(hits) >= MIN_RETRIEVED:
            return hits
        known = {hit.passage.id for hit in hits}
        text = answer.question_understood or question
        more = self._mending(lambda: self.assistant.index.search(text, top_k=MIN_RETRIEVED + len(hits)))
        return hits + [hit for hit in more if hit.passage.id not in known][: MIN_RETRIEVED - len(hits)]

    def _timed(self, question: str, history: Sequence[Turn], profile: Profile) -> tuple[Answer, float]:
        began = time.perf_counter()
        answer = self.assistant.ask(question, history=history, profile=profile)
        seconds = time.perf_counter() - began
        Audit(self.settings.data_dir).asked(LOCAL, question, profile, answer)
        return answer, seconds

    def _mending(self, use: Callable[[], Result]) -> Result:
        from index.errors import StoreError, StoreUnavailable

        try:
            return use()
        except StoreUnavailable:
            raise  # a server that is down is not mended by building
        except StoreError as error:
            if self._mended:
                raise
            self._mended = True
            note(f"{error.message}正在重建索引。")
            self._rebuild()
            return use()

    def _rebuild(self) -> None:
        from index import build_index

        with progress("重建索引") as step:
            build_index(self.assistant.corpus, self.settings.index_config(), progress=step, force=True)
        self.assistant = open_assistant(self.settings)
