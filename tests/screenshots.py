"""Takes the pictures of README in Debian's Chromium: ``python tests/screenshots.py docs/screenshots``.

The page runs on the real notices; its state is kept under ``build/`` so that the index is built once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import browser as web
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FIGURE = "湖南到2025年底多少县市要建成县域医共体？"
COMPARE = "资阳和湛江对院长年薪怎么规定？有何不同？"
GOOD = """衡阳市人民政府办公室关于印发《衡阳市村卫生室建设方案》的通知

衡政办发〔2024〕9号

各县市区人民政府：

现将《衡阳市村卫生室建设方案》印发给你们，请认真组织实施。

衡阳市人民政府办公室
2024年5月6日

一、总体目标

到2026年底，全市建成标准化村卫生室1234个。
"""
DRAFT = """关于公立医院综合改革落实情况的汇报
根据湛府〔2018〕13号文件精神，我院认真落实公立医院综合改革各项任务。
一、住院患者基本医保政策范围内报销比例稳定在75%左右，个人卫生支出占卫生总费用的比重下降到25%以下。
二、区域医疗费用增长控制在10%以下。
三、我院去年共开展门诊服务32万人次。
"""
REFUSED = "北京的医保报销比例是多少？"


UNTIMED = ".took { display: none; }"
"""The machine that takes the pictures may be busy; how long an answer took there tells nobody anything."""


def _tab(page: Any, name: str) -> None:
    page.click(f'button[role=tab]:has-text("{name}")')
    page.wait_for_timeout(700)


def _afresh(page: Any) -> None:
    page.click("#fresh")
    page.wait_for_selector(".welcome")


def _read_first(page: Any) -> None:
    page.locator(".turn").last.locator(".text .chip").first.click()
    page.wait_for_selector("#panel mark.on")
    page.wait_for_timeout(300)


def _desktop(page: Any, out: Path) -> None:
    page.add_style_tag(content=UNTIMED)
    page.wait_for_timeout(400)
    page.screenshot(path=out / "welcome.png")
    web.ask(page, FIGURE)
    _read_first(page)
    page.screenshot(path=out / "chat.png")
    page.keyboard.press("Escape")
    _afresh(page)
    web.ask(page, COMPARE)
    page.wait_for_timeout(300)
    page.screenshot(path=out / "compare.png")
    _afresh(page)
    web.ask(page, REFUSED)
    page.locator(".turn").last.locator(".verdicts summary").click()
    page.wait_for_timeout(300)
    page.screenshot(path=out / "refusal.png")
    _tab(page, "适用性")
    page.fill("#rule-region input", "广东省湛江市")
    page.keyboard.press("Enter")
    page.fill("#rule-date input, #rule-date textarea", "2020-06-01")
    page.click("#rule-go")
    page.wait_for_selector(".verdict-list")
    page.click("#rule-kind input")
    page.click("[role=option]:has-text('社会办')")
    page.wait_for_selector("#rule-result .refers")
    page.mouse.click(10, 500)
    page.wait_for_timeout(300)
    page.screenshot(path=out / "applicability.png")
    _tab(page, "责任与时限")
    page.wait_for_selector("#duties tbody tr")
    page.fill("#duty-region input", "湖南省")
    page.keyboard.press("Enter")
    page.fill("#duty-date input, #duty-date textarea", "2024-06-01")
    page.wait_for_function("document.querySelector('.month-bar strong')?.textContent === '2025 年 12 月'")
    page.wait_for_timeout(600)
    page.click(".month [data-act=day] >> nth=0")
    page.wait_for_timeout(200)
    page.screenshot(path=out / "duties.png")
    page.click("#duties tbody th ~ td .link >> nth=0")
    page.wait_for_selector("#panel mark.on")
    _tab(page, "政策库")
    page.click("#library table .link >> nth=2")
    page.wait_for_timeout(400)
    page.click("#panel .about summary >> nth=0")
    page.wait_for_timeout(300)
    page.screenshot(path=out / "notice.png")
    page.click("#panel [data-act=close]")
    _tab(page, "看板")
    page.screenshot(path=out / "dashboard.png")


def _intake(page: Any, out: Path) -> None:
    """A good file, a doubtful one and a bad one; made up here, nothing of it is kept."""
    folder = ROOT / "build" / "screenshot-files"
    folder.mkdir(parents=True, exist_ok=True)
    good, bare, bad = folder / "村卫生室建设方案.txt", folder / "会议纪要.txt", folder / "程序.pdf"
    good.write_text(GOOD, encoding="utf-8")
    bare.write_text("会议研究了明年的工作安排，议定三件事。", encoding="utf-8")
    bad.write_bytes(b"\x7fELF" + bytes(300))
    _tab(page, "政策库")
    page.click("#intake button.label-wrap")
    page.set_input_files("#upload input[type=file]", [good, bare, bad])
    page.wait_for_selector("#keep:visible", timeout=60_000)
    page.wait_for_timeout(400)
    page.screenshot(path=out / "intake.png")


def _writing(page: Any, out: Path) -> None:
    _tab(page, "文稿核对")
    page.fill("#draft-text textarea", DRAFT)
    page.click("#draft-go")
    page.wait_for_selector("#draft-result .supported", timeout=120_000)
    page.wait_for_selector("#draft-go:visible", timeout=120_000)
    page.wait_for_timeout(600)
    page.screenshot(path=out / "drafts.png")
    _tab(page, "起草")
    page.fill("#write-place input", "广东省湛江市")
    page.keyboard.press("Enter")
    page.fill("#write-subject input, #write-subject textarea", "家庭医生签约服务")
    page.click("#write-go")
    page.wait_for_selector("#write-result .official")
    page.wait_for_timeout(600)
    page.screenshot(path=out / "writing.png")


def _versions(page: Any, out: Path) -> None:
    """Made-up notices of ``page_work``: one that is not settled yet, one in two editions."""
    _tab(page, "政策库")
    page.wait_for_selector(".review .asked")
    page.screenshot(path=out / "library.png")
    page.click("#library .link:has-text('衡阳市献血条例') >> nth=0")
    page.wait_for_selector("#panel .editions li >> nth=1")
    page.click("#panel .editions [data-act=differ]")
    page.wait_for_selector("#diff-result table")
    page.wait_for_timeout(600)
    page.screenshot(path=out / "differ.png")


def _english(page: Any, out: Path) -> None:
    page.wait_for_timeout(300)
    web.ask(page, FIGURE)
    _read_first(page)
    page.screenshot(path=out / "english.png")


def _phone(page: Any, out: Path) -> None:
    page.add_style_tag(content=UNTIMED)
    web.ask(page, FIGURE)
    page.wait_for_timeout(300)
    page.screenshot(path=out / "phone.png")
    _read_first(page)
    page.screenshot(path=out / "phone-source.png")
    page.click("#panel [data-act=close]")
    _tab(page, "责任与时限")
    page.wait_for_selector(".calendar section.day")
    page.wait_for_timeout(500)
    page.screenshot(path=out / "phone-duties.png")


def _dark(page: Any, out: Path) -> None:
    page.add_style_tag(content=UNTIMED)
    web.ask(page, COMPARE)
    _read_first(page)
    page.screenshot(path=out / "dark.png")


def _take(out: Path) -> None:
    with (
        web.page_server(ROOT / "build" / "screenshots", ROOT / "tests" / "page_real.py", start_seconds=400) as address,
        web.chromium() as browser,
    ):
        with web.visit(browser, address, width=1360, height=860) as page:
            _desktop(page, out)
        with web.visit(browser, address, width=1360, height=860) as page:
            _intake(page, out)
        with web.visit(browser, address, width=1360, height=860) as page:
            _writing(page, out)
        with web.visit(browser, f"{address}?lang=en", width=1360, height=860) as page:
            _english(page, out)
        with web.visit(browser, address, width=390, height=800) as page:
            _phone(page, out)
        with web.visit(browser, address, width=1360, height=860, dark=True) as page:
            _dark(page, out)

    with (
        web.page_server(
            ROOT / "build" / "screenshots-work", ROOT / "tests" / "page_work.py", start_seconds=400
        ) as address,
        web.chromium() as browser,
        web.visit(browser, address, width=1360, height=860) as page,
    ):
        _versions(page, out)


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    _take(out)
    for path in out.glob("*.png"):  # an eighth of the size, to the eye the same
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(200, dither=Image.Dither.NONE)
        small.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots"))
