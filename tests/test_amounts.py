"""Amounts in other units count as one, by the examples of the lexicon; what is near is another."""

from __future__ import annotations

import pytest

from assistant.verification import claims
from assistant.verification.notation import same_notation
from corpus.amounts import Measure, amounts_of, measures, stated_otherwise
from corpus.numerals import find_values


def alike(written: str) -> bool:
    one, _, other = written.partition(" = ")
    return bool(amounts_of(find_values(one)[0]) & amounts_of(find_values(other)[0]))


@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.means)
def test_the_examples_of_a_measure(measure: Measure) -> None:
    assert measure.yes
    assert measure.no
    assert [pair for pair in measure.yes if not alike(pair)] == []
    assert [pair for pair in measure.no if alike(pair)] == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("转运记录保存24个月。", "转运记录保存不少于两年。"),
        ("接报后90分钟内到场。", "接报后一个半小时内到场，一般不超过1.5小时。"),
        ("委员中医师至少占2/3。", "委员中医师不少于三分之二。"),
        ("按上月的1.2倍缴纳。", "按上月的120%缴纳。"),
        ("推荐2到4名候选人。", "推荐二至四名候选人。"),
        ("不符合这一条件的不予受理。", "不符合条件的不予受理。"),
        ("建立登记、核对、通报这一套制度。", "建立登记、核对、通报制度。"),
    ],
)
def test_what_the_source_states_in_other_units_is_not_brought_in(claim: str, source: str) -> None:
    assert claims.stray_values(claim, source) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("转运记录保存24个月。", "转运记录保存不少于三年。"),
        ("接报后90分钟内到场。", "接报后60分钟内到场。"),
        ("委员中医师至少占1/3。", "委员中医师不少于三分之二。"),
        ("按上月的1.1倍缴纳。", "按上月的120%缴纳。"),
        ("48小时内办结。", "2个工作日内办结。"),
        ("每张床位配一套设备。", "每张床位配两套设备。"),
    ],
)
def test_another_amount_is(claim: str, source: str) -> None:
    assert claims.stray_values(claim, source) is not None


def test_a_reader_is_shown_the_units_of_the_source() -> None:
    assert same_notation("记录保存24个月。", ["记录保存两年。"]) == "记录保存两年。"
    assert stated_otherwise("记录保存24个月", "记录保存三年") == {}
