"""A follow-up is answered with a clause that has its own words where one does, not again with the clause before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.desk import Clock
from assistant.answering.draft import Draft
from assistant.query.read import understand
from assistant.query.types import Task
from assistant.service import Assistant
from assistant.types import Profile, Turn
from corpus.library import load_corpus

SHIPPED = load_corpus().notices
ASKED, TOLD = "资阳非营利民营医院行政事业收费要交不", "非营利性医疗机构免征行政事业性收费。"
BEFORE = (Turn("user", ASKED), Turn("assistant", TOLD))


@pytest.mark.parametrize(
    ("message", "own"), [("营利的呢 也全免？", "营利的也全免"), ("那银行贷款呢", "银行贷款"), ("那民营的呢", None)]
)
def test_what_a_message_adds_is_kept_beside_what_is_carried(message: str, own: str | None) -> None:
    q = understand(message, SHIPPED, history=BEFORE, today=date(2019, 6, 1))
    if own is None:
        assert q.other is None
    else:
        assert q.own == own and q.content != own
        assert q.other is not None and q.other.content == own


def test_the_clause_that_has_the_words_is_told(bundled: Assistant) -> None:
    told = bundled.ask("营利的呢 也全免？", history=BEFORE, profile=Profile(region="四川省/资阳市"))
    assert "对营利性医疗机构减半征收行政事业性收费" in told.text


def test_a_slot_that_is_changed_keeps_the_matter(bundled: Assistant) -> None:
    before = (Turn("user", "资阳三级医院的药占比要降到多少"), Turn("assistant", "30%以下。"))
    assert "药" in bundled.ask("那县级的呢", history=before, profile=Profile(region="四川省/资阳市")).text


def test_one_word_in_the_place_of_another_asks_the_question_before(bundled: Assistant) -> None:
    before = (Turn("user", "资阳评副高要下乡多久"), Turn("assistant", "不少于6个月。"))
    told = bundled.ask("正高的呢", history=before, profile=Profile())
    assert not told.refused and "不少于3个月" in told.text


@pytest.mark.parametrize(("words", "answered"), [("诊所设数量限制吗", True), ("总结一下诊所设数量限制吗", False)])
def test_a_question_taken_for_a_summary_of_no_document_is_answered(
    bundled: Assistant, words: str, answered: bool
) -> None:
    q = replace(understand(words, SHIPPED, today=date(2024, 3, 1)), task=Task.SUMMARY)
    assert isinstance(bundled._dispatcher.told(q, Clock()).outcome, Draft) is answered
