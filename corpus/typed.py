"""Facts as people type them (人工要素): ``--set 项=值``, a line of a facts file, a form, turned into values.

One home for what may be typed, so that the command line, a spreadsheet and the page take the same words. The trap: a
place that is not known must stay apart from the whole country, so an empty region is no region at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from corpus.dates import parse_date
from corpus.docnumber import canonical_number
from corpus.errors import MetadataError
from corpus.regions import RegionError, gazetteer, level_of
from corpus.types import UNKNOWN_REGION, Level, Status

_TEXT = ("title", "issuer", "origin", "replaced_by")
DATES = ("issued_on", "effective_on", "expires_on")
_LISTS = ("addressees", "aliases")
SETTABLE = (*_TEXT, "number", "region", "level", "status", "horizon", *DATES, *_LISTS, "id")
NAMES = {
    "title": "标题", "number": "文号", "issuer": "发文机关", "region": "地区", "level": "级别", "status": "状态",
    "issued_on": "成文日期", "effective_on": "施行日期", "expires_on": "失效日期", "horizon": "规划期",
    "addressees": "主送机关", "aliases": "别名", "replaced_by": "被替代", "origin": "来源", "id": "编号",
}  # fmt: skip
"""What a fact is called when people are asked for it; each is also a key that may be typed."""
_ALSO = {
    "印发日期": "issued_on", "发文日期": "issued_on", "发布日期": "issued_on", "公布日期": "issued_on", "生效日期": "effective_on",
    "实施日期": "effective_on", "有效期至": "expires_on", "废止日期": "expires_on", "发文字号": "number", "发布机关": "issuer",
    "发文单位": "issuer", "适用地区": "region", "层级": "level", "效力": "status", "时效": "status", "名称": "title",
}  # fmt: skip
_KEYS = {**_ALSO, **{name: key for key, name in NAMES.items()}, **{key: key for key in SETTABLE}}
_LEVELS = {
    Level.NATIONAL: ("国家级", "国家", "全国", "中央"), Level.PROVINCIAL: ("省级", "省", "自治区级", "直辖市"),
    Level.MUNICIPAL: ("市级", "市", "地级", "地市级"), Level.COUNTY: ("县级", "县", "区级", "区县级", "县区级"),
    Level.UNKNOWN: ("不详", "未知", "待核对"),
}  # fmt: skip
_STATUSES = {
    Status.NO_REPEAL_SEEN: ("有效", "现行有效", "现行", "生效", "继续有效"), Status.REPEALED: ("废止", "已经废止"),
    Status.EXPIRED: ("失效", "已经失效", "过期"), Status.SUPERSEDED: ("被替代", "已替代"),
    Status.PENDING: ("未施行", "未生效", "尚未生效"), Status.AMENDED: ("修改", "已修改", "已被修正", "已被修订"),
    Status.DRAFT: ("草案", "征求意见", "草稿"),
}  # fmt: skip
_NOWHERE = ("待核对", "不详", "未知", "不清楚")
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{1,79}$")
_DAY = re.compile(r"\d{4}\D+\d{1,2}\D+\d{1,2}")


def key_of(word: str) -> str | None:
    """The key a typed word names, in English or Chinese; None where there is none.

    >>> key_of("地区"), key_of("Region"), key_of("天气")
    ('region', 'region', None)
    """
    return _KEYS.get(word.strip()) or _KEYS.get(word.strip().lower())


def parsed_overrides(overrides: Mapping[str, str], where: str = "--set") -> dict[str, Any]:
    """Typed facts in their types; a region given alone brings its level.

    Args:
        where: what the messages name, e.g. ``facts.csv 第 3 行``.

    Raises:
        MetadataError: an unknown key or a bad value; the message says what is allowed.
    """
    values: dict[str, Any] = {}
    for word, text in overrides.items():
        key = key_of(word)
        if key is None:
            raise MetadataError(where, word, f"没有这一项，可用的有：{'、'.join(SETTABLE)}")
        try:
            values[key] = _parsed(key, text.strip())
        except (RegionError, ValueError) as error:
            raise MetadataError(where, word, str(error)) from error
    if "region" in values and "level" not in values:
        values["level"] = level_of(values["region"])
    return values


def _parsed(key: str, text: str) -> Any:
    if not text and key not in ("number", "replaced_by", *DATES):
        raise ValueError("值不能为空")
    if key == "number":
        number = canonical_number(text) if text else None
        if text and number is None and not re.search(r"第?\s{0,4}\d\s{0,4}号$", text):
            raise ValueError(f"“{text}”不像文号，应如 某府发〔2024〕1号")
        return number or "".join(text.split()) or None
    if key == "region":
        return UNKNOWN_REGION if text in _NOWHERE else gazetteer().resolve(text)
    if key == "level":
        return _chosen(text, Level, _LEVELS)
    if key == "status":
        return _chosen(text, Status, _STATUSES)
    if key in DATES:
        return _exact_day(text) if text else None
    if key == "horizon":
        years = [int(year) for year in re.findall(r"\d{4}", text)]
        if not 1 <= len(years) <= 2 or years[0] > years[-1] or not 1949 <= years[0] <= 2100:
            raise ValueError(f"应为 起始年-终止年，如 2021-2025，收到“{text}”")
        return years[0], years[-1]
    if key in _LISTS:
        return tuple(part.strip() for part in re.split(r"[，,；;、]", text) if part.strip())
    if key == "id" and not _ID.match(text):
        raise ValueError("编号只能用小写字母、数字和连字符，2 到 80 个")
    return text


def _chosen(text: str, kind: Any, words: Mapping[Any, tuple[str, ...]]) -> Any:
    for one in kind:
        if text == one.value or text in words.get(one, ()):
            return one
    raise ValueError(f"应为 {'、'.join(one.value for one in kind)} 之一，收到“{text}”")


def _exact_day(text: str) -> date:
    """A day typed in any usual way: 2024-01-31, 2024.1.31, 2024年1月31日, 20240131."""
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    day = parse_date(text)
    if not _DAY.search(text):
        raise ValueError(f"日期要写到日，如 2024-01-31，收到“{text}”")
    return day
