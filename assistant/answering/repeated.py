"""What a follow-up is answered with that the last answer has told already (重复): said to be so, never told as if it were new.

给县医院留了几个 after a clause that says how many there are in all finds that clause again: nothing is written of the county's. The trap:
a value that is asked for now (哪年要达到) may well stand in the words told before; those are the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.answering.absent import LEAST_TERM, unwritten, writes_of
from assistant.answering.draft import NEAREST, Block, Draft, Statement, Support, over, paragraph
from assistant.query.types import Hang, Query
from assistant.retrieval.selection import item_sentences, trimmed
from assistant.types import Kind
from corpus import fitted
from corpus.numerals import find_values
from corpus.regions import gazetteer, parts_of, short_name
from corpus.text import GAP, fold, sentence_spans
from corpus.types import Notice, Span

NO_MORE = "除上面引过的，没有找到别的条文写到这一点："
OWN_COVERED = fitted.number("answering.repeated.own_covered")
"""Share of the words a follow-up adds that a clause has from which it speaks of them."""
MORE_COVERED = fitted.number("answering.repeated.more_covered")
"""By how much more of them another sentence of the article must have than what was told."""
Said = Callable[[Statement], float]
"""Share of the words a follow-up adds that a statement's clause has."""
FURTHER = "另："
_ROW, _SHORT = 2, 12
"""Marks between members from which a clause holds a row of them, and characters up to which a follow-up asks of what was told."""
_STOPS = "。；;，,"


def with_repeated(q: Query, draft: Draft, said: Said, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` without what was told before where it has more to tell, or led by words that say there is no more."""
    if (
        q.hang is not Hang.SLOT
        or not q.answered
        or not q.own
        or any(one.head or one.given == one.text for one in draft.each())
    ):
        return draft  # a verdict of its own is no repetition
    if not draft.blocks or any(block.kind == "table" for block in draft.blocks):
        return draft
    first, *rest = draft.blocks
    fresh = [one for one in first.statements if not _told(q, one, notices)]
    if not fresh and not any(one for block in rest for one in block.each()):
        if _answers(q, first.statements, said):
            return draft
        lead = NO_MORE if len(q.own) <= _SHORT else NEAREST  # of a long one nothing is said to be unwritten
        return replace(draft, blocks=(over(lead, draft), *draft.blocks))
    old = [one for one in first.statements if one not in fresh]
    if fresh and old and max(map(said, fresh)) >= OWN_COVERED and not max(map(said, old)):
        return replace(draft, blocks=(_led(fresh), *rest))
    return draft


def of_own_words(q: Query, draft: Draft, said: Said, notices: Mapping[str, Notice]) -> Draft | None:
    """The sentence of the article told before that states the figure a follow-up names (60的呢 after one on 65), or has its words where
    what was told has not (诊所也受这个卡吗); None where none does."""
    first = draft.told_first
    if first is None:
        return None
    asked = {value.canonical for value in find_values(q.own)}
    notice, start = notices[first.supports[0].notice_id], first.supports[0].span.start
    least = max(OWN_COVERED, said(first) + MORE_COVERED)
    best: tuple[float, Statement] | None = None
    for sentence in sentence_spans(notice.text, notice.article_at(start).span):
        one = _quoted(notice, trimmed(notice.text, sentence))
        if not one.text or one.text.rstrip(_STOPS) in q.answered:
            continue
        states = bool(asked) and asked <= {value.canonical for value in find_values(one.text)}
        share = 1.0 if states else 0.0 if asked else said(one)
        if share >= least and (best is None or share > best[0]):
            best = (share, one)
    return Draft((paragraph(best[1]),)) if best else None


def of_own_term(q: Query, draft: Draft, said: Said, notices: Mapping[str, Notice]) -> Draft | None:
    """The sentence of the document told before that has the term a follow-up adds (多点执业能抵不), which what was told has not; None
    where it adds none, or none has it."""
    first = draft.told_first
    own = "".join(one.text for one in draft.each() if one.text != one.given and GAP.search(one.text) is None)
    lacking = unwritten(q, own, least=LEAST_TERM) if first is not None else None
    if first is None or lacking is None or fold(lacking.term) not in fold(q.own):
        return None
    notice = notices[first.supports[0].notice_id]
    found = [_quoted(notice, span) for span in item_sentences(notice) if writes_of(lacking, notice.quote(span))]
    best = max(found, key=said, default=None)
    return Draft((paragraph(best),)) if best is not None else None


def _quoted(notice: Notice, span: Span) -> Statement:
    return Statement(notice.quote(span), (Support(notice.id, span),))


def says_no_more(draft: Draft) -> bool:
    """Whether ``draft`` only repeats."""
    return draft.blocks[0].statements[:1] in (over(NO_MORE, draft).statements, over(NEAREST, draft).statements)


def _told(q: Query, one: Statement, notices: Mapping[str, Notice]) -> bool:
    """Whether the last answer holds every quote of a statement."""
    quotes = [notices[s.notice_id].quote(s.span).strip().rstrip(_STOPS) for s in one.supports]
    return bool(quotes) and all(quote in q.answered for quote in quotes)


def _answers(q: Query, told: Sequence[Statement], said: Said) -> bool:
    """Whether a value, time or office is asked that the words told before state of what the follow-up speaks of."""
    valued = bool(q.values) or q.kind in (Kind.DEADLINE, Kind.BODY)
    elsewhere = [
        m for m in gazetteer().find(q.own) if not any(short_name(parts_of(m.path)[-1]) in one.text for one in told)
    ]
    if q.kind is Kind.LIST and any(one.text.count("、") >= _ROW for one in told):
        return True  # 里面都要干哪些: the row stands in what was told
    return (
        valued
        and not elsewhere
        and any(said(one) >= OWN_COVERED and (q.kind is Kind.BODY or q.bears(one.text)) for one in told)
    )


def _led(fresh: Sequence[Statement]) -> Block:
    """What is left of a paragraph, whose first words lead on no more."""
    first, *rest = fresh
    plain = replace(first, text=first.text.removeprefix(FURTHER), given=first.given.removeprefix(FURTHER), stressed=())
    return paragraph(plain if first.text.startswith(FURTHER) else first, *rest)
