"""Passages are read from their file row by row, as they were written, and none when it is opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.types import Passage, Span
from index.passage_file import NAME, PassageFile, to_plain

PASSAGES = [
    Passage("甲:0-9", "甲", 0, Span(0, 9), "第一条\u2028 “一”\n第二行", "甲 · 一", (Span(0, 4), Span(4, 9)), 7),
    Passage('乙"\\:3-5', '乙"\\', 2, Span(3, 5), "二", "", (Span(3, 5),), 1),
    Passage("丙:0-1", "丙", 0, Span(0, 1), "三", "", (Span(0, 1),), 1),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [json.dumps(to_plain(one), ensure_ascii=False) + "\n" for one in PASSAGES]
    (tmp_path / NAME).write_text("".join(lines), encoding="utf-8", newline="\n")
    return tmp_path


def test_rows_are_what_was_written(folder: Path) -> None:
    held = PassageFile(folder)
    assert len(held) == 3 and list(held) == PASSAGES and held[1:] == PASSAGES[1:]
    assert held[-1] == PASSAGES[-1] and held.ids() == [one.id for one in PASSAGES]
    with pytest.raises(IndexError):
        held[3]


def test_opening_makes_no_passage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.passage_file.from_plain", lambda row: pytest.fail("a passage was made"))
    assert PassageFile(folder).ids() == [one.id for one in PASSAGES]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    assert len(PassageFile(tmp_path)) == 0 and list(PassageFile(tmp_path)) == []
