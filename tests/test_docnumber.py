"""Document numbers: every spelling to one form, and only what is a document number."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.docnumber import canonical_number, find_numbers

CODES = st.sampled_from(["湘政办发", "资府发", "湛府", "国卫医发", "川办发", "粤卫函", "国办发"])
YEARS = st.integers(1990, 2035)
SERIALS = st.integers(1, 9999)
BRACKETS = st.sampled_from(["〔〕", "[]", "【】", "（）", "()", "［］", "﹝﹞", "〈〉"])
LEADS = st.sampled_from(["", "根据", "按照", "请问", "与", "落实", "想问", "关于"])


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)


@given(LEADS, CODES, YEARS, SERIALS, BRACKETS, st.booleans(), st.booleans(), st.booleans())
def test_every_spelling_has_one_form(
    lead: str, code: str, year: int, serial: int, brackets: str, full_width: bool, spaced: bool, padded: bool
) -> None:
    digits = f"{serial:03d}" if padded else str(serial)
    gap = " " if spaced else ""
    typed = f"{code}{gap}{brackets[0]}{year}{brackets[1]}{gap}{digits}{gap}号"
    typed = wide(typed) if full_width else typed
    assert canonical_number(f"{lead}{typed}怎么说") == f"{code}〔{year}〕{serial}号"


@given(CODES, YEARS, SERIALS)
def test_the_canonical_form_is_a_fixed_point_and_its_span_is_itself(code: str, year: int, serial: int) -> None:
    number = f"{code}〔{year}〕{serial}号"
    text = f"按照{number}执行"
    (mention,) = find_numbers(text)
    assert (mention.canonical, mention.year, mention.serial) == (number, year, serial)
    assert mention.span.of(text) == number
    assert canonical_number(mention.canonical or "") == number


@pytest.mark.parametrize(
    "typed",
    ["湘政办发2023年44号", "湘政办发2023 44号", "湘政办发(2023)第44号", "湘政办发〔2023年〕44号"],
)
def test_numbers_typed_without_proper_brackets(typed: str) -> None:
    assert canonical_number(typed) == "湘政办发〔2023〕44号"


@pytest.mark.parametrize("text", ["44号文", "第44号文件", "44号令怎么说", "2023年44号文"])
def test_a_bare_number_keeps_only_its_serial(text: str) -> None:
    (mention,) = find_numbers(text)
    assert (mention.canonical, mention.serial) == (None, 44)
    assert canonical_number(text) is None


@pytest.mark.parametrize("text", ["44号院", "3号病房", "地铁13号线", "2号楼", "医改办通知", "2023年44个县", ""])
def test_other_numbers_are_not_document_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_several_in_one_sentence_keep_their_order_and_do_not_overlap() -> None:
    text = "国办发〔2021〕18号、国卫医发[2020]3号和国务院令第680号，以及湛府(2019)13号"
    found = find_numbers(text)
    assert [m.canonical for m in found] == [
        "国办发〔2021〕18号", "国卫医发〔2020〕3号", "国务院令第680号", "湛府〔2019〕13号",
    ]  # fmt: skip
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
