"""Which lines open an item, decided by the count (序号计数): the lines before and after say what one line cannot.

六、 七、二级医院 八、 is an item though 七、二级 is doubtful by itself; 第九条 between 第二条 and 第三条 is a reference. It stands
alone because cleaning (which lines may be joined) and the outline must agree. The trap: excerpts skip articles, so a
jump is believed unless the numbers it jumps over come later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from corpus.numbering import Mark, candidates

_ENDED = "。：:；;！？”）)〕】"


def marks_of(lines: Sequence[str]) -> list[Mark | None]:
    """For each line the mark it opens with, None where it opens no item. Linear in the number of lines.

    >>> [mark.text if mark else "" for mark in marks_of(["六、甲", "七、二级医院可以申请。", "三、四级手术占比", "八、乙"])]
    ['六、', '七、', '', '八、']
    """
    found = [() if not line or line[0] == "|" else candidates(line) for line in lines]
    marks: list[Mark | None] = [None] * len(lines)
    for at, mark in _decimal_chain(found):
        marks[at] = mark
    decimals = any(mark is not None for mark in marks)
    by_style: dict[str, list[tuple[int, Mark]]] = defaultdict(list)
    for at, options in enumerate(found):
        plain = next((one for one in options if not one.numbers), None)
        if plain is not None and marks[at] is None and len(lines[at]) > len(plain.text):
            by_style[plain.style].append((at, plain))
    for style, series in by_style.items():
        if decimals and style == "digit":
            series = [(at, mark) for at, mark in series if mark.sure]
        for at, mark in _counted(series, lines):
            marks[at] = replace(mark, sure=True)
    return marks


def _counted(series: list[tuple[int, Mark]], lines: Sequence[str]) -> list[tuple[int, Mark]]:
    """Of the marks of one style, those that are sure or carry the count on."""
    kept: list[tuple[int, Mark]] = []
    first_later = _smallest_to_come(series)
    previous = 0
    for index, (at, mark) in enumerate(series):
        following = series[index + 1][1].ordinal if index + 1 < len(series) else 0
        carries_on = mark.ordinal in (previous + 1, *((previous,) if mark.branch else ()))
        if mark.sure and mark.style != "article":
            believed = True
        elif mark.sure:
            jumps_back = mark.ordinal <= previous and not mark.branch and mark.ordinal != 1
            believed = carries_on or mark.ordinal == 1 or not (jumps_back or first_later[index] < mark.ordinal)
        else:
            begins = mark.ordinal == 1 and following == 2
            goes_on = carries_on and previous > 0 and following != mark.ordinal
            believed = (begins or goes_on) and (at == 0 or _is_over(lines[at - 1]))
        if believed:
            kept.append((at, mark))
            previous = mark.ordinal
    return kept


def _is_over(line: str) -> bool:
    """Whether a line is a whole one: it ends a sentence or leads in, or is a heading."""
    return line[-1] in _ENDED or len(line) <= 30


def _smallest_to_come(series: list[tuple[int, Mark]]) -> list[int]:
    """For each mark the smallest ordinal that comes after it, before the count begins anew at 1."""
    smallest = [10**6] * len(series)
    low = 10**6
    for index in range(len(series) - 1, -1, -1):
        smallest[index] = low
        mark = series[index][1]
        low = 10**6 if mark.ordinal == 1 else min(low, mark.ordinal) if mark.sure else low
    return smallest


def _decimal_chain(found: Sequence[tuple[Mark, ...]]) -> list[tuple[int, Mark]]:
    """The lines of an outline of the form 1 › 1.1 › 1.1.2: each number follows from the one before.

    Believed where it has three members and one of two numbers; else 1. and 2. are ordinary items.
    """
    decimal = [(at, mark) for at, options in enumerate(found) for mark in options if mark.numbers]
    chain: list[tuple[int, Mark]] = []
    path: tuple[int, ...] = ()
    for index, (at, mark) in enumerate(decimal):
        following = decimal[index + 1][1].numbers if index + 1 < len(decimal) else ()
        begins_anew = mark.numbers == (1,) and following == (1, 1)  # an annex with an outline of its own
        if begins_anew or _follows(mark.numbers, path):
            chain.append((at, mark))
            path = mark.numbers
    deep = sum(len(mark.numbers) > 1 for _, mark in chain)
    return chain if len(chain) >= 3 and deep and len(chain) - deep <= 4 * deep else []


def _follows(numbers: tuple[int, ...], path: tuple[int, ...]) -> bool:
    """Whether ``numbers`` comes right after ``path``: one level down at 1, or one up at any level above.

    >>> _follows((1, 2), (1, 1, 3)), _follows((1, 1), ()), _follows((1, 4), (1, 2))
    (True, True, False)
    """
    if not path:
        return numbers in ((1,), (1, 1))
    if numbers == (*path, 1):
        return True
    depth = len(numbers)
    return depth <= len(path) and numbers[:-1] == path[: depth - 1] and numbers[-1] == path[depth - 1] + 1
