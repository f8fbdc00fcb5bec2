"""Coverage of a question by a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.matching import Weights, bigrams

TEXTS = ["公立医院药品集中采购", "公立医院床位建设", "公立医院胸痛中心建设", "取消药品加成后的补偿", "公立医院绩效考核"]
WEIGHTS = Weights(TEXTS)
WORDS = st.lists(
    st.sampled_from(["公立医院", "胸痛中心", "药品零差率", "床位", "DRG", "2.5%", "补偿", "的"]), max_size=5
).map("".join)


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("DRG付费2.5%", {"drg", "付费", "2.5%"}),
        ("ＤＲＧ", {"drg"}),
        ("床", {"床"}),
        ("的", set()),
        ("", set()),
        ("床，位", {"床", "位"}),
    ],
)
def test_bigrams(text: str, grams: set[str]) -> None:
    assert bigrams(text) == grams


def test_rare_words_weigh_more_than_common_ones() -> None:
    assert WEIGHTS.idf("胸痛") > WEIGHTS.idf("公立")
    assert (WEIGHTS.seen("胸痛"), WEIGHTS.seen("月球")) == (True, False)


@given(WORDS, WORDS)
def test_coverage_is_a_share_and_grows_with_the_text(question: str, text: str) -> None:
    units = WEIGHTS.units(question)
    cover = WEIGHTS.coverage(units, bigrams(text))
    more = WEIGHTS.coverage(units, bigrams(text) | bigrams(question))
    assert 0.0 <= cover <= more <= 1.0 + 1e-9
    assert 0.0 <= WEIGHTS.missing(units, bigrams(text)) <= 1.0 + 1e-9


@given(WORDS.filter(lambda w: bool(bigrams(w))))
def test_a_question_covers_itself(question: str) -> None:
    units = WEIGHTS.units(question)
    if units:
        assert WEIGHTS.coverage(units, bigrams(question)) == pytest.approx(1.0, abs=0.06)


def test_a_synonym_covers_and_an_unrelated_word_does_not() -> None:
    units = WEIGHTS.units("药品零差率")
    assert WEIGHTS.coverage(units, bigrams("取消药品加成后")) > 0.9
    assert WEIGHTS.coverage(units, bigrams("床位建设")) < 0.1


def test_missing_is_the_important_part_that_is_not_there() -> None:
    units = WEIGHTS.units("公立医院胸痛中心")
    assert WEIGHTS.missing(units, bigrams("公立医院胸痛中心建设")) < 0.1
    assert WEIGHTS.missing(units, bigrams("公立医院床位")) > 0.9


def test_nothing_asked_is_covered_by_nothing() -> None:
    assert WEIGHTS.units("") == ()
    assert (WEIGHTS.coverage((), bigrams("床位")), WEIGHTS.missing((), bigrams("床位"))) == (0.0, 0.0)
    assert Weights([]).idf("床位") > 0
