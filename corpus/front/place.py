"""Where a document holds (适用地区): the place of the bodies that issued it, and its level.

It stands alone because a wrong place binds the wrong people: issuers decide, then the title, then the code of the number; a
place that the text only keeps naming is a guess. The trap: addressees and the places a text mentions never decide.

Source: GB/T 2260 (行政区划) as of 2026, former names included; see :mod:`corpus.places`.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.front.codes import read_code
from corpus.front.organs import agree, region_of
from corpus.front.title import Title
from corpus.front.words import lexicon
from corpus.grammar import form
from corpus.regions import RegionMention, gazetteer, level_of, parts_of
from corpus.types import Fact, Level, Span

_LAW = form("name.law")
_RANK = form("name.rank")
_WHOLE_COUNTRY = form("name.whole_country")
_INNER = form("name.inner_first")
_TITLED = 0.93
"""How surely a document is of the place its title opens with."""
SCOPE_REACH = 4000
"""Characters at the start within which the clause on the scope stands."""


def place_of(
    issuers: Sequence[Fact[str]], title: Title | None, numbers: Sequence[Fact[str]], text: str
) -> tuple[Fact[str] | None, Fact[Level] | None]:
    """Where the issuers sit; else what the title is of, the code says, or the text keeps naming.

    Source: 地方组织法 and 立法法: a body's rules hold in its own division; a law of the NPC holds everywhere.

    Returns:
        The path ("" the whole country) and the level, each None where nothing says it.
    """
    name = title.fact.value if title else ""
    titled = _of_title(name)
    code = read_code(numbers[0].value) if numbers else None
    near = tuple(path for path in (titled.path if titled else "", code.region if code else "") if path)
    for fact in issuers:
        found = region_of(fact.value, near)
        if found is None and not near:
            places = tuple(dict.fromkeys(m.path for m in gazetteer().find(name)))
            found = region_of(fact.value, places) if len(places) == 1 else None
        if found is not None:
            path, level, sure = found
            if len(issuers) > 1 and fact is issuers[0]:
                others = {(region_of(one.value, near) or (None,))[0] for one in issuers[1:]}
                sure = sure if others <= {path} else min(sure, 0.85)
            sure = min(sure, max(fact.confidence, 0.6) if fact.source != "text" else 1.0)
            if titled is not None and titled.path == path:
                sure = max(sure, _TITLED)
            if code is not None and not agree(code.region, path):
                sure = min(sure, 0.88)
            return Fact(path, fact.span, sure, fact.source), None if level is Level.UNKNOWN else Fact(
                level, fact.span, sure, fact.source
            )
    if _LAW.match(name):
        return _both("", title, 0.97)
    if titled is not None and title is not None:
        return _both(titled.path, title, _TITLED)
    if code is not None:
        return Fact(code.region, numbers[0].span, code.confidence, "code"), Fact(
            level_of(code.region), numbers[0].span, code.confidence, "code"
        )
    if scope := _WHOLE_COUNTRY.search(text[:SCOPE_REACH]):
        span = Span(scope.start(), scope.end())
        return Fact("", span, 0.92), Fact(Level.NATIONAL, span, 0.92)
    return _guessed(name, text, title)


def _of_title(name: str) -> RegionMention | None:
    """The place a title opens with, what it issues opens with, or behind the first word of a programme (“健康某市2030”规划)."""
    bare = name.lstrip('《“"')
    inner = _INNER.sub("", name).lstrip('“"')
    after = next((one for one in lexicon()["programme"]["words"] if inner.startswith(one)), "")
    return next(
        (found for one in (bare, inner, inner[len(after) :]) if one and (found := gazetteer().leading(one))), None
    )


def _both(path: str, title: Title | None, sure: float) -> tuple[Fact[str], Fact[Level]]:
    span = title.fact.span if title else None
    return Fact(path, span, sure), Fact(level_of(path), span, sure)


def _guessed(name: str, text: str, title: Title | None) -> tuple[Fact[str] | None, Fact[Level] | None]:
    """The one province or city that a text of 省级 or 全市 bodies keeps naming: a guess, and marked as one."""
    rank = _RANK.search(name) or _RANK.search(text[:3000]) or form("name.rank_of_body").search(text[:6000])
    if rank is None:
        return None, None
    counts: dict[str, int] = {}
    for mention in gazetteer().find(text[:20000]):
        for depth in range(1, len(parts_of(mention.path)) + 1):
            above = "/".join(parts_of(mention.path)[:depth])
            counts[above] = counts.get(above, 0) + 1
    wanted = (
        Level.PROVINCIAL
        if "省" in rank.group()
        else Level.MUNICIPAL
        if "市" in rank.group() or "州" in rank.group()
        else Level.COUNTY
    )
    fitting = sorted(((n, path) for path, n in counts.items() if level_of(path) is wanted), reverse=True)
    if not fitting or (len(fitting) > 1 and fitting[0][0] < 3 * fitting[1][0]):
        return None, None
    return Fact(fitting[0][1], None, 0.6, "guess"), Fact(wanted, None, 0.6, "guess")
