"""Numbering marks at the start of a line."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.counting import marks_of
from corpus.numbering import candidates, chinese_ordinal, parse_mark, with_ordinal
from corpus.wordlists import LEXICON, wordlist


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


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads((LEXICON / "numbering.toml").read_text(encoding="utf-8"))["style"]
    return entries


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["name"])
def test_every_example_of_the_numbering_file(entry: dict[str, Any]) -> None:
    assert entry["yes"] and entry["no"]
    for line, ordinal, text in entry["yes"]:
        [mark] = [one for one in candidates(line) if one.style == entry["name"]]
        assert (mark.ordinal, mark.text) == (ordinal, text)
        assert mark.sure is not bool(entry.get("counted"))
    for line in entry["no"]:
        mark_of_line = parse_mark(line)
        assert mark_of_line is None or mark_of_line.style != entry["name"], line


@pytest.mark.parametrize("name", ["defines", "asserts"])
def test_every_example_of_the_word_lists(name: str) -> None:
    entry = wordlist(name)
    assert entry.yes and entry.no
    assert [line for line in entry.yes if not entry.holds(line)] == []
    assert [line for line in entry.no if entry.holds(line)] == []


@pytest.mark.parametrize(
    ("lines", "items"),
    [
        (["六、甲", "七、二级医院可以申请。", "八、乙"], "六、 七、 八、"),
        (["二、甲", "三、四级手术占比提高。", "三、乙"], "二、  三、"),
        (["第二条 甲。", "第九条 所列情形。", "第三条 乙。"], "第二条  第三条"),
        (["第二条 甲。", "第十一条 乙。", "第二十条 丙。"], "第二条 第十一条 第二十条"),
        (["第四条 甲。", "第四条之一 乙。", "第四条之二 丙。", "第五条 丁。"], "第四条 第四条之一 第四条之二 第五条"),
        (["第二十五条 甲。", "第二十六条第一类对象每月补助。", "第二十七条 乙。"], "第二十五条 第二十六条 第二十七条"),
        (["1 总则", "1.1 范围", "本标准适用。", "1.2 组织", "1.2.1 每院一名。", "2 附则"], "1 1.1  1.2 1.2.1 2"),
        (["1 总则", "1.1 范围", "2 要求", "1.1的要求适用。"], "1 1.1 2 "),
        (["1.80周岁以上的；", "2.独居的。"], "1. 2."),
        (["A. 甲", "B. 乙"], "A. B."),
        (["A. 甲", "C. 乙"], " "),
        (["3.1万元", "4.2万元"], " "),
    ],
)
def test_the_count_decides_what_one_line_cannot(lines: list[str], items: str) -> None:
    assert [mark.text if mark else "" for mark in marks_of(lines)] == items.split(" ")


@given(st.integers(1, 99))
def test_chinese_ordinals_read_back(number: int) -> None:
    mark = parse_mark(f"（{chinese_ordinal(number)}）甲")
    assert mark is not None and mark.ordinal == number
    assert with_ordinal(mark, number % 99 + 1) == f"（{chinese_ordinal(number % 99 + 1)}）"


def test_with_ordinal_keeps_the_way_of_writing() -> None:
    for text, expected in (("1．甲", "7．"), ("(二)甲", "(七)"), ("第三条甲", "第七条"), ("②甲", "⑦")):
        mark = parse_mark(text)
        assert mark is not None and with_ordinal(mark, 7) == expected
