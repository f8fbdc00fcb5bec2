"""A claim laid against its evidence, as numbers (比对结果): what :mod:`assistant.verification.rule` weighs.

One pass: the evidence is chosen, clauses are paired, typed facts compared, wording measured, the reader asked. The names
in :data:`FEATURES` are the contract with the fitted rule; adding one means fitting again. The trap: a feature must mean
the same for a passage of one sentence and of ten, so everything is measured on the chosen sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from assistant.retrieval.matching import Weights, bigrams
from assistant.verification import claims, organs
from assistant.verification.checks import (
    Fault,
    Paired,
    contrast_faults,
    denial_faults,
    duty_faults,
    figure_faults,
    pair,
    polarity_faults,
    strict_faults,
)
from assistant.verification.evidence import Sentence, focused
from assistant.verification.limits import limit_faults
from assistant.verification.members import member_faults
from assistant.verification.notation import same_notation
from assistant.verification.placing import PLACINGS, placed
from assistant.verification.reasons import other_body
from corpus.facts import facts_of
from corpus.regions import gazetteer
from corpus.text import fold
from index.entailment import Entailment, Opinion

FAULTS = (
    "bound", "bound_added", "bound_lost", "side", "side_lost", "unit", "swap", "opposed", "contrast", "unheard_other", "unheard",
    "duty_raised", "duty_turned", "duty_lowered", "strict_added", "strict_copied", "denial_lost",
    "forbid_added", "forbid_lost", "stronger", "weaker", "softened", "hardened", "other_soft",
    "lost_may", "lost_encourage", "lost_try", "lost_aim", "lost_gradual", "denied", "affirmed", "parity",
    "condition_lost", "condition_added", "exception_lost", "exception_added",
    "all_added", "some_added", "only_added", "all_lost", "some_lost", "only_lost",
    "stray_value", "stray_date", "stray_title", "swapped_value", "stray_place", "stray_body", "wrong_lead",
)  # fmt: skip
NUMBERS = (
    "cover", "cover_best", "masked", "words_missing", "words_share", "run", "ratio", "pair_low", "pair_mean", "first_pair",
    "replaced", "inserted", "deleted", "length", "evidence_length", "sentences", "order", "head", "turned", "tail",
)  # fmt: skip
FEATURES = FAULTS + NUMBERS + PLACINGS


@dataclass(frozen=True, slots=True)
class Comparison:
    """The faults found, the feature vector in the order of :data:`FEATURES`, and the clauses paired."""

    faults: tuple[Fault, ...]
    values: tuple[float, ...]
    opinion: Opinion | None
    pairs: tuple[Paired, ...] = ()

    def of(self, name: str) -> float:
        return self.values[FEATURES.index(name)]


def compare(
    claim: str, chosen: Sequence[Sentence], weights: Weights, entailment: Entailment | None = None, *, known: str = ""
) -> Comparison:
    """``claim`` against the ``chosen`` sentences; ``known`` is what it may also say (names, headings, what was asked)."""
    whole = [s.text for s in chosen]
    ground, texts = "\n".join([*whole, known]), focused(claim, whole)
    pairs = pair(claim, texts)
    sources = [facts_of(t) for t in texts]
    main = _main(claim, texts, weights)
    faults = [
        *figure_faults(facts_of(claim), sources),
        *contrast_faults(pairs, claim, [*texts, known]),
        *duty_faults(pairs),
        *strict_faults(pairs, texts),
        *polarity_faults(pairs),
        *denial_faults(pairs),
        *limit_faults(claim, main, texts),
        *member_faults(claim, whole),
        *filter(None, [other_body(claim, whole)]),
    ]
    told = (
        ("stray_value", claims.stray_values(claim, ground)),
        ("stray_date", claims.stray_dates(claim, ground)),
        ("stray_title", claims.stray_titles(claim, ground)),
        ("swapped_value", claims.swapped_values(claim, " ".join(whole))),
        ("stray_place", _stray_place(claim, ground)),
        ("stray_body", organs.stray_body(claim, ground)),
        ("wrong_lead", organs.wrong_lead(claim, whole)),
    )
    faults += [Fault(kind, detail) for kind, detail in told if detail]
    opinion = entailment.judge(same_notation(claim, texts, known), texts) if entailment and texts else None
    counts = Counter(f.kind for f in faults)
    numbers = _numbers(claim, texts, main, weights, known, [p.share for p in pairs])
    places = placed(claim, texts, pairs)
    values = [
        *(min(counts[name], 3) for name in FAULTS),
        *(numbers[name] for name in NUMBERS),
        *(places[name] for name in PLACINGS),
    ]
    return Comparison(tuple(faults), tuple(float(v) for v in values), opinion, pairs)


def _main(claim: str, texts: Sequence[str], weights: Weights) -> list[str]:
    """The sentence that says most of the claim, and those that say nearly as much."""
    grams = bigrams(claim)
    shares = [weights.share(grams, bigrams(t)) for t in texts]
    return [t for t, s in zip(texts, shares, strict=True) if s >= 0.75 * max(shares)] if texts else []


def _numbers(
    claim: str,
    texts: Sequence[str],
    main: Sequence[str],
    weights: Weights,
    known: str,
    shares: Sequence[float],
) -> dict[str, float]:
    grams, folded = bigrams(claim), fold(claim)
    have = frozenset().union(*(bigrams(t) for t in texts), bigrams(known))
    units = weights.units(claim)
    best = max(texts, key=lambda t: weights.share(grams, bigrams(t)), default="")
    missing, total = _missing_words(claim, have, fold("".join([*texts, known])))
    edits = _edits(folded, fold(best))
    return {
        "cover": weights.share(grams, have),
        "cover_best": max((weights.share(grams, bigrams(t)) for t in texts), default=0.0),
        "masked": weights.coverage(units, have),
        "words_missing": float(missing),
        "words_share": missing / max(total, 1),
        "run": float(min(_longest_run(folded, have), 12)),
        "ratio": edits[0],
        "pair_low": min(shares, default=0.0),
        "pair_mean": sum(shares) / max(len(shares), 1),
        "first_pair": shares[0] if shares else 0.0,
        "replaced": edits[1],
        "inserted": edits[2],
        "deleted": edits[3],
        "length": min(len(folded) / 100, 2.0),
        "evidence_length": min(sum(map(len, texts)) / 200, 3.0),
        "sentences": float(len(texts)),
        "order": _in_order(folded, fold("".join(texts))),
        "head": _head(folded, fold("".join([*main, known]))),
        "turned": _turned(claim, best),
        "tail": _tail(folded, fold("".join([*main, known]))),
    }


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Words of two characters or more."""
    import jieba

    return tuple(w for w in jieba.cut(text) if len(w) >= 2 and w[0] >= "\u4e00")


def _missing_words(claim: str, have: frozenset[str], whole: str) -> tuple[int, int]:
    """Content words of the claim of which the evidence has no part nor a synonym, and how many there are."""
    from corpus.synonyms import find_terms

    words = words_of(claim)
    missing = 0
    for word in words:
        folded = fold(word)
        if folded in whole or bigrams(folded) & have:
            continue
        others = [o for t in find_terms(folded) for o in t.others]
        missing += not any(o in whole for o in others)
    return missing, len(words)


def _longest_run(folded: str, have: frozenset[str]) -> int:
    """The longest stretch of Chinese characters no bigram of which the evidence has."""
    longest = run = 0
    for a, b in pairwise(folded):
        chinese = "\u4e00" <= a <= "\u9fff" and "\u4e00" <= b <= "\u9fff"
        run = run + 1 if chinese and a + b not in have else 0
        longest = max(longest, run)
    return longest


def _edits(claim: str, source: str) -> tuple[float, float, float, float]:
    """How alike claim and sentence are, and characters replaced, inserted and deleted inside the matched stretch."""
    matcher = SequenceMatcher(None, claim, source, autojunk=False)
    codes = matcher.get_opcodes()
    equal = sum(b - a for tag, a, b, _, _ in codes if tag == "equal")
    inner = codes[1:-1] if len(codes) > 2 else codes
    replaced = sum(max(b - a, d - c) for tag, a, b, c, d in inner if tag == "replace")
    inserted = sum(b - a for tag, a, b, _, _ in inner if tag == "delete")
    deleted = sum(d - c for tag, _, _, c, d in inner if tag == "insert")
    size = max(len(claim), 1)
    return equal / size, min(replaced, 30) / 10, min(inserted, 30) / 10, min(deleted, 60) / 20


def _in_order(claim: str, source: str) -> float:
    """Share of neighbouring claim bigrams found in the evidence that stand there in the same order."""
    places = [source.find(claim[i : i + 2]) for i in range(len(claim) - 1)]
    found = [p for p in places if p >= 0]
    steps = list(pairwise(found))
    return sum(0 < b - a <= 12 for a, b in steps) / len(steps) if steps else 0.0


def _head(claim: str, source: str) -> float:
    """How much of the claim's first words, its subject, the main sentence has."""
    grams = bigrams(claim[:8])
    return len(grams & bigrams(source)) / len(grams) if grams else 1.0


def _tail(claim: str, source: str) -> float:
    """How much of the claim's last words the main sentence has."""
    grams = bigrams(claim.rstrip("。;.!")[-8:])
    return len(grams & bigrams(source)) / len(grams) if grams else 1.0


def _turned(claim: str, source: str) -> float:
    """Share of neighbouring words of the claim that stand in the other order in the sentence, both near each other."""
    folded = fold(source)
    found = [(w, folded.find(fold(w))) for w in words_of(claim)]
    there = [(w, at) for w, at in found if at >= 0 and folded.count(fold(w)) == 1]
    steps = list(pairwise(there))
    return sum(b[1] < a[1] for a, b in steps) / len(steps) if steps else 0.0


def _stray_place(claim: str, ground: str) -> str | None:
    """A place of the claim that the evidence does not name, neither whole nor by its short name."""
    whole = fold(ground)
    for mention in gazetteer().find(claim):
        name = fold(mention.span.of(claim))
        if name not in whole and name.rstrip("省市县区州盟旗") not in whole:
            return f"原文没有提到“{mention.span.of(claim)}”"
    return None
