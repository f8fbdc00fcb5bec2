"""Facts of a sentence: the lexicon holds its own examples, and figures carry bound and side."""

from __future__ import annotations

import pytest

from corpus.facts import facts_of, limit_classes
from corpus.text import fold

CLASSES = limit_classes()


@pytest.mark.parametrize("entry", CLASSES, ids=[f"{c.kind}-{c.name}" for c in CLASSES])
def test_each_class_stands_in_its_examples_and_not_in_the_look_alike(entry):
    assert entry.yes
    assert entry.no
    for text in entry.yes:
        assert entry.pattern.search(fold(text)), text
    for text in entry.no:
        assert not entry.pattern.search(fold(text)), text


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("不少于60个国家级、300个省级", ["least", "least"]),
        ("病床使用率控制在85%以内", ["most"]),
        ("占比达到75%左右", ["about"]),
        ("60周岁以上老年人", ["least"]),
        ("每千人口6.5张", [""]),
        ("处方不超过3日用量，慢病不超过7日", ["most", "most"]),
    ],
)
def test_a_figure_has_the_bound_said_of_it(text, bounds):
    assert [f.bound for f in facts_of(text).figures if f.unit != "级"] == bounds


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("2027年底前建成", "before"),
        ("自2027年1月1日起施行", "after"),
        ("收到之日起30日内答复", "within"),
        ("2027年建成", ""),
    ],
)
def test_a_date_has_its_side(text, side):
    assert side in {f.side for f in facts_of(text).figures}
