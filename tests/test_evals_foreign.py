"""Third-party sets, cached vectors and baselines, on made-up documents with an embedder whose ranking is exact."""

import dataclasses
import hashlib
import json

import evals_fakes as fakes
import numpy as np
import pytest

from corpus.tokens import bm25_tokens
from evals.baselines import ANSWER_CHARS, answer_with, bm25_search, dense_search, jieba_words
from evals.foreign import BenchError, auroc, bench_table, load_set, run_bench, set_names
from evals.systems import timed
from evals.types import Response, Retrieved
from evals.vectors import CachedEmbedder
from index.adapter import weights_of
from index.types import IndexConfig


class BagEmbedder:
    """Counts characters: texts that share characters are near. Remembers what it was asked."""

    fingerprint = "bag"

    def __init__(self):
        self.asked = []

    def embed(self, texts, role):
        self.asked.extend(texts)
        rows = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[int(hashlib.sha256(char.encode()).hexdigest(), 16) % 256] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


SHOWN = [Retrieved(key, text) for key, texts in fakes.CLAUSES.items() for text in texts]
TEXTS = [item.text for item in SHOWN]


def write_set(folder, documents, questions):
    folder.mkdir(parents=True)
    for name, records in (("corpus", documents), ("questions", questions)):
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    documents = [{"id": f"d{i}", "title": "题", "text": text} for i, text in enumerate(TEXTS)]
    questions = [
        {"id": f"q{i}", "question": text[8:], "relevant": [f"d{i}"], "answerable": True} for i, text in enumerate(TEXTS)
    ]
    questions.append({"id": "q9", "question": "zzz", "relevant": [], "answerable": False})
    write_set(tmp_path / "made", documents, questions)
    return tmp_path


def test_a_set_is_searched_three_ways_and_the_gold_is_first(folder, tmp_path):
    assert set_names(folder) == ["made"]
    found = run_bench(load_set(folder, "made"), BagEmbedder(), IndexConfig(tmp_path))
    assert [result.method for result in found] == ["字面（双字BM25）", "向量", "融合"]
    for result in found:
        assert result.figures["R@1"].value == 1.0, result.method
        assert result.figures["nDCG@10"].n == 6
        assert result.auroc == 1.0
    assert bench_table(found).count("made") == 3


def test_a_sample_keeps_the_documents_its_questions_need(folder):
    sample = load_set(folder, "made", sample=2, seed=3)
    assert sample.sampled and len(sample.questions) == 2
    assert {r for q in sample.questions for r in q.relevant} <= set(sample.ids)
    assert load_set(folder, "made", sample=2, seed=3) == sample
    assert not load_set(folder, "made", sample=99).sampled


def test_what_is_absent_or_malformed_is_named(folder, tmp_path):
    with pytest.raises(BenchError, match="--folder"):
        set_names(tmp_path / "nowhere")
    with pytest.raises(BenchError, match=r"corpus\.jsonl"):
        load_set(folder, "absent")
    write_set(folder / "bad", [{"id": "d"}], [])
    with pytest.raises(BenchError, match=r"corpus\.jsonl:1: 缺少字段 title、text"):
        load_set(folder, "bad")
    (folder / "bad" / "corpus.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"corpus\.jsonl:1: 不是合法"):
        load_set(folder, "bad")


def test_auroc_by_hand():
    scores, positive = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert auroc(scores, positive) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert auroc(scores, np.array([True] * 4)) is None


def test_passages_are_embedded_once_ever_and_queries_once_a_run(tmp_path):
    first = BagEmbedder()
    vectors = CachedEmbedder(first, tmp_path).embed(TEXTS, "passage")
    assert np.array_equal(vectors, BagEmbedder().embed(TEXTS, "passage"))
    second = BagEmbedder()
    again = CachedEmbedder(second, tmp_path)
    assert np.array_equal(again.embed(TEXTS[::-1], "passage"), vectors[::-1])
    assert second.asked == []
    again.embed(["问"], "query")
    again.embed(["问"], "query")
    assert second.asked == ["问"]


def test_a_damaged_cache_is_thrown_away(tmp_path):
    CachedEmbedder(BagEmbedder(), tmp_path).embed(TEXTS, "passage")
    [path] = tmp_path.glob("vectors-*.npz")
    path.write_bytes(b"half")
    fresh = BagEmbedder()
    assert CachedEmbedder(fresh, tmp_path).embed(TEXTS, "passage").shape == (6, 256)
    assert sorted(fresh.asked) == sorted(TEXTS)


def test_the_time_of_a_query_met_before_is_still_counted_once(tmp_path):
    shared = CachedEmbedder(BagEmbedder(), tmp_path)
    shared.embed(["问"], "query")
    assert shared.take_owed() == 0.0  # it was just paid for
    for _ in range(3):
        shared.embed(["问"], "query")
    owed = shared.take_owed()
    assert owed > 0
    shared.embed(["问"], "query")
    assert shared.take_owed() == owed
    assert shared.take_owed() == 0.0


def test_a_system_is_charged_what_it_was_spared():
    owed = iter([999.0, 50.0])  # the first is what the question before left behind
    response = timed(lambda question: Response("答"), lambda: next(owed))(fakes.questions()[0])
    assert 50.0 <= response.latency_ms < 999.0


@pytest.mark.parametrize("tokenize", [bm25_tokens, jieba_words])
def test_bm25_finds_the_clause_and_returns_nothing_for_strangers(tokenize):
    search = bm25_search(TEXTS, SHOWN, tokenize)
    assert search("药品采购统一平台交易")[0].text == fakes.CLAUSES["east"][2]
    scores = [found.score for found in search("公立医院院长薪酬")]
    assert scores == sorted(scores, reverse=True) and min(scores) > 0
    assert search("zzz") == []


def test_dense_search_is_exact_and_a_baseline_cites_what_it_shows():
    search = dense_search(TEXTS, SHOWN, BagEmbedder(), top_k=3)
    found = search(TEXTS[4])
    assert found[0].text == TEXTS[4] and len(found) == 3
    asked = fakes.questions()[3]
    response = answer_with(search)(asked)
    assert not response.refused
    assert [c.quote for c in response.citations] == [r.text for r in response.retrieved]
    long = [dataclasses.replace(SHOWN[0], text="长" * ANSWER_CHARS), SHOWN[1]]
    assert len(answer_with(lambda query: long)(asked).citations) == 1
    assert answer_with(lambda query: [])(asked).text == ""


def test_what_was_fitted_on_the_weights_fits_the_kept_vectors_too(tmp_path):
    """The router's part for vectors is left out where the weights are not told: figures would be of another product."""

    class Weighed(BagEmbedder):
        weights = "bag-of-words"

    assert weights_of(CachedEmbedder(Weighed(), tmp_path)) == weights_of(Weighed()) == "bag-of-words"
    assert weights_of(CachedEmbedder(BagEmbedder(), tmp_path)) == BagEmbedder().fingerprint
