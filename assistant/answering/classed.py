"""What is asked of somebody whom the notice puts into a class (对号归类): 特困人员 are its 第一类, and 第一类 gets 90%.

The clause with the answer names the class and never who belongs to it, so no search for 特困 finds it. Where the notice that is
found says who belongs to which class and the question names one of them, it is asked again with the class. The trap: a clause about the
named people themselves may be the answer, so the other one is told only where it is read as surely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.answering.desk import Desk
from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.quoting import lead_in, quote_statement
from assistant.query.narrowing import of_class
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Unit, bigrams
from assistant.retrieval.selection import Pick, answers, ranked_sentences
from corpus.classes import Membership
from corpus.parallel import cases_of
from corpus.text import spans_between
from corpus.types import Notice

_LEAST = 2
"""Characters of a name a question has at least."""


class _Named(NamedTuple):
    """How well a name of a class is the one that is asked about: by its letters, by what they are called else, the shortest first."""

    literal: int
    share: float
    short: int
    name: str
    member: Membership


def by_class(
    desk: Desk,
    u: Query,
    evidence: Sequence[Evidence],
    drafting: Callable[[Desk, Query, Sequence[Evidence]], Draft | None],
) -> tuple[Draft, list[Evidence]] | None:
    """Who belongs to the class, then what its clause says; None where the question names nobody the notice classes, or no clause
    about the class answers as surely as what was found."""
    picks = ranked_sentences(evidence)
    if not picks or u.asks_premise:
        return None
    notice = picks[0].notice
    told = _class_asked(desk, u, notice)
    if told is None:
        return None
    member, name = told
    asked = of_class(u, member.label)
    found = desk.retriever.retrieve(asked, [notice.id], top_k=6)
    best = next((p for p in ranked_sentences(found) if _is_about(p, member)), None)
    if best is None or not answers(best) or (u.wants.figure and not u.may_bear(best.sentence.text)):
        return None
    of_another = any(measure == member.case[0] for measure, _ in cases_of(picks[0].sentence.text))
    if best.reading < picks[0].reading and not of_another:  # what holds of another class is no answer
        return None
    part = _own_part(best, member)
    draft = Draft((paragraph(quote_statement(lead_in(best), part)),)) if part else drafting(desk, asked, found)
    first = draft.cites_first if draft else None
    quoted = "".join(s.span.of(notice.text) for s in first.supports) if first else ""
    if draft is None or member.case not in cases_of(quoted):
        return None
    who = f"{name}属于{member.label}。"
    said = Statement(who, (Support(notice.id, member.span),), given=who)
    draft = replace(draft, blocks=(paragraph(said), *draft.blocks))
    return draft, desk.with_cited(draft, [*found[:2], *evidence])


def _class_asked(desk: Desk, u: Query, notice: Notice) -> tuple[Membership, str] | None:
    """The one class to which what the question names belongs, and the name as the notice has it."""
    classes = [one for one in desk.classes(notice) if one.case[0] not in {measure for measure, _ in u.cases}]
    if not classes:
        return None
    content, weights = u.content or u.topic, desk.retriever.weights
    units = tuple(one for one in weights.units(content) if len(one.text) >= _LEAST)
    of_all = bigrams(notice.title)  # 传染病 is said of every class of 传染病防治法 and names none
    own = {name: bigrams(name) - of_all for one in classes for name in one.names}
    ranked = sorted(
        (_Named(len(bigrams(content) & own[name]), _said(units, own[name]), -len(name), name, one)
         for one in classes for name in one.names),
        key=lambda row: row[:3],
        reverse=True,
    )  # fmt: skip
    if not ranked[0].share:
        return None
    best = ranked[0]
    rival = next((row for row in ranked if row.member is not best.member), None)
    return None if rival is not None and rival[:3] == best[:3] else (best.member, best.name)


def _said(units: Sequence[Unit], grams: frozenset[str]) -> float:
    """Weight of the units of a question of which a name has all, in one wording (疫情 is no 肺炎, though 新冠肺炎 is one)."""
    return sum(unit.weight for unit in units if any(wording <= grams for wording in unit.alternatives))


def _own_part(best: Pick, member: Membership) -> Pick | None:
    """The one part of the sentence that is about the class where other parts are about others (甲类…2小时；乙类…24小时)."""
    text = best.notice.text
    parts = {span: cases_of(span.of(text)) for span in spans_between("；;", text, best.sentence.span)}
    own = [span for span, cases in parts.items() if member.case in cases]
    others = any(cases for span, cases in parts.items() if span not in own)
    return replace(best, span=own[0]) if len(own) == 1 and others else None


def _is_about(pick: Pick, member: Membership) -> bool:
    return member.case in cases_of(pick.sentence.text) and not member.span.overlaps(pick.sentence.span)
