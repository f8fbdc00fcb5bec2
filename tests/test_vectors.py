from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, PassageCorpus

from index.errors import StoreError
from index.vectors import VectorStore


@pytest.fixture
def stored(tmp_path: Path, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder) -> VectorStore:
    store = VectorStore.open(tmp_path / "chroma", "policy-test", create=True)
    passages = passage_corpus.passages()
    store.add(passages, hashing_embedder.embed([p.search_text for p in passages], "passage"))
    return store


def test_nearest_is_the_order_of_the_cosine(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    passages = passage_corpus.passages()
    vectors = hashing_embedder.embed([p.search_text for p in passages], "passage")
    query = hashing_embedder.embed(["院长年薪不超过几倍"], "query")[0]
    scores = dict(zip((p.id for p in passages), vectors @ query, strict=True))
    found = stored.nearest(query, len(passages))
    assert sorted(found) == sorted(scores)
    got = np.array([scores[i] for i in found])
    assert np.all(np.diff(got) <= 1e-6)


def test_every_passage_is_nearest_to_itself(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    for p in passage_corpus.passages():
        vector = hashing_embedder.embed([p.search_text], "passage")[0]
        assert stored.nearest(vector, 1) == [p.id]


def test_what_was_added_is_counted_and_named(stored: VectorStore, passage_corpus: PassageCorpus) -> None:
    assert stored.ids() == {p.id for p in passage_corpus.passages()}
    assert stored.count() == len(passage_corpus.passages())


def test_reopened_store_answers_the_same(
    tmp_path: Path, stored: VectorStore, hashing_embedder: HashingEmbedder
) -> None:
    query = hashing_embedder.embed(["药品集中采购"], "query")[0]
    before = stored.nearest(query, 2)  # further down scores tie, and HNSW keeps no order among equals
    stored.close()
    assert VectorStore.open(tmp_path / "chroma", "policy-test").nearest(query, 2) == before


def test_missing_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="向量库"):
        VectorStore.open(tmp_path / "nowhere", "policy-test")


def test_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Chroma 服务"):
        VectorStore.open(tmp_path, "policy-test", url="http://127.0.0.1:9")
