"""What stands in the source and is said the other way round (对调): who does it to whom, which case has which rule.

Every word of such a claim stands in its source, so neither wording nor a reader that looks for strange words finds it. Three
forms are told apart by where the words stand: two parties on either side of a word that directs (甲向乙 said as 乙向甲), a denial
moved between two clauses, and the rule of one case said of another case of the same passage. Each is a fault only where both sides are
crossed: a claim that merely turns the sentence (由…负责) crosses none. The trap: a merged sentence also takes its words from two
places, but then each place gives its own case with its own rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import Fault, Paired
from corpus import fitted
from corpus.enumeration import without_marks
from corpus.facts import facts_of
from corpus.grammar import form, split_at
from corpus.numerals import canonical_values
from corpus.text import fold, sentence_spans

_DIRECTS, _FIRST_THEN, _IN_ORDER = form("claim.directs"), form("claim.first_then"), form("claim.in_order")
_SURE = fitted.number("verification.exchanges.sure")
_PARTY = fitted.number("verification.exchanges.party")
_NAMED = fitted.number("verification.exchanges.named")
_UNNAMED = fitted.number("verification.exchanges.unnamed")
_TOLD = fitted.number("verification.exchanges.told")
_MORE = fitted.number("verification.exchanges.more")
_MATTER = fitted.number("verification.exchanges.matter")
_BEHIND, _CROSSED, _LONGEST, _AROUND = 14, 2, 60, 6
_LONGEST_LABEL, _LEAST_RULE = 36, 4
_STOPS = "，,；;：:。！？|\n"
_CELLS = "：:|"


def exchanged_roles(claim: str, sources: Sequence[str]) -> Fault | None:
    """Two parties exchanged around a word that directs one to the other.

    >>> source = ["市服务中心应当向县财政局报送名单。"]
    >>> exchanged_roles("县财政局应当向市服务中心报送名单。", source).detail
    '与原文相反：原文是“市服务中心应当向县财政局报送名单”'
    >>> exchanged_roles("名单由市服务中心向县财政局报送。", source)
    """
    mine = fold(claim)
    grams = bigrams(mine)
    for source in sources:
        for sentence in (span.of(source) for span in sentence_spans(source)):
            theirs = fold(sentence)
            if len(grams & bigrams(theirs)) < _SURE * len(grams):
                continue
            for said in _DIRECTS.finditer(mine):
                before, behind = bigrams(mine[: said.start()]), bigrams(_near(mine, said.end()))
                for has in _DIRECTS.finditer(theirs):
                    if has.group() != said.group():
                        continue
                    first, second = bigrams(theirs[: has.start()]), bigrams(_near(theirs, has.end()))
                    moved_back = (behind & first) - second
                    moved_on = (before & second) - first
                    if not moved_back or not moved_on or len(moved_back) + len(moved_on) <= _CROSSED:
                        continue
                    stayed = len((before & first) - second) < len(moved_on)
                    parties = len(moved_back) >= _PARTY * len(behind) and len(moved_on) >= _PARTY * len(second)
                    if stayed or parties:
                        return Fault("roles", f"与原文相反：原文是“{sentence.strip(_STOPS + ' ')}”")
    return None


def _near(text: str, start: int) -> str:
    """What stands right behind ``start``, to the end of its clause."""
    return split_at(_STOPS, text[start : start + _BEHIND])[0] if text[start : start + _BEHIND] else ""


def exchanged_denials(pairs: Sequence[Paired]) -> Fault | None:
    """One clause denied that the source affirms, and another affirmed that it denies: the denial has moved.

    >>> from assistant.verification.checks import pair
    >>> exchanged_denials(pair("孤儿可享受甲类补贴，不享受乙类补贴。", ["孤儿不享受甲类补贴，可享受乙类补贴。"])).kind
    'denials'
    """
    added = [p for p in pairs if p.share >= _SURE and _denies(p.claim) and not _denies(p.source)]
    lost = [p for p in pairs if p.share >= _SURE and not _denies(p.claim) and _denies(p.source)]
    if added and lost and added[0].source != lost[0].source:
        return Fault("denials", f"与原文相反：原文是“{lost[0].source}”，“{added[0].source}”")
    return None


def exchanged_order(claim: str, sources: Sequence[str]) -> Fault | None:
    """What a claim puts first and what it puts after it (先…再…), where the source has them the other way round.

    >>> source = ["建设单位办理登记后，应当申请行政许可。"]
    >>> exchanged_order("建设单位先申请行政许可，再办理登记。", source).kind, exchanged_order("先办理登记，再申请许可。", source)
    ('order', None)
    """
    for said in _FIRST_THEN.finditer(fold(claim)):
        first, second = bigrams(said["first"]), bigrams(said["second"])
        first, second = first - second, second - first
        for source in sources:
            for sentence in (span.of(source) for span in sentence_spans(source)):
                folded = fold(sentence)
                there = bigrams(folded)
                both = [len(part & there) >= _SURE * len(part) > 0 for part in (first, second)]
                if all(both) and _IN_ORDER.search(folded) and _place(first, folded) > _place(second, folded):
                    return Fault("order", f"与原文相反：原文是“{sentence.strip(_STOPS + ' ')}”")
    return None


def _place(grams: frozenset[str], text: str) -> float:
    """Where ``grams`` stand in ``text`` on average."""
    found = [at for at in range(len(text) - 1) if text[at : at + 2] in grams]
    return sum(found) / max(len(found), 1)


@lru_cache(maxsize=8192)
def _denies(clause: str) -> bool:
    facts = facts_of(clause)
    return bool(facts.of("polarity")) or "forbid" in facts.names("duty")


def crossed_case(claim: str, sources: Sequence[str]) -> Fault | None:
    """The rule of one case said of another, whose own rule on the same matter stands beside it.

    >>> source = ["学生：缴费标准为每人400元。", "其他人员：缴费标准为每人500元。"]
    >>> crossed_case("学生缴费标准为每人500元。", source).detail
    '原文对“学生”说的是“缴费标准为每人400元”'
    >>> crossed_case("学生缴费标准为每人400元，其他人员每人500元。", source)
    """
    said, figures = bigrams(claim), canonical_values(claim)
    cases = [case for source in sources for case in _cases(source)]
    opening = {case: bigrams(fold(claim)[: len(case.label) + _AROUND]) for case in cases}
    named = [c for c in cases if len(bigrams(c.label) & opening[c]) >= _NAMED * len(bigrams(c.label))]
    for own in named:
        label = bigrams(own.label)
        rest = said - label
        of_label = figures - canonical_values(own.label)
        if not rest or (of_label and any(of_label <= canonical_values(c.content) for c in named)):
            continue
        held = max(len(rest & c.rule) for c in named)
        for other in sorted(cases, key=lambda c: -len(rest & c.rule)):
            apart, told = bigrams(other.label) - label, len(rest & other.rule)
            if other in named or len(apart) < _CROSSED or len(apart & said) > _UNNAMED * len(apart):
                continue
            exchanged = bool(of_label) and of_label <= canonical_values(other.content)
            if told < _TOLD * len(rest) or not (exchanged or held <= told - _MORE * len(rest)):
                continue
            if len((rest & own.rule) - other.rule) > _CROSSED:
                continue
            shared = len(own.rule & other.rule)
            if (own.row and other.row) or shared >= _MATTER * min(len(own.rule), len(other.rule)):
                return Fault("crossed", f"原文对“{own.label}”说的是“{own.content[:_LONGEST]}”")
    return None


@dataclass(frozen=True, slots=True)
class _Case:
    """Whom or what the first clause of a rule names, what is said of it, and the pairs of characters only that has.

    ``row``: it is a row of a table or the like, so it speaks of nobody else."""

    label: str
    content: str
    rule: frozenset[str]
    row: bool


@lru_cache(maxsize=2048)
def _cases(source: str) -> tuple[_Case, ...]:
    """Each case of ``source`` with its rule."""
    found: list[_Case] = []
    for part in split_at("；;。\n", source):
        clauses = [clause for clause in split_at(_STOPS, part) if clause.strip()]
        if len(clauses) < 2 or part.rstrip()[-1:] in _CELLS:
            continue  # a line that leads in a list rules nothing itself
        label = without_marks(clauses[0]).strip(_STOPS + " ")
        content = part.partition(clauses[0])[2].strip(_STOPS + " ")
        rule = bigrams(content) - bigrams(label)
        if 2 <= len(label) <= _LONGEST_LABEL and len(rule) >= _LEAST_RULE:
            found.append(_Case(fold(label), content, rule, part.partition(clauses[0])[2].lstrip()[:1] in _CELLS))
    return tuple(found)


def exchanges(claim: str, sources: Sequence[str], pairs: Sequence[Paired]) -> list[Fault]:
    """Every exchange of ``claim`` beside ``sources``, its clauses paired as ``pairs``."""
    found = (
        exchanged_roles(claim, sources),
        exchanged_order(claim, sources),
        exchanged_denials(pairs),
        crossed_case(claim, sources),
    )
    return [fault for fault in found if fault]
