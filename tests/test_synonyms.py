"""The thesaurus: well formed, symmetric, and only ever adding to a query."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.synonyms import broader, expand, find_terms
from corpus.text import fold

RAW = tomllib.loads((Path(corpus.__file__).parent / "synonyms.toml").read_text(encoding="utf-8"))
GROUPS: list[list[str]] = RAW["groups"]
TERMS = st.sampled_from([term for group in GROUPS for term in group])


def test_groups_have_two_different_members_at_least() -> None:
    for group in GROUPS:
        folded = [fold(term) for term in group]
        assert len(set(folded)) == len(folded) >= 2, group
        assert all(folded), group


@given(TERMS)
def test_every_term_finds_its_group_and_is_found_by_it(term: str) -> None:
    (match, *_) = [m for m in find_terms(term) if m.start == 0]
    assert match.term == fold(term)
    assert match.others
    for other in match.others:
        back = next(m for m in find_terms(other) if m.start == 0)
        assert back.term == other
        assert match.term in back.others


@given(st.lists(TERMS, max_size=4), st.integers(0, 4))
def test_expansion_only_appends(terms: list[str], limit: int) -> None:
    text = "，".join(terms)
    expanded = expand(text, limit=limit)
    assert expanded.startswith(text)
    added = expanded[len(text) :].split()
    assert len(added) == len(set(added)) <= limit * len(find_terms(text))


@given(st.lists(TERMS, max_size=5))
def test_matches_do_not_overlap_and_stand_in_the_folded_text(terms: list[str]) -> None:
    text = "的".join(terms)
    matches = find_terms(text)
    assert all(fold(text)[m.start : m.end] == m.term for m in matches)
    assert all(a.end <= b.start for a, b in pairwise(matches))


@pytest.mark.parametrize(
    ("typed", "formal"),
    [
        ("DRG", "疾病诊断相关组"),
        ("drgs", "疾病诊断相关组"),
        ("药品零差率", "取消药品加成"),
        ("医共体", "县域医共体"),
        ("一把手", "主要负责人"),
        ("自掏腰包", "个人卫生支出占卫生总费用"),
        ("盖楼", "基本建设"),
        ("借钱", "债务"),
        ("财政出钱", "财政补助"),
        ("评高级", "职称评审"),
        ("下乡", "对口支援"),
        ("大处方", "合理用药"),
        ("长处方", "长期处方"),
        ("挂号", "预约诊疗"),
        ("GPO", "集团采购"),
        ("国谈药", "国家谈判药品"),
        ("电子病历评级", "电子病历功能应用水平"),
    ],
)
def test_what_people_type_leads_to_what_notices_write(typed: str, formal: str) -> None:
    assert fold(formal) in find_terms(typed)[0].others
    assert fold(formal) in expand(f"{typed}怎么说")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("县域内就诊率", "县域内住院率"),
        ("牵头医院", "牵头"),
        ("副高", "正高"),
        ("三甲", "三乙"),
        ("领军人才", "学科带头人"),
        ("国家医学中心", "国家区域医疗中心"),
        ("报销比例", "个人卫生支出"),
        ("次均费用", "医疗费用增长"),
        ("医保", "商保"),
        ("示范性托育", "普惠托育"),
        ("中药收入占比", "饮片收入占比"),
    ],
)
def test_measures_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    (found, *rest) = find_terms(one)
    assert (found.term, rest) == (fold(one), []), "a term of its own, so that this can fail"
    assert fold(other) not in found.others


def test_members_are_words_and_not_single_characters() -> None:
    """``补`` alone is let in: it is how a shortfall is asked about, and coverage leaves it out."""
    assert {term for group in GROUPS for term in group if len(fold(term)) < 2} == {"补"}


def test_a_text_without_a_known_term_is_left_alone() -> None:
    assert (find_terms("天空很蓝"), expand("天空很蓝")) == ([], "天空很蓝")


@pytest.mark.parametrize(
    ("line", "holds"), [(line, key == "yes") for one in RAW["broader"] for key in ("yes", "no") for line in one[key]]
)
def test_a_rule_on_the_broader_term_speaks_of_the_narrower_one(line: str, holds: bool) -> None:
    text, term = line.split(" = ")
    assert any(name in text for name in broader(term)) is holds
