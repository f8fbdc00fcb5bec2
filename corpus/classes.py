"""Whom a notice puts into which class (分类对象): 第一类：特困供养人员、孤儿; 甲类传染病是指鼠疫、霍乱; 一类地区：某街道.

A notice says once who belongs to a class and later only what the class gets; who asks says what they are. Read from the text
alone, so that any room may ask. The trap: 一类门诊特定病种：按85%支付 is a rule for a class and no list of who belongs to it, so a line
with a figure, or with one long name, is none, and a class alone is no series.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus.grammar import form, split_at
from corpus.numerals import find_values
from corpus.parallel import ordinals_of
from corpus.text import sentence_spans, spans_between
from corpus.types import Notice, Span
from corpus.wordlists import units

_MEMBERS, _ENDS = form("class.members"), "；;。\n"
_CLASSES, _JOINS = units("classes"), "、，,"
_LONGEST, _MOST = 16, 40
"""Characters of one name that stands alone, and of any."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belongs to a class: ``case`` as in :func:`corpus.parallel.cases_of`, the class as written, names, and where it stands."""

    case: tuple[str, str]
    label: str
    names: tuple[str, ...]
    span: Span


def classes_of(notice: Notice) -> tuple[Membership, ...]:
    """The classes ``notice`` says who belongs to, in order; none where only one of a series is told."""
    found: list[Membership] = []
    for sentence in sentence_spans(notice.text):
        if not ordinals_of(sentence.of(notice.text)):
            continue
        for span in spans_between(_ENDS, notice.text, sentence):
            told = _told(span.of(notice.text), span)
            if told is not None and told.case not in {one.case for one in found}:
                found.append(told)
    series = Counter(one.case[0] for one in found)
    return tuple(one for one in found if series[one.case[0]] > 1)


def _told(part: str, span: Span) -> Membership | None:
    for mention in ordinals_of(part):
        defined = _MEMBERS.match(part, mention.span.end)
        if defined is None or len(mention.members) != 1 or mention.behind not in _CLASSES:
            continue
        (member,) = mention.members
        names = tuple(name for name in (n.strip() for n in split_at(_JOINS, part[defined.end() :])) if name)
        longest = max((len(name) for name in names), default=0)
        if find_values("".join(names)) or not names or longest > (_MOST if len(names) > 1 else _LONGEST):
            continue
        return Membership(
            (mention.behind, member), mention.text, names, Span(span.start + mention.span.start, span.end)
        )
    return None
