"""Tokens: character bigrams for BM25 and model tokens for budgets (词元).

Bigrams beat word segmentation on Chinese policy questions (measured, see docs/design.md) and need no dictionary.
Model tokens come from tiktoken, whose tables ship inside llama-index-core: no download. The trap: ``tiktoken`` reads
``TIKTOKEN_CACHE_DIR`` when an encoding is first used, so it is set here before that, never overriding the user's.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.text import fold

if TYPE_CHECKING:
    import tiktoken

_UNIT = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|\d+(?:\.\d+)?[%‰]?(?![a-z]))"
    r"|(?P<word>[a-z0-9]+)"
    r"|(?P<han>[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+)"
)


def bm25_tokens(text: str) -> list[str]:
    """Character bigrams of Han runs; numbers and Latin words whole; punctuation dropped. Order is kept.

    >>> bm25_tokens("下降2.5%，推进DRG改革")
    ['下降', '2.5%', '推进', 'drg', '改革']
    """
    tokens: list[str] = []
    for match in _UNIT.finditer(fold(text)):
        unit = match.group()
        if match.lastgroup == "number":
            tokens.append(unit.replace(",", ""))
        elif match.lastgroup == "word" or len(unit) == 1:
            tokens.append(unit)
        else:
            tokens.extend(unit[i : i + 2] for i in range(len(unit) - 1))
    return tokens


@lru_cache(maxsize=4)
def _encoding(name: str) -> tiktoken.Encoding:
    if "TIKTOKEN_CACHE_DIR" not in os.environ:
        spec = find_spec("llama_index.core")
        if spec is not None and spec.origin is not None:
            os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(spec.origin).parent / "_static" / "tiktoken_cache")
    import tiktoken

    return tiktoken.get_encoding(name)


def count_tokens(text: str, encoding: str = "o200k_base") -> int:
    """Number of tokens of ``text`` in a tiktoken encoding (``o200k_base`` or ``cl100k_base`` work offline).

    >>> count_tokens("医共体") > 0
    True
    """
    return len(_encoding(encoding).encode_ordinary(text))
