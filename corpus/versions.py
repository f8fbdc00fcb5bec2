"""Successive versions of one document (版本): a law amended, a method reissued under its name; drafts, which are none yet.

Two texts are versions of one work where the same body gave them the same name on different days and the name is that of a
standing rule (法, 条例, 办法 …); what is issued anew each year (通知, 方案 …) is not. Which words those are is data:
``lexicon/versions.toml``. The trap: a bracket behind a title may mark a version (修正) or a part (西药部分).
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.dates import find_periods
from corpus.grammar import form
from corpus.text import fold
from corpus.types import UNKNOWN_REGION, Notice, RelationKind, Span, Status

_LEXICON = Path(__file__).parent / "lexicon" / "versions.toml"
_LAST_BRACKET = form("version.last_bracket")
_INNER = form("name.inner_version")
_TITLE_YEAR = form("name.title_year")


@dataclass(frozen=True, slots=True)
class _Words:
    works: tuple[str, ...]
    marks: frozenset[str]
    drafts: tuple[str, ...]
    asks: tuple[str, ...]
    plain: tuple[str, ...]


@lru_cache(maxsize=1)
def _words() -> _Words:
    plain = tomllib.loads(_LEXICON.read_text(encoding="utf-8"))
    return _Words(
        tuple(plain["works"]["words"]), frozenset(plain["marks"]["words"]),
        tuple(plain["drafts"]["words"]), tuple(plain["drafts"]["asks"]),
        tuple(sorted(map(fold, plain["plain"]["words"]), key=len, reverse=True)),
    )  # fmt: skip


def starts_on(notice: Notice) -> date | None:
    """The day from which this text is the rule: issued and in effect; an amended text starts when it was amended."""
    return max((day for day in (notice.issued_on, notice.effective_on) if day is not None), default=None)


def order_of(notice: Notice) -> date | None:
    """The day that puts a text before or behind another: of its issue, else the first of the one year its title names
    (2025修订版); None where neither is known."""
    years = {int(one) for one in _TITLE_YEAR.findall(notice.title)}
    return notice.issued_on or (date(years.pop(), 1, 1) if len(years) == 1 else None)


def ends_on(notice: Notice, span: Span) -> date | None:
    """The day from which ``notice`` ends the document it names at ``span``: the one its sentence says before the name
    (自2026年7月1日起，《甲办法》停止执行), else the day from which the notice itself is the rule."""
    start = max(notice.text.rfind(stop, 0, span.start) for stop in ("。", "\n", "；")) + 1
    before = notice.text[start : span.start]
    said = [p for p in find_periods(before) if p.start == p.end and before.startswith("起", p.span.end)]
    return said[-1].start if said else starts_on(notice)


def is_draft(notice: Notice) -> bool:
    """Whether the document only asks for comments (征求意见稿) and so binds nobody."""
    if notice.status is Status.DRAFT:
        return True
    kind = notice.front.kind if notice.front is not None else None
    return (kind is not None and kind.value == "draft") or is_draft_title(notice.title)


def is_draft_title(title: str) -> bool:
    """Whether a title is that of a draft or of a call for comments on one.

    >>> is_draft_title("某市办法（征求意见稿）"), is_draft_title("某市征求意见工作规定")
    (True, False)
    """
    plain, words = fold(title), _words()
    bracket = form("version.bracket").search(plain)
    if bracket is not None and any(word in bracket.group(1) for word in words.drafts):
        return True
    return any(f"关于{word}" in plain for word in words.asks) and plain.endswith(
        ("意见的公告", "意见的通知", "意见的函", "意见的通告", "意见")
    )


def work_of(title: str) -> str | None:
    """The name under which versions of one document are known, folded; None where it is no standing rule.

    >>> work_of("关于印发某市医疗救助办法（试行）的通知") == work_of("某市医疗救助办法")
    True
    >>> work_of("关于做好献血工作的通知") is None
    True
    """
    plain = fold(title).strip("《》")
    inner = _INNER.search(plain)
    plain = (inner.group(1) if inner else plain).strip("《》")
    while (bracket := _LAST_BRACKET.search(plain)) and _is_mark(bracket.group(1)):
        plain = plain[: bracket.start()]
    return plain if plain.endswith(_words().works) and len(plain) >= 4 else None


def _is_mark(bracket: str) -> bool:
    return (bracket[4:] if bracket[:4].isdigit() and len(bracket[:4]) == 4 else bracket) in _words().marks


def chains(notices: Iterable[Notice]) -> tuple[tuple[Notice, ...], ...]:
    """Groups of two or more versions of one document, each oldest first; drafts and undated texts are in none."""
    works: dict[tuple[str, str, str], list[Notice]] = defaultdict(list)
    for notice in notices:
        if starts_on(notice) is None or notice.region == UNKNOWN_REGION or is_draft(notice):
            continue
        work = work_of(notice.title)
        if work is not None:
            works[work, notice.region, _body(notice.issuer)].append(notice)
    found = []
    for group in works.values():
        ordered = sorted(group, key=lambda n: (starts_on(n) or date.min, n.id))
        if len({starts_on(n) for n in ordered}) > 1:
            found.append(tuple(ordered))
    return tuple(found)


def _body(issuer: str) -> str:
    """An issuer by the body it speaks for: the office of a government and the government issue one rule in turn."""
    return form("version.office").sub("", "".join(issuer.split()).removeprefix("中华人民共和国"))


def in_version_order(notices: Sequence[Notice], notice: Notice) -> tuple[Notice, ...]:
    """The versions of ``notice`` among ``notices``, itself included, oldest first."""
    return next((chain for chain in chains(notices) if any(one.id == notice.id for one in chain)), (notice,))


def of_the_day(named: Sequence[Notice], as_of: date) -> tuple[Notice, ...]:
    """``named`` without the versions that are not the one of ``as_of``, where that one is named too.

    A title that several versions bear names them all; whoever uses it means the one that holds.
    """
    known = {notice.id for notice in named}
    apart: set[str] = set()
    for notice in named:
        for effect in notice.effects:
            if effect.kind is RelationKind.SUPERSEDES and effect.by in known:
                apart.add(notice.id if effect.on is None or effect.on <= as_of else effect.by)
    return tuple(notice for notice in named if notice.id not in apart) or tuple(named)


_SAME_MATTER, _LIKE_MATTER = 0.5, 0.4
"""Share of the shorter title's pairs of characters that the other must hold too."""


def same_matter(a: Notice, b: Notice) -> bool:
    """Whether two titles of one place name one matter (事项), apart from what kind of document each is."""
    place = fold(a.region.split("/")[-1]) if a.region == b.region else ""
    return alike_titles(a.title, b.title, place)


def like_matter(a: Notice, b: Notice) -> bool:
    """Whether notices of two places are about like matters (综合改革试点, 公立医院综合改革): one may be looked at for the other."""
    left, right = (_matter(n.title, fold(n.region.split("/")[-1])) for n in (a, b))
    return _share(left, right) >= _LIKE_MATTER


def alike_titles(a: str, b: str, place: str = "") -> bool:
    """Whether two titles name one matter; the name of their ``place`` counts for nothing."""
    return _share(_matter(a, place), _matter(b, place)) >= _SAME_MATTER


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    shorter = min(len(left), len(right))
    return len(left & right) / shorter if shorter else 0.0


@lru_cache(maxsize=4096)
def _matter(title: str, place: str) -> frozenset[str]:
    text = fold(title)
    for word in (place, *_words().plain):
        text = text.replace(word, "|") if word else text
    runs = form("version.han_run").findall(text)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))
