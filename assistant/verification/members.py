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
from corpus.grammar import form, split_at
from corpus.numerals import find_values
from corpus.parallel import Series, ordinals_of, said_together
from corpus.text import clause_spans, fold
from corpus.types import Span

_TIMES = ("年", "月", "日", "号")
_SAME = 0.5
_BELONGS, _DEFINES = form("claim.belongs"), form("claim.defines_class")


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


def membership(claim: str, sources: Sequence[str]) -> Fault | bool | None:
    """Whether ``sources`` list those of whom ``claim`` says that they belong to a class (…属于第三类) under that class; the fault
    where they list them under another alone; None where the claim says no such thing, or they list them nowhere.

    >>> source = ["第一类：特困人员；第二类：低保对象、边缘家庭。"]
    >>> membership("低保对象属于第二类对象。", source), membership("低保对象属于第一类对象。", source).detail
    (True, '原文中“低保对象”属于第二类，不是第一类')
    """
    said = _BELONGS.match(claim.strip())
    classes = ordinals_of(said["class"]) if said else ()
    if said is None or len(classes) != 1:
        return None
    (wanted,) = classes
    listed = [
        told for source in sources for told in _told(source)
        if _DEFINES.match(told.text, told.text.find(told.mention.text) + len(told.mention.text))
        and (told.mention.before, told.mention.behind) == (wanted.before, wanted.behind)
    ]  # fmt: skip
    names = [fold(name) for name in split_at("、", said["who"])]
    own = [fold(told.text) for told in listed if told.mention.members.keys() & wanted.members.keys()]
    if own and all(any(name in text for text in own) for name in names):
        return True
    for name in names:
        others = [told for told in listed if name in fold(told.text)]
        if others and not any(name in text for text in own):
            return Fault("member", f"原文中“{name}”属于{others[0].mention.text}，不是{wanted.text}")
    return None


def confirmed(claim: str, sources: Sequence[str]) -> frozenset[str]:
    """Values of the figures that ``claim`` gives members of a series and ``sources`` give all of the same.

    >>> sorted(confirmed("第一类减八成，第二类减六成", ["第一类对象减八成；第二、三类对象减六成。"]))
    ['60%', '80%']
    """
    theirs = [told for source in sources for told in _told(source)]
    found: set[str] = set()
    for said in _told(claim):
        for told in theirs:
            alike = (told.mention.before, told.mention.behind) == (said.mention.before, said.mention.behind)
            if alike and said.mention.members.keys() <= told.mention.members.keys():
                found |= said.figures.keys() & told.figures.keys()
    return frozenset(found)


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
