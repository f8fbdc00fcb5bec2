"""Slow work watched while it is done (进度): its latest line again and again, so that a page never stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

_T = TypeVar("_T")
Tell = Callable[[int, int, str], None]


class Watched(Generic[_T]):
    """Work in a thread of its own; going through it gives what the work last told, until it is done."""

    def __init__(self, work: Callable[[Tell], _T], every_seconds: float = 1.0) -> None:
        self._told, self._every = "", every_seconds
        pool = ThreadPoolExecutor(max_workers=1)
        self._running: Future[_T] = pool.submit(work, self._tell)
        pool.shutdown(wait=False)

    def _tell(self, done: int, total: int, label: str) -> None:
        self._told = f"{label} {done}/{total}"

    def __iter__(self) -> Iterator[str]:
        while not wait([self._running], timeout=self._every).done:
            yield self._told

    def result(self) -> _T:
        """What the work returned; what it raised is raised here."""
        return self._running.result()
