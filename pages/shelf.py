"""Results waiting to be saved as files (待下载的结果): a checked or assembled draft under a key nobody can guess.

Kept in memory only, the oldest leave first: a draft that an office checks is nobody else's business and is never written
to disk. The trap: after a restart, or much later, a key opens nothing; the page says to do it again.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

_MOST = 256
Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """At most ``_MOST`` values by key."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Value] = OrderedDict()
        self._lock = Lock()

    def put(self, value: Value) -> str:
        """Keep ``value``; the key it is found under."""
        key = secrets.token_urlsafe(18)
        with self._lock:
            self._held[key] = value
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return key

    def get(self, key: str) -> Value | None:
        """What was put under ``key``, None where nothing is any more."""
        with self._lock:
            return self._held.get(key)
