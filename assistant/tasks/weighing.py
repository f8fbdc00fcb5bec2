"""What of a notice matters most (轻重): how much a sentence sets for its length, and a long one cut to what it sets.

Apart from :mod:`assistant.tasks.filling`, which knows lines and room; here sentences are weighed against each other. The trap: a fine
cut from its sentence tells not for what, so one is told from the beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.duties.targets import deadlines_in, figures_in
from assistant.query.tasks import Matter
from assistant.tasks.sections import Section
from corpus import fitted
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numerals import find_values
from corpus.text import clause_spans
from corpus.types import Notice, Span
from corpus.wordlists import units

PENALTY, IN_FORCE = form("states.fine"), form("force.from")
_FREE = form("states.not_due")
CLAUSE = fitted.whole("tasks.filling.clause")
"""Characters beyond which a sentence may be told by the clauses that set something."""
FORBIDS = "forbid"
_MONEY, _WEIGHT, _AGAIN = units("money"), 30, fitted.number("tasks.filling.again")
"""Units of money, and characters by which a sentence counts as longer than it is: a bare figure says nothing; what a further
sentence of an article counts."""
STOPS, _PIECE = "，,；;。：:", ("；", ";")
SETS, FORBIDDING, FIRST, MORE = range(4)
"""In which order sentences are told as long as there is room."""


@dataclass(slots=True)
class Group:
    """What is told together: a sentence, or a lead-in with its items."""

    said: list[tuple[Section, Span]]
    rank: int
    told: bool = False


def choose(notice: Notice, groups: Sequence[Group], room: int, most: int | None) -> None:
    """Tells what matters most, wherever it stands: the clauses that hold most sums, shares and limits for their length, then terms
    and days; of an article that has been told already less each time. A heading takes no room of what is said.

    Args:
        room: characters that may be told.
        most: how many may be, None for any number.
    """
    left_over = list(groups)
    for group in groups:
        shorten(notice, group, None)
    fines = 2 * sum(_fines(notice, group) for group in groups) > len(groups)
    worth = {id(group): _worth(notice, group, fines=fines) for group in groups}
    left, told = room, Counter[int]()
    while left_over and (most is None or told.total() < most):
        best = max(left_over, key=lambda one: worth[id(one)] * _AGAIN ** told[_at(one)])
        left_over.remove(best)
        if not told or length(best) <= left:
            best.told, left = True, left - length(best)
            told[_at(best)] += 1


def _at(group: Group) -> int:
    """The article that a sentence stands in."""
    return group.said[0][0].article.ordinal


def _fines(notice: Notice, group: Group) -> bool:
    return any(PENALTY.search(notice.quote(span)) for _, span in group.said)


def _worth(notice: Notice, group: Group, *, fines: bool) -> float:
    """How much a sentence sets for its length: sums and shares count whole, other figures and times half, what it forbids too.

    Args:
        fines: they are what is told of, as in a chapter on what breaches cost.
    """
    text = " ".join(notice.quote(span) for _, span in group.said)
    values = [v for v in find_values(text) if v.unit or v.canonical.endswith("%")]
    sums = sum(v.unit in _MONEY or v.canonical.endswith("%") for v in values)
    others = min(len(values) - sums, 2)
    if not fines and _fines(notice, group):
        return 0.0  # what a breach costs is no limit, rate or day that people go by
    free = 2 * len(_FREE.findall(text))
    times = len(deadlines_in(text, notice.issued_on)) + bool(IN_FORCE.search(text))
    forbids = any(word.name == FORBIDS for word in facts_of(text).words)
    return (sums + free + 0.5 * (others + times + forbids) - 0.1 * (group.rank == MORE)) / (_WEIGHT + len(text))


def length(group: Group) -> int:
    """Characters of what is told together."""
    return sum(span.end - span.start for _, span in group.said)


def shorten(notice: Notice, group: Group, matter: Matter | None) -> None:
    """Of a long sentence the clauses that set a figure, each with the time in front of it, and those from the matter on."""
    if not (group.rank == SETS or matter) or len(group.said) > 1 or length(group) <= CLAUSE:
        return
    section, span = group.said[0]
    kept: list[Span] = []
    time: int | None = None
    about = False
    clauses = clause_spans(notice.text, span)
    if fine := next((one for one in clauses if matter is None and PENALTY.search(notice.quote(one))), None):
        group.said = [(section, _bare(notice, Span(span.start, fine.end)))]  # a fine by itself tells not for what
        return
    for clause in clauses:
        text = notice.quote(clause)
        about = about or bool(matter and matter.in_(text))  # what is said of it stands behind it
        if about or figures_in(text):
            start = clause.start if time is None or clause.end - time > 2 * CLAUSE else time
            if kept and kept[-1].end >= start:
                start = kept.pop().start
            kept.append(Span(start, clause.end))
            time = None
        elif deadlines_in(text, notice.issued_on):
            time = clause.start
        if text.rstrip().endswith(_PIECE):
            time, about = None, False
    if kept:
        group.said = [(section, _bare(notice, one)) for one in kept]


def _bare(notice: Notice, span: Span) -> Span:
    """``span`` without the marks it ends in."""
    return Span(span.start, span.start + len(notice.quote(span).rstrip(f"{STOPS} \n")))
