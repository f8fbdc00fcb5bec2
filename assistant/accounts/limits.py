"""How often (限量): a bucket for each user or address that fills evenly; what would overflow the memory is forgotten, oldest first."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

_MOST = 20_000


class Rate:
    """At most ``count`` in ``seconds`` for each key, evenly refilled. Safe from any thread."""

    def __init__(self, count: int, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._count, self._per_second, self._clock = float(count), count / seconds, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> int:
        """Take one; 0 where that is allowed, else the seconds to wait."""
        with self._lock:
            left = self._now(key)
            if left < 1.0:
                return max(1, math.ceil((1.0 - left) / self._per_second))
            self._keep(key, left - 1.0)
            return 0

    def wait(self, key: str) -> int:
        """As :meth:`take`, taking nothing."""
        with self._lock:
            left = self._now(key)
            return 0 if left >= 1.0 else max(1, math.ceil((1.0 - left) / self._per_second))

    def _now(self, key: str) -> float:
        left, at = self._left.get(key, (self._count, 0.0))
        return min(self._count, left + (self._clock() - at) * self._per_second)

    def _keep(self, key: str, left: float) -> None:
        self._left[key] = (left, self._clock())
        self._left.move_to_end(key)
        while len(self._left) > _MOST:
            self._left.popitem(last=False)
