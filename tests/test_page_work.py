"""The work of an office on the page, in a real Chromium: own hospital, tasks, writing, open facts, versions, exports."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import browser as web
import pytest
from page_work import CITY
from test_page_tabs import serious

pytestmark = pytest.mark.browser


@pytest.fixture
def address(work_address: str) -> str:
    return work_address


def set_hospital(page: Any, place: str, **chosen: str) -> None:
    page.click("#hospital-open")
    page.fill("#hospital input[name=region]", place)
    for name, value in chosen.items():
        page.select_option(f"#hospital select[name={name}]", value)
    page.click("[data-act=hospital-save]")


def saved(page: Any, selector: str) -> bytes:
    with page.expect_download() as download:
        page.click(selector)
    return Path(download.value.path()).read_bytes()


def test_my_hospital_is_set_once_and_used_everywhere(page: Any) -> None:
    set_hospital(page, "火星")
    page.wait_for_selector("#hospital .lost:visible")
    page.keyboard.press("Escape")
    set_hospital(page, "衡阳市", ownership="public", grade="tertiary")
    page.wait_for_function(
        "document.querySelector('#hospital-open b').textContent === '湖南省衡阳市 · 公立医院 · 三级医院'"
    )
    page.wait_for_function("document.querySelector('#region input').value === '湖南省衡阳市'")
    page.click("#fresh")
    page.wait_for_selector(".welcome .suggest button:has-text('衡阳市')")
    web.tab(page, "适用性")
    page.wait_for_selector("#rule-result .path:has-text('湖南省衡阳市 · 公立医院 · 三级医院')")
    assert page.locator("#rule-result").inner_text().count("今天") == 0, "the day itself is said"
    web.tab(page, "责任与时限")
    page.wait_for_selector("#duties tbody tr:has-text('执业医师')")
    page.reload()
    page.wait_for_function(
        "window.hpa && window.hpa.ready && document.querySelector('#region input').value === '湖南省衡阳市'"
    )
    page.fill("#region input", "湛江")
    page.keyboard.press("Enter")
    web.ask(page, "院长年薪怎么定？")
    page.wait_for_function("document.querySelector('#region input').value === '湖南省衡阳市'")
    assert "湛江市" in page.locator(".turn .scope").last.inner_text(), "another place for one question"


def test_my_hospital_takes_the_unit_and_a_document_follows_it(page: Any) -> None:
    web.tab(page, "起草")
    page.fill("#write-to input, #write-to textarea", "各科室")
    page.fill("#write-signer input, #write-signer textarea", "别家医院")
    page.click("#hospital-open")
    page.fill("#hospital input[name=unit]", "很好的地方")
    page.click("[data-act=hospital-save]")
    page.wait_for_selector("#hospital .lost:has-text('全称')")
    page.fill("#hospital input[name=region]", "湛江市")
    page.fill("#hospital input[name=unit]", "湛江市第二人民医院")
    page.click("[data-act=hospital-save]")
    signer = "#write-signer input, #write-signer textarea"
    page.wait_for_function(
        "document.querySelector('#write-signer input, #write-signer textarea').value === '湛江市第二人民医院'"
    )
    assert page.locator("#write-to input, #write-to textarea").input_value() == "", "the other hospital's"
    assert "湛江市第二人民医院" in page.locator("#hospital-open").inner_text()
    page.click("#hospital-open")
    assert page.locator("#hospital input[name=region]").input_value() == "广东省湛江市"
    assert page.locator("#hospital input[name=unit]").input_value() == "湛江市第二人民医院"
    page.fill("#hospital input[name=unit]", "")
    page.click("[data-act=hospital-save]")
    page.wait_for_function("document.querySelector('#write-signer input, #write-signer textarea').value === ''")
    assert page.locator(signer).input_value() == ""


def test_who_never_said_where_is_asked_once(page: Any) -> None:
    web.ask(page, "院长年薪怎么定？")
    page.click(".turn .ask-once [data-act=hospital-later]")
    assert not page.locator(".turn .ask-once").is_visible()
    web.ask(page, "编制怎么管？")
    assert not page.locator(".turn .ask-once").last.is_visible()


def test_tasks_put_plain_words_into_the_conversation(page: Any) -> None:
    page.click("[data-act=task][data-task=summary]")
    page.click("[data-act=task-go]")
    page.wait_for_selector("#task .lost:visible")
    page.fill("#task input[name=notice]", "火星条例")
    page.click("[data-act=task-go]")
    page.wait_for_selector("#task .lost:visible")
    assert not page.locator("#task [name=body]").is_visible(), "a summary needs no body"
    page.select_option("#task [name=what]", "duties")
    assert page.locator("#task [name=body]").is_visible()
    page.select_option("#task [name=what]", "summary")
    page.fill("#task input[name=notice]", "献血条例")
    page.click("[data-act=task-go]")
    page.wait_for_selector(".turn .actions")
    assert page.locator(".turn .q").inner_text().endswith("总结《衡阳市献血条例》的主要内容"), "the whole title"
    for name, result in (("compare", "#diff-result"), ("write", "#write-result"), ("drafts", "#draft-result")):
        web.tab(page, "问答")
        page.click(f"[data-act=tab][data-tab={name}]")
        page.wait_for_selector(result, state="attached")
        assert page.locator(f"#{name}-tab-button").get_attribute("aria-selected") == "true"


def test_a_document_is_assembled_from_cited_clauses(page: Any) -> None:
    web.tab(page, "起草")
    page.click("#write-go")
    page.wait_for_selector("#write-result .lost:has-text('事项')")
    page.fill("#write-subject input, #write-subject textarea", "村卫生室建设")
    page.click("#write-basis input")
    page.click("[role=option]:has-text('〔2024〕9号')")
    page.keyboard.press("Escape")
    page.click("#write-go")
    page.wait_for_selector("#write-result .official")
    text = page.locator("#write-result .official").inner_text()
    assert (
        "关于村卫生室建设的通知" in text
        and "1234个" in text
        and "牵头单位：市卫生健康委" in text
        and "【由起草人填写" in text
        and "2025年3月1日" in text
    )
    said = page.locator("#write-result .official p:has(.chip)").all_inner_texts()
    assert not any(
        "关于印发《衡阳市村卫生室建设方案》的通知》（衡政办发〔2024〕9号）规定：衡阳市" in one for one in said
    )
    page.click("#write-result .official .chip >> nth=0")
    page.wait_for_selector("#panel mark.on")
    with zipfile.ZipFile(io.BytesIO(saved(page, "#write-result [data-kind=official-docx]"))) as archive:
        body, fonts = archive.read("word/document.xml").decode(), archive.read("word/fontTable.xml").decode()
    assert "方正小标宋简体" in body and "仿宋_GB2312" in body and "引用依据" in body and "altName" in fonts
    with zipfile.ZipFile(io.BytesIO(saved(page, "#write-result [data-kind=official-clean]"))) as archive:
        assert "引用依据" not in archive.read("word/document.xml").decode()


def test_open_facts_stand_on_top_and_are_settled_by_a_click_or_a_table(page: Any, tmp_path: Path) -> None:
    web.tab(page, "政策库")
    page.wait_for_selector(".review .asked:has-text('门诊预约')")
    (tmp_path / "facts.csv").write_text("文件,天气\nnobody.txt,晴\n", encoding="utf-8")
    page.set_input_files("#facts-table input[type=file], input[type=file][accept*=csv]", tmp_path / "facts.csv")
    page.wait_for_selector("#review .notes:has-text('天气')")
    (tmp_path / "issuers.csv").write_text(
        "文件,发文机关\nnobody.txt,衡阳市卫生健康委员会\n不在库里.txt,某某局\n", encoding="utf-8"
    )
    page.set_input_files("#facts-table input[type=file], input[type=file][accept*=csv]", tmp_path / "issuers.csv")
    page.wait_for_selector("#review .notes:has-text('已核对 1 份')")
    assert "不在库里" in page.locator("#review .notes").inner_text()
    row = ".review .asked:has-text('门诊预约') li:has(input[data-key=region])"
    page.fill(f"{row} input", "火星")
    page.click(f"{row} > button")
    page.wait_for_selector("#review .notes:has-text('地区有误')")
    assert "--set" not in page.locator("#review").inner_text()
    assert page.locator(f"{row} input").input_value() == "火星", "what was typed stays"
    assert page.locator("#facts-table").is_visible()
    page.fill(f"{row} input", "湖南省衡阳市")
    page.click(f"{row} > button")
    page.wait_for_function("!document.querySelector('.review input[data-key=region]')")


def test_the_list_is_searched_sorted_and_fits_a_phone(chromium: Any, address: str) -> None:
    with web.visit(chromium, address, width=390, height=780) as page:
        web.tab(page, "政策库")
        page.wait_for_selector("#library tbody tr")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.querySelector('#library .table-wrap').scrollWidth") <= 390
        page.locator("#library-words textarea, #library-words input").press_sequentially("献血条例", delay=50)
        page.wait_for_function("document.querySelectorAll('#library tbody tr').length === 2")
        assert serious(page) == []
    with web.visit(chromium, address) as page:
        web.tab(page, "政策库")
        page.click("#library [data-by=title]")
        page.wait_for_selector("#library th[aria-sort=ascending]")
        titles = page.locator("#library tbody th .link").all_inner_texts()
        assert titles == sorted(titles)


def test_versions_open_and_are_compared_clause_by_clause(page: Any) -> None:
    web.tab(page, "政策库")
    page.click("#library .link:has-text('衡阳市献血条例') >> nth=0")
    page.wait_for_selector("#panel .editions li >> nth=1")
    page.click("#panel .editions .link:has-text('第 1 版')")
    page.wait_for_selector("#panel .lost:has-text('第 1 版')")
    page.click("#panel .editions [data-act=differ]")
    page.wait_for_selector("#diff-result table")
    assert not page.locator("#panel aside").is_visible(), "the panel does not stay over another page"
    assert "修改" in page.locator("#diff-result .told").inner_text()
    assert "90" in page.locator("#diff-result ins").all_inner_texts()
    page.click("#diff-result .link:has-text('看原文') >> nth=0")
    page.wait_for_selector("#panel mark.on")
    with zipfile.ZipFile(io.BytesIO(saved(page, "#diff-result [data-kind=sheet-docx]"))) as archive:
        body = archive.read("word/document.xml").decode()
    assert "<w:strike/>" in body and '<w:u w:val="single"/>' in body and "<w:color " in body
    page.click("#diff-b input")
    page.keyboard.press("Control+a")
    page.keyboard.type("〔2024〕9号")
    page.click("[role=option]:has-text('〔2024〕9号')")
    page.click("#diff-go")
    page.wait_for_selector("#diff-result .path:has-text('不是同一份文件的新旧两版')")
    kinds = set(page.locator("#diff-result tbody .badge").all_inner_texts())
    assert kinds <= {"只在前一份", "只在后一份", "修改"}, "nothing was removed or added"
    page.fill("#diff-b input", "")
    page.click("#diff-go")
    page.wait_for_selector("#diff-result .path:has-text('不是同一份文件的新旧两版')", state="detached")
    page.wait_for_selector("#diff-result table")
    page.fill("#diff-a input", "没有这份文件")
    page.keyboard.press("Tab")
    page.click("#diff-go")
    page.wait_for_selector("#diff-result .lost")


def test_what_is_judged_and_compared_says_the_matter_and_is_exported(page: Any) -> None:
    web.tab(page, "适用性")
    page.click("#rule-go")
    page.wait_for_selector("#rule-result h2:has-text('可能适用')")
    assert "没有选地区" in page.locator("#rule-result").inner_text()
    page.fill("#rule-region input", "湖南省衡阳市")
    page.keyboard.press("Enter")
    page.fill("#rule-topic input, #rule-topic textarea", "村卫生室")
    page.click("#rule-go")
    page.wait_for_selector("#rule-result .path:has-text('事项：村卫生室')")
    page.wait_for_selector("#rule-result .binds:has-text('写到“村卫生室”')")
    assert "不等于现行有效" in page.locator("#rule-result").inner_text()
    page.click("#rule-result .mentions summary >> nth=0")
    page.click("#rule-result .mentions .link >> nth=0")
    page.wait_for_selector("#panel mark.on")
    html = saved(page, "#rule-result [data-kind=sheet-html]").decode()
    assert "<button" not in html and "事项：村卫生室" in html and "<col style" in html
    page.fill("#rule-topic input, #rule-topic textarea", "直升机停机坪")
    page.click("#rule-go")
    page.wait_for_selector("#rule-result .path:has-text('事项：直升机停机坪')")
    assert "没有一份写到“直升机停机坪”" in page.locator("#rule-result").inner_text()
    assert "应当执行" not in page.locator("#rule-result").inner_text()


def test_a_removed_notice_leaves_an_open_conversation(chromium: Any, address: str, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text(
        CITY.replace("1234", "1777").replace("〔2024〕9号", "〔2024〕77号"), encoding="utf-8"
    )
    with web.visit(chromium, address) as keeper, web.visit(chromium, address) as reader:
        web.tab(keeper, "政策库")
        keeper.click("#intake button.label-wrap")
        keeper.set_input_files("#upload input[type=file]", tmp_path / "short.txt")
        keeper.wait_for_selector("#keep:visible")
        keeper.click("#keep")
        keeper.wait_for_selector("#batch .saved")
        web.ask(reader, "衡政办发〔2024〕77号规定建成多少个村卫生室？")
        assert "1777" in reader.locator(".turn .text").inner_text()
        keeper.click("button.label-wrap:has-text('移除文件')")
        keeper.click("#remove-which input")
        keeper.click("[role=option]:has-text('〔2024〕77号')")
        keeper.check("#remove-sure input")
        keeper.click("#remove-go")
        keeper.wait_for_selector("#removed :text('剩余 0 处')", timeout=60_000)
        reader.wait_for_selector(".turn .text:has-text('已从文件库移除')")


def test_what_grates_is_gone(chromium: Any, address: str) -> None:
    with web.visit(chromium, address, dark=True) as page:
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark", "no white scroll bars"
        for at in range(3):
            web.ask(page, f"{'很长的问题，' * 20}第{at}问：院长年薪怎么定？")
            page.click("#fresh")
            page.wait_for_selector(".welcome")
        overprinted = """[...document.querySelectorAll('#history .open')].some(b =>
          b.querySelector('span').getBoundingClientRect().bottom > b.querySelector('small').getBoundingClientRect().top + 1)"""
        assert not page.evaluate(overprinted)
        assert page.evaluate("document.querySelector('#search').getBoundingClientRect().height") >= 26
        page.fill("#as-of input, #as-of textarea", "2020-13-45")
        page.fill("#ask textarea", "要建成多少个")
        page.press("#ask textarea", "Enter")
        page.wait_for_selector(".toast-title")
        assert page.locator(".toast-title").inner_text() not in {"Warning", "Error", "Info"}


def test_the_keyboard_alone_reaches_the_new_pages(page: Any) -> None:
    page.focus("#drafts-tab-button")
    page.keyboard.press("Enter")
    page.focus("#draft-text textarea")
    page.keyboard.type("到2026年底，全市建成标准化村卫生室1234个。")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id === 'draft-go'"):
            break
    assert page.evaluate("document.activeElement.id") == "draft-go"
    page.keyboard.press("Enter")
    page.wait_for_selector("#draft-result .supported")
    page.focus("#hospital-open")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('hospital').open")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "hospital-open"
    assert serious(page) == []


CONTROLS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [tabindex='0']")]
  .filter(e => !e.disabled && e.type !== "file" && e.tabIndex >= 0 && e.getAttribute("role") !== "tab"
    && e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})
    && e.getBoundingClientRect().width > 1 && !e.closest("[inert], [aria-hidden=true]"))
  .map((e, n) => { e.dataset.key = n; return e.getAttribute("aria-label") || e.innerText || e.id || e.tagName; })"""
FOCUSED = """() => { const e = document.activeElement;
  const drawn = n => { const s = n && getComputedStyle(n);
    return s && ((s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none"); };
  return [e.dataset.key ?? "", e === document.body || e.tagName === "TEXTAREA"
    || [e, e.parentElement, e.parentElement?.parentElement].some(drawn), e.outerHTML.slice(0, 120)]; }"""


def test_the_keyboard_reaches_every_control_of_every_tab(page: Any) -> None:
    for name in ("问答", "文稿核对", "起草", "政策库", "适用性", "对比", "责任与时限", "看板"):
        web.tab(page, name)
        page.wait_for_timeout(600)
        wanted = page.evaluate(CONTROLS)
        page.focus("#hospital-open")
        reached, key = set(), page.evaluate(FOCUSED)[0]
        for _ in range(3 * len(wanted) + 20):
            reached.add(key)
            if len(reached - {""}) == len(wanted):
                break
            page.keyboard.press("Tab")
            key, seen, which = page.evaluate(FOCUSED)
            assert seen, f"{name}: the focus is not seen on {which}"
        left = [told for n, told in enumerate(wanted) if str(n) not in reached]
        assert not left, f"{name}: not reached {left}"
        page.keyboard.press("Tab")
        page.focus("#hospital-open")
        page.wait_for_function("!document.querySelector('ul.option-list')")  # no list is left lying over the page


def test_both_sides_of_a_difference_are_seen_in_an_answer(chromium: Any, address: str) -> None:
    for width in (1280, 390):
        with web.visit(chromium, address, width=width) as page:
            web.ask(page, "衡阳市献血条例新旧两版有什么不同？")
            page.wait_for_selector(".turn .table-wrap")
            fits = "(box => box.scrollWidth <= box.clientWidth + 1)(document.querySelector('.turn .table-wrap'))"
            assert page.evaluate(fits), f"a column is out of sight at {width}"


def test_what_a_hospital_is_stands_with_the_answer(page: Any) -> None:
    set_hospital(page, "湛江市", ownership="public", grade="secondary")
    page.wait_for_function("document.querySelector('#region input').value === '广东省湛江市'")
    web.ask(page, "院长年薪怎么定？")
    assert "公立医院 · 二级医院" in page.locator(".turn .scope").inner_text()


def test_a_list_narrows_while_an_input_method_puts_words_in(page: Any) -> None:
    web.tab(page, "责任与时限")
    web.settle(page)
    page.click("#duty-region input")
    page.wait_for_selector("[role=option]:visible")
    assert page.locator("[role=option]:visible").count() > 1
    page.keyboard.insert_text("湛江")
    page.wait_for_function(
        "(shown => shown.length === 1 && shown[0].innerText.includes('湛江'))"
        "([...document.querySelectorAll('[role=option]')].filter(o => o.offsetParent))"
    )
