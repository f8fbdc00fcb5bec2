"""Takes away what no longer serves, and counts what is left of a notice (清理与查证).

The generation that serves stays with its base, and so do those before it: a process that opened them may still be
answering. Collections on a server go before the folder that names them, so that what a kill interrupts is
finished by the next build. The trap: a folder of a build that died has no manifest, yet may have filled a collection.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from index.errors import StoreError
from index.generation import STANDBY, current_folder, folders_of, index_root, read_manifest, store_of
from index.saved import read_saved
from index.stores import Place, drop_store, open_store

_LOG = logging.getLogger(__name__)


def clear(root: Path, *, keep: Collection[Path | None], token: str = "") -> None:
    """Delete every generation that none of ``keep`` is made of, and what dead builds left.

    Args:
        token: what the server of their store asks for.
    """
    needed = {part for folder in keep if folder is not None for part in folders_of(folder)}
    for folder in root.glob("gen-*"):
        if folder not in needed and _collection_dropped(folder, token):
            shutil.rmtree(folder, ignore_errors=True)
    for stray in (*root.glob(".current-*"), *root.glob("embedded-*.log")):
        stray.unlink(missing_ok=True)


def drop_older(data_dir: Path, *, token: str = "") -> None:
    """Delete every generation but the one that serves, with its base: others hold what was removed.

    Raises:
        SearchIndexError: none serves.
    """
    clear(index_root(data_dir), keep=[current_folder(data_dir)], token=token)
    (index_root(data_dir) / STANDBY).unlink(missing_ok=True)


def held_of(data_dir: Path, notice_id: str, token: str = "") -> Iterator[tuple[str, int]]:
    """Where every generation there is still holds a notice: a Chinese name of the store and how many passages.

    Raises:
        StoreError: a store cannot be asked.
    """
    for folder in sorted(index_root(data_dir).glob("gen-*")):
        rows = sum(passage.notice_id == notice_id for passage in read_saved(folder).passages)
        yield "索引的段落与句向量", rows
        yield "词法索引（与段落同行）", rows
        manifest = read_manifest(folder)
        if manifest.base:
            continue  # an addition has no vector store of its own
        place = Place(manifest.store_url, manifest.collection, folder, token)
        with open_store(place, manifest.fingerprint) as store:
            yield "向量库", store.held().of_notice(notice_id)
    yield "未完成的向量计算", sum(1 for _ in index_root(data_dir).glob("embedded-*.log"))


def _collection_dropped(folder: Path, token: str) -> bool:
    """Drop what the folder holds on a server, if anything; False where the server does not answer."""
    place = store_of(folder, token)
    try:
        if place is not None:
            drop_store(place)
    except StoreError:
        _LOG.warning("collection %s could not be dropped; the next build tries again", folder.name, exc_info=True)
        return False
    return True
