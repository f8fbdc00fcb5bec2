"""Figures of several places are laid beside each other only where each states one of the kind that is asked; wordings only where
two clauses differ in what they state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.beside import laid_beside
from assistant.answering.draft import Statement, Support
from assistant.query.read import understand
from assistant.retrieval.matching import Weights
from corpus.library import load_corpus
from corpus.types import Notice, Span

NOTICES = load_corpus().notices
QUESTION = "资阳和湛江老年科床位占比各要多少"
OTHERS = ("加强组织领导。", "完善服务体系。", "推进信息化建设。", "鼓励社会办医。", "落实财政投入。")


def made(name: str, text: str) -> Notice:
    article = replace(NOTICES[0].articles[0], span=Span(0, len(text)), labels=())
    return replace(NOTICES[0], id=name, text=text, articles=(article,))


def line(
    *cells: str, question: str = QUESTION, names: tuple[str, ...] = ("四川省资阳市", "广东省湛江市")
) -> str | None:
    notices = {name: made(name, text) for name, text in zip(names, cells, strict=True)}
    sides = [
        (name, Statement(cell, (Support(name, Span(0, len(cell))),) if cell else ()))
        for name, cell in zip(names, cells, strict=True)
    ]
    told = laid_beside(
        understand(question, NOTICES, today=date(2026, 1, 1)), sides, notices, Weights((*cells, *OTHERS))
    )
    return told.text if told else None


def test_whose_figure_is_less_is_said_with_the_clauses() -> None:
    told = line("改善环境，老年科床位占比达到10%以上。", "护士配备到位，老年科床位占比达到8%。")
    assert (
        told
        == "放在一起看：四川省资阳市“老年科床位占比达到10%以上”；广东省湛江市“老年科床位占比达到8%”。广东省湛江市的数字较小，相差2个百分点。"
    )


def test_figures_of_two_years_are_said_to_be_that() -> None:
    told = line("2017年，老年科床位占比达到10%以上。", "到2020年，护士配备到位，老年科床位占比达到8%。")
    assert told is not None and "（2017年）" in told and "（2020年）" in told
    assert told.endswith("广东省湛江市的数字较小，相差2个百分点，但不是同一年的数。")


def test_figures_of_two_rates_are_no_figures_of_one_measure() -> None:
    told = line("县域内就诊率达到90%左右。", "县域内住院率提高到90%左右。", question="资阳和湛江县域的90%是一回事吗")
    assert (
        told
        == "说的不是同一个指标：四川省资阳市是“县域内就诊率达到90%左右”，广东省湛江市是“县域内住院率提高到90%左右”。"
    )


def test_that_all_forbid_is_said_in_the_words_of_each() -> None:
    asked, names = "资阳、湛江和湖南给科室定创收指标行不行", ("资阳市", "湛江市", "湖南省")
    cells = ["严禁给医务人员设定创收指标。", "严禁向科室下达创收指标。", "不得给科室设定创收指标。"]
    told = line(*cells, question=asked, names=names)
    assert told is not None and told.startswith("写的都是禁止：资阳市“严禁") and told.count("创收指标") == 3
    cells[1] = "合理确定科室创收指标。"
    assert line(*cells, question=asked, names=names) is None


def test_equal_figures_are_said_to_be_equal() -> None:
    told = line("老年科床位占比达到10%。", "老年科床位占比不低于10%。")
    assert told is not None and told.endswith("数字相同。")


def test_whether_they_are_the_same_is_said_first_where_it_is_asked() -> None:
    asked = "资阳和湛江的老年科床位占比一样吗"
    told = line("老年科床位占比达到10%以上。", "老年科床位占比达到8%。", question=asked)
    assert told is not None and told.startswith("不一样。放在一起看：")
    told = line("老年科床位占比达到10%。", "老年科床位占比要达到10%。", question=asked)
    assert told is not None and told.startswith("一样。放在一起看：")
    bound = line("老年科床位占比为10%。", "老年科床位占比不超过10%。", question=asked)
    assert bound is not None and bound.startswith("放在一起看：")
    years = line("2017年，老年科床位占比达到10%以上。", "到2020年，老年科床位占比达到8%。", question=asked)
    assert years is not None and years.startswith("放在一起看：")


@pytest.mark.parametrize(
    "cells",
    [
        ("老年科床位占比达到10%。", ""),
        ("老年科床位占比达到10%。", "老年科床位适当增加。"),
        ("老年科床位占比达到10%。", "门诊收入增长5%。"),
    ],
)
def test_what_cannot_be_laid_beside_is_left_to_the_table(cells: tuple[str, str]) -> None:
    assert line(*cells) is None


PAYING = "紧密型医联体总额付费前后说法有什么变化"


def wording(before: str, after: str, question: str = PAYING) -> str | None:
    """What is said of two clauses that stand at the beginning of two notices."""
    return line(before, after, question=question, names=("旧", "新"))


OLD = "加强监督，推进对紧密型医疗联合体实行总额付费，结余留用。"


def test_one_clause_in_two_wordings_is_set_side_by_side() -> None:
    told = wording(OLD, "探索对紧密型医联体实行总额付费，加强监督考核。")
    assert told == "这一句写法不同：旧“推进对紧密型医疗联合体实行总额付费”，新“探索对紧密型医联体实行总额付费”。"


def test_what_one_side_alone_puts_a_figure_to_is_not_said_to_be_the_same() -> None:
    more = "推进对紧密型医疗联合体实行总额付费，紧密型医疗联合体总额付费达到80%。"
    assert wording(OLD, more) is None


def test_a_range_is_laid_beside_a_figure_as_words() -> None:
    told = line("老年科床位占比达到10%到20%。", "老年科床位占比达到8%。")
    assert told is not None and told.startswith("这一句写法不同：") and "较小" not in told


def test_the_same_clause_is_said_to_be_the_same() -> None:
    told = wording(OLD, "推进对紧密型医疗联合体实行总额付费。")
    assert told == "旧与新这一句写法相同：“推进对紧密型医疗联合体实行总额付费”。"


@pytest.mark.parametrize(
    ("after", "question"),
    [
        ("推进对紧密型的医疗联合体实行总额付费。", PAYING),  # a word that states nothing
        ("医院院长实行年薪制。", PAYING),
        ("不对紧密型医疗联合体实行总额付费的，说明理由。", PAYING),  # a case, and not what is done in it
    ],
)
def test_wordings_that_say_no_other_thing_are_left_to_the_list(after: str, question: str) -> None:
    assert wording(OLD, after, question) is None


def test_how_often_each_has_it_done_is_said() -> None:
    asked = "资阳和湛江的水箱多久洗一次"
    same = line("水箱每半年至少清洗一次。", "水箱应当每6个月清洗一次，并公示结果。", question=asked)
    assert same == "放在一起看：四川省资阳市“水箱每半年至少清洗一次”；广东省湛江市“水箱应当每6个月清洗一次”。间隔相同。"
    other = line("水箱每年清洗一次。", "水箱每半年清洗一次。", question=asked)
    assert other is not None and other.endswith("广东省湛江市的间隔较短。")
    assert line("水箱每年清洗一次。", "水箱定期清洗。", question=asked) is None
    days = line("水箱每年清洗一次。", "水箱每天清洗一次。", question=asked)
    assert days is not None and days.startswith("这一句写法不同")  # days and months are no one measure
