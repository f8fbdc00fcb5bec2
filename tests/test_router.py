"""The router of question kinds: ways of asking no pattern knows, what it may overrule, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from fakes import HashingEmbedder

from assistant.query.kinds import classify
from assistant.query.router import SHIPPED, Layer, Router, as_answered, ngrams, prepared
from assistant.types import Kind
from index import IndexConfig
from index.adapter import plain, weights_of
from index.embedder import load_embedder
from index.question_readings import read_question
from index.types import Reading
from training.router import LINES, Lines, read_lines, refusing, shares_left_out
from training.token_head import KindsModel, fit, shares


@pytest.fixture(scope="module")
def router() -> Router:
    model = plain(load_embedder(IndexConfig(Path("unused"))))
    return Router.load(lambda text: read_question(model, text), fingerprint=weights_of(model))


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
    def never(text: str) -> Reading:
        raise AssertionError(text)

    assert Router.load(never, fingerprint="another")("谁牵头")


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    kinds = ["body", "text"]
    alone = Layer(draw.normal(size=(2**15, 2)).astype(np.float32), draw.normal(size=2).astype(np.float32))
    joint = Layer(draw.normal(size=(2**15 + 4, 2)).astype(np.float32), draw.normal(size=2).astype(np.float32))
    model = KindsModel(2, 4, np.ones(8, dtype=np.float32)).eval()
    torch.nn.init.normal_(model.out.weight)
    head, middle = model.as_applied()[1], draw.normal(size=(5, 8)).astype(np.float32)
    read = Reading(np.array([1, 0, 0, 0], dtype=np.float32), middle)
    for word_by_word in (None, head):
        before = Router(kinds, alone, joint, lambda _: read, word_by_word)
        before.save(tmp_path / "r.npz", fingerprint="m")
        again = Router.load(lambda _: read, fingerprint="m", path=tmp_path / "r.npz")
        assert again("谁管")["body"] == pytest.approx(before("谁管")["body"], abs=1e-2)
    without = Router.load(lambda _: Reading(read.vector), fingerprint="m", path=tmp_path / "r.npz")
    assert without("谁管")["body"] == pytest.approx(Router(kinds, alone)("谁管")["body"], abs=1e-2)
    with pytest.raises(ValueError, match="both"):
        Router(kinds, alone).save(tmp_path / "r.npz", fingerprint="m")


def test_the_head_reads_as_in_training() -> None:
    torch.manual_seed(1)
    model = KindsModel(3, 4, np.linspace(0.5, 2, 8, dtype=np.float32)).eval()
    torch.nn.init.normal_(model.out.weight)
    draw = np.random.default_rng(1)
    middles = [draw.normal(size=(tokens, 8)).astype(np.float32) for tokens in (1, 4, 9)]
    with torch.inference_mode():
        theirs = model.head(middles).numpy()
    layer, head = model.as_applied()
    np.testing.assert_allclose([head(middle) for middle in middles], theirs, atol=1e-4)
    assert layer.weight.shape == (2**15 + 4, 3)


def test_asked_for_one_thing_and_answered_as_another() -> None:
    """All but one ask for a body; every other one is answered by a text, and its states tell so."""
    draw = np.random.default_rng(2)
    states = draw.normal(size=(640, 3, 8)).astype(np.float32)
    states[1::2, :, 0] += 4
    readings = [Reading(draw.normal(size=4).astype(np.float32), middle) for middle in states]
    lines = Lines(("归谁管",) * 640, ("body",) * 639 + ("text",), answered=("body", "text") * 320)
    outputs = shares(fit(lines, readings, range(640)), lines.questions, readings)
    assert outputs.shape == (640, 2, 2)
    asked, answered = outputs.argmax(-1).T
    assert asked.sum() <= 1
    assert (answered == np.arange(640) % 2).mean() > 0.9


def test_of_four_kinds_the_second_output_says(router: Router) -> None:
    alike = np.array([[0.1, 0.6, 0.3], [0.5, 0.25, 0.25]], dtype=np.float32)
    mixed = as_answered(["body", "list", "text"], alike[0], alike[1])
    assert mixed.tolist() == pytest.approx([0.5, 0.5 * 2 / 3, 0.5 / 3])
    np.testing.assert_allclose(as_answered(["body", "list", "text"], alike, alike[::-1]).sum(-1), 1, atol=1e-6)
    question = "结余的钱归谁"
    places, weights = ngrams(question)
    layer, logits = router._of_model(question)
    asked, answered = (logits + weights @ layer.weight[places] + layer.bias).reshape(2, -1)
    assert router.kinds[asked.argmax()] == "body"
    assert router.kinds[answered.argmax()] == "text"
    assert max(router(question).items(), key=lambda one: one[1])[0] == "text"


def test_a_place_with_a_year_is_no_document_asked_about() -> None:
    ruled = {"ruling": 0.95, "text": 0.05}
    compared = classify("院长收入能不能跟创收挂钩？甲市、乙省16年", places=2, documents=1, shares=ruled)
    assert compared.kind is Kind.COMPARISON
    binds = {"ruling": 0.6, "applicability": 0.4}
    assert classify("甲市挨着乙省，44号这个要完成吗", places=2, documents=1, shares=binds).kind is Kind.APPLICABILITY
    assert classify("人在甲市，乙市这个办法她沾得上光吗", places=2, shares=ruled).kind is Kind.APPLICABILITY


def test_years_look_alike() -> None:
    assert prepared(" 2021年谁管 ") == prepared("2023年谁管")


def test_the_training_questions_are_labelled_and_distinct() -> None:
    lines = read_lines()
    assert isinstance(lines, Lines)
    assert set(lines.kinds) == {*(k.value for k in Kind), "ruling", "document"} - {"out_of_scope"}
    assert set(lines.answered) == set(lines.kinds)
    assert sum(a != b for a, b in zip(lines.kinds, lines.answered, strict=True)) == 1770
    assert lines.as_answered().kinds == lines.answered
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
    line, said = refusing(lines, shares, "elsewhere")
    assert line in LINES and said.startswith("0 of 16 messages of ours reach it")
