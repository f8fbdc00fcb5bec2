"""A stream means the same however it is cut into pieces; reasoning never comes through."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.stream import ReasoningFilter, SentenceReader, Written, read_sentence, usually_reasons

TEXT = (
    "到2025年底，覆盖率达2.5%[1]。“先行先试。”的做法不变[2][3]！\n主要措施：\n- 建设中心[1,2]。\n2. **加强**培训。[4]\n"
    "《通知（一。二）》照办[5]。没有标注"
)
SENTENCES = [
    ("到2025年底，覆盖率达2.5%。", (1,), False),
    ("“先行先试。”的做法不变！", (2, 3), False),
    ("主要措施：", (), False),
    ("建设中心。", (1, 2), True),
    ("加强培训。", (4,), True),
    ("《通知（一。二）》照办。", (5,), False),
    ("没有标注", (), False),
]


def read(pieces: list[str]) -> list[Written]:
    reader, found = SentenceReader(), []
    for piece in pieces:
        found += reader.feed(piece)
    return found + reader.end()


def cut(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(p % (len(text) + 1) for p in places)})
    return [text[a:b] for a, b in pairwise(edges)]


@given(st.lists(st.integers(0, 500), max_size=30))
def test_sentences_do_not_depend_on_the_pieces(places):
    assert [(w.text, w.markers, w.item) for w in read(cut(TEXT, places))] == SENTENCES


THOUGHTS = "<think>先看[1]，大概九成。</think>覆盖率<3%[1]。<Thinking>再想</Thinking>完。<think>没说完"


@given(st.lists(st.integers(0, 500), max_size=30))
def test_reasoning_does_not_come_through_however_cut(places):
    thoughts = ReasoningFilter()
    out = "".join(thoughts.feed(piece) for piece in cut(THOUGHTS, places)) + thoughts.end()
    assert out == "覆盖率<3%[1]。完。"


def test_a_marked_sentence_does_not_wait_for_the_next():
    reader = SentenceReader()
    assert reader.feed("建成80%[1]") == []
    assert [w.markers for w in reader.feed("。")] == [(1,)]


def test_a_marker_behind_the_stop_still_belongs_to_the_sentence():
    reader = SentenceReader()
    assert reader.feed("建成80%。") == []
    assert reader.feed("[") == []
    assert [(w.text, w.markers) for w in reader.feed("2]下")] == [("建成80%。", (2,))]


def test_an_unopened_close_discards_what_came_before():
    thoughts = ReasoningFilter()
    assert thoughts.feed("我想想，") == "我想想，"
    assert thoughts.feed("九成。</think>八成") == "八成"
    assert thoughts.orphan_close


def test_a_model_that_thinks_aloud_is_held_until_the_reasoning_ends():
    held = ReasoningFilter(hold=True)
    assert held.feed("九成[1]。") == ""
    assert held.feed("</think>八成") == "八成"
    separate = ReasoningFilter(hold=True)
    separate.separated()
    assert separate.feed("八成[1]。") == "八成[1]。"
    silent = ReasoningFilter(hold=True)
    assert silent.feed("八成[1]。") == ""
    assert silent.end() == "八成[1]。"


@pytest.mark.parametrize(
    ("raw", "markers"),
    [
        ("甲［1］。", (1,)),
        ("甲【2】。", (2,)),
        ("甲[1, 3]。", (1, 3)),
        ("甲[1-3]。", (1, 2, 3)),
        ("甲[^4]。", (4,)),
        ("甲[段落5]。", (5,)),
        ("甲〔2023〕44号。", ()),
    ],
)
def test_markers_are_read_in_the_ways_models_write_them(raw, markers):
    assert read_sentence(raw).markers == markers


def test_parts_keep_their_own_markers():
    written = read_sentence("甲地80%[1]，乙地60%[2][3]，以上。")
    assert written.segments == (("甲地80%", (1,)), ("，乙地60%，以上。", (2, 3)))
    assert read_sentence("[1]。") is None


@pytest.mark.parametrize(
    ("model", "reasons"),
    [("deepseek-r1:7b", True), ("Qwen3-30B-A3B-Thinking-2507", True), ("QwQ-32B", True), ("deepseek-reasoner", True),
     ("deepseek-chat", False), ("qwen2.5:7b", False), ("gpt-4o", False), ("llama3.1", False)],
)  # fmt: skip
def test_models_that_think_aloud_are_known_by_name(model, reasons):
    assert usually_reasons(model) is reasons
