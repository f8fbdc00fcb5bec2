from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import made_up_notices, passages_by_line

from corpus.text import fold
from index.errors import StoreError
from index.lexical import LexicalIndex

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
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical")
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
    LexicalIndex.from_texts(["。", "！"]).save(tmp_path / "e")
    assert LexicalIndex.load(tmp_path / "e").search("床位", 3) == []


def test_damage_is_named(tmp_path: Path) -> None:
    LexicalIndex.from_texts(TEXTS).save(tmp_path / "lexical")
    next((tmp_path / "lexical").glob("*.npy")).write_bytes(b"x")
    with pytest.raises(StoreError, match="词法索引"):
        LexicalIndex.load(tmp_path / "lexical")
