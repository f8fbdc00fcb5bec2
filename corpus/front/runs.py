"""Lines that a capture ran together (连行拆分), taken apart at number, salutation and signature; numbers that are a line.

It stands alone because only captures need it: offsets stay those of the text, nothing is changed. The trap: a sentence may
name a body and a day (甲局2020年1月2日印发的…), so a signature needs a known body right before the day and no word behind.

Source: GB/T 9704-2012, 7.2.5 (发文字号), 7.3.2 (主送机关), 7.3.5 (署名、成文日期).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from corpus.dates import fold_dates
from corpus.docnumber import find_numbers
from corpus.front.codes import trimmed
from corpus.front.fields import labels
from corpus.front.organs import organs_of
from corpus.grammar import form
from corpus.numerals import chinese_number

_BRACKETS = "（）()［］[]〔〕【】 　\t"
_ALONE = form("line.number")
_LONG = 160
_FLAT, _GLUED = 120, 40  # characters a line has at least that a page, or a title with its salutation, was run into
_GLUED_NUMBER = form("line.number_behind_title")
_SIGNED = form("line.signed")
_SALUTE = form("line.salutation")


def pieces_of(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, run-together ones taken apart.

    Source: GB/T 9704-2012, 7.2.5, 7.3.2 and 7.3.5, as captures glue them: 标题文号主送：, 机关日期.
    """
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        cuts = {start, end}
        glued = _GLUED_NUMBER.search(raw)
        if glued is not None and len(raw) < _LONG:
            cuts.add(start + glued.start())
        if len(raw) > _FLAT or (len(raw) > _GLUED and raw[-1] in "：:"):
            for begin, stop in _cells(raw):
                cuts |= {start + begin, start + stop} | {start + begin + cut for cut in _cuts(raw[begin:stop])}
        yield from pairwise(sorted(cuts))
        start = end + 1


def _cells(raw: str) -> list[tuple[int, int]]:
    """The long cells of a table row that holds a page, else the line itself; an ordinary row is left alone."""
    if not raw.startswith("|"):
        return [(0, len(raw))]
    return [span for span in _between_bars(raw) if span[1] - span[0] > _FLAT]


def _between_bars(raw: str) -> Iterator[tuple[int, int]]:
    bars = [-1, *(at for at, char in enumerate(raw) if char == "|"), len(raw)]
    return ((a + 1, b) for a, b in pairwise(bars))


def _cuts(raw: str) -> set[int]:
    cuts: set[int] = set()
    for match in _SIGNED.finditer(raw):
        begin = _last_bodies(raw, match.start("bodies"), match.end("bodies"))
        if begin is not None:
            cuts |= {begin, match.end()}
    named = [match.start() for match in _labels().finditer(raw)]
    if len(named) >= 3:
        cuts |= set(named)
    head = raw[: min((cut for cut in cuts if cut not in named), default=len(raw))]
    salutes = list(_SALUTE.finditer(head))
    if not salutes:
        return cuts
    salute = salutes[-1].start()
    closes = [at + 1 for at in (head.find("：", salute), head.find(":", salute)) if at >= 0]
    ended = salute
    for one in find_numbers(head[:salute]):
        if one.canonical and one.year and one.span.end == salute:
            ended = one.span.start + len(str(one.canonical)) - len(trimmed(str(one.canonical)))
            cuts.add(ended)
    begin = _title_start(head[:ended].rstrip())
    cuts |= {salute, begin, *sorted(closes)[:1]}
    for one in find_numbers(head[:begin]):
        if one.canonical and one.year and one.span.end == begin:
            cuts.add(one.span.start + len(str(one.canonical)) - len(trimmed(str(one.canonical))))
    return cuts


@lru_cache(maxsize=1)
def _labels() -> re.Pattern[str]:
    names = sorted(
        (name for name in labels() if len(name) >= 3 or name in ("标题", "文号")),
        key=len,
        reverse=True,
    )
    return re.compile(rf"(?:{'|'.join(names)})[:：]")


def _title_start(head: str) -> int:
    """Where the last title in ``head`` begins: the body in front of its last 关于, 印发 or 转发 outside 《》."""
    depth, verbs = 0, []
    for index, char in enumerate(head):
        depth += (char in "《〈") - (char in "》〉")
        if depth == 0 and head.startswith(("关于", "印发", "转发", "批转"), index):
            verbs.append(index)
    for verb in reversed(verbs):
        begin = _last_bodies(head, max(verb - 40, 0), verb)
        if begin is not None:
            return begin
    return verbs[-1] if verbs else 0


def _last_bodies(text: str, start: int, end: int) -> int | None:
    """Where the longest run of known bodies begins that ends at ``end``; None where none does."""
    for begin in range(start, end - 2):
        bodies = organs_of(text[begin:end])
        if bodies and bodies[0].known and bodies[0].start == 0:
            return begin
    return None


def number_of(text: str) -> str:
    """The document number a line is, in brackets or behind 文号 or not; "" where it is more or none.

    Source: GB/T 9704-2012, 7.2.5 (发文机关代字、年份、发文顺序号); several of a joint notice are parted by ``|``.

    >>> number_of("甲卫〔2020〕3号"), number_of("（甲医保发［2021］012号）"), number_of("甲卫〔2020〕3号的规定")
    ('甲卫〔2020〕3号', '甲医保发〔2021〕12号', '')
    """
    bare = text.strip(_BRACKETS) if text[0] in "（(［[" and text[-1] in "）)］]" else text
    alone = _ALONE.match(fold_dates(bare))
    if alone is not None:
        year = alone["year"] if alone["year"].isdigit() else str(chinese_number(alone["year"]))
        return f"{alone['code']}〔{year}〕{int(alone['serial'])}号"
    found = [m for m in find_numbers(bare) if m.canonical and m.year]
    if len(found) > 1 and not "".join(_between(bare, [(m.span.start, m.span.end) for m in found])).strip(" 　、，,"):
        return "|".join(str(m.canonical) for m in found)  # a joint notice has a number of each body
    if len(found) != 1 or found[0].span.start > 0 or found[0].span.end < len(bare.rstrip()):
        return ""
    return str(found[0].canonical)


def _between(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """What of ``text`` lies outside ``spans``."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
