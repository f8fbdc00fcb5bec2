"""How much of a question a text covers (覆盖度): idf-weighted character bigrams with synonyms.

The question's content is split into units: each known term of the thesaurus with its alternatives, and each remaining
bigram. A unit is covered by the best of its alternatives. Weights are the bigrams' idf over the corpus's passages, so
common words (医院, 服务) count little and rare ones (胸痛, 安宁疗护) decide. Refusal rests on what stays uncovered.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.grammar import form
from corpus.synonyms import TermMatch, find_terms
from corpus.text import fold

_RUN = form("match.run")
_NONE: frozenset[str] = frozenset()
MOST_UNITS = 160
"""Units a question is matched by, the weightiest; a pasted page has a thousand."""
_STOP = frozenset("的了是在有和与及要把被给让就都也很还又才没会能可个这那它其之于对从到由为着过吗呢啊吧呀嘛得地说讲问")


@lru_cache(maxsize=65536)
def bigrams(text: str) -> frozenset[str]:
    """Character bigrams of folded CJK runs; Latin words and numbers whole.

    >>> sorted(bigrams("DRG付费2.5%"))
    ['2.5%', 'drg', '付费']
    """
    found: set[str] = set()
    for run in _RUN.findall(fold(text)):
        if run[0] >= "\u4e00":
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            if len(run) == 1 and run not in _STOP:
                found.add(run)
        else:
            found.add(run)
    return frozenset(found)


def held_apart(said: str, text: str) -> bool:
    """Whether ``text`` has the characters of ``said`` in order, with no more between them than they are themselves.

    >>> held_apart("院前急救", "甲市院前医疗急救条例"), held_apart("院前急救", "院里设在前面的急诊和救护")
    (True, False)
    """
    for start in (at for at, char in enumerate(text) if char == said[0]):
        at = start
        for char in said[1:]:
            at = text.find(char, at + 1, start + 2 * len(said))
            if at < 0:
                break
        else:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing the question is about: bigram sets of the typed form and its alternatives, and its weight; ``gram`` where it
    is one bigram and no more."""

    text: str
    alternatives: tuple[frozenset[str], ...]
    weight: float
    known: bool
    gram: str | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        only = self.alternatives[0] if len(self.alternatives) == 1 else ()
        object.__setattr__(self, "gram", next(iter(only)) if len(only) == 1 else None)


class Weights:
    """idf of bigrams over a set of passages."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            counts.update(bigrams(text))
            total += 1
        self._counts = counts
        self._idf = {gram: math.log(1 + max(total, 1) / (count + 0.5)) for gram, count in counts.items()}
        self._unseen = math.log(1 + max(total, 1) / 0.5)

    def idf(self, gram: str) -> float:
        """``log(1 + N / (df + 0.5))``; a bigram no passage has weighs most."""
        return self._idf.get(gram, self._unseen)

    def seen(self, gram: str) -> bool:
        return gram in self._counts

    def share(self, grams: frozenset[str], within: frozenset[str], also: frozenset[str] = _NONE) -> float:
        """idf-weighted share of ``grams`` found ``within`` or ``also``, in [0, 1]."""
        if not grams:
            return 0.0
        idf, unseen = self._idf, self._unseen
        total = found = 0.0
        for gram in grams:
            weight = idf.get(gram, unseen)
            total += weight
            if gram in within or gram in also:
                found += weight
        return found / total if total else 0.0

    def units(self, content: str) -> tuple[Unit, ...]:
        """The units of a question's content, thesaurus terms first, no character counted twice."""
        folded = fold(content)
        units: list[Unit] = []
        free = [True] * len(folded)
        for match in find_terms(folded):
            if match.end - match.start < 2:
                continue
            units.append(self.of_term(match))
            for i in range(match.start, match.end):
                free[i] = False
        for run in _RUN.finditer(folded):
            if run.group()[0] < "\u4e00":
                if free[run.start()]:
                    units.append(Unit(run.group(), (frozenset({run.group()}),), self.idf(run.group()), False))
                continue
            for i in range(run.start(), run.end() - 1):
                gram = folded[i : i + 2]
                if free[i] and free[i + 1] and not (gram[0] in _STOP or gram[1] in _STOP):
                    units.append(Unit(gram, (frozenset({gram}),), self.idf(gram), False))
                elif free[i] != free[i + 1] and not (gram[0] in _STOP or gram[1] in _STOP):
                    units.append(Unit(gram, (frozenset({gram}),), 0.3 * self.idf(gram), False))
        if len(units) > MOST_UNITS:
            least = sorted((u.weight for u in units), reverse=True)[MOST_UNITS - 1]
            units = [u for u in units if u.weight >= least][:MOST_UNITS]
        return tuple(units)

    def of_term(self, match: TermMatch) -> Unit:
        """A known term as one unit with its alternatives."""
        forms = tuple(bigrams(form) for form in (match.term, *match.others))
        own = sum(map(self.idf, forms[0]))
        best = max((sum(map(self.idf, f)) / max(len(f), 1) for f in forms if any(map(self.seen, f))), default=own)
        return Unit(match.term, forms, max(min(own, 12.0), best), True)

    def covered(self, unit: Unit, within: frozenset[str], also: frozenset[str] = _NONE) -> float:
        if unit.gram is not None:
            return float(unit.gram in within or unit.gram in also)
        best = 0.0
        for position, spelling in enumerate(unit.alternatives):
            if not (spelling.isdisjoint(within) and spelling.isdisjoint(also)):
                best = max(best, self.share(spelling, within, also) * (1.0 if position == 0 else 0.95))
        return best

    def coverage(self, units: tuple[Unit, ...], within: frozenset[str], also: frozenset[str] = _NONE) -> float:
        """Weighted share of the units that ``within`` or ``also`` covers, in [0, 1]; 0 for no units."""
        total = found = 0.0
        for unit in units:
            total += unit.weight
            if unit.gram is None:
                found += unit.weight * self.covered(unit, within, also)
            elif unit.gram in within or unit.gram in also:
                found += unit.weight
        return found / total if total else 0.0

    def missing(self, units: tuple[Unit, ...], within: frozenset[str]) -> float:
        """The heaviest uncovered weight, as a share of the heaviest unit: 0 when all important units are covered."""
        top = max((u.weight for u in units), default=0.0)
        return max((u.weight * (1 - self.covered(u, within)) for u in units), default=0.0) / top if top else 0.0
