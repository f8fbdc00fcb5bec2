"""Document numbers (发文字号, 文号): any spelling to one canonical form, the one home of that rule.

Canonical form: ``湘政办发〔2023〕44号`` (GB/T 9704: agency code, year in 六角括号, serial number without leading zeros).
The trap: the agency code has no left border in running text (``根据湘政办发〔2023〕44号``), so words that introduce a
reference are cut off the front.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.dates import fold_dates
from corpus.spans import Taken
from corpus.types import Span

_OPEN, _CLOSE = "[(（〔【﹝［〈{", "])）〕】﹞］〉}"
_NUMBER = re.compile(
    rf"(?P<code>[\u4e00-\u9fa5]{{2,14}}?)\s*[{re.escape(_OPEN)}]?\s*(?P<year>(?:19|20)\d{{2}}|[一二][〇九][〇一二三四五六七八九]{{2}})\s*年?\s*"
    rf"[{re.escape(_CLOSE)}]\s*第?\s*(?P<serial>\d{{1,5}})\s*号"
)
_LOOSE = re.compile(
    r"(?P<code>[\u4e00-\u9fa5]{1,8}?(?:发|函|办|字|府|规))\s*(?P<year>(?:19|20)\d{2})\s*年?\s*第?\s*(?P<serial>\d{1,5})\s*号"
)
_SHORT = re.compile(
    r"(?:(?<!\d)(?P<year>(?:19|20)?\d{2})\s{0,2}年\s{0,2}(?:印?发)?的?(?:那[个份])?)?(?<![\d〕\]）)】第])第?(?P<serial>\d{1,4})\s*号(?:文件|文|令|通知|方案)?(?![院楼馆线床病公])"
)
_LEAD_IN = re.compile(
    r".*(?:根据|依据|按照|按|落实|执行|贯彻|参照|对照|关于|以及|废止|修改|修订|替代|代替|取代|转发|印发|请问|想问|问下|查一下|查下|查|看|和|与|跟|及|或|"
    r"的|在|把|对|将|是|由|即|见|从|拿|用|引|套|援引|适用|遵守|学|搬|走|认|能不能|可不可以|能|这边|那边|这儿|按着|依|到|比|有|没有|找|要|这个|那个|文件|那份|这份|咱们|我们|省里|市里)"
)
_ORDER = re.compile(r"(?P<code>[\u4e00-\u9fa5]{1,6}?令)\s*第\s*(?P<serial>\d{1,5})\s*号")


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A document number in running text. ``canonical`` is None for a bare ``44号文``; then only ``serial`` is known, and ``year``
    where it stands right before it (23年44号文)."""

    canonical: str | None
    serial: int
    year: int | None
    span: Span


def canonical_number(text: str) -> str | None:
    """The canonical document number in ``text``, or None when there is none.

    >>> canonical_number("湘政办发[2023]044号")
    '湘政办发〔2023〕44号'
    >>> canonical_number("湘政办发（２０２３）４４号")
    '湘政办发〔2023〕44号'
    >>> canonical_number("医改办通知") is None
    True
    """
    found = [m for m in find_numbers(text) if m.canonical]
    return found[0].canonical if found else None


def is_order(number: str) -> bool:
    """Whether a number is that of an order (令), which what it issued keeps however often it is amended.

    >>> is_order("中华人民共和国国务院令第308号"), is_order("湘政发〔2016〕12号")
    (True, False)
    """
    return "令第" in number


def _year(text: str) -> int:
    return (
        int(text)
        if text.isdigit() and text.isascii()
        else int("".join(str("〇一二三四五六七八九".index(c)) for c in text))
    )


def find_numbers(text: str) -> list[NumberMention]:
    """Every document number in ``text`` in order, complete or bare (``44号文``).

    >>> [m.canonical for m in find_numbers("根据国办发【2021】18号和湛府〔2019〕13号")]
    ['国办发〔2021〕18号', '湛府〔2019〕13号']
    >>> [(m.canonical, m.serial) for m in find_numbers("44号文怎么说")]
    [(None, 44)]
    >>> [(m.serial, m.year, m.span.start) for m in find_numbers("湖南23年44号文怎么说")]
    [(44, 2023, 2)]
    """
    # One-to-one folding keeps offsets: full-width digits and brackets only.
    folded = fold_dates(text)
    mentions: list[NumberMention] = []
    taken = Taken()
    for pattern in (_NUMBER, _LOOSE, _ORDER):
        for match in pattern.finditer(folded):
            code = match["code"]
            lead = _LEAD_IN.match(code)
            cut = lead.end() if lead and len(code) - lead.end() >= 2 else 0
            code = code[cut:]
            span = Span(match.start() + cut, match.end())
            if taken.overlaps(span):
                continue
            year = _year(match["year"]) if "year" in pattern.groupindex else None
            serial = int(match["serial"])
            canonical = f"{code}〔{year}〕{serial}号" if year else f"{code}第{serial}号"
            mentions.append(NumberMention(canonical, serial, year, span))
            taken.add(span)
    for match in _SHORT.finditer(folded):
        span = Span(match.start(), match.end())
        if not taken.overlaps(span):
            said = match["year"]
            year = int(said if len(said) == 4 else f"20{said}") if said else None
            mentions.append(NumberMention(None, int(match["serial"]), year, span))
    return sorted(mentions, key=lambda m: m.span)
