"""A slow iterator read in a thread of its own, so that whoever waits for it can stop waiting at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

Piece = TypeVar("Piece")
_LOOK_SECONDS = 0.1  # how long a stop may go unseen


class _End:
    """What stands behind the last piece; ``error`` where reading failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def read_apart(pieces: Iterator[Piece], stopped: Callable[[], bool]) -> Iterator[Piece]:
    """``pieces`` one by one as they come, until they end or ``stopped()``: then at once, however long the next one takes.

    A piece on its way when stopped is thrown away, and nothing after it is asked for. An error of ``pieces`` is raised here.
    """
    ready: SimpleQueue[Piece | _End] = SimpleQueue()
    left = Event()

    def read() -> None:
        try:
            for piece in pieces:
                if left.is_set():
                    break
                ready.put(piece)
            ready.put(_End())
        except BaseException as error:
            ready.put(_End(error))

    Thread(target=copy_context().run, args=(read,), daemon=True, name="answer").start()
    try:
        while not stopped():
            try:
                piece = ready.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            if isinstance(piece, _End):
                if piece.error is not None:
                    raise piece.error
                return
            yield piece
    finally:
        left.set()
