"""A figure the asker holds to be so (前提): …是3%吗, 不是80%吗, 补五十元对吧. It is confirmed or corrected, not searched for.

The trap: a figure may be a condition (60岁以上能免费吗): it is a premise only where it is what the question asks about,
which shows in the words right before it and the tail right behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.query.asker import GRADE
from assistant.query.types import Premise, Query
from assistant.types import Kind
from corpus.amounts import amounts_of
from corpus.dates import Period
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numerals import find_values
from corpus.spans import Taken
from corpus.types import Span
from corpus.wording import wording
from corpus.wordlists import units

_BODY, _ON_DUTY = form("premise.body"), form("ask.duty")
_NO_PREMISE, _NO_HELD = units("given"), units("age") | units("numbered")


def premise_of(question: str) -> Premise | None:
    """The figure to be checked, or None.

    >>> premise_of("科研经费比例是3%吗").text
    '3%'
    >>> premise_of("费用增长控制在10%以下对吧").text
    '10%'
    >>> premise_of("是加了30元吧，帮忙确认一下").text
    '30'
    >>> premise_of("60岁以上老人坐车免费吗") is None
    True
    """
    end = wording("asks_to_confirm").ends(question)
    asked_to = end < len(question)
    question = question[:end].rstrip("，,。；; ") if asked_to else question
    tail = wording("confirm").ends(question)
    asked_before = any(s.of(question) in ("是不是", "不是") for s in wording("holds_that").each(question))
    if (tail == len(question) and not asked_before and not asked_to) or wording("ask_open").in_(question):
        return None
    for value in reversed(find_values(question)):
        if value.unit in _NO_PREMISE or (value.unit == "年" and len(value.canonical) == 4):
            continue
        before, after = question[: value.span.start].rstrip(), question[value.span.end : tail]
        said = any(s.end == len(before) for s in wording("holds_that").each(before))
        if len(_without_bound(after).strip("，, 的呢啊了?？")) <= 1 and (said or asked_to or tail < len(question)):
            return Premise(value.text, value.canonical, value.unit, amounts=amounts_of(value))
    return None


def held_of(question: str, years: Collection[int] = ()) -> Premise | None:
    """The last figure of a statement that is to be confirmed, where more stands behind it; None where it is the asker's own.

    Args:
        years: that the question names (21年 is no length).

    >>> held_of("三甲要拿收入的3%搞科研，没错吧").text, held_of("副高要先下基层三个月，对吧").unit
    ('3%', '个月')
    >>> held_of("我们120张床，要设老年科对吧"), held_of("二级医院也要设老年科，对吧"), held_of("21年要设的，对吧", {2021})
    (None, None, None)
    """
    end = wording("held_so").ends(question)
    if end == len(question) or wording("ask_open").in_(question) or wording("ours").in_(question):
        return None
    grades = Taken(Span(*m.span()) for m in GRADE.finditer(question))
    for value in reversed(find_values(question[:end])):
        if not (value.unit or "%" in value.canonical) or grades.overlaps(value.span):
            continue
        year = value.unit == "年" and any(str(one).endswith(value.canonical) for one in years)
        if not year and value.unit not in _NO_HELD:
            return Premise(value.text, value.canonical, value.unit, asked=False, amounts=amounts_of(value))
    return None


def body_held(question: str) -> tuple[str, str]:
    """The body that the asker takes to be in charge, and the question without it; two empty texts where none is.

    >>> body_held("薪酬改革是财政局负责吧")
    ('财政局', '薪酬改革由谁负责？')
    >>> body_held("牵头单位是不是市医保局")
    ('市医保局', '牵头单位是谁？')
    >>> body_held("薪酬改革谁牵头？是人社局吗")
    ('人社局', '薪酬改革谁牵头？')
    >>> body_held("医疗救助这块，红十字会管不管")
    ('红十字会', '医疗救助这块，由谁负责？')
    >>> body_held("医保局负责报销吗"), body_held("要找医保局吗")
    (('', ''), ('', ''))
    """
    bare = question.rstrip("？?。！! ，,")
    end = wording("confirm").ends(bare)
    said = _BODY.search(bare[:end].rstrip("的，, "))
    asks = said is not None and (said["asks"] or said["whether"] or end < len(bare))
    if said is None or not asks or not (said["whether"] or _ON_DUTY.search(bare)):
        return "", ""
    rest, duty = bare[: said.start()], "负责" if said["whether"] else said["duty"] or ""
    if wording("ask_open").in_(rest):
        return said["body"], rest
    return said["body"], f"{rest}{'由' if duty else '是'}谁{duty}？"


def _without_bound(words: str) -> str:
    """``words`` without the bound they begin with (10%以下对吧)."""
    opening = next((w for w in facts_of(f"1%{words}").words if w.kind == "bound" and w.span.start == 2), None)
    return words[len(opening.text) :] if opening else words


def time_held(question: str, periods: Sequence[Period]) -> Period | None:
    """The one time by which a statement that is to be confirmed says that something is so, or None."""
    told = wording("held_so").ends(question) < len(question) or wording("asks_to_confirm").ends(question) < len(
        question
    )
    said = [one for one in periods if one.deadline and not one.relative and len(one.years) == 1]
    return said[0] if told and len(said) == len(periods) == 1 and not wording("ask_open").in_(question) else None


def with_premise(q: Query) -> Query:
    """``q`` asking for the figure itself where it holds one to be so."""
    q = replace(q, time_held=time_held(q.utterance, q.periods))
    premise = premise_of(q.utterance)
    years = {year for period in q.periods for year in period.years}
    if premise is None and not q.wants.out_of_scope and (held := held_of(q.utterance, years)):
        return replace(q, premise=held)
    one_time = not q.says("ask.both_times") or len(years) == 1  # 2017年就要占三成了对吧
    several = len(q.notice_ids) > 1 or not one_time
    between = q.kind is Kind.COMPARISON or (q.kind is Kind.CHANGE and several)
    if premise is None or q.wants.out_of_scope or between:
        return q

    def bare(text: str) -> str:
        return text.replace(premise.text, " ").strip() if premise else text

    wants = replace(q.wants, kind=Kind.FIGURE, figure=True)
    return replace(
        q, premise=premise, wants=wants, utterance=bare(q.utterance), topic=bare(q.topic), content=bare(q.content)
    )
