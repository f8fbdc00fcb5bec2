"""Which places a question is about (地区): its own, the conversation's, the profile's, and the asker's beside another's.

The trap: a place may be named without being asked about: 深圳的采购平台 is a platform that 湛江's own notice names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.query.scope import OURS, ScopeReading, resolve_relative
from assistant.query.topic import clauses_of_sides, sides_named
from assistant.query.types import Query
from assistant.types import Profile
from corpus.grammar import form
from corpus.numerals import whole_number
from corpus.regions import display, is_within, short_name
from corpus.types import UNKNOWN_REGION, Notice, Span
from corpus.wording import wording

_FEW = 4
"""Places of a library that are all meant by 各地."""
_ALL_HELD = form("place.all_held")
_GONE_TO, _DONE_THERE = form("place.gone_to"), form("place.done_there")
_BESIDE_LAST, _COMPARED, _COMPARED_BEHIND = (
    form("place.beside_last"),
    form("ask.compare"),
    form("place.compared_behind"),
)
_DOCUMENT_OF, _OF_PERSON = form("place.document_of"), form("place.of_person")
"""Right behind a place: its document is meant, not the place itself, or that somebody is from there."""
_SIDE_BY_SIDE, _COUNTRYS = form("place.side_by_side"), form("national.paper")
_SAYS_LAW, _IN_LIST = form("national.law"), form("national.listed")
"""What stands behind a word for the country that says its law, and where it is one of several sides."""


def without_mere_names(
    question: str, reading: ScopeReading, home: str | None, notices: Sequence[Notice]
) -> ScopeReading:
    """A place that binds nobody here but stands in the text of the asker's own notices is what is asked about (深圳的平台), and
    one that the asker goes to is where it happens (自己跑上海看的): neither's rules are asked for."""
    reading = _without_origins(question, reading)
    own = [n for n in notices if home and is_within(home, n.region)]
    if not own or not reading.regions:
        return reading
    kept = [
        (path, span)
        for path, span in zip(reading.regions, reading.region_spans, strict=False)
        if not _gone_to(question, span)
        and (
            any(n.region and (is_within(path, n.region) or is_within(n.region, path)) for n in notices)
            or not any(short_name(path.rsplit("/", 1)[-1]) in n.text for n in own)
        )
    ]
    return _with_places(reading, kept) if len(kept) < len(reading.regions) else reading


def _without_origins(question: str, reading: ScopeReading) -> ScopeReading:
    """Without places that only say where somebody is from (安徽户口，住在绍兴), where another place is named."""
    named = list(zip(reading.regions, reading.region_spans, strict=False))
    kept = [(path, span) for path, span in named if not _OF_PERSON.match(question, span.end)]
    return _with_places(reading, kept) if 0 < len(kept) < len(named) else reading


def _with_places(reading: ScopeReading, kept: Sequence[tuple[str, Span]]) -> ScopeReading:
    return replace(reading, regions=tuple(p for p, _ in kept), region_spans=tuple(s for _, s in kept))


def parties_at(question: str) -> tuple[Span, ...]:
    """Where it counts the places it is about (三地, 这几个地方)."""
    return tuple(Span(*found.span()) for found in _ALL_HELD.finditer(question))


def _all_held(question: str, notices: Sequence[Notice]) -> tuple[str, ...]:
    """The places whose notices the library holds, where it asks of so many and names none (三地比一下); () where they are not so many."""
    said = _ALL_HELD.search(question)
    held = tuple(dict.fromkeys(n.region for n in notices if n.region and n.region != UNKNOWN_REGION))
    if said is None or not 1 < len(held) <= _FEW:
        return ()
    number = whole_number(said["n"])
    return held if not number or number == len(held) else ()


def _gone_to(question: str, place: Span) -> bool:
    return bool(_GONE_TO.search(question[: place.start]) and _DONE_THERE.search(question[place.end :]))


def beside_last(question: str, reading: ScopeReading, previous: Query | None) -> bool:
    """Whether the place it begins with is set beside the one spoken of (跟湛江比呢, 和资阳一样吗)."""
    if previous is None or len(previous.regions) != 1 or len(reading.region_spans) != 1:
        return False
    before, behind = question[: reading.region_spans[0].start], question[reading.region_spans[0].end :]
    return bool(_BESIDE_LAST.search(before)) and bool(_COMPARED.search(behind) or _COMPARED_BEHIND.search(behind))


def asker_and_source(
    question: str,
    reading: ScopeReading,
    regions: tuple[str, ...],
    notice_ids: tuple[str, ...],
    profile: Profile,
    notices: Sequence[Notice],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of several places in "may we use theirs": the asker's own, and the others' notices.

    The asker's is the one whose document is not what is asked about (湛江 in 资阳的方案对湛江适用吗), else the profile's.
    """
    home = profile.region
    theirs_named = {
        path
        for path, span in zip(reading.regions, reading.region_spans, strict=False)
        if _DOCUMENT_OF.match(question, span.end)
    }
    first = next((r for r in regions if r not in theirs_named), regions[0])
    said = first not in theirs_named and bool(theirs_named)
    own = next((r for r in regions if home and not said and (is_within(home, r) or is_within(r, home))), first)
    if home and is_within(home, own):
        own = home
    others = [r for r in regions if r != own and not is_within(own, r)]
    theirs = tuple(
        n.id
        for n in notices
        if any(n.region == r or (is_within(r, n.region) and not is_within(own, n.region)) for r in others)
    )
    return (own,), notice_ids or theirs


def with_levels(question: str, reading: ScopeReading, notices: Sequence[Notice]) -> ScopeReading:
    """With the province or city that a place is set beside as another side (杭州的条例跟省里的写法一样不, 市里谁办，省里多少): where the
    library holds what it ruled itself. Elsewhere 省里 is only where the asker's place lies."""
    if len(reading.regions) != 1 or not reading.relative:
        return reading
    at = tuple(wording(OURS[reading.relative]).each(question))
    above = resolve_relative(reading.relative, reading.regions[0])
    if not at or not above or above == reading.regions[0] or not any(n.region == above for n in notices):
        return reading
    if not _set_beside(question, {reading.regions[0]: reading.region_spans, above: at}):
        return reading
    return replace(
        reading, regions=(*reading.regions, above), region_spans=(*reading.region_spans[:1], *at[:1]), relative=None
    )


def _set_beside(question: str, sides: Mapping[str, Sequence[Span]]) -> bool:
    """Whether two places are sides of a comparison: one beside the other (甲和乙分别…), or each asked in a clause of its own."""
    first, second = sorted((spans[0] for spans in sides.values()), key=lambda span: span.start)
    joined = _SIDE_BY_SIDE.search(question[first.end : second.start])
    return bool(joined and wording("sides").in_(question)) or _each_asked(question, sides)


def with_national(
    question: str,
    reading: ScopeReading,
    regions: tuple[str, ...],
    notice_ids: tuple[str, ...],
    notices: Sequence[Notice],
) -> tuple[tuple[str, ...], bool]:
    """The places, those of documents that are compared among them, and whether the country stands beside them as one of the
    sides: by a word (国家, 国务院) or by a national document that is named (精神卫生法和杭州的条例一样吗)."""
    if len(reading.regions) > 1 and as_side(question):
        return regions, True  # 国家的法、甲条例、乙条例罚多少
    if not wording("sides").in_(question) and not _each_asked(question, named_sides(question, reading, regions, True)):
        return regions, False
    of_documents = tuple(dict.fromkeys(region_of(i, notices) for i in notice_ids))
    by_document = "" in of_documents
    local = tuple(r for r in of_documents if r and r != UNKNOWN_REGION)
    if by_document and local and not regions:
        return local, True
    if reading.regions and (others := tuple(r for r in local if r not in regions)) and not by_document:
        return (*regions, *others), False  # 顺德那份指引跟佛山的方案: a side that only its document names
    placed = reading.regions or reading.relative or wording("ours").in_(question)
    return regions, bool(placed and len(regions) == 1 and (by_document or wording("national").in_(question)))


def asked_of_country(question: str, reading: ScopeReading) -> Span | None:
    """Where it says that the country's own rules are asked for, and no place's (按国家条例几个月, 全国性的规定里); None where it does not.

    >>> from datetime import date
    >>> from assistant.query.scope import read_scope
    >>> [asked_of_country(q, read_scope(q, (), today=date(2026, 1, 1))) for q in ("国家那个条例领几个月", "国家基本药物怎么配")]
    [Span(start=0, end=4), None]
    """
    found = None if reading.regions or reading.relative else _COUNTRYS.search(question)
    return Span(*found.span("head")) if found else None


def as_side(question: str) -> tuple[Span, ...]:
    """Where the country stands in a list of sides, or its law is said (国家的法、甲条例、乙条例).

    >>> [s.of("国家的法、甲省条例各罚多少") for s in as_side("国家的法、甲省条例各罚多少")], as_side("国家集采的药")
    (['国家的法'], ())
    """
    found: list[Span] = []
    for word in wording("national").each(question):
        law = _SAYS_LAW.match(question, word.end)
        if law or _IN_LIST.match(question, word.end):
            found.append(Span(word.start, law.end() if law else word.end))
    return tuple(found)


def named_sides(
    question: str, reading: ScopeReading, regions: Sequence[str], national: bool
) -> dict[str, tuple[Span, ...]]:
    """Where ``question`` names each side of a comparison: the places, and with ``national`` the country ("") by a word or by a
    document that is named without a place."""
    sides = {
        region: tuple(span for path, span in zip(reading.regions, reading.region_spans, strict=False) if path == region)
        for region in regions
    }
    if national:
        placed = reading.region_spans
        papers = (s for s in reading.notice_spans if not any(s.overlaps(one) for one in placed))
        sides[""] = (*wording("national").each(question), *papers)
    return sides


def _each_asked(question: str, sides: Mapping[str, Sequence[Span]]) -> bool:
    """Whether each side is asked in a clause of its own (甲条例罚多少，国家法罚多少), which compares them without a word for it."""
    asking = [c for c in clauses_of_sides(question, sides) if wording("ask_open").in_(c.of(question))]
    named = sides_named(asking, sides)
    return len(sides) > 1 and all({side} in named for side in sides)


def region_of(notice_id: str, notices: Sequence[Notice]) -> str:
    """The region of the notice with that id."""
    return next(n.region for n in notices if n.id == notice_id)


def _without_holders(question: str, reading: ScopeReading, notices: Sequence[Notice]) -> tuple[str, ...]:
    """The places named, a province only where its city is not named too (浙江省杭州市) but as another side of a comparison of what
    each of them ruled (杭州和省里哪个严)."""
    kept = tuple(r for r in reading.regions if not any(o != r and is_within(o, r) for o in reading.regions))
    if len(reading.regions) != len(kept) + 1 or len(kept) != 1 or len(reading.region_spans) != len(reading.regions):
        return kept
    sides = {path: (span,) for path, span in zip(reading.regions, reading.region_spans, strict=True)}
    ruled = all(any(n.region == path for n in notices) for path in sides)
    return reading.regions if ruled and _set_beside(question, sides) else kept


def regions_of(
    question: str,
    reading: ScopeReading,
    previous: Query | None,
    profile: Profile,
    carried: list[str],
    notes: list[str],
    notices: Sequence[Notice],
    *,
    relates: bool = True,
    beside: bool = False,
) -> tuple[tuple[str, ...], str | None]:
    """The places asked about and where they were read: question, history, profile or None; ``carried`` and ``notes`` grow.

    Args:
        relates: whether the question may set a place beside the asker's own (茂名那个办法管得到我们吗); where it does not,
            我们 is who asks, and the place is the one named.
        beside: whether the place named is set beside the one spoken of (:func:`beside_last`).
    """
    if reading.regions:
        kept = _without_holders(question, reading, notices)
        if previous and beside:
            return tuple(dict.fromkeys((*previous.regions, *kept))), "question"
        home = profile.region or (previous.home if previous else None)
        if (
            home
            and relates
            and wording("ours").in_(question)
            and not any(is_within(home, r) or is_within(r, home) for r in kept)
        ):
            return (*kept, home), "question"
        if profile.region and not any(is_within(profile.region, r) or is_within(r, profile.region) for r in kept):
            notes.append(
                f"问题问的是{'、'.join(map(display, kept))}，与设定的地区（{display(profile.region)}）不同，按问题中的地区回答"
            )
        return kept, "question"
    if reading.notice_ids:
        return (), None
    if several := _all_held(question, notices):
        return several, "question"
    anchor = (previous.region if previous else None) or profile.region
    if reading.relative:
        resolved = resolve_relative(reading.relative, profile.region or anchor)
        if (
            resolved
            and not wording("own_place").in_(question)
            and not any(is_within(resolved, n.region) for n in notices)
        ):
            resolved = (
                profile.region or anchor
            )  # 省里 where the corpus holds the city's notice and none of the province
        if resolved:
            return (resolved,), "profile" if profile.region else "history"
    if previous and previous.said_places:
        carried.append("地区")
        return previous.said_places, "history"
    if profile.region:
        return (profile.region,), "profile"
    return (), None
