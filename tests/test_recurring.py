"""Times without a date: what comes again and what runs from an event, in the duties, the files and the page."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from test_duties import PLACE, made_up

from assistant.duties.export import NO_DATE, NO_DEADLINE, duties_text, duty_record, to_ics, to_xlsx
from assistant.duties.extraction import Duty, duties_of
from assistant.duties.recurring import Recurring
from assistant.duties.targets import deadlines_in
from pages.months import calendar_html, month_to_show
from pages.schedule import duties_html

TODAY = date(2021, 6, 1)
BODY = (
    "第一条 2022年6月底前，市甲局应当建成平台。\n"
    "第二条 每年3月底前，市乙局应当完成上年度清算。\n"
    "第三条 市丙局应当自收到申请之日起5个工作日内完成初核，市丁局在10个工作日内复核。\n"
    "第四条 医疗机构应当每半年组织一次演练。\n"
    "第五条 市戊局应当加强监督检查。\n"
)


def rows(body: str = BODY) -> tuple[Duty, ...]:
    return duties_of([made_up(body)], PLACE, as_of=TODAY)


@pytest.mark.parametrize(
    ("text", "written", "every"),
    [
        ("区民政局每年3月底前完成清算", "每年3月底前", Recurring((3,))),
        ("应当于每年9月15日前报送", "每年9月15日前", Recurring((9,), 15)),
        ("每年的四月份开展活动", "每年的四月份", Recurring((4,))),
        ("每年年底前提交报告", "每年年底前", Recurring((12,))),
        ("每年4月至5月集中检查", "每年4月至5月", Recurring((5,))),
        ("每月15日前发送名单", "每月15日前", Recurring(tuple(range(1, 13)), 15)),
        ("每季度末月通报", "每季度末月", Recurring((3, 6, 9, 12))),
        ("每季度首月10日前报送", "每季度首月10日前", Recurring((1, 4, 7, 10), 10)),
        ("每年第四季度组织考核", "每年第四季度", Recurring((12,))),
        ("每半年演练一次", "每半年", None),
        ("每两年至少组织一人参加培训", "每两年", None),
        ("按季度报送进展情况", "按季度", None),
        ("在5个工作日内完成初核", "5个工作日内", None),
        ("自收到申请之日起5日内答复", "自收到申请之日起5日内", None),
        ("应在评估结果出具后的3个工作日内确认", "评估结果出具后的3个工作日内", None),
        ("有效期届满前三个月提出申请", "届满前三个月", None),
        ("次月10日前报送上月数据", "次月10日前", None),
        ("提前5个工作日公示", "提前5个工作日", None),
    ],
)
def test_what_comes_again_or_runs_from_an_event_is_a_time_without_a_date(
    text: str, written: str, every: Recurring | None
) -> None:
    assert [(d.day, d.text, d.every) for d in deadlines_in(text, TODAY)] == [(None, written, every)]


@pytest.mark.parametrize(
    "text",
    [
        "救助对象每人每月200元",
        "评估为优秀的，每年每个给予30万元",
        "近3年内没有违法记录",
        "五年内不得再次申请",
        "十五分钟内不能到达现场的，应当报告",
        "出院48小时以内完成的手术属于日间手术",
        "每年1月1日起享受待遇",
        "每年10月10日为本市宣传日",
        "每3年为一个周期",
        "打造15分钟就医圈",
    ],
)
def test_rates_conditions_and_looking_back_are_no_times(text: str) -> None:
    assert deadlines_in(text, TODAY) == ()


def test_a_month_after_one_of_each_year_is_one_of_each_year_too() -> None:
    found = deadlines_in("每年2月底前完成自查，3月底前报送，2022年5月底前总结", TODAY)
    assert [(str(d.day), d.text) for d in found] == [
        ("None", "每年2月底前"), ("None", "3月底前"), ("2022-05-31", "2022年5月底前"),
    ]  # fmt: skip
    assert found[1].every == Recurring((3,))


def test_they_stand_after_the_dated_in_the_order_of_the_text_and_before_the_untimed() -> None:
    found = rows()
    assert [(d.written, d.bodies) for d in found] == [
        ("2022年6月底前", ("市甲局",)),
        ("每年3月底前", ("市乙局",)),
        ("自收到申请之日起5个工作日内", ("市丙局",)),
        ("10个工作日内", ("市丁局",)),
        ("每半年", ("医疗机构",)),
        ("", ("市戊局",)),
    ]
    assert [d.timed for d in found] == [True] * 5 + [False]
    text = duties_text(found, PLACE, TODAY)
    assert "其中有时限 5 条" in text and text.index(NO_DATE) < text.index("每年3月底前") < text.index(
        f"■ {NO_DEADLINE}"
    )
    assert duty_record(found[1])["recurs"] == {"months": [3], "day": None}


def test_a_condition_of_a_list_gives_its_term_to_none_of_its_items() -> None:
    found = rows("第一条 发生下列情形的，医疗机构应当在12小时内报告：\n（一）患者死亡3人；\n（二）感染2人。\n")
    assert [(d.written, d.inherited) for d in found] == [("12小时内", False), ("", False), ("", False)]


def test_the_workbook_can_be_sorted_by_date_and_has_the_words_beside() -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx(rows(), today=date(2024, 5, 1)))).active
    first = [row[0].value for row in list(sheet.iter_rows())[1:]]
    assert first == [
        datetime(2022, 6, 30), datetime(2025, 3, 31), None, None, None, None,
    ]  # fmt: skip
    words = [row[1].value for row in list(sheet.iter_rows())[1:]]
    assert words[1:5] == ["每年3月底前", "自收到申请之日起5个工作日内", "10个工作日内", "每半年"]


def test_the_calendar_file_repeats_what_names_its_days() -> None:
    stamp = datetime(2021, 6, 1, tzinfo=UTC)
    events = Calendar.from_ical(to_ics(rows(), stamp=stamp)).walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [date(2022, 6, 30), date(2022, 3, 31)]
    assert "rrule" not in events[0]
    rule = events[1]["rrule"]
    assert (rule["FREQ"], rule["BYMONTH"], rule["BYMONTHDAY"]) == (["YEARLY"], [3], [-1])
    both = Calendar.from_ical(to_ics(rows("第一条 市甲局每年2月底前报送材料，7月底前报送总结。\n"), stamp=stamp))
    events = both.walk("VEVENT")
    assert [e["dtstart"].dt for e in events] == [date(2022, 2, 28), date(2021, 7, 31)]
    assert len({str(e["uid"]) for e in events}) == 2


def test_the_page_lists_them_and_marks_the_days_of_a_month() -> None:
    found = rows()
    html = duties_html(found, TODAY)
    assert html.index("2022 年") < html.index("周期和办理期限") < html.index("每年3月底前") < html.index("未写明时限")
    assert 'data-day="2023-03-31"' in calendar_html(found, (2023, 3), TODAY)
    assert month_to_show(found, TODAY) == (2022, 3)
