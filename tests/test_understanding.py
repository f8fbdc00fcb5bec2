"""A question in the light of the conversation and the profile: what is carried, and that it is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.read import Understanding, understand
from assistant.query.topic import blank, content_of
from assistant.types import Kind, Profile, Turn
from corpus.library import load_corpus
from corpus.types import Span

TODAY = date(2024, 3, 1)
SHIPPED = load_corpus().notices
ZIYANG, ZHANJIANG = "四川省/资阳市", "广东省/湛江市"


def ask(question: str, *before: str, profile: Profile | None = None) -> Understanding:
    history = [turn for text in before for turn in (Turn("user", text), Turn("assistant", "资阳规定如下[1]。"))]
    return understand(question, SHIPPED, history=history, profile=profile, today=TODAY)


def test_a_place_is_carried_and_named() -> None:
    u = ask("床位数要达到多少", "资阳的院长年薪怎么定")
    assert (u.regions, u.region_from) == ((ZIYANG,), "history")
    assert "地区" in u.carried
    assert u.scope.region == ZIYANG
    assert u.scope.carried == u.carried


def test_a_new_place_overrides_the_carried_one() -> None:
    u = ask("那湛江呢？", "资阳的院长年薪怎么定")
    assert (u.regions, u.region_from) == ((ZHANJIANG,), "question")
    assert u.carried == ("话题",)
    assert "院长年薪" in u.rewritten
    assert "湛江" in u.rewritten
    assert "资阳" not in u.rewritten


def test_a_new_place_drops_the_carried_document() -> None:
    u = ask("资阳呢？", "湛府〔2019〕13号对院长年薪怎么规定")
    assert (u.regions, u.notice_ids) == ((ZIYANG,), ())
    assert "文件" not in u.carried


def test_a_document_is_carried_and_named() -> None:
    u = ask("它什么时候印发的", "湛府〔2019〕13号对药品加成怎么规定")
    assert u.notice_ids == ("zhanjiang-2019-hospital-reform",)
    assert "文件" in u.carried
    assert u.scope.notice_ids == u.notice_ids
    assert "湛府〔2019〕13号" in u.rewritten


def test_a_date_is_carried_until_another_is_given() -> None:
    first = "2018年5月，资阳的药品加成还能收吗"
    carried = ask("那院长年薪呢", first)
    assert (carried.as_of, "日期" in carried.carried) == (date(2018, 5, 31), True)
    assert carried.scope.as_of == date(2018, 5, 31)
    for now in ("那现在呢", "目前呢"):
        today = ask(now, first)
        assert (today.as_of, "日期" in today.carried) == (TODAY, False)
    other = ask("那2019年6月1日呢", first)
    assert (other.as_of, "日期" in other.carried) == (date(2019, 6, 1), False)


def test_the_kind_is_carried_where_only_the_place_changes() -> None:
    assert ask("湛江呢", "资阳的家庭医生签约谁牵头").kind is Kind.BODY
    assert ask("谁牵头呢", "资阳的家庭医生签约率要达到多少").kind is Kind.BODY


def test_carrying_goes_through_several_turns() -> None:
    u = ask("谁牵头", "资阳的院长年薪怎么定", "那湛江呢", "编制呢")
    assert u.regions == (ZHANJIANG,)
    assert u.kind is Kind.BODY


@pytest.mark.parametrize("follow_up", ["有什么不同", "床位呢", "谁牵头"])
def test_a_follow_up_to_two_places_is_about_both(follow_up: str) -> None:
    u = ask(follow_up, "资阳和湛江的院长年薪怎么规定")
    assert (u.kind, set(u.regions)) == (Kind.COMPARISON, {ZIYANG, ZHANJIANG})


def test_one_of_two_places_named_again_is_about_that_one() -> None:
    u = ask("湛江呢", "资阳和湛江的院长年薪有什么不同")
    assert u.regions == (ZHANJIANG,)
    assert u.kind is not Kind.COMPARISON


def test_a_self_contained_question_carries_no_topic() -> None:
    u = ask("公立医院药品集中采购的比例要达到多少", "资阳的院长年薪怎么定")
    assert "话题" not in u.carried
    assert "院长" not in u.content


def test_what_the_assistant_said_is_not_taken_for_the_asker_s_words() -> None:
    history = [Turn("user", "湛江的院长年薪怎么定"), Turn("assistant", "请看湘政办发〔2023〕44号与益阳市。")]
    u = understand("谁牵头", SHIPPED, history=history, today=TODAY)
    assert (u.regions, u.notice_ids) == ((ZHANJIANG,), ())


def test_without_a_history_nothing_is_carried() -> None:
    u = ask("谁牵头？")
    assert (u.carried, u.rewritten, u.regions) == ((), "谁牵头？", ())


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("我省怎么规定", "广东省"),
        ("我市怎么规定", ZHANJIANG),
        ("市里怎么说", ZHANJIANG),
        ("怎么规定的", f"{ZHANJIANG}/霞山区"),
    ],
)
def test_words_relative_to_the_profile(question: str, region: str) -> None:
    u = ask(question, profile=Profile(f"{ZHANJIANG}/霞山区"))
    assert (u.region, u.region_from) == (region, "profile")


def test_the_question_wins_over_the_profile_and_says_so() -> None:
    u = ask("2018年5月，资阳的院长年薪怎么定", profile=Profile(ZHANJIANG, date(2020, 1, 1)))
    assert (u.regions, u.as_of) == ((ZIYANG,), date(2018, 5, 31))
    notes = "".join(u.notes)
    assert "按问题中的地区回答" in notes
    assert "四川省资阳市" in notes
    assert "广东省湛江市" in notes
    assert "2020-01-01" in notes


@pytest.mark.parametrize(
    ("typed", "named"),
    [("湘政发〔2023〕44号", "湘政发〔2023〕44号"), ("2019年44号文", "2019年44号文"), ("湘政办发[2023]44号", ""), ("44号文", ""),
     ("2023年44号文", ""), ("湛府(2019)13号", "")],
)  # fmt: skip
def test_a_number_read_as_the_nearest_one_is_said_to_be(typed: str, named: str) -> None:
    u = ask(f"{typed}对医联体怎么规定")
    assert len(u.notice_ids) == 1
    assert bool(u.notes) == bool(named)
    if named:
        assert f"没有收录{named}" in u.notes[0]
        assert "湘政办发〔2023〕44号" in u.notes[0]


def test_a_profile_that_agrees_needs_no_note() -> None:
    assert ask("湛江的院长年薪怎么定", profile=Profile(f"{ZHANJIANG}/霞山区")).notes == ()
    assert ask("院长年薪怎么定", profile=Profile(ZHANJIANG)).notes == ()


def test_the_as_of_date_is_today_unless_given_and_says_where_from() -> None:
    assert (ask("院长年薪怎么定").as_of, ask("院长年薪怎么定").scope.as_of) == (TODAY, None)
    u = ask("院长年薪怎么定", profile=Profile(None, date(2019, 5, 1)))
    assert (u.as_of, u.scope.as_of) == (date(2019, 5, 1), date(2019, 5, 1))


def test_another_place_s_notice_for_us_is_about_us_and_names_theirs() -> None:
    u = ask("资阳的方案对湛江适用吗", profile=Profile(f"{ZHANJIANG}/霞山区"))
    assert u.kind is Kind.APPLICABILITY
    assert u.region == f"{ZHANJIANG}/霞山区"
    assert u.notice_ids == ("ziyang-2017-pilot-plan",)


def test_a_deeper_place_makes_the_wider_one_superfluous() -> None:
    assert ask("湖南的益阳市资阳区怎么定院长年薪").regions == ("湖南省/益阳市/资阳区",)


def test_places_and_documents_leave_the_topic() -> None:
    u = ask("湛江按湛府〔2019〕13号怎么补耗材加成的钱")
    assert "湛府" not in u.topic
    assert "湛江" not in u.topic
    assert "耗材加成" in u.topic


@pytest.mark.parametrize(
    ("topic", "content"),
    [
        ("家庭医生签约谁牵头？", "家庭医生签约牵头"),
        ("请问床位数要达到多少呢？", "床位数要达到"),
        ("", ""),
        ("多少？", ""),
    ],
)
def test_content_leaves_the_question_words_out(topic: str, content: str) -> None:
    assert content_of(topic) == content


@given(st.text(alphabet="请问院长年薪怎么定多少谁牵头吗呢的了？，。 那", max_size=16))
def test_content_is_settled_and_adds_nothing(topic: str) -> None:
    content = content_of(topic)
    assert content_of(content) == content
    assert set(content) <= set(topic)


PIECES = st.sampled_from(
    ["资阳", "湛江", "那", "呢", "院长年薪", "谁牵头", "多少", "2018年5月", "44号文", "湛府〔2019〕13号", "现在", "我省", "有什么不同", "，", "？", "怎么"]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=4))
def test_any_conversation_is_understood_alike_twice_with_known_scope(turns: list[str]) -> None:
    u = ask(turns[-1], *turns[:-1])
    assert u == ask(turns[-1], *turns[:-1])
    ids = {n.id for n in SHIPPED}
    assert set(u.notice_ids) <= ids
    assert set(u.carried) <= {"地区", "文件", "话题", "日期"}
    assert u.utterance == turns[-1]
    if len(turns) == 1:
        assert u.carried == ()


def test_blank_keeps_offsets() -> None:
    assert blank("一二三四", [Span(1, 3)]) == "一  四"
