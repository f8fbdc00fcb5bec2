"""Does the evidence state what is asked (可答性): features of the best candidate sentence and a fitted line.

A retrieval score alone does not tell a covered topic with a missing fact from an answerable question; what tells is the
best sentence that could carry the answer: one with the asked kind of value, in the asked year, close to the question.
Weights come from a logistic regression on the dev split (``python -m training fit``); they are fitted numbers
(``corpus.fitted``), written with their error rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.answering.manner import Manner
from assistant.query.read import Understanding
from assistant.query.values import stated_values, states_time
from assistant.retrieval.dated import year_over
from assistant.retrieval.evidence import LEAST, MOST, Evidence
from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.selection import Pick, ranked_sentences
from corpus import fitted

FEATURES = ("similarity", "gap", "coverage", "known", "missing", "value", "peak", "margin")
SUBJECT = fitted.number("answering.answerability.subject")
"""Share of a bare subject that the best sentence and its headings must hold."""
TIMED = fitted.number("answering.answerability.timed")
"""Share of the best score that a sentence with a time must have where the notice sets targets for one year anyway."""
SURELY = fitted.number("answering.answerability.surely")
"""Log odds from which a sentence with a figure answers whatever kind of value it seems to have."""
READINGS = ("reading", "reading_gap", "reading_top")
"""What the reader adds: of the carrier, how far it is behind the best reading, and that one."""


@dataclass(frozen=True, slots=True)
class Line:
    """``intercept + Σ weight × feature`` >= 0 means the evidence answers. Fitted on dev."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, name: str) -> Line:
        """The line at ``name`` of the fitted numbers, where the intercept stands among the weights."""
        kept = dict(fitted.weights(name))
        return cls(kept.pop("intercept"), kept)

    def score(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in features.items())


VALUE_LINE, TEXT_LINE = Line.of("fit.value"), Line.of("fit.text")
"""For questions after a figure or a time, and after wording or a list, where nothing was read."""
READ_VALUE_LINE, READ_TEXT_LINE = Line.of("fit.read_value"), Line.of("fit.read_text")
"""The same where a reader read: its reading is all that counts (fitted with it the other features weigh nothing)."""


def states(u: Understanding, manner: Manner, picks: Sequence[Pick], weights: Weights) -> bool:
    """Whether the fitted line takes ``picks`` (all sentences of the evidence, best first) as an answer."""
    found = features(u, manner, picks, weights)
    read = "reading" in found and not _names_a_subject(u, found)
    value, text = (READ_VALUE_LINE, READ_TEXT_LINE) if read else (VALUE_LINE, TEXT_LINE)
    line = value if manner.wants_value(u) else text
    return line.score(found) >= -manner.slack


def _names_a_subject(u: Understanding, found: Mapping[str, float]) -> bool:
    """Whether the question names a subject and no more (合作办医有什么规定), all of it in the evidence: the reader learnt from
    questions that ask one thing and knows little of those; what is said on the subject is the answer."""
    return u.of_subject and found["coverage"] >= SUBJECT


def carrier(u: Understanding, manner: Manner, picks: Sequence[Pick]) -> Pick | None:
    """The best sentence that could carry the answer: with the asked kind of value where one is asked. One that is read as surely
    and states some figure may be that too: what kind a measure is (八学时, 加多少点) is not always known."""
    best = _bearing(u, manner, picks)
    surest = max(picks, key=lambda p: p.reading, default=None)
    if best is surest or surest is None or surest.reading < SURELY or not manner.wants_value(u):
        return best
    return surest if (best is None or best.reading < 0) and u.may_bear(surest.sentence.text) else best


def _bearing(u: Understanding, manner: Manner, picks: Sequence[Pick]) -> Pick | None:
    """The first sentence with the asked kind of value, the first of all where none is asked."""
    if not picks:
        return None
    if u.wants.figure and manner.wants_value(u) and not manner.timed:
        return next((p for p in picks if u.fits(p.sentence.text)), None)
    if manner.timed:
        timed = next((p for p in picks if states_time(u.asked, p.sentence.text) or _under_year(u, p)), None)
        one_year = bool(picks[0].notice.horizon) and len(set(picks[0].notice.horizon or ())) == 1
        return picks[0] if one_year and (timed is None or timed.score < TIMED * picks[0].score) else timed
    return picks[0]


def _under_year(u: Understanding, pick: Pick) -> bool:
    """Whether a date is asked and the year that opens a sentence before ``pick`` is its year too."""
    return "span" not in u.values and year_over(pick.notice, pick.span.start) is not None


def features(u: Understanding, manner: Manner, picks: Sequence[Pick], weights: Weights) -> dict[str, float]:
    """Features in [0, 1] (``gap`` in [-1, 0]) of the best carrier, all zero where there is none; with ``READINGS`` (a unit
    is four of log odds) where a reader read any sentence."""
    best = carrier(u, manner, picks)
    read = [p.sentence.reading for p in picks if p.sentence.reading is not None]
    if best is None:
        return {**dict.fromkeys(FEATURES, 0.0), **(dict.fromkeys(READINGS, _unit(LEAST)) if read else {})}
    units = weights.units(u.content or u.topic)
    grams = bigrams(best.sentence.text) | bigrams(best.article.path)
    known = tuple(x for x in units if x.known)
    top = max(p.sentence.similarity for p in picks)
    middle = median(p.sentence.similarity for p in picks)
    article = (best.notice.id, best.article.ordinal)
    other = max((p.sentence.similarity for p in picks if (p.notice.id, p.article.ordinal) != article), default=middle)
    asked = u.values
    stated = bool(asked & stated_values(best.sentence.text)) or (manner.timed and _under_year(u, best))
    value = float(stated) if asked and manner.wants_value(u) else 0.5
    readings: dict[str, float] = {}
    if read:
        own, first = best.sentence.reading if best.sentence.reading is not None else LEAST, max(read)
        readings = dict(zip(READINGS, (_unit(own), _unit(own) - _unit(first), _unit(first)), strict=True))
    return {
        **readings,
        "similarity": min(max(best.sentence.similarity, 0.0), 1.0),
        "gap": min(max((best.sentence.similarity - top) / 0.4, -1.0), 0.0),
        "coverage": weights.coverage(units, grams),
        "known": weights.coverage(known, grams),
        "missing": weights.missing(known, grams),
        "value": value,
        "peak": min(max((best.sentence.similarity - middle) / 0.9, 0.0), 1.0),
        "margin": min(max((best.sentence.similarity - other) / 0.45, -1.0), 1.0),
    }


def _unit(reading: float) -> float:
    return min(max(reading, LEAST), MOST) / 4.0


def lead_similarity(u: Understanding, manner: Manner, evidence: Sequence[Evidence]) -> float:
    """Nearness of the sentence that would carry the answer, 0 where there is none; comparable between places."""
    best = carrier(u, manner, ranked_sentences(evidence))
    return best.sentence.similarity if best else 0.0


def best_reading(evidence: Sequence[Evidence]) -> float | None:
    """The highest reading of any sentence; None where none was read."""
    return max((s.reading for e in evidence for s in e.sentences if s.reading is not None), default=None)
