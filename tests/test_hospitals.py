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
    assert "没有专门写到妇幼保健机构" in judged(general, HospitalKind.MATERNAL).reason
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
