"""Words that count as one: every group holds in its examples, and not in its look-alikes."""

from __future__ import annotations

import pytest

from assistant.verification.organs import bodies_in
from corpus.alike import Alike, alike_units, department_names, groups
from corpus.numerals import find_values


def unit(text: str) -> str:
    return find_values(text)[-1].unit


@pytest.mark.parametrize("group", groups("units"), ids=lambda group: group.means)
def test_measure_words(group: Alike) -> None:
    assert group.yes
    assert group.no
    for one, other in group.yes:
        assert {unit(one), unit(other)} <= set(group.words), (one, other)
        assert alike_units(unit(one), unit(other)), (one, other)
    for one, other in group.no:
        assert unit(one) in group.words
        assert unit(other)
        assert not alike_units(unit(one), unit(other)), (one, other)


@pytest.mark.parametrize("group", groups("departments"), ids=lambda group: group.means)
def test_departments(group: Alike) -> None:
    assert group.yes
    assert group.no
    for one, other in group.yes:
        assert bodies_in(one) == bodies_in(other) == {group.words[0]}, (one, other)
    for one, other in group.no:
        assert bodies_in(one) != bodies_in(other), (one, other)


def test_a_name_means_one_department() -> None:
    listed = [word for group in groups("departments") for word in group.words]
    assert len(listed) == len(set(listed)) == len(department_names())
