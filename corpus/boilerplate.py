"""What a web page or a printer puts around a notice (页面样板): fields, links, adverts, page numbers.

It stands alone because these lists grow as captures of new sites come in, while the rest of the clean-up stays. Only
whole lines are ever taken out, each is kept in the change report, and the tail is looked at only after the last
sentence. The trap: a bare number may be a table cell; it is a page number only where such lines count up in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.docnumber import canonical_number
from corpus.grammar import form

TITLE_END = form("page.title_end")
BACK_MATTER = form("page.back_matter")
_PAGE_FIELD = form("page.field")
_BODY_STARTS = form("page.text_starts")
_TAIL = form("page.tail")
_MARKED_PAGE = form("page.number")
_FIELDS = {
    "number": form("page.said_number"),
    "published_on": form("page.said_published"),
    "issued_on": form("page.said_issued"),
    "issuer": form("page.said_issuer"),
    "title": form("page.said_title"),
}
_RED_HEAD = form("page.red_head")
_HEAD = 30  # page fields stand within this many lines of the top
_SENTENCE = 15  # characters of a line that is a sentence of the text, no value of a field


def boilerplate_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of the lines a page put before and after the notice; an official title among them is kept."""
    start = _body_start(lines)
    gone: set[int] = set()
    below = set(lines[start : start + 8])
    kept_title = False
    for index, line in enumerate(lines[:start]):
        if not kept_title and line not in below and _is_official_title(line):
            kept_title = True
        else:
            gone.add(index)
    for index, line in enumerate(lines[: start + 8]):
        if _PAGE_FIELD.match(line) and len(line) < 30:
            gone.add(index)
            if index and lines[index - 1] in lines[index + 1 : index + 4]:
                gone.add(index - 1)
    last = max((i for i, line in enumerate(lines) if line[-1] in "。；" or BACK_MATTER.match(line)), default=0)
    said = _first_sentence(lines)
    tail = next(
        (i for i in range(last + 1, len(lines)) if _TAIL.match(lines[i]) or (i > said and _is_table(lines, i))),
        len(lines),
    )
    return gone | set(range(tail, len(lines)))


def _body_start(lines: Sequence[str]) -> int:
    """Index of the first line after the page's own head; 0 where there is no such head."""
    for index, line in enumerate(lines[: 2 * _HEAD]):
        if _BODY_STARTS.match(line.strip("=-—*#_ ")):
            return index + 1
    said = _first_sentence(lines)
    fields = [index for index, line in enumerate(lines[: min(_HEAD, said)]) if _PAGE_FIELD.match(line)]
    if len(fields) < 3:
        return 0
    last = fields[-1]
    return last + (2 if len(lines[last]) <= 5 and last + 1 < len(lines) else 1)


def _first_sentence(lines: Sequence[str]) -> int:
    """Index of the first line that is a sentence of the text; their number where none is."""
    return next((i for i, line in enumerate(lines) if len(line) >= _SENTENCE and line[-1] in "。；"), len(lines))


def _is_table(lines: Sequence[str], start: int) -> bool:
    """Whether a table of fields (发文单位, 文号, 成文日期) begins here: three in a row, where a page puts it below the text."""
    return len(lines) >= start + 3 and all(_PAGE_FIELD.match(line) for line in lines[start : start + 3])


def _is_official_title(line: str) -> bool:
    return "关于" in line and len(line) >= 12 and TITLE_END.search(line) is not None


def title_field(line: str) -> int:
    """Length of 标题： at the head of a line that goes on as a title; 0 where it does not."""
    match = form("page.title_label").match(line)
    return match.end() if match and TITLE_END.search(line) else 0


def page_number_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of lines that are only a page number: marked as one (— 3 —, 第3页), or three and more that count up."""
    gone = {index for index, line in enumerate(lines) if _MARKED_PAGE.match(line)}
    bare = [
        (index, int(line)) for index, line in enumerate(lines) if line.isascii() and line.isdigit() and len(line) <= 3
    ]
    if len(bare) >= 3 and all(b[1] == a[1] + 1 and b[0] - a[0] > 2 for a, b in pairwise(bare)):
        gone |= {index for index, _ in bare}
    return gone | _running_heads(lines, gone)


def _running_heads(lines: Sequence[str], page_numbers: set[int]) -> set[int]:
    """Short lines that stand beside page numbers again and again: the head or foot of a printed page."""
    beside = [i + step for i in page_numbers for step in (-1, 1) if 0 <= i + step < len(lines)]
    counts = Counter(lines[index] for index in beside if index not in page_numbers and len(lines[index]) <= 40)
    often = {line for line, count in counts.items() if count >= 2 or _RED_HEAD.search(line)}
    heads = {line for line in often if "。" not in line and "；" not in line}
    return {index for index in beside if lines[index] in heads}


def page_fields(text: str) -> dict[str, str]:
    """What the fields around a notice (发文字号：…) say of it; keys as in :class:`corpus.readers.Source`.

    >>> page_fields("发文字号：某府发〔2020〕1号\\n发布日期：2020-03-04")
    {'number': '某府发〔2020〕1号', 'published_on': '2020-03-04'}
    """
    found = {key: match.group(1).strip() for key, pattern in _FIELDS.items() if (match := pattern.search(text))}
    if "number" in found and canonical_number(found["number"]) is None:
        del found["number"]
    return found
