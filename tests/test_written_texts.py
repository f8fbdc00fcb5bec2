"""Everyday texts put together from clauses, closed questions that a clause settles, and what a message says it does not want."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import pytest

from assistant.answering.draft import Draft
from assistant.answering.settling import settled
from assistant.query.orders import matter_told
from assistant.query.read import understand
from assistant.query.summing import shape_of, without_left_out
from assistant.query.tasks import beside_names, hospital_asked
from assistant.query.types import Task
from assistant.service import Assistant
from assistant.tasks.collecting import penalties
from assistant.tasks.writing import text_called, texts
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice
from index.pairs import Shares
from index.reader import VerdictReader

TODAY = date(2026, 11, 29)
ZHANJIANG = Profile("广东省/湛江市")
LAW = """衡阳市药事管理规定
第一条 医疗机构应当建立药事管理委员会。
第二条 药品零售企业应当按月报送销售数据。
第三条 医疗机构未建立药事管理委员会的，由卫生健康部门责令改正，处五千元以上二万元以下罚款。
第四条 医疗机构未按照规定公示药品价格的，由卫生健康部门给予警告。
第五条 药品零售企业未按月报送销售数据的，由药品监督管理部门处一千元以上五千元以下罚款。
第六条 卫生健康部门工作人员滥用职权的，依法给予处分。
"""


def law() -> Notice:
    region = "湖南省/衡阳市"
    return Notice("n", None, "衡阳市药事管理规定", "衡阳市人民政府", region, Level.MUNICIPAL, None, LAW, outline(LAW))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("病人问起付线怎么算，替我写几句回他", "reply"),
        ("给药师群发条消息，说说处方点评", "message"),
        ("下周开会，院长讲话给我出个提纲", "outline"),
        ("给挂号处贴个告示，让病人看得懂", "board"),
        ("写两句话", "message"),
    ],
)
def test_the_kind_of_a_text_is_what_is_named_last(message: str, kind: str) -> None:
    names = [name for one in texts().values() for name in one.names]
    q = understand(message, load_corpus().notices, today=TODAY)
    assert text_called(q.last_of(names)).key == kind


@pytest.mark.parametrize(
    ("message", "matter"),
    [
        (
            "有个出院病人问能复印哪些病历、凭啥还收钱，替我写几句回他，客气些",
            "有个出院病人问能复印哪些病历、凭啥还收钱",
        ),
        ("村里公卫委员会的事，卫生院问怎么配合，帮我写三四句回他们", "村里公卫委员会的事，卫生院问怎么配合"),
        ("拟一段给临床的提醒：别分解住院、别串换项目，口气别太冲，两百字内，出处带一下", "别分解住院、别串换项目"),
        ("急诊来了个没钱的重病号，给急诊写个怎么救的几步", "急诊来了个没钱的重病号，给急诊怎么救的几步"),
    ],
)
def test_what_a_text_is_about_is_what_the_order_does_not_say(message: str, matter: str) -> None:
    assert matter_told(message) == matter


def test_a_message_is_written_over_the_clauses_of_one_notice(bundled: Assistant) -> None:
    answer = bundled.ask("科主任群里发条消息，讲讲不准给科室下创收指标的事，两三句就好", profile=ZHANJIANG)
    assert not answer.refused and "各位好" in answer.text and "创收指标" in answer.text
    assert {citation.notice_id for citation in answer.citations} == {"zhanjiang-2019-hospital-reform"}
    assert any("条文照录" in note for note in answer.notes)


def test_a_reply_has_a_greeting_and_a_gap_for_the_telephone(bundled: Assistant) -> None:
    answer = bundled.ask("家属问高血压能不能让签约医生开长期的药，替我写几句话回他，客气点", profile=ZHANJIANG)
    assert "您好" in answer.text and "长期药品处方" in answer.text and "【由起草人填写：科室和电话】" in answer.text


def test_what_no_clause_answers_is_not_written(bundled: Assistant) -> None:
    answer = bundled.ask("写首诗歌颂春天，发朋友圈", profile=ZHANJIANG)
    assert answer.refused


def test_an_order_for_an_official_document_stays_one(bundled: Assistant) -> None:
    answer = bundled.ask("起草一份关于家庭医生签约服务的通知", profile=ZHANJIANG)
    assert "特此通知" in answer.text


class Verdicts:
    """Says what it is told of a clause that has some words, and leaves every other open."""

    def __init__(self, words: str, said: Shares) -> None:
        self._words, self._said = words, said

    def read(self, question: str, clauses: Sequence[str]) -> list[Shares]:
        return [self._said if self._words in clause else Shares(0.05, 0.05, 0.9) for clause in clauses]


@pytest.mark.parametrize(
    ("said", "settles"),
    [(Shares(0.03, 0.6, 0.37), True), (Shares(0.6, 0.1, 0.3), True), (Shares(0.4, 0.3, 0.3), False)],
)
def test_a_clause_that_says_yes_or_no_settles_a_closed_question(
    bundled: Assistant, said: Shares, settles: bool
) -> None:
    desk = bundled.desk
    q = understand("科室能不能派赚钱的任务", bundled.corpus.notices, profile=ZHANJIANG, today=TODAY)
    evidence = desk.retriever.retrieve(q, desk.retriever.pool(q), top_k=12)
    reader = cast("VerdictReader", Verdicts("创收指标", said))
    found = settled(q, evidence, desk.retriever.shown, reader)
    assert (found is not None) is settles
    if found:
        first = max((s for e in found for s in e.sentences), key=lambda s: s.reading or -9.0)
        assert "创收指标" in first.text and (first.reading or 0.0) > 0
    open_one = understand("湛江怎么管科室的收入", bundled.corpus.notices, profile=ZHANJIANG, today=TODAY)
    assert settled(open_one, evidence, desk.retriever.shown, reader) is None, "no yes or no is asked"
    assert settled(q, evidence, desk.retriever.shown, None) is None


def test_a_clause_that_leaves_it_open_does_not(bundled: Assistant) -> None:
    assert bundled.ask("护士在湛江能多点执业不").refused
    assert bundled.ask("湛江医院食堂能外包吗").refused


def test_what_is_named_as_not_wanted_is_left_out_of_the_question() -> None:
    notices = load_corpus().notices
    q = understand("湛江方案医院要做的列出来，财政局牵头的那些不要", notices, today=TODAY)
    assert not beside_names(q, notices).names("财政局") or q.task is Task.ANSWER
    assert without_left_out("列全，要不要报批") == "列全，要不要报批"
    assert without_left_out("审批还用不用") == "审批还用不用"


def test_hospitals_are_asked_of_by_what_they_call_themselves() -> None:
    assert hospital_asked("我只想知道医院自己要干啥") == "医院"
    assert hospital_asked("院里哪些活要干") == "医院"
    assert hospital_asked("院里哪些活动室开放") == ""
    assert hospital_asked("医院不得收什么费") == ""


def test_lines_are_counted_however_they_are_asked_for() -> None:
    assert shape_of("给我五条要点就行").lines == 5 and shape_of("挑3条要点给保卫科").lines == 3
    assert shape_of("给我讲讲第五条").lines is None
    assert shape_of("弄一页纸，重点放薪酬").only == "薪酬"
    assert shape_of("列全，只要编号和题目").only == ""


def test_penalties_of_hospitals_leave_the_others_out_and_say_so() -> None:
    told = penalties([law()], "", hospitals=True, fines=True)
    assert isinstance(told, Draft)
    text = "\n".join(one.text for one in told.each())
    assert "五千元以上二万元以下" in text and "一千元" not in text and "警告" not in text and "滥用职权" not in text
    assert "没有列入" in told.notes[0]
    every = penalties([law()], "")
    assert every is not None and "一千元" in "\n".join(one.text for one in every.each())
