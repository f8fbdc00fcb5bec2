"""A notice summed up by its own outline (总结): every part with its heading, and of its sentences as many as there is room for.

Nothing is put into other words, and nothing is left out in silence: what there is no room for (:mod:`assistant.tasks.filling`) is
counted, and where there is no room for a line an item, items are named in the line of their part. The trap: a heading that is
told says that something stands there, so one of a law, over articles without names, is told with an article only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import title_span
from assistant.query.summing import Shape
from assistant.query.tasks import Matter
from assistant.retrieval.selection import trimmed
from assistant.tasks.filling import Line, filled
from assistant.tasks.sections import (
    Section,
    annexes_of,
    is_numbered,
    said_in,
    sections_called,
    sections_of,
)
from assistant.tasks.weighing import STOPS
from corpus.dates import written_day
from corpus.naming import short_title
from corpus.text import fold, one_line, sentence_spans
from corpus.types import Notice, Span


def summary(
    notices: Sequence[Notice],
    *,
    parts: Mapping[str, Sequence[Section]] | None = None,
    part: str = "",
    shape: Shape | None = None,
    matter: Matter | None = None,
) -> Draft | None:
    """The parts of each notice; None where a notice has no text to show.

    Args:
        parts: of each notice by id, those that are wanted; all where there are none.
        part: words for a part; the whole where no heading has them, which is said.
        shape: how much is wanted of each notice.
        matter: only what is about it; None where nothing is.
    """
    shape = shape or Shape()
    blocks: list[Block] = []
    notes: list[str] = []
    for notice in notices:
        meant = list((parts or {}).get(notice.id, ())) or (sections_called(notice, part) if part else [])
        if part and not meant:
            notes.append(f"{notice.name}没有以“{part}”为题的部分，总结的是整份文件。")
        made = filled(notice, meant or sections_of(notice), shape, matter)
        bare = matter is None or not shape.short  # of what is to be short on one matter a bare heading tells nothing
        lines = _rendered(notice, made, shape, bare=bare) or ([] if matter else _unnumbered(notice))
        if not lines:
            return None
        blocks += [paragraph(_opening(notice, meant, shape, matter)), Block("list", tuple(lines))]
        if left := sum(not group.told for line in made for group in line.groups):
            of = f"《{short_title(notice)}》" if len(notices) > 1 else ""
            notes.append(f"{of}另有{left}句没有列入，见原文。")
        if not meant and not matter and not shape.bounded and (annexed := annexes_of(notice)):
            told = f"另有附件，内容见原文：{'、'.join(one.part for one in annexed)}。"
            blocks.append(paragraph(_head(notice, told, annexed[0].span)))
    return Draft(tuple(blocks), tuple(notes)) if blocks else None


def headings(notice: Notice) -> Draft | None:
    """The headings of a notice, those of its parts and those right below; None where its parts have no names."""
    roots = [one for one in sections_of(notice) if one.name]
    if len(roots) < 2:
        return None
    lines = [_head(notice, one.head, one.article.span) for one in roots]
    for at, root in reversed(list(enumerate(roots, 1))):
        lines[at:at] = [_head(notice, below.head, below.article.span) for below in root.below if below.name]
    said = f"《{short_title(notice)}》共{len(roots)}个部分："
    title = title_span(notice) or Span(0, min(len(notice.text), 40))
    return Draft((paragraph(Statement(said, (Support(notice.id, title),), given=said)), Block("list", tuple(lines))))


def _opening(notice: Notice, meant: Sequence[Section], shape: Shape, matter: Matter | None) -> Statement:
    scope = f"“{'”“'.join(dict.fromkeys(one.head for one in meant))}”部分" if meant else "主要内容"
    if matter:
        scope = f"{matter.told}的内容"
    known = "，".join(filter(None, (notice.number, f"{written_day(notice.issued_on)}印发" if notice.issued_on else "")))
    dated = f"（{known}）" if known else ""
    if shape.bounded:
        said = f"《{short_title(notice)}》{dated}{scope}："
    else:
        by = (
            f"由{notice.issuer}制发，其中"
            if notice.issuer and meant
            else f"由{notice.issuer}制发，" * bool(notice.issuer)
        )
        said = f"《{notice.title.strip('《》')}》{dated}{by or '的'}{scope}按原文结构如下："
    title = title_span(notice) or Span(0, min(len(notice.text), 40))
    return Statement(said, (Support(notice.id, title),), given=said)


def _rendered(notice: Notice, lines: Sequence[Line], shape: Shape, *, bare: bool) -> list[Statement]:
    """A line each; ``bare``: also those of which nothing but the heading is told."""
    found: list[Statement] = []
    part = lines[0].section.article.part if lines else ""
    for line in lines:
        if line.section.article.part != part:
            part = line.section.article.part
            found += [_head(notice, f"{part}：", line.section.article.span)] if part and not shape.lines else []
        told = [pair for group in line.groups if group.told for pair in group.said]
        if line.within and shape.lines is None:
            found += _lines_within(notice, line, told)
        elif told or (bare and (line.says or (line.heads and line.section.name and not shape.bounded))):
            found.append(_line(notice, line, told))
    return found


def _lines_within(notice: Notice, line: Line, told: Sequence[tuple[Section, Span]]) -> list[Statement]:
    """A line for the section and one for each of those below it, where nothing says how many lines there may be."""
    below = {id(section) for one in line.within for section in one.each()}
    own = [(section, span) for section, span in told if id(section) not in below]
    found = [_line(notice, Line(line.section), own)]
    for one in line.within:
        under = {id(section) for section in one.each()}
        parts: list[Statement] = []
        for section, span in told:
            if id(section) in under:
                parts.append(_piece(notice, parts, section, span, "" if parts else one.head))
        if parts:
            found.append(Statement.joined(parts))
        elif one.name and line.names:
            found.append(_head(notice, one.head, one.article.span))
    return found


def _line(notice: Notice, line: Line, told: Sequence[tuple[Section, Span]]) -> Statement:
    """One line: number and name of the section, then what it tells, each with its marker, and the names of those below it."""
    parts: list[Statement] = []
    under = {id(below) for one in line.within for below in one.each()}
    before: Section | None = None
    for section, span in told:
        if id(section) not in under:
            parts.append(
                _piece(notice, parts, section, span, "" if section is before or line.unnamed else section.head)
            )
            before = section
    if not parts and line.within:
        opened = f"{line.section.head}{'：' if line.section.name else ''}"
        parts.append(Statement(opened, _first(notice, line.section.article.span), given=opened, head=True))
    for one in line.within:
        below = {id(section) for section in one.each()}
        own = [(section, span) for section, span in told if id(section) in below]
        if not own and one.name and line.names:
            name = f"{_between(parts)}{one.name}"
            parts.append(Statement(name, _first(notice, one.article.span), given=name))
        for at, (section, span) in enumerate(own):
            parts.append(_piece(notice, parts, section, span, "" if at else one.name or section.name or one.head))
    if len(parts) < 2 and (not parts or parts[0].head):
        return _head(notice, line.section.head, line.section.article.span)
    return Statement.joined(parts)


def _piece(notice: Notice, before: Sequence[Statement], section: Section, span: Span, name: str) -> Statement:
    """A sentence behind the name of its section."""
    name = "" if is_numbered(notice, span) else name
    titled = section.name or section.article.clause
    lead = f"{name}：" if name and titled else name
    lead = f"{_between(before)}{lead}"
    return Statement(f"{lead}{one_line(notice.quote(span))}", (Support(notice.id, span),), given=lead)


def _between(before: Sequence[Statement]) -> str:
    """The mark in front of what follows: one, where what stands there has none."""
    return "；" if before and not before[-1].head and before[-1].text[-1:] not in STOPS else ""


def _first(notice: Notice, span: Span) -> tuple[Support, ...]:
    return (Support(notice.id, trimmed(notice.text, sentence_spans(notice.text, span)[0])),)


def _head(notice: Notice, text: str, span: Span) -> Statement:
    """A line of our own over what stands at ``span``."""
    return Statement(text, _first(notice, span), given=text)


def _unnumbered(notice: Notice) -> list[Statement]:
    """Of a notice in which nothing is numbered what it says, without title, address and signature."""
    told = [s for a in notice.articles if a.kind == "item" for s in said_in(notice, Section(a))] or sentence_spans(
        notice.text
    )
    titled = fold(notice.title)
    kept = [span for span in told if fold(notice.quote(span)).strip() not in titled and "。" in notice.quote(span)]
    return [Statement(one_line(notice.quote(span)), (Support(notice.id, span),)) for span in kept or told[:1]]
