from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


def test_scores_follow_the_paper_with_ranks_from_one() -> None:
    fused = dict(reciprocal_rank_fusion([["a", "b"], ["b"]], k=60))
    assert fused == {"b": pytest.approx(1 / 62 + 1 / 61), "a": pytest.approx(1 / 61)}


@given(RANKINGS, st.randoms())
def test_order_of_the_lists_does_not_matter(rankings: list[list[str]], random: object) -> None:
    shuffled = list(rankings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reciprocal_rank_fusion(shuffled) == reciprocal_rank_fusion(rankings)


@given(RANKINGS)
def test_everything_ranked_is_kept_once_best_first(rankings: list[list[str]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(item for item, _ in fused) == sorted({item for ranking in rankings for item in ranking})
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


def test_equal_scores_are_ordered_by_id() -> None:
    assert [item for item, _ in reciprocal_rank_fusion([["z", "a"], ["a", "z"]])] == ["a", "z"]


def test_a_weight_of_zero_leaves_only_the_other_order() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["b", "a"]], weights=[0, 1])
    assert [item for item, _ in fused] == ["b", "a"]


@pytest.mark.parametrize(("k", "weights"), [(-1, None), (60, [1.0]), (60, [1.0, -1.0])])
def test_nonsense_is_refused(k: int, weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match=r"RRF|weights"):
        reciprocal_rank_fusion([["a"], ["b"]], k=k, weights=weights)
