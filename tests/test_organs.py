"""Names of bodies: every list with its examples and look-alikes, joint issuers whose spaces a capture lost."""

from __future__ import annotations

import pytest

from corpus.front.organs import is_internal, is_national, lexicon, merged_into, organs_of, region_of

YES = [(name, *one.split(" => ")) for name, rule in lexicon().items() for one in rule["yes"]]
NO = [(name, one) for name, rule in lexicon().items() for one in rule["no"]]


@pytest.mark.parametrize(("rule", "text", "names"), YES)
def test_bodies_are_read(rule: str, text: str, names: str) -> None:
    found = organs_of(text)
    assert [one.name for one in found] == names.split("|"), rule
    assert all(text[one.start : one.end].startswith(one.name) for one in found)


@pytest.mark.parametrize(("rule", "text"), [one for one in NO if one[0] != "internal"])
def test_a_look_alike_is_no_body(rule: str, text: str) -> None:
    assert organs_of(text) == (), rule


@pytest.mark.parametrize("text", [one for rule, one in NO if rule == "internal"])
def test_a_body_that_governs_is_not_internal(text: str) -> None:
    assert not is_internal(text)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("青山市医疗保险服务中心", False), ("云岭县公共就业服务中心", False), ("松石区政务服务中心", False),
        ("北京路社区卫生服务中心", True), ("青山市托育服务中心", True), ("松石县妇幼保健计划生育服务中心", True),
    ],
)  # fmt: skip
def test_a_centre_that_does_the_business_of_the_state_is_not_internal(name: str, inside: bool) -> None:
    assert is_internal(name) is inside


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("市场监管总局", ""),
        ("国家税务总局", ""),
        ("国家税务总局湖南省税务局", "湖南省"),
        ("中共湛江市委办公室", "广东省/湛江市"),
        ("湖南省人民医院", "湖南省/湖南省人民医院"),
        ("新疆生产建设兵团卫生健康委员会", "新疆生产建设兵团"),
        ("朝阳区卫生健康局", None),
        ("省卫生健康委员会", None),
    ],
)
def test_where_a_body_issues(name: str, region: str | None) -> None:
    found = region_of(name)
    assert (found[0] if found else None) == region


def test_what_stands_beside_decides_a_rank_and_a_shared_name() -> None:
    assert (region_of("省卫生健康委员会", ("湖南省/长沙市",)) or ("",))[0] == "湖南省"
    assert (region_of("市卫生健康局", ("广东省/湛江市",)) or ("",))[0] == "广东省/湛江市"
    assert (region_of("朝阳区卫生健康局", ("吉林省/长春市",)) or ("",))[0] == "吉林省/长春市/朝阳区"
    assert is_national("国务院应对新型冠状病毒感染肺炎疫情联防联控机制综合组")


@pytest.mark.parametrize(("name", "today"), [
    ("省卫生计生委", "卫生健康部门"), ("资阳市地方税务局", "税务部门"), ("市食品药品监管局", "市场监管、药品监管部门"),
    ("湖南银保监局", "金融监管部门"), ("湖南保监局", "金融监管部门"),
    ("市卫生健康局", ""), ("国家税务总局湛江市税务局", ""), ("市农业农村局", ""), ("省人力资源社会保障厅", ""), ("市医疗保障局", ""),
])  # fmt: skip
def test_who_sees_to_it_today_where_a_body_was_merged(name: str, today: str) -> None:
    found = merged_into(name)
    assert (found[0] if found else "") == today
