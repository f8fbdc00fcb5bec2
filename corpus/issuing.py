"""Where an issuing body sits (发文机关所在): region path and level, from its name, number and words beside it.

It stands alone because a wrong region makes a notice bind the wrong people. The trap: many counties share a name, and
a body may be named without its place (省卫生健康委员会); then the agency code of the number or the front matter must
decide, or nothing does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from corpus.regions import gazetteer, is_within, level_of, parts_of
from corpus.types import Level

_NATIONAL = re.compile(
    r"^(?:国务院|国家|中共中央|中央|全国|中华人民共和国|最高人民|财政部|人力资源社会保障部|民政部|教育部|公安部|科技部)"
)
_OWN_RANK = re.compile(r"^(?P<rank>[省市县区州])(?!级)")
_PROVINCES = {
    "京": "北京", "津": "天津", "沪": "上海", "渝": "重庆", "冀": "河北", "晋": "山西", "辽": "辽宁", "吉": "吉林",
    "黑": "黑龙江", "苏": "江苏", "浙": "浙江", "皖": "安徽", "闽": "福建", "赣": "江西", "鲁": "山东", "豫": "河南",
    "鄂": "湖北", "湘": "湖南", "粤": "广东", "桂": "广西", "琼": "海南", "川": "四川", "黔": "贵州", "滇": "云南",
    "陕": "陕西", "甘": "甘肃", "青": "青海", "宁": "宁夏", "新": "新疆", "藏": "西藏", "内": "内蒙古",
}  # fmt: skip


def region_of(issuer: str, number: str | None, title: str, front: str) -> tuple[str, Level, float] | None:
    """Region path, level and confidence of what ``issuer`` issues; None where nothing decides.

    >>> region_of("湛江市人民政府", None, "", "")
    ('广东省/湛江市', <Level.MUNICIPAL: 'municipal'>, 0.97)
    >>> region_of("国务院办公厅", None, "", "")[0]
    ''
    """
    if _NATIONAL.match(issuer):
        return "", Level.NATIONAL, 0.97
    near = {path for source in (title, front) for path in _paths(source, set())}
    named = _leading(issuer, near)
    if named is not None:
        return named, level_of(named), 0.97
    province = _province_of(number)
    if _OWN_RANK.match(issuer) or not issuer:
        ranked = _leading(title, near) or (_first(near) if near else None)
        rank = {"省": 1, "市": 2, "县": 3, "区": 3, "州": 2}.get(issuer[:1], 0)
        if ranked is not None and (not rank or len(parts_of(ranked)) >= rank):
            path = "/".join(parts_of(ranked)[:rank]) if rank else ranked
            return path, level_of(path), 0.7
        if rank == 1 and province is not None:
            return province, Level.PROVINCIAL, 0.8
        return None
    if province is not None:
        deeper = _leading(issuer, {province})
        if deeper is not None:
            return deeper, level_of(deeper), 0.9
    return None


def _leading(text: str, prefer: set[str]) -> str | None:
    """The place a name begins with."""
    mention = next((m for m in gazetteer().find(text, prefer=prefer, strict=False) if m.span.start <= 2), None)
    if mention is None or text[: mention.span.start] not in ("", "中共"):
        return None
    name = mention.span.of(text)
    shared = [path for path in _named().get(name, ()) if path != mention.path]
    lines = [path for path in (mention.path, *shared) if any(_one_line(path, one) for one in prefer)]
    if shared and len(lines) != 1:
        return None  # 朝阳区, 鼓楼区: several places have that name
    return lines[0] if shared else mention.path


@lru_cache(maxsize=1)
def _named() -> dict[str, list[str]]:
    """Paths by the full name of the division."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in gazetteer().paths:
        found[parts_of(path)[-1]].append(path)
    return found


def _one_line(a: str, b: str) -> bool:
    """Whether one of two places lies above the other (a place is not evidence for itself)."""
    return a != b and bool(b) and (is_within(a, b) or is_within(b, a))


def _paths(text: str, prefer: set[str]) -> list[str]:
    return [m.path for m in gazetteer().find(text, prefer=prefer) if m.path]


def _first(paths: set[str]) -> str | None:
    """The place that all the paths lie in or above, if they are one line; else None."""
    ordered = sorted(paths, key=lambda path: len(parts_of(path)))
    deepest = parts_of(ordered[-1])
    return ordered[-1] if all(parts_of(path) == deepest[: len(parts_of(path))] for path in ordered) else None


def _province_of(number: str | None) -> str | None:
    short = _PROVINCES.get((number or " ")[0])
    return gazetteer().resolve(short) if short else None
