"""Which sentences of a notice there is room for (取舍): lines by its outline, and what each of them tells.

What sets a figure, a time or a penalty goes first, behind the first thing that each line has to tell. A long sentence that sets
something is cut to its clauses that do, where room is short. The trap: a lead-in (分为五类：) says nothing without its items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.duties.targets import deadlines_in
from assistant.query.summing import Shape
from assistant.query.tasks import Matter
from assistant.query.values import has_period, lasts_or_recurs
from assistant.tasks.sections import STOPLESS, Section, leads, said_in
from assistant.tasks.stating import states_figure
from assistant.tasks.weighing import (
    CLAUSE,
    FIRST,
    FORBIDDING,
    FORBIDS,
    IN_FORCE,
    MORE,
    PENALTY,
    SETS,
    Group,
    choose,
    length,
    shorten,
)
from corpus import fitted
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.text import GAP
from corpus.types import Notice, Span

_GUIDING = form("order.guiding")
CHARACTERS, POINT, LINES, RUN_IN = (
    fitted.whole("tasks.filling.characters"),
    fitted.whole("tasks.filling.point"),
    fitted.whole("tasks.filling.lines"),
    fitted.whole("tasks.filling.run_in"),
)
"""Characters of the whole and of one of so many points, and lines where the message leaves them open; a sentence up to ``RUN_IN`` only
names what the next one says."""
_HEADS = fitted.number("tasks.filling.heads")
"""Share of the characters that headings may take."""


@dataclass(slots=True)
class Line:
    """A line: a section, of which those below are named in it where ``within``, and what it says; ``unnamed``: without the section's name."""

    section: Section
    groups: list[Group] = field(default_factory=list)
    within: tuple[Section, ...] = ()
    heads: bool = False
    names: bool = True
    unnamed: bool = False

    @property
    def room(self) -> int:
        """Characters that its headings take."""
        named = sum(len(one.name) + 1 for one in self.within) if self.names else 0
        return len(self.section.head) + named

    @property
    def says(self) -> bool:
        """Whether its headings tell something by themselves: 第二章 over articles without names does not."""
        mark = parse_mark(self.section.article.labels[-1])
        of_law = mark is not None and mark.style in STOPLESS
        return bool(self.section.name) and (not of_law or any(one.name for one in self.section.below))


def filled(notice: Notice, sections: Sequence[Section], shape: Shape, matter: Matter | None) -> list[Line]:
    """The lines, with what of their sentences is told."""
    room = shape.characters or (2 * shape.sentences * CLAUSE if shape.sentences else CHARACTERS)
    pointed = shape.lines if matter is None and not shape.short else None
    lines = _points(notice, sections, pointed) if pointed else _sections(notice, sections, shape, room, matter)
    for line in lines:
        line.groups = list(_groups(notice, line))
    if sum(line.room for line in lines) > _HEADS * room:
        for line in lines:
            line.names = False
    if matter:
        for line in lines:
            headed = matter.in_(" ".join((*line.section.article.headings, line.section.name)))
            line.groups = [g for g in line.groups if headed or any(matter.in_(notice.quote(s)) for _, s in g.said)]
        lines = [line for line in lines if line.groups]
    if pointed and len(lines) == 1 and lines[0].groups and not lines[0].within:
        return _by_sentence(notice, lines[0], pointed)
    if pointed:
        for line in lines:
            line.names = False
            choose(notice, line.groups, POINT, None)
        return [line for line in lines if any(group.told for group in line.groups)] or lines
    if shape.short and matter is None:
        for line in lines:
            line.names = False
        choose(notice, [group for line in lines for group in line.groups], room, shape.sentences)
        return [line for line in lines if any(group.told for group in line.groups)]
    _fill(notice, lines, room, matter)
    return lines


def sets(notice: Notice, span: Span) -> bool:
    """Whether what is said there sets a figure, a time or a penalty: what people look for in a summary."""
    text = notice.quote(span)
    return GAP.search(text) is None and (
        bool(deadlines_in(text, notice.issued_on))
        or states_figure(text)
        or has_period(text)
        or lasts_or_recurs(text)
        or PENALTY.search(text) is not None
    )


def _all(notice: Notice, sections: Sequence[Section]) -> list[Line]:
    return [
        Line(one, heads=bool(one.below) and not _is_list(notice, one))
        for root in sections
        for one in _walked(notice, root)
    ]


def _walked(notice: Notice, section: Section) -> Iterator[Section]:
    yield section
    if not _is_list(notice, section):
        for one in section.below:
            yield from _walked(notice, one)


def _sections(
    notice: Notice, sections: Sequence[Section], shape: Shape, room: int, matter: Matter | None
) -> list[Line]:
    """A line a section: all of them where only what is on one matter is told, else as deep as there is room."""
    return _cut(notice, sections, shape, room) if matter is None else _all(notice, sections)


def _cut(notice: Notice, sections: Sequence[Section], shape: Shape, room: int) -> list[Line]:
    """As deep as there is room for a line each; what stands below the last depth is named in its line."""
    said = sum(one.article.span.end - one.article.span.start for root in sections for one in root.each())
    most = shape.lines or (LINES if said > room else said)
    level = list(sections)
    lines = [Line(one) for one in level]
    while any(one.below and not _is_list(notice, one) for one in level):
        finer: list[Section] = []
        deeper: list[Line] = []
        open_ = {id(one) for one in level}
        for line in lines:
            if id(line.section) not in open_ or not line.section.below or _is_list(notice, line.section):
                deeper.append(line)
                finer += [line.section] if id(line.section) in open_ else []
                continue
            if shape.lines is None or said_in(notice, line.section):
                deeper.append(Line(line.section, heads=True))
            deeper += [Line(one) for one in line.section.below]
            finer += line.section.below
        if len(finer) > most or sum(line.room for line in deeper) > _HEADS * room:
            break
        level, lines = finer, deeper
    for line in lines:
        if line.section.below and not line.heads and not _is_list(notice, line.section):
            line.within = tuple(line.section.below)
    return _most_held(notice, lines, shape.lines)


def _points(notice: Notice, sections: Sequence[Section], most: int) -> list[Line]:
    """A line a point: the sections, of which the fullest is told by those below it until there are as many as are wanted."""
    level = list(sections)
    while len(level) < most and (open_ := [one for one in level if one.below and not _is_list(notice, one)]):
        fullest = max(
            open_, key=lambda one: sum(span.end - span.start for s in one.each() for span in said_in(notice, s))
        )
        at = level.index(fullest)
        level[at : at + 1] = fullest.below
    lines = [Line(one, within=() if _is_list(notice, one) else tuple(one.below)) for one in level]
    return _most_held(notice, lines, most)


def _by_sentence(notice: Notice, line: Line, most: int) -> list[Line]:
    """The points of one section that holds no others: so many of its sentences, those that matter most, in order of the text."""
    line.names = False
    choose(notice, line.groups, CHARACTERS, most)
    told = [Line(line.section, [group], unnamed=True) for group in line.groups if group.told]
    told[-1].groups += [group for group in line.groups if not group.told]
    return told


def _most_held(notice: Notice, lines: list[Line], most: int | None) -> list[Line]:
    """Of more lines than are wanted those that hold most, and of those that hold as much what sets most."""
    if most is None or len(lines) <= most:
        return lines

    def held(at: int) -> tuple[int, int, int]:
        one = lines[at].section
        setting = sum(sets(notice, span) for below in one.each() for span in said_in(notice, below))
        articles = one.below if not _is_list(notice, one) else ()
        return -sum(1 for below in articles for _ in below.leaves()), -setting, at

    return [lines[at] for at in sorted(sorted(range(len(lines)), key=held)[:most])]


def _is_list(notice: Notice, section: Section) -> bool:
    """Whether it leads in items that are told in one line: none holds others, or has a name and says more."""
    own = said_in(notice, section)
    if not section.below or not own or not leads(notice, own[-1]):
        return False
    return not any(one.below or (one.name and len(said_in(notice, one)) > 1) for one in section.below)


def _groups(notice: Notice, line: Line) -> Iterator[Group]:
    """What a line may tell, in order of the text."""
    yield from _own(notice, line.section, named=False)
    for one in line.within:
        for below in _walked(notice, one):
            yield from _own(notice, below, named=True)


def _own(notice: Notice, section: Section, *, named: bool) -> Iterator[Group]:
    """What a section says by itself; ``named``: in the line of another, where its name tells of it already."""
    own = _with_run_in(notice, said_in(notice, section))
    listed = _is_list(notice, section)
    for at, span in enumerate(own):
        said = [(section, span)]
        if listed and at == len(own) - 1:
            for one in section.below:
                said += [(one, s) for s in said_in(notice, one) or [one.article.span]]
        elif section.below and leads(notice, span):
            continue  # its items stand in lines of their own
        rank = MORE if at or (named and section.name) else FIRST
        if _GUIDING.match(notice.quote(span)):
            rank = MORE
        elif any(sets(notice, s) and IN_FORCE.search(notice.quote(s)) is None for _, s in said):
            rank = SETS
        elif any(w.name == FORBIDS for _, s in said for w in facts_of(notice.quote(s)).words):
            rank = FORBIDDING
        yield Group(said, rank)


def _with_run_in(notice: Notice, said: Sequence[Span]) -> list[Span]:
    """Sentences, of which one that only names what the next says (加强硬件建设。全面完成…) stands together with it."""
    found: list[Span] = []
    name: Span | None = None
    for span in said:
        if name is None and span.end - span.start <= RUN_IN and span is not said[-1] and not sets(notice, span):
            name = span
            continue
        found.append(Span(name.start, span.end) if name else span)
        name = None
    return found


def _fill(notice: Notice, lines: Sequence[Line], room: int, matter: Matter | None) -> None:
    """Tells what there is room for: the first thing each line has to tell, then what sets something, of each line in turn."""
    left = room - sum(line.room for line in lines if line.says)
    turns = sorted(
        (
            (turn > 0 or bool(line.within) or group.rank == MORE, group.rank, turn, at, group)
            for at, line in enumerate(lines)
            for turn, group in enumerate(sorted(line.groups, key=lambda one: one.rank))
        ),
        key=lambda one: one[:4],
    )
    groups = [one[-1] for one in turns]
    if sum(length(group) for group in groups if group.rank == SETS or matter) > left:
        for group in groups:
            shorten(notice, group, matter)
    for _, _, _, at, group in turns:
        known = lines[at].says or any(one.told for one in lines[at].groups)
        cost = length(group) + (0 if known else len(lines[at].section.head))
        if cost <= left:
            group.told, left = True, left - cost
    if groups and not any(group.told for group in groups) and not any(line.says for line in lines):
        groups[0].told = True
