"""One point of the last answer told at length (展开第二点): the part of the document it heads, or its sentence with its article.

What the last answer showed is looked up in the documents word for word, so nothing is told that it did not point to. The trap: an outline
lists parts and items in one row; 第二点 of it is the part numbered 二.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.query.summing import Shape
from assistant.tasks.outline import whole
from assistant.tasks.sections import Section, sections_of
from assistant.tasks.summing import summary
from corpus.grammar import split_at
from corpus.numbering import chinese_ordinal
from corpus.types import Notice, Span

_BULLET, _LEAST = "- ", 6
"""How a row of an answer begins, and characters of a point that can be looked up."""
ALL_THERE_IS = "原文写到这一点的就是这一句。"


def expanded(number: int, answered: str, notices: Sequence[Notice]) -> Draft | None:
    """What stands at the point ``number`` of the answer ``answered``; None where it has none that is found again."""
    point = _point(number, answered)
    for notice in notices if len(point) >= _LEAST else ():
        at = notice.text.find(point)
        if at < 0:
            continue
        section = _headed(notice, at)
        if section is not None and (told := summary([notice], parts={notice.id: [section]}, shape=Shape())):
            return told
        article = notice.article_at(at)
        if article.span.start == at:  # the point is the head of its article
            return whole(notice, article)
        span = Span(at, at + len(point))
        return Draft((paragraph(Statement(f"{point}。", (Support(notice.id, span),))),), (ALL_THERE_IS,))
    return None


def _point(number: int, answered: str) -> str:
    """The words of the point: of rows the one so numbered, else the one so far down; of running text the sentence."""
    rows = [line.removeprefix(_BULLET).strip() for line in answered.splitlines() if line.startswith(_BULLET)]
    if rows:
        labelled = [row for row in rows if row.startswith(f"{chinese_ordinal(number)}、")]
        row = labelled[0] if labelled else rows[number - 1] if number <= len(rows) else ""
        return row.split("：")[-1].rstrip("。；; ") if "：" in row and not labelled else row.rstrip("。；; ")
    said = [piece.strip() for piece in split_at("。\n", answered) if piece.strip()]
    if number > len(said):
        return ""
    return said[number - 1].split("规定：")[-1].split("同条还写明：")[-1].strip()


def _headed(notice: Notice, at: int) -> Section | None:
    """The section whose article begins at ``at`` and holds others."""
    every = (one for root in sections_of(notice) for one in root.each())
    return next((one for one in every if one.article.span.start == at and one.below), None)
