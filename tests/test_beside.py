"""Figures of several places are laid beside each other only where each states one of the kind that is asked."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.beside import figures_beside
from assistant.answering.draft import Statement, Support
from assistant.query.read import understand
from assistant.retrieval.matching import Weights
from corpus.library import load_corpus
from corpus.types import Span

NOTICES = load_corpus().notices
QUESTION = "资阳和湛江老年科床位占比各要多少"


def line(*cells: str) -> str | None:
    names = ("四川省资阳市", "广东省湛江市")
    rows = [
        (Statement(name), Statement(cell, (Support(name, Span(0, len(cell))),) if cell else ()), Statement("文件"))
        for name, cell in zip(names, cells, strict=True)
    ]
    told = figures_beside(understand(QUESTION, NOTICES, today=date(2026, 1, 1)), rows, Weights(cells))
    return told.text if told else None


def test_whose_figure_is_less_is_said_with_the_clauses() -> None:
    told = line("改善环境，老年科床位占比达到10%以上。", "到2020年，护士配备到位，老年科床位占比达到8%。")
    assert (
        told
        == "放在一起看：四川省资阳市“老年科床位占比达到10%以上”；广东省湛江市“老年科床位占比达到8%”。广东省湛江市的数字较小。"
    )


def test_equal_figures_are_said_to_be_equal() -> None:
    told = line("老年科床位占比达到10%。", "老年科床位占比不低于10%。")
    assert told is not None and told.endswith("数字相同。")


@pytest.mark.parametrize(
    "cells",
    [
        ("老年科床位占比达到10%。", ""),
        ("老年科床位占比达到10%。", "老年科床位适当增加。"),
        ("老年科床位占比达到10%到20%。", "老年科床位占比达到8%。"),
        ("老年科床位占比达到10%。", "门诊收入增长5%。"),
    ],
)
def test_what_cannot_be_laid_beside_is_left_to_the_table(cells: tuple[str, str]) -> None:
    assert line(*cells) is None
