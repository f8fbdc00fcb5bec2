"""Comparisons (对比): one row a place or a notice, one cited cell each, 未见规定 where nothing is found in its notices.

A cell is filled from that row's own notices only; a neighbour's figure never stands in. The trap: a weak best match is
not a rule; a row whose evidence falls behind the others or leaves the question uncovered is silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering.answerability import asks_value
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.extractive import Extractive, when_said
from assistant.answering.quoting import tidy
from assistant.answering.rows import Row, speaking
from assistant.query.read import Understanding
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import Pick
from corpus.naming import said_by
from corpus.regions import display, parts_of
from corpus.types import Notice

SILENT, NOT_FOUND = "未见规定", "没有找到写明这一点的条文，不等于没有规定。"


def comparison(
    u: Understanding,
    rows: Sequence[Row],
    extractive: Extractive,
    weights: Weights,
    found: Mapping[str, Draft] | None = None,
) -> Draft | None:
    """A table of places; None when every place is silent.

    Args:
        found: by the name of a row, what is known to answer there.
    """
    cells: list[tuple[Row, Draft | None, list[Pick]]] = []
    for row, speaks in zip(rows, speaking(u, rows, weights, successive=False), strict=True):
        if known := (found or {}).get(row.name):
            whole = Statement.joined([part for one in known.each() for part in one.parts or (one,)])
            cells.append((row, Draft((paragraph(whole),)), []))
            continue
        if not speaks:
            cells.append((row, None, []))
            continue
        bodies = extractive.bodies(u, row.evidence) if u.wants.body else None
        cells.append((row, bodies, [] if bodies else extractive.best(u, row.evidence, limit=3, budget=240)))
    if not any(draft or picks for _, draft, picks in cells):
        return None
    header = (Statement("地区"), Statement("规定"), Statement("文件"))
    body = tuple(_row(u, row, draft, picks, extractive) for row, draft, picks in cells)
    missing = [row.name for row, draft, picks in cells if not draft and not picks and row.notices]
    absent = [row.name for row, *_ in cells if not row.notices]
    notes: list[str] = []
    if missing:
        notes.append(f"{'、'.join(missing)}的文件里{NOT_FOUND}")
    if absent:
        notes.append(f"本库没有收录{'、'.join(absent)}的文件，不能以他地规定代替。")
    return Draft((Block("table", rows=(header, *body)),), tuple(notes))


def _row(
    u: Understanding, row: Row, draft: Draft | None, picks: Sequence[Pick], extractive: Extractive
) -> tuple[Statement, ...]:
    name = Statement(row.name)
    if draft:
        statement = next(iter(draft.each()))
        return (name, statement, Statement(_names(row, statement.supports)))
    if picks:
        more = when_said(u, picks)
        if asks_value(u) and not any(u.fits(p.sentence.text) for p in picks):
            more = [Statement("（未见具体数字）")]
        cell = Statement.joined([*extractive.cell(picks), *more])
        return (name, cell, Statement(_names(row, cell.supports)))
    said = SILENT if row.notices else "本库未收录该地文件"
    own = sorted(row.notices, key=lambda n: -len(parts_of(n.region)))[:2]  # the place's before those that bind it
    return (name, Statement(said), Statement("、".join(map(said_by, own)) or "—"))


def _quotes(picks: Sequence[Pick], prefix: str) -> Statement:
    """The picks as one statement, each sentence with its own marker; ``prefix`` is the system's own lead-in."""
    parts = [
        Statement(lead + tidy(p.notice.quote(p.span)), (Support(p.notice.id, p.span),), given=lead)
        for p, lead in zip(picks, [prefix, *[""] * len(picks)], strict=False)
    ]
    return Statement.joined(parts)


def _names(row: Row, supports: Sequence[Support]) -> str:
    ids = [s.notice_id for s in supports]
    return "、".join(said_by(n) for n in row.notices if n.id in ids)


def change(u: Understanding, rows: Sequence[Row], extractive: Extractive, weights: Weights) -> Draft | None:
    """What successive notices of one place say, newest first, with which of them holds."""
    said: list[tuple[Notice, Statement]] = []
    quiet: list[Notice] = []
    for row, speaks in zip(rows, speaking(u, rows, weights, successive=True), strict=True):
        notice = row.notices[0]
        statement = _says(u, row, extractive) if speaks else None
        if statement is None:
            quiet.append(notice)
        else:
            said.append((notice, statement))
    if not said:
        return None
    said.sort(key=lambda pair: pair[0].issued_on.toordinal() if pair[0].issued_on else 0, reverse=True)
    newest, first = said[0]
    # asked for what holds now, an answer gives the newest rule alone; asked for the change, old and new
    if len(said) > 1 and u.says("ask.now") and not u.says("ask.both_times"):
        older = "、".join(said_by(n) for n, _ in said[1:])
        return Draft((paragraph(first),), (f"此前的{older}也有规定，同一事项以后出的为准。",))
    text = (
        f"{display(newest.region)}先后有{len(said)}份文件说到，后印发的是{said_by(newest)}，先列："
        if len(said) > 1
        else f"对此有规定的只有{said_by(newest)}："
    )
    lead = Statement(text, first.supports[:1], given=text)
    notes = tuple(f"{said_by(n)}里{NOT_FOUND}" for n in quiet)
    if quiet and not any(n.replaced_by for n, _ in said):
        notes = (*notes, "已有规定未见废止。")
    return Draft((paragraph(lead), Block("list", tuple(statement for _, statement in said))), notes)


def _says(u: Understanding, row: Row, extractive: Extractive) -> Statement | None:
    """What one of several notices says, with its year; None where no sentence can be quoted."""
    notice = row.notices[0]
    lead = f"{notice.issued_on.year}年{said_by(notice)}：" if notice.issued_on else f"{said_by(notice)}："
    if u.wants.body:
        draft = extractive.bodies(u, row.evidence)
        found = next(iter(draft.each()), None) if draft else None
        return replace(found, text=lead + found.text, given=lead + found.given) if found else None
    picks = extractive.best(u, row.evidence, limit=2)
    return _quotes(picks, lead) if picks else None
