"""The linear adapter: what it does to vectors, when it is used, and what training on pairs gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import IndexConfig
from index.adapter import SHIPPED, AdaptedEmbedder, LinearAdapter, plain
from index.embedder import load_embedder
from index.errors import ModelError
from index.types import Matrix, TextRole
from training.adapter import QUERIES, Pairs, recall, train


class Fixed:
    """Two-dimensional vectors, one a text."""

    name = "fixed"
    fingerprint = "fixed"

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        return np.array([[1.0, 0.0] if "a" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


def test_adapted_rows_are_unit_length_and_moved() -> None:
    adapter = LinearAdapter.from_weight(np.array([[0.0, 1.0], [0.0, 0.0]], dtype=np.float32))
    found = AdaptedEmbedder(Fixed(), adapter).embed(["a", "b"], "query")
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert np.allclose(found, [[2**-0.5, 2**-0.5], [0, 1]], atol=1e-3)


def test_the_fingerprint_names_model_and_adapter_and_the_base_stays() -> None:
    base = Fixed()
    one = AdaptedEmbedder(base, LinearAdapter.from_weight(np.eye(2, dtype=np.float32)))
    other = AdaptedEmbedder(base, LinearAdapter.from_weight(np.zeros((2, 2), dtype=np.float32)))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint.startswith("fixed-")
    assert plain(one) is base
    assert plain(base) is base


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    adapter = LinearAdapter.from_weight(np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32))
    adapter.save(tmp_path / "a.npz")
    again = LinearAdapter.load(tmp_path / "a.npz")
    assert again.fingerprint == adapter.fingerprint
    assert np.array_equal(again.weight, adapter.weight)


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_an_unreadable_file_names_the_setting(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__ADAPTER"):
        LinearAdapter.load(tmp_path / "a.npz")


def test_a_missing_file_and_a_wrong_shape_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__ADAPTER"):
        LinearAdapter.load(tmp_path / "none.npz")
    np.savez(tmp_path / "flat.npz", weight=np.zeros((3, 2), dtype=np.float16))
    with pytest.raises(ModelError, match="方阵"):
        LinearAdapter.load(tmp_path / "flat.npz")


def test_another_dimension_is_told() -> None:
    embedder = AdaptedEmbedder(Fixed(), LinearAdapter.from_weight(np.zeros((3, 3), dtype=np.float32)))
    with pytest.raises(ModelError, match="3 维"):
        embedder.embed(["a"], "query")


def test_only_the_bundled_model_is_adapted_unless_told(tmp_path: Path) -> None:
    assert isinstance(load_embedder(IndexConfig(tmp_path)), AdaptedEmbedder)
    assert not isinstance(load_embedder(IndexConfig(tmp_path, embedding_adapter="none")), AdaptedEmbedder)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    other = load_embedder(IndexConfig(tmp_path, embedding_model=str(tmp_path / "model")))
    assert not isinstance(other, AdaptedEmbedder)


def test_the_shipped_adapter_fits_the_bundled_model() -> None:
    assert LinearAdapter.load(SHIPPED).weight.shape == (384, 384)


def test_training_brings_questions_to_their_sentences_and_leaves_other_notices_alone() -> None:
    rng = np.random.default_rng(0)
    sentences = rng.normal(size=(40, 12)).astype(np.float32)
    sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
    turned = sentences @ np.linalg.qr(rng.normal(size=(12, 12)))[0].astype(np.float32)
    notices = np.array(["a"] * 20 + ["b"] * 20)
    pairs = Pairs(turned, sentences, np.eye(40, dtype=bool), notices, notices)
    before = recall(pairs, None)[1].mean()
    after = recall(pairs, train(pairs, penalty=0.001))[1].mean()
    assert after > before + 0.2
    assert set(pairs.without("a").notice_of_query) == {"b"}
    assert set(pairs.of("a").notice_of_query) == {"a"}


def test_training_queries_are_not_evaluation_questions() -> None:
    import json

    import evals

    datasets = Path(evals.__file__).parent / "datasets"
    asked = {
        json.loads(line)["question"]
        for path in datasets.glob("*.jsonl")
        if path.stem != "hostile"
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert len(asked) > 1000
    trained = {json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()}
    assert len(trained & asked) <= len(asked) // 200  # a few short ones are alike by chance
