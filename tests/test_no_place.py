"""Where no place is said each place that speaks is answered for itself, and an answer of one place says whose it is."""

from __future__ import annotations

import pytest
from answers import ask

from assistant.places import OBJECTS
from assistant.service import Assistant
from assistant.types import Answer, Profile
from corpus.contrasts import contrast_sets

HEADS = ("湖南省：", "广东省湛江市：", "四川省资阳市：")


def regions(assistant: Assistant, answer: Answer) -> set[str]:
    """Places whose notices the answer cites."""
    where = {n.id: n.region for n in assistant.corpus.notices}
    return {where[c.notice_id] for c in answer.citations}


@pytest.mark.parametrize("question", ["家庭医生签约由谁负责？", "院长年薪制怎么规定的"])
def test_each_place_is_told_from_its_own_notice(hashed: Assistant, question: str) -> None:
    answer = ask(hashed, question)
    told = [head for head in HEADS if head in answer.text]
    assert len(told) >= 2
    assert len(regions(hashed, answer)) == len(told)


def test_a_known_place_is_told_alone(hashed: Assistant) -> None:
    answer = hashed.ask("家庭医生签约由谁负责？", profile=Profile(region="广东省/湛江市"))
    assert not any(head in answer.text for head in HEADS)
    assert regions(hashed, answer) == {"广东省/湛江市"}


def test_only_another_thing_leaves_a_place_out_not_another_word_for_a_person() -> None:
    names = {contrast_sets()[n].name for n in OBJECTS}
    assert "药品、耗材、器械" in names and "医生类别" not in names  # 全科医生 for 家庭医生 is no other matter


def test_an_answer_of_one_place_says_whose_it_is(hashed: Assistant) -> None:
    answer = ask(hashed, "三甲医院每年科研经费投入不低于业务总收入多少")
    assert "没有说明地区，以上是湖南省的规定。" in (*answer.notes, *answer.text.split("\n"))
