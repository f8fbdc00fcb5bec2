"""Relations between notices (文件关系): every document number and 《title》 cited, and what is said of it.

The verb in front of a reference (根据, 贯彻落实, 转发, 印发) or behind it (同时废止) names the kind; anything else is a
mention. References are read from the text alone and cached with it; :func:`link` finds their targets among the notices
there are. The trap: "《…》第三条同时废止" repeals an article, not the notice, and a measure that is 废止 in
a sentence repeals no document at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from corpus.annexes import with_places
from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.regions import is_within
from corpus.text import fold
from corpus.types import DOUBTFUL, UNKNOWN_REGION, Effect, Fact, Notice, Relation, RelationKind, Span, Target
from corpus.versions import chains, ends_on, is_draft, starts_on

_TITLE = form("cite.title")
_DOCUMENT = form("cite.document")
_BESIDE = form("cite.beside")
_SENTENCE_END = form("cite.sentence_end")
_VERBS = (
    (RelationKind.FORWARDS, form("cite.forwards")),
    (RelationKind.ISSUES, form("cite.issues")),
    (RelationKind.REPEALS, form("cite.repeals")),
    (RelationKind.AMENDS, form("cite.amends")),
    (RelationKind.BASIS, form("cite.basis")),
    (RelationKind.MENTIONS, form("cite.mentions")),
    (RelationKind.IMPLEMENTS, form("cite.implements")),
)
MOST = 5000
"""References kept of one text; a register that lists more is searched, not followed."""
_SENTENCE = 2000  # characters a sentence is read back for
_Found = tuple[str | None, str | None, Span]
_REACH = 24  # characters a verb may stand before the reference, other references not counted
_REPEALED_AFTER = form("cite.repealed_after")
_PART_ONLY = form("cite.part_only")
_SUPERSEDED_AFTER = form("cite.replaced_after")
_AMENDED_AFTER = form("cite.amended_after")
_ISSUED_AFTER = form("cite.issued_after")
_SUPERSEDES_BEFORE = form("cite.replaces_before")


@dataclass(frozen=True, slots=True)
class Reference:
    """A document cited in a text. ``span`` covers title and number where both stand there."""

    kind: RelationKind
    number: str | None
    title: str | None
    span: Span


def references(text: str) -> tuple[Reference, ...]:
    """References in ``text``, in order; of a text that cites without end the first :data:`MOST`.

    Linear in the text: a list of a hundred thousand numbers is read in seconds.

    >>> [(r.kind.value, r.number) for r in references("根据某府发〔2020〕1号，制定本方案。某府发〔2018〕2号同时废止。")]
    [('依据', '某府发〔2020〕1号'), ('废止', '某府发〔2018〕2号')]
    """
    found = _found(text)[:MOST]
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    kinds: list[Reference] = []
    for index, (number, title, span) in enumerate(found):
        at = bisect_right(ends, span.start)
        start = max(ends[at - 1] if at else 0, span.start - _SENTENCE)
        first, last = index, index + 1
        while first > 0 and found[first - 1][2].start >= start:
            first -= 1
        while last < len(found) and found[last][2].start < span.end + 100:
            last += 1
        before = [one[2] for one in found[first:index]]
        after = [one[2] for one in found[index + 1 : last]]
        kinds.append(Reference(_kind(text, span, start, before, after), number, title, span))
    return tuple(kinds)


def _found(text: str) -> list[_Found]:
    """Numbers and titles in order; a number in the bracket after a title belongs to it."""
    numbers = [m for m in find_numbers(text) if m.canonical and m.year]
    starts = [m.span.start for m in numbers]
    found: list[_Found] = []
    used: set[Span] = set()
    for match in _TITLE.finditer(text):
        if not _DOCUMENT.search(match.group(1)):
            continue
        at = bisect_left(starts, match.end())
        beside = next(
            (m for m in numbers[at : at + 3] if m.span.start <= match.end() + 45
             and _BESIDE.match(text[match.end() : m.span.start])),
            None,
        )  # fmt: skip
        end = match.end()
        if beside is not None:
            used.add(beside.span)
            end = beside.span.end + (text[beside.span.end : beside.span.end + 1] in ("）", ")"))
        found.append((beside.canonical if beside else None, match.group(1), Span(match.start(), end)))
    found += [(m.canonical, None, m.span) for m in numbers if m.span not in used]
    return sorted(found, key=lambda one: one[2])


def _kind(text: str, span: Span, start: int, before: Sequence[Span], following: Sequence[Span]) -> RelationKind:
    after = text[span.end : span.end + 100]
    for other in following:  # 《甲》《乙》同时废止: read over the references in between
        if not _SENTENCE_END.search(text[span.end : other.start]):
            after = after.replace(other.of(text), "", 1)
    stop = _SENTENCE_END.search(after)
    sentence = after[: stop.start()] if stop else after
    handed = _ISSUED_AFTER.match(sentence)
    if handed is not None:
        return RelationKind.FORWARDS if "转发" in handed.group() else RelationKind.ISSUES
    gone = _REPEALED_AFTER.match(sentence)
    if gone is not None and not _PART_ONLY.search(gone.group()):
        return RelationKind.REPEALS
    if _AMENDED_AFTER.match(sentence):
        return RelationKind.AMENDS
    if _SUPERSEDED_AFTER.match(sentence):
        return RelationKind.REPEALS
    window = text[start : span.start]
    for other in reversed(before):
        window = window[: other.start - start] + window[other.end - start :]
    window = window[-_REACH:]
    if _SUPERSEDES_BEFORE.search(window):
        return RelationKind.REPEALS
    best: tuple[int, RelationKind] | None = None
    for kind, verb in _VERBS:
        last = max((m.end() for m in verb.finditer(window)), default=-1)
        if last >= 0 and (best is None or last > best[0]):
            best = last, kind
    return best[1] if best is not None else RelationKind.MENTIONS


def link(notices: Sequence[Notice], cited: Sequence[Sequence[Reference]]) -> tuple[Notice, ...]:
    """``notices`` with their relations and with what they do to one another (:class:`corpus.types.Effect`).

    Args:
        cited: the references of each notice, in the same order.
    """
    notices = with_places(notices)
    catalogue = _Catalogue.of(notices)
    effects: dict[str, list[Effect]] = defaultdict(list)
    linked: list[Notice] = []
    for notice, found in zip(notices, cited, strict=True):
        own = {_key(name) for name in (notice.title, *notice.aliases)}
        edges: list[Relation] = []
        for one in found:
            key = _key(one.title) if one.title else ""
            numbered = one.number in catalogue.by_number and one.number != notice.number  # its namesake before it
            if (one.number and one.number == notice.number) or (
                key in own and not numbered and one.kind is not RelationKind.ISSUES
            ):
                continue
            target = catalogue.by_number.get(one.number or "") or (notice if key in own else catalogue.find(None, key))
            edges.append(Relation(one.kind, one.number, one.title, one.span, target.id if target else None))
            changes = one.kind is RelationKind.REPEALS or (
                one.kind is RelationKind.AMENDS and key and key in _key(notice.title)
            )
            if changes and target is not None and may_change(notice, target):
                effects[target.id].append(_effect(one.kind, notice, span=one.span))
        for kind, fact in _said_in_front(notice):
            target = catalogue.find(fact.value.number, _key(fact.value.name))
            if target is not None and may_change(notice, target):
                effects[target.id].append(_effect(kind, notice, part=fact.value.part, span=fact.span))
        linked.append(replace(notice, relations=tuple(edges)))
    for chain in chains(notices):
        for older, newer in pairwise(chain):
            if starts_on(older) != starts_on(newer):
                effects[older.id].append(_effect(RelationKind.SUPERSEDES, newer, of=older))
    return tuple(_with_effects(notice, effects[notice.id]) if notice.id in effects else notice for notice in linked)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Notices by number and by every name they go by; of two of one name the first stands."""

    by_number: Mapping[str, Notice]
    by_title: Mapping[str, Notice]

    @classmethod
    def of(cls, notices: Sequence[Notice]) -> _Catalogue:
        titles: dict[str, Notice] = {}
        for notice in notices:
            for name in (notice.title, *notice.aliases):
                titles.setdefault(_key(name), notice)
        return cls({notice.number: notice for notice in notices if notice.number}, titles)

    def find(self, number: str | None, key: str) -> Notice | None:
        return self.by_number.get(number or "") or self.by_title.get(key)


def _key(name: str) -> str:
    return fold(name).strip("《》")


def _said_in_front(notice: Notice) -> list[tuple[RelationKind, Fact[Target]]]:
    if notice.front is None:
        return []
    said = [(RelationKind.REPEALS, fact) for fact in notice.front.repeals]
    said += [(RelationKind.AMENDS, fact) for fact in notice.front.amends]
    return [(kind, fact) for kind, fact in said if fact.confidence >= DOUBTFUL]


def _effect(
    kind: RelationKind, by: Notice, *, part: str = "", span: Span | None = None, of: Notice | None = None
) -> Effect:
    """``of``: the version before, which may bear the same number."""
    same = of is not None and of.number is not None and of.number == by.number
    name = f"{by.issued_on.year}年修改后的同名文件" if same and by.issued_on else by.name
    on = starts_on(by) if span is None else ends_on(by, span)
    return Effect(kind, by.id, name, on, part, span)


def _with_effects(notice: Notice, found: Sequence[Effect]) -> Notice:
    """Each change once; where a whole repeal is among them the notice names its successor."""
    once: dict[tuple[RelationKind, str, str], Effect] = {}
    for one in found:
        once.setdefault((one.kind, one.by, one.part), one)
    ends = [one for one in once.values() if one.kind is not RelationKind.AMENDS and not one.part]
    successor = notice.replaced_by or next((one.by for one in sorted(ends, key=lambda e: e.on or date.min)), None)
    return replace(notice, effects=tuple(once.values()), replaced_by=successor)


def may_change(newer: Notice, older: Notice) -> bool:
    """Whether ``newer`` can repeal or amend ``older``: not itself, no later one, none of another place; a draft nothing."""
    if newer.id == older.id or is_draft(newer) or not is_within(older.region, newer.region):
        return False
    if UNKNOWN_REGION in (newer.region, older.region) and newer.issuer != older.issuer:
        return False
    return newer.issued_on is None or older.issued_on is None or older.issued_on <= newer.issued_on
