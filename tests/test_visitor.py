"""The page's assistant and store where accounts are on: each visitor's calls go to their part and their own conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.accounts.identity import LOCAL, NOBODY, SCOPE_KEY, Identity, Role
from assistant.accounts.viewing import AskedBy, NotAllowedError, Views
from assistant.blocks import prose
from assistant.keeping.conversations import ConversationStore, UnknownConversationError
from assistant.keeping.live import LiveAssistant
from assistant.types import Answer, Profile
from pages.dashboard import board_html
from pages.files import download_function
from pages.shelf import Shelf
from pages.visitor import VisitorAssistant, VisitorStore, owner_of, visitor

HIDDEN = "zhanjiang-2019-hospital-reform"
ONE = Identity("1", "院办乙", Role.READER, frozenset({"院办"}))
TWO = Identity("2", "读者丙", Role.READER)
ADMIN = Identity("3", "管理员甲", Role.ADMIN)


class Now:
    """Who is looking."""

    def __init__(self) -> None:
        self.who = NOBODY

    def __call__(self) -> Identity:
        return self.who


@pytest.fixture
def now() -> Now:
    return Now()


def test_each_visitor_sees_their_part(live: LiveAssistant, now: Now, tmp_path: Path) -> None:
    seen = VisitorAssistant(Views(live, lambda: {HIDDEN: frozenset({"院办"})}), now)
    for who, holds in ((NOBODY, False), (ONE, True), (TWO, False), (ADMIN, True)):
        now.who = who
        assert (HIDDEN in seen.corpus) is holds
    for who in (NOBODY, ONE, TWO):
        now.who = who
        with pytest.raises(NotAllowedError):
            seen.add(tmp_path / "x.txt")
        with pytest.raises(NotAllowedError):
            seen.remove(HIDDEN)
    assert visitor() is NOBODY


def test_conversations_are_the_visitors_own_whatever_key_the_browser_names(now: Now, tmp_path: Path) -> None:
    store = VisitorStore(ConversationStore(tmp_path), now)
    now.who = ONE
    kept = store.start("any key", "一段对话")
    store.save_turn("any key", kept, 0, "问", Profile(), Answer(prose("答")))
    assert [one.title for one in store.conversations("another key")] == ["一段对话"]
    now.who = TWO
    assert store.conversations("any key") == [] and store.conversations(owner_of(ONE)) == []
    for call in (
        lambda: store.turns(owner_of(ONE), kept),
        lambda: store.title("any key", kept),
        lambda: store.delete("any key", kept),
    ):
        with pytest.raises(UnknownConversationError):
            call()
    with pytest.raises(UnknownConversationError):
        store.turns(owner=owner_of(ONE), conversation_id=kept)


def test_the_dashboard_and_its_download_are_for_administrators(live: LiveAssistant, now: Now, tmp_path: Path) -> None:
    store = VisitorStore(ConversationStore(tmp_path), now)
    now.who = ONE
    kept = store.start("k", "只有我知道的问题")
    store.save_turn("k", kept, 0, "只有我知道的问题", Profile(), Answer(prose("答")))
    store.vote("k", kept, 0, -1, note="只有我知道的话")
    for who, allowed in ((NOBODY, False), (TWO, False), (ONE, False), (ADMIN, True), (LOCAL, True)):
        now.who = who
        board = board_html(store)  # type: ignore[arg-type]
        assert ("只有我知道的" in board) is allowed and allowed is ("管理员" not in board)
        made = download_function(live, store, Shelf())('{"kind": "eval"}')  # type: ignore[arg-type]
        assert ('"error"' in made) is not allowed


def test_what_is_recorded_bears_the_visitors_name(live: LiveAssistant) -> None:
    class Recording:
        def ask(self, question: str, *, who: str = "") -> str:
            return f"{who}: {question}"

        def duties(self) -> str:
            return "no name wanted"

    asked = AskedBy(Recording(), ONE)  # type: ignore[arg-type]
    assert asked.ask("问") == "院办乙: 问" and asked.duties() == "no name wanted"


def test_the_visitor_is_read_from_the_request_that_gradio_works_on() -> None:
    import gradio
    from gradio.context import LocalContext
    from starlette.requests import Request

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"x", b"y")], SCOPE_KEY: ONE}
    for request in (gradio.Request(request=Request(scope)), Request(scope)):
        token = LocalContext.request.set(request)
        try:
            assert visitor() is ONE
        finally:
            LocalContext.request.reset(token)
    assert visitor() is NOBODY
