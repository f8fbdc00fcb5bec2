"""A premise held against what is cited (核对前提): the figure stands there, another does, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.query.types import Premise, Query
from assistant.query.values import years_of
from assistant.retrieval.selection import item_sentences
from corpus.amounts import as_written
from corpus.facts import facts_of
from corpus.grammar import split_at
from corpus.numerals import find_values
from corpus.text import clause_spans, fold, pairs_of
from corpus.types import Notice
from corpus.wording import wording

_STOPS, _CLEARLY, _ABOUT = "，,；;。、 \n", 2, 2
"""Marks around a clause, pairs of characters more that a clause clearly has, and from how many it is about the same thing."""


def checked(q: Query, draft: Draft, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` with a verdict in front: 是 where a clause about the same thing states the figure, 不是 where others stand."""
    if q.premise is None:
        return draft
    told = draft.told_first
    if told is None:
        return draft
    support = told.supports[0]
    notice = notices[support.notice_id]
    clauses = [c.of(notice.text) for c in clause_spans(notice.text, support.span)]
    holding = [c for c in clauses if any(map(q.premise.is_said_by, find_values(c)))]
    unit = q.premise.canonical[-1:] if not q.premise.canonical[-1:].isdigit() else ""
    others = [
        v
        for c in clauses
        for v in find_values(c)
        if (unit and v.canonical.endswith(unit)) or (q.premise.amounts and q.premise.is_alike(v))
    ]
    own = next(
        (
            c
            for c in holding
            if not q.otherwise(c)
            and not _of_others(q.levels, c, clauses)
            and not _of_beside(q.premise, q.content, c)
            and not _of_next(q.premise, q.content, c, clauses)
        ),
        None,
    )
    if own is not None and _nearer_one(q.content, own, clauses):
        value = next(v for v in find_values(own) if q.premise.is_said_by(v))
        verdict = f"文件里的{as_written(value, own)}说的是“{own.strip(_STOPS)}”："
    elif own is not None:
        value = next(v for v in find_values(own) if q.premise.is_said_by(v))
        figure, widened = as_written(value, own), q.widened(own)
        verdict = f"文件写的有{figure}，没有写“{widened}”：" if widened else f"是，文件写的有{figure}："
    elif holding or others:
        return _denied(q, q.premise, support, notice, draft)
    else:
        written = any(map(q.premise.is_said_by, find_values(notice.text)))
        verdict = f"{'所引条文' if written else '文件'}没有写{q.premise.written}，相关规定是："
    return _below(verdict, support, draft)


def held(q: Query, draft: Draft, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` with 不是 in front where the asker holds a figure to be so that is not what the question asks about, and the piece
    nearest to the message states another one of the same unit.

    It never says 是: that the figure stands there does not mean that it is of whom the message means (二级医院也是五级对吧).
    """
    told, premise = draft.told_first, q.premise
    if premise is None or told is None or any(one.head for one in draft.each()):
        return draft
    support = told.supports[0]
    asked = pairs_of(fold(q.content)) - pairs_of(fold(premise.text))
    pieces = split_at("；;。", support.span.of(notices[support.notice_id].text))
    stated = {piece: [v for v in find_values(piece) if premise.is_alike(v)] for piece in pieces}
    shares = sorted(((len(asked & pairs_of(fold(p))), p) for p, found in stated.items() if found), reverse=True)
    if not shares or not shares[0][0] or (len(shares) > 1 and shares[0][0] == shares[1][0]):
        return draft
    nearest = shares[0][1]
    holds = any(map(premise.is_said_by, stated[nearest])) and not _of_beside(premise, q.content, nearest)
    if q.otherwise(nearest) or holds:
        return draft
    return _denied(q, premise, support, notices[support.notice_id], draft)


def held_until(q: Query, draft: Draft, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` with 不是 in front where the asker holds something to be so by a time, and the piece nearest to the message states
    another year."""
    told, time = draft.told_first, q.time_held
    if time is None or told is None or any(one.head for one in draft.each()):
        return draft
    support = told.supports[0]
    asked = pairs_of(fold(q.content.replace(time.text, "")))
    pieces = split_at("；;。", support.span.of(notices[support.notice_id].text))
    nearest = max(pieces, key=lambda piece: len(asked & pairs_of(fold(piece))), default="")
    years = years_of(nearest)
    if not years or time.years[0] in years:
        return draft
    return _below(f"不是{time.text}，文件是这样写的：", support, draft)


def of_all(q: Query, draft: Draft, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` with a note where the asker holds of all (所有三级医院都得开，对吧) what is quoted of none in particular."""
    quoted = "".join(s.span.of(notices[s.notice_id].text) for one in draft.each() for s in one.supports)
    word = q.overstated(quoted) if quoted and q.premise is None else None
    return replace(draft, notes=(*draft.notes, f"所引条文没有写“{word}”。")) if word else draft


def _denied(q: Query, premise: Premise, support: Support, notice: Notice, draft: Draft) -> Draft:
    """``draft`` under 不是, or behind another sentence of the notice that states the figure and has the question's words as much
    as the one told (a target of another year): then nothing is denied."""
    asked = {pair for pair in pairs_of(fold(q.content)) if not any(char.isdigit() or char == "%" for char in pair)}

    def share(text: str) -> int:
        return len(asked & pairs_of(fold(text)))

    clauses = [c.of(notice.text) for c in clause_spans(notice.text, support.span)]
    least = max([_ABOUT, *map(share, clauses)])
    stating = [
        (share(clause.of(notice.text)), sentence, value, clause)
        for sentence in item_sentences(notice)
        if not sentence.overlaps(support.span) and not _of_beside(premise, q.content, notice.quote(sentence))
        for clause in clause_spans(notice.text, sentence)
        for value in find_values(clause.of(notice.text))
        if premise.is_said_by(value)
        and not q.otherwise(clause.of(notice.text))
        and not _of_others(q.levels, clause.of(notice.text), clauses)
    ]
    found = max(stating, key=lambda one: one[0], default=None)
    if found is None or found[0] < least:
        return _below(f"不是{premise.written}，文件是这样写的：", support, draft)
    _, sentence, value, clause = found
    other = Statement(notice.quote(sentence), (Support(notice.id, sentence),))
    blocks = (paragraph(other), *draft.blocks)
    return _below(
        f"文件写的有{as_written(value, clause.of(notice.text))}：", other.supports[0], replace(draft, blocks=blocks)
    )


def _below(verdict: str, support: Support, draft: Draft) -> Draft:
    head = paragraph(Statement(verdict, (support,), given=verdict, head=True))
    return replace(draft, blocks=(head, *draft.blocks))


def _nearer_one(asked: str, own: str, clauses: Sequence[str]) -> bool:
    """Whether another clause that sets a bound has clearly more of the question's words than ``own``, which states the figure: it
    may be of another thing (住院人均费用涨幅 asked, 区域医疗费用增长9% written), and what it is of is said."""
    shares = {clause: len(pairs_of(fold(asked)) & pairs_of(fold(clause))) for clause in clauses}
    bounds = (share for clause, share in shares.items() if facts_of(clause).of("bound"))
    return max(bounds, default=0) >= shares[own] + _CLEARLY


def _of_others(asked: frozenset[str], clause: str, clauses: Sequence[str]) -> bool:
    """Whether the clause states the figure of another level (城市公立医院 where 县级 is asked, which another clause is about)."""
    levels = wording("level")
    here = {s.of(clause) for s in levels.each(clause)}
    elsewhere = {s.of(c) for c in clauses if c != clause for s in levels.each(c)}
    return bool(here) and bool(asked & elsewhere) and not asked & here


def _of_beside(premise: Premise, asked: str, clause: str) -> bool:
    """Whether of several figures in a row (70%靠调价、20%靠财政) another one stands with the question's words (财政补70%对吧)."""
    pieces = [(find_values(piece), _longest_common(asked, piece)) for piece in split_at("、；;，,", clause)]
    alike = [(values, share) for values, share in pieces if any(map(premise.is_alike, values))]
    shares = [(any(map(premise.is_said_by, values)), share) for values, share in alike]
    mine = max((share for held, share in shares if held), default=0)
    return max((share for held, share in shares if not held), default=0) > mine


def _of_next(premise: Premise, asked: str, own: str, clauses: Sequence[str]) -> bool:
    """Whether a clause with another figure of the sort has a longer run of the question's words (中药饮片收入…20% beside 药品收入…50%)."""
    values = {clause: find_values(clause) for clause in clauses if clause != own}
    beside = [c for c, found in values.items() if any(premise.is_alike(v) and not premise.is_said_by(v) for v in found)]
    mine = _longest_common(asked, own) if beside else 0
    return any(_longest_common(asked, clause) > mine for clause in beside)


def _longest_common(asked: str, piece: str) -> int:
    """Characters of the longest run that both have: 中药饮片收入 tells two shares of one row apart, whose words are much the same."""
    first, second = fold(asked), fold(piece)
    return SequenceMatcher(None, first, second, autojunk=False).find_longest_match().size
