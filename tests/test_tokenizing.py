"""Texts are cut the same with few pieces as with all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import bundled
from index.tokenizing import PROMPTS, Tokenizing

TOKENIZING = Tokenizing(bundled.ensure_encoder())
MARKS = "，。、；：“”‘’（）《》〔〕【】—…·％～ 　①㈠Ⅱ０９2024.5%/-+=[]()#\n\t"


def _whole(text: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    found = TOKENIZING._whole.encode(text, add_special_tokens=False)
    return tuple(found.ids), tuple(found.offsets)


@given(
    prompt=st.sampled_from(["", *PROMPTS]),
    body=st.text(st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.sampled_from(MARKS))),
)
@settings(max_examples=300, deadline=None)
def test_a_chinese_text_is_cut_the_same_with_few_pieces(prompt: str, body: str) -> None:
    assert TOKENIZING.pieces(prompt + body) == _whole(prompt + body)


@pytest.mark.parametrize(
    "text", ["DRG付费", "CT检查㎡", "Қазақстан", "お知らせ", "query: passage: 甲", "甲 query: 乙", "👨‍👩‍👧", ""]
)
def test_any_other_text_is_cut_with_all(text: str) -> None:
    assert TOKENIZING.pieces(text) == _whole(text)


def test_chinese_texts_need_no_more_than_the_few() -> None:
    for text in (
        "query: 院长年薪怎么定？",
        "passage: （一）到2025年，住院费用占比达到70%以上；《办法》第十二条。",
        "　第一章　总则",
    ):
        body = text.removeprefix(PROMPTS[0]).removeprefix(PROMPTS[1])
        assert TOKENIZING._covered.issuperset(body)
    assert len(TOKENIZING._names) < 30_000
