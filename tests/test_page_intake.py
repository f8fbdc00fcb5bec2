"""Dragging a file into the library, in a real Chromium around the real assistant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser as web
import pytest
from test_live import QUESTION, TEXT

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(one_notice_dir: Path, tmp_path: Path) -> Iterator[Any]:
    web.chromium_path()
    folder = tmp_path / "data"
    shutil.copytree(one_notice_dir, folder)
    with (
        web.page_server(folder, web.ROOT / "tests" / "page_real.py") as address,
        web.chromium() as browser,
        web.visit(browser, address) as found,
    ):
        yield found
        assert found.faults == []


def test_a_file_is_previewed_corrected_kept_asked_about_and_removed(page: Any, tmp_path: Path) -> None:
    upload = "#upload input[type=file]"
    (tmp_path / "bad.pdf").write_bytes(b"\x7fELF" + bytes(300))
    (tmp_path / "new.txt").write_text(TEXT, encoding="utf-8")
    web.tab(page, "政策库")
    page.click("#intake button.label-wrap")
    page.set_input_files(upload, tmp_path / "bad.pdf")
    page.wait_for_selector("#preview .lost")
    assert not page.locator("#keep").is_visible()
    page.click("#upload button[aria-label] >> nth=-1")
    page.wait_for_function("!document.querySelector('#preview .lost')")
    page.set_input_files(upload, tmp_path / "new.txt")
    page.wait_for_selector("#keep")
    page.fill("#set-title textarea, #set-title input", "衡阳市村卫生室建设方案")
    page.click("#keep")
    page.wait_for_selector("#preview .binds", timeout=60_000)
    page.wait_for_selector("#library tbody .link:text-is('衡阳市村卫生室建设方案')")

    web.tab(page, "问答")
    web.ask(page, QUESTION)
    assert "1234个" in page.locator(".turn .text").inner_text()
    page.click(".turn .text .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    page.keyboard.press("Escape")

    web.tab(page, "政策库")
    page.click("button:has-text('移除文件')")
    page.click("#remove-which input")
    page.click("[role=option]:has-text('衡政办发')")
    page.click("#remove-go")
    page.wait_for_selector("#removed .lost")
    page.check("#remove-sure input")
    page.click("#remove-go")
    page.wait_for_selector("#removed :text('剩余 0 处')", timeout=60_000)
    assert page.locator("#library tbody tr").count() == 1
