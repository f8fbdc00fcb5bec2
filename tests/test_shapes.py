"""Ways of numbering and of laying out, one made-up document each: the outline, the parts, and every line by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus.clean import bare, clean, rebuilt
from corpus.outline import outline

CASES = tomllib.loads((Path(__file__).parent / "shape_cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_outline_is_the_document_s(case: dict[str, Any]) -> None:
    cleaned = clean(case["text"])
    articles = outline(cleaned.text)
    items = [one for one in articles if one.kind == "item"]
    assert " ".join("".join(one.labels) for one in items) == case["labels"]
    assert list(dict.fromkeys(one.part for one in articles if one.part)) == case.get("parts", [])
    assert "".join(one.span.of(cleaned.text) for one in articles) == cleaned.text
    assert rebuilt(cleaned.text, cleaned.changes) == bare(case["text"])
    assert [line for line in case["lines"] if line not in cleaned.text.split("\n")] == []
