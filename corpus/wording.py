"""Closed classes of words (词表) as data: ``lexicon/asking.toml``, how people ask.

An entry has what it ``means``, its ``words``, the longer words in which they do not count (``but``), and sentences where
it holds (``yes``) and where it only looks so (``no``); a test reads the file. The trap: a word is found anywhere in a
sentence, so one that is part of ordinary words needs its ``but``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.types import Span

_FILE = Path(__file__).parent / "lexicon" / "asking.toml"


@dataclass(frozen=True, slots=True)
class Words:
    """One entry of the lexicon."""

    name: str
    means: str
    words: tuple[str, ...]
    but: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def each(self, text: str) -> Iterator[Span]:
        """Where a word of the entry stands, longest first at each place.

        >>> [s.of("谁牵头、谁配合") for s in wording("ask_open").each("谁牵头、谁配合")]
        ['谁', '谁']
        """
        for match in _pattern(self.words, self.but).finditer(text.lower()):
            if match["word"] is not None:
                yield Span(match.start(), match.end())

    def first(self, text: str) -> Span | None:
        """The first place, or None."""
        return next(self.each(text), None)

    def in_(self, text: str) -> bool:
        """Whether a word of the entry stands in ``text``."""
        return self.first(text) is not None

    def ends(self, text: str) -> int:
        """Where the word begins with which ``text`` ends, punctuation aside; ``len(text)`` where none does."""
        bare = text.rstrip("？?。！! ，,")
        return min((s.start for s in self.each(bare) if s.end == len(bare)), default=len(text))

    def without(self, text: str) -> str:
        """``text`` without them."""
        return "".join(c for i, c in enumerate(text) if not any(s.start <= i < s.end for s in self.each(text)))


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], but: tuple[str, ...]) -> re.Pattern[str]:
    def either(these: tuple[str, ...]) -> str:
        return "|".join(re.escape(w.lower()) for w in sorted(these, key=len, reverse=True))

    return re.compile(f"(?:{either(but)})|(?P<word>{either(words)})" if but else f"(?P<word>{either(words)})")


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Words]:
    """Every entry, by name."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: Words(
            name, entry["means"], tuple(entry["words"]), tuple(entry.get("but", ())), tuple(entry["yes"]),
            tuple(entry["no"]),
        )
        for name, entry in read.items()
    }  # fmt: skip


def wording(name: str) -> Words:
    """The entry of that name.

    Raises:
        KeyError: no such entry in ``lexicon/asking.toml``.
    """
    return lexicon()[name]
