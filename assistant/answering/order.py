"""Which sentence goes first, and which may stand beside it (先后): newer before older, the place's own before the country's,
one for each figure or year that is asked.

The trap: a sentence beside the best one is read as part of the answer, so of another article it has to be read as surely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from assistant.query.read import Understanding
from assistant.query.values import plain_figures, years_of
from assistant.retrieval.evidence import LEAST
from assistant.retrieval.selection import Pick, answers, may_answer
from assistant.retrieval.showing import Shown
from corpus import fitted
from corpus.grammar import form
from corpus.types import UNKNOWN_REGION, Notice, Span

NEWER_SHARE = fitted.number("answering.order.newer_share")
NOW_SHARE = fitted.number("answering.order.now_share")
"""Where the question says 现在 or 最新, an older notice leads only if the newer one says far less."""
NEAR_AS_SURE, NEAR_FIGURE = fitted.number("answering.order.near_as_sure"), fitted.number("answering.order.near_figure")
"""Log odds behind the best sentence up to which one of another article may stand beside it: the second where one figure or
one time is asked, and another would only be taken for it."""
_BREACH = form("penalty.violates")
AS_MUCH = fitted.number("answering.order.as_much")
"""Share of the question's words a breach names that the rule must name."""
VALUED = fitted.number("answering.order.valued")
"""Share of the best score that a sentence with the asked kind of value, or one that is read as an answer, must have to go
before it."""
READ_FIRST = fitted.number("answering.order.read_first")
"""Log odds of the reader from which a sentence goes before a better one that it does not take for an answer."""
NEAR_READ, MORE_NAMED = fitted.number("answering.order.near_read"), fitted.number("answering.order.more_named")
"""Log odds behind the best sentence, and share of the question's words that one so near must name more, to go before it."""
OWN_SHARE, SURE_OWN = fitted.number("answering.order.own_share"), fitted.number("answering.order.sure_own")
"""Share of the score of the country's law, and log odds of the reader, from which a rule of the place goes before it."""


def clause_of(pick: Pick) -> tuple[str, object]:
    """The article of a law the sentence stands in, items and all; elsewhere its own part of the outline."""
    return pick.notice.id, pick.article.clause or pick.article.ordinal


def clause_whole(notice: Notice, offset: int) -> list[Span]:
    """The parts of the article of a law that holds ``offset``, items and all; elsewhere its own part of the outline."""
    article = notice.article_at(offset)
    if not article.clause:
        return [article.span]
    return [a.span for a in notice.articles if a.labels[: len(article.clause)] == article.clause]


def may_stand_beside(first: Pick, other: Pick, near: float) -> bool:
    """Beside the best sentence: of the same article what the reader does not rule out, of another what answers as well,
    at most ``near`` log odds behind."""
    if clause_of(other) == clause_of(first):
        return may_answer(other)
    best, own = first.sentence.reading, other.sentence.reading
    return answers(other) and (best is None or own is None or own >= best - near)


def newer_first(picks: list[Pick], u: Understanding) -> list[Pick]:
    """Where an older and a newer notice of one place speak about equally well, and the newer one is read about as surely or has
    the question's words as much as the older, the newer one first.

    Not when the question names a notice or a year: then the one meant is not ours to change.
    """
    if not picks or u.notice_ids or u.target_years:
        return picks
    top = picks[0]
    newest = top
    now = u.says("ask.now_or_newer")
    share, near = (NOW_SHARE, inf) if now else (NEWER_SHARE, NEAR_AS_SURE)
    for pick in picks:
        if pick.score < share * top.score:
            break
        same_place = pick.notice.region == top.notice.region
        as_sure = answers(pick) and pick.reading >= top.reading - near
        on_matter = as_sure or pick.sentence.coverage >= AS_MUCH * top.sentence.coverage
        if same_place and on_matter and (pick.notice.issued_on or date.min) > (newest.notice.issued_on or date.min):
            newest = pick
    if newest is top:
        return picks
    return sorted(picks, key=lambda p: p.notice.id != newest.notice.id)


def own_first(picks: list[Pick], u: Understanding) -> list[Pick]:
    """Where the law of the country and a rule of the asker's place answer about equally well, the place's own first: it
    binds in particular. Not where the question names a document."""
    if not picks or u.notice_ids or picks[0].notice.region or not answers(picks[0]):
        return picks
    first = picks[0]
    reading = first.sentence.reading
    own = next(
        (
            p
            for p in picks
            if p.notice.region not in ("", UNKNOWN_REGION)
            and p.score >= OWN_SHARE * first.score
            and (reading is None or (p.sentence.reading or LEAST) >= max(reading - NEAR_AS_SURE, SURE_OWN))
        ),
        None,
    )
    return picks if own is None else sorted(picks, key=lambda p: p.notice.id != own.notice.id)


def rule_first(picks: list[Pick], u: Understanding) -> list[Pick]:
    """Where what a breach costs is not asked and the best sentence tells of a breach (违反本条例第二十六条，不按照规定…), the rule
    itself first: of its notice what stands in the article the breach names, or is read about as surely."""
    breach = _BREACH.search(picks[0].sentence.text) if picks and not u.says("ask.penalty") else None
    if breach is None:
        return picks
    first, reading = picks[0], picks[0].sentence.reading
    rule = next(
        (
            p
            for p in picks
            if p.notice.id == first.notice.id
            and not _BREACH.search(p.sentence.text)
            and p.sentence.coverage >= AS_MUCH * first.sentence.coverage
            and (
                any(label in breach["which"] for label in p.article.labels)
                or reading is None
                or (p.sentence.reading or LEAST) >= reading - NEAR_AS_SURE
            )
        ),
        None,
    )
    return picks if rule is None else [rule, *(p for p in picks if p is not rule)]


def read_first(picks: list[Pick], years: frozenset[int] = frozenset()) -> list[Pick]:
    """Where the reader does not take the best sentence for an answer but surely another one that is not far weaker, that goes
    first; not one on other years where the best is on one of ``years``, which are asked about."""
    if not picks or picks[0].sentence.reading is None or answers(picks[0]):
        return picks
    near = [p for p in picks if p.score >= VALUED * picks[0].score]
    if years & years_of(picks[0].sentence.text):
        near = [p for p in near if not (said := years_of(p.sentence.text)) or years & said]
    surest = max(near, key=lambda p: p.reading)
    return [surest, *(p for p in picks if p is not surest)] if surest.reading >= READ_FIRST else picks


def named_first(picks: list[Pick], named: Callable[[Pick], float]) -> list[Pick]:
    """Of the sentences of one article that answer and are read about as surely as the best, the one that names clearly more of
    what the question names, with what leads into it and its headings (退休人员为0.12% under 个人缴费费率), goes first.

    Args:
        named: share of the question's words that a sentence names.
    """
    if not picks or picks[0].sentence.reading is None or not answers(picks[0]):
        return picks
    top = picks[0]
    least = max(top.reading - NEAR_READ, READ_FIRST)
    rest = [p for p in picks[1:] if clause_of(p) == clause_of(top) and (p.sentence.reading or LEAST) >= least]
    if not rest:
        return picks
    share, _, best = max((named(p), -at, p) for at, p in enumerate(rest))
    return picks if share < named(top) + MORE_NAMED else [best, *(p for p in picks if p is not best)]


def bearing_first(picks: list[Pick], u: Understanding, shown: Shown) -> list[Pick]:
    """Where a kind of value is asked (多少天) and the best sentence states none, the one of its notice that does and is read
    as an answer too goes first."""
    if not picks or not u.values or bears(picks[0], u, shown):
        return picks
    same = (p for p in picks if p.notice.id == picks[0].notice.id)
    bearing = next((p for p in same if answers(p) and bears(p, u, shown)), None)
    return picks if bearing is None else [bearing, *(p for p in picks if p is not bearing)]


def bears(pick: Pick, u: Understanding, shown: Shown) -> bool:
    """Whether the sentence states a value of a kind that is asked: one that leads into a list tells how many there are."""
    listed = shown.list_at(pick.notice, pick.span) if "count" in u.values else None
    return u.bears(pick.sentence.text) or (listed is not None and pick.span.end <= listed.items[0].start + 1)


def led_by_value(pick: Pick, u: Understanding, shown: Shown) -> bool:
    """Whether the sentence is an item or a row, and what leads into it states a value of a kind that is asked."""
    around = shown.around(pick.notice, pick.span)
    return any(
        u.bears(pick.notice.quote(lead)) for unit in around if unit.kind in ("item", "row") for lead in unit.lead
    )


def of_asked_years(picks: list[Pick], years: frozenset[int]) -> list[Pick]:
    """Where the best sentence states an asked year, further ones that state only other years are left out."""
    if not picks or not years & years_of(picks[0].sentence.text):
        return picks
    return [p for p in picks if not (stated := years_of(p.sentence.text)) or stated & years]


@dataclass(frozen=True, slots=True)
class StatesFigure:
    """Whether a text states the figure."""

    figure: str

    def __call__(self, text: str) -> bool:
        return self.figure in plain_figures(text)


@dataclass(frozen=True, slots=True)
class StatesYear:
    """Whether a text names the year."""

    year: int

    def __call__(self, text: str) -> bool:
        return self.year in years_of(text)


def one_each(picks: list[Pick], wanted: Sequence[Callable[[str], bool]]) -> list[Pick]:
    """For a question that names several figures or years: the best sentence that states each, then the rest."""
    kept: list[Pick] = []
    for states in wanted:
        best = next((p for p in picks if states(p.sentence.text)), None)
        if best is not None and best not in kept and best.score >= VALUED * picks[0].score:
            kept.append(best)
    return [*kept, *[p for p in picks if p not in kept]]


def prefer(valued: list[Pick], picks: list[Pick]) -> list[Pick]:
    """Sentences that state the asked kind of value first, unless they are far weaker than the best sentence."""
    if not valued or not picks or valued[0].score < VALUED * picks[0].score:
        return picks
    return valued
