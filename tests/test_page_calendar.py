"""The calendar of deadlines: a true grid, the duties of a day, the way to other months; and as a person uses it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import browser as web
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import FakeAssistant
from test_page_markup import Collector

from assistant.duties.extraction import Duty
from pages.months import calendar_html, month_to_show
from pages.schedule import duties_html
from pages.server import month_function
from pages.words import ENGLISH

ASSISTANT: Any = FakeAssistant(0.0)
DUTY = next(duty for duty in ASSISTANT.duties(None) if duty.deadline)
TODAY = date(2024, 2, 10)


def due(*days: date | None) -> list[Duty]:
    return [
        replace(DUTY, deadline=day, written=DUTY.written if day else "", task=f"第{number}件<b>事")
        for number, day in enumerate(days, start=1)
    ]


def days_marked(html: str) -> list[str]:
    return re.findall(r'data-act="day" data-day="([\d-]+)"', html)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_each_month_is_a_grid_of_whole_weeks_with_every_day_once(day: date) -> None:
    html = calendar_html(due(day), (day.year, day.month), TODAY)
    cells = re.findall(r'<td class="([^"]*)">(?:<span>|<button[^>]*>)(\d+)', html)
    inside = [int(number) for classes, number in cells if "out" not in classes]
    assert len(cells) % 7 == 0 and inside == list(range(1, len(inside) + 1))
    assert date(day.year, day.month, len(inside)) + timedelta(days=1) == (
        date(day.year + day.month // 12, day.month % 12 + 1, 1)
    )
    first = next(at for at, (classes, number) in enumerate(cells) if number == "1" and "out" not in classes)
    assert first % 7 == date(day.year, day.month, 1).weekday(), "weeks begin on Monday"
    assert days_marked(html) == [day.isoformat()]


def test_only_days_of_the_month_are_marked_and_each_lists_its_duties_as_text() -> None:
    html = calendar_html(due(date(2024, 2, 29), date(2024, 2, 29), date(2024, 3, 1), None), (2024, 2), TODAY)
    assert days_marked(html) == ["2024-02-29"]
    page = Collector(html)
    assert "第1件<b>事" in page.text and "第2件<b>事" in page.text and "第3件" not in page.text and "b" in page.tags
    assert "另有 1 项未写明日期，见下表" in page.text and "12月31日" not in page.text
    assert 'class="today"' in html


def test_the_end_of_a_year_is_explained_and_a_hidden_rest_is_told() -> None:
    text = Collector(calendar_html(due(date(2025, 12, 31)), (2025, 12), TODAY, undated=7)).text
    assert "12月31日" in text and "另有 7 项未写明日期；范围选“全部任务”" in text


def test_it_opens_at_the_next_month_with_a_deadline() -> None:
    days: Sequence[date | None] = (date(2020, 5, 1), None, date(2024, 2, 1), date(2025, 12, 31))
    assert month_to_show(due(*days), TODAY) == (2024, 2)
    assert month_to_show(due(*days), date(2024, 3, 1)) == (2025, 12)
    assert month_to_show(due(*days), date(2030, 1, 1)) == (2025, 12), "else the last that was"
    assert month_to_show(due(None), TODAY) == (2024, 2)


def test_other_months_are_a_step_or_a_leap_away() -> None:
    html = calendar_html(due(date(2020, 5, 1), date(2025, 12, 31)), (2024, 1), TODAY)
    assert re.findall(r'data-month="([\d-]+)"', html) == ["2023-12", "2024-2", "2024-2", "2020-5", "2025-12"]
    assert "本月没有到期" in html


def test_the_table_puts_years_to_come_before_years_past() -> None:
    html = duties_html(due(date(2016, 1, 1), date(2020, 1, 1), date(2024, 1, 1), date(2030, 1, 1), None), TODAY)
    assert re.findall(r"<h2>(.*?)</h2>", html) == [
        "2024 年",
        "2030 年",
        "2020 年（已过）",
        "2016 年（已过）",
        "未写明时限",
    ]


def test_the_server_draws_the_month_asked_for_and_refuses_nonsense_in_words() -> None:
    month = month_function(ASSISTANT)
    asked = {"month": "2025-12", "region": "", "body": "", "asof": "", "dated": "1"}
    assert days_marked(month(json.dumps(asked))) == ["2025-12-31"]
    assert "本月没有到期" in month(json.dumps({**asked, "month": "99999-13"}))
    assert "没有" in month(json.dumps({**asked, "region": "火星"}))
    english = month_function(ASSISTANT, ENGLISH)(json.dumps(asked))
    assert "December 2025" in english and "31 December 2025: 1 due" in english


@pytest.mark.browser
def test_a_day_is_opened_by_click_and_by_keyboard(page: Any) -> None:
    web.tab(page, "责任与时限")
    page.fill("#duty-date input, #duty-date textarea", "2022-01-01")
    page.wait_for_function("document.querySelector('.month-bar strong')?.textContent === '2025 年 12 月'")
    page.click(".month [data-act=day]")
    assert page.locator(".calendar section.day li").count() == 1
    assert page.locator(".calendar section.day").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator(".calendar section.day").is_visible()
    page.focus(".month-bar [data-act=month] >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.month-bar strong').textContent === '2025 年 11 月'")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "上一月", "focus stays on the button"
    page.click(".jumps .jump >> nth=0")
    page.wait_for_function("document.querySelector('.month-bar strong').textContent === '2020 年 12 月'")
    page.click(".month [data-act=day]")
    page.click(".calendar section.day .link")
    page.wait_for_selector("#panel mark.on")


@pytest.mark.browser
def test_on_a_phone_the_month_is_a_list(chromium: Any, address: str) -> None:
    with web.visit(chromium, address, width=390, height=780) as page:
        web.tab(page, "责任与时限")
        page.wait_for_selector(".calendar section.day")
        assert page.locator(".calendar section.day").is_visible() and not page.locator("table.month").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
