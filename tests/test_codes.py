"""Codes of document numbers and the words of a head: every list with its examples and look-alikes."""

from __future__ import annotations

import pytest

from corpus.front.codes import lexicon as codes
from corpus.front.codes import read_code, trimmed
from corpus.front.lines import lines_of
from corpus.front.words import lexicon as words
from corpus.front.words import title_end

YES = [one for rule in codes().values() for one in rule["yes"]]
NO = [one for rule in codes().values() for one in rule["no"]]


@pytest.mark.parametrize("example", YES)
def test_what_a_code_says(example: str) -> None:
    number, _, said = example.partition(" => ")
    region, _, issuer = said.partition(" | ")
    found = read_code(number)
    assert found is not None
    assert (found.region or "全国") == region
    assert not issuer or found.issuer == issuer


@pytest.mark.parametrize("number", NO)
def test_a_code_that_several_use_or_that_is_no_government_s_says_nothing(number: str) -> None:
    assert read_code(number) is None


def test_a_code_read_too_far_to_the_left_is_cut() -> None:
    assert trimmed("空间岚卫公卫〔2018〕239号") == "岚卫公卫〔2018〕239号"
    assert trimmed("湘政办发〔2023〕44号") == "湘政办发〔2023〕44号"


@pytest.mark.parametrize("title", words()["title"]["yes"])
def test_titles_end_as_titles_do(title: str) -> None:
    assert title_end().search(title)


@pytest.mark.parametrize("line", words()["title"]["no"])
def test_other_lines_do_not(line: str) -> None:
    assert not title_end().search(line)


ROLES = {"field": "field", "printed": "copy", "officer": "officer", "noise": "toc"}


@pytest.mark.parametrize(("rule", "line"), [(rule, one) for rule in ROLES for one in words()[rule]["yes"]])
def test_lines_have_the_role_their_form_gives(rule: str, line: str) -> None:
    assert [one.role for one in lines_of(line)] == [ROLES[rule]]


@pytest.mark.parametrize(("rule", "line"), [(rule, one) for rule in ROLES for one in words()[rule]["no"]])
def test_look_alikes_have_another(rule: str, line: str) -> None:
    assert ROLES[rule] not in [one.role for one in lines_of(line)]
