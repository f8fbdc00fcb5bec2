"""Typed facts of a claim against those of its evidence (逐项比对): what differs, class by class, and how surely.

Each check takes the claim and the chosen sentences, pairs their clauses, and names what is otherwise: another bound at the
same figure, the other side of a date, another member of a contrast set, a stronger or weaker duty, a negation turned
round, a condition or exception of the evidence that the claim leaves out. What counts how much is fitted
(:mod:`assistant.verification.rule`), never decided here. The trap: clauses that say the same thing must be paired first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.retrieval.matching import bigrams
from corpus.alike import alike_units
from corpus.contrasts import conflicts, contrast_sets, mentions
from corpus.facts import Facts, Figure, Word, facts_of
from corpus.grammar import form
from corpus.parallel import ordinals_of
from corpus.text import fold
from corpus.types import Span

CUT = re.compile(r"[,;。!?:\n]")
_MERGED, _FORBIDDEN = 2, 0.6
_TAKEN_OVER, _SHORT = 0.75, 8
"""Share of a clause's bigrams from which it is taken over as it stands; characters of a change that is one word."""
_WHOLE = 0.2
"""What a clause gains that opens with the claim's clause word for word, over one that has its words around others (满 and 不满)."""
RESTS = 0.4
"""Share from which a clause of the claim rests on the clause it is paired with."""
_BEHIND, _DENIED = 4, 1
"""Characters beside a word that denies in which stands what it denies."""
_TOPIC = form("claim.topic")
_ONE_AT_A_TIME = frozenset({"direction", "modality", "bound"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a claim says otherwise: ``kind`` is a code, ``detail`` a Chinese clause for people."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Paired:
    """A clause of the claim and the clause of the evidence that says most of it; ``share`` of it, in [0, 1].

    ``sentence`` are the clauses of the sentence ``source`` is from, ``at`` its place among them.
    """

    claim: str
    source: str
    share: float
    sentence: tuple[str, ...] = ()
    at: int = 0

    @property
    def near(self) -> tuple[str, ...]:
        """Clauses beside the source that say some of the claim's clause too: two clauses merged into one."""
        grams = _content(self.claim)
        return tuple(c for c in self.beside if len(grams & _content(c)) >= _MERGED)

    @property
    def beside(self) -> tuple[str, ...]:
        """The clauses right before and right behind the source's."""
        return self.sentence[max(0, self.at - 1) : self.at] + self.sentence[self.at + 1 : self.at + 2]


@lru_cache(maxsize=8192)
def clauses_of(text: str) -> tuple[str, ...]:
    """Clauses of folded text; one of fewer than four characters goes with the next."""
    found: list[str] = []
    held = ""
    for part in CUT.split(fold(text)):
        held += part
        if len(held) >= 4:
            found.append(held)
            held = ""
    if held:
        found.append(held) if not found else found.append(found.pop() + held)
    return tuple(found)


def pair(claim: str, sources: Sequence[str]) -> tuple[Paired, ...]:
    """Each clause of the claim with its best clause of the evidence, words of duty and negation aside."""
    theirs = [(clauses, n, _content(c)) for clauses in map(clauses_of, sources) for n, c in enumerate(clauses)]
    found: list[Paired] = []
    for clause in clauses_of(claim):
        grams = _content(clause)
        best = Paired(clause, "", 0.0)
        for clauses, at, other in theirs:
            common = len(grams & other)
            value = common / max(len(grams), 1) + 0.1 * common / max(len(other), 1)
            value += _WHOLE * (len(clause) >= _SHORT and clauses[at].startswith(clause))
            if value > best.share:
                best = Paired(clause, clauses[at], value, clauses, at)
        found.append(replace(best, share=min(best.share, 1.0)))
    return tuple(found)


@lru_cache(maxsize=16384)
def _content(clause: str) -> frozenset[str]:
    for word in sorted(facts_of(clause).words, key=lambda w: -w.span.start):
        if word.kind in ("duty", "polarity"):
            clause = clause[: word.span.start] + clause[word.span.end :]
    return bigrams(clause)


def _beside(pairs: Sequence[Paired], one: Paired) -> tuple[str, ...]:
    """The other clauses of the claim that rest on the same clause of the source, and those that go on from one that only says of whom
    or when (对…的劳动者，): what they say of it is said by all."""
    place = next(n for n, p in enumerate(pairs) if p is one)
    topic = _TOPIC.match(one.claim) is not None
    return tuple(
        p.claim
        for n, p in enumerate(pairs)
        if p is not one and ((topic and n > place) or (p.share >= RESTS and (p.source, p.at) == (one.source, one.at)))
    )


def same_figures(claim: Facts, sources: Sequence[Facts]) -> list[tuple[Figure, Figure]]:
    """Each figure of the claim with the figure of like value and unit that stands in the likest place of the evidence."""
    found: list[tuple[Figure, Figure]] = []
    for figure in claim.figures:
        around = _around(claim.text, figure)
        same = [(f, s) for s in sources for f in s.figures if f.canonical == figure.canonical]
        if same:
            best = max(
                same,
                key=lambda p: (alike_units(figure.unit, p[0].unit), _overlap(around, _around(p[1].text, p[0]))),
            )
            found.append((figure, best[0]))
    return found


def _around(text: str, figure: Figure) -> frozenset[str]:
    return bigrams(text[max(0, figure.span.start - 16) : figure.span.start]) | bigrams(
        text[figure.span.end : figure.span.end + 12]
    )


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left | right else 0.0


def figure_faults(claim: Facts, sources: Sequence[Facts]) -> list[Fault]:
    """Bounds, sides and units that differ at figures both state."""
    found: list[Fault] = []
    for mine, theirs in same_figures(claim, sources):
        said = claim.text[mine.span.start : mine.span.end]
        if said == "一" or "号" in (mine.unit, theirs.unit):  # 一次, 一天: an article; 4号: what a document is numbered
            continue
        if _is_ordinal(claim, mine) or any(theirs in s.figures and _is_ordinal(s, theirs) for s in sources):
            continue  # 两年 is no other unit of 第二类
        if mine.bound != theirs.bound:
            kind = "bound" if mine.bound and theirs.bound else ("bound_added" if mine.bound else "bound_lost")
            found.append(Fault(kind, _differs(claim, mine, theirs, sources, "bound")))
        if mine.side != theirs.side:
            kind = "side" if mine.side and theirs.side else "side_lost"
            found.append(Fault(kind, _differs(claim, mine, theirs, sources, "side")))
        if mine.unit and theirs.unit and not alike_units(mine.unit, theirs.unit):
            found.append(Fault("unit", f"原文是“{said}{theirs.unit}”，不是“{said}{mine.unit}”"))
    return found


def _is_ordinal(facts: Facts, figure: Figure) -> bool:
    return any(one.span.overlaps(figure.span) for one in ordinals_of(facts.text))


def _differs(claim: Facts, mine: Figure, theirs: Figure, sources: Sequence[Facts], kind: str) -> str:
    """What limits a figure in the source and in the claim: ``原文的“60”带“不少于”，这里没有``."""
    said = claim.text[mine.span.start : mine.span.end]
    source = next((s for s in sources if theirs in s.figures), None)
    here, there = _limit(claim, mine, kind), _limit(source, theirs, kind) if source else ""
    if here and there:
        return f"原文的“{said}”带“{there}”，不是“{here}”"
    return f"原文的“{said}”带“{there}”，这里没有" if there else f"原文的“{said}”不带“{here}”"


def _limit(facts: Facts, figure: Figure, kind: str) -> str:
    """The word that limits ``figure``, nearest to it; "" where none does."""
    name = figure.bound if kind == "bound" else figure.side
    words = [w for w in facts.of(kind) if w.name == name]
    near = min(
        words, key=lambda w: min(abs(w.span.start - figure.span.end), abs(w.span.end - figure.span.start)), default=None
    )
    return near.text if near and name else ""


def contrast_faults(pairs: Sequence[Paired], claim: str, sources: Sequence[str]) -> list[Fault]:
    """Members of contrast sets: exchanged in like places, exchanged between clauses, or nowhere in the evidence."""
    found: list[Fault] = []
    for p in pairs:
        if p.share >= 0.45:
            found += [Fault("swap", f"原文此处是“{has}”，不是“{said}”") for said, has in _swapped(p.claim, p.source)]
            found += [Fault("contrast", f"原文说的是“{c.has}”，不是“{c.said}”") for c in conflicts(p.claim, p.source)]
    sets, whole = contrast_sets(), fold("".join(sources))
    found += [Fault("opposed", f"原文是“{has}”，不是“{said}”") for said, has in _opposed(fold(claim), whole)]
    there: dict[int, set[int]] = {}
    for number, member, _ in mentions(whole):
        there.setdefault(number, set()).add(member)
    folded = fold(claim)
    duties = frozenset().union(*(facts_of(s).names("duty") for s in sources)) if sources else frozenset()
    shared = [w.span for w in facts_of(folded).of("duty") if w.name in duties]
    for number, member, span in mentions(folded):
        if member not in there.get(number, ()) and not any(s.overlaps(span) for s in shared):
            other = "unheard_other" if there.get(number) else "unheard"
            found.append(Fault(other, f"原文没有说“{span.of(folded)}”（{sets[number].name}）"))
    return found


def _opposed(claim: str, source: str) -> list[tuple[str, str]]:
    """The same thing said with another member of a set: 降低诊疗 where the source has 提高诊疗 and nowhere 降低诊疗."""
    theirs = [(number, member, _neighbours(source, span), span) for number, member, span in mentions(source)]
    sets, there = contrast_sets(), {(number, member) for number, member, _, _ in theirs}
    found: list[tuple[str, str]] = []
    for number, member, span in mentions(claim):
        if (number, member) in there and sets[number].kind not in _ONE_AT_A_TIME:
            continue  # both stand there, as 卫生院 and 村卫生室 do in a list
        for side, what in enumerate(_neighbours(claim, span)):
            if len(what) < 2:
                continue
            same = [(m, s) for n, m, beside, s in theirs if n == number and beside[side] == what]
            if same and all(m != member for m, _ in same):
                found.append((span.of(claim), same[0][1].of(source)))
                break
    return found


def _neighbours(text: str, span: Span) -> tuple[str, str]:
    """The two Chinese characters behind a word and the two before it, "" where there are fewer."""
    behind, before = text[span.end : span.end + 2], text[max(0, span.start - 2) : span.start]
    return tuple(t if len(t) == 2 and all("\u4e00" <= c <= "\u9fff" for c in t) else "" for t in (behind, before))  # type: ignore[return-value]


@lru_cache(maxsize=8192)
def _swapped(claim: str, source: str) -> tuple[tuple[str, str], ...]:
    """Members of one set that stand where the other text has another: ``(said, has)``."""
    mine, theirs = mentions(claim), mentions(source)
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, claim, source, autojunk=False).get_opcodes():
        if tag != "replace":
            continue
        here = [m for m in mine if m[2].overlaps(Span(a, b))]
        has = [m for m in theirs if m[2].overlaps(Span(c, d))]
        for number, member, span in here:
            others = [s for n, m, s in has if n == number and m != member]
            if others and not any(n == number and m == member for n, m, _ in has):
                found.append((span.of(claim), others[0].of(source)))
    return tuple(found)


def duty_faults(pairs: Sequence[Paired]) -> list[Fault]:
    """A duty stronger or weaker than the paired clause's, and soft words (探索, 鼓励, 力争, 逐步) left out."""
    found: list[Fault] = []
    once: dict[str, frozenset[str]] = {}
    for p in pairs:
        once[p.source] = once.get(p.source, frozenset()) | facts_of(p.claim).names("duty")
    for p in pairs:
        if p.share < 0.4:
            continue
        mine, theirs = facts_of(p.claim).names("duty"), facts_of(p.source).names("duty")
        if not mine:
            mine = once[p.source] & theirs  # said once for all of it: 探索甲，以及乙
        if mine == theirs:
            continue
        near = theirs.union(*(facts_of(c).names("duty") for c in p.near))
        beside_it = near.union(*(facts_of(c).names("duty") for c in p.beside))
        if "forbid" in mine and "forbid" not in near and not facts_of(p.source).of("polarity") and not _forbidden(p):
            found.append(Fault("forbid_added", f"原文此处没有“{_duty_words(p.claim, {'forbid'})}”"))
        beside = _beside(pairs, p)
        denied = any(facts_of(c).of("polarity") or "forbid" in facts_of(c).names("duty") for c in (p.claim, *beside))
        if "forbid" in theirs and not denied:
            found.append(Fault("forbid_lost", f"原文是“{_duty_words(p.source, {'forbid'})}”，这里没有"))
        soft = theirs & {"may", "encourage", "try", "aim", "gradual"}
        hard = mine & {"must", "sure", "at_once"}
        if hard == {"must"} and _approved(p):
            continue  # 须经批准 is what 经批准，可以 says
        if hard and soft and not mine & soft and not near & {"must", "sure", "at_once"}:
            found.append(
                Fault("stronger", f"原文只是“{_duty_words(p.source, soft)}”，不是“{_duty_words(p.claim, hard)}”")
            )
        if not mine and soft:
            found.append(Fault(f"lost_{min(soft)}", f"原文还有限定“{_duty_words(p.source, soft)}”"))
        loose = mine & {"may", "encourage", "try", "aim", "gradual"}
        if loose and theirs & {"must", "sure", "forbid"} and not loose & near:
            hard_there = theirs & {"must", "sure", "forbid"}
            told = f"原文是“{_duty_words(p.source, hard_there)}”，不只是“{_duty_words(p.claim, loose)}”"
            found.append(Fault("weaker", told))
        if loose and not theirs and not loose & beside_it:
            found.append(Fault("softened", f"原文此处没有“{_duty_words(p.claim, loose)}”"))
        if loose and soft and not loose & soft:
            found.append(
                Fault("other_soft", f"原文是“{_duty_words(p.source, soft)}”，不是“{_duty_words(p.claim, loose)}”")
            )
        before = frozenset().union(*(facts_of(c).names("duty") for c in p.sentence[: p.at]))
        if hard and not theirs and not hard & beside_it and not (before and before <= {"must", "sure", "at_once"}):
            found.append(Fault("hardened", f"原文此处没有“{_duty_words(p.claim, hard)}”"))
    return found


def _approved(pair: Paired) -> bool:
    """Whether all that the claim's clause says must be is an approval that the source's clause names too (须经…批准)."""
    mine, theirs = facts_of(pair.claim), facts_of(pair.source)
    if "approved" not in mine.names("condition") & theirs.names("condition"):
        return False
    starts = {w.span.start for w in mine.of("condition") if w.name == "approved"}
    return all(w.span.end in starts for w in mine.of("duty") if w.name == "must")


def _duty_words(clause: str, names: Collection[str]) -> str:
    """The words of ``clause`` of the classes ``names`` of duty, as they stand."""
    return "、".join(dict.fromkeys(w.text for w in facts_of(clause).of("duty") if w.name in names))


def _forbidden(pair: Paired) -> bool:
    """Whether what the claim's clause forbids is forbidden by another clause of the same sentence, its subject said once."""
    word = max(facts_of(pair.claim).of("duty"), key=lambda w: (w.name == "forbid", w.span.start))
    grams = _content(pair.claim[word.span.end :])
    return bool(grams) and any(
        "forbid" in facts_of(c).names("duty") and len(grams & _content(c)) >= _FORBIDDEN * len(grams)
        for c in pair.sentence
    )


_LEVELS = {"forbid": 0, "may": 1, "encourage": 1, "try": 1, "gradual": 2, "aim": 2, "must": 3, "sure": 3, "at_once": 3}
"""Duties by how much they leave open; soft aims and a plain duty may be told apart by the words around them only."""


def strict_faults(pairs: Sequence[Paired], sources: Sequence[str]) -> list[Fault]:
    """A duty put in the place of another, and words that leave no choice where the source has none."""
    found: list[Fault] = []
    strict_there = any(facts_of(s).of("strict") for s in sources)
    for p in pairs:
        if p.share < 0.5:
            continue
        exchanged = _duty_exchanged(p.claim, p.source)
        if exchanged:
            kind, said, has = exchanged
            found.append(Fault(kind, f"原文此处是“{has}”，不是“{said}”"))
        mine, theirs = facts_of(p.claim), facts_of(p.source)
        if mine.of("strict") and not theirs.of("strict") and not theirs.names("duty") & {"forbid", "must"}:
            copied = p.share >= _TAKEN_OVER and not strict_there
            word = mine.of("strict")[0].text
            found.append(Fault("strict_copied" if copied else "strict_added", f"原文没有“{word}”这样强的要求"))
    return found


@lru_cache(maxsize=8192)
def _duty_exchanged(claim: str, source: str) -> tuple[str, str, str] | None:
    """``(kind, said, has)`` where a duty of the claim stands in the place of a stronger or weaker one of the source."""
    mine, theirs = facts_of(claim).of("duty"), facts_of(source).of("duty")
    if not mine or not theirs:
        return None
    for tag, a, b, c, d in SequenceMatcher(None, claim, source, autojunk=False).get_opcodes():
        if tag != "replace" or max(b - a, d - c) > _SHORT:
            continue
        said = [w for w in mine if w.span.overlaps(Span(a, b))]
        has = [w for w in theirs if w.span.overlaps(Span(c, d))]
        if not said or not has:
            continue
        strong, there = max(_LEVELS[w.name] for w in said), max(_LEVELS[w.name] for w in has)
        strict = any(w.span.overlaps(s.span) for w in said for s in facts_of(claim).of("strict"))
        if strong == 3 and (there == 1 or (there == 2 and strict)):
            return "duty_raised", said[0].text, has[0].text
        if (strong == 0) != (there == 0):
            return "duty_turned", said[0].text, has[0].text
        if there == 3 and strong == 1:
            return "duty_lowered", said[0].text, has[0].text
    return None


def polarity_faults(pairs: Sequence[Paired]) -> list[Fault]:
    """A clause that denies what its pair affirms, or the other way."""
    found: list[Fault] = []
    for p in pairs:
        if p.share < 0.4:
            continue
        said, there = _denials(p.claim), _denials_taken(p)
        mine, theirs = len(said), len(there)
        if (
            mine
            and not theirs
            and (
                any(facts_of(c).of("polarity") for c in p.near)
                or ("forbid" in facts_of(p.claim).names("duty") and _forbidden(p))
            )
        ):
            continue
        if theirs and not mine and any(facts_of(c).of("polarity") for c in _beside(pairs, p)):
            continue
        if bool(mine) != bool(theirs):
            told = (
                f"原文此处没有“{said[0].text}”"
                if mine
                else f"原文是“{_with_behind(p.source, there[0])}”，这里没有“{there[0].text}”"
            )
            found.append(Fault("denied" if mine else "affirmed", told))
        elif mine % 2 != theirs % 2:
            words = "、".join(f"“{_with_behind(p.source, word)}”" for word in there)
            found.append(Fault("parity", f"原文是{words}，肯定与否定和原文不一致"))
    return found


def _denials(clause: str) -> tuple[Word, ...]:
    """The words of ``clause`` that deny something: 除外 only says of whom it does not hold, and is compared as an exception."""
    excepted = [w.span for w in facts_of(clause).of("exception")]
    return tuple(w for w in facts_of(clause).of("polarity") if not any(w.span.overlaps(e) for e in excepted))


def _denials_taken(pair: Paired) -> tuple[Word, ...]:
    """The words of the source's clause that deny something the claim's clause speaks of: not 终止 in a 终止时间 it leaves out."""
    clause = pair.source
    return tuple(
        word
        for word in _denials(clause)
        if not (behind := clause[word.span.end : word.span.end + _BEHIND]) or bigrams(behind) & bigrams(pair.claim)
        or bigrams(clause[max(0, word.span.start - _BEHIND) : word.span.start]) & bigrams(pair.claim)
    )  # fmt: skip


def _with_behind(clause: str, word: Word) -> str:
    """The word with what it denies: 不设救助."""
    return clause[word.span.start : word.span.end + _BEHIND]


def denial_faults(pairs: Sequence[Paired]) -> list[Fault]:
    """A word that denies or forbids, left out of a clause that is otherwise taken over nearly as it stands."""
    found: list[Fault] = []
    for p in pairs:
        if p.share < _TAKEN_OVER:
            continue
        lost = _denial_left_out(p.claim, p.source)
        kept = any(w.kind == "polarity" or w.name == "forbid" for c in _beside(pairs, p) for w in facts_of(c).words)
        if lost and not kept and not _stands(p.source, lost, pairs):
            found.append(Fault("denial_lost", f"原文是“{lost.text}”，这里漏掉了"))
    return found


def _stands(source: str, word: Word, pairs: Sequence[Paired]) -> bool:
    """Whether another clause of the claim has the word of ``source`` with what it denies: 无检测条件的, 应当委托…."""
    denied = source[word.span.start : word.span.end + _DENIED]
    return len(denied) > len(word.text) and any(denied in p.claim for p in pairs)


@lru_cache(maxsize=8192)
def _denial_left_out(claim: str, source: str) -> Word | None:
    """The word of ``source``, or None where every one is kept or said otherwise at its place."""
    words = facts_of(source).words
    excepted = [w.span for w in words if w.kind == "exception"]  # 除外 denies nothing of what stands before its bracket
    denying = [
        w
        for w in words
        if (w.kind == "polarity" or w.name == "forbid") and not any(w.span.overlaps(e) for e in excepted)
    ]
    if not denying:
        return None
    own = [w.span for w in facts_of(claim).words if w.kind == "polarity" or w.name == "forbid"]
    if len(own) >= len(denying):
        return None
    for tag, a, b, c, d in SequenceMatcher(None, claim, source, autojunk=False).get_opcodes():
        if tag == "equal" or d - c > _SHORT:
            continue
        here = Span(max(0, a - 2), min(len(claim), b + 2))
        for word in denying:
            if word.span.overlaps(Span(c, d)) and not any(o.overlaps(here) for o in own):
                return word
    return None
