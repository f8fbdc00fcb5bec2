"""What is told of a notice that is no rule on the day (尚未施行、已失效): found for the place, and said as such in the first words.

What is coming and what has ended differ in when they are told and in what is said of them; how they are found and set before an
answer is the same and stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answering.desk import Desk
from assistant.answering.draft import Draft, Statement, paragraph
from assistant.query.read import Understanding
from assistant.retrieval.evidence import Evidence, speaks_for
from corpus.inforce import Force, standing
from corpus.types import Notice

Heading = Callable[[Desk, Understanding, Notice, Draft, bool], Statement]
"""What is said first of a notice that a draft cites; the flag is whether what is in force does not say what is asked."""


def stated_by(desk: Desk, u: Understanding, forces: tuple[Force, ...]) -> list[Evidence]:
    """What the place's notices of these forces on the day say of what is asked, best first; empty where none states it."""
    those = [n.id for n in desk.all if speaks_for(n, u.region) and has_force(desk, n, u, forces)]
    evidence = desk.retriever.retrieve(u, those, top_k=desk.top_k) if those else []
    return [] if not evidence or desk.silence(u, evidence, those) else evidence


def headed(
    desk: Desk, u: Understanding, draft: Draft, forces: tuple[Force, ...], heading: Heading, *, silent: bool
) -> Draft:
    """``draft`` behind a paragraph with the ``heading`` of each notice of these forces that it cites; as it is where there
    is none, or where something was said first already."""
    if draft.leads:
        return draft
    cited = dict.fromkeys(s.notice_id for x in draft.each() for s in x.supports)
    those = [n for i in cited if has_force(desk, n := desk.notices[i], u, forces)]
    if not those:
        return draft
    heads = paragraph(*(heading(desk, u, notice, draft, silent) for notice in those))
    return replace(draft, blocks=(heads, *draft.blocks), leads=1)


def has_force(desk: Desk, notice: Notice, u: Understanding, forces: tuple[Force, ...]) -> bool:
    """Whether ``notice`` is one of ``forces`` on the day asked about."""
    return standing(notice, u.as_of, desk.all).force in forces
