"""What decides for the asker, said first (对号入座): the asker's age laid against the clause's, an exception that names the thing.

A clause that decides by condition answers nobody until the condition is met or not; who asks says 57岁 or 商场里的. Only
what is closed is concluded: an age within a range or a bound, a thing that the clause excepts in so many words. The trap: a
clause with several ages (60至79周岁、80周岁以上) decides by more than one, so nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Statement, Support
from assistant.answering.quoting import tidy
from assistant.query.types import Query
from corpus.grammar import form, split_at
from corpus.numerals import whole_number
from corpus.text import clause_spans, fold, pairs_of
from corpus.types import Notice, Span

_RANGE, _BOUND = form("clause.age_range"), form("clause.age_bound")
_EXCEPTS, _MUST = form("clause.excepts"), form("claim.must")
_JOINT = form("clause.joint_condition")
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
        text = f"{age}岁{'在' if inside else '不在'}“{told}”之内。"
    elif not ranges and len(bounds) == 1:
        limit, above = whole_number(bounds[0]["n"]), "上" in bounds[0]["side"]
        told, inside = bounds[0].group(), age >= limit if above else age <= limit
        text = f"{age}岁{'符合' if inside else '不符合'}“{told}”。"
    else:
        return None
    return Statement(text, (Support(notice.id, span),), given=text, head=True)


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
                if any(len(one) >= _LEAST and q.names(one) for one in things):
                    quote = tidy(notice.quote(clause)).rstrip("。；，")
                    word = "不用。" if q.says("verdict_must") and _MUST.search(span.of(notice.text)) else ""
                    text = f"{word}文件写明“{quote}”。"
                    return Statement(text, (Support(notice.id, clause),), given=f"{word}文件写明", head=True)
    return None
