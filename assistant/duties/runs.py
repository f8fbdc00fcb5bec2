"""An article cut into runs (条文分段): sentences that share a responsibility bracket, and what each of them says.

Kept apart from the duties made of them (:mod:`assistant.duties.extraction`), which ask who and by when. The trap: a bracket
belongs to the sentences before it, but not across a place where the capture lost text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from assistant.duties.targets import Deadline, deadlines_in, figures_in, is_label, phase_of
from corpus.bodies import opening_bodies, read_bodies, split_bodies
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.text import GAP, fold, sentence_spans
from corpus.types import Article, Notice, Span

_TAKES_PART = form("duty.part_line")
_LEADS_LIST = form("duty.leads_list")
_SHORTEST_TASK = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences of one article that share a responsibility bracket; ``lost`` when the capture breaks off after them."""

    sentences: tuple[Span, ...]
    bodies: tuple[str, ...] = ()
    bracket: Span | None = None
    lost: bool = False


def runs_of(notice: Notice, article: Article, tabled: Collection[int]) -> Iterator[Run]:
    """The article cut after each bracket and at each gap of the capture, without the table lines that begin at ``tabled``."""
    pending: list[Span] = []
    closed: Run | None = None
    for sentence in sentence_spans(notice.text, article.span):
        words = sentence.of(notice.text)
        if sentence.start + len(words) - len(words.lstrip()) in tabled:
            continue
        if GAP.search(words):
            yield from filter(None, (closed, Run(tuple(pending), lost=True) if pending else None))
            pending, closed = [], None
            continue
        if closed and (
            is_label(words.strip()) or _TAKES_PART.match(words)
        ):  # 配合单位：…, 完成时限：… after 责任单位：…
            more = split_bodies(words) if _TAKES_PART.match(words) else ()
            names = tuple(dict.fromkeys((*closed.bodies, *more)))
            bracket = Span(closed.bracket.start, sentence.end) if closed.bracket and more else closed.bracket
            closed = replace(closed, sentences=(*closed.sentences, sentence), bodies=names, bracket=bracket)
            continue
        if closed:
            yield closed
            closed = None
        pending.append(sentence)
        names, found = read_bodies(notice.text, sentence)
        if names:
            closed, pending = Run(tuple(pending), names, found), []
    if closed:
        yield closed
    if pending:
        lost = any(gap.span.start == article.span.end for gap in notice.gaps)
        yield Run(tuple(pending), lost=lost)


def leads_list(notice: Notice, article: Article) -> tuple[tuple[str, ...], Span] | None:
    """Whose the items of the article are, where its last sentence says so (``市急救中心承担下列职责：``), and where."""
    last = sentence_spans(notice.text, article.span)[-1]
    if not _LEADS_LIST.search(last.of(notice.text)):
        return None
    names, where = opening_bodies(notice.text, last)
    return (names, where) if where is not None else None


def stated_apart(notice: Notice, run: Run) -> Deadline | None:
    """A deadline written in the bracket or on a line of its own (完成时限：…): it holds for the whole run."""
    places = [notice.quote(s).strip() for s in run.sentences]
    lines = [line for line in places if is_label(line)]
    if run.bracket:
        lines.append(notice.quote(run.bracket).strip("〔（([【〕）)]】"))
    return next((found[0] for line in lines if (found := deadlines_in(line, notice.issued_on))), None)


def contents(notice: Notice, article: Article, run: Run, *, headings: bool = False) -> list[Span]:
    """What the run's sentences say; ``headings`` keeps those that only repeat the heading (items of one sentence)."""
    found = [_content(notice, article, sentence, run.bracket, headings) for sentence in run.sentences]
    return [content for content in found if content]


def _content(notice: Notice, article: Article, sentence: Span, bracket: Span | None, headings: bool) -> Span | None:
    """The sentence without numbering, bracket and white space; None for headings, labels and what is too short."""
    start, end = sentence.start, sentence.end
    if bracket and start <= bracket.start < end:
        end = bracket.start
    elif bracket and bracket.start <= start < bracket.end:
        return None
    words = notice.text[start:end]
    start += len(words) - len(words.lstrip())
    mark = parse_mark(notice.text[start:end])
    start += len(mark.text) if mark else 0
    words = notice.text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
    words = notice.text[start:end]
    if end - start < _SHORTEST_TASK or is_label(words) or _TAKES_PART.match(words):
        return None
    plain = fold(words).rstrip("。.：:")
    if (
        not headings
        and plain in {fold(h).rstrip("。.：:") for h in article.headings}
        and (phase_of(words) or not _says_a_duty(words, notice.issued_on))
    ):
        return None
    return Span(start, end)


def _says_a_duty(words: str, issued: date | None) -> bool:
    """Whether a heading is a task itself: it sets a date or a figure, or says who must do something."""
    return bool(
        deadlines_in(words, issued) or figures_in(words) or opening_bodies(words, Span(0, len(words)))[1] is not None
    )
