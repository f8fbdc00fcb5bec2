"""Bounds before and behind a figure, 应当 and bare orders, free and not charged: the same said otherwise passes.

The passages are made up; beside every true claim stands a false one that differs in what matters.
"""

from __future__ import annotations

import pytest

from assistant.retrieval.matching import Weights
from assistant.verification.verify import Verifier
from index import IndexConfig
from index.entailment import load_entailment

RATE = "以县为单位，家庭病床建床率原则上不低于35%。"
FREE = "对高危孕产妇实施免费筛查，对贫困家庭按规定给予救助。"
CHARGED = "对贫困家庭实行收费减半的筛查。"
CALLS = "接警后，急救站应当在接到调度指令后一分钟内派出车辆。"
OTHERS = "对超龄人员，原则上不予登记。对常住的第一、二类人员，全面免除押金。"

TRUE = [
    (RATE, "家庭病床建床率以县为单位原则上要达到35%以上。"),
    (FREE, "高危孕产妇的筛查不收费。"),
    (CALLS, "急救站接到调度指令后60秒内应当派出车辆。"),
]
FALSE = [
    (RATE, "家庭病床建床率以县为单位控制在35%以下。"),
    (CHARGED, "贫困家庭的筛查不收费。"),
    (CALLS, "急救站接到调度指令后90秒内应当派出车辆。"),
    (OTHERS, "对超龄的第一类人员，全面免除押金。"),
    ("各地可以推进病案数据治理。", "各地应当推进病案数据治理。"),
]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory) -> Verifier:
    passages = [passage for passage, _ in (*TRUE, *FALSE)]
    return Verifier(Weights(passages), load_entailment(IndexConfig(tmp_path_factory.mktemp("wordings"))))


@pytest.mark.parametrize(("passage", "claim"), TRUE)
def test_the_same_in_other_words_passes(verifier: Verifier, passage: str, claim: str) -> None:
    assert verifier.verify(claim, [passage]).status == "supported"


@pytest.mark.parametrize(("passage", "claim"), FALSE)
def test_what_is_another_thing_does_not(verifier: Verifier, passage: str, claim: str) -> None:
    assert verifier.verify(claim, [passage]).status != "supported"
