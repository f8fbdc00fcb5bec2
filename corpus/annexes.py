"""Annexes kept as files of their own (附件另存): a lone annex holds where the notice that lists it holds.

Sites give the annexes of a notice as separate files, which name neither issuer nor place. Where a notice of the library
lists an annex by its title, its place is the annex's. The trap: two notices of different places may list an annex of one
name; then nothing is said.

Source: GB/T 9704-2012, 7.3.4 (附件说明: 附件 with number and name below the text).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.numbering import parse_mark
from corpus.types import DOUBTFUL, UNKNOWN_REGION, Notice

LISTED = 0.85  # how sure a place is that the notice's own list of annexes gives
_SHORTEST = 8  # characters of a title that is no common one (申请表)


def with_places(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """``notices``, each lone annex of an unknown place with the place of the notices that list it."""
    placed = [one for one in notices if one.region != UNKNOWN_REGION]
    return tuple(_placed(notice, placed) if _is_lone(notice) else notice for notice in notices)


def _is_lone(notice: Notice) -> bool:
    kind = notice.front.kind if notice.front is not None else None
    asked = notice.region == UNKNOWN_REGION and notice.confidence.get("region", 0.0) < DOUBTFUL
    return asked and kind is not None and kind.value == "annex" and len(notice.title) >= _SHORTEST


def _placed(notice: Notice, placed: Sequence[Notice]) -> Notice:
    parents = [one for one in placed if lists(one.text, notice.title)]
    if len({(one.region, one.level) for one in parents}) != 1:
        return notice
    guesses = {key: value for key, value in notice.guesses.items() if key != "region"}
    sure = {**notice.confidence, "region": LISTED}
    return replace(notice, region=parents[0].region, level=parents[0].level, confidence=sure, guesses=guesses)


def lists(text: str, title: str) -> bool:
    """Whether ``text`` lists ``title`` among its annexes: behind 附件N, or as an item under a line that begins with 附件.

    >>> lists("现印发给你们。\\n附件：1.甲任务清单\\n2.乙任务清单", "乙任务清单"), lists("按乙任务清单执行。", "乙任务清单")
    (True, False)
    """
    at = text.find(title)
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        lead = text[start:at].strip("《 　")
        if lead.rpartition("附件")[1] and len(lead.rpartition("附件")[2]) <= 6:
            return True
        mark = parse_mark(lead + title)
        if mark is not None and len(lead) <= 4 and _above_is_list(text, start):
            return True
        at = text.find(title, at + 1)
    return False


def _above_is_list(text: str, start: int) -> bool:
    """Whether the numbered lines above ``start`` go up to one that begins with 附件."""
    lines = text[max(start - 4000, 0) : start].rstrip("\n").split("\n")
    for line in reversed(lines):
        if line.startswith("附件"):
            return True
        if parse_mark(line) is None:
            return False
    return False
