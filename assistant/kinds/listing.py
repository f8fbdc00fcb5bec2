"""A list (有哪些措施、哪些情形): led in by a colon, told in one sentence, or the whole article under its heading.

Needs: a lead-in with its items, a sentence that enumerates, or an article whose heading says what is asked for.
Picks: of the sentences about as good as the best the one read best, a list before a sentence that enumerates: the sentence that
is read best need not be the list. One of as many items as the question says there are (哪六个) goes first. Of a sentence that
enumerates for several cases the case that is asked. Title and addressees are no measures.
Silent: as every kind that quotes (a subject, a body, a year that stands nowhere); where there is no list the best sentences
answer.
Says: the lead-in with how many items there are, then every item. The trap: a list is quoted whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.extractive import Extractive
from assistant.answering.manner import Manner, Missing
from assistant.answering.order import clause_of, newer_first, own_first
from assistant.answering.quoting import framed, is_lead, lead_in, list_around, quote_statement, tidy, whole_list
from assistant.answering.telling import told
from assistant.query.types import Query
from assistant.query.values import plain_figures
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.matching import Unit, Weights, bigrams
from assistant.retrieval.selection import (
    Pick,
    answers,
    article_body,
    is_heading_only,
    may_answer,
    ranked_sentences,
    trimmed,
)
from assistant.retrieval.showing import Shown
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.clean import bare
from corpus.grammar import form
from corpus.naming import said_by
from corpus.outline import HEADING_LOST, ITEM_UNSURE
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span
from corpus.types import Unit as Listing

MANNER = Manner(missing=frozenset({Missing.SUBJECT, Missing.BODY, Missing.FIGURE, Missing.YEAR}))
EXAMPLES = ("资府发〔2017〕23号推进医师多点执业有哪些措施", "湖南2021年要解决哪几个问题", "湛江分级诊疗有哪些重点任务")
_ENUMERATES = form("answer.enumerates")
_BRACKET = form("answer.bracket")
MAX_LIST_SENTENCES = 14
READ_AS_ANSWER = fitted.number("kinds.listing.read_as_answer")
"""Log odds of the reader from which a sentence behind a list answers too."""
APART = fitted.number("kinds.listing.apart")
"""Log odds of the reader between a sentence that holds a whole list and the next one of its article."""
LIST_SHARE = fitted.number("kinds.listing.list_share")
"""Share of the best score from which a sentence may be taken for the list asked for instead of the best one."""
LISTS, ENUMERATES = fitted.number("kinds.listing.lists"), fitted.number("kinds.listing.enumerates")
"""Log odds of the reader that a list, and a sentence that enumerates, are ahead of one that does neither."""
SCORED = fitted.number("kinds.listing.scored")
"""What the score of a sentence weighs beside its reading: nearness and words tell what the list is about."""
COUNTED = fitted.number("kinds.listing.counted")
"""Log odds of the reader that a list of as many items as the question says there are is ahead of another one."""
COVERS, COVERS_READ = fitted.number("kinds.listing.covers"), fitted.number("kinds.listing.covers_read")
"""Share of the question that a sentence covers more than the next one to be the list by itself, and where both were read."""
BESIDE = fitted.number("kinds.listing.beside")
"""Share of its score from which the next sentences of the article stand beside it."""
HEADED = fitted.number("kinds.listing.headed")
"""Share of the question that an article's heading covers where the whole article is the list asked for."""
MORE, OPENING = 2, 6
"""Sentences told behind a list, and the characters a sentence opens with that make it one of the same body."""


def wants(u: Query) -> bool:
    return u.kind is Kind.LIST


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return told(desk, u, clock, listed_or_said)


def listed_or_said(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Draft | None:
    """The list, else the best sentences."""
    lists = Lists(desk.retriever.weights, desk.retriever.shown, desk.extractive)
    return lists.draft(u, evidence) or desk.extractive.sentences(u, evidence)


class Lists:
    """Drafts lists from evidence."""

    def __init__(self, weights: Weights, shown: Shown, extractive: Extractive) -> None:
        self._weights, self._shown, self._extractive = weights, shown, extractive

    def draft(self, u: Query, evidence: Sequence[Evidence]) -> Draft | None:
        """The list that is asked for: one led in by a colon, a sentence that enumerates, else the whole article; None where there
        is none, and the best sentences are the answer."""
        ranked = own_first(newer_first(ranked_sentences(evidence), u), u)
        everything = [p for p in ranked if p.article.kind == "item"] or ranked  # title and addressees are no measures
        if not everything:
            return None
        top = self._lister(u, everything)
        listed = list_around(top, self._shown)
        if listed is not None:
            return Draft((*whole_list(top, listed), *self._behind_list(everything, top, listed)))
        notice, article = top.notice, top.article
        units = self._weights.units(u.content or u.topic)
        picks = [p for p in everything if p.notice.id == notice.id and p.article.ordinal == article.ordinal]
        picks.sort(key=lambda p: p is not top)
        headed = top.sentence.reading is None or self._is_about(article, units)
        if _enumerates(top.sentence.text) and (not headed or self._stands_out(picks, units)):
            more = [p for p in picks[1:3] if p.score > BESIDE * top.score and not is_lead(p, self._shown)]
            asked = replace(top, span=self._extractive.case(u, top, _enumerates))
            if asked.span != top.span:
                return Draft((paragraph(quote_statement(lead_in(top), asked)),))
            return Draft((paragraph(*framed(top, self._shown, lead_in(top)), *(quote_statement("", p) for p in more)),))
        spans = self._items(notice, article) if headed or not answers(top) else []
        if not spans:
            return None
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

    def _lister(self, u: Query, picks: Sequence[Pick]) -> Pick:
        """Of the sentences about as good as the first, the one read best, a list before a sentence that enumerates."""
        near = [p for p in picks if p.score >= LIST_SHARE * picks[0].score]
        if all(p.sentence.reading is None for p in near):
            return picks[0]
        top = max(near, key=lambda p: (self._reading_as_list(u, p), p.score))
        if list_around(top, self._shown) is not None or _enumerates(top.sentence.text):
            return top
        beside = [p for p in picks if clause_of(p) == clause_of(top) and is_lead(p, self._shown) and may_answer(p)]
        return max(
            beside, key=lambda p: self._reading_as_list(u, p), default=top
        )  # the article asked for holds the list

    def _reading_as_list(self, u: Query, pick: Pick) -> float:
        reading = pick.reading + SCORED * pick.score
        if (listed := list_around(pick, self._shown)) is not None:
            return reading + LISTS + COUNTED * (len(listed.items) == u.how_many)
        if not _enumerates(pick.sentence.text):
            return reading
        number = u.how_many is not None and str(u.how_many) in plain_figures(pick.sentence.text)
        return reading + ENUMERATES + COUNTED * (number or ("count" in u.values and u.fits(pick.sentence.text)))

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
        if first.reading is not None and more >= COVERS_READ:
            return first.reading >= (second.reading if second.reading is not None else LEAST) + APART
        return more >= COVERS


def _enumerates(text: str) -> bool:
    """Whether a sentence names several things one after the other, in or outside a bracket: 市、县（市、区） are none."""
    inside = any(held.group(1).count("、") > 1 for held in _BRACKET.finditer(text))
    return inside or bool(_ENUMERATES.search(_BRACKET.sub("", text)))


def _heading_span(notice: Notice, article: Article) -> Span:
    at = notice.text.find(article.heading, article.span.start, article.span.end) if article.heading else -1
    return Span(at, at + len(article.heading)) if at >= 0 else trimmed(notice.text, article.span)
