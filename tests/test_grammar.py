"""Forms kept as data: each holds for its examples and for none of its look-alikes, and each is used somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.grammar import composed, form, names, read_form, split_at

ALL = names()
YES = [(name, one) for name in ALL for one in read_form(name).yes]
NO = [(name, one) for name in ALL for one in read_form(name).no]


@pytest.mark.parametrize(("name", "text"), YES)
def test_a_form_holds_for_its_examples(name: str, text: str) -> None:
    assert read_form(name).holds(text)


@pytest.mark.parametrize(("name", "text"), NO)
def test_a_look_alike_is_none(name: str, text: str) -> None:
    assert not read_form(name).holds(text)


def test_every_form_has_examples_and_is_asked_for() -> None:
    root = Path(__file__).parents[1]
    code = "\n".join(
        p.read_text(encoding="utf-8") for room in ("corpus", "assistant") for p in (root / room).rglob("*.py")
    )
    assert [name for name in ALL if not (read_form(name).yes and read_form(name).no)] == []
    assert [name for name in ALL if not any(f'{by}("{name}")' in code for by in ("form", "says", "asks_on"))] == []
    assert len(set(ALL)) == len(ALL)


def test_parts_are_put_in_and_counts_are_left() -> None:
    assert composed("{han}{2,3}") == "[\\u4e00-\\u9fff]{2,3}"
    with pytest.raises(KeyError):
        form("no.such")
    assert split_at("，,", "甲，乙,,丙") == ["甲", "乙", "", "丙"]


def test_hand_written_patterns_in_the_code_are_few() -> None:
    """157 call sites at ef43b0f; the grammar is data now, and it must not grow back into the code."""
    calls = ("compile", "search", "match", "fullmatch", "sub", "findall", "finditer", "split")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "corpus").rglob("*.py"))
    assert sum(code.count(f"re.{call}(") for call in calls) < 157
