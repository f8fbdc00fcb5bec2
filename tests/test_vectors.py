from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, PassageCorpus

from corpus.types import Passage
from index.errors import StoreError
from index.saved import sentence_texts
from index.types import Matrix
from index.vectors import VectorStore, node_record


def vectors_of(passages: Sequence[Passage], embedder: HashingEmbedder) -> list[Matrix]:
    return [embedder.embed(sentence_texts(p), "passage") for p in passages]


@pytest.fixture
def stored(tmp_path: Path, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder) -> VectorStore:
    store = VectorStore.open(tmp_path / "chroma", "policy-test", create=True)
    passages = passage_corpus.passages()
    store.add(passages, vectors_of(passages, hashing_embedder))
    return store


def test_nearest_is_the_order_of_the_nearest_sentence(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    passages = passage_corpus.passages()
    query = hashing_embedder.embed(["院长年薪不超过几倍，考核占多少"], "query")[0]
    scores = {
        p.id: float((vectors @ query).max())
        for p, vectors in zip(passages, vectors_of(passages, hashing_embedder), strict=True)
    }
    found = stored.nearest(query, stored.count())
    assert sorted(found) == sorted(scores), "each passage once, however many of its sentences are near"
    got = np.array([scores[i] for i in found])
    assert np.all(np.diff(got) <= 1e-6)


def test_every_sentence_finds_its_passage(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    asked = [(p.id, text) for p in passage_corpus.passages() for text in sentence_texts(p)]
    assert len(asked) > len(passage_corpus.passages()), "some passage has several sentences"
    for identity, text in asked:
        vector = hashing_embedder.embed([text], "passage")[0]
        assert stored.nearest(vector, 1) == [identity]


def test_what_was_added_is_counted_and_named(stored: VectorStore, passage_corpus: PassageCorpus) -> None:
    assert stored.held() == {p.id: len(p.sentences) for p in passage_corpus.passages()}
    assert stored.count() == sum(len(p.sentences) for p in passage_corpus.passages())


def test_a_deleted_passage_leaves_with_every_sentence(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    gone, kept = max(passage_corpus.passages(), key=lambda p: len(p.sentences)), stored.held()
    assert len(gone.sentences) > 1
    stored.delete([gone])
    del kept[gone.id]
    assert stored.held() == kept
    for vector in vectors_of([gone], hashing_embedder)[0]:
        assert gone.id not in stored.nearest(vector, stored.count())


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


def test_records_are_the_nodes_llama_index_would_write_and_reads_them() -> None:
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

    node = TextNode(id_='n"1#0', text="一、甲。", metadata={"notice_id": 'n"1'}, embedding=[0.6, 0.8])
    written = node_record('n"1#0', 'n"1')
    assert written == node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
    assert metadata_dict_to_node(written, text="一、甲。").get_content() == "一、甲。"
