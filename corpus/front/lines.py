"""Lines of a document with the part each may play in its front matter (行的角色): number, date, bodies, field, …

One pass gives every line one role; what reads the front matter looks at roles only. A capture that ran a page together
into one line is taken apart again at its number, signature and salutation, so offsets stay those of the text. The trap:
a role is about form only; an organ's name on a line may be a signature or the head of a table.

Source: GB/T 9704-2012, 7.2-7.4 (版头, 主体, 版记).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.dates import find_periods, fold_dates, whole_day
from corpus.docnumber import find_numbers
from corpus.front.codes import trimmed
from corpus.front.organs import Organ, organs_of
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.numerals import chinese_number
from corpus.types import Span

_BRACKETS = "（）()［］[]〔〕【】 　\t"
_ORDER = form("line.order")
_ALONE = form("line.number")
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


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    path = Path(__file__).parents[1] / "lexicon" / "front.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def title_end() -> re.Pattern[str]:
    """A title's last word, with the bracket that may follow it."""
    ends = "|".join(sorted(lexicon()["title"]["ends"], key=len, reverse=True))
    return re.compile(rf"(?P<end>{ends})[》〉”\"]*(?:\s*[（(〔][^（）()]{{1,30}}[)）〕]){{0,2}}[》〉”\"]*$")


def lines_of(text: str) -> list[Line]:
    """Every line of ``text`` with its role, in order; empty lines are left out."""
    found: list[Line] = []
    labelled = 0
    for start, end in _pieces(text):
        raw = text[start:end]
        bare = raw.strip()
        if not bare:
            continue
        at = start + raw.index(bare[0])
        line = _line(bare, at, labelled)
        labelled = labelled + 1 if line.role == "field" else 0
        found.append(line)
    return found


def _line(text: str, at: int, labelled: int) -> Line:
    span = Span(at, at + len(text))
    fields = _fields(text, at)
    if fields is not None:
        return Line(text, span, "field", fields=fields)
    standard = _STANDARD.match(text)
    if standard is not None:
        return Line(text, span, "standard", value="".join(text.split()))
    number = _number(text)
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


def _number(text: str) -> str:
    """The document number a line is, in brackets or behind 文号 or not; "" where it is more or none."""
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


def _officer(text: str) -> bool:
    """``省长 李某某``: a post, of a place or the State or not, and a name of two to four characters behind it."""
    match = _post().match(text)
    if match is None:
        return False
    name = "".join(match["name"].split()).lstrip("：:")
    apart = match["gap"] != "" or len(text) <= len(match["post"]) + 4 or bool(organs_of(match["of"] or ""))
    return 2 <= len(name) <= 4 and apart and not name.startswith(_NO_NAME) and not name.endswith(_NO_NAME)


@lru_cache(maxsize=1)
def _post() -> re.Pattern[str]:
    posts = "|".join(r"\s*".join(one) for one in sorted(lexicon()["officer"]["posts"], key=len, reverse=True))
    return re.compile(
        rf"^(?P<of>中华人民共和国|国务院|[\u4e00-\u9fff]{{2,24}}?[省市县区州盟旗部委会局厅署院])?(?P<post>代?(?:{posts}))"
        r"(?P<gap>[\s　：:]*)(?P<name>[\u4e00-\u9fff·\s　]{2,8})$"
    )


_NO_NAME = (
    "制",
    "会",
    "医师",
    "护师",
    "药师",
    "热线",
    "电话",
    "办公",
    "信箱",
    "令",
    "责任",
    "负责",
    "专线",
    "技师",
    "委员",
    "会议",
    "人选",
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


def _fields(text: str, at: int) -> tuple[tuple[str, str, int], ...] | None:
    """``(fact, value, offset)`` of each label on the line; None where it is no line of labels."""
    labels: Mapping[str, str] = lexicon()["field"]["labels"]
    if text[0] == text[-1] == "|" and len(text) > 2:
        cells = text[1:-1].split("|")
        offset, found, known = at + 1, [], 0
        places = []
        for cell in cells:
            places.append((cell, offset))
            offset += len(cell) + 1
        for index, (cell, _) in enumerate(places[:-1]):
            label = "".join(cell.split()).rstrip("：:")
            if label in labels:
                known += 1
                value, where = places[index + 1]
                found.append((labels[label], value.strip(), where))
        return (
            tuple(found)
            if known and (known >= 2 or places[0][0].rstrip().endswith(("：", ":")) or len(cells) == 2)
            else None
        )
    match = form("line.field").match(text)
    if match is None:
        return None
    label = "".join(match["label"].split())
    if label not in labels or "。" in match["value"]:
        return None
    return ((labels[label], match["value"].strip(), at + match.start("value")),)


def glued_fields(lines: list[Line]) -> list[Line]:
    """Lines of a field table whose marks were lost (发文机关全国人大常委会): three labels in a row make it one."""
    labels = lexicon()["field"]["labels"]
    ordered = sorted(labels, key=len, reverse=True)
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
                out[one] = Line(lines[one].text, lines[one].span, "field", fields=((labels[label], value, at),))
        run = []
    return out


_FLAT, _GLUED = 120, 40  # characters a line has at least that a page, or a title with its salutation, was run into
_GLUED_NUMBER = form("line.number_behind_title")
_SIGNED = form("line.signed")
_SALUTE = form("line.salutation")


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, run-together ones taken apart."""
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
    return [match.span() for match in re.finditer(r"[^|]+", raw) if len(match.group()) > _FLAT]


def _cuts(raw: str) -> set[int]:
    cuts: set[int] = set()
    for match in _SIGNED.finditer(raw):
        begin = _last_bodies(raw, match.start("bodies"), match.end("bodies"))
        if begin is not None:
            cuts |= {begin, match.end()}
    labels = [match.start() for match in _labels().finditer(raw)]
    if len(labels) >= 3:
        cuts |= set(labels)
    head = raw[: min((cut for cut in cuts if cut not in labels), default=len(raw))]
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
        (name for name in lexicon()["field"]["labels"] if len(name) >= 3 or name in ("标题", "文号")),
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
