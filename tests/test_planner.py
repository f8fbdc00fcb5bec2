"""The plan of an answer: where is looked, what is returned as evidence, and what holds for any question."""

from __future__ import annotations

import pytest
from answers import ask, hold_contract
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.service import Assistant
from assistant.types import Answer, Kind, Profile, Turn
from corpus.regions import is_within


def regions_of(assistant: Assistant, answer: Answer) -> set[str]:
    notices = {n.id: n for n in assistant.corpus.notices}
    return {notices[c.notice_id].region for c in answer.citations}


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("雁江区的家庭医生签约怎么收费", "四川省/资阳市/雁江区"),
        ("益阳市资阳区的医共体怎么建", "湖南省/益阳市/资阳区"),
        ("廉江的院长年薪怎么定", "广东省/湛江市/廉江市"),
        ("湘潭市有哪些措施加强基层能力", "湖南省/湘潭市"),
    ],
)
def test_only_notices_of_the_place_or_above_it_are_cited_or_looked_at(
    hashed: Assistant, question: str, place: str
) -> None:
    answer = ask(hashed, question)
    assert answer.scope.region == place
    assert all(is_within(place, region) for region in regions_of(hashed, answer))
    notices = {n.id: n for n in hashed.corpus.notices}
    assert answer.retrieved
    assert all(is_within(place, notices[h.passage.notice_id].region) for h in answer.retrieved)


@pytest.mark.parametrize("typed", ["湘政办发[2023]44号", "湘政办发【2023】44号", "湘政办发２０２３年44号", "44号文"])
def test_a_named_notice_is_the_one_cited_however_typed(hashed: Assistant, typed: str) -> None:
    answer = ask(hashed, f"{typed}对县域医共体有什么目标")
    assert {c.notice_id for c in answer.citations} == {"hunan-2023-service-system"}
    assert answer.scope.notice_ids == ("hunan-2023-service-system",)


def test_a_notice_not_yet_issued_on_the_date_is_not_used(hashed: Assistant) -> None:
    answer = ask(hashed, "2020年6月1日，湖南的基层首诊、双向转诊制度怎么建立")
    assert not answer.refused
    assert {c.notice_id for c in answer.citations} <= {"hunan-2016-pilot-plan"}
    assert {h.passage.notice_id for h in answer.retrieved} <= {"hunan-2016-pilot-plan"}


def test_at_least_ten_passages_are_returned_where_the_place_has_them(hashed: Assistant) -> None:
    for question in ("湖南的医联体怎么建设", "院长年薪怎么定", "资阳和湛江的院长年薪"):
        answer = ask(hashed, question)
        assert len(answer.retrieved) >= 10
        assert len({h.passage.id for h in answer.retrieved}) == len(answer.retrieved)


def test_what_is_cited_stands_near_the_top_of_what_was_retrieved(hashed: Assistant) -> None:
    answer = ask(hashed, "湛江的院长年薪怎么定")
    first = answer.citations[0]
    top = [h.passage for h in answer.retrieved[:4]]
    assert any(p.notice_id == first.notice_id and p.span.start <= first.start < p.span.end for p in top)


PLACES = st.sampled_from(
    ["", "湖南", "资阳", "湛江", "雁江区", "益阳市资阳区", "北京", "资阳和湛江", "44号文", "湛府〔2019〕13号"]
)
WHEN = st.sampled_from(["", "到2020年", "2018年5月，", "现在", "十四五期间", "到2040年", "去年"])
TOPICS = st.sampled_from(
    ["院长年薪", "家庭医生签约", "县域医共体", "药品集中采购", "DRG付费", "床位", "编制", "分级诊疗", "月球基地", "第16项"]
)  # fmt: skip
ASKS = st.sampled_from(
    ["怎么规定", "要达到多少", "谁牵头？", "有哪些措施", "什么时候完成", "还适用吗", "有什么变化", "是什么", ""]
)
REGIONS = st.sampled_from([None, "湖南省/长沙市", "广东省/湛江市", "北京市"])
QUESTIONS = st.tuples(WHEN, PLACES, TOPICS, ASKS).map("".join)


@settings(max_examples=80)
@given(question=QUESTIONS, before=st.lists(QUESTIONS, max_size=2), region=REGIONS)
def test_any_question_is_answered_within_the_contract(
    hashed: Assistant, question: str, before: list[str], region: str | None
) -> None:
    history = [Turn("user", text) for text in before]
    answer = hashed.ask(question, history=history, profile=Profile(region))
    hold_contract(hashed, answer)
    places = answer.scope.regions
    if places and not answer.scope.notice_ids and answer.kind is not Kind.APPLICABILITY:
        assert all(any(is_within(p, r) for p in places) for r in regions_of(hashed, answer))


def test_the_same_question_gets_the_same_answer(hashed: Assistant) -> None:
    one, other = ask(hashed, "湛江的分级诊疗怎么推进"), ask(hashed, "湛江的分级诊疗怎么推进")
    assert (one.text, one.citations) == (other.text, other.citations)
    assert [h.passage.id for h in one.retrieved] == [h.passage.id for h in other.retrieved]
