"""Answers given a moment ago: shared only where everything is the same, worked out once however many ask at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Lock

import pytest

from assistant.blocks import Blocks, prose
from assistant.keeping.live import LiveAssistant
from assistant.keeping.recent import RecentAnswers
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Profile, Turn


class Counted:
    """Work that says how often it ran, and how many of it at once."""

    def __init__(self, text: str = "答", seconds: float = 0.0) -> None:
        self.text, self.seconds = text, seconds
        self.runs = self.now = self.most = 0
        self._lock = Lock()

    def __call__(self) -> Iterator[Blocks | Answer]:
        with self._lock:
            self.runs += 1
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self._lock:
            self.now -= 1
        yield prose(self.text[:1])
        yield Answer(prose(self.text), latency_ms=1000.0)


def text_of(pieces: Iterator[Blocks | Answer]) -> str:
    return [piece for piece in pieces if isinstance(piece, Answer)][-1].text


def test_a_second_asker_gets_the_answer_with_its_own_time() -> None:
    recent, work = RecentAnswers(), Counted()
    assert recent.known("k") is None
    assert [type(piece) for piece in recent.stream("k", work)] == [tuple, Answer]
    (again,) = recent.stream("k", work)
    assert isinstance(again, Answer) and again.text == "答" and again.latency_ms < 1000.0 and work.runs == 1
    known = recent.known("k")
    assert known is not None and known.text == "答" and known.latency_ms < 1000.0


def test_those_who_ask_at_once_wait_for_the_first() -> None:
    recent, work = RecentAnswers(), Counted(seconds=0.1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: text_of(recent.stream("k", work)), range(8)))
    assert answers == ["答"] * 8 and work.runs == 1


def test_no_more_than_so_many_are_worked_out_at_once() -> None:
    recent, work = RecentAnswers(at_once=2), Counted(seconds=0.03)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: text_of(recent.stream(number, work)), range(8)))
    assert work.runs == 8 and work.most == 2


def test_the_least_used_is_forgotten() -> None:
    recent, work = RecentAnswers(most=2), Counted()
    for key in ("a", "b", "a", "c", "a", "b"):
        list(recent.stream(key, work))
    assert work.runs == 4, "b had to be worked out again"


def test_a_fault_is_not_kept_and_holds_nobody_up() -> None:
    recent = RecentAnswers()

    def broken() -> Iterator[Blocks | Answer]:
        raise RuntimeError("scripted")
        yield ""

    for _ in range(2):
        with pytest.raises(RuntimeError, match="scripted"):
            list(recent.stream("k", broken))
    assert text_of(recent.stream("k", Counted("好"))) == "好"


def test_history_place_and_day_keep_answers_apart(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveAssistant(Assistant.from_settings(Settings.load()))
    asked: list[tuple[object, ...]] = []
    real = Assistant.stream

    def counting(self: Assistant, question: str, **more: object) -> Iterator[Blocks | Answer]:
        asked.append((question, *more.values()))
        return real(self, question, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Assistant, "stream", counting)
    question = "院长年薪怎么规定？"
    assert live.known(question) is None
    first = live.ask(question)
    assert live.known(question) is not None and live.known(question, profile=Profile(as_of=date(2018, 1, 1))) is None
    assert live.ask(f" {question} ").text == first.text and len(asked) == 1
    live.ask(question, profile=Profile(region="广东省/湛江市"))
    live.ask(question, history=(Turn("user", "资阳呢？"), Turn("assistant", "没有。")))
    live.ask("编制怎么规定？")
    assert len(asked) == 4
    live._swap()
    assert live.known(question) is None, "with the corpus go the answers that quote it"
