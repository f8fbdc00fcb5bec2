"""A message that only changes a slot of the turn before: another place, a place set beside it, another grade, who pays."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.query.read import understand
from assistant.query.types import Query
from assistant.service import Assistant
from assistant.types import Kind, Profile, Turn
from corpus.library import load_corpus
from corpus.regions import gazetteer

TODAY = date(2026, 3, 1)
SHIPPED = load_corpus().notices
ZHANJIANG, ZIYANG = "广东省/湛江市", "四川省/资阳市"


def after(before: str, question: str) -> Query:
    """``question`` read as one that hangs on ``before``."""
    turns = [Turn("user", before), Turn("assistant", "有[1]。")]
    return understand(
        question, SHIPPED, history=turns, today=TODAY, hangs=lambda _: {"new": 0.0, "slot": 1.0, "last": 0.0}
    )


@pytest.mark.parametrize("question", ["资阳也是这么搞？", "资阳那边也有这个要求吗", "资阳有类似的说法吗"])
def test_the_same_of_another_place_is_the_question_before(question: str) -> None:
    before = understand("湖南21年跨省异地门诊结算怎么说", SHIPPED, today=TODAY)
    q = after("湖南21年跨省异地门诊结算怎么说", question)
    assert q.regions == (ZIYANG,)
    assert q.own == ""
    assert "跨省异地门诊结算" in q.content
    assert "21年" in before.content  # of a document of another place
    assert "21年" not in q.content


@pytest.mark.parametrize("question", ["跟湛江比呢", "和湛江的要求一样吗", "那跟湛江那个90%是一回事吗"])
def test_a_place_set_beside_the_one_spoken_of_is_compared_with_it(question: str) -> None:
    q = after("资阳县域内就诊率定多少", question)
    assert q.kind is Kind.COMPARISON
    assert q.regions == (ZIYANG, ZHANJIANG)
    assert q.content == "县域内就诊率定"


@pytest.mark.parametrize(("question", "kind"), [("那湛江呢", Kind.FIGURE), ("湛江比例是多少", Kind.FIGURE)])
def test_a_place_alone_takes_the_place_of_the_one_before(question: str, kind: Kind) -> None:
    q = after("资阳县域内就诊率定多少", question)
    assert (q.kind, q.regions) == (kind, (ZHANJIANG,))


@pytest.mark.parametrize(
    ("text", "named"),
    [("资阳县域内就诊率", "资阳"), ("湛江县级医院", "湛江"), ("岳阳县级医院", "岳阳县"), ("安岳县里的医院", "安岳县")],
)
def test_county_belongs_to_what_follows_where_no_county_is_called_so(text: str, named: str) -> None:
    assert [one.span.of(text) for one in gazetteer().find(text)] == [named]


def told(assistant: Assistant, question: str, *before: str) -> str:
    turns = [Turn("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(before)]
    return assistant.ask(question, history=turns, profile=Profile()).text


def test_words_that_say_little_are_not_answered_by_what_lies_near(bundled: Assistant) -> None:
    said = told(bundled, "资阳那边也有这个指标吗", "湛江人员经费占业务支出的比例要多少", "争取40%以上[1]。")
    assert "没有" in said
    assert "药占比" not in said


def test_another_grade_than_the_clause_names_is_said_to_be_left_out(bundled: Assistant) -> None:
    before = ("资阳总会计师哪些医院要设", "三级以上公立医院建立总会计师制度[1]。")
    assert told(bundled, "那二级医院要不要设", *before).startswith("不适用：")


def test_who_pays_is_said_to_be_unwritten_where_the_clause_names_no_money(bundled: Assistant) -> None:
    unwritten = "没有写明钱由谁出"
    assert unwritten in told(bundled, "这7家的钱谁出", "湛江中心卫生院升级建设几家", "7家[1]。")
    assert unwritten not in told(bundled, "资阳取消药品加成少的钱谁补")
