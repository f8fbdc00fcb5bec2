"""Which sentences of a notice there is room for (取舍): lines by its outline, and what each of them tells.

What sets a figure, a time or a penalty goes first, behind the first thing that each line has to tell. A long sentence that sets
something is cut to its clauses that do, where room is short. The trap: a lead-in (分为五类：) says nothing without its items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.duties.targets import deadlines_in, figures_in
from assistant.query.summing import Shape
from assistant.query.tasks import Matter
from assistant.query.values import has_period, lasts_or_recurs
from assistant.tasks.sections import STOPLESS, Section, leads, said_in
from assistant.tasks.stating import states_figure
from corpus import fitted
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.numerals import find_values
from corpus.text import GAP, clause_spans
from corpus.types import Notice, Span
from corpus.wordlists import units

_PENALTY, _IN_FORCE, _GUIDING = form("states.fine"), form("force.from"), form("order.guiding")
_FREE = form("states.not_due")
CHARACTERS, POINT, LINES, CLAUSE, RUN_IN = (
    fitted.whole("tasks.filling.characters"),
    fitted.whole("tasks.filling.point"),
    fitted.whole("tasks.filling.lines"),
    fitted.whole("tasks.filling.clause"),
    fitted.whole("tasks.filling.run_in"),
)
"""Characters of the whole and of one of so many points, and lines where the message leaves them open; a longer sentence may be told
by the clauses that set something, one up to
``RUN_IN`` only names what the next one says."""
FORBIDS = "forbid"
_HEADS = fitted.number("tasks.filling.heads")
"""Share of the characters that headings may take."""
_MONEY, _WEIGHT, _AGAIN = units("money"), 30, fitted.number("tasks.filling.again")
"""Units of money, and characters by which a sentence counts as longer than it is: a bare figure says nothing; what a further
sentence of an article counts."""
STOPS, _PIECE = "，,；;。：:", ("；", ";")
_SETS, _FORBIDS, _FIRST, _MORE = range(4)
"""In which order sentences are told as long as there is room."""


@dataclass(slots=True)
class Group:
    """What is told together: a sentence, or a lead-in with its items."""

    said: list[tuple[Section, Span]]
    rank: int
    told: bool = False


@dataclass(slots=True)
class Line:
    """A line: a section, of which those below are named in it where ``within``, and what it says."""

    section: Section
    groups: list[Group] = field(default_factory=list)
    within: tuple[Section, ...] = ()
    heads: bool = False
    names: bool = True

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
    if pointed:
        for line in lines:
            _choose(notice, [line], POINT, None)
        return [line for line in lines if any(group.told for group in line.groups)]
    if shape.short and matter is None:
        _choose(notice, lines, room, shape.sentences)
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
        or _PENALTY.search(text) is not None
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
        rank = _MORE if at or (named and section.name) else _FIRST
        if _GUIDING.match(notice.quote(span)):
            rank = _MORE
        elif any(sets(notice, s) and _IN_FORCE.search(notice.quote(s)) is None for _, s in said):
            rank = _SETS
        elif any(w.name == FORBIDS for _, s in said for w in facts_of(notice.quote(s)).words):
            rank = _FORBIDS
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
            (turn > 0 or bool(line.within) or group.rank == _MORE, group.rank, turn, at, group)
            for at, line in enumerate(lines)
            for turn, group in enumerate(sorted(line.groups, key=lambda one: one.rank))
        ),
        key=lambda one: one[:4],
    )
    groups = [one[-1] for one in turns]
    if sum(_length(group) for group in groups if group.rank == _SETS or matter) > left:
        for group in groups:
            _shorten(notice, group, matter)
    for _, _, _, at, group in turns:
        known = lines[at].says or any(one.told for one in lines[at].groups)
        cost = _length(group) + (0 if known else len(lines[at].section.head))
        if cost <= left:
            group.told, left = True, left - cost
    if groups and not any(group.told for group in groups) and not any(line.says for line in lines):
        groups[0].told = True


def _choose(notice: Notice, lines: Sequence[Line], room: int, most: int | None) -> None:
    """Tells what matters most, wherever it stands: the clauses that hold most sums, shares and limits for their length, then terms
    and days; of an article that has been told already less each time. A heading takes no room of what is said."""
    groups = [group for line in lines for group in line.groups]
    for group in groups:
        _shorten(notice, group, None)
    for line in lines:
        line.names = False
    fines = 2 * sum(_fines(notice, group) for group in groups) > len(groups)
    worth = {id(group): _worth(notice, group, fines=fines) for group in groups}
    left, told = room, Counter[int]()
    while groups and (most is None or told.total() < most):
        best = max(groups, key=lambda one: worth[id(one)] * _AGAIN ** told[_at(one)])
        groups.remove(best)
        if not told or _length(best) <= left:
            best.told, left = True, left - _length(best)
            told[_at(best)] += 1


def _at(group: Group) -> int:
    """The article that a sentence stands in."""
    return group.said[0][0].article.ordinal


def _fines(notice: Notice, group: Group) -> bool:
    return any(_PENALTY.search(notice.quote(span)) for _, span in group.said)


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
    times = len(deadlines_in(text, notice.issued_on)) + bool(_IN_FORCE.search(text))
    forbids = any(word.name == FORBIDS for word in facts_of(text).words)
    return (sums + free + 0.5 * (others + times + forbids) - 0.1 * (group.rank == _MORE)) / (_WEIGHT + len(text))


def _length(group: Group) -> int:
    return sum(span.end - span.start for _, span in group.said)


def _shorten(notice: Notice, group: Group, matter: Matter | None) -> None:
    """Of a long sentence the clauses that set a figure, each with the time in front of it, and those from the matter on."""
    if not (group.rank == _SETS or matter) or len(group.said) > 1 or _length(group) <= CLAUSE:
        return
    section, span = group.said[0]
    kept: list[Span] = []
    time: int | None = None
    about = False
    clauses = clause_spans(notice.text, span)
    if fine := next((one for one in clauses if matter is None and _PENALTY.search(notice.quote(one))), None):
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
