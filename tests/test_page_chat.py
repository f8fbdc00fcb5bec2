"""The question page in a real Chromium, around a scripted assistant."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import browser as web
import pytest
from page_fakes import FIGURE

pytestmark = pytest.mark.browser


def in_view(page: Any, selector: str) -> bool:
    """Whether the first match lies inside both the window and the panel that scrolls it."""
    return bool(
        page.evaluate(
            """selector => {
              const box = document.querySelector(selector).getBoundingClientRect();
              const frame = document.querySelector('.panel-body').getBoundingClientRect();
              return box.height > 0 && box.top >= frame.top && box.bottom <= Math.min(frame.bottom, innerHeight)
                && box.left >= 0 && box.right <= innerWidth;
            }""",
            selector,
        )
    )


def test_answer_streams_and_its_marker_opens_the_passage(page: Any) -> None:
    page.evaluate(
        """() => {
          window.lengths = [];
          new MutationObserver(() => {
            const text = document.querySelector('.turn:last-child .writing .text');
            const length = text && !text.querySelector('.wait') ? text.textContent.length : 0;
            if (length && length !== window.lengths.at(-1)) window.lengths.push(length);
          }).observe(document.getElementById('transcript'), { childList: true, subtree: true, characterData: true });
        }"""
    )
    web.ask(page, "到2025年要建成多少个医共体？")
    lengths = page.evaluate("window.lengths")
    assert len(set(lengths)) >= 4 and lengths[0] < lengths[-1] / 2, "the text should grow while it is streamed"
    assert page.locator(".text strong").first.inner_text() == "12个"

    page.click(".turn .text .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    assert page.locator("#panel mark.on").inner_text() == FIGURE
    assert in_view(page, "#panel mark.on")
    colour = page.evaluate("getComputedStyle(document.querySelector('#panel mark.on')).backgroundColor")
    assert colour not in {"rgba(0, 0, 0, 0)", page.evaluate("getComputedStyle(document.body).backgroundColor")}
    assert "湛府〔2021〕1号" in page.locator("#panel .src > .facts").inner_text()

    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#panel .src').dataset.notice === 'yi-2017'")
    assert page.locator("#panel .where").inner_text() == "引注 2 / 2"
    page.keyboard.press("[")
    page.wait_for_function("document.querySelector('#panel .src').dataset.notice === 'jia-2021'")
    page.click("#panel .outline summary")
    page.click("#panel .outline button >> text=推进第3项工作")
    assert in_view(page, "#panel section:nth-of-type(5) .head")
    page.keyboard.press("Escape")
    assert not page.locator("#panel aside").is_visible()


def test_nothing_in_a_question_or_a_notice_runs(page: Any) -> None:
    hostile = "<script>window.pwned=1</script><img src=x onerror='window.pwned=1'>${window.pwned=1}{{pwned}}"
    web.ask(page, hostile)
    assert page.locator(".turn .q").inner_text().endswith(hostile)
    page.click(".turn .text .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    assert "onerror=window.pwned" in page.locator("#panel .src-text").inner_text()
    assert page.locator("#panel .src-text img, .turn .q img").count() == 0
    assert page.evaluate("window.pwned") is None


def test_a_refusal_shows_no_sources_and_a_comparison_is_a_table(page: Any) -> None:
    web.ask(page, "明天天气怎么样")
    assert page.locator(".turn .a.refused .refusal").count() == 1
    assert page.locator(".turn .sources").count() == 0
    web.ask(page, "比较两地的规定")
    last = page.locator(".turn").last
    assert last.locator("table tbody tr").count() == 2
    assert last.locator("tbody th").first.inner_text() == "甲市"
    assert last.locator("td strong").inner_text() == "80%"
    assert "沿用上文" in last.locator(".scope").inner_text()


def test_verdicts_hidden_sentences_and_mode_are_shown_on_demand(page: Any) -> None:
    web.ask(page, "要建成多少个")
    assert not page.locator(".dropped ul").is_visible()
    page.click(".dropped summary")
    assert page.locator(".dropped ul").inner_text() == "一句未能核实的话。"
    page.click(".verdicts summary")
    assert page.locator(".verdicts li.apart .badge").inner_text() == "不适用"
    assert page.locator(".mode").inner_text() == "摘录"


def test_stop_keeps_what_was_written_and_retry_answers_again(page: Any) -> None:
    web.ask(page, "慢慢说，要建成多少个", wait=False)
    page.wait_for_selector(".turn .writing .text")
    page.wait_for_timeout(250)
    page.click("#ask button.stop-button")
    page.wait_for_selector(".turn .stopped .state")
    page.click(".turn [data-act=retry]")
    page.wait_for_selector(".turn .sources", state="attached")
    assert page.locator(".turn").count() == 1
    page.click(".turn [data-act=edit]")
    web_box = page.locator("#ask textarea")
    assert web_box.input_value() == "慢慢说，要建成多少个"
    web_box.fill("比较两地")
    web_box.press("Enter")
    page.wait_for_selector(".turn table")
    assert page.locator(".turn").count() == 1


def test_bad_scope_and_faults_are_told_in_chinese(page: Any) -> None:
    page.fill("#as-of input, #as-of textarea", "2020-13-45")
    page.fill("#ask textarea", "要建成多少个")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".toast-body")
    assert "2020-06-01" in page.locator(".toast-body").inner_text()
    assert page.locator("#ask textarea").input_value() == "要建成多少个"
    page.fill("#as-of input, #as-of textarea", "")
    page.fill("#ask textarea", "故障")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".turn .failed")
    assert "scripted fault" not in page.content()


def test_dark_mode_is_kept_and_the_phone_width_never_scrolls_sideways(chromium: Any, address: str) -> None:
    with web.visit(chromium, address, width=390, height=780) as page:
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.click("[data-act=theme]")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, dark[4:-1].split(","))) < 200 < sum(map(int, light[4:-1].split(",")))
        page.reload()
        page.wait_for_selector("body.dark")
        page.wait_for_function("window.hpa && window.hpa.ready")
        web.ask(page, "比较两地的规定")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click(".turn .text .chip >> nth=0")
        page.wait_for_selector("#panel mark.on")
        assert in_view(page, "#panel mark.on")
        page.click("#panel [data-act=close]")
        assert page.locator("#ask textarea").is_visible()


def test_two_visitors_do_not_see_each_other(chromium: Any, address: str) -> None:
    with web.visit(chromium, address) as first, web.visit(chromium, address) as second:
        web.ask(first, "第一位访客的问题")
        assert second.locator(".turn").count() == 0
        web.ask(second, "第二位访客的问题")
        assert "第一位" not in second.locator("#transcript").inner_text()


def test_the_link_reproduces_question_and_scope(chromium: Any, address: str) -> None:
    with web.visit(chromium, address) as page:
        web.ask(page, "要建成多少个")
        page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
        page.click("[data-act=link]")
        link = page.evaluate("window.copied")
        page.click("[data-act=copy]")
        copied = page.evaluate("window.copied")
    assert parse_qs(urlsplit(link).query)["q"] == ["要建成多少个"]
    assert f"“{FIGURE}”" in copied and copied.startswith("问：要建成多少个")
    with web.visit(chromium, link) as page:
        page.wait_for_selector(".turn .actions")
        assert page.locator(".turn .q").inner_text().endswith("要建成多少个")


def test_the_link_of_a_follow_up_carries_what_it_was_understood_as(page: Any) -> None:
    web.ask(page, "要建成多少个")
    web.ask(page, "乙市呢")
    links = page.locator(".turn [data-act=link]")
    assert links.nth(0).get_attribute("data-region") == ""
    assert links.nth(1).get_attribute("data-region") == "广东省/湛江市"
    assert links.nth(1).get_attribute("data-asof") == "2023-05-01"


def test_a_link_to_a_clause_opens_it_for_somebody_else(chromium: Any, address: str) -> None:
    with web.visit(chromium, address) as page:
        web.ask(page, "要建成多少个")
        page.click(".turn .chip >> nth=0")
        page.wait_for_selector("#panel mark.on")
        page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
        page.click("#panel [data-act=clause]")
        link = page.evaluate("window.copied")
    for width in (1280, 390):
        with web.visit(chromium, link, width=width) as page:
            page.wait_for_selector("#panel mark.on")
            assert FIGURE in page.locator("#panel mark.on").first.inner_text()
            assert page.locator("#panel [data-act=close]").bounding_box()["x"] < width - 20


def test_a_question_asked_while_the_first_screen_is_drawn_is_not_lost(page: Any) -> None:
    web.ask(page, "第一问")
    page.click("#hospital-open")
    page.fill("#hospital input[name=region]", "资阳市")
    page.click("[data-act=hospital-save]")
    page.wait_for_function("document.querySelector('#region input').value.includes('资阳市')")
    page.click("#fresh")
    page.fill("#ask textarea", "第二问")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".turn:last-child .q:has-text('第二问')")
    page.wait_for_selector(".turn:last-child .actions")
    page.wait_for_timeout(2600)
    assert page.locator(".turn .q").all_inner_texts()[-1].endswith("第二问")
    assert page.locator(".turn").count() == 1, "it begins a conversation of its own"
    web.ask(page, "第三问")
    assert page.locator(".turn").count() == 2
