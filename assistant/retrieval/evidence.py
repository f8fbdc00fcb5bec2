"""Retrieval by plan (检索): which notices to search, then passages and sentences scored as evidence.

Fusion finds candidates; each is then scored by closeness of the passage and of its best sentence, how much of the
question's content they cover, whether the asked kind of value and the asked years are there, and whether the notice is
the one named. The best sentences are then read together with the question (``index.reader``). Weights are fitted
numbers (``corpus.fitted``); scores are higher-is-better and comparable within one question only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from assistant.applicability import in_force_on
from assistant.query.read import Understanding
from assistant.query.values import has_figure, plain_figures, years_of
from assistant.retrieval.matching import Unit, Weights, bigrams
from assistant.retrieval.showing import Shown
from assistant.types import Kind
from corpus import fitted
from corpus.parallel import cases_of
from corpus.regions import display, is_within
from corpus.synonyms import expand
from corpus.territory import territory
from corpus.text import digits
from corpus.types import UNKNOWN_REGION, Notice, Passage, Span
from corpus.versions import of_the_day
from index import Index
from index.reader import SentenceReader
from index.types import Hit, SearchMode

CANDIDATES = 60
PASSAGE_NEAR = fitted.number("retrieval.evidence.passage_near")
"""Nearness of a whole passage that counts fully."""


READ = fitted.whole("retrieval.evidence.read")
"""Sentences read with the question."""
FIRST, ENOUGH = fitted.whole("retrieval.evidence.first"), fitted.number("retrieval.evidence.enough")
"""As many are read at first, as many again where none of these answers as surely (log odds), then the rest."""
NEAR_BEST = fitted.number("retrieval.evidence.near_best")
"""Share of the best score below which a sentence is not read."""
LEADS = 4
"""Lead-ins of lists that are read besides where a list is asked for."""
PLACES, PLACE_SHARE = 4, fitted.number("retrieval.evidence.place_share")
"""Places whose best sentence is read where no place is known, and the share of the best score it must have: which of them
answer is told by reading, and what one says must not stand for all."""
LEAST, MOST = fitted.number("retrieval.evidence.least"), fitted.number("retrieval.evidence.most")
"""Readings beyond say no more; a sentence that was not read counts as the least."""
SENTENCE_STEP, PASSAGE_STEP = (
    fitted.number("retrieval.evidence.sentence_step"),
    fitted.number("retrieval.evidence.passage_step"),
)
"""What one unit of log odds of the reading adds to the scores of a sentence and of its passage."""


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """Linear weights of the evidence features, all in [0, 1] before weighting."""

    dense: float
    sentence: float
    coverage: float
    sentence_coverage: float
    heading: float
    fused: float
    value: float
    period: float
    named: float
    recency: float
    item: float
    figures: float
    issued: float


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """Linear weights of a sentence's features: nearness, share of the question covered, and what it states of what is asked."""

    near: float
    coverage: float
    figures: float
    value: float
    period: float


WEIGHTS = ScoreWeights(**fitted.weights("retrieval.evidence.passage"))
OF_SENTENCE = SentenceWeights(**fitted.weights("retrieval.evidence.sentence"))
OF_PASSAGE = fitted.number("retrieval.evidence.of_passage")
"""What of its passage's score a sentence has besides its own."""


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """One sentence of a candidate: where it is and how well it answers; ``reading`` is None where it was not read."""

    span: Span
    text: str
    score: float
    similarity: float
    coverage: float
    has_value: bool
    has_period: bool
    reading: float | None = None


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines of any embedding model on one scale: 0 for sentences that have nothing to do with each other, about 1 for a
    question and its answer. ``mean`` and ``spread`` are those of the cosines between sentences of the corpus."""

    mean: float
    spread: float

    @classmethod
    def of(cls, index: Index, *, sample: int = 400) -> Nearness:
        """Measured on about ``sample`` sentences, evenly drawn: first ones alone are headings, which are all alike."""
        ids = sorted(index.passages)
        drawn = [index.sentence_vectors(i) for i in ids[:: max(1, len(ids) // sample)]]
        if sum(map(len, drawn)) < 2:
            return cls(0.0, 0.2)
        rows = np.concatenate(drawn).astype(np.float32)
        rows = rows[:: max(1, len(rows) // sample)]
        cosines = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
        return cls(float(cosines.mean()), max(float(cosines.std()), 1e-3))

    def __call__(self, cosines: np.ndarray) -> np.ndarray:
        return np.asarray((cosines - self.mean) / (5.0 * self.spread))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage as evidence: its hit, its notice, its sentences scored, and the features behind ``score``."""

    hit: Hit
    notice: Notice
    score: float
    sentences: tuple[SentenceScore, ...]
    features: dict[str, float] = field(default_factory=dict)

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def best(self) -> SentenceScore:
        return max(self.sentences, key=lambda s: s.score)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of the question every passage is scored against; read once a question."""

    u: Understanding
    units: tuple[Unit, ...]
    years: frozenset[int]
    figures: frozenset[str]
    item: int | None

    @classmethod
    def of(cls, u: Understanding, units: tuple[Unit, ...]) -> _Asked:
        years = {y for p in u.periods if not p.relative for y in p.years}
        if u.as_of_from == "问题" and u.kind not in (Kind.FIGURE, Kind.DEADLINE, Kind.CHANGE):
            years.discard(u.as_of.year)  # 2019年，…怎么补: when it is asked of, not what is looked for
        return cls(u, units, frozenset(years), u.figures, u.number)


class Retriever:
    """Finds evidence for an understood question. One deep class: ``pool`` says where, ``retrieve`` what."""

    def __init__(
        self,
        index: Index,
        notices: Sequence[Notice],
        *,
        mode: SearchMode = "hybrid",
        reader: SentenceReader | None = None,
    ) -> None:
        self.index = index
        self._reader = reader
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._mode = mode
        self.weights = Weights(p.search_text for p in index.passages.values())
        self._nearness = Nearness.of(index)
        self.shown = Shown()
        self.passages_of: dict[str, list[Passage]] = defaultdict(list)
        for passage in sorted(index.passages.values(), key=lambda p: p.span):
            self.passages_of[passage.notice_id].append(passage)

    def pool(self, u: Understanding, *, place: str | None = None) -> tuple[str, ...]:
        """Ids of the notices an answer may rest on: those named, else those of the place in force, else all.

        Args:
            place: instead of the question's own; "" is the country by itself.
        """
        if u.notice_ids and place is None:
            if u.kind is Kind.CHANGE:
                return u.notice_ids
            named = [self._notices[i] for i in u.notice_ids]
            return tuple(n.id for n in of_the_day(named, u.as_of))
        where = u.region if place is None else place
        binding = [n for n in self._all if speaks_for(n, where) and in_force_on(n, u.as_of, self._all)]
        of_country = [n for n in binding if not n.region] if u.country and place is None else []
        return tuple(n.id for n in of_country or binding)

    def retrieve(
        self, u: Understanding, notice_ids: Collection[str] | None, *, top_k: int = 10, topic: str | None = None
    ) -> list[Evidence]:
        """Evidence within ``notice_ids`` (None: every notice), best first."""
        query = topic or u.sought
        lexical = expand(query)
        hits = self.index.search(query, top_k=CANDIDATES, mode=self._mode, notice_ids=notice_ids, lexical_query=lexical)
        if not hits:
            return []
        asked = _Asked.of(u, self.weights.units(u.content or query))
        vector = self.index.query_vector(query)
        newest = max((self._ordinal(h.passage.notice_id) for h in hits), default=0)
        oldest = min((self._ordinal(h.passage.notice_id) for h in hits), default=0)
        scored = [self._score(h, rank, asked, vector, oldest, newest) for rank, h in enumerate(hits, 1)]
        scored = _of_the_case(u, scored)
        scored.sort(key=lambda e: (-e.score, e.passage.id))
        scored = self.gather(self.read(u, scored)[: 2 * top_k + 10])
        return [replace(e, hit=replace(e.hit, score=e.score)) for e in scored[: max(top_k, 1)]]

    def gather(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """``evidence`` with the passages of one list as one, see :mod:`assistant.retrieval.gathering`."""
        from assistant.retrieval.gathering import gathered

        return gathered(evidence, self.shown, self.passages_of)

    def read(self, u: Understanding, evidence: Sequence[Evidence]) -> list[Evidence]:
        """``evidence`` with its best sentences read together with the question, best first; as it is without a reader."""
        if self._reader is None or not evidence:
            return list(evidence)
        ranked = sorted(
            (
                (s.score + OF_PASSAGE * e.score, number, at)
                for number, e in enumerate(evidence)
                for at, s in enumerate(e.sentences)
            ),
            reverse=True,
        )
        near = NEAR_BEST * ranked[0][0]
        places = [(number, at) for score, number, at in ranked[:READ] if score >= near]
        if u.wants.figure or u.wants.deadline:
            valued = ((n, at) for _, n, at in ranked[READ:] if u.bears(evidence[n].sentences[at].text))
            places += [place for place, _ in zip(valued, range(2), strict=False)]
        leads: list[tuple[int, int]] = []
        if u.wants.listing:  # a list is asked for: its lead-in is read, however few of the question's words it holds
            led = ((n, at) for _, n, at in ranked if evidence[n].sentences[at].text.rstrip().endswith(("：", ":")))
            leads = list(islice(led, LEADS))
        first = list(dict.fromkeys([*places[:FIRST], *leads, *_of_each_place(u, evidence, ranked)]))
        readings: dict[tuple[int, int], float] = {}
        asks = bool(u.values) or u.kind is Kind.DEADLINE
        later = [p for p in places if p not in first]
        for step in (first, later[:FIRST], later[FIRST:]):
            readings |= self._readings(u.sought, evidence, step, dated=u.kind is Kind.DEADLINE)
            sure = [(n, at) for (n, at), reading in readings.items() if reading >= ENOUGH]
            if any(not asks or u.bears(evidence[n].sentences[at].text) for n, at in sure):
                break
        found = [
            _with_readings(e, [readings.get((n, at)) for at in range(len(e.sentences))]) for n, e in enumerate(evidence)
        ]
        return sorted(found, key=lambda e: (-e.score, e.passage.id))

    def reading(self, asked: str, notice: Notice, span: Span) -> float | None:
        """How surely the sentence at ``span`` answers ``asked``, as log odds; None without a reader."""
        if self._reader is None:
            return None
        return self._reader.read(asked, [self.shown(notice, notice.article_at(span.start), span)])[0]

    def _readings(
        self, asked: str, evidence: Sequence[Evidence], places: Sequence[tuple[int, int]], *, dated: bool
    ) -> dict[tuple[int, int], float]:
        """What the reader makes of the sentences at ``places`` (item of the evidence, sentence of it)."""
        if self._reader is None or not places:
            return {}
        shown = [self._shown(evidence[n], at, dated=dated) for n, at in places]
        return dict(zip(places, self._reader.read(asked, shown), strict=True))

    def _shown(self, item: Evidence, at: int, *, dated: bool) -> str:
        span = item.sentences[at].span
        return self.shown(item.notice, item.notice.article_at(span.start), span, dated=dated)

    def _ordinal(self, notice_id: str) -> int:
        issued = self._notices[notice_id].issued_on
        return issued.toordinal() if issued else 0

    def _score(
        self,
        hit: Hit,
        rank: int,
        asked: _Asked,
        vector: np.ndarray,
        oldest: int,
        newest: int,
    ) -> Evidence:
        passage, notice = hit.passage, self._notices[hit.passage.notice_id]
        article = notice.articles[passage.article]
        heading_grams = bigrams(article.path)
        similarities = self._nearness(self.index.sentence_vectors(passage.id) @ vector)
        u, units, wanted_years, stated, item = asked.u, asked.units, asked.years, asked.figures, asked.item
        labels = article.labels
        label = digits(labels[-1]) if labels else ""
        sentences: list[SentenceScore] = []
        for span, similarity in zip(passage.sentences, similarities, strict=True):
            text = notice.quote(span)
            coverage = self.weights.coverage(units, bigrams(text), heading_grams)
            value = u.fits(text) if u.wants.figure else has_figure(text)
            years = years_of(text)
            period = bool(years & wanted_years) if wanted_years else bool(years)
            score = OF_SENTENCE.near * float(similarity) + OF_SENTENCE.coverage * coverage
            score += OF_SENTENCE.figures * bool(stated & plain_figures(text))
            score += OF_SENTENCE.value * (value and u.wants.figure) + OF_SENTENCE.period * (
                period and (u.wants.deadline or bool(wanted_years))
            )
            sentences.append(SentenceScore(span, text, score, float(similarity), coverage, value, period))
        grams = bigrams(passage.search_text)
        near = float(similarities.max())
        dense = near if hit.dense_score is None else float(self._nearness(np.array([hit.dense_score]))[0])
        features = {
            "dense": min(max(dense / PASSAGE_NEAR, 0.0), 1.0),
            "sentence": min(max(near, 0.0), 1.0),
            "coverage": self.weights.coverage(units, grams),
            "sentence_coverage": max(s.coverage for s in sentences),
            "heading": self.weights.coverage(units, heading_grams),
            "fused": 1.0 / (1.0 + 0.1 * (rank - 1)),
            "value": float(u.wants.figure and any(s.has_value for s in sentences)),
            "period": float(any(s.has_period for s in sentences) if (wanted_years or u.wants.deadline) else False),
            "named": float(notice.id in u.notice_ids),
            "item": float(item is not None and label == str(item) and len(u.notice_ids) == 1),
            "figures": float(bool(stated) and any(stated & plain_figures(x.text) for x in sentences)),
            "issued": float(notice.issued_on is not None and notice.issued_on.year in wanted_years),
            "recency": (self._ordinal(notice.id) - oldest) / (newest - oldest) if newest > oldest else 0.0,
        }
        score = sum(getattr(WEIGHTS, name) * value for name, value in features.items())
        return Evidence(hit, notice, score, tuple(sentences), features)


def with_further(found: Sequence[Evidence], more: Iterable[Evidence]) -> list[Evidence]:
    """``found``, then what of ``more`` is of other passages."""
    known = {e.passage.id for e in found}
    return [*found, *(e for e in more if e.passage.id not in known)]


def in_turn(lists: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """The best of each list in turn, so that none is crowded out of the first results; every passage once."""
    merged: list[Evidence] = []
    for rank in range(max(map(len, lists), default=0)):
        merged = with_further(merged, (one[rank] for one in lists if rank < len(one)))
    return merged


def speaks_for(notice: Notice, place: str | None) -> bool:
    """Whether a notice is looked at for ``place``: made for it, or for nobody knows where, which an answer then says. One
    that is likely another place's (its region is a guess to be verified) does not speak here."""
    if place is None:
        return True
    if notice.region == UNKNOWN_REGION:
        likely = notice.guesses.get("region")
        return likely in (None, display("")) or display(place).startswith(str(likely))
    return is_within(place, territory(notice))


def _of_the_case(u: Understanding, evidence: Sequence[Evidence]) -> list[Evidence]:
    """``evidence`` without what stands in the division of another case (三级医院) where its notice has one for the case that is
    asked (二级医院), and without sentences about another one (第三联) where a sentence is about the one that is asked (第四联)."""
    sides = [u.sides(e.notice.articles[e.passage.article].division) for e in evidence]
    headed: dict[str, set[int]] = defaultdict(set)
    for item, (same, _) in zip(evidence, sides, strict=True):
        headed[item.notice.id] |= same
    found = [e for e, (_, other) in zip(evidence, sides, strict=True) if not other & headed[e.notice.id]]
    if not u.cases:
        return found
    named = {(e.notice.id, one) for e in found for s in e.sentences for one in cases_of(s.text) & u.cases}
    kept = (replace(e, sentences=tuple(s for s in e.sentences if not _of_another(u, e, s, named))) for e in found)
    return [e for e in kept if e.sentences]


def _of_another(u: Understanding, item: Evidence, sentence: SentenceScore, named: Collection[tuple[str, Any]]) -> bool:
    """Whether a sentence names only other members of a measure of which its notice has the one asked (see :func:`_of_the_case`)."""
    said = cases_of(sentence.text)
    measures = {measure for measure, _ in said} - {measure for measure, _ in said & u.cases}
    return any(one[0] in measures and (item.notice.id, one) in named for one in u.cases)


def _of_each_place(
    u: Understanding, evidence: Sequence[Evidence], ranked: Sequence[tuple[float, int, int]]
) -> list[tuple[int, int]]:
    """Where no place is known, the best sentence of each of the nearest places (item of the evidence, sentence of it)."""
    if u.region or u.home or u.notice_ids:
        return []
    best: dict[str, tuple[int, int]] = {}
    for score, number, at in ranked:
        if score < PLACE_SHARE * ranked[0][0]:
            break
        best.setdefault(evidence[number].notice.region, (number, at))
    return list(best.values())[:PLACES]


def _with_readings(item: Evidence, readings: Sequence[float | None]) -> Evidence:
    sentences = tuple(
        replace(s, reading=r, score=s.score + SENTENCE_STEP * _above(r))
        for s, r in zip(item.sentences, readings, strict=True)
    )
    return replace(item, sentences=sentences, score=item.score + PASSAGE_STEP * max(map(_above, readings), default=0.0))


def _above(reading: float | None) -> float:
    return min(max(reading, LEAST), MOST) - LEAST if reading is not None else 0.0


def read_as(item: Evidence, span: Span, reading: float) -> Evidence:
    """``item`` with its sentence at ``span`` read as ``reading``, its scores with it."""
    best = max((_above(s.reading) for s in item.sentences), default=0.0)
    sentences = tuple(
        replace(s, reading=reading, score=s.score + SENTENCE_STEP * (_above(reading) - _above(s.reading)))
        if s.span == span
        else s
        for s in item.sentences
    )
    return replace(item, sentences=sentences, score=item.score + PASSAGE_STEP * max(0.0, _above(reading) - best))
