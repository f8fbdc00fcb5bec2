"""Search: dense and lexical rankings over one index generation, fused.

Dense candidates come from Chroma, lexical ones from BM25; the dense score shown is the exact cosine with the saved
vector. A filter by notice is exact: candidates are over-fetched and filtered, and if too few remain the saved vectors
of the notices allowed are scored one by one. The trap: never ask Chroma for a metadata filter (see ``index.vectors``).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.build import BuildReport, PassageSource, Progress, build_index
from index.embedder import load_embedder
from index.errors import BuildError, IndexMissing, StoreError
from index.fusion import reciprocal_rank_fusion
from index.generation import Manifest, Saved, current_folder, inputs_key, read_manifest, read_saved
from index.lexical import LexicalIndex
from index.rerank import load_reranker
from index.types import Embedder, Hit, IndexConfig, Matrix, Reranker, SearchMode
from index.vectors import VectorStore

Mask = NDArray[np.bool_]
Ranking = list[tuple[int, float]]
_OVERFETCH = 4


class Index:
    """An open generation. Safe to use from several threads; a newer build is served by opening again."""

    def __init__(
        self, folder: Path, manifest: Manifest, saved: Saved, config: IndexConfig, embedder: Embedder,
        corpus: PassageSource, reranker: Reranker | None = None,
    ) -> None:  # fmt: skip
        """Use :meth:`open`."""
        self.folder = folder
        self.manifest = manifest
        self.config = config
        self.embedder = embedder
        self._saved = saved
        self._reranker = reranker
        self._rows = {p.id: i for i, p in enumerate(saved.passages)}
        wanted = corpus.passages(max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
        self.stale = manifest.inputs != inputs_key(wanted, embedder.fingerprint, config.chroma_url)
        self._alive: Mask | None = None
        passages = saved.passages
        if self.stale:  # never give a passage whose notice has changed or is gone
            present = {(p.id, p.text) for p in wanted}
            self._alive = np.array([(p.id, p.text) in present for p in passages], dtype=bool)
            passages = tuple(p for p in passages if (p.id, p.text) in present)
        self.passages: Mapping[str, Passage] = MappingProxyType({p.id: p for p in passages})

    @classmethod
    def open(
        cls, config: IndexConfig, corpus: PassageSource, *, embedder: Embedder | None = None,
        reranker: Reranker | None = None,
    ) -> Index:  # fmt: skip
        """Open the generation that serves; model and stores are opened when first used.

        A generation older than the corpus still opens (``index.stale``) and gives only passages that still stand.

        Raises:
            IndexMissing: nothing was built yet.
            StoreError: half-written, damaged, or made with another model; build again.
            ModelError: the model cannot be had.
        """
        folder = current_folder(config.data_dir)
        manifest = read_manifest(folder)
        embedder = embedder or load_embedder(config)
        if manifest.fingerprint != embedder.fingerprint:
            raise StoreError("索引是用另一个向量模型或提示词建的。", "将重建索引。")
        return cls(folder, manifest, read_saved(folder), config, embedder, corpus, reranker or load_reranker(config))

    @property
    def saved(self) -> Saved:
        """Passages and vectors of this generation as saved, stale ones included."""
        return self._saved

    def stored_ids(self) -> set[str]:
        """Ids the vector store holds, for the doctor.

        Raises:
            StoreError: the store cannot be opened.
        """
        return self._store.ids()

    @property
    def is_current(self) -> bool:
        """Whether no newer generation has been swapped in since this one was opened."""
        try:
            return current_folder(self.config.data_dir) == self.folder
        except StoreError:
            return False

    def query_vector(self, text: str) -> NDArray[np.float32]:
        """``(dim,)`` float32, L2-normalised; remembered by the embedder."""
        return np.asarray(self.embedder.embed([text], "query")[0], dtype=np.float32)

    def sentence_vectors(self, passage_id: str) -> Matrix:
        """``(n_sentences, dim)`` float32, row i is ``passage.sentences[i]``.

        Raises:
            KeyError: no such passage.
        """
        row = self._rows[passage_id]
        start, end = self._saved.offsets[row : row + 2]
        return np.asarray(self._saved.sentence_vectors[start:end])

    def passage_vector(self, passage_id: str) -> NDArray[np.float32]:
        """``(dim,)`` float32 vector of a passage with its breadcrumb."""
        return np.asarray(self._saved.vectors[self._rows[passage_id]])

    def search(
        self,
        query: str,
        *,
        top_k: int = 10,
        mode: SearchMode = "hybrid",
        notice_ids: Collection[str] | None = None,
        lexical_query: str | None = None,
    ) -> list[Hit]:
        """The ``top_k`` best passages, best first; equal scores are ordered by passage id.

        Args:
            query: what is embedded, and searched lexically unless ``lexical_query`` is given.
            mode: ``hybrid`` fuses both rankings; its score is the RRF score. ``dense`` scores are cosines,
                ``lexical`` scores BM25, and only passages sharing a token with the query are returned.
            notice_ids: only passages of these notices.
            lexical_query: another text for BM25, e.g. with synonyms added.

        Raises:
            ValueError: ``top_k`` < 1 or an unknown ``mode``.
            StoreError: the vector store broke while open.
        """
        if top_k < 1 or mode not in ("hybrid", "dense", "lexical"):
            raise ValueError(f"search 需 top_k >= 1 且 mode 为 hybrid/dense/lexical，收到 {top_k}、{mode!r}")
        allowed = self._mask(notice_ids)
        depth = max(top_k, self.config.candidates)
        dense = self._dense(query, depth, allowed) if mode != "lexical" else []
        lexical = self._lexical.search(lexical_query or query, depth, allowed) if mode != "dense" else []
        hits = self._fused(dense, lexical, mode)
        if self._reranker is not None and hits:
            hits = self._reranked(self._reranker, query, hits[: max(top_k, self.config.rerank_candidates)])
        return hits[:top_k]

    def _mask(self, notice_ids: Collection[str] | None) -> Mask | None:
        if notice_ids is None:
            return self._alive
        wanted = set(notice_ids)
        mask = np.array([p.notice_id in wanted for p in self._saved.passages], dtype=bool)
        return mask if self._alive is None else mask & self._alive

    def _dense(self, query: str, depth: int, allowed: Mask | None) -> Ranking:
        vector = self.query_vector(query)
        total = len(self._saved.passages)
        enough = min(depth, total if allowed is None else int(allowed.sum()))
        if not enough:
            return []
        limit = min(total, depth if allowed is None else depth * _OVERFETCH)
        rows = [self._rows[i] for i in self._store.nearest(vector, limit) if i in self._rows]
        if allowed is not None:
            rows = [row for row in rows if allowed[row]]
        if len(rows) < enough:  # the filter ate them: few passages are allowed, so score those exactly
            rows = list(range(total)) if allowed is None else [int(row) for row in np.flatnonzero(allowed)]
        scores = self._saved.vectors[rows] @ vector
        return self._ordered(rows, scores)[:depth]

    def _ordered(self, rows: Sequence[int], scores: NDArray[np.float32]) -> Ranking:
        pairs = [(row, float(score)) for row, score in zip(rows, scores, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], self._saved.passages[pair[0]].id))

    def _fused(self, dense: Ranking, lexical: Ranking, mode: SearchMode) -> list[Hit]:
        lexical = sorted(lexical, key=lambda pair: (-pair[1], self._saved.passages[pair[0]].id))
        by_dense = {row: (rank, score) for rank, (row, score) in enumerate(dense, start=1)}
        by_lexical = {row: (rank, score) for rank, (row, score) in enumerate(lexical, start=1)}
        if mode == "hybrid":
            names = [[self._saved.passages[row].id for row, _ in ranking] for ranking in (dense, lexical)]
            weights = (self.config.dense_weight, self.config.lexical_weight)
            fused = [
                (self._rows[i], score)
                for i, score in reciprocal_rank_fusion(names, k=self.config.rrf_k, weights=weights)
            ]
        else:
            fused = dense if mode == "dense" else lexical
        nothing = (None, None)
        return [
            Hit(
                self._saved.passages[row], score,
                dense_rank=by_dense.get(row, nothing)[0], lexical_rank=by_lexical.get(row, nothing)[0],
                dense_score=by_dense.get(row, nothing)[1], lexical_score=by_lexical.get(row, nothing)[1],
            )
            for row, score in fused
        ]  # fmt: skip

    def _reranked(self, reranker: Reranker, query: str, hits: Sequence[Hit]) -> list[Hit]:
        from dataclasses import replace

        scores = reranker.rerank(query, [hit.passage.search_text for hit in hits])
        scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: (-hit.score, hit.passage.id))

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex.load(self.folder / "lexical")

    @cached_property
    def _store(self) -> VectorStore:
        store = VectorStore.open(self.folder / "chroma", self.manifest.collection, url=self.manifest.chroma_url)
        weakref.finalize(self, store.release)  # an index that was replaced gives its dozen file handles back
        return store


def open_or_build(
    config: IndexConfig,
    corpus: PassageSource,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> tuple[Index, BuildReport | None]:
    """Open the index; where there is none, it is unreadable or older than the corpus, build it first.

    ``notify`` is told in Chinese why a build was needed. The report is None where nothing had to be built. If the
    build fails while an older index stands, that one is served (``index.stale``) and ``notify`` is told.

    Raises:
        SearchIndexError: no index stands and none could be built.
    """
    tell = notify or (lambda text: None)
    older: Index | None = None
    try:
        older = Index.open(config, corpus, embedder=embedder)
        if not older.stale:
            return older, None
        tell("文件库有变化，正在更新索引")
    except IndexMissing:
        tell("还没有索引，正在建立（只有第一次需要）")
    except StoreError as error:
        tell(f"{error.message}正在重建索引")
    try:
        report = build_index(corpus, config, embedder=embedder, progress=progress)
    except BuildError as error:
        if older is None:
            raise
        tell(f"{error}暂用原索引回答。")
        return older, None
    return Index.open(config, corpus, embedder=embedder), report
