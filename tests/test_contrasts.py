"""The contrast lexicon holds its own examples: every set tells its yes apart and is silent on its look-alike."""

from __future__ import annotations

import pytest

from corpus.contrasts import conflicts, contrast_sets

SETS = contrast_sets()


@pytest.mark.parametrize("entry", SETS, ids=[s.name for s in SETS])
def test_each_set_tells_its_examples_apart_and_not_the_look_alike(entry):
    assert entry.yes
    assert entry.no
    for claim, source in entry.yes:
        assert entry.name in {c.name for c in conflicts(claim, source)}, (claim, source)
    for claim, source in entry.no:
        assert entry.name not in {c.name for c in conflicts(claim, source)}, (claim, source)


def test_names_are_unique():
    assert len({s.name for s in SETS}) == len(SETS)


def test_passing_over_sets_by_their_stems_loses_no_mention():
    for entry in SETS:
        for text in (t for pair in (*entry.yes, *entry.no) for t in pair):
            if any(True for _ in entry.found(text)):
                assert any(stem in text for stem in entry.stems), (entry.name, text)
