"""The editions of a notice (历次版本): earlier versions of the same law in the library, and texts a re-reading replaced.

Numbered from 1, oldest first; the last is the one that stands in the library under the newest name. The trap: a replaced
text lies in the history folder and in no index, while an earlier version of a law is a notice of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import CorpusError, UnknownNoticeError
from corpus.keeping import versions
from corpus.library import Corpus, load_notice
from corpus.types import Notice
from corpus.versions import in_version_order


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition. ``number`` counts from 1; ``kept`` is the stamp of a text that was replaced, "" for one in the library."""

    number: int
    notice: Notice
    kept: str = ""


def editions(corpus: Corpus, data_dir: Path, notice: Notice) -> tuple[Edition, ...]:
    """Every edition of ``notice`` that can be read, oldest first; a damaged one is left out."""
    found: list[tuple[Notice, str]] = []
    for one in in_version_order(corpus.notices, notice):
        for old in versions(data_dir, one.id):
            try:
                text = load_notice(old.folder)
            except (CorpusError, OSError):
                continue
            articles = tuple(replace(article, notice_id=one.id) for article in text.articles)
            found.append((replace(text, id=one.id, articles=articles), old.stamp))
        found.append((one, ""))
    return tuple(Edition(number, one, stamp) for number, (one, stamp) in enumerate(found, start=1))


def edition_named(corpus: Corpus, data_dir: Path, name: str) -> Notice:
    """The notice ``name`` means: an id, number or title, with ``@N`` behind it for the N-th edition.

    Raises:
        UnknownNoticeError: there is no such notice, or no such edition; the message says how many there are.
    """
    wanted, at, number = name.rpartition("@")
    if not at or not number.isdigit():
        return corpus.find(name)
    return edition(editions(corpus, data_dir, corpus.find(wanted)), int(number), wanted)


def edition(found: Sequence[Edition], number: int, name: str) -> Notice:
    """The edition of that number.

    Raises:
        UnknownNoticeError: there is none.
    """
    for one in found:
        if one.number == number:
            return one.notice
    raise UnknownNoticeError(f"{name} 第 {number} 版（共 {len(found)} 版）")
