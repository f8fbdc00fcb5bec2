"""The table of places and the words around a name: every entry with the examples and look-alikes that stand beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from corpus.places import table
from corpus.regions import gazetteer, is_within, level_of

RULES = tomllib.loads((Path(__file__).parents[1] / "corpus/lexicon/place_words.toml").read_text(encoding="utf-8"))
YES = [(name, *one.split(" => ")) for name, rule in RULES.items() for one in rule["yes"]]
NO = [(name, one) for name, rule in RULES.items() for one in rule["no"]]


@pytest.mark.parametrize(("rule", "text", "path"), YES)
def test_a_place_is_read(rule: str, text: str, path: str) -> None:
    assert [m.path for m in gazetteer().find(text)] == [path], rule


@pytest.mark.parametrize(("rule", "text"), NO)
def test_a_look_alike_is_none(rule: str, text: str) -> None:
    assert gazetteer().find(text) == [], rule


def test_every_rule_has_examples_and_counter_examples() -> None:
    assert all(rule["yes"] and rule["no"] for rule in RULES.values())


@pytest.mark.parametrize("name", table().below["yes"])
def test_a_place_below_a_known_one_is_never_its_parent(name: str) -> None:
    found = gazetteer().leading(name)
    assert found is not None and found.path not in gazetteer().paths


@pytest.mark.parametrize("name", table().below["no"])
def test_a_body_of_the_place_itself_is_not_below_it(name: str) -> None:
    found = gazetteer().leading(name)
    assert found is not None and found.path in gazetteer().paths


@pytest.mark.parametrize(
    ("name", "path", "level"),
    [
        ("深圳市龙华区人民政府办公室", "广东省/深圳市/龙华区", "county"),
        ("宁乡市人民政府办公室", "湖南省/长沙市/宁乡市", "county"),
        ("湖南湘江新区管理委员会", "湖南省/长沙市/湘江新区", "municipal"),
        ("新疆生产建设兵团办公厅", "新疆生产建设兵团", "provincial"),
        ("仙桃市人民政府", "湖北省/仙桃市", "county"),
        ("那曲市人民政府", "西藏自治区/那曲市", "municipal"),
        ("河北雄安新区管理委员会", "河北省/雄安新区", "municipal"),
        ("长沙高新技术产业开发区管理委员会", "湖南省/长沙市/长沙高新技术产业开发区", "county"),
        ("石柱土家族自治县人民政府", "重庆市/石柱土家族自治县", "county"),
        ("襄樊市人民政府", "湖北省/襄阳市", "municipal"),
        ("临沧地区行政公署", "云南省/临沧市", "municipal"),
        ("中共湛江市委员会", "广东省/湛江市", "municipal"),
        ("上海市浦东新区卫生健康委员会", "上海市/浦东新区", "county"),
        ("郑州航空港经济综合实验区管委会", "河南省/郑州市/郑州航空港经济综合实验区", "municipal"),
    ],
)
def test_where_a_body_sits(name: str, path: str, level: str) -> None:
    found = gazetteer().leading(name)
    assert found is not None and (found.path, level_of(found.path)) == (path, level)


@pytest.mark.parametrize("name", ["朝阳区人民政府", "鼓楼区卫生健康局", "国务院办公厅", "省卫生健康委员会"])
def test_a_body_whose_place_is_not_said_has_none(name: str) -> None:
    assert gazetteer().leading(name) is None


def test_the_asker_s_city_decides_whose_district_it_is() -> None:
    found = gazetteer().find("龙华区的医院", prefer=["广东省/深圳市"])
    assert [m.path for m in found] == ["广东省/深圳市/龙华区"]
    found = gazetteer().find("龙华区的医院", prefer=["海南省"])
    assert [m.path for m in found] == ["海南省/海口市/龙华区"]


def test_a_zone_governs_the_divisions_it_covers_and_nothing_beside_them() -> None:
    assert is_within("福建省/福州市/平潭县", "福建省/平潭综合实验区")
    assert not is_within("福建省/福州市", "福建省/平潭综合实验区")
    assert not is_within("福建省/平潭综合实验区", "福建省/福州市")


@pytest.mark.parametrize(
    "said", ["平潭", "平潭县", "福建省福州市平潭县", "福建省/福州市/平潭县", "平潭综合实验区", "福建平潭综合实验区"]
)
def test_a_zone_that_is_all_of_one_division_is_one_place_under_every_name(said: str) -> None:
    assert gazetteer().resolve(said) == "福建省/平潭综合实验区"
    assert {m.path for m in gazetteer().find(f"{said.replace('/', '')}的医院", prefer=["福建省/平潭综合实验区"])} == {
        "福建省/平潭综合实验区"
    }


def test_a_zone_of_several_divisions_leaves_each_its_own_name() -> None:
    assert gazetteer().resolve("河北省保定市雄县") == "河北省/保定市/雄县"
