"""Takes away what no longer serves, and counts what is left of a notice (清理与查证).

The generation that serves stays with its base, and so do those before it: a process that opened them may still be
answering. Collections on a Chroma server go before the folder that names them, so that what a kill interrupts is
finished by the next build. The trap: a folder of a build that died has no manifest, yet may have filled a collection.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from index.errors import StoreError
from index.generation import current_folder, folders_of, index_root, read_manifest
from index.saved import read_saved
from index.writing import collection_of

_LOG = logging.getLogger(__name__)


def clear(root: Path, *, keep: Collection[Path | None], chroma_url: str = "") -> None:
    """Delete every generation that none of ``keep`` is made of, and what dead builds left.

    Args:
        chroma_url: the server a build without a manifest would have filled.
    """
    needed = {part for folder in keep if folder is not None for part in folders_of(folder)}
    for folder in root.glob("gen-*"):
        if folder not in needed and _collection_dropped(folder, chroma_url):
            shutil.rmtree(folder, ignore_errors=True)
    for stray in (*root.glob(".current-*"), *root.glob("embedded-*.log")):
        stray.unlink(missing_ok=True)


def drop_older(data_dir: Path, *, chroma_url: str = "") -> None:
    """Delete every generation but the one that serves, with its base: older ones hold what was removed.

    Raises:
        SearchIndexError: none serves.
    """
    clear(index_root(data_dir), keep=[current_folder(data_dir)], chroma_url=chroma_url)


def held_of(data_dir: Path, notice_id: str) -> Iterator[tuple[str, int]]:
    """Where every generation there is still holds a notice: a Chinese name of the store and how many passages.

    Raises:
        StoreError: a store cannot be asked.
    """
    from index.vectors import VectorStore

    for folder in sorted(index_root(data_dir).glob("gen-*")):
        rows = sum(passage.notice_id == notice_id for passage in read_saved(folder).passages)
        yield "索引的段落与句向量", rows
        yield "词法索引（与段落同行）", rows
        manifest = read_manifest(folder)
        if manifest.base:
            continue  # an addition has no vector store of its own
        with VectorStore.open(folder / "chroma", manifest.collection, url=manifest.chroma_url) as store:
            yield "向量库", sum(one.startswith(f"{notice_id}:") for one in store.held())
    yield "未完成的向量计算", sum(1 for _ in index_root(data_dir).glob("embedded-*.log"))


def _collection_dropped(folder: Path, chroma_url: str) -> bool:
    """Drop what the folder holds on a server, if anything; False where the server does not answer."""
    from index.vectors import delete_collection

    url, name = chroma_url, collection_of(folder)
    try:
        plain = json.loads((folder / "manifest.json").read_text("utf-8"))
        url, name = ("", "") if plain.get("base") else (plain["chroma_url"], plain["collection"])
    except (OSError, ValueError, KeyError, AttributeError):
        _LOG.info("generation %s was never finished", folder.name)
    try:
        if url:
            delete_collection(name, url)
    except StoreError:
        _LOG.warning("collection %s could not be dropped; the next build tries again", name, exc_info=True)
        return False
    return True
