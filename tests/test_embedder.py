"""One suite over every embedder, then what only the real one does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashingEmbedder

from index.bundled import ensure_bundled_model
from index.bundled_embedder import BundledEmbedder
from index.embedder import SentenceTransformerEmbedder, default_prompts, load_embedder, to_llama_index
from index.errors import ModelError
from index.precision import cpu_multiplies_bf16
from index.types import Embedder, IndexConfig

TEXTS = ["每千人口床位数达到6.2张", "院长年薪不超过职工平均工资的2.5倍", "乡镇卫生院开通远程会诊", "药品集中采购比例"]
_OPEN: dict[str, Any] = {}


def real(dtype: str) -> SentenceTransformerEmbedder:
    """One open model a number format for the whole module."""
    if dtype not in _OPEN:
        _OPEN[dtype] = SentenceTransformerEmbedder(dtype=dtype)
    found: SentenceTransformerEmbedder = _OPEN[dtype]
    return found


@pytest.fixture(params=["hashing", "bundled", "fp32", "bf16"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "bundled":
        return _OPEN.setdefault("bundled", BundledEmbedder())
    return HashingEmbedder() if request.param == "hashing" else real(request.param)


def test_rows_are_unit_float32_in_the_order_given(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS, "passage")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embedder.embed(TEXTS[::-1], "passage")[::-1], vectors, atol=2e-3)


@pytest.mark.parametrize(
    ("question", "answer"), [("县里要建多少张床位？", 0), ("院长一年的薪酬上限", 1), ("远程会诊怎么开", 2)]
)
def test_the_passage_meant_is_nearest(embedder: Embedder, question: str, answer: int) -> None:
    scores = embedder.embed(TEXTS, "passage") @ embedder.embed([question], "query")[0]
    assert int(scores.argmax()) == answer


def test_no_text_gives_no_rows(embedder: Embedder) -> None:
    for role in ("query", "passage"):
        vectors = embedder.embed([], role)
        assert vectors.shape == (0, embedder.embed(["一"], "query").shape[1])


def test_fingerprint_is_stable(embedder: Embedder) -> None:
    assert embedder.fingerprint == embedder.fingerprint != ""


def test_number_formats_rank_alike() -> None:
    full, half = (real(dtype).embed(TEXTS, "passage") for dtype in ("fp32", "bf16"))
    assert (full * half).sum(axis=1).min() > 0.9995
    assert np.abs(full @ full.T - half @ half.T).max() < 2e-3


def test_roles_have_their_own_prompts() -> None:
    embedder = real("fp32")
    assert not np.allclose(embedder.embed(TEXTS[:1], "query"), embedder.embed(TEXTS[:1], "passage"), atol=1e-3)


def test_a_query_is_embedded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder, seen = real("fp32"), list[str]()
    encode: Callable[..., Any] = embedder._encode
    monkeypatch.setattr(embedder, "_encode", lambda m, texts, role: (seen.extend(texts), encode(m, texts, role))[1])
    first = embedder.embed(["同一个问题", "另一个问题", "同一个问题"], "query")
    again = embedder.embed(["另一个问题", "同一个问题"], "query")
    assert seen == ["同一个问题", "另一个问题"]
    np.testing.assert_array_equal(first[[1, 0]], again)


def test_more_queries_at_once_than_are_remembered() -> None:
    embedder = SentenceTransformerEmbedder(dtype="fp32", cached_queries=1)
    embedder._model, embedder._prompts = real("fp32")._opened(), ("query: ", "passage: ")
    np.testing.assert_allclose(embedder.embed(TEXTS, "query"), real("fp32").embed(TEXTS, "query"), atol=1e-5)


def test_a_local_directory_works_like_any_model(tmp_path: Path) -> None:
    link = tmp_path / "my-model"
    link.symlink_to(ensure_bundled_model(), target_is_directory=True)
    embedder = load_embedder(IndexConfig(tmp_path, embedding_model=str(link), embedding_dtype="fp32"))
    np.testing.assert_allclose(embedder.embed(TEXTS, "query"), real("fp32").embed(TEXTS, "query"), atol=1e-5)


def test_prompts_are_part_of_the_fingerprint() -> None:
    plain, other = SentenceTransformerEmbedder(), SentenceTransformerEmbedder(query_prompt="问：")
    assert plain.fingerprint == SentenceTransformerEmbedder(dtype="fp32").fingerprint != other.fingerprint


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "~/nowhere-model", "a/b/c", ""])
def test_a_missing_directory_names_the_setting(name: str) -> None:
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__MODEL"):
        SentenceTransformerEmbedder(name)


def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="没有模型"):
        SentenceTransformerEmbedder(str(tmp_path))


def test_a_model_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="打不开"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["一"], "query")


def test_a_model_id_that_is_not_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def unreachable(*_: object, **__: object) -> str:
        raise OSError("no route")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__MODEL"):
        _ = SentenceTransformerEmbedder("nobody/no-such-model").fingerprint


def test_an_unknown_number_format_is_refused() -> None:
    with pytest.raises(ModelError, match="bf16"):
        SentenceTransformerEmbedder(dtype="fp64")


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("flags\t\t: fpu avx512_bf16 sse", True),
        ("flags\t\t: fpu avx2", False),
        ("Features\t: bf16 i8mm", True),
        ("", False),
    ],
)
def test_bf16_is_read_from_the_processor(cpuinfo: str, expected: bool) -> None:
    assert cpu_multiplies_bf16(cpuinfo) is expected


@pytest.mark.parametrize(
    ("name", "query"),
    [("intfloat/multilingual-e5-large", "query: "), ("BAAI/bge-m3", ""), ("BAAI/bge-small-zh-v1.5", "为这个句子")],
)
def test_families_without_shipped_prompts(name: str, query: str) -> None:
    found = default_prompts(name)[0]
    assert found.startswith(query) if query else found == ""


def test_llama_index_gets_the_same_vectors() -> None:
    embedder = HashingEmbedder()
    adapter = to_llama_index(embedder)
    np.testing.assert_allclose(adapter.get_query_embedding(TEXTS[0]), embedder.embed(TEXTS[:1], "query")[0])
    np.testing.assert_allclose(adapter.get_text_embedding_batch(TEXTS), embedder.embed(TEXTS, "passage"))
