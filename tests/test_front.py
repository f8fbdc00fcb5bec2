"""Front matter: every form of document, what each says and what it is silent on, spans that quote, sure facts that are right."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus.clean import clean
from corpus.front import front_from_plain, front_to_plain, read_front
from corpus.front.settle import issued_on
from corpus.text import fold
from corpus.types import Fact, Front

PLAIN = tomllib.loads((Path(__file__).parent / "front_cases.toml").read_text(encoding="utf-8"))["case"]
CASES = [
    (case["name"], case["text"], {key: None if value == "none" else value for key, value in case["facts"].items()})
    for case in PLAIN
]


def value_of(front: Front, key: str) -> Any:
    if key == "issuer":
        return "、".join(fact.value for fact in front.issuers) or None
    if key == "number":
        return front.numbers[0].value if front.numbers else None
    if key == "issued_on":
        day = issued_on(front)
        return day.isoformat() if day else None
    if key in ("repeals", "amends"):
        return [fact.value.number or fact.value.name for fact in getattr(front, key) if not fact.value.part]
    fact = getattr(front, key)
    if fact is None:
        return None
    value = fact.value
    return value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)


@pytest.mark.parametrize(("name", "text", "facts"), CASES, ids=[case[0] for case in CASES])
def test_what_a_document_says_of_itself(name: str, text: str, facts: dict[str, Any]) -> None:
    front = read_front(clean(text).text)
    found = {key: value_of(front, key) for key in facts}
    if facts.get("title"):
        assert fold(found.pop("title")) == fold(facts["title"])
    assert found == {key: facts[key] for key in found}


def _facts(front: Front) -> list[Fact[Any]]:
    one = (front.title, front.region, front.level, front.signed_on, front.effective_on, front.expires_on, front.kind)
    many = (*front.numbers, *front.issuers, *front.addressees, *front.repeals, *front.amends, *front.amended_on)
    return [fact for fact in (*one, *many) if fact is not None]


@pytest.mark.parametrize("text", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_spans_stand_in_the_text_and_the_cache_gives_it_back(text: str) -> None:
    cleaned = clean(text).text
    front = read_front(cleaned)
    for fact in _facts(front):
        assert 0 < fact.confidence <= 1
        assert fact.span is None or 0 <= fact.span.start < fact.span.end <= len(cleaned)
        assert fact.span is not None or fact.source != "text"
    if front.title is not None and front.title.span is not None:
        assert fold(front.title.span.of(cleaned)) == fold(front.title.value)
    assert front_from_plain(front_to_plain(front)) == front
