"""The targets of a notice in a table (指标表): a row for each clause that sets one, with its figure, its time and where it stands.

A clause that says nothing by itself (占比达到30%) stands with those before it. The time is that of its sentence; in the part that
tells what is aimed at, the one last named holds on (到2025年，…。签约率达到75%。). The trap: elsewhere a year of one sentence says
nothing about the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.duties.targets import Deadline, deadlines_in, figures_in
from assistant.retrieval.selection import trimmed
from assistant.tasks.parts import names_goals
from assistant.tasks.sections import Section, leads, said_in, sections_of
from assistant.tasks.wanted import Parts, called
from corpus.grammar import form
from corpus.text import clause_spans, one_line, sentence_spans
from corpus.types import Notice, Span

UNWRITTEN, NO_FIGURE, _AGE = "未写明", "没有写数字", "岁"
_AIMED, _HANGS_ON = form("target.without_figure"), form("aim.hangs_on")
_MARKS, _PIECE, _SAYS = "，,；;。：:、 \n", ("；", ";", "。"), 6
"""Marks a clause ends in, those that end a piece of a sentence, and characters a clause needs to say something by itself."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: where its clause stands, its figures as written, its time with the words that say so, and the lead-in of its list."""

    section: Section
    span: Span
    figures: tuple[str, ...]
    when: Deadline | None = None
    dated: Span | None = None
    led: Span | None = None


def aims_of(notice: Notice, within: Sequence[Section], fits: Callable[[str], bool]) -> list[Aim]:
    """The targets that ``within`` (all of the notice where it is empty) sets, in order of the text.

    Args:
        fits: whether a clause states a value of the kind that is wanted.
    """
    found: list[Aim] = []
    for root in within or sections_of(notice):
        aimed = names_goals(root)
        held: tuple[Deadline, Span] | None = None
        led = {id(one): lead for above in root.each() if (lead := _lead(notice, above)) for one in above.below}
        for section in root.each():
            for said in said_in(notice, section):
                for sentence in sentence_spans(notice.text, said):
                    times = _times(notice, sentence)
                    own = [
                        aim for aim in _aims(notice, section, sentence, times, held if aimed else None, rest=aimed)
                        if (aim.figures and fits(notice.quote(aim.span))) or (aimed and not aim.figures)
                    ]  # fmt: skip
                    if aimed and own and not any(aim.figures for aim in own):  # no figure says how much
                        whole = Aim(
                            section, trimmed(notice.text, sentence), (), *(times[-1] if times else held or (None, None))
                        )
                        own = [whole] if whole.when else []
                    found += [replace(aim, led=led.get(id(section))) for aim in own]
                    held = times[-1] if times else held
    return found


def targets(notices: Sequence[Notice], fits: Callable[[str], bool], parts: Parts, *, figured: bool) -> Draft | None:
    """The targets in a table: of the parts that are wanted, and where ``figured`` ones are and these set none, of all; None where
    there is none."""
    told = [n for n in notices if not parts or n.id in parts]
    found = [aims_of(n, parts.get(n.id, ()), fits) for n in told]
    scope = called(parts)
    if figured and not any(aim.figures for own in found for aim in own):
        if not parts:
            return None
        told = list(notices)
        goals = {aim.span for own in found for aim in own}
        found = [[aim for aim in aims_of(n, (), fits) if aim.figures or aim.span in goals] for n in told]
        scope = f"{scope}没有写明数字；全文"
    if not any(found):
        return None
    said = f"{scope}写明的指标共{sum(map(len, found))}项："
    first = next(Support(n.id, own[0].span) for n, own in zip(told, found, strict=True) if own)
    head = paragraph(Statement(said, (first,), given=said, head=True))
    return Draft((head, _table(told, found)))


def _table(notices: Sequence[Notice], aims: Sequence[Sequence[Aim]]) -> Block:
    """The rows, under a header."""
    several = sum(map(bool, aims)) > 1
    header = ("指标", "数值", "时限", "出处", *(("文件",) if several else ()))
    rows = [tuple(Statement(name) for name in header)]
    for notice, own in zip(notices, aims, strict=True):
        rows += [(*_row(notice, aim), *((_cell(notice.name, notice, aim.span),) if several else ())) for aim in own]
    return Block("table", rows=tuple(rows))


def _row(notice: Notice, aim: Aim) -> tuple[Statement, ...]:
    support = (Support(notice.id, aim.span),)
    when = aim.when.text if aim.when else UNWRITTEN
    dated = (Support(notice.id, aim.dated),) if aim.dated else support
    head = aim.section.head if aim.section.name else "".join(aim.section.article.labels[-2:])
    said = Statement(one_line(notice.quote(aim.span)), support)
    if aim.led:
        said = Statement.joined([Statement(one_line(notice.quote(aim.led)), (Support(notice.id, aim.led),)), said])
    return (
        said, _cell("、".join(aim.figures) or NO_FIGURE, notice, aim.span),
        Statement(when, dated, given=when), _cell(head, notice, aim.span),
    )  # fmt: skip


def _cell(text: str, notice: Notice, span: Span) -> Statement:
    return Statement(text, (Support(notice.id, span),), given=text)


def _lead(notice: Notice, section: Section) -> Span | None:
    """The words with which an article leads in what stands below it; None where it says nothing so."""
    own = said_in(notice, section) if section.below else []
    return trimmed(notice.text, own[-1]) if own and leads(notice, own[-1]) else None


def _aimed(figures: tuple[str, ...]) -> tuple[str, ...]:
    """The figures without ages, which say whom a target is about."""
    return tuple(one for one in figures if _AGE not in one)


def _times(notice: Notice, sentence: Span) -> list[tuple[Deadline, Span]]:
    """The times a sentence sets, each with where it stands."""
    return [
        (one, Span(sentence.start + one.span.start, sentence.start + one.span.end))
        for one in deadlines_in(notice.quote(sentence), notice.issued_on, past=True)
    ]


def _aims(
    notice: Notice,
    section: Section,
    sentence: Span,
    times: Sequence[tuple[Deadline, Span]],
    held: tuple[Deadline, Span] | None,
    *,
    rest: bool,
) -> list[Aim]:
    """The targets of a sentence; ``rest``: with what else it says, which is aimed at too."""
    start: int | None = None
    made: list[Aim] = []
    for clause in clause_spans(notice.text, sentence):
        text = notice.quote(clause)
        bare = Span(clause.start, clause.start + len(text.rstrip(_MARKS)))
        only_time = any(span.end + 1 >= bare.end and span.start - clause.start < _SAYS for _, span in times)
        figures = _aimed(figures_in(text))
        if not only_time and (figures or _AIMED.search(text)):
            time = next((one for one in reversed(times) if one[1].start < bare.end), held)
            aim = Aim(
                section, Span(clause.start if start is None else start, bare.end), figures, *(time or (None, None))
            )
            if start is None and made and made[-1].span.end + 1 == clause.start and _HANGS_ON.match(text):
                before = made.pop()
                aim = replace(aim, span=Span(before.span.start, bare.end), figures=(*before.figures, *figures))
            made.append(aim)
            start = None
        elif start is None and not only_time:
            start = clause.start
        if start is not None and text.rstrip().endswith(_PIECE):
            if rest and bare.end - start >= _SAYS:
                made.append(Aim(section, Span(start, bare.end), (), *(times[-1] if times else held or (None, None))))
            start = None
    return made
