"""Metadata: GB/T 9704 forms in the wild, what is missing stays missing, and the five notices' own facts."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.boilerplate import page_fields
from corpus.clean import clean
from corpus.front.force import read_force
from corpus.front.organs import region_of
from corpus.library import load_corpus
from corpus.metadata import Metadata, read_metadata
from corpus.outline import outline
from corpus.types import Level, Notice
from corpus.validity import horizon_of

FIELDS = ("title", "number", "issuer", "region", "level", "issued_on", "addressees")


def read(text: str, **hints: str) -> Metadata:
    cleaned = clean(text)
    removed = "\n".join(change.source for change in cleaned.changes if change.kind == "boilerplate")
    return read_metadata(cleaned.text, outline(cleaned.text), {**page_fields(removed), **hints})


@pytest.mark.parametrize("notice", load_corpus().notices, ids=lambda notice: notice.id)
def test_the_shipped_notices_facts_are_read_from_their_text(notice: Notice) -> None:
    found = read_metadata(notice.text, notice.articles)
    assert {key: getattr(found, key) for key in FIELDS} == {key: getattr(notice, key) for key in FIELDS}
    assert all(0 < value <= 1 for value in found.confidence.values())


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("湘卫办发〔2022〕7号", "湘卫办发〔2022〕7号"),
        ("湘卫办发[2022]007号", "湘卫办发〔2022〕7号"),
        ("湘卫办发（2022）7号", "湘卫办发〔2022〕7号"),
        ("发文字号：湘卫办发〔２０２２〕７号", "湘卫办发〔2022〕7号"),
        ("湘卫办发 〔2022〕 7 号", "湘卫办发〔2022〕7号"),
        ("将府发〔2022〕7号", "将府发〔2022〕7号"),
        ("第七号", None),
    ],
)
def test_forms_of_the_number(line: str, number: str | None) -> None:
    assert (
        read(f"湖南省卫生健康委员会关于做好签约服务的通知\n{line}\n各市州卫生健康委：\n请认真落实。").number == number
    )


def test_a_number_of_another_notice_is_not_taken() -> None:
    found = read("湖南省卫生健康委员会关于做好签约服务的通知\n各市州卫生健康委：\n根据湘政发〔2016〕12号，现通知如下。")
    assert found.number is None
    assert any(doubt.key == "number" and "--set number=" in doubt.message for doubt in found.doubts)


def test_a_title_over_several_lines_under_a_red_head() -> None:
    found = read(
        "湛江市人民政府办公室文件\n湛府办〔2020〕5号\n湛江市人民政府办公室关于印发湛江市\n急救网络建设\n实施方案的通知\n各县人民政府：\n现予印发。"
    )
    assert found.title == "湛江市人民政府办公室关于印发湛江市急救网络建设实施方案的通知"
    assert (found.issuer, found.region, found.level) == ("湛江市人民政府办公室", "广东省/湛江市", Level.MUNICIPAL)
    assert found.aliases == ("湛江市急救网络建设实施方案",)


def test_nothing_is_invented() -> None:
    found = read("第一，做好工作。第二，抓好落实。")
    assert (found.title, found.number, found.issuer, found.region, found.issued_on) == (None,) * 5
    assert found.level is Level.UNKNOWN
    assert {doubt.key for doubt in found.doubts} == {"title", "number", "issuer", "region", "issued_on"}


def test_a_site_s_date_is_taken_with_doubt_and_never_as_certain() -> None:
    text = "湖南省卫生健康委员会关于做好签约服务的通知\n各市州卫生健康委：\n请认真落实各项要求。"
    found = read(text, published_on="2022-03-04")
    assert found.issued_on == date(2022, 3, 4)
    assert found.confidence["issued_on"] <= 0.5
    assert any(doubt.key == "issued_on" for doubt in found.doubts)


def test_chinese_dates_and_a_year_that_disagrees_with_the_number() -> None:
    text = "湖南省财政厅关于经费的通知\n湘财社〔2019〕3号\n各市州财政局：\n请执行。\n湖南省财政厅\n二○二○年一月十五日"
    found = read(text)
    assert found.issued_on == date(2020, 1, 15)
    assert any("不一致" in doubt.message for doubt in found.doubts)


@pytest.mark.parametrize(
    ("text", "effective"),
    [
        ("本办法自2021年3月1日起施行。", date(2021, 3, 1)),
        ("本通知自印发之日起施行。", date(2020, 5, 6)),
        ("本规定自公布之日起30日后施行。", date(2020, 6, 5)),
        ("自2019年1月1日起取消加成。其他照旧。", None),
        ("没有说。", None),
    ],
)
def test_when_it_takes_effect(text: str, effective: date | None) -> None:
    found = read_force(text, "某市某某办法", {"issued": date(2020, 5, 6)}).effective_on
    assert (found.value if found else None) == effective


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("本办法自2021年3月1日起施行，有效期五年。", date(2026, 3, 1)),
        ("本办法有效期3年。", date(2024, 3, 1)),
        ("有效期至2025年12月31日。", date(2025, 12, 31)),
        ("协议有效期由双方约定。", None),
    ],
)
def test_how_long_it_holds(text: str, expires: date | None) -> None:
    found = read_force(text, "某市某某办法", {"issued": date(2021, 3, 1)}).expires_on
    assert (found.value if found else None) == expires


@pytest.mark.parametrize(
    ("title", "text", "years"),
    [
        ("某市卫生规划（2021—2025年）", "", (2021, 2025)),
        ("某市2022年重点工作任务", "", (2022, 2022)),
        ("某市“十四五”医疗卫生规划", "", (2021, 2025)),
        ("某市实施方案", "到2023年，覆盖率达到八成；到2027年底全面建成。", (2020, 2027)),
        ("某市管理办法", "到2023年，覆盖率达到八成。", None),
    ],
)
def test_the_years_it_plans_for(title: str, text: str, years: tuple[int, int] | None) -> None:
    found = horizon_of(title, text, date(2020, 5, 6))
    assert (found[0] if found else None) == years


@pytest.mark.parametrize(
    ("issuer", "near", "region"),
    [
        ("国家卫生健康委员会", (), ""),
        ("湖南省财政厅", (), "湖南省"),
        ("资阳市人民政府", (), "四川省/资阳市"),
        ("省卫生健康委员会", ("湖南省",), "湖南省"),
        ("省卫生健康委员会", (), None),
        ("朝阳区人民政府", (), None),
        ("某某医院", (), "某某医院"),
    ],
)
def test_the_region_is_decided_by_the_issuer_or_not_at_all(
    issuer: str, near: tuple[str, ...], region: str | None
) -> None:
    found = region_of(issuer, near)
    assert (found[0] if found else None) == region
