"""Bigrams for BM25 and token counts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import bm25_tokens, count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("紧密型医共体", ["紧密", "密型", "型医", "医共", "共体"]),
        ("到２０２５年底，80％的县", ["到", "2025", "年底", "80%", "的县"]),
        ("DRGs付费1,200元", ["drgs", "付费", "1200", "元"]),
        ("增长2.5%以下", ["增长", "2.5%", "以下"]),
        ("5G和ICU", ["5g", "和", "icu"]),
        ("", []),
        ("，。、", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert bm25_tokens(text) == tokens


@given(st.text(alphabet="医改年0123456789.％%，。aBｃ 　", max_size=40))
def test_width_and_case_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)
    assert bm25_tokens(wide.upper()) == bm25_tokens(text.lower())


def test_count_tokens_measures_chinese_policy_text() -> None:
    text = "推进紧密型县域医共体建设" * 20
    assert 0.4 < count_tokens(text) / len(text) < 1.0
    assert count_tokens(text, "cl100k_base") > count_tokens(text)
    assert count_tokens("") == 0


def test_special_token_text_is_counted_as_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_tables_come_from_the_wheel_without_network() -> None:
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise OSError('no network in this test')\n"
        "socket.socket.connect = refuse\n"
        "from corpus.tokens import count_tokens\n"
        "assert count_tokens('医改') > 0\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "TIKTOKEN_CACHE_DIR"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
