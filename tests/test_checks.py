"""Typed facts of a claim against its source: each class told apart on made-up sentences, and silent on the same said otherwise."""

from __future__ import annotations

import pytest

from assistant.verification import checks
from assistant.verification.limits import limit_faults
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
        *limit_faults(claim, [source], [source]),
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


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("单独用药的时候，基金不予支付。", "单独用药时基金不予支付。", "forbid_lost"),
        ("康复项目，通常是不设限额的。", "康复项目一般不设置限额。", "denial_lost"),
        ("站点无冷藏条件的，应当委托代管。", "无冷藏条件的站点应当委托代管。", "denial_lost"),
        ("加价不能超过15%。", "加价不高于15%。", "forbid_added"),
        ("降幅不到70%的，重新喷洒。", "降幅不足70%的，重新喷洒。", "denied"),
        ("覆盖率原则上要达到八成。", "覆盖率原则上达到八成。", "stronger"),
        ("候诊区、药房和病房都应当设座椅。", "候诊区、药房、病房应当设座椅。", "all_added"),
        ("新入职的，体检免费，临时工除外。", "除临时工外，新入职的体检免费。", "denied"),
        ("奖励五倍的额度，限三年内。", "三年内奖励五倍的额度。", "unit"),
    ],
)
def test_a_fault_that_is_none(claim, source, kind):
    assert kind not in kinds(claim, source)


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("单独用药的时候，基金支付。", "单独用药时基金不予支付。", "forbid_lost"),
        ("康复项目，通常是设限额的。", "康复项目通常是不设限额的。", "denial_lost"),
        ("站点有冷藏条件的，应当委托代管。", "站点无冷藏条件的，应当委托代管。", "affirmed"),
        ("医院都应当设座椅。", "医院应当设座椅。", "all_added"),
        ("两项津贴都可以领取。", "津贴可以领取。", "all_added"),
        ("奖励限五年内。", "奖励限五倍内。", "unit"),
    ],
)
def test_the_fault_beside_it(claim, source, kind):
    assert kind in kinds(claim, source)
