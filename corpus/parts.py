"""Parts of a document (文件组成): the letter, its signature and back matter, and what is issued, forwarded or annexed.

It stands alone because a letter and its annexes number from one each, so the count must begin anew, and because lines
such as 抄送, 校对 and the signature are nobody's clause. The trap: 附件 is written twice, once where the letter lists its
annexes and once where each begins; only the second begins a part.

Source: GB/T 9704-2012, 7.3.4 (附件说明), 7.3.5 (落款), 7.3.7 (附件), 7.4 (版记).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.boilerplate import BACK_MATTER, TITLE_END
from corpus.numbering import parse_mark
from corpus.tables import is_row
from corpus.types import DIVIDES

_DATE_CHARS = frozenset("0123456789０１２３４５６７８９〇○零一二三四五六七八九十OoОＯ年月日")
_ANNEXES = ("附件", "附表", "附录", "附图")
_NUMERALS = frozenset("0123456789０１２３４５６７８９一二三四五六七八九十ABCDEFGH")
_SIGNATORIES = 15  # lines a joint signature has at most
_TITLE_LINES = 4
_HEADING, _LEAST_ITEMS = 30, 2
_NO_BACK = 120  # a line longer than this says something of its own
_LINKS = ("相关链接", "相关解读", "相关文件", "相关附件", "相关阅读", "政策解读", "原文链接", "解读链接")
"""How a page begins a line that points elsewhere; below a signature it is no title of a part."""
_STOPS = "。，；：！？,;:"
_SAYS = ("。", "：", ":", "；")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines ``[start, end)`` of one part; ``back`` is where its signature and back matter begin (``end`` if none).

    ``name`` is how the part is called: 附件2 …表, or its title; "" for the first. Where a part has divisions of its own, numbered
    from one each below a bare heading, each is a part, called ``附件2 …表 › 三级医院`` or ``› 三级医院``.
    """

    name: str
    start: int
    back: int
    end: int


def parts_of(lines: Sequence[str]) -> tuple[Part, ...]:
    """Parts that tile ``lines``; at least one where there are lines."""
    starts = [0, *_starts(lines)]
    parts: list[Part] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        name = _name(lines[start:end]) if start or (_annex_length(lines[0]) and len(lines[0]) <= 60) else ""
        back = back_of(lines, start, end)
        heads = _divisions(lines, start, back)
        if not heads:
            parts.append(Part(name, start, back, end))
            continue
        first = heads[0]
        if start < first:
            name = _name(lines[start:first]) if start else name
            parts.append(Part(name, start, first, first))
        for head, following in pairwise([*heads, end]):
            called = f"{name if start < first else ''} {DIVIDES}{lines[head]}".strip()
            parts.append(Part(called, head, back if following == end else following, following))
    return tuple(parts) if lines else ()


def _divisions(lines: Sequence[str], start: int, end: int) -> list[int]:
    """Lines of ``[start, end)`` that are bare headings (三级医院) over numbers that begin anew; none where they begin once."""
    firsts: list[int] = []
    style, ordinals = None, 0
    for at in range(start, end):
        mark = parse_mark(lines[at])
        if mark is None or style not in (None, mark.style):
            continue
        style = mark.style
        if mark.ordinal == 1:
            if firsts and (ordinals < _LEAST_ITEMS or not _heads(lines, at - 1, start)):
                return []
            firsts.append(at)
            ordinals = 0
        ordinals += 1
    if len(firsts) < 2:
        return []
    return [at - 1 for at in firsts if _heads(lines, at - 1, start)]


def _heads(lines: Sequence[str], at: int, start: int) -> bool:
    """Whether the line at ``at`` is a bare heading: short, without a stop, no item, row or date."""
    line = lines[at]
    return (
        at >= start
        and 2 <= len(line) <= _HEADING
        and not any(char in _STOPS for char in line)
        and parse_mark(line) is None
        and not is_row(line)
        and not is_back_matter(line)
        and not _annex_length(line)
    )


def _starts(lines: Sequence[str]) -> Iterator[int]:
    """Lines at which a new part begins: an annex's head, or what follows the letter's signature."""
    said = False  # whether the part so far says anything
    signed = False  # whether its signature was the last that was read
    began = 0
    for at, line in enumerate(lines):
        if at and is_annex_head(lines, at) and (said or signed or (began and at > began + 1)):
            said, signed, began = False, False, at
            yield at
            continue
        if signed and not is_back_matter(line):
            signed = False
            if _is_title(lines, at) or _says_more(line):
                said, began = False, at
                yield at
                continue
        if said and is_signed_date(line, lines[at - 1]):
            signed = True
        said = said or line[-1:] in _SAYS or is_row(line)


def _says_more(line: str) -> bool:
    """Whether a line below the signature is text again (a note with a clause in it), not a remark in brackets."""
    return "。" in line and len(line) >= 15 and line[0] not in "（([【"


def _is_title(lines: Sequence[str], at: int) -> bool:
    """Whether a title begins at ``at``: short lines without stops, of which one ends as titles do or text follows."""
    for line in lines[at : at + _TITLE_LINES]:
        if len(line) > 60 or line[-1] in _STOPS or is_row(line):
            return False
        if TITLE_END.search(line) or parse_mark(line):
            return True
    return False


def _name(lines: Sequence[str]) -> str:
    """附件2 and the title below it, or the title."""
    head = lines[0]
    if "。" in head:
        return ""
    annex = bool(_annex_length(head))
    named = head if annex else ""
    rest = "" if annex and len(head) > _annex_length(head) + 1 else " " if annex else ""
    for line in lines[1 if annex else 0 : _TITLE_LINES]:
        if rest.strip() and (
            parse_mark(line) or line[-1:] in _STOPS or is_row(line) or line[0] in "（(表" or len(line) > 60
        ):
            break
        rest += line
        if TITLE_END.search(line) or (annex and len(line) > 6):
            break
    return (named + rest).strip()


def is_annex_head(lines: Sequence[str], at: int) -> bool:
    """Whether the line at ``at`` begins an annex (and does not merely list it): 附件2, 附件1：某表, 附录A.

    A line of the letter's list stands beside another such line, or before the signature.
    """
    line = lines[at]
    length = _annex_length(line)
    if not length or len(line) > 60 or line[-1] in "。；，":
        return False
    rest = line[length:].strip("：: 　")
    before = lines[at - 1] if at else ""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    listed = parse_mark(rest) is not None or (not rest and _is_listed(after))
    beside = _annex_length(after) or (_annex_length(before) and len(before) > _annex_length(before) + 1)
    if listed or (rest and beside) or not after or is_date(after):
        return False
    if (
        rest
        and any(is_date(one) for one in lines[at + 1 : at + 1 + _SIGNATORIES] if len(one) <= 30)
        and _signs(lines, at + 1)
    ):
        return False
    return bool(rest == "" or not line.startswith(("附件：", "附件:")) or not _signs(lines, at + 1))


def _is_listed(line: str) -> bool:
    mark = parse_mark(line)
    return mark is not None and mark.style == "digit" and mark.ordinal == 1 and line[-1] not in "。；："


def _signs(lines: Sequence[str], at: int) -> bool:
    """Whether a signature stands at ``at``: short lines without stops and then a date."""
    for line in lines[at : at + _SIGNATORIES]:
        if is_date(line) or is_signed_date(line, ""):
            return True
        if not is_signatory(line):
            return False
    return False


def is_annex(name: str) -> bool:
    """Whether a part of that name is an annex, and not what a letter issues or forwards."""
    return bool(_annex_length(name))


def _annex_length(line: str) -> int:
    """Characters of 附件, 附件2, 附件 三 at the head of a line; 0 where there are none."""
    if not line.startswith(_ANNEXES):
        return 0
    end = 2
    while end < len(line) and (line[end] in _NUMERALS or line[end] in "-—－ "):
        end += 1
    if end < len(line) and end == 2 and line[end] not in "：: 　":
        return 0  # 附件的要求, 附表所列
    return end


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else: 2023年2月14日, 二О二二年六月十五日, 2023年2月15日印发."""
    if len(line) > 40:
        return False
    bare = line.replace(" ", "").removesuffix("印发")
    return 8 <= len(bare) <= 14 and bare.endswith("日") and "年" in bare and "月" in bare and set(bare) <= _DATE_CHARS


def date_at(text: str, year: int) -> tuple[int, int] | None:
    """Where the date whose 年 stands at ``year`` begins and ends, None where no whole date (年月日) stands there."""
    start = year
    while start > 0 and text[start - 1] in _DATE_CHARS and text[start - 1] not in "年月日" and year - start < 4:
        start -= 1
    end = text.find("日", year, year + 8)
    if end < 0 or year - start < 4 or not is_date(text[start : end + 1]):
        return None
    return start, end + 1


def is_signed_date(line: str, before: str) -> bool:
    """Whether a line is the date of a signature: a date below a signatory, or behind it on one line."""
    if is_date(line):
        return bool(before) and is_signatory(before)
    at = line.rfind("年")
    if len(line) > 60 or at < 6 or not line.endswith(("日", "印发")):
        return False
    date = date_at(line, at)
    return (
        date is not None
        and date[1] >= len(line) - 2
        and is_date(line[date[0] :])
        and is_signatory(line[: date[0]].strip())
    )


def is_signatory(line: str) -> bool:
    """Whether a line can be the name that signs: short, without stops, no item, no table row."""
    return (
        2 <= len(line) <= 60
        and not any(char in _STOPS for char in line)
        and parse_mark(line) is None
        and not is_row(line)
        and not line.startswith("《")
    )


def is_back_matter(line: str) -> bool:
    """Whether a line is nobody's clause: 抄送, 附件, who printed it, a date, a link."""
    return BACK_MATTER.match(line) is not None or is_date(line) or line.startswith(_LINKS)


def back_of(lines: Sequence[str], start: int, end: int) -> int:
    """The line at which the signature and back matter of ``lines[start:end]`` begin; ``end`` where there is none."""
    at = end
    for below in range(end, start + 1, -1):
        line, mark = lines[below - 1], parse_mark(lines[below - 1])
        if is_signed_date(line, lines[below - 2]):
            at = below - 1
        if is_row(line) or (mark is not None and mark.style != "digit") or len(line) > _NO_BACK:
            break
    if at < end:
        while at - 1 > start and end - at < _SIGNATORIES and is_signatory(lines[at - 1]) and len(lines[at - 1]) <= 40:
            at -= 1
    else:
        while at > start + 1 and is_back_matter(lines[at - 1]):
            at -= 1
    return _above_list(lines, start, at) if at < end else end


def _above_list(lines: Sequence[str], start: int, at: int) -> int:
    """``at`` moved up over the list of annexes that stands before the signature (附件：1.… 2.…)."""
    top = at
    while top - 1 > start and (mark := parse_mark(lines[top - 1])) is not None and mark.style == "digit":
        top -= 1
    if top - 1 > start and _annex_length(lines[top - 1]):
        top -= 1
        while top - 1 > start and _annex_length(lines[top - 1]):
            top -= 1
        return top
    return at
