"""What is still 待核对 (待核对要素): every open fact with its best guess, and settling them, one or a whole table.

The one way facts change without a new file. The trap: a guess is shown to be confirmed by a person and never becomes a
fact by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from assistant.keeping.keeper import Progress, finish, refresh
from assistant.settings import Settings
from corpus.amending import amend, settled
from corpus.errors import CorpusError, MetadataError
from corpus.facts_file import read_facts
from corpus.journal import locked
from corpus.keeping import settle
from corpus.library import Corpus, load_corpus
from corpus.typed import NAMES, parsed_overrides
from corpus.types import UNKNOWN_REGION, Notice

if TYPE_CHECKING:
    from index.types import Embedder


@dataclass(frozen=True, slots=True)
class OpenFact:
    """One fact that is 待核对: what it would be if the best guess is right ("" where there is none), 0 to 1 how sure."""

    key: str
    name: str
    guess: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Settled:
    """What :func:`settle_facts` did: the notices as they are now, and a sentence for each thing not taken."""

    notices: tuple[Notice, ...]
    faults: tuple[str, ...] = ()


def open_facts(notice: Notice) -> tuple[OpenFact, ...]:
    """The facts of ``notice`` that are 待核对, in the order people are asked for them."""
    return tuple(
        OpenFact(key, NAMES[key], _guess(notice, key), round(notice.confidence.get(key, 0.0), 2))
        for key in notice.unverified
    )


def _guess(notice: Notice, key: str) -> str:
    value = getattr(notice, key)
    if value in (None, "", UNKNOWN_REGION):
        return notice.guesses.get(key, "")
    return str(value)


def settle_facts(
    settings: Settings,
    said: Mapping[str, Mapping[str, str]],
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Settled:
    """Settle facts of notices that are in the library; all that is typed is checked before anything is written.

    Args:
        said: for each notice (id, number, title), values as typed.

    Raises:
        CorpusError: no such notice, a bad value, another process is at work, or the disk is full.
        SearchIndexError: the facts are settled, the index is not up to date; ``assistant build`` finishes it.
    """
    with locked(settings.data_dir):
        finish(settings, embedder)
        corpus = load_corpus(settings.data_dir)
        meant = [(corpus.find(name), _checked(name, values)) for name, values in said.items()]
        return Settled(_written(settings, corpus, meant, embedder, progress))


def settle_table(
    settings: Settings, path: Path, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Settled:
    """Settle facts by a facts file whose first column is the file a notice came from, its id, number or title.

    Raises:
        CorpusError: the file cannot be used, another process is at work, or the disk is full.
        SearchIndexError: as :func:`settle_facts`.
    """
    facts = read_facts(path)
    faults = list(facts.faults)
    with locked(settings.data_dir):
        finish(settings, embedder)
        corpus = load_corpus(settings.data_dir)
        meant = []
        for line in facts.lines:
            try:
                meant.append((_named(corpus, line.file), parsed_overrides(line.values)))
            except CorpusError as error:
                faults.append(f"{facts.name} 第 {line.line} 行：{error}")
        return Settled(_written(settings, corpus, meant, embedder, progress), tuple(faults))


def _checked(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    parsed = parsed_overrides(values)
    if "id" in parsed:
        raise MetadataError(name, "id", "编号不能改；请移除后用新编号重新添加")
    return parsed


def _named(corpus: Corpus, wanted: str) -> Notice:
    """By the file it came from, else as :meth:`Corpus.find`."""
    name = PurePosixPath(wanted.replace("\\", "/")).name
    hits = [n for n in corpus.notices if PurePosixPath(n.origin.removeprefix("文件 ")).name == name]
    return hits[0] if len(hits) == 1 else corpus.find(wanted)


def _written(
    settings: Settings,
    corpus: Corpus,
    meant: Sequence[tuple[Notice, dict[str, Any]]],
    embedder: Embedder | None,
    progress: Progress | None,
) -> tuple[Notice, ...]:
    done = []
    for notice, values in meant:
        amend(settings.data_dir, settled(notice, values))
        done.append(notice.id)
    if not done:
        return ()
    after = load_corpus(settings.data_dir, earlier=corpus)
    refresh(settings, after, embedder, progress or (lambda done, total, label: None), purge=False)
    settle(settings.data_dir)
    return tuple(after.get(one) for one in done)
