"""Why a sentence of a draft is not borne out: the reason names what the source has instead; what only shortens it is true."""

from __future__ import annotations

import pytest

from assistant.drafting import draft as checking
from assistant.drafting.library import LibraryVerifier, without_own_place
from assistant.retrieval.matching import Weights
from assistant.settings import Settings
from assistant.verification.reasons import doubted, left_out, other_body
from assistant.verification.verify import Verifier
from corpus.condensing import without_others
from index.entailment import load_entailment

PASSAGE = (
    "一、补助对象范围\n补助对象分为四类：第一类：独居老人、失能老人；第二类：家庭困难人员、重病患者；第三类：边缘家庭成员；"
    "第四类：其他困难人员。\n"
    "民政部门负责认定家庭困难人员；退役军人事务部门负责认定优抚对象；残联负责认定残疾人。\n"
    "第一、二类补助对象限额为8万元；第三、四类补助对象限额为5万元。\n"
    "补助标准原则上每三年调整一次。\n"
    "各认定部门建立人员信息库，每月10日前应当将核准的人员名单、待遇享受及终止时间等信息发送市服务中心，由服务中心直接办理。\n"
    "对第三类补助对象按照70%比例给予定额补助。\n"
    "本办法自2023年1月1日起执行。"
)


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    entailment = load_entailment(Settings.load().index_config())
    return Verifier(Weights([PASSAGE, "其他地区的医院应当做好公共卫生服务。"]), entailment)


@pytest.mark.parametrize(
    "claim",
    [
        "第一、二类补助对象限额为8万元，第三、四类为5万元。",
        "各认定部门每月10日前将核准的人员名单发送市服务中心。",
        "家庭困难人员属于第二类补助对象。",
        "对第三类补助对象按照70%的比例定额补助。",
        "退役军人事务部门负责认定优抚对象。",
    ],
)
def test_a_true_sentence_that_is_shorter_or_says_a_series_otherwise_is_supported(
    verifier: Verifier, claim: str
) -> None:
    verdict = verifier.verify(claim, [PASSAGE])
    assert verdict.status == "supported", verdict.reason


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("第一、二类补助对象限额为8万元，第三、四类为6万元。", "原文是“5万元”，不是“6万元”"),
        ("补助标准原则上每两年调整一次。", "原文此处是“每三年”，不是“每两年”"),
        ("本办法自2023年3月1日起执行。", "原文是“2023年1月1日”，不是“2023年3月1日”"),
        ("家庭困难人员属于第三类补助对象。", "原文中“家庭困难人员”属于第二类，不是第三类"),
        ("残联负责认定优抚对象。", "原文中“负责认定优抚对象”的是“退役军人事务部门”，不是“残联”"),
        ("第一类补助对象限额为5万元。", "原文中“5万”说的是第三、四类，不是第一类"),
    ],
)
def test_the_reason_names_what_differs_and_what_the_source_has(verifier: Verifier, claim: str, reason: str) -> None:
    verdict = verifier.verify(claim, [PASSAGE])
    assert (verdict.status, verdict.reason) == ("contradicted", reason)


def test_a_body_whose_act_is_its_own_is_not_another(verifier: Verifier) -> None:
    assert other_body("残联负责认定残疾人。", [PASSAGE]) is None
    assert other_body("市服务中心直接办理。", [PASSAGE]) is None


def test_words_that_stand_in_the_source_are_never_said_to_be_wanting() -> None:
    assert doubted("核准", "将核准的名单发送", ["每月将核准的人员名单发送中心"]) is None
    assert doubted("销", "按政策报销费用", ["按政策报付费用"]) == "报销"
    assert left_out("经批准的", ["符合条件、经批准的卫生室，可以输液。"]) == "符合条件、经批准的卫生室"


def test_only_members_between_marks_go_and_none_of_what_is_said_together() -> None:
    assert without_others("将名单发送中心", "将名单、时间等信息合计发送中心") == "将名单、时间等信息合计发送中心"
    assert without_others("将名单、时间发送", "将名单、时间等信息发送") == "将名单、时间等信息发送"


def test_one_s_own_place_is_left_out_where_the_source_does_not_say_it(hashed) -> None:
    notice = hashed.corpus.get("zhanjiang-2019-hospital-reform")
    assert without_own_place("我市医院取消加成，本市药店照办。", notice, "医院取消加成") == "医院取消加成，药店照办。"
    assert without_own_place("本市医院取消加成。", notice, "本市医院取消加成") == "本市医院取消加成。"


def test_of_a_sentence_with_several_clauses_the_one_that_is_not_borne_out_is_named(hashed) -> None:
    verifier = LibraryVerifier.of(hashed)
    text = "由市医疗保障局定期牵头对公立医院取消药品加成进行阶段性总结评估，免费开放羽毛球场地。"
    (sentence,) = checking.check_draft("稿.txt", text, verifier).sentences
    assert sentence.status == "unsupported"
    assert sentence.reason == "“免费开放羽毛球场地”：未找到支持这句话的原文。其余有据"
