"""Documents a question names by number, by title or by year (文件的指称), held against those of the library.

Words of titles are in :mod:`assistant.query.documents`. The trap: a year may be one off (18年那个方案 of 2019), and a document may
be named that the library does not hold; then nothing else is meant by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.query.documents import Named
from assistant.query.values import years_of
from corpus.grammar import form
from corpus.regions import is_within
from corpus.text import fold
from corpus.types import Notice, Span
from corpus.wording import wording

_YEARED = form("scope.document_by_year")
_BARE_YEAR_RULE, _TITLED = form("scope.rule_of_year"), form("scope.titled_by_year")
_BARE_YEAR, _TASKS_DUE = form("scope.bare_year"), form("scope.tasks_due")
_EDITIONS = ("版", "修订版", "修正版")
"""What stands behind the year of an edition."""


def by_number(canonical: str | None, serial: int, year: int | None, notices: Sequence[Notice]) -> list[Notice]:
    numbered = [n for n in notices if n.number]
    if canonical:
        exact = [n for n in numbered if n.number and canonical.endswith(n.number)]
        if exact:
            return exact
        # 湖南2023年44号文: the code is missing or wrong, year and serial agree
        return [
            n
            for n in numbered
            if n.number and n.number.endswith(f"〔{year}〕{serial}号") and n.number.startswith(canonical[:1])
        ]
    alike = [n for n in numbered if n.number and n.number.endswith(f"〕{serial}号")]
    return [n for n in alike if n.number and f"〔{year}〕" in n.number] or alike


def of_regions(notices: Sequence[Notice], regions: Sequence[str]) -> list[Notice]:
    return [n for n in notices if any(r and (is_within(r, n.region) or is_within(n.region, r)) for r in regions)]


def by_alias(question: str, notices: Sequence[Notice]) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    folded = fold(question)
    for notice in notices:
        for alias in (notice.title, *notice.aliases):
            needle = fold(alias)
            at = folded.find(needle) if len(needle) >= 4 else -1
            if at >= 0:
                found.append((notice.id, Span(at, at + len(needle))))
                break
    return found


@dataclass(frozen=True, slots=True)
class ByYear:
    """Notices named by a year (21年的任务): their ids, where, where the year is one off (18年那个方案 of 2019), and years of
    documents that are named and not there, with where."""

    ids: tuple[str, ...]
    spans: tuple[Span, ...]
    misdated: tuple[Span, ...]
    absent: tuple[tuple[int, Span], ...] = ()


def by_year(question: str, pool: Sequence[Notice], nicknamed: Sequence[Named], notices: Sequence[Notice]) -> ByYear:
    """Notices of ``pool`` that ``question`` names by a year.

    Args:
        nicknamed: what of ``notices`` is named by words of a title; a year before them (2024年登革热方案) says of it and of no other.
    """
    ids: list[str] = []
    spans: list[Span] = []
    misdated: list[Span] = []
    absent: list[tuple[int, Span]] = []
    for pattern in (_YEARED, _BARE_YEAR_RULE, _TITLED, _BARE_YEAR):
        for match in pattern.finditer(question):
            year, span = int(match["year"]) % 100 + 2000, Span(match.start(), match.end())
            own = next((one for one in nicknamed if span.start <= one.span.start <= span.end), None)
            if own is not None:
                spans.append(span)
                named = [n for n in notices if n.id in own.notice_ids and n.issued_on]
                apart = [abs(n.issued_on.year - year) for n in named if n.issued_on]
                if 0 not in apart:
                    misdated.append(span)
                if named and not any(may_be_of(n, year) for n in named):
                    absent.append((year, span))  # 2024年的重点任务, where those of 2021 are held
                continue
            if any(span.overlaps(known) for known in (*spans, *(at for _, at in absent))):
                continue
            edition = match.group().endswith("版") or question.startswith(_EDITIONS, match.end())
            issued = (_edition(year, pool) if edition else []) or [n for n in pool if _is_of(n, year)]
            if not issued and pattern is _YEARED:
                issued = _one_off(match.group(), year, pool)
            if issued:
                ids += [n.id for n in issued if n.id not in ids]
                spans.append(span)
                if not any(_is_of(n, year) for n in issued):
                    misdated.append(span)
            elif (
                pattern not in (_BARE_YEAR_RULE, _BARE_YEAR)
                and pool
                and wording("paper_of_year").ends(match.group()) < len(match.group())
                and not (_TASKS_DUE.search(match.group()) and any(_plans_for(n, year) for n in pool))
            ):
                absent.append((year, span))
    return ByYear(tuple(ids), tuple(spans), tuple(misdated), tuple(absent))


def _plans_for(notice: Notice, year: int) -> bool:
    """Whether a notice sets targets for several years, ``year`` among them: 2020年的任务 are tasks of it then, and no document."""
    first, last = notice.horizon or (0, 0)
    return first < last and first <= year <= last


def _edition(year: int, pool: Sequence[Notice]) -> list[Notice]:
    """Of 2024版 the notices that write of a 2024版 of something themselves, which may have come out the year before."""
    return [n for n in pool if any(f"{year}{mark}{one}" in n.text for mark in ("", "年") for one in _EDITIONS)]


def before_those(year: int, carried: Sequence[str], notices: Sequence[Notice]) -> tuple[str, ...] | None:
    """The notices of ``year`` of the place of ``carried``, where ``year`` ended before any of those was issued, so that what is asked
    of it (那2016年财务上怎么要求的) cannot be asked of them; None where it can."""
    own = [n for n in notices if n.id in carried]
    if not own or any(n.issued_on is None or n.issued_on.year <= year for n in own):
        return None
    return tuple(n.id for n in notices if n.region in {one.region for one in own} and _is_of(n, year))


def _one_off(said: str, year: int, pool: Sequence[Notice]) -> list[Notice]:
    """The notice that is meant by 18年那个方案 where it came out in 2019: the one of that name a year off, if there is one."""
    pairs = [said[i : i + 2] for i in range(len(said) - 1)]
    held = [n for n in pool if n.issued_on and not _for_another_year(n, year)]
    dated = sorted((abs(n.issued_on.year - year), -sum(p in n.title for p in pairs), n.id) for n in held if n.issued_on)
    alone = len(dated) == 1 or (len(dated) > 1 and dated[0][:2] < dated[1][:2])
    return [n for n in pool if dated and alone and dated[0][0] == 1 and n.id == dated[0][2]]


def may_be_of(notice: Notice, year: int) -> bool:
    """Whether a document that is named by ``year`` may be ``notice``, which came out a year before or after."""
    issued = notice.issued_on
    return issued is not None and abs(issued.year - year) <= 1 and not _for_another_year(notice, year)


def _for_another_year(notice: Notice, year: int) -> bool:
    """Whether its title says for which year it is (…2021年重点任务), and that is another one."""
    years = years_of(notice.title)
    return bool(years) and year not in years and not _is_of(notice, year)


def _is_of(notice: Notice, year: int) -> bool:
    """Whether it was issued in ``year``; where no day is known, whether its title names the year (2024版)."""
    return notice.issued_on.year == year if notice.issued_on else str(year) in notice.title
