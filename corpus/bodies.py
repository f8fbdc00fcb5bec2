"""Responsible bodies (责任单位) of an item, read from its closing bracket, lead body first.

It stands alone because naming who is in charge must never be guessed: only names written in a responsibility bracket
(〔…负责〕) or on a line that begins 责任单位： are returned, in the order written. The trap: notes such as
"列首位的为牵头部门，下同" and deadlines (2021年底前完成) share the bracket and are no names.
"""

from __future__ import annotations

from corpus.grammar import form, split_at
from corpus.text import RESPONSIBILITY, bracket_pairs
from corpus.types import Span

_LABEL = form("duty.label")
_LABELLED_LINE = form("duty.labelled_line")
_NOTE = form("duty.note")
_NOTE_INSIDE = form("duty.note_inside")
_TIME = form("duty.time")
_DUTY = form("duty.words")
_TAIL = form("duty.and_others")
_OTHERS = form("duty.others_behind")
_AND = form("duty.and")
_NESTED = form("duty.nested")  # separators inside 各县（市、区） part no names
_HIDE = str.maketrans("、，,；;。", "\ue000\ue001\ue002\ue003\ue004\ue005")
_SHOW = {ord(hidden): shown for hidden, shown in zip("\ue000\ue001\ue002\ue003\ue004\ue005", "、，,；;。", strict=True)}
_CONTAINS_DUTY = form("duty.said")
_AROUND = form("duty.around_name")
_NO_NAME = form("duty.no_name")
_OPENS_WITH = form("duty.opens_with")


def read_bodies(text: str, span: Span | None = None) -> tuple[tuple[str, ...], Span | None]:
    """Bodies named in the responsibility brackets that close a sentence of ``text``, and where they stand.

    Returns:
        The names, lead first, without duplicates, and the span from the first such bracket to the last; ``((), None)``
        where nobody is named.
    """
    span = Span(0, len(text)) if span is None else span
    found = [pair for pair in bracket_pairs(text, span.start, span.end) if _is_responsibility(text, pair, span)]
    for match in _LABELLED_LINE.finditer(text, span.start, span.end):
        if not any(pair.overlaps(Span(*match.span())) for pair in found):
            found.append(Span(*match.span()))
    found.sort()
    names = dict.fromkeys(name for pair in found for name in split_bodies(text[pair.start : pair.end]))
    return (tuple(names), Span(found[0].start, found[-1].end)) if names else ((), None)


def _is_responsibility(text: str, pair: Span, span: Span) -> bool:
    """A bracket that closes a sentence (or stands alone) and says who does something."""
    if text[pair.start] not in "〔（([【" or len(pair) < 5 or not RESPONSIBILITY.search(text, pair.start, pair.end):
        return False
    after = text[pair.end : pair.end + 1] if pair.end < span.end else ""
    before = text[pair.start - 1] if pair.start > span.start else ""
    if after not in ("", "\n", "。", "【") or (before not in "。！？；;\n”’" and after not in ("", "\n")):
        return False
    return bool(split_bodies(text[pair.start : pair.end]))


def opening_bodies(text: str, span: Span) -> tuple[tuple[str, ...], Span | None]:
    """The bodies that a sentence begins with and says must do something, and where they stand; ``((), None)`` where it
    begins otherwise. What the body does may stand behind when it does it (医院接到报告后，应当…).

    >>> opening_bodies("市财政局和各县（区）人民政府要落实经费。", Span(0, 20))
    (('市财政局', '各县（区）人民政府'), Span(start=0, end=14))
    """
    found = _OPENS_WITH.match(text, span.start, span.end)
    if found is None:
        return (), None
    shared = any(len(name) == 1 for name in split_at("、和与及或", _NESTED.sub("", found["who"])))  # 市、县人民政府
    names = () if shared else split_bodies(f"责任单位：{found['who']}")
    return names or (found["who"],), Span(*found.span("who"))


def others_behind(bracket: str, name: str) -> str:
    """等, 等有关部门 … as it stands behind ``name``: the bracket means more bodies than it names. "" where it does not.

    >>> others_behind("（省医保局、省税务局等按职责分工负责）", "省税务局")
    '等'
    >>> others_behind("（省医保局、省税务局按职责分工负责）", "省税务局")
    ''
    """
    found = _OTHERS.match(bracket, bracket.rindex(name) + len(name)) if name in bracket else None
    return found.group() if found else ""


def split_bodies(bracket: str) -> tuple[str, ...]:
    """Names in one responsibility bracket or line, as written and in order.

    >>> split_bodies("〔市财政局和各县（区）人民政府负责，市残联参与。列首位的为牵头部门，下同〕")
    ('市财政局', '各县（区）人民政府', '市残联')
    """
    inner = bracket.strip()
    if inner[:1] in "〔（([【" and inner[-1:] in "〕）)]】":
        inner = inner[1:-1]
    inner = _NOTE_INSIDE.sub("", inner)
    inner = _NESTED.sub(lambda match: match.group().translate(_HIDE), inner)
    names: list[str] = []
    said_duty = _LABEL.match(inner) is not None
    for segment in split_at("，,；;。\n", inner):
        segment = _LABEL.sub("", segment.strip())
        if not segment or _NOTE.search(segment) or _TIME.search(segment):
            continue
        said_duty = said_duty or _CONTAINS_DUTY.search(segment) is not None
        segment = _TAIL.sub("", _DUTY.sub("", segment))
        for name in _AND.sub("、", segment).split("、"):
            name = _AROUND.sub("", _TAIL.sub("", _LABEL.sub("", name.strip())).translate(_SHOW))
            if 2 <= len(name) <= 24 and not _NO_NAME.search(name):
                names.append(name)
    return tuple(dict.fromkeys(names)) if said_duty else ()
