"""Departments of a hospital (科室) and what they usually see to: 财务处 is written in no notice, what is on 预算 and 债务 is its concern.

The table is ``departments.toml`` beside this file. The trap: 市委宣传部 and 门诊部 of a clinic are no departments of the asker's, so a name
counts only where it is all that is said.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Department:
    """``names`` it goes by, ``matters`` as notices write of what it sees to, and messages that mean it and that only look alike."""

    names: tuple[str, ...]
    matters: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "departments.toml").read_text(encoding="utf-8"))


@cache
def departments() -> tuple[Department, ...]:
    """All that are known, in the order of the table."""
    parts = ("names", "matters", "yes", "no")
    return tuple(Department(*(tuple(one[part]) for part in parts)) for one in _table()["department"])


def department(words: str) -> Department | None:
    """The department that ``words`` name and nothing else, with or without whose it is.

    >>> department("我们财务处").names[0], department("财务公开"), department("市委宣传部")
    ('财务科', None, None)
    """
    said = words.strip()
    if ours := next((word for word in _table()["ours"] if said.startswith(word)), ""):
        said = said.removeprefix(ours).strip("的 ")
    return next((one for one in departments() if said in one.names), None)
