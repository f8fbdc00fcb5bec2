"""Folding, number-safe search and coverage: the ground every measure stands on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.matching import coverage, normalise, numbers_in, states


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("百分之八十五", "85%"),
        ("８５％", "85%"),
        ("二〇二五年", "2025年"),
        ("三十个工作日", "30 个工作日"),
        ("一百二十张", "120张"),
        ("五万元", "50000元"),
        ("1．5万人", "15,000人"),
        ("每千人口（床位）达到6张", "每千人口 床位达到 6 张"),
        ("“三医”联动[3]", "三医联动"),
        ("DRGs付费", "drgs 付费"),
        ("两票制", "2票制"),
    ],
)
def test_one_meaning_folds_to_one_spelling(left, right):
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize("text", ["千方百计", "万一", "百姓", "万人", "百分点"])
def test_words_that_hold_numerals_stay_words(text):
    assert normalise(text) == text


def test_two_numbers_never_run_into_one():
    assert normalise("1、20家") != normalise("120家")
    assert not states("分别为1、20家", "120家")


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("提高15%", "5%", False),
        ("提高2.5%", "5%", False),
        ("提高 5 %。", "5%", True),
        ("2025年", "20", False),
        ("20个", "20", True),
        ("达到60%", "60", False),
        ("降到1.55", "1.5", False),
        ("第1.5款", "1.5", True),
        ("不低于百分之六十五", "65%", True),
        ("任何文字", "", False),
        ("由卫生健康委牵头", "卫生健康委", True),
    ],
)
def test_a_number_is_found_whole_or_not_at_all(text, wanted, found):
    assert states(text, wanted) is found


@given(st.text(alphabet="一二三十百甲乙丙0123456789.%，。 ", max_size=40))
def test_folding_leaves_no_space_and_a_text_covers_itself(text):
    once = normalise(text)
    assert not any(char.isspace() for char in once)
    assert coverage(text, text) == (1.0 if once else 0.0)


def test_coverage_counts_characters_in_common_runs():
    quote = "各县市到二〇三〇年基本建成统一平台并投入使用"
    half = "各县市到二〇三〇年基本建成，然后另有一段完全不同的话"
    assert coverage(quote, "前文。" + quote + "。后文") == 1.0
    assert 0.4 < coverage(quote, half) < 0.7
    assert coverage(quote, "毫不相干的另一句话讲的是别的事情") == 0.0
    assert coverage("", quote) == 0.0


def test_coverage_does_not_credit_scattered_characters():
    assert coverage("公立医院院长薪酬核定办法", "公共 立法 医生 院校 院士 长期 薪水 酬劳 核对 定期 办事 法律") == 0.0


def test_numbers_of_an_answer_are_figures_not_ordinals_or_markers():
    assert numbers_in("1. 到2030年达到百分之八十[12]\n2. 统一平台") == ["2030", "80%"]
