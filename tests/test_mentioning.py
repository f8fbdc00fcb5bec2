"""Whether a document writes of a thing that has a name (有没有提到): looked up in its words, and a name of its own denied only there."""

from __future__ import annotations

import pytest

from assistant.query.tasks import name_looked_up
from assistant.service import Assistant
from assistant.types import RefusalReason


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("湖南2023那份提没提株洲", True),
        ("湛江那个方案里有没有写到遂溪县", True),
        ("资阳的文件里点没点名安岳县人民医院", True),
        ("23年湖南那份里面写没写医共体", False),
    ],
)
def test_a_name_that_is_looked_up_is_known(hashed: Assistant, question: str, own: bool) -> None:
    name = name_looked_up(hashed.understand(question))
    assert name is not None
    assert name.own is own


@pytest.mark.parametrize(
    "question", ["夜班费有没有说一晚多少", "湛江有没有提到薪酬总量怎么核定", "湖南2021有没有写谁牵头", "资阳有没有规定"]
)
def test_what_is_said_of_a_matter_is_no_name(hashed: Assistant, question: str) -> None:
    assert name_looked_up(hashed.understand(question)) is None


def test_the_sentences_that_have_the_name_are_told(hashed: Assistant) -> None:
    answer = hashed.ask("湖南2023那份有没有点到长沙")
    assert answer.text.startswith("有，写到“长沙”")
    assert answer.citations
    assert all("长沙" in one.quote for one in answer.citations)


def test_a_name_that_stands_nowhere_is_denied_and_a_gap_is_named(hashed: Assistant) -> None:
    answer = hashed.ask("湖南2023那份提没提株洲")
    assert answer.refusal is RefusalReason.SILENT
    assert "没有写到“株洲”" in answer.text
    cut = hashed.ask("湖南2016的方案有没有提到遂溪县")
    assert "缺的部分无从查起" in cut.text


def test_a_term_that_may_be_written_otherwise_is_not_denied(hashed: Assistant) -> None:
    assert "查过" not in hashed.ask("湖南2023提没提总药师").text


def test_the_mark_of_a_gap_is_no_figure(hashed: Assistant) -> None:
    answer = hashed.ask("湖南2016的指标都列出来")
    assert answer.text.startswith("写明数字的共10条")
    assert "采集文本此处缺" not in answer.text
