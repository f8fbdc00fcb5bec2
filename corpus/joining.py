"""Where a line goes on in the next (行的接续): one rule for every format.

Captures break lines at a page's edge or a screen's; notices break them between paragraphs. Whether a sentence is open is
told by its last mark, brackets, numbering, and the width of the page where the text was hard-wrapped. It stands alone
because each wrong answer loses something: a join swallows a signature or a responsible body, a break cuts a clause. The
trap: a line that ends in a bracket is whole if the sentence before the bracket is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.boilerplate import BACK_MATTER, TITLE_END
from corpus.docnumber import canonical_number
from corpus.numbering import parse_mark
from corpus.parts import is_annex_head, is_date, is_signatory, is_signed_date
from corpus.tables import is_row
from corpus.text import RESPONSIBILITY, bracket_pairs, closes_bracket

TERMINAL = "。！？；：!?;:…"
NEVER_FIRST = "，。、；：！？）〕】》”’,;)"
_CLOSERS = "）)〕】]”’」』》"
_CLAUSE = "，,。；;、"
_NARROWEST = 16  # characters a line of hard-wrapped text has at least
_FAR = 400  # characters at a line's end that tell whether it is open
_SIGNATORIES = 15


@dataclass(frozen=True, slots=True)
class Page:
    """What the lines of a text have in common: ``width`` in characters where it was hard-wrapped, else 0, and the
    indexes of the lines that sign it or begin an annex."""

    width: int
    apart: frozenset[int]


def page_of(lines: Sequence[str], indents: Sequence[bool]) -> Page:
    """How ``lines`` were laid out; ``indents`` says which of them began with white space."""
    tails = [display_width(line) + 2 * indent for line, indent in zip(lines, indents, strict=True)]
    return Page(_wrap_width(lines, tails), frozenset(_apart(lines)))


def display_width(text: str) -> int:
    """Width in characters as printed: a letter or figure takes half of one, rounded up.

    >>> display_width("甲乙12")
    3
    """
    narrow = sum(char.isascii() for char in text)
    return len(text) - narrow + (narrow + 1) // 2


def _wrap_width(lines: Sequence[str], tails: Sequence[int]) -> int:
    """Characters a line where text was hard-wrapped (as in a PDF), else 0.

    Either most lines reach one width, or, in a text of short paragraphs, nearly every line that reaches it is open.
    """
    if len(tails) < 4:
        return 0
    lengths = Counter(tail for line, tail in zip(lines, tails, strict=True) if not is_row(line))
    total = sum(lengths.values())
    for width in sorted(lengths, reverse=True):
        if not _NARROWEST <= width <= 60:
            continue
        beyond = sum(count for length, count in lengths.items() if length > width)
        if beyond > 0.05 * total:
            return 0
        near = sum(count for length, count in lengths.items() if width - 3 <= length <= width)
        if near >= 0.4 * total and total >= 8:
            return width
        full = [at for at, tail in enumerate(tails) if width - 2 <= tail <= width]
        opened = [at for at in full if at + 1 < len(lines) and _breaks_off(lines[at], lines[at + 1])]
        if len(opened) >= 3 and len(opened) >= 0.6 * len(full):
            return width
    return 0


def _breaks_off(line: str, after: str) -> bool:
    """Whether a line ends without a stop and the next opens nothing."""
    return (
        line[-1] not in TERMINAL + _CLOSERS and parse_mark(after) is None and not is_date(after) and not is_row(after)
    )


def _apart(lines: Sequence[str]) -> set[int]:
    """Indexes of the signatories above a date, dates, and heads of annexes."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if is_date(line):
            found.add(at)
            above = at - 1
            while above >= 0 and at - above <= _SIGNATORIES and is_signatory(lines[above]) and len(lines[above]) <= 30:
                found.add(above)
                above -= 1
        elif is_signed_date(line, "") or is_annex_head(lines, at):
            found.add(at)
    return found


def goes_on(before: str, tail: int, after: str, *, page: Page, at: int, indented: bool, begun: bool) -> bool:
    """Whether the sentence at the end of ``before`` goes on in ``after``, the line at index ``at``.

    Args:
        tail: printed width of the last line joined into ``before``.
        indented: whether ``after`` began with white space.
        begun: whether a sentence has ended above, so that titles and addressees are behind.
    """
    if is_row(before) or is_row(after):
        return False
    if after[0] in NEVER_FIRST and before[-1] not in TERMINAL:
        return True
    full = page.width > 0 and tail >= page.width - 1 and not indented
    if at in page.apart or _is_number(after) or _is_number(before) or is_date(after):
        return False
    if BACK_MATTER.match(after) or (BACK_MATTER.match(before) and not full):
        return False
    mark = parse_mark(after)
    if mark is not None and (not full or before[-1] in TERMINAL + "）)〕】" or is_heading(before)):
        return False  # in hard-wrapped text 招采合|一、量价 is no item
    if closes_bracket(before, after):
        return True
    own = parse_mark(before)
    if own is not None and own.text == before and mark is None:
        return True  # 第一条 alone on its line
    if before[-1] in TERMINAL or is_date(before) or _is_whole(before):
        return False
    if is_heading(before) and not (full and own):
        return False
    if page.width:
        return tail >= page.width - 4 and not indented
    has_clauses = any(char in _CLAUSE for char in before[-_FAR:])
    if not begun and not has_clauses:
        return False
    return before[-1] in "，,、" or (len(before) >= 20 and has_clauses)


def _is_whole(line: str) -> bool:
    """Whether a line that ends in a bracket or quote ends a sentence there: one ended before the bracket, or inside the
    quote, or the bracket names who is responsible."""
    if line[-1] not in _CLOSERS:
        return False
    line = line[-_FAR:]
    bare = line.rstrip(_CLOSERS)
    if bare and bare[-1] in "。！？":
        return True
    pair = next((one for one in bracket_pairs(line) if one.end == len(line)), None)
    if pair is None or pair.start == 0:
        return pair is not None
    return line[pair.start - 1] in TERMINAL or (
        line[pair.start] in "（(〔[【" and RESPONSIBILITY.search(line, pair.start) is not None
    )


def _is_number(line: str) -> bool:
    """Whether a line is a document number and nothing else."""
    if len(line) > 60:
        return False
    bare = "".join(line.split())
    return 6 <= len(bare) <= 28 and bare[-1] == "号" and bare[0] not in "（(〔" and canonical_number(bare) is not None


def is_heading(text: str) -> bool:
    """A title (关于…的通知) or a numbered heading: a line without a whole sentence in it."""
    if len(text) > 70 or "。" in text or "；" in text or text[-1] in "，,、":
        return False
    if parse_mark(text):
        return len(text) <= 45
    titled = "关于" in text or not any(char in "，," for char in text)
    return titled and TITLE_END.search(text) is not None
