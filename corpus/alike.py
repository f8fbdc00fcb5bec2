"""Words that count as one where a claim is held against its source (``lexicon/alike.toml``): measure words and departments.

It stands alone because two checks need it and neither may list words. The trap: a measure word may belong to several
groups (个 of 3个中心 and of 下列3个), so units are alike where any group holds both; a department has one name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.grammar import form

_DEPARTMENT = form("claim.department")
_FILE = Path(__file__).parent / "lexicon" / "alike.toml"


@dataclass(frozen=True, slots=True)
class Alike:
    """One group: ``words`` count as one, the first stands for all; pairs of texts where they do and do not."""

    means: str
    words: tuple[str, ...]
    yes: tuple[tuple[str, str], ...]
    no: tuple[tuple[str, str], ...]


def alike_units(one: str, other: str) -> bool:
    """Whether two measure words may stand for one another behind the same figure.

    >>> alike_units("家", "个"), alike_units("名", "天")
    (True, False)
    """
    return one == other or any(one in group.words and other in group.words for group in groups("units"))


@cache
def department_names() -> Mapping[str, str]:
    """The one name of each department by every name it goes by, in the order of the file.

    >>> department_names()["卫健"]
    '卫生健康'
    """
    return {word: group.words[0] for group in groups("departments") for word in group.words}


def same_body(one: str, other: str) -> bool | None:
    """Whether two names are of one body, by what it sees to; None where their levels differ or either names no department.

    >>> same_body("人社局", "市人力资源社会保障局"), same_body("市医保局", "市财政局"), same_body("省财政厅", "市财政局")
    (True, False, None)
    """
    read = [_DEPARTMENT.search(name) for name in (one, other)]
    if read[0] is None or read[1] is None:
        return None
    mine, its = (department_names().get(found["subject"], found["subject"]) for found in read if found)
    levels = {found["level"] for found in read if found and found["level"]}
    return None if mine == its and len(levels) > 1 else mine == its


@cache
def groups(name: str) -> tuple[Alike, ...]:
    """The groups of ``units`` or ``departments``.

    Raises:
        KeyError: no such sort of groups.
    """
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))[name]
    return tuple(Alike(one["means"], tuple(one["words"]), _pairs(one["yes"]), _pairs(one["no"])) for one in read)


def _pairs(written: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((one, other) for one, _, other in (line.partition(" = ") for line in written))
