"""Lists inside a line (句内列举): 应当满足下列条件：（一）…；（二）…。 and 一是…；二是…; and a line without its marks.

It stands alone because the outline sees only marks at the head of a line, while captures often lose the line breaks,
and some lists never had any. The trap: a mark in a sentence may refer (按照第（二）项办理), so a list must begin at one
and count up by one, each mark after a stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.grammar import form
from corpus.numbering import STYLES, Mark, candidates, parse_mark
from corpus.numerals import find_values
from corpus.text import sentence_spans
from corpus.types import Span

_LEADS_LIST, _BEHIND_LIST = form("list.lead_in"), form("list.behind")
ONE_LINE = 90
"""Characters of an item that says one thing."""
_BEFORE = "：:；;。，,、！？ \t"
_TOO_MANY = 100  # 300．各院: no list of sentences is so long, where the lines around do not count up to it
_AFTER = " \t\u3000\xa0、．."
_MEASURED = ("元", "万元", "亿元", "年", "月", "日", "天", "小时", "分钟", "倍", "公里", "平方米")  # what has 1.5 of it
_STYLES = ("han_paren", "digit_paren", "digit_half", "circled", "digit")
_HAN = "一二三四五六七八九十"
_SERIES = (
    tuple(f"{numeral}是" for numeral in _HAN),
    tuple(f"{numeral}要" for numeral in _HAN),
    tuple(f"第{numeral}，" for numeral in _HAN),
    ("首先", "其次", "再次", "最后"),
)
_STARTS = frozenset(
    "（(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽0123456789０１２３４５６７８９一二三四五六七八九十第首其再最"
)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list inside a line: the words that lead in (maybe empty), the marks as written, and the items with their marks."""

    lead: Span
    marks: tuple[str, ...]
    items: tuple[Span, ...]


@dataclass(slots=True)
class _Run:
    style: str
    starts: list[int]
    marks: list[str]


def enumerations_of(text: str, span: Span | None = None) -> tuple[Enumeration, ...]:
    """Lists of two items and more that stand inside the lines of ``text[span]``, in order.

    >>> text = "条件为：（一）满十八岁；（二）有执照。逾期不候。"
    >>> [found] = enumerations_of(text)
    >>> found.lead.of(text), [item.of(text) for item in found.items]
    ('条件为：', ['（一）满十八岁；', '（二）有执照。'])
    """
    span = span or Span(0, len(text))
    found: list[Enumeration] = []
    start = span.start
    while start < span.end:
        end = text.find("\n", start, span.end)
        end = span.end if end < 0 else end
        if end - start >= 6 and text[start] != "|":
            found += [_enumeration(text, Span(start, end), run) for run in _runs(text, start, end)]
        start = end + 1
    return tuple(sorted(found, key=lambda one: one.lead.start))


def led_lines(text: str, lines: Sequence[Span]) -> tuple[Enumeration, ...]:
    """Lists whose lines lost their numbers: a line that ends with a colon, and the short lines behind it, in order.

    Lines that end with a semicolon go on up to the one that does not. Where every line ends with a full stop, the lead-in has to
    announce a list (下列, 以下), which then goes on up to the first line that is long, numbered, leads in itself or speaks of
    the whole list.

    >>> text = "不得有下列行为：\\n出租车辆。\\n转让证件。\\n违者依照前款处罚："
    >>> [found] = led_lines(text, [Span(0, 8), Span(9, 14), Span(15, 20), Span(21, 30)])
    >>> found.lead.of(text), [item.of(text) for item in found.items]
    ('不得有下列行为：', ['出租车辆。', '转让证件。'])
    """
    found: list[Enumeration] = []
    at = 0
    while at < len(lines):
        lead = lines[at].of(text)
        items = _behind_lead(text, lines[at + 1 :], lead) if lead.endswith(("：", ":")) else []
        if len(items) > 1:
            found.append(Enumeration(lines[at], ("",) * len(items), tuple(items)))
        at += 1 + len(items)
    return tuple(found)


def _behind_lead(text: str, lines: Sequence[Span], lead: str) -> list[Span]:
    """The lines that are items of ``lead``."""
    items: list[Span] = []
    for line in lines:
        said = line.of(text)
        if len(line) > ONE_LINE or not said.endswith(("；", ";", "。")) or parse_mark(said) is not None:
            break
        if _BEHIND_LIST.match(said):
            break
        items.append(line)
        if said.endswith("。") and len(items) > 1 and text[items[-2].end - 1] in "；;":
            return items
    return items if items and all(text[i.end - 1] == "。" for i in items) and _LEADS_LIST.search(lead) else []


def without_marks(line: str, counted: Mark | None = None) -> str:
    """``line`` without its numbers: those it opens with, one inside the other, and those of the lists inside it.

    Args:
        counted: the mark that the lines before and after say it opens with (:func:`corpus.counting.marks_of`).

    >>> without_marks("（一）1. 各院公示收费标准。"), without_marks("须满足：（1）有执照；（2）满十八岁。")
    ('各院公示收费标准。', '须满足：有执照；满十八岁。')
    >>> without_marks("1.5%的药品"), without_marks("二、三级医院"), without_marks("第一类对象")
    ('1.5%的药品', '二、三级医院', '第一类对象')
    """
    bare = line.strip()
    for run in _runs(bare, 0, len(bare)):
        if run.style in _STYLES:
            for start, mark in reversed(list(zip(run.starts, run.marks, strict=True))):
                bare = bare[:start] + bare[start + len(mark) :].lstrip(_AFTER)
            return without_marks(bare)
    opens = counted if counted is not None and bare.startswith(counted.text) else _opening(bare)
    while opens is not None and (rest := bare[len(opens.text) :].lstrip(_AFTER)):
        bare, opens = rest, _opening(rest)
    return bare


def _opening(line: str) -> Mark | None:
    """The mark ``line`` opens with, decimal ones (1.2 各院, 1.2.1各院) included where nothing is measured."""
    if (mark := parse_mark(line)) is not None:
        return mark if mark.style in STYLES[:4] or mark.ordinal < _TOO_MANY else None
    decimal = next((one for one in candidates(line) if len(one.numbers) > 1), None)
    if decimal is None or len(decimal.numbers) > 2:
        return decimal
    if not line[len(decimal.text) :][:1].isspace():
        return None
    measured = next((value for value in find_values(line) if not value.span.start), None)
    if measured is None or (measured.text.strip() == decimal.text and measured.unit not in _MEASURED):
        return decimal
    return None


def _runs(text: str, start: int, end: int) -> list[_Run]:
    """Marks of one style that count up from one within a line."""
    done: list[_Run] = []
    open_: dict[str, _Run] = {}
    for at in range(start, end):
        if text[at] not in _STARTS or (at > start and text[at - 1] not in _BEFORE):
            continue
        for style, ordinal, mark in _marks_at(text, at):
            run = open_.get(style)
            if run is not None and ordinal == len(run.starts) + 1:
                run.starts.append(at)
                run.marks.append(mark)
            elif ordinal == 1:
                open_[style] = _Run(style, [at], [mark])
                done.append(open_[style])
    return [run for run in done if len(run.starts) >= 2]


def _marks_at(text: str, at: int) -> Iterator[tuple[str, int, str]]:
    mark = parse_mark(text[at : at + 20])
    if mark is not None and mark.style in _STYLES:
        yield mark.style, mark.ordinal, mark.text
        return
    for series in _SERIES:
        for ordinal, word in enumerate(series, start=1):
            if text.startswith(word, at):
                yield series[0], ordinal, word
                return


def _enumeration(text: str, line: Span, run: _Run) -> Enumeration:
    first, last = run.starts[0], run.starts[-1]
    sentences = sentence_spans(text, line)
    lead = next((one.start for one in sentences if one.start <= first < one.end), first)
    ends = [*run.starts[1:], next((one.end for one in sentences if one.start <= last < one.end), line.end)]
    items = tuple(_trimmed(text, a, b) for a, b in zip(run.starts, ends, strict=True))
    return Enumeration(_trimmed(text, lead, first), tuple(run.marks), items)


def _trimmed(text: str, start: int, end: int) -> Span:
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
