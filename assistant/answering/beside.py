"""What several places or notices write laid beside each other (并列): whose figure is less, which words differ.

Figures only where each place's clause on the matter states one of the kind that is asked, in one unit; wordings only where
two clauses on the matter are the same but for some words. Anything else is left to the table. The trap: a target of 2017
beside one of 2020 is no contradiction, so the clause is told with its figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from assistant.answering.draft import Statement, Support
from assistant.query.types import Query
from assistant.retrieval.matching import Weights, bigrams
from corpus import fitted
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
_IS_CASE = form("clause.is_case")


def figures_beside(u: Query, rows: Sequence[Sequence[Statement]], weights: Weights) -> Statement | None:
    """One line under a table of places (name, cell, documents); None where the figures cannot be laid side by side."""
    found: list[tuple[str, str, Value]] = []
    for name, cell, *_ in rows:
        told = _figure(u, cell, weights) if cell.supports else None
        if told is None:
            return None
        found.append((name.text, *told))
    numbers = [quantity(value.canonical) for *_, value in found]
    if len(found) < 2 or len({value.unit or value.canonical[-1:] for *_, value in found}) > 1 or None in numbers:
        return None
    said = "；".join(f"{name}“{clause}”" for name, clause, _ in found)
    least = min(number for number in numbers if number is not None)
    lower = [name for (name, *_), number in zip(found, numbers, strict=True) if number == least]
    end = "数字相同" if len(lower) == len(found) else f"{'、'.join(lower)}的数字较小{_apart([v for *_, v in found])}"
    text = f"放在一起看：{said}。{end}。"
    supports = tuple(support for _, cell, *_ in rows for support in cell.supports[:1])
    return Statement(text, supports, given=text, head=True)


def _apart(values: Sequence[Value]) -> str:
    """``，相差5个百分点`` for two figures of one plain measure; "" for more of them, or where a unit is not told."""
    numbers = [quantity(value.canonical) for value in values]
    units = {"个百分点" if value.canonical.endswith("%") else value.unit for value in values}
    if len(numbers) != 2 or None in numbers or len(units) != 1 or "" in units:
        return ""
    more, less = (Decimal(str(n)) for n in sorted((n for n in numbers if n is not None), reverse=True))
    return f"，相差{(more - less).normalize():f}{units.pop()}"


def _figure(u: Query, cell: Statement, weights: Weights) -> tuple[str, Value] | None:
    """The clause of the cell that is on the matter, with its one figure of the kind asked."""
    text = cell.text.replace("\n", "")
    clauses = [span.of(text).strip("，,；;。、 ") for span in clause_spans(text, Span(0, len(text)))]
    units = weights.units(u.content or u.topic)
    held = [(weights.coverage(units, bigrams(clause)), clause) for clause in clauses if u.fits(clause)]
    if not held:
        return None
    share, clause = max(held)
    values = [value for value in find_values(clause) if u.fits(value.text + value.unit)]
    if share < _LEAST or len(values) != 1 or len(clause) > _LONGEST:
        return None
    return clause, values[0]


def wordings_beside(
    u: Query, one: tuple[str, Statement], other: tuple[str, Statement], notices: Mapping[str, Notice], weights: Weights
) -> Statement | None:
    """One line that sets the two wordings of one clause side by side, each under its name; None where none is on the matter
    and written much alike by both, or they differ in no fact (duty, bound, figure, exception, one of a set of contrasts)."""
    if u.wants.body:
        return None
    units = weights.units(u.content or u.topic)
    left, right = (
        [
            (on_matter, clause, pairs_of(fold(clause)), support)
            for clause, support in _clauses(cell, notices)
            if (on_matter := weights.coverage(units, bigrams(clause))) >= _LEAST
        ]
        for _, cell in (one, other)
    )
    found: list[tuple[float, str, str, Support, Support]] = []
    for on_matter, clause, mine, support in left:
        for _, beside, theirs, its in right:
            share = len(mine & theirs) / max(len(mine | theirs), 1)
            if share >= _LIKE:
                found.append((on_matter + share, clause, beside, support, its))
    if not found:
        return None
    _, clause, beside, support, its = max(found, key=lambda pair: pair[0])
    if fold(clause) == fold(beside):
        text = f"{one[0]}与{other[0]}这一句写法相同：“{clause}”。"
    elif _stated(clause) != _stated(beside) or conflicts(clause, beside):
        text = f"这一句写法不同：{one[0]}“{clause}”，{other[0]}“{beside}”。"
    else:
        return None
    return Statement(text, (support, its), given=text, head=True)


def _clauses(cell: Statement, notices: Mapping[str, Notice]) -> Iterator[tuple[str, Support]]:
    """The clauses that a cell quotes, with the quote each stands in."""
    for support in dict.fromkeys(cell.supports):
        notice = notices[support.notice_id]
        for span in clause_spans(notice.text, support.span):
            article = notice.article_at(span.start)
            label = article.labels[-1] if article.labels else ""
            clause = notice.quote(span).strip("，,；;。、 \n").removeprefix(label).strip()
            if len(clause) <= _LONGEST and not _IS_CASE.search(clause):
                yield clause, support


def _stated(clause: str) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str, str]]]:
    """What the clause states in closed classes, whatever its other words."""
    facts = facts_of(clause)
    words = frozenset((w.kind, w.name) for w in facts.words)
    return words, frozenset((f.canonical, f.unit, f.bound) for f in facts.figures)
