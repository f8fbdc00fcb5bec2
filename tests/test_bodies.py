"""Responsible bodies from closing brackets."""

from __future__ import annotations

import pytest

from corpus.bodies import opening_bodies, read_bodies, split_bodies
from corpus.library import load_corpus
from corpus.types import Span


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


@pytest.mark.parametrize(
    ("bracket", "names"),
    [
        ("（由市民政局负责）", ("市民政局",)),
        ("（市教育局每年负责，市财政局应当配合）", ("市教育局", "市财政局")),
        ("（市民政局负责，对未完成的乡镇应当通报）", ("市民政局",)),
        (
            "（市对外合作办公室、在职培训中心、于都县人民政府负责）",
            ("市对外合作办公室", "在职培训中心", "于都县人民政府"),
        ),
        ("（所在地县级人民政府、市综合执行局负责）", ("所在地县级人民政府", "市综合执行局")),
    ],
)
def test_a_name_has_no_time_or_function_word_about_it_unless_it_is_its_own(
    bracket: str, names: tuple[str, ...]
) -> None:
    assert split_bodies(bracket) == names


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("每年省教育厅将会同省财政厅核定经费。", ("省教育厅",)),
        ("应急物资储备单位应当盘点库存。", ("应急物资储备单位",)),
        ("接到报告的医疗机构应当登记。", ("接到报告的医疗机构",)),
        ("医师所在医疗机构应当公示。", ("医师所在医疗机构",)),
        ("药品价格实行政府指导价。", ()),
        ("拒不配合有关部门依法检查的。", ()),
        ("设立民办诊所应当符合规划。", ()),
        ("本市支持医疗机构根据需要配药。", ()),
    ],
)
def test_what_a_sentence_begins_with_is_a_name_or_nothing(sentence: str, names: tuple[str, ...]) -> None:
    assert opening_bodies(sentence, Span(0, len(sentence)))[0] == names


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
