"""Kinds of value asked for and stated."""

from __future__ import annotations

import pytest

from assistant.query.values import (
    asked_values,
    fits,
    has_figure,
    has_period,
    plain_figures,
    question_figures,
    stated_values,
    years_of,
)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("签约率要达到百分之多少", {"share"}), ("补助多少钱", {"money"}), ("不超过工资的几倍", {"times"}), ("几个县建成", {"count"}),
        ("支援多长时间", {"span"}), ("多大年纪退休", {"age"}), ("评到几级", {"grade"}), ("多少名医生", {"count"}),
        ("院长怎么任命", set()), ("目标是多少", set()),
    ],
)  # fmt: skip
def test_what_kind_is_asked(question: str, kinds: set[str]) -> None:
    assert asked_values(question) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("每年选拔10名，占比达到80%", {"count", "share"}), ("不超过2.5倍", {"times"}), ("每人补助65元", {"money"}),
        ("连续服务6个月", {"span"}), ("年满60周岁", {"age"}), ("达到二级甲等水平", {"grade"}), ("到2025年底", set()),
        ("加快推进", set()), ("第十二条", set()), ("减半收取", {"share"}), ("约八成", {"share"}), ("百分之八十", {"share"}),
    ],
)  # fmt: skip
def test_what_kind_is_stated(text: str, kinds: set[str]) -> None:
    assert stated_values(text) == kinds
    assert has_figure(text) == bool(kinds - {"grade"})


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("多少名医生", "每万人3名", True),
        ("不超过几倍", "占80%", False),
        ("补助多少钱", "每人65元", True),
        ("补助多少钱", "连续服务6个月", False),
        ("目标是多少", "占80%", True),
        ("目标是多少", "加快推进", False),
    ],
)
def test_a_sentence_fits_when_it_states_the_asked_kind(question: str, text: str, expected: bool) -> None:
    assert fits(question, text) is expected


def test_figures_of_a_question_leave_years_and_ordinals_out() -> None:
    assert question_figures("82%还是95%，60岁以上，2020年的第3项") == {"82", "95", "60"}
    assert question_figures("到2025年怎么办") == frozenset()
    assert question_figures("82还是95") <= plain_figures("达到95%，原来82%")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020年底前", {2020}),
        ("十四五期间", {2021, 2025}),
        ("2016—2018年", {2016, 2017, 2018}),
        ("年底前", set()),
        ("三年", set()),
    ],
)
def test_years(text: str, years: set[int]) -> None:
    assert years_of(text) == years


@pytest.mark.parametrize(
    ("text", "expected"), [("年底前完成", True), ("2020年", True), ("三季度", True), ("尽快完成", False)]
)
def test_periods(text: str, expected: bool) -> None:
    assert has_period(text) is expected
