"""Documents assembled from clauses, texts laid side by side, and what differs between places, without a browser."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm, Pt

import assistant.tasks.composing as compose_module
from assistant.answering.draft import Block, Draft, Statement, Support, render
from assistant.blocks import Marker, Runs, Table, Text
from assistant.drafting.gbt9704 import official_document
from assistant.errors import DraftError
from assistant.hospitals import HospitalKind, meant_kinds
from assistant.kinds.comparison import ABSENT, SILENT
from assistant.query.orders import asks_to_write, wordings
from assistant.retrieval.matching import Weights
from assistant.service import Assistant
from assistant.tasks.composing import compose, forms
from assistant.tasks.differing import Cell, cells_of, what_differs
from assistant.tasks.ordering import Order, order_of
from assistant.tasks.versions import editions_of_one
from assistant.topics import clauses_on
from assistant.types import Binding, Profile, Turn
from assistant.verification.gate import HIDDEN, Gate
from corpus.differences import compare
from corpus.types import Span
from pages.duty_filters import DutyFilters
from pages.schedule import duties_asked

ZHANJIANG = "广东省/湛江市"


def test_each_kind_of_document_has_examples_that_tell_it_from_others() -> None:
    table = tomllib.loads((Path(compose_module.__file__).parent / "forms.toml").read_text(encoding="utf-8"))
    asking = wordings()
    assert all(map(asks_to_write, asking["yes"])) and not any(map(asks_to_write, asking["no"]))
    assert all(order_of(text).subject and not order_of(text).subject.startswith("起草") for text in asking["yes"])
    assert set(asking["kinds"].values()) == set(table)
    for key, one in table.items():
        assert all(order_of(title).form == key for title in one["yes"]), key
        assert all(order_of(title).form != key for title in one["no"]), key
        assert "{basis}" in one["opening"]
    assert order_of("拟一份县域医共体建设实施方案").subject == "县域医共体建设"


def test_every_clause_is_quoted_as_it_stands_and_binds_the_place(hashed: Assistant) -> None:
    made = compose(
        hashed, Order("notice", "家庭医生签约服务", ZHANJIANG, to="各科室", signer="湛江市某医院", day=date(2020, 3, 1))
    )
    held = {notice.id: notice for notice in hashed.corpus.notices}
    assert made.title == "关于家庭医生签约服务的通知" and made.citations
    for cited in made.citations:
        assert held[cited.notice_id].text[cited.start : cited.end] == cited.quote
        assert not held[cited.notice_id].region or held[cited.notice_id].region.startswith("广东省")
    markers = [marker for section in made.sections for item in section.items for marker in item.markers]
    assert sorted(markers) == [cited.marker for cited in made.citations]
    spans = sorted((c.notice_id, c.start, c.end) for c in made.citations)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans)), "no sentence is quoted twice"
    quoted = [item for item in made.sections[0].items if item.markers]
    articles = [
        {held[c.notice_id].article_at(c.start).ordinal for c in made.citations if c.marker in item.markers}
        for item in quoted
    ]
    assert quoted and all(len(one) == 1 for one in articles), "a paragraph holds the words of one clause"
    gaps = [item.text for section in made.sections for item in section.items if not item.markers]
    assert gaps and all(text.startswith("【由起草人填写") for text in gaps), "what is not quoted is a gap"


def test_a_matter_the_library_does_not_hold_is_refused(hashed: Assistant) -> None:
    for order in (Order("notice", "海上钻井平台"), Order("notice", " "), Order("poem", "家庭医生")):
        with pytest.raises(DraftError):
            compose(hashed, order)


def test_the_word_file_has_the_layout_of_the_standard(hashed: Assistant) -> None:
    made = compose(hashed, Order("report", "家庭医生签约服务", ZHANJIANG, day=date(2020, 3, 1)))
    document = Document(io.BytesIO(official_document(made)))
    page = document.sections[0]
    assert [round(side / Mm(1)) for side in (page.top_margin, page.left_margin, page.right_margin)] == [37, 28, 26]
    title, *rest = [paragraph for paragraph in document.paragraphs if paragraph.text]
    assert title.text == made.title and title.runs[0].font.size == Pt(22)
    assert "方正小标宋简体" in title._p.xml and any("仿宋_GB2312" in paragraph._p.xml for paragraph in rest)
    assert any(paragraph.text == "2020年3月1日" for paragraph in rest) and set(forms()) >= {"notice", "report"}
    assert "[1]" not in "".join(p.text for p in Document(io.BytesIO(official_document(made, sources=False))).paragraphs)


def test_two_named_notices_are_laid_side_by_side(hashed: Assistant) -> None:
    answer = hashed.ask("湘政发〔2016〕12号和湘政办发〔2023〕44号有什么不同？")
    assert "逐条对照" in answer.text and "只在后一份" in answer.text and answer.citations
    assert "删去" not in answer.text and "增加" not in answer.text.partition("：")[2].partition("。")[0], (
        "no editions of one"
    )
    assert {c.notice for c in answer.citations} <= {"湘政发〔2016〕12号", "湘政办发〔2023〕44号"}
    asked = hashed.ask("湘政发〔2016〕12号和湘政办发〔2023〕44号对院长年薪有什么不同？")
    assert "逐条对照" not in asked.text, "a comparison on one matter is another thing"


def test_two_places_never_have_two_editions_of_one_text(hashed: Assistant) -> None:
    one = hashed.corpus.notices[0]
    assert editions_of_one(one, one, compare(one, one))
    twin = replace(one, id="twin", region="海南省" if one.region != "海南省" else "青海省")
    assert not editions_of_one(one, twin, compare(one, twin)), "another place's rule in the same words"
    assert editions_of_one(one, replace(one, id="twin"), compare(one, replace(one, id="twin")))


def test_a_place_several_bear_is_asked_back_in_a_conversation_too(hashed: Assistant) -> None:
    asked = "取消耗材加成的钱怎么补？"
    before = [Turn("user", asked), Turn("assistant", hashed.ask(asked, profile=Profile(ZHANJIANG)).text)]
    answer = hashed.ask("鼓楼区的医院要执行哪些文件？", history=before, profile=Profile(ZHANJIANG))
    assert answer.refused and "4 处" in answer.text


def test_duties_of_one_notice_are_all_of_it(hashed: Assistant) -> None:
    notice = next(n for n in hashed.corpus.notices if n.number == "湛府〔2019〕13号")
    found, _ = duties_asked(hashed, DutyFilters("湖南省", of=notice.id))  # type: ignore[arg-type]
    assert found and {duty.notice_id for duty in found} == {notice.id}, "wherever it binds"


def told(**said: str | tuple[str, ...]) -> tuple[Cell, ...]:
    """Cells by place: sentences that are said, or what stands there instead."""
    return tuple(Cell(p, one) if isinstance(one, tuple) else Cell(p, (), one) for p, one in said.items())


def test_what_differs_names_the_silent_and_the_other_figures() -> None:
    both = what_differs(told(甲市=("不低于80%。",), 乙市=("不低于70%。",)))
    assert both == "数字不同：甲市写的是80%；乙市写的是70%。"
    assert "没有不同" in what_differs(told(甲市=("达到80%。",), 乙市=("要求80%。",)))
    assert what_differs(told(甲市=("x",))) == ""
    apart = what_differs(told(甲市=("处五千元罚款。",), 乙市=("一分钟内派车，记录保存两年。",)))
    assert apart == "写法不同，见下表。", "a fine and a time are no difference"
    more = what_differs(told(甲市=("保存五年，续存十年。",), 乙市=("保存五年。",)))
    assert more == "甲市另写有十年。"
    assert "条" not in what_differs(told(甲市=("第四十八条 罚款五千元。",), 乙市=("第四十三条 罚款三千元。",)))


def test_a_place_is_called_silent_only_where_its_cell_is() -> None:
    cells = told(甲市=("不低于80%。",), 乙市=SILENT, 丙市=HIDDEN, 丁市=ABSENT)
    assert what_differs(cells) == f"乙市{SILENT}；丙市{HIDDEN}；丁市{ABSENT}。"


def test_cells_are_what_passed_the_gate_sentence_by_sentence() -> None:
    gate = Gate({}, Weights([]))
    row = (Statement("甲市"), Statement("达到80%。", (Support("gone", Span(0, 3)),)), Statement("某号"))
    quiet = (Statement("乙市"), Statement(SILENT), Statement("某号"))
    head = (Statement("地区"), Statement("规定"), Statement("文件"))
    draft, dropped = gate.apply(Draft((Block("table", rows=(head, row, quiet)),)))
    shown, _ = render(draft, {})
    assert len(dropped) == 1
    assert cells_of(shown) == (Cell("甲市", (), HIDDEN), Cell("乙市", (), SILENT))
    cell: Runs = (Text("派车一分钟"), Marker(1), Text("。保存两年"), Marker(2), Text("。"))
    table = Table(((Text("地区"),), (Text("规定"),)), (((Text("丙市"),), cell),))
    assert cells_of((table,)) == (Cell("丙市", ("派车一分钟。", "保存两年。")),)


def test_the_matter_is_looked_for_and_changes_no_verdict(hashed: Assistant) -> None:
    plain = {v.notice_id: v for v in hashed.applicable(ZHANJIANG, date(2020, 1, 1))}
    asked = hashed.applicable(ZHANJIANG, date(2020, 1, 1), "家庭医生签约")
    assert {v.notice_id: v.binding for v in asked} == {key: v.binding for key, v in plain.items()}
    [binding] = [v for v in asked if v.binding is Binding.BINDS]
    assert binding.mentions and "写到“家庭医生签约”" in binding.reason
    assert any("未见写到“海上钻井”" in v.reason for v in hashed.applicable(ZHANJIANG, None, "海上钻井"))
    notice = hashed.corpus.get(binding.notice_id)
    spans = clauses_on(notice, "家庭医生签约", hashed._retriever.weights)
    assert len({notice.article_at(span.start).ordinal for span in spans}) == len(spans)
    other = next(n for n in hashed.corpus.notices if "国家医学中心" in n.text)
    found = [other.quote(span) for span in clauses_on(other, "家庭医生签约", hashed._retriever.weights)]
    assert found and not any("国家医学中心" in quote for quote in found), "家医 there is an accident"


def test_the_kind_a_question_names_takes_the_place_of_the_one_set() -> None:
    mine = (HospitalKind.PUBLIC, HospitalKind.TERTIARY)
    assert meant_kinds(mine, "取消加成的钱怎么补") == mine
    assert HospitalKind.PUBLIC not in meant_kinds(mine, "民营医院也要执行吗") and meant_kinds((), "民营医院") == ()


def test_no_title_and_no_words_before_a_list_are_quoted_as_clauses(hashed: Assistant) -> None:
    for subject in ("深化公立医院综合改革实施方案", "湛江市深化公立医院综合改革", "家庭医生签约服务"):
        made = compose(hashed, Order("notice", subject, ZHANJIANG, day=date(2020, 3, 1)))
        held = {notice.id: notice for notice in hashed.corpus.notices}
        for cited in made.citations:
            notice = held[cited.notice_id]
            assert cited.quote.strip() not in notice.title, cited.quote
            assert not cited.quote.rstrip().endswith("："), cited.quote
            assert notice.article_at(cited.start).kind == "item", cited.quote
