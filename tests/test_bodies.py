"""Responsible bodies from closing brackets."""

from __future__ import annotations

import pytest

from corpus.bodies import read_bodies, split_bodies
from corpus.library import load_corpus


@pytest.mark.parametrize(
    ("bracket", "names"),
    [
        ("（省财政厅、省卫生计生委负责）", ("省财政厅", "省卫生计生委")),
        ("(省医保局、省卫生健康委等按职责分工负责)", ("省医保局", "省卫生健康委")),
        (
            "（省编办、省人社厅分别牵头，省卫生计生委、省财政厅负责）",
            ("省编办", "省人社厅", "省卫生计生委", "省财政厅"),
        ),
        ("〔市财政局和各县（区）人民政府负责，市残联参与〕", ("市财政局", "各县（区）人民政府", "市残联")),
        (
            "〔责任单位：市卫生计生委、市财政局和各县（区）人民政府负责〕",
            ("市卫生计生委", "市财政局", "各县（区）人民政府"),
        ),
        ("（市卫健局负责。排在第一位的为牵头负责单位，下同）", ("市卫健局",)),
        (
            "〔市财政局和各县（区）人民政府分别负责，分别负责指各部门（地方）按职责分头落实，下同〕",
            ("市财政局", "各县（区）人民政府"),
        ),
        ("（市经济和信息化委、市工业和信息化局负责）", ("市经济和信息化委", "市工业和信息化局")),
        ("（各县（市、区）人民政府、市医保局负责）", ("各县（市、区）人民政府", "市医保局")),
        ("（市人社局会同市财政局负责）", ("市人社局", "市财政局")),
        ("（牵头单位：市卫健委；配合单位：市医保局、市财政局）", ("市卫健委", "市医保局", "市财政局")),
        ("（含中医医院）", ()),
        ("（市卫健局负责，2021年底前完成）", ("市卫健局",)),
        ("（2021年6月底前完成；市卫健局、市医保局负责）", ("市卫健局", "市医保局")),
        ("（责任单位：市卫健局；完成时间：2021年12月）", ("市卫健局",)),
        ("（牵头单位：市卫健局，完成时限：长期坚持）", ("市卫健局",)),
        ("（市卫健局、市医保局负责，持续推进）", ("市卫健局", "市医保局")),
        ("（年底前完成）", ()),
        ("（各县（市、区）人民政府、市工作时间监察局负责）", ("各县（市、区）人民政府", "市工作时间监察局")),
        ("责任单位：市卫健局、市医保局（列第一位的为牵头单位，下同）", ("市卫健局", "市医保局")),
        ("责任单位：市卫健局（列第一位为牵头单位）、市医保局", ("市卫健局", "市医保局")),
        ("〔市卫健局、市医保局（排名首位为牵头）负责〕", ("市卫健局", "市医保局")),
    ],
)
def test_split(bracket: str, names: tuple[str, ...]) -> None:
    assert split_bodies(bracket) == names


def test_bracket_may_stand_on_its_own_line() -> None:
    text = "1.甲。做事。\n〔市农业局、市林业局负责〕\n"
    names, span = read_bodies(text)
    assert names == ("市农业局", "市林业局")
    assert span is not None and span.of(text) == "〔市农业局、市林业局负责〕"


def test_labelled_line_without_bracket() -> None:
    text = "1.甲。做事。\n责任单位：市卫健委、市医保局\n"
    names, span = read_bodies(text)
    assert names == ("市卫健委", "市医保局")
    assert span is not None and span.of(text).startswith("责任单位")


@pytest.mark.parametrize(
    "text",
    [
        "医院（负责人由市局任命）应当公开。",
        "落实监管（谁审批、谁负责）要求。",
        "由市医疗保障局定期牵头评估。",
        "建立医院（市第一医院）。",
    ],
)
def test_nobody_is_named_where_no_bracket_closes_the_sentence(text: str) -> None:
    assert read_bodies(text) == ((), None)


def test_every_shipped_bracket_is_read_and_quoted() -> None:
    corpus = load_corpus()
    counts = {notice.id: sum(bool(a.bodies) for a in notice.articles) for notice in corpus.notices}
    assert counts == {
        "hunan-2016-pilot-plan": 20,
        "hunan-2021-key-tasks": 25,
        "hunan-2023-service-system": 0,
        "ziyang-2017-pilot-plan": 32,
        "zhanjiang-2019-hospital-reform": 32,
    }
    for notice in corpus.notices:
        for article in notice.articles:
            for body in article.bodies:
                assert article.bodies_span is not None and body in article.bodies_span.of(notice.text)
                assert not any(word in body for word in ("负责", "牵头", "参与", "下同", "等"))
