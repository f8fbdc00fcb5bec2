"""Does the evidence state what is asked (可答性): features of the best candidate sentence and a fitted line.

A retrieval score alone does not tell a covered topic with a missing fact from an answerable question; what tells is the
best sentence that could carry the answer: one with the asked kind of value, in the asked year, close to the question.
Weights come from a logistic regression on the dev split (``python -m evals fit``), reported with their error rates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import Weights, bigrams
from assistant.retrieval.selection import Pick, ranked_sentences, time_before
from assistant.types import Kind
from assistant.understanding.question import Understanding, target_years
from assistant.understanding.values import asked_values, fits, stated_values, states_time, years_of
from corpus.numerals import canonical_values, find_values
from corpus.synonyms import TermMatch, find_terms
from corpus.text import fold
from corpus.types import Notice

_TOO_GENERAL = frozenset(
    map(
        fold,
        (
            "补",
            "收入",
            "待遇",
            "基层",
            "公立",
            "三级",
            "二级",
            "牵头",
            "床",
            "土地",
            "低保",
            "挂钩",
            "关联",
            "联动",
            "批准",
            "三甲",
            "二甲",
            "民营",
            "不能",
            "不让",
            "CT",
            "核磁",
            "一卡通",
        ),
    )
)

NEAR_TIE = 0.12
"""Sentences this much less near than the best one may be meant as well."""
FEATURES = ("similarity", "gap", "coverage", "known", "missing", "value", "peak", "margin")


@dataclass(frozen=True, slots=True)
class Line:
    """``intercept + Σ weight × feature`` >= 0 means the evidence answers. Fitted on dev."""

    intercept: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in features.items())


VALUE_LINE = Line(
    -1.35,
    {
        "similarity": 2.59, "gap": -0.96, "coverage": 0.81, "known": 0.33, "missing": -1.42, "value": 0.64, "peak": 1.42,
        "margin": 2.41,
    },
)  # fmt: skip
"""For questions after a figure or a time. On dev (cross-validated) it refuses 6 % of the answerable, three quarters of
those whose article was taken out and 56 % of the real near-misses."""

TEXT_LINE = Line(
    -0.27,
    {"similarity": 2.91, "gap": -1.52, "coverage": 0.9, "known": 0.62, "missing": -1.81, "peak": 1.41, "margin": 2.01},
)
"""For questions after wording or a list. Set to refuse hardly any that are answerable (1 %); it catches a quarter of the
questions whose article was taken out."""

_BODY_NAME = re.compile(r"[\u4e00-\u9fa5]{2,8}?(?:局|厅|总会|协会|联合会|银行|公司)(?![长员部])")
_ASKS_NAMES = re.compile(
    r"名单|[药店院品]名(?!额|义)|哪些.{0,4}名[字称]|(?:都|各|分别)(?:是|叫)?(?:叫)?(?:啥|什么)名?$|都叫(?:啥|什么)|(?:具体|各)是?哪(?:几|些|[一二三四五六七八九十\d])"
)
_MEASURE = re.compile(r"率$|占比$|比重$|加成$")
_COUNTED = re.compile(r"\d+\s*[家个种所间名]|试点")
_BETWEEN = re.compile(r"[\s，,。、；;：:？?（()）]|[和与跟由]")
"""A body's name in a question begins behind one of these, or at its start."""
_GENERIC_BODY = re.compile(
    r"让|由|归|给|哪|什么|啥|几|各|那|这|谁|有关|相关|卫健委?|常委|党委|党组|居委|村委|医保局$|纪委"
)


def states(u: Understanding, picks: Sequence[Pick], weights: Weights) -> bool:
    """Whether the fitted line takes ``picks`` (all sentences of the evidence, best first) as an answer."""
    line = VALUE_LINE if asks_value(u) else TEXT_LINE
    slack = {Kind.DEADLINE: 0.5, Kind.CHANGE: 1.2}.get(u.kind, 0.0)
    return line.score(features(u, picks, weights)) >= -slack


def asks_value(u: Understanding) -> bool:
    """Whether the answer has to be a figure or a time."""
    return u.kind in (Kind.FIGURE, Kind.DEADLINE) or (u.kind in (Kind.COMPARISON, Kind.CHANGE) and u.wants.figure)


def absent_subject(u: Understanding, pool: Sequence[Notice]) -> str | None:
    """A known term of the question that no notice of ``pool`` uses in any of its forms (DRG, ICU, 耗材加成), or None."""
    if u.kind not in (Kind.FIGURE, Kind.DEADLINE, Kind.LIST, Kind.COMPARISON):
        return None
    texts = [_folded(n.text) for n in pool]
    for match in find_terms(u.question):
        short = len(match.term) < 3 or (len(match.term) < 4 and len(match.others[0]) < 4)
        if short or match.term in _TOO_GENERAL:
            continue
        if not any(_uses(text, match) for text in texts):
            return match.term
    return None


def mentions(notice: Notice, term: str) -> bool:
    """Whether ``notice`` uses a known term in any of its forms."""
    text = _folded(notice.text)
    return any(_uses(text, match) for match in find_terms(term))


def _uses(text: str, match: TermMatch) -> bool:
    return any(form in text for form in (match.term, *match.others) if len(form) >= 2)


def absent_body(u: Understanding, pool: Sequence[Notice]) -> str | None:
    """A body named in a question about duties that no notice of ``pool`` mentions, or None."""
    if u.kind not in (Kind.BODY, Kind.LIST, Kind.TEXT) or not re.search(
        r"负责|牵头|责任|配合|参与|分工|职责|管", u.question
    ):
        return None
    texts = [_folded(n.text) for n in pool]
    for piece in _BETWEEN.split(u.content):
        match = _BODY_NAME.match(piece)
        if match is None or _GENERIC_BODY.search(name := fold(match.group())):
            continue
        core = re.sub(r"^.*?(?:省|市|县|区|州)", "", name) or name
        forms = {core, *(other for term in find_terms(core) for other in term.others)}
        if not any(form in text for text in texts for form in forms):
            return match.group()
    return None


def absent_figure(u: Understanding, pool: Sequence[Notice]) -> str | None:
    """A share or amount the question takes for granted (``80%还是90%``) that no notice of ``pool`` states, or None."""
    if u.kind in (Kind.APPLICABILITY, Kind.COMPARISON):
        return None
    stated = frozenset().union(*(canonical_values(n.text) for n in pool)) if pool else frozenset()
    for value in find_values(u.question):
        if (value.canonical.endswith("%") or value.unit in ("元", "万元")) and value.canonical not in stated:
            return value.text
    return None


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return fold(text)


def carrier(u: Understanding, picks: Sequence[Pick]) -> Pick | None:
    """The best sentence that could carry the answer: with the asked kind of value where one is asked."""
    if not picks:
        return None
    if u.wants.figure and asks_value(u):
        return next((p for p in picks if fits(u.question, p.sentence.text)), None)
    if u.kind is Kind.DEADLINE:
        timed = next((p for p in picks if states_time(u.asked, p.sentence.text)), None)
        one_year = bool(picks[0].notice.horizon) and len(set(picks[0].notice.horizon or ())) == 1
        return picks[0] if one_year and (timed is None or timed.score < 0.9 * picks[0].score) else timed
    return picks[0]


def features(u: Understanding, picks: Sequence[Pick], weights: Weights) -> dict[str, float]:
    """Features in [0, 1] (``gap`` in [-1, 0]) of the best carrier; all zero where there is none."""
    best = carrier(u, picks)
    if best is None:
        return dict.fromkeys(FEATURES, 0.0)
    units = weights.units(u.content or u.topic)
    grams = bigrams(best.sentence.text) | bigrams(best.article.path)
    known = tuple(x for x in units if x.known)
    top = max(p.sentence.similarity for p in picks)
    middle = median(p.sentence.similarity for p in picks)
    article = (best.notice.id, best.article.ordinal)
    other = max((p.sentence.similarity for p in picks if (p.notice.id, p.article.ordinal) != article), default=middle)
    asked = asked_values(u.question)
    value = float(bool(asked & stated_values(best.sentence.text))) if asked and asks_value(u) else 0.5
    return {
        "similarity": min(max(best.sentence.similarity, 0.0), 1.0),
        "gap": min(max((best.sentence.similarity - top) / 0.4, -1.0), 0.0),
        "coverage": weights.coverage(units, grams),
        "known": weights.coverage(known, grams),
        "missing": weights.missing(known, grams),
        "value": value,
        "peak": min(max((best.sentence.similarity - middle) / 0.9, 0.0), 1.0),
        "margin": min(max((best.sentence.similarity - other) / 0.45, -1.0), 1.0),
    }


def other_measure(u: Understanding, picks: Sequence[Pick], weights: Weights) -> str | None:
    """A measure the question names (药占比, 就诊率, 药品加成) that the sentence with the figure does not, or None."""
    best = carrier(u, picks) if asks_value(u) else None
    if best is None:
        return None
    grams = bigrams(best.sentence.text) | bigrams(best.article.path)
    for unit in weights.units(u.question):
        if unit.known and _MEASURE.search(unit.text) and weights.covered(unit, grams) < 0.35:
            return unit.text
    return None


def names_missing(u: Understanding, picks: Sequence[Pick]) -> bool:
    """Whether a list of names is asked (名单, 都叫啥) and the carrying sentence gives a number of them but no list."""
    if not _ASKS_NAMES.search(u.question):
        return False
    best = carrier(u, picks)
    if best is None:
        return False
    counted = [c for c in re.split(r"[，,；。“”]", best.sentence.text) if _COUNTED.search(c)]
    return bool(counted) and not any("、" in c or "（" in c for c in counted)


def lead_similarity(u: Understanding, evidence: Sequence[Evidence]) -> float:
    """Nearness of the sentence that would carry the answer, 0 where there is none; comparable between places."""
    best = carrier(u, ranked_sentences(evidence))
    return best.sentence.similarity if best else 0.0


def best_reading(evidence: Sequence[Evidence]) -> float | None:
    """The highest reading of any sentence; None where none was read."""
    return max((s.reading for e in evidence for s in e.sentences if s.reading is not None), default=None)


def wrong_year(u: Understanding, evidence: Sequence[Evidence], picks: Sequence[Pick]) -> bool:
    """Whether target years are asked that neither the carrying sentence nor its notice speaks of."""
    wanted = target_years(u) - {e.notice.issued_on.year for e in evidence if e.notice.issued_on}
    if not wanted or len(wanted) > 1 or u.kind not in (Kind.FIGURE, Kind.LIST):
        return False
    best = carrier(u, picks)
    if best is None:
        return False
    near = [
        p for p in picks if p.sentence.similarity >= best.sentence.similarity - NEAR_TIE and p.score >= 0.9 * best.score
    ]
    if u.kind is Kind.FIGURE:
        near = [p for p in near if fits(u.question, p.sentence.text)]
    for pick in [best, *near[:6]]:
        notice = pick.notice
        stated = years_of(pick.sentence.text)
        if u.kind is Kind.FIGURE and not stated:
            said = time_before(pick)
            stated = years_of(said.of(notice.text)) if said else stated
        if stated & wanted or (notice.issued_on and notice.issued_on.year in wanted and not stated):
            return False
        first, last = notice.horizon or (0, 9999)
        if not stated and all(first <= y <= last for y in wanted):
            return False
        if stated and u.kind is not Kind.FIGURE and any(min(stated) <= y <= max(stated) for y in wanted):
            return False
    return True
