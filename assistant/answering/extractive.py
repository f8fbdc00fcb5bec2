"""Sentences as an answer (摘录): exact sentences and clauses, the direct one first, each cited. No model and no network.

What every kind of answer that quotes sentences shares; which kind takes what else (an article, a bracket, a cell a place, a
verdict) is said in :mod:`assistant.kinds`. The trap: sentences beside the best one are read as part of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.manner import PLAIN, Manner, Manners
from assistant.answering.order import (
    MORE_NAMED,
    NEAR_AS_SURE,
    NEAR_FIGURE,
    StatesFigure,
    StatesYear,
    bearing_first,
    bears,
    clause_of,
    may_stand_beside,
    named_first,
    newer_first,
    of_asked_years,
    one_each,
    own_first,
    prefer,
    read_first,
    rule_first,
)
from assistant.answering.quoting import (
    WHOLE,
    defining,
    frame,
    framed,
    is_lead,
    is_quoted,
    lead_in,
    leads_list,
    list_around,
    list_statements,
    points_back,
    quote_statement,
    tidy,
    whole_list,
    with_context,
)
from assistant.query.read import Understanding
from assistant.query.values import states_time, years_of
from assistant.retrieval.dated import time_before
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.selection import (
    Pick,
    addresses,
    answers,
    cases,
    contrasted,
    diverse,
    ranked_sentences,
    segment,
    window,
)
from assistant.retrieval.showing import Shown
from corpus import fitted
from corpus.text import sentence_spans
from corpus.types import Notice, Span

SENTENCES, BUDGET = 4, 330
FLOOR, STATED_FLOOR = fitted.number("answering.extractive.floor"), fitted.number("answering.extractive.stated_floor")
"""A further sentence is quoted when it scores at least this share of the best one; less where several figures or years are asked."""
TOLD_FLOOR, TOLD_READ = (
    fitted.number("answering.extractive.told_floor"),
    fitted.number("answering.extractive.told_read"),
)
"""The same for a sentence of another article where one thing is asked, and how many log odds behind the first it may be read."""
CASE_READ = fitted.number("answering.extractive.case_read")
"""Log odds of the reader that the case asked for is ahead of every other case of its sentence."""
RIVAL = fitted.number("answering.extractive.rival")
"""Log odds behind the sentence that gives the one value asked from which another value beside it is left out."""
ENOUGH, ENOUGH_OF_RULING = (
    fitted.number("answering.extractive.enough"),
    fitted.number("answering.extractive.enough_of_ruling"),
)
"""Log odds from which a sentence is the whole answer to a question after one value, and after yes or no."""
ON_MATTER, READ_SO = fitted.number("answering.extractive.on_matter"), fitted.number("answering.extractive.read_so")
"""Share of the question that another sentence of the article covers, or log odds of the reader, from which it is told too."""
Reading = Callable[[str, Notice, Span], float | None]
"""How surely the words at a span answer a question, as log odds; None without a reader."""


class Extractive:
    """Picks sentences from evidence and puts them into statements."""

    def __init__(self, weights: Weights, shown: Shown, manners: Manners, reading: Reading) -> None:
        self._weights, self._reading = weights, reading
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
        picks = named_first(
            rule_first(read_first(ranked_sentences(evidence), u.target_years), u), lambda p: self._named(u, p)
        )
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

    def _named(self, u: Understanding, pick: Pick) -> float:
        """Share of the words of the question, and of the one before it in the message, that a sentence has, with what leads into it
        and the headings over it."""
        units = self._weights.units(f"{u.context}{u.content or u.topic}")
        article = pick.notice.article_at(pick.span.start)
        shown = self._shown(pick.notice, article, pick.span)
        return self._weights.coverage(units, bigrams(shown) | bigrams(article.path))

    def _rivals(self, u: Understanding, first: Pick, other: Pick) -> bool:
        """Whether one figure or time is asked and the other sentence, read less surely, states one too, or is another item of
        the same list: each holds for a case of its own (旧城改造区…, 每三万人…), and beside the first it would only be taken
        for it."""
        if not self._one_value(u) or first.sentence.reading is None:
            return False
        if u.bears(other.sentence.text) and self._named(u, first) >= self._named(u, other) + MORE_NAMED:
            return True
        behind = first.reading - other.reading
        if behind > RIVAL and self._settles(u, first) and u.bears(other.sentence.text):
            return True
        listed = list_around(first, self._shown)
        if listed is None or leads_list(first, listed) or list_around(other, self._shown) != listed:
            return False
        return behind > NEAR_FIGURE and not leads_list(other, listed)

    def _one_value(self, u: Understanding) -> bool:
        """Whether one figure or one time is asked, and the question does not weigh several itself."""
        return self._manner(u).value and len(u.figures) <= 1 and not u.of_each and not u.asks_several

    def _settles(self, u: Understanding, pick: Pick) -> bool:
        """Whether the sentence was read as an answer and states what is asked."""
        return pick.sentence.reading is not None and answers(pick) and bears(pick, u, self._shown)

    def _stands_alone(self, u: Understanding, pick: Pick) -> bool:
        """Whether one value is asked, the sentence gives it, and its short article states another of the same kind."""
        if not self._one_value(u) or not self._settles(u, pick):
            return False
        text = pick.notice.text
        around = sentence_spans(text, frame(pick, self._shown))
        return any(not s.overlaps(pick.span) and u.bears(s.of(text)) for s in around)

    def _says_all(self, u: Understanding, pick: Pick) -> bool:
        """Whether one value, or yes or no, is asked and the sentence is surely read as the answer: then the rest of its article
        only stands in the way. A sentence that points back (其中, 上述) needs what is before it."""
        one = self._one_value(u)
        if pick.sentence.reading is None or not (one or u.closed):
            return False
        if points_back(pick.sentence.text):
            return False
        return pick.reading >= (ENOUGH if one else ENOUGH_OF_RULING)

    def cell(self, u: Understanding, picks: Sequence[Pick], *, around: bool = True) -> list[Statement]:
        """The picks as a cell of a table: an item with what leads into it, a lead-in with its list, one alone with its short
        article where what is ``around`` it is wanted."""
        found: list[Statement] = []
        for pick in picks:
            listed = list_around(pick, self._shown)
            if is_quoted(pick.span, pick.notice.id, found):
                continue
            if listed is None:
                whole = around and len(picks) == 1 and not self._stands_alone(u, pick)
                span = frame(pick, self._shown) if whole else pick.span
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
        rest = [p for p in rest if len(u.figures) > 1 or len(u.target_years) > 1 or _told_too(first, p)]
        listed = list_around(first, self._shown)
        short = listed is not None and self._manner(u).whole_list and len(listed.span) <= WHOLE
        if listed is not None and (defined := defining(first, listed, u)):
            return Draft((paragraph(with_context(defined, self._shown, lead_in(first))),))
        if listed is not None and (short or leads_list(first, listed)):
            return Draft(whole_list(first, listed))
        asked = replace(first, span=self._case(u, first))
        one_case = asked.span != first.span
        if one_case:
            statements = [quote_statement(lead_in(first), asked)]
        elif listed is None and (self._stands_alone(u, first) or self._says_all(u, first)):
            statements = [with_context(first, self._shown, lead_in(first))]
        else:
            statements = framed(first, self._shown, lead_in(first), self._belonging(u, first))
        for pick in (replace(p, span=self._case(u, p)) for p in rest):
            if is_quoted(pick.span, pick.notice.id, statements) or is_lead(pick, self._shown):
                continue
            prefix = "" if clause_of(pick) == clause_of(first) else f"另：{lead_in(pick)}"
            statements.append(with_context(pick, self._shown, prefix))
        behind = self._list_beside(u, evidence, first)
        return Draft((paragraph(*statements, *when_said(u, picks)), *behind))

    def _belonging(self, u: Understanding, first: Pick) -> Callable[[Span], bool]:
        """Which other sentences of its article are told with the sentence: those on the matter, or read as near an answer, and those
        with the value where it has none. An article of a plan goes through many matters."""
        units = self._weights.units(u.content or u.topic)
        read = {s.span.start: s.reading for s in first.evidence.sentences if s.reading is not None}
        without_value = self._one_value(u) and not bears(first, u, self._shown)

        def belongs(span: Span) -> bool:
            text = span.of(first.notice.text)
            covered = self._weights.coverage(units, bigrams(text))
            stated = without_value and u.bears(text)
            return stated or covered >= ON_MATTER or read.get(span.start, READ_SO - 1) >= READ_SO

        return belongs

    def _list_beside(self, u: Understanding, evidence: Sequence[Evidence], first: Pick) -> tuple[Block, ...]:
        """Where a list is asked for too, the one that the article of the first sentence leads into as an answer."""
        if not u.wants.listing or self._one_value(u):
            return ()
        leads = (
            p
            for p in ranked_sentences(evidence)
            if p is not first and clause_of(p) == clause_of(first) and is_lead(p, self._shown) and answers(p)
        )
        lead = next(leads, None)
        listed = list_around(lead, self._shown) if lead is not None else None
        if lead is None or listed is None or listed.span.overlaps(first.span) or first.sentence.reading is None:
            return ()
        return whole_list(lead, listed)

    def _case(self, u: Understanding, pick: Pick) -> Span:
        """The case of the sentence that a question after one figure is about; a follow-up (那早就建好的呢) has the words of the
        case before, and is told all of them."""
        if not self._one_value(u) or "话题" in u.carried or list_around(pick, self._shown) is not None:
            return pick.span
        return self.case(u, pick, u.bears)

    def case(self, u: Understanding, pick: Pick, states: Callable[[str], bool]) -> Span:
        """Of a sentence that states something for each of several cases the one that is asked: by a word that the others have
        its contrast of (副高, 正高), by the question's words, else by the reader; the sentence where none tells."""
        parts = cases(pick.notice, pick.span, states)
        if not parts:
            return pick.span
        if named := contrasted(u.content or u.topic, pick.notice, parts):
            return named
        if told := segment(pick.notice, parts, self._weights.units(u.content or u.topic), self._weights):
            return told
        read = [(reading, p) for p in parts if (reading := self._reading(u.sought, pick.notice, p)) is not None]
        best, *others = sorted(read, key=lambda one: -one[0]) or [(0.0, pick.span)]
        sure = best[0] > 0 and all(best[0] - reading >= CASE_READ for reading, _ in others)
        return best[1] if sure and self._is_all_asked(u, pick.notice, best[1], parts) else pick.span

    def _is_all_asked(self, u: Understanding, notice: Notice, case: Span, parts: Sequence[Span]) -> bool:
        """Whether the other cases hold no words of the question that ``case`` lacks (支出和管理费各占多少); the first one also
        leads into all, and its words are everybody's."""
        units = self._weights.units(u.content or u.topic)
        own = bigrams(case.of(notice.text))
        rest = {gram for p in parts[1:] if p != case for gram in bigrams(p.of(notice.text))}
        return self._weights.coverage(units, own | rest) <= self._weights.coverage(units, own)

    def quoted(self, pick: Pick) -> Draft:
        """One sentence in its frame, or its list, and no more."""
        listed = list_around(pick, self._shown)
        if listed is not None and leads_list(pick, listed):
            return Draft(whole_list(pick, listed))
        return Draft((paragraph(*framed(pick, self._shown, lead_in(pick))),))


def _told_too(first: Pick, other: Pick) -> bool:
    """Whether a further sentence is told beside the first where one thing is asked: of the same article, or near it and read nearly as
    surely."""
    if clause_of(other) == clause_of(first):
        return True
    return other.reading >= first.reading - TOLD_READ and other.score >= TOLD_FLOOR * first.score


def when_said(u: Understanding, picks: Sequence[Pick]) -> list[Statement]:
    """Where a time is asked and no quote states one: the clause before that gives the year to all that follows it."""
    if not u.wants.deadline or any(years_of(p.notice.quote(p.span)) for p in picks):
        return []
    said = time_before(picks[0].notice, picks[0].span.start)
    if said is None or len(said) > 40:
        return []
    notice = picks[0].notice
    return [Statement(f"其前写明：{tidy(notice.quote(said))}", (Support(notice.id, said),), given="其前写明：")]
