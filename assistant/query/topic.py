"""What a question is about (话题): its words without places, documents and question words, and without the sides compared.

What is searched is the topic, what an answer has to cover is its content. The trap: a word that names a document may say
the subject too (那个急救办法), so it is taken out only where a matter is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.query.scope import ScopeReading
from corpus.grammar import form, split_at
from corpus.regions import is_within
from corpus.text import clause_spans
from corpus.types import Notice, Span
from corpus.wording import wording

_FILLER = form("content.filler")
_PASSES = 10  # what is left once a filler is gone may be one: 请(请问)问
LEAST_MATTER = 4
"""Characters of content below which a question without its words of comparing says too little."""
_JOINS = "跟和与同比、的：: 　"
_PENALTY = form("ask.penalty")
_PARTIES, _TABLE, _YEAR_BEHIND = form("compare.parties"), form("ask.table"), form("scope.year_behind_place")


def content_of(topic: str) -> str:
    """The topic with question words and fillers taken out: what an answer must be about.

    >>> content_of("家庭医生签约谁牵头？")
    '家庭医生签约牵头'
    """
    text = topic
    for _ in range(_PASSES):
        before, text = text, _FILLER.sub("", text)
        if before == text:
            break
    return text


def topic_of(question: str, reading: ScopeReading, notices: Sequence[Notice]) -> str:
    """The question without the places and documents that became filters; deeper place names that notices use stay."""
    spans = list(reading.notice_spans)
    for path, span in zip(reading.regions, reading.region_spans, strict=False):
        name = span.of(question)
        deeper = any(n.region and is_within(path, n.region) and path != n.region and name in n.text for n in notices)
        if not deeper:
            spans.append(span)
    return " ".join(blank(question, spans).split())


def matter_of(topic: str) -> str:
    """What is compared, without the words of comparing: a row is asked what it says, not how it differs."""
    clauses = (_without_sides(c) for c in split_at("，,。？?；;", topic))
    return "，".join(c for c in clauses if len(content_of(c)) > 1 or _PENALTY.search(c))


def _without_sides(clause: str) -> str:
    """``clause`` without what says that several sides are compared, and how it is to be laid out.

    >>> _without_sides("付费改革三地比一下： 、 、 "), _without_sides("编制备案  三家说法拉个表")
    ('付费改革', '编制备案 说法')
    """
    plain = _TABLE.sub(" ", _PARTIES.sub(" ", wording("sides").without(clause)))
    return " ".join(word.strip(_JOINS) for word in plain.split() if word.strip(_JOINS))


def years_of_sides(question: str, reading: ScopeReading, notices: Sequence[Notice]) -> tuple[Span, ...]:
    """Where a year right behind a place says which document of that place is meant: one was issued there that year."""
    found: list[Span] = []
    for path, span in zip(reading.regions, reading.region_spans, strict=False):
        year = _YEAR_BEHIND.match(question, span.end)
        issued = {n.issued_on.year % 100 for n in notices if n.region == path and n.issued_on}
        if year and int(year["year"]) in issued:
            end = year.end() + question.startswith("年", year.end())
            found.append(Span(span.end, end + question.startswith(("）", ")"), end)))
    return tuple(found)


def asked_of_sides(question: str, sides: ScopeReading, notices: Sequence[Notice]) -> str:
    """The matter without the sides compared: the clauses that ask and name none (校医怎么配，甲条例和乙计划各怎么讲), else all of
    it without their names; "" where too little is left."""
    named = (*sides.notice_spans, *sides.region_spans)
    clauses = [
        c.of(question)
        for c in clause_spans(question, Span(0, len(question)))
        if not any(c.overlaps(s) for s in named) and wording("ask_open").in_(c.of(question))
    ]
    for matter in ("，".join(c.strip("，,。？?；; ") for c in clauses), topic_of(question, sides, notices)):
        if says_a_matter(matter):
            return matter
    return ""


def clauses_of_sides(question: str, sides: Mapping[str, Sequence[Span]]) -> list[Span]:
    """The clauses of ``question``; one that asks of one side and then of the next is two (国家条例罚几倍广东罚几倍).

    >>> asked = "国家罚几倍广东罚几倍，谁定"
    >>> [c.of(asked) for c in clauses_of_sides(asked, {"": [Span(0, 2)], "广东": [Span(5, 7)]})]
    ['国家罚几倍', '广东罚几倍，', '谁定']
    """
    asks = wording("ask_open")
    found: list[Span] = []
    for clause in clause_spans(question, Span(0, len(question))):
        start = clause.start
        for at in sorted(span.start for spans in sides.values() for span in spans if clause.overlaps(span)):
            if at > start and asks.in_(question[start:at]) and asks.in_(question[at : clause.end]):
                found.append(Span(start, at))
                start = at
        found.append(Span(start, clause.end))
    return found


def sides_named(clauses: Sequence[Span], sides: Mapping[str, Sequence[Span]]) -> list[set[str]]:
    """Of each clause the sides that are named in it."""
    return [{side for side, at in sides.items() if any(clause.overlaps(s) for s in at)} for clause in clauses]


def topics_of_sides(
    question: str, sides: Mapping[str, Sequence[Span]], reading: ScopeReading, notices: Sequence[Notice]
) -> tuple[tuple[str, str], ...]:
    """Of each side compared its own matter: the clauses that name it and those that name none (推广某事，甲地靠谁统筹，乙地成立了
    哪个会); () where no clause is of one side alone.

    Args:
        sides: where each is named.
    """
    clauses = clauses_of_sides(question, sides)
    named = sides_named(clauses, sides)
    if not all({side} in named for side in sides):
        return ()
    found: list[tuple[str, str]] = []
    for side in sides:
        others = [c for c, names in zip(clauses, named, strict=True) if names and side not in names]
        topic = topic_of(blank(question, others), reading, notices)
        if not says_a_matter(topic):
            return ()
        found.append((side, topic))
    return tuple(found)


def says_a_matter(topic: str) -> bool:
    """Whether enough of ``topic`` is left without the words of comparing."""
    return len(content_of(matter_of(topic))) >= LEAST_MATTER


def blank(text: str, spans: Sequence[Span]) -> str:
    """``text`` with ``spans`` replaced by spaces, offsets kept."""
    blanked = list(text)
    for span in spans:
        blanked[span.start : span.end] = " " * len(text[span.start : span.end])
    return "".join(blanked)
