"""Where a model's sentence is proved (找依据): from the passage it cites to the sentences that say it.

A model cites passages; a reader must see the sentence. The gate proves a statement on the few sentences of a passage
that say most of it. The trap: a sentence that cites two passages may need both, or only one of them; a marker that
proves nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.draft import Statement, Support
from assistant.llm.stream import Written
from assistant.verification.gate import Dropped, Gate, Source
from assistant.verification.organs import covers
from corpus.regions import display
from corpus.types import Span


class Citer:
    """Turns what a model wrote into statements with exact supports, or says why it may not be shown."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

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
        return Statement(written.text, tuple(supports), _given([s.notice_id for s in supports], sources, places))

    def _prove(self, text: str, found: Sequence[Source], places: Sequence[str]) -> tuple[Support, ...] | Dropped:
        """The sentences of the cited passages that say ``text``: of each passage alone where it does, else of all."""
        alone: list[Support] = []
        faults: list[Dropped] = []
        for some in [[source] for source in found] + ([list(found)] if len(found) > 1 else []):
            if len(some) > 1 and alone:
                break
            result = self._gate.prove(text, some, _given([s.notice.id for s in some], found, places))
            if isinstance(result, Dropped):
                faults.append(result)
            else:
                alone += result
        return _joined(alone, {s.notice.id: s.notice.text for s in found}) if alone else faults[-1]


def _joined(supports: Sequence[Support], texts: Mapping[str, str]) -> tuple[Support, ...]:
    """Neighbours in the text of one notice (only white space between them) made one."""
    joined: list[Support] = []
    for support in supports:
        last = joined[-1] if joined else None
        if last and _neighbours(last, support, texts):
            joined[-1] = Support(last.notice_id, Span(last.span.start, support.span.end))
        elif support not in joined:
            joined.append(support)
    return tuple(joined)


def _neighbours(left: Support, right: Support, texts: Mapping[str, str]) -> bool:
    if left.notice_id != right.notice_id or left.span.end > right.span.start:
        return False
    return not texts[left.notice_id][left.span.end : right.span.start].strip()


def _given(notice_ids: Sequence[str], sources: Sequence[Source], places: Sequence[str]) -> str:
    """Names of the asked places that a cited notice binds."""
    cited = [s.notice for s in sources if s.notice.id in notice_ids]
    return " ".join(display(p) for p in places if p and any(covers(n, p) for n in cited))
