"""What limits a clause and is left out or put in (限定增删): conditions, exceptions, 都, 每, 仅 of the sentences a claim rests on.

Apart from the checks of clauses in :mod:`assistant.verification.checks`, because a limit may stand in a neighbouring clause. The
trap: 甲和乙都 says no more than 甲和乙.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import CUT, Fault
from corpus.facts import facts_of
from corpus.grammar import form
from corpus.text import fold
from corpus.types import Span

_TAKEN = 0.3
"""Share of a clause's bigrams from which the claim says something of it."""
_SUMS_UP, _COUNTED_ALL = form("claim.sums_up"), form("claim.counted_all")


def limit_faults(claim: str, main: Sequence[str], sources: Sequence[str]) -> list[Fault]:
    """Conditions, exceptions and quantities of the ``main`` sentences that the claim leaves out, or adds to all ``sources``.

    A limit counts where the claim takes over its clause or the one beside it: what is said of others in a long sentence
    limits them alone, and a bracket (中药饮片除外) limits the clause it stands in.
    """
    mine = facts_of(claim)
    grams = bigrams(claim)
    found: list[Fault] = []
    for kind in ("condition", "exception"):
        for source in main:
            for word in facts_of(source).of(kind):
                text = facts_of(source).text
                around = text[max(0, word.span.start - 6) : word.span.end + 2]
                kept = bigrams(around)
                share = len(kept & grams) / len(kept) if kept else 1.0
                if (
                    word.name not in mine.names(kind)
                    and share < 0.5
                    and _beside_taken(text, word.span, grams, before=kind == "exception")
                ):
                    found.append(Fault(f"{kind}_lost", f"原文还有限定“{word.text}”"))
        theirs = frozenset().union(*(facts_of(s).names(kind) for s in sources)) if sources else frozenset()
        if mine.names(kind) - theirs:
            added = next(w.text for w in mine.of(kind) if w.name not in theirs)
            found.append(Fault(f"{kind}_added", f"原文没有限定“{added}”"))
    theirs = frozenset().union(*(facts_of(s).names("quantity") for s in main)) if main else frozenset()
    anywhere = theirs.union(*(facts_of(s).names("quantity") for s in sources))
    for name in sorted(mine.names("quantity") - anywhere):
        words = [w for w in mine.of("quantity") if w.name == name and not _sums_up(mine.text[: w.span.end], sources)]
        if not words:
            continue
        added = words[0].text
        found.append(Fault(f"{name}_added", f"原文没有说“{added}”"))
    for name in sorted(theirs - mine.names("quantity")):
        places = [(facts_of(s).text, w) for s in main for w in facts_of(s).of("quantity") if w.name == name]
        lost = next((w.text for text, w in places if _beside_taken(text, w.span, grams, beside=False)), "")
        if lost:
            found.append(Fault(f"{name}_lost", f"原文还有限定“{lost}”"))
    return found


def _sums_up(text: str, sources: Sequence[str]) -> bool:
    """Whether ``text`` ends in 都 of the things it names (甲和乙都), or of as many as the source counts (两项补贴都)."""
    counted = _COUNTED_ALL.search(text)
    return bool(_SUMS_UP.search(text)) or (counted is not None and any(counted["what"] in fold(s) for s in sources))


def _beside_taken(text: str, limit: Span, claim: frozenset[str], *, beside: bool = True, before: bool = True) -> bool:
    """Whether the claim says much of the clause a limit stands in or of one ``beside`` it; a bracket limits its own only.

    ``before``: it may limit the clause before it too, as an exception does and a condition does not.
    """
    cuts = [0, *(m.end() for m in CUT.finditer(text)), len(text)]
    at = max(n for n, cut in enumerate(cuts[:-1]) if cut <= limit.start)
    own = text[cuts[at] : cuts[at + 1]]
    bracketed = "(" in own[: limit.start - cuts[at]] and ")" in text[limit.end : limit.end + 3]
    places = (at - 1, at, at + 1) if before else (at, at + 1)
    near = [(cuts[n], cuts[n + 1]) for n in places if 0 <= n < len(cuts) - 1]
    stretches = [own] if bracketed or not beside else [text[a:b] for a, b in near]
    shares = [len(g & claim) / len(g) for s in stretches if (g := bigrams(s))]
    return max(shares, default=1.0) >= _TAKEN
