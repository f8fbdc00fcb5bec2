"""Metadata (文件要素) read from a notice's own text: number, title, issuer, addressees, dates, level and region.

Each value has a confidence in [0, 1]; what the text does not say stays None and is recorded as a doubt for the user to
settle with ``--set key=value``. Nothing is invented: a site's publication date never becomes the date of issue in
silence. The trap: the front matter of a notice names other notices too, so a number counts only on a line of its own.

Source: GB/T 9704-2012, 7.2 (发文字号, 标题, 主送机关, 署名, 成文日期, 印发日期).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.boilerplate import TITLE_END
from corpus.dates import find_periods
from corpus.docnumber import canonical_number, find_numbers
from corpus.issuing import region_of
from corpus.types import DOUBTFUL, Article, Level
from corpus.validity import day_of, effective_date, expiry_date, horizon_of

_ALONE = re.compile(
    r"^(?P<code>[\u4e00-\u9fa5]{2,14})\s*[〔\[［(（【﹝]\s*(?P<year>(?:19|20)\d{2})\s*年?\s*[〕\]］)）】﹞]\s*第?0*(?P<serial>\d{1,5})号$"
)
_FIELD = re.compile(r"^(?:发文字号|文\s*号|索\s*引\s*号|签发人)[:：]?\s*")
_ADDRESSEES = re.compile(r"^[^。《]{2,200}[：:]$")
_NO_TITLE = re.compile(r"[。；]|^附件|^现将|[：:]$|^(?:发布|发文|成文|有效|实施|信息|颁发|主题)")
_RED_HEAD = re.compile(r"(?:文件|公报)$")
ORGAN = re.compile(
    r"^[\u4e00-\u9fff（）()、 ]{2,60}"
    r"(?:政府|办公[厅室]|委员会|领导小组|[局厅部委院会处署社办组]|中心|党委|集团|管委会|医院)$"
)
_TITLE_ORGAN = re.compile(r"^(?P<organ>[\u4e00-\u9fff（）()、 ]{2,60}?)(?=关于|印发|转发|批转|贯彻|实施《|《)")
_INNER = re.compile(r"(?:印发|转发|批转|发布|公布)[《<]?(?P<title>.{4,100}?)[》>]?的(?:通知|决定|公告|通告)$")
_PRINTED = re.compile(r"印发$")
_PASSED = re.compile(
    r"^[（(].{0,4}(?P<date>(?:19|20)\d{2}年\d{1,2}月\d{1,2}日).*(?:通过|公布|发布|批准|修[正订]).*[）)]$"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that is missing or uncertain: its key and a Chinese sentence with the remedy."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a notice's text says of the notice. ``region`` is None where unknown ("" is the whole country)."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    level: Level = Level.UNKNOWN
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    horizon: tuple[int, int] | None = None
    addressees: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def read_metadata(text: str, articles: Sequence[Article] = (), hints: Mapping[str, str] | None = None) -> Metadata:
    """Metadata of a cleaned notice.

    Args:
        text: cleaned text.
        articles: its outline; tells where the front matter ends.
        hints: what the page around it said (:class:`corpus.readers.Source`), used where the text is silent.
    """
    hints = hints or {}
    first = next((a.span.start for a in articles if a.kind == "item"), len(text))
    front = [line.strip() for line in text[:first].split("\n") if line.strip()][:40]
    back = [line.strip() for line in text[first:].split("\n") if line.strip()][-15:]
    values: dict[str, object] = {}
    sure: dict[str, float] = {}

    def keep(key: str, found: tuple[object, float] | None) -> None:
        if found is not None:
            values[key], sure[key] = found

    keep("title", _title(front, hints))
    title = str(values.get("title", ""))
    keep("number", _number(front, hints))
    keep("addressees", _addressees(front))
    signed = _signatures([front, back])
    keep("issuer", _issuer(title, signed, hints))
    keep("issued_on", _issued(front, back, signed, hints))
    keep("published_on", _hinted_date(hints, "published_on", 0.6))
    number, issued = values.get("number"), values.get("issued_on")
    assert number is None or isinstance(number, str)
    assert issued is None or isinstance(issued, date)
    found = region_of(str(values.get("issuer", "")), number, title, "\n".join(front[:12]))
    if found is not None:
        values["region"], values["level"], sure["region"] = found
        sure["level"] = sure["region"]
    keep("effective_on", effective_date(text, issued))
    effective = values.get("effective_on")
    assert effective is None or isinstance(effective, date)
    keep("expires_on", expiry_date(text, effective or issued))
    keep("horizon", horizon_of(title, text, issued))
    inner = _INNER.search(title)
    if inner is not None:
        values["aliases"] = (inner["title"].strip("《》"),)
    doubts = _doubts(values, sure, number, issued)
    return Metadata(**values, confidence=sure, doubts=tuple(doubts))  # type: ignore[arg-type]


def _title(front: Sequence[str], hints: Mapping[str, str]) -> tuple[str, float] | None:
    """The first line, or lines taken together, that ends as titles do, before the addressees and the first sentence."""
    for index, line in enumerate(front[:15]):
        if _NO_TITLE.search(line) and not line.endswith(("通知", "通知》")):
            if line[-1] in "：:。" and index > 0:
                break
            continue
        if not TITLE_END.search(line) or (_RED_HEAD.search(line) and "关于" not in line) or _is_number(line):
            continue
        start = index
        while start > 0 and not _is_whole_title("".join(front[start : index + 1])) and _continues(front[start - 1]):
            start -= 1
        title = "".join(front[start : index + 1])
        if len(title) >= 6:
            return title, 0.97 if _is_whole_title(title) else 0.8
    hinted = hints.get("title", "")
    return (hinted, 0.6) if len(hinted) >= 6 and TITLE_END.search(hinted) else None


def _is_whole_title(title: str) -> bool:
    organ = _TITLE_ORGAN.match(title)
    return organ is not None and ORGAN.match(organ["organ"].strip()) is not None


def _continues(line: str) -> bool:
    dated = len(line) < 14 and bool(find_periods(line))
    return not (_NO_TITLE.search(line) or _is_number(line) or _RED_HEAD.search(line) or dated)


def _is_number(line: str) -> bool:
    return _ALONE.match(_narrow(_FIELD.sub("", line))) is not None


def _number(front: Sequence[str], hints: Mapping[str, str]) -> tuple[str, float] | None:
    for line in front[:20]:
        bare = _FIELD.sub("", line)
        alone = _ALONE.match(_narrow("".join(bare.split())))
        if alone is not None:
            return f"{alone['code']}〔{alone['year']}〕{int(alone['serial'])}号", 0.98
        found = [m for m in find_numbers(bare) if m.canonical]
        if len(found) == 1 and found[0].canonical and len(bare) - len(found[0].span) <= 6 and "《" not in bare:
            return found[0].canonical, 0.9
    hinted = canonical_number(hints.get("number", ""))
    return (hinted, 0.7) if hinted else None


def _narrow(text: str) -> str:
    """Full-width figures and brackets as half-width ones."""
    return "".join(unicodedata.normalize("NFKC", c) if unicodedata.east_asian_width(c) == "F" else c for c in text)


def _addressees(front: Sequence[str]) -> tuple[tuple[str, ...], float] | None:
    for line in front[:15]:
        if _ADDRESSEES.match(line) and not TITLE_END.search(line.rstrip("：:")) and not _FIELD.match(line):
            return tuple(part for part in re.split(r"[，,；;]", line.rstrip("：:")) if part), 0.95
    return None


def _signatures(parts: Sequence[Sequence[str]]) -> list[tuple[str, date]]:
    """(organ, date) wherever a line that is an organ's name stands before a line that is a date."""
    found: list[tuple[str, date]] = []
    for lines in parts:
        for index in range(1, len(lines)):
            day = _whole_day(lines[index])
            if day is None or not ORGAN.match(lines[index - 1]):
                continue
            organs = [lines[index - 1]]
            above = index - 2
            while above >= 0 and ORGAN.match(lines[above]) and len(lines[above]) <= 30:
                organs.insert(0, lines[above])
                above -= 1
            found.append(("、".join(organs), day))
    return found


def _whole_day(line: str) -> date | None:
    """The day a line states when it states nothing else."""
    bare = "".join(line.strip("（）() ").removesuffix("印发").split())
    if re.fullmatch(
        r"[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日", bare
    ):
        return day_of(bare)
    periods = find_periods(bare)
    if len(periods) == 1 and periods[0].start == periods[0].end and len(bare) - len(periods[0].text) <= 1:
        return periods[0].start
    return None


def _issuer(title: str, signed: Sequence[tuple[str, date]], hints: Mapping[str, str]) -> tuple[str, float] | None:
    organ = _TITLE_ORGAN.match(title)
    named = organ["organ"].strip() if organ is not None and ORGAN.match(organ["organ"].strip()) else ""
    signatures = [one for one, _ in signed]
    if named:
        return named, 0.99 if named in signatures else 0.9 if not signatures else 0.85
    if signatures:
        return signatures[0], 0.9
    hinted = hints.get("issuer", "")
    return (hinted, 0.6) if ORGAN.match(hinted) else None


def _issued(
    front: Sequence[str], back: Sequence[str], signed: Sequence[tuple[str, date]], hints: Mapping[str, str]
) -> tuple[date, float] | None:
    """The date under the signature; else the printing date, the date of passing, a lone date line, the page's word."""
    if signed:
        return signed[0][1], 0.98
    for lines in (front, back):
        for line in lines:
            passed = _PASSED.match(line)
            if passed is not None:
                return find_periods(passed["date"])[0].start, 0.85
    for line in (*reversed(back), *front):
        day = _whole_day(line)
        if day is not None:
            return day, 0.8
    for line in reversed(back):
        if _PRINTED.search(line):
            days = [p.start for p in find_periods(line) if p.start == p.end]
            if days:
                return days[-1], 0.8
    return _hinted_date(hints, "issued_on", 0.8) or _hinted_date(hints, "published_on", 0.5)


def _hinted_date(hints: Mapping[str, str], key: str, confidence: float) -> tuple[date, float] | None:
    days = [p.start for p in find_periods(hints.get(key, "")) if p.start == p.end]
    return (days[0], confidence) if days else None


_ASKED = {
    "title": "标题",
    "issuer": "发文机关",
    "region": "适用地区",
    "issued_on": "成文日期",
    "number": "文号",
}
_EXAMPLE = {
    "title": "某市人民政府关于……的通知",
    "issuer": "某市人民政府",
    "region": "广东省/湛江市",
    "issued_on": "2024-01-31",
    "number": "某府发〔2024〕1号",
}


def _doubts(
    values: Mapping[str, object], sure: Mapping[str, float], number: str | None, issued: date | None
) -> list[Doubt]:
    found = []
    for key, name in _ASKED.items():
        if key not in values:
            found.append(Doubt(key, f"没有读到{name}，如有请用 --set {key}={_EXAMPLE[key]} 补上"))
        elif sure[key] < DOUBTFUL:
            found.append(Doubt(key, f"{name}读作“{values[key]}”，不很确定，如有误请用 --set {key}=… 改正"))
    year = re.search(r"〔(\d{4})〕", number or "")
    if year is not None and issued is not None and abs(int(year.group(1)) - issued.year) > 0:
        found.append(Doubt("issued_on", f"文号年份（{year.group(1)}）与成文日期（{issued.isoformat()}）不一致，请核对"))
    return found
