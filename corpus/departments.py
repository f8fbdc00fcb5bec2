"""Departments of a hospital (科室) and what they usually see to: 财务处 is written in no notice, what is on 预算 and 债务 is its concern.

The table is ``departments.toml`` beside this file. The trap: 市委宣传部 and 门诊部 of a clinic are no departments of the asker's, so a name
counts only where it is all that is said.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_OURS = ("我们", "我院", "咱们", "咱院", "我", "咱", "本院", "院里", "医院")
"""What stands in front of the name of a department of one's own."""


@dataclass(frozen=True, slots=True)
class Department:
    """``names`` it goes by, ``matters`` as notices write of what it sees to, and messages that mean it and that only look alike."""

    names: tuple[str, ...]
    matters: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def departments() -> tuple[Department, ...]:
    """All that are known, in the order of the table."""
    raw = tomllib.loads((Path(__file__).parent / "departments.toml").read_text(encoding="utf-8"))["department"]
    return tuple(Department(*(tuple(one[part]) for part in ("names", "matters", "yes", "no"))) for one in raw)


def department(words: str) -> Department | None:
    """The department that ``words`` name and nothing else, with or without whose it is.

    >>> department("我们财务处").names[0], department("财务公开"), department("市委宣传部")
    ('财务科', None, None)
    """
    said = words.strip()
    for ours in _OURS:
        if said.startswith(ours):
            said = said[len(ours) :].strip("的 ")
            break
    return next((one for one in departments() if said in one.names), None)
