"""What an office types at the end of a day: several questions in one message, a document by its year or half its name, a day
held to be the day of issue, a verdict that its clause limits, and what falls due in a year."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.absent import unwritten
from assistant.answering.polarity import limits_of
from assistant.query.read import understand
from assistant.query.scope import read_scope
from assistant.query.tasks import placeless
from assistant.query.types import Task
from assistant.retrieval.selection import contrasted
from assistant.service import Assistant
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.types import Span

TODAY = date(2026, 3, 1)
SHIPPED = load_corpus().notices
ZHANJIANG, HUNAN = Profile("广东省/湛江市"), Profile("湖南省")


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("湖南2019年医改任务里公卫科怎么说", (2019,)),
        ("湛江2022年那个方案里院长年薪怎么定", (2022,)),
        ("湖南2024年医改重点任务里DRG怎么定的", (2024,)),
        ("湛江2023年公立医院高质量发展方案里院长年薪咋说", (2023,)),
        ("湖南2021年的任务里公卫科怎么说", ()),
        ("湛江2022年的政策怎么规定", ()),  # a year of rules, not of a document
        ("湛江18年那个方案怎么说", ()),  # a year off the one there is
    ],
)
def test_a_document_of_a_year_the_library_has_none_of_is_missing(question: str, absent: tuple[int, ...]) -> None:
    assert read_scope(question, SHIPPED, today=TODAY).absent == absent
    notes = understand(question, SHIPPED, today=TODAY).notes
    assert any("没有收录" in note and str(year) in note for note in notes for year in absent) or not absent


def test_documents_are_named_by_joined_years_and_by_half_a_title() -> None:
    both = read_scope("湖南21跟23两个文公卫科收入说法一样不", SHIPPED, today=TODAY)
    assert set(both.notice_ids) == {"hunan-2021-key-tasks", "hunan-2023-service-system"}
    assert read_scope("湖南16和12家医院签约", SHIPPED, today=TODAY).notice_ids == ("hunan-2016-pilot-plan",)
    half = read_scope("湖南医疗卫生服务体系那个文几号发的", SHIPPED, today=TODAY)
    assert half.notice_ids == ("hunan-2023-service-system",)
    assert not read_scope("湖南医院那个文化墙要不要做", SHIPPED, today=TODAY).notice_ids


def test_a_grade_behind_a_character_is_no_city() -> None:
    assert understand("资阳晋中级要下乡多久", SHIPPED, today=TODAY).regions == ("四川省/资阳市",)
    assert "山西省/晋中市" in understand("晋中的医院怎么办", SHIPPED, today=TODAY).regions


def test_where_is_no_part_of_what_is_to_be_done() -> None:
    assert placeless("资阳对湛江编制怎么改") == placeless("湖南对四川编制怎么改")


def test_one_case_is_told_by_the_word_that_the_others_have_the_contrast_of() -> None:
    text = "晋升副高级职称前，须支援不少于六个月；晋升正高级职称前，须支援不少于三个月。"
    made = _Text(text)
    parts = [Span(0, text.index("；") + 1), Span(text.index("；") + 1, len(text))]
    assert contrasted("晋副高之前要下去多久", made, parts) == parts[0]  # type: ignore[arg-type]
    assert contrasted("评正高要下乡多久", made, parts) == parts[1]  # type: ignore[arg-type]
    assert contrasted("评职称要下乡多久", made, parts) is None  # type: ignore[arg-type]


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text


def test_a_term_that_the_quote_lacks_is_named_bodies_apart() -> None:
    asked = understand("互联网医院能不能首诊", SHIPPED, today=TODAY)
    lacking = unwritten(asked, "鼓励有条件的医疗机构发展互联网医院。")
    assert lacking is not None
    assert lacking.term == "首诊"
    assert unwritten(asked, "互联网医院不得开展首诊。") is None
    ours = understand("我们是互联网医院，能不能首诊", SHIPPED, today=TODAY)
    assert "互联网医院" not in [one.term for one in ours.terms_asked]  # what the asker is, is not asked
    assert unwritten(understand("县医院能参加医联体吗", SHIPPED, today=TODAY), "公立机构参加医疗联合体。") is None


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("湖南那个21年重点任务是7月6号印发的对吧", "不是7月6日。"),
        ("湖南那个21年重点任务是2021年7月2日印发的吧", "是。"),
        ("湖南医疗卫生服务体系那个文几号发的", "湘政办发〔2023〕44号于2023年10月24日印发"),
        ("湖南21年薪酬改革是人社厅牵头吗", "省人力资源社会保障厅是责任单位之一。"),
    ],
)
def test_what_is_held_of_a_document_is_confirmed_or_corrected(hashed: Assistant, question: str, begins: str) -> None:
    answer = hashed.ask(question)
    assert not answer.refused and answer.text.startswith(begins)
    assert answer.citations
    assert ("没有写明由谁牵头" in answer.text) == ("牵头" in question)


def test_a_bracket_that_the_capture_lost_is_said_to_be_lost(hashed: Assistant) -> None:
    answer = hashed.ask("湖南16年文信息化那条哪个厅牵头")
    assert answer.refused and "缺失" in answer.text


def test_a_time_without_a_year_says_which_year_is_meant(hashed: Assistant) -> None:
    when = hashed.ask("湖南DRG什么时候全部实际付费", profile=HUNAN)
    assert "条文所说的“年底前”指2021年。" in when.notes
    then = hashed.ask("湖南DRG什么时候全部实际付费", profile=Profile("湖南省", date(2021, 9, 1)))
    assert not any("指2021年" in note for note in then.notes)


def test_a_verdict_names_what_limits_its_clause() -> None:
    assert limits_of("三级医院和有条件的二级医院要设服务中心") == ("有条件的",)
    assert limits_of("年满65周岁的，原则上不予注册") == ("原则上",)
    assert limits_of("公立医院不得举债建设") == ()


@pytest.mark.parametrize(("figure", "begins"), [("70%", "不是70%"), ("20%", "是，文件写的有20%")])
def test_a_figure_of_another_thing_in_the_row_confirms_nothing(hashed: Assistant, figure: str, begins: str) -> None:
    answer = hashed.ask(f"资阳取消药品加成财政补{figure}对吧")
    assert answer.text.startswith(begins)


def test_this_year_is_the_year_of_the_day_that_is_set() -> None:
    asked = understand(
        "费用涨幅今年控制在多少", SHIPPED, profile=Profile("广东省/湛江市", date(2020, 3, 1)), today=TODAY
    )
    assert asked.as_of == date(2020, 3, 1) and not asked.notes


@pytest.mark.slow
def test_the_case_that_is_asked_is_told_alone(bundled: Assistant) -> None:
    case = bundled.ask("晋副高之前要下去多久")
    assert "不少于6个月" in case.text and "不少于3个月" not in case.text


@pytest.mark.slow
def test_each_question_behind_a_mark_is_answered(bundled: Assistant) -> None:
    answer = bundled.ask("湛江监管平台几时建好？谁负责？结果用来干嘛？", profile=ZHANJIANG)
    assert "（2）谁负责：" in answer.text and "（3）结果用来干嘛：" in answer.text
    assert "市卫生健康局牵头" in answer.text and "薪酬" not in answer.text


@pytest.mark.slow
def test_what_falls_due_in_a_year_is_listed_alone(bundled: Assistant) -> None:
    asked = "把湛江文里到2020年要做到的都列出来"
    assert bundled.understand(asked, profile=ZHANJIANG).task is Task.COLLECT
    answer = bundled.ask(asked, profile=ZHANJIANG)
    assert answer.text.startswith("2020年到期的共4项：")
    assert "75%" in answer.text and "百强" not in answer.text and "2019年" not in answer.text


@pytest.mark.slow
def test_a_draft_on_one_matter_of_a_plan_quotes_that_matter(bundled: Assistant) -> None:
    answer = bundled.ask("写一段通知，引用湛江关于薪酬的规定，发给各科室", profile=ZHANJIANG)
    assert "严禁向科室和医务人员下达创收指标" in answer.text
    assert not any(other in answer.text for other in ("首诊", "登峰计划", "仿制药", "家庭医生签约"))


@pytest.mark.slow
def test_the_figures_of_one_matter_are_listed_alone(bundled: Assistant) -> None:
    answer = bundled.ask("资阳文件里中医的硬指标帮我全列一下", profile=Profile("四川省/资阳市"))
    assert answer.text.startswith("写到“中医”、写明数字的共5条：") and "80%" not in answer.text


@pytest.mark.slow
def test_a_summary_of_what_is_not_named_says_so(bundled: Assistant) -> None:
    answer = bundled.ask("总结下湛府〔2019〕13号里跟营养科有关的，一条一条来")
    assert "没有单独写到“营养科”" in answer.text


def test_a_figure_of_another_measure_is_said_to_be_of_that(hashed: Assistant) -> None:
    other = hashed.ask("湛江住院次均费用年度增幅不超过9%，对吧")
    assert other.text.startswith("文件里的9%说的是“区域医疗费用增长控制在9%以下”")
    own = hashed.ask("湛江区域医疗费用增长控制在9%以下对吧")
    assert own.text.startswith("是，文件写的有9%")
