"""Forms of words kept as data (句式): named patterns of ``corpus/lexicon/forms_*.toml``, composed of shared parts.

It stands alone because it is the only place where the grammar of documents is compiled: a rule asks for ``form("force.term")``
and the file beside says what that is, with lines it must and must not match (``yes``, ``no``), which one test runs through.
A part in braces stands for the pattern of its name: ``{day}`` is a date in figures, ``{han}`` a character. The trap: braces
that hold figures are a count of the regular expression, not a part.

Source: the kinds of lines are those of GB/T 9704-2012 and 立法技术规范（试行）（一）.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).parent / "lexicon"
_PART = re.compile(r"\{(?P<name>[a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its ``pattern`` with its parts put in, how it is meant to be used, and the examples beside it.

    ``use`` is ``search`` (anywhere in a text), ``match`` (at its start) or ``fullmatch`` (the whole of it).
    """

    name: str
    pattern: re.Pattern[str]
    use: str
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def holds(self, text: str) -> bool:
        """Whether ``text`` is of this form, used as it is meant to be."""
        return getattr(self.pattern, self.use)(text) is not None


def form(name: str) -> re.Pattern[str]:
    """The compiled form ``name`` (``family.rule``).

    Raises:
        KeyError: no file of forms has it.

    >>> form("force.term").search("本办法有效期为五年")["n"]
    '五'
    """
    return read_form(name).pattern


@cache
def read_form(name: str) -> Form:
    """The form ``name`` with its examples; compiled when it is first asked for."""
    entry = _entries()[name]
    written = entry["is"]
    pattern = composed(written if isinstance(written, str) else "".join(written))
    return Form(name, re.compile(pattern), entry.get("use", "search"), tuple(entry["yes"]), tuple(entry["no"]))


def names() -> tuple[str, ...]:
    """The names of all forms, in the order of the files."""
    return tuple(_entries())


def composed(pattern: str) -> str:
    """``pattern`` with every part in braces replaced by what it stands for.

    >>> composed("{year}年")
    '(?:19|20)\\\\d{2}年'
    """
    return _PART.sub(lambda match: composed(_parts()[match["name"]]), pattern)


def split_at(marks: str, text: str) -> list[str]:
    """``text`` in the pieces between any of ``marks``, empty ones kept.

    >>> split_at("，,；", "甲，乙；丙")
    ['甲', '乙', '丙']
    """
    for mark in marks[1:]:
        text = text.replace(mark, marks[0])
    return text.split(marks[0])


@cache
def _files() -> tuple[Mapping[str, Any], ...]:
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(LEXICON.glob("forms_*.toml")))


@cache
def _parts() -> Mapping[str, str]:
    return {name: pattern for read in _files() for name, pattern in read.get("parts", {}).items()}


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    return {entry["form"]: entry for read in _files() for entry in read["rule"]}
