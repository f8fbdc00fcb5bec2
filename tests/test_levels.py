"""The country, a province and its city in one library: whose rule is asked for, whose is told first, and how they are compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import assistant_with

from assistant.service import Assistant
from assistant.types import Kind, Profile

NATIONAL = """医疗废物转运管理条例
（2003年6月16日中华人民共和国国务院令第380号公布）
第一章 总则
第一条 为了加强医疗废物的安全管理，制定本条例。
第二章 登记和转运
第二条 医疗废物的登记资料至少保存3年。
第三条 违法所得不足1万元的，由环境保护部门没收违法所得，并处5000元以上1万元以下罚款，责令停业整顿并在当地报纸上公开说明整改情况；\
违法所得1万元以上的，并处违法所得2倍以上5倍以下罚款，同时收缴许可证并通报批评，三年内不得重新申请；\
情节严重的，吊销许可证。
第四条 遗失转运联单的，由卫生行政主管部门责令改正，给予警告。
第五条 用人单位按照本单位工资总额的2%缴纳转运保险费。职工按照本人工资的1%缴纳转运保险费。
第六条 环境保护部门对有证据证明可能危害人体健康的医疗废物及其有关证据材料采取查封、扣押的行政强制措施的，\
应当自采取行政强制措施之日起7日内作出是否立案的决定；需要检验的，应当自检验报告书发出之日起15日内作出是否立案的决定；\
不符合立案条件的，应当解除行政强制措施。
第七条 除公园、体育场(馆)外的公共场所，经营单位应当办理转运登记证。
第三章 附则
第八条 本条例自公布之日起施行。
"""
PROVINCE = """福建省医疗废物转运管理办法
（2020年3月26日福建省人民政府令第210号公布）
第一章 总则
第一条 为了规范本省医疗废物的转运，制定本办法。
第二章 登记和转运
第二条 登记资料双方均应当至少保存五年。
第三条 转运车辆每四十八小时至少到医疗机构收集一次。
第三章 附则
第四条 本办法自2020年5月1日起施行。
"""
CITY = """南平市医疗废物转运管理规定
（2021年3月26日南平市人民政府令第12号公布）
第一章 总则
第一条 为了规范本市医疗废物的转运，制定本规定。
第二章 登记和转运
第二条 登记资料由医疗机构至少保存六年。
第三条 偏远乡镇的转运车辆每七十二小时至少到医疗机构收集一次。
第三章 附则
第四条 本规定自2021年5月1日起施行。
"""
AT_CITY = Profile("福建省/南平市")


@pytest.fixture(scope="module")
def levels(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("levels")
    return assistant_with((NATIONAL, PROVINCE, CITY), one_notice_dir, folder, date(2026, 11, 28))


def rows(assistant: Assistant, question: str, profile: Profile | None = None) -> tuple[tuple[str, ...], bool, Kind]:
    """The places, whether the country stands beside them, and the kind."""
    q = assistant.understand(question, profile=profile)
    return q.regions, q.national, q.kind


def cited(assistant: Assistant, question: str, profile: Profile | None = None) -> list[str]:
    """Regions of what is cited, in order."""
    where = {n.id: n.region for n in assistant.corpus.notices}
    return [where[c.notice_id] for c in assistant.ask(question, profile=profile).citations]


def test_the_province_beside_its_city_is_a_side_of_its_own(levels: Assistant) -> None:
    both = ("福建省/南平市", "福建省")
    for question in (
        "南平的规定跟省里的办法一样不，登记资料留几年",
        "登记资料，南平留几年，省里留几年",
        "南平和福建省的登记资料分别留几年",
    ):
        assert rows(levels, question) == (both, False, Kind.COMPARISON), question


def test_a_province_that_only_holds_the_city_is_none(levels: Assistant) -> None:
    assert rows(levels, "福建省南平市的登记资料留几年")[0] == ("福建省/南平市",)
    assert rows(levels, "省里让我们南平的登记资料留几年")[0] == ("福建省/南平市",)


def test_where_somebody_is_from_is_no_place_asked_about(levels: Assistant) -> None:
    assert rows(levels, "安徽户口在南平上班，登记资料留几年")[0] == ("福建省/南平市",)
    assert rows(levels, "安徽户口的登记资料留几年")[0] == ("安徽省",)  # no other place is named


def test_a_tail_that_only_names_sides_compares_what_was_asked_before(levels: Assistant) -> None:
    q = levels.understand("医废的登记资料要留几年？国家的和福建的年限不一样吧")
    assert (q.parts, q.national, q.regions, q.kind) == ((), True, ("福建省",), Kind.COMPARISON)
    text = levels.ask("医废的登记资料要留几年？国家的和福建的年限不一样吧").text
    assert text.startswith("不一样。放在一起看：") and "3年" in text and "五年" in text
    apart = levels.understand("医废的登记资料要留几年？国家和福建对转运车辆收集的要求有什么不同")
    assert len(apart.parts) == 2  # the second has a matter of its own


def test_one_clause_may_ask_of_two_sides(levels: Assistant) -> None:
    q = levels.understand("登记资料丢了，国家条例罚几倍福建罚几倍")
    assert q.kind is Kind.COMPARISON and q.national and q.regions == ("福建省",)


def test_the_countrys_rules_alone_where_they_are_asked_for(levels: Assistant) -> None:
    assert set(cited(levels, "国家那个条例里登记资料留几年", AT_CITY)) == {""}
    assert "福建省/南平市" in cited(levels, "登记资料留几年", AT_CITY)


def test_without_a_place_the_countrys_rule_comes_first(levels: Assistant) -> None:
    found = cited(levels, "医疗废物的登记资料至少保存几年")
    assert found and not found[0]


def test_what_only_a_place_rules_is_told_of_it(levels: Assistant) -> None:
    assert cited(levels, "转运车辆每多少小时至少收集一次")[0] == "福建省"


def test_a_ladder_of_amounts_is_quoted_whole(levels: Assistant) -> None:
    text = levels.ask("国家条例里赚了几十万的罚几倍").text
    assert "不足1万元的" in text and "1万元以上的" in text


def test_a_short_form_names_a_document(levels: Assistant) -> None:
    assert levels.understand("南平医废规定管不管诊所").notice_ids == tuple(
        n.id for n in levels.corpus.notices if n.region == "福建省/南平市"
    )


def test_one_figure_answers_one_of_two_questions(levels: Assistant) -> None:
    text = levels.ask("国家条例里转运保险费公司交百分之几，自己交百分之几").text
    assert "2%" in text and "1%" in text


def test_a_further_case_of_the_sentence_answers_the_next_question(levels: Assistant) -> None:
    text = levels.ask("国家条例里查封了几天之内要决定立不立案？要送检的话呢？").text
    assert "7日内" in text and "15日内" in text


def test_what_is_excepted_is_known_in_each_of_its_readings(levels: Assistant) -> None:
    assert levels.ask("国家条例里体育馆要不要办转运登记证").text.startswith("不用。")
    assert not levels.ask("国家条例里游泳馆要不要办转运登记证").text.startswith("不用。")
