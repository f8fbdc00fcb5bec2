"""What is asked of a whole notice is what is given, over made-up ones: a part by its name, a length, one body alone, phases, targets
in a table; a draft that loses no clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.keeping.keeper import add
from assistant.query.orders import asks_to_write, ordered
from assistant.query.read import understand
from assistant.query.summing import shape_of
from assistant.query.types import Query, Task
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.tasks.collecting import collected
from assistant.tasks.composing import compose
from assistant.tasks.ordering import Order
from assistant.tasks.phases import phases_of
from assistant.tasks.wanted import parts_listed, parts_wanted, summed_up
from corpus.clean import clean
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice
from index import Index

TODAY = date(2024, 6, 1)
TITLE = "关于开展口腔健康提升行动的通知"
NOTICE = f"""{TITLE}
甲卫发〔2024〕6号
各市卫生健康局：
现就开展口腔健康提升行动通知如下。
一、工作目标
到2026年，全省口腔服务能力明显提升。12岁儿童患龋率控制在30%以下，窝沟封闭覆盖率达到60%以上；县级综合医院全部设置口腔科。
二、重点任务
（一）健全服务网络
1.建强县级口腔科。县级综合医院要配备不少于3名口腔医师。
2.延伸基层服务。乡镇卫生院可以设置口腔诊室，有条件的配备牙椅。
（二）强化预防干预。口腔医院要每年到学校检查一次，并把结果告诉家长。
三、实施步骤
（一）启动阶段（2024年6月—9月）。各市制定方案，确定试点县。
（二）推进阶段（2024年10月—2026年6月）。全面开展窝沟封闭。
（三）总结阶段（2026年7月—12月）。开展评估，总结经验。
四、加强组织保障
各市要安排经费，每季度通报进展。
甲省卫生健康委员会
2024年5月6日
"""


@pytest.fixture(scope="module")
def notice() -> Notice:
    text = clean(NOTICE).text
    return Notice("o", "甲卫发〔2024〕6号", TITLE, "甲省卫生健康委员会", "", Level.NATIONAL, date(2024, 5, 6), text, outline(text))  # fmt: skip


def query(said: str, notice: Notice, task: Task = Task.COLLECT) -> Query:
    return replace(understand(said, [notice], today=TODAY), task=task)


def told(found: Draft | Refusal | None) -> str:
    assert isinstance(found, Draft)
    return "\n".join(one.text for one in found.each())


@pytest.mark.parametrize(
    ("said", "heads"),
    [
        ("甲卫发〔2024〕6号的重点任务列一下", ["重点任务"]),
        ("甲卫发〔2024〕6号里健全服务网络那部分", ["健全服务网络"]),
        ("甲卫发〔2024〕6号行动目标和保障措施分别是什么", ["工作目标", "加强组织保障"]),
        ("甲卫发〔2024〕6号的服务网络有哪些要求", ["健全服务网络"]),
        ("甲卫发〔2024〕6号全部列出来", []),
    ],
)
def test_a_part_is_meant_by_its_heading_or_by_another_usual_name(notice: Notice, said: str, heads: list[str]):
    found = parts_wanted(query(said, notice), [notice])
    assert [one.name for one in found.get("o", ())] == heads


def test_a_part_that_is_listed_is_that_part_alone(notice: Notice):
    text = told(parts_listed(query("甲卫发〔2024〕6号的重点任务列一下", notice, Task.ANSWER), [notice]))
    assert "不少于3名口腔医师" in text and "每年到学校检查" in text
    assert "窝沟封闭覆盖率" not in text and "每季度通报" not in text
    assert parts_listed(query("甲卫发〔2024〕6号谁负责", notice, Task.ANSWER), [notice]) is None


@pytest.mark.parametrize(
    ("said", "most"), [("总结一下甲卫发〔2024〕6号，80字以内", 80), ("甲卫发〔2024〕6号总结，一百字", 100)]
)
def test_a_length_bounds_what_is_told(notice: Notice, said: str, most: int):
    found = summed_up(query(said, notice, Task.SUMMARY), [notice])
    assert isinstance(found, Draft)
    [lines] = [block.statements for block in found.blocks if block.kind == "list"]
    assert sum(len(one.text) for one in lines) <= most * 1.2
    assert found.notes and "没有列入" in found.notes[0]
    whole = summed_up(query("总结一下甲卫发〔2024〕6号", notice, Task.SUMMARY), [notice])
    assert isinstance(whole, Draft) and not whole.notes, "a short notice loses nothing"


@pytest.mark.parametrize("task", [Task.COLLECT, Task.SUMMARY])
def test_what_is_wanted_of_one_body_is_of_no_other(notice: Notice, task: Task):
    tell = summed_up if task is Task.SUMMARY else lambda q, n: collected(q, n, TODAY)
    text = told(tell(query("甲卫发〔2024〕6号只要乡镇卫生院的，列几条", notice, task), [notice]))
    assert "设置口腔诊室" in text and "不少于3名" not in text and "每季度" not in text
    silent = tell(query("甲卫发〔2024〕6号只要妇幼保健院的", notice, task), [notice])
    assert isinstance(silent, Refusal) and "妇幼保健院" in silent.text


def test_phases_are_told_with_their_times(notice: Notice):
    found = collected(query("甲卫发〔2024〕6号分几个阶段，列个时间表", notice, Task.SCHEDULE), [notice], TODAY)
    assert isinstance(found, Draft)
    [table] = [block for block in found.blocks if block.kind == "table"]
    rows = [[cell.text for cell in row] for row in table.rows[1:]]
    assert [row[:2] for row in rows] == [
        ["启动阶段", "2024年6月—9月"], ["推进阶段", "2024年10月—2026年6月"], ["总结阶段", "2026年7月—12月"],
    ]  # fmt: skip
    assert "确定试点县" in rows[0][2] and "窝沟封闭" in rows[1][2]


def test_a_notice_without_phases_is_said_to_have_none(notice: Notice):
    text = clean(NOTICE[: NOTICE.index("三、实施步骤")] + "甲省卫生健康委员会\n2024年5月6日\n").text
    plain = replace(notice, text=text, articles=outline(text))
    assert not phases_of(plain)
    found = collected(query("甲卫发〔2024〕6号分几个阶段", plain, Task.SCHEDULE), [plain], TODAY)
    assert "没有写分几个阶段" in told(found)


def test_targets_are_rows_with_their_figure_time_and_place(notice: Notice):
    found = collected(query("甲卫发〔2024〕6号工作目标的指标做个表，名称、数字、年份", notice), [notice], TODAY)
    assert isinstance(found, Draft)
    [table] = [block for block in found.blocks if block.kind == "table"]
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows[1:]}
    place = "一、工作目标"
    assert rows["12岁儿童患龋率控制在30%以下"] == ["30%以下", "到2026年", place], "its year stands a sentence before"
    assert rows["窝沟封闭覆盖率达到60%以上"] == ["60%以上", "到2026年", place]
    assert rows["县级综合医院全部设置口腔科"] == ["没有写数字", "到2026年", place]
    assert "3名" not in "".join(rows)


def test_a_year_of_one_sentence_is_not_that_of_the_next_elsewhere(notice: Notice):
    text = clean(NOTICE.replace("一、工作目标", "一、服务能力")).text
    found = collected(
        query("甲卫发〔2024〕6号的指标做个表", other := replace(notice, text=text, articles=outline(text))),
        [other],
        TODAY,
    )
    assert isinstance(found, Draft)
    [table] = [block for block in found.blocks if block.kind == "table"]
    rows = {row[0].text: row[2].text for row in table.rows[1:]}
    assert rows["窝沟封闭覆盖率达到60%以上"] == "未写明"


def test_goals_without_figure_and_year_are_said_to_have_none(notice: Notice):
    goals = "全省口腔服务能力明显提升。"
    start = NOTICE.index("到2026年，全省")
    text = clean(f"{NOTICE[:start]}{goals}\n三、其他\n各地抓好落实。\n甲省卫生健康委员会\n").text
    plain = replace(notice, text=text, articles=outline(text))
    found = collected(query("甲卫发〔2024〕6号的目标做成表，哪年、什么指标", plain), [plain], TODAY)
    assert isinstance(found, Draft) and "没有写明数字和年份" in found.notes[0]
    assert "明显提升" in told(found) and "抓好落实" not in told(found)


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("帮我起草给市里的汇报，讲我们落实分级诊疗的情况", ("report", "落实分级诊疗的情况")),
        ("照着口腔健康行动的通知，替我们卫生院起草一个落实通知", ("notice", "口腔健康行动的通知")),
        ("口腔健康提升行动方案写个向院长办公会的汇报", ("report", "口腔健康提升行动方案")),
    ],
)
def test_what_is_to_be_written_about(said: str, order: tuple[str, str]):
    assert ordered(said) == order and asks_to_write(said)


def test_no_order_to_write():
    assert not asks_to_write("指标做个表，名称、数字、年份") and not asks_to_write("把办法做个总结")
    assert shape_of("第三条写了什么") == shape_of("谁负责")


RULES = """乙市人民政府关于推进分级诊疗的通知
乙政发〔2024〕2号
各县人民政府：
现就推进分级诊疗通知如下。
一、薪酬改革
1.完善薪酬制度。医院应当拓宽薪酬经费渠道。人员经费占业务支出的比例不低于40%。（市人社局牵头，市财政局配合）
2.落实分配自主权。医院可以自主确定奖励比例。严禁向科室下达创收指标。（市人社局牵头，市卫生健康局配合）
二、监督管理
3.加强监督。市卫生健康局应当每年检查一次。各县要公布电话。
乙市人民政府
2024年2月1日
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("office")
    (folder / "口腔.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "分级.txt").write_text(RULES.replace("乙市", "衡阳市").replace("乙政发", "衡政发"), encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, sorted(folder.glob("*.txt")), {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings, today=TODAY)


def test_a_draft_loses_no_clause_of_what_it_is_about_and_has_no_bare_heading(office: Assistant):
    made = compose(office, Order("notice", "薪酬改革", "湖南省/衡阳市", to="各科室", day=TODAY))
    items = [item.text for section in made.sections for item in section.items]
    text = "\n".join(items)
    for clause in ("拓宽薪酬经费渠道", "不低于40%", "自主确定奖励比例", "严禁向科室下达创收指标"):
        assert text.count(clause) == 1, clause
    assert not any(item.startswith("落实分配自主权（") for item in items), "an item is more than its heading"
    assert "每年检查一次" not in text and "公布电话" not in text


def test_a_hospitals_draft_of_a_short_notice_is_all_of_it_but_what_others_do(office: Assistant):
    notice = next(n for n in office.corpus.notices if "口腔" in n.title)
    made = compose(office, Order("notice", "口腔健康", "湖南省/衡阳市", day=TODAY, basis=(notice.id,)))
    text = "\n".join(item.text for section in made.sections for item in section.items)
    for clause in ("控制在30%以下", "不少于3名", "设置口腔诊室", "每年到学校检查", "全面开展窝沟封闭"):
        assert clause in text, clause
    assert "每季度通报" not in text and "（一）启动阶段" not in text
