"""Figures of several places are laid beside each other only where each states one of the kind that is asked; wordings only where
two clauses differ in what they state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.beside import figures_beside, wordings_beside
from assistant.answering.draft import Statement, Support
from assistant.query.read import understand
from assistant.retrieval.matching import Weights
from corpus.library import load_corpus
from corpus.types import Notice, Span

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
        == "放在一起看：四川省资阳市“老年科床位占比达到10%以上”；广东省湛江市“老年科床位占比达到8%”。广东省湛江市的数字较小，相差2个百分点。"
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


PAYING = "紧密型医联体总额付费前后说法有什么变化"


def made(name: str, text: str) -> Notice:
    article = replace(NOTICES[0].articles[0], span=Span(0, len(text)), labels=())
    return replace(NOTICES[0], id=name, text=text, articles=(article,))


def wording(before: str, after: str, question: str = PAYING) -> str | None:
    """What is said of two clauses that stand at the beginning of two notices."""
    notices = {name: made(name, text) for name, text in (("旧", before), ("新", after))}
    cells = [(name, Statement(n.text, (Support(name, Span(0, len(n.text))),))) for name, n in notices.items()]
    u = understand(question, NOTICES, today=date(2026, 1, 1))
    told = wordings_beside(u, cells[0], cells[1], notices, Weights((before, after)))
    return told.text if told else None


OLD = "加强监督，推进对紧密型医疗联合体实行总额付费，结余留用。"


def test_one_clause_in_two_wordings_is_set_side_by_side() -> None:
    told = wording(OLD, "探索对紧密型医联体实行总额付费，加强监督考核。")
    assert told == "这一句写法不同：旧“推进对紧密型医疗联合体实行总额付费”，新“探索对紧密型医联体实行总额付费”。"


def test_the_same_clause_is_said_to_be_the_same() -> None:
    told = wording(OLD, "推进对紧密型医疗联合体实行总额付费。")
    assert told == "旧与新这一句写法相同：“推进对紧密型医疗联合体实行总额付费”。"


@pytest.mark.parametrize(
    ("after", "question"),
    [
        ("推进对紧密型的医疗联合体实行总额付费。", PAYING),  # a word that states nothing
        ("医院院长实行年薪制。", PAYING),
        ("不对紧密型医疗联合体实行总额付费的，说明理由。", PAYING),  # a case, and not what is done in it
        ("探索对紧密型医联体实行总额付费。", "紧密型医联体总额付费前后各由谁负责"),
    ],
)
def test_wordings_that_say_no_other_thing_are_left_to_the_list(after: str, question: str) -> None:
    assert wording(OLD, after, question) is None
