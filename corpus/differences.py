"""Two texts compared clause by clause (对照): what differs first, with the words that changed; what is the same is counted.

Clauses are matched by what they say, not by their numbers, because a clause put in moves all numbers behind it. The trap:
a clause that was moved and not changed is the same clause.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.text import fold
from corpus.types import Article, Notice, Span

_LIKE = 0.35  # share of pairs of characters two wordings of one clause have in common
_SAME_NAME = 0.15  # as much is enough where number and heading agree
_MOST = 1500  # clauses of one text compared with all of the other; past that only equal ones are matched


class Kind(StrEnum):
    """What became of a clause."""

    CHANGED = "修改"
    ADDED = "增加"
    REMOVED = "删去"


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of the first text and what stands for them in the second; "" where nothing does."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that is not the same. Paths and spans are of each text; None and "" where it has no such clause."""

    kind: Kind
    path_a: str = ""
    path_b: str = ""
    span_a: Span | None = None
    span_b: Span | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, in the order of the second text, and how many clauses are the same."""

    differences: tuple[Difference, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Clause:
    order: int
    article: Article
    text: str
    key: str
    grams: frozenset[str]


def compare(a: Notice, b: Notice) -> Comparison:
    """``a`` against ``b``, usually the older against the newer."""
    left, right = _clauses(a), _clauses(b)
    pairs = _equal(left, right)
    rest_a = [one for one in left if one.order not in {i for i, _ in pairs}]
    rest_b = [one for one in right if one.order not in {j for _, j in pairs}]
    changed = _alike(rest_a, rest_b)
    gone = {i for i, _ in changed}
    new = {j for _, j in changed}
    found: list[tuple[float, Difference]] = []
    by_a, by_b = {one.order: one for one in left}, {one.order: one for one in right}
    for i, j in changed:
        one, other = by_a[i], by_b[j]
        paths, spans = (one.article.path, other.article.path), (one.article.span, other.article.span)
        found.append((j, Difference(Kind.CHANGED, *paths, *spans, edits_of(one.text, other.text))))
    found += [
        (one.order, Difference(Kind.ADDED, "", one.article.path, None, one.article.span))
        for one in rest_b
        if one.order not in new
    ]
    before = sorted((i, j) for i, j in (*pairs, *changed))
    for one in rest_a:
        if one.order in gone:
            continue
        place = max((j for i, j in before if i < one.order), default=-1) + 0.5  # behind what it stood behind
        found.append((place, Difference(Kind.REMOVED, one.article.path, "", one.article.span, None)))
    found.sort(key=lambda pair: pair[0])
    return Comparison(tuple(difference for _, difference in found), len(pairs))


def _clauses(notice: Notice) -> list[_Clause]:
    """The items of a notice that say something beside their number; its front and back matter are no clauses."""
    found: list[_Clause] = []
    for article in notice.articles:
        text = notice.quote(article.span).strip()
        key = fold(text)
        if article.kind == "item" and article.labels:
            key = key.removeprefix(fold(article.labels[-1]))  # the number alone is no change
        if article.kind == "item" and key:
            grams = frozenset(key[at : at + 2] for at in range(max(len(key) - 1, 1)))
            found.append(_Clause(len(found), article, text, key, grams))
    return found


def _equal(left: Sequence[_Clause], right: Sequence[_Clause]) -> list[tuple[int, int]]:
    waiting: dict[str, list[int]] = defaultdict(list)
    for one in reversed(right):
        waiting[one.key].append(one.order)
    return [(one.order, waiting[one.key].pop()) for one in left if waiting.get(one.key)]


def _alike(left: Sequence[_Clause], right: Sequence[_Clause]) -> list[tuple[int, int]]:
    """Pairs of different wordings of one clause, the likeliest first, each clause once."""
    scored: list[tuple[float, int, int]] = []
    for one in left[:_MOST]:
        for other in right[:_MOST]:
            share = len(one.grams & other.grams) / max(len(one.grams | other.grams), 1)
            named = one.article.labels == other.article.labels and one.article.heading == other.article.heading
            if share >= (_SAME_NAME if named else _LIKE):
                scored.append((share + 0.1 * named, one.order, other.order))
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    pairs = []
    for _, i, j in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            pairs.append((i, j))
    return pairs


def edits_of(before: str, after: str) -> tuple[Edit, ...]:
    """The words that changed, figures whole.

    >>> edits_of("比例为60%，限额3万元。", "比例为75%，限额3万元。")
    (Edit(before='60%', after='75%'),)
    """
    return tuple(one for one in pieces(before, after) if one.before != one.after)


def pieces(before: str, after: str) -> tuple[Edit, ...]:
    """Both wordings from beginning to end in pieces; where they agree both sides are the same. White space is left out.

    >>> pieces("比例为60%。", "比例为75%。")
    (Edit(before='比例为', after='比例为'), Edit(before='60%', after='75%'), Edit(before='。', after='。'))
    """
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return tuple(Edit("".join(old[i1:i2]), "".join(new[j1:j2])) for _, i1, i2, j1, j2 in matcher.get_opcodes())


def _words(text: str) -> list[str]:
    """Characters, but a figure with its percent sign is one."""
    found: list[str] = []
    for char in text:
        last = found[-1] if found else ""
        figure = last[-1:].isdigit() or (len(last) > 1 and last[-1:] == "." and char.isdigit())
        if figure and (char.isdigit() or char in ".%％"):
            found[-1] += char
        elif not char.isspace():
            found.append(char)
    return found
