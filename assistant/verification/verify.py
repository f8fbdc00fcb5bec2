"""Is a claim supported by this evidence? (断言核验) One call, claim and passages in, verdict, reason and clauses out.

The gate of the answers, ``assistant verify`` and the page all ask here. A claim of several sentences is supported when
each of them is. What no fitted rule may wave through (a figure, date or title the evidence does not state, talk of the
system itself, foreign contact data) is settled first. The trap: "contradicted" needs a clause that says otherwise on the
same thing; where the evidence is merely silent the claim is unsupported, however wrong it may be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.retrieval.matching import Weights, bigrams
from assistant.verification import claims, reasons, restating
from assistant.verification.alternatives import wordings
from assistant.verification.borrowed import borrowed_value
from assistant.verification.checks import pair
from assistant.verification.comparison import Comparison, compare
from assistant.verification.derived import with_range, without_contrast
from assistant.verification.evidence import Sentence, choose, items_of, points_of, says_most, sentences_of, told_of_row
from assistant.verification.exchanges import exchanges
from assistant.verification.listed import told_with_leads
from assistant.verification.members import membership
from assistant.verification.rule import Rule, shipped_rule
from corpus import fitted
from corpus.condensing import without_carriers, without_others
from corpus.contrasts import contrast_sets
from corpus.docnumber import find_numbers
from corpus.enumeration import without_marks
from corpus.facts import limit_classes
from corpus.grammar import form
from corpus.parallel import narrowed, one_by_one
from corpus.respective import for_whom
from corpus.text import fold, sentence_spans
from index.entailment import Entailment

Status = Literal["supported", "contradicted", "unsupported"]

_TURNED = ("roles", "order", "denials", "crossed")
"""Said the other way round: found in 1 of 800 true claims written by hand; no other wording of the claim makes that true."""
_VETO = (
    *_TURNED,
    "borrowed",
    "stray_body",
    "stray_value",
    "stray_date",
    "stray_title",
    "denial_lost",
    "duty_raised",
    "duty_turned",
    "strict_copied",
    "joined",
    "member",
    "other_body",
)
_OTHERWISE = (
    *_TURNED,
    "borrowed",
    "joined", "member", "other_body", "stray_value", "stray_date", "denial_lost", "duty_raised", "duty_turned", "duty_lowered", "strict_copied", "strict_added",
    "swapped_value", "bound", "side", "unit", "swap", "opposed", "contrast", "forbid_added", "forbid_lost", "affirmed", "denied",
    "stronger", "weaker", "parity", "condition_lost", "exception_lost", "only_added", "all_added", "bound_added", "hardened", "softened", "unheard_other",
    "lost_may", "lost_encourage", "lost_try", "lost_aim", "lost_gradual", "some_lost", "only_lost", "bound_lost", "side_lost", "other_soft",
)  # fmt: skip
_OFTEN_TRUE = frozenset(
    ("affirmed", "denied", "parity", "hardened", "softened", "condition_lost", "exception_lost", "bound_added", "bound_lost", "side_lost", "other_soft")
)  # fmt: skip
DOUBTFUL = frozenset(
    (
        "unit",
        "swapped_value",
        "unheard_other",
        "forbid_added",
        "all_added",
        "lost_may",
        "lost_encourage",
        "lost_try",
        "some_lost",
        "only_lost",
    )
)
"""Kinds found in 1 to 3 of 100 true claims written by hand, or in as many true ones as false: they weigh, they do not decide."""
SURE = frozenset(_OTHERWISE) - _OFTEN_TRUE - DOUBTFUL
"""Kinds of fault that are seldom found in a true claim: in at most 1 of 100, and in three times as many false ones."""
_OF_VALUES = frozenset({"stray_value", "stray_date"})
_NOT_FOUND = "未找到支持这句话的原文"
_SAME_SUBJECT, _RIVAL = fitted.number("verification.verify.same_subject"), 2
_LEAST = fitted.number("verification.verify.least")
"""Probability below which nothing is supported: a comparison that finds fewer faults than the rule was fitted with makes all surer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says of a claim; ``probability`` that it is supported, in [0, 1]; ``reason`` is Chinese, for people.

    ``kind`` is the code of what is otherwise, ``cover`` how much of the claim one sentence says, in [0, 1].
    """

    status: Status
    reason: str
    evidence: tuple[Sentence, ...]
    probability: float
    kind: str = ""
    cover: float = 0.0


class Verifier:
    """Judges claims; holds what is opened once. Thread-safe where its reader is."""

    def __init__(self, weights: Weights, entailment: Entailment | None = None, rule: Rule | None = None) -> None:
        self._weights = weights
        self._entailment = entailment
        self._rule = rule or shipped_rule()
        contrast_sets(), limit_classes()  # read now, not in the first answer

    def verify(self, claim: str, passages: Sequence[str], *, known: str = "") -> Verdict:
        """The verdict on ``claim`` from ``passages`` alone.

        Args:
            known: what the claim may say besides (names and dates of the notice, its headings, what was asked).
        """
        claim = with_range(claim, passages)
        parts = [text for span in sentence_spans(claim) if (text := without_marks(span.of(claim)))]
        told = [p for p in parts if len(bigrams(without_lead(p))) >= 2 or set(p) & _DENYING]
        parts, sentences = (
            told or parts,
            sentences_of(passages),
        )  # 一样。 beside the clause that shows it says nothing more
        known = f"{known} {claims.counts(passages)}".strip()
        ground = "\n".join([*passages, known])
        found = [_lead_fault(p, ground) or self._best(without_lead(p), sentences, known) for p in parts or [claim]]
        worst = min(found, key=lambda v: (v.status == "supported", v.status != "contradicted", v.probability))
        spans = {(s.passage, s.span): s for v in found for s in v.evidence}
        ordered = tuple(spans[key] for key in sorted(spans))
        cover = min(v.cover for v in found)
        return Verdict(worst.status, worst.reason, ordered, min(v.probability for v in found), worst.kind, cover)

    def evidence(self, claim: str, passages: Sequence[str]) -> tuple[Sentence, ...]:
        """The sentences of ``passages`` that ``claim`` would rest on, in the order of the text."""
        return choose(claim, sentences_of(passages), self._weights)

    def _best(self, claim: str, sentences: Sequence[Sentence], known: str) -> Verdict:
        """The verdict on ``claim`` from ``sentences`` as they hold for whom it names, for each of several it names, or point
        by point."""
        verdict = self._either(claim, sentences, known)
        if verdict.status == "supported" or verdict.kind in _TURNED:
            return verdict
        said = without_contrast(claim, [s.text for s in sentences])
        if said != claim and (again := self._either(said, sentences, known)).status == "supported":
            return again
        opening, points = points_of(claim)
        for before, parts in (("", one_by_one(claim)), (opening, points)):
            each = [self._either(part, sentences, known) for part in parts]
            if each and all(v.status == "supported" and says_most([s.text for s in v.evidence], before) for v in each):
                return _together(each)
        return verdict

    def _either(self, claim: str, sentences: Sequence[Sentence], known: str) -> Verdict:
        """The verdict on ``claim`` as it stands; as a notice would word it, or item by item, where only that is supported."""
        written = {(s.passage, s.span): s for s in sentences}
        texts = [for_whom(claim, text) for text in narrowed(claim, [told_of_row(s) for s in sentences])]
        sentences = [replace(s, text=text) for s, text in zip(sentences, texts, strict=True)]
        verdict = self._worded(claim, sentences, known)
        if verdict.status != "supported" and verdict.kind not in _TURNED:
            said = without_carriers(claim)
            shorter = [replace(s, text=without_others(claim, without_carriers(s.text))) for s in sentences]
            again = self._worded(said, shorter, known) if (said, shorter) != (claim, sentences) else verdict
            verdict = again if again.status == "supported" else verdict
        return replace(verdict, evidence=tuple(written[s.passage, s.span] for s in verdict.evidence))

    def _worded(self, claim: str, sentences: Sequence[Sentence], known: str) -> Verdict:
        verdict = self._one(claim, sentences, known)
        if verdict.status == "supported" or verdict.kind in _TURNED:
            return verdict
        told = told_with_leads(sentences)
        if told != list(sentences) and (again := self._one(claim, told, known)).status == "supported":
            return again
        for other, least in wordings(claim, [s.text for s in verdict.evidence]):
            again = self._one(other, sentences, known)
            if again.status == "supported" and again.probability >= least:
                return again
        for some_told in dict.fromkeys((tuple(sentences), tuple(told))):
            each = [self._one(part, some, known) for part, some in items_of(claim, some_told)]
            if each and all(v.status == "supported" for v in each):
                return _together(each)
        return verdict

    def _one(self, claim: str, sentences: Sequence[Sentence], known: str) -> Verdict:
        if meta := claims.meta(claim):
            return Verdict("unsupported", meta, (), 0.0, "instruction")
        chosen = choose(claim, sentences, self._weights)
        texts = [s.text for s in chosen]
        if fault := claims.contact(claim, "\n".join([*texts, known])):
            return Verdict("unsupported", fault, chosen, 0.0, "contact")
        if len(bigrams(claim)) < 2:
            return Verdict("unsupported", "这句话没有可核对的内容", (), 0.0, "empty")
        if quoted(claim, texts):
            return Verdict("supported", "原文如此", chosen, 1.0, cover=1.0)
        listed = membership(claim, texts)
        if listed is True:
            return Verdict("supported", "原文如此", chosen, 1.0, cover=1.0)
        if listed:
            return Verdict("contradicted", listed.detail, chosen, 0.0, listed.kind, 1.0)
        seen = compare(claim, chosen, self._weights, self._entailment, known=known)
        turned = exchanges(claim, [s.text for s in sentences], seen.pairs)
        borrowed = filter(None, [borrowed_value(pair(claim, texts))])
        return self._judged(claim, chosen, replace(seen, faults=(*turned, *borrowed, *seen.faults)))

    def _judged(self, claim: str, chosen: tuple[Sentence, ...], seen: Comparison) -> Verdict:
        probability, cover = self._rule.probability(seen.values, seen.opinion), seen.of("cover_best")
        kinds = {f.kind: f.detail for f in reversed(seen.faults)}
        if seen.of("rival") >= _RIVAL:
            kinds["joined"] = "原文这两处说的不是一件事，不能连成一句"
        vetoed = any(k in kinds for k in _VETO)
        if self._rule.supports(probability, seen.opinion) and probability >= _LEAST and not vetoed:
            return Verdict("supported", "原文支持", chosen, probability, cover=cover)
        kind = next((k for k in _OTHERWISE if k in kinds), "")
        opinion = seen.opinion
        texts = [s.text for s in chosen]
        if cover >= _SAME_SUBJECT and kind:
            reason = (reasons.exchanged(claim, seen.pairs) if kind in _OF_VALUES else None) or kinds[kind]
            return Verdict("contradicted", reason, chosen, min(probability, 0.49), kind, cover)
        if cover >= _SAME_SUBJECT and opinion and max(opinion.fault_odds, opinion.omitted_odds) > 0:
            wrong = opinion.fault_odds >= opinion.omitted_odds
            doubted = reasons.doubted(opinion.fault, claim, texts) if wrong else None
            if doubted or not wrong:
                told = f"原文没有“{doubted}”" if doubted else f"原文还说“{reasons.left_out(opinion.omitted, texts)}”"
                return Verdict("contradicted", told, chosen, probability, "reader", cover)
        reason = kinds.get("stray_title") or kinds.get("stray_body") or _NOT_FOUND
        return Verdict("unsupported", reason, chosen, probability, kind, cover)


def _together(each: Sequence[Verdict]) -> Verdict:
    """The verdict on a claim all parts of which are supported."""
    chosen = tuple(dict.fromkeys(s for v in each for s in v.evidence))
    worst = min(each, key=lambda v: v.probability)
    return Verdict("supported", worst.reason, chosen, worst.probability, cover=min(v.cover for v in each))


_NAME = (
    r"(?:(?:该|本|这份|上述|相关|有关|此)?(?:文件|通知|方案|意见|规定|政策|条文|办法|条例|规划|决定)|(?:[\u4e00-\u9fff]{2,12})?《[^》]{2,80}》(?:[（(][^）)]{2,30}号[）)])?|"
    r"[\u4e00-\u9fff]{2,10}〔\d{4}〕\d+号(?:文件?)?|\d{4}年的?(?:文件|通知|方案|意见|规定|办法))"
)
_LEAD = re.compile(
    rf"^(?:(?:根据|按照|依据|依照|按)(?:{_NAME})?(?:的?(?:规定|要求|精神|部署))?[，,]|{_NAME}(?:中|里|还|也)?(?:规定|要求|明确|提出|指出|注明|强调)(?:了)?[，,：:]?|{_NAME}[：:]|"
    r"[\u4e00-\u9fff]{2,10}[省市县区州](?:也|还|另|则)?(?:规定|要求|明确)(?:了)?[，,：:])"
)
_COUNT = form("claim.count_first")
_REST = 2
_DENYING = frozenset("不没无非未")


def without_lead(claim: str) -> str:
    """``claim`` without the words that only name where it is from, order it or answer before it.

    >>> without_lead("根据湘政发〔2016〕12号，公立医院取消加成。"), without_lead("该方案要求建立健全台账。")
    ('公立医院取消加成。', '建立健全台账。')
    >>> without_lead("不用，按照该办法，由县级审批。"), without_lead("上海市规定，由区级审批。")
    ('由县级审批。', '由区级审批。')
    """
    claim, _ = restating.bare(claim)
    if (count := _COUNT.match(claim)) and len(claim) - count.end() >= claims.LEAST_QUOTE:
        claim, _ = restating.bare(claim[count.end() :])
    lead = _LEAD.match(claim)
    if not lead or len(claim) - lead.end() < _REST:
        return claim
    return restating.bare(claim[lead.end() :])[0]


def _lead_fault(claim: str, ground: str) -> Verdict | None:
    """A title or number named as the source that nobody named, or an answer that its own sentence denies."""
    if fault := restating.opposed(claim):
        return Verdict("contradicted", fault, (), 0.0, "verdict")
    lead = claim.removesuffix(without_lead(claim))
    if fault := claims.stray_titles(lead, ground):
        return Verdict("unsupported", fault, (), 0.0, "stray_title")
    if (count := _COUNT.match(restating.bare(claim)[0])) and (fault := claims.stray_values(count.group(), ground)):
        return Verdict("unsupported", fault, (), 0.0, "stray_value")
    if any(m.canonical for m in find_numbers(lead)) and (fault := claims.stray_values(lead, ground)):
        return Verdict("unsupported", fault, (), 0.0, "stray_value")
    return None


def quoted(claim: str, texts: Sequence[str]) -> bool:
    """Whether the claim stands in one sentence word for word from the start of a clause to the end of one.

    From the middle of a clause it might lose what denies it (不得…) or limits it (符合条件的…).
    """
    body = fold(claim).strip("。；，、：;,:")
    if len(body) < claims.LEAST_QUOTE:
        return False
    for text in texts:
        whole = fold(text)
        at = whole.find(body)
        if at < 0:
            continue
        before, after = whole[:at], whole[at + len(body) :]
        if (not before or before[-1] in ";。:\n" or _numbering(before)) and (not after or after[0] in ",;。:\n"):
            return True
    return False


def _numbering(before: str) -> bool:
    """Whether only a number of the outline stands before: （一）, 3., 第十条."""
    bare = before.strip()
    return len(bare) <= 8 and (bare[-1:] in ").、" or (bare[:1] == "第" and bare[-1:] == "条"))
