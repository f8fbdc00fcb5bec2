"""Numbering marks at the start of a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numbering import chinese_ordinal, parse_mark, with_ordinal


@pytest.mark.parametrize(
    ("line", "style", "ordinal", "text"),
    [
        ("一、总体要求", "han", 1, "一、"),
        ("十二、附则", "han", 12, "十二、"),
        ("（二十七）监测", "han_paren", 27, "（二十七）"),
        ("(三)公共卫生", "han_paren", 3, "(三)"),
        ("1.完善机制", "digit", 1, "1."),
        ("33．提高", "digit", 33, "33．"),
        ("2、加强", "digit", 2, "2、"),
        ("（1）甲", "digit_paren", 1, "（1）"),
        ("3）甲", "digit_half", 3, "3）"),
        ("③甲", "circled", 3, "③"),
        ("第三章总则", "chapter", 3, "第三章"),
        ("第一百零二条规范行为", "article", 102, "第一百零二条"),
        ("第十节甲", "section", 10, "第十节"),
    ],
)
def test_marks(line: str, style: str, ordinal: int, text: str) -> None:
    mark = parse_mark(line)
    assert mark is not None
    assert (mark.style, mark.ordinal, mark.text) == (style, ordinal, text)


@pytest.mark.parametrize(
    "line",
    [
        "2017年，全市启动",
        "1.5张床位",
        "10.2%的机构",
        "三、四级手术占比",
        "一、二级医疗机构",
        "第三条规定的情形",
        "第三条、第四条",
        "（含中医医院）",
        "（2019年）",
        "一是加强",
        "100家医院",
        "",
    ],
)
def test_lines_that_only_look_numbered(line: str) -> None:
    assert parse_mark(line) is None


@given(st.integers(1, 99))
def test_chinese_ordinals_read_back(number: int) -> None:
    mark = parse_mark(f"（{chinese_ordinal(number)}）甲")
    assert mark is not None and mark.ordinal == number
    assert with_ordinal(mark, number % 99 + 1) == f"（{chinese_ordinal(number % 99 + 1)}）"


def test_with_ordinal_keeps_the_way_of_writing() -> None:
    for text, expected in (("1．甲", "7．"), ("(二)甲", "(七)"), ("第三条甲", "第七条"), ("②甲", "⑦")):
        mark = parse_mark(text)
        assert mark is not None and with_ordinal(mark, 7) == expected
