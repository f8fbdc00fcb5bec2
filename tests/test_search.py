from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, PassageCorpus

from index.build import build_index
from index.doctor import check
from index.errors import ModelError
from index.rerank import CrossEncoderReranker
from index.saved import sentence_texts
from index.search import Index
from index.types import IndexConfig, SearchMode

QUERY = "院长年薪不超过职工平均工资的几倍"
MODES: tuple[SearchMode, ...] = ("hybrid", "dense", "lexical")


@pytest.fixture
def index(passage_corpus: PassageCorpus, index_config: IndexConfig, hashing_embedder: HashingEmbedder) -> Index:
    build_index(passage_corpus, index_config, embedder=hashing_embedder)
    return Index.open(index_config, passage_corpus, embedder=hashing_embedder)


@pytest.mark.parametrize("mode", MODES)
def test_the_passage_that_says_it_comes_first(index: Index, mode: SearchMode) -> None:
    hit = index.search(QUERY, mode=mode, top_k=3)[0]
    assert hit.passage.notice_id == "linhe-2019-pay"
    assert "２．５倍" in hit.passage.text


@pytest.mark.parametrize("mode", MODES)
def test_best_first_and_repeatable(index: Index, mode: SearchMode) -> None:
    hits = index.search(QUERY, mode=mode, top_k=30)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert hits == index.search(QUERY, mode=mode, top_k=30)
    assert len({h.passage.id for h in hits}) == len(hits)


def test_dense_scores_are_exact_cosines_of_the_nearest_sentence_in_exact_order(index: Index) -> None:
    query = index.query_vector(QUERY)
    cosines = {i: float((index.sentence_vectors(i) @ query).max()) for i in index.passages}
    hits = index.search(QUERY, mode="dense", top_k=len(cosines))
    assert [h.passage.id for h in hits] == sorted(cosines, key=lambda i: (-cosines[i], i))
    assert [h.score for h in hits] == pytest.approx([cosines[h.passage.id] for h in hits], abs=1e-6)


def test_hybrid_carries_both_ranks_and_fuses_them(index: Index, index_config: IndexConfig) -> None:
    dense = [h.passage.id for h in index.search(QUERY, mode="dense", top_k=50)]
    lexical = [h.passage.id for h in index.search(QUERY, mode="lexical", top_k=50)]
    for hit in index.search(QUERY, top_k=50):
        assert hit.dense_rank == dense.index(hit.passage.id) + 1
        assert hit.lexical_rank == (lexical.index(hit.passage.id) + 1 if hit.passage.id in lexical else None)
        ranks = [rank for rank in (hit.dense_rank, hit.lexical_rank) if rank]
        assert hit.score == pytest.approx(sum(1 / (index_config.rrf_k + rank) for rank in ranks))


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
@pytest.mark.parametrize("notice_id", ["songshi-plan", "yunling-2012-markup"])
def test_a_filter_is_exact_and_filled(
    passage_corpus: PassageCorpus, index_config: IndexConfig, mode: SearchMode, notice_id: str
) -> None:
    """With one candidate the over-fetch surely misses the notice asked for, so the exact path must fill up."""
    config = replace(index_config, candidates=1)
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    index = Index.open(config, passage_corpus, embedder=HashingEmbedder())
    wanted = {p.id for p in passage_corpus.passages() if p.notice_id == notice_id}
    hits = index.search(QUERY, top_k=len(wanted), mode=mode, notice_ids=[notice_id])
    assert {h.passage.id for h in hits} == wanted


def test_no_notice_allowed_finds_nothing(index: Index) -> None:
    assert index.search(QUERY, notice_ids=[]) == []
    assert index.search(QUERY, notice_ids=["不存在"]) == []


def test_lexical_query_changes_only_the_lexical_side(index: Index) -> None:
    plain = index.search("问一下", mode="hybrid", top_k=30)
    expanded = index.search("问一下", mode="hybrid", top_k=30, lexical_query="远程会诊 医师")
    assert {h.passage.id: h.dense_rank for h in plain} == {h.passage.id: h.dense_rank for h in expanded}
    assert expanded[0].passage.notice_id == "songshi-plan"
    assert not any(h.lexical_rank for h in plain)


def test_twins_are_both_kept(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    twin = replace(passage_corpus.made[-1], id="other:0-9", notice_id="other")
    corpus = PassageCorpus((*passage_corpus.made, twin))
    build_index(corpus, index_config, embedder=HashingEmbedder())
    index = Index.open(index_config, corpus, embedder=HashingEmbedder())
    assert {"other", twin.id.split(":")[0], "linhe-2019-pay"} == {
        h.passage.notice_id for h in index.search(QUERY, top_k=2)
    }


def test_an_index_older_than_the_corpus_gives_only_what_still_stands(
    passage_corpus: PassageCorpus, index_config: IndexConfig, hashing_embedder: HashingEmbedder
) -> None:
    build_index(passage_corpus, index_config, embedder=hashing_embedder)
    smaller = passage_corpus.without("linhe-2019-pay")
    index = Index.open(index_config, smaller, embedder=hashing_embedder)
    assert index.stale
    for mode in MODES:
        assert all(h.passage.notice_id != "linhe-2019-pay" for h in index.search(QUERY, mode=mode, top_k=50))
    assert {finding.code for finding in check(index, smaller)} == {"orphan"}


def test_sentence_vectors_line_up(index: Index, hashing_embedder: HashingEmbedder) -> None:
    for identity, passage in index.passages.items():
        expected = hashing_embedder.embed(sentence_texts(passage), "passage")
        np.testing.assert_allclose(index.sentence_vectors(identity), expected, atol=1e-6)


@pytest.mark.parametrize(("top_k", "mode"), [(0, "hybrid"), (5, "best")])
def test_nonsense_is_refused(index: Index, top_k: int, mode: SearchMode) -> None:
    with pytest.raises(ValueError, match="top_k"):
        index.search(QUERY, top_k=top_k, mode=mode)


class ShortestFirst:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        self.seen.append(len(texts))
        return [-float(len(text)) for text in texts]


def test_a_reranker_has_the_last_word_over_its_share(
    passage_corpus: PassageCorpus, index_config: IndexConfig, index: Index
) -> None:
    reranker = ShortestFirst()
    config = replace(index_config, rerank_candidates=5)
    second = Index.open(config, passage_corpus, embedder=HashingEmbedder(), reranker=reranker)
    hits = second.search(QUERY, top_k=3)
    first_five = {h.passage.id for h in index.search(QUERY, top_k=5)}
    lengths = [len(h.passage.search_text) for h in hits]
    assert lengths == sorted(lengths)
    assert {h.passage.id for h in hits} <= first_five
    assert reranker.seen == [5]


def test_a_reranker_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="重排模型目录不存在"):
        CrossEncoderReranker("/nowhere/reranker")


def test_doctor_finds_nothing_wrong_with_a_fresh_index(index: Index, passage_corpus: PassageCorpus) -> None:
    assert check(index, passage_corpus) == []


def test_doctor_names_what_is_stale_missing_and_lost(index: Index, passage_corpus: PassageCorpus) -> None:
    first, second, *rest = passage_corpus.made
    changed = PassageCorpus((replace(first, breadcrumb="改了"), replace(second, id="new:0-1"), *rest))
    partly = next(p for p in rest[1:] if len(p.sentences) > 1)
    index._store.delete([rest[0]])
    index._store._collection.delete(ids=[f"{partly.id}#1"])
    found = {(f.code, f.count) for f in check(index, changed)}
    assert {("stale", 1), ("orphan", 1), ("missing_passage", 1), ("missing_vector", 2)} <= found


def test_doctor_names_sentences_the_store_has_too_many(index: Index, passage_corpus: PassageCorpus) -> None:
    extra = replace(passage_corpus.made[0], id="ghost:0-1")
    index._store.add([extra], [index.sentence_vectors(passage_corpus.made[0].id)])
    assert ("orphan", 1) in {(f.code, f.count) for f in check(index, passage_corpus)}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files through /proc")
def test_an_index_that_is_dropped_gives_its_files_back(index: Index, passage_corpus: PassageCorpus) -> None:
    def opened() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    before = opened()
    for _ in range(3):
        other = Index.open(index.config, passage_corpus, embedder=index.embedder)
        assert other.search("医共体", top_k=1)
        del other
    assert opened() <= before + 3


def test_the_store_and_the_saved_vectors_answer_alike(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = [index.search(query, mode="dense", top_k=5) for query in (QUERY, "药品集中采购", "远程会诊")]
    assert "_store" not in vars(index)  # a small corpus needs no store to answer
    monkeypatch.setattr("index.search.EXACT_SENTENCES", 0)
    vars(index).pop("_small", None)
    asked = [index.search(query, mode="dense", top_k=5) for query in (QUERY, "药品集中采购", "远程会诊")]
    assert "_store" in vars(index)
    assert [[h.score for h in hits] for hits in asked] == [[h.score for h in hits] for hits in exact]
