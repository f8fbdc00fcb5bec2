"""Parallel short forms (并列省写): 第一、二、三类对象, 一、二级医院, 第一至五类, 市、县级 stand for each of their members.

A notice says once what holds for several, a reader speaks of one of them. :func:`narrowed` gives the notice's sentence as it
holds for those that a claim names, :func:`one_by_one` the claim for each of several it names. It stands alone because
figures and contrast sets read members one by one, and here 一 and 二 have no measure behind them. The trap: what holds of
several together (合计, 分别, 仅) holds of none by itself; and 二、三级医院 may be item 二 of an outline, so the sentences around
it are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from corpus.counting import marks_of
from corpus.grammar import form
from corpus.numbering import chinese_ordinal
from corpus.numerals import chinese_number
from corpus.types import Span

_SERIES, _ONE, _ORDINALS, _UPTO = (
    form("claim.series"), form("claim.of_series"), form("claim.of_ordinals"), form("claim.upto"),
)  # fmt: skip
_LEVELS, _OF_LEVELS, _TOGETHER = form("claim.levels"), form("claim.of_levels"), form("claim.together")
_MOST, _TAIL = 20, 2


@dataclass(frozen=True, slots=True)
class Series:
    """Members that share what stands before (第) and behind them; ``members`` by value, each as it is written alone.

    ``counted`` where they are ordinals or grades, else levels of government with the first words of what they share.
    """

    span: Span
    members: dict[str, str]
    before: str
    behind: str
    counted: bool
    text: str


def series_of(text: str) -> tuple[Series, ...]:
    """The short forms of ``text`` in order, those of one member left out.

    >>> [list(one.members.values()) for one in series_of("对第一至三类对象，由市、县级医院负责")]
    [['第一类', '第二类', '第三类'], ['市', '县']]
    """
    found: list[Series] = []
    for match in _SERIES.finditer(text):
        values = _ordinals(match["members"])
        members = {key: f"{match['first']}{written}{match['unit']}" for key, written in values.items()}
        found.append(Series(Span(*match.span()), members, match["first"], match["unit"], True, match.group()))
    for match in _LEVELS.finditer(text):
        run = match["run"] or ""
        names = list(run) or [one.group() for one in _OF_LEVELS.finditer(match["members"])]
        behind = text[match.end() :][: 1 if text.startswith("级", match.end()) else _TAIL]
        found.append(Series(Span(*match.span()), {n: n for n in names}, "", behind, False, match.group()))
    return tuple(sorted((one for one in found if len(one.members) > 1), key=lambda one: one.span.start))


def ordinals_of(text: str) -> tuple[Series, ...]:
    """Every ordinal or grade of ``text`` (第二类, 三级) and every short form of them, in order.

    >>> [list(one.members) for one in ordinals_of("第一类减八成，第二、三类减六成")]
    [['1'], ['2', '3']]
    """
    found = [one for one in series_of(text) if one.counted]
    for match in _ONE.finditer(text):
        span = Span(*match.span())
        if not any(one.span.overlaps(span) for one in found):
            members = {_value(match["member"]): match.group()}
            found.append(Series(span, members, match["first"], match["unit"], True, match.group()))
    return tuple(sorted(found, key=lambda one: one.span.start))


@lru_cache(maxsize=8192)
def cases_of(text: str) -> frozenset[tuple[str, str]]:
    """``(measure, member)`` of every ordinal or grade that ``text`` names, short forms taken apart.

    >>> sorted(cases_of("第二、三联由医院保存"))
    [('联', '2'), ('联', '3')]
    """
    return frozenset((one.behind, member) for one in ordinals_of(text) for member in one.members)


def narrowed(claim: str, sentences: Sequence[str]) -> list[str]:
    """``sentences``, neighbours in a text, with each short form that stands for more than ``claim`` names cut down to that.

    >>> narrowed("第二类对象免费。", ["第一、二、三类对象免费，第四类对象自费。"])
    ['第二类对象免费，第四类对象自费。']
    >>> narrowed("第四类对象免费。", ["第一、二类对象免费。"]), narrowed("第二类对象可得5万元。", ["第一、二类对象合计5万元。"])
    (['第一、二类对象免费。'], ['第一、二类对象合计5万元。'])
    """
    told = series_of(claim)
    items: list[bool] | None = None
    found: list[str] = []
    for at, sentence in enumerate(sentences):
        there = () if said_together(sentence) else series_of(sentence)
        for series in reversed(there):
            text = _cut_down(series, claim, told)
            if text is None:
                continue
            if series.counted and not series.span.start and not series.before:
                items = items if items is not None else [mark is not None for mark in marks_of(sentences)]
                if items[at]:  # 二、三级医院 between 一、 and 三、
                    continue
            sentence = f"{sentence[: series.span.start]}{text}{sentence[series.span.end :]}"
        found.append(sentence)
    return found


def said_together(text: str) -> bool:
    """Whether ``text`` says something of several together, or of them alone (合计, 分别, 仅)."""
    return _TOGETHER.search(text) is not None


def one_by_one(claim: str) -> list[str]:
    """``claim`` said of each member of its short form; [] where it has none, several, or speaks of them together.

    >>> one_by_one("第一、二类对象免费。"), one_by_one("第一、二类对象合计5万元。")
    (['第一类对象免费。', '第二类对象免费。'], [])
    """
    there = () if said_together(claim) else series_of(claim)
    if len(there) != 1:
        return []
    (series,) = there
    return [f"{claim[: series.span.start]}{one}{claim[series.span.end :]}" for one in series.members.values()]


def _cut_down(series: Series, claim: str, told: Sequence[Series]) -> str | None:
    """What stands for the members of ``series`` that ``claim`` names; None where it names none, or all of them so."""
    alike = [one for one in told if (one.before, one.behind) == (series.before, series.behind)]
    named = {key for one in alike for key in one.members}
    if series.counted:
        said = [one for one in ordinals_of(claim) if (one.before, one.behind) == (series.before, series.behind)]
        named |= {key for one in said for key in one.members}
    else:
        named |= {key for key in series.members if key + series.behind in claim}
    chosen = [key for key in series.members if key in named]
    written = next((one.text for one in alike if set(one.members) == set(chosen)), None)
    if not chosen or (len(chosen) == len(series.members) and written is None):
        return None
    return written or "、".join(series.members[key] for key in chosen)


def _ordinals(written: str) -> dict[str, str]:
    """The ordinals of 一、二, 第一至五 or 二三, by value, those a range passes over included."""
    found = list(_ORDINALS.finditer(written))
    if len(found) == 1:  # 二三级
        return {_value(one): one for one in written}
    members = {_value(found[0].group()): found[0].group()}
    for last, one in pairwise(found):
        low, high = _value(last.group()), _value(one.group())
        if _UPTO.search(written, last.end(), one.start()) and low.isdigit() and high.isdigit():
            between = range(int(low) + 1, min(int(high), int(low) + _MOST))
            members |= {str(n): chinese_ordinal(n) for n in between}
        members[high] = one.group()
    return members


def _value(ordinal: str) -> str:
    number = chinese_number(ordinal) if not ordinal.isascii() else None
    return ordinal.upper() if number is None else str(number)
