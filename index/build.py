"""Builds and updates the index: embeds what changed, writes a new generation, swaps it in.

A few new notices are written as an addition beside the whole generation they stand on, so that one more costs the same
in a corpus of five and of a thousand; when the addition has grown past a tenth of its base, or a notice of the base was
removed, a whole generation is written. Every text is known by a hash of its content, the model and the format, so a
text embedded once is never embedded again: its vector comes from an earlier generation or from the checkpoint file a
killed build left behind. The trap: nothing here may import torch, LlamaIndex or Chroma before it is known that
something changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.types import Passage
from index.checkpoint import embed_texts
from index.clearing import clear
from index.embedder import load_embedder
from index.errors import BuildError, IndexMissing, StoreError
from index.generation import (
    STANDBY,
    Serving,
    build_lock,
    current_folder,
    folders_of,
    index_root,
    inputs_key,
    point_to,
    read_manifest,
    read_serving,
    row_count,
    standby_folder,
    store_of,
)  # fmt: skip
from index.saved import KnownVectors, Saved, as_keys, read_saved, sentence_texts, split_keys, text_key
from index.types import Embedder, IndexConfig
from index.writing import Origin, write_addition, write_whole

Progress = Callable[[int, int, str], None]
SMALL_ADDITION = 500  # passages an addition may always hold,
LARGEST_ADDITION = 2000  # may never exceed,
ADDITION_SHARE = 0.1  # and the share of its base up to which it may grow in between


class PassageSource(Protocol):
    """What the build needs of a corpus."""

    @property
    def hash(self) -> str: ...

    def passages(self, max_tokens: int = 320, breadcrumb: bool = True) -> tuple[Passage, ...]:
        """Passages of every notice, notice by notice."""
        ...

    def passages_of(
        self, notice_ids: Collection[str], max_tokens: int = 320, breadcrumb: bool = True
    ) -> tuple[Passage, ...]:
        """Passages of some notices, in the same order."""
        ...

    def passage_keys(self, max_tokens: int = 320, breadcrumb: bool = True) -> Mapping[str, str]:
        """For each notice, in the same order, what changes when any of its passages does."""
        ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``embedded``, ``reused`` and ``removed`` count vectors; ``reused`` is of those written.
    ``reason`` is a Chinese sentence where an old index could not be read and was made anew."""

    changed: bool
    passages: int
    sentences: int
    embedded: int
    reused: int
    removed: int
    seconds: float
    generation: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What to write beside ``base``: the passages of the notices ``changed`` or new; ``hidden`` are those it holds."""

    base: Path
    passages: tuple[Passage, ...]
    changed: tuple[str, ...]
    hidden: tuple[str, ...]


def build_index(
    corpus: PassageSource,
    config: IndexConfig,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> BuildReport:
    """Bring the index in ``config.data_dir`` up to date with ``corpus``; safe to kill at any moment.

    Args:
        embedder: used instead of the configured one.
        progress: called with (done, total, Chinese label).
        force: write a whole new generation even if nothing changed (a store may be damaged); vectors are still reused.

    Raises:
        BuildLocked: another process is building.
        BuildError: full disk or no permission; the previous index keeps serving.
        ModelError: the model cannot be had.
    """
    began, tell = time.perf_counter(), progress or (lambda done, total, label: None)
    embedder = embedder or load_embedder(config, notify=lambda text: tell(0, 1, text))
    keys = corpus.passage_keys(max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
    origin = Origin(inputs_key(keys, embedder.fingerprint, config.store_url), corpus.hash, keys, embedder.fingerprint)
    root = index_root(config.data_dir)
    try:
        with build_lock(root):
            reason, serving = "", []
            try:
                serving = read_serving(current_folder(config.data_dir))
                if serving[0][1].store_url != config.store_url and not force:
                    serving = _standby(config) or serving
                if serving[-1][1].inputs == origin.inputs and not force:
                    return replace(_unchanged(serving, began), changed=_swapped(serving[-1][0], config.data_dir))
            except IndexMissing:
                pass
            except StoreError as error:
                reason = f"原索引不可用，已重建：{error.message}"
            addition = _addition(serving, corpus, config, origin) if serving and not force else None
            counts = _build(root, serving, addition, origin, corpus, config, embedder, tell, force=force)
    except StoreError as error:
        raise BuildError(
            f"{error.message}原索引仍在使用。", "请检查磁盘空间、权限和设置后重新运行 assistant build。"
        ) from error
    except OSError as error:
        raise BuildError(
            f"索引写不进 {root}：{error.strerror or '没有写完'}，原索引仍在使用。",
            "请腾出磁盘空间或检查权限后重新运行 assistant build。",
        ) from error
    now = _unchanged(read_serving(current_folder(config.data_dir)), began)
    return BuildReport(True, now.passages, now.sentences, *counts, now.seconds, now.generation, reason)


def _unchanged(serving: Serving, began: float) -> BuildReport:
    folder, manifest = serving[-1]
    hidden = [serving[0][1].notices[one] for one in manifest.hidden]
    passages = sum(one.passages for _, one in serving) - sum(rows.passages for rows in hidden)
    sentences = sum(one.sentences for _, one in serving) - sum(rows.sentences for rows in hidden)
    return BuildReport(False, passages, sentences, 0, sentences, 0, time.perf_counter() - began, folder.name)


def _standby(config: IndexConfig) -> Serving:
    """The generation that stands ready in the configured store; empty where there is none."""
    folder = standby_folder(config.data_dir)
    try:
        found = read_serving(folder) if folder is not None else []
    except StoreError:
        return []
    return found if found and found[0][1].store_url == config.store_url else []


def _swapped(folder: Path, data_dir: Path) -> bool:
    """Make ``folder`` serve; what served in another store stands ready from then on. False where it served already."""
    before = _pointed_to(data_dir)
    if before == folder:
        return False
    if before is not None and _address(before) != _address(folder):
        point_to(before, STANDBY)
    point_to(folder)
    return True


def _address(folder: Path) -> str:
    """Where the generation's whole part keeps its vectors."""
    place = store_of(folders_of(folder)[0])
    return place.url if place is not None else ""


def _addition(serving: Serving, corpus: PassageSource, config: IndexConfig, origin: Origin) -> Addition | None:
    """What is to be added to the base, None where a whole generation is due."""
    folder, base = serving[0]
    known = {one: rows.key for one, rows in base.notices.items()}
    same_model = (base.fingerprint, base.store_url) == (origin.fingerprint, config.store_url)
    if not known or not same_model or not known.keys() <= origin.keys.keys():
        return None
    changed = tuple(one for one, key in origin.keys.items() if known.get(one) != key)
    hidden = tuple(one for one in changed if one in known)
    passages = corpus.passages_of(set(changed), max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
    lost = row_count(base, hidden)
    most = min(LARGEST_ADDITION, max(SMALL_ADDITION, int(base.passages * ADDITION_SHARE)))
    if len(passages) + lost > most or 2 * lost > base.passages:
        return None
    return Addition(folder, passages, changed, hidden)


def _build(
    root: Path, serving: Serving, addition: Addition | None, origin: Origin, corpus: PassageSource,
    config: IndexConfig, embedder: Embedder, tell: Progress, *, force: bool,
) -> tuple[int, int, int]:  # fmt: skip
    """Write and swap in a generation; how many vectors were embedded, reused and removed."""
    before = _pointed_to(config.data_dir)
    if addition is not None:
        passages = addition.passages
        earlier = [read_saved(folder, with_passages=False) for folder, _ in serving]
        earlier += _readable_truth(before) if serving[-1][0] != before else []
    else:
        passages = corpus.passages(max_tokens=config.max_tokens, breadcrumb=config.breadcrumb)
        earlier = _readable_truth(before)
    saved, missing, kept = _embedded(root, passages, origin.fingerprint, earlier, embedder, tell)
    if addition is None:
        base = None if force or config.store_url else _to_grow(serving, origin)
        folder = write_whole(root, saved, origin, config, base)
    elif addition.changed:
        folder = write_addition(root, saved, origin, addition.base, addition.changed, addition.hidden)
    else:
        folder = addition.base
    removed = _removed(serving, earlier, origin.keys, kept) if serving and serving[-1][0] == before else 0
    _swapped(folder, config.data_dir)
    # The generation before stays: a process that opened it may still be answering from it.
    clear(root, keep=(folder, before, None if force else standby_folder(config.data_dir)), token=config.store_token)
    return missing, len(saved.sentence_keys) - missing, removed


def _embedded(
    root: Path, passages: Sequence[Passage], fingerprint: str, earlier: Sequence[Saved], embedder: Embedder,
    tell: Progress,
) -> tuple[Saved, int, set[bytes]]:  # fmt: skip
    """Passages with their vectors, how many had to be made, and the keys of all of them."""
    sentences = [sentence_texts(passage) for passage in passages]
    texts = [text for group in sentences for text in group]
    keys = [text_key(text, fingerprint) for text in texts]
    known = KnownVectors(earlier, keys)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    fresh = embed_texts(missing, root / f"embedded-{fingerprint}.log", embedder, tell)
    matrix = known.gathered(keys, fresh)
    offsets = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    named = [text_key(p.search_text, fingerprint) for p in passages]
    saved = Saved(tuple(passages), as_keys(named), matrix, as_keys(keys), offsets)
    return saved, len(missing), set(keys)


def _removed(serving: Serving, earlier: Sequence[Saved], keys: Mapping[str, str], kept: set[bytes]) -> int:
    """How many vectors that were searched before are no longer: those of changed and removed notices, less ``kept``."""
    if len(earlier) != len(serving):
        return 0  # what cannot be read cannot be counted
    hidden = serving[-1][1].hidden
    removed = 0
    for (_, manifest), saved in zip(serving, earlier, strict=True):
        for notice_id, rows in manifest.notices.items():
            if keys.get(notice_id) != rows.key and not (notice_id in hidden and not manifest.base):
                first, last = saved.offsets[[rows.first, rows.first + rows.passages]]
                lost = split_keys(saved.sentence_keys[first:last])
                removed += sum(key not in kept for key in lost)
    return removed


def _to_grow(serving: Serving, origin: Origin) -> Path | None:
    """The whole generation whose stores may be copied: nothing that was removed may linger in a copied file."""
    if not serving:
        return None
    folder, base = serving[0]
    fits = base.fingerprint == origin.fingerprint and not base.store_url and base.notices.keys() <= origin.keys.keys()
    try:
        return folder if fits and read_manifest(folder, full=True) else None
    except StoreError:
        return None


def _readable_truth(folder: Path | None) -> list[Saved]:
    """Passages and vectors of a generation, if every byte is as it was written (the store may not be)."""
    found: list[Saved] = []
    for part in folders_of(folder) if folder is not None else ():
        try:
            try:
                read_manifest(part, full=True, older=True)
            except StoreError as error:
                if "向量库" not in error.message:
                    continue
            found.append(read_saved(part))
        except StoreError:
            continue
    return found


def _pointed_to(data_dir: Path) -> Path | None:
    try:
        return current_folder(data_dir)
    except StoreError:
        return None
