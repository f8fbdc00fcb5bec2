"""Synonyms of health-reform terms (同义词): what people type and what notices write, the one home of that rule.

The table is ``synonyms.toml`` beside this file. Matching is on folded text, longest term first. The trap: expansion
helps lexical search and coverage checks only; a citation is never made to say a synonym.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.text import fold


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A known term in a question: as typed (folded) and the other members of its groups, the formal one first."""

    term: str
    start: int
    end: int
    others: tuple[str, ...]


def _whole(term: str) -> str:
    """A pattern for ``term``; Latin letters and digits at its ends must not run on (no ``CT`` in ``doctor``, no ``120`` in ``1200``)."""
    ends = [("[a-z]" if c.isalpha() else r"\d") if c.isascii() and c.isalnum() else "" for c in (term[0], term[-1])]
    before = f"(?<!{ends[0]})" if ends[0] else ""
    after = f"(?!{ends[1]})" if ends[1] else ""
    return f"{before}{re.escape(term)}{after}"


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    others: dict[str, list[str]] = {}
    for group in _raw()["groups"]:
        folded = [fold(term) for term in group]
        for term in folded:
            bucket = others.setdefault(term, [])
            bucket += [other for other in folded if other != term and other not in bucket]
    terms = sorted({*others, *map(fold, _raw()["accidents"])}, key=len, reverse=True)
    return re.compile("|".join(map(_whole, terms))), {k: tuple(v) for k, v in others.items()}


def all_terms() -> tuple[str, ...]:
    """Every term of the thesaurus, folded."""
    return tuple(_table()[1])


def find_terms(text: str) -> list[TermMatch]:
    """Known terms in ``text``, longest first at each place, offsets into ``fold(text)``.

    >>> [m.term for m in find_terms("药品零差率的钱怎么补")]
    ['药品零差率', '补']
    >>> [m.term for m in find_terms("国家医疗集团试点")]  # 家医 stands there by accident
    []
    """
    pattern, others = _table()
    found = (m for m in pattern.finditer(fold(text)) if m.group() in others)
    return [TermMatch(m.group(), m.start(), m.end(), others[m.group()]) for m in found]


@lru_cache(maxsize=1)
def _broader() -> dict[str, tuple[str, ...]]:
    others = _table()[1]
    return {
        name: (fold(one["term"]), *others[fold(one["term"])])
        for one in _raw()["broader"]
        for term in one["narrower"]
        for name in (fold(term), *others[fold(term)])
    }


def broader(term: str) -> tuple[str, ...]:
    """What the class is called that ``term`` (folded) belongs to, in every form; () where it belongs to none of the table.

    >>> "基层医疗机构" in broader("社区医院"), broader("县医院")
    (True, ())
    """
    return _broader().get(term, ())


def expand(text: str, *, limit: int = 4) -> str:
    """``text`` with up to ``limit`` synonyms of each known term appended, for lexical search.

    >>> "取消药品加成" in expand("药品零差率怎么补")
    True
    """
    added = [other for match in find_terms(text) for other in match.others[:limit]]
    return " ".join([text, *dict.fromkeys(added)])
