"""All that a notice states of one sort (全部罚则、全部数字): a line for each sentence that does, a list with its lead-in.

It stands alone because what counts is that a line states what is asked: a sentence that merely has a number in it is no
penalty. The trap: in a list of breaches the sum stands in the lead-in and the deeds in the items, so neither is told alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.draft import Statement, Support
from assistant.query.values import stated_values, states_level
from assistant.tasks.sections import Section, is_numbered, leads, said_in, sections_of
from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.numerals import find_values
from corpus.text import GAP, one_line
from corpus.types import Notice, Span

Holds = Callable[[str], bool]
_GUIDING = form("order.guiding")
_NO_COUNT = form("figure.no_count")
_QUOTED, _NO_FIGURE = form("figure.quoted"), frozenset({"grade", "phone"})


def states_figure(text: str) -> bool:
    """Whether a text states a figure that says how much, how many or up to which level: no grade of a hospital, no telephone number, no
    name in quotes, no number of a document, none of a guiding thought (党的十九届三中全会)."""
    mark = parse_mark(text)
    plain = _NO_COUNT.sub("", _QUOTED.sub("", text[len(mark.text) :] if mark else text))
    if _GUIDING.match(plain.lstrip()):
        return False
    if states_level(plain):
        return True
    for number in find_numbers(plain):
        plain = plain.replace(number.span.of(plain), " " * len(number.span)) if number.span.end <= len(plain) else plain
    counted = any(
        value.unit or value.text[0].isdigit() or value.canonical.endswith("%") for value in find_values(plain)
    )
    return counted and bool(stated_values(plain) - _NO_FIGURE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line and how many things it lists: the items of a list, else one."""

    statement: Statement
    count: int = 1

    @property
    def text(self) -> str:
        return self.statement.text


def lines_stating(notice: Notice, holds: Holds, within: Sequence[Section] = ()) -> list[Line]:
    """The sentences for which ``holds``, in order of the text; the mark of a gap in the capture says nothing.

    Args:
        within: only what stands in these sections.
    """

    def says(text: str) -> bool:
        words = GAP.sub("", text)
        return bool(words.strip()) and holds(words)

    return [line for root in within or sections_of(notice) for line in _lines(notice, root, says)]


def _lines(notice: Notice, section: Section, holds: Holds) -> Iterator[Line]:
    own = said_in(notice, section)
    lead = own[-1] if own and section.below and leads(notice, own[-1]) else None
    for span in own:
        if span != lead and holds(notice.quote(span)):
            yield Line(_joined(notice, [(section, span)]))
    if lead is None or any(one.below for one in section.below):
        for one in section.below:
            yield from _lines(notice, one, holds)
        return
    said = [(one, (said_in(notice, one) or [one.article.span])[0]) for one in section.below]
    told = said if holds(notice.quote(lead)) else [pair for pair in said if holds(notice.quote(pair[1]))]
    if told:
        yield Line(_joined(notice, [(section, lead), *told]), len(told))
    for one in section.below:
        for span in said_in(notice, one)[1:]:
            if holds(notice.quote(span)):
                yield Line(_joined(notice, [(section, span)]))


def _joined(notice: Notice, said: Sequence[tuple[Section, Span]]) -> Statement:
    parts = []
    for section, span in said:
        head = "" if is_numbered(notice, span) else section.head
        head = f"{head}：" if head and (section.name or section.article.clause) else head
        parts.append(Statement(f"{head}{one_line(notice.quote(span))}", (Support(notice.id, span),), given=head))
    return Statement.joined(parts) if len(parts) > 1 else parts[0]
