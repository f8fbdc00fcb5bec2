"""Adds, replaces and removes notices so that answers follow at once (入库与移除): files, then index, then proof.

The one place where ``corpus.keeping`` and ``index`` meet. A killed call leaves a journal; the next call of any of these
carries it to its end first. The trap: hold the lock over files and index together, or two processes could each index
the other's half-done work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.keeping.audit import LOCAL, Audit
from assistant.settings import Settings
from corpus import fitted
from corpus.cache import cache_of
from corpus.errors import CorpusError, MetadataError, ReadError
from corpus.facts_file import match_files, read_facts
from corpus.families import like
from corpus.guard import read_ahead
from corpus.intake import Prepared, prepare
from corpus.journal import Pending, locked
from corpus.keeping import put, recover, settle, take_out
from corpus.library import Corpus, load_corpus, load_notice, remember
from corpus.readers import File, expand
from corpus.typed import parsed_overrides
from corpus.types import Notice

if TYPE_CHECKING:
    from assistant.keeping.withdrawal import Trace
    from corpus.doctor import Finding
    from index.types import Embedder

Progress = Callable[[int, int, str], None]
_LOG = logging.getLogger(__name__)
ALIKE = fitted.number("keeping.keeper.alike")


@dataclass(frozen=True, slots=True)
class Added:
    """A notice that went in. ``replaced`` and ``unchanged`` tell a new version and one that was there already;
    ``alike`` holds ids and shares of near-duplicates that stay beside it."""

    notice: Notice
    file: str
    replaced: bool
    unchanged: bool
    warnings: tuple[str, ...]
    alike: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that did not go in, and why, in Chinese with the remedy."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What :func:`add` did, file by file; ``faults`` are lines of the facts file that were not taken, each a sentence."""

    added: tuple[Added, ...]
    failed: tuple[Failed, ...]
    faults: tuple[str, ...] = ()


def add(
    settings: Settings,
    paths: Sequence[Path],
    overrides: Mapping[str, str] | None = None,
    *,
    facts: Path | None = None,
    replace_id: str | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    earlier: Corpus | None = None,
    who: str = LOCAL,
) -> Outcome:
    """Add files, folders and zips; each file goes in whole or not at all, and the index follows once at the end.

    Args:
        overrides: ``--set`` values, for every file given.
        facts: a facts file (:mod:`corpus.facts_file`) with a line a document; it is no document itself.
        replace_id: the notice the one file given is a new version of.
        earlier: the corpus as this process last loaded it; what is unchanged is not read again.
        who: the caller, for the record (:mod:`assistant.keeping.audit`).

    Raises:
        CorpusError: a bad override, an unknown ``replace_id``, or another process is at work.
        SearchIndexError: the notices are in, the index is not up to date; ``assistant build`` finishes it.
    """
    tell = progress or (lambda done, total, label: None)
    parsed_overrides(overrides or {})
    told_facts = read_facts(facts) if facts is not None else None
    with locked(settings.data_dir):
        finish(settings, embedder)
        before = corpus = load_corpus(settings.data_dir, earlier=earlier)
        cache = cache_of(settings.data_dir)
        added: list[Added] = []
        failed: list[Failed] = []
        files = [file for file in _files(paths, failed) if not _is_facts(file, facts)]
        if replace_id is not None and len(files) != 1:
            raise ReadError("--replace", f"只能配一份文件，收到 {len(files)} 份，请逐份替换")
        single = sorted({"id", "number", "title"} & set(overrides or {}))
        if single and len(files) != 1:
            raise MetadataError("--set", single[0], f"只能配一份文件，收到 {len(files)} 份，请逐份添加")
        known, faults = match_files(told_facts, [file.name for file in files]) if told_facts else ({}, ())
        faults = (*(told_facts.faults if told_facts else ()), *faults)
        with read_ahead(files) as read:
            for order, file in enumerate(files):
                tell(order, len(files), f"读入 {file.name}")
                try:
                    said = {**known.get(file.name, {}), **(overrides or {})}
                    prepared = prepare(file, corpus, said, replace_id=replace_id, read=read)
                    one, corpus = _keep(settings, prepared, corpus, cache)
                except CorpusError as error:
                    failed.append(Failed(file.name, str(error)))
                    continue
                except Exception as error:  # a reader's slip on one file must not lose the others
                    _LOG.exception("cannot read %s", file.name)
                    failed.append(
                        Failed(
                            file.name,
                            f"读不下去（{type(error).__name__}），请另存为 DOCX 或 TXT 后重试，并报告这个文件",
                        )
                    )
                    continue
                added.append(one)
        changed = [one for one in added if not one.unchanged]
        if changed:
            purge = any(one.replaced for one in changed)
            one_more = len(changed) == 1 and not purge
            folder = settings.data_dir / "notices" / changed[0].notice.id
            after = before.with_notice(folder) if one_more else load_corpus(settings.data_dir, earlier=before)
            refresh(settings, after, embedder, tell, purge=purge)
            settle(settings.data_dir)
            audit = Audit(settings.data_dir)
            for one in changed:
                told = {"notice": one.notice.id, "number": one.notice.number, "content": one.notice.content_hash}
                audit.write(who, "replaced" if one.replaced else "added", told)
    return Outcome(tuple(added), tuple(failed), faults)


def _is_facts(file: File, facts: Path | None) -> bool:
    """A facts file that lies in the folder it is about is not one of its documents."""
    return facts is not None and Path(file.name).name == facts.name and file.content == facts.read_bytes()


def _keep(settings: Settings, prepared: Prepared, corpus: Corpus, cache: Path) -> tuple[Added, Corpus]:
    notice = prepared.notice
    doubts = (doubt.message for doubt in prepared.doubts if doubt.key not in notice.unverified)
    warnings = (*prepared.warnings, *doubts)
    if prepared.unchanged:
        return Added(corpus.get(prepared.replaces or notice.id), prepared.original_name, False, True, warnings), corpus
    others = [one for one in corpus.notices if one.id != notice.id]
    put(settings.data_dir, prepared)
    remember(prepared.document, cache)
    kept = load_notice(settings.data_dir / "notices" / notice.id, cache)
    alike = tuple(like(kept.text, others, cache, ALIKE))
    corpus = replace(corpus, notices=(*others, kept))
    return Added(kept, prepared.original_name, prepared.replaces is not None, False, warnings, alike), corpus


def _files(paths: Sequence[Path], failed: list[Failed]) -> Iterator[File]:
    for path in paths:
        try:
            yield from expand(path)
        except ReadError as error:
            failed.append(Failed(path.name, str(error)))


def remove(
    settings: Settings,
    notice_id: str,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    who: str = LOCAL,
) -> list[Trace]:
    """Remove a notice from every store and prove it: the traces returned all count zero.

    Args:
        who: the caller, for the record (:mod:`assistant.keeping.audit`).

    Raises:
        UnknownNoticeError: there is none.
        CorpusError: another process is at work, or the journal cannot be written.
        SearchIndexError: the files are gone, the index could not follow; run it again.
    """
    from assistant.keeping.withdrawal import traces

    tell = progress or (lambda done, total, label: None)
    with locked(settings.data_dir):
        finish(settings, embedder)
        corpus = load_corpus(settings.data_dir)
        found = corpus.find(notice_id)
        take_out(settings.data_dir, found.id, corpus)
        _after_removal(settings, found.id, embedder, tell)
        settle(settings.data_dir)
        Audit(settings.data_dir).write(who, "removed", {"notice": found.id, "number": found.number})
        return traces(settings.data_dir, found.id, token=settings.index_config().store_token)


def finish_interrupted(settings: Settings, *, embedder: Embedder | None = None) -> str | None:
    """Carry an operation that was killed to its end; the notice's id, None where nothing was unfinished."""
    with locked(settings.data_dir):
        unfinished = finish(settings, embedder)
    return unfinished.notice_id if unfinished else None


def finish(settings: Settings, embedder: Embedder | None) -> Pending | None:
    unfinished = recover(settings.data_dir)
    if unfinished is not None:
        gone = unfinished.notice_id not in load_corpus(settings.data_dir)
        if gone:
            _after_removal(settings, unfinished.notice_id, embedder, lambda done, total, label: None)
        else:
            corpus = load_corpus(settings.data_dir)
            refresh(settings, corpus, embedder, lambda done, total, label: None, purge=unfinished.purge)
        settle(settings.data_dir)
    return unfinished


def _after_removal(settings: Settings, notice_id: str, embedder: Embedder | None, tell: Progress) -> None:
    from assistant.keeping.withdrawal import withdraw_from_logs

    withdraw_from_logs(settings.data_dir, notice_id)
    refresh(settings, load_corpus(settings.data_dir), embedder, tell, purge=True)


def refresh(settings: Settings, corpus: Corpus, embedder: Embedder | None, tell: Progress, *, purge: bool) -> None:
    """Bring the index up to date; with ``purge`` older generations, which hold what is gone, are deleted."""
    from index import build_index
    from index.clearing import drop_older

    config = settings.index_config()
    build_index(corpus, config, embedder=embedder, progress=tell)
    if purge:
        drop_older(config.data_dir, token=config.store_token)


def check(
    settings: Settings, *, fix: bool = False, embedder: Embedder | None = None
) -> tuple[list[Finding], list[str]]:
    """Everything found in corpus and index, faults first, and what was mended before looking.

    An operation that was killed is always carried to its end first; the rest of what is safe only with ``fix``.
    """
    from corpus.doctor import Finding, check_folders, mend
    from corpus.doctor import check as check_corpus
    from index import Index, build_index
    from index import check as check_index
    from index.errors import SearchIndexError

    done: list[str] = []
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if fix:
        done += mend(settings.data_dir)
    try:
        finished = finish_interrupted(settings, embedder=embedder)
        done += [f"已完成上次中断的操作：{finished}"] if finished else []
    except SearchIndexError as error:
        done.append(f"上次中断的操作还差更新索引：{error}")
    except CorpusError:
        return check_folders(settings.data_dir), done
    try:
        corpus = load_corpus(settings.data_dir)
    except CorpusError:
        return check_folders(settings.data_dir), done
    config = settings.index_config()
    if fix:
        with locked(settings.data_dir):
            report = build_index(corpus, config, embedder=embedder)
            settle(settings.data_dir)
        done += ["已更新索引"] if report.changed else []
    findings = check_corpus(corpus, settings.data_dir)
    try:
        index = Index.open(config, corpus, embedder=embedder)
        faults = check_index(index, corpus)
        if faults and fix:
            with locked(settings.data_dir):
                build_index(corpus, config, embedder=embedder, force=True)
            done.append("已重建索引")
            faults = check_index(Index.open(config, corpus, embedder=embedder), corpus)
    except SearchIndexError as error:
        return [Finding("unloadable", str(error), fixable=True), *findings], done
    return [*(Finding(f.code, f.message, fixable=True) for f in faults), *findings], done
