"""Sixty real documents, each read once: its facts, its outline and its every character; skipped where they are absent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.facts import SURE, Judged, judge, read_truth
from evals.facts_run import MAX_SURELY_WRONG, PASSED, is_whole

ROOT = Path(__file__).resolve().parents[1]
REAL = next((path for path in (ROOT.parent / "shared/real", ROOT.parents[1] / "shared/real") if path.is_dir()), None)
LONG = "jkzg-"  # a hundred pages: half a minute of one core


@pytest.mark.slow
@pytest.mark.skipif(REAL is None, reason="没有 shared/real：真实文件不随项目提供")
def test_real_documents_are_read_right_and_whole() -> None:
    from corpus.intake import prepare
    from corpus.library import Corpus
    from corpus.readers import File

    assert REAL is not None
    judged: list[Judged] = []
    altered = []
    truths = [truth for truth in read_truth(REAL / "truth.jsonl") if not truth.file.startswith(LONG)]
    for truth in truths:
        prepared = prepare(File(truth.file, (REAL / "docs" / truth.file).read_bytes()), Corpus((), ""))
        judged += judge(truth, prepared.notice)
        if not is_whole(prepared.notice, prepared.document.source.text):
            altered.append(truth.file)
    assert altered == []
    right = Counter(one.key for one in judged if one.agrees)
    assert {key: right[key] for key, bar in PASSED.items() if right[key] < bar * len(truths)} == {}
    sure = [one for one in judged if one.confidence >= SURE]
    assert sum(not one.agrees for one in sure) <= MAX_SURELY_WRONG * len(sure)
