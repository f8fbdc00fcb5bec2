"""A time held to be so, a second condition of a clause, a verb asked with 不, a body that may take part."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.measured import second_condition
from assistant.answering.polarity import limits_of, word
from assistant.query.asked import asks_yes_or_no
from assistant.query.premise import body_held
from assistant.query.read import understand
from assistant.service import Assistant
from corpus.library import load_corpus

SHIPPED = load_corpus().notices
TODAY = date(2026, 3, 1)
CLAUSE = "年满65周岁、身体健康状况难以胜任村卫生室工作任务的乡村医生，在乡村医生执业再注册时，原则上不予注册。"


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("湖南2023年底80%县市建成医共体，对吧", "2023年底"),
        ("业务专网2022年前要建成吧", "2022年前"),
        ("业务专网哪年前建成", None),
        ("2017年启动、2020年前达标，对吧", None),  # two times
        ("今年底前建成，对吧", None),  # moves with the day
    ],
)
def test_one_time_of_a_statement_to_be_confirmed_is_held(question: str, held: str | None) -> None:
    q = understand(question, SHIPPED, today=TODAY)
    assert (q.time_held.text if q.time_held else None) == held


def test_another_time_than_the_one_held_is_said_first(hashed: Assistant) -> None:
    wrong, right = (
        hashed.ask(f"湛江业务专网{year}年前建成覆盖各级各类医疗卫生机构，对吧").text for year in (2022, 2020)
    )
    assert wrong.startswith("不是2022年前")
    assert "到2020年建成" in wrong
    assert not right.startswith("不是")


def test_a_second_condition_of_the_clause_is_no_plain_no() -> None:
    assert second_condition("村医65了还能再注册不", CLAUSE) == "身体健康状况难以胜任村卫生室工作任务"
    assert second_condition("满65、身体状况难以胜任村卫生室工作的还能注册吗", CLAUSE) == ""
    assert second_condition("村医60了能退吗", "年满60周岁的在岗乡村医生，可以退出乡村医生岗位") == ""


@pytest.mark.parametrize(
    ("question", "closed"),
    [("行政收费免不免", True), ("小孩包括不包括", True), ("免哪些费", False), ("不得不停", False)],
)
def test_a_verb_repeated_with_not_asks_for_yes_or_no(question: str, closed: bool) -> None:
    assert asks_yes_or_no(question) is closed


def test_it_is_answered_by_the_verb_itself() -> None:
    clauses = ["对非营利性医疗机构免征行政事业性收费", "非营利性医疗机构免征"]
    assert word("非营利性医院行政收费免不免", clauses) in (None, "免")
    assert word("收不收", ["不得收取任何费用"]) in (None, "不收")


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("医疗救助，红十字会管不管", "红十字会"),
        ("这事残联要不要参加", "残联"),
        ("这事要不要参加", ""),
        ("医保局管哪些事", ""),
    ],
)
def test_whether_a_body_takes_part_is_asked_of_the_bracket(question: str, body: str) -> None:
    assert body_held(question)[0] == body


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("资阳中医院中药饮片收入要占50%以上，对吧", True),  # of 药品收入 beside it
        ("资阳中医院中药饮片收入要占20%以上，对吧", False),
        ("资阳中医院药品收入里中药要占50%以上，对吧", False),
        ("湛江二级医院电子病历也是五级是吧", True),
        ("湛江三级医院电子病历要五级是吧", False),
        ("湛江三级医院CD型病例和三四级手术2020年要争取到50%，对吗", False),
    ],
)
def test_a_figure_of_a_row_is_held_against_its_own_member(hashed: Assistant, question: str, denied: bool) -> None:
    assert hashed.ask(question).text.startswith("不是") is denied


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("湛江招个博士，不笔试直接考察可以吗", ["对博士可采取组织考察的方式进行公开招聘", "可采取组织考察的方式"]),
        ("签约医生可以开长处方吧，要不要跑上级医院", ["慢性病患者可以由签约医生开具长期药品处方"]),
    ],
)
def test_no_word_where_not_doing_is_asked_or_two_things_are(question: str, clauses: list[str]) -> None:
    assert word(question, clauses) is None


def test_what_is_only_tried_or_encouraged_limits_a_yes() -> None:
    assert limits_of("探索推进民营医院服务纳入财政购买", "民营医院的服务财政能买不") == ("探索",)
    assert limits_of("探索推进民营医院服务纳入财政购买") == ()
    assert limits_of("逐步取消行政级别，负责人不得兼任领导职务", "负责人能兼任医院领导职务吗") == ()


@pytest.mark.parametrize(
    ("question", "said"), [("湖南2023新生儿多证联办是哪个厅的活", True), ("湖南2021新生儿多证联办是哪个厅的活", False)]
)
def test_no_office_is_said_to_be_written_where_none_is(hashed: Assistant, question: str, said: bool) -> None:
    answer = hashed.ask(question)
    assert ("没有写明责任单位" in answer.text) is said
    assert answer.refused is said
