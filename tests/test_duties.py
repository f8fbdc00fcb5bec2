"""Duties and deadlines read from notices, and the files made of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from assistant.duties import duties_of, to_ics, to_xlsx
from corpus import load_corpus
from corpus.types import Article, Level, Notice, Span

FRONT = "某市人民政府\n2019年3月1日\n"


def notice(*items: str, bodies: tuple[str, ...] = ("市卫生健康局", "市财政局"), region: str = "甲省/乙市") -> Notice:
    articles = [Article("n", 0, Span(0, len(FRONT)), kind="front")]
    text = FRONT
    for ordinal, item in enumerate(items, 1):
        start = len(text)
        text += item + "\n"
        articles.append(Article("n", ordinal, Span(start, len(text)), ("一、",), (f"任务{ordinal}",), bodies))
    return Notice("n", "乙府〔2019〕1号", "题", "关", region, Level.MUNICIPAL, date(2019, 3, 1), text, tuple(articles))


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("到2020年，覆盖率达到80%。", date(2020, 12, 31)),
        ("2021年6月底前完成改革。", date(2021, 6, 30)),
        ("力争到“十四五”末实现全覆盖。", date(2025, 12, 31)),
        ("2022年，床位数增加。", date(2022, 12, 31)),
        ("按照《某某规划（2016—2020年）》执行。", None),
        ("根据某发〔2015〕38号落实。", None),
        ("在2018年工作的基础上继续推进。", None),
        ("加强人才培养。", None),
    ],
)
def test_only_a_target_is_a_deadline(sentence: str, deadline: date | None) -> None:
    (duty,) = duties_of([notice(sentence)])
    assert duty.deadline == deadline
    assert duty.bodies[0] == "市卫生健康局"


def test_each_target_sentence_is_a_duty_and_the_quote_is_exact() -> None:
    made = notice("先做。到2020年，完成甲。2019年底前，完成乙。", "没有时限的事。", "到2021年，丙。")
    found = duties_of([made])
    assert [duty.deadline and duty.deadline.year for duty in found] == [2019, 2020, 2021, None]
    assert found[-1].task == "任务2"
    for duty in found:
        assert duty.citation.quote == made.text[duty.citation.start : duty.citation.end]
    silent = notice("没有时限的事。", bodies=())
    assert duties_of([silent]) == ()


def test_place_and_body_narrow() -> None:
    here, there = notice("到2020年，甲。"), notice("到2020年，甲。", region="丙省")
    assert len(duties_of([here, there], "甲省/乙市/丁县")) == 1
    assert len(duties_of([here, there], "丙省/戊市")) == 1
    assert len(duties_of([here], body="财政")) == len(duties_of([here], body="卫健局")) == 1
    assert duties_of([here], body="教育") == ()


def test_workbook_holds_text_not_formulas() -> None:
    duty = duties_of([notice("到2020年，甲\x07。")])[0]
    book = load_workbook(io.BytesIO(to_xlsx([replace(duty, task="=HYPERLINK(1)")])))
    rows = list(book.active.iter_rows())
    assert rows[1][0].value == "2020-12-31" and rows[1][2].value == "=HYPERLINK(1)" and rows[1][2].data_type == "s"
    assert len(rows) == 2
    book.close()


def test_calendar_has_whole_day_events_for_dated_duties_only() -> None:
    duties = duties_of([notice("到2020年，甲；\n2019年底前，乙。", "没有时限。")])
    events = Calendar.from_ical(to_ics(duties)).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [date(2019, 12, 31), date(2020, 12, 31)]
    assert len({str(event["uid"]) for event in events}) == 2
    assert str(events[0]["summary"]).startswith("市卫生健康局：")


def test_the_shipped_notices_give_exact_quotes_and_known_deadlines() -> None:
    corpus = load_corpus()
    found = duties_of(corpus.notices)
    assert all(
        d.citation.quote == corpus.get(d.citation.notice_id).text[d.citation.start : d.citation.end] for d in found
    )
    years = {d.deadline.year for d in duties_of(corpus.notices, "湖南省") if d.deadline and "2023" in d.citation.notice}
    assert years == {2025, 2035}
