"""What a document asks of hospitals, by whatever name it calls them; what is not yet due; what a summary opens with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.absent import absent_programme, programmes_of
from assistant.answering.quoting import lead_in
from assistant.applicability import verdicts
from assistant.duties.extraction import duties_of
from assistant.query.read import understand
from assistant.query.tasks import matter_wanted
from assistant.query.types import Task
from assistant.retrieval.evidence import SentenceScore
from assistant.service import Assistant
from assistant.tasks.acting import hospitals_in
from assistant.tasks.audience import asked_of_hospitals
from assistant.tasks.collecting import collected, listed_of_body, of_modality
from assistant.tasks.summing import headings, summary
from assistant.types import Kind
from corpus.clean import clean
from corpus.differences import compare
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice

SHIPPED = load_corpus().notices
ZHANJIANG = next(n for n in SHIPPED if n.id == "zhanjiang-2019-hospital-reform")
LAW = """甲省医保基金监督办法
第一条 为了管好基金，制定本办法。
第二条 省医疗保障局主管全省的基金监督工作。
第三条 医疗机构、药品经营单位（以下统称医药机构）应当加强自律。
第四条 定点医药机构应当建立基金使用内部管理制度，定期检查本单位基金使用情况。
第五条 医疗保障经办机构应当公布协议文本。
第六条 定点医药机构违反本办法第四条规定的，处1万元以上5万元以下的罚款。
第七条 本办法自2021年5月1日起施行。
"""


def law() -> Notice:
    text = clean(LAW).text
    return Notice("law", None, "甲省医保基金监督办法", "甲省医疗保障局", "", Level.NATIONAL, date(2021, 1, 5), text, outline(text))  # fmt: skip


@pytest.mark.parametrize(
    ("question", "whom"),
    [
        ("湛府〔2019〕13号对我们三级公立医院提了哪些要求？", "三级公立医院"),
        ("湛府〔2019〕13号要求公立医院做哪些事", "公立医院"),
        ("湛江这个方案里我们医院要做什么", "医院"),
        ("湛府〔2019〕13号对公立医院薪酬有什么要求", ""),  # of one matter
        ("湛府〔2019〕13号要求医保局做哪些事", ""),
        ("医院评审要做什么准备", ""),
    ],
)
def test_all_that_is_asked_of_hospitals_is_wanted_or_one_matter(question: str, whom: str) -> None:
    assert understand(question, SHIPPED, today=date(2026, 3, 1)).hospitals == whom


def test_hospitals_are_those_that_a_document_calls_together_with_others() -> None:
    assert {"医药机构", "定点医药机构"} <= set(hospitals_in(law()))
    told = asked_of_hospitals(law(), "医院")
    assert told is not None
    said = [one.text for one in told.each()]
    assert any("定期检查本单位基金使用情况" in one for one in said)
    assert any("处1万元以上5万元以下的罚款" in one for one in said)
    assert not any("公布协议文本" in one or "主管全省" in one for one in said)


def test_a_sort_of_hospital_that_is_not_named_gets_what_any_has_to_do_and_is_told_so() -> None:
    told = asked_of_hospitals(law(), "三级医院")
    assert told is not None and told.notes[0].startswith("没有找到单独对“三级医院”写的")
    assert asked_of_hospitals(law(), "民营医院") is None


@pytest.mark.parametrize(
    ("question", "day", "opens", "rows"),
    [
        ("湛江方案里还有哪些没到期的时限？", date(2026, 3, 1), "截至2026年3月1日，写明的时限都已过，没有还没到期的；已过的共6项：", 6),
        ("湛江方案里还有哪些没到期的时限？", date(2021, 3, 1), "截至2021年3月1日还没到期的共1项：", 1),
        ("湛江方案的时间表", date(2021, 3, 1), "共6项，其中5项已到期（截至2021年3月1日）：", 6),
        ("湛江方案的时间表", date(2019, 3, 1), "共6项：", 6),
    ],
)  # fmt: skip
def test_what_is_due_is_told_as_of_the_day(question: str, day: date, opens: str, rows: int) -> None:
    query = replace(understand(question, SHIPPED, today=day), task=Task.SCHEDULE)
    draft = collected(query, (ZHANJIANG,), day)
    assert draft is not None
    assert next(draft.each()).text == opens
    table = next(block for block in draft.blocks if block.kind == "table")
    assert len(table.rows) == rows + 1
    passed = [row[0].text for row in table.rows[1:] if row[0].text.endswith("（已到期）")]
    assert len(passed) == (5 if "其中5项" in opens else 0)


def test_a_message_about_what_is_not_due_is_a_time_table() -> None:
    assert understand("还有哪些任务没到期", SHIPPED, today=date(2026, 3, 1)).task is Task.SCHEDULE
    assert understand("这份文件到期了没有", SHIPPED, today=date(2026, 3, 1)).task is not Task.SCHEDULE


def test_a_summary_has_number_and_day_and_a_line_a_section() -> None:
    told = summary((ZHANJIANG,))
    assert told is not None
    said = [one.text for one in told.each()]
    assert "（湛府〔2019〕13号，2019年2月2日印发）" in said[0]
    assert any(one.startswith("（七）加快推进薪酬制度改革，建立符合行业特点的薪酬分配机制：争取") for one in said)
    assert not any(part.text == "加强硬件建设。" for one in told.each() for part in (one, *one.parts))


def test_goals_that_reach_further_in_single_items_are_said_to() -> None:
    found = next(v for v in verdicts(SHIPPED, "广东省/湛江市", date(2026, 3, 1)) if v.notice_id == ZHANJIANG.id)
    assert "总体目标只定到2020年（个别事项到2022年）" in found.reason


def test_a_sentence_on_the_whole_document_is_not_told_as_of_its_last_item() -> None:
    from assistant.retrieval.selection import Pick

    text = "关于甲事的通知\n一、更新系统\n各地要及时更新信息系统。\n本通知自2024年10月1日起执行。\n"
    notice = Notice("n", None, "关于甲事的通知", "甲局", "", Level.NATIONAL, date(2024, 9, 1), text, outline(text))

    def told(words: str) -> str:
        start = text.index(words)
        sentence = SentenceScore(
            type(notice.articles[0].span)(start, start + len(words)), words, 1.0, 1.0, 1.0, False, False
        )
        return lead_in(Pick(_Found(notice, start), sentence, sentence.span, 1.0))  # type: ignore[arg-type]

    assert "更新系统" not in told("本通知自2024年10月1日起执行。")
    assert "更新系统" in told("各地要及时更新信息系统。")


class _Found:
    """As much of evidence as naming a clause needs."""

    def __init__(self, notice: Notice, at: int) -> None:
        self.notice = notice
        self.passage = type(
            "P", (), {"article": next(i for i, a in enumerate(notice.articles) if a.span.start <= at < a.span.end)}
        )()


def test_clauses_called_alike_answer_to_each_other() -> None:
    older, newer = (
        next(n for n in SHIPPED if n.id == one) for one in ("hunan-2021-key-tasks", "hunan-2023-service-system")
    )
    pairs = {
        (older.article_at(one.span_a.start).heading, newer.article_at(one.span_b.start).heading)
        for one in compare(older, newer).differences
        if one.span_a and one.span_b
    }
    assert {("深化人事薪酬制度改革", "深化薪酬制度改革"), ("加快推进医防融合", "促进医防融合")} <= pairs


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("湛江方案分哪几部分", True),
        ("列下湖南21年27条的七个大标题", True),
        ("这个方案的目录", True),
        ("湛江方案里医保改革分哪几块", False),
        ("国家医保药品目录", False),
        ("医联体分哪几类", False),
    ],
)
def test_the_headings_of_a_document_are_wanted_or_one_matter(question: str, wanted: bool) -> None:
    assert understand(question, SHIPPED, today=date(2026, 3, 1)).outline is wanted


def test_headings_are_told_with_those_right_below() -> None:
    told = headings(ZHANJIANG)
    assert told is not None
    said = [one.text for one in told.each()]
    assert said[0] == "《湛江市深化公立医院综合改革实施方案》共3个部分："
    assert [one for one in said if one[:2] in ("一、", "二、", "三、")] == [
        "一、总体要求",
        "二、主要任务",
        "三、保障措施",
    ]
    assert said.index("（十）推进卫生综合监督执法体制改革，健全公立医院综合监管机制") < said.index("三、保障措施")
    assert headings(law()) is None


def test_a_part_of_the_places_notice_and_its_phases_need_no_title(hashed: Assistant) -> None:
    part = hashed.ask("资阳健康扶贫那几条总结下，一条一句")
    assert not part.refused and "打赢健康扶贫攻坚战" in part.text
    steps = hashed.ask("资阳试点三个阶段各是几年几月到几月").text
    assert steps.startswith("分3个阶段：") and "2017年4月—2018年12月" in steps


def test_who_pays_is_told_by_the_clause_and_who_sees_to_it_by_the_bracket(bundled: Assistant) -> None:
    assert "70%" in bundled.ask("资阳药品加成没了，少的钱谁补").text
    assert "牵头" in bundled.ask("资阳商业健康保险谁牵头").text


def test_what_a_breach_costs_is_no_task_and_the_subject_of_a_sentence_stands_in_no_bracket() -> None:
    rows = duties_of([law()], None, as_of=date(2026, 3, 1), notice_ids={"law"})
    assert any("公布协议文本" in row.task for row in rows)
    assert not any("罚款" in row.task for row in rows)
    assert not any(row.apart for row in rows)
    named = duties_of([ZHANJIANG], None, as_of=date(2026, 3, 1), notice_ids={ZHANJIANG.id})
    assert any(row.apart and row.bodies[:1] == ("市医疗保障局",) for row in named)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("湛府〔2019〕13号里禁止性规定有哪些", ("不得兼任", "严禁与所在医院的经济收入直接挂钩", "下达创收指标")),
        ("湛府〔2019〕13号采购方面有哪些红线", ()),  # nothing is forbidden of it
        ("湛府〔2019〕13号薪酬方面有哪些红线", ("领取年薪制以外的薪酬", "个人薪酬不得")),
        ("资府发〔2017〕23号里“严禁”“不得”的全部列下", ("抵债", "不得连任", "创收指标")),  # 行业禁入 is what befalls
    ],
)
def test_all_that_a_document_forbids_is_listed(question: str, rows: tuple[str, ...]) -> None:
    q = understand(question, SHIPPED, today=date(2026, 3, 1))
    notice = next(n for n in SHIPPED if n.id == q.notice_ids[0])
    assert q.modality == "forbid"
    told = of_modality(q, notice)
    lines = told.blocks[1].statements if told else ()
    assert len(lines) == len(rows)
    assert all(row in line.text for row, line in zip(rows, lines, strict=True))


def test_what_may_not_be_done_with_one_thing_is_no_list_of_all() -> None:
    assert understand("湛江不得报销的药有哪些", SHIPPED, today=date(2026, 3, 1)).modality == ""
    assert understand("湖南2016方案里哪些是鼓励做的", SHIPPED, today=date(2026, 3, 1)).modality == "encourage"


def test_a_year_before_a_bare_number_says_which_document_and_is_no_matter() -> None:
    q = understand("湖南23年44号文长期护理保险怎么提的", SHIPPED, today=date(2026, 3, 1))
    assert q.notice_ids == ("hunan-2023-service-system",) and not q.periods
    assert "23" not in q.content


def test_a_programme_of_another_place_is_not_mentioned_here_and_a_hospital_is_no_office() -> None:
    here = understand("资阳登峰计划扶持的哪家医院", SHIPPED, today=date(2026, 3, 1))
    ziyang = [n for n in SHIPPED if n.region == "四川省/资阳市"]
    assert here.kind is Kind.TEXT and not here.wants.body
    assert absent_programme(here, ziyang, programmes_of(SHIPPED)) == "登峰计划"
    assert absent_programme(here, [ZHANJIANG], programmes_of(SHIPPED)) is None


def test_years_that_rows_are_sorted_by_are_no_matter() -> None:
    q = understand("把湛江方案带年份的任务按2019、2020、2022给我列一下", SHIPPED, today=date(2026, 3, 1))
    assert matter_wanted(q, [ZHANJIANG]) is None
    drg = understand("把湛江方案里DRG的任务列一下，关于DRG的全部", SHIPPED, today=date(2026, 3, 1))
    found = matter_wanted(drg, [ZHANJIANG])
    assert found is not None and found.words == "DRG"


def test_the_tasks_an_office_leads_are_listed_where_they_are_asked() -> None:
    q = understand("湛江市医疗保障局牵头哪些任务？分别什么时限？", SHIPPED, today=date(2026, 3, 1))
    told = listed_of_body(q, [ZHANJIANG], date(2026, 3, 1))
    assert told is not None
    lines = [line.text for line in told.blocks[1].statements]
    assert len(lines) == 5 and lines[0].startswith("19.") and "2019年" in lines[0]
    which = understand("湛江哪些局牵头医保支付方式改革", SHIPPED, today=date(2026, 3, 1))
    assert listed_of_body(which, [ZHANJIANG], date(2026, 3, 1)) is None
