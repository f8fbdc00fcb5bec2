"""The report: complete, self-contained, and nothing in a text becomes markup."""

import dataclasses
import json
import re
import shutil

import evals_fakes as fakes
import pytest

from evals.charts import Bar, bar_chart
from evals.report import html_report, markdown_report
from evals.results import to_results
from evals.runner import ask_all
from evals.statistics import Interval
from evals.types import SystemRun

ATTACK = '</script><img src=x onerror="document.title=1">&<!--payload--><!--title-->'


def run(respond=fakes.perfect, questions=None):
    scored = ask_all(respond, questions or fakes.questions())
    return SystemRun("product", "本产品", scored)


def results(*runs):
    return to_results(runs, datasets=[], corpus_hash="c" * 20, split="all")


def payload_of(page):
    [text] = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(text)


def test_every_question_with_its_gold_answer_citations_and_passages():
    one = run()
    payload = payload_of(html_report(results(one), one.scored, {"east": "东政发〔2029〕1号"}))
    assert [q["id"] for q in payload["questions"]] == [f"q{i}" for i in range(1, 9)]
    detail = payload["questions"][0]["detail"]
    assert detail["nuggets"] == [["7.5张", True]]
    assert detail["evidence"] == [["东政发〔2029〕1号", fakes.CLAUSES["east"][0], 1]]
    assert detail["citations"][0][-1] is True
    assert payload["texts"][detail["retrieved"][0][1]] == fakes.CLAUSES["east"][0]
    assert [held for *_, held in detail["retrieved"]] == [True] + [False] * 5
    assert len(payload["texts"]) == 6  # a passage retrieved many times is kept once


def test_hostile_text_stays_text():
    asked = [dataclasses.replace(q, question=ATTACK, answer=ATTACK) for q in fakes.questions()]

    def hostile(question):
        return dataclasses.replace(fakes.perfect(question), text=ATTACK, understood=ATTACK)

    one = dataclasses.replace(run(hostile, asked), label=ATTACK, note=ATTACK)
    page = html_report(results(one, one), one.scored)
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert payload_of(page)["questions"][0]["detail"]["answer"] == ATTACK


def test_the_page_asks_for_nothing_from_outside():
    page = html_report(results(run()))
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(|https?://""", page)


def test_charts_show_systems_side_by_side_and_work_without_scripts():
    refusing = dataclasses.replace(run(fakes.refuse_everything(fakes.perfect)), name="none", label="全拒")
    page = html_report(results(run(), refusing))
    static = page.split("<script")[0]
    assert static.count("<svg") == 12
    assert "全拒" in static and "各系统比较" in static
    assert "<!--" not in static
    assert "各系统比较" not in html_report(results(run()))


def test_a_bar_is_as_long_as_its_value_and_its_text_is_escaped():
    chart = bar_chart(
        "标题<", [Bar("甲&", Interval(0.5, 0.4, 0.6, 9)), Bar("乙", Interval(1.0, 1.0, 1.0, 9), strong=True)]
    )
    widths = [float(w) for w in re.findall(r'<rect class="bar[^"]*"[^>]* width="([\d.]+)"', chart)]
    assert widths[0] == pytest.approx(widths[1] / 2, abs=0.1)
    assert "标题&lt;" in chart and "甲&amp;" in chart and "[0.40, 0.60]" in chart
    assert bar_chart("空", []) == ""


def test_a_results_file_without_texts_still_makes_a_page():
    page = html_report(results(run()))
    assert all(q["detail"] is None for q in payload_of(page)["questions"])
    assert page.count("<svg") == 6


def test_markdown_tables_have_a_row_a_category_and_a_system():
    text = markdown_report(results(run(), dataclasses.replace(run(), name="b", label="另一系统")))
    first_column = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    assert {"数字", "条文", "措施清单", "近似拒答", "全部"} <= set(first_column)
    assert "1.000 [1.00, 1.00]" in text and "| 另一系统 |" in text
    for block in re.findall(r"(?:^\|.*\n?)+", text, flags=re.MULTILINE):
        assert len({line.count("|") for line in block.strip().splitlines()}) == 1


@pytest.mark.browser
def test_in_a_browser_rows_open_filter_and_sort_and_hostile_text_is_shown_as_text(tmp_path):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("没有安装 Chromium（apt-get install chromium）")
    from playwright.sync_api import sync_playwright

    asked = [dataclasses.replace(q, question=f"{q.id}{ATTACK}") for q in fakes.questions()]
    one = run(fakes.answer_everything(fakes.perfect), asked)
    path = tmp_path / "report.html"
    path.write_text(html_report(results(one), one.scored), encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        requests, faults = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        rows = page.locator("tr.row")
        assert rows.count() == 8
        assert rows.first.locator("td").nth(3).inner_text() == "错误"  # the worst first
        rows.first.press("Enter")
        assert ATTACK in page.locator("tr.detail").inner_text()
        page.select_option("#grade", "CORRECT")
        assert rows.count() == 6
        page.fill("#search", "Q3")
        assert rows.count() == 1
        page.fill("#search", "")
        page.select_option("#grade", "")
        for expected in ("q1", "q8"):  # ascending, then descending
            page.get_by_role("button", name="题号").click()
            assert rows.first.locator("td").first.inner_text() == expected
        assert page.title().startswith("评测报告")
        assert page.locator("img").count() == 0
        assert requests == [path.as_uri()]
        assert faults == []
        browser.close()
