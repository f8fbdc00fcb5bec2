"""What a run needs around it: the corpus, the settings, and each system built once, when it is first asked for.

It stands alone so that the order of building (and what is shared between systems: the embedder, the open index) is
decided in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from corpus.types import Notice
from evals.systems import ABLATIONS, changed, responder
from evals.types import Respond

if TYPE_CHECKING:
    from corpus.library import Corpus

    from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class System:
    """Something to measure, ready to be asked."""

    name: str
    label: str
    respond: Respond
    settings_hash: str = ""
    note: str = ""


class Workbench:
    """The corpus and settings of one run, and its systems."""

    def __init__(self, settings: Settings, corpus: Corpus) -> None:
        self.settings = settings
        self.corpus = corpus

    @classmethod
    def open(cls, settings: Settings) -> Workbench:
        from corpus.library import load_corpus

        return cls(settings, load_corpus(settings.data_dir))

    def find(self, wanted: str) -> Notice | None:
        """The notice of that number, title or id; None where the corpus has none (see ``Corpus.find``)."""
        from corpus.errors import UnknownNoticeError

        if wanted not in self._notices:
            try:
                self._notices[wanted] = self.corpus.find(wanted)
            except UnknownNoticeError:
                self._notices[wanted] = None
        return self._notices[wanted]

    @cached_property
    def _notices(self) -> dict[str, Notice | None]:
        return {notice.id: notice for notice in self.corpus.notices}

    def system_names(self) -> list[str]:
        """Every system of ``run --all``, the product first."""
        return [*self._ablations]

    @cached_property
    def _ablations(self) -> Mapping[str, tuple[str, Settings]]:
        return {a.name: (a.label, changed(self.settings, a.change)) for a in ABLATIONS}

    def system(self, name: str) -> System:
        """The system of that name.

        Raises:
            KeyError: no such system.
        """
        from assistant.service import Assistant

        label, settings = self._ablations[name]
        return System(name, label, responder(Assistant.from_settings(settings)), settings.hash)
