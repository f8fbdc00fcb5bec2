"""The years a notice plans for (规划期), from its title or the targets it sets.

It stands alone because a plan that has run out is no longer the measure, though nothing repealed it. The trap: a standing
rule (办法, 条例) names years too and plans for none.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.dates import find_periods

_STANDING = re.compile(r"(?:办法|规定|条例|细则|规则|制度)(?:（试行）|\(试行\))?(?:的通知)?$")
_TITLE_RANGE = re.compile(r"(?P<a>(?:19|20)\d{2})\s*年?\s*[—\-–~～至到]+\s*(?P<b>(?:19|20)\d{2})\s*年?")
_TITLE_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})\s*年(?:度)?[^，。]{0,30}(?:任务|要点|计划|安排)")
_TARGET = re.compile(
    r"(?:到|至|截至|力争)?\s*(?P<y>20\d{2})\s*年(?=底|末|前|以前|之前|，|,|年底|基本|全|实现|建成|达到|[\u4e00-\u9fff]{0,6}(?:达到|实现|建成|控制))"
)


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
