"""What decides for the asker, said first (对号入座): the asker's age and figures laid against the clause's, an exception that names the thing.

A clause that decides by condition answers nobody until the condition is met or not; who asks says 57岁, 索赔八千块 or 商场里的.
Only what is closed is concluded: an age within a range or a bound, a figure beyond the one bound on its unit, a thing that the
clause excepts in so many words. The trap: a clause with several ages or bounds of one unit (60至79周岁、80周岁以上) decides by more
than one, so nothing is said of it; and one that meets a bound may fail another condition, so only no is concluded from figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Statement, Support
from assistant.answering.quoting import tidy
from assistant.query.types import Query
from corpus.facts import Facts, Figure, facts_of
from corpus.grammar import form, split_at
from corpus.numerals import quantity, whole_number
from corpus.text import clause_spans, fold, pairs_of, written_out
from corpus.types import Notice, Span

_RANGE, _BOUND, _WIDENS = form("clause.age_range"), form("clause.age_bound"), form("clause.age_widened")
_EXCEPTS, _MUST = form("clause.excepts"), form("claim.must")
_JOINT = form("clause.joint_condition")
_SIDES, _UNABLE = ("least", "most"), "不能"
"""Bounds that a figure lies beyond; and a word that forbids, or only says what somebody is unable to do (不能提供血透服务的县)."""
_MARKS = "，,；;。、的且并条款项:：()（）"
"""What the words told before a figure begin behind."""
_LEAST = 2
"""Characters of a thing that is excepted by name."""


def aged(age: int | None, notice: Notice, span: Span) -> Statement | None:
    """``57岁不在“十八周岁至五十五周岁”之内。`` for a clause with one range of ages, or one bound where it has no range."""
    if age is None:
        return None
    clause = span.of(notice.text)
    ranges, bounds = list(_RANGE.finditer(clause)), list(_BOUND.finditer(clause))
    if len(ranges) == 1:
        low, high = (whole_number(ranges[0][name]) for name in ("low", "high"))
        told, inside = ranges[0].group(), low <= age <= high
        if not inside and _widened(notice, span, age):
            return None  # 多次献血者可放宽至六十周岁: some of that age may
        text = f"{age}岁{'在' if inside else '不在'}“{told}”之内。"
    elif not ranges and len(bounds) == 1:
        limit, above = whole_number(bounds[0]["n"]), "上" in bounds[0]["side"]
        told, inside = bounds[0].group(), age >= limit if above else age <= limit
        text = f"{age}岁{'符合' if inside else '不符合'}“{told}”。"
    else:
        return None
    return Statement(text, (Support(notice.id, span),), given=text, head=True)


def _widened(notice: Notice, span: Span, age: int) -> bool:
    """Whether the article goes on to let some be as old as ``age``."""
    behind = Span(span.start, notice.article_at(span.start).span.end).of(notice.text)
    return any(age <= (whole_number(found["n"]) or 0) for found in _WIDENS.finditer(behind))


def figured(q: Query, notice: Notice, span: Span, no: str) -> Statement | None:
    """``不用。8000元不符合“索赔金额一万元以上”。`` where one yes or no is asked and a figure the asker gives lies beyond the one bound
    that the clause has on its unit. A clause that forbids turns it round, and an equal figure depends on the wording: none for these.

    Args:
        no: how no is said to the question (不用, 不能).
    """
    clause = facts_of(span.of(notice.text))
    forbids = any(w.name == "forbid" and w.text != _UNABLE for w in clause.words)
    if not q.closed or forbids:
        return None
    for said, own in q.asker_figures:
        bounds = [f for f in clause.figures if f.bound in _SIDES and _of_one_measure(own, f)]
        if len({(f.canonical, f.bound) for f in bounds}) != 1:
            continue
        mine, limit = quantity(own.canonical), quantity(bounds[0].canonical)
        if mine is None or limit is None or not (mine < limit if bounds[0].bound == "least" else mine > limit):
            continue
        told = _with_bound(clause, bounds[0])
        text = f"{no}。{said}不符合“{told}”。"
        return Statement(text, (Support(notice.id, span),), given=text, head=True)
    return None


def _of_one_measure(own: Figure, bound: Figure) -> bool:
    """Whether two figures count the same: shares, or one unit; money is told in 元 and 块."""
    if own.canonical.endswith("%") or bound.canonical.endswith("%"):
        return own.canonical[-1] == bound.canonical[-1]
    return own.unit == bound.unit


def _with_bound(clause: Facts, figure: Figure) -> str:
    """A figure of a clause with its bound and the words right before it (索赔金额1万元以上)."""
    start = max(figure.head.rfind(mark) for mark in _MARKS) + 1
    ends = (w.span.end for w in clause.bounds_behind(figure))
    end = max(ends, default=figure.span.end + len(figure.unit))
    return f"{figure.head[start:]}{clause.text[figure.span.start : end]}"


def second_condition(question: str, clause: str) -> str:
    """What a clause asks for besides a length or an age (年满65周岁、难以胜任工作的), where the question says nothing of it; else ""."""
    found = _JOINT.search(clause)
    if found is None:
        return ""
    also = pairs_of(fold(found["also"]))
    return "" if 2 * len(also & pairs_of(fold(question))) >= len(also) else found["also"]


def excepted(q: Query, notice: Notice, within: Sequence[Span]) -> Statement | None:
    """The words of the clause that except what is asked about (…不包括商场), where one yes or no is asked: what is excepted from
    a duty need not be done."""
    if not q.closed:
        return None
    for span in within:
        for clause in clause_spans(notice.text, span):
            for found in _EXCEPTS.finditer(clause.of(notice.text)):
                things = split_at("、", next(value for value in found.groups() if value))
                if any(len(one) >= _LEAST and q.names(one) for thing in things for one in written_out(thing)):
                    quote = tidy(notice.quote(clause)).rstrip("。；，")
                    word = "不用。" if q.says("verdict_must") and _MUST.search(span.of(notice.text)) else ""
                    text = f"{word}文件写明“{quote}”。"
                    return Statement(text, (Support(notice.id, clause),), given=f"{word}文件写明", head=True)
    return None
