"""Many visitors at once over the page's own protocol, and how long each waits: ``python tests/page_load.py``.

Serves the real page on ``build/screenshots`` and prints the 95th percentile of one visitor asking ten questions, then
of twenty asking at once: the same ten questions, different ones with a pause to read, different ones without. Judge
the ratio within one run only: whatever else the machine does slows all of them.
"""

from __future__ import annotations

import json
import random
import sys
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import browser as web

sys.path.insert(0, str(web.ROOT))
VISITORS, QUESTIONS, READ_SECONDS = 20, 10, 5.0


@dataclass(frozen=True)
class Visit:
    """One visitor's last transcript and how long each question took."""

    page: str
    milliseconds: list[float]


def submit_of(address: str) -> int:
    """Number of the function that answers a question on the Chinese page."""
    with urllib.request.urlopen(f"{address}config", timeout=30) as answer:
        config = json.load(answer)
    return next(
        int(one["id"])
        for one in config["dependencies"]
        if len(one["inputs"]) == 6 and one["targets"] and one["targets"][0][1] == "submit"
    )


def ask(address: str, fn_index: int, session: str, question: str) -> str:
    """The transcript after ``question``, as the browser would get it."""
    body = {"data": [question, "", "", None, "", -1], "fn_index": fn_index, "session_hash": session, "trigger_id": 1}
    join = urllib.request.Request(
        f"{address}gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(join, timeout=60) as answer:
        assert "event_id" in json.load(answer)
    with urllib.request.urlopen(f"{address}gradio_api/queue/data?session_hash={session}", timeout=60) as events:
        for line in events:
            if line.startswith(b"data:"):
                event: dict[str, Any] = json.loads(line[5:])
                if event["msg"] == "process_completed":
                    assert event["success"], event
                    return str(event["output"]["data"][0])
    raise AssertionError("the stream ended without an answer")


def visit_all(address: str, name: str, asked: Sequence[Sequence[str]], *, pause_seconds: float = 0.0) -> list[Visit]:
    """Each list of ``asked`` by a visitor of its own, all at once; with a pause they do not begin in step either."""
    submit = submit_of(address)

    def visit(visitor: int) -> Visit:
        took, page = [], ""
        time.sleep(pause_seconds * visitor / len(asked))
        for question in asked[visitor]:
            began = time.perf_counter()
            page = ask(address, submit, f"{name}{visitor}", question)
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(pause_seconds)
        return Visit(page, took)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(visit, range(len(asked))))


def p95(visits: Sequence[Visit]) -> float:
    """Nearest-rank 95th percentile of all questions, in milliseconds."""
    from pages.dashboard import percentile

    return percentile([took for visit in visits for took in visit.milliseconds], 0.95)


def _questions() -> list[str]:
    lines = [line for path in sorted((web.ROOT / "evals" / "datasets").glob("*.jsonl")) for line in path.open()]
    found = sorted({json.loads(line)["question"] for line in lines if '"question"' in line})
    random.Random(7).shuffle(found)
    return found


def main() -> None:
    pool = iter(_questions())

    def some(visitors: int) -> list[list[str]]:
        return [[next(pool) for _ in range(QUESTIONS)] for _ in range(visitors)]

    folder = web.ROOT / "build" / "screenshots"
    with web.page_server(folder, web.ROOT / "tests" / "page_real.py", start_seconds=400) as address:
        visit_all(address, "warm", some(1))
        alone = [p95(visit_all(address, f"alone{turn}", some(1))) for turn in range(5)]
        one = sorted(alone)[2]
        sys.stdout.write(f"1 visitor: p95 {one:.0f} ms (median of {', '.join(f'{value:.0f}' for value in alone)})\n")
        for name, label, asked, pause in (
            ("same", "the same ten questions", some(1) * VISITORS, 0.0),
            ("read", f"different ones, {READ_SECONDS:.0f} s to read", some(VISITORS), READ_SECONDS),
            ("new", "different ones, no pause", some(VISITORS), 0.0),
        ):
            found = p95(visit_all(address, name, asked, pause_seconds=pause))
            sys.stdout.write(f"{VISITORS} visitors, {label}: p95 {found:.0f} ms, {found / one:.1f} times\n")


if __name__ == "__main__":
    main()
