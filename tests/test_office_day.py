"""What a day at an office asks of the whole: so many points, who and to whom first, what changes a case, rules amended or expired."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import assistant_with, city_notice, linked

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.whom import with_body_first
from assistant.applicability import verdicts
from assistant.query.read import understand
from assistant.query.summing import Shape
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import cases
from assistant.service import Assistant
from assistant.tasks.differing import Cell, what_differs
from assistant.tasks.sections import sections_of
from assistant.tasks.summing import summary
from assistant.topics import clauses_on
from assistant.types import Answer, Binding, Profile, Turn
from corpus.dates import find_periods
from corpus.outline import outline
from corpus.types import Level, Notice, Span

PLACE, TODAY = "福建省/南平市", date(2026, 11, 20)
BLOOD = city_notice(
    "关于加强临床用血管理的通知", "南卫医〔2026〕52号", "2026年3月3日",
    [
        "用血审批\n同一患者一天申请用血达到1600毫升的，由医务部门审批；情况紧急的，可以延长至次日补办。",
        "事故报告\n发生输血事故的，医疗机构应当在6小时内向所在地卫生健康行政部门报告。",
        "自体输血\n三级医院择期手术自体输血率不低于25%。",
        "档案\n用血记录保存10年。",
    ],
    "本通知自印发之日起施行。",
)  # fmt: skip
ALLOWANCE = city_notice(
    "关于特困人员供养标准的通知", "南民〔2021〕9号", "2021年5月6日",
    ["供养标准\n特困人员基本生活费按照最低生活保障标准的1.6倍发放。"], "本通知自印发之日起施行，有效期至2023年6月1日。",
    "南平市民政局",
)  # fmt: skip
DENTAL = city_notice(
    "关于口腔诊疗器械消毒的通知", "南卫医〔2026〕70号", "2026年5月6日",
    ["器械消毒\n口腔诊疗器械每人次用后清洗、灭菌。", "违反的后果\n未按要求消毒的，由县级卫生健康行政部门处三千元罚款。"],
    "本通知自印发之日起施行。",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_with((BLOOD, ALLOWANCE, DENTAL), one_notice_dir, tmp_path_factory.mktemp("office"), TODAY)


def ask(office: Assistant, *messages: str) -> Answer:
    """The answer to the last of ``messages`` of one conversation."""
    history: list[Turn] = []
    for message in messages[:-1]:
        told = office.ask(message, history=history, profile=Profile(PLACE))
        history += [Turn("user", message), Turn("assistant", told.text)]
    return office.ask(messages[-1], history=history, profile=Profile(PLACE))


def made(text: str, **more: object) -> Notice:
    return Notice("made", None, "甲办法", "乙厅", "", Level.NATIONAL, more.get("issued", date(2024, 1, 5)), text, outline(text),
                  effective_on=more.get("effective"))  # type: ignore[arg-type]  # fmt: skip


def test_so_many_points_are_so_many_short_lines() -> None:
    chapters = [
        ("第一章 总则", "第一条 为了规范管理，制定本办法。\n第二条 本办法适用于本省的医疗机构。"),
        ("第二章 设置", "第三条 每个县设置急救站不少于3个。\n第四条 急救站不得转包。\n第五条 急救站按照规定挂牌。"),
        ("第三章 运行", "第六条 急救站接到指令后应当在三分钟内派出急救车。\n第七条 记录保存五年。"),
        ("第四章 罚则", "第八条 违反本办法第四条规定转包急救站的，由县级卫生健康部门处一万元以上三万元以下罚款。"),
    ]
    notice = made("甲办法\n" + "\n".join(f"{head}\n{body}" for head, body in chapters))
    three = summary([notice], shape=Shape(lines=3))
    assert three is not None
    lines = [s.text for block in three.blocks if block.kind == "list" for s in block.statements]
    assert len(lines) == 3 and all(len(line) < 200 for line in lines)
    whole = summary([notice], shape=Shape(lines=4))
    assert whole is not None
    told = [s.text for block in whole.blocks if block.kind == "list" for s in block.statements]
    assert len(told) == 4
    assert "不少于3个" in told[1] and "三分钟" in told[2]
    assert "转包急救站的" in told[3] and "罚款" in told[3]  # a fine is told with what it is for


def test_points_of_a_section_that_says_nothing_are_its_heading() -> None:
    notice = made("甲方案\n一、总体要求\n各地要推进建设。\n二、附件目录\n三、工作保障\n各地要加强领导。")
    bare = next(one for one in sections_of(notice) if "附件目录" in one.head)
    told = summary([notice], parts={notice.id: [bare]}, shape=Shape(lines=3))
    assert told is not None
    assert [s.text for block in told.blocks if block.kind == "list" for s in block.statements] == ["二、附件目录"]


def test_to_whom_and_by_whom_are_said_first_where_the_clause_says_it(office: Assistant) -> None:
    first = ask(office, "出了输血事故要报给谁")
    assert first.text.startswith("向所在地卫生健康行政部门")
    after = ask(office, "输血事故多久要报", "报给谁？")
    assert after.text.startswith("向所在地卫生健康行政部门")


@pytest.mark.parametrize(
    ("clause", "head"),
    [
        ("未按要求消毒的，由县级卫生健康行政部门责令改正。", "由县级卫生健康行政部门。"),
        ("逾期的，由甲局责令改正；再次的，由甲局处罚款。", "由甲局。"),
        ("收费由甲局制定，评估由乙中心负责。", None),
        ("未按要求消毒的，责令改正。", None),
    ],
)
def test_who_acts_is_said_only_where_one_does(clause: str, head: str | None) -> None:
    notice = made(f"第一条 {clause}")
    span = Span(0, len(notice.text))
    draft = Draft((paragraph(Statement(notice.text, (Support("made", span),))),))
    q = understand("没消毒归哪个部门罚", [notice], today=TODAY)
    told = with_body_first(q, draft, {"made": notice})
    assert (told.blocks[0].statements[0].text if told is not draft else None) == head


def test_what_changes_a_case_is_no_case_of_its_own() -> None:
    changed = "应当在48小时内进行尸检；具备冻存条件的，可以延长至7日。"
    apart = "医师应当有3年以上经验；护士应当有5年以上经验。"
    for text, several in ((changed, 0), (apart, 2)):
        notice = made(f"第一条 {text}")
        assert len(cases(notice, Span(4, len(notice.text)), lambda said: any(c.isdigit() for c in said))) == several


def test_a_rule_amended_since_held_before() -> None:
    text = "甲办法\n第一条 医疗机构应当建立台账。\n第二条 本办法自2007年3月1日起施行。"
    notice = made(text, issued=date(2021, 12, 3), effective=date(2007, 3, 1))
    (held,) = verdicts([notice], "山东省", date(2020, 2, 1))
    assert held.binding is Binding.BINDS and "2021年12月3日修改后" in held.reason
    (before,) = verdicts([notice], "山东省", date(2006, 2, 1))
    assert before.binding is Binding.DOES_NOT_BIND
    (since,) = verdicts([notice], "山东省", date(2022, 2, 1))
    assert since.binding is Binding.BINDS and "修改后" not in since.reason


def test_what_is_done_year_by_year_has_no_last_year() -> None:
    once = "2019年9月底前完成评估，到2020年基本建立体系。"
    plan, yearly = (
        linked(city_notice("关于加强绩效考核工作的意见", f"南卫医〔2019〕{at}号", "2019年1月16日", [f"评估\n{said}"], "特此通知。"))[0]
        for at, said in enumerate((once, f"{once}2020年起，每年1月底前完成评估。"), 1)
    )  # fmt: skip
    assert plan.horizon == (2019, 2020) and yearly.horizon is None


def test_an_expired_rule_that_alone_speaks_of_it_is_told_as_expired(office: Assistant) -> None:
    told = ask(office, "特困的生活费是低保的几倍")
    assert told.text.startswith("已失效") and "1.6倍" in told.text


def test_numbers_of_documents_are_no_figures_that_differ() -> None:
    cells = (Cell("甲", ("按照甲府〔2017〕96号确定的比例补偿，财政承担20%。",)), Cell("乙", ("财政承担30%。",)))
    assert "2017" not in what_differs(cells) and "20%" in what_differs(cells)


def test_a_matter_of_two_words_is_on_both() -> None:
    text = "第一条 发展中医药。\n第二条 综合医院设置中医药科室。"
    notice = made(text)
    spans = clauses_on(notice, "中医药科室设置", Weights([text]))
    assert [notice.quote(span).strip() for span in spans] == ["第二条 综合医院设置中医药科室。"]


def test_this_year_with_an_age_is_no_year() -> None:
    assert not find_periods("我妈今年68岁", TODAY)
    assert find_periods("今年要完成哪些", TODAY)
