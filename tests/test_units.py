"""Units: what must be quoted together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.enumeration import enumerations_of
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.tables import tables_of
from corpus.types import Level, Notice, Unit
from corpus.units import units_at, units_of

CORPUS = load_corpus()


def notice_of(text: str) -> Notice:
    return Notice("made-up", None, "某市某办法", "某市", "", Level.NATIONAL, None, text, outline(text))


def units(text: str, kind: str) -> list[Unit]:
    return [unit for unit in units_of(notice_of(text)) if unit.kind == kind]


LAW = (
    "第一条 本办法所称村卫生室，是指设在行政村的医疗机构。\n"
    "第二条 有下列情形之一的，不予受理：\n（一）材料不全的；\n（二）逾期的；\n（三）不属于本市管辖的。\n"
    "前款规定以外的，应当受理。\n第三条 本办法自印发之日起施行。"
)


def test_a_list_is_whole_with_its_lead_in_and_count() -> None:
    [found] = units(LAW, "list")
    text = found.span.of(LAW)
    assert found.label == "第二条" and found.count == 3
    assert text.startswith("第二条 有下列") and text.endswith("（三）不属于本市管辖的。")


def test_an_item_knows_its_lead_in_and_the_paragraph_after_the_list_is_the_articles() -> None:
    items = units(LAW, "item")
    assert [item.label for item in items] == ["（一）", "（二）", "（三）"]
    assert {item.lead[0].of(LAW) for item in items} == {"第二条 有下列情形之一的，不予受理："}
    assert items[-1].span.of(LAW) == "（三）不属于本市管辖的。"
    [paragraph] = units(LAW, "paragraph")
    assert (paragraph.label, paragraph.span.of(LAW)) == ("第二条第二款", "前款规定以外的，应当受理。")


UNNUMBERED = (
    "第一条 任何单位和个人不得有下列行为：\n非法采集血液。\n雇佣他人献血。\n冒名献血。\n"
    "第二条 急救中心履行职责：\n统一调度车辆；\n保存呼救记录；\n培训急救人员。\n急救中心不得收取前款以外的费用。\n"
    "第三条 联系方式：\n市卫生健康委。\n县卫生健康局。"
)


def test_items_that_lost_their_numbers_are_a_list_where_a_lead_in_or_their_stops_say_so() -> None:
    banned, duties = units(UNNUMBERED, "list")
    assert (banned.label, banned.count) == ("第一条", 3)
    assert (duties.label, duties.count) == ("第二条", 3)
    assert [duties.items[n].of(UNNUMBERED) for n in (0, 2)] == ["统一调度车辆；", "培训急救人员。"]
    items = units(UNNUMBERED, "item")
    assert items[0].lead[0].of(UNNUMBERED) == "第一条 任何单位和个人不得有下列行为："
    assert "第二条第二款" in {one.label for one in units(UNNUMBERED, "paragraph")}


def test_a_definition_is_a_unit() -> None:
    [found] = units(LAW, "definition")
    assert found.label == "第一条" and "是指" in found.span.of(LAW)


TABLE = "一、标准\n|病种|支付比例|支付比例|\n|病种|职工|居民|\n|高血压|80%|60%|\n|尿毒症|90%|75%|\n二、附则"


def test_a_row_carries_the_names_of_its_columns() -> None:
    rows = units(TABLE, "row")
    assert [row.label for row in rows] == ["高血压", "尿毒症"]
    assert [(cell.head, cell.span.of(TABLE)) for cell in rows[1].cells] == [
        ("病种", "尿毒症"),
        ("支付比例·职工", "90%"),
        ("支付比例·居民", "75%"),
    ]
    assert [span.of(TABLE) for span in rows[0].lead] == ["|病种|支付比例|支付比例|", "|病种|职工|居民|"]


def test_a_form_to_fill_in_has_no_heads_and_a_section_row_leads_those_below() -> None:
    [form] = tables_of("|企业名称||\n|职工人数||")
    assert form.heads == () and len(form.rows) == 2
    text = "|项目|分值|加分|\n|一、管理|||\n|制度|10|2|\n|二、环境|||\n|控烟|20|1|"
    [table] = tables_of(text)
    assert [row.section.of(text) if row.section else "" for row in table.rows] == [
        "", "|一、管理|||", "|一、管理|||", "|二、环境|||",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("条件为：（一）满十八岁；（二）有执照。逾期不候。", ("（一）", "（二）")),
        ("一是加强领导；二是落实责任；三是强化督查。", ("一是", "二是", "三是")),
        ("材料包括：1.申请表；2.身份证复印件；3.照片。", ("1.", "2.", "3.")),
        ("流程：①报名；②审核。", ("①", "②")),
    ],
)
def test_lists_inside_a_line(text: str, marks: tuple[str, ...]) -> None:
    [found] = enumerations_of(text)
    assert found.marks == marks


def test_references_to_items_are_no_list() -> None:
    assert enumerations_of("按照第（一）项、第（二）项办理，不属于（三）的除外。") == ()


@pytest.mark.parametrize("notice", CORPUS.notices, ids=lambda notice: notice.id)
def test_units_of_the_five_notices(notice: Notice) -> None:
    made = units_of(notice)
    assert [unit.ordinal for unit in made] == list(range(len(made)))
    for unit in made:
        assert 0 <= unit.span.start < unit.span.end <= len(notice.text)
        assert unit.parent is None or made[unit.parent].span.contains(unit.span)
        assert all(not unit.span.contains(lead) for lead in unit.lead)
    covered = sorted((unit.span for unit in made if unit.parent is None), key=lambda span: span.start)
    lost = list(notice.text)
    for span in covered:
        lost[span.start : span.end] = [""] * len(span)
    assert "".join(lost).strip() == ""
    smallest = units_at(made, made[len(made) // 2].span)
    assert smallest[0].span == made[len(made) // 2].span


PARTS = [
    "一、甲", "（一）丙：", "（1）庚；", "（2）辛。", "第一条壬：", "第二条癸。", "正文一句。", "本办法所称甲是指乙。",
    "某市人民政府", "2020年1月2日", "|甲|乙|", "|1|2|", "附件1",
]  # fmt: skip
LINES = st.lists(st.sampled_from(PARTS), max_size=20)


@settings(deadline=None)
@given(LINES)
def test_units_of_any_text_point_into_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    made = units_of(notice_of(text))
    for unit in made:
        assert 0 <= unit.span.start < unit.span.end <= len(text)
        assert unit.parent is None or made[unit.parent].span.contains(unit.span)
