"""The structure of an answer: one value, its renderings, and the text that it must not change."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from made_blocks import BLOCKS
from page_fakes import FakeAssistant

import assistant.service
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph, render
from assistant.blocks import (
    Blocks,
    Listing,
    Marker,
    Paragraph,
    Table,
    Text,
    from_records,
    growing,
    led_in,
    lines_of,
    marker_starts,
    prose,
    to_records,
    to_text,
    with_words,
)
from assistant.keeping.answer_json import answer_from_json, answer_to_json
from assistant.keeping.conversations import StoredTurn
from assistant.keeping.markdown import read_markdown
from assistant.service import Assistant
from assistant.types import Answer, Profile, Turn
from corpus.types import Notice, Span
from pages.export import markdown_of, to_docx

SHOWN: Blocks = (
    Paragraph((Text("先说结论"), Marker(1), Text("。另有"), Text("两项", strong=True), Text("：\n如下"))),
    Listing(((Text("甲"), Marker(2), Text("。")), (Text("乙"), Marker(1), Marker(3)))),
    Table(((Text("地区"),), (Text("规定"),)), (((Text("湘"),), (Text("a|b\nc"), Marker(2))),)),
)
TEXT = (
    "先说结论[1]。另有**两项**：\n如下\n\n- 甲[2]。\n- 乙[1][3]\n\n| 地区 | 规定 |\n| --- | --- |\n| 湘 | a｜b c[2] |"
)
QUESTIONS = (
    "湖南到2025年底多少县市要建成县域医共体？", "湛江的公立医院，2019年，取消耗材加成的钱怎么补？", "药占比要降到多少",
    "家庭医生签约率要达到多少", "远程医疗覆盖多少县", "个人卫生支出占比降到多少", "总会计师制度什么时候建立", "每千人口床位数",
    "资阳和湛江对院长年薪怎么规定？有何不同？", "湖南和资阳和湛江的药占比分别是多少", "医保支付方式改革各地对比",
    "湖南2016年和2021年对家庭医生签约的规定有什么变化", "湖南2016年试点方案和2021年重点任务逐条对照",
    "资府发〔2017〕23号和湛府〔2019〕13号有什么不同", "分级诊疗有哪些措施", "公立医院改革有哪些措施", "湛江药品耗材采购怎么规定",
    "湖南2021年重点任务里家庭医生签约由谁牵头？", "现代医院管理制度由哪些部门负责", "资阳的医师多点执业怎么规定",
    "资府发〔2017〕23号对益阳市资阳区有约束吗", "湛江2019年适用哪些文件", "湖南省2016年试点方案现在还有效吗",
    "湛江可以线下采购药品吗", "湛江药占比是30%对吧", "列全部由市卫生健康局负责的任务", "列全部有时限的任务", "列出湛江所有数字指标",
    "总结湖南2023年服务体系的文件", "总结一下湛府〔2019〕13号", "湛江的时间表", "资府发〔2017〕23号的时间表", "库里有哪些文件", "你好",
    "谢谢", "你能做什么", "今天天气怎么样", "北京市的院长年薪怎么规定", "高血压吃什么药", "湘政办发〔2024〕99号说了什么",
    "帮我翻译这份文件", "写一段通知，引用湛江关于薪酬的规定", "湛府〔2019〕13号什么时候印发的，主送谁",
    "1. 家庭医生签约率多少？2. 院长年薪怎么定？3. 谁负责药品采购？", "湛江取消耗材加成怎么补？资阳呢？院长年薪谁定？",
    "药占比是多少，由谁负责，什么时候完成？", "医疗责任险<b>|[1]怎么规定", "签约率 | 达标 - 多少",
)  # fmt: skip
FOLLOW_UPS = (
    ("湛江的院长年薪怎么定", "那资阳呢"),
    ("湛江取消耗材加成的钱怎么补", "出自哪里"),
    ("家庭医生签约率多少", "原文怎么说"),
)


def written(draft: Draft, notices: Mapping[str, Notice]) -> str:
    """A draft as text, put together by characters: what ``Answer.text`` was before there were blocks."""
    numbers: dict[Support, int] = {}

    def said(statement: Statement) -> str:
        if statement.parts:
            return "".join(map(said, statement.parts))
        if statement.head or not statement.supports:
            return statement.text
        marks = dict.fromkeys(numbers.setdefault(support, len(numbers) + 1) for support in statement.supports)
        tail = "。" if statement.text[-1:] in tuple("。；;，,") else ""
        return statement.text.rstrip("。；;，,") + "".join(f"[{n}]" for n in marks) + tail

    def block_text(block: Block) -> str:
        if block.kind == "list":
            return "\n".join(f"- {said(one)}" for one in block.statements)
        if block.kind == "paragraph":
            text = "".join(map(said, block.statements))
            return text.removeprefix("另：") if text.startswith("另：") else text.removeprefix("同时，")
        rows = [
            f"| {' | '.join(said(cell).replace('|', '｜').replace(chr(10), ' ') for cell in row)} |"
            for row in block.rows
        ]
        return "\n".join([rows[0], "|" + " --- |" * len(block.rows[0]), *rows[1:]])

    return "\n\n".join(text for text in map(block_text, draft.blocks) if text)


@pytest.fixture(scope="module")
def answers(hashed: Assistant) -> list[tuple[str, Answer, str]]:
    """Each question with its answer and the text of its draft by :func:`written`, "" where nothing was drafted."""
    found, drafted = [], []

    def watched(draft: Draft, notices: Mapping[str, Notice]) -> object:
        drafted.append(written(draft, notices))
        return render(draft, notices)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assistant.service, "render", watched)
        for before, question in (*(("", one) for one in QUESTIONS), *FOLLOW_UPS):
            drafted.clear()
            answer = hashed.ask(question, history=[Turn("user", before)] if before else ())
            found.append((question, answer, drafted[-1] if drafted else ""))
    return found


def test_the_text_of_an_answer_is_what_it_was_before_there_were_blocks(answers: list[tuple[str, Answer, str]]) -> None:
    assert sum(bool(text) for *_, text in answers) >= 35
    kinds = {type(block) for _, answer, _ in answers for block in answer.blocks}
    assert kinds == {Paragraph, Listing, Table}
    for question, answer, text in answers:
        notes = "".join(note for note in answer.notes if note in answer.text)
        if answer.refused:
            assert answer.text.endswith(text), question
        elif text:
            assert answer.text.startswith(text), question
            assert answer.text[len(text) :].removeprefix("\n\n") == notes, question


def test_what_was_kept_as_text_is_read_as_the_blocks_it_was_made_of(answers: list[tuple[str, Answer, str]]) -> None:
    for question, answer, _ in answers:
        assert read_markdown(answer.text) == answer.blocks, question


def test_blocks_as_text() -> None:
    assert to_text(SHOWN) == TEXT
    assert to_text(()) == "" == to_text(prose(""))
    assert {number: TEXT[at : at + 3] for number, at in marker_starts(SHOWN).items()} == {1: "[1]", 2: "[2]", 3: "[3]"}
    assert marker_starts(SHOWN)[1] == TEXT.index("[1]")


def test_a_marker_is_no_number_in_brackets_of_a_quote() -> None:
    shown = (Paragraph((Text("脚注[1]的话"), Marker(1), Text("。"))),)
    assert marker_starts(shown) == {1: 7} and to_text(shown)[7:10] == "[1]"


def test_lines_and_words_of_blocks() -> None:
    assert [to_text((Paragraph(line),)) for line in lines_of(SHOWN[0].runs)] == ["先说结论[1]。另有**两项**：", "如下"]
    assert lines_of((Text("\n \n"),)) == []
    assert to_text(with_words(SHOWN, lambda text: text.replace("甲", "丁"))) == TEXT.replace("甲", "丁")
    assert to_text(led_in("只写到：", SHOWN)) == f"只写到：{TEXT}"
    assert to_text(led_in("只写到：", SHOWN[1:2])) == "只写到：\n\n- 甲[2]。\n- 乙[1][3]"
    assert led_in("只写到：", ()) == ()


@given(BLOCKS)
def test_records_are_json_and_come_back(blocks: Blocks) -> None:
    assert from_records(json.loads(json.dumps(to_records(blocks)))) == blocks
    answer = Answer(blocks)
    assert answer_from_json(answer_to_json(answer)) == answer


@given(BLOCKS)
def test_blocks_grow_to_what_they_are(blocks: Blocks) -> None:
    shown = list(growing(blocks))
    texts = [to_text(one) for one in shown]
    assert all(later.startswith(text) for text, later in pairwise(texts))
    assert (shown[-1] if shown else ()) == blocks


def test_sentences_items_and_rows_grow_one_by_one() -> None:
    shown = (*prose("一。二！！三"), *SHOWN[1:])
    assert [to_text(one).rsplit("\n", 1)[-1] for one in growing(shown)] == [
        "一。", "一。二！！", "一。二！！三", "- 甲[2]。", "- 乙[1][3]", "| 湘 | a｜b c[2] |",
    ]  # fmt: skip


def test_an_answer_kept_before_there_were_blocks_opens() -> None:
    values = json.loads(answer_to_json(replace(FakeAssistant(0.0).ask("比较"), dropped=("隐",))))
    del values["blocks"]
    answer = answer_from_json(json.dumps(values))
    assert answer.text == values["text"] and answer.dropped == ("隐",)
    assert [type(block) for block in answer.blocks] == [Paragraph, Table]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", ()),
        ("一句[1]。\n二句\n\n三句", (Paragraph((Text("一句"), Marker(1), Text("。\n二句"))), *prose("三句"))),
        ("* 甲\n• **乙**\n丙", (Listing(((Text("甲"),), (Text("乙", strong=True),))), *prose("丙"))),
        ("a | b\n|:--|--:|\n| 1\\|2 | [2] |\n完", (
            Table(((Text("a"),), (Text("b"),)), (((Text("1|2"),), (Marker(2),)),)), *prose("完"))),
        ("甲|乙\n丙", prose("甲|乙\n丙")),
        ("2.5%以内\n-5度\n2 ** 3 ** 4\n[2021]", prose("2.5%以内\n-5度\n2 ** 3 ** 4\n[2021]")),
    ],
)  # fmt: skip
def test_markdown_is_read(text: str, blocks: Blocks) -> None:
    assert read_markdown(text) == blocks


@given(BLOCKS)
def test_any_text_is_read_without_losing_words(blocks: Blocks) -> None:
    kept = {char for block in read_markdown(to_text(blocks)) for char in to_text((block,))}
    assert set("".join(char for char in to_text(blocks) if char.isalnum())) <= kept


def test_a_span_has_one_number_and_a_paragraph_no_loose_connective(hashed: Assistant) -> None:
    notice = hashed.corpus.notices[0]
    one, other = (Support(notice.id, Span(start, start + 2)) for start in (0, 2))
    told = Statement("另：甲事，", (one, other, one)), Statement("乙事", head=True, supports=(other,))
    draft = Draft(
        (paragraph(*told), paragraph(Statement("")), Block("list"), Block("list", (Statement("丙；", (other,)),)))
    )
    shown, citations = render(draft, {notice.id: notice})
    assert to_text(shown) == "甲事[1][2]。乙事\n\n- 丙[2]。"
    assert [(c.marker, c.start) for c in citations] == [(1, 0), (2, 2)]


def test_blocks_as_markdown_and_word() -> None:
    from docx import Document

    signs = (*prose("1. 甲*乙*\n- <b>丙\n2.5%"), *SHOWN[1:])
    assert markdown_of(signs) == (
        "1\\. 甲\\*乙\\*\\\n\\- \\<b\\>丙\\\n2.5%\n\n- 甲[2]。\n- 乙[1][3]\n\n"
        "| 地区 | 规定 |\n| --- | --- |\n| 湘 | a\\|b<br>c[2] |"
    )
    turn = StoredTurn("问", Profile(), Answer(SHOWN), 0, "2024-03-01T00:00:00")
    document = Document(io.BytesIO(to_docx("题", [turn])))
    head, first, second, *items = document.paragraphs[:5]
    assert head.text == "问"  # of one question no title besides
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)
    assert (first.text, second.text) == ("先说结论[1]。另有两项：", "如下")
    assert [run.text for run in first.runs if run.bold] == ["两项"]
    assert [(item.text, item.style.name) for item in items] == [("甲[2]。", "List Bullet"), ("乙[1][3]", "List Bullet")]
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["地区", "规定"], ["湘", "a|b\nc[2]"]]
    several = Document(io.BytesIO(to_docx("题", [turn, turn])))
    assert [one.text for one in several.paragraphs[:2]] == ["题", "问"]
