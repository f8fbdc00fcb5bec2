"""Where the parts of a claim stand in its evidence (出处结构): whose predicate, whose figure, what was cut and put in.

A claim may be made of words that all stand there and still say what nobody said: one hospital's aim of another, the figure
of the clause before, a modifier left out. So each clause of the claim is asked where its subject and its rest stand, what
stands before the rest there, and what was cut from or put into the clause it is taken from. Only measured here; what it is
worth is fitted. The trap: a subject said once holds for the clauses after it, so distance alone is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import Paired
from corpus.contrasts import conflicts
from corpus.facts import facts_of
from corpus.numerals import find_values
from corpus.synonyms import find_terms
from corpus.text import fold

PLACINGS = (
    "usurped", "rival", "head_away", "head_there", "window", "figure_home", "figure_near",
    "cut_front", "cut_inner", "cut_limit", "cut_listed", "cut_tail", "put_inner", "exchanged", "exchanged_chars",
)  # fmt: skip
_CUT = re.compile(r"[,;。!?:\n]")
_HEAD, _LEAST = 8, 6
_LIMITING = re.compile(r"的$|^(?:基本|符合|经|未|非|首次|新|原|重点|主要|部分|有条件|自愿|依法|连续)")
_FAR = 8


def placed(claim: str, texts: Sequence[str], pairs: Sequence[Paired]) -> dict[str, float]:
    """The numbers of :data:`PLACINGS` for ``claim`` beside the sentences ``texts`` and its clauses' ``pairs``."""
    there = [c for t in texts for c in _CUT.split(fold(t)) if c]
    found = dict.fromkeys(PLACINGS, 0.0)
    found["head_there"] = found["figure_home"] = found["figure_near"] = 1.0
    if not there:
        return found
    for clause in (c for c in _CUT.split(fold(claim)) if len(c) >= _LEAST):
        head, rest = _words(clause, to=_HEAD), _words(clause, start=_HEAD)
        if head and rest:
            away, there_share, usurped = _owner(clause, head, rest, there)
            found["head_away"] = max(found["head_away"], away)
            found["head_there"] = min(found["head_there"], there_share)
            found["usurped"] = max(found["usurped"], usurped)
        found["window"] = max(found["window"], _window((*head, *rest), there))
        home, near = _figures(clause, there)
        found["figure_home"] = min(found["figure_home"], home)
        found["figure_near"] = min(found["figure_near"], near)
    clauses = [c for c in _CUT.split(fold(claim)) if len(c) >= _LEAST]
    found["rival"] = max((_rival(a, b, there) for a, b in pairwise(clauses)), default=0.0)
    for p in pairs:
        if p.share >= 0.5:
            for name, value in _edits(p.claim, p.source).items():
                found[name] += value
    for name in ("cut_front", "cut_inner", "cut_limit", "cut_listed", "cut_tail", "put_inner", "exchanged_chars"):
        found[name] = min(found[name], 24.0) / 6
    found["exchanged"] = min(found["exchanged"], 4.0)
    return found


@lru_cache(maxsize=8192)
def _words(clause: str, *, start: int = 0, to: int = 1000) -> tuple[frozenset[str], ...]:
    """Content words of the clause that begin within ``[start, to)``, each as its bigrams."""
    import jieba

    found: list[frozenset[str]] = []
    at = 0
    for word in jieba.cut(clause):
        if start <= at < to and len(word) >= 2 and "\u4e00" <= word[0] <= "\u9fff":
            found.append(bigrams(word))
        at += len(word)
    return tuple(w for w in found if w)


def _share(words: Sequence[frozenset[str]], grams: frozenset[str]) -> float:
    return sum(len(w & grams) / len(w) for w in words) / len(words) if words else 0.0


def _owner(
    clause: str, head: Sequence[frozenset[str]], rest: Sequence[frozenset[str]], there: Sequence[str]
) -> tuple[float, float, float]:
    """How far the subject stands from where the rest stands, how much of it stands in that clause, and how much else does.

    What stands there before the rest and is not the claim's: the subject the rest is really said of.
    """
    grams = [bigrams(c) for c in there]
    shares = [_share(rest, g) for g in grams]
    best = max(shares)
    if best < 0.3:
        return 0.0, 1.0, 0.0
    homes = [n for n, s in enumerate(shares) if s >= best - 0.05]
    home = max(homes, key=lambda n: _share(head, grams[n]))
    inside = _share(head, grams[home])
    if inside >= 0.6:
        return 0.0, inside, _before(clause, there[home], rest, head) if inside < 1 else 0.0
    heads = [(abs(n - home), n) for n, g in enumerate(grams) if _share(head, g) >= 0.6]
    away = min(heads)[0] if heads else _FAR
    return float(min(away, _FAR)), inside, _before(clause, there[home], rest, head)


def _rival(first: str, second: str, there: Sequence[str]) -> float:
    """Whether what stands right before ``second`` in the evidence is like ``first`` but another: 1, or 2 where they conflict.

    取消药品加成的减收，全部由财政补偿 is made of two clauses that stand there, the second said of 耗材.
    """
    grams = [bigrams(c) for c in there]
    shares = [[_share(_words(c), g) for g in grams] for c in (first, second)]
    homes = [max(range(len(there)), key=s.__getitem__) for s in shares]
    at = homes[1] - 1
    if at < 0 or homes[0] in (at, homes[1]) or shares[1][homes[1]] < 0.5 or shares[0][at] < 0.4:
        return 0.0
    if shares[0][homes[1]] >= 0.4:
        return 0.0  # it names there itself whom it is about
    denied = bool(facts_of(first).of("polarity")) != bool(facts_of(there[at]).of("polarity"))
    return 2.0 if denied or conflicts(first, there[at]) else 1.0


def _before(clause: str, source: str, rest: Sequence[frozenset[str]], head: Sequence[frozenset[str]]) -> float:
    """Bigrams that stand in ``source`` before anything of ``rest`` and nowhere in the claim, in tens, at most 1."""
    first = min((at for w in rest for gram in w if (at := source.find(gram)) >= 0), default=0)
    return min(len(bigrams(source[:first]) - bigrams(clause)), 10) / 10


def _window(words: Sequence[frozenset[str]], there: Sequence[str]) -> float:
    """The fewest neighbouring clauses that hold every word found at all."""
    homes = [(n, k) for n, c in enumerate(there) for k, w in enumerate(words) if _share([w], bigrams(c)) >= 0.6]
    wanted = {k for _, k in homes}
    if not wanted:
        return 0.0
    least = len(there)
    for start in range(len(there)):
        seen: set[int] = set()
        for end in range(start, min(start + least, len(there))):
            seen |= {k for n, k in homes if n == end}
            if seen == wanted:
                least = min(least, end - start + 1)
                break
    return float(min(least, _FAR))


def _figures(clause: str, there: Sequence[str]) -> tuple[float, float]:
    """For the worst figure of the clause: how much of the clause stands in the figure's own clause, and there or beside it."""
    words = _words(clause)
    home = near = 1.0
    for value in find_values(clause):
        places = [n for n, c in enumerate(there) if any(v.canonical == value.canonical for v in find_values(c))]
        if not places or not words:
            continue
        own = max(_share(words, bigrams(there[n])) for n in places)
        wide = max(
            _share(words, frozenset().union(*(bigrams(c) for c in there[max(0, n - 1) : n + 2]))) for n in places
        )
        home, near = min(home, own), min(near, wide)
    return home, near


@lru_cache(maxsize=8192)
def _edits(claim: str, source: str) -> dict[str, float]:
    """Characters cut from the clause ``source`` and put in to make the clause ``claim``, by where and how."""
    found = dict.fromkeys(
        (
            "cut_front",
            "cut_inner",
            "cut_limit",
            "cut_listed",
            "cut_tail",
            "put_inner",
            "exchanged",
            "exchanged_chars",
        ),
        0.0,
    )
    codes = SequenceMatcher(None, claim, source, autojunk=False).get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(codes):
        said, has = claim[a:b], source[c:d]
        if tag == "equal":
            continue
        first, last = number == 0, number == len(codes) - 1
        if tag == "insert" or (tag == "replace" and (first or last)):
            name = (
                "cut_front" if first else "cut_tail" if last else "cut_listed" if has.strip() and "、" in has else None
            )
            found[name or "cut_inner"] += len(has)
            if not last and (_LIMITING.search(has) or source[c : d + 1].endswith("的")):
                found["cut_limit"] += len(has)
        elif tag == "delete":
            found["put_inner"] += 0 if first or last else len(said)
        elif tag == "replace" and not _alike(said, has):
            found["exchanged"] += 1
            found["exchanged_chars"] += max(len(said), len(has))
    return found


@lru_cache(maxsize=8192)
def _alike(said: str, has: str) -> bool:
    """Whether one may stand for the other: synonyms, or mostly the same characters."""
    if set(said) & set(has) and len(set(said) ^ set(has)) <= 1:
        return True
    return any(o in has or has in o for t in find_terms(said) for o in t.others if len(o) >= 2)
