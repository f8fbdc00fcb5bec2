"""Places: found in text, resolved to a path, compared."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.regions import RegionError, display, gazetteer, is_within, level_of, parts_of, short_name
from corpus.types import Level

PATHS = st.sampled_from(sorted(gazetteer().paths))
ANY_PATH = st.lists(st.sampled_from(["甲", "乙", "甲乙"]), max_size=4).map("/".join)
CORPUS = ("湖南省", "四川省/资阳市", "广东省/湛江市")


def found(text: str, *prefer: str) -> list[str]:
    return [m.path for m in gazetteer().find(text, prefer=prefer)]


@given(PATHS)
def test_every_division_is_found_by_its_full_path(path: str) -> None:
    assert gazetteer().resolve(path) == path
    assert gazetteer().resolve(display(path)) == path


@given(ANY_PATH, ANY_PATH, ANY_PATH)
def test_is_within_is_an_order(a: str, b: str, c: str) -> None:
    assert is_within(a, a)
    assert is_within(a, "")
    if is_within(a, b) and is_within(b, c):
        assert is_within(a, c)
    if is_within(a, b) and is_within(b, a):
        assert parts_of(a) == parts_of(b)


def test_a_name_that_only_begins_alike_is_not_within() -> None:
    assert not is_within("广东省/湛江市", "广东省/湛江")
    assert not is_within("广东省/湛江", "广东省/湛江市")
    assert not is_within("湖南省/益阳市/资阳区", "四川省/资阳市")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("湛江", "广东省/湛江市"),
        ("雁江区", "四川省/资阳市/雁江区"),
        ("四川省资阳市雁江区", "四川省/资阳市/雁江区"),
        ("四川 资阳 雁江", "四川省/资阳市/雁江区"),
        ("资阳", "四川省/资阳市"),
        ("益阳市资阳区", "湖南省/益阳市/资阳区"),
        ("湘", "湖南省"),
        ("湘西", "湖南省/湘西土家族苗族自治州"),
        ("北京市朝阳区", "北京市/朝阳区"),
        ("内蒙古", "内蒙古自治区"),
        ("广东省湛江市开发区", "广东省/湛江市/湛江开发区"),
        ("宁乡县", "湖南省/长沙市/宁乡市"),
        ("雄安新区", "河北省/雄安新区"),
        ("全国", ""),
    ],
)
def test_places_as_people_type_them(typed: str, path: str) -> None:
    assert gazetteer().resolve(typed) == path


@pytest.mark.parametrize("typed", ["火星", "湛将市", "xyz", "", "广东省/资阳市"])
def test_an_unknown_place_is_an_error_that_says_how_to_write_it(typed: str) -> None:
    with pytest.raises(RegionError, match="省/市/县"):
        gazetteer().resolve(typed)


def test_a_misspelt_place_offers_the_nearest() -> None:
    with pytest.raises(RegionError, match="广东省/湛江市"):
        gazetteer().resolve("湛将市")


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("雁江区的医院", ["四川省/资阳市/雁江区"]),
        ("益阳市资阳区怎么办", ["湖南省/益阳市/资阳区"]),
        ("湖南的益阳的资阳区", ["湖南省/益阳市/资阳区"]),
        ("资阳和湛江对院长年薪怎么规定", ["四川省/资阳市", "广东省/湛江市"]),
        ("长沙、株洲、湘潭三市", ["湖南省/长沙市", "湖南省/株洲市", "湖南省/湘潭市"]),
        ("湘川两省", ["湖南省", "四川省"]),
        ("粤、湘两地", ["广东省", "湖南省"]),
        ("霞山区人民医院", ["广东省/湛江市/霞山区"]),
        ("和县有医院吗", ["安徽省/马鞍山市/和县"]),
    ],
)
def test_places_in_running_text(text: str, paths: list[str]) -> None:
    assert found(text) == paths


@pytest.mark.parametrize(
    "text",
    [
        "紧密型医疗集团和县域医共体", "到2025年建成县域医共体", "和县域医共体有关的要求", "成县级医院有哪些",
        "合作医疗", "打通道路", "安宁疗护", "公安部门", "资源下沉",
        "广东医科大学附属医院", "建设平安医院", "和平时一样", "开通绿色通道",
    ],
)  # fmt: skip
def test_words_that_look_like_places_are_none(text: str) -> None:
    assert found(text, *CORPUS) == []


def test_the_asker_s_region_decides_between_places_of_one_name() -> None:
    assert found("朝阳区的医院", "北京市") == ["北京市/朝阳区"]
    assert found("朝阳区的医院", "吉林省/长春市") == ["吉林省/长春市/朝阳区"]


def test_a_bare_county_counts_only_with_a_sign_or_a_reason() -> None:
    assert found("廉江") == []
    assert found("廉江", *CORPUS) == ["广东省/湛江市/廉江市"]
    assert found("在廉江的医院") == ["广东省/湛江市/廉江市"]


@given(
    st.lists(
        st.sampled_from(["湛江", "资阳市", "益阳市", "资阳区", "的", "和县域", "湘", "、", "在", "朝阳区", "医院"]),
        max_size=8,
    )
)
def test_mentions_are_known_in_order_and_apart(pieces: list[str]) -> None:
    text = "".join(pieces)
    mentions = gazetteer().find(text, prefer=CORPUS)
    assert all(m.path in gazetteer().paths for m in mentions)
    assert all(a.span.end <= b.span.start for a, b in pairwise(mentions))


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("", Level.NATIONAL),
        ("北京市", Level.PROVINCIAL),
        ("广东省/湛江市", Level.MUNICIPAL),
        ("a/b/c/d", Level.COUNTY),
        ("北京市/朝阳区", Level.COUNTY),
        ("重庆市/石柱土家族自治县", Level.COUNTY),
        ("湖北省/仙桃市", Level.COUNTY),
        ("海南省/三亚市", Level.MUNICIPAL),
        ("福建省/平潭综合实验区", Level.MUNICIPAL),
        ("新疆生产建设兵团", Level.PROVINCIAL),
        ("广东省/深圳市/龙华区", Level.COUNTY),
    ],
)
def test_level_of_a_path(path: str, level: Level) -> None:
    assert level_of(path) is level


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("湘西土家族苗族自治州", "湘西"),
        ("广西壮族自治区", "广西"),
        ("郴州市", "郴州"),
        ("和县", "和县"),
        ("神农架林区", "神农架"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_display_of_the_country() -> None:
    assert (display(""), display("广东省/湛江市")) == ("全国", "广东省湛江市")


def test_a_county_name_inside_other_words_is_no_place() -> None:
    found = gazetteer().find("资阳市级医院评副高要下基层多久", prefer=["湖南省", "四川省/资阳市", "广东省/湛江市"])
    assert [m.path for m in found] == ["四川省/资阳市"]


def test_a_place_that_exists_twice_is_asked_back_with_all_of_them() -> None:
    with pytest.raises(RegionError, match="叫“鼓楼区”的地方有") as told:
        gazetteer().resolve("鼓楼区")
    named = str(told.value).partition("：")[2].partition("。")[0].removesuffix("等").split("、")
    assert len(set(named)) == len(named) > 1 and all(one.endswith("鼓楼区") for one in named)
