"""Figures of several places laid beside each other (数字并列): what each writes of the same thing, and whose is less.

Only where each place's clause on the matter states one figure of the kind that is asked, in one unit; anything else is
left to the table. The trap: a target of 2017 beside one of 2020 is no contradiction, so the clause is told with its figure.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Statement
from assistant.query.types import Query
from assistant.retrieval.matching import Weights, bigrams
from corpus import fitted
from corpus.numerals import Value, find_values, quantity
from corpus.text import clause_spans
from corpus.types import Span

_LEAST, _LONGEST = fitted.number("answering.beside.least"), 60
"""Share of the question that a clause has to cover to be on the matter, and characters of one that is told."""


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
    end = "数字相同" if len(lower) == len(found) else f"{'、'.join(lower)}的数字较小"
    text = f"放在一起看：{said}。{end}。"
    supports = tuple(support for _, cell, *_ in rows for support in cell.supports[:1])
    return Statement(text, supports, given=text, head=True)


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
