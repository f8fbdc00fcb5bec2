"""Twenty visitors at once over the page's own protocol: everybody sees their own conversation and nothing else."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import browser as web
import pytest

pytestmark = pytest.mark.slow
VISITORS, QUESTIONS = 20, 10


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with web.page_server(tmp_path_factory.mktemp("page")) as found:
        yield found


def ask(address: str, fn_index: int, session: str, question: str) -> str:
    """The transcript after ``question``, as the browser would get it."""
    body = {"data": [question, "", "", None, -1], "fn_index": fn_index, "session_hash": session, "trigger_id": 1}
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


def test_nothing_crosses_between_twenty_sessions(address: str) -> None:
    with urllib.request.urlopen(f"{address}config", timeout=30) as answer:
        config = json.load(answer)
    submit = next(
        one["id"] for one in config["dependencies"] if len(one["inputs"]) == 5 and one["targets"][0][1] == "submit"
    )

    def visit(visitor: int) -> str:
        for turn in range(QUESTIONS):
            page = ask(address, submit, f"visitor{visitor}", f"要建成多少个？访客{visitor:02}第{turn}问")
        return page

    with ThreadPoolExecutor(VISITORS) as pool:
        pages = list(pool.map(visit, range(VISITORS)))
    for visitor, page in enumerate(pages):
        for turn in range(QUESTIONS):
            assert f"访客{visitor:02}第{turn}问" in page
        assert not any(f"访客{other:02}第" in page for other in range(VISITORS) if other != visitor)
