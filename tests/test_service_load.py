"""Questions at a steady pace: none fails, none is missing from the record, memory stays. ``SERVICE_LOAD_SECONDS=600`` is the
form of ten minutes, over ``assistant serve``; ``python tests/service_load.py 3600`` is the hour."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from service_load import Load, main, questions, run, unrecorded

from assistant.blocks import prose
from assistant.keeping.audit import Audit
from assistant.keeping.live import LiveAssistant
from assistant.types import Answer

SECONDS = float(os.environ.get("SERVICE_LOAD_SECONDS", "0"))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_fails_and_nothing_is_lost(served: str, live: LiveAssistant) -> None:
    folder = live.settings.data_dir
    since = Audit(folder).verify().entries
    load = run(served, os.getpid(), questions(12), 8.0, warm=True)
    assert not load.errors, load.errors[:5]
    assert not unrecorded(folder, load, since)
    assert load.acknowledged.total() > len(load.acknowledged), "some were asked more than once"


@pytest.mark.slow
@pytest.mark.timeout(1800 + SECONDS)
@pytest.mark.skipif(not SECONDS, reason="SERVICE_LOAD_SECONDS=600 要跑十分钟")
def test_nothing_fails_nothing_is_lost_and_memory_stays() -> None:
    assert main(SECONDS) == 0


def test_a_lost_line_and_one_too_many_are_told(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.asked("local", "签约率多少", None, Answer(prose("八成")))
    once, twice, other = (Load(acknowledged=Counter(said)) for said in (["签约率多少"], ["签约率多少"] * 2, []))
    assert not unrecorded(tmp_path, once)
    assert any("not recorded" in fault for fault in unrecorded(tmp_path, twice))
    assert any("not answered" in fault for fault in unrecorded(tmp_path, other))


def test_memory_that_grows_is_told() -> None:
    assert Load(resident=[(float(second), 100) for second in range(60)]).growth() == 0
    assert Load(resident=[(float(second), 100 + second) for second in range(60)]).growth() > 0.4
