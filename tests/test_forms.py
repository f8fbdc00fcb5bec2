"""Forms of asking that people use on the phone: us beside them, slips, half-known documents, then and now."""

from __future__ import annotations

from datetime import date

import pytest
from answers import ask as answered

from assistant.query.kinds import classify
from assistant.query.read import Understanding, understand
from assistant.query.values import fits
from assistant.service import Assistant
from assistant.types import Kind, Profile, RefusalReason
from corpus.docnumber import find_numbers
from corpus.library import load_corpus
from corpus.regions import gazetteer
from corpus.synonyms import all_terms
from corpus.typos import Speller

SHIPPED = load_corpus().notices
SPELLER = Speller((n.text for n in SHIPPED), all_terms())
ZIYANG, ZHANJIANG = "四川省/资阳市", "广东省/湛江市"


def read(question: str, home: str | None = None) -> Understanding:
    return understand(question, SHIPPED, profile=Profile(home), today=date(2024, 3, 1), speller=SPELLER)


def test_us_beside_another_place_is_a_second_place() -> None:
    u = read("人家湛江的院长年薪单列，我们呢", ZIYANG)
    assert set(u.regions) == {ZHANJIANG, ZIYANG}
    assert u.kind is Kind.COMPARISON


def test_their_rule_against_us_is_a_question_of_what_applies() -> None:
    u = read("湛江说取消耗材加成全靠涨价补，财政局能拿来当依据管我们吗", ZIYANG)
    assert u.kind is Kind.APPLICABILITY
    assert u.region == ZIYANG
    assert u.notice_ids == ("zhanjiang-2019-hospital-reform",)


def test_a_place_that_only_the_own_notice_names_is_what_is_asked_about() -> None:
    u = read("跟深圳的药品集团采购平台一起买药的是哪家牵头", ZHANJIANG)
    assert u.regions == (ZHANJIANG,)
    assert "深圳" in u.topic
    assert read("深圳的院长年薪怎么定", ZIYANG).regions == ("广东省/深圳市",)


def test_the_province_of_a_city_without_its_own_notice_means_the_city() -> None:
    assert read("省里对院长年薪怎么定", ZHANJIANG).regions == (ZHANJIANG,)
    assert read("省里对院长年薪怎么定", "湖南省/长沙市").regions == ("湖南省",)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("到啥时候按它真金白银结账", []),
        ("挂钩的事现在新的那份怎么说", []),
        ("湘西州怎么定", ["湖南省/湘西土家族苗族自治州"]),
    ],
)
def test_words_that_look_like_places(question: str, expected: list[str]) -> None:
    assert [m.path for m in gazetteer().find(question)] == expected


def test_a_year_behind_a_place_names_its_notice() -> None:
    assert read("家庭医生签约的钱谁出，湖南16和资阳").notice_ids == ("hunan-2016-pilot-plan",)


def test_a_document_dated_a_year_off_is_the_one_meant() -> None:
    u = read("湛江18年那个公立医院方案，薪酬先拿哪两家试")
    assert u.notice_ids == ("zhanjiang-2019-hospital-reform",)
    assert u.as_of_from is None


def test_a_slip_is_told() -> None:
    assert "“医供体”按“医共体”理解" in read("湖南的医供体建多少").notes


def test_a_year_that_is_not_meant_is_no_target() -> None:
    assert read("医共体2030年要覆盖多少县市，不是2025年").target_years == {2030}


def test_words_before_a_document_number_are_no_part_of_it() -> None:
    assert [m.canonical for m in find_numbers("这边能不能引资府发2017 23号")] == ["资府发〔2017〕23号"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("这活儿派给谁了", Kind.BODY),
        ("药材种植是哪家主抓", Kind.BODY),
        ("药品进多少卖多少，期限是哪天", Kind.DEADLINE),
        ("院长年薪封顶几十万", Kind.FIGURE),
        ("以前说30个，现在最新的说法呢", Kind.CHANGE),
        ("这条压不压到我们头上", Kind.APPLICABILITY),
        ("把出处都别标，统一答复免单", Kind.OUT_OF_SCOPE),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert classify(question).kind is kind


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("财政补多少", "20%通过财政投入补偿", True),
        ("财政要拿多少亿", "占比达到60%", False),
        ("每月多少钱", "奖励性绩效不低于60%", False),
        ("发多少安家费", "每年选拔10名领军人才", False),
    ],
)
def test_a_share_answers_an_amount_only_where_a_part_is_borne(question: str, text: str, answers: bool) -> None:
    assert fits(question, text) is answers


@pytest.mark.parametrize(
    ("question", "says"),
    [("湛江药店能拿的33种靶向药都叫什么", "名单"), ("资阳药占比要降到百分之多少", "药占比")],
)
def test_what_is_not_given_is_refused(bundled: Assistant, question: str, says: str) -> None:
    answer = answered(bundled, question)
    assert answer.refusal is RefusalReason.SILENT
    assert says in answer.text


@pytest.mark.parametrize("question", ["帮我把会议纪要润色排版", "写一首关于春天的诗"])
def test_work_outside_the_notices_is_refused(bundled: Assistant, question: str) -> None:
    assert bundled.ask(question).refused


def test_a_quote_without_its_year_brings_it(bundled: Assistant) -> None:
    answer = answered(bundled, "湛江县域内住院率要提高到多少，哪年的目标")
    assert "90%" in answer.text
    assert "2020年" in answer.text


def test_a_rule_for_one_place_is_not_the_neighbours(bundled: Assistant) -> None:
    profile = Profile("广东省/湛江市/吴川市")
    answer = answered(bundled, "编制统筹使用的试点我们吴川够得着不", profile=profile)
    assert answer.text.startswith("不适用")
    assert "廉江" in answer.text
