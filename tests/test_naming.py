"""How a notice is called in an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.library import load_corpus
from corpus.naming import said_by

NOTICE = replace(load_corpus().notices[0], title="宁波市献血条例")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("某府发〔2021〕5号", "某府发〔2021〕5号"),
        ("中华人民共和国国务院令第999号", "《宁波市献血条例》"),
        ("宁波市人民代表大会常务委员会公告第9号", "《宁波市献血条例》"),
        (None, "《宁波市献血条例》"),
    ],
)
def test_a_regulation_is_called_by_its_title_not_by_the_order_that_made_it_public(
    number: str | None, said: str
) -> None:
    assert said_by(replace(NOTICE, number=number)) == said
