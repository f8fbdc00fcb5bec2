"""Which stretches of a text are taken already (已占用), asked and added in logarithmic time.

It stands alone because every reader that tries one pattern after another must know, and looking through a list of what
was found before is quadratic: a register of a hundred thousand numbers is one line.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from corpus.types import Span


class Taken:
    """A set of spans; those that overlap become one.

    >>> taken = Taken([Span(2, 5)])
    >>> taken.add(Span(4, 8))
    >>> [taken.overlaps(one) for one in (Span(0, 2), Span(7, 9), Span(8, 9))]
    [False, True, False]
    """

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for one in spans:
            self.add(one)

    def overlaps(self, span: Span) -> bool:
        """Whether any of ``span`` is taken."""
        at = bisect_left(self._starts, span.end)
        return at > 0 and self._ends[at - 1] > span.start

    def add(self, span: Span) -> None:
        """Take ``span``."""
        start, end = span.start, span.end
        while self.overlaps(Span(start, end)):
            at = bisect_left(self._starts, end) - 1
            start, end = min(start, self._starts.pop(at)), max(end, self._ends.pop(at))
        insort(self._starts, start)
        insort(self._ends, end)
