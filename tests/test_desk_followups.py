"""What hangs on the turn before, and which document, day or person a year means: 2021那份, 那2016年的时候, 24年5月生的孩子."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.query.read import understand
from assistant.query.references import before_those
from assistant.query.topic import matter_of
from assistant.query.types import Query
from assistant.service import Assistant
from assistant.types import Kind, Turn
from corpus.library import load_corpus
from corpus.types import Notice

TODAY = date(2026, 3, 1)
SHIPPED = load_corpus().notices
H2016, H2021, H2023 = "hunan-2016-pilot-plan", "hunan-2021-key-tasks", "hunan-2023-service-system"


def after(before: str, question: str) -> Query:
    """``question`` read as one that hangs on ``before``."""
    turns = [Turn("user", before), Turn("assistant", "有[1]。")]
    return understand(
        question, SHIPPED, history=turns, today=TODAY, hangs=lambda _: {"new": 0.0, "slot": 1.0, "last": 0.0}
    )


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("湖南2023对医院预算和债务怎么写", "那2016年的时候财务上怎么要求的", H2016),
        ("湖南2023对医联体总额付费怎么说", "2021那份怎么说的，也有这个吗", H2021),
        ("湖南2023对医联体总额付费怎么说", "那债务呢", H2023),
        ("湖南2023对医联体总额付费怎么说", "到2025年要做到什么", H2023),  # a year to come is a target
    ],
)
def test_a_year_before_the_document_of_the_talk_means_another_one(before: str, question: str, meant: str) -> None:
    assert meant in after(before, question).notice_ids


def test_a_year_is_of_another_document_only_where_that_ended_before_the_one_carried() -> None:
    assert before_those(2016, [H2023], SHIPPED) == (H2016,)
    assert before_those(2023, [H2023], SHIPPED) is None
    assert before_those(2024, [H2023], SHIPPED) is None
    assert before_those(2018, [H2023], SHIPPED) == ()  # nothing of that year is held: nothing is carried either


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("湖南2023还提总额付费吗", (H2023,)),
        ("湖南2021怎么规定公卫科收入", (H2021,)),
        ("湖南到2020怎么定", ()),
        ("湖南2023年还提总额付费吗", ()),
    ],
)
def test_a_bare_year_is_the_document_of_that_year(question: str, meant: tuple[str, ...]) -> None:
    assert understand(question.replace("湖南", "湖南省里"), SHIPPED, today=TODAY).notice_ids == meant


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2018年5月的规定还算数吗", date(2018, 5, 31)),
        ("2018年5月生的孩子能领补贴吗", TODAY),
        ("2018年5月入职的护士怎么算", TODAY),
    ],
)
def test_the_day_of_a_person_is_not_the_day_of_the_rule(question: str, day: date) -> None:
    assert understand(question, SHIPPED, today=TODAY).as_of == day


def test_a_follow_up_without_a_question_word_asks_what_was_asked() -> None:
    assert after("湛江人员经费占比要到多少", "那市里试点的那两家医院的呢").kind is Kind.FIGURE
    assert after("湛江人员经费占比要到多少", "试点医院怎么定的").kind is not Kind.FIGURE


def test_what_a_breach_costs_is_compared_however_short_it_is_said() -> None:
    assert matter_of("没体检就上岗，哪边怎么罚") == "没体检就上岗，怎么罚"
    assert matter_of("没体检就上岗，各怎么说") == "没体检就上岗"


def test_sides_that_a_notice_of_the_country_names_are_no_subject() -> None:
    q = understand("取消加成，湛江和资阳分别怎么补", SHIPPED, today=TODAY)
    assert "湛江" not in q.topic and "资阳" not in q.topic
    national = [*SHIPPED, _national("选定湛江市、资阳市开展试点。")]
    q = understand("取消加成，湛江和资阳分别怎么补", national, today=TODAY)
    assert "湛江" not in q.topic and "资阳" not in q.topic


def _national(text: str) -> Notice:
    return replace(SHIPPED[0], id="national", number=None, title="关于试点的通知", aliases=(), region="", text=text)


def test_what_is_not_held_is_the_first_thing_said(hashed: Assistant) -> None:
    told = hashed.ask("湛江2023年公立医院高质量发展方案里院长年薪咋说")
    assert told.text.startswith("本库没有收录广东省湛江市2023年印发的这份文件，按库内现有的文件回答。")
    assert told.text.count("没有收录") == 1
    assert not hashed.ask("湛江院长年薪怎么定").text.startswith("本库没有收录")
