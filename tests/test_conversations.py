"""The store of conversations: round trips, owners kept apart, concurrent use, restarts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from page_fakes import FakeAssistant

from assistant.keeping.answer_json import answer_from_json, answer_to_json
from assistant.keeping.conversations import ConversationStore, UnknownConversationError
from assistant.types import Profile

ASSISTANT = FakeAssistant(0.0)
PROFILE = Profile("广东省/湛江市", date(2020, 6, 1))


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


@pytest.mark.parametrize("question", ["要建成多少个", "比较两地", "天气如何"])
def test_an_answer_survives_json(question: str) -> None:
    answer = ASSISTANT.ask(question)
    assert answer_from_json(answer_to_json(answer)) == answer


def test_a_conversation_comes_back_after_a_restart(store: ConversationStore, tmp_path: Path) -> None:
    key = store.start("me", "  要建成\n多少个  ")
    answer = ASSISTANT.ask("要建成多少个")
    store.save_turn("me", key, 0, "要建成多少个", PROFILE, answer)
    again = ConversationStore(tmp_path)
    (turn,) = again.turns("me", key)
    assert (turn.question, turn.profile, turn.answer, turn.vote) == ("要建成多少个", PROFILE, answer, 0)
    (summary,) = again.conversations("me")
    assert (summary.title, summary.turns) == ("要建成 多少个", 1)


def test_saving_a_turn_replaces_what_came_after(store: ConversationStore) -> None:
    key = store.start("me", "t")
    for position, question in enumerate(("一", "二", "三")):
        store.save_turn("me", key, position, question, Profile(), ASSISTANT.ask("x"))
    store.save_turn("me", key, 1, "另问", Profile(), ASSISTANT.ask("x"))
    assert [turn.question for turn in store.turns("me", key)] == ["一", "另问"]


def test_owners_are_kept_apart(store: ConversationStore) -> None:
    key = store.start("me", "t")
    store.save_turn("me", key, 0, "一", Profile(), ASSISTANT.ask("x"))
    assert store.conversations("you") == []
    for call in (
        lambda: store.turns("you", key),
        lambda: store.rename("you", key, "mine"),
        lambda: store.delete("you", key),
        lambda: store.vote("you", key, 0, 1),
        lambda: store.save_turn("you", key, 0, "q", Profile(), ASSISTANT.ask("x")),
    ):
        with pytest.raises(UnknownConversationError, match="新建对话"):
            call()
    assert [turn.question for turn in store.turns("me", key)] == ["一"]


def test_search_rename_delete(store: ConversationStore) -> None:
    keys = []
    for question in ("药品采购100%怎么算", "院长年薪"):
        keys.append(store.start("me", question))
        store.save_turn("me", keys[-1], 0, question, Profile(), ASSISTANT.ask("天气" if "药" in question else "x"))
    assert [found.id for found in store.conversations("me", "100%")] == keys[:1]
    assert [found.id for found in store.conversations("me", "医共体")] == keys[1:], "answers are searched too"
    assert store.conversations("me", "%%") == []
    store.rename("me", keys[0], "新名字")
    store.rename("me", keys[0], "   ")
    assert {found.title for found in store.conversations("me")} == {"新名字", "院长年薪"}
    store.delete("me", keys[0])
    assert [found.id for found in store.conversations("me")] == keys[1:]
    with pytest.raises(UnknownConversationError):
        store.turns("me", keys[0])


def test_a_later_vote_replaces_and_zero_takes_back(store: ConversationStore) -> None:
    key = store.start("me", "t")
    store.save_turn("me", key, 0, "要建成多少个", PROFILE, ASSISTANT.ask("x"))
    store.vote("me", key, 0, 1)
    store.vote("me", key, 0, -1, reason="数字不对", note="应为十三", notice_id="jia-2021", quote="原文")
    (said,) = store.feedback()
    assert (said.vote, said.reason, said.note, said.quote, said.profile) == (
        -1,
        "数字不对",
        "应为十三",
        "原文",
        PROFILE,
    )
    assert store.turns("me", key)[0].vote == -1
    store.delete("me", key)
    assert len(store.feedback()) == 1, "feedback outlives the conversation"
    key = store.start("me", "t")
    store.save_turn("me", key, 0, "q", Profile(), ASSISTANT.ask("x"))
    store.vote("me", key, 0, 1)
    store.vote("me", key, 0, 0)
    assert len(store.feedback()) == 1


def test_usage_counts_what_was_asked(store: ConversationStore) -> None:
    key = store.start("me", "t")
    store.save_turn("me", key, 0, "天气", Profile(), ASSISTANT.ask("天气"))
    store.save_turn("me", key, 1, "多少", Profile(), replace(ASSISTANT.ask("x"), latency_ms=7.5))
    first, second = store.usage()
    assert (first.refused, first.refusal, first.dropped) == (True, "out_of_scope", 0)
    assert (second.refused, second.refusal, second.dropped, second.latency_ms) == (False, "", 1, 7.5)


def test_many_threads_write_at_once(store: ConversationStore) -> None:
    def run(owner: str) -> int:
        key = store.start(owner, owner)
        for position in range(5):
            store.save_turn(owner, key, position, f"{owner}-{position}", Profile(), ASSISTANT.ask("x"))
        return sum(turn.question.startswith(f"{owner}-") for turn in store.turns(owner, key))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, [f"visitor{n}" for n in range(8)])) == [5] * 8
