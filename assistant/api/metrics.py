"""Counts for Prometheus (指标), kept in memory and written in its text format; nothing in them names a person or a question.

A library would bring more than these few lines. Source: Prometheus text exposition format 0.0.4.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from threading import Lock

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds of the histogram of answers."""


class Metrics:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._counts: Counter[str] = Counter()
        self._answers: Counter[tuple[str, str]] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._began = time.time()
        self.in_flight = 0

    def request(self, area: str, status: int) -> None:
        """One request done; ``area`` is one of a handful of names, never a path somebody chose."""
        with self._lock:
            self._requests[area, status] += 1

    def entered(self, by: int) -> None:
        with self._lock:
            self.in_flight += by

    def count(self, name: str) -> None:
        """One more of ``name`` (``stream_left``, ``login_failed``, ``limited``)."""
        with self._lock:
            self._counts[name] += 1

    def answered(self, seconds: float, *, refused: bool, mode: str) -> None:
        """One answer given to whatever asked over the interfaces."""
        with self._lock:
            self._answers["refused" if refused else "answered", mode] += 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def text(self, *, notices: int, ready: bool) -> str:
        """Everything in the exposition format."""
        with self._lock:
            lines = [*_head("assistant_requests_total", "counter", "HTTP requests by area and status")]
            lines += [
                f'assistant_requests_total{{area="{area}",status="{status}"}} {count}'
                for (area, status), count in sorted(self._requests.items())
            ]
            lines += _head("assistant_answers_total", "counter", "Answers by outcome and mode")
            lines += [
                f'assistant_answers_total{{outcome="{outcome}",mode="{mode}"}} {count}'
                for (outcome, mode), count in sorted(self._answers.items())
            ]
            lines += _head("assistant_answer_seconds", "histogram", "Seconds until an answer was complete")
            total = 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), self._buckets, strict=True):
                total += count
                lines.append(f'assistant_answer_seconds_bucket{{le="{bound}"}} {total}')
            lines += [f"assistant_answer_seconds_sum {self._seconds:.6f}", f"assistant_answer_seconds_count {total}"]
            lines += _head("assistant_events_total", "counter", "Streams left, logins failed, requests over a limit")
            lines += [
                f'assistant_events_total{{event="{name}"}} {count}' for name, count in sorted(self._counts.items())
            ]
            for name, value, told in (
                ("assistant_in_flight", self.in_flight, "Requests being worked on"),
                ("assistant_notices", notices, "Notices in the library"),
                ("assistant_ready", int(ready), "1 where questions can be answered"),
                ("assistant_start_time_seconds", round(self._began), "Unix time of the start"),
            ):
                lines += [*_head(name, "gauge", told), f"{name} {value}"]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, told: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]
