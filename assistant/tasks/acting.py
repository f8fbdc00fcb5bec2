"""What one body has to do in a notice, sentence by sentence (谁要做什么): its own sentences, those that go on without a
subject behind them, and the items that one of them leads in.

It stands alone because the duties (:mod:`assistant.duties.extraction`) make one row of what has a deadline, a figure or a
bracket; who asks for everything that a body has to do wants the rest too. The trap: 医养结合机构中的卫生院 and 医养结合机构管理人员 are
other subjects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.tasks.sections import Section, leads, said_in, sections_of
from corpus.bodies import opening_bodies
from corpus.grammar import form
from corpus.text import clause_spans, sentence_spans
from corpus.types import Article, Notice, Span
from corpus.wordlists import wordlist

_BEFORE, _ACTS, _GOES_ON = form("duty.before_who"), form("duty.acts"), form("duty.goes_on")
_ENCOURAGED, _PENALTY, _CONDITIONS = form("duty.encouraged"), form("states.penalty"), form("duty.leads_conditions")
_STAFF, _TOGETHER = form("duty.staff"), form("duty.together")
DEFINED = 30
"""Characters in front of 以下统称 that name those who are called so."""
_EARLY = 1
"""The clause up to which a subject is that of the sentence, and of those that go on without one."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a body has to do: where it is said, in which article, and whether it is only encouraged."""

    article: Article
    span: Span
    encouraged: bool = False


def acts_of(notice: Notice, names: Sequence[str]) -> list[Act]:
    """What the body called by one of ``names`` has to do, in order of the text."""
    found: list[Act] = []
    for root in sections_of(notice):
        found += _acts(notice, root, names)
    return found


def any_in(acts: Iterable[Act], span: Span) -> bool:
    """Whether any of ``acts`` stands in ``span`` or reaches into it."""
    return any(act.span.overlaps(span) for act in acts)


def subjects_in(notice: Notice) -> frozenset[str]:
    """The bodies that sentences of the notice begin with and say must do something, as it calls them."""
    found: set[str] = set()
    for article in notice.articles:
        for sentence in sentence_spans(notice.text, article.span):
            found |= set(opening_bodies(notice.text, sentence)[0])
    return frozenset(found)


def hospitals_in(notice: Notice) -> list[str]:
    """What the notice calls medical institutions and those who work there: the words for any, and names of its own."""
    general = [name for (name,) in wordlist("medical_actors").words]
    general += _together_with(notice, general)
    own = [*general, *(n for n in subjects_in(notice) if any(n.endswith(word) for word in general))]
    return [*own, *staff_of(notice, own)]


def _together_with(notice: Notice, names: Sequence[str]) -> list[str]:
    """What the notice calls those bodies together with others (医疗机构、药品经营单位（以下统称医药机构）)."""
    found: dict[str, None] = {}
    for match in _TOGETHER.finditer(notice.text):
        if any(name in notice.text[max(0, match.start() - DEFINED) : match.start()] for name in names):
            found[match["short"]] = None
    return list(found)


def staff_of(notice: Notice, names: Sequence[str]) -> tuple[str, ...]:
    """What the notice calls the people that a body called by one of ``names`` employs or sends (配备…组成的急救人员): what they have
    to do is the body's to do."""
    found: dict[str, None] = {}
    for article in notice.articles:
        for sentence in sentence_spans(notice.text, article.span):
            text = notice.quote(sentence)
            if any(name in text for name in names):
                found |= dict.fromkeys(match["staff"] for match in _STAFF.finditer(text))
    return tuple(found)


def _acts(notice: Notice, section: Section, names: Sequence[str]) -> Iterator[Act]:
    said = [one for span in said_in(notice, section) for one in sentence_spans(notice.text, span)]
    own = False
    for span in said:
        encouraged = False
        if (clause := _has_to_act(notice, span, names)) is not None:
            yield from () if clause <= _EARLY else (Act(section.article, span),)
            own = clause <= _EARLY
        elif _is_encouraged(notice, span, names):
            own, encouraged = False, True
        else:
            own = own and _GOES_ON.match(notice.quote(span)) is not None and not opening_bodies(notice.text, span)[0]
        leading = section.below and span == said[-1] and leads(notice, span)
        if (own or encouraged) and not leading:
            yield Act(section.article, span, encouraged)
        if own and leading and not _CONDITIONS.search(notice.quote(span)):
            for one in (one for below in section.below for one in below.leaves()):
                yield Act(one.article, Span(one.article.span.start, one.article.span.end))
            return
    for below in section.below:
        yield from _acts(notice, below, names)


def _has_to_act(notice: Notice, span: Span, names: Sequence[str]) -> int | None:
    """The first clause of the sentence that has the body as its subject; None where none has, or what it costs is told."""
    if _PENALTY.search(notice.quote(span)):
        return None
    if any(body.endswith(name) for body in opening_bodies(notice.text, span)[0] for name in names):
        return 0
    return next(
        (
            number
            for number, clause, name, at in _named(notice, span, names)
            if _BEFORE.search(clause[:at]) and _ACTS.match(clause[at + len(name) :])
        ),
        None,
    )


def opens_with(clause: str, names: Sequence[str]) -> bool:
    """Whether one of ``names`` is the subject that the clause begins with."""
    return any((at := clause.find(name)) >= 0 and _BEFORE.search(clause[:at]) is not None for name in names)


def _is_encouraged(notice: Notice, span: Span, names: Sequence[str]) -> bool:
    return any(_ENCOURAGED.search(clause[:at]) for _, clause, _, at in _named(notice, span, names))


def _named(notice: Notice, span: Span, names: Sequence[str]) -> Iterator[tuple[int, str, str, int]]:
    """Each clause with its number, and each place in it where a name stands."""
    for number, clause in enumerate(one.of(notice.text) for one in clause_spans(notice.text, span)):
        for name in names:
            at = clause.find(name)
            while at >= 0:
                yield number, clause, name, at
                at = clause.find(name, at + 1)
