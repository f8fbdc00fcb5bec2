"""Typed facts of a claim against its source: each class told apart on made-up sentences, and silent on the same said otherwise."""

from __future__ import annotations

import pytest

from assistant.verification import checks
from corpus.facts import facts_of


def kinds(claim: str, source: str) -> set[str]:
    pairs = checks.pair(claim, [source])
    found = [
        *checks.figure_faults(facts_of(claim), [facts_of(source)]),
        *checks.contrast_faults(pairs, claim, [source]),
        *checks.duty_faults(pairs),
        *checks.strict_faults(pairs, [source]),
        *checks.polarity_faults(pairs),
        *checks.denial_faults(pairs),
        *checks.limit_faults(claim, [source]),
    ]
    return {f.kind for f in found}


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("病床使用率约为85%。", "病床使用率不低于85%。", "bound"),
        ("2027年底后完成信息平台建设。", "2027年底前完成信息平台建设。", "side"),
        ("降低耗材采购价格。", "降低药品采购价格。", "swap"),
        ("降低诊疗价格。", "提高诊疗、手术价格，降低检查价格。", "opposed"),
        ("医院必须购买医疗责任保险。", "鼓励医院购买医疗责任保险。", "stronger"),
        ("医院可以购买医疗责任保险。", "医院应当购买医疗责任保险。", "weaker"),
        ("医院可以收取押金。", "医院不得收取押金。", "forbid_lost"),
        ("村卫生室纳入定点管理。", "符合条件的村卫生室纳入定点管理。", "condition_lost"),
        ("公立医院取消药品加成。", "公立医院取消药品加成，中药饮片除外。", "exception_lost"),
        ("调整价格受总量限制。", "调整价格不受总量限制。", "denial_lost"),
        ("再从单位领取其他薪酬。", "不得再从单位领取其他薪酬。", "denial_lost"),
        ("仅三级医院设置病理科。", "三级医院设置病理科。", "only_added"),
        ("县级医院必须按协议分配结余。", "县级医院可按协议分配结余。", "duty_raised"),
        ("全面建立首席专家制度。", "探索建立首席专家制度。", "duty_raised"),
        ("确保按期建成。", "力争按期建成。", "duty_raised"),
        ("医院可以收取押金。", "医院不得收取押金。", "duty_turned"),
        ("医院可以公示价格。", "医院应当公示价格。", "duty_lowered"),
        ("各地一律健全工资制度。", "各地健全工资制度。", "strict_copied"),
    ],
)
def test_what_is_otherwise_is_named(claim, source, kind):
    assert kind in kinds(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("病床使用率至少85%。", "病床使用率不低于85%。"),
        ("2027年末前完成信息平台建设。", "2027年底前完成信息平台建设。"),
        ("医院禁止收取押金。", "医院不得收取押金。"),
        ("医院要购买医疗责任保险。", "医院应当购买医疗责任保险。"),
        ("医院必须购买医疗责任保险。", "医院应当购买医疗责任保险。"),
        ("医院一律不得收取押金。", "医院不得收取押金。"),
        ("公立医院取消药品加成。", "公立医院取消药品加成（中药饮片除外）。"),
        ("降低检查价格。", "提高诊疗、手术价格，降低检查价格。"),
        ("卫生院、村卫生室应当公示。", "村卫生室和乡镇卫生院应当公示。"),
    ],
)
def test_the_same_said_otherwise_has_no_sure_fault(claim, source):
    assert not kinds(claim, source) & {
        "bound",
        "side",
        "swap",
        "opposed",
        "weaker",
        "stronger",
        "forbid_lost",
        "denial_lost",
    }
