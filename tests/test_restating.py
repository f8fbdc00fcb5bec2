"""Words before a claim and other ways to say it: every entry by its own examples and look-alikes."""

import pytest

from assistant.verification.restating import RestatingClass, bare, each_of, equals, opposed, restating_classes

_ALL = restating_classes()


@pytest.mark.parametrize("entry", _ALL, ids=lambda e: f"{e.kind}-{e.name}")
def test_the_examples_of_an_entry(entry: RestatingClass) -> None:
    assert entry.yes and entry.no
    assert [t for t in entry.yes if not entry.pattern.search(t)] == []
    assert [t for t in entry.no if entry.pattern.search(t)] == []


def test_a_claim_without_leads_is_left_as_it_is() -> None:
    assert bare("其他部门应当配合。") == ("其他部门应当配合。", "")


def test_leads_one_behind_the_other_are_taken_off() -> None:
    assert bare("因此，不能，医院应当公示价格。") == ("医院应当公示价格。", "no")


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("可以，任何单位不得拒绝。", True),
        ("不能，医疗机构可以收取工本费。", True),
        ("不能，只有三级医院可以开展。", False),
        ("不会，非恶意的不予追究。", False),
        ("可以，由县级审批。", False),
    ],
)
def test_an_answer_that_its_own_clause_denies(claim: str, wrong: bool) -> None:
    assert bool(opposed(claim)) == wrong


def test_what_is_said_of_both_is_said_of_each() -> None:
    assert each_of("关于押金，两市均不得收取。") == "关于押金，不得收取。"
    assert each_of("各地都要建立台账。") is None


def test_an_exception_in_other_words() -> None:
    assert equals("急诊患者不受上述限制。") == ("急诊患者除外。",)
    assert equals("医院应当公示价格。") == ()
