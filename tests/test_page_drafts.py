"""A draft checked on the page in a real Chromium: pasted, dropped, bad files, stopped; its clauses open beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import browser as web
import pytest
from test_page_tabs import serious

pytestmark = pytest.mark.browser
FILE = "#draft-file input[type=file]"
TRUE = "到2026年底，全市建成标准化村卫生室1234个。"
FALSE = "到2026年底，全市建成标准化村卫生室1243个。"
FOREIGN = "全院职工每人每天跑步五公里，由体育老师带队完成。"
WRONG_NUMBER = "《衡阳市村卫生室建设方案》（衡政办发〔2024〕19号）要求，市财政每年安排专项资金800万元。"


@pytest.fixture
def address(work_address: str) -> str:
    return work_address


def draft(sentences: int) -> str:
    """A report of that many sentences, one in four of them as a notice has it."""
    body = [(TRUE, FALSE, FOREIGN, WRONG_NUMBER)[at % 4] for at in range(sentences)]
    return "关于村卫生室建设情况的报告\n" + "\n".join(body) + "\n"


def check(page: Any, text: str) -> None:
    web.tab(page, "文稿核对")
    page.fill("#draft-text textarea", text)
    page.click("#draft-go")


def test_a_pasted_draft_is_checked_sentence_by_sentence(page: Any, tmp_path: Path) -> None:
    check(page, draft(40))
    page.wait_for_selector("#draft-result .sift", timeout=60_000)
    assert page.locator("#draft-result li.contradicted").count() >= 9
    assert page.locator("#draft-result .draft > li").count() == 41, "the heading is drawn, without a verdict"
    assert page.locator("#draft-result .draft > li").nth(0).locator(".badge").inner_text() == ""
    page.click("#draft-result .sift [data-only=contradicted]")
    assert not page.locator("#draft-result li.supported").first.is_visible()
    page.click("#draft-result li.contradicted .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    assert "1234个" in page.locator("#panel mark.on").inner_text()
    for kind in ("docx", "html"):
        with page.expect_download() as download:
            page.click(f"#draft-result [data-kind=checked-{kind}]")
        assert download.value.suggested_filename.endswith(f".{kind}")
        assert Path(download.value.path()).stat().st_size > 2000
    page.click("#panel [data-act=close]")
    assert serious(page) == []


def test_a_dropped_file_starts_at_once_and_remarks_are_told(page: Any, tmp_path: Path) -> None:
    from docx import Document

    report = Document()
    report.add_paragraph(f"{TRUE}{WRONG_NUMBER}")
    report.save(str(tmp_path / "report.docx"))
    (tmp_path / "report.md").write_text(f"# 报告\n\n- {FALSE}\n", encoding="utf-8")
    web.tab(page, "文稿核对")
    page.set_input_files(FILE, tmp_path / "report.docx")
    page.wait_for_selector("#draft-result h2:has-text('report.docx')", timeout=30_000)
    assert "衡政办发〔2024〕19号" in page.locator("#draft-result .remark").first.inner_text()
    page.set_input_files(FILE, tmp_path / "report.md")
    page.wait_for_selector("#draft-result h2:has-text('report.md')", timeout=30_000)
    assert page.locator("#draft-result li.contradicted").count() == 1


def place(page: Any, name: str) -> None:
    page.fill("#draft-place input", name)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")


def test_a_draft_stays_when_the_place_or_the_day_is_another(page: Any, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(f"# 报告\n\n- {FALSE}\n", encoding="utf-8")
    web.tab(page, "文稿核对")
    page.set_input_files(FILE, tmp_path / "report.md")
    page.wait_for_selector("#draft-result h2:has-text('report.md')", timeout=30_000)
    before = page.locator("#draft-result .remark").count()
    place(page, "浙江省杭州市")
    page.click("#draft-go")
    page.wait_for_selector("#draft-result .remark", timeout=30_000)
    assert page.locator("#draft-result h2").inner_text() == "report.md" and before == 0
    page.fill("#draft-day input, #draft-day textarea", "2025-01-01")
    page.click("#draft-go")
    page.wait_for_selector("#draft-result h2:has-text('report.md')", timeout=30_000)
    assert page.locator("#draft-result .lost").count() == 0


def test_what_is_typed_after_a_file_is_what_is_checked_and_stays_too(page: Any, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(f"# 报告\n\n- {FALSE}\n", encoding="utf-8")
    web.tab(page, "文稿核对")
    page.set_input_files(FILE, tmp_path / "report.md")
    page.wait_for_selector("#draft-result h2:has-text('report.md')", timeout=30_000)
    check(page, TRUE)
    page.wait_for_selector("#draft-result li.supported", timeout=30_000)
    assert page.locator("#draft-result h2:has-text('report.md')").count() == 0
    place(page, "浙江省杭州市")
    assert page.input_value("#draft-text textarea") == TRUE
    page.click("#draft-go")
    page.wait_for_selector("#draft-result li.supported .remark", timeout=30_000)


def test_bad_drafts_are_told_what_is_wrong(page: Any, tmp_path: Path) -> None:
    web.tab(page, "文稿核对")
    page.click("#draft-go")
    page.wait_for_selector("#draft-result .lost:has-text('粘贴')")
    check(page, "会议纪要\n一\n二\n")
    page.wait_for_selector("#draft-result .lost:has-text('没有可核对的句子')")
    (tmp_path / "program.docx").write_bytes(b"\x7fELF" + bytes(400))
    page.set_input_files(FILE, tmp_path / "program.docx")
    page.wait_for_selector("#draft-result .lost:has-text('program.docx')")
    page.fill("#draft-place input", "火星")
    page.keyboard.press("Tab")
    check(page, TRUE)
    page.wait_for_selector("#draft-result .lost:has-text('火星')")


def test_two_hundred_pages_show_progress_and_can_be_stopped(page: Any, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(draft(4000), encoding="utf-8")
    web.tab(page, "文稿核对")
    page.set_input_files(FILE, tmp_path / "long.txt")
    page.wait_for_selector("#draft-result progress")
    page.wait_for_function("document.querySelector('#draft-result progress').value >= 8", timeout=60_000)
    page.click("#draft-stop")
    page.wait_for_selector("#draft-result .lost:has-text('已停止')")
    assert page.locator("#draft-result li.supported").count() >= 1
    page.wait_for_selector("#draft-go:visible")
    check(page, TRUE)
    # a stopped check leaves nothing behind
    page.wait_for_function("document.querySelectorAll('#draft-result .draft > li').length === 1")
