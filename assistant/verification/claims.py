"""What a sentence brings in, held against its source (断言核对): figures, dates, numbers, titles, contacts, instructions.

Pure functions, each returning what is wrong in Chinese or None; the gate decides their order. They stand apart from the
gate so that each can be tested on two strings. The trap: a figure that stands somewhere in the source may still belong
to something else there, so figures are also compared by what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.retrieval.matching import bigrams
from assistant.verification.members import confirmed
from corpus.alike import alike_units
from corpus.amounts import stated_otherwise
from corpus.dates import find_periods
from corpus.docnumber import find_numbers
from corpus.enumeration import led_lines
from corpus.grammar import form, split_at
from corpus.numbering import parse_mark
from corpus.numerals import Value, canonical_values, find_values
from corpus.parallel import ordinals_of
from corpus.text import fold, line_spans
from corpus.wordlists import units

_DENIED = re.compile(r"(?:不得|不能|不准|不许|不可|不应|严禁|禁止|杜绝|取消|停止|[不未勿非无])再?$")
_PART = re.compile(r"[。；;！？\n]|(?<=[%％‰个名家所张人元])、")
_CLAUSE = re.compile(r"[，。；：,;:！？\n]|(?<=\D)、(?=\D)")
_EACH = re.compile(r"[，。；：、,;:！？\n]")
_AT_LEAST = re.compile(r"不少于|不低于|不小于|不得少于|不得低于|至少|最少|起码|以上|超过|高于|大于")
_AT_MOST = re.compile(r"不超过|不高于|不大于|不多于|不得超过|不得高于|至多|最多|以下|以内|之内|低于|小于|少于")
_BOUND = re.compile(rf"{_AT_LEAST.pattern}|{_AT_MOST.pattern}|达到|达|左右|约|为|是|至")
_LEVEL = re.compile(r"国家级|省级|市级|县级|乡级|村级|三级|二级|一级")
_TITLE = re.compile(r"《([^《》]{3,60})》")
_QUOTED = re.compile(r"[“「『]([^”」』]{4,})[”」』]")
_META = re.compile(
    r"系统提示|提示词|(?:以上|之前|上述|前面)的?(?:所有)?(?:指令|指示|规则|要求(?:全部)?作废)|忽略(?:以上|之前|上述|前面|所有|此前)|无视(?:以上|之前|所有)|"
    r"作为(?:一个|一名)?(?:AI|人工智能|语言模型|大模型|助手)|我是(?:一个)?(?:AI|人工智能|语言模型|助手)|"
    r"system\s*prompt|ignore (?:all|previous|above)|api[_ -]?key|"
    r"密钥|<\s*/?\s*(?:script|passage|system|question)|javascript:|passage\s*id|as an ai|开发者模式|jailbreak|越狱",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|"
    r"(?:微信|QQ)号?[:：]?\s*\w{5,}",
    re.IGNORECASE,
)
_PLAN = re.compile(r"十[一二三四五六]五")
_ARTICLES, _APART, _COUNTED, _OF_DATES = units("articles"), units("apart"), units("counted"), units("of_dates")
_RINGS = (3, 5, 40)
_STOPS = "，。；：,;:！？\n"
_WORDS = {str(n): word for n, word in enumerate("一二三四五六七八九十", 1)} | {"2": "二两"}
_POINTS = tuple(f"{number}是" for number in "一二三四五六七八九")
_BACK, _COUNTS = form("claim.looks_back"), form("claim.counts")


def meta(text: str) -> str | None:
    """Talk about the system itself or its instructions, which no notice contains."""
    found = _META.search(text)
    return f"“{found.group()}”不是文件内容" if found else None


def contact(text: str, ground: str) -> str | None:
    """An address, telephone number or link that the source does not give."""
    for match in _CONTACT.finditer(text):
        if fold(match.group()) not in fold(ground):
            return f"引文中没有“{match.group()}”"
    return None


def stray_values(text: str, ground: str) -> str | None:
    """Figures, dates and document numbers of ``text`` that ``ground`` does not state."""
    there = find_values(ground)
    stated = [v for v in find_values(text) if not _is_article(text, v, there)]
    written = {v.canonical: v.text for v in stated}
    said = set(written)
    known = _years_of_plans(text, ground) | _shares_of_rows(said, ground) | stated_otherwise(text, ground).keys()
    known |= _members(text, ground) | _in_words(text, ground)
    of_days = {v.canonical for v in stated if _is_measured(v) and _only_of_days(v.canonical, there)}
    stray = [written[value] for value in sorted(said - (canonical_values(ground) - of_days) - known)]
    mentioned = [m for m in find_numbers(text) if m.canonical]
    numbers = {m.canonical for m in find_numbers(ground) if m.canonical}
    stray += sorted(
        m.canonical
        for m in mentioned
        if m.canonical
        and m.canonical not in numbers
        and not any(m.canonical.endswith(k) or k.endswith(m.canonical) for k in numbers if k)
    )
    folded = fold(ground)
    stray += sorted({p.group() for p in _PLAN.finditer(text) if p.group() not in folded} - _plans_by_year(text, ground))
    return f"引文中没有“{'、'.join(stray)}”" if stray else None


def _is_article(text: str, value: Value, there: Sequence[Value]) -> bool:
    """Whether 一 only says that it is a thing (一项, 这一条件, 一张处方), not how many: of no unit ``there`` counts otherwise."""
    if value.text != "一":
        return False
    if value.unit in _ARTICLES or _BACK.search(text[: value.span.start]):
        return True
    return value.unit in _COUNTED and not any(alike_units(value.unit, other.unit) for other in there)


def _is_measured(value: Value) -> bool:
    """Whether the figure has a unit that no date or number of a document has."""
    return bool(value.unit) and not any(alike_units(value.unit, unit) for unit in _OF_DATES)


def _only_of_days(canonical: str, there: Sequence[Value]) -> bool:
    """Whether all of ``there`` that are ``canonical`` are days, months or numbers of documents (1月5日, 5号): no term of 5年."""
    units_there = {v.unit for v in there if v.canonical == canonical}
    return bool(units_there) and units_there <= _OF_DATES


def _in_words(text: str, ground: str) -> set[str]:
    """Figures up to ten that ``ground`` writes in words before the same measure word (1辆, 一辆), which may be none of the list."""
    folded, found = fold(ground), set[str]()
    for value in find_values(text):
        behind = text[value.span.end : value.span.end + 1]
        if value.text.isdigit() and (words := _WORDS.get(value.canonical)) and behind.strip(_STOPS):
            found |= {value.canonical} if any(f"{word}{behind}" in folded for word in words) else set()
    return found


def counts(passages: Sequence[str]) -> str:
    """How many items the lists of ``passages`` have, numbered or in lines of their own, as figures a claim may state (有四种情形); "" for none.

    >>> counts(["有下列情形之一的：\\n（一）甲；\\n（二）乙；\\n（三）丙。"])
    '3项'
    """
    found: set[int] = set()
    for passage in passages:
        last: dict[str, int] = {}
        for line in passage.splitlines():
            mark = parse_mark(line.strip())
            if mark is None:
                continue
            if mark.ordinal == last.get(mark.style, 0) + 1:
                last[mark.style] = mark.ordinal
            elif mark.ordinal == 1:
                found |= {n for n in last.values() if n > 1}
                last = {mark.style: 1}
        found |= {n for n in last.values() if n > 1}
        found |= {len(one.items) for one in led_lines(passage, [line for line in line_spans(passage) if len(line)])}
    return " ".join(f"{n}项" for n in sorted(found))


def _members(text: str, ground: str) -> set[str]:
    """Counts of what the text names or looks back on: 三个渠道 of three in a series, 这三家, 两种用途 before 一是…二是…, never a
    measure of its own."""
    found = {str(n) for n in [sum(1 for _ in takewhile(text.__contains__, _POINTS))] if n > 1}
    lengths: set[int] = set()
    for clause in (
        *split_at(_STOPS, ground),
        *split_at(f"{_STOPS}（）()", ground),
    ):  # a series in a bracket is one of its own
        members = clause.count("、") + 1
        lengths |= {members, members + 1} if members > 1 and set(clause) & set("和及与") else {members}
    for value in find_values(text):
        if value.unit not in _ARTICLES and not _COUNTS.match(text, value.span.end):
            continue
        looks_back = _BACK.search(text[: value.span.start])
        if looks_back or (
            value.canonical.isdigit() and 2 < int(value.canonical) <= 20 and int(value.canonical) in lengths
        ):
            found.add(value.canonical)
    return found


def _shares_of_rows(said: set[str], ground: str) -> set[str]:
    """Percentages a row of a table gives as bare figures: its head says 率（%）, the cell 12.5."""
    rows = "\n".join(line for line in ground.splitlines() if line.count("|") >= 3 and ("%" in line or "％" in line))
    bare = canonical_values(rows)
    return {value for value in said if value.endswith("%") and value[:-1] in bare}


def _years_of_plans(text: str, ground: str) -> set[str]:
    """Years written out for a plan the source names: ``2025`` for 十四五末."""
    ends = {(p.start, p.end) for p in find_periods(ground)}
    return {str(y) for p in find_periods(text) if (p.start, p.end) in ends for y in (p.start.year, p.end.year)}


def _plans_by_year(text: str, ground: str) -> set[str]:
    ends = {(p.start, p.end) for p in find_periods(ground)}
    plans = [(p, _PLAN.search(p.text)) for p in find_periods(text)]
    return {m.group() for p, m in plans if m and (p.start, p.end) in ends}


def stray_dates(text: str, ground: str) -> str | None:
    """A date with a month or day that is no date of the source."""
    known = {(p.start, p.end) for p in find_periods(ground)}
    years = {y for p in find_periods(ground) for y in (p.start.year, p.end.year)}
    years |= {int(y) for m in find_numbers(ground) if m.canonical for y in re.findall(r"〔(\d{4})〕", m.canonical)}
    for period in find_periods(text):
        whole_year = (period.start.month, period.start.day, period.end.month, period.end.day) == (1, 1, 12, 31)
        if (period.start, period.end) in known or (whole_year and {period.start.year, period.end.year} <= years):
            continue
        if any(start <= period.start and period.end <= end for start, end in known) and not whole_year:
            continue
        return f"引文中没有“{period.text}”"
    return None


def stray_titles(text: str, ground: str) -> str | None:
    """A 《title》 or a “quotation” that does not stand in ``ground`` word for word."""
    folded = squeezed(ground)
    for match in (*_TITLE.finditer(text), *_QUOTED.finditer(text)):
        if squeezed(match.group(1)) not in folded:
            return f"引文中没有“{match.group(1)}”"
    return None


@dataclass(frozen=True, slots=True)
class _Around:
    """A figure with the bigrams touching it, near it, and in its part of the sentence (see :data:`_RINGS`)."""

    value: Value
    rings: tuple[frozenset[str], ...]

    def like(self, other: _Around) -> tuple[float, ...]:
        """For each ring, the share of this figure's surroundings that stand around ``other``."""
        return tuple(len(m & t) / len(m) if m else 0.0 for m, t in zip(self.rings, other.rings, strict=True))


def _around(text: str, value: Value, clause: re.Pattern[str]) -> _Around:
    stop = clause.search(text, value.span.end)
    end = stop.start() if stop else len(text)

    def within(reach: int, boundary: re.Pattern[str]) -> frozenset[str]:
        start = max((m.end() for m in boundary.finditer(text, 0, value.span.start)), default=0)
        before = text[max(start, value.span.start - reach) : value.span.start]
        return bigrams(before) | bigrams(text[value.span.end : min(end, value.span.end + reach)])

    touching, near, far = _RINGS
    return _Around(value, (within(touching, clause), within(near, clause), within(far, _PART)))


def swapped_values(text: str, ground: str) -> str | None:
    """A figure whose surroundings belong to another figure of the source (60 said of what the source gives 300).

    What touches the figure decides first: 护士1200名 may leave out a head (培训) that the source says once for a list. A list
    may name the thing before or behind its figure (10名护士、50名医师; 护士10名、医师50名), so it must be so in both readings.
    """
    return _swapped_values(text, ground, _CLAUSE) and _swapped_values(text, ground, _EACH)


def _swapped_values(text: str, ground: str, clause: re.Pattern[str]) -> str | None:
    text, ground = _BOUND.sub("", text), _BOUND.sub("", ground)
    ordinals, settled = [one.span for one in ordinals_of(ground)], confirmed(text, [ground])
    theirs = [_around(ground, v, clause) for v in find_values(ground) if not any(v.span.overlaps(o) for o in ordinals)]
    for value in find_values(text):
        mine = _around(text, value, clause)
        if len(mine.rings[-1]) < 2 or value.unit in _APART or value.text == "一":  # 一次, 一天: an article
            continue
        if value.canonical in settled or any(one.span.overlaps(value.span) for one in ordinals_of(text)):
            continue  # 第二类: whose it is, no figure of it
        stated = [t for t in theirs if t.value.canonical == value.canonical]
        same = [mine.like(t) for t in stated]
        rivals = [t for t in theirs if t.value.canonical != value.canonical and _sort(t.value) == _sort(value)]
        if not same or not rivals:
            continue
        others = canonical_values(text) - {value.canonical}
        if (
            others
            and any(others <= _beside(ground, t.value) for t in stated)
            and not any(others <= _beside(ground, t.value) for t in rivals)
        ):
            continue  # 不满二年的，三年: the other figures of the claim stand beside this one and beside no other
        level = _level(text, ground, value)
        if level is not None:
            if level:
                return f"引文中“{value.text}”说的是{level}"
            continue
        touching, near, far = (max(ring) for ring in zip(*same, strict=True))
        for rival in rivals:
            r_touching, r_near, r_far = mine.like(rival)
            closer = (r_near > near + 0.15 and r_far >= far) or (r_near >= near and r_far > far + 0.06)
            if (closer and r_touching >= touching) or (r_touching >= 0.5 and r_touching > touching + 0.3):
                return f"引文中“{rival.value.text}”才对应这项内容，不是“{value.text}”"
    return None


def _beside(text: str, value: Value) -> frozenset[str]:
    """The figures of the part of ``text`` that ``value`` stands in."""
    start = max((m.end() for m in _PART.finditer(text, 0, value.span.start)), default=0)
    stop = _PART.search(text, value.span.end)
    return canonical_values(text[start : stop.start() if stop else len(text)])


def _level(text: str, ground: str, value: Value) -> str | None:
    """Where the source puts a level (省级) right behind the figure: "" if the statement names it, the level if another.

    None where the source or the statement names no level.
    """
    start = max((m.end() for m in re.finditer(r"[，。；：、]", text[: value.span.start])), default=0)
    stop = re.search(r"[，。；：、]", text[value.span.end :])
    said = set(_LEVEL.findall(text[start : value.span.end + stop.start() if stop else len(text)]))
    behind = [
        m.group(1)
        for v in find_values(ground)
        if v.canonical == value.canonical and (m := re.match(rf"[个家所名]?({_LEVEL.pattern})", ground[v.span.end :]))
    ]
    if not said or not behind:
        return None
    return "" if said & set(behind) else behind[0]


def _sort(value: Value) -> str:
    """Figures of one sort can be mistaken for each other: percentages, times, counts."""
    if value.canonical.endswith(("%", "‰", "点")):
        return "share"
    if value.unit in ("月", "日"):
        return value.unit
    if value.unit == "年" or (value.canonical.isdigit() and 1990 <= int(value.canonical) <= 2060):
        return "time"
    return "count"


LEAST_QUOTE = 6
"""Characters of a quote at least: 可以 stands in any passage and proves nothing."""


def stands_in(body: str, against: str) -> bool:
    """Whether ``body`` stands in the source, and not right behind the word that denies it there (不得…).

    Both are folded and without punctuation.
    """
    at = against.find(body)
    return at >= 0 and not _DENIED.search(against[max(0, at - 4) : at])


def squeezed(text: str) -> str:
    """``text`` folded, without punctuation and white space."""
    return re.sub(r"[，。；：、,;:()（）\"'\s]", "", fold(text))
