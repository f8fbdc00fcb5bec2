"""Responsible bodies (责任单位) of an item, read from its closing bracket, lead body first.

It stands alone because naming who is in charge must never be guessed: only names written in a responsibility bracket
(〔…负责〕) or on a line that begins 责任单位： are returned, in the order written. The trap: notes such as
"列首位的为牵头部门，下同" and deadlines (2021年底前完成) share the bracket and are no names.
"""

from __future__ import annotations

import re

from corpus.text import RESPONSIBILITY, bracket_pairs
from corpus.types import Span

_LABEL = re.compile(r"^(?:牵头|责任|主责|配合|参与|参加|负责)(?:单位|部门|科室)?(?:及分工)?[:：]")
_LABELLED_LINE = re.compile(r"(?m)^(?:牵头|责任|负责|主责)(?:单位|部门)[:：].+$")
_NOTE = re.compile(r"下同|为牵头|[列排](?:名|在)?(?:第一|首)位|指各|分头落实|逗号前|排名第一")
_NOTE_INSIDE = re.compile(rf"[（(][^（）()]*(?:{_NOTE.pattern})[^（）()]*[）)]")
_TIME = re.compile(
    r"\d\s*[年月日]|年底|(?:完成|办结|实施|工作)?(?:时限|时间|期限)(?:要求)?[:：]|(?:长期|持续)(?:坚持|推进|实施)?$|完成$"
)
_DUTY = re.compile(
    r"(?:等(?:部门|单位)?)?(?:(?:根据|按照?|依)(?:各自)?(?:职责|职能|任务)?分工)?(?:按职责)?(?:分别|共同|具体|各自|配合)*"
    r"(?:负责(?:落实|实施|组织实施|推进)?|牵头(?:负责|落实|组织)?|参与|参加|配合|协助|承办|落实)(?:单位|部门)?$"
)
_TAIL = re.compile(r"等(?:有关|相关)?(?:部门|单位)?$")
_BODY_END = r"(?<=[局委办厅部院会署组站处行府司心中联社区])"
_AND = re.compile(_BODY_END + r"(?:和|及|与|以及)(?=各|省|市|县|区|州|国家|中央|中国|有关|相关)|会同")
_NESTED = re.compile(r"[（(][^（）()]*[）)]")  # separators inside 各县（市、区） part no names
_HIDE = str.maketrans("、，,；;。", "\ue000\ue001\ue002\ue003\ue004\ue005")
_SHOW = {ord(hidden): shown for hidden, shown in zip("\ue000\ue001\ue002\ue003\ue004\ue005", "、，,；;。", strict=True)}
_CONTAINS_DUTY = re.compile(r"负责|牵头|责任(?:单位|部门)|参与|配合|协助|承办|落实")


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
    for segment in re.split(r"[，,；;。\n]", inner):
        segment = _LABEL.sub("", segment.strip())
        if not segment or _NOTE.search(segment) or _TIME.search(segment):
            continue
        said_duty = said_duty or _CONTAINS_DUTY.search(segment) is not None
        segment = _TAIL.sub("", _DUTY.sub("", segment))
        for name in _AND.sub("、", segment).split("、"):
            name = _TAIL.sub("", _LABEL.sub("", name.strip())).translate(_SHOW)
            if 2 <= len(name) <= 24:
                names.append(name)
    return tuple(dict.fromkeys(names)) if said_duty else ()
