"""A department of the hospital is asked for by name, and no notice writes it: what it usually sees to is looked for, and said to be that."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.query.read import understand
from assistant.query.tasks import matter_wanted, task_of
from assistant.query.types import Task
from assistant.service import Assistant
from corpus.departments import Department, department, departments
from corpus.library import load_corpus

SHIPPED = load_corpus().notices
TEXT = "".join(n.text for n in SHIPPED)


def named(message: str) -> Department | None:
    """The department that a message of the table names, as its words stand before what is wanted of it."""
    for end in ("有关", "直接有关", "要", "的事"):
        words = message.split(end)[0].removeprefix("跟")
        if found := department(words):
            return found
    return None


@pytest.mark.parametrize("one", departments(), ids=lambda one: one.names[0])
def test_every_department_is_known_by_its_examples_and_not_by_what_looks_alike(one: Department) -> None:
    assert one.yes and one.no
    assert [named(message) for message in one.yes] == [one] * len(one.yes)
    assert [department(message) for message in one.no] == [None] * len(one.no)


def test_a_name_is_of_one_department_and_a_matter_says_something() -> None:
    names = [name for one in departments() for name in one.names]
    assert len(names) == len(set(names))
    assert all(len(matter) >= 2 for one in departments() for matter in one.matters)


def test_what_a_department_sees_to_is_found_where_no_notice_writes_its_name() -> None:
    assert "财务处" not in TEXT
    q = understand("湖南2023那份跟我们财务处有关的点列出来", SHIPPED, today=date(2026, 1, 1))
    matter = matter_wanted(q, SHIPPED)
    assert matter is not None
    assert matter.in_("严格控制公立医院债务规模")
    assert not matter.in_("加强乡村医生队伍建设")
    assert "没有按科室写" in matter.told


def test_a_matter_that_is_no_department_is_looked_for_by_its_words() -> None:
    q = understand("湖南2023那份跟财务公开有关的点列出来", SHIPPED, today=date(2026, 1, 1))
    matter = matter_wanted(q, SHIPPED)
    assert matter is not None and not matter.seen_to and not matter.in_("严格控制公立医院债务规模")


def test_the_answer_says_how_it_was_found(bundled: Assistant) -> None:
    told = bundled.ask("帮我总结下资阳这文跟医务科直接有关的要求")
    assert not told.refused and "没有按科室写" in told.text and "多点执业" in told.text
    assert {c.notice_id for c in told.citations} == {"ziyang-2017-pilot-plan"}


def test_rows_of_a_document_are_a_task_whichever_sort_they_are() -> None:
    assert task_of("", {"schedule": 0.5, "collect": 0.4, "answer": 0.1}) is Task.SCHEDULE
    assert task_of("", {"schedule": 0.3, "collect": 0.2, "answer": 0.5}) is Task.ANSWER
    assert task_of("", {"summary": 0.5, "collect": 0.4, "answer": 0.1}) is Task.ANSWER
