"""How people ask, as data: every entry of the lexicon holds in its examples and not in its look-alikes."""

from __future__ import annotations

import pytest

from corpus.numerals import find_values
from corpus.wording import Words, lexicon, wording
from corpus.wordlists import Measure, measures


@pytest.mark.parametrize("entry", lexicon().values(), ids=str)
def test_examples_and_look_alikes(entry: Words) -> None:
    assert entry.means
    assert entry.yes
    assert entry.no
    assert [text for text in entry.yes if not entry.in_(text)] == []
    assert [text for text in entry.no if entry.in_(text)] == []


@pytest.mark.parametrize("entry", lexicon().values(), ids=str)
def test_no_word_stands_twice_or_is_hidden_by_its_own_exceptions(entry: Words) -> None:
    assert len(set(entry.words)) == len(entry.words)
    assert not set(entry.words) & set(entry.but)


def test_where_words_stand() -> None:
    confirm = wording("confirm")
    assert confirm.ends("比例是3%对吧？") == 5
    assert confirm.ends("比例是多少") == 5
    assert wording("ask_open").without("补多少") == "补"


@pytest.mark.parametrize("entry", measures().values(), ids=lambda entry: entry.name)
def test_measure_words_stand_behind_their_figures_only(entry: Measure) -> None:
    assert entry.yes
    assert entry.no
    for text in entry.yes:
        assert {value.unit for value in find_values(text)} & entry.units, text
    for text in entry.no:
        assert not {value.unit for value in find_values(text)} & entry.units, text
