"""What is read apart comes in order, ends at once when stopped, and fails where it is waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event

import pytest

from pages.pump import read_apart


def test_everything_comes_in_order():
    assert list(read_apart(iter(range(500)), lambda: False)) == list(range(500))


def test_a_stop_does_not_wait_for_the_next_piece():
    forever, stop = Event(), Event()

    def slow() -> Iterator[int]:
        yield 1
        forever.wait(60)
        yield 2

    pieces = read_apart(slow(), stop.is_set)
    assert next(pieces) == 1
    stop.set()
    begun = time.monotonic()
    assert list(pieces) == []
    assert time.monotonic() - begun < 30
    forever.set()


def test_what_is_left_is_asked_for_nothing_more():
    asked, ended = [], Event()

    def counted() -> Iterator[int]:
        try:
            for number in range(1_000_000):
                asked.append(number)
                yield number
                time.sleep(0.001)
        finally:
            ended.set()

    pieces = read_apart(counted(), lambda: False)
    assert next(pieces) == 0
    pieces.close()
    assert ended.wait(30)
    assert len(asked) < 1_000_000


def test_an_error_is_raised_where_the_pieces_are_waited_for():
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("scripted")

    pieces = read_apart(broken(), lambda: False)
    assert next(pieces) == 1
    with pytest.raises(ValueError, match="scripted"):
        next(pieces)
