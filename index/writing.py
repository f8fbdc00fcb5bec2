"""Writes a generation's folder: truth files, postings, vectors into the store, and the manifest last.

An addition has no collection: it is small, so its vectors are compared one by one, which is exact and needs no store.
A whole generation that grows out of another begins as a copy of its stores. The trap: what was removed must not linger
in a copied file, so stores are copied only where every notice is still there.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.errors import StoreError
from index.generation import Manifest, name_store, read_manifest, rows_by_notice, write_manifest
from index.lexical import Postings
from index.saved import Saved, read_saved, write_saved
from index.stores import Made, Place, create_store, drop_store, open_store
from index.stores.chroma import FOLDER
from index.types import IndexConfig

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a generation is made of: the corpus's hash, the key of each notice's passages, and all of it as one key."""

    inputs: str
    corpus_hash: str
    keys: Mapping[str, str]
    fingerprint: str


def write_addition(
    root: Path, saved: Saved, origin: Origin, base: Path, changed: tuple[str, ...], hidden: tuple[str, ...]
) -> Path:
    """Write ``saved``, the notices ``changed``, as an addition to the whole generation ``base`` that hides ``hidden``."""
    folder = new_folder(root)
    try:
        write_saved(folder, saved)
        Postings.from_texts([p.search_text for p in saved.passages]).save(folder / "lexical")
        keys = {one: origin.keys[one] for one in changed}
        write_manifest(folder, _manifest(saved, origin, keys, base=base.name, hidden=hidden))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def write_whole(root: Path, saved: Saved, origin: Origin, config: IndexConfig, base: Path | None) -> Path:
    """Write a generation that stands alone; with ``base`` its stores begin as copies of that one's."""
    folder = new_folder(root)
    place = place_of(folder, config.store_url, config.store_token)
    try:
        write_saved(folder, saved)
        grown = _grown(base, folder, saved) if base is not None else None
        if grown is None:
            words = Postings.from_texts([p.search_text for p in saved.passages])
            words.save(folder / "lexical")
            with create_store(place, made_of(saved, words, origin.fingerprint)) as store:
                store.add(saved.passages, saved.by_passage())
        manifest = _manifest(saved, origin, origin.keys, collection=grown or place.name, store_url=config.store_url)
        write_manifest(folder, manifest)
    except BaseException:
        _abandon(folder, place)
        raise
    return folder


def _abandon(folder: Path, place: Place) -> None:
    """Take back what a build that failed has written; while the server does not answer, the folder stays to name what
    it holds there, and the next build tries again."""
    if place.url:
        try:
            drop_store(place)
        except StoreError:
            _LOG.warning("the collection of %s could not be dropped", folder.name, exc_info=True)
            return
    shutil.rmtree(folder, ignore_errors=True)


def place_of(folder: Path, url: str, token: str) -> Place:
    """Where a new generation fills a collection of its own; written into its folder, so that a build that dies is cleared."""
    place = Place(url, f"policy-{folder.name}", folder, token)
    name_store(folder, place)
    return place


def made_of(saved: Saved, words: Postings, fingerprint: str) -> Made:
    """What the collection of a generation is made with."""
    return Made(fingerprint, int(saved.sentence_vectors.shape[1]), words.mean_length)


def new_folder(root: Path) -> Path:
    """The folder of a new generation."""
    folder = root / f"gen-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _manifest(
    saved: Saved, origin: Origin, keys: Mapping[str, str], *, collection: str = "", store_url: str = "",
    base: str = "", hidden: tuple[str, ...] = (),
) -> Manifest:  # fmt: skip
    return Manifest(
        origin.inputs, origin.fingerprint, origin.corpus_hash, collection, len(saved.passages),
        len(saved.sentence_vectors), datetime.now(UTC).isoformat(timespec="seconds"), store_url,
        base=base, hidden=hidden, notices=rows_by_notice(saved.passages, keys),
    )  # fmt: skip


def _grown(base: Path, folder: Path, saved: Saved) -> str | None:
    """Copy the stores of ``base`` and change what differs; the collection's name, None where they cannot be used.

    Adding to 20,000 passages this way takes a second; filling a new vector store takes a minute.
    """
    try:
        old = read_saved(base)
        before = {p.id: row for row, p in enumerate(old.passages)}
        after = {p.id: p for p in saved.passages}
        same = {p.id for p in old.passages if after.get(p.id) == p}
        manifest = read_manifest(base)
        shutil.copytree(base / FOLDER, folder / FOLDER)
        new = [row for row, passage in enumerate(saved.passages) if passage.id not in same]
        with open_store(Place("", manifest.collection, folder), manifest.fingerprint) as store:
            store.delete([passage for passage in old.passages if passage.id not in same])
            vectors = saved.by_passage()
            store.add([saved.passages[row] for row in new], [vectors[row] for row in new])
        moved = np.full(len(old.passages), -1, dtype=np.int64)
        for row, passage in enumerate(saved.passages):
            if passage.id in same:
                moved[before[passage.id]] = row
        fresh = Postings.from_texts([saved.passages[row].search_text for row in new])
        parts = [(Postings.load(base / "lexical"), moved), (fresh, np.array(new, dtype=np.int64))]
        Postings.joined(parts, len(saved.passages)).save(folder / "lexical")
    except StoreError:
        for name in (FOLDER, "lexical"):
            shutil.rmtree(folder / name, ignore_errors=True)
        return None
    return manifest.collection
