"""The reader: scores of pairs by the real model, when it is used, what its file must hold, what training does to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.library import load_corpus
from index import IndexConfig
from index.bundled import ensure_bundled_model
from index.errors import ModelError
from index.pairs import Shares
from index.reader import SHIPPED, SentenceReader, VerdictReader, load_reader, load_verdict
from training.adapter import QUERIES
from training.reader import NEAR_MISSES, Row, Trainer, read_questions, read_rows

FIXED = "三级医院每年科研经费投入不低于业务总收入的百分之二。"
OTHER = "乡镇卫生院配备两名以上全科医生。"


@pytest.fixture(scope="module")
def reader() -> SentenceReader:
    found = load_reader(IndexConfig(Path("unused")))
    assert found is not None
    return found


def test_the_sentence_that_answers_scores_above_one_that_does_not(reader: SentenceReader) -> None:
    answers, not_ = reader.read("大医院要拿收入的几成搞科研", [FIXED, OTHER])
    assert answers > not_
    assert answers > 0 > not_


def test_scores_come_in_the_order_given_and_do_not_depend_on_the_company(reader: SentenceReader) -> None:
    texts = [f"{OTHER}{'并做好年度考核。' * n}" for n in range(7)] + [FIXED]
    together = reader.read("镇上卫生院要几个全科大夫", texts)
    fresh = SentenceReader(SHIPPED)
    alone = [fresh.read("镇上卫生院要几个全科大夫", [text])[0] for text in reversed(texts)]
    assert np.allclose(together, alone[::-1], atol=0.02)
    assert reader.read("镇上卫生院要几个全科大夫", []) == []


def test_it_is_used_with_the_bundled_model_only_and_shared(tmp_path: Path) -> None:
    assert load_reader(IndexConfig(tmp_path, reader="none")) is None
    assert load_reader(IndexConfig(tmp_path, embedding_model="some/other-model")) is None
    assert load_reader(IndexConfig(tmp_path)) is load_reader(IndexConfig(tmp_path / "other"))


def test_a_file_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ASSISTANT_INDEX__READER"):
        load_reader(IndexConfig(tmp_path, reader=str(tmp_path / "none.npz")))


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_an_unreadable_file_names_the_setting(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reader.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="ASSISTANT_INDEX__READER"):
        SentenceReader(path).read("问", ["答"])


def test_a_file_of_another_shape_names_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "reader.npz"
    np.savez_compressed(path, scale=np.zeros(3))
    with pytest.raises(ModelError, match="ASSISTANT_INDEX__READER"):
        SentenceReader(path).read("问", ["答"])


def test_every_training_line_points_at_a_sentence_of_the_corpus() -> None:
    rows = read_rows(load_corpus())
    for path in (QUERIES, NEAR_MISSES):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(read_questions(rows, path)) == len(lines)


def test_training_makes_the_answer_score_higher() -> None:
    from index.pair_model import PairModel

    rows = [
        Row("n", i, i, text, text) for i, text in enumerate([FIXED, OTHER, *(f"{OTHER}第{n}批。" for n in range(16))])
    ]
    vectors = np.random.default_rng(0).normal(size=(len(rows), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    model = PairModel(ensure_bundled_model())
    asked = [("大医院要拿收入的几成搞科研", 0)] * 4

    def margin() -> float:
        with __import__("torch").inference_mode():
            first, second = model(*model.encode([asked[0][0]] * 2, [FIXED, OTHER]))
        return float(first - second)

    before = margin()
    Trainer(model, rows, vectors).train(asked, vectors[[0] * 4], [("护士要几名", 1)] * 4, vectors[[1] * 4], passes=12)
    assert margin() > before + 0.3


def test_verdicts_are_read_as_they_were_trained(tmp_path: Path) -> None:
    import torch

    from index.verdict_model import VerdictModel
    from training.polarity import FOLDS, Asked
    from training.verdict import HELD_OUT, Trainer, compared, misplaced

    assert load_verdict(IndexConfig(tmp_path, reader="none")) is None
    asked = [
        Asked(f"医院能{what}吗", f"医院{duty}{what}。", says, number % FOLDS)
        for number, what in enumerate(("收押金", "停诊", "转包", "拒诊", "加价", "换名", "外包"))
        for duty, says in (("不得", "no"), ("可以", "yes"))
    ]
    beside = misplaced([replace(one, clause=f"甲办法｜{one.clause}") for one in asked], share=1.0)
    assert len(beside) == len(asked) and {one.says for one in beside} == {"open"}
    assert not {(one.question, one.clause) for one in beside} & {
        (one.question, f"甲办法｜{one.clause}") for one in asked
    }
    model = VerdictModel(ensure_bundled_model(), SHIPPED)
    lower = model.kept["encoder.encoder.layer.5.attention.self.query.B"].clone()
    trainer = Trainer(model, asked)
    trainer.train(seconds=4)
    assert torch.equal(lower, model.kept["encoder.encoder.layer.5.attention.self.query.B"]), (
        "trained above the cut only"
    )
    told = trainer.held_out()
    assert len(told) == sum(one.fold == HELD_OUT for one in asked)
    printed, both = compared(told, {name: {"one": 0.0} for name in Shares._fields})
    assert "合看" in printed and len(both) == len(told)
    model.save_trained(tmp_path / "verdict.npz")
    read = VerdictReader(tmp_path / "verdict.npz")
    for one, shares in told:
        [again] = read.read(one.question, [one.clause])
        assert np.allclose(again, shares, atol=0.1) and sum(again) == pytest.approx(1)
