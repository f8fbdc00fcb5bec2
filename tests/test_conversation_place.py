"""The place a conversation is about holds over the profile until another is said, or the profile is set anew."""

from __future__ import annotations

from datetime import date

from assistant.query.read import understand
from assistant.query.types import Query
from assistant.types import Answer, Profile, Turn
from corpus.library import load_corpus
from pages.session import Session
from pages.turn import TurnView

SHIPPED = load_corpus().notices
HOME, AWAY = "广东省/湛江市", "四川省/资阳市"
TALK = (
    "资阳的院长年薪怎么定", "总会计师要设吗", "那编制呢", "药占比要降到多少", "谁牵头", "门诊次均费用怎么控制", "耗材加成什么时候取消",
    "签约服务谁负责",
)  # fmt: skip


def last(texts: tuple[str, ...], place: str = HOME, places: tuple[str | None, ...] = ()) -> Query:
    history = [
        Turn("user", text, at) for text, at in zip(texts[:-1], places or (None,) * (len(texts) - 1), strict=True)
    ]
    return understand(texts[-1], SHIPPED, history=history, profile=Profile(place), today=date(2019, 6, 1))


def test_the_place_said_first_holds_in_every_later_turn() -> None:
    for count in range(2, len(TALK) + 1):
        q = last(TALK[:count])
        assert q.region == AWAY and "地区" in q.carried, TALK[count - 1]


def test_another_place_takes_over_and_so_does_a_profile_set_anew() -> None:
    assert last((*TALK[:4], "那湛江的院长年薪怎么定", "签约服务谁负责")).region == HOME
    same = (HOME,) * 3
    assert last((*TALK[:3], "签约服务谁负责"), HOME, same).region == AWAY
    assert last((*TALK[:3], "签约服务谁负责"), "湖南省", same).region == "湖南省"


def test_a_document_of_elsewhere_ends_it() -> None:
    assert last((TALK[0], "湘政办发〔2023〕44号讲了什么", "签约服务谁负责")).region == HOME


def test_the_page_hands_on_all_that_was_said() -> None:
    session = Session("me")
    session.turns = [TurnView(text, Profile(HOME), answer=Answer()) for text in TALK]
    history = session.history()
    assert [turn.content for turn in history if turn.role == "user"] == list(TALK)
    assert {turn.place for turn in history if turn.role == "user"} == {HOME}
