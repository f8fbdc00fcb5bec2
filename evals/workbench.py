"""What a run needs around it: the corpus, the settings, and each system built once, when it is first asked for.

It stands alone so that the order of building (and what is shared between systems: the embedder, the open index) is
decided in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from corpus.tokens import bm25_tokens
from corpus.types import Notice
from evals.baselines import Search, answer_with, bm25_search, dense_search, jieba_words, starter_search
from evals.systems import ABLATIONS, WITH_MODEL, changed, responder, timed
from evals.types import Respond, Retrieved
from evals.vectors import CachedEmbedder

if TYPE_CHECKING:
    from assistant.llm.client import LanguageModel
    from assistant.settings import Settings
    from corpus.library import Corpus
    from index import Index, IndexConfig
    from index.adapter import AdaptedEmbedder
    from index.types import Embedder

BASELINES: Mapping[str, str] = {
    "llamaindex-starter": "LlamaIndex 入门式",
    "bm25-jieba": "BM25（jieba 词）",
    "bm25-bigrams": "BM25（双字）",
    "dense": "仅向量",
}
BASELINE_NOTE = "基线：不用模型，整段给出检索到的前几段（约500字），每段一条引用，从不拒答"


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
        self.model: LanguageModel | None = None
        self._indexes: dict[IndexConfig, Index] = {}
        self._kept: dict[str, CachedEmbedder] = {}

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
        return [*(a.name for a in ABLATIONS), *BASELINES]

    @cached_property
    def _ablations(self) -> Mapping[str, tuple[str, Settings]]:
        return {a.name: (a.label, changed(self.settings, a.change)) for a in (*ABLATIONS, WITH_MODEL)}

    def system(self, name: str) -> System:
        """The system of that name, built now.

        Raises:
            KeyError: no such system; see :meth:`system_names`.
        """
        if name in BASELINES:
            respond = timed(answer_with(self._search(name)), self._take_owed)
            return System(name, BASELINES[name], respond, note=BASELINE_NOTE)
        from assistant.service import Assistant

        label, settings = self._ablations[name]
        assistant = Assistant(self.corpus, self._index(settings.index_config()), settings, model=self.model)
        return System(name, label, timed(responder(assistant), self._take_owed), settings.hash)

    def _index(self, config: IndexConfig) -> Index:
        """The index of that configuration, opened (and where missing built) once for all systems that share it."""
        from index import open_or_build

        if config not in self._indexes:
            self._indexes[config], _ = open_or_build(config, self.corpus, embedder=self.embedder)
        return self._indexes[config]

    def _search(self, name: str) -> Search:
        if name == "llamaindex-starter":
            return starter_search(self.corpus, self.plain_embedder)
        passages = self.corpus.passages(max_tokens=self.settings.index.max_tokens)
        searched = [passage.search_text for passage in passages]
        shown = [Retrieved(passage.notice_id, passage.text) for passage in passages]
        if name == "dense":
            return dense_search(searched, shown, self.plain_embedder)
        return bm25_search(searched, shown, jieba_words if name == "bm25-jieba" else bm25_tokens)

    @cached_property
    def plain_embedder(self) -> CachedEmbedder:
        """The configured embedding model without adapter, its passage vectors kept in the data folder."""
        from index.adapter import plain

        return self._cached(plain(self._loaded))

    @cached_property
    def embedder(self) -> CachedEmbedder | AdaptedEmbedder:
        """What the product embeds with: the model, its adapter and its networks where they are configured."""
        from index.adapter import AdaptedEmbedder

        if isinstance(self._loaded, AdaptedEmbedder):
            return self._loaded.over(self._cached)
        return self.plain_embedder

    def _cached(self, model: Embedder) -> CachedEmbedder:
        """``model`` with its vectors kept, one for each model."""
        return self._kept.setdefault(model.fingerprint, CachedEmbedder(model, self.settings.data_dir / "evals"))

    def _take_owed(self) -> float:
        return sum(kept.take_owed() for kept in self._kept.values())

    @cached_property
    def _loaded(self) -> Any:
        from index import load_embedder

        return load_embedder(self.settings.index_config())
