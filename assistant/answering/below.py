"""What a county says where its city is asked about, or a unit where its place is (下级规定): told where nothing that binds the
place says so, as no more than that.

The trap: such a rule binds nobody else, so it is told with the name of the county or unit and never beside what does bind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.answerability import best_reading
from assistant.answering.desk import Desk
from assistant.answering.draft import Draft
from assistant.applicability import in_force_on
from assistant.query.read import Understanding
from assistant.retrieval.evidence import Evidence
from corpus import fitted
from corpus.establishments import unit_of
from corpus.regions import display, is_within, parts_of

Drafting = Callable[[Desk, Understanding, Sequence[Evidence]], Draft | None]
CITY = 2
"""Levels of a city's path (province, city)."""
SURE_ANSWER, MUCH_SURER = fitted.number("answering.below.sure_answer"), fitted.number("answering.below.much_surer")
"""Log odds of the reader up to which what binds a city may be no answer, and by how many a county's clause must be read better."""


def below(
    desk: Desk, u: Understanding, drafting: Drafting, *, than: float | None = None
) -> tuple[Draft, list[Evidence]] | None:
    """Where a city is asked about and nothing that binds it says so: or no unit is known: what one of its counties, or of the
    units in it, says, told as no more.

    Args:
        drafting: what is taken from the evidence, by the kind of answer.
        than: how surely what binds the city was read, where it was; then a county has to be read much more surely.
    """
    place = u.region
    if not place or unit_of(place) or u.notice_ids or (than is not None and than >= SURE_ANSWER):
        return None
    city = len(parts_of(place)) == CITY
    counties = [
        n.id
        for n in desk.all
        if n.region != place
        and is_within(n.region, place)
        and (city or unit_of(n.region))
        and in_force_on(n, u.as_of, desk.all)
    ]
    evidence = desk.retriever.retrieve(u, counties, top_k=desk.top_k) if counties else []
    if not evidence or desk.silence(u, evidence, counties):
        return None
    if than is not None and (best_reading(evidence) or than) < than + MUCH_SURER:
        return None
    draft = drafting(desk, u, evidence)
    if draft is None:
        return None
    cited = dict.fromkeys(desk.notices[s.notice_id].region for x in draft.each() for s in x.supports)
    where = "、".join(map(display, cited))
    units = all(map(unit_of, cited))
    whose, whom = ("自己的文件", "这家单位") if units else ("的规定", where)
    told = f"约束{display(place)}的文件没有写到；以上是{where}{whose}，只约束{whom}。"
    draft = replace(draft, notes=(*draft.notes, told))
    return draft, desk.with_cited(draft, evidence)
