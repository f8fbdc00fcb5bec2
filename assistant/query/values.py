"""Does a sentence state the kind of value that is asked (所问数值的类型): a share, money, a count, a time, a grade.

Refusal and sentence choice rest on it: ``签约率要达到百分之几`` is not answered by a sentence with a head count. The trap:
a question may name a figure (``82还是95``) without asking for one of that kind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.dates import find_periods
from corpus.numerals import find_values

_ASKED = {
    "share": re.compile(r"百分|几个(?:百分)?点|多少个(?:百分)?点|比例|占比|(?:率|增幅|涨幅|降幅)(?!先)|几成|多大比|占.{0,8}(?:多少|几)|几分之|[%％]"),
    "money": re.compile(
        r"多少(?:钱|元|万元?|亿|块|.{0,4}(?:费|补助|补贴|津贴|经费|资金)(?!率|占|的|用))|几(?:[十百千万]+多?|多|个)?(?:块|元|万元?|亿)|"
        r"(?:补助|补贴|津贴|单价)(?:标准)?.{0,8}(?:多少|几)(?!成|家|个|次|名)|加了?多少|涨了?多少"
    ),
    "times": re.compile(r"几倍|多少倍"),
    "span": re.compile(r"几(?:个)?(?:月|天|年|周|小时|分钟)(?!底|前|的)|多长时间|多久|待多|多少(?:天|个月|年|小时)"),
    "age": re.compile(r"几岁|多大(?:年纪|岁)|多少(?:岁|周岁)|年龄"),
    "grade": re.compile(r"几级|几等|几档|第几|多大(?:的)?(?:规模|公立|医院|综合)|什么(?:级别|等级|水平|档次)|哪(?:个|一)?(?:级|等)"),
    "count": re.compile(
        r"多少(?:个|家|名|张|所|种|类|次|人|间|位|例|项|条|处|县|市|套|支|门|间|床)"
        r"|几(?:个(?!月)|家|名|张|所|种|类|次|回|人|间|位|例|项|条|处|支|县|步|大)"
    ),
}  # fmt: skip
_COUNT_UNITS = frozenset(
    [
        "个",
        "名",
        "家",
        "张",
        "所",
        "种",
        "类",
        "次",
        "人",
        "间",
        "位",
        "例",
        "项",
        "条",
        "处",
        "县",
        "市",
        "区",
        "省",
        "批",
        "套",
        "支",
        "部门",
        "床",
    ]
)
_NOT_FIGURES = frozenset(["年", "月", "日", "级", "甲", "乙", "号", "条", "款", "届"])
_SHARE_WORDS = re.compile(r"减半|一半|半数|过半|翻番|翻一番|免征")
_BY_REFERENCE = re.compile(r"〔\d{4}〕\d+号[）)]?[^，。；]{0,6}(?:确定|规定|明确|制定)的[^，。；]{0,10}(?:比例|标准)")
"""A value left to another document (严格执行……（某号）确定的比例): that document is the answer."""
_GRADE = re.compile(r"[一二三]级|[一二三]甲|甲等|乙等|[一二三四五六]级|第[一二三四五六\d]+(?:档|类|批|位|次)")


@lru_cache(maxsize=1024)
def asked_values(question: str) -> frozenset[str]:
    """Kinds of value ``question`` asks for; empty when it asks for none or for any.

    >>> sorted(asked_values("签约率要达到百分之多少"))
    ['share']
    """
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(question))


@lru_cache(maxsize=32768)
def stated_values(text: str) -> frozenset[str]:
    """Kinds of value ``text`` states.

    >>> sorted(stated_values("每年选拔10名，占比达到80%"))
    ['count', 'share']
    """
    found: set[str] = set()
    for value in find_values(text):
        if text.endswith("第", 0, value.span.start):
            continue  # 第十二条, 第三方: an ordinal is no count
        if value.canonical.endswith(("%", "‰", "个百分点")) or "/" in value.canonical:
            found.add("share")
        elif value.unit in ("元", "万元", "亿元"):
            found.add("money")
        elif value.unit == "倍":
            found.add("times")
        elif value.unit in ("个月", "天", "周", "小时", "分钟", "工作日", "个工作日") or (
            value.unit == "年" and len(value.canonical) < 3
        ):
            found.add("span")
        elif value.unit in ("岁", "周岁"):
            found.add("age")
        elif value.unit in _COUNT_UNITS or (
            value.unit not in _NOT_FIGURES and not (value.canonical.isdigit() and 1990 <= int(value.canonical) <= 2060)
        ):
            found.add("count")
    if _SHARE_WORDS.search(text):
        found.add("share")
    if _GRADE.search(text):
        found.add("grade")
    if _BY_REFERENCE.search(text):
        found |= {"share", "money"}
    return frozenset(found)


def question_figures(question: str) -> frozenset[str]:
    """Figures the question itself states besides years (``82还是95``, ``60岁``): sentences that state them are meant."""
    return frozenset(
        v.canonical.rstrip("%")
        for v in find_values(question)
        if (v.text[0].isdigit() or v.canonical.endswith("%"))
        and v.unit not in ("年", "月", "日", "号", "条", "项", "级")
        and not (v.canonical.isdigit() and 1990 <= int(v.canonical) <= 2060)
    )


@lru_cache(maxsize=32768)
def plain_figures(text: str) -> frozenset[str]:
    """Canonical figures of ``text`` without percent signs, to compare with :func:`question_figures`."""
    return frozenset(v.canonical.rstrip("%") for v in find_values(text))


def fits(question: str, text: str) -> bool:
    """Whether ``text`` states a value of an asked kind, or any figure where the question leaves the kind open."""
    asked = asked_values(question)
    stated = stated_values(text)
    if not asked:
        return bool(stated - {"grade"})
    if asked & stated:
        return True
    # 财政补多少: a share is an answer to an amount where somebody bears a part of it
    return "share" in stated and (
        "count" in asked or ("money" in asked and bool(_BEARS.search(question)) and not _SUM.search(question))
    )


@lru_cache(maxsize=32768)
def has_figure(text: str) -> bool:
    """Whether ``text`` states a figure other than a year, an ordinal or a grade."""
    return bool(stated_values(text) - {"grade"})


_BEARS = re.compile(r"补|报|掏|拿|投|承担|负担|自付|分担|出几|占")
_SUM = re.compile(r"亿|万|块|元")
_LENGTH = re.compile(r"多久|多长时间|多少时间|几个月|多少天")
_SOON = re.compile(r"年底前?|年内|年末|月底前?|季度|期末|月份?前")


@lru_cache(maxsize=32768)
def has_period(text: str) -> bool:
    """Whether ``text`` states a time: a year, a plan period, or 年底前 and the like."""
    return bool(years_of(text)) or bool(_SOON.search(text))


def states_time(question: str, text: str) -> bool:
    """Whether ``text`` states a time; a length of time (6个月) counts where ``question`` may ask for one (多久)."""
    return has_period(text) or (bool(_LENGTH.search(question)) and "span" in stated_values(text))


@lru_cache(maxsize=32768)
def years_of(text: str) -> frozenset[int]:
    """Every year ``text`` names; of a five-year plan the first and the last."""
    found: set[int] = set()
    for period in find_periods(text):
        found.update(period.years if len(period.years) <= 3 else (period.years[0], period.years[-1]))
    return frozenset(found)
