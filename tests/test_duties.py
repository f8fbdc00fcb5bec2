"""Duties and deadlines: what is one, whose it is, and the files made of them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from assistant.cli import main
from assistant.duties.export import COLUMNS, duties_text, duty_record, to_ics, to_xlsx
from assistant.duties.extraction import LOST, NOT_WRITTEN, Duty, bodies_of, duties_of, names_body
from assistant.duties.targets import deadlines_in, figures_in, phase_of
from assistant.types import Binding
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.text import GAP, GAP_MARKER
from corpus.types import Gap, Level, Notice, Span

ISSUED = date(2021, 3, 1)
PLACE = "湖南省/长沙市"


def made_up(body: str, identity: str = "made-up", region: str = "湖南省", issued: date | None = ISSUED) -> Notice:
    text = f"关于做好某事的通知\n{body}"
    gaps = tuple(Gap(Span(*m.span()), int(m[1])) for m in GAP.finditer(text))
    level = Level.MUNICIPAL if "/" in region else Level.PROVINCIAL
    return Notice(
        identity, "湘某发〔2021〕1号", "关于做好某事的通知", "某机关", region, level, issued, text,
        articles=outline(text, identity), gaps=gaps,
    )  # fmt: skip


def rows(body: str, wanted: str | None = None) -> tuple[Duty, ...]:
    return duties_of([made_up(body)], PLACE, wanted, as_of=date(2021, 6, 1))


def days(text: str, issued: date | None = ISSUED) -> list[str]:
    return [str(deadline.day) for deadline in deadlines_in(text, issued)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2022年底，全部建成", ["2022-12-31"]),
        ("2022年6月底前完成", ["2022-06-30"]),
        ("2022年覆盖所有机构", ["2022-12-31"]),
        ("推进建设，“十四五”期间，新增两所", ["2025-12-31"]),
        ("到“十四五”末，实现全覆盖", ["2025-12-31"]),
        ("年内至少建成1个", ["2021-12-31"]),
        ("9月底前报送", ["2021-09-30"]),
        ("三季度末完成", ["2021-09-30"]),
        ("自印发之日起30日内报送", ["2021-03-31"]),
        ("印发后3个月内出台细则", ["2021-06-01"]),
        ("2022年、2023年分别达到60%、80%", ["2022-12-31", "2023-12-31"]),
        ("全部建成（2022年底前完成）", ["2022-12-31"]),
        ("2022年3月底前制定方案，9月底前启动", ["2022-03-31", "2022-09-30"]),
        ("2021年4月1日至15日集中整改", ["2021-04-15"]),
        ("今年新增40家，明年扩大到80家", ["2021-12-31", "2022-12-31"]),
    ],
)
def test_words_that_set_a_deadline(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "落实《行动方案（2021—2025年）》（湘政发〔2021〕9号）",
        "2022年起执行",
        "比2022年下降两成",
        "开展2021年度考核",
        "“十四五”规划的开局之年",
        "三年内有所改善",
        "2022年是关键一年",
        "根据2021年数据测算",
        "自2022年1月1日起施行，有效期至2027年1月1日",
        "2020年，全省已经完成",
    ],
)
def test_words_that_set_none(text: str) -> None:
    assert days(text) == []


def test_a_month_over_by_the_day_of_issue_and_an_unknown_day_of_issue_give_no_date() -> None:
    assert days("1月底前报送") == ["None"]
    assert days("年内建成", issued=None) == ["None"]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("不少于100个，占比控制在10%以内", ("不少于100个", "10%以内")),
        ("投入不低于业务总收入的1%", ("不低于业务总收入的1%",)),
        ("每县至少设置一所", ("至少设置一所",)),
        ("二级以上医院、第三批、120平台、湘政发〔2021〕9号、“五个一”、2025年、前10位", ()),
        ("补助标准增加30元，年满65周岁", ("30元", "65周岁")),
    ],
)
def test_figures_are_targets_as_written(text: str, figures: tuple[str, ...]) -> None:
    assert figures_in(text) == figures
    assert all(figure in text for figure in figures)


def test_a_heading_gives_its_period_to_the_sentences_under_it_that_have_none() -> None:
    body = "一、安排\n（一）全面推进（2021年4月—2022年9月）\n1.抓基层。改善条件。2022年，建成平台。\n"
    found = rows(body)
    assert [(d.task, str(d.deadline), d.inherited) for d in found] == [
        ("改善条件。", "2022-09-30", True),
        ("2022年，建成平台。", "2022-12-31", False),
    ]
    assert phase_of("2021年重点任务") is None
    spring = phase_of("第一阶段（2021年3月—6月）")
    assert spring is not None and spring.day == date(2021, 6, 30)


@pytest.mark.parametrize("marks", [("1.", "2."), ("——", "——")])
def test_a_sentence_that_announces_a_list_gives_its_deadline_to_the_list_and_no_further(marks: tuple[str, str]) -> None:
    found = rows(
        f"一、目标\n到2025年，实现以下目标：\n{marks[0]}床位达到7.5张。\n{marks[1]}寿命提高1岁。\n二、任务\n1.抓基层。培训100人。\n"
    )
    assert [(d.written, d.inherited, d.figures) for d in found[1:]] == [
        ("到2025年", True, ("7.5张",)),
        ("到2025年", True, ("1岁",)),
        ("", False, ("100人",)),
    ]


def test_the_year_of_a_yearly_list_is_meant_not_that_of_its_issue() -> None:
    notice = made_up("一、任务\n1.抓基层。年底前建成平台。\n", issued=date(2021, 12, 28))
    [duty] = duties_of([replace(notice, horizon=(2022, 2022))], PLACE, as_of=date(2022, 1, 1))
    assert (duty.written, duty.deadline) == ("年底前", date(2022, 12, 31))


def test_one_sentence_with_two_deadlines_is_two_rows_that_split_its_text() -> None:
    found = rows("一、任务\n1.抓基层。新建站点，2021年达到60%；改造旧站，2022年达到80%。（省甲局负责）\n")
    assert [(d.task, d.written, d.figures) for d in found] == [
        ("新建站点，2021年达到60%；", "2021年", ("60%",)),
        ("改造旧站，2022年达到80%。", "2022年", ("80%",)),
    ]


def test_an_item_of_one_sentence_is_a_row_too() -> None:
    [duty] = rows("一、任务\n1.改善基层条件。（省甲局负责）\n")
    assert (duty.task, duty.bodies) == ("改善基层条件", ("省甲局",))


def test_an_item_that_sets_no_date_or_figure_is_one_row_with_its_heading() -> None:
    [duty] = rows("一、任务\n1.抓基层。改善条件。加强培训。（省甲局、省乙厅负责）\n")
    assert (duty.task, duty.bodies, duty.deadline, duty.figures) == ("抓基层", ("省甲局", "省乙厅"), None, ())
    assert duty.citation.quote == "抓基层。改善条件。加强培训。"
    assert duty.who is not None and duty.who.quote == "（省甲局、省乙厅负责）"


@pytest.mark.parametrize(
    ("bracket", "rule", "lead"),
    [
        ("（省甲局、省乙厅负责）", "", None),
        ("（省甲局、省乙厅负责。列第一位的为牵头单位，下同）", "", "省甲局"),
        ("（省甲局、省乙厅负责）", "列首位的为牵头部门", "省甲局"),
        ("（省甲局、省乙厅分别负责）", "列首位的为牵头部门", None),
        ("（省甲局牵头，省乙厅、省丙委配合）", "", "省甲局"),
        ("（省乙厅、省丙委分别牵头，省甲局负责）", "", "省乙厅、省丙委"),
        ("（牵头单位：省乙厅；配合单位：省甲局）", "", "省乙厅"),
        ("（省甲局牵头，2022年6月底前完成）", "", "省甲局"),
    ],
)
def test_the_lead_is_named_only_where_the_notice_says_so(bracket: str, rule: str, lead: str | None) -> None:
    first = f"1.定规矩。做第一件事。（省丁局、省甲局负责。{rule}，下同）\n" if rule else ""
    found = rows(f"一、任务\n{first}2.抓基层。2022年底前建成平台。{bracket}\n")
    assert found[0].lead == lead
    assert "省甲局" in found[0].bodies and not any("完成" in name for name in found[0].bodies)


def test_lines_for_bodies_and_deadline_hold_for_the_item_before_them() -> None:
    found = rows(
        "一、任务\n1.抓基层。改善条件。\n牵头单位：省甲局\n配合单位：省乙厅\n完成时限：2022年6月底前\n2.抓队伍。加强培训。\n责任单位：省丙委\n"
    )
    assert [(d.task, d.leads, d.bodies, d.written, d.inherited) for d in found] == [
        ("抓基层", ("省甲局",), ("省甲局", "省乙厅"), "2022年6月底前", True),
        ("抓队伍", (), ("省丙委",), "", False),
    ]


def test_a_table_of_tasks_is_read_by_its_header() -> None:
    table = (
        "|序号|重点任务|目标|完成时限|牵头单位|配合单位|\n|1|建成平台|接入100家|2022年6月底前|省甲局|省乙厅、省丙委|\n"
        "|2|培训队伍|做好|长期坚持|省乙厅||\n|3|合并的格|省丙委|\n|年份|2022年底前|\n"
    )
    first, second, *rest = rows(f"一、任务\n1.抓基层。分解如下。\n{table}")
    assert (first.task, first.leads, first.bodies) == ("建成平台", ("省甲局",), ("省甲局", "省乙厅", "省丙委"))
    assert (first.written, str(first.deadline), first.figures) == ("2022年6月底前", "2022-06-30", ("100家",))
    assert first.citation.quote.startswith("|1|建成平台|") and first.citation.quote.endswith("|")
    undated = [d for d in (second, *rest) if d.task == "培训队伍"]
    assert [(d.deadline, d.written, d.lead) for d in undated] == [(None, "长期坚持", "省乙厅")]
    assert not [d for d in (second, *rest) if d.task == "合并的格"]


def test_a_bracket_is_never_given_across_a_gap() -> None:
    gap = GAP_MARKER.format(count=3)
    found = rows(
        f"一、任务\n1.抓基层。2022年底前建成平台。{gap}2023年底前全部接入。（省甲局负责）\n2.抓队伍。培训100人。{gap}"
    )
    assert [(d.written, d.bodies, d.silence) for d in found] == [
        ("2022年底前", (), LOST),
        ("2023年底前", ("省甲局",), ""),
        ("", (), LOST),
    ]
    [behind] = rows(f"一、任务\n1.抓基层。改善条件。{gap}加强培训。（省甲局负责）\n")
    assert behind.task == "加强培训。"
    assert not GAP.search(behind.citation.quote)


def test_unwritten_bodies_are_said_to_be_and_front_matter_is_no_duty() -> None:
    [duty] = rows("到2022年，准备开会。\n一、任务\n1.抓基层。到2022年，建成平台。\n")
    assert (duty.bodies, duty.lead, duty.silence) == ((), None, NOT_WRITTEN)
    assert duty.task == "到2022年，建成平台。"


def test_the_nearest_level_comes_first_on_one_day_and_other_places_not_at_all() -> None:
    body = "一、任务\n1.抓基层。2022年底前建成平台。\n"
    notices = [
        made_up(body, "province"), made_up(body, "city", PLACE), made_up(body, "elsewhere", "广东省/湛江市"),
        made_up("一、任务\n1.抓基层。2021年底前建成平台。\n", "early"),
    ]  # fmt: skip
    found = duties_of(notices, PLACE, as_of=date(2021, 6, 1))
    assert [d.notice_id for d in found] == ["early", "city", "province"]
    assert duties_of(notices, PLACE, as_of=date(2020, 1, 1)) == ()
    assert [d.notice_id for d in duties_of(notices, PLACE, as_of=ISSUED, notice_ids={"city"})] == ["city"]


@pytest.mark.parametrize("wanted", ["卫健", "卫健委", "卫生计生", "卫生健康", "卫计委"])
def test_one_body_under_its_several_names(wanted: str) -> None:
    assert names_body("省卫生计生委", wanted)
    assert names_body("市卫生健康局", wanted)
    assert not names_body("市财政局", wanted)


def test_a_body_of_another_level_is_another_body() -> None:
    assert names_body("市医疗保障局", "医保") and names_body("各县（区）人民政府", "县政府")
    assert not names_body("市卫生健康局", "省卫健委")
    assert not names_body("市财政局", "  ".strip())


@pytest.fixture(scope="module")
def shipped() -> tuple[Notice, ...]:
    return load_corpus().notices


def test_every_row_of_the_shipped_notices_is_exact_text(shipped: tuple[Notice, ...]) -> None:
    held = {notice.id: notice for notice in shipped}
    found = duties_of(shipped, as_of=date(2024, 1, 1))
    assert len({d.notice_id for d in found}) == len(held)
    for duty in found:
        text, clause = held[duty.notice_id].text, duty.citation
        assert text[clause.start : clause.end] == clause.quote
        assert duty.task in clause.quote
        assert not GAP.search(clause.quote)
        assert all(figure in clause.quote for figure in duty.figures)
        assert duty.inherited or duty.written in clause.quote
        assert bool(duty.bodies) != bool(duty.silence)
        assert set(duty.leads) <= set(duty.bodies)
        if duty.who:
            assert text[duty.who.start : duty.who.end] == duty.who.quote
            assert not GAP.search(text[clause.start : duty.who.end])
            assert all(name in duty.who.quote for name in duty.bodies)


def test_every_bracket_that_follows_its_text_has_a_row(shipped: tuple[Notice, ...]) -> None:
    found = duties_of(shipped, as_of=date(2024, 1, 1))
    for notice in shipped:
        named = {d.who.end for d in found if d.who and d.notice_id == notice.id}
        for article in notice.articles:
            if article.bodies_span and not GAP.search(notice.quote(article.span)):
                assert article.bodies_span.end in named, article.path


def test_references_are_marked(shipped: tuple[Notice, ...]) -> None:
    found = duties_of(shipped, "湖南省/长沙市", as_of=date(2024, 1, 1))
    by_binding = {d.notice_id: d.binding for d in found}
    assert by_binding["hunan-2023-service-system"] is Binding.BINDS
    assert by_binding["hunan-2016-pilot-plan"] is Binding.REFERENCE
    silent = [d for d in found if d.notice_id == "hunan-2023-service-system" and not d.bodies]
    assert silent and {d.silence for d in silent} == {NOT_WRITTEN}
    text = duties_text(found, "湖南省/长沙市", date(2024, 1, 1))
    assert text.count("〔参照〕") == sum(d.binding is Binding.REFERENCE for d in found)
    assert "■ 2025年12月31日\n" in text and "■ 2020年12月31日（已过）" in text and "责任单位：未写明" in text
    alone = duties_text(rows("一、任务\n1.抓基层。2022年底前建成100个。\n"), PLACE, date(2021, 6, 1))
    assert "这份文件未写明责任单位" in alone


def test_the_workbook_holds_every_row_as_text_with_real_dates() -> None:
    found = rows(
        "一、任务\n1.抓基层。=1+1公式，2022年底前建成100个。（省甲局负责）\n2.抓队伍。+改善条件并加强。（省乙厅负责）\n"
    )
    sheet = load_workbook(io.BytesIO(to_xlsx(found))).active
    header, *body = list(sheet.iter_rows())
    assert [cell.value for cell in header] == [name for name, _ in COLUMNS]
    assert sheet.freeze_panes == "A2" and sheet.column_dimensions["E"].width > 40
    column = {name: index for index, (name, _) in enumerate(COLUMNS)}
    first, second = body
    task = first[column["任务"]]
    assert task.value.startswith("=1+1") and task.data_type == "s" and task.quotePrefix and task.alignment.wrap_text
    assert first[0].value == datetime(2022, 12, 31) and first[0].number_format == "yyyy-mm-dd"
    assert second[0].value is None and second[column["责任单位"]].value == "省乙厅"
    assert {cell.data_type for row in body for cell in row[1:]} <= {"s", "n"}
    assert not [cell for row in body for cell in row if cell.data_type == "f"]


def test_the_calendar_has_one_all_day_event_a_deadline_with_a_lasting_uid() -> None:
    body = "一、任务\n1.抓基层。2022年底前建成平台。2023年底前全部接入。改善条件100处。（省甲局负责）\n"
    found = rows(body)
    events = Calendar.from_ical(to_ics(found)).walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [date(2022, 12, 31), date(2023, 12, 31)]
    assert events[0]["dtend"].dt == date(2023, 1, 1)
    assert "建成平台" in events[0]["summary"] and "湘某发〔2021〕1号" in events[0]["description"]
    again = Calendar.from_ical(to_ics(rows(body), stamp=datetime(2030, 1, 1, tzinfo=UTC))).walk("VEVENT")
    assert [e["uid"] for e in again] == [e["uid"] for e in events]
    assert len({e["uid"] for e in events}) == 2
    changed = Calendar.from_ical(to_ics(rows(body.replace("2022年底前", "2024年底前")))).walk("VEVENT")
    assert {e["uid"] for e in changed}.isdisjoint({events[0]["uid"]})


@pytest.fixture
def data_dir(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(clean_environment / "var"))
    return clean_environment


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["duties", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_prints_json_like_the_rows(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--region", "湛江市", "--as-of", "2019-06-01", "--body", "医保局", "--json")
    printed: list[dict[str, Any]] = json.loads(out)
    found = duties_of(load_corpus().notices, "广东省/湛江市", "医保局", as_of=date(2019, 6, 1))
    assert code == 0 and printed == [duty_record(duty) for duty in found] and len(printed) > 5
    assert all(any("医疗保障" in name for name in row["bodies"]) for row in printed)


def test_the_command_writes_both_files(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--region", "四川省资阳市雁江区", "--notice", "资府发[2017]23号", "--xlsx", "a.xlsx", "--ics", "a.ics")
    code, out, err = run(capsys, *words)
    assert code == 0 and "四川省资阳市雁江区" in out and "a.xlsx" in err and "a.ics" in err
    total = load_workbook(data_dir / "a.xlsx").active.max_row - 1
    events = Calendar.from_ical((data_dir / "a.ics").read_bytes()).walk("VEVENT")
    assert f"共 {total} 条，其中有时限 {len(events)} 条" in out
    assert sorted(path.name for path in data_dir.iterdir() if path.is_file()) == ["a.ics", "a.xlsx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--region", "火星市"), "火星"),
        (("--region", "湛江市", "--body", "气象局"), "市卫生健康局"),
        (("--region", "湛江市", "--xlsx", "none/a.xlsx"), "文件夹不存在"),
        (("--region", "湛江市", "--xlsx", "."), "这是一个文件夹"),
        (("--region", "湛江市", "--notice", "粤府〔1999〕1号"), "粤府〔1999〕1号"),
        (("--region", "湛江市", "--as-of", "2019-13-01"), "2019-13-01"),
    ],
)
def test_what_cannot_be_done_is_one_chinese_line(
    data_dir: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert said in err


def test_nothing_found_is_said_and_is_no_fault(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--region", "北京市", "--ics", "a.ics")
    assert code == 0 and "没有适用" in out and "未生成日历" in err and not (data_dir / "a.ics").exists()
    assert run(capsys, "--region", "北京市", "--json")[:2] == (0, "[]\n")
    code, out, err = run(capsys, "--region", "长沙市", "--notice", "湘政办发〔2023〕44号", "--body", "卫健")
    assert (code, out) == (2, "") and "没有给“卫健”写明责任" in err and "各级政府" in err


def test_a_body_filter_says_what_it_leaves_out(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--region", "长沙市", "--as-of", "2024-01-01", "--body", "卫健")
    assert code == 0 and "省卫生计生委" in out
    assert "没有列入" in err and "湘政办发〔2023〕44号" in err


def test_who_a_sentence_begins_with_is_whose_duty_it_is() -> None:
    found = rows(
        "一、任务\n1.抓基层。请各县卫生健康部门、医保部门在9月底前报送方案。市、县人民政府应当落实经费。加强宣传。\n"
        "2.抓队伍。对不合格的机构要限期改正。（省甲局负责）\n"
    )
    said = {d.task: (d.bodies, d.silence) for d in found}
    assert said["请各县卫生健康部门、医保部门在9月底前报送方案。"] == (("各县卫生健康部门", "医保部门"), "")
    assert said["市、县人民政府应当落实经费。"] == (("市、县人民政府",), "")
    assert [d.who.quote for d in found if d.who] == ["各县卫生健康部门、医保部门", "市、县人民政府", "（省甲局负责）"]
    assert not any("宣传" in task for task in said)


def test_bodies_are_listed_by_how_often_they_are_named() -> None:
    found = rows("一、任务\n1.抓基层。改善条件。（省甲局、省乙厅负责）\n2.抓队伍。加强培训。（省乙厅负责）\n")
    assert bodies_of(found) == ("省乙厅", "省甲局")


def test_the_items_of_a_list_are_of_whom_its_first_line_says() -> None:
    found = rows(
        "第八条 市急救中心承担下列职责：\n（一）统一指挥全市急救站；\n（二）储存急救信息。\n"
        "第九条 急救站有下列情形之一的，由市卫生健康部门依法给予处罚：\n（一）拒绝出车的；\n（二）擅自收费的。\n"
        "第十条 接到呼救后，急救站应当立即派车。"
    )
    assert [(d.bodies, d.task.rstrip("。；")) for d in found if "急救中心" in str(d.bodies)] == [
        (("市急救中心",), "统一指挥全市急救站"), (("市急救中心",), "储存急救信息"),
    ]  # fmt: skip
    assert [d.task for d in found if d.bodies == ("急救站",)] == ["接到呼救后，急救站应当立即派车。"]
    assert not any("拒绝出车" in d.task and d.bodies for d in found), "what is punished is nobody's task"


@pytest.mark.parametrize(
    ("sentence", "bodies"),
    [
        ("定点医院收治外伤病人后，应当在2日内上传病历。", ("定点医院",)),
        ("用人单位在新职工上岗之前应当组织体检。", ("用人单位",)),
        ("各级医疗机构发现疫苗过期时，应当立即封存。", ("各级医疗机构",)),
        ("县疾控中心对送检的水样应当当日检测。", ("县疾控中心",)),
        ("市急救办公室（以下简称急救办）接到投诉后，应当核实。", ("市急救办公室",)),
        ("药店、诊所和医疗机构发现假药的，应当停止使用。", ("药店", "诊所和医疗机构")),
        ("医疗机构药学部门收到召回通知后，应当下架药品。", ("医疗机构药学部门",)),
        ("省教育厅对照检查清单，在9月底前完成整改。", ("省教育厅",)),
        ("负责保管疫苗的单位应当自到货之日起3日内验收。", ("负责保管疫苗的单位",)),
        ("市或者区、县卫生监督机构对检查结果应当公示。", ("市或者区、县卫生监督机构",)),
    ],
)
def test_the_subject_is_read_over_what_stands_between_it_and_its_verb(sentence: str, bodies: tuple[str, ...]) -> None:
    [duty] = rows(f"一、任务\n1.抓基层。改善条件。{sentence}\n")
    assert (duty.bodies, duty.silence, duty.task) == (bodies, "", sentence)
    assert duty.who is not None and duty.who.quote in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "当事人申请卫生部门调解的，应当在10日内提交申请书。",
        "医院的护士发现输液反应后，应当在5分钟内报告。",
        "医疗机构负责人外出前，应当提前2日交接。",
        "申请人收到通知后，应当在7日内答复。",
        "企业捐赠设备的，应当给予1万元奖励。",
        "村民应当服从街道办事处依法发布的命令，3日内撤离。",
    ],
)
def test_people_and_those_who_are_only_dealt_with_are_no_bodies(sentence: str) -> None:
    [duty] = rows(f"一、任务\n1.抓基层。改善条件。{sentence}\n")
    assert (duty.bodies, duty.silence) == ((), NOT_WRITTEN)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("于医疗队派出前2周报送名单", "医疗队派出前2周"),
        ("义诊活动开始前10日，主办单位应当告示", "义诊活动开始前10日"),
        ("应当在会议召开之日前5个工作日内送达", "会议召开之日前5个工作日内"),
        ("应当至少于停诊前两个月告知", "停诊前两个月"),
        ("自受理之日起15个工作日内办结", "自受理之日起15个工作日内"),
        ("出院后7日内随访", "出院后7日内"),
        ("医院接到投诉后，3日内答复", "接到投诉后，3日内"),
        ("在接到报告1小时内通报", "接到报告1小时内"),
    ],
)
def test_a_term_before_or_from_an_event_is_a_deadline_without_a_date(text: str, written: str) -> None:
    assert [(d.text, d.day, d.every) for d in deadlines_in(text, ISSUED)] == [(written, None, None)]


@pytest.mark.parametrize(
    "text", ["申请前12个月的家庭收入低于标准", "孕前3个月至孕后3个月补充叶酸", "排名前10位", "手术前3日内发生的费用"]
)
def test_looking_back_from_an_event_is_no_deadline(text: str) -> None:
    assert days(text) == []


def test_a_term_before_an_event_is_told_in_the_row() -> None:
    [duty] = rows("一、任务\n1.抓基层。改善条件。市急救中心应当于演练开始前3日公布路线。\n")
    assert (duty.bodies, duty.written, duty.deadline) == (("市急救中心",), "演练开始前3日", None)
    assert duty.timed and not duty.dated
    assert "时限：演练开始前3日" in duties_text([duty], PLACE, date(2021, 6, 1))
