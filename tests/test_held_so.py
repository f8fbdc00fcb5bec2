"""What the asker holds to be so beside the point of the question: a figure with words behind it, a body taken to be in charge,
a body that is no more."""

from __future__ import annotations

from datetime import date

import pytest
from answers import ask

from assistant.kinds.body import _held_against
from assistant.query.narrowing import points
from assistant.query.premise import held_of
from assistant.query.read import understand
from assistant.retrieval.dated import year_over
from assistant.retrieval.showing import Shown
from assistant.service import Assistant
from assistant.types import Kind
from corpus.alike import same_body
from corpus.bodies import others_behind
from corpus.library import load_corpus
from corpus.types import Span

SHIPPED = load_corpus().notices
BY_ID = {notice.id: notice for notice in SHIPPED}
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("三甲医院要拿业务收入的3%搞科研，没错吧", "3%"),
        ("晋副高前要先下基层三个月，是吗", "三个月"),
        ("一年要调两次价吧？", "两次"),
        ("二级医院电子病历也是五级是吧", "五级"),
        ("21年就要三级医院开绿色通道，对吧", None),  # a year, and a grade that says whom
        ("文件是7月6号印的对吧", None),
        ("我们有120张床，要设老年科对吧", None),  # the asker's own
        ("要补几个月，对吧", None),
        ("三个月能办好吗", None),  # asked, not held
    ],
)
def test_a_figure_of_a_statement_to_be_confirmed(question: str, written: str | None) -> None:
    held = held_of(question, {2021})
    assert (held.written if held else None) == written


@pytest.mark.parametrize(
    ("question", "opens"),
    [
        ("湛江2019年要调两次价吧？", "不是两次，"),
        ("湛江2019年至少要调一次价格，对吧？", ""),  # it stands there; of whom it is the clause tells
        ("湛江二级医院电子病历也是五级是吧", "不是五级，"),  # of three grades beside it
        ("湛江三级医院电子病历是五级是吧", ""),
    ],
)
def test_a_figure_held_is_denied_where_another_stands_and_never_confirmed(
    bundled: Assistant, question: str, opens: str
) -> None:
    text = ask(bundled, question).text
    assert text.startswith(opens) if opens else not text.startswith(("不是", "是，"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("人社局", "市人力资源社会保障局", True),
        ("卫计委", "省卫生健康委", True),
        ("市医保局", "市财政局", False),
        ("省医保局", "市医疗保障局", None),
        ("财政局", "市保险行业协会", False),
        ("人社局", "各县（区）人民政府", None),
    ],
)
def test_bodies_are_one_by_what_they_see_to(one: str, other: str, same: bool | None) -> None:
    assert same_body(one, other) is same


@pytest.mark.parametrize(
    ("question", "held", "asked"),
    [
        ("湛江薪酬改革是财政局负责吧", "财政局", "湛江薪酬改革由谁负责？"),
        ("资阳商业健康保险这块谁牵头？是人社局吗", "人社局", "资阳商业健康保险这块谁牵头？"),
        ("异地就医是医保局负责报销吗", "", "异地就医是医保局负责报销吗"),
        ("签约要去卫健局备案吗", "", "签约要去卫健局备案吗"),
    ],
)
def test_a_body_held_to_be_in_charge_is_laid_aside(question: str, held: str, asked: str) -> None:
    query = understand(question, SHIPPED, today=TODAY)
    assert query.body_held == held
    assert query.utterance == asked
    assert not held or query.kind is Kind.BODY


@pytest.mark.parametrize(
    ("question", "opens"),
    [
        ("湛江薪酬改革是财政局牵头吧", "不是，市财政局是责任单位，不是牵头单位。"),
        ("湛江薪酬改革是不是人社局牵头", "是。"),
        ("湛江薪酬改革归医保局管吗", "不是医保局。"),
    ],
)
def test_a_body_held_is_told_from_the_bracket(bundled: Assistant, question: str, opens: str) -> None:
    answer = ask(bundled, question)
    assert answer.text.startswith(opens)
    assert answer.citations


def test_a_bracket_that_goes_on_with_others_denies_nobody() -> None:
    notice = BY_ID["hunan-2021-key-tasks"]
    article = next(a for a in notice.articles if a.bodies_span and "等" in notice.quote(a.bodies_span))
    assert article.bodies_span is not None
    told = _held_against("气象局", notice, article.bodies_span, article.bodies, leading=False)
    assert told == ""


@pytest.mark.parametrize(
    ("bracket", "name", "behind"),
    [
        ("（省医保局、省税务局等按职责分工负责）", "省税务局", "等"),
        ("（省医保局、省税务局等部门负责）", "省税务局", "等部门"),
        ("（省医保局、省税务局按职责分工负责）", "省税务局", ""),
        ("（省医保局负责，省残联等参与）", "省医保局", ""),
        ("（市财政局负责）", "市医保局", ""),
    ],
)
def test_others_that_a_bracket_does_not_name(bracket: str, name: str, behind: str) -> None:
    assert others_behind(bracket, name) == behind


def test_where_nobody_leads_a_body_held_to_lead_is_one_of_those_in_charge(hashed: Assistant) -> None:
    told = ask(hashed, "湖南2021年重点工作里，提高基本医疗保障水平是省医保局牵头吗？").text
    assert told.startswith("省医保局是责任单位之一。")
    assert "没有写明由谁牵头" in told


def test_bodies_are_told_with_those_not_named_and_with_who_sees_to_it_today(hashed: Assistant) -> None:
    told = ask(hashed, "湖南2021年重点工作里，提高基本医疗保障水平由谁负责？").text
    assert "等按职责分工负责" in told
    merged = ask(hashed, "资府发〔2017〕23号里鼓励发展商业健康保险谁牵头？").text
    assert "市卫生计生委已撤并（2018年机构改革），职责现由卫生健康部门承担。" in merged


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("湖南2021年和2023年的文件相比，公卫科人员的工资、紧密型医联体、家庭医生各有什么变化？", 3),
        ("湖南2016年和2021年院长年薪、药品采购分别怎么说", 2),
        ("湖南2021年和2023年的文件对家庭医生各有什么要求", 0),
    ],
)
def test_points_of_old_and_new_are_told_one_by_one(question: str, topics: int) -> None:
    assert len(points(understand(question, SHIPPED, today=TODAY))) == topics


def test_a_later_question_is_about_the_few_words_the_message_began_with() -> None:
    query = understand("湛江的三级公立医院，人员支出要占多少，电子病历要达到几级", SHIPPED, today=TODAY)
    assert [part.head for part in query.parts] == ["人员支出要占多少", "电子病历要达到几级"]
    assert "三级公立医院" in query.parts[1].utterance
    long = (
        "湛江的三级公立医院，去年开了两个新的院区，床位也加了一大截，人手不够用，人员支出要占多少，电子病历要达到几级"
    )
    assert "三级公立医院" not in understand(long, SHIPPED, today=TODAY).parts[1].utterance


def test_a_time_that_the_passage_does_not_state_is_said_to_be_missing(bundled: Assistant) -> None:
    text = ask(bundled, "湛江的三级医院电子病历要达到几级？什么时候？").text
    assert "五级" in text
    assert "没有写明时间" in text


def test_what_was_laid_aside_is_no_other_reading_of_the_message() -> None:
    assert understand("湛江薪酬改革是财政局牵头吧", SHIPPED, today=TODAY).rewritten == "湛江薪酬改革是财政局牵头吧"


@pytest.mark.parametrize(
    ("question", "word"),
    [("资阳评正高也是去县里待半年，对吧", "不是半年"), ("资阳晋升副高前去县里支援半年，对吧", "是，文件写的有6个月")],
)
def test_a_time_held_to_be_so_is_held_against_any_unit(question: str, word: str, bundled: Assistant) -> None:
    assert ask(bundled, question).text.startswith(word)


def test_a_sentence_stands_under_the_year_that_opens_one_before_it() -> None:
    notice = BY_ID["ziyang-2017-pilot-plan"]
    at = notice.text.index("取消对社会办中医的限制")
    over = year_over(notice, at)
    assert over is not None and notice.quote(over) == "2018年"
    span = Span(at, at + len("取消对社会办中医的限制。"))
    article, shown = notice.article_at(at), Shown()
    assert "｜2018年，取消对社会办中医的限制。" in shown(notice, article, span, dated=True)
    assert "｜取消对社会办中医的限制。" in shown(notice, article, span)
    within = notice.text.index("2017年底前实行按病种付费的病种不少于100个")
    assert year_over(notice, notice.text.index("。", within) + 1) is None  # of that sentence alone


def test_questions_that_are_counted_are_answered_one_by_one() -> None:
    q = understand("湛江三件事：耗材加成没了咋补，院长拿年薪能不能再拿奖金，科室能不能下任务", SHIPPED, today=TODAY)
    assert len(q.parts) == 3 and all(part.regions == ("广东省/湛江市",) for part in q.parts)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("湛江所有公立医院都得实行院长年薪制，对吧", "所引条文没有写“所有”。"),
        ("湛江二级以上公立医院全部参加医联体，对吧", ""),  # 全部参与医联体建设
        ("湛江哪些医院要参加医联体", ""),  # nothing is held
    ],
)
def test_what_is_held_of_all_and_written_of_none_in_particular_is_said(
    question: str, note: str, bundled: Assistant
) -> None:
    answer = ask(bundled, question)
    assert [one for one in answer.notes if "没有写“" in one] == ([note] if note else [])


def test_a_figure_that_another_clause_of_the_same_thing_states_is_not_denied(bundled: Assistant) -> None:
    answer = bundled.ask("资阳妇幼标准化17年是82%，20年95%，没记错吧")
    assert "不是95%" not in answer.text
    assert any("95%" in one.quote for one in answer.citations)
    assert bundled.ask("资阳妇幼保健机构标准化建设率2020年是90%对吧").text.startswith("不是90%")
