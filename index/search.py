"""Search: dense and lexical rankings over one index generation and the addition to it, fused.

Candidates come from the store and, all of it, from the addition; in a small corpus in the embedded store
(:data:`EXACT_SENTENCES`) from the saved vectors alone, and by words from our own counts up to :data:`EXACT_WORDS` passages or
where the store searches no words. The store nominates; the scores shown are exact, the cosine of the passage's nearest sentence
and BM25 over base and addition at once, so that every store gives the same answers. A filter by notice is exact: the store is
asked for those notices only, and if too few come back the vectors of all that are allowed are scored one by one. The trap: a
store's nearest are approximate, and its words are weighed by the base alone, so more is asked for than is wanted.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.build import PassageSource
from index.embedder import load_embedder
from index.errors import StoreError
from index.fusion import reciprocal_rank_fusion
from index.generation import current_folder, inputs_key, read_serving
from index.lexical import LexicalIndex, Postings
from index.rerank import load_reranker
from index.stores import Held, Place, VectorStore, open_store
from index.types import Embedder, Hit, IndexConfig, Matrix, Reranker, SearchMode
from index.view import Mask, Rows, View

Ranking = list[tuple[int, float]]
_MORE_WORDS = 2  # passages asked of the store by their words for each one wanted
_ROUNDING = 1e-5  # share by which sums of the same weights in another order may differ
EXACT = 20_000  # passages of which every one may be scored for a question without a filter
EXACT_SENTENCES = 30_000
"""Up to here a question is compared with every saved sentence vector: exact, and the store (a second of imports) is
not opened."""
EXACT_WORDS = 1_000_000
"""Passages up to which BM25 is added up here, some fifty milliseconds, though the store could search words too."""
SENTENCES = 3  # asked of the store for each passage wanted: near ones stand together


class Index:
    """An open generation. Safe to use from several threads; a newer build is served by opening again."""

    def __init__(
        self, view: View, config: IndexConfig, embedder: Embedder, corpus: PassageSource,
        reranker: Reranker | None = None,
    ) -> None:  # fmt: skip
        """Use :meth:`open`."""
        self.folder = view.segments[-1].folder
        self.config = config
        self.embedder = embedder
        self.view = view
        self._reranker = reranker
        self._whole: Index | None = None  # kept alive by its part, for it owns the store
        keys = corpus.passage_keys(max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
        self.stale = view.manifest.inputs != inputs_key(keys, embedder.fingerprint, config.store_url)
        self._alive = self._standing(corpus, keys) if self.stale else view.alive
        rows = [row for row, _ in view.living() if self._alive is None or self._alive[row]]
        if len(view.segments) > 1:  # in the order one build would have put them
            order = {notice_id: place for place, notice_id in enumerate(keys)}
            rows.sort(key=lambda row: (order[view.passages[row].notice_id], row))
        self.passages: Mapping[str, Passage] = MappingProxyType({p.id: p for p in map(view.passages.__getitem__, rows)})

    def _standing(self, corpus: PassageSource, keys: Mapping[str, str]) -> Mask:
        """Rows whose passage still stands: one whose notice has changed or is gone is never given."""
        doubtful = {one for one in keys if self.view.keys.get(one) != keys[one]}
        wanted = corpus.passages_of(doubtful, max_tokens=self.config.max_tokens, breadcrumb=self.config.breadcrumb)
        present = {(p.id, p.text) for p in wanted}
        mask = np.zeros(len(self.view.passages), dtype=bool)
        for row, p in self.view.living():
            mask[row] = (p.id, p.text) in present if p.notice_id in doubtful else p.notice_id in keys
        return mask

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
        try:
            serving = read_serving(folder)
            embedder = embedder or load_embedder(config)
            if any(manifest.fingerprint != embedder.fingerprint for _, manifest in serving):
                raise StoreError("索引是用另一个向量模型或提示词建的。", "将重建索引。")
            view = View.open(serving)
        except StoreError:
            if current_folder(config.data_dir) == folder:
                raise
            return cls.open(config, corpus, embedder=embedder, reranker=reranker)  # swapped in the meantime
        return cls(view, config, embedder, corpus, reranker or load_reranker(config))

    def for_corpus(self, corpus: PassageSource) -> Index:
        """This index as somebody sees it who may see only ``corpus``, a part of the one it was opened for: same rows,
        same stores, nothing is read or embedded again."""
        limited = Index(self.view, self.config, self.embedder, corpus, self._reranker)
        limited.__dict__["_lexical"], limited.__dict__["_store"] = self._lexical, self._store
        limited._whole, limited.stale = self, self.stale
        return limited

    def stored(self) -> Held:
        """What the vector store holds of the whole generation, for the doctor; an addition has no store.

        Raises:
            StoreError: the store cannot be opened.
        """
        return self._store.held()

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
        return self.view.sentence_vectors(self.view.rows[passage_id])

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
        lexical = self._lexically(lexical_query or query, depth, allowed) if mode != "dense" else []
        hits = self._fused(dense, lexical, mode)
        if self._reranker is not None and hits:
            hits = self._reranked(self._reranker, query, hits[: max(top_k, self.config.rerank_candidates)])
        return hits[:top_k]

    def _mask(self, notice_ids: Collection[str] | None) -> Mask | None:
        if notice_ids is None:
            return self._alive
        mask = self.view.mask(notice_ids)
        return mask if self._alive is None else mask & self._alive

    def _dense(self, query: str, depth: int, allowed: Mask | None) -> Ranking:
        if not len(self.view.passages) or (allowed is not None and not allowed.any()):
            return []
        vector = self.query_vector(query)
        rows = self._near_in_base(vector, depth, allowed)
        rows = np.concatenate([rows, self._added(allowed)])
        return self._best(rows, self.view.nearness(rows, vector), depth)

    def _lexically(self, query: str, depth: int, allowed: Mask | None) -> Ranking:
        rows = self._matching_in_base(query, depth, allowed)
        if rows is None:
            scores = self._lexical.scores(query)
            rows = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
            return self._best(rows, scores[rows], depth)
        rows = np.concatenate([rows, self._added(allowed)])
        scores = self._lexical.scores_at(query, rows)
        return self._best(rows[scores > 0], scores[scores > 0], depth)

    def _near_in_base(self, vector: NDArray[np.float32], depth: int, allowed: Mask | None) -> Rows:
        """Rows of the whole generation among which its ``depth`` nearest allowed ones are."""
        wanted = self._wanted(allowed)
        enough = min(depth, len(wanted))
        if not enough or self._small:
            return wanted
        only, hidden = self._only(wanted)
        rows = self._rows_of(self._store.nearest(vector, SENTENCES * (depth + hidden), only), allowed)
        if len(rows) >= enough or (allowed is None and self.view.base_rows > EXACT):
            return rows
        return wanted  # the filter ate them, or near sentences share passages: few are allowed, so score those exactly

    def _matching_in_base(self, query: str, depth: int, allowed: Mask | None) -> Rows | None:
        """Rows of the whole generation among which its ``depth`` best allowed ones by words are; None where the store is not
        asked, or cannot tell because the last of its own tie with what it left out."""
        wanted = self._wanted(allowed)
        if not len(wanted) or self._small or self.view.base_rows <= EXACT_WORDS:
            return None
        only, hidden = self._only(wanted)
        limit = _MORE_WORDS * (depth + hidden)
        if (found := self._store.matching(self._lexical.weights(query), limit, only)) is None:
            return None
        rows = self._rows_of(found, allowed)
        if len(found) < limit:
            return rows
        scores = self._lexical.scores_at(query, rows)
        decided = np.count_nonzero(scores > scores.min(initial=np.inf) * (1 + _ROUNDING))
        return rows if decided >= min(depth, len(wanted)) else None

    def _wanted(self, allowed: Mask | None) -> Rows:
        """Rows of the whole generation that are allowed."""
        total = self.view.base_rows
        return np.arange(total) if allowed is None else np.flatnonzero(allowed[:total])

    def _added(self, allowed: Mask | None) -> Rows:
        """Rows of the addition that are allowed: few enough to compare one by one."""
        added = np.arange(self.view.base_rows, len(self.view.passages))
        return added if allowed is None else added[allowed[added]]

    def _only(self, wanted: Rows) -> tuple[tuple[str, ...] | None, int]:
        """The notices to ask the store for, None for all, and how many rows it may give that are hidden."""
        total = self.view.base_rows
        hidden = 0 if self.view.alive is None else total - int(self.view.alive[:total].sum())
        return (None, hidden) if len(wanted) == total - hidden else (self.view.notices_of(wanted), 0)

    def _rows_of(self, ids: Sequence[str], allowed: Mask | None) -> Rows:
        """The rows of passages the store has named, those that are not allowed left out."""
        near = (self.view.rows.get(one) for one in ids)
        rows = np.array([row for row in near if row is not None and row < self.view.base_rows], dtype=np.int64)
        return rows if allowed is None else rows[allowed[rows]]

    def _best(self, rows: Rows, scores: NDArray[np.float32], depth: int) -> Ranking:
        """The ``depth`` best rows, best first; equal scores are ordered by passage id, wherever the rows lie."""
        if len(rows) > depth:  # sort only what can be among the best, ties at the border included
            best = scores >= np.partition(scores, len(scores) - depth)[len(scores) - depth]
            rows, scores = rows[best], scores[best]
        pairs = zip(rows.tolist(), scores.tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], self.view.passages[pair[0]].id))[:depth]

    def _fused(self, dense: Ranking, lexical: Ranking, mode: SearchMode) -> list[Hit]:
        by_dense = {row: (rank, score) for rank, (row, score) in enumerate(dense, start=1)}
        by_lexical = {row: (rank, score) for rank, (row, score) in enumerate(lexical, start=1)}
        if mode == "hybrid":
            names = [[self.view.passages[row].id for row, _ in ranking] for ranking in (dense, lexical)]
            weights = (self.config.dense_weight, self.config.lexical_weight)
            fused = [
                (self.view.rows[i], score)
                for i, score in reciprocal_rank_fusion(names, k=self.config.rrf_k, weights=weights)
            ]
        else:
            fused = dense if mode == "dense" else lexical
        nothing = (None, None)
        return [
            Hit(
                self.view.passages[row], score,
                dense_rank=by_dense.get(row, nothing)[0], lexical_rank=by_lexical.get(row, nothing)[0],
                dense_score=by_dense.get(row, nothing)[1], lexical_score=by_lexical.get(row, nothing)[1],
            )
            for row, score in fused
        ]  # fmt: skip

    def _reranked(self, reranker: Reranker, query: str, hits: Sequence[Hit]) -> list[Hit]:
        scores = reranker.rerank(query, [hit.passage.search_text for hit in hits])
        scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: (-hit.score, hit.passage.id))

    @cached_property
    def _small(self) -> bool:
        base = self.view.segments[0]
        return not base.manifest.store_url and len(base.saved.sentence_vectors) <= EXACT_SENTENCES

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex([Postings.load(one.folder / "lexical") for one in self.view.segments], self.view.alive)

    @cached_property
    def _store(self) -> VectorStore:
        base, made = self.view.segments[0], self.view.segments[0].manifest
        place = Place(made.store_url, made.collection, base.folder, self.config.store_token)
        store = open_store(place, made.fingerprint, made.sentences)
        weakref.finalize(self, store.release)  # an index that was replaced gives its dozen file handles back
        return store
