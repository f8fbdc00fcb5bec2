"""Line breaks put back (断行还原) where a capture lost them all: a whole notice in one line.

It stands alone because it only acts on such captures: one line that holds most of the text, or several articles. Breaks are put before marks
that count up from one after the end of a sentence, around a signature and its date, after the addressees, and behind the
title that follows a signature. Characters are never changed. The trap: (一) in 依照第（一）项 is no item, so a mark must
carry on its own count and stand after a stop or a heading.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.boilerplate import TITLE_END
from corpus.numbering import Mark, parse_mark
from corpus.parts import date_at
from corpus.wordlists import wordlist

_LEAST = 500  # characters of a line that may be a whole notice
_SHARE = 0.5  # of the text that the line holds
_STOPS = "。；：:！？”）)"
_OUTER = ("part", "chapter", "section", "article", "han")
_INNER = ("han_paren", "digit", "digit_paren")
_ORDER = (*_OUTER, *_INNER)
_MARK_STARTS = frozenset("第一二三四五六七八九十（(123456789１２３４５６７８９")
_NEAR = 30  # characters between a heading's mark and the mark of its first item
_TITLE = 70


def with_breaks(source: str) -> str:
    """``source`` with the line breaks a capture lost; the same text where it has lines of its own.

    Only line breaks are inserted, so ``with_breaks(s).replace("\\n", "") == s.replace("\\n", "")``.
    """
    total = len(source)
    lines = [piece for line in _one_article_each(source.split("\n")) for piece in line]
    if total < _LEAST or max(map(len, lines)) < max(_LEAST, _SHARE * total):
        return "\n".join(lines)
    return "\n".join(_broken(line) if len(line) >= max(_LEAST, _SHARE * total) else line for line in lines)


def _one_article_each(lines: list[str]) -> Iterator[list[str]]:
    """Each line in pieces that begin with 第N条, where several articles stand on it and each carries the count on."""
    count = 0
    for line in lines:
        cuts = [0]
        opens = parse_mark(line.lstrip()[:40])
        count = opens.ordinal if opens is not None and opens.style == "article" else count
        at = line.find("。第") if count else -1
        while at >= 0:
            mark = parse_mark(line[at + 1 : at + 41])
            if mark is not None and mark.style == "article" and mark.ordinal == count + 1:
                cuts.append(at + 1)
                count = mark.ordinal
            at = line.find("。第", at + 1)
        yield [line[a:b] for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True)]


def _broken(line: str) -> str:
    breaks = sorted({*_at_marks(line), *_at_signatures(line), *_after_addressees(line)})
    pieces = [line[a:b] for a, b in zip([0, *breaks], [*breaks, len(line)], strict=True)]
    return "\n".join(pieces)


def _at_marks(line: str) -> Iterator[int]:
    """Where marks begin that carry on the count of their style; inner styles begin anew after an outer mark."""
    counts: dict[str, int] = {}
    last = -_NEAR
    for at in range(len(line)):
        if line[at] not in _MARK_STARTS:
            continue
        mark = parse_mark(line[at : at + 40])
        if mark is None or mark.style not in _ORDER:
            continue
        after_stop = at == 0 or line[at - 1] in _STOPS or line[at - 1].isspace()
        if not (after_stop or _may_follow_heading(mark, at - last)):
            continue
        count = counts.get(mark.style, 0)
        if mark.ordinal != count + 1 and not (mark.branch and mark.ordinal == count) and mark.ordinal != 1:
            continue
        if mark.ordinal == 1 and not _goes_on(line, at, mark):
            continue
        counts[mark.style] = mark.ordinal
        for style in _ORDER[_ORDER.index(mark.style) + 1 :]:
            if style != "article":  # articles count through the chapters
                counts.pop(style, None)
        last = at
        yield at


def _may_follow_heading(mark: Mark, distance: int) -> bool:
    """Whether a mark may stand right behind a title or heading that ends without a stop."""
    return (
        (mark.style in _OUTER and mark.ordinal == 1)
        or (mark.ordinal == 1 and distance <= _NEAR)
        or mark.style in ("chapter", "part")
        or (mark.style == "article" and distance <= _NEAR)
    )


def _goes_on(line: str, at: int, mark: Mark) -> bool:
    """Whether a two of the same form comes later: a count of one item is no count."""
    following = (
        mark.text.replace("一", "二", 1) if "一" in mark.text else mark.text.replace("1", "2", 1).replace("１", "２", 1)
    )
    return line.find(following, at) > 0


def _at_signatures(line: str) -> Iterator[int]:
    """Before a signature (up to 40 characters without a stop behind a full stop, then a date), behind it, and behind the
    title of what follows."""
    at = line.find("年")
    while at >= 0:
        span = date_at(line, at)
        at = line.find("年", at + 1)
        if span is None:
            continue
        start, end = span
        stop = max(line.rfind(mark, max(0, start - 60), start) for mark in "。！：；）")
        signed = line[stop + 1 : start].strip()
        if (
            stop < 0
            or not 4 <= len(signed) <= 50
            or any(char in "，、,（《" for char in signed)
            or line[end : end + 1] in ("，", "、", "起", "前", "至", "印", "施", "开", "召", "（", "第", "以")
        ):
            continue
        yield stop + 1
        yield end
        title = _title_after(line, end)
        if title:
            yield title


def _title_after(line: str, start: int) -> int:
    """Where a title that begins at ``start`` ends and the text opens (…实施办法|为贯彻…); 0 where none is seen."""
    opens = wordlist("preamble")
    for end in range(start + 6, min(start + _TITLE, len(line))):
        if line[end - 1] in "。，；：":
            return 0
        rest = line[end : end + 12]
        if TITLE_END.search(line[start:end]) and (opens.opens(rest) or parse_mark(rest + "甲甲") is not None):
            return end
    return 0


def _after_addressees(line: str) -> Iterator[int]:
    """Behind the colon of the addressees: the first one, in the first sentence, before 现将, 为, 根据."""
    colon = line.find("：", 0, 300)
    if colon > 0 and "。" not in line[:colon] and wordlist("preamble").opens(line[colon + 1 : colon + 13]):
        yield colon + 1
