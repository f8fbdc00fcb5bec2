"""Contrast sets (对照词): which words of two texts exclude each other, read from ``lexicon/contrasts.toml``.

The one home of "药品 is not 耗材, 以上 is not 左右". :func:`mentions` finds members in a text, :func:`conflicts` compares two
texts that are supposed to say the same thing. The trap: both members may stand in a text rightly, so a conflict needs a
member the other side lacks while it has another one of the set in the same place; callers align clauses first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.types import Span

_FILE = Path(__file__).parent / "lexicon" / "contrasts.toml"


@dataclass(frozen=True, slots=True)
class ContrastSet:
    """Members exclude each other; each is a pattern of its spellings. ``words`` are its plain spellings."""

    name: str
    kind: str
    members: tuple[re.Pattern[str], ...]
    hidden: re.Pattern[str] | None
    words: tuple[tuple[str, ...], ...]
    stems: tuple[str, ...]
    yes: tuple[tuple[str, str], ...]
    no: tuple[tuple[str, str], ...]

    def found(self, text: str) -> Iterator[tuple[int, Span]]:
        """``(member, span)`` of each mention, the longest at each place; hidden ones left out."""
        covered = [Span(*m.span()) for m in self.hidden.finditer(text)] if self.hidden else []
        seen: list[tuple[int, Span]] = []
        for number, member in enumerate(self.members):
            seen += [(number, Span(*m.span())) for m in member.finditer(text) if m.group()]
        seen.sort(key=lambda pair: (pair[1].start, -(pair[1].end - pair[1].start)))
        end = 0
        for number, span in seen:
            if span.start < end or any(c.start <= span.start and span.end <= c.end for c in covered):
                continue
            end = span.end
            yield number, span


@dataclass(frozen=True, slots=True)
class Conflict:
    """``said`` stands in the claim where its source has ``has``, another member of ``name``."""

    name: str
    kind: str
    said: str
    has: str


@lru_cache(maxsize=1)
def contrast_sets() -> tuple[ContrastSet, ...]:
    """Every set of the lexicon, in its order."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))["set"]
    return tuple(
        ContrastSet(
            entry["name"],
            entry["kind"],
            tuple(re.compile(m) for m in entry["members"]),
            re.compile("|".join(map(re.escape, entry["hidden"]))) if entry.get("hidden") else None,
            tuple(_plain(m) for m in entry["members"]),
            tuple(sorted({s for m in entry["members"] for s in _stems(m)})),
            tuple(_pair(x, "≠") for x in entry["yes"]),
            tuple(_pair(x, "=") for x in entry["no"]),
        )
        for entry in raw
    )


def _pair(example: str, mark: str) -> tuple[str, str]:
    left, _, right = example.partition(f" {mark} ")
    return left.strip(), right.strip()


def _stems(member: str) -> Iterator[str]:
    """A run of characters each spelling must contain, so that most sets are passed over without matching."""
    bare = re.sub(r"\(\?[<=!][^()]*(?:\([^()]*\)[^()]*)*\)", " ", member)
    for spelling in bare.split("|"):
        runs = re.findall(r"[\w]+", re.sub(r".\?", " ", spelling))
        if runs:
            yield max(runs, key=len)


def _plain(member: str) -> tuple[str, ...]:
    bare = re.sub(r"\(\?[^()]*(?:\([^()]*\)[^()]*)*\)", "", member)
    return tuple(w for w in bare.split("|") if w and re.fullmatch(r"[\w]+", w))


@lru_cache(maxsize=16384)
def mentions(text: str) -> tuple[tuple[int, int, Span], ...]:
    """``(set, member, span)`` of every member in ``text``."""
    return tuple(
        (number, member, span)
        for number, entry in enumerate(contrast_sets())
        if any(stem in text for stem in entry.stems)
        for member, span in entry.found(text)
    )


def conflicts(claim: str, source: str) -> tuple[Conflict, ...]:
    """What ``claim`` says that ``source`` says otherwise, set by set; both are one clause or sentence on one thing.

    >>> [(c.said, c.has) for c in conflicts("取消药品加成", "取消耗材加成")]
    [('药品', '耗材')]
    """
    sets = contrast_sets()
    mine, theirs = _by_set(claim), _by_set(source)
    found: list[Conflict] = []
    for number, said in mine.items():
        has = theirs.get(number)
        if not has:
            continue
        more, lacking = said.keys() - has.keys(), has.keys() - said.keys()
        if more and lacking:
            found.append(Conflict(sets[number].name, sets[number].kind, said[min(more)], has[min(lacking)]))
    return tuple(found)


def said_of_all(claim: str, source: str) -> str | None:
    """The word of all (所有, 一律) that ``claim`` has where ``source`` says neither all nor some.

    >>> said_of_all("所有公立医院都要60%吗", "占比不低于60%"), said_of_all("所有医院免费", "全部医院免费")
    ('所有', None)
    """
    scopes = {number for number, entry in enumerate(contrast_sets()) if entry.kind == "extent"}
    spoken = {number for number, _, _ in mentions(source)}
    alone = (span for number, member, span in mentions(claim) if number in scopes - spoken and member == 0)
    return next((span.of(claim) for span in alone), None)


def sides(claim: str, source: str) -> tuple[frozenset[int], frozenset[int]]:
    """Sets of which both texts name the same member, and sets of which they name others only.

    >>> same, other = sides("二级医院要几张床", "三级医院")
    >>> len(same), len(other)  # both name hospitals, of other grades
    (1, 1)
    """
    mine, theirs = _by_set(claim), _by_set(source)
    both = mine.keys() & theirs.keys()
    same = {number for number in both if mine[number].keys() & theirs[number].keys()}
    return frozenset(same), frozenset(both - same)


def _by_set(text: str) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for number, member, span in mentions(text):
        found.setdefault(number, {}).setdefault(member, text[span.start : span.end])
    return found


def exchanged(before: str, after: str, kinds: Collection[str]) -> str:
    """``before`` with what ``after`` says instead: of each set of ``kinds`` that both mention once, with other members.

    >>> exchanged("评副高要下乡多久", "正高的呢", {"subject"})
    '评正高要下乡多久'
    """
    sets = contrast_sets()
    said, stood = mentions(after), mentions(before)
    swaps: list[tuple[Span, str]] = []
    for number in {n for n, _, _ in said}:
        if sets[number].kind not in kinds:
            continue
        new = {(member, span.of(after)) for n, member, span in said if n == number}
        old = [(member, span) for n, member, span in stood if n == number]
        if len({m for m, _ in new}) == 1 and len({m for m, _ in old}) == 1 and old[0][0] != next(iter(new))[0]:
            swaps += [(span, next(iter(new))[1]) for _, span in old]
    for span, word in sorted(swaps, reverse=True):
        before = before[: span.start] + word + before[span.end :]
    return before
