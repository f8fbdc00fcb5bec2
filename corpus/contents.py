"""Tables of contents (目录): lines that name the headings of what follows, and are not those headings.

It stands alone because a law's list of chapters is read as the chapters themselves otherwise. The trap: a line counts
only if it ends with dots and a page, or stands under 目录 (or in a bare list of chapters) and comes again below.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.numbering import candidates
from corpus.text import fold

_WORDS = {"目录", "目次", "目 录", "目 次"}
_LEADERS = ".…·．-─—_ "


def contents_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of the lines that are a table of contents, its own heading 目录 included."""
    found = {at for at, line in enumerate(lines) if _has_leaders(line)}
    for at, line in enumerate(lines):
        if line.strip() in _WORDS:
            found.add(at)
            found |= _listed(lines, at + 1)
        elif at not in found and _opens_list(lines, at):
            found |= _listed(lines, at)
    return found


def _opens_list(lines: Sequence[str], at: int) -> bool:
    """Whether 第一章 stands at ``at`` and 第二章 right below it: chapters without text, which nothing calls 目录."""
    here, below = (candidates(line) for line in (lines[at], lines[at + 1] if at + 1 < len(lines) else ""))
    return any(
        one.style == other.style and one.style in ("part", "chapter") and (one.ordinal, other.ordinal) == (1, 2)
        for one in here
        for other in below
    )


def _listed(lines: Sequence[str], start: int) -> set[int]:
    """Lines from ``start`` that come again below: the list ends where its first line comes for the second time."""
    if start >= len(lines):
        return set()
    seen: dict[str, int] = {}
    for at in range(start, len(lines)):
        key = fold(_without_page(lines[at]))
        if key in seen and candidates(lines[at]):
            first = seen[key]
            return set(range(first, at)) | set(range(start, first))
        if len(lines[at]) > 60 or lines[at][-1:] in ("。", "；"):
            return set()
        seen[key] = at
    return set()


def _has_leaders(line: str) -> bool:
    """Whether a line ends with a row of dots and a page: 四、保障措施……12."""
    bare = line.rstrip("0123456789 ")
    return (
        line != bare
        and len(bare) - len(bare.rstrip(_LEADERS)) >= 3
        and bool(bare.rstrip(_LEADERS))
        and bare[-1] in ".…·．"
    )


def _without_page(line: str) -> str:
    return line.rstrip("0123456789 ").rstrip(_LEADERS)
