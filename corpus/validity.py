"""When a notice takes effect and ends (施行、有效期), and the years it plans for (规划期), from its own words.

It stands alone because these rules decide what binds. The trap: sentences about other notices ("原办法自…起废止") and
about measures inside the notice ("自2020年1月1日起取消加成") state dates too; only the clause on this notice counts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from corpus.dates import find_periods
from corpus.numerals import chinese_number

_SELF = r"(?:本[\u4e00-\u9fff]{2,10})"
_DAY = (
    r"[\d〇○零一二三四五六七八九十]{2,4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_DIGITS = "零一二三四五六七八九"
_ZEROS = str.maketrans("〇○", "零零")
_WRITTEN = re.compile(
    r"(?P<y>[一二][〇○零一二三四五六七八九]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_EFFECT = re.compile(
    rf"(?P<self>{_SELF})?[^。\n，,]{{0,12}}自\s*(?P<day>{_DAY})\s*起\s*(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_FROM_ISSUE = re.compile(
    rf"(?P<self>{_SELF})?[^。\n，,]{{0,12}}自(?:印发|发布|公布|发文|颁布|下发)之日起?\s*(?P<days>\d{{1,3}})?\s*(?:个?工作)?(?:日后|天后)?\s*起?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_UNTIL = re.compile(
    rf"(?:有效期|试行期|执行期)[^。\n]{{0,8}}?(?:至|到|截至)\s*(?P<day>{_DAY})|(?:施行|实施|执行)至\s*(?P<other>{_DAY})"
)
_YEARS = re.compile(
    r"(?P<kind>有效期|试行期?|执行期)(?:限)?(?:暂定)?(?:为|是|：|:)?\s*(?P<n>\d{1,2}|[一二两三四五六七八九十])\s*年"
)
_STANDING = re.compile(r"(?:办法|规定|条例|细则|规则|制度)(?:（试行）|\(试行\))?(?:的通知)?$")
_TITLE_RANGE = re.compile(r"(?P<a>(?:19|20)\d{2})\s*年?\s*[—\-–~～至到]+\s*(?P<b>(?:19|20)\d{2})\s*年?")
_TITLE_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})\s*年(?:度)?[^，。]{0,30}(?:任务|要点|计划|安排)")
_TARGET = re.compile(
    r"(?:到|至|截至|力争)?\s*(?P<y>20\d{2})\s*年(?=底|末|前|以前|之前|，|,|年底|基本|全|实现|建成|达到|[\u4e00-\u9fff]{0,6}(?:达到|实现|建成|控制))"
)


def effective_date(text: str, issued_on: date | None) -> tuple[date, float] | None:
    """The day this notice takes effect, and how sure that is; None where it does not say."""
    matches = [m for m in _EFFECT.finditer(text) if m["self"] or m.start() > 0.6 * len(text)]
    if matches:
        best = next((m for m in reversed(matches) if m["self"]), matches[-1])
        day = day_of(best["day"])
        return (day, 0.95 if best["self"] else 0.7) if day else None
    relative = next(iter(_FROM_ISSUE.finditer(text)), None)
    if relative is not None and issued_on is not None:
        return issued_on + timedelta(days=int(relative["days"] or 0)), 0.9 if relative["self"] else 0.75
    return None


def expiry_date(text: str, start: date | None) -> tuple[date, float] | None:
    """The last day of validity, counted from ``start`` where the text gives years; None where it does not say."""
    until = next(iter(_UNTIL.finditer(text)), None)
    if until is not None:
        day = day_of(until["day"] or until["other"])
        return (day, 0.9) if day else None
    years = list(_YEARS.finditer(text))
    if not years or start is None:
        return None
    match = next((m for m in reversed(years) if m.start() > 0.5 * len(text) or len(text) < 200), None)
    if match is None:
        return None
    count = int(chinese_number(match["n"]) or 0) if not match["n"].isdigit() else int(match["n"])
    if not 1 <= count <= 30:
        return None
    last = 28 if (start.month, start.day) == (2, 29) else start.day
    return start.replace(year=start.year + count, day=last) - timedelta(days=1), 0.9 if "有效期" in match[
        "kind"
    ] else 0.7


def horizon_of(title: str, text: str, issued_on: date | None) -> tuple[tuple[int, int], float] | None:
    """First and last year the notice sets targets for; None for standing rules and where no year is set."""
    span = _TITLE_RANGE.search(title)
    if span is not None and int(span["a"]) <= int(span["b"]):
        return (int(span["a"]), int(span["b"])), 0.95
    single = _TITLE_YEAR.search(title)
    if single is not None:
        return (int(single["y"]), int(single["y"])), 0.9
    plans = [p for p in find_periods(title) if "五" in p.text]
    if plans:
        return (plans[0].start.year, plans[0].end.year), 0.9
    if _STANDING.search(title) or issued_on is None:
        return None
    years = [int(m["y"]) for m in _TARGET.finditer(text)]
    ahead = [year for year in years if issued_on.year <= year <= issued_on.year + 20]
    return ((issued_on.year, max(ahead)), 0.7) if ahead else None


def day_of(text: str) -> date | None:
    """The first full date in ``text``, in figures or written out (二○二○年一月十五日); None where there is none.

    >>> day_of("二〇二〇年十二月二十五日"), day_of("2020年1月")
    (datetime.date(2020, 12, 25), None)
    """
    text = "".join(text.split())
    written = _WRITTEN.search(text)
    if written is not None:
        year = int("".join(str(_DIGITS.index(char)) for char in written["y"].translate(_ZEROS)))
        month, day = chinese_number(written["m"]), chinese_number(written["d"])
        try:
            return date(year, int(month or 0), int(day or 0))
        except ValueError:
            return None
    days = [p.start for p in find_periods(text) if p.start == p.end]
    return days[0] if days else None
