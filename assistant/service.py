"""The assistant (问答服务): question in, cited answer out. The one deep class of this layer.

``ask`` runs: understand → verdicts → plan and retrieve → draft → gate → render; ``stream`` yields the text as it becomes
certain and then the answer. Thread-safe for reading: nothing is kept between questions.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant import refusal
from assistant.about import about, wants_about
from assistant.applicability import verdicts as verdicts_for
from assistant.draft import Draft, render
from assistant.errors import QuestionError, ScopeError
from assistant.extractive import Extractive
from assistant.gate import Gate, embedding_similarity
from assistant.refusal import Refusal, Silence
from assistant.retrieval import Evidence, Retriever
from assistant.scope import item_number
from assistant.rulings import binds_somewhere, ruling
from assistant.settings import Settings
from assistant.tables import Row, change, comparison
from assistant.types import Answer, Binding, Kind, Profile, RefusalReason, Turn, Verdict
from assistant.understanding import Understanding, understand
from corpus import Corpus, load_corpus
from corpus.regions import display, is_within
from corpus.types import Notice
from index import Index, open_or_build

if TYPE_CHECKING:
    from assistant.writing import Writer

Progress = Callable[[int, int, str], None]
"""Told how many passages and sentences are embedded, of how many, and what is under way."""


class Assistant:
    """Answers questions over one corpus and its index."""

    def __init__(self, corpus: Corpus, index: Index, settings: Settings | None = None, *, today: date | None = None) -> None:
        self.corpus = corpus
        self.index = index
        self.settings = settings or Settings.load()
        self._today = today or self.settings.today
        self._notices = {n.id: n for n in corpus.notices}
        self._retriever = Retriever(index, corpus.notices, mode=self.settings.answer.mode)
        self._extractive = Extractive(self._retriever.weights)
        self.gate = Gate(self._notices, self._retriever.weights, embedding_similarity(index.embedder))
        self._writer = self._model_writer() if self.settings.answer.answerer == "llm" else None

    @classmethod
    def from_settings(
        cls,
        settings: Settings | None = None,
        *,
        progress: Progress | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> Assistant:
        """Loads the corpus and opens the index; one that is missing, damaged or out of date is built first."""
        settings = settings or Settings.load()
        corpus = load_corpus(settings.data_dir)
        index, _ = open_or_build(settings.index_config(), corpus, progress=progress, notify=notify)
        return cls(corpus, index, settings)

    def _model_writer(self) -> Writer:
        from assistant.llm import Endpoint, warm_up
        from assistant.writing import Writer

        settings = self.settings.llm
        warm_up()
        return Writer(Endpoint(settings), self._notices, self.gate, self._retriever.weights, settings)

    @property
    def today(self) -> date:
        return self._today or date.today()

    def applicable(self, region: str | None, as_of: date | None, topic: str | None = None) -> tuple[Verdict, ...]:
        """A verdict for every notice of the corpus for ``region`` on ``as_of`` (today when None)."""
        return verdicts_for(self.corpus.notices, region, as_of or self.today, question=topic or "")

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None) -> Answer:
        """Answer ``question``.

        Raises:
            QuestionError: empty, or longer than ``answer.max_question_chars``.
        """
        return next(a for a in self.stream(question, history=history, profile=profile) if isinstance(a, Answer))

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None
    ) -> Iterator[str | Answer]:
        """Growing texts that have passed the gate, then the :class:`Answer`."""
        clock = _Clock()
        question = self._checked(question)
        profile = profile or Profile()
        u = self._understand(question, history, profile)
        clock.mark("understand")
        verdicts = self._verdicts(u)
        outcome, evidence = self._outcome(u, verdicts, clock)
        answer = self._finish(u, verdicts, outcome, evidence, clock)
        if self._writer and isinstance(outcome, Draft) and self._left_to_model(u, answer, evidence):
            yield from self._writer.stream(u, answer, outcome, evidence)
            return
        if not answer.refused:
            yield from _growing(answer.text)
        yield answer

    @staticmethod
    def _left_to_model(u: Understanding, answer: Answer, evidence: Sequence[Evidence]) -> bool:
        """Refusals, verdicts and facts about a document itself stay rule-made whatever the answerer."""
        return bool(evidence) and not answer.refused and u.kind is not Kind.APPLICABILITY and not wants_about(u.question)

    def _checked(self, question: str) -> str:
        text = question.strip()
        limit = self.settings.answer.max_question_chars
        if not text:
            raise QuestionError("问题是空的。请输入要问的内容，例如：湛江取消耗材加成的钱怎么补？")
        if len(text) > limit:
            raise QuestionError(f"问题有{len(text)}字，超过上限{limit}字。请只写要问的内容")
        return text

    def _understand(self, question: str, history: Sequence[Turn], profile: Profile) -> Understanding:
        u = understand(question, self.corpus.notices, history=history, profile=profile, today=self.today)
        if self.settings.answer.understanding:
            return u
        plain = understand(question, (), today=self.today)
        wants = replace(plain.wants, kind=Kind.TEXT, out_of_scope=None)
        return replace(plain, wants=wants, topic=question, content=question, regions=(), notice_ids=(), unknown_numbers=())

    def _verdicts(self, u: Understanding) -> tuple[Verdict, ...]:
        if u.wants.out_of_scope:
            return ()
        if u.kind is Kind.COMPARISON and len(u.regions) > 1:
            return ()
        place = u.region or (u.home if u.kind is Kind.APPLICABILITY else None)
        if place is None and not u.as_of_from and not u.notice_ids and u.kind is not Kind.APPLICABILITY:
            return ()
        return verdicts_for(self.corpus.notices, place, u.as_of, question=u.question)

    def _outcome(self, u: Understanding, verdicts: Sequence[Verdict], clock: _Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        notices = self.corpus.notices
        if u.wants.out_of_scope:
            return refusal.out_of_scope(u.wants.out_of_scope, notices), []
        if u.unknown_numbers and not u.notice_ids:
            evidence = self._retriever.retrieve(u, None, top_k=self.settings.answer.top_k)
            return refusal.unknown_notice(u.unknown_numbers[0], notices), evidence
        fact = wants_about(u.question)
        if fact and u.kind is not Kind.COMPARISON:
            told = self._about(fact, u)
            if told:
                return told
        if u.kind is Kind.COMPARISON:
            return self._compare(u, clock)
        if u.kind is Kind.CHANGE:
            return self._change(u, clock)
        if u.kind is Kind.APPLICABILITY:
            return self._rule(u, verdicts, clock)
        return self._answer(u, clock)

    def _about(self, fact: str, u: Understanding) -> tuple[Draft, list[Evidence]] | None:
        """A fact about a notice itself, when one notice is meant; None leaves the question to its content."""
        pool = self._retriever.pool(u)
        meant = list(u.notice_ids) or (list(pool) if len(pool) == 1 else [])
        specific = len(re.sub(r"[依据根文号件方案省里上头哪份主送发给谁单位]", "", u.content)) > 5
        if not meant or len(meant) > 2 or (specific and fact in ("basis", "number", "issued", "issuer")):
            return None
        draft = about(fact, [self._notices[i] for i in meant])
        if draft is None:
            return None
        return draft, self._with_fronts(draft, self._retriever.retrieve(u, meant, top_k=self.settings.answer.top_k))

    def _answer(self, u: Understanding, clock: _Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        pool = self._retriever.pool(u)
        if not pool:
            evidence = self._retriever.retrieve(u, None, top_k=self.settings.answer.top_k)
            return self._no_pool(u), evidence
        evidence = self._retriever.retrieve(u, pool, top_k=max(12, self.settings.answer.top_k))
        clock.mark("retrieve")
        lost = self._lost_item(u, pool)
        if lost:
            return lost, evidence
        silence = self._silence(u, evidence, pool)
        if silence:
            return refusal.silent(silence, u, evidence), evidence
        draft = self._extractive.draft(u, evidence)
        clock.mark("draft")
        if draft is None:
            return self._no_bodies(u, evidence), evidence
        return draft, evidence

    def _no_pool(self, u: Understanding) -> Refusal:
        place = u.region
        if place is not None and binds_somewhere(place, self.corpus.notices):
            own = [n for n in self.corpus.notices if is_within(place, n.region)]
            return refusal.outside_dates(u, own)
        return refusal.no_notice(u.regions or (place or "",), self.corpus.notices)

    def _silence(self, u: Understanding, evidence: Sequence[Evidence], pool: Sequence[str]) -> Silence | None:
        return refusal.silence(u, evidence, self._retriever.weights, [self._notices[i] for i in pool])

    def _lost_item(self, u: Understanding, pool: Sequence[str]) -> Refusal | None:
        """第16项 of a notice whose capture lost that heading, or left nothing but the heading."""
        number = item_number(u.question)
        if number is None or len(pool) != 1:
            return None
        notice = self._notices[pool[0]]
        if not notice.gaps:
            return None
        numbered = {int(d): a for a in notice.articles if a.labels and (d := re.sub(r"\D", "", a.labels[-1])) and "（" not in a.labels[-1]}
        article = numbered.get(number)
        emptied = article is not None and any(
            article.span.contains(g.span) and len(article.span) - len(g.span) - len(article.heading) < 30 for g in notice.gaps
        )
        if numbered and number <= max(numbered) and (article is None or emptied or "缺失" in article.heading):
            return refusal.lost(notice, f"第{number}项")
        return None

    def _no_bodies(self, u: Understanding, evidence: Sequence[Evidence]) -> Refusal:
        """Nobody is named: because the notice names nobody there, or because the capture lost the bracket."""
        item = evidence[0]
        article = item.notice.articles[item.passage.article]
        if u.kind is Kind.BODY and any(article.span.contains(g.span) for g in item.notice.gaps):
            return refusal.lost(item.notice, f"“{article.heading}”一项的责任单位")
        return refusal.silent(Silence("no_bodies" if u.kind is Kind.BODY else "uncovered"), u, evidence)

    def _rule(self, u: Understanding, verdicts: Sequence[Verdict], clock: _Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        pool = u.notice_ids or tuple(v.notice_id for v in verdicts if v.binding is not Binding.DOES_NOT_BIND)
        place = u.region or u.home
        asked = replace(u, regions=(place,) if place else ())
        evidence = self._retriever.retrieve(u, pool or None, top_k=self.settings.answer.top_k)
        clock.mark("retrieve")
        if not pool:
            if place is not None and not binds_somewhere(place, self.corpus.notices):
                return refusal.no_notice((place,), self.corpus.notices), evidence
            own = [n for n in self.corpus.notices if place is None or is_within(place, n.region)]
            return refusal.outside_dates(asked, own), evidence
        ground = []
        if len(u.content) >= 6 and self._silence(u, evidence, pool) is None:
            ground = self._extractive.best(u, evidence[:6], limit=2)
        draft = ruling(asked, verdicts, self._notices, evidence, ground)
        clock.mark("draft")
        if draft is None:
            return refusal.silent(Silence("uncovered"), u, evidence), evidence
        return draft, self._with_fronts(draft, evidence)

    def _with_fronts(self, draft: Draft, evidence: list[Evidence]) -> list[Evidence]:
        """The passages that prove the verdicts are evidence too: put the cited fronts among the first."""
        from index.types import Hit

        fronts: list[Evidence] = []
        known = {e.passage.id for e in evidence}
        top = evidence[0].score if evidence else 1.0
        for statement in draft.each():
            for support in statement.supports:
                notice = self._notices[support.notice_id]
                passage = next(
                    p for p in self.index.passages.values() if p.notice_id == notice.id and p.span.start <= support.span.start < p.span.end
                )
                if passage.id not in known and passage.id not in {f.passage.id for f in fronts}:
                    fronts.append(Evidence(Hit(passage, top), notice, top, ()))
        return [*fronts[:3], *evidence, *fronts[3:]]

    def _compare(self, u: Understanding, clock: _Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        rows: list[Row] = []
        for place in u.regions:
            pool = list(self._retriever.pool(u, place=place))
            pool = [i for i in pool if i in u.notice_ids] or pool
            found = self._retriever.retrieve(u, pool, top_k=8) if pool else []
            rows.append(Row(display(place), tuple(self._notices[i] for i in pool), tuple(found)))
        clock.mark("retrieve")
        evidence = _interleave([list(r.evidence) for r in rows])
        if not any(r.notices for r in rows):
            return refusal.no_notice(u.regions, self.corpus.notices), self._retriever.retrieve(u, None)
        draft = comparison(u, rows, self._extractive, self._retriever.weights)
        clock.mark("draft")
        return draft or refusal.silent(Silence("uncovered"), u, evidence), evidence

    def _change(self, u: Understanding, clock: _Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        pool = u.notice_ids if len(u.notice_ids) > 1 else self._retriever.pool(replace(u, notice_ids=()) if u.region else u)
        if not pool:
            return self._no_pool(u), self._retriever.retrieve(u, None)
        everything = self._retriever.retrieve(u, pool, top_k=20)
        if not u.region and len(u.notice_ids) <= 1 and everything:
            home = everything[0].notice.region
            pool = tuple(i for i in pool if self._notices[i].region == home)
        rows = [Row(self._notices[i].name, (self._notices[i],), tuple(self._retriever.retrieve(u, [i], top_k=6))) for i in pool]
        clock.mark("retrieve")
        evidence = _interleave([list(r.evidence) for r in sorted(rows, key=lambda r: -(r.evidence[0].score if r.evidence else 0))])
        draft = change(u, rows, self._extractive, self._retriever.weights) if len(rows) > 1 else None
        if draft is None:
            silence = self._silence(u, everything, pool)
            single = None if silence else self._extractive.draft(u, everything)
            return single or refusal.silent(silence or Silence("uncovered"), u, everything), everything
        clock.mark("draft")
        return draft, evidence

    def _finish(
        self, u: Understanding, verdicts: tuple[Verdict, ...], outcome: Draft | Refusal, evidence: list[Evidence], clock: _Clock
    ) -> Answer:
        base = Answer(
            "", kind=u.kind, retrieved=tuple(e.hit for e in evidence[: max(self.settings.answer.top_k, 10)]), applicable=verdicts,
            question_understood=u.rewritten, scope=u.scope, corpus_hash=self.corpus.hash, settings_hash=self.settings.hash,
        )  # fmt: skip
        if isinstance(outcome, Draft):
            draft, dropped = self.gate.apply(outcome) if self.settings.answer.gate else (outcome, ())
            clock.mark("gate")
            if not draft.empty:
                text, citations = render(draft, self._notices)
                notes = (*u.notes, *draft.notes)
                if draft.notes:
                    text = f"{text}\n\n{''.join(draft.notes)}"
                return replace(
                    base, text=text, citations=citations, notes=notes, dropped=tuple(d.text for d in dropped),
                    latency_ms=clock.total, timings=clock.timings,
                )  # fmt: skip
            outcome = refusal.silent(Silence("uncovered"), u, evidence)
        return replace(
            base, text=outcome.text, refused=True, refusal=outcome.reason, notes=u.notes, latency_ms=clock.total, timings=clock.timings
        )


class _Clock:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.timings: dict[str, float] = {}

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = self.timings.get(name, 0.0) + round((now - self._last) * 1000, 2)
        self._last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 2)


def _interleave(groups: Sequence[list[Evidence]]) -> list[Evidence]:
    """Best of each group in turn, so that no place is crowded out of the first results."""
    merged: list[Evidence] = []
    for rank in range(max((len(g) for g in groups), default=0)):
        merged += [g[rank] for g in groups if rank < len(g)]
    return merged


def _growing(text: str) -> Iterator[str]:
    """The text sentence by sentence, growing; each piece has passed the gate."""
    end = 0
    for match in re.finditer(r"[。！？\n]+", text):
        end = match.end()
        yield text[:end]
    if end < len(text):
        yield text


def checked_profile(region: str | None, as_of: str | None) -> Profile:
    """A profile from typed values; raises :class:`ScopeError` in Chinese."""
    from assistant.scope import check_profile

    return check_profile(region, as_of)


__all__ = ["Assistant", "Notice", "RefusalReason", "ScopeError", "checked_profile"]
