"""The kinds of answers: each is registered, says what it needs and when it is silent, and takes the questions it is for."""

from __future__ import annotations

import pkgutil
from types import ModuleType

import pytest

import assistant.kinds as kinds
from assistant.kinds import MANNERS, WAYS, body, document, library, text
from assistant.query.types import Query
from assistant.service import Assistant
from assistant.types import Kind

MODULES = [way for way in WAYS if isinstance(way, ModuleType)]
ASKED = [(way, question) for way in MODULES for question in way.EXAMPLES]


def name(value: object) -> str | None:
    return value.__name__.rsplit(".", 1)[-1] if isinstance(value, ModuleType) else None


def test_every_file_of_a_kind_is_registered_once() -> None:
    files = {one.name for one in pkgutil.iter_modules(kinds.__path__)} - {"planner"}
    assert {name(way) for way in MODULES} == files
    assert len(MODULES) == len(WAYS) == len(set(files))


def test_every_kind_of_question_has_its_manner() -> None:
    assert set(MANNERS) == set(Kind) - {Kind.OUT_OF_SCOPE}
    assert body.MANNER is MANNERS[Kind.BODY]


@pytest.mark.parametrize("way", MODULES, ids=name)
def test_a_kind_says_what_it_needs_picks_leaves_and_says(way: ModuleType) -> None:
    told = way.__doc__ or ""
    assert all(f"{part}:" in told for part in ("Needs", "Picks", "Silent", "Says"))
    assert "The trap:" in told


@pytest.mark.parametrize(("way", "question"), ASKED, ids=name)
def test_an_example_is_taken_by_its_kind_first(bundled: Assistant, way: ModuleType, question: str) -> None:
    u = bundled.understand(question)
    assert next(one for one in MODULES if one.wants(u)) is way


@pytest.mark.parametrize(("way", "question"), ASKED, ids=name)
def test_an_example_of_another_kind_is_left_to_it(bundled: Assistant, way: ModuleType, question: str) -> None:
    u = bundled.understand(question)
    others = [one for one in MODULES if one not in (way, document) and one.wants(u)]
    assert [name(one) for one in others if way not in (document, library)] == []


def test_wording_takes_what_is_of_no_kind(bundled: Assistant) -> None:
    asked: Query = bundled.understand("湛江的院长年薪怎么定")
    assert text.wants(asked)
    assert bundled.desk.manner(asked) is text.MANNER
