"""What several places or notices write laid beside each other (并列): whose figure is less, which words differ.

Figures only where each place's clause on the matter states one of the kind that is asked, in one unit; wordings only where
two clauses on the matter are the same but for some words. Anything else is left to the table. The trap: a target of 2017
beside one of 2020 is no contradiction, so the clause is told with its figure and year; nor are two rates one measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assistant.answering.draft import Statement, Support
from assistant.query.types import Query
from assistant.query.values import years_of
from assistant.retrieval.dated import time_before
from assistant.retrieval.matching import Unit, Weights, bigrams
from assistant.retrieval.selection import Pick
from corpus import fitted
from corpus.amounts import interval
from corpus.contrasts import conflicts
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numerals import Value, find_values, quantity
from corpus.text import clause_spans, fold, pairs_of
from corpus.types import Notice, Span

_LEAST, _LONGEST = fitted.number("answering.beside.least"), 60
"""Share of the question that a clause has to cover to be on the matter, and characters of one that is told."""
_LIKE = fitted.number("answering.beside.like")
"""Share of pairs of characters that two wordings of one clause have in common."""
_IS_CASE, _RATE = form("clause.is_case"), form("clause.rate")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause on the matter that a side quotes: its words, where it stands, and how much of the question it covers."""

    text: str
    span: Span
    support: Support
    share: float


def laid_beside(
    u: Query,
    sides: Sequence[tuple[str, Statement]],
    notices: Mapping[str, Notice],
    weights: Weights,
    sure: Sequence[Pick] = (),
) -> Statement | None:
    """What follows from the clauses that each side (its name, what it quotes) has on the matter, in one line: whose figure is less,
    or that they are figures of two rates; who has it done more often; two wordings of one clause; that all of them forbid. None
    where nothing follows.

    Args:
        sure: sentences that are read as the answer: the one clause of theirs that states what is asked is on the matter, whatever
            words of the question it has.
    """
    if len(sides) < 2 or not all(told.supports for _, told in sides):
        return None
    units = weights.units(u.content or u.topic)
    clauses = [(name, _clauses(told, notices, units, weights)) for name, told in sides]
    quoted = [(name, [clause for clause in own if clause.share >= _LEAST]) for name, own in clauses]
    if (figures := _figures(u, quoted, notices)) is not None:
        return figures
    read = [(name, _only_fitting(u, own, sure)) for name, own in clauses] if u.wants.figure else []
    if read and all(own for _, own in read) and (figures := _figures(u, read, notices)) is not None:
        return figures
    if "span" in u.values and (often := _how_often(clauses)) is not None:
        return often
    if len(quoted) == 2 and (wordings := _wordings(quoted[0], quoted[1])) is not None:
        return wordings
    return _forbidden(quoted)


def _clauses(
    told: Statement, notices: Mapping[str, Notice], units: tuple[Unit, ...], weights: Weights
) -> list[_Clause]:
    """The clauses that a side quotes, each that can be told in a line, with how much of the question it covers."""
    found: list[_Clause] = []
    for support in dict.fromkeys(told.supports):
        notice = notices[support.notice_id]
        for span in clause_spans(notice.text, support.span):
            article = notice.article_at(span.start)
            label = article.labels[-1] if article.labels else ""
            text = notice.quote(span).replace("\n", "").strip("，,；;。、 ").removeprefix(label).strip()
            share = weights.coverage(units, bigrams(text))
            if len(text) <= _LONGEST:
                found.append(_Clause(text, span, support, share))
    return found


def _only_fitting(u: Query, clauses: Sequence[_Clause], sure: Sequence[Pick]) -> list[_Clause]:
    """The one clause of the sentences in ``sure`` that states a value of the kind that is asked; none where several do."""
    read = [
        c
        for c in clauses
        if u.fits(c.text) and any(p.notice.id == c.support.notice_id and p.span.overlaps(c.span) for p in sure)
    ]
    return read if len(read) == 1 else []


def _said(text: str, supports: Sequence[Support]) -> Statement:
    return Statement(text, tuple(dict.fromkeys(supports)), given=text, head=True)


def _figures(
    u: Query, quoted: Sequence[tuple[str, Sequence[_Clause]]], notices: Mapping[str, Notice]
) -> Statement | None:
    """Whose figure is less; None where not every side states one in the same unit, or where it is not figures that are asked and
    the clause nearest to the matter states none."""
    found: list[tuple[str, _Clause, Value]] = []
    for name, clauses in quoted:
        asked = clauses if u.wants.figure else sorted(clauses, key=lambda c: -c.share)[:1]
        held = [clause for clause in asked if u.fits(clause.text)]
        clause = max(held, key=lambda c: (c.share, c.text), default=None)
        values = [v for v in find_values(clause.text) if u.fits(v.text + v.unit)] if clause else []
        if clause is None or len(values) != 1:
            return None
        found.append((name, clause, values[0]))
    numbers = [quantity(value.canonical) for *_, value in found]
    if len({value.unit or value.canonical[-1:] for *_, value in found}) > 1 or None in numbers:
        return None
    supports = [clause.support for _, clause, _ in found]
    rates = [set(_RATE.findall(clause.text)) for _, clause, _ in found]
    if all(len(one) == 1 for one in rates) and len(set.union(*rates)) == len(found):
        said = "，".join(f"{name}是“{clause.text}”" for name, clause, _ in found)
        return _said(f"说的不是同一个指标：{said}。", supports)
    years = [_years(notices[clause.support.notice_id], clause.span) for _, clause, _ in found]
    apart = len(set(years)) == len(found) and all(years)
    said = "；".join(
        f"{name}“{clause.text}”{f'（{when}年）' if apart else ''}"
        for (name, clause, _), when in zip(found, years, strict=True)
    )
    least = min(number for number in numbers if number is not None)
    lower = [name for (name, *_), number in zip(found, numbers, strict=True) if number == least]
    end = "数字相同" if len(lower) == len(found) else f"{'、'.join(lower)}的数字较小{_apart([v for *_, v in found])}"
    late = "，但不是同一年的数" if apart else ""
    bounds = {_stated(clause.text)[1] for _, clause, _ in found}
    alike = "不一样。" if len(lower) < len(found) else "一样。" if len(bounds) == 1 else ""
    word = alike if u.says("asks_same") and not apart else ""
    return _said(f"{word}放在一起看：{said}。{end}{late}。", supports)


def _how_often(quoted: Sequence[tuple[str, Sequence[_Clause]]]) -> Statement | None:
    """At which interval each side has it done, where what each quotes states one, in one measure."""
    found: list[tuple[str, _Clause, tuple[str, Fraction]]] = []
    for name, clauses in quoted:
        held = [(c, every) for c in clauses if (every := interval(c.text)) is not None]
        if len({every for _, every in held}) != 1:
            return None
        found.append((name, *max(held, key=lambda one: (one[0].share, one[0].text))))
    if len({measure for *_, (measure, _) in found}) > 1:
        return None
    lengths = [length for *_, (_, length) in found]
    short = [name for (name, *_), length in zip(found, lengths, strict=True) if length == min(lengths)]
    said = "；".join(f"{name}“{clause.text}”" for name, clause, _ in found)
    end = "间隔相同" if len(short) == len(found) else f"{'、'.join(short)}的间隔较短"
    return _said(f"放在一起看：{said}。{end}。", [clause.support for _, clause, _ in found])


def _years(notice: Notice, clause: Span) -> str:
    """The year a clause's figure is of: its own, else the nearest that stands before it in its article."""
    text = notice.quote(clause)
    if not years_of(text):
        before = time_before(notice, clause.start)
        text = before.of(notice.text) if before else ""
    return "、".join(map(str, sorted(years_of(text))))


def _apart(values: Sequence[Value]) -> str:
    """``，相差5个百分点`` for two figures of one plain measure; "" for more of them, or where a unit is not told."""
    numbers = [quantity(value.canonical) for value in values]
    units = {"个百分点" if value.canonical.endswith("%") else value.unit for value in values}
    if len(numbers) != 2 or None in numbers or len(units) != 1 or "" in units:
        return ""
    more, less = (Decimal(str(n)) for n in sorted((n for n in numbers if n is not None), reverse=True))
    return f"，相差{(more - less).normalize():f}{units.pop()}"


def _wordings(one: tuple[str, Sequence[_Clause]], other: tuple[str, Sequence[_Clause]]) -> Statement | None:
    """Two wordings of one clause side by side; None where none is written much alike by both, or they differ in no fact (duty,
    bound, figure, exception, one of a set of contrasts)."""
    left, right = (
        [(c, pairs_of(fold(c.text))) for c in clauses if not _IS_CASE.search(c.text)] for _, clauses in (one, other)
    )
    found: list[tuple[float, _Clause, _Clause]] = []
    for mine, a in left:
        for theirs, b in right:
            share = len(a & b) / max(len(a | b), 1)
            if share >= _LIKE:
                found.append((mine.share + share, mine, theirs))
    if not found:
        return None
    _, mine, theirs = max(found, key=lambda pair: pair[0])
    clause, beside = mine.text, theirs.text
    if fold(clause) == fold(beside):
        if any(_stated(c.text)[1] for c, _ in left) != any(_stated(c.text)[1] for c, _ in right):
            return None  # one of the two goes on to say how much
        text = f"{one[0]}与{other[0]}这一句写法相同：“{clause}”。"
    elif _stated(clause) != _stated(beside) or conflicts(clause, beside):
        text = f"这一句写法不同：{one[0]}“{clause}”，{other[0]}“{beside}”。"
    else:
        return None
    return _said(text, (mine.support, theirs.support))


def _forbidden(quoted: Sequence[tuple[str, Sequence[_Clause]]]) -> Statement | None:
    """That every side's clause nearest to the matter forbids it, each in its words."""
    nearest = [(name, max(clauses, key=lambda c: (c.share, c.text))) for name, clauses in quoted if clauses]
    if len(nearest) < len(quoted) or not all("forbid" in facts_of(c.text).names("duty") for _, c in nearest):
        return None
    said = "；".join(f"{name}“{clause.text}”" for name, clause in nearest)
    return _said(f"写的都是禁止：{said}。", [clause.support for _, clause in nearest])


def _stated(clause: str) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str, str]]]:
    """What the clause states in closed classes, whatever its other words."""
    facts = facts_of(clause)
    words = frozenset((w.kind, w.name) for w in facts.words)
    return words, frozenset((f.canonical, f.unit, f.bound) for f in facts.figures)
