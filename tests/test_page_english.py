"""The English page in a real Chromium: chosen, remembered, complete; what is Chinese in it is marked as Chinese."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import browser as web
import pytest

from pages.words import CHINESE

pytestmark = pytest.mark.browser
TABS = (
    ("Library", "#library table"),
    ("Which applies", "#rule-result .verdict-list"),
    ("Compare", "#compare-go"),
    ("Duties & deadlines", "#duties tbody tr"),
    ("Dashboard", "#dashboard .kpi"),
)
# Visible text with Chinese in it that is neither marked as Chinese nor part of a form field.
STRAY = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), parent = walker.currentNode.parentElement;
    if (!/[\\u3400-\\u9fff]/.test(text) || parent.closest('[lang|=zh], script, style, textarea')) continue;
    found.push(text);
  }
  return found;
}"""
ATTRIBUTES = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap(one =>
  ['aria-label', 'title', 'placeholder', 'alt'].map(name => one.getAttribute(name)).filter(Boolean))"""


@pytest.fixture
def english(chromium: Any, address: str) -> Iterator[Any]:
    with web.visit(chromium, f"{address}?lang=en", locale="zh-CN") as found:
        yield found
        assert found.faults == []


def test_every_part_of_the_page_is_english_and_answers_are_marked_as_chinese(english: Any) -> None:
    chinese = {text for text in CHINESE._texts.values() if re.search(r"[\u3400-\u9fff]", text)}

    def check() -> None:
        assert english.evaluate(STRAY) == []
        assert chinese.isdisjoint(english.evaluate(ATTRIBUTES))

    assert english.evaluate("document.documentElement.lang") == "en" and english.title() == "Health policy Q&A"
    check()
    web.ask(english, "要建成多少个")
    web.ask(english, "比较两地")
    web.ask(english, "天气")
    english.wait_for_selector("#history .convs li")
    english.click(".turn .text .chip >> nth=0")
    english.wait_for_selector("#panel mark.on")
    english.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    english.click(".turn [data-act=down] >> nth=0")
    english.wait_for_selector(".complaint")
    check()
    assert english.locator(".turn .text").first.get_attribute("lang") == "zh-CN"
    english.keyboard.press("Escape")
    for name, shown in TABS:
        web.tab(english, name)
        english.wait_for_selector(shown)
        check()


def test_errors_of_the_page_are_english(english: Any) -> None:
    english.fill("#as-of input, #as-of textarea", "2020-13-45")
    english.fill("#ask textarea", "要建成多少个")
    english.press("#ask textarea", "Enter")
    english.wait_for_selector(".toast-body")
    assert "is not a date" in english.locator(".toast-body").inner_text()
    web.tab(english, "Compare")
    english.click("#compare-go")
    english.wait_for_selector("#compare-result .lost")
    assert english.locator("#compare-result").inner_text().startswith("Choose at least two regions")


def test_the_choice_is_remembered_and_undone(chromium: Any, address: str) -> None:
    with web.visit(chromium, address, locale="en-US") as page:
        assert page.evaluate("[document.documentElement.lang, navigator.language]") == ["zh-CN", "zh-CN"]
        web.ask(page, "要建成多少个")
        page.wait_for_selector("#history .convs li")
        page.click("a.switch")
        page.wait_for_url("**/en")
        page.wait_for_function("window.hpa && window.hpa.ready")
        page.wait_for_selector(".turn .actions")
        assert page.locator(".turn .q").inner_text().endswith("要建成多少个"), "the conversation comes along"
        page.goto(address)
        page.wait_for_function("window.hpa && window.hpa.ready")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.click("a.switch")
        page.wait_for_function("document.documentElement.lang === 'zh-CN' && window.hpa && window.hpa.ready")
        assert page.locator("button[role=tab]").first.inner_text() == "问答"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


@pytest.mark.parametrize(
    ("path", "cookie", "where", "kept"),
    [
        ("?lang=en&q=%E7%94%B2", "", "./en?q=%E7%94%B2", "hpa-lang=en"),
        ("en?lang=zh", "hpa-lang=en", "./", "hpa-lang=zh"),
        ("?q=1", "hpa-lang=en", "./en?q=1", None),
        ("?lang=fr", "hpa-lang=zh", None, None),
        ("en", "hpa-lang=zh", None, None),
        ("", 'bad="; hpa-lang', None, None),
    ],
)
def test_redirects(address: str, path: str, cookie: str, where: str | None, kept: str | None) -> None:
    request = urllib.request.Request(address + path, headers={"Cookie": cookie})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            assert where is None and b"<html" in answer.read()
    except urllib.error.HTTPError as redirect:
        with redirect:
            assert redirect.code == 307 and redirect.headers["Location"] == where
            assert (redirect.headers["Set-Cookie"] or "").split(";")[0] == (kept or "")
