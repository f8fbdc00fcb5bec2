"""Ranking measures against hand-computed cases and against the package they come from."""

import math

import pytest
from evals_fakes import CLAUSES, question

from evals.ranking import evidence_ranks, package_measures, rank_measures
from evals.types import Retrieved


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ((1,), {"recall@1": 1, "recall@5": 1, "rr@10": 1, "ndcg@10": 1}),
        ((3, None), {"recall@1": 0, "recall@5": 1 / 2, "rr@10": 1 / 3, "ndcg@10": 0.5 / (1 + 1 / math.log2(3))}),
        ((7, 2), {"recall@5": 1 / 2, "recall@10": 1, "rr@10": 1 / 2}),
        ((None, None), {"recall@10": 0, "rr@10": 0, "ndcg@10": 0}),
        ((1, 1), {"recall@1": 1, "rr@10": 1, "ndcg@10": 1}),
        ((12,), {"recall@10": 0, "rr@10": 0, "ndcg@10": 0}),
    ],
)
def test_hand_computed(ranks, expected):
    found = rank_measures(ranks)
    assert {key: found[key] for key in expected} == pytest.approx(expected)


@pytest.mark.parametrize("ranks", [(1,), (2, 5), (1, None, 9), (4, 6, 8)])
def test_recall_over_quotes_is_the_packages_where_each_text_holds_one(ranks):
    import ir_measures

    qrels = {"q": {f"t{rank}" if rank else f"missed{i}": 1 for i, rank in enumerate(ranks)}}
    run = {"q": {f"t{rank}": -float(rank) for rank in range(1, 11)}}
    package = ir_measures.calc_aggregate([ir_measures.R @ 5, ir_measures.R @ 10], qrels, run)
    found = rank_measures(ranks)
    assert found["recall@5"] == pytest.approx(package[ir_measures.R @ 5])
    assert found["recall@10"] == pytest.approx(package[ir_measures.R @ 10])


def test_ndcg_of_graded_texts_by_hand():
    found = package_measures({"q": {"a": 2, "b": 1}}, {"q": {"b": 2.0, "a": 1.0}})
    assert found["ndcg@10"] == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert found["rr@10"] == 1


def test_a_quote_counts_at_the_first_text_of_its_notice_that_holds_nine_tenths():
    asked = question("q", "east", 0, "7.5张")
    gold = CLAUSES["east"][0]
    other_notice = Retrieved("west", gold)
    cut = Retrieved("east", gold[: len(gold) // 2])
    whole = Retrieved("east", f"前一句。{gold}后一句。")
    assert evidence_ranks(asked, [other_notice, cut, whole, whole]) == (3,)
    assert evidence_ranks(asked, [other_notice, cut]) == (None,)
