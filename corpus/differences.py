"""Two texts compared clause by clause (对照): what differs first, with the words that changed; what is the same is counted.

Clauses are matched by what they say, not by their numbers, because a clause put in moves all numbers behind it: first those
that are the same, then other wordings that are close, then the same matter in other words (:mod:`corpus.pairing`). An article
with its items is one clause, a chapter title none. The trap: a clause that was moved and not changed is the same clause.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.pairing import Nearness, pairs_of
from corpus.text import fold
from corpus.text import pairs_of as pairs_in
from corpus.types import Article, Notice, Span

_LIKE = 0.35  # share of pairs of characters two wordings of one clause have in common
_SAME_NAME = 0.15  # as much is enough where number and heading agree
_MOST = 1500  # clauses of one text compared with all of the other; past that only equal ones are matched
_MOST_REWORDED = 500  # the same where they say it in other words
_CALLED = 0.6  # share of pairs of characters two headings have in common
_HEADING = range(4, 25)  # characters of a heading
_LEADS = ("：", ":")
_STOPS = "。.：:；;"


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


class Mark(StrEnum):
    """What became of a stretch of a wording."""

    SAME = "same"
    GONE = "gone"
    CAME = "came"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of one text, and whether the other has them too."""

    text: str
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that is not the same. Paths and spans are of each text; None and "" where it has no such clause.

    ``reworded``: the same matter in other words; no words of one stand for words of the other, so there are no ``edits``.
    """

    kind: Kind
    path_a: str = ""
    path_b: str = ""
    span_a: Span | None = None
    span_b: Span | None = None
    edits: tuple[Edit, ...] = ()
    reworded: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, in the order of the second text, and how many clauses are the same."""

    differences: tuple[Difference, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Clause:
    order: int
    article: Article
    span: Span
    text: str
    key: str
    grams: frozenset[str]


def compare(a: Notice, b: Notice, near: Nearness | None = None) -> Comparison:
    """``a`` against ``b``, usually the older against the newer.

    Args:
        near: how near the meanings of clauses of ``a`` and ``b`` are; without it only their words are compared.
    """
    left, right = _clauses(a), _clauses(b)
    equal, close, reworded = _matched(left, right, near)
    found: list[tuple[float, Difference]] = []
    for i, j in (*close, *reworded):
        one, other = left[i], right[j]
        edits = () if (i, j) in reworded else edits_of(one.text, other.text)
        paths, spans = (one.article.path, other.article.path), (one.span, other.span)
        found.append((j, Difference(Kind.CHANGED, *paths, *spans, edits, (i, j) in reworded)))
    matched = sorted((*equal, *close, *reworded))
    gone, new = ({pair[side] for pair in matched} for side in (0, 1))
    found += [
        (one.order, Difference(Kind.ADDED, "", one.article.path, None, one.span))
        for one in right
        if one.order not in new
    ]
    for one in left:
        if one.order in gone:
            continue
        place = max((j for i, j in matched if i < one.order), default=-1) + 0.5  # behind what it stood behind
        found.append((place, Difference(Kind.REMOVED, one.article.path, "", one.span, None)))
    found.sort(key=lambda pair: pair[0])
    return Comparison(tuple(difference for _, difference in found), len(equal))


Pairs = list[tuple[int, int]]


def _matched(left: Sequence[_Clause], right: Sequence[_Clause], near: Nearness | None) -> tuple[Pairs, Pairs, Pairs]:
    """Pairs of clauses by their places: the same, close wordings, and the same matter in other words; each clause once."""

    def rest(*pairs: Pairs) -> tuple[list[_Clause], list[_Clause]]:
        one, other = ({pair[side] for some in pairs for pair in some} for side in (0, 1))
        return [c for c in left if c.order not in one], [c for c in right if c.order not in other]

    equal = _equal(left, right)
    close = _alike(*rest(equal), least=_LIKE)
    reworded: Pairs = []
    if min(len(left), len(right)) > 0 and max(len(left), len(right)) <= _MOST_REWORDED:
        cosines = near([one.span for one in left], [one.span for one in right]) if near else None
        gone, new = ({one.order for one in side} for side in rest(equal, close))
        likely = pairs_of([one.grams for one in left], [one.grams for one in right], cosines)
        reworded = [(i, j) for i, j in likely if i in gone and j in new]
    close += _alike(*rest(equal, close, reworded), least=_SAME_NAME, named=True)
    reworded += _called_alike(*rest(equal, close, reworded))
    return equal, close, reworded


def _clauses(notice: Notice) -> list[_Clause]:
    """What a notice rules, clause by clause: an article with its items, an item that leads in others with them, and every
    other item that says more than its heading. Chapter titles, front and back matter are no clauses."""
    found: list[_Clause] = []
    items = [article for article in notice.articles if article.kind == "item"]
    at = 0
    while at < len(items):
        article, behind = items[at], at + 1
        own = notice.quote(article.span).strip()
        below = behind
        while below < len(items) and _is_below(items[below], article):
            below += 1
        if article.clause or own.endswith(_LEADS):
            behind = below
        title = fold(f"{article.labels[-1]}{article.heading}" if article.labels else "").rstrip(_STOPS)
        titled = below > at + 1 and behind == at + 1 and fold(own).rstrip(_STOPS) == title
        span = Span(article.span.start, items[behind - 1].span.end)
        text = notice.quote(span).strip()
        key = fold(text)
        if article.labels:
            key = key.removeprefix(fold(article.labels[-1]))  # the number alone is no change
        if key and not titled:
            grams = frozenset(key[at_ : at_ + 2] for at_ in range(max(len(key) - 1, 1)))
            found.append(_Clause(len(found), article, span, text, key, grams))
        at = behind
    return found


def _is_below(article: Article, other: Article) -> bool:
    return article.part == other.part and article.level > other.level and article.labels[: other.level] == other.labels


def _equal(left: Sequence[_Clause], right: Sequence[_Clause]) -> Pairs:
    waiting: dict[str, list[int]] = defaultdict(list)
    for one in reversed(right):
        waiting[one.key].append(one.order)
    return [(one.order, waiting[one.key].pop()) for one in left if waiting.get(one.key)]


def _alike(left: Sequence[_Clause], right: Sequence[_Clause], *, least: float, named: bool = False) -> Pairs:
    """Pairs of clauses that have ``least`` of their pairs of characters in common, the likeliest first, each clause once;
    ``named``: only those whose number and heading agree."""
    scored: list[tuple[float, int, int]] = []
    for one in left[:_MOST]:
        for other in right[:_MOST]:
            same = one.article.labels == other.article.labels and one.article.heading == other.article.heading
            share = len(one.grams & other.grams) / max(len(one.grams | other.grams), 1)
            if share >= least and (same or not named):
                scored.append((share + 0.1 * same, one.order, other.order))
    return _each_once(scored)


def _each_once(scored: Sequence[tuple[float, int, int]]) -> Pairs:
    """Pairs of places, the likeliest first, each clause in one."""
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    pairs: Pairs = []
    for _, i, j in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            pairs.append((i, j))
    return pairs


def _called_alike(left: Sequence[_Clause], right: Sequence[_Clause]) -> Pairs:
    """Pairs of clauses whose headings say nearly the same (深化人事薪酬制度改革, 深化薪酬制度改革), whatever stands below them."""
    called, others = (
        [(c, pairs_in(fold(c.article.heading))) for c in side if len(c.article.heading) in _HEADING]
        for side in (left, right)
    )
    shares = ((2 * len(a & b) / (len(a) + len(b)), one.order, other.order) for one, a in called for other, b in others)
    return _each_once([one for one in shares if one[0] >= _CALLED])


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


def wordings(a: Notice, b: Notice, one: Difference) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Both wordings of a clause in stretches, on one line each; () where a text has no such clause. A clause that only one text
    has is of that text alone; one in other words has nothing to mark.

    Args:
        a: the text that ``one.span_a`` is of; ``b`` that of ``one.span_b``.
    """
    before, after = (
        " ".join(notice.quote(span).split()) if span else "" for notice, span in ((a, one.span_a), (b, one.span_b))
    )
    if one.kind is not Kind.CHANGED:
        return _stretches([(before, Mark.GONE)]), _stretches([(after, Mark.CAME)])
    if one.reworded:
        return _stretches([(before, Mark.SAME)]), _stretches([(after, Mark.SAME)])
    found = [(piece, piece.before == piece.after) for piece in pieces(before, after)]
    return (
        _stretches([(piece.before, Mark.SAME if same else Mark.GONE) for piece, same in found]),
        _stretches([(piece.after, Mark.SAME if same else Mark.CAME) for piece, same in found]),
    )


def _stretches(given: Sequence[tuple[str, Mark]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(text, mark) for text, mark in given if text)


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
