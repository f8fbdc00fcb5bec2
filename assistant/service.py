"""The assistant (问答服务): question in, cited answer out. The one deep class of this layer.

``ask`` runs: understand → verdicts → plan and retrieve → draft → gate → render; ``stream`` yields the blocks as they become
certain and then the answer. Thread-safe for reading: nothing is kept between questions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from assistant.answering import refusal
from assistant.answering.caveats import caveats
from assistant.answering.desk import Clock, Desk
from assistant.answering.draft import Draft, render
from assistant.answering.refusal import Silence
from assistant.answering.shortening import shortened
from assistant.answering.suggest import suggestions
from assistant.applicability import verdicts as verdicts_for
from assistant.blocks import Blocks, growing, led_in, prose, to_text
from assistant.dispatch import Dispatcher
from assistant.duties.extraction import Duty, duties_of
from assistant.errors import QuestionError, ScopeError
from assistant.hospitals import HospitalKind, names_kind
from assistant.kinds import MANNERS
from assistant.kinds.planner import Planner
from assistant.llm.condensing import MAX_CONTENT
from assistant.query.parts import asked_at_end
from assistant.query.read import understand
from assistant.query.router import ACTS, HANGS, Router
from assistant.query.types import Query
from assistant.retrieval.evidence import Retriever
from assistant.settings import Settings
from assistant.tasks.composing import Official, compose
from assistant.tasks.ordering import Order
from assistant.told import Told
from assistant.topics import near_clauses, on_topic
from assistant.types import Answer, Binding, Kind, Profile, RefusalReason, Turn, Verdict
from assistant.verification.gate import Gate, embedding_similarity
from corpus import Corpus, load_corpus
from corpus.synonyms import all_terms
from corpus.territory import territory
from corpus.text import whole_characters
from corpus.types import Notice
from corpus.typos import Speller
from index import Index, open_or_build
from index.adapter import plain, weights_of
from index.entailment import load_entailment
from index.question_readings import QuestionReadings
from index.reader import load_reader, load_verdict

if TYPE_CHECKING:
    from assistant.llm.client import LanguageModel
    from assistant.llm.writing import Writer

READINGS = 32
"""Messages whose reading is kept; one is asked of three routers, and again by part."""
PASTED = "贴入的文字只作背景，按末尾的问题回答。"
MOST_PASTED = 60_000
"""Characters of a pasted text with a question at its end."""
Progress = Callable[[int, int, str], None]
"""Told how many passages and sentences are embedded, of how many, and what is under way."""


class Assistant:
    """Answers questions over one corpus and its index."""

    def __init__(
        self,
        corpus: Corpus,
        index: Index,
        settings: Settings | None = None,
        *,
        today: date | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        """
        Args:
            model: writes instead of the configured endpoint where ``answer.answerer`` is ``llm``.
        """
        self.corpus = corpus
        self.index = index
        self.settings = settings or Settings.load()
        self._today = today or self.settings.today
        self._notices = {n.id: n for n in corpus.notices}
        self._speller = Speller((n.text for n in reversed(corpus.notices)), all_terms(), corpus.cache_dir)
        embedder = plain(index.embedder)
        read, weights = QuestionReadings(embedder, kept=READINGS), weights_of(embedder)
        self._readings = read
        self._router = Router.load(read, fingerprint=weights)
        self._acts = Router.load(read, fingerprint=weights, path=ACTS)
        self._hangs = Router.load(read, fingerprint=weights, path=HANGS)
        self._reader = load_reader(self.settings.index_config())
        self._retriever = Retriever(index, corpus.notices, mode=self.settings.answer.mode, reader=self._reader)
        verdicts = load_verdict(self.settings.index_config())
        top_k = self.settings.answer.top_k
        self.desk = Desk(corpus.notices, self._retriever, top_k=top_k, manners=MANNERS, verdicts=verdicts)
        self._dispatcher = Dispatcher(
            Planner(self.desk), self._retriever, corpus.notices, self._verdicts, self._compose
        )
        similarity, entailment = embedding_similarity(embedder), load_entailment(self.settings.index_config())
        self.gate = Gate(self._notices, self._retriever.weights, similarity, entailment=entailment)
        self._model = model
        self._writer = self._model_writer(model) if self.settings.answer.answerer == "llm" else None

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

    def without(self, notice_ids: Collection[str]) -> Assistant:
        """One that answers as if these notices were not there; model, stores and rows are shared with this one."""
        corpus = self.corpus.without(notice_ids)
        return Assistant(corpus, self.index.for_corpus(corpus), self.settings, today=self._today, model=self._model)

    def _model_writer(self, model: LanguageModel | None) -> Writer:
        from assistant.llm.client import Endpoint, warm_up
        from assistant.llm.writing import Writer

        settings = self.settings.llm
        if model is None:
            warm_up()
            model = Endpoint(settings)
        return Writer(model, self._notices, self.gate, settings)

    @property
    def today(self) -> date:
        return self._today or date.today()

    def applicable(
        self,
        region: str | None,
        as_of: date | None,
        topic: str | None = None,
        *,
        hospital_kind: HospitalKind | None = None,
        kinds: Sequence[HospitalKind] = (),
    ) -> tuple[Verdict, ...]:
        """A verdict for every notice of the corpus for ``region`` on ``as_of`` (today when None); without a region what only a
        place has to carry out may bind.

        ``topic`` (事项) is looked for in each notice, and what was found is said; it changes no verdict.
        ``hospital_kind``, or several ``kinds``, narrow it to what a notice says of such hospitals (机构类型).
        """
        day, asked = as_of or self.today, kinds or ((hospital_kind,) if hospital_kind else ())
        found = verdicts_for(
            self.corpus.notices, region, day, private=names_kind(topic or "", HospitalKind.PRIVATE), kinds=asked
        )
        if region is None:
            found = tuple(sorted(map(self._unplaced, found), key=lambda v: tuple(Binding).index(v.binding)))
        if not topic:
            return found
        near = partial(near_clauses, self._retriever, self.understand(topic))
        return on_topic(found, self.corpus.notices, topic, self._retriever.weights, near)

    def _unplaced(self, verdict: Verdict) -> Verdict:
        """Where no place is said, a place's own notice is not held to bind: that depends on where the asker is."""
        if verdict.binding.apart or not territory(self._notices[verdict.notice_id]):
            return verdict
        return replace(verdict, binding=Binding.MAY_BIND, code="place_open", reason=f"没有选地区；{verdict.reason}")

    def duties(
        self,
        region: str | None,
        body: str | None = None,
        *,
        as_of: date | None = None,
        notice_ids: Collection[str] | None = None,
    ) -> tuple[Duty, ...]:
        """Who must do what by when in ``region`` on ``as_of`` (today when None), by deadline; only by ``notice_ids``, where given.

        Raises:
            ScopeError: the region does not exist.
        """
        place = checked_profile(region, None).region
        return duties_of(self.corpus.notices, place, body, as_of=as_of or self.today, notice_ids=notice_ids)

    def _compose(self, order: Order) -> Official:
        return compose(self, order)

    def ask(self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None) -> Answer:
        """Answer ``question``.

        Raises:
            QuestionError: empty, or longer than ``answer.max_question_chars``.
        """
        return next(a for a in self.stream(question, history=history, profile=profile) if isinstance(a, Answer))

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None
    ) -> Iterator[Blocks | Answer]:
        """Growing blocks that have passed the gate, then the :class:`Answer`."""
        clock = Clock()
        typed, question = question, self._checked(question)
        history = [replace(turn, content=whole_characters(turn.content)) for turn in history]
        profile = profile or Profile()
        u = self._stand_alone(self.understand(question, history, profile), history, profile)
        if len(question) < len(typed.strip()):
            u = replace(u, notes=(PASTED, *u.notes))
        clock.mark("understand")
        told = self._dispatcher.told(u, clock)
        u, evidence = told.query, list(told.evidence)
        answer = self._finish(told, clock)
        draft = told.outcome if isinstance(told.outcome, Draft) else Draft(())
        if self._writer and self._left_to_model(told, answer):
            yield from self._writer.stream(
                u, answer, draft, evidence, leads=told.leads, several=told.several, extract_note=told.extract_note
            )
            return
        if not answer.refused:
            yield from growing(answer.blocks)
        yield answer

    def _stand_alone(self, u: Query, history: Sequence[Turn], profile: Profile) -> Query:
        """With a model at hand, a short follow-up from which the rules carried nothing is rewritten by it."""
        if self._writer is None or not history or u.carried or len(u.content) > MAX_CONTENT or u.wants.out_of_scope:
            return u
        rewritten = self._writer.condense(u, history)
        return self.understand(rewritten, history, profile) if rewritten and not u.repeats(rewritten) else u

    @staticmethod
    def _left_to_model(told: Told, answer: Answer) -> bool:
        """Everything there are passages for: also where the extract would be silent, since what a model proves is shown.

        What is made by rule (lists of the library, tables of figures) and refusals for another reason stay as they are.
        """
        silent = answer.refused and answer.refusal is RefusalReason.SILENT
        return bool(told.evidence) and not told.fixed and not told.civil and (silent or not answer.refused)

    def _checked(self, question: str) -> str:
        text = whole_characters(question).strip()
        limit = self.settings.answer.max_question_chars
        if not text:
            raise QuestionError("问题是空的。请输入要问的内容，例如：湛江取消耗材加成的钱怎么补？")
        if len(text) <= limit:
            return text
        asked = asked_at_end(text, limit) if len(text) <= MOST_PASTED else ""
        if not asked:
            raise QuestionError(
                f"问题有{len(text)}字，超过上限{limit}字，末尾也没有看到问句。请只写要问的内容，或把问题写在最后"
            )
        return asked

    def understand(self, question: str, history: Sequence[Turn] = (), profile: Profile | None = None) -> Query:
        """How ``question`` is read: kind, scope, topic and what was carried from the conversation."""
        u = understand(
            question,
            self.corpus.notices,
            history=history,
            profile=profile,
            today=self.today,
            speller=self._speller,
            router=self._router,
            acts=self._acts,
            hangs=self._hangs,
            ahead=self._readings.ahead,
        )
        if self.settings.answer.understanding:
            return u
        plain = understand(question, (), today=self.today)
        wants = replace(plain.wants, kind=Kind.TEXT, out_of_scope=None)
        return replace(
            plain, wants=wants, topic=question, content=question, regions=(), notice_ids=(), unknown_numbers=()
        )

    def _verdicts(self, u: Query) -> tuple[Verdict, ...]:
        if u.wants.out_of_scope:
            return ()
        if u.kind is Kind.COMPARISON and len(u.regions) > 1:
            return ()
        place = u.region or (u.home if u.kind in (Kind.APPLICABILITY, Kind.CHANGE) else None)
        if place is None and not u.as_of_from and not u.notice_ids and u.kind is not Kind.APPLICABILITY:
            return ()
        return verdicts_for(self.corpus.notices, place, u.as_of, private=u.private, kinds=u.kinds)

    def _finish(self, told: Told, clock: Clock) -> Answer:
        u, outcome, evidence = told.query, told.outcome, list(told.evidence)
        shown_for = replace(u, regions=(u.home,)) if told.verdicts and u.region is None and u.home else None
        verdicts = (
            self._verdicts(shown_for) if shown_for else told.verdicts
        )  # 按医保条例…: what binds the asker, not everyone
        base = Answer(
            kind=u.kind, retrieved=tuple(e.hit for e in evidence[: max(self.settings.answer.top_k, 10)]), applicable=verdicts,
            question_understood=u.rewritten, scope=u.scope, corpus_hash=self.corpus.hash, settings_hash=self.settings.hash,
            slips=u.slips, task=u.task.value,
        )  # fmt: skip
        if told.civil:
            return replace(base, blocks=prose(told.civil), notes=u.notes, latency_ms=clock.total, timings=clock.timings)
        first = "".join(f"{one}。" for one in u.unheld)
        if isinstance(outcome, Draft):
            draft, dropped = self.gate.apply(outcome) if self.settings.answer.gate else (outcome, ())
            clock.mark("gate")
            if not draft.empty:
                shown, citations = render(draft, self._notices)
                shown = shortened(shown, citations, self._notices)
                cited = (self._notices[c.notice_id] for c in citations)
                said = (*draft.notes, *caveats(cited, u.as_of, to_text(shown), today=self.today))
                return replace(
                    base, blocks=(*prose(first), *shown, *prose("".join(said))), citations=citations, notes=(*u.notes, *said),
                    dropped=tuple(d.text for d in dropped), suggestions=suggestions(u, evidence, citations),
                    latency_ms=clock.total, timings=clock.timings,
                )  # fmt: skip
            outcome = refusal.silent(Silence("uncovered"), u, evidence)
        near = self.gate.apply(outcome.near)[0] if outcome.near is not None else Draft(())
        quoted, citations = render(near, self._notices) if not near.empty else ((), ())
        return replace(
            base,
            blocks=(*prose(f"{first}{outcome.text}"), *led_in(refusal.NEAREST, quoted)),
            citations=citations,
            refused=True,
            refusal=outcome.reason,
            notes=u.notes,
            latency_ms=clock.total,
            timings=clock.timings,
        )


def checked_profile(region: str | None, as_of: str | None) -> Profile:
    """A profile from typed values; raises :class:`ScopeError` in Chinese."""
    from assistant.query.scope import check_profile

    return check_profile(region, as_of)


__all__ = ["Assistant", "Notice", "RefusalReason", "ScopeError", "checked_profile"]
