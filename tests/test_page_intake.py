"""Files brought to the library in a real Chromium around the real assistant: good, bad, many at once; nothing half-saved."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser as web
import pytest
from fakes import CITY_NOTICE
from test_live import QUESTION
from test_page_tabs import serious

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UPLOAD = "#upload input[type=file]"
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


@pytest.fixture(scope="module")
def folder(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(one_notice_dir, tmp_path_factory.mktemp("intake") / "data"))


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    web.chromium_path()
    with web.page_server(folder, web.ROOT / "tests" / "page_real.py", start_seconds=120) as found:
        yield found


@pytest.fixture
def library(page: Any) -> Any:
    """The library page with the form for new files open."""
    web.tab(page, "政策库")
    page.click("#intake button.label-wrap")
    page.wait_for_selector(UPLOAD, state="attached")
    return page


def kept(folder: Path) -> dict[str, bytes]:
    """Everything the data folder holds of notices and index, but for logs, locks and what Chroma writes when it likes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in ("notices", "index", "removed", "journal")
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and path.suffix not in {".lock", ".log"} and "chroma" not in path.parts
    }


def text_of(number: int, place: str = "衡阳市") -> str:
    return (
        CITY_NOTICE.replace("〔2024〕9号", f"〔2024〕{number}号")
        .replace("衡阳市", place)
        .replace("1234", f"12{number}")
    )


def states(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("#batch li .badge").all_inner_texts()]


def encrypted_pdf(path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(str(path))


def scanned_pdf(path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (600, 800), "white").save(path, "PDF")


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Name → a file that must be refused, and a word of the reason."""
    encrypted, scan, program = folder / "encrypted.pdf", folder / "scan.pdf", folder / "program.pdf"
    sheet = folder / "table.xlsx"
    encrypted_pdf(encrypted)
    scanned_pdf(scan)
    program.write_bytes(b"\x7fELF" + bytes(300))
    sheet.write_bytes(b"PK\x05\x06" + bytes(18))
    return {
        "encrypted": (encrypted, "密码"),
        "scan": (scan, "文字"),
        "program": (program, "不是"),
        "sheet": (sheet, "请"),
    }


def test_each_bad_file_is_refused_with_a_reason_and_nothing_is_kept(library: Any, folder: Path, tmp_path: Path) -> None:
    before = kept(folder)
    for number, (path, word) in enumerate(bad_files(tmp_path).values(), start=1):
        library.set_input_files(UPLOAD, path)
        library.wait_for_function(f"document.querySelectorAll('#batch li.failed').length === {number}", timeout=60_000)
        told = library.locator("#batch li.failed").last.inner_text()
        assert path.name in told and word in told, told
        assert not library.locator("#keep").is_visible()
    assert kept(folder) == before


def test_a_file_over_the_limit_is_refused_before_it_arrives(library: Any, folder: Path, tmp_path: Path) -> None:
    before, huge = kept(folder), tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(200 * 2**20)
    library.set_input_files(UPLOAD, huge)
    library.wait_for_selector("#toast.on:has-text('上限')", timeout=60_000)
    assert "huge.pdf 超过 50 MB" in library.locator("#toast").inner_text()
    assert library.locator("#batch li").count() == 0 and kept(folder) == before
    (tmp_path / "small.txt").write_text(text_of(51), encoding="utf-8")
    library.set_input_files(UPLOAD, [huge, tmp_path / "small.txt"])
    library.wait_for_selector("#batch li.waiting", timeout=60_000)
    assert library.locator("#batch li").count() == 1 and kept(folder) == before


def test_a_bad_file_among_good_ones_stops_nobody(library: Any, folder: Path, tmp_path: Path) -> None:
    before = kept(folder)
    files = [path for path, _ in bad_files(tmp_path).values()]
    for number in (1, 2):
        good = tmp_path / f"good{number}.txt"
        good.write_text(text_of(number), encoding="utf-8")
        files.insert(number, good)
    library.set_input_files(UPLOAD, files)
    library.wait_for_selector("#keep:visible", timeout=60_000)
    assert sorted(states(library)) == sorted(["未添加"] * 4 + ["待核对"] * 2)
    assert kept(folder) == before, "reading keeps nothing"
    assert serious(library) == []
    library.click("#batch button[data-item] >> nth=1")
    library.wait_for_function("document.querySelector('#set-number textarea, #set-number input').value.includes('2号')")
    library.click("#skip")
    library.wait_for_selector("#batch li.skipped")
    library.click("#keep")
    library.wait_for_selector("#batch li.saved", timeout=60_000)
    assert sorted(states(library)) == sorted(["未添加"] * 4 + ["已跳过", "已添加"])
    assert not library.locator("#keep").is_visible()
    library.wait_for_selector("#library tbody td:text-is('衡政办发〔2024〕1号')")
    assert library.locator("#library tbody td:text-is('衡政办发〔2024〕2号')").count() == 0


def test_what_was_typed_for_a_file_is_there_again_when_it_is_taken_up_again(library: Any, tmp_path: Path) -> None:
    field = "#set-title textarea, #set-title input"
    for number in (61, 62):
        (tmp_path / f"typed{number}.txt").write_text(text_of(number), encoding="utf-8")
    library.set_input_files(UPLOAD, [tmp_path / f"typed{number}.txt" for number in (61, 62)])
    library.wait_for_selector("#keep:visible", timeout=60_000)
    library.fill(field, "改过的标题")
    library.click("#batch button[data-item] >> nth=1")
    library.wait_for_function(
        "document.querySelector('#set-number textarea, #set-number input').value.includes('62号')"
    )
    assert library.locator(field).input_value() != "改过的标题"
    library.click("#batch button[data-item] >> nth=0")
    library.wait_for_function(
        "document.querySelector('#set-number textarea, #set-number input').value.includes('61号')"
    )
    assert library.locator(field).input_value() == "改过的标题"
    (tmp_path / "third.txt").write_text(text_of(63), encoding="utf-8")
    library.set_input_files(UPLOAD, tmp_path / "third.txt")
    library.wait_for_function("document.querySelectorAll('#batch li').length === 3", timeout=60_000)
    library.wait_for_selector("#keep:visible")
    assert library.locator(field).input_value() == "改过的标题", "one more file takes nothing away"


def test_a_zip_is_unpacked_and_the_rest_kept_at_once_and_what_is_there_already_is_told(
    library: Any, folder: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in (31, 32, 33):
            archive.writestr(f"sub/{number}.txt", text_of(number))
        archive.writestr("sub/broken.pdf", b"%PDF-1.7 broken")
    library.set_input_files(UPLOAD, packed)
    library.wait_for_selector("#keep-all:visible", timeout=60_000)
    assert sorted(states(library)) == sorted(["待核对"] * 3 + ["未添加"])
    library.click("#keep-all")
    library.wait_for_function("document.querySelectorAll('#batch li.saved').length === 3", timeout=90_000)
    for number in (31, 32, 33):
        library.wait_for_selector(f"#library tbody td:text-is('衡政办发〔2024〕{number}号')")
    state = kept(folder)
    library.click("#intake-clear")
    library.wait_for_function("!document.querySelector('#batch li')")
    again = tmp_path / "again.txt"
    again.write_text(text_of(31), encoding="utf-8")
    library.set_input_files(UPLOAD, again)
    library.wait_for_selector("#batch li.unchanged", timeout=60_000)
    assert "没有变化" in library.locator("#batch li.unchanged").inner_text()
    assert not library.locator("#keep").is_visible() and kept(folder) == state


def test_a_folder_is_taken_whole(library: Any, tmp_path: Path) -> None:
    whole = tmp_path / "folder"
    (whole / "deep").mkdir(parents=True)
    (whole / "41.txt").write_text(text_of(41), encoding="utf-8")
    (whole / "deep" / "42.txt").write_text(text_of(42), encoding="utf-8")
    with library.expect_file_chooser() as chooser:
        library.click("#upload-folder")
    chooser.value.set_files(str(whole))
    library.wait_for_function("document.querySelectorAll('#batch li.waiting').length === 2", timeout=60_000)


def test_missing_facts_are_asked_for_and_what_was_typed_survives_a_refusal(
    library: Any, folder: Path, tmp_path: Path
) -> None:
    before = kept(folder)
    page_file = tmp_path / "page.html"
    page_file.write_text(
        f"<html><body>{HOSTILE}<h1>通知</h1><p>到2027年，全市建成5个中心。&lt;script&gt;window.pwned=1&lt;/script&gt;</p></body></html>",
        encoding="utf-8",
    )
    library.set_input_files(UPLOAD, page_file)
    library.wait_for_selector("#batch li.doubtful", timeout=60_000)
    assert "--set" not in library.locator("#preview").inner_text()
    library.click("#preview .as-read summary")
    assert "全市建成5个中心" in library.locator("#preview .as-read div").inner_text()
    library.fill("#set-title textarea, #set-title input", "邵阳市中心建设通知<b>")
    library.fill("#set-region textarea, #set-region input", "火星")
    library.fill("#set-issuer textarea, #set-issuer input", "邵阳市人民政府")
    library.click("#keep")
    library.wait_for_selector("#batch li.doubtful .path:has-text('火星')", timeout=60_000)
    assert library.locator("#set-title textarea, #set-title input").input_value() == "邵阳市中心建设通知<b>"
    assert kept(folder) == before
    library.fill("#set-region textarea, #set-region input", "湖南省邵阳市")
    library.click("#keep")
    library.wait_for_selector("#batch li.saved", timeout=60_000)
    library.click("#library .link:has-text('邵阳市中心建设通知')")
    library.wait_for_selector("#panel .src")
    assert "<script>window.pwned=1</script>" in library.locator("#panel .src-text").inner_text()
    assert library.locator("#panel .src script, #panel .src img, #panel h2 b").count() == 0
    assert library.evaluate("window.pwned") is None


def test_a_file_is_corrected_kept_asked_about_and_removed(library: Any, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(CITY_NOTICE.replace("衡阳市", "永州市"), encoding="utf-8")
    library.set_input_files(UPLOAD, tmp_path / "new.txt")
    library.wait_for_selector("#keep:visible", timeout=60_000)
    library.fill("#set-title textarea, #set-title input", "永州市村卫生室建设方案")
    library.click("#keep")
    library.wait_for_selector("#batch li.saved", timeout=60_000)
    library.wait_for_selector("#library tbody .link:text-is('永州市村卫生室建设方案')")

    web.tab(library, "问答")
    web.ask(library, QUESTION.replace("衡阳市", "永州市"))  # 衡阳市 has notices of other tests
    assert "1234个" in library.locator(".turn .text").inner_text()
    library.click(".turn .text .chip >> nth=0")
    library.wait_for_selector("#panel mark.on")
    library.keyboard.press("Escape")

    web.tab(library, "政策库")
    library.click("button:has-text('移除文件')")
    library.click("#remove-which input")
    library.click("[role=option]:has-text('〔2024〕9号')")
    library.click("#remove-go")
    library.wait_for_selector("#removed .lost")
    library.check("#remove-sure input")
    library.click("#remove-go")
    library.wait_for_selector("#removed :text('剩余 0 处')", timeout=60_000)
    assert library.locator("#library tbody td:text-is('衡政办发〔2024〕9号')").count() == 0


def chips(turn: Any) -> list[str]:
    return [text.replace("\n", "") for text in turn.locator(".scope .chips li").all_inner_texts()]


def test_three_unrelated_questions_carry_nothing_over_and_a_follow_up_says_what_it_carries(page: Any) -> None:
    for question, place in (
        ("湛江的公立医院怎么取消耗材加成？", "广东省湛江市"),
        ("湖南到2025年底多少县市要建成县域医共体？", "湖南省"),
        ("资阳市家庭医生签约由哪个部门负责？", "四川省资阳市"),
    ):
        web.ask(page, question)
        turn = page.locator(".turn").last
        assert chips(turn)[0] == f"地区{place}" and "沿用" not in turn.locator(".scope").inner_text()
    web.ask(page, "湛江的院长年薪怎么定？")
    web.ask(page, "由谁考核？")
    assert chips(page.locator(".turn").last)[0] == "地区广东省湛江市 沿用上文"
