"""The router of question kinds: ways of asking no pattern knows, what it may overrule, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder

from assistant.query.kinds import classify
from assistant.query.router import SHIPPED, Layer, Router, ngrams, prepared
from assistant.types import Kind
from index import IndexConfig
from index.adapter import plain, weights_of
from index.embedder import load_embedder
from training.router import LINES, Lines, elsewhere, read_lines, shares_left_out


@pytest.fixture(scope="module")
def router() -> Router:
    model = plain(load_embedder(IndexConfig(Path("unused"))))
    return Router.load(lambda text: model.embed([text], "query")[0], fingerprint=weights_of(model))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("医联体这摊子哪个局打头阵", Kind.BODY),
        ("采购的事该敲哪家的门", Kind.BODY),
        ("那条死杠杠划在百分之好多", Kind.FIGURE),
        ("拖到啥年月才算完", Kind.DEADLINE),
        ("人家写的那些条条，够得着我们民办的不", Kind.APPLICABILITY),
        ("早先那个说法，如今改口没得", Kind.CHANGE),
    ],
)
def test_it_reads_turns_of_phrase_no_pattern_has(router: Router, question: str, kind: Kind) -> None:
    assert classify(question, shares=router(question)).kind is kind


def test_a_document_keeps_a_question_in_scope_and_no_word_puts_it_out() -> None:
    sure = {"out_of_scope": 0.99, "text": 0.01}
    assert classify("食堂怎么管", shares=sure).out_of_scope
    assert not classify("食堂怎么管", shares=sure, documents=1).out_of_scope
    assert not classify("旅游、股票、食堂怎么管", shares={"text": 1.0}).out_of_scope


def test_may_one_is_read_in_the_clause_unless_a_document_is_asked_about() -> None:
    ruled = {"ruling": 0.9, "text": 0.1}
    assert classify("两票制要执行吗", shares=ruled).kind is Kind.TEXT
    assert classify("那份方案我们要执行吗", shares=ruled).kind is Kind.APPLICABILITY


def test_shares_sum_to_one_with_and_without_the_vector(router: Router) -> None:
    for one in (router, Router.load()):
        shares = one("家庭医生签约谁牵头")
        assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
        assert max(shares, key=lambda k: shares[k]) == "body"


def test_another_models_vector_is_not_used() -> None:
    def never(text: str) -> np.ndarray:
        raise AssertionError(text)

    assert Router.load(never, fingerprint="another")("谁牵头")


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    kinds = ["body", "text"]
    alone = Layer(draw.normal(size=(2**15, 2)).astype(np.float32), draw.normal(size=2).astype(np.float32))
    joint = Layer(draw.normal(size=(2**15 + 4, 2)).astype(np.float32), draw.normal(size=2).astype(np.float32))
    vector = np.array([1, 0, 0, 0], dtype=np.float32)
    Router(kinds, alone, joint, lambda _: vector).save(tmp_path / "r.npz", fingerprint="m")
    again = Router.load(lambda _: vector, fingerprint="m", path=tmp_path / "r.npz")
    before = Router(kinds, alone, joint, lambda _: vector)
    assert again("谁管")["body"] == pytest.approx(before("谁管")["body"], abs=1e-2)
    with pytest.raises(ValueError, match="both"):
        Router(kinds, alone).save(tmp_path / "r.npz", fingerprint="m")


def test_years_look_alike() -> None:
    assert prepared(" 2021年谁管 ") == prepared("2023年谁管")


def test_the_training_questions_are_labelled_and_distinct() -> None:
    lines = read_lines()
    assert isinstance(lines, Lines)
    assert set(lines.kinds) == {*(k.value for k in Kind), "ruling", "document"} - {"out_of_scope"}
    assert len(set(lines.questions)) > 0.99 * len(lines.questions)
    assert SHIPPED.is_file()


def test_ngrams_are_those_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import HashingVectorizer

    questions = ["谁牵头", "2021年  DRG付费 由哪个局管？", "啊啊啊啊啊", "", "𠮷野家 多少钱"]
    vectorizer = HashingVectorizer(analyzer="char", ngram_range=(1, 4), n_features=2**15, alternate_sign=False)
    theirs = vectorizer.transform([prepared(q) for q in questions]).toarray()
    for question, row in zip(questions, theirs, strict=True):
        ours = np.zeros(2**15, dtype=np.float32)
        places, weights = ngrams(question)
        ours[places] = weights
        np.testing.assert_allclose(ours, row, atol=1e-6)


def test_the_line_of_what_lies_elsewhere_is_one_few_of_our_own_reach(hashing_embedder: HashingEmbedder) -> None:
    ours = [f"{what}由哪个局{act}" for what in ("药品", "床位", "医保", "签约") for act in ("管", "牵头", "负责", "批")]
    theirs = [
        f"{what}{act}"
        for what in ("股票", "电影", "天气", "足球")
        for act in ("好看吗", "怎么样", "推荐一个", "几点开始")
    ]
    lines = Lines(
        (*ours, *theirs), (*("answer" for _ in ours), *("elsewhere" for _ in theirs)), tuple(map(str, range(32)))
    )
    shares = shares_left_out(lines, hashing_embedder.embed(list(lines.questions), "query"))
    line, said = elsewhere(lines, shares)
    assert line in LINES and said.startswith("0 of 16 messages of ours reach it")
