"""Folding, brackets, sentences and clauses."""

from __future__ import annotations

import doctest
import importlib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.text import bracket_pairs, clause_spans, fold, fold_with_offsets, may_cut, sentence_spans
from corpus.types import Span

POLICY_TEXT = st.text(
    alphabet='甲乙丙市局负责牵头。！？；，、（）()〔〕《》“”"\n 0123456789.%％年月日aB，', max_size=120
)


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湘政办发〔2023〕44号", "湘政办发[２０２３]44号"),
        ("“互联网+”", '"互联网＋"'),
        ("2016—2020年", "2016-2020年"),
        ("DRGs 付费", "drgs付费"),
        ("按、病种，分 值", "按、病种,分值"),
    ],
)
def test_fold_makes_spellings_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_different_things_apart() -> None:
    assert len({fold(text) for text in ("2.5%", "25%", "25", "《甲》", "(甲)", "甲、乙", "甲乙")}) == 7


@given(st.text(max_size=80))
def test_fold_offsets_are_monotone_and_point_at_the_source(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)
    assert all(char in fold(text[offset]) for char, offset in zip(folded, offsets, strict=True))


@given(st.text(alphabet="ＡＢａｂ１２％（）〔〕　 中文，,“”", max_size=40))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unicodedata.normalize("NFKC", fold(text)) == fold(text)


@settings(deadline=None)
@given(POLICY_TEXT, st.data())
def test_sentences_and_clauses_tile_any_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    for cut in (sentence_spans, clause_spans):
        spans = cut(text, span)
        assert all(len(one) > 0 for one in spans)
        assert "".join(one.of(text) for one in spans) == span.of(text)
        assert [one.start for one in spans[1:]] == [one.end for one in spans[:-1]]


@settings(deadline=None)
@given(POLICY_TEXT)
def test_clauses_never_cut_a_bracket_or_a_number(text: str) -> None:
    pairs = bracket_pairs(text)
    for clause in clause_spans(text):
        assert not any(pair.start < clause.end < pair.end for pair in pairs)
        if clause.end < len(text):
            assert not (text[clause.end - 1].isdigit() and text[clause.end].isdigit())


def test_responsibility_bracket_stays_with_its_sentence_even_on_the_next_line() -> None:
    assert sentences("甲做事。〔市局负责〕\n2.乙。") == ["甲做事。〔市局负责〕\n", "2.乙。"]
    assert sentences("甲做事。\n〔市局、省厅负责〕\n2.乙。") == ["甲做事。\n〔市局、省厅负责〕\n", "2.乙。"]
    assert sentences("甲做事。\n（一）乙做事。") == ["甲做事。\n", "（一）乙做事。"]


def test_full_stop_inside_a_bracket_or_quote_does_not_end_the_sentence() -> None:
    assert sentences("甲（乙。丙负责）丁。戊。") == ["甲（乙。丙负责）丁。", "戊。"]
    assert sentences("他说“好。快。”然后走。") == ["他说“好。快。”", "然后走。"]
    assert sentences("做到“好。”的要求。完。") == ["做到“好。”的要求。", "完。"]


def test_unmatched_bracket_swallows_no_sentences() -> None:
    assert sentences("甲（乙。丙。\n丁。") == ["甲（乙。", "丙。\n", "丁。"]


def test_gap_marker_is_a_sentence_of_its_own() -> None:
    assert sentences("甲。【采集文本此处缺3句】乙。") == ["甲。", "【采集文本此处缺3句】", "乙。"]
    assert sentences("甲。【采集文本此处缺3句】（省厅负责）\n乙。") == [
        "甲。",
        "【采集文本此处缺3句】",
        "（省厅负责）\n",
        "乙。",
    ]


@pytest.mark.parametrize(
    "atom", ["2.5%", "1,200", "2025年6月30日", "12月31日", "80%", "《甲，乙》", "（甲，乙）", "“甲，乙”"]
)
def test_may_cut_refuses_every_place_inside_an_atom(atom: str) -> None:
    text = f"到{atom}为止"
    inside = range(2, 1 + len(atom))
    assert not any(may_cut(text, position) for position in inside)
    assert may_cut(text, 1) and may_cut(text, 1 + len(atom))


@pytest.mark.parametrize("name", ["text", "tokens", "numbering", "bodies"])
def test_examples_in_docstrings_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"corpus.{name}"))
    assert result.attempted > 0 and result.failed == 0


def test_brackets_match_across_widths_but_not_across_lines() -> None:
    assert bracket_pairs("（甲)") == [Span(0, 3)]
    assert bracket_pairs("（甲\n）") == []
