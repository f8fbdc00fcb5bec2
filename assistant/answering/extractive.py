"""The extractive answerer (摘录式回答): exact sentences and clauses, the direct one first, each cited.

The kind of question decides what is taken: a sentence for a figure, a whole article for a list, its closing bracket for
a responsible body, one cell a place for a comparison (``assistant/answering/tables.py``), a verdict for applicability
(``assistant/answering/rulings.py``). No model and no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
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
)
from assistant.answering.quoting import (
    WHOLE,
    frame,
    is_quoted,
    leads_list,
    list_around,
    list_statements,
    tidy,
    whole_list,
    with_context,
)
from assistant.answering.quoting import lead_in as lead_in
from assistant.answering.responsible import bracket_for as bracket_for
from assistant.answering.responsible import names_in, responsibility
from assistant.query.read import Understanding, target_years
from assistant.query.values import states_time, years_of
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.matching import Unit, Weights, bigrams
from assistant.retrieval.selection import (
    Pick,
    answers,
    article_body,
    article_picks,
    diverse,
    is_heading_only,
    may_answer,
    ranked_sentences,
    segment,
    time_before,
    trimmed,
    window,
)
from assistant.retrieval.showing import Shown
from assistant.types import Kind
from corpus.clean import bare
from corpus.grammar import form
from corpus.naming import said_by as said_by
from corpus.naming import short_title as short_title
from corpus.outline import HEADING_LOST, ITEM_UNSURE
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span
from corpus.types import Unit as Listing

_ENUMERATES = form("answer.enumerates")
_BRACKET = form("answer.bracket")
_SAYS_WHO = form("answer.says_who")
_BODY_WORD = form("answer.body_word")
MAX_LIST_SENTENCES = 14
SENTENCES, BUDGET = 4, 330
LEAST_READ = -1.0
"""Log odds of the reader below which a sentence that names a body does not say who is in charge."""
READ_AS_ANSWER = 1.0
"""Log odds of the reader from which a sentence answers who, whatever body stands in it or none."""
APART = 1.5
"""Log odds of the reader between a sentence that holds a whole list and the next one of its article."""
LIST_SHARE = 0.88
"""Share of the best score from which a sentence may be taken for the list asked for instead of the best one."""
LISTS, ENUMERATES = 1.5, 0.5
"""Log odds of the reader that a list, and a sentence that enumerates, are ahead of one that does neither."""
HEADED = 0.4
"""Share of the question that an article's heading covers where the whole article is the list asked for."""
MORE, OPENING = 2, 6
"""Sentences told behind a list, and the characters a sentence opens with that make it one of the same body."""
FLOOR = 0.85
"""A further sentence is quoted when it scores at least this share of the best one."""


class Extractive:
    """Drafts answers from evidence. ``draft`` picks the way by kind; None means the evidence holds no answer."""

    def __init__(self, weights: Weights, shown: Shown | None = None) -> None:
        self._weights = weights
        self._shown = shown or Shown()

    def draft(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """The draft for one place or document; comparisons and verdicts are made elsewhere."""
        if not evidence:
            return None
        if u.kind is Kind.BODY:
            return self.bodies(u, evidence)
        if u.kind is Kind.LIST:
            return self._list(u, evidence)
        return self._sentences(u, evidence)

    def best(self, u: Understanding, evidence: Sequence[Evidence], *, limit: int = 1, budget: int = 400) -> list[Pick]:
        """The best sentences of one notice for ``u``, cut to the clause window; used for cells and grounds too.

        Args:
            limit: sentences at most.
            budget: characters of quotes at most, the first sentence apart.
        """
        units = self._weights.units(u.content or u.topic)
        picks = ranked_sentences(evidence)
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
        years = target_years(u)
        if 2 <= len(years) <= 3 and limit > 1 and u.kind is not Kind.CHANGE:
            picks = one_each(picks, [StatesYear(y) for y in sorted(years)])
        picks = own_first(newer_first(picks, u), u)
        same = of_asked_years([p for p in picks if p.notice.id == picks[0].notice.id], years)
        one = u.kind in (Kind.FIGURE, Kind.DEADLINE, Kind.COMPARISON) and len(u.figures) < 2
        near = NEAR_FIGURE if one else NEAR_AS_SURE
        same = [
            *same[:1],
            *(p for p in same[1:] if may_stand_beside(same[0], p, near) and not self._rivals(u, same[0], p)),
        ]
        kept: list[Pick] = []
        length = 0
        for pick in diverse(same, limit=limit, floor=0.8 if stated or len(years) > 1 else FLOOR):
            span = window(pick.notice, pick.span, units, self._weights, u)
            length += len(span)
            if kept and length > budget:
                break
            kept.append(Pick(pick.evidence, pick.sentence, span, pick.score))
        return kept

    def _rivals(self, u: Understanding, first: Pick, other: Pick) -> bool:
        """Whether one figure or time is asked and the two are items of one list, the other of which is read less surely: each
        holds for a case of its own (旧城改造区…, 每三万人…), and beside the first it would only be taken for it."""
        if u.kind not in (Kind.FIGURE, Kind.DEADLINE) or len(u.figures) > 1 or first.sentence.reading is None:
            return False
        listed = list_around(first, self._shown)
        if listed is None or leads_list(first, listed) or list_around(other, self._shown) != listed:
            return False
        return not leads_list(other, listed) and other.reading < first.reading - NEAR_FIGURE

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

    def _sentences(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """The best sentence in its frame, then what beside it answers too."""
        picks = self.best(u, evidence, limit=SENTENCES, budget=BUDGET)
        if not picks:
            return None
        first, *rest = picks
        listed = list_around(first, self._shown)
        short = listed is not None and u.kind is Kind.TEXT and len(listed.span) <= WHOLE
        if listed is not None and (short or leads_list(first, listed)):
            return Draft(whole_list(first, listed))
        asked = replace(first, span=self._case(u, first))
        one_case = asked.span != first.span
        statements = [quote_statement(lead_in(first), asked)] if one_case else list(self._framed(first, lead_in(first)))
        for pick in (replace(p, span=self._case(u, p)) for p in rest):
            if is_quoted(pick.span, pick.notice.id, statements) or self._is_lead(pick):
                continue
            prefix = "" if clause_of(pick) == clause_of(first) else f"另：{lead_in(pick)}"
            statements.append(with_context(pick, self._shown, prefix))
        return Draft((paragraph(*statements, *when_said(u, picks)),))

    def _case(self, u: Understanding, pick: Pick) -> Span:
        """The case of the sentence that a question after one figure is about."""
        if (
            u.kind not in (Kind.FIGURE, Kind.DEADLINE)
            or len(u.figures) > 1
            or list_around(pick, self._shown) is not None
        ):
            return pick.span
        return segment(pick.notice, pick.span, self._weights.units(u.content or u.topic), self._weights, u)

    def quoted(self, pick: Pick) -> Draft:
        """One sentence in its frame, or its list, and no more."""
        listed = list_around(pick, self._shown)
        if listed is not None and leads_list(pick, listed):
            return Draft(whole_list(pick, listed))
        return Draft((paragraph(*self._framed(pick, lead_in(pick))),))

    def _is_lead(self, pick: Pick) -> bool:
        """Whether the sentence only leads into a list, so that beside another it says nothing."""
        listed = list_around(pick, self._shown)
        return listed is not None and leads_list(pick, listed)

    def _framed(self, pick: Pick, prefix: str) -> Sequence[Statement]:
        """The article or paragraph the sentence stands in where it is short, else the sentence with its context."""
        if list_around(pick, self._shown) is None:
            span = frame(pick, self._shown)
            if len(span) > len(pick.span):
                text = tidy(pick.notice.quote(span))
                return [Statement(f"{prefix}{text}", (Support(pick.notice.id, span),), given=prefix)]
        return [with_context(pick, self._shown, prefix)]

    def bodies(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """Who is in charge of what the evidence is about; None where nobody is named."""
        ranked = article_picks(evidence)
        top = ranked_sentences(evidence)[:1]
        says_who = bool(top) and bool(_SAYS_WHO.search(top[0].sentence.text))
        if says_who and not u.says("ask.duty"):
            return self._sentences(u, evidence)
        surely = bool(top) and (top[0].sentence.reading or LEAST) >= READ_AS_ANSWER
        for item, article, score in ranked[:3]:
            if score < 0.9 * ranked[0][2]:
                break
            bracket = bracket_for(item, article)
            names = names_in(item.notice, article, bracket) if bracket else ()
            if bracket and names:
                return Draft((responsibility(item.notice, article, names, bracket),))
            if surely:
                break  # 费用由三方分担: who pays, and no body of state
            if item.notice.gaps and any(article.span.contains(g.span) for g in item.notice.gaps):
                return None  # the bracket fell into the gap; the next item's is not this one's
        if surely or (top and (says_who or _BODY_WORD.search(top[0].sentence.text)) and _is_read_as_answer(top[0])):
            return self._sentences(u, evidence)
        return None

    def _list(self, u: Understanding, evidence: Sequence[Evidence]) -> Draft | None:
        """The list that is asked for: one led in by a colon, a sentence that enumerates, else the whole article."""
        ranked = own_first(newer_first(ranked_sentences(evidence), u), u)
        everything = [p for p in ranked if p.article.kind == "item"] or ranked  # title and addressees are no measures
        if not everything:
            return None
        top = self._lister(everything)
        listed = list_around(top, self._shown)
        if listed is not None:
            return Draft((*whole_list(top, listed), *self._behind_list(everything, top, listed)))
        notice, article = top.notice, top.article
        units = self._weights.units(u.content or u.topic)
        picks = [p for p in everything if p.notice.id == notice.id and p.article.ordinal == article.ordinal]
        picks.sort(key=lambda p: p is not top)
        headed = top.sentence.reading is None or self._is_about(article, units)
        if _enumerates(top.sentence.text) and (not headed or self._stands_out(picks, units)):
            more = [p for p in picks[1:3] if p.score > 0.97 * top.score and not self._is_lead(p)]
            return Draft((paragraph(*self._framed(top, lead_in(top)), *(quote_statement("", p) for p in more)),))
        spans = self._items(notice, article) if headed or not answers(top) else []
        if not spans:
            return self._sentences(u, evidence)
        named = f"“{article.heading}”" if article.heading not in ("", HEADING_LOST, ITEM_UNSURE) else ""
        head = Statement(
            f"{said_by(notice)}{named}提出以下要求：",
            (Support(notice.id, _heading_span(notice, article)),),
            given="提出以下要求",
        )
        items = tuple(Statement(tidy(notice.quote(s)), (Support(notice.id, s),)) for s in spans[:MAX_LIST_SENTENCES])
        return Draft((paragraph(head), Block("list", items)))

    def _behind_list(self, picks: Sequence[Pick], top: Pick, listed: Listing) -> list[Block]:
        """What the article asked for says besides its list, where that answers too, or goes on of the same body in the same
        words (管理单位应当履行下列职责：… 管理单位应当配备检查人员)."""
        said = top.notice.quote(Span(listed.span.start, listed.items[0].start))
        more = [
            p
            for p in picks
            if clause_of(p) == clause_of(top)
            and not listed.span.overlaps(p.span)
            and (p.reading >= READ_AS_ANSWER or (may_answer(p) and bare(p.sentence.text)[:OPENING] in bare(said)))
            and list_around(p, self._shown) is None
        ]
        return [paragraph(*(quote_statement("另：", p) for p in more[:MORE]))] if more else []

    def _lister(self, picks: Sequence[Pick]) -> Pick:
        """Of the sentences about as good as the first, the one read best, a list before a sentence that enumerates."""
        near = [p for p in picks if p.score >= LIST_SHARE * picks[0].score]
        if all(p.sentence.reading is None for p in near):
            return picks[0]
        top = max(near, key=lambda p: (self._reading_as_list(p), p.score))
        if list_around(top, self._shown) is not None or _enumerates(top.sentence.text):
            return top
        beside = [p for p in picks if clause_of(p) == clause_of(top) and self._is_lead(p) and may_answer(p)]
        return max(beside, key=self._reading_as_list, default=top)  # the article asked for holds the list

    def _reading_as_list(self, pick: Pick) -> float:
        reading = pick.reading
        if list_around(pick, self._shown) is not None:
            return reading + LISTS
        return reading + (ENUMERATES if _enumerates(pick.sentence.text) else 0.0)

    def _is_about(self, article: Article, units: tuple[Unit, ...]) -> bool:
        """Whether the heading says what is asked for: then all below it is the list."""
        return self._weights.coverage(units, bigrams(article.path)) >= HEADED

    def _items(self, notice: Notice, article: Article) -> list[Span]:
        spans: list[Span] = []
        for sentence in sentence_spans(notice.text, article_body(article)):
            span = trimmed(notice.text, sentence)
            text = notice.quote(span)
            if len(text) >= 6 and not is_heading_only(notice, article, span) and "【采集文本" not in text:
                spans.append(span)
        return spans

    def _stands_out(self, picks: Sequence[Pick], units: tuple[Unit, ...]) -> bool:
        """Whether one sentence alone answers: by the reader, else because it covers much more than its neighbours."""
        if len(picks) < 2:
            return True
        first, second = picks[0].sentence, picks[1].sentence
        more = first.coverage - second.coverage
        if first.reading is not None and more >= 0.06:
            return first.reading >= (second.reading if second.reading is not None else LEAST) + APART
        return more >= 0.12


def _enumerates(text: str) -> bool:
    """Whether a sentence names several things one after the other, in or outside a bracket: 市、县（市、区） are none."""
    inside = any(held.group(1).count("、") > 1 for held in _BRACKET.finditer(text))
    return inside or bool(_ENUMERATES.search(_BRACKET.sub("", text)))


def _is_read_as_answer(pick: Pick) -> bool:
    reading = pick.sentence.reading
    return may_answer(pick) if reading is None else reading >= LEAST_READ


def quote_statement(prefix: str, pick: Pick) -> Statement:
    return Statement(
        f"{prefix}{tidy(pick.notice.quote(pick.span))}", (Support(pick.notice.id, pick.span),), given=prefix
    )


def when_said(u: Understanding, picks: Sequence[Pick]) -> list[Statement]:
    """Where a time is asked and no quote states one: the clause before that gives the year to all that follows it."""
    if not u.wants.deadline or any(years_of(p.notice.quote(p.span)) for p in picks):
        return []
    said = time_before(picks[0])
    if said is None or len(said) > 40:
        return []
    notice = picks[0].notice
    return [Statement(f"其前写明：{tidy(notice.quote(said))}", (Support(notice.id, said),), given="其前写明：")]


def _heading_span(notice: Notice, article: Article) -> Span:
    at = notice.text.find(article.heading, article.span.start, article.span.end) if article.heading else -1
    return Span(at, at + len(article.heading)) if at >= 0 else trimmed(notice.text, article.span)
