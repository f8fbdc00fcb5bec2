"""Dates and periods in Chinese text (日期与时限), absolute or relative to an as-of date; the one home of that rule.

A :class:`Period` is a closed range of days. ``十四五`` is 2021-2025 (five-year plans: the n-th covers 1951 + 5n to
1955 + 5n). The trap: ``2020年底前`` is a deadline at the end of 2020, ``2020年`` a whole year.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from corpus.numerals import chinese_number
from corpus.spans import Taken
from corpus.types import Span

_CN_PLAN = {"一": 11, "二": 12, "三": 13, "四": 14, "五": 15, "六": 16}
_CN_YEAR = r"[一二][零〇九][零〇一二三四五六七八九]{2}"
_ZEROS = re.compile(r"[一二][0OoОо○◯零〇九][0OoОо○◯零〇一二三四五六七八九]{2}(?=\s*[年〕\])）】])")
_ZERO = str.maketrans(dict.fromkeys("0OoОо○◯零", "〇"))
"""A Chinese year is typed with whatever looks round: the digit, Latin or Cyrillic letter O, a circle."""
_YEAR = rf"(?:(?<!\d)(?:19|20)\d{{2}}|{_CN_YEAR})"
_MONTH = r"(?:\d{1,2}|十[一二]|[一二三四五六七八九十])"
_DAY = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?)"
_WEEKDAY = r"(?:\s*[（(](?:星期|周|礼拜)[一二三四五六日天][）)])?"
_PART = {
    "上半年": (1, 6), "下半年": (7, 12), "第一季度": (1, 3), "第二季度": (4, 6), "第三季度": (7, 9), "第四季度": (10, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12), "1季度": (1, 3), "2季度": (4, 6), "3季度": (7, 9),
    "4季度": (10, 12), "第1季度": (1, 3), "第2季度": (4, 6), "第3季度": (7, 9), "第4季度": (10, 12), "年初": (1, 3),
}  # fmt: skip
_RANGE = re.compile(
    rf"(?P<y1>{_YEAR})\s*年?\s*(?P<m1>\d{{1,2}}月)?\s*[—\-–~～至到]+\s*(?P<y2>{_YEAR})\s*年\s*(?P<m2>\d{{1,2}}月)?"
)
_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2})|(?!\s*[元块万亿%％‰吨克升米倍人次个张家名平公千毫]))(?!\d)"
)
"""The trap: 1963.5元 is a sum, and no May of 1963."""
_DATE = re.compile(
    rf"(?P<y>{_YEAR})\s*年\s*(?:(?P<part>第?[一二三四1-4]季度|[上下]半年)|(?P<m>{_MONTH})\s*月(?!龄)\s*(?:(?P<d>{_DAY})\s*[日号]{_WEEKDAY})?)?"
)
_LONE_PART = re.compile(r"(?<![年度一二三四五六七八九十\d])(?P<part>第[一二三四1-4]季度|[上下]半年)")
_BARE_YEAR = re.compile(r"(?<![\d.〔\[(（第])(?P<y>20[0-4]\d)(?![\d.%％号〕\])）/元个名张家人万种间床条项例-]|\s*年)")
_SHORT_YEAR = re.compile(
    rf"(?<![\d.满够足近续缴干])(?P<y>[012]\d)年(?!内|以内|来|制|期|后|前|龄|级)(?:(?P<part>第?[一二三四1-4]季度|[上下]半年)|(?P<m>{_MONTH})月(?:(?P<d>\d{{1,2}})[日号])?)?"
)
_PLAN = re.compile(r"[“\"]?十(?P<n>[一二三四五六])五[”\"]?(?:期间|规划|时期|末|期末)?")
_ON = re.compile(
    rf"\s*[—\-–~～至到]+\s*(?:(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*[日号]{_WEEKDAY})?|(?P<only>\d{{1,2}})\s*[日号]{_WEEKDAY})"
)
_DEADLINE = re.compile(r"\s*(?:年)?(?:底|末|年底|年末)?\s*(?:以前|之前|前|底前|末前)|\s*年?(?:底|末)")
_RELATIVE = {
    "大前年": -3,
    "(?<![目以之年])前年": -2,
    "去年": -1,
    "上年": -1,
    r"(?<!如)今年(?![都已才刚]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:周?岁|了))": 0,
    "本年": 0,
    r"(?<![\d一二三四五六七八九十两几数半每])年内": 0,
    "(?<!每)当年": 0,
    "(?<![说证声表])明年": 1,
    "(?<![最今以之年])后年": 2,
}
"""Years from the as-of year, by pattern: ``三年内`` is a span, ``目前年均`` and ``证明年龄`` are no years, nor is 今年68岁."""
_NOW = re.compile(r"现在|目前|如今|眼下|当前|现行|今天|这会儿|现阶段")


@dataclass(frozen=True, slots=True)
class Period:
    """A closed range of days as written. ``deadline`` is true for 前/底前/末, ``relative`` for 去年, 现在, …"""

    start: date
    end: date
    span: Span
    text: str
    deadline: bool = False
    relative: bool = False

    @property
    def years(self) -> range:
        return range(self.start.year, self.end.year + 1)


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    value = chinese_number(text)
    return int(value) if value is not None else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _last_day(on: re.Match[str], first: date) -> date | None:
    """The end of ``2021年3月—6月`` or ``2021年3月1日至15日``; None where it is no date or comes before ``first``."""
    month, day = int(on["m"] or first.month), int(on["d"] or on["only"] or 0)
    if not 1 <= month <= 12 or day > calendar.monthrange(first.year, month)[1]:
        return None
    last = date(first.year, month, day) if day else _month_end(first.year, month)
    return last if last > first else None


def _part_of(year: int, part: str) -> tuple[date, date]:
    first, last = _PART[part]
    return date(year, first, 1), _month_end(year, last)


def parse_date(text: str) -> date:
    """An as-of date typed by a person: ``2020-06-01``, ``2020/6/1``, ``2020年6月1日``, ``2020年6月``, ``2020年``.

    A month or year alone means its last day.

    Raises:
        ValueError: not a date that exists; the message says how to write one.
    """
    found = find_periods(text)
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if len(found) == 1 and len(found[0].text.strip()) >= len(cleaned) and not found[0].relative:
        return found[0].end
    if re.fullmatch(r"(?:19|20)\d{2}", cleaned):
        return date(int(cleaned), 12, 31)
    raise ValueError(f"日期“{text}”不存在或无法识别，请写成 2020-06-01 这样的形式")


def fold_dates(text: str) -> str:
    """``text`` with full-width characters and the zeros of Chinese years brought to one form, offset for offset.

    >>> fold_dates("二О二二年七月，〔二○二二〕１６号")
    '二〇二二年七月,〔二〇二二〕16号'
    """
    folded = "".join(
        unicodedata.normalize("NFKC", c) if unicodedata.east_asian_width(c) == "F" and c not in "（）：" else c
        for c in text
    )
    return _ZEROS.sub(lambda match: match.group().translate(_ZERO), folded)


def written_day(day: date) -> str:
    """A day as notices write it.

    >>> written_day(date(2019, 6, 1))
    '2019年6月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def whole_day(text: str) -> date | None:
    """The day that ``text`` states when it states nothing else; brackets, a weekday and 印发 aside.

    >>> whole_day("（2024年6月3日）"), whole_day("二О二二年六月十五日"), whole_day("2024年6月3日起施行")
    (datetime.date(2024, 6, 3), datetime.date(2022, 6, 15), None)
    """
    bare = "".join(text.split()).strip("（）()［］[]").removesuffix("印发").removesuffix("发布")
    if not 8 <= len(bare) <= 20:
        return None
    found = find_periods(bare)
    if len(found) == 1 and found[0].start == found[0].end and len(found[0].text) == len(bare):
        return found[0].start
    return None


def day_of(text: str) -> date | None:
    """The first full date in ``text``, in figures or written out; None where there is none.

    >>> day_of("二〇二〇年十二月二十五日"), day_of("2020年1月")
    (datetime.date(2020, 12, 25), None)
    """
    days = [p.start for p in find_periods("".join(text.split())) if p.start == p.end]
    return days[0] if days else None


def find_periods(text: str, as_of: date | None = None) -> list[Period]:
    """Every date or period in ``text`` in order of place; relative ones only when ``as_of`` is given.

    Impossible dates (``2020年13月``) are not returned.

    >>> [(p.start.isoformat(), p.end.isoformat(), p.deadline) for p in find_periods("2020年底前，十四五期间，2019年2月2日")]
    [('2020-01-01', '2020-12-31', True), ('2021-01-01', '2025-12-31', False), ('2019-02-02', '2019-02-02', False)]
    >>> [p.text for p in find_periods("16年那份方案，实缴满10年")]
    ['16年']
    """
    folded = fold_dates(text)
    found: list[Period] = []
    taken = Taken()

    def add(span: Span, start: date, end: date, *, relative: bool = False) -> None:
        if taken.overlaps(span) or start > end:
            return
        tail = _DEADLINE.match(folded, span.end)
        whole = Span(span.start, tail.end()) if tail else span
        taken.add(whole)
        found.append(Period(start, end, whole, text[whole.start : whole.end], bool(tail), relative))

    for match in _RANGE.finditer(folded):
        first, last = _number(match["y1"]), _number(match["y2"])
        if first and last:
            m1 = int(match["m1"][:-1]) if match["m1"] else 1
            m2 = int(match["m2"][:-1]) if match["m2"] else 12
            if 1 <= m1 <= 12 and 1 <= m2 <= 12:
                add(Span(match.start(), match.end()), date(first, m1, 1), _month_end(last, m2))
    for pattern in (_ISO, _DATE):
        for match in pattern.finditer(folded):
            year = _number(match["y"])
            month = _number(match["m"]) if match["m"] else None
            day = _number(match["d"].replace("廿", "二十")) if match["d"] else None
            if year is None:
                continue
            try:
                if pattern is _DATE and match["part"]:
                    start, end = _part_of(year, match["part"])
                elif day and month:
                    start = end = date(year, month, day)
                elif month:
                    start, end = date(year, month, 1), _month_end(year, month)
                else:
                    start, end = date(year, 1, 1), date(year, 12, 31)
            except (ValueError, calendar.IllegalMonthError):
                taken.add(Span(match.start(), match.end()))
                continue
            on = _ON.match(folded, match.end()) if month and pattern is _DATE else None
            until = _last_day(on, end) if on else None
            if on and until:
                add(Span(match.start(), on.end()), start, until)
            else:
                add(Span(match.start(), match.end()), start, end)
    for match in _BARE_YEAR.finditer(folded):
        year = int(match["y"])
        add(Span(match.start(), match.end()), date(year, 1, 1), date(year, 12, 31))
    for match in _SHORT_YEAR.finditer(folded):
        year = 2000 + int(match["y"])
        month = _number(match["m"]) if match["m"] else None
        try:
            if match["part"]:
                start, end = _part_of(year, match["part"])
            elif month and match["d"]:
                start = end = date(year, month, int(match["d"]))
            elif month:
                start, end = date(year, month, 1), _month_end(year, month)
            else:
                start, end = date(year, 1, 1), date(year, 12, 31)
        except (ValueError, calendar.IllegalMonthError):
            continue
        add(Span(match.start(), match.end()), start, end)
    for match in _PLAN.finditer(folded):
        n = _CN_PLAN[match["n"]]
        end_year = 1955 + 5 * n
        start_year = end_year if match.group().endswith("末") else end_year - 4
        add(Span(match.start(), match.end()), date(start_year, 1, 1), date(end_year, 12, 31))
    dated = sorted((one for one in found if one.start.year == one.end.year), key=lambda one: one.span)
    starts = [one.span.start for one in dated]
    for match in _LONE_PART.finditer(folded):  # 2024年上半年完成考核，第三季度完成…: of the year named before
        at = bisect_left(starts, match.start())
        named = dated[at - 1] if at else None
        if named is not None or as_of is not None:
            year = named.start.year if named is not None else as_of.year if as_of is not None else 0
            add(Span(match.start(), match.end()), *_part_of(year, match["part"]), relative=named is None)
    if as_of is not None:
        for word, shift in _RELATIVE.items():
            for match in re.finditer(word, folded):
                year = as_of.year + shift
                if MINYEAR <= year <= MAXYEAR:
                    add(Span(match.start(), match.end()), date(year, 1, 1), date(year, 12, 31), relative=True)
        for match in _NOW.finditer(folded):
            add(Span(match.start(), match.end()), as_of, as_of, relative=True)
    return sorted(found, key=lambda p: p.span)
