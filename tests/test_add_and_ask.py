"""A notice added as PDF is in the answers, and out of them when removed: the real model, the real index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from corpus_fakes import settings_for
from generator import Line, make
from generator_files import write

from assistant.keeping.keeper import add, remove
from assistant.service import Assistant

MADE = make(0)
QUESTION = f"{MADE.region.rpartition('/')[2]}远程会诊中心到什么时候建成多少个？"


@pytest.mark.slow
def test_a_pdf_is_answered_from_a_moment_after_it_is_added(one_notice_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(one_notice_dir, tmp_path / "var")
    settings = settings_for(tmp_path / "var")
    assert Assistant.from_settings(settings).ask(QUESTION).refused

    made = make(0)
    made.lines.append(
        Line("建设远程会诊中心。到2029年底，全市建成远程会诊中心23个，由市级财政统一保障。", "para", "九、", 1)
    )
    (tmp_path / "通知.pdf").write_bytes(write(made, "pdf", ("headers",)))
    outcome = add(settings, [tmp_path / "通知.pdf"])
    assert not outcome.failed
    [one] = outcome.added

    answer = Assistant.from_settings(settings).ask(QUESTION)
    assert not answer.refused
    assert "23个" in answer.text and "2029年" in answer.text
    [cited] = {citation.notice_id for citation in answer.citations}
    assert cited == one.notice.id
    for citation in answer.citations:
        assert one.notice.text[citation.start : citation.end] == citation.quote

    assert sum(trace.count for trace in remove(settings, one.notice.id)) == 0
    gone = Assistant.from_settings(settings).ask(QUESTION)
    assert gone.refused and all(hit.passage.notice_id != one.notice.id for hit in gone.retrieved)
