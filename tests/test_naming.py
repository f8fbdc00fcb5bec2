"""How a notice is called in an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.library import load_corpus
from corpus.naming import said_by

NOTICE = load_corpus().notices[0]


LETTER = "宁波市人民政府关于做好献血工作的通知"


@pytest.mark.parametrize(
    ("number", "title", "said"),
    [
        ("某府发〔2021〕5号", LETTER, "某府发〔2021〕5号"),
        ("某府发〔2021〕5号", "关于印发《宁波市献血办法》的通知", "某府发〔2021〕5号"),
        ("某府规〔2021〕5号", "宁波市献血管理办法（试行）", "《宁波市献血管理办法（试行）》"),
        ("中华人民共和国国务院令第999号", "宁波市献血条例", "《宁波市献血条例》"),
        ("宁波市人民代表大会常务委员会公告第9号", "宁波市献血条例", "《宁波市献血条例》"),
        ("宁波市人民代表大会常务委员会第9号", LETTER, f"《{LETTER}》"),
        (None, "宁波市献血条例", "《宁波市献血条例》"),
    ],
)
def test_a_regulation_is_called_by_its_title_and_a_letter_by_its_number(
    number: str | None, title: str, said: str
) -> None:
    notice = replace(NOTICE, number=number, title=title)
    assert said_by(notice) == said
    assert notice.name == said.strip("《》"), "buttons and sources call it the same"
    assert (notice.reference is None) == said.startswith("《")
