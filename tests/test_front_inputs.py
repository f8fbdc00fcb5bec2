"""Notices as offices have them (made up): whose they are, where they bind, since when; each failed once in use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.clean import clean
from corpus.front import read_front
from corpus.front.settle import issued_on
from corpus.readers import read_source
from corpus.types import Front

INPUTS = Path(__file__).parent / "inputs"


def front_of(name: str) -> Front:
    source = read_source(INPUTS / f"{name}.txt")
    return read_front(clean(source.text).text, (), source.hints)


@pytest.mark.parametrize(
    ("name", "region", "level"),
    [
        ("03-new-district", "广东省/深圳市/龙华区", "county"),
        ("04-county-city", "湖南省/长沙市/宁乡市", "county"),
        ("05-new-area", "湖南省/长沙市/湘江新区", "municipal"),
        ("06-bingtuan", "新疆生产建设兵团", "provincial"),
        ("07-province-direct", "湖北省/仙桃市", "county"),
        ("09-naqu", "西藏自治区/那曲市", "municipal"),
        ("11-xiongan", "河北省/雄安新区", "municipal"),
        ("12-devzone", "湖南省/长沙市/长沙高新技术产业开发区", "county"),
        ("16-shizhu", "重庆市/石柱土家族自治县", "county"),
        ("27-samr", "", "national"),
        ("37-street", "广东省/湛江市/赤坎区", "county"),
        ("48-order", "广东省", "provincial"),
        ("50-no-sign", "湖南省/岳阳市", "municipal"),
    ],
)
def test_where_it_binds(name: str, region: str, level: str) -> None:
    front = front_of(name)
    assert front.region is not None and front.level is not None
    assert (front.region.value, front.level.value.value) == (region, level)


def test_a_hospital_s_own_rule_binds_no_place() -> None:
    front = front_of("13-hospital")
    assert front.kind is not None and front.kind.value == "internal"
    assert front.region is not None and front.region.value == "湖南省/湖南省人民医院"
    assert front.level is None


@pytest.mark.parametrize(
    ("name", "issued", "effective", "expires"),
    [
        ("19-dates-cn", date(2022, 6, 15), date(2022, 7, 1), date(2027, 7, 1)),
        ("19b-dates-cn", date(2022, 6, 15), date(2022, 7, 1), date(2027, 7, 1)),
        ("01-zhiyi", date(2022, 5, 16), date(2022, 7, 1), date(2027, 7, 1)),
        ("22-new-rule-future", date(2026, 8, 20), date(2027, 1, 1), None),
        ("39-cover-effect", date(2024, 1, 20), date(2024, 3, 1), date(2029, 3, 1)),
        ("48-order", date(2023, 12, 20), date(2024, 3, 1), None),
        ("27-samr", date(2023, 5, 4), None, None),  # 医疗广告审查证明有效期为1年 is the certificate's
        ("51-notice-yijing", date(2023, 4, 25), None, None),
        ("25-forward", date(2023, 9, 4), None, None),
    ],
)
def test_when_it_holds(name: str, issued: date, effective: date | None, expires: date | None) -> None:
    front = front_of(name)
    assert issued_on(front) == issued
    assert (front.effective_on.value if front.effective_on else None) == effective
    assert (front.expires_on.value if front.expires_on else None) == expires


@pytest.mark.parametrize(
    ("name", "number", "title", "issuers"),
    [
        ("31-redhead", "湘卫中医发〔2023〕3号", "湖南省卫生健康委员会湖南省中医药管理局关于印发湖南省中医药人才培养方案的通知",
         ["湖南省卫生健康委员会", "湖南省中医药管理局"]),
        ("46-title-only", "广卫发〔2023〕51号", "关于加强乡镇卫生院儿科建设的通知", ["广元市卫生健康委员会"]),
        ("48-order", "广东省人民政府令第271号", "广东省职业健康监护规定", ["广东省人民政府"]),
        ("49-announcement", "2023年第18号", "国家药监局关于发布医疗器械唯一标识实施品种的公告", ["国家药监局"]),
        ("50-no-sign", "岳医保发〔2022〕41号", "岳阳市城镇职工医保个人账户计入办法", ["岳阳市医疗保障局"]),
        ("51-notice-yijing", "南府办发〔2023〕12号",
         "南充市人民政府办公室关于印发南充市县级医院临床专科建设三年行动计划（2023—2025年）的通知", ["南充市人民政府办公室"]),
        ("19-dates-cn", "衡政办发〔2022〕16号", "衡阳市人民政府办公室关于印发衡阳市血液保障工作方案的通知", ["衡阳市人民政府办公室"]),
        ("25-forward", "株卫函〔2023〕45号", "株洲市卫生健康委员会转发湖南省卫生健康委员会关于加强医疗机构药事管理的通知的通知",
         ["株洲市卫生健康委员会"]),
    ],
)  # fmt: skip
def test_what_it_is_called_and_who_issued_it(name: str, number: str, title: str, issuers: list[str]) -> None:
    front = front_of(name)
    assert [fact.value for fact in front.numbers] == [number]
    assert front.title is not None and front.title.value == title
    assert [fact.value for fact in front.issuers] == issuers


def test_what_it_repeals_and_that_a_draft_is_one() -> None:
    assert [fact.value.number for fact in front_of("22-new-rule-future").repeals] == ["潭政发〔2019〕8号"]
    assert [fact.value.name for fact in front_of("48-order").repeals] == ["广东省劳动者健康监护办法"]
    draft = front_of("23-draft")
    assert draft.kind is not None and draft.kind.value == "draft"


def test_a_page_s_own_title_goes_before_a_line_that_only_ends_like_one() -> None:
    from corpus.intake import prepare
    from corpus.library import Corpus
    from corpus.readers import File

    page = (
        "<html><head><title>青山市多项新措1月1日起实施 - 门户</title><meta name='ArticleTitle' content='青山市多项新措1月1日起实施'></head>"
        "<body><div>搜索热词： 社保 医保 居住证</div><div>推荐</div><div>互动</div><div>政策</div><div>人文</div>"
        "<h1>青山市多项新措1月1日起实施</h1><p>自2025年1月1日起，职工医保个人账户可以给近亲属使用，居民连续参保有奖励。</p>"
        "<p>参保人员在市内医院住院，起付标准为每次三百元，以后每次减少一百元。</p></body></html>"
    )
    title = prepare(File("x.html", page.encode()), Corpus((), "")).notice.title
    assert title == "青山市多项新措1月1日起实施"
