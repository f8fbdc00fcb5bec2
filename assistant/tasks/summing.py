"""A notice summed up by its own outline (总结): every part with its heading and the sentences that tell what it sets, each cited.

Nothing is put into other words and nothing is cut off in silence: articles that set no figure, time or penalty may be left
untold in a long law, and are then named. The trap: a lead-in (分为五类：) says nothing without its items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import title_span
from assistant.duties.targets import deadlines_in
from assistant.query.values import has_period, lasts_or_recurs
from assistant.retrieval.selection import trimmed
from assistant.tasks.sections import Section, annexes_of, is_numbered, leads, said_in, sections_called, sections_of
from assistant.tasks.stating import states_figure
from corpus.grammar import form
from corpus.text import GAP, fold, one_line, sentence_spans
from corpus.types import Notice, Span

_PENALTY, _IN_FORCE = form("states.fine"), form("force.from")
BRIEF, EACH, _FIRST = 12, 32, 2
"""Articles up to which each is told by its first two sentences too, and up to which each is told at all."""


def summary(notices: Sequence[Notice], *, part: str = "", most: int | None = None) -> Draft | None:
    """The parts of each notice; None where a notice has no text to show.

    Args:
        part: words for the part that is wanted (公立医院改革); the whole where no heading has them, which is said.
        most: lines wanted at most for each notice.
    """
    blocks: list[Block] = []
    notes: list[str] = []
    for notice in notices:
        sections = sections_of(notice)
        meant = sections_called(notice, part) if part else []
        if part and not meant:
            notes.append(f"{notice.name}没有以“{part}”为题的部分，总结的是整份文件。")
        wanted = meant or sections
        lines = (_few(notice, wanted, most) if most else _lines(notice, wanted)) or _unnumbered(notice)
        if not lines:
            return None
        by = f"由{notice.issuer}制发，" if notice.issuer else "的"
        scope = f"其中{'、'.join(f'“{one.head}”' for one in meant)}部分" if meant else "主要内容"
        opening = f"《{notice.title.strip('《》')}》{by}{scope}按原文结构如下："
        title = title_span(notice) or Span(0, min(len(notice.text), 40))
        blocks.append(paragraph(Statement(opening, (Support(notice.id, title),), given=opening)))
        blocks.append(Block("list", tuple(lines)))
        if not meant and (annexed := annexes_of(notice)):
            told = f"另有附件，内容见原文：{'、'.join(one.part for one in annexed)}。"
            blocks.append(paragraph(_head(notice, told, annexed[0].span)))
    return Draft(tuple(blocks), tuple(notes)) if blocks else None


def sets(notice: Notice, span: Span) -> bool:
    """Whether what is said there sets a figure, a time or a penalty: what people look for in a summary."""
    text = notice.quote(span)
    return GAP.search(text) is None and (
        bool(deadlines_in(text, notice.issued_on))
        or states_figure(text)
        or has_period(text)
        or lasts_or_recurs(text)
        or _PENALTY.search(text) is not None
    )


def _lines(notice: Notice, sections: Sequence[Section]) -> list[Statement]:
    count = sum(1 for one in sections for _ in one.leaves())
    found: list[Statement] = []
    part = sections[0].article.part if sections else ""
    for one in sections:
        if one.article.part != part:
            part = one.article.part
            found += [_head(notice, f"{part}：", one.article.span)] if part else []
        found += _told(notice, one, count)
    return found


def _told(notice: Notice, section: Section, count: int) -> Iterator[Statement]:
    """The lines of a section: its own words, then those of what stands below it."""
    own = said_in(notice, section)
    if not section.below:
        yield _line(notice, section, _telling(notice, section, own, count))
        return
    if own and leads(notice, own[-1]) and (listed := _list(notice, section, own)):
        yield listed
        return
    lead = [own[-1]] if own and leads(notice, own[-1]) else []
    whole = count <= EACH or bool(lead)  # no lead-in without its items
    told = [one for one in section.below if whole or _is_part(one) or _sets_any(notice, one)] or section.below[:1]
    yield _line(notice, section, [*_telling(notice, section, own[: len(own) - len(lead)], count), *lead])
    for one in told:
        yield from _told(notice, one, count)
    if len(told) < len(section.below):
        yield _rest(notice, [one for one in section.below if one not in told])


def _is_part(section: Section) -> bool:
    """Whether it is a part with a name and articles of its own."""
    return bool(section.name and section.below)


def _sets_any(notice: Notice, section: Section) -> bool:
    return any(has_period(one.name) or any(sets(notice, s) for s in said_in(notice, one)) for one in section.each())


def _telling(notice: Notice, section: Section, spans: Sequence[Span], count: int) -> list[Span]:
    """Of what an article says the sentences that set something, and the first ones where the notice is short, the article is a
    part without a name, or nothing is set but the day from which it holds."""
    setting = {span for span in spans if sets(notice, span)}
    said = any(_IN_FORCE.search(notice.quote(span)) is None for span in setting)
    first = _FIRST if count <= BRIEF else int(not said or (not section.name and section.article.level == 1))
    return [span for at, span in enumerate(spans) if at < first or span in setting]


def _list(notice: Notice, section: Section, own: Sequence[Span]) -> Statement | None:
    """A lead-in with all its items in one line; None where an item holds others or has a name and says more."""
    said = [(one, said_in(notice, one) or [one.article.span]) for one in section.below]
    if any(one.below or (one.name and len(spans) > 1) for one, spans in said):
        return None
    parts = list(_parts(notice, section, own))
    for one, spans in said:
        parts += _parts(notice, one, [spans[0], *(span for span in spans[1:] if sets(notice, span))])
    return Statement.joined(parts)


def _line(notice: Notice, section: Section, spans: Sequence[Span]) -> Statement:
    """One line: number and name of the section, then the sentences at ``spans``, each with its marker."""
    if not spans:
        return _head(notice, section.head, section.article.span)
    return Statement.joined(list(_parts(notice, section, spans)))


def _parts(notice: Notice, section: Section, spans: Sequence[Span]) -> Iterator[Statement]:
    for at, span in enumerate(spans):
        lead = section.head if at == 0 and not is_numbered(notice, span) else ""
        lead = f"{lead}：" if lead and (section.name or section.article.clause) else lead
        yield Statement(f"{lead}{one_line(notice.quote(span))}", (Support(notice.id, span),), given=lead)


def _head(notice: Notice, text: str, span: Span) -> Statement:
    """A line of our own over what stands at ``span``."""
    first = trimmed(notice.text, sentence_spans(notice.text, span)[0])
    return Statement(text, (Support(notice.id, first),), given=text)


def _rest(notice: Notice, sections: Sequence[Section]) -> Statement:
    """The line that names what is not told."""
    return _head(notice, f"其余见原文：{'；'.join(one.head for one in sections)}。", sections[0].article.span)


def _few(notice: Notice, sections: Sequence[Section], most: int) -> list[Statement]:
    """At most ``most`` lines: the lowest articles where they are so few, else those above them; of too many those that hold most,
    and the others are named in the last line."""
    level = list(sections)
    while any(one.below for one in level):
        finer = [below for one in level for below in (one.below or [one])]
        if len(finer) > most:
            break
        level = finer
    if len(level) > most:
        held = sorted(range(len(level)), key=lambda at: (-sum(1 for _ in level[at].leaves()), at))
        rest = sorted(held[max(most - 1, 1) :])
        shown = [_short(notice, one) for at, one in enumerate(level) if at not in rest]
        return [*shown, _rest(notice, [level[at] for at in rest])]
    return [_short(notice, one) for one in level]


def _short(notice: Notice, section: Section) -> Statement:
    """A section in one line: its heading, then its sentence, or the names of what stands below it."""
    if not section.below:
        return _line(notice, section, _telling(notice, section, said_in(notice, section), BRIEF))
    names = [one.name for one in section.below if one.name]
    if section.name and names:
        return _head(notice, f"{section.head}：{'；'.join(names)}。", section.article.span)
    spans = [span for one in section.leaves() for span in said_in(notice, one) if not leads(notice, span)]
    return _line(notice, section, [span for span in spans if sets(notice, span)] or spans[:1])


def _unnumbered(notice: Notice) -> list[Statement]:
    """Of a notice in which nothing is numbered what it says, without title, address and signature."""
    told = [s for a in notice.articles if a.kind == "item" for s in said_in(notice, Section(a))] or sentence_spans(
        notice.text
    )
    titled = fold(notice.title)
    kept = [span for span in told if fold(notice.quote(span)).strip() not in titled and "。" in notice.quote(span)]
    return [Statement(one_line(notice.quote(span)), (Support(notice.id, span),)) for span in kept or told[:1]]
