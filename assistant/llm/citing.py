"""Where a model's sentence is proved (找依据): from the passage it cites to the sentences that say it.

A model cites passages; a reader must see the sentence. The gate proves a statement on the few sentences of a passage
that say most of it. The trap: a sentence that cites two passages may need both, or only one of them; a marker that
proves nothing is left out. What is said of two places at once (两地都…; 甲地…，乙地…) is proved of each by what is cited of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.draft import Statement, Support
from assistant.llm.stream import Written
from assistant.verification.gate import Dropped, Gate, Source
from assistant.verification.organs import covers
from assistant.verification.restating import bare, each_of
from corpus.grammar import split_at
from corpus.regions import display, gazetteer
from corpus.types import Notice, Span

_STOPS = "，；,;"


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
        if each_of(text) and len({s.notice.id for s in found}) > 1:
            both = self._of_each(text, found, places)
            return _joined(both, _texts(found)) if both else Dropped(text, "unsupported", "引文不是处处支持这句话")
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
        alone = alone or self._of_each(text, found, places)
        return _joined(alone, _texts(found)) if alone else faults[-1]

    def _of_each(self, text: str, found: Sequence[Source], places: Sequence[str]) -> list[Support]:
        """What proves a statement about several notices of each of them, [] where one of them does not say it."""
        notices = list({s.notice.id: s.notice for s in found}.values())
        if len(notices) < 2:
            return []
        common = each_of(text)
        parts = [(common, n) for n in notices] if common else _parts(text, notices)
        proved: list[Support] = []
        for part, notice in parts:
            some = [s for s in found if s.notice.id == notice.id]
            given = _given([notice.id], found, places)
            results = [self._gate.prove(part, [s], given) for s in some]
            passed = [r for r in results if not isinstance(r, Dropped)]
            if not passed:
                return []
            proved += [support for r in passed for support in r if support not in proved]
        return proved


def _texts(sources: Sequence[Source]) -> dict[str, str]:
    return {s.notice.id: s.notice.text for s in sources}


def _parts(text: str, notices: Sequence[Notice]) -> list[tuple[str, Notice]]:
    """The clauses of ``text`` by the notice they speak of (its place, number or year); [] where they speak of one only.

    A clause that names none goes on about the one before it.
    """
    parts: list[tuple[str, Notice]] = []
    for clause in split_at(_STOPS, bare(text)[0]):
        named = [n for n in notices if _names(clause, n, notices)]
        if len(named) == 1 and not (parts and parts[-1][1].id == named[0].id):
            parts.append((clause, named[0]))
        elif parts and len(named) <= 1:
            parts[-1] = (f"{parts[-1][0]}，{clause}", parts[-1][1])
        else:
            return []
    return parts if len({n.id for _, n in parts}) > 1 else []


def _names(clause: str, notice: Notice, notices: Sequence[Notice]) -> bool:
    """Whether ``clause`` names ``notice``: by number, by a place that is its own alone, or by a year that is."""
    if notice.number and notice.number in clause:
        return True
    others = [n for n in notices if n.id != notice.id]
    if notice.region not in {n.region for n in others}:
        return any(m.path == notice.region for m in gazetteer().find(clause, prefer=[n.region for n in notices]))
    year = notice.issued_on.year if notice.issued_on else None
    return bool(year) and year not in {n.issued_on.year for n in others if n.issued_on} and f"{year}年" in clause


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
