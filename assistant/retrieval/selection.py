"""Choosing what to quote (取句): sentences across evidence, and clauses within a long sentence.

A quote is always one contiguous span. Responsibility brackets are never part of a quoted sentence unless the question
is about who is responsible. The trap: a clause needs its subject, so a window grows to the left before it stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.query.read import Understanding
from assistant.query.values import years_of
from assistant.retrieval.evidence import LEAST, OF_PASSAGE, Evidence, SentenceScore
from assistant.retrieval.matching import Unit, Weights, bigrams
from corpus import fitted
from corpus.contrasts import sides
from corpus.grammar import form
from corpus.ladders import rungs_of
from corpus.numbering import parse_mark
from corpus.text import clause_spans, fold, sentence_spans
from corpus.types import Article, Notice, Span

RULED_OUT = fitted.number("retrieval.selection.ruled_out")
"""Log odds of the reader below which a sentence is not quoted beside the best one."""
FRONT = fitted.number("retrieval.selection.front")
"""What a sentence before or behind the items loses: it says why the notice was made, rarely what is to be done."""
OF_BEST = fitted.number("retrieval.selection.of_best")
"""What of its best sentence's score an article has besides its passage's."""
_NAMES_HOSPITAL = form("names.hospital")
WINDOWED = fitted.weights("retrieval.selection.window")
"""What a run of clauses gains beside its share of the question: by value and year asked, as the first one, by its length, and
where it begins and ends as a sentence does."""
SPARE = 6
"""Characters of white space and marks that an article may hold beside its one sentence."""
LONG_SENTENCE = 130
WINDOW = 110
CASE_LEAD = fitted.number("retrieval.selection.case_lead")
"""Share of the question that one of several cases covers more than any other, where only it is asked."""
_HEADING = range(2, 25)
"""Characters of a heading behind its number."""
_LAW = ("part", "chapter", "section", "article")
"""Marks of laws: what stands behind 第九条 is text, however short."""
_AMENDS = form("clause.amends")
_EXCEPTION = form("clause.exception")
_FORMAL, _ANNOUNCES = form("line.formal"), form("line.announces")
"""Dates, signatures and numbers that stand alone: form, not content."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence chosen: its evidence, its score row and the span to quote."""

    evidence: Evidence
    sentence: SentenceScore
    span: Span
    score: float

    @property
    def notice(self) -> Notice:
        return self.evidence.notice

    @property
    def reading(self) -> float:
        """How surely the reader takes it for an answer, as log odds; the least where it was not read."""
        return LEAST if self.sentence.reading is None else self.sentence.reading

    @property
    def article(self) -> Article:
        """The article the sentence stands in: a gathered passage may hold several."""
        return self.notice.article_at(self.span.start)


def answers(pick: Pick) -> bool:
    """Whether the reader takes the sentence for an answer; without a reader it is left open and counts as one."""
    reading = pick.sentence.reading
    return reading > 0 if reading is not None else all(s.reading is None for s in pick.evidence.sentences)


def addresses(pick: Pick) -> bool:
    """Whether the sentence is the line of those a notice is sent to: they are told, not put in charge."""
    return pick.article.kind != "item" and pick.sentence.text.rstrip().endswith(("：", ":"))


def may_answer(pick: Pick) -> bool:
    """Whether the reader does not rule the sentence out: enough for a second sentence beside the best one."""
    reading = pick.sentence.reading
    return reading > RULED_OUT if reading is not None else all(s.reading is None for s in pick.evidence.sentences)


def article_body(article: Article) -> Span:
    """The article without its closing responsibility bracket."""
    if article.bodies_span and article.bodies_span.end >= article.span.end - 3:
        return Span(article.span.start, article.bodies_span.start)
    return article.span


def trimmed(text: str, span: Span) -> Span:
    """``span`` without surrounding white space."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def item_sentences(notice: Notice) -> list[Span]:
    """The sentences of the items of a notice, in order, trimmed."""
    items = (a for a in notice.articles if a.kind == "item")
    return [trimmed(notice.text, s) for a in items for s in sentence_spans(notice.text, a.span)]


def without_bodies(notice: Notice, article: Article, span: Span) -> Span:
    """``span`` cut before the article's responsibility bracket, trimmed."""
    bracket = article.bodies_span
    if bracket and span.start < bracket.start < span.end:
        span = Span(span.start, bracket.start)
    return trimmed(notice.text, span)


def is_heading_only(notice: Notice, article: Article, span: Span) -> bool:
    """A sentence that is only a numbered heading (``6.推进紧密型医联体建设。``), with more of the article behind it: one that
    ends with a stop and is all the article says, or fills its line as an item does (``（五）免交通行费。``), is text."""
    text = notice.quote(span)
    stopped = text.rstrip().endswith("。")
    if stopped and len(article.span) <= len(text) + SPARE:
        return False
    if _repeats_heading(text, article.labels, article.headings):
        return True
    return not (stopped and _ends_line(notice.text, span.end)) and _numbered_heading(text.strip())


@lru_cache(maxsize=32768)
def _repeats_heading(text: str, labels: tuple[str, ...], headings: tuple[str, ...]) -> bool:
    """Whether ``text`` is one of the headings with its label, and nothing else."""
    plain = fold(text).rstrip("。.")
    return any(plain == fold(one + heading).rstrip("。.") for one, heading in zip(labels, headings, strict=True))


def _ends_line(text: str, at: int) -> bool:
    while at < len(text) and text[at] in " \t\u3000":
        at += 1
    return at == len(text) or text[at] == "\n"


@lru_cache(maxsize=32768)
def _numbered_heading(line: str) -> bool:
    """A number with a few words behind it and no sentence: ``（二）组织领导``."""
    mark = parse_mark(line)
    rest = line[len(mark.text) :].strip().removesuffix("。") if mark and mark.style not in _LAW else ""
    return len(rest) in _HEADING and not any(stop in rest for stop in "，；。")


def ranked_sentences(
    evidence: Sequence[Evidence], *, need: Callable[[SentenceScore], bool] | None = None
) -> list[Pick]:
    """Sentences of all evidence, best first, passages' own scores included; headings and brackets alone are left out."""
    picks: list[Pick] = []
    for item in evidence:
        for sentence in item.sentences:
            article = item.notice.article_at(sentence.span.start)
            span = without_bodies(item.notice, article, sentence.span)
            text = item.notice.quote(span)
            if (
                len(text) < 6
                or (is_heading_only(item.notice, article, span) and not years_of(text))
                or (article.bodies_span and article.bodies_span.contains(span))
                or _FORMAL.match(text)
                or _ANNOUNCES.search(text)
                or (article.kind != "item" and item.notice.title and item.notice.title in text.replace("\n", ""))
            ):
                continue
            if need is not None and not need(sentence):
                continue
            front = FRONT if article.kind != "item" else 0.0
            picks.append(Pick(item, sentence, span, sentence.score + OF_PASSAGE * item.score - front))
    picks.sort(key=lambda p: (-p.score, p.notice.id, p.span))
    return picks


def window(
    notice: Notice, span: Span, units: tuple[Unit, ...], weights: Weights, u: Understanding, *, limit: int = WINDOW
) -> Span:
    """The contiguous run of clauses of a long sentence that best covers the question within about ``limit`` characters.

    Short sentences are returned whole.
    """
    if len(span) <= LONG_SENTENCE:
        return span
    clauses = [c for c in clause_spans(notice.text, span) if len(c)]
    wanted = {y for p in u.periods if not p.relative for y in p.years}
    of_hospitals = u.says("ask.which_hospital") or u.says("ask.chosen_units")
    best: tuple[float, Span] | None = None
    for first in range(len(clauses)):
        for last in range(first, len(clauses)):
            candidate = Span(clauses[first].start, clauses[last].end)
            if len(candidate) > limit and last > first:
                break
            text = candidate.of(notice.text)
            value = weights.coverage(units, bigrams(text))
            value += WINDOWED["value"] * (u.wants.figure and u.fits(text))
            value += WINDOWED["value"] * (of_hospitals and _NAMES_HOSPITAL.search(text) is not None)
            value += WINDOWED["year"] * bool(
                (years_of(text) & wanted) if wanted else (u.wants.deadline and years_of(text))
            )
            value += WINDOWED["first"] * (first == 0) + WINDOWED["length"] * len(candidate)
            value += WINDOWED["whole"] * (first == 0 or notice.text[clauses[first].start - 1] in "；;。")
            value += WINDOWED["whole"] * (last == len(clauses) - 1 or notice.text[clauses[last].end - 1] in "；;。")
            if best is None or value > best[0]:
                best = (value, candidate)
    chosen = best[1] if best else span
    chosen = _to_the_stop(notice, _beyond_exception(notice, chosen, clauses, limit), clauses, limit)
    if u.wants.deadline and not years_of(chosen.of(notice.text)):
        chosen = _with_time(notice, span, chosen, clauses)
    rungs = rungs_of(notice.text, span)
    if any(rung.overlaps(chosen) for rung in rungs):  # one rung of 不足1万元…；1万元以上… would read as the whole rule
        chosen = Span(min(chosen.start, rungs[0].start), max(chosen.end, rungs[-1].end))
    end = chosen.end
    while end > chosen.start and notice.text[end - 1] in "，,；;、 \n":
        end -= 1
    return Span(chosen.start, end)


def cases(notice: Notice, span: Span, states: Callable[[str], bool]) -> list[Span]:
    """The parts of a sentence that states something for each of several cases (医师…3年以上；护士…5年以上): those that hold
    what ``states`` looks for, trimmed; [] where fewer than two do."""
    parts = [trimmed(notice.text, p) for p in _with_amendments(notice.text, _semicolons(notice.text, span))]
    held = [p for p in parts if states(p.of(notice.text))]
    return held if len(held) > 1 else []


def segment(notice: Notice, parts: Sequence[Span], units: tuple[Unit, ...], weights: Weights) -> Span | None:
    """Of the cases of a sentence the one that is asked, where the question's words stand in one of them much more than in the
    others; else None."""
    said = (p.of(notice.text) for p in parts)
    own = (s.rpartition("：")[2] for s in said)  # what leads in speaks of every case
    covered = sorted(((weights.coverage(units, bigrams(s)), p) for s, p in zip(own, parts, strict=True)), reverse=True)
    return covered[0][1] if len(covered) > 1 and covered[0][0] - covered[1][0] >= CASE_LEAD else None


def contrasted(asked: str, notice: Notice, parts: Sequence[Span]) -> Span | None:
    """The one case that has a word ``asked`` has too, of which every other has the contrast (副高 here, 正高 there); else None."""
    told = [sides(asked, p.of(notice.text)) for p in parts]
    for n, (same, _) in enumerate(told):
        if any(all(number in other for m, (_, other) in enumerate(told) if m != n) for number in same):
            return parts[n]
    return None


def _semicolons(text: str, span: Span) -> list[Span]:
    ends = [at + 1 for at in range(span.start, span.end) if text[at] in "；;"]
    starts = [span.start, *ends]
    return [Span(a, b) for a, b in zip(starts, [*ends, span.end], strict=True) if b > a]


def _with_amendments(text: str, parts: Sequence[Span]) -> list[Span]:
    """``parts`` of a sentence, of which one that changes the one before it (…，可以延长至7日) stands together with that."""
    found: list[Span] = []
    for part in parts:
        if found and _AMENDS.match(part.of(text)):
            found[-1] = Span(found[-1].start, part.end)
        else:
            found.append(part)
    return found


def _beyond_exception(notice: Notice, chosen: Span, clauses: Sequence[Span], limit: int) -> Span:
    """``chosen`` grown to the right where it ends with an exception (除…外，): what is excepted from comes behind."""
    while _EXCEPTION.search(chosen.of(notice.text)):
        behind = next((c for c in clauses if c.start >= chosen.end), None)
        if behind is None or behind.end - chosen.start > 2 * limit:
            break
        chosen = Span(chosen.start, behind.end)
    return chosen


def _to_the_stop(notice: Notice, chosen: Span, clauses: Sequence[Span], limit: int) -> Span:
    """``chosen`` grown to the right up to the semicolon or full stop, where that is near: what is done in a case (情节严重的，…) and
    what a duty is bound to stand behind it."""
    for clause in (c for c in clauses if c.end >= chosen.end):
        if clause.end - chosen.start > 2 * limit:
            break
        if notice.text[clause.end - 1] in "；;。" or clause is clauses[-1]:
            parts = _semicolons(notice.text, Span(clause.end, clauses[-1].end))
            end = parts[0].end if parts and _AMENDS.match(parts[0].of(notice.text)) else clause.end
            return Span(chosen.start, end if end - chosen.start <= 2 * limit else clause.end)
    return chosen


def _with_time(notice: Notice, span: Span, chosen: Span, clauses: Sequence[Span]) -> Span:
    """``chosen`` grown to the left up to the clause that says when (到2020年，…), where the sentence has one."""
    for clause in reversed(clauses):
        if clause.start < chosen.start and years_of(clause.of(notice.text)):
            return Span(clause.start, chosen.end)
    return chosen


def article_picks(evidence: Sequence[Evidence]) -> list[tuple[Evidence, Article, float]]:
    """Articles behind the evidence, each once, best first by the sum of their passages' standing."""
    best: dict[tuple[str, int], tuple[Evidence, float]] = {}
    for item in evidence:
        key = (item.notice.id, item.passage.article)
        known = best.get(key)
        score = item.score + OF_BEST * item.best.score
        if known is None or score > known[1]:
            best[key] = (item, score)
    ranked = sorted(best.values(), key=lambda pair: -pair[1])
    return [(item, item.notice.articles[item.passage.article], score) for item, score in ranked]


def diverse(picks: Iterable[Pick], *, limit: int, floor: float) -> list[Pick]:
    """The first pick and further ones at least ``floor`` of its score, no two overlapping."""
    kept: list[Pick] = []
    for pick in picks:
        if kept and pick.score < floor * kept[0].score:
            break
        if any(k.notice.id == pick.notice.id and k.span.overlaps(pick.span) for k in kept):
            continue
        kept.append(pick)
        if len(kept) == limit:
            break
    return kept
