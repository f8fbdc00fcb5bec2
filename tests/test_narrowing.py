"""Slots of a question: who asks, what it names and asks besides, and what is left of it for one search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.query import narrowing
from assistant.query.asker import asker_of
from assistant.query.read import understand
from assistant.query.tasks import beside_names
from assistant.query.types import Query
from assistant.types import Kind, Turn
from corpus.library import load_corpus

SHIPPED = load_corpus().notices


def read(question: str, *before: str) -> Query:
    return understand(question, SHIPPED, history=[Turn("user", text) for text in before], today=date(2024, 3, 1))


@pytest.mark.parametrize(
    ("words", "grade", "sorts", "age"),
    [
        ("我院三乙，能不能申报", 3.2, set(), None),
        ("三甲的中医医院要不要配", 3.5, {"chinese_medicine"}, None),
        ("我们是私立医院", None, {"private"}, None),
        ("老人72岁了能免费吗", None, set(), 72),
        ("60岁以上能免费吗", None, set(), None),
        ("今年300岁的树", None, set(), None),
    ],
)
def test_who_asks(words: str, grade: float | None, sorts: set[str], age: int | None) -> None:
    found = asker_of(words)
    assert (found.grade, found.age) == (grade, age)
    assert found.sorts >= sorts if sorts else not found.sorts & {"private", "chinese_medicine", "specialist"}


def test_of_a_carried_subject_the_grade_said_last_is_meant() -> None:
    u = read("那二级的呢", "三级医院的床位要达到多少张")
    assert "话题" in u.carried
    assert u.asker_meant.grade == 2.5
    assert read("三级医院的床位要达到多少张").asker_meant.grade == 3.5


def test_what_the_question_names_repeats_and_closes() -> None:
    u = read("湛江的民营医院能参加家庭医生签约吗？")
    assert u.names("家庭医生")
    assert not u.names("急救站")
    assert u.closed
    assert u.private
    assert u.repeats("湛江的民营医院能参加家庭医生签约吗？")
    assert u.head.endswith("签约吗")
    assert not read("湛江的院长年薪怎么定").closed


def test_the_questions_of_a_message_and_the_matter_of_an_order() -> None:
    u = read("编制怎么动态调整，院长年薪由谁来定？")
    assert [one.content for one in u.further] == ["编制动态调整", "院长年薪由定"]
    assert [one.kind for one in u.further] == [Kind.TEXT, Kind.BODY]
    assert all(one.regions == u.regions for one in u.further)
    assert read("院长年薪怎么定").further == ()
    assert read("帮我起草一份关于药品集中采购的通知").to_write.topic == "药品集中采购"


def test_a_clause_on_another_matter_says_otherwise() -> None:
    u = read("县级医院取消药品加成，是20%吗")
    assert u.otherwise("取消耗材加成")
    assert not u.otherwise("取消药品加成")
    assert u.levels


def test_names_of_documents_ask_for_no_body() -> None:
    u = read("湘政办发〔2023〕44号里省财政厅的任务都列出来")
    beside = beside_names(u, SHIPPED)
    assert beside.names("财政厅")
    assert not beside.names("湘政办发")


def test_a_deed_is_left_without_what_asks_for_a_penalty() -> None:
    u = narrowing.deed(read("没给食堂工人做体检要罚多少钱"))
    assert u.kind is Kind.TEXT
    assert "体检" in u.content
    assert "罚" not in u.content


def test_points_of_a_comparison() -> None:
    u = narrowing.compared(read("资阳和湛江在院长年薪核定、医师多点执业上有什么不同"))
    assert [one.topic for one in narrowing.points(u)] == ["院长年薪核定", "医师多点执业"]
    assert all(one.kind is Kind.COMPARISON for one in narrowing.points(u))
    assert narrowing.points(read("资阳和湛江的院长年薪有何不同")) == ()


@pytest.mark.parametrize(
    ("question", "beyond"), [("44号文主送给谁", False), ("44号文里家庭医生签约服务费由谁给", True)]
)
def test_asking_of_a_document_is_told_from_asking_of_a_matter(question: str, beyond: bool) -> None:
    assert narrowing.beyond_paper(read(question)) is beyond


def test_what_is_asked_for_whole() -> None:
    assert narrowing.whole_item(read("44号文第二条讲什么"), "")
    assert not narrowing.whole_item(read("44号文第二条里家庭医生签约费谁出"), "")
    named = replace(read("44号文第二条讲什么"), content="中医药条例第二条写")
    assert narrowing.whole_item(named, "某省中医药条例") and not narrowing.whole_item(named, "某省献血办法")
    assert narrowing.whole_texts(read("对比一下湛府〔2019〕13号和资府发〔2017〕23号两份文件"), [])
    assert not narrowing.whole_texts(read("对比湛府〔2019〕13号和资府发〔2017〕23号里的院长年薪"), [])
    by_title = read("对比一下青山的托育办法和云岭的托育办法")
    assert narrowing.whole_texts(by_title, ["青山市托育服务办法", "云岭市托育服务办法"])
    assert not narrowing.whole_texts(by_title, [])


def test_bodies_are_named_in_particular_or_not_at_all() -> None:
    assert narrowing.bodies_named(read("省气象局负责什么任务")) == ("省气象局",)
    assert narrowing.bodies_named(read("哪个部门负责什么任务")) == ()


def test_words_that_ask_what_applies_are_no_matter() -> None:
    assert not narrowing.says_matter(read("该执行哪个文件"))
    assert narrowing.says_matter(read("院长年薪按哪份文件"), 4)
