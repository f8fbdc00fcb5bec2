"""The networks that embed questions and sentences: what training on documents gives, and that the product runs what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import IndexConfig
from index.adapter import SHIPPED, AdaptedEmbedder, LinearAdapter, plain
from index.bundled_embedder import BundledEmbedder, TunedEmbedder
from index.embedder import UPDATES, UPDATES_SETTING, load_embedder
from index.errors import ModelError
from training.encoders import Lessons, Trainer, recall
from training.reader import Row

torch = pytest.importorskip("torch")
TEXTS = ["本院建立总会计师制度。", "药品采购周期为两年。", "第三条"]


def rows(notice: str, count: int) -> list[Row]:
    return [Row(notice, number, 0, f"{notice}{number}", f"{notice}{number}") for number in range(count)]


class Table:
    """A tower that knows each text by a row of a table and learns that."""

    def __init__(self, texts: list[str], seed: int) -> None:
        torch.manual_seed(seed)
        self._at = {text: number for number, text in enumerate(texts)}
        self._table = torch.nn.Parameter(torch.randn(len(texts), 16))

    def updates(self) -> dict[str, torch.Tensor]:
        return {"table": self._table}

    def __call__(self, texts: list[str]) -> torch.Tensor:
        return torch.nn.functional.normalize(self._table[[self._at[text] for text in texts]], dim=-1)

    def vectors(self, texts: list[str]) -> np.ndarray:
        return self(texts).detach().numpy()


def test_questions_belong_to_the_notice_of_their_first_row_and_a_fold_is_left_out() -> None:
    both = [*rows("a", 3), *rows("b", 3)]
    lessons = Lessons.of(both, [("问一", [1, 2]), ("问二", [4, 0])])
    assert lessons.asked == {"a": [("问一", [1, 2])], "b": [("问二", [4])]}
    assert lessons.of_notice == {"a": [0, 1, 2], "b": [3, 4, 5]}
    many = Lessons.of([r for n in map(str, range(90)) for r in rows(n, 1)], [(f"问{n}", [n]) for n in range(90)])
    assert len(many.held_out()) == 10


def test_training_brings_each_question_to_its_sentence_and_leaves_other_documents_alone() -> None:
    both = [*rows("a", 12), *rows("b", 12)]
    asked = [(f"问{number}", [number]) for number in range(24)]
    lessons = Lessons.of(both, asked)
    questions, sentences = Table([q for q, _ in asked], 1), Table([r.text for r in both], 2)
    before = recall(lessons, ["a", "b"], questions, sentences)
    other = questions.vectors(["问20"])
    for group in (questions, sentences):
        group._table.data *= 0.05  # a small table turns far in a few steps
    Trainer(lessons, questions, sentences).train(["a"], seconds=1.0)
    after = recall(lessons, ["a"], questions, sentences)
    assert before[1] < 0.5
    assert after[1] > 0.9
    assert np.allclose(questions.vectors(["问20"]), other, atol=0.02)  # weight decay alone moves it


def test_the_product_embeds_as_the_trained_network_does(tmp_path: Path) -> None:
    from index.bundled import ensure_bundled_model
    from index.pair_model import save_half
    from training.tower import Tower

    adapter = LinearAdapter.load(SHIPPED)
    tower = Tower(ensure_bundled_model(), "passage", adapter.weight)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, value in tower.updates().items():
            if name.endswith(".B"):
                value.normal_(std=0.02)
    save_half(tmp_path / UPDATES["passage"], tower.updates())
    tuned = TunedEmbedder(tmp_path / UPDATES["passage"], UPDATES_SETTING)
    embedder = AdaptedEmbedder(BundledEmbedder(), adapter, {"passage": tuned})
    ours, theirs = embedder.embed(TEXTS, "passage"), tower.vectors(TEXTS)
    assert (ours * theirs).sum(1).min() > 0.998
    bare = AdaptedEmbedder(embedder.base, adapter)
    assert (ours * bare.embed(TEXTS, "passage")).sum(1).max() < 0.995
    assert np.array_equal(embedder.embed(TEXTS, "query"), bare.embed(TEXTS, "query"))
    assert embedder.fingerprint != bare.fingerprint


def test_the_shipped_updates_go_with_the_shipped_adapter_and_can_be_left_off(tmp_path: Path) -> None:
    whole, without = (
        load_embedder(IndexConfig(tmp_path)),
        load_embedder(IndexConfig(tmp_path, embedding_updates="none")),
    )
    assert isinstance(whole, AdaptedEmbedder)
    assert whole.fingerprint != without.fingerprint
    assert plain(whole).fingerprint == plain(without).fingerprint
    for role in UPDATES:
        cosine = float(whole.embed(TEXTS[:1], role)[0] @ without.embed(TEXTS[:1], role)[0])
        assert 0.3 < cosine < 0.999
    other = load_embedder(IndexConfig(tmp_path, embedding_adapter=str(SHIPPED)))
    assert (
        other.fingerprint == without.fingerprint
    )  # updates were trained over the shipped adapter: another one goes alone


def test_what_is_measured_embeds_as_the_product_does(tmp_path: Path) -> None:
    from assistant.settings import Settings
    from corpus.library import load_corpus
    from evals.workbench import Workbench

    settings = Settings(data_dir=tmp_path)
    measured = Workbench(settings, load_corpus(tmp_path)).embedder
    product = load_embedder(settings.index_config())
    assert measured.fingerprint == product.fingerprint
    for role in UPDATES:
        assert np.allclose(measured.embed(TEXTS, role), product.embed(TEXTS, role), atol=2e-2)


def test_a_folder_without_updates_names_the_setting(tmp_path: Path) -> None:
    missing = load_embedder(IndexConfig(tmp_path, embedding_updates=str(tmp_path)))
    with pytest.raises(ModelError, match=UPDATES_SETTING):
        _ = missing.fingerprint
    for name in UPDATES.values():
        (tmp_path / name).write_bytes(b"not an archive")
    with pytest.raises(ModelError, match=UPDATES_SETTING):
        load_embedder(IndexConfig(tmp_path, embedding_updates=str(tmp_path))).embed(["问"], "query")
