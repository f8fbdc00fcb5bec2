"""Lines of a document with the part each may play in its front matter (行的角色): number, date, bodies, field, …

One pass gives every line one role; what reads the front matter looks at roles only. Lines that a capture ran together are
taken apart first (:mod:`corpus.front.runs`), so offsets stay those of the text. The trap: a role is about form only; an
organ's name on a line may be a signature or the head of a table.

Source: GB/T 9704-2012, 7.2-7.4 (版头, 主体, 版记).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.dates import find_periods, fold_dates, whole_day
from corpus.front.fields import fields_of, labels
from corpus.front.organs import Organ, organs_of
from corpus.front.runs import number_of, pieces_of
from corpus.front.words import lexicon
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.types import Span

_ORDER = form("line.order")
_DATE_END = form("line.ends_in_day")
_DATE_ANY = form("line.day")
_ANNEX = form("line.annex")
_ISSUED = form("line.issued")
_PASSED = form("line.passed_words")
_MEETING = form("line.meeting")
_STANDARD = form("line.standard")
_TOC = form("line.dots")
_LONG = 160
_TAILS = ("文件", "令", "公告", "公报", "通告")  # what a red head says behind, or below, its bodies


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its ``text`` without outer space, ``span`` in the document, ``role``, and what the role found.

    Roles: field, number, order, day, sign (bodies and a day), bodies, redhead, printed, copy, officer, passed (preamble),
    annex, addressee, toc, mark, text, row (of a table), piece (may be part of a title).
    """

    text: str
    span: Span
    role: str
    bodies: tuple[Organ, ...] = ()
    day: date | None = None
    value: str = ""
    fields: tuple[tuple[str, str, int], ...] = ()


def lines_of(text: str) -> list[Line]:
    """Every line of ``text`` with its role, in order; empty lines are left out.

    Source: GB/T 9704-2012, 7.2-7.4: 份号、密级、发文机关标志、发文字号、签发人; 标题、主送、正文、附件说明、署名、成文日期; 抄送、印发.

    >>> [line.role for line in lines_of("甲市人民政府令\\n第3号\\n《甲市急救办法》已经通过。\\n市长 李某某\\n2020年1月2日")]
    ['redhead', 'order', 'text', 'officer', 'day']
    """
    found: list[Line] = []
    for start, end in pieces_of(text):
        raw = text[start:end]
        bare = raw.strip()
        if not bare:
            continue
        at = start + raw.index(bare[0])
        found.append(_line(bare, at))
    return found


def _line(text: str, at: int) -> Line:
    span = Span(at, at + len(text))
    fields = fields_of(text, at)
    if fields is not None:
        return Line(text, span, "field", fields=fields)
    standard = _STANDARD.match(text)
    if standard is not None:
        return Line(text, span, "standard", value="".join(text.split()))
    number = number_of(text)
    if number:
        return Line(text, span, "number", value=number)
    order = _ORDER.match(text)
    if order is not None:
        head = _bodies(order["code"], span) if order["code"].endswith(("令", "公告", "通告", "公报")) else None
        if head is not None and head.bodies:
            return Line(text, span, "order", bodies=head.bodies, value=text.strip("（）()"))
        return Line(text, span, "order", value=text.strip("（）()"))
    day = whole_day(text)
    if day is not None:
        return Line(text, span, "printed" if text.rstrip().endswith("印发") else "day", day=day)
    if text.startswith(tuple(lexicon()["printed"]["starts"])) and (
        text[0] in "（(" or "：" in text or ":" in text or text.endswith("公开")
    ):
        return Line(text, span, "copy")
    if len(text) <= 400:
        special = _bodies(text, span)
        if special is not None:
            return special
    if _officer(text):
        return Line(text, span, "officer")
    if _ANNEX.match(text):
        return Line(text, span, "annex")
    if _is_passed(text):
        return Line(text, span, "passed")
    if _TOC.search(text) or text.startswith(tuple(lexicon()["noise"]["starts"])):
        return Line(text, span, "toc")
    if text[-1] in "：:" and "。" not in text and len(text) <= 300:
        return Line(text, span, "addressee")
    if parse_mark(text) is not None:
        return Line(text, span, "mark")
    if "。" in text or text[-1] in "；;" or len(text) > _LONG or (len(text) > 80 and text[-1] in "，,、"):
        return Line(text, span, "text")
    return Line(text, span, "row" if text[0] == text[-1] == "|" else "piece")


def _bodies(text: str, span: Span) -> Line | None:
    """Bodies alone, under a red head (…文件, …令), with a day behind them, or in the printing line."""
    folded = fold_dates(text)
    if folded.endswith("印发") and _DATE_ANY.search(folded):
        days = [period.start for period in find_periods(text) if period.start == period.end]
        return Line(text, span, "printed", day=days[-1] if days else None)
    dated = _DATE_END.search(folded)
    if dated is not None and dated.start() > 3:
        bodies = organs_of(text[: dated.start()])
        if bodies:
            return Line(text, span, "sign", bodies=bodies, day=whole_day(text[dated.start() :]))
    if text.endswith(("发布", "公布")) and organs_of(text[:-2]):
        return Line(text, span, "bodies", bodies=organs_of(text[:-2]))
    for tail in _TAILS:
        if text.endswith(tail) and len(text) > len(tail) + 3:
            bodies = organs_of(text.removesuffix(tail))
            if bodies:
                return Line(text, span, "redhead", bodies=bodies, value=tail)
    if text in ("中华人民共和国主席令", "主席令") or text in _TAILS:
        return Line(text, span, "redhead", value="令" if text.endswith("令") else text)
    bodies = organs_of(text)
    return Line(text, span, "bodies", bodies=bodies) if bodies else None


def _officer(text: str) -> bool:
    """``省长 李某某``: a post, of a place or the State or not, and a name of two to four characters behind it."""
    match = _post().match(text)
    if match is None:
        return False
    name = "".join(match["name"].split()).lstrip("：:")
    no_name = tuple(lexicon()["officer"]["not_name"])
    apart = match["gap"] != "" or len(text) <= len(match["post"]) + 4 or bool(organs_of(match["of"] or ""))
    return 2 <= len(name) <= 4 and apart and not name.startswith(no_name) and not name.endswith(no_name)


@lru_cache(maxsize=1)
def _post() -> re.Pattern[str]:
    posts = "|".join(r"\s*".join(one) for one in sorted(lexicon()["officer"]["posts"], key=len, reverse=True))
    return re.compile(
        rf"^(?P<of>中华人民共和国|国务院|[\u4e00-\u9fff]{{2,24}}?[省市县区州盟旗部委会局厅署院])?(?P<post>代?(?:{posts}))"
        r"(?P<gap>[\s　：:]*)(?P<name>[\u4e00-\u9fff·\s　]{2,8})$"
    )


def _is_passed(text: str) -> bool:
    """A clause of the preamble: a date, then who passed, approved, published or amended it."""
    folded = fold_dates(text).lstrip("（([ ")
    if len(text) > 1200 or not _PASSED.search(text):
        return False
    if _ISSUED.match(folded):
        return True
    begins = _DATE_ANY.match(folded) or form("line.han_year").match(folded)
    if (
        begins is None
        and not (text[0] in "（(" and _DATE_ANY.search(folded))
        and not form("line.on_the_ground_of").match(folded)
    ):
        return False
    return (
        _MEETING.search(text) is not None and (("。" not in text and "起施行" not in text) or text[0] in "（(")
    ) or bool(form("line.in_force_from").fullmatch(folded))


def glued_fields(lines: list[Line]) -> list[Line]:
    """Lines of a field table whose marks were lost (发文机关全国人大常委会): three labels in a row make it one.

    Source: 公文要素 of government pages and law databases, as their text is captured.
    """
    names = labels()
    ordered = sorted(names, key=len, reverse=True)
    out, run = list(lines), list[int]()
    for index, line in enumerate([*lines, None][:60]):
        label = (
            next((one for one in ordered if line and line.text.startswith(one)), None)
            if line and len(line.text) <= 60
            else None
        )
        if label is not None:
            run.append(index)
            continue
        if len(run) >= 3:
            for one in run:
                label = next(name for name in ordered if lines[one].text.startswith(name))
                value = lines[one].text[len(label) :].strip("：: ")
                at = lines[one].span.start + lines[one].text.rindex(value) if value else lines[one].span.end
                out[one] = Line(lines[one].text, lines[one].span, "field", fields=((names[label], value, at),))
        run = []
    return out
