"""Blocks of any sort for property tests: words full of signs, emphasis and markers anywhere, rows as long as their head."""

from __future__ import annotations

from hypothesis import strategies as st

from assistant.blocks import Listing, Marker, Paragraph, Table, Text, runs

WORDS = st.text(alphabet=st.sampled_from(list("<>&\"'`*[]|-:1. 甲\n${}/scriptonerror=")), min_size=1, max_size=40)
RUNS = st.lists(st.builds(Text, WORDS, st.booleans()) | st.builds(Marker, st.integers(1, 3)), max_size=5).map(runs)
ROWS = st.integers(1, 3).flatmap(lambda wide: st.lists(st.tuples(*[RUNS] * wide), min_size=1, max_size=3))
BLOCKS = st.lists(
    st.builds(Paragraph, RUNS)
    | st.builds(Listing, st.lists(RUNS, max_size=3).map(tuple))
    | ROWS.map(lambda rows: Table(rows[0], tuple(rows[1:]))),
    max_size=4,
).map(tuple)
