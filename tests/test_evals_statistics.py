"""Intervals: right on cases with a known answer, reproducible, and honest about small samples."""

import numpy as np
import pytest

from evals import statistics
from evals.statistics import bootstrap, paired_bootstrap


def test_interval_of_a_share_is_close_to_the_normal_one():
    values = [1.0] * 70 + [0.0] * 30
    found = bootstrap(values)
    half = 1.96 * np.sqrt(0.7 * 0.3 / 100)
    assert found.value == pytest.approx(0.7)
    assert found.low == pytest.approx(0.7 - half, abs=0.015)
    assert found.high == pytest.approx(0.7 + half, abs=0.015)
    assert bootstrap(values) == found
    assert bootstrap([0.1 * i for i in range(30)], seed=1) != bootstrap([0.1 * i for i in range(30)], seed=2)
    assert bootstrap([]) is None


def test_refusal_measures_by_hand():
    # predicted, actual: 2 right, 1 wrong, 1 missed, 1 rightly answered
    rows = [(1, 1), (1, 1), (1, 0), (0, 1), (0, 0)]
    assert bootstrap(rows, statistics.refusal_precision).value == pytest.approx(2 / 3)
    assert bootstrap(rows, statistics.refusal_recall).value == pytest.approx(2 / 3)
    assert bootstrap(rows, statistics.refusal_f1).value == pytest.approx(2 / 3)
    never = [(0, 1), (0, 0)]
    assert bootstrap(never, statistics.refusal_precision).value == 0
    assert bootstrap(never, statistics.refusal_f1).value == 0


def test_percentiles():
    assert bootstrap([1, 2, 3, 4, 100], statistics.percentile_of(50)).value == 3
    assert bootstrap(list(range(101)), statistics.percentile_of(95)).value == 95


def test_pairing_sees_a_small_steady_gain_that_two_intervals_hide():
    rng = np.random.default_rng(0)
    before = rng.uniform(0, 1, 200)
    after = before + 0.02
    alone = bootstrap(list(before)), bootstrap(list(after))
    assert alone[0].high > alone[1].low
    difference = paired_bootstrap(list(before), list(after))
    assert difference.value == pytest.approx(0.02)
    assert difference.excludes_zero


def test_no_difference_includes_zero_and_unequal_sides_are_refused():
    same = [0.0, 1.0, 1.0, 0.0]
    assert not paired_bootstrap(same, same).excludes_zero
    assert paired_bootstrap([], []) is None
    with pytest.raises(ValueError, match="3 题对 4 题"):
        paired_bootstrap(same[:3], same)
