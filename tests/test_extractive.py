"""Extractive answers: the asked thing first, lead bodies with their rule, lists from one article."""

from __future__ import annotations

import re

import pytest
from answers import ask

from assistant.query.values import fits, has_period
from assistant.service import Assistant
from assistant.types import Kind
from corpus.naming import said_by, short_title
from corpus.types import Notice


def test_a_responsible_body_leads_first_with_the_rule_that_says_so(hashed: Assistant) -> None:
    answer = ask(hashed, "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头")
    assert answer.kind is Kind.BODY
    bracket, rule = answer.citations
    notice = next(n for n in hashed.corpus.notices if n.id == bracket.notice_id)
    bodies = notice.article_at(bracket.start).bodies
    assert f"由{bodies[0]}牵头" in answer.text
    assert all(body in answer.text for body in bodies)
    assert re.search(r"第一位|首位", rule.quote)
    assert rule.quote in answer.text


def test_without_such_a_rule_the_first_is_only_said_to_stand_first(hashed: Assistant) -> None:
    answer = ask(hashed, "湖南2021年重点工作里，家庭医生签约服务谁牵头？")
    assert "列在首位" in answer.text
    assert "牵头，" not in answer.text
    assert {c.notice_id for c in answer.citations} == {"hunan-2021-key-tasks"}


@pytest.mark.parametrize(
    "notice_id", ["ziyang-2017-pilot-plan", "zhanjiang-2019-hospital-reform", "hunan-2021-key-tasks"]
)
def test_bodies_named_are_those_of_the_cited_bracket(hashed: Assistant, notice_id: str) -> None:
    notice = next(n for n in hashed.corpus.notices if n.id == notice_id)
    articles = [a for a in notice.articles if len(a.bodies) > 1 and 6 <= len(a.heading) <= 16][:4]
    assert articles
    for article in articles:
        answer = ask(hashed, f"{said_by(notice)}里“{article.heading}”由谁牵头？")
        if answer.refused:
            continue
        bracket = notice.text[answer.citations[0].start : answer.citations[0].end]
        first = re.search(r"由(.+?)(?:牵头|、|负责|分别)", answer.text)
        assert first
        assert first[1].split("和")[0] in bracket


@pytest.mark.parametrize(
    "question",
    [
        "湖南到2025年底多少县市要建成县域医共体？",
        "湛江的医疗服务价格一年至少调整几次",
        "资阳按病种付费的病种不少于多少个",
    ],
)
def test_a_figure_answer_states_a_figure_of_the_asked_kind(hashed: Assistant, question: str) -> None:
    answer = ask(hashed, question)
    assert answer.kind is Kind.FIGURE
    assert fits(question, answer.citations[0].quote)


def test_a_deadline_answer_states_a_time(hashed: Assistant) -> None:
    answer = ask(hashed, "湖南全面推进紧密型县域医共体，哪一年基本建成")
    assert answer.kind is Kind.DEADLINE
    assert has_period(answer.citations[0].quote)


def test_a_list_is_a_list_of_cited_items_of_one_notice(hashed: Assistant) -> None:
    answer = ask(hashed, "资府发〔2017〕23号推进医师多点执业有哪些措施")
    assert answer.kind is Kind.LIST
    items = [line for line in answer.text.splitlines() if line.startswith("- ")]
    assert len(items) >= 3
    assert all(re.search(r"\[\d+\]", item) for item in items)
    assert {c.notice_id for c in answer.citations} == {"ziyang-2017-pilot-plan"}


@pytest.mark.parametrize(
    "question", ["湖南2021年要解决哪几个问题", "湘政发〔2016〕12号有哪些通知要求", "资阳有哪些重点任务"]
)
def test_a_list_is_never_the_title_and_the_addressees(hashed: Assistant, question: str) -> None:
    answer = ask(hashed, question)
    notices = {n.id: n for n in hashed.corpus.notices}
    assert answer.kind is Kind.LIST
    assert {notices[c.notice_id].article_at(c.start).kind for c in answer.citations} <= {"item"}


def test_an_answer_names_its_notice_and_stays_in_the_place(hashed: Assistant) -> None:
    answer = ask(hashed, "湛江的院长年薪怎么定")
    assert answer.text.startswith("湛府〔2019〕13号")
    assert {c.notice_id for c in answer.citations} == {"zhanjiang-2019-hospital-reform"}


def test_a_question_about_the_document_cites_its_front_matter(hashed: Assistant) -> None:
    answer = ask(hashed, "湛府〔2019〕13号主送给谁")
    notice = next(n for n in hashed.corpus.notices if n.id == "zhanjiang-2019-hospital-reform")
    assert all(a in answer.text for a in notice.addressees)
    assert notice.article_at(answer.citations[0].start).kind == "front"


def test_two_questions_in_one_message_are_both_answered(hashed: Assistant) -> None:
    answer = ask(hashed, "资阳的医师多点执业怎么规定，按病种付费的病种不少于多少个？")
    assert "多点执业" in answer.text
    assert "100个" in answer.text


def test_names_of_notices(notices: tuple[Notice, ...], hashed: Assistant) -> None:
    assert said_by(notices[0]) == "云岭政发〔2021〕7号"
    assert said_by(notices[4]) == "《松石市远程会诊工作要点》"
    assert short_title(notices[4]) == "松石市远程会诊工作要点"
    for notice in hashed.corpus.notices:
        assert short_title(notice) in notice.title
        assert "通知" not in short_title(notice)
