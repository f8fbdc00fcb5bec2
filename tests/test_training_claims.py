"""Claims made by moving parts: true ones keep who does what, false ones give it to another."""

from __future__ import annotations

import random

import pytest

from training import claims_moved as made

DOCTORS = "医疗机构应当公示收费标准，卫生行政部门应当加强日常监督。"


def ways(function, sentence, times=40):
    return {function(sentence, random.Random(n)) for n in range(times)} - {"", ("", "")}


def test_a_subject_gets_what_is_said_of_another():
    found = {claim for claim, _ in ways(made.exchanged, DOCTORS)}
    assert found == {"医疗机构应当加强日常监督", "卫生行政部门应当公示收费标准"}


def test_a_figure_of_another_clause_of_one_sort():
    found = {claim for claim, _ in ways(made.exchanged_figures, "门诊报销七成，报销比例为60%，住院报销比例为80%。")}
    assert "报销比例为80%" in found
    assert all("60%" in f or "80%" in f or "七成" in f for f in found)


def test_what_is_said_of_several_holds_for_one():
    found = ways(made.one_of_several, "卫生健康、医疗保障等部门应当公布目录。")
    assert found == {"卫生健康部门应当公布目录", "医疗保障部门应当公布目录"}
    assert not ways(made.one_of_several, "卫生健康、医疗保障等部门应当联合公布目录。")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("民政部门负责制定补助标准。", "制定补助标准由民政部门负责"),
        ("由市卫生行政部门组织专家评审。", "市卫生行政部门组织专家评审"),
    ],
)
def test_who_does_it_is_said_the_other_way(sentence, expected):
    assert expected in ways(made.turned, sentence)


def test_a_task_after_a_duty_or_a_purpose_is_left():
    assert ways(made.as_task, "建立分级诊疗制度，方便群众。")
    assert not ways(made.as_task, "为了方便群众，建立分级诊疗制度。")


def test_the_claims_of_a_document_carry_their_evidence():
    found = made.moved("甲", [DOCTORS] * 3, random.Random(0))
    assert found
    assert {m.supported for m in found} == {False}
    assert all(DOCTORS in m.evidence for m in found)
