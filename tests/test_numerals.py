"""Figures: one value for every spelling, and no figure inside a word."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import canonical_values, chinese_number, find_values

DIGITS = "零一二三四五六七八九"


def spelled(number: int) -> str:
    """A whole number below ten thousand as it is read aloud."""
    if number < 10:
        return DIGITS[number]
    parts, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            parts += ("零" if zero and parts else "") + DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return parts[1:] if 10 <= number < 20 else parts


@given(st.integers(10, 9999))
def test_a_number_read_aloud_equals_its_digits(number: int) -> None:
    assert chinese_number(spelled(number)) == Decimal(number)
    assert canonical_values(f"新增{spelled(number)}张床位") == canonical_values(f"新增{number}张床位") == {str(number)}


@given(st.integers(1, 100))
def test_percent_signs_and_words_agree(share: int) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(share))
    spellings = [f"{share}%", f"{share} %", f"{wide}％", f"百分之{share}", f"百分之{spelled(share)}"]
    assert {canonical_values(f"达到{s}以上") for s in spellings} == {frozenset({f"{share}%"})}


@given(st.integers(0, 9999), st.integers(1, 99))
def test_decimals_are_kept_whole_and_scaled_exactly(whole: int, hundredths: int) -> None:
    text = f"{whole}.{hundredths:02d}"
    assert canonical_values(f"每千人{text}张") == {format(Decimal(text).normalize(), "f")}
    assert canonical_values(f"补助{text}万元") == {format((Decimal(text) * 10000).normalize(), "f")}


@given(st.text(alphabet="零一二三十百千万亿分之点成半%％‰0123456789.,个年级张倍元甲乙的，。医院", max_size=24))
def test_spans_are_in_order_and_hold_the_text(text: str) -> None:
    values = find_values(text)
    assert all(v.span.of(text) == v.text for v in values)
    assert all(a.span.end <= b.span.start for a, b in pairwise(values))


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (("七成", "70%", "百分之七十"), "70%"),
        (("七成五", "75%"), "75%"),
        (("1.5万元", "15000元", "一万五千元", "15,000元"), "15000"),
        (("三分之二",), "2/3"),
        (("5‰", "千分之五"), "5‰"),
        (("二〇二五年", "二○二五年", "2025年", "２０２５年"), "2025"),
        (("两倍", "2倍"), "2"),
        (("一千二百人", "1200人", "1,200人"), "1200"),
        (("0.5个百分点",), "0.5个百分点"),
    ],
)
def test_spellings_of_one_value(spellings: tuple[str, ...], canonical: str) -> None:
    assert {canonical_values(s) for s in spellings} == {frozenset({canonical})}


@pytest.mark.parametrize(
    "text", ["统一管理", "十四五规划", "“十三五”期间", "一体化", "万众一心", "二三级医院", "三五个人"]
)
def test_numerals_inside_words_are_no_figures(text: str) -> None:
    assert canonical_values(text) == frozenset()


def test_a_share_and_points_of_a_share_differ() -> None:
    assert canonical_values("提高5个百分点") != canonical_values("提高5%")


@pytest.mark.parametrize("text", ["十百", "点", "万亿亿", "abc", "一点点"])
def test_what_is_no_numeral_is_none_or_a_number_and_never_a_crash(text: str) -> None:
    assert chinese_number(text) is None or chinese_number(text) >= 0  # type: ignore[operator]


def test_the_unit_is_the_measure_word_behind() -> None:
    units = {v.canonical: v.unit for v in find_values("三甲医院2家，每万人3.5名，不超过2.5倍，12个月内")}
    assert units == {"3": "甲", "2": "家", "3.5": "名", "2.5": "倍", "12": "个月"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("增加零点五个百分点", {"0.5个百分点"}),
        ("提高五个百分点", {"5个百分点"}),
        ("每家补助13万2千元", {"132000"}),
        ("补助2亿3千万元", {"230000000"}),
        ("村卫生室每家补助伍仟元整", {"5000"}),
        ("叁万伍仟元", {"35000"}),
        ("一百九十万零三千九百七十一元", {"1903971"}),
        ("提高5～10个百分点", {"5个百分点", "10个百分点"}),
        ("奖励20万元—30万元", {"200000", "300000"}),
        ("奖励20—30万元", {"200000", "300000"}),
        ("比例为40%～60%", {"40%", "60%"}),
        ("报销3至5%", {"3%", "5%"}),
        ("一点五倍", {"1.5"}),
        ("3千万元", {"30000000"}),
        ("每县补助三四十万元", set()),  # said loosely
        ("下午三点五十分", {"50"}),
        ("2019—2021年", {"2019", "2021"}),
    ],
)
def test_amounts_as_money_is_written(text: str, values: set[str]) -> None:
    assert canonical_values(text) == values
