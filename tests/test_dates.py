"""Dates and periods, absolute and relative to an as-of date."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import find_periods, parse_date

AS_OF = date(2020, 6, 1)
DAYS = st.dates(date(1990, 1, 1), date(2049, 12, 31))


def read(text: str, as_of: date | None = None) -> list[tuple[str, str]]:
    return [(p.start.isoformat(), p.end.isoformat()) for p in find_periods(text, as_of)]


@given(DAYS)
def test_a_day_is_read_back_however_written(day: date) -> None:
    spellings = [
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日", "".join(chr(ord(c) + 0xFEE0) for c in day.isoformat()),
    ]  # fmt: skip
    assert {parse_date(s) for s in spellings} == {day}
    for spelling in spellings[:5]:
        (period,) = find_periods(f"截至{spelling}，")
        assert (period.start, period.end, period.deadline) == (day, day, False)


@given(st.integers(1990, 2049), st.integers(1, 12))
def test_a_month_is_all_its_days(year: int, month: int) -> None:
    (period,) = find_periods(f"{year}年{month}月底前完成")
    assert period.deadline
    assert (period.start, period.start.day) == (date(year, month, 1), 1)
    assert (period.end + timedelta(days=1)).day == 1
    assert (period.end.year, period.end.month) == (year, month)
    assert parse_date(f"{year}年{month}月") == period.end


@given(st.integers(1990, 2049), st.integers(0, 20), st.sampled_from(["—", "-", "~", "至", "到", "－"]))
def test_a_range_of_years(first: int, length: int, dash: str) -> None:
    last = min(first + length, 2049)
    (period,) = find_periods(f"{first}{dash}{last}年")
    assert (period.start, period.end) == (date(first, 1, 1), date(last, 12, 31))
    assert list(period.years) == list(range(first, last + 1))


@given(st.text(alphabet="0129年月日底前末至—-/.十四五三去今明后现在目前内，到", max_size=20))
def test_periods_run_forward_are_in_order_and_point_at_their_text(text: str) -> None:
    found = find_periods(text, AS_OF)
    assert all(p.start <= p.end and p.span.of(text) == p.text for p in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "text", ["2020年底前", "2020年底", "2020年末", "2020年前", "2020年以前", "20年底", "二〇二〇年底前"]
)
def test_a_deadline_is_the_year_and_says_so(text: str) -> None:
    (period,) = find_periods(text)
    assert (period.end, period.deadline) == (date(2020, 12, 31), True)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("十三五期间", "2016-01-01", "2020-12-31"),
        ("“十四五”时期", "2021-01-01", "2025-12-31"),
        ("十五五", "2026-01-01", "2030-12-31"),
        ("“十四五”末", "2025-01-01", "2025-12-31"),
        ("2021年6月底前", "2021-06-01", "2021-06-30"),
        ("2020年2月底", "2020-02-01", "2020-02-29"),
        ("2021年3月—6月", "2021-03-01", "2021-06-30"),
        ("2021年3月至6月底前", "2021-03-01", "2021-06-30"),
        ("2021年3月1日至15日", "2021-03-01", "2021-03-15"),
        ("2021 年 3 月 1 日到 5 月 9 日", "2021-03-01", "2021-05-09"),
        ("2021年3月—2022年6月", "2021-03-01", "2022-06-30"),
    ],
)
def test_plans_and_months(text: str, start: str, end: str) -> None:
    assert read(text) == [(start, end)]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("大前年", 2017),
        ("前年", 2018),
        ("去年", 2019),
        ("今年", 2020),
        ("年内", 2020),
        ("明年底前", 2021),
        ("后年", 2022),
    ],
)
def test_relative_years_hang_on_the_as_of_date(text: str, year: int) -> None:
    (period,) = find_periods(text, AS_OF)
    assert (period.start, period.end, period.relative) == (date(year, 1, 1), date(year, 12, 31), True)
    assert find_periods(text) == []


@pytest.mark.parametrize("text", ["2021年6月—3月", "2021年6月—13月", "2021年2月1日至30日", "2021年6月至12个月"])
def test_what_goes_on_to_no_later_day_is_its_first_part(text: str) -> None:
    (period,) = find_periods(text)
    assert period.start.strftime("%Y年%-m月") == text[:7]
    assert period.end <= date(2021, 6, 30)


def test_months_that_run_on_say_whether_they_are_a_deadline() -> None:
    assert [p.deadline for p in find_periods("2021年3月—6月，2022年3月至6月底前")] == [False, True]


@pytest.mark.parametrize("text", ["现在", "目前", "现行"])
def test_now_is_the_as_of_date(text: str) -> None:
    (period,) = find_periods(text, AS_OF)
    assert (period.start, period.end, period.relative) == (AS_OF, AS_OF, True)


@pytest.mark.parametrize("text", ["三年内", "3年内", "说明年度安排", "证明年龄", "三年前年均", "每当年底总结"])
def test_spans_and_words_are_no_relative_years(text: str) -> None:
    assert find_periods(text, AS_OF) == []


@pytest.mark.parametrize("text", ["2020年13月", "2020年2月30日", "2019-02-29", "20205年", "2.5%", "3年内", "12020年"])
def test_what_is_no_date_is_not_returned(text: str) -> None:
    assert find_periods(text) == []


@pytest.mark.parametrize("text", ["2020-02-30", "2020-13-01", "去年", "", "六月", "2020-06-01以后", "2019年和2020年"])
def test_an_impossible_as_of_date_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="2020-06-01"):
        parse_date(text)


def test_a_year_alone_means_its_last_day() -> None:
    assert parse_date("2020") == parse_date("2020年") == date(2020, 12, 31)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016年上半年", "2016-01-01", "2016-06-30"),
        ("2023年第三季度", "2023-07-01", "2023-09-30"),
        ("19年1月湖南的规定", "2019-01-01", "2019-01-31"),
        ("十四五末", "2025-01-01", "2025-12-31"),
        ("2024年6月3日(星期一)至6月14日(星期五)", "2024-06-03", "2024-06-14"),
        ("自二О二二年七月一日起", "2022-07-01", "2022-07-01"),
        ("二0二三年五月廿三日", "2023-05-23", "2023-05-23"),
        ("2019年湖南的公立医院", "2019-01-01", "2019-12-31"),
        ("湖南中医院 2020年", "2020-01-01", "2020-12-31"),
    ],
)
def test_periods_as_notices_and_people_write_them(text: str, start: str, end: str) -> None:
    found = find_periods(text)
    assert [(p.start.isoformat(), p.end.isoformat()) for p in found] == [(start, end)]


def test_a_quarter_alone_is_of_the_year_named_before() -> None:
    found = find_periods("2024年上半年完成理论考核，第三季度完成技能考核")
    assert [(p.start.isoformat(), p.end.isoformat()) for p in found] == [
        ("2024-01-01", "2024-06-30"),
        ("2024-07-01", "2024-09-30"),
    ]
    assert find_periods("第三季度完成") == []


@pytest.mark.parametrize("text", ["为每人每月1963.5元", "每人补助2012.12元", "面积2000.5平方米"])
def test_a_sum_with_a_decimal_point_is_no_month(text: str) -> None:
    assert not find_periods(text)
    assert read("2021.3印发")[0][0] == "2021-03-01"
