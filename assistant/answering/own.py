"""A unit's own notice beside the rules above it (本单位制度): where the asker's unit is known its own words come first.

The trap: what the reader does not find in the other one is no second answer, so each side has to be read surely by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.answerability import best_reading
from assistant.answering.desk import Desk, Outcome
from assistant.answering.draft import Draft, over
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence, with_further
from corpus import fitted
from corpus.establishments import unit_of

SURE = fitted.number("answering.own.sure")
"""Log odds of the reader from which the other side (own, above) answers too."""
OWN, ABOVE = "本单位制度：", "上级的规定："


def with_own(
    desk: Desk,
    u: Query,
    draft: Draft,
    evidence: list[Evidence],
    drafting: Callable[[Desk, Query, Sequence[Evidence]], Draft | None],
) -> Outcome:
    """``draft`` with the asker's unit's own words in front, or with what the rules above it say behind; as it is where only one
    side answers."""
    if not u.region or not unit_of(u.region) or u.notice_ids:
        return draft, evidence
    pool = desk.retriever.pool(u)
    own = [i for i in pool if desk.notices[i].region == u.region]
    cited = {s.notice_id for statement in draft.each() for s in statement.supports}
    if not own or not cited or (cited & set(own) and cited - set(own)):
        return draft, evidence
    led = cited <= set(own)
    others = [i for i in pool if i not in own] if led else own
    found = desk.retriever.retrieve(u, others, top_k=desk.top_k) if others else []
    reading = best_reading(found) if found else None
    if reading is None or reading < SURE or desk.silence(u, found, others):
        return draft, evidence
    other = drafting(desk, u, found)
    if other is None:
        return draft, evidence
    first, second = (draft, other) if led else (other, draft)
    blocks = (over(OWN, first), *first.blocks, over(ABOVE, second), *second.blocks)
    notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
    both = replace(draft, blocks=blocks, notes=notes, beside=(*first.beside, *second.beside), leads=0)
    return both, desk.with_cited(both, with_further(evidence, found))
