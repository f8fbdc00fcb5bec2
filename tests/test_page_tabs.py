"""History, feedback, export and the other pages in a real Chromium; no serious fault found by axe-core."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import browser as web
import pytest

pytestmark = pytest.mark.browser


def reload(page: Any) -> None:
    page.reload()
    page.wait_for_function("window.hpa && window.hpa.ready")


def test_a_conversation_is_kept_found_renamed_and_deleted(page: Any) -> None:
    web.ask(page, "要建成多少个<b>")
    page.wait_for_selector("#history .convs li")
    reload(page)
    page.wait_for_selector(".turn .actions")
    assert page.locator(".turn .q").inner_text().endswith("要建成多少个<b>")
    page.click("#fresh")
    page.wait_for_selector(".welcome")
    web.ask(page, "比较两地")
    page.wait_for_function("document.querySelectorAll('#history li').length === 2")
    page.fill("#search textarea, #search input", "建成多少")
    page.wait_for_function("document.querySelectorAll('#history li').length === 1")
    page.click("#history .open")
    page.wait_for_function("document.querySelector('.turn .q').textContent.includes('要建成')")
    page.once("dialog", lambda dialog: dialog.accept("建成多少：改名"))
    page.hover("#history li")
    page.click("#history [data-act=rename]")
    page.wait_for_selector("#history li:has-text('改名')")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#history [data-act=remove]")
    page.wait_for_selector(".welcome")
    page.wait_for_selector("#history .none")
    reload(page)
    page.wait_for_function("document.querySelectorAll('#history li').length === 1")


def test_a_complaint_with_the_right_passage_becomes_an_evaluation_line(page: Any, tmp_path: Path) -> None:
    web.ask(page, "要建成多少个")
    page.wait_for_selector("#history .convs li")
    page.click(".turn [data-act=down]")
    page.fill(".complaint input", "应为十三个")
    page.click(".complaint [data-reason=数字不对]")
    page.wait_for_selector(".complaint [data-reason=数字不对][aria-pressed=true]")
    page.click(".turn .text .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#panel mark.on'))")
    page.click(".complaint [data-act=pick]")
    page.wait_for_selector("#toast.on")
    page.keyboard.press("Escape")
    web.tab(page, "看板")
    page.wait_for_selector("#dashboard .kpi")
    with page.expect_download() as download:
        page.click("#dashboard [data-kind=eval] >> nth=0")
    download.value.save_as(tmp_path / "line.jsonl")
    line = json.loads((tmp_path / "line.jsonl").read_text("utf-8"))
    assert line["evidence"][0]["notice"] == "湛府〔2021〕1号" and "12个县域医共体" in line["nuggets"][0][0]
    assert "数字不对" in line["note"]


@pytest.mark.parametrize("kind", ["docx", "md", "html"])
def test_export(page: Any, kind: str) -> None:
    web.ask(page, "要建成多少个")
    with page.expect_download() as download:
        page.click(f".exports [data-kind={kind}]")
    assert download.value.suggested_filename == f"要建成多少个.{kind}"
    assert Path(download.value.path()).stat().st_size > 300


def test_library_filters_and_opens_a_notice(page: Any) -> None:
    web.tab(page, "政策库")
    page.wait_for_selector("#library tbody tr")
    assert page.locator("#library tbody tr").count() == 2
    page.fill("#library-words textarea, #library-words input", "乙市")
    page.wait_for_function("document.querySelectorAll('#library tbody tr').length === 1")
    page.click("#library tbody .link")
    page.wait_for_selector("#panel .src")
    assert page.locator("#panel h2").inner_text() == "乙市样例试点方案"
    page.click("#panel .about summary")
    page.click("#panel .relations .link")
    page.wait_for_selector("#panel mark.on")


def test_applicability_and_comparison(page: Any) -> None:
    web.tab(page, "适用性")
    page.fill("#rule-date textarea, #rule-date input", "不是日期")
    page.click("#rule-go")
    page.wait_for_selector("#rule-result .lost")
    page.fill("#rule-date textarea, #rule-date input", "2022-01-01")
    page.click("#rule-go")
    page.wait_for_selector("#rule-result .verdict-list")
    assert page.locator("#rule-result .binds .badge").inner_text() == "适用"
    page.click("#rule-kind input")
    page.click("[role=option]:has-text('社会办')")
    page.wait_for_selector("#rule-result .apart:has-text('只针对公立医院')")
    web.tab(page, "对比")
    page.click("#compare-go")
    page.wait_for_selector("#compare-result .lost")
    for place in ("湛江", "资阳"):
        page.fill("#compare-places input", place)
        page.keyboard.press("Enter")
    page.fill("#compare-topic textarea, #compare-topic input", "个人支出比重的比较")
    page.click("#compare-go")
    page.wait_for_selector("#compare-result table")
    page.click("#compare-result .chip >> nth=1")
    page.wait_for_selector("#panel mark.on")
    assert page.locator("#panel .where").inner_text() == "引注 2 / 2"


def test_duties_are_listed_and_saved(page: Any) -> None:
    web.tab(page, "责任与时限")
    page.wait_for_selector("#duties tbody tr")
    page.fill("#duty-date input, #duty-date textarea", "2022-01-01")
    page.wait_for_selector("#duties h2:text-is('2025 年')")
    assert page.locator("#duties h2").all_inner_texts() == ["2025 年", "2020 年（已过）"]
    page.fill("#duty-body input, #duty-body textarea", "卫健局")
    page.click("#duties tbody th ~ td .link >> nth=0")
    page.wait_for_selector("#panel mark.on")
    for kind in ("xlsx", "ics"):
        with page.expect_download() as download:
            page.click(f"#duties [data-kind={kind}]")
        assert download.value.suggested_filename == f"责任与时限.{kind}"
    page.fill("#duty-region input", "火星")
    page.keyboard.press("Enter")
    page.wait_for_selector("#duties .lost")


def serious(page: Any) -> list[str]:
    """Faults that axe-core calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_function("!document.querySelector('.pending, .generating')")  # faded while it waits for its content
    page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => null)))")
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("dark", "query"), [(False, ""), (True, ""), (False, "?lang=en")])
def test_axe_finds_no_serious_fault(chromium: Any, address: str, dark: bool, query: str) -> None:
    with web.visit(chromium, address + query, dark=dark) as page:
        assert serious(page) == []
        web.ask(page, "要建成多少个")
        web.ask(page, "天气")
        page.click(".turn .text .chip >> nth=0")
        page.wait_for_selector("#panel mark.on")
        page.click(".turn [data-act=down] >> nth=0")
        page.wait_for_selector(".complaint")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert serious(page) == []
        page.keyboard.press("Escape")
        tabs = page.locator("button[role=tab]")
        for position, shown in ((3, "#library table"), (4, ".verdict-list"), (6, "#duties tr"), (7, ".kpi")):
            tabs.nth(position).click()
            page.wait_for_selector(shown)
            assert serious(page) == []
        page.set_viewport_size({"width": 1280, "height": 420})
        assert serious(page) == [], "what scrolls is reached by keyboard"


def test_axe_finds_no_serious_fault_in_results_and_forms(chromium: Any, address: str, tmp_path: Path) -> None:
    with web.visit(chromium, address) as page:
        web.tab(page, "适用性")
        page.click("#rule-go")
        page.wait_for_selector("#rule-result .verdict-list")
        assert serious(page) == []
        web.tab(page, "对比")
        page.click("#compare-go")
        page.wait_for_selector("#compare-result .lost")
        assert serious(page) == []
        for place in ("湛江", "资阳"):
            page.fill("#compare-places input", place)
            page.keyboard.press("Enter")
        page.fill("#compare-topic textarea, #compare-topic input", "个人支出比重的比较")
        page.click("#compare-go")
        page.wait_for_selector("#compare-result table")
        assert serious(page) == []
        web.tab(page, "责任与时限")
        page.wait_for_selector(".calendar")
        page.click(".month [data-act=day]")
        assert serious(page) == []
