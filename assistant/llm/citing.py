"""Where a model's sentence is proved (找依据): from the passage it cites to the sentences that say it.

A model cites passages; a reader must see the sentence. The best sentences of each cited passage are tried, fewest
first, until the gate passes the statement on them. The trap: a sentence that cites two passages may need both, or only
one of them; a marker that proves nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.draft import Statement, Support
from assistant.llm.stream import Written
from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.selection import trimmed
from assistant.verification.gate import Dropped, Gate
from assistant.verification.organs import bodies_in, covers
from corpus.numerals import canonical_values
from corpus.regions import display
from corpus.text import sentence_spans
from corpus.types import Notice, Passage, Span

_MOST_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as shown to the model; its marker is its place in the list, from 1."""

    notice: Notice
    span: Span

    @classmethod
    def of(cls, notice: Notice, passage: Passage) -> Source:
        return cls(notice, passage.span)


class Citer:
    """Turns what a model wrote into statements with exact supports, or says why it may not be shown."""

    def __init__(self, gate: Gate, weights: Weights) -> None:
        self._gate = gate
        self._weights = weights

    def cite(self, written: Written, sources: Sequence[Source], *, places: Sequence[str] = ()) -> Statement | Dropped:
        """``written`` with the spans that prove it.

        Args:
            sources: the passages in the order the model saw them.
            places: region paths the question is about; a notice above such a place may be cited for it.
        """
        supports: list[Support] = []
        for text, markers in written.segments:
            found = [sources[m - 1] for m in dict.fromkeys(markers) if 1 <= m <= len(sources)]
            if not found:
                return Dropped(written.text, "uncited", "没有引文" if not markers else "标注的引文不存在")
            proved = self._prove(text, found, places)
            if isinstance(proved, Dropped):
                return Dropped(written.text, proved.reason, proved.detail)
            supports += [s for s in proved if s not in supports]
        statement = Statement(written.text, tuple(supports), _given([s.notice_id for s in supports], sources, places))
        fault = self._gate.check(statement) if len(written.segments) > 1 else None
        return fault or statement

    def _prove(self, text: str, found: Sequence[Source], places: Sequence[str]) -> tuple[Support, ...] | Dropped:
        """The fewest sentences of the cited passages on which the gate passes ``text``."""
        ranked = [self._ranked(text, source) for source in found]
        alone: list[Support] = []
        fault: Dropped | None = None
        for source, spans in zip(found, ranked, strict=True):
            result = self._try(text, [source], [spans], found, places)
            if isinstance(result, Dropped):
                fault = fault or result
            else:
                alone += result
        if alone:
            return tuple(alone)
        if len(found) > 1:
            together = self._try(text, found, ranked, found, places)
            if not isinstance(together, Dropped):
                return together
            fault = together
        return fault or Dropped(text, "uncited", "没有引文")

    def _try(
        self,
        text: str,
        used: Sequence[Source],
        ranked: Sequence[Sequence[Span]],
        sources: Sequence[Source],
        places: Sequence[str],
    ) -> tuple[Support, ...] | Dropped:
        fault: Dropped | None = None
        for count in range(1, _MOST_SENTENCES + 1):
            if count > 1 and all(len(spans) < count for spans in ranked):
                break
            supports = tuple(
                Support(source.notice.id, span)
                for source, spans in zip(used, ranked, strict=True)
                for span in _joined(source.notice.text, spans[:count])
            )
            given = _given([s.notice_id for s in supports], sources, places)
            failed = self._gate.check(Statement(text, supports, given))
            if failed is None:
                return supports
            fault = fault or failed
            if failed.reason in ("instruction", "language", "contact"):
                break
        return fault or Dropped(text, "uncited", "没有引文")

    def _ranked(self, text: str, source: Source) -> list[Span]:
        """Sentences of the passage, the one that says most of ``text`` first."""
        grams = bigrams(text)
        wanted = canonical_values(text), bodies_in(text)
        scored: list[tuple[float, Span]] = []
        for span in sentence_spans(source.notice.text, source.span):
            exact = trimmed(source.notice.text, span)
            quote = source.notice.quote(exact)
            if len(exact) < 2 or quote.startswith("【采集文本"):
                continue
            score = self._weights.share(grams, bigrams(quote))
            for said, has in zip(wanted, (canonical_values(quote), bodies_in(quote)), strict=True):
                score += 0.5 * len(said & has) / len(said) if said else 0.0
            scored.append((score, exact))
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [span for _, span in scored]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in order of the text, neighbours (only white space between them) made one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _given(notice_ids: Sequence[str], sources: Sequence[Source], places: Sequence[str]) -> str:
    """Names of the asked places that a cited notice binds."""
    cited = [s.notice for s in sources if s.notice.id in notice_ids]
    return " ".join(display(p) for p in places if p and any(covers(n, p) for n in cited))
