"""Which sentence goes first: the rule before the breach of it, where what a breach costs is not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.order import newer_first, read_first, rule_first
from assistant.query.read import understand
from assistant.retrieval.evidence import Evidence, SentenceScore
from assistant.retrieval.selection import Pick
from corpus.outline import outline
from corpus.text import sentence_spans
from corpus.types import Level, Notice, Passage
from index.types import Hit

TEXT = (
    "甲市急救条例\n"
    "第五条 指挥机构应当在一分钟内发出调度指令。\n"
    "第六条 急救站应当保持车辆清洁。\n"
    "第二十条 违反本条例第五条，不按照规定发出调度指令的，责令限期改正。\n"
)
NOTICE = Notice(
    "n", None, "甲市急救条例", "某机关", "湖南省/衡阳市", Level.MUNICIPAL, date(2020, 1, 1), TEXT,
    articles=outline(TEXT, "n"),
)  # fmt: skip


def pick(words: str, reading: float, coverage: float = 0.8) -> Pick:
    span = next(s for s in sentence_spans(TEXT) if words in s.of(TEXT))
    sentence = SentenceScore(span, span.of(TEXT), 1.0, 0.5, coverage, False, False, reading)
    passage = Passage("n:0", "n", 0, span, span.of(TEXT), "", (span,), len(TEXT))
    return Pick(Evidence(Hit(passage, 1.0), NOTICE, 1.0, (sentence,)), sentence, span, 1.0)


BREACH = pick("违反本条例", 0.0)
RULE, OTHER = pick("一分钟内", -5.0), pick("车辆清洁", -0.5, 0.1)


@pytest.mark.parametrize(
    ("question", "first"),
    [("甲市对发出调度指令的时间怎么规定？", RULE), ("不发调度指令怎么处罚？", BREACH)],
)
def test_the_rule_a_breach_names_goes_before_it_unless_the_penalty_is_asked(question: str, first: Pick) -> None:
    q = understand(question, [NOTICE], today=date(2024, 1, 1))
    assert rule_first([BREACH, OTHER, RULE], q)[0] is first


def test_a_rule_on_something_else_does_not_take_the_place_of_a_breach() -> None:
    q = understand("甲市对发出调度指令的时间怎么规定？", [NOTICE], today=date(2024, 1, 1))
    assert rule_first([BREACH, OTHER], q)[0] is BREACH
    assert rule_first([], q) == []


def test_what_is_read_as_an_answer_goes_before_what_is_not() -> None:
    unread, answer, doubtful = pick("车辆清洁", -1.0), pick("一分钟内", 1.5), pick("违反本条例", 0.5)
    assert read_first([unread, doubtful, answer]) == [answer, unread, doubtful]
    assert read_first([doubtful, answer]) == [doubtful, answer]
    assert read_first([unread, doubtful])[0] is unread
    assert read_first([unread, replace(answer, score=0.1)])[0] is unread
    assert read_first([]) == []


def test_a_newer_notice_goes_first_only_where_it_is_read_about_as_surely() -> None:
    newer = replace(NOTICE, id="later", issued_on=date(2023, 1, 1))
    q = understand("甲市对发出调度指令的时间怎么规定？", [NOTICE], today=date(2024, 1, 1))
    sure = pick("一分钟内", 4.0)

    def of_newer(reading: float) -> Pick:
        one = pick("车辆清洁", reading, 0.1)
        return replace(one, evidence=replace(one.evidence, notice=newer))

    assert newer_first([sure, of_newer(1.0)], q)[0] is sure
    assert newer_first([sure, of_newer(3.0)], q)[0].notice is newer
