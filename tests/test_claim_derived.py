"""What a strong model says around a notice's words: items under their lead-in, headings, comparisons, ages, silence, shares.

Claims on the five notices, and on made-up lists where these have none; every kind has true claims and false ones beside them.
"""

from __future__ import annotations

import pytest

from assistant.retrieval.matching import Weights
from assistant.verification import claims
from assistant.verification.derived import with_range, without_contrast, without_derived
from assistant.verification.evidence import lead_of, sentences_of
from assistant.verification.gate import Dropped, Gate, Source
from assistant.verification.listed import told_with_leads, with_lead
from assistant.verification.verify import Verifier, without_lead
from corpus.library import load_corpus
from corpus.respective import for_whom
from index import IndexConfig
from index.entailment import load_entailment

BANS = (
    "第八条 号源管理人员不得有下列行为：\n倒卖或者变相倒卖号源。\n向他人泄露预约人的联系方式。\n为亲属预留专家号。\n"
    "违反本条规定的，由医院给予处分。"
)
CASES = "急救站有下列情形之一的，可以增加值班车辆：\n（一）辖区举办大型活动的；\n（二）气象部门发布高温红色预警；\n（三）当日呼叫量超过三百次。"
DUTIES = "护理员应当履行下列职责：\n（一）每两小时巡视病房一次；\n（二）协助病人进食。"
RIGHTS = "志愿者可以享受下列优待：\n免费停放车辆。\n免费使用健身房。"
AIMS = "到2026年和2029年，家庭病床建床率分别不低于12%和18%，巡诊覆盖率分别达到70%和95%。"
LIMITS = "床位费限额为职工参保人员每人每天80元、居民参保人员每人每天45元。"
AGES = "年满70周岁不满80周岁的居民，每年可以免费体检一次。"
MADE_UP = (BANS, CASES, DUTIES, RIGHTS, AIMS, LIMITS, AGES)

TRUE = [
    (BANS, "号源管理人员不得倒卖号源。"),
    (BANS, "不得向他人泄露预约人的联系方式。"),
    (BANS, "号源管理人员不得为亲属预留专家号，不得倒卖或者变相倒卖号源。"),
    (CASES, "气象部门发布高温红色预警的，急救站可以增加值班车辆。"),
    (CASES, "当日呼叫量超过三百次的，可以增加值班车辆。"),
    (DUTIES, "护理员应当每两小时巡视病房一次。"),
    (DUTIES, "护理员应当协助病人进食。"),
    (RIGHTS, "志愿者可以免费停放车辆。"),
    (RIGHTS, "志愿者可以免费使用健身房。"),
    (AIMS, "到2029年，家庭病床建床率不低于18%。"),
    (AIMS, "到2026年，巡诊覆盖率达到70%。"),
    (LIMITS, "居民参保人员的床位费限额为每人每天45元。"),
    (LIMITS, "职工参保人员的床位费限额为每人每天80元。"),
]
FALSE = [
    (BANS, "号源管理人员可以为亲属预留专家号。"),
    (BANS, "号源管理人员应当向他人提供预约人的联系方式。"),
    (BANS, "号源管理人员不得由医院给予处分。"),
    (CASES, "当日呼叫量超过三百次的，急救站应当增加值班车辆。"),
    (CASES, "气象部门发布高温红色预警的，急救站不得增加值班车辆。"),
    (DUTIES, "护理员可以每两小时巡视病房一次。"),
    (DUTIES, "护理员不得协助病人进食。"),
    (RIGHTS, "志愿者不得免费停放车辆。"),
    (RIGHTS, "志愿者必须免费使用健身房。"),
    (AIMS, "到2026年，家庭病床建床率不低于18%。"),
    (AIMS, "到2029年，巡诊覆盖率达到70%。"),
    (LIMITS, "居民参保人员的床位费限额为每人每天80元。"),
    (LIMITS, "职工参保人员的床位费限额为每人每天45元。"),
]

OWN_TRUE = [
    (
        "实施卫生健康高层次人才支持计划。",
        "实施卫生健康高层次人才支持计划要求在公开招聘中对高层次人才实行随到随招、一事一议。",
    ),
    ("探索与医联体建设相适应的薪酬分配机制", "湛江市的不同之处是医联体内部牵头医院拥有薪酬分配统筹权限。"),
    ("促进中西医协同发展。", "四家旗舰医院：湖南省规定，高质量建设4家国家中西医协同“旗舰”医院。"),
    ("完善政府投入机制。", "湖南省没有写具体金额，只要求建立持续稳定的中医药发展多元投入机制。"),
    ("建立和完善政府卫生投入机制。", "湖南省未明确具体比例，仅规定各级政府要逐步提高卫生投入占卫生总费用的比重。"),
    ("整合卫生综合监督执法队伍。", "组建综合监督执法队伍：湛江市规定，整合监督执法资源，组建卫生综合监督执法队伍。"),
]
OWN_FALSE = [
    ("实施急需紧缺人才培养行动。", "实施卫生健康高层次人才支持计划要求加大全科、儿科领域急需紧缺人才引进补助。"),
    ("探索与医联体建设相适应的薪酬分配机制", "湛江市的不同之处是医联体内部成员医院拥有薪酬分配统筹权限。"),
    ("探索与医联体建设相适应的薪酬分配机制", "资阳市的不同之处是医联体内部牵头医院拥有薪酬分配统筹权限。"),
    ("促进中西医协同发展。", "五家旗舰医院：湖南省规定，高质量建设4家国家中西医协同“旗舰”医院。"),
    ("提高基本医疗保障水平", "湖南省没有写具体金额，只要求稳步提高个人缴费标准。"),
    ("健全全民医疗保障制度。", "资阳市未规定具体比例，只要求住院患者实现按病种付费。"),
    (
        "整合卫生综合监督执法队伍。",
        "不再组建综合监督执法队伍：湛江市规定，整合监督执法资源，组建卫生综合监督执法队伍。",
    ),
]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory) -> Verifier:
    return Verifier(Weights(MADE_UP), load_entailment(IndexConfig(tmp_path_factory.mktemp("derived"))))


@pytest.fixture(scope="module")
def gate(tmp_path_factory) -> Gate:
    corpus = load_corpus()
    notices = {n.id: n for n in corpus.notices}
    entailment = load_entailment(IndexConfig(tmp_path_factory.mktemp("gate")))
    return Gate(notices, Weights(p.search_text for p in corpus.passages()), entailment=entailment)


@pytest.mark.parametrize(("passage", "claim"), TRUE)
def test_a_true_claim_is_supported(verifier: Verifier, passage: str, claim: str) -> None:
    assert verifier.verify(claim, [passage]).status == "supported"


@pytest.mark.parametrize(("passage", "claim"), FALSE)
def test_its_false_twin_is_not(verifier: Verifier, passage: str, claim: str) -> None:
    assert verifier.verify(claim, [passage]).status != "supported"


def _proved(gate: Gate, phrase: str, claim: str) -> bool:
    (source,) = [
        Source(n, a.span)
        for n in load_corpus().notices
        for a in n.articles
        if phrase in n.quote(a.span) and a.kind != "front"
    ][:1]
    return not isinstance(gate.prove(claim, [source]), Dropped)


@pytest.mark.parametrize(("phrase", "claim"), OWN_TRUE)
def test_a_true_claim_on_a_notice_is_shown(gate: Gate, phrase: str, claim: str) -> None:
    assert _proved(gate, phrase, claim)


@pytest.mark.parametrize(("phrase", "claim"), OWN_FALSE)
def test_a_false_claim_on_a_notice_is_not(gate: Gate, phrase: str, claim: str) -> None:
    assert not _proved(gate, phrase, claim)


def test_an_item_has_the_lead_of_its_own_list() -> None:
    sentences = sentences_of([BANS])
    leads = [lead_of(n, sentences) for n in range(len(sentences))]
    assert leads == [None, 0, 0, 0, None]
    assert told_with_leads(sentences)[4].text == "违反本条规定的，由医院给予处分。"
    assert with_lead("具体分工如下：", "财政局：落实经费。") is None


def test_lines_of_a_list_may_be_counted() -> None:
    assert claims.counts([BANS]) == "3项"
    assert claims.stray_values("有三类：", claims.counts([BANS])) is None
    assert claims.stray_values("有四类：", claims.counts([BANS]))
    assert without_lead("有三类：不得倒卖号源。") == "不得倒卖号源。"


@pytest.mark.parametrize(
    ("claim", "left"),
    [
        ("年满70周岁不满80周岁的可以免费体检，75岁属于这一档。", "年满70周岁不满80周岁的可以免费体检。"),
        ("您58岁，不在这个范围内，献血年龄为18至55周岁。", "献血年龄为18至55周岁。"),
        ("70周岁以上老人免费乘车，66岁不属于这一档。", "70周岁以上老人免费乘车。"),
        ("年满70周岁不满80周岁的可以免费体检，80岁属于这一档。", None),
        ("您50岁，不在这个范围内，献血年龄为18至55周岁。", None),
        ("60周岁以上半价，70周岁以上免费，66岁属于这一档。", None),
        ("60岁的老人可以免费体检。", None),
    ],
)
def test_an_age_is_laid_against_the_one_range_of_its_sentence(claim: str, left: str | None) -> None:
    assert without_derived(claim, [AGES]) == (left or claim)


@pytest.mark.parametrize(
    ("claim", "passage", "left"),
    [
        ("第三条没有写具体金额，只要求公示收费标准。", "医院应当公示收费标准。", "第三条要求公示收费标准。"),
        ("没有写几分钟，要求迅速出车。", "急救车应当迅速出车。", "要求迅速出车。"),
        ("没有写具体金额，只要求给予补助。", "给予补助，每人500元。", None),
        ("没有写几分钟，只要求出车。", "急救车应当在3分钟内出车。", None),
        ("医院没有写时间安排，只要求公示。", "医院应当公示。", None),
    ],
)
def test_silence_holds_where_no_such_value_stands(claim: str, passage: str, left: str | None) -> None:
    assert without_derived(claim, [passage]) == (left or claim)


def test_values_in_a_row_are_left_where_nobody_is_named() -> None:
    assert for_whom("床位费有限额。", LIMITS) == LIMITS
    assert for_whom("到2026年和2029年分别不低于12%和18%。", AIMS) == AIMS
    assert for_whom("选拔10名学科带头人。", "选拔5名领军人才、10名学科带头人。") == "选拔5名领军人才、10名学科带头人。"


def test_an_age_is_told_as_the_one_range_that_holds_it() -> None:
    assert with_range("75岁的老人每年可以体检。", [AGES]) == "年满70周岁不满80周岁的老人每年可以体检。"
    for other in ("85岁的老人每年可以体检。", "满75岁的老人每年可以体检。", "75岁以上的老人可以体检。"):
        assert with_range(other, [AGES]) == other


@pytest.mark.parametrize(
    ("claim", "rest"),
    [
        ("巡视由护理员负责，不是别的人员。", "巡视由护理员负责。"),
        ("车辆不是一次性配齐，而是要逐年增加。", "车辆要逐年增加。"),
        ("名单不在这份通知里，另外再发。", "名单另外再发。"),
        ("巡视由护士负责，不是护理员。", "巡视由护士负责，不是护理员。"),
    ],
)
def test_what_is_only_denied_beside_the_matter_is_left_out(claim: str, rest: str) -> None:
    assert without_contrast(claim, [DUTIES]) == rest
