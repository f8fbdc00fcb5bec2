"""The scope of a question: places, dates and documents, however they are typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.errors import ScopeError
from assistant.query.scope import (
    ScopeReading,
    check_profile,
    item_number,
    parts_of_question,
    read_scope,
    resolve_relative,
)
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.types import Notice

TODAY = date(2024, 3, 1)
SHIPPED = load_corpus().notices
HUNAN_2023, ZIYANG, ZHANJIANG = "hunan-2023-service-system", "ziyang-2017-pilot-plan", "zhanjiang-2019-hospital-reform"


def read(question: str, notices: tuple[Notice, ...] = SHIPPED, **more: object) -> ScopeReading:
    return read_scope(question, notices, today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        "湘政办发〔2023〕44号", "湘政办发[2023]44号", "湘政办发【2023】44号", "湘政办发（2023）44号", "湘政办发(2023) 044号",
        "湘政办发［２０２３］４４号", "湘政办发2023年44号", "44号文", "第44号文件", "2023年44号文",
    ],
)  # fmt: skip
def test_every_way_to_type_a_document_number_finds_one_notice(typed: str) -> None:
    reading = read(f"{typed}对医联体怎么规定")
    assert (reading.notice_ids, reading.unknown_numbers) == ((HUNAN_2023,), ())
    assert any(typed in span.of(f"{typed}对医联体怎么规定") or "44" in span.of(f"{typed}对医联体怎么规定")
               for span in reading.notice_spans)  # fmt: skip


def test_every_shipped_notice_is_found_by_its_number_its_title_and_its_aliases() -> None:
    for notice in SHIPPED:
        for name in filter(None, (notice.number, notice.title, *notice.aliases)):
            assert read(f"{name}怎么规定的").notice_ids == (notice.id,), name


def test_a_number_that_is_not_in_the_corpus_is_named() -> None:
    reading = read("国办发〔2021〕18号怎么说")
    assert (reading.notice_ids, reading.unknown_numbers) == ((), ("国办发〔2021〕18号",))


def test_another_agency_s_number_is_not_taken_for_ours() -> None:
    assert read("粤府〔2019〕13号怎么说").notice_ids == ()


def test_two_numbers_are_two_notices() -> None:
    reading = read("湛府[2019]13号和资府发[2017]23号有何不同")
    assert set(reading.notice_ids) == {ZHANJIANG, ZIYANG}


def test_a_document_number_is_no_place_and_no_date() -> None:
    reading = read("湛府〔2019〕13号还有效吗")
    assert (reading.regions, reading.periods, reading.as_of) == ((), (), None)


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("益阳市资阳区的医院听谁的", ("湖南省/益阳市/资阳区",)),
        ("雁江区怎么规定", ("四川省/资阳市/雁江区",)),
        ("廉江怎么规定", ("广东省/湛江市/廉江市",)),
        ("资阳和湛江的院长年薪", ("四川省/资阳市", "广东省/湛江市")),
        ("城市医疗集团和县域医共体怎么建", ()),
        ("到2025年底建成县域医共体", ()),
    ],
)
def test_places(question: str, regions: tuple[str, ...]) -> None:
    assert read(question).regions == regions


@pytest.mark.parametrize(
    ("question", "relative"),
    [("我省怎么规定", "province"), ("省里怎么定的", "province"), ("我市呢", "city"), ("市里怎么说", "city"),
     ("我们县要做什么", "county"), ("医院怎么办", None), ("省外就医", None)],
)  # fmt: skip
def test_words_that_point_at_the_asker_s_own_place(question: str, relative: str | None) -> None:
    assert read(question).relative == relative


@pytest.mark.parametrize(
    ("relative", "anchor", "path"),
    [
        ("province", "广东省/湛江市/霞山区", "广东省"),
        ("city", "广东省/湛江市/霞山区", "广东省/湛江市"),
        ("county", "广东省/湛江市/霞山区", "广东省/湛江市/霞山区"),
        ("city", "广东省", "广东省"),
        ("city", None, None),
    ],
)
def test_they_resolve_against_the_profile(relative: str, anchor: str | None, path: str | None) -> None:
    assert resolve_relative(relative, anchor) == path


@pytest.mark.parametrize(
    ("question", "as_of"),
    [
        ("截至2018年5月还能收加成吗", date(2018, 5, 31)),
        ("2019年6月1日，院长年薪怎么定", date(2019, 6, 1)),
        ("2018年的时候床位要多少", date(2018, 12, 31)),
        ("去年的规定是什么", date(2023, 12, 31)),
        ("湛江的公立医院，2019年，取消加成的钱怎么补", date(2019, 12, 31)),
        ("到2020年底床位要多少", None),
        ("2025年底前建成多少", None),
        ("十四五期间建成多少", None),
        ("现在怎么规定", None),
        ("院长年薪怎么定", None),
    ],
)
def test_a_date_the_asker_stands_at_is_no_target_date(question: str, as_of: date | None) -> None:
    assert read(question).as_of == as_of


def test_a_year_names_a_notice_of_the_place(notices: tuple[Notice, ...]) -> None:
    renamed = tuple(replace(n, region=n.region.replace("云岭省", "广东省").split("/")[0]) for n in notices[:3])
    assert read("广东2021年那份文件怎么说", renamed).notice_ids == (notices[0].id,)
    assert set(read("广东21年和23年怎么说", renamed).notice_ids) == {notices[0].id, notices[1].id}


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("第16项讲什么", 16),
        ("第十八条是什么", 18),
        ("13项那里说谁负责", 13),
        ("有几项任务", None),
        ("一条龙服务", None),
        ("条例怎么说", None),
    ],
)
def test_item_numbers(question: str, number: int | None) -> None:
    assert item_number(question) == number


def test_a_message_of_two_questions_is_taken_apart() -> None:
    assert parts_of_question("编制怎么动态调整，院长年薪由谁来定？") == ("编制怎么动态调整", "院长年薪由谁来定")
    assert parts_of_question("湛江的公立医院，取消加成的钱怎么补？") == ()


def test_a_typed_profile_is_checked() -> None:
    assert check_profile("四川省资阳市雁江区", "2020年6月") == Profile("四川省/资阳市/雁江区", date(2020, 6, 30))
    assert check_profile("", " ") == check_profile(None, None) == Profile()
    assert check_profile(None, date(2020, 1, 2)).as_of == date(2020, 1, 2)


@pytest.mark.parametrize(
    ("region", "as_of"), [("火星", None), (None, "2020-02-30"), (None, "后天"), ("湛江市", "2020年13月")]
)
def test_an_impossible_profile_is_a_chinese_error(region: str | None, as_of: str | None) -> None:
    with pytest.raises(ScopeError, match=r"没有找到地区|无法识别"):
        check_profile(region, as_of)


def test_a_year_before_a_named_document_says_of_it_and_of_no_other() -> None:
    reading = read("湖南22年那个服务体系方案要搞几家旗舰医院")
    assert reading.notice_ids == (HUNAN_2023,)
    assert reading.as_of is None and not reading.periods, "the year is one off, and no day to judge by"
