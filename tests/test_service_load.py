"""Questions at a steady pace: none fails, none is missing from the record, memory stays. ``SERVICE_LOAD_SECONDS=600`` is the
form of ten minutes, ``python tests/service_load.py 3600`` the hour over the real models."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from browser import ROOT, free_port
from service_load import MOST_GROWTH, Load, questions, run, started, unrecorded

from assistant.keeping.audit import Audit
from assistant.types import Answer

SECONDS = float(os.environ.get("SERVICE_LOAD_SECONDS", "15"))
WHOLE = SECONDS >= 600


@pytest.mark.slow
@pytest.mark.timeout(1800 + SECONDS)
def test_nothing_fails_nothing_is_lost_and_memory_stays(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, str(ROOT / "tests" / "page_work.py"), str(port), str(tmp_path)]
    with started(command, tmp_path, port) as (address, pid):
        load = run(address, pid, questions(300 if WHOLE else 20), SECONDS, warm=True)
    assert not load.errors, load.errors[:5]
    assert not unrecorded(tmp_path, load)
    assert load.acknowledged.total() > len(load.acknowledged), "some were asked more than once"
    assert load.growth() <= (MOST_GROWTH if WHOLE else 0.2), "seconds do not fill what the allocator keeps for threads"
    assert "Traceback" not in (tmp_path / "server.log").read_text(encoding="utf-8")


def test_a_lost_line_and_one_too_many_are_told(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.asked("local", "签约率多少", None, Answer("八成"))
    once, twice, other = (Load(acknowledged=Counter(said)) for said in (["签约率多少"], ["签约率多少"] * 2, []))
    assert not unrecorded(tmp_path, once)
    assert any("not recorded" in fault for fault in unrecorded(tmp_path, twice))
    assert any("not answered" in fault for fault in unrecorded(tmp_path, other))
