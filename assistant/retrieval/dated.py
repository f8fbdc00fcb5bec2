"""The year a sentence stands under (其前写明): plans say it once and go on with sentences that do not repeat it.

It stands alone because what a reader is shown, what answers and what is quoted need the same year. The trap: a year within a
sentence (落实2017年的任务) is of that sentence alone.
"""

from __future__ import annotations

from assistant.query.values import years_of
from corpus.grammar import form
from corpus.text import clause_spans
from corpus.types import Notice, Span

_YEAR_ALONE = form("time.year_alone")
_STOPS, _OPENS = "，,；;、：:。 \n", ("", "\n", "。", "；", ";", "：")


def time_before(notice: Notice, start: int) -> Span | None:
    """The nearest clause before ``start`` in the same article that names a year: goals say their year once, at the top."""
    text = notice.text
    for clause in reversed(clause_spans(text, Span(notice.article_at(start).span.start, start))):
        if years_of(clause.of(text)):
            end = clause.end
            while end > clause.start and text[end - 1] in _STOPS:
                end -= 1
            start = clause.start
            while start < end and text[start].isspace():
                start += 1
            return Span(start, end)
    return None


def year_over(notice: Notice, start: int) -> Span | None:
    """The year that opens a sentence before ``start`` in its line and holds for the sentences behind it (2018年，甲建成。取消乙的限制。);
    None where the nearest year stands within a sentence, and is of that alone."""
    said = time_before(notice, start)
    if said is None or "\n" in notice.text[said.end : start] or not _YEAR_ALONE.fullmatch(said.of(notice.text)):
        return None
    before = notice.text[: said.start].rstrip(" ")
    return said if before[-1:] in _OPENS else None
