"""Facts of a notice that is there settled by a person (定稿): its ``notice.toml`` is written anew, its text is untouched.

Apart from :mod:`corpus.keeping` because no version of the notice comes or goes. One rename is the whole change; a shipped
notice is copied beside the added ones first. The trap: the index shows place and number with each passage, so the
journal says "index" until the layer above has brought it up to date (:func:`corpus.keeping.settle`).
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import KeepingError
from corpus.journal import Pending, write_journal
from corpus.notice_file import notice_file_text, read_notice_file
from corpus.shelf import SHIPPED, write_atomically
from corpus.types import UNKNOWN_REGION, VERIFIABLE, Notice

_STAGED = ".new-"


def settled(notice: Notice, values: Mapping[str, Any]) -> Notice:
    """``notice`` with what a person said of it; those facts are no longer 待核对 and no longer guessed.

    Args:
        values: as :func:`corpus.typed.parsed_overrides` gives them.
    """
    known = {key: value for key, value in values.items() if key in Notice.__dataclass_fields__ and key != "id"}
    sure = {**notice.confidence, **{key: 1.0 for key in known if key in VERIFIABLE or key == "level"}}
    if known.get("region") == UNKNOWN_REGION:
        sure["region"] = 0.0
    guesses = {key: value for key, value in notice.guesses.items() if key not in known}
    for key in ("issuer", "title"):
        if key in known:
            known[key] = known[key] or ""
    return replace(notice, **known, confidence=sure, guesses=guesses)


def amend(data_dir: Path, notice: Notice) -> None:
    """Write the facts of ``notice`` in place of those there are. Call :func:`corpus.keeping.settle` after the index follows.

    Raises:
        KeepingError: the disk is full or cannot be written; nothing changed.
    """
    folder = data_dir / "notices" / notice.id
    held = read_notice_file((folder if folder.is_dir() else SHIPPED / notice.id) / "notice.toml")
    text = notice_file_text(notice, held.get("site"))
    try:
        if not folder.is_dir():
            staged = folder.with_name(f"{_STAGED}{notice.id}-{secrets.token_hex(4)}")
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(SHIPPED / notice.id, staged)
            write_atomically(staged / "notice.toml", text)
            write_journal(data_dir, Pending("index", notice.id))
            staged.rename(folder)
            return
        write_journal(data_dir, Pending("index", notice.id))
        write_atomically(folder / "notice.toml", text)
    except OSError as error:
        raise KeepingError(
            f"{notice.id} 的要素没有写入（{error.strerror or error}），请检查磁盘空间和权限后重试。"
        ) from error
