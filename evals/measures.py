"""The measures of an answer: pure functions from a question with its gold and a response to numbers.

Shares are in [0, 1], higher is better unless the name says otherwise; None means the measure does not apply to that
question and the question is left out of its mean. Ranking measures are in :mod:`evals.ranking`, intervals in
:mod:`evals.statistics`.

Source: nuggets follow Lin and Demner-Fushman (TREC QA, HLT 2006); citation precision and recall follow Gao et al.
(ALCE, EMNLP 2023) with gold quotes in place of an entailment model; the grades are SimpleQA's (Wei et al., 2024).
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.dates import written_day
from evals.matching import MARKER, coverage, normalise, numbers_in, states
from evals.ranking import evidence_ranks, rank_measures
from evals.types import Cited, Question, Response, Scored

CORRECT, INCORRECT, NOT_ATTEMPTED = "CORRECT", "INCORRECT", "NOT_ATTEMPTED"
SHARED = 0.5
"""Share of a gold quote that a citation must hold to count as citing it (and the reverse for a short citation)."""


def nuggets_found(question: Question, text: str) -> tuple[bool, ...]:
    """For each nugget, whether any of its variants is stated in ``text``."""
    return tuple(any(states(text, variant) for variant in variants) for variants in question.nuggets)


def nugget_recall(found: Sequence[bool]) -> float | None:
    """Share of the nuggets stated; None where the question has none."""
    return sum(found) / len(found) if found else None


def violations(question: Question, text: str) -> tuple[str, ...]:
    """The ``must_not`` statements that the answer makes (lower is better)."""
    return tuple(wrong for wrong in question.must_not if states(text, wrong))


def citation_right(question: Question, cited: Cited) -> bool:
    """Whether a citation is from a gold notice and shares half of a gold quote, or states a nugget."""
    if cited.notice not in question.gold_notices:
        return False
    for gold in question.evidence:
        if (
            gold.key == cited.notice
            and max(coverage(gold.quote, cited.quote), _short(cited.quote, gold.quote)) >= SHARED
        ):
            return True
    return any(states(cited.quote, variant) for variants in question.nuggets for variant in variants)


def _short(quote: str, gold: str) -> float:
    """Coverage of a citation by the gold quote, 0 where the citation is too short to identify a clause."""
    return coverage(quote, gold) if len(normalise(quote)) >= 4 else 0.0


def citation_recall(question: Question, citations: Sequence[Cited]) -> float | None:
    """Share of the gold quotes that some citation of the same notice holds by half, or whose nuggets it states."""
    if not question.evidence:
        return None
    held = 0
    for gold in question.evidence:
        inside = [[v for v in variants if states(gold.quote, v)] for variants in question.nuggets]
        inside = [variants for variants in inside if variants]
        held += any(
            cited.notice == gold.key
            and (
                coverage(gold.quote, cited.quote) >= SHARED
                or (bool(inside) and all(any(states(cited.quote, v) for v in variants) for variants in inside))
            )
            for cited in citations
        )
    return held / len(question.evidence)


def number_exactness(question: Question, response: Response) -> float | None:
    """Share of the numbers in the answer that stand in a cited quote, its notice's name or the question itself.

    None for a refusal and for an answer without numbers.
    """
    stated = numbers_in(response.text)
    if response.refused or not stated:
        return None
    turns = [content for _, content in question.history]
    known = [*(c.quote for c in response.citations), *(c.name for c in response.citations), question.question, *turns]
    if question.as_of:
        known.append(written_day(question.as_of))
    standing = {number for text in known for number in numbers_in(text)}
    standing |= {number.rstrip("%") for number in standing}
    return sum(number in standing for number in stated) / len(stated)


def grade(question: Question, response: Response, found: Sequence[bool], wrong: Sequence[str]) -> str:
    """Three-way grade. Correct: every nugget and no violation, or a refusal where no answer exists.

    A refusal where an answer exists is not attempted; everything else, a half answer too, is incorrect.
    """
    if response.error or not response.text.strip():
        return INCORRECT if not question.answerable else NOT_ATTEMPTED
    if not question.answerable:
        return CORRECT if response.refused and not wrong else INCORRECT
    if response.refused:
        return NOT_ATTEMPTED
    return CORRECT if all(found) and not wrong else INCORRECT


def answer_length(text: str) -> int:
    """Characters a reader sees, without markers and white space."""
    return len("".join(MARKER.sub("", text).split()))


def score(question: Question, response: Response) -> Scored:
    """Every per-question measure of one response."""
    found = nuggets_found(question, response.text)
    wrong = violations(question, response.text)
    right = tuple(citation_right(question, cited) for cited in response.citations)
    ranks = evidence_ranks(question, response.retrieved)
    gold = question.answerable and bool(question.evidence)
    cited = [c.notice in question.gold_notices for c in response.citations]
    values: dict[str, float | None] = dict(rank_measures(ranks) if gold else {})
    values["nugget_recall"] = nugget_recall(found) if question.answerable else None
    values["all_nuggets"] = float(all(found) and not wrong) if question.answerable and found else None
    values["must_not"] = float(bool(wrong)) if question.must_not else None
    values["citation_precision"] = sum(right) / len(right) if gold and right else None
    values["citation_recall"] = citation_recall(question, response.citations) if gold else None
    values["right_notice"] = sum(cited) / len(cited) if gold and cited else None
    values["number_exactness"] = number_exactness(question, response)
    values["wrongly_refused"] = float(response.refused) if question.answerable else None
    graded = grade(question, response, found, wrong)
    values["correct"] = float(graded == CORRECT)
    values["length"] = float(answer_length(response.text)) if not response.refused else None
    values["latency_ms"] = response.latency_ms
    return Scored(
        question=question,
        response=response,
        measures=values,
        grade=graded,
        nuggets_found=found,
        evidence_ranks=ranks,
        citations_right=right,
        violations=wrong,
    )
