"""Kinds of hospital: whom a notice is addressed to, what it says of others, and how that narrows a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.applicability import verdicts
from assistant.errors import ScopeError
from assistant.hospitals import NAMES, HospitalKind, kind_of, reach, subject_of
from assistant.types import Binding, Verdict
from corpus.types import Article, Level, Notice, Span

PLACE, DAY = "广东省/湛江市", date(2020, 6, 1)


def notice(title: str, *items: str, addressees: tuple[str, ...] = ("各县（市、区）人民政府",)) -> Notice:
    text, articles = f"{title}\n{addressees[0]}：\n", []
    articles.append(Article("n", 0, Span(0, len(text)), kind="front"))
    for number, item in enumerate(items, start=1):
        start = len(text)
        text += f"{number}.{item}\n"
        articles.append(Article("n", number, Span(start, len(text)), (f"{number}.",), (item,)))
    return Notice("n", "湛府〔2019〕1号", title, "湛江市人民政府", PLACE, Level.MUNICIPAL, date(2019, 1, 1), text,
                  tuple(articles), addressees=addressees)  # fmt: skip


def judged(one: Notice, kind: HospitalKind | None) -> Verdict:
    (found,) = verdicts([one], PLACE, DAY, hospital_kind=kind)
    return found


REFORM = notice("关于公立医院综合改革的通知", "公立医院取消药品加成。", "鼓励社会办医院参加。", "村卫生室达标。")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("民营", HospitalKind.PRIVATE),
        ("社会办医院", HospitalKind.PRIVATE),
        ("非公立医疗机构", HospitalKind.PRIVATE),
        ("公立", HospitalKind.PUBLIC),
        ("中医院", HospitalKind.CHINESE_MEDICINE),
        ("县级公立医院", HospitalKind.COUNTY),
        ("县人民医院", HospitalKind.COUNTY),
        ("乡镇卫生院", HospitalKind.PRIMARY),
        ("基层", HospitalKind.PRIMARY),
        ("二级以上", HospitalKind.SECONDARY),
        ("三甲医院", HospitalKind.TERTIARY),
        ("儿童医院", HospitalKind.SPECIALIST),
        ("妇幼", HospitalKind.MATERNAL),
        ("private", HospitalKind.PRIVATE),
    ],
)
def test_a_kind_is_known_by_its_words(text: str, kind: HospitalKind) -> None:
    assert kind_of(text) is kind


def test_every_kind_is_known_by_its_own_name_and_nonsense_is_refused_with_the_list() -> None:
    assert [kind_of(name) for name in NAMES.values()] == list(NAMES)
    for nonsense in ("医院", "超市", ""):
        with pytest.raises(ScopeError, match="公立医院、社会办"):
            kind_of(nonsense)


def test_a_notice_on_public_hospitals_reaches_private_ones_by_its_own_items_only() -> None:
    assert judged(REFORM, None).binding is judged(REFORM, HospitalKind.PUBLIC).binding is Binding.BINDS
    private = judged(REFORM, HospitalKind.PRIVATE)
    assert private.binding is Binding.REFERENCE and private.code == "other_kind"
    assert "针对公立医院" in private.reason and "1条" in private.reason
    assert private.clause is not None and "社会办医院" in private.clause.quote
    silent = judged(notice("关于公立医院综合改革的通知", "公立医院取消药品加成。"), HospitalKind.PRIVATE)
    assert silent.binding is Binding.DOES_NOT_BIND and "只针对公立医院" in silent.reason


def test_kinds_that_overlap_are_bound_on_a_condition() -> None:
    for kind in (HospitalKind.CHINESE_MEDICINE, HospitalKind.COUNTY, HospitalKind.TERTIARY):
        found = judged(REFORM, kind)
        assert found.binding is Binding.BINDS and "同时属于此类的才适用" in found.reason


def test_a_notice_for_all_says_how_much_of_it_names_the_kind() -> None:
    general = notice("关于深化医改的通知", "中医医院加挂牌子。", "民营医院与中医医院同等对待。", "控制费用。")
    assert subject_of(general) == ()
    assert "其中2条直接写到中医医院" in judged(general, HospitalKind.CHINESE_MEDICINE).reason
    assert "未见专门写到妇幼保健机构" in judged(general, HospitalKind.MATERNAL).reason
    assert judged(general, HospitalKind.MATERNAL).binding is Binding.BINDS


def test_county_and_urban_reforms_are_told_apart() -> None:
    assert reach(notice("关于城市公立医院改革的通知", "控费。"), HospitalKind.COUNTY).excludes
    assert not reach(notice("关于县级公立医院改革的通知", "控费。"), HospitalKind.COUNTY).excludes
    assert reach(notice("关于县级公立医院改革的通知", "控费。"), HospitalKind.PRIMARY).excludes


def test_addressees_narrow_only_where_they_are_all_hospitals() -> None:
    assert subject_of(notice("通知", "甲。", addressees=("各二级以上医院",))) == (HospitalKind.SECONDARY,)
    assert subject_of(notice("通知", "甲。", addressees=("各县人民政府", "市直各公立医院"))) == ()
    graded = notice("通知", "甲。", addressees=("各二级以上医院",))
    assert judged(graded, HospitalKind.TERTIARY).binding is Binding.BINDS
    assert judged(graded, HospitalKind.PRIMARY).binding is Binding.DOES_NOT_BIND


def test_a_notice_of_another_place_stays_out_whatever_the_kind() -> None:
    other = replace(REFORM, region="四川省/资阳市")
    assert judged(other, HospitalKind.PUBLIC).code == judged(other, None).code == "other_region"


UP = ("二级及以上", "二级以上", "二级和以上", "二级（含二级）以上")
WHOSE = (
    "医院",
    "公立医院",
    "综合医院",
    "医疗机构",
    "达到开展日间手术基本条件的医疗机构",
    "定点医疗机构",
    "设有产科的医疗机构",
)


@pytest.mark.parametrize("up", UP)
@pytest.mark.parametrize("whose", WHOSE)
def test_a_grade_written_with_those_above_it_names_both(up: str, whose: str) -> None:
    one = notice("关于某项工作的通知", f"全市{up}{whose}应当配备专人。", "其他工作照旧。")
    for kind in (HospitalKind.SECONDARY, HospitalKind.TERTIARY):
        assert f"其中1条直接写到{NAMES[kind]}" in judged(one, kind).reason
    assert "未见专门写到" in judged(one, HospitalKind.PRIMARY).reason


@pytest.mark.parametrize(
    "text",
    ["二级以上响应时，医疗机构停诊。", "具有二级以上职称的人员。", "启动二级及以上预警。", "二级以上防护的病区。", "二级以上财政部门安排资金，医院使用。"],
)  # fmt: skip
def test_other_grades_name_no_hospital(text: str) -> None:
    one = notice("关于某项工作的通知", text, "其他工作照旧。")
    assert "未见专门写到二级以上医院" in judged(one, HospitalKind.SECONDARY).reason


@pytest.mark.parametrize("who", ["各级各类医疗机构", "所有医疗机构", "各定点医疗机构", "全部医疗卫生机构"])
@pytest.mark.parametrize("kind", HospitalKind)
def test_all_hospitals_alike_are_every_kind(who: str, kind: HospitalKind) -> None:
    one = notice("关于某项工作的通知", f"{who}应当公示价格。", "其他工作照旧。")
    assert f"{NAMES[kind]}也在内" in judged(one, kind).reason


@pytest.mark.parametrize("who", ["市直各医院", "市属各医疗机构", "部分医疗机构", "各级公立医院", "各级各类学校"])
def test_some_hospitals_are_not_all(who: str) -> None:
    one = notice("关于某项工作的通知", f"{who}应当公示价格。", "其他工作照旧。")
    assert "未见专门写到社会办" in judged(one, HospitalKind.PRIVATE).reason


def test_a_public_hospital_of_the_grade_is_no_private_one_of_it() -> None:
    one = notice("关于某项工作的通知", "二级及以上公立医院应当设置母婴室。", "其他工作照旧。")
    both = verdicts((one,), one.region, date(2020, 1, 1), kinds=(HospitalKind.PRIVATE, HospitalKind.SECONDARY))[0]
    assert "未见专门写到二级以上医院" in both.reason and "未见专门写到社会办" in both.reason
    assert "其中1条直接写到二级以上医院" in judged(one, HospitalKind.SECONDARY).reason
