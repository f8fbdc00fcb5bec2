"""Parts of a notice that a message calls by name (点名的部分): by their heading, or by what every notice calls such a part.

The headings are the notice's own, so no list of matters is needed. What ends a notice is called 保障措施, 组织实施 or 工作要求, so the
usual parts are known by all their names. The trap: a heading that stands in the title is the document, not a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.query.types import Query
from assistant.tasks.sections import Section, in_order, sections_called, sections_of
from corpus import fitted
from corpus.grammar import form
from corpus.text import fold
from corpus.types import Notice
from corpus.wording import wording

GOALS, STEPS = "part_goals", "part_steps"
_USUAL = (GOALS, "part_tasks", "part_safeguards", STEPS)
_LEAST, _DEEPEST = 3, 2
"""Characters of a heading that a message can name, and how deep a usual part may stand."""
_MOST_OF = fitted.number("tasks.parts.most_of")
"""Share of a heading, from its end, that names it."""
_COUNTED = form("heading.counted")


def parts_meant(q: Query, notice: Notice) -> list[Section]:
    """The sections of ``notice`` that ``q`` asks for, in order of the text; [] where it names none."""
    for part in filter(None, (q.part_wanted, *q.quoted)):  # “改善就医体验”那条缩成几句
        if called := sections_called(notice, part, chapter=q.says("ask.chapter")):
            return called
    if told := _told_in(q.part_wanted, notice):
        return told
    every = [one for root in sections_of(notice) for one in root.each()]
    quoted = [word for word in q.quoted if len(word) > _LEAST]
    if in_quotes := [one for one in every if any(in_order(word, one.name) for word in quoted)]:
        return _highest(in_quotes)
    named = [one for one in every if _is_named(q, one.name, notice.title)]
    found = [one for one in named if not any(one.name != other.name and one.name in other.name for other in named)]
    for usual in _USUAL:
        if not q.says(usual) or any(wording(usual).in_(one.name) for one in found):
            continue
        found += _usual(usual, every, notice)
    return _highest(found)


def _told_in(part: str, notice: Notice) -> list[Section]:
    """The one lowest section that speaks of ``part`` where no heading does (互联网医疗那条): the only one that has its words, or the one
    that has them most often; [] where several do alike."""
    if len(part) < _LEAST:
        return []
    leaves = [one for root in sections_of(notice) for one in root.leaves()]
    words = fold(part)
    often = sorted(
        ((fold(notice.quote(one.article.span)).count(words), at) for at, one in enumerate(leaves)), reverse=True
    )
    if not often or not often[0][0] or (len(often) > 1 and often[1][0] == often[0][0]):
        return []
    return [leaves[often[0][1]]]


def _is_named(q: Query, name: str, title: str) -> bool:
    """Whether ``q`` names the heading: as it is, most of it in a row (重点应用 of 深化重点应用), or by what it counts (十件实事)."""
    if counted := _COUNTED.match(name):
        return q.names(counted["what"]) and q.shape.listed
    least = max(_LEAST, round(_MOST_OF * len(name)))
    runs = {name[at : at + n] for n in range(least, len(name) + 1) for at in range(len(name) - n + 1)}
    return any((len(run) > _LEAST or run == name) and run not in title and q.names(run) for run in runs)


def sections_headed(notice: Notice, names: Sequence[str]) -> list[Section]:
    """The sections whose heading has one of ``names``, the highest, in order of the text."""
    every = [one for root in sections_of(notice) for one in root.each()]
    return _highest([one for one in every if any(name in one.name for name in names)])


def names_goals(section: Section) -> bool:
    """Whether the section is the part of a notice that tells what is aimed at."""
    return wording(GOALS).in_(section.name)


def _usual(usual: str, every: Sequence[Section], notice: Notice) -> list[Section]:
    """The sections called by the first of the usual names that any is called by."""
    for word in wording(usual).words:
        called = [
            one
            for one in every
            if word in one.name and wording(usual).in_(one.name) and one.article.level <= _DEEPEST
            and one.name not in notice.title
        ]  # fmt: skip
        if called:
            level = min(one.article.level for one in called)
            return [one for one in called if one.article.level == level]
    return []


def _highest(found: Sequence[Section]) -> list[Section]:
    """Each once, in order of the text, what stands under another one left out."""
    under = {id(below) for one in found for below in one.each() if below is not one}
    kept = {id(one): one for one in found if id(one) not in under}
    return sorted(kept.values(), key=lambda one: one.article.span.start)
