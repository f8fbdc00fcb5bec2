"""Front matter of sixty real documents against what a person read in them; skipped where they are not beside the checkout."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from corpus.boilerplate import page_fields
from corpus.clean import clean
from corpus.front import read_front
from corpus.metadata import metadata_of
from corpus.readers import read_source
from evals.facts import SURE, agrees

ROOT = Path(__file__).resolve().parents[1]
REAL = next((path for path in (ROOT.parent / "shared/real", ROOT.parents[1] / "shared/real") if path.is_dir()), None)
BARS = {
    "number": 0.97, "title": 0.97, "issuer": 0.97, "region": 0.97, "level": 0.97, "issued_on": 0.95,
    "effective_on": 0.95, "expires_on": 0.95, "repeals": 0.90,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(REAL is None, reason="没有 shared/real：真实文件不随项目提供")
def test_what_real_documents_say_of_themselves() -> None:
    assert REAL is not None
    right: Counter[str] = Counter()
    truths = [json.loads(line) for line in (REAL / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    sure = wrong = 0
    for truth in truths:
        source = read_source(REAL / "docs" / truth["file"])
        cleaned = clean(source.text)
        removed = "\n".join(change.source for change in cleaned.changes if change.kind == "boilerplate")
        front = read_front(cleaned.text, (), {**page_fields(removed), **source.hints})
        found = metadata_of(front, cleaned.text)
        for key in BARS:
            if key == "repeals":
                whole = [fact for fact in front.repeals if not fact.value.part]
                got: object = [fact.value.number or fact.value.name for fact in whole]
                confidence = min((fact.confidence for fact in whole), default=0.0)
            else:
                value = getattr(found, key)
                got = value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
                got = None if got == "unknown" else got
                confidence = found.confidence.get(key, 0.0)
            agreed = agrees(key, got, truth[key])
            right[key] += agreed
            sure += confidence >= SURE
            wrong += confidence >= SURE and not agreed
    assert {key: right[key] / len(truths) for key, bar in BARS.items() if right[key] / len(truths) < bar} == {}
    assert wrong <= 0.02 * sure
