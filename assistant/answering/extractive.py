"""Sentences as an answer (摘录): exact sentences and clauses, the direct one first, each cited. No model and no network.

What every kind of answer that quotes sentences shares; which kind takes what else (an article, a bracket, a cell a place, a
verdict) is said in :mod:`assistant.kinds`. The trap: sentences beside the best one are read as part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.manner import PLAIN, Manner, Manners
from assistant.answering.order import (
    NEAR_AS_SURE,
    NEAR_FIGURE,
    StatesFigure,
    StatesYear,
    bearing_first,
    clause_of,
    may_stand_beside,
    newer_first,
    of_asked_years,
    one_each,
    own_first,
    prefer,
    rule_first,
)
from assistant.answering.quoting import (
    WHOLE,
    frame,
    framed,
    is_lead,
    is_quoted,
    lead_in,
    leads_list,
    list_around,
    list_statements,
    quote_statement,
    tidy,
    whole_list,
    with_context,
)
from assistant.query.read import Understanding
from assistant.query.values import states_time, years_of
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import (
    Pick,
    addresses,
    answers,
    diverse,
    ranked_sentences,
    segment,
    time_before,
    window,
)
from assistant.retrieval.showing import Shown
from corpus import fitted
from corpus.types import Span

SENTENCES, BUDGET = 4, 330
FLOOR, STATED_FLOOR = fitted.number("answering.extractive.floor"), fitted.number("answering.extractive.stated_floor")
"""A further sentence is quoted when it scores at least this share of the best one; less where several figures or years are asked."""


class Extractive:
    """Picks sentences from evidence and puts them into statements."""

    def __init__(self, weights: Weights, shown: Shown, manners: Manners) -> None:
        self._weights = weights
        self._shown, self._manners = shown, manners

    def _manner(self, u: Understanding) -> Manner:
        return self._manners.get(u.kind, PLAIN)

    def best(self, u: Understanding, evidence: Sequence[Evidence], *, limit: int = 1, budget: int = 400) -> list[Pick]:
        """The best sentences of one notice for ``u``, cut to the clause window; used for cells and grounds too.

        Args:
            limit: sentences at most.
            budget: characters of quotes at most, the first sentence apart.
        """
        units = self._weights.units(u.content or u.topic)
        picks = rule_first(ranked_sentences(evidence), u)
        manner = self._manner(u)
        if manner.by_bracket:
            picks = [p for p in picks if not addresses(p)]
        if picks and answers(picks[0]) and picks[0].sentence.reading is not None:
            picks = bearing_first(
                picks, u, self._shown
            )  # it was read and answers: only its own notice may state the value better
        elif u.wants.figure:
            picks = prefer([p for p in picks if p.sentence.has_value], picks)
        elif u.wants.deadline:
            picks = prefer([p for p in picks if states_time(u.asked, p.sentence.text)], picks)
        stated = u.figures
        if len(stated) > 1 and limit > 1:
            picks = one_each(picks, [StatesFigure(f) for f in sorted(stated)])
        years = u.target_years
        if 2 <= len(years) <= 3 and limit > 1 and manner.each_year:
            picks = one_each(picks, [StatesYear(y) for y in sorted(years)])
        picks = own_first(newer_first(picks, u), u)
        same = of_asked_years([p for p in picks if p.notice.id == picks[0].notice.id], years)
        one = manner.alone and len(u.figures) < 2
        near = NEAR_FIGURE if one else NEAR_AS_SURE
        same = [
            *same[:1],
            *(p for p in same[1:] if may_stand_beside(same[0], p, near) and not self._rivals(u, same[0], p)),
        ]
        kept: list[Pick] = []
        length = 0
        for pick in diverse(same, limit=limit, floor=STATED_FLOOR if stated or len(years) > 1 else FLOOR):
            span = window(pick.notice, pick.span, units, self._weights, u)
            length += len(span)
            if kept and length > budget:
                break
            kept.append(Pick(pick.evidence, pick.sentence, span, pick.score))
        return kept

    def _rivals(self, u: Understanding, first: Pick, other: Pick) -> bool:
        """Whether one figure or time is asked and the two are items of one list, the other of which is read less surely: each
        holds for a case of its own (旧城改造区…, 每三万人…), and beside the first it would only be taken for it."""
        if not self._one_value(u) or first.sentence.reading is None:
            return False
        listed = list_around(first, self._shown)
        if listed is None or leads_list(first, listed) or list_around(other, self._shown) != listed:
            return False
        return not leads_list(other, listed) and other.reading < first.reading - NEAR_FIGURE

    def _one_value(self, u: Understanding) -> bool:
        """Whether one figure or one time is asked, and the question does not weigh several itself."""
        return self._manner(u).value and len(u.figures) <= 1

    def cell(self, picks: Sequence[Pick]) -> list[Statement]:
        """The picks as a cell of a table: an item with what leads into it, a lead-in with its list, one alone with its short article."""
        found: list[Statement] = []
        for pick in picks:
            listed = list_around(pick, self._shown)
            if is_quoted(pick.span, pick.notice.id, found):
                continue
            if listed is None:
                span = frame(pick, self._shown) if len(picks) == 1 else pick.span
                found.append(Statement(tidy(pick.notice.quote(span)), (Support(pick.notice.id, span),)))
            elif leads_list(pick, listed):
                found += list_statements(pick.notice, listed)
            else:
                found.append(with_context(pick, self._shown, ""))
        return found

    def sentences(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """The best sentence in its frame, then what beside it answers too; None where there is none."""
        picks = self.best(u, evidence, limit=SENTENCES, budget=BUDGET) if evidence else []
        if not picks:
            return None
        first, *rest = picks
        listed = list_around(first, self._shown)
        short = listed is not None and self._manner(u).whole_list and len(listed.span) <= WHOLE
        if listed is not None and (short or leads_list(first, listed)):
            return Draft(whole_list(first, listed))
        asked = replace(first, span=self._case(u, first))
        one_case = asked.span != first.span
        statements = (
            [quote_statement(lead_in(first), asked)] if one_case else list(framed(first, self._shown, lead_in(first)))
        )
        for pick in (replace(p, span=self._case(u, p)) for p in rest):
            if is_quoted(pick.span, pick.notice.id, statements) or is_lead(pick, self._shown):
                continue
            prefix = "" if clause_of(pick) == clause_of(first) else f"另：{lead_in(pick)}"
            statements.append(with_context(pick, self._shown, prefix))
        return Draft((paragraph(*statements, *when_said(u, picks)),))

    def _case(self, u: Understanding, pick: Pick) -> Span:
        """The case of the sentence that a question after one figure is about."""
        if not self._one_value(u) or list_around(pick, self._shown) is not None:
            return pick.span
        return segment(pick.notice, pick.span, self._weights.units(u.content or u.topic), self._weights, u)

    def quoted(self, pick: Pick) -> Draft:
        """One sentence in its frame, or its list, and no more."""
        listed = list_around(pick, self._shown)
        if listed is not None and leads_list(pick, listed):
            return Draft(whole_list(pick, listed))
        return Draft((paragraph(*framed(pick, self._shown, lead_in(pick))),))


def when_said(u: Understanding, picks: Sequence[Pick]) -> list[Statement]:
    """Where a time is asked and no quote states one: the clause before that gives the year to all that follows it."""
    if not u.wants.deadline or any(years_of(p.notice.quote(p.span)) for p in picks):
        return []
    said = time_before(picks[0])
    if said is None or len(said) > 40:
        return []
    notice = picks[0].notice
    return [Statement(f"其前写明：{tidy(notice.quote(said))}", (Support(notice.id, said),), given="其前写明：")]
