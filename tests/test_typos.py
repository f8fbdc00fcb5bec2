"""Typing slips put right, and what is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cache import cache_of, drop_from_cache
from corpus.typos import Correction, Speller

TEXTS = [
    "推进紧密型县域医共体建设，落实公立医院院长年薪制和绩效工资总量核定办法。" * 3,
    "三级公立医院建立总会计师制度，取消高值医用耗材加成，完善医保结算。" * 3,
]
SPELLER = Speller(TEXTS, ["医共体", "院长年薪", "牵头部门", "高值医用耗材", "疾控中心"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("这项工作谁负则", "这项工作谁负责"),
        ("院长年新怎么定", "院长年薪怎么定"),
        ("医供体什么时候建成", "医共体什么时候建成"),
        ("三级医院要配总会记师吗", "三级医院要配总会计师吗"),
        ("想评付高要下乡几个月", "想评副高要下乡几个月"),
    ],
)
def test_slips_are_put_right(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed)[0] == meant


@pytest.mark.parametrize(
    "question",
    [
        "院长年薪怎么定",
        "每年新增多少家",
        "高值耗材能不能自己买",
        "门诊能拿多少种药",
        "中医要建几个基地",
        "今天天气怎么样",
        "人工智能怎么收费",
        "按病种付费从哪年开始",
        "互联网诊疗平台谁来管",
    ],
)
def test_ordinary_words_stay(question: str) -> None:
    assert SPELLER.correct(question) == (question, ())


def test_a_correction_says_what_was_typed_and_where() -> None:
    _, slips = SPELLER.correct("医供体谁负则")
    assert slips == (Correction("医供体", "医共体", 0), Correction("谁负则", "谁负责", 3))


def test_protected_ranges_stay() -> None:
    assert SPELLER.correct("医供体谁负责", [(0, 3)])[0] == "医供体谁负责"


@given(st.text(alphabet="院长年新医供体负则谁的多少，。2019年", max_size=24))
def test_length_is_kept(text: str) -> None:
    corrected, slips = SPELLER.correct(text)
    assert len(corrected) == len(text)
    assert all(len(slip.typed) == len(slip.meant) for slip in slips)


def _known(speller: Speller) -> tuple[object, ...]:
    return speller._own, speller._terms, speller._pieces, speller._by_sound


def test_words_kept_in_the_cache_change_nothing_and_are_made_anew_where_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = ["医共体", "院长年薪"]
    first = Speller(TEXTS, terms, tmp_path)
    [kept] = tmp_path.iterdir()
    written = kept.read_bytes()
    with monkeypatch.context() as patch:  # nothing is cut or sounded again
        patch.setattr("corpus.typos._words_of", None)
        patch.setattr("corpus.typos._sounds", None)
        second = Speller(TEXTS, terms, tmp_path)
        part = Speller(TEXTS[:1], terms, tmp_path)
    assert kept.read_bytes() == written
    assert _known(first) == _known(second)
    assert part._own == Speller(TEXTS[:1], terms)._own
    kept.write_bytes(written[:-9])
    assert _known(Speller(TEXTS, terms, tmp_path)) == _known(first)
    assert kept.read_bytes() == written
    assert second.correct("院长年新怎么定")[0] == "院长年薪怎么定"
    Speller([TEXTS[0] + "做好家庭医生签约。"], terms, tmp_path)
    assert kept.read_bytes() != written


def test_words_of_a_removed_notice_are_not_kept(tmp_path: Path) -> None:
    folder = cache_of(tmp_path)
    Speller(TEXTS, ["医共体"], folder)
    assert list(folder.iterdir())
    drop_from_cache(tmp_path, [])
    assert list(folder.iterdir()) == []
