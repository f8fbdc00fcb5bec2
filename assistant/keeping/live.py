"""An assistant that follows its corpus (在线更新): files are previewed, added and removed while it answers.

The page holds one of these for its whole life; each change builds a new :class:`Assistant` around the loaded embedding
model and puts it in place in one assignment, so a question is answered wholly by one state of the corpus. A change
made by another process (``assistant add``) is noticed at the next question, at most every few seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from assistant.blocks import Blocks
from assistant.drafting.draft import CheckedSentence, checked_sentences, sentences_to_check
from assistant.drafting.library import LibraryVerifier
from assistant.duties.extraction import Duty
from assistant.hospitals import HospitalKind
from assistant.keeping.audit import LOCAL, Audit
from assistant.keeping.keeper import Outcome, add, remove
from assistant.keeping.recent import RecentAnswers
from assistant.keeping.reviewing import Settled, settle_facts, settle_table
from assistant.keeping.withdrawal import Trace
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.tasks.composing import Official, compose
from assistant.tasks.ordering import Order
from assistant.types import Answer, Profile, Turn, Verdict
from corpus.differences import Comparison, compare
from corpus.editions import Edition, edition_named, editions
from corpus.errors import CorpusError, IncompleteNoticeError
from corpus.guard import read_guarded
from corpus.intake import prepare
from corpus.library import Corpus, load_corpus
from corpus.metadata import Metadata
from corpus.readers import File
from corpus.types import Article, Notice
from index import Index
from index.errors import SearchIndexError
from index.generation import current_folder
from index.nearness import nearness_of

Progress = Callable[[int, int, str], None]
_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What was understood of a file before anything is kept. ``problems`` must be settled first; ``replaces`` is the
    id of the notice that this would be a new version of, ``unchanged`` that it is there already."""

    name: str
    metadata: Metadata
    articles: tuple[Article, ...]
    characters: int
    warnings: tuple[str, ...]
    problems: tuple[str, ...]
    replaces: str | None = None
    unchanged: bool = False
    text: str = ""


ASKED_FIRST = ("title", "issuer", "region")
"""Facts a person at the page is asked for before a file is kept; from the command line it is kept and reviewed later."""


class LiveAssistant:
    """Answers like the :class:`Assistant` it holds, and replaces it when the corpus changes."""

    def __init__(self, assistant: Assistant) -> None:
        self._now = assistant
        self._lock = Lock()
        self._recent = RecentAnswers()
        self._audit = Audit(assistant.settings.data_dir)
        self._generation = self._pointer()
        self._looked = time.monotonic()
        self._verifier: tuple[Assistant, LibraryVerifier] | None = None

    @property
    def current(self) -> Assistant:
        """The assistant of this moment; a change made by another process is noticed here."""
        self._follow()
        return self._now

    @property
    def settings(self) -> Settings:
        return self._now.settings

    @property
    def today(self) -> date:
        return self._now.today

    @property
    def corpus(self) -> Corpus:
        return self._now.corpus

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None, who: str = LOCAL
    ) -> Answer:
        """See :meth:`Assistant.ask`."""
        pieces = self.stream(question, history=history, profile=profile, who=who)
        return next(piece for piece in pieces if isinstance(piece, Answer))

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None, who: str = LOCAL
    ) -> Iterator[Blocks | Answer]:
        """See :meth:`Assistant.stream`; the same question in the same state of things is worked out once. The answer is in
        the record (:mod:`assistant.keeping.audit`), as asked by ``who``, before it is given.

        Raises:
            AuditError: it cannot be recorded.
        """
        self._follow()
        now = self._now
        if self.settings.answer.answerer == "llm":
            pieces = now.stream(question, history=history, profile=profile)
        else:
            key = _key(now, question, history, profile)
            pieces = self._recent.stream(key, lambda: now.stream(question, history=history, profile=profile))
        for piece in pieces:
            if isinstance(piece, Answer):
                self._audit.asked(who, question, profile, piece)
            yield piece

    def known(
        self, question: str, *, history: Sequence[Turn] = (), profile: Profile | None = None, who: str = LOCAL
    ) -> Answer | None:
        """The answer if it was given a moment ago in the same state of things; None means it has to be worked out.

        Raises:
            AuditError: it cannot be recorded that ``who`` asked.
        """
        self._follow()
        if self.settings.answer.answerer == "llm":
            return None
        answer = self._recent.known(_key(self._now, question, history, profile))
        if answer is not None:
            self._audit.asked(who, question, profile, answer)
        return answer

    def applicable(
        self,
        region: str | None,
        as_of: date | None,
        topic: str | None = None,
        *,
        hospital_kind: HospitalKind | None = None,
        kinds: Sequence[HospitalKind] = (),
    ) -> tuple[Verdict, ...]:
        """See :meth:`Assistant.applicable`."""
        self._follow()
        return self._now.applicable(region, as_of, topic, hospital_kind=hospital_kind, kinds=kinds)

    def duties(
        self,
        region: str | None,
        body: str | None = None,
        *,
        as_of: date | None = None,
        notice_ids: Collection[str] | None = None,
    ) -> tuple[Duty, ...]:
        """See :meth:`Assistant.duties`."""
        self._follow()
        return self._now.duties(region, body, as_of=as_of, notice_ids=notice_ids)

    def check(self, name: str, text: str, profile: Profile | None = None) -> tuple[int, Iterator[CheckedSentence]]:
        """How many sentences a draft has, and each of them held against the notices, one after the other.

        Raises:
            DraftError: the draft is too long or states nothing.
        """
        spans, asked = sentences_to_check(name, text), profile or Profile()
        return len(spans), checked_sentences(text, spans, self.verifier(), place=asked.region, as_of=asked.as_of)

    def compose(self, order: Order) -> Official:
        """An official document from clauses of the library. See :func:`assistant.tasks.composing.compose`."""
        self._follow()
        return compose(self._now, order)

    def verifier(self) -> LibraryVerifier:
        """The verifier over the library of this moment; made once for each state of it, and gone with that."""
        self._follow()
        with self._lock:
            if self._verifier is None or self._verifier[0] is not self._now:
                self._verifier = (self._now, LibraryVerifier.of(self._now))
            return self._verifier[1]

    def preview(self, path: Path, overrides: Mapping[str, str] | None = None) -> Preview:
        """Read a file and say what keeping it would mean; writes nothing.

        Raises:
            ReadError: the file cannot be read (encrypted, a scan without text, not what its name says, …).
            MetadataError: a bad override.
        """
        file = File(path.name, path.read_bytes())
        document = read_guarded(file)
        problems: tuple[str, ...] = ()
        replaces, unchanged, warnings = None, False, document.source.warnings
        try:
            ready = prepare(file, self.corpus, overrides, read=lambda _: document)
            replaces, unchanged, warnings = ready.replaces, ready.unchanged, document.warnings
            problems = tuple(doubt.message for doubt in ready.doubts if doubt.key in ASKED_FIRST)
        except IncompleteNoticeError as error:
            problems = error.problems
        return Preview(
            file.name, document.metadata, document.articles, len(document.text), warnings, problems, replaces, unchanged,
            document.text,
        )  # fmt: skip

    def add(
        self,
        path: Path,
        overrides: Mapping[str, str] | None = None,
        *,
        progress: Progress | None = None,
        who: str = LOCAL,
    ) -> Outcome:
        """Keep a file and answer from it at once. See :func:`assistant.keeping.keeper.add`."""
        outcome = add(
            self.settings, [path], overrides,
            embedder=self._now.index.embedder, progress=progress, earlier=self.corpus, who=who,
        )  # fmt: skip
        self._swap()
        return outcome

    def add_all(self, paths: Sequence[Path], *, progress: Progress | None = None, who: str = LOCAL) -> Outcome:
        """Keep several files as they were read; the index follows once, a bad file does not stop the others."""
        outcome = add(
            self.settings, paths, embedder=self._now.index.embedder, progress=progress, earlier=self.corpus, who=who
        )
        self._swap()
        return outcome

    def remove(self, notice_id: str, *, progress: Progress | None = None, who: str = LOCAL) -> list[Trace]:
        """Take a notice out of every store. See :func:`assistant.keeping.keeper.remove`."""
        traces = remove(self.settings, notice_id, embedder=self._now.index.embedder, progress=progress, who=who)
        self._swap()
        return traces

    def settle(self, said: Mapping[str, Mapping[str, str]]) -> Settled:
        """Settle open facts of notices. See :func:`assistant.keeping.reviewing.settle_facts`."""
        done = settle_facts(self.settings, said, embedder=self._now.index.embedder)
        self._swap()
        return done

    def settle_table(self, path: Path) -> Settled:
        """Settle open facts by a table (要素表). See :func:`assistant.keeping.reviewing.settle_table`."""
        done = settle_table(self.settings, path, embedder=self._now.index.embedder)
        self._swap()
        return done

    def notice(self, name: str) -> Notice:
        """A notice by id, number or title; with ``@N`` behind it its N-th edition.

        Raises:
            UnknownNoticeError: there is none.
        """
        self._follow()
        return edition_named(self.corpus, self.settings.data_dir, name)

    def editions(self, notice_id: str) -> tuple[Edition, ...]:
        """Every edition of a notice, oldest first."""
        corpus = self.corpus
        return editions(corpus, self.settings.data_dir, corpus.get(notice_id))

    def difference(self, a: str, b: str) -> tuple[Notice, Notice, Comparison]:
        """Two notices or editions, named as in :meth:`notice`, and what differs clause by clause."""
        one, other = self.notice(a), self.notice(b)
        return one, other, compare(one, other, nearness_of(self._now.index, one, other))

    def _pointer(self) -> str:
        try:
            return current_folder(self.settings.data_dir).name
        except SearchIndexError:
            return ""

    def _follow(self) -> None:
        """Load the corpus again if another process changed it; on a fault the old state goes on serving."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        if self._pointer() == self._generation:
            return
        try:
            self._swap()
        except (CorpusError, SearchIndexError):
            _LOG.warning("the changed corpus cannot be loaded yet", exc_info=True)

    def _swap(self) -> None:
        with self._lock:
            generation = self._pointer()
            corpus = load_corpus(self.settings.data_dir, earlier=self._now.corpus)
            index = Index.open(self.settings.index_config(), corpus, embedder=self._now.index.embedder)
            self._now = Assistant(corpus, index, self.settings)
            self._recent = RecentAnswers()  # the old ones may quote what is gone
            self._verifier = None
            self._generation = generation


def _key(assistant: Assistant, question: str, history: Sequence[Turn], profile: Profile | None) -> Hashable:
    """All that an extract depends on."""
    state = (assistant.corpus.hash, assistant.settings.hash, assistant.today)
    return (*state, question.strip(), tuple(history), profile or Profile())
