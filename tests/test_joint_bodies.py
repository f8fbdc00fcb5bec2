"""Bodies that share a suffix, a subject or a level are each named; one that is not among them is still brought in."""

from __future__ import annotations

import pytest

from assistant.verification.organs import stray_body


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("公安部门参与核查。", "同大数据、公安等部门共同核查。"),
        ("医保部门公布名单。", "各市医保和人力资源社会保障部门公布名单。"),
        ("市财政局安排资金。", "市、县财政局安排资金。"),
        ("河北省医保局是试点单位。", "北京市、河北省、重庆市医疗保障局为试点单位。"),
        ("按医保部门的价格收费。", "执行医疗保障行政管理部门规定的价格。"),
    ],
)
def test_a_body_named_together_with_others(claim: str, source: str) -> None:
    assert stray_body(claim, source) is None


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("民政部门参与核查。", "同大数据、公安等部门共同核查。"),
        ("省财政局安排资金。", "市、县财政局安排资金。"),
        ("河北省民政局是试点单位。", "北京市、河北省、重庆市医疗保障局为试点单位。"),
    ],
)
def test_one_that_is_not_among_them(claim: str, source: str) -> None:
    assert stray_body(claim, source) is not None
