"""Whose figure it is among members of a series (并列对象): the 60 % of 第二、三类 is not that of 第一类.

The words around such figures are the same for every member, so neither wording nor a reader tells them apart; here each
clause is asked which members it names, and what follows belongs to them until others are named. The trap: a year or a day
before the next member is said of that one, so dates are left to the checks of dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import Fault
from corpus.numerals import find_values
from corpus.parallel import Series, ordinals_of, said_together
from corpus.text import clause_spans
from corpus.types import Span

_TIMES = ("年", "月", "日", "号")
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class _Told:
    """A stretch that is said of one mention: its figures by value, as written."""

    mention: Series
    text: str
    figures: dict[str, str]


def member_faults(claim: str, sources: Sequence[str]) -> list[Fault]:
    """Figures of the claim that ``sources`` give other members of the series, and what they say of several only together."""
    mine = list(_told(claim))
    theirs = [told for source in sources for told in _told(source)] if mine else []
    found: list[Fault] = []
    for said in mine:
        alike = [
            t for t in theirs if (t.mention.before, t.mention.behind) == (said.mention.before, said.mention.behind)
        ]
        own = [t for t in alike if t.mention.members.keys() & said.mention.members.keys()]
        others = [t for t in alike if t not in own]
        for value, written in said.figures.items():
            if own and not any(value in t.figures for t in own) and any(value in t.figures for t in others):
                whose = next(t.mention.text for t in others if value in t.figures)
                found.append(Fault("member", f"原文中“{written}”说的是{whose}，不是{said.mention.text}"))
        for told in own:
            fewer = said.mention.members.keys() < told.mention.members.keys()
            grams = bigrams(said.text)
            same = len(grams & bigrams(told.text)) >= _SAME * len(grams)
            if fewer and same and said_together(told.text) and len(own) == 1:
                found.append(Fault("member", f"原文是把{told.mention.text}合在一起说的，不是单说{said.mention.text}"))
    return found


def _told(text: str) -> Iterator[_Told]:
    """The stretches of one sentence that are said of a mention: its clause, and the clauses after it that name none."""
    mentions = ordinals_of(text)
    cuts: list[tuple[int, Series]] = []
    for clause in clause_spans(text) if mentions else ():
        inside = [one for one in mentions if clause.contains(one.span)]
        cuts += [(clause.start if one is inside[0] else one.span.start, one) for one in inside]
    for at, (start, mention) in enumerate(cuts):
        span = Span(start, cuts[at + 1][0] if at + 1 < len(cuts) else len(text))
        stretch = span.of(text)
        figures = {
            value.canonical: value.text
            for value in find_values(stretch)
            if value.unit not in _TIMES
            and not any(o.span.overlaps(Span(start + value.span.start, start + value.span.end)) for o in mentions)
        }
        yield _Told(mention, stretch, figures)
