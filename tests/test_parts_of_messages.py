"""Several questions in one message, and what is laid against what the asker says: each part gets its own sentence in its place, a
place named for all of them holds for all, and a figure or grade that the clause contradicts is told first."""

from __future__ import annotations

import pytest

from assistant.answering.contradicted import contradicted
from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.lost import lost_answer
from assistant.answering.measured import figured
from assistant.query.asker import asker_of, figures_of
from assistant.query.summing import asks_to_sum_up
from assistant.service import Assistant
from assistant.types import Profile, Turn
from corpus.library import load_corpus
from corpus.types import Span

NOTICES = {notice.id: notice for notice in load_corpus().notices}
ZIYANG, ZHANJIANG = NOTICES["ziyang-2017-pilot-plan"], NOTICES["zhanjiang-2019-hospital-reform"]
NINGBO, AT_ZIYANG, AT_ZHANJIANG = Profile("浙江省/宁波市"), Profile("四川省/资阳市"), Profile("广东省/湛江市")


def said(bundled: Assistant, question: str, profile: Profile | None = None, *before: str) -> str:
    history: list[Turn] = []
    for one in before:
        told = bundled.ask(one, history=history, profile=profile).text
        history += [Turn("user", one), Turn("assistant", told)]
    return bundled.ask(question, history=history, profile=profile).text


def span_of(notice: object, words: str) -> Span:
    text = notice.text  # type: ignore[attr-defined]
    at = text.index(words)
    return Span(at, at + len(words))


@pytest.mark.parametrize(
    ("question", "words", "told"),
    [
        ("我们80张床的综合医院要不要市里批", "床位在100张以上的综合医院", "不用。80张不符合“床位在100张以上”。"),
        ("我们120张床的综合医院要不要市里批", "床位在100张以上的综合医院", ""),  # another condition may fail
        ("100张床的综合医院要不要市里批", "床位在100张以上的综合医院", ""),  # an equal figure depends on the wording
        ("一家80张一家90张要不要市里批", "床位在100张以上的综合医院", ""),  # which one is meant does not show
        ("80张床的找谁批", "床位在100张以上的综合医院", ""),  # no yes is asked
    ],
)
def test_a_figure_beyond_the_bound_is_no(bundled: Assistant, question: str, words: str, told: str) -> None:
    found = figured(bundled.understand(question), ZIYANG, span_of(ZIYANG, words), "不用")
    assert (found.text if found else "") == told


def test_figures_of_the_asker_are_not_the_bounds_asked_about() -> None:
    assert [text for text, _ in figures_of("索赔八千块，要不要通知保险公司")] == ["八千块"]
    assert figures_of("超过10%行不行") == ()
    assert asker_of("三级医院要不要配 我们是二甲要不要").grade == 2.5


@pytest.mark.parametrize(
    ("question", "words", "denied"),
    [
        ("徐闻县人民医院是要建三甲吧", "吴川市人民医院、徐闻县人民医院建成三级综合医院", True),
        ("徐闻县人民医院是要建成三级吧", "吴川市人民医院、徐闻县人民医院建成三级综合医院", False),
        ("徐闻县人民医院要建几级", "吴川市人民医院、徐闻县人民医院建成三级综合医院", False),
    ],
)
def test_what_is_held_against_the_clause_is_denied(bundled: Assistant, question: str, words: str, denied: bool) -> None:
    found = contradicted(bundled.understand(question), ZHANJIANG, span_of(ZHANJIANG, words))
    assert (found is not None and found.text.startswith("不是。")) == denied


def test_a_clause_about_somebody_else_denies_nothing(bundled: Assistant) -> None:
    words = "对非营利性医疗机构免征行政事业性收费，对营利性医疗机构减半征收行政事业性收费"
    told = contradicted(bundled.understand("民营营利性医院行政事业性收费全免对吧"), ZIYANG, span_of(ZIYANG, words))
    assert told is not None
    assert "对营利性医疗机构减半征收" in told.text
    held = bundled.understand("非营利性医院行政事业性收费全免对吧")
    assert contradicted(held, ZIYANG, span_of(ZIYANG, words)) is None


def test_what_one_part_lacks_is_looked_for_beside_it(bundled: Assistant) -> None:
    told = said(bundled, "按病种付费2017年底要做到多少个病种，住院病人占比又是多少", AT_ZIYANG)
    assert "100个" in told
    assert "50%以上的住院患者" in told


def test_parts_stand_in_their_order_refused_or_not(bundled: Assistant) -> None:
    told = said(bundled, "家庭医生签约费医保付多少钱一个人？能发给医生不", AT_ZHANJIANG)
    assert told.index("没有写明") < told.index("签约服务费可用于人员薪酬分配")


def test_a_place_that_a_later_part_names_holds_for_the_first(bundled: Assistant) -> None:
    told = said(bundled, "每千人几张床，湛江方案写了没，多少")
    assert "1.5张" not in told


def test_where_an_answer_stands_is_told_in_the_same_message(bundled: Assistant) -> None:
    told = said(bundled, "能不能给科室下创收指标？哪个文件说的", AT_ZHANJIANG)
    assert "创收指标" in told
    assert "出自" in told


def test_where_an_answer_stands_may_be_asked_twice(bundled: Assistant) -> None:
    asked = ("湛江能不能给科室下创收指标", "哪年哪个文件说的")
    once, twice = said(bundled, asked[1], None, asked[0]), said(bundled, "这是哪个文件写的", None, *asked)
    assert once == twice


def test_other_places_are_told_where_they_are_asked_for(bundled: Assistant) -> None:
    first = "公立医院编制备案制有规定吗，我们市"
    told = said(bundled, "那其他地方的做法能参考下吗", NINGBO, first)
    assert "编制备案制" in told
    assert "不约束浙江省宁波市" in told
    assert "没有约束" in said(bundled, first, NINGBO)


@pytest.mark.parametrize(
    ("message", "wants"),
    [
        ("23年那个方案总结一下", True), ("公立医院薪酬那块总结一下，给领导看", True), ("年底要不要总结一下", False),
        ("工作总结什么时候交", False),
    ],
)  # fmt: skip
def test_a_summary_may_be_asked_for_at_the_end(message: str, wants: bool) -> None:
    assert asks_to_sum_up(message) == wants


def test_a_summary_told_anew_keeps_its_matter_until_the_whole_is_asked(bundled: Assistant) -> None:
    first = "帮我把湛江那个方案里跟公立医院薪酬有关的都找出来"
    assert "写到“公立医院薪酬”" in said(bundled, "再短点，三句话，给院长看", AT_ZHANJIANG, first)
    whole = said(bundled, "整个文件总结一下", AT_ZHANJIANG, "公立医院薪酬那块总结一下")
    assert "主要内容" in whole


def test_the_mark_of_a_gap_is_no_answer() -> None:
    hunan = NOTICES["hunan-2016-pilot-plan"]
    gap = Draft((paragraph(Statement("…", (Support(hunan.id, hunan.gaps[0].span),))),))
    told = lost_answer(NOTICES, gap)
    assert told is not None
    assert "缺失" in told.text
    other = Draft((paragraph(Statement("…", (Support(hunan.id, Span(0, 33)),))),))
    assert lost_answer(NOTICES, other) is None
