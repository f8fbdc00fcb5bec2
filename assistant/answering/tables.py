"""Comparisons (对比): one row a place or a notice, one cited cell each, 未规定 where a notice is silent.

A cell is filled from that row's own notices only; a neighbour's figure never stands in. The trap: a weak best match is
not a rule; a row whose evidence falls behind the others or leaves the question uncovered is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.answerability import asks_value, lead_similarity
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.extractive import Extractive, said_by
from assistant.answering.refusal import silence
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import Pick
from assistant.understanding.question import Understanding
from corpus.regions import display
from corpus.types import Notice

SILENT = "未规定"
WEAK = 0.9
"""A notice whose best sentence scores below this share of the best notice's is taken as silent."""

FAR_BEHIND, LEVEL = 0.3, 0.135
"""Nearness between the places' best sentences; fitted on the dev comparisons (143 rows)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row to fill: what it is called, the notices it may cite and the evidence found in them."""

    name: str
    notices: tuple[Notice, ...]
    evidence: tuple[Evidence, ...]


def comparison(u: Understanding, rows: Sequence[Row], extractive: Extractive, weights: Weights) -> Draft | None:
    """A table of places; None when every place is silent."""
    cells: list[tuple[Row, Draft | None, list[Pick]]] = []
    similarity = [lead_similarity(u, row.evidence) for row in rows]
    for row, own in zip(rows, similarity, strict=True):
        if _quiet(u, row, weights, behind=max(similarity) - own):
            cells.append((row, None, []))
        elif u.wants.body:
            cells.append((row, extractive.bodies(u, row.evidence), []))
        else:
            cells.append((row, None, extractive.best(u, row.evidence, limit=3, budget=240)))
    if not any(draft or picks for _, draft, picks in cells):
        return None
    header = (Statement("地区"), Statement("规定"), Statement("文件"))
    body = tuple(_row(row, draft, picks) for row, draft, picks in cells)
    missing = [row.name for row, draft, picks in cells if not draft and not picks and row.notices]
    absent = [row.name for row, *_ in cells if not row.notices]
    notes: list[str] = []
    if missing:
        notes.append(f"{'、'.join(missing)}的文件对此未规定。")
    if absent:
        notes.append(f"本库没有收录{'、'.join(absent)}的文件，不能以他地规定代替。")
    return Draft((Block("table", rows=(header, *body)),), tuple(notes))


def _quiet(u: Understanding, row: Row, weights: Weights, *, behind: float) -> bool:
    """Whether a place is silent.

    Args:
        behind: how far its best sentence is behind the best place's, as nearness. A place far behind is silent even
            where its sentence might pass alone; one that is level is not silent for want of one of several terms.
    """
    if not row.notices:
        return True
    found = silence(u, row.evidence, weights, row.notices)
    if found is not None:
        return found.code != "absent_subject" or behind > LEVEL
    return not asks_value(u) and not u.wants.body and behind > FAR_BEHIND


def _row(row: Row, draft: Draft | None, picks: Sequence[Pick]) -> tuple[Statement, ...]:
    name = Statement(row.name)
    if draft:
        statement = next(iter(draft.each()))
        return (name, statement, Statement(_names(row, statement.supports)))
    if picks:
        cell = _quotes(picks)
        return (name, cell, Statement(_names(row, cell.supports)))
    said = SILENT if row.notices else "本库未收录该地文件"
    return (name, Statement(said), Statement("、".join(said_by(n) for n in row.notices[:2]) or "—"))


def _quotes(picks: Sequence[Pick], prefix: str = "") -> Statement:
    """The picks as one cell, each sentence with its own marker; ``prefix`` is the system's own lead-in."""
    parts = [
        Statement(lead + _clean(p.notice.quote(p.span)), (Support(p.notice.id, p.span),), given=lead)
        for p, lead in zip(picks, [prefix, *[""] * len(picks)], strict=False)
    ]
    return Statement.joined(parts)


def _names(row: Row, supports: Sequence[Support]) -> str:
    ids = [s.notice_id for s in supports]
    return "、".join(said_by(n) for n in row.notices if n.id in ids)


def _clean(quote: str) -> str:
    text = quote.replace("\n", "").strip()
    return text if text.endswith(("。", "！", "？")) else text.rstrip("，,；;、") + "。"


def change(u: Understanding, rows: Sequence[Row], extractive: Extractive, weights: Weights) -> Draft | None:
    """What successive notices of one place say, newest first, with which of them holds."""
    spoken: list[tuple[Notice, list[Pick]]] = []
    quiet: list[Notice] = []
    for row in rows:
        notice = row.notices[0]
        if silence(u, row.evidence, weights, row.notices) is None:
            picks = extractive.best(u, row.evidence, limit=2)
            if picks:
                spoken.append((notice, picks))
                continue
        quiet.append(notice)
    if not spoken:
        return None
    named = set(u.notice_ids)
    top = max(picks[0].score for _, picks in spoken)
    weak = [notice for notice, picks in spoken if picks[0].score < WEAK * top and notice.id not in named]
    quiet += weak
    spoken = [(notice, picks) for notice, picks in spoken if notice not in weak]
    spoken.sort(key=lambda pair: pair[0].issued_on.toordinal() if pair[0].issued_on else 0, reverse=True)
    items: list[Statement] = []
    for notice, picks in spoken:
        year = f"{notice.issued_on.year}年" if notice.issued_on else ""
        items.append(_quotes(picks, f"{year}{said_by(notice)}："))
    newest, first = spoken[0][0], spoken[0][1][0]
    text = (
        f"{display(newest.region)}先后有{len(spoken)}份文件说到，后出的{said_by(newest)}有规定的，从其规定："
        if len(spoken) > 1
        else f"对此有规定的只有{said_by(newest)}："
    )
    lead = Statement(text, (Support(newest.id, first.span),), given=text)
    notes = tuple(f"{said_by(n)}对此未规定。" for n in quiet)
    if quiet and not any(n.replaced_by for n, _ in spoken):
        notes = (*notes, "已有规定未见废止。")
    return Draft((paragraph(lead), Block("list", tuple(items))), notes)
