"""Answers about applicability: the verdict first, proved by a clause, and what binds instead."""

from __future__ import annotations

from datetime import date

import pytest
from answers import ask

from assistant.service import Assistant
from assistant.types import Binding, Kind, Profile

ZIYANG, ZHANJIANG = "ziyang-2017-pilot-plan", "zhanjiang-2019-hospital-reform"
HUNAN_2016, HUNAN_2023 = "hunan-2016-pilot-plan", "hunan-2023-service-system"


def test_a_notice_of_another_city_does_not_bind_a_district_of_like_name(hashed: Assistant) -> None:
    answer = ask(hashed, "资府发〔2017〕23号对益阳市资阳区有约束吗")
    assert answer.kind is Kind.APPLICABILITY
    assert answer.text.startswith("不适用")
    assert answer.citations[0].notice_id == ZIYANG
    assert "湘政办发〔2023〕44号" in answer.text
    assert {c.notice_id for c in answer.citations} == {ZIYANG}, "what binds instead is a pointer"
    assert any(v.notice_id == HUNAN_2023 and v.clause for v in answer.applicable), "and its proof is a verdict's"
    assert any(h.passage.notice_id == HUNAN_2023 for h in answer.retrieved)


@pytest.mark.parametrize("question", ["资府发〔2017〕23号对雁江区适用吗", "资府发[2017]23号管不管雁江区"])
def test_it_binds_its_own_district(hashed: Assistant, question: str) -> None:
    answer = ask(hashed, question, profile=Profile(None, date(2019, 1, 1)))
    assert answer.text.startswith("适用")
    assert {c.notice_id for c in answer.citations} == {ZIYANG}
    assert "未见废止" in answer.text


def test_after_its_goal_year_it_is_a_reference_and_not_repealed(hashed: Assistant) -> None:
    answer = ask(hashed, "湘政发〔2016〕12号还有效吗")
    assert answer.text.startswith("可以参照")
    assert "未见废止" in answer.text
    assert "2020年" in answer.text
    assert "已废止" not in answer.text


def test_before_its_day_it_does_not_bind(hashed: Assistant) -> None:
    answer = ask(hashed, "截至2018年6月1日，湛府〔2019〕13号对湛江的医院适用吗")
    assert answer.text.startswith("不适用")
    assert "2019年2月2日" in answer.text
    assert any("2019年2月2日" in c.quote for c in answer.citations)


def test_which_notice_binds_names_the_one_of_the_place(hashed: Assistant) -> None:
    answer = ask(hashed, "现在按哪个文件执行", profile=Profile("湖南省/长沙市"))
    assert "湘政办发〔2023〕44号" in answer.text.split("。")[0]
    assert {c.notice_id for c in answer.citations} <= {HUNAN_2023}
    by_id = {v.notice_id: v for v in answer.applicable}
    assert by_id[HUNAN_2023].binding is Binding.BINDS
    assert by_id[ZHANJIANG].binding is by_id[ZIYANG].binding is Binding.DOES_NOT_BIND


@pytest.mark.parametrize("profile", [None, "广东省/湛江市", "四川省/资阳市"])
def test_their_plan_for_us_is_judged_for_us(hashed: Assistant, profile: str | None) -> None:
    answer = ask(hashed, "湛江能不能用资阳的方案", profile=Profile(profile))
    assert answer.text == ask(hashed, "资阳的方案对湛江适用吗", profile=Profile(profile)).text
    assert answer.scope.region == "广东省/湛江市"
    assert answer.text.startswith("不适用")
    assert "资府发〔2017〕23号" in answer.text
    assert "湛府〔2019〕13号" in answer.text


def test_where_nothing_binds_the_answer_offers_nothing_instead(hashed: Assistant) -> None:
    answer = ask(hashed, "湛府〔2019〕13号对北京市的医院有约束吗")
    assert answer.text.startswith("不适用")
    assert {c.notice_id for c in answer.citations} == {ZHANJIANG}
    assert any("没有收录" in note and "北京市" in note for note in answer.notes)


def test_the_verdicts_stand_beside_an_ordinary_answer_of_a_place(hashed: Assistant) -> None:
    answer = ask(hashed, "湛江的院长年薪怎么定")
    assert {v.notice_id for v in answer.applicable} == {n.id for n in hashed.corpus.notices}
    assert {c.notice_id for c in answer.citations} == {ZHANJIANG}


def test_applicable_on_its_own_has_a_verdict_for_each_notice(hashed: Assistant) -> None:
    found = hashed.applicable("广东省/湛江市", date(2019, 6, 1), "院长年薪")
    assert [v.notice_id for v in found if v.binding is Binding.BINDS] == [ZHANJIANG]
    assert len(found) == len(hashed.corpus.notices)
    today = {v.notice_id: v.binding for v in hashed.applicable("广东省/湛江市", None)}
    assert today[ZHANJIANG] is Binding.REFERENCE
