"""Passages of one list gathered into one (归并): a clause with its list is found, ranked and shown as a whole.

Passages are cut for search, item by item; what a reader needs is the lead-in with all items. The trap: a passage may hold
more than its part of the list (a paragraph behind it), so the gathered passage spans all that its members span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.retrieval.evidence import Evidence, SentenceScore
from assistant.retrieval.showing import Shown
from corpus.types import Passage, Span, Unit

MOST = 1800
"""Characters of a gathered passage at most; members beyond stay on their own."""


def gathered(evidence: Sequence[Evidence], shown: Shown, passages: Mapping[str, Sequence[Passage]]) -> list[Evidence]:
    """``evidence``, best first, with the members of one list as one item at the place of the best of them.

    Args:
        passages: every passage of a notice in order of text, by notice id.
    """
    found: list[Evidence] = []
    taken: set[str] = set()
    by_id = {e.passage.id: e for e in evidence}
    for item in evidence:
        if item.passage.id in taken:
            continue
        unit = _list_of(item, shown)
        members = _members(unit, passages[item.notice.id], taken) if unit is not None else []
        if len(members) < 2 or item.passage not in members:
            taken.add(item.passage.id)
            found.append(item)
            continue
        taken.update(p.id for p in members)
        found.append(_joined(item, members, by_id))
    return found


def _list_of(item: Evidence, shown: Shown) -> Unit | None:
    """The list its best sentence stands in, else one it holds part of: a paragraph behind the list is of the same clause."""
    spans = (item.best.span, *(s.span for s in item.sentences))
    return next((unit for span in spans if (unit := shown.list_at(item.notice, span)) is not None), None)


def _members(unit: Unit, passages: Sequence[Passage], taken: set[str]) -> list[Passage]:
    members = [p for p in passages if p.span.overlaps(unit.span)]
    if any(p.id in taken for p in members) or sum(len(p.span) for p in members) > MOST:
        return []
    return members


def _joined(item: Evidence, members: Sequence[Passage], by_id: Mapping[str, Evidence]) -> Evidence:
    span = Span(members[0].span.start, members[-1].span.end)
    whole = Passage(
        f"{item.notice.id}:{span.start}-{span.end}", item.notice.id, members[0].article, span, item.notice.quote(span),
        members[0].breadcrumb, tuple(s for p in members for s in p.sentences), sum(p.tokens for p in members),
    )  # fmt: skip
    scores: list[SentenceScore] = []
    for passage in members:
        known = by_id.get(passage.id)
        scores += known.sentences if known else [_unscored(item, s) for s in passage.sentences]
    return replace(item, hit=replace(item.hit, passage=whole), sentences=tuple(scores))


def _unscored(item: Evidence, span: Span) -> SentenceScore:
    """A sentence of a member that search did not bring: it is part of the list, and stands behind all that were found."""
    return SentenceScore(
        span, item.notice.quote(span), min(s.score for s in item.sentences) - 1.0, 0.0, 0.0, False, False
    )
