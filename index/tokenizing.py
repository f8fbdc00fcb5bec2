"""Texts to pieces (分词) with the model's own tokenizer, of which only the part that Chinese needs is opened.

Of a quarter of a million pieces one in eleven is made of Chinese characters, digits and marks alone. A text of such
characters is cut the same with those, because a piece can only be used where its characters stand; opening them takes
a twentieth of the second that all take. Any other text opens all. The trap: a character outside every piece costs a
little more than the worst piece does, so the worst one is among the few as well.

Source: Kudo, "Subword Regularization", ACL 2018 (unigram pieces; the likeliest cut).
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from index.e5 import PackedModel, build_tokenizer
from index.environment import collector_paused

PROMPTS = ("query: ", "passage: ")
_ALL, _FEW, _OF_FEW = "tokenizer.json", "few.json", "few.npz"
_SPACE = "▁"
_RANGES = ((0x20, 0x3100), (0x4E00, 0xA000), (0xFE30, 0x10000))
"""Where characters are looked for that Chinese texts hold; the private and the combining ones are none of them."""


class Tokenizing:
    """The tokenizer as it lies in the cache folder. Safe for several threads.

    Raises:
        Exception: (bare, from ``tokenizers``) a file is damaged; OSError, ValueError, KeyError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, RLock()
        self._few = _opened(folder / _FEW)
        with np.load(folder / _OF_FEW, allow_pickle=False) as kept:
            self._names: list[int] = kept["pieces"].tolist()
            self._covered = frozenset(map(chr, kept["characters"].tolist()))

    def pieces(self, text: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
        """Ids of a text's pieces, without marks around it, and which characters each stands for."""
        body = next((text[len(prompt) :] for prompt in PROMPTS if text.startswith(prompt)), text)
        if self._covered.issuperset(body):
            found = self._few.encode(text, add_special_tokens=False)
            return tuple(self._names[one] for one in found.ids), tuple(found.offsets)
        with self._lock:
            whole = self._whole
        found = whole.encode(text, add_special_tokens=False)
        return tuple(found.ids), tuple(found.offsets)

    @cached_property
    def _whole(self) -> Any:
        return _opened(self._folder / _ALL)


def write_tokenizer(packed: PackedModel, folder: Path) -> None:
    """Write what :class:`Tokenizing` reads."""
    whole = build_tokenizer(packed)
    whole.save(str(folder / _ALL), pretty=False)
    covered = _covered(whole.normalizer)
    alphabet = {*(_SPACE if one == " " else one for one in covered), _SPACE}
    words = [_SPACE + prompt.strip() for prompt in PROMPTS]
    worst = min(packed.scores)
    few = [
        number
        for number, (piece, score) in enumerate(zip(packed.pieces, packed.scores, strict=True))
        if number in (packed.bos, packed.pad, packed.eos, packed.unk) or score == worst
        or alphabet.issuperset(piece) or any(piece in word for word in words)
    ]  # fmt: skip
    build_tokenizer(packed, few).save(str(folder / _FEW), pretty=False)
    characters = np.array(sorted(map(ord, covered)), dtype=np.int32)
    np.savez(folder / _OF_FEW, pieces=np.array(few, dtype=np.int32), characters=characters)


def _covered(normalizer: Any) -> set[str]:
    """Characters that are of no script but the Chinese, and stay so when they are normalised."""
    plain = {char for start, end in _RANGES for char in map(chr, range(start, end)) if _is_plain(char)}
    return {char for char in plain if plain.issuperset(normalizer.normalize_str(char))}


def _is_plain(char: str) -> bool:
    return "\u4e00" <= char < "\ua000" or unicodedata.category(char)[0] in "PSNZ"


def _opened(path: Path) -> Any:
    with collector_paused():
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(path))
    found.no_truncation()
    return found
