"""An item asked for by its number is told whole, as laws and as plans number them; one that is not there is said not to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.tasks.outline import item, lacking
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Notice

FIRST = load_corpus().notices[0]
LAW = "第一章 总则\n第一条 为了规范献血，制定本条例。\n第二条 献血满三次的免费。\n第四条 市卫生健康部门负责。\n"
PLAN = "一、总体要求\n到2025年建成。\n二、重点任务\n1.完善制度。各地要制定办法。\n2.加强队伍。每年培训一次。\n三、保障\n3.强化监管。定期检查。\n"


def notice(text: str) -> Notice:
    return replace(FIRST, title="某市献血条例", number=None, text=text, articles=outline(text), gaps=(), aliases=())


@pytest.mark.parametrize(
    ("text", "label", "held"),
    [(LAW, "第二条", "免费"), (LAW, "第四条", "卫生健康"), (PLAN, "第二项", "培训"), (PLAN, "第三条", "监管")],
)
def test_an_item_is_found_by_its_number(text: str, label: str, held: str) -> None:
    found = item(notice(text), label)
    assert found is not None and any(held in one.text for one in found.each())


@pytest.mark.parametrize(("label", "where"), [("第三条", "第二条之后是第四条"), ("第一百零一条", "到第四条为止")])
def test_what_is_not_there_is_said_with_the_numbers_beside_it(label: str, where: str) -> None:
    missing = lacking(notice(LAW), label)
    assert missing is not None and label in missing.text and where in missing.text


@pytest.mark.parametrize(("text", "label"), [(LAW, "第二条"), (PLAN, "第九条")])
def test_what_is_there_or_not_numbered_so_is_not_said_to_be_missing(text: str, label: str) -> None:
    assert lacking(notice(text), label) is None
