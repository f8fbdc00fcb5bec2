"""Conclusions are derived from proved sentences or not drawn."""

from __future__ import annotations

import pytest

from assistant.verification.conclusions import conclusion_classes, follows, kinds_of

CLASSES = conclusion_classes()


@pytest.mark.parametrize("entry", CLASSES, ids=[c.name for c in CLASSES])
def test_each_class_holds_its_examples(entry):
    for text in entry.yes:
        assert entry.name in kinds_of(text), text
    for text in entry.no:
        assert entry.name not in kinds_of(text), text


NORTH, SOUTH = "北州的住院报销比例为75%。", "南州的住院报销比例为70%。"


@pytest.mark.parametrize(
    ("sentence", "proved", "items", "holds"),
    [
        ("两地的住院报销比例不一样。", [NORTH, SOUTH], 0, True),
        ("两地的住院报销比例一样。", [NORTH, SOUTH], 0, False),
        ("北州的住院报销比例更高。", [NORTH, SOUTH], 0, True),
        ("南州的住院报销比例更高。", [NORTH, SOUTH], 0, False),
        ("南州的住院报销比例更低。", [NORTH, SOUTH], 0, True),
        ("共3项。", ["甲。", "乙。", "丙。"], 3, True),
        ("共4项。", ["甲。", "乙。", "丙。"], 3, False),
        ("合计100%。", ["调价补70%。", "财政补20%。", "医院消化10%。"], 0, True),
        ("合计90%。", ["调价补70%。", "财政补20%。", "医院消化10%。"], 0, False),
        ("不能。", ["医院不得收取押金。"], 0, True),
        ("可以。", ["医院不得收取押金。"], 0, False),
        ("可以。", ["医院可以收取工本费。"], 0, True),
        ("两地的门诊慢病用药目录管理办法不一样。", [NORTH, SOUTH], 0, False),
        ("北州更高，达到80%。", [NORTH, SOUTH], 0, False),
        ("两地的住院报销比例不一样。", [], 0, False),
        (NORTH, [NORTH], 0, False),
    ],
)
def test_a_conclusion_holds_only_where_it_follows(sentence, proved, items, holds):
    assert follows(sentence, proved, items=items) is holds
