"""A file twice as long takes twice as long: whatever repeats in it, reading, relations and passages are linear. Processor
time of this thread alone and the ratio of the shortest of several readings, without the collector of garbage, which walks
whatever earlier tests left: so a busy machine fails nothing. Each case once made reading a matter of minutes."""

from __future__ import annotations

import contextlib
import gc
import time

import pytest

from corpus.document import read_document
from corpus.errors import ReadError
from corpus.readers import File

HEAD = "某市人民政府关于印发某市医疗方案的通知\n某府发〔2024〕3号\n各县人民政府：\n"
TAIL = "\n某市人民政府\n2024年3月1日\n"
MOST = 3.0
QUIET = 0.25  # seconds; what is shorter says nothing of growth


def _page(body: str) -> bytes:
    return f"<html><body><h1>某市关于某事的通知</h1>{body}</body></html>".encode()


def _text(middle: str) -> bytes:
    return f"{HEAD}{middle}{TAIL}".encode()


CASES = {
    "a list of a page": ("a.html", 1000, lambda n: _page(
        "<ol>" + "".join(f"<li>第{i}项工作由市卫健委负责。</li>" for i in range(n)) + "</ol>")),
    "lists in lists": ("a.html", 60, lambda n: _page("<ol><li>某项工作。" * n + "</li></ol>" * n)),
    "blocks in blocks": ("a.html", 90, lambda n: _page("<div>某层的文字有一句话。" * n + "</div>" * n)),
    "deep blocks": ("a.html", 1500, lambda n: _page("<div>某层的文字有一句话。" * n + "</div>" * n)),
    "the same line again": ("a.html", 500, lambda n: _page("<div><p>做好医疗保障工作，落实各项任务。</p></div>" * n)),
    "merged cells": ("a.html", 60, lambda n: _page(
        "<table>" + ("<tr>" + "<td rowspan=50 colspan=50>甲</td>" * 20 + "</tr>") * n + "</table>")),
    "items": ("a.txt", 1500, lambda n: _text("".join(f"{i}.做好第{i}项工作。\n" for i in range(1, n)))),
    "items in one line": ("a.txt", 2500, lambda n: _text("".join(f"{i}.做好工作某事。" for i in range(n)))),
    "short lines": ("a.txt", 5000, lambda n: _text("甲\n" * n)),
    "letters": ("a.txt", 20_000, lambda n: _text("Aa" * n)),
    "marks that match nothing": ("a.txt", 8000, lambda n: _text("(甲）" * n)),
    "openers": ("a.txt", 20_000, lambda n: _text("（" * n)),
    "numbers cited": ("a.txt", 4000, lambda n: _text("".join(f"某府发〔2020〕{i}号、" for i in range(n)))),
    "titles cited": ("a.txt", 3000, lambda n: _text("".join(f"《某市第{i}号办法》、" for i in range(n)))),
    "percentages": ("a.txt", 8000, lambda n: _text("百分之" * n)),
    "years": ("a.txt", 8000, lambda n: _text("2024年上半年、" * n)),
    "places": ("a.txt", 3000, lambda n: _text("湖南省长沙市岳麓区" * n)),
    "bodies": ("a.txt", 3000, lambda n: _text("某市人民政府办公室" * n)),
    "digits": ("a.txt", 30_000, lambda n: _text("1" * n)),
    "rows": ("a.txt", 2000, lambda n: _text("".join(f"{i}\t任务{i}\t市卫健委\n" for i in range(n)))),
    "marks of Markdown": ("a.md", 4000, lambda n: _text("**粗" * n + "\n" + "[甲](" * n)),
}  # fmt: skip


def _seconds(name: str, content: bytes) -> float:
    gc.collect()
    gc.disable()
    try:
        begun = time.thread_time()
        with contextlib.suppress(ReadError):
            read_document(File(name, content))
        return time.thread_time() - begun
    finally:
        gc.enable()


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Word lists and tables are read before anything is measured."""
    _seconds("a.txt", _text("一、做好工作。"))
    _seconds("a.html", _page("<p>做好医疗保障工作，落实各项任务。</p>"))


@pytest.mark.parametrize("case", CASES)
def test_twice_as_long_takes_twice_as_long(case):
    name, size, make = CASES[case]
    single = double = float("inf")
    for _ in range(8):
        double = min(double, _seconds(name, make(2 * size)))
        assert double < 20, "out of all proportion"
        if double < QUIET:
            return
        single = min(single, _seconds(name, make(size)))
        if double <= MOST * single:
            return
    pytest.fail(f"{case}: {double:.2f} s, {single:.2f} s half as long")


def test_a_hundred_thousand_references_are_read_in_seconds():
    text = _text("根据" + "".join(f"某府发〔2020〕{i}号、" for i in range(50_000)) + "制定。")
    assert _seconds("a.txt", text) < 60
