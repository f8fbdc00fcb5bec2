"""Comparisons: one row a place, 未规定或未查到 where nothing is found, never a neighbour's figure; changes newest first."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from answers import ask, table

from assistant.answering import rows
from assistant.answering.manner import PLAIN
from assistant.answering.rows import Voice
from assistant.service import Assistant
from assistant.types import Kind
from corpus.numerals import canonical_values

SILENT = "未规定或未查到"
PLACES = {"四川省资阳市": "ziyang-2017-pilot-plan", "广东省湛江市": "zhanjiang-2019-hospital-reform"}


@pytest.mark.parametrize(
    "question",
    [
        "资阳和湛江对院长年薪怎么规定？有何不同？",
        "资阳和湛江的分级诊疗怎么推进，有什么区别",
        "湛江和资阳谁牵头负责医联体建设",
        "湛江、资阳到2020年县域内就诊率各要达到多少",
    ],
)
def test_each_place_has_one_row_and_cites_its_own_notice(hashed: Assistant, question: str) -> None:
    answer = ask(hashed, question)
    assert answer.kind is Kind.COMPARISON
    cells = table(answer)
    assert sorted(cells) == sorted(PLACES)
    by_marker = {c.marker: c for c in answer.citations}
    for place, (cell, source) in cells.items():
        markers = [int(m) for m in re.findall(r"\[(\d+)\]", cell)]
        assert {by_marker[m].notice_id for m in markers} <= {PLACES[place]}
        if cell == SILENT:
            assert not markers
        else:
            quotes = "".join(by_marker[m].quote for m in markers)
            assert quotes
            said = re.sub(r"\[\d+\]|[^，。]*号|一项", "", cell)
            assert canonical_values(said) <= canonical_values(quotes)
            assert source


def test_rows_follow_the_order_of_the_question(hashed: Assistant) -> None:
    assert list(table(ask(hashed, "湛江和资阳的院长年薪"))) == ["广东省湛江市", "四川省资阳市"]
    assert list(table(ask(hashed, "资阳和湛江的院长年薪"))) == ["四川省资阳市", "广东省湛江市"]


def test_a_silent_notice_is_said_to_be_silent(hashed: Assistant) -> None:
    answer = ask(hashed, "湖南和湛江对DRG付费怎么规定")
    cells = table(answer)
    assert cells["广东省湛江市"][0] == SILENT
    assert cells["湖南省"][0] != SILENT
    assert {c.notice_id.split("-")[0] for c in answer.citations} == {"hunan"}
    assert any("广东省湛江市" in note and "没有找到" in note for note in answer.notes)


def test_a_place_without_a_notice_gets_no_neighbour_s_rule(hashed: Assistant) -> None:
    answer = ask(hashed, "湛江和北京对院长年薪怎么规定")
    cells = table(answer)
    assert "未收录" in cells["北京市"][0]
    assert {c.notice_id for c in answer.citations} == {PLACES["广东省湛江市"]}
    assert any("北京市" in note for note in answer.notes)


def test_places_without_any_notice_are_refused(hashed: Assistant) -> None:
    answer = ask(hashed, "北京和上海对院长年薪怎么规定")
    assert answer.refused
    assert "北京市" in answer.text
    assert "上海市" in answer.text


def test_a_follow_up_keeps_both_rows(hashed: Assistant) -> None:
    answer = ask(hashed, "那谁牵头", "资阳和湛江的院长年薪怎么规定")
    assert sorted(table(answer)) == sorted(PLACES)


def test_a_change_goes_from_the_newest_to_the_oldest_of_one_place(hashed: Assistant) -> None:
    answer = ask(hashed, "湖南医联体建设前后有什么变化")
    assert answer.kind is Kind.CHANGE
    issued = {n.id: n.issued_on for n in hashed.corpus.notices}
    assert {c.notice_id.split("-")[0] for c in answer.citations} == {"hunan"}
    days = [issued[i] for i in dict.fromkeys(c.notice_id for c in answer.citations)]
    assert len(days) >= 2
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]


def test_where_only_one_of_two_speaks_the_other_is_named_silent(hashed: Assistant) -> None:
    answer = ask(hashed, "湖南2016年方案与2023年方案对安宁疗护怎么规定，有什么变化")
    assert {c.notice_id for c in answer.citations} == {"hunan-2023-service-system"}
    assert "湘政发〔2016〕12号里没有找到写明这一点的条文" in answer.text
    assert answer.dropped == ()


@pytest.mark.parametrize(
    ("score", "absent", "successive", "voice"),
    [
        (0.5, 0.0, False, Voice.SPEAKS),
        (-1.0, 0.0, False, Voice.NEAR),
        (-4.0, 0.0, False, Voice.SILENT),
        (0.5, 1.0, True, Voice.NEAR),
        (-4.0, 1.0, True, Voice.SILENT),
    ],
)
def test_what_a_row_has_to_say(
    monkeypatch: pytest.MonkeyPatch, score: float, absent: float, successive: bool, voice: Voice
) -> None:
    of_row = {"reading": 0.0, "behind": 0.0, "absent": absent, "coverage": 0.2}
    monkeypatch.setattr(rows, "features", lambda *_: [of_row])
    monkeypatch.setattr(rows.Line, "score", lambda *_: score)
    desk: Any = SimpleNamespace(manner=lambda _: PLAIN)
    asked: Any = SimpleNamespace(wants=SimpleNamespace(body=False), notice_ids=())
    notice: Any = SimpleNamespace(id="n")
    assert rows.voices(desk, asked, [rows.Row("甲", (notice,), ())], successive=successive) == [voice]
    assert rows.voices(desk, asked, [rows.Row("甲", (), ())], successive=successive) == [Voice.SILENT]
    of_row["coverage"] = 0.0
    shares_no_word = rows.voices(desk, asked, [rows.Row("甲", (notice,), ())], successive=successive)
    assert shares_no_word == [Voice.SILENT if voice is Voice.NEAR else voice]
