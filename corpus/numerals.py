"""Figures in Chinese text (数值): find them and bring every spelling to one value, the one home of that rule.

``三十``/``30``, ``百分之五``/``5%``/``５％``, ``七成``/``70%``, ``1.5万``/``15000`` compare equal. The citation gate and the
evaluation measures both rest on :func:`find_values`. The trap: Chinese numerals also sit inside words (``统一``, ``三甲``,
``十四五``); a Chinese numeral counts as a figure only with a unit behind it or when it has two or more digits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from corpus.spans import Taken
from corpus.types import Span

_DIGITS = "零〇○一二两三四五六七八九"
_CN = r"[零〇○一二两三四五六七八九十百千万亿]"
_UNIT = (
    r"(?:个百分点|百分点|个月|个工作日|工作日|万元|亿元|元|年|月|日|天|周岁|周|个?(?:小时|钟头|星期)|分钟|秒|张|家|所|个|名|人|位|项|种|例|次|倍|岁|床|间|处|类|批|期|档|户|套|支|"
    r"县|市|区|省|条|款|号|届|级|甲|乙|成|分之|部门|平方米|公里|学时|课时|学分)"
)
_SCALE = {
    "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9,
    "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億圆", "一二二三三四五六六七八九十百千万亿元")
_PATTERN = re.compile(
    rf"(?P<formal>[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億零万亿]{{2,}})(?=[元圆整])"
    rf"|(?P<point>(?:{_CN}+)点[零〇一二三四五六七八九]+)(?![十刻半]|分(?!之))(?P<pointmark>个百分点)?"
    rf"|(?P<cnpercent>百分之(?P<cnp>(?:{_CN}|[点0-9.])+))"
    rf"|(?P<fraction>(?P<den>{_CN}+)分之(?P<num>{_CN}+))"
    rf"|(?P<slash>(?<![\d/.A-Za-z])(?P<snum>[1-9])/(?P<sden>[1-9]\d?)(?![\d/.]))"
    rf"|(?P<arabic>(?<![A-Za-z0-9.])\d+(?:,\d{{3}})*(?:\.\d+)?)\s?(?P<scale>[十百千]?万亿?|[十百千]?亿|[千百](?![一-龥]*级))?"
    rf"(?P<rest>(?:(?<=[万亿千])\d+(?:千万|[万千百]))*)(?P<percent>\s?[%％‰]|个百分点)?(?P<range>\s?[~～—–\-至到]\s?(?=(?P<next>\d+(?:\.\d+)?(?P<nextscale>[十百千]?[万亿])?(?P<nextmark>[%％‰]|个百分点)?)))?"
    rf"|(?P<tenths>[一二两三四五六七八九])成(?P<half>[一二三四五六七八九半])?(?![员立效果功本为熟长就人交])"
    rf"|(?P<half_unit>(?<![上下前后多大过第两{_CN[1:-1]}年月时天个])半)(?=年|个?月(?!板)|天|日(?![托间])|个?小时|个?钟头)"
    rf"|(?P<cn>{_CN}{{2,}}|[零一二两三四五六七八九十](?={_UNIT})|(?<!第)[一二两三四五六七八九十](?=[至到][一二两三四五六七八九十]{{1,3}}(?:名|人|个|家|次|天|日|倍|位)))(?P<cnmark>个百分点)?"
)
_BEHIND = re.compile(rf"\s?(?P<u>{_UNIT})")
_LONGEST = 40  # characters; what is longer is no figure anybody wrote
_PLAN = re.compile(r"[“\"]?十(?P<n>[一二三四五六])五[”\"]?")
_CN_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure found. ``canonical`` compares equal across spellings: ``"80%"``, ``"30"``, ``"0.5%"``, ``"2025"``.

    ``unit`` is the measure word right behind it ("" when none); ``text`` the characters as written.
    """

    canonical: str
    unit: str
    text: str
    span: Span


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=4096)
def chinese_number(text: str) -> Decimal | None:
    """The value of a Chinese numeral, or None where it is not one. Digit strings (``二〇二五``) are read as digits.

    >>> chinese_number("一百二十"), chinese_number("二〇二五"), chinese_number("三点五")
    (Decimal('120'), Decimal('2025'), Decimal('3.5'))

    Longer than 40 characters it is not one.
    """
    if len(text) > _LONGEST:
        return None
    if text in ("十", "百", "千", "万", "亿"):
        return Decimal({"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[text])
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_CN_VALUE[c]) for c in text))
    import cn2an  # lazy: 80 ms

    try:
        return Decimal(str(cn2an.cn2an(text.replace("○", "零").replace("〇", "零"), "smart")))
    except (ValueError, KeyError, InvalidOperation):  # cn2an looks up what it cannot read
        return None


def whole_number(written: str) -> int:
    """The whole number that digits or a Chinese numeral write; 0 where it is neither.

    >>> whole_number("15"), whole_number("十五"), whole_number("若干")
    (15, 15, 0)
    """
    return int(written) if written.isdigit() else int(chinese_number(written) or 0)


def _fold(text: str) -> str:
    return "".join(
        unicodedata.normalize("NFKC", c) if unicodedata.east_asian_width(c) == "F" and c not in "（），" else c
        for c in text
    )


@lru_cache(maxsize=8192)
def find_values(text: str) -> tuple[Value, ...]:
    """Every figure in ``text`` in order of place.

    >>> [v.canonical for v in find_values("到2025年底，百分之八十的县市建成，每万人２名，约七成")]
    ['2025', '80%', '2', '70%']
    >>> [v.canonical for v in find_values("三分之一的床位，1.5万元，新增三十家，住满半年，上半年办完")]
    ['1/3', '15000', '30', '0.5']
    """
    folded = _fold(text)
    plans = Taken(Span(m.start(), m.end()) for m in _PLAN.finditer(folded))
    values: list[Value] = []
    for match in _PATTERN.finditer(folded):
        end = match.start("range") if match["range"] else match.end()
        span = Span(match.start(), end)
        if plans.overlaps(span):
            continue
        canonical = _canonical(match)
        if canonical is None:
            continue
        unit = _BEHIND.match(folded, end)
        values.append(Value(canonical, unit["u"] if unit else "", text[match.start() : end], span))
    return tuple(values)


def _canonical(match: re.Match[str]) -> str | None:
    if match["formal"]:  # 伍仟元整
        number = chinese_number(match["formal"].translate(_FORMAL))
        return None if number is None else _plain(number)
    if match["point"]:  # 零点五个百分点
        whole, _, part = match["point"].partition("点")
        number = chinese_number(whole)
        if number is None:
            return None
        digits = "".join(str(_CN_VALUE[char]) for char in part)
        return f"{_plain(number)}.{digits}".rstrip("0").rstrip(".") + (match["pointmark"] or "")
    if match["cnpercent"]:
        inner = match["cnp"]
        number = Decimal(inner) if re.fullmatch(r"\d+(\.\d+)?", inner) else chinese_number(inner)
        return None if number is None else f"{_plain(number)}%"
    if match["fraction"]:
        num, den = chinese_number(match["num"]), chinese_number(match["den"])
        if num is None or den is None:
            return None
        return f"{_plain(num)}‰" if den == 1000 else f"{_plain(num)}/{_plain(den)}"
    if match["slash"]:
        return match["slash"] if int(match["snum"]) < int(match["sden"]) else None  # 2/3
    if match["arabic"]:
        number = Decimal(match["arabic"].replace(",", ""))
        scale, mark = match["scale"] or "", (match["percent"] or "").strip()
        if match["next"] and not scale and not mark:  # 5～10个百分点, 20—30万元: what is said once holds for both
            scale, mark = match["nextscale"] or "", match["nextmark"] or ""
        total = number * _SCALE.get(scale, 1)
        for part in re.finditer(r"(?<!\d)(\d+)(千万|[万千百])", match["rest"] or ""):
            total += Decimal(part[1]) * _SCALE[part[2]]  # 13万2千
        return _plain(total) + {"%": "%", "％": "%", "‰": "‰", "个百分点": "个百分点"}.get(mark, "")
    if match["tenths"]:
        tail = match["half"]
        extra = 5 if tail == "半" else _CN_VALUE.get(tail or "", 0)
        return f"{_CN_VALUE[match['tenths']] * 10 + extra}%"
    if match["half_unit"]:
        return "0.5"  # 半年, 半个月
    if re.fullmatch("[一二两三四五六七八九]{2,3}", match["cn"]):
        return None  # 二三级医院, 三五个: two or three figures said loosely, not twenty-three
    number = chinese_number(match["cn"])
    return None if number is None else _plain(number) + (match["cnmark"] or "")


def quantity(canonical: str) -> Decimal | None:
    """The number of a canonical figure without its unit; None where there is none.

    >>> quantity("0.5%"), quantity("2025"), quantity("%")
    (Decimal('0.5'), Decimal('2025'), None)
    """
    try:
        return Decimal("".join(char for char in canonical if char.isdigit() or char == "."))
    except InvalidOperation:
        return None


def canonical_values(text: str) -> frozenset[str]:
    """The set of canonical figures of ``text``; what the gate compares."""
    return frozenset(v.canonical for v in find_values(text))
