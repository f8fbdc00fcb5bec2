"""Where nobody said which place is meant (没说地方): one answer a place, or whose rule is told.

The places of the evidence are rows as in a comparison: each is searched for itself, and a row that speaks is answered for
itself. The trap: a place that writes of another thing (药品 where 耗材 is asked) is no answer beside one that writes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.answerability import best_reading
from assistant.answering.desk import Clock, Outcome
from assistant.answering.draft import Block, Draft, over
from assistant.answering.refusal import Refusal
from assistant.answering.rows import Row, Voice, voices
from assistant.kinds.planner import Planner
from assistant.retrieval.evidence import PLACES, Retriever, with_further
from assistant.retrieval.selection import ranked_sentences
from assistant.told import Cited, Told, cited_in
from corpus import fitted
from corpus.contrasts import contrast_sets
from corpus.regions import display
from corpus.types import UNKNOWN_REGION, Notice

OBJECTS = frozenset(n for n, one in enumerate(contrast_sets()) if one.kind == "object")
"""Contrast sets of the things a rule is about."""
BESIDE = fitted.number("places.beside")
"""Log odds from which a place that nobody named speaks beside another."""
COUNTRY_BEHIND = fitted.number("places.country_behind")
"""Log odds by which a place's clause that nobody named is read better than the country's before it is told first."""
OF_PLACE = 8
"""Passages of each place where several are searched."""


class Places:
    """Tells an answer place by place where the question names none."""

    def __init__(self, planner: Planner, retriever: Retriever, notices: Sequence[Notice]) -> None:
        self._planner, self._retriever = planner, retriever
        self._notices = {n.id: n for n in notices}
        self._local = {n.region for n in notices if n.region}

    def told(self, told: Told, clock: Clock) -> Told:
        """``told`` with one answer a place, national ones among them, where no place is known and several speak."""
        q = told.query
        if q.region or q.notice_ids or q.home or not self._planner.desk.manner(q).by_place:
            return told
        told = self._of_country(told, clock)
        return self._each(told, clock) or self._of_one(told)

    def _of_country(self, told: Told, clock: Clock) -> Told:
        """What the country's documents say in place of one place's, unless that is read much better: they bind whoever asks, and
        the place's is told beside them where it speaks."""
        cited = {notice_id for notice_id, *_ in cited_in(told)}
        if not clock.more or not cited or any(self._notices[i].region in ("", UNKNOWN_REGION) for i in cited):
            return told
        pool = [i for i in self._retriever.pool(told.query) if not self._notices[i].region]
        found = self._retriever.retrieve(told.query, pool, top_k=OF_PLACE) if pool else []
        reading, own = best_reading(found), best_reading([e for e in told.evidence if e.notice.id in cited])
        if reading is None or own is None or reading < max(0.0, own - COUNTRY_BEHIND):
            return told
        clock.tried += 1
        ids = tuple(dict.fromkeys(e.notice.id for e in found))
        outcome, evidence = self._planner.outcome(replace(told.query, notice_ids=ids), (), clock)
        if isinstance(outcome, Refusal):
            return told
        return replace(told, outcome=outcome, evidence=tuple(with_further(evidence, told.evidence)))

    def _each(self, told: Told, clock: Clock) -> Told | None:
        """One answer a place; None where fewer than two speak."""
        if not clock.more or not isinstance(told.outcome, Draft):
            return None
        rows = self._rows(told)
        if len(rows) < 2:
            return None
        blocks: list[Block] = []
        quoted: frozenset[Cited] = frozenset()
        evidence = list(told.evidence)
        same: frozenset[int] = frozenset()
        answered = 0
        for row, voice in zip(
            rows, voices(self._planner.desk, told.query, rows, successive=False, least=BESIDE), strict=True
        ):
            if voice is not Voice.SPEAKS or not row.evidence:
                continue
            named, other = told.query.sides(ranked_sentences(row.evidence)[0].sentence.text)
            if other & same & OBJECTS:
                continue
            same |= named
            outcome, found = self._of_row(told, row, clock)
            cited = cited_in(Told(told.query, outcome))
            if isinstance(outcome, Refusal) or cited <= quoted:
                continue
            quoted |= cited
            answered += 1
            evidence = with_further(evidence, found)
            blocks += [over(f"{row.name}：", outcome), *outcome.blocks]
        if answered < 2:
            return None
        draft = Draft(tuple(blocks), told.outcome.notes)
        return replace(told, outcome=draft, evidence=tuple(evidence), several=answered)

    def _of_row(self, told: Told, row: Row, clock: Clock) -> Outcome:
        """What a place says; what was told already where that is of this place alone."""
        if {notice_id for notice_id, *_ in cited_in(told)} <= {notice.id for notice in row.notices}:
            return told.outcome, list(told.evidence)
        clock.tried += 1
        ids = tuple(dict.fromkeys(e.notice.id for e in row.evidence))
        return self._planner.outcome(replace(told.query, notice_ids=ids), (), clock)

    def _rows(self, told: Told) -> list[Row]:
        """The nearest places of the evidence, each searched for itself."""
        pool = self._retriever.pool(told.query)
        places = dict.fromkeys(e.notice.region for e in told.evidence if e.notice.region != UNKNOWN_REGION)
        rows: list[Row] = []
        for place in sorted(list(places)[:PLACES], key=bool):  # the country's before what binds one place
            own = [i for i in pool if self._notices[i].region == place]
            found = self._retriever.retrieve(told.query, own, top_k=OF_PLACE)
            rows.append(Row(display(place), tuple(self._notices[i] for i in own), tuple(found)))
        return rows

    def _of_one(self, told: Told) -> Told:
        """Where what is told is of one of several places in the library: that it is."""
        if not isinstance(told.outcome, Draft) or len(self._local) < 2:
            return told
        cited = {self._notices[notice_id].region for notice_id, *_ in cited_in(told)}
        if len(cited) != 1 or cited & {"", UNKNOWN_REGION}:
            return told  # of one that is still to be verified that is said anyway
        note = f"没有说明地区，以上是{display(cited.pop())}的规定。"
        return replace(told, outcome=replace(told.outcome, notes=(*told.outcome.notes, note)))
