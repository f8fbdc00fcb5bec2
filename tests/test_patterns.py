"""No pattern may take long over any string that can come to it: questions of two thousand characters, lines of a file of
any length. Processor time, so that a busy machine fails nothing."""

from __future__ import annotations

import re

import pytest
from patterns import Site, attacks, sites, worst

QUESTION = 2000  # characters; the longest question taken
LINE = 20_000  # characters of one line of a document; the readers' time limit covers what is longer
MOST = 1.0  # seconds of one processor


@pytest.mark.parametrize(("packages", "size"), [(("corpus",), LINE), (("assistant", "index", "prompts"), QUESTION)])
def test_no_pattern_takes_long_over_any_string(packages, size):
    """Short strings first, so that only what grows is tried at full length."""
    found = sites(*packages)
    assert len(found) > 50
    slow = []
    for site in found:
        took, attack = worst(site, 400, 0.5)
        if size > 400 and 0.001 < took < 0.5:
            took, attack = worst(site, size, MOST)
            if took < MOST:
                continue
        if took >= 0.5:
            slow.append(f"{site.where}: {took:.2f} s, {attack}")
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize("bad", [r"(?:的|的?省)*文", r"(a+)+b", r"(?:版的?|的)*件"])
def test_a_pattern_that_explodes_is_seen(bad):
    assert worst(Site("here", re.compile(bad), True), 400, 0.3)[0] >= 0.3


def test_a_plain_pattern_is_not():
    assert worst(Site("here", re.compile(r"第[一二三]+条|\d{4}年"), True), 20_000, 0.5)[0] < 0.1


def test_what_is_repeated_stands_behind_what_comes_first():
    assert ("ab", "c") in attacks(re.compile(r"ab(?:c|d)*e"))
    assert ("ab", "d") in attacks(re.compile(r"ab(?:c|d)*e"))
