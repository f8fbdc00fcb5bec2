"""What changed between two texts is seen wherever it is told: marked in what is saved, set off and never cut away in an answer."""

from __future__ import annotations

import io
from dataclasses import replace

from docx import Document

from assistant.answering.draft import render
from assistant.blocks import Table, Text
from assistant.tasks.versions import differences
from corpus.differences import compare
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Notice
from pages.differ import difference_sheet
from pages.sheets import sheet_document, sheet_page

LONG = "各级人民政府应当加强领导，把这项工作列入议事日程并落实到有关部门和单位，" * 9
OLD = f"第一条 {LONG}每年演练一次。\n第二条 救护车每十万人配置一辆。\n第三条 旧的规定到此为止，不再执行。\n"
NEW = f"第一条 {LONG}每年演练三次。\n第二条 救护车每五万人配置一辆。\n第四条 社会捐赠的救护车另行登记造册。\n"
FIRST = load_corpus().notices[0]


def made(id_: str, text: str) -> Notice:
    return replace(FIRST, id=id_, title="急救条例", number=None, text=text, articles=outline(text), gaps=(), changes=())


A, B = made("old", OLD), made("new", NEW)


def test_word_shows_what_was_struck_out_and_put_in() -> None:
    sheet = difference_sheet(A, B, compare(A, B))
    table = Document(io.BytesIO(sheet_document(sheet))).tables[0]
    every = [run for row in table.rows[1:] for cell in row.cells for run in cell.paragraphs[0].runs]
    gone = [run.text for run in every if run.font.strike and run.font.color.rgb]
    came = [run.text for run in every if run.font.underline and run.font.color.rgb]
    assert "一" in gone and "三" in came and "十" in gone and "五" in came
    assert any("旧的规定" in text for text in gone) and any("社会捐赠" in text for text in came)
    assert not any("各级人民政府" in text for text in (*gone, *came))
    assert "<del>十</del>" in sheet_page(sheet) and "<ins>五</ins>" in sheet_page(sheet)


def test_an_answer_sets_off_what_changed_and_never_cuts_it_away() -> None:
    blocks, _ = render(differences(A, B), {"old": A, "new": B})
    table = next(block for block in blocks if isinstance(block, Table))
    strong = {run.text for row in table.rows for cell in row for run in cell if isinstance(run, Text) and run.strong}
    assert {"一", "三", "十", "五"} <= strong
    cells = ["".join(run.text for run in cell if isinstance(run, Text)) for row in table.rows for cell in row]
    assert any("演练一次" in cell and "…" in cell and len(cell) < len(LONG) for cell in cells)
