"""What a reader is shown of a sentence (示文): whose document it is, what leads into it, and the sentence.

An item of a list means nothing without its lead-in, a table row nothing without its heads, a clause of a law little
without the law's name. One form for training and for answering, or the reader reads what it never learnt. The trap: the
lead-in is cut from the left, because what it asks for stands at its end (…有下列情形之一的：).
"""

from __future__ import annotations

from assistant.retrieval.dated import year_over
from corpus.enumeration import ONE_LINE
from corpus.naming import subject_of
from corpus.numbering import parse_mark
from corpus.types import Article, Notice, Span, Unit
from corpus.units import units_at, units_of

MAX_TITLE, MAX_LEAD, MAX_HEADS, MAX_HEADING = 28, 50, 60, 30
MARK = "｜"
_CHAPTERS = ("part", "chapter", "section")
MAX_LIST, MAX_ROWS = 1500, 12
"""Characters of a list, and rows of a table, that are quoted whole."""

REMEMBERED = 65536
"""Sentences whose units are remembered; a question looks some hundreds up."""


class Shown:
    """Shows sentences of notices; units of a notice, and those around a sentence, are worked out once."""

    def __init__(self) -> None:
        self._units: dict[str, tuple[Unit, ...]] = {}
        self._around: dict[tuple[str, int, int], tuple[Unit, ...]] = {}

    def units(self, notice: Notice) -> tuple[Unit, ...]:
        """Units of ``notice``, largest first where they begin together."""
        found = self._units.get(notice.id)
        if found is None:
            found = self._units[notice.id] = units_of(notice)
        return found

    def around(self, notice: Notice, span: Span) -> tuple[Unit, ...]:
        """Units that hold the words of ``span``, the smallest first."""
        at = (notice.id, span.start, span.end)
        found = self._around.get(at)
        if found is None:
            if len(self._around) >= REMEMBERED:
                self._around.clear()
            found = self._around[at] = units_at(self.units(notice), _stripped(notice.text, span))
        return found

    def list_at(self, notice: Notice, span: Span) -> Unit | None:
        """The smallest list that holds the words of ``span`` and that one can quote whole; None where there is none.

        A list is led in by a colon, or is a short table, or stands item by item of one line under a heading (主要目标);
        other headings of sections and articles of a chapter are no list.
        """
        for unit in self.around(notice, span):
            if unit.kind != "list" or not unit.items or len(unit.span) > MAX_LIST:
                continue
            if unit.label == "表":
                return unit if len(unit.items) <= MAX_ROWS else None
            led = Span(unit.span.start, unit.items[0].start).of(notice.text).rstrip().endswith(("：", ":"))
            if led or (unit.label and not _of_law(unit.label) and all(len(item) <= ONE_LINE for item in unit.items)):
                return unit
        return None

    def __call__(self, notice: Notice, article: Article, span: Span, *, dated: bool = False) -> str:
        """``上海市急救医疗服务条例｜有下列情形之一的：｜（一）……``; the middle part only where there is one.

        Args:
            dated: whether a time is asked; then the year over the sentence goes before it.
        """
        year = year_over(notice, span.start) if dated else None
        words = f"{year.of(notice.text)}，{_words(notice, span)}" if year else _words(notice, span)
        parts = subject_of(notice)[:MAX_TITLE], self.lead(notice, article, span), words
        return MARK.join(part for part in parts if part)

    def lead(self, notice: Notice, article: Article, span: Span) -> str:
        """What leads into the words of ``span``: heads of the table row, the lead-in of the list, or the heading; "" where
        the words hold it. The division they stand in goes before it."""
        unit = next((one for one in self.around(notice, span) if one.kind in ("item", "row") and one.lead), None)
        if unit is None:
            lead = "" if article.heading.endswith(("。", "；")) else article.heading[:MAX_HEADING]
        else:
            lead = "".join(part.of(notice.text) for part in unit.lead).replace("\n", "").strip()
            if unit.kind == "row":
                lead = lead[-MAX_HEADS:]
            elif len(lead) > MAX_LEAD:
                lead = lead.rpartition("。")[2][-MAX_LEAD:]
        return article.division if lead in _words(notice, span) else " ".join(filter(None, (article.division, lead)))


def _of_law(label: str) -> bool:
    """Whether what stands below is articles (第五章, 第一节), which are no items."""
    mark = parse_mark(label)
    return mark is not None and mark.style in _CHAPTERS


def _words(notice: Notice, span: Span) -> str:
    return span.of(notice.text).replace("\n", "").strip()


def _stripped(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
