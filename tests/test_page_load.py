"""Twenty visitors at once over the page's own protocol: everybody sees their own conversation and nothing else.

They pause to read, as people do: what is judged is whether answers wait for one another, not what the machine can do."""

from __future__ import annotations

import pytest
from page_load import QUESTIONS, READ_SECONDS, VISITORS, Visit, p95, visit_all

pytestmark = pytest.mark.slow


def test_nothing_crosses_between_twenty_sessions(address: str) -> None:
    def visits(name: str, asked: list[list[str]]) -> list[Visit]:
        return visit_all(address, name, asked, pause_seconds=READ_SECONDS)

    asked = [[f"要建成多少个？访客{visitor:02}第{turn}问" for turn in range(QUESTIONS)] for visitor in range(VISITORS)]
    alone = visits("alone", [[f"要建成多少个？第{turn}问" for turn in range(QUESTIONS)]])
    together = visits("visitor", asked)
    assert p95(together) < 3 * p95(alone), "answers that wait do not wait for one another"
    for visitor, visit in enumerate(together):
        for turn in range(QUESTIONS):
            assert f"访客{visitor:02}第{turn}问" in visit.page
        assert not any(f"访客{other:02}第" in visit.page for other in range(VISITORS) if other != visitor)
