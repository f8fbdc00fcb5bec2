from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from fakes import made_up_notices, passages_by_line
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import fold
from corpus.tokens import bm25_tokens
from index.errors import StoreError
from index.lexical import K1, B, LexicalIndex, Postings

TEXTS = [p.text for notice in made_up_notices() for p in passages_by_line(notice)]
WORDS = sorted({text[i : i + 3] for text in TEXTS for i in range(len(text) - 2) if text[i : i + 3].isalpha()})


@pytest.mark.parametrize("word", WORDS)
def test_every_text_that_holds_a_word_is_found_for_it(word: str) -> None:
    holding = {row for row, text in enumerate(TEXTS) if fold(word) in fold(text)}
    found = {row for row, _ in LexicalIndex.from_texts(TEXTS).search(word, len(TEXTS))}
    assert holding <= found


def test_full_width_figures_are_found_as_typed_by_anyone() -> None:
    best = LexicalIndex.from_texts(TEXTS).search("2.5倍", 1)[0][0]
    assert "２．５倍" in TEXTS[best]


def test_saved_and_loaded_scores_are_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.from_texts(TEXTS)
    Postings.from_texts(TEXTS).save(tmp_path / "lexical")
    loaded = LexicalIndex([Postings.load(tmp_path / "lexical")])
    for query in ("床位数", "远程会诊 医师", "90%"):
        np.testing.assert_array_equal(loaded.scores(query), index.scores(query))
        assert index.scores(query).max() > 0


def test_nothing_shared_finds_nothing() -> None:
    assert LexicalIndex.from_texts(TEXTS).search("zzz", 5) == []


def test_a_rarer_word_scores_higher() -> None:
    index = LexicalIndex.from_texts(["医院 床位", "医院 采购", "医院 会诊"])
    assert index.search("医院 会诊", 3)[0][0] == 2


def test_mask_is_applied_before_the_limit() -> None:
    index = LexicalIndex.from_texts(["床位床位", "床位", "床位数目"])
    assert [row for row, _ in index.search("床位", 1, np.array([False, False, True]))] == [2]


def test_no_token_at_all_round_trips(tmp_path: Path) -> None:
    Postings.from_texts(["。", "！"]).save(tmp_path / "e")
    assert LexicalIndex([Postings.load(tmp_path / "e")]).search("床位", 3) == []


@pytest.mark.parametrize("victim", ["vocabulary.json", "starts.npy", "rows.npy", "counts.npy", "lengths.npy"])
def test_damage_is_named(victim: str, tmp_path: Path) -> None:
    Postings.from_texts(TEXTS).save(tmp_path / "lexical")
    (tmp_path / "lexical" / victim).write_bytes(b"x")
    with pytest.raises(StoreError, match="词法索引"):
        Postings.load(tmp_path / "lexical")


QUERIES = ("床位数 床位", "远程会诊 医师 每周不少于两天", "90%", "院长年薪不超过几倍")


@pytest.mark.parametrize("query", QUERIES)
def test_scores_agree_with_a_reference(query: str) -> None:
    import bm25s

    model = bm25s.BM25(method="lucene", k1=K1, b=B)
    model.index([bm25_tokens(text) for text in TEXTS], show_progress=False)
    known = [token for token in bm25_tokens(query) if token in model.vocab_dict]
    np.testing.assert_allclose(LexicalIndex.from_texts(TEXTS).scores(query), model.get_scores(known), atol=1e-5)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("border", [0, 1, len(TEXTS) // 2, len(TEXTS)])
def test_two_lists_score_exactly_as_one(query: str, border: int) -> None:
    """Also where a part of the first list is hidden: it counts in no sum."""
    gone = ["床位床位床位数", "院长年薪"]
    parts = [Postings.from_texts(TEXTS[:border] + gone), Postings.from_texts(TEXTS[border:])]
    alive = np.ones(len(TEXTS) + len(gone), dtype=bool)
    alive[border : border + len(gone)] = False
    found = LexicalIndex(parts, alive).scores(query)
    np.testing.assert_array_equal(found[alive], LexicalIndex.from_texts(TEXTS).scores(query))
    assert not found[~alive].any()


@given(st.lists(st.text("床位院长年薪", max_size=8), max_size=6), st.randoms(use_true_random=False))
def test_joined_lists_are_the_list_of_all(texts: list[str], chance: random.Random) -> None:
    """Whatever is left out and in whatever order the rest stands, no text is read again."""
    parts = [texts[: len(texts) // 2], texts[len(texts) // 2 :]]
    kept = [text for text in texts if chance.random() < 0.7]
    kept_rows = list(range(len(kept)))
    chance.shuffle(kept_rows)
    moves, left = [], iter(kept_rows)
    pool = list(kept)
    for part in parts:
        move = []
        for text in part:
            taken = bool(pool) and pool[0] == text
            if taken:
                pool.pop(0)
            move.append(next(left) if taken else -1)
        moves.append(np.array(move, dtype=np.int64))
    ordered = [""] * len(kept)
    for text, row in zip(kept, kept_rows, strict=True):
        ordered[row] = text
    joined = Postings.joined(
        [(Postings.from_texts(part), move) for part, move in zip(parts, moves, strict=True)], len(kept)
    )
    fresh = Postings.from_texts(ordered)
    assert set(joined.vocabulary) == set(fresh.vocabulary)
    for token in fresh.vocabulary:
        for ours, theirs in zip(joined.holding(token), fresh.holding(token), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(joined.lengths, fresh.lengths)
