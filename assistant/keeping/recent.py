"""Answers given a moment ago (近期回答): the same question in the same state of things is answered once.

An extract depends on nothing but question, history, profile, day and corpus, so colleagues who ask the same get the
same answer without work; those who ask at once wait for the one who came first. At most ``AT_ONCE`` new answers are
worked out at a time: more threads than cores only take the interpreter from one another, and everybody waits longer.
Written by a model, an answer is never shared.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from threading import BoundedSemaphore, Event, Lock

from assistant.blocks import Blocks
from assistant.types import Answer

MOST = 256
AT_ONCE = max(1, (os.cpu_count() or 2) // 2)


class RecentAnswers:
    """At most ``most`` answers by key, the least recently used forgotten first. Safe from any thread."""

    def __init__(self, most: int = MOST, at_once: int = AT_ONCE) -> None:
        self._most = most
        self._lock = Lock()
        self._turn = BoundedSemaphore(at_once)
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._under_way: dict[Hashable, Event] = {}

    def known(self, key: Hashable) -> Answer | None:
        """The answer kept for ``key``, without waiting for anybody."""
        began = time.perf_counter()
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            self._answers.move_to_end(key)
        return _timed(found, began)

    def stream(self, key: Hashable, work: Callable[[], Iterator[Blocks | Answer]]) -> Iterator[Blocks | Answer]:
        """What ``work`` yields, or the answer it gave before with the time this one took.

        ``work`` runs to its end before the first piece is yielded, so that a slow reader holds nobody up.
        """
        began = time.perf_counter()
        found = self._find(key)
        if found is None:
            yield from self._new(key, work)
            return
        yield _timed(found, began)

    def _find(self, key: Hashable) -> Answer | None:
        """The answer kept for ``key``, waiting for somebody who is at it; None makes the caller the one who works."""
        while True:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    return self._answers[key]
                waited = self._under_way.get(key)
                if waited is None:
                    self._under_way[key] = Event()
                    return None
            waited.wait()

    def _new(self, key: Hashable, work: Callable[[], Iterator[Blocks | Answer]]) -> list[Blocks | Answer]:
        pieces: list[Blocks | Answer] = []
        try:
            with self._turn:
                pieces = list(work())
        finally:
            with self._lock:
                for piece in pieces:
                    if isinstance(piece, Answer):
                        self._answers[key] = piece
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
                self._under_way.pop(key).set()
        return pieces


def _timed(answer: Answer, began: float) -> Answer:
    took = (time.perf_counter() - began) * 1000
    return replace(answer, latency_ms=took, timings={"recent": took})
