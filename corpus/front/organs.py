"""Names of bodies (机关名称): one, or several run together, as they stand in a title, a red head or a signature.

A name of the State's organs is on a list; a local one is a place or rank, a function and a suffix. Where capture lost the
spaces between joint issuers the reading with the fewest, best known names wins. The trap: a function word ends many
phrases that are no body (全市公立医院), so a name that is on no list needs a place in front or a line of its own.

Source: GB/T 9704-2012, 7.2.4 and 7.3.5 (发文机关标志, 署名; 联合行文).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.grammar import form
from corpus.regions import gazetteer, is_within, level_of
from corpus.types import Level

_GAP = form("organ.gap")
_NOTE = form("organ.note")
_ALIAS = form("organ.alias")
_HAN = form("organ.begins")
_NOT_IN_NAME = form("organ.not_in_name")
_LONGEST = 40
_STATE = ("国务院", "国家", "全国", "中央")


@dataclass(frozen=True, slots=True)
class Organ:
    """One body: its ``name``, offsets in the text it was read from, and whether a list or a place vouches for it."""

    name: str
    start: int
    end: int
    known: bool = True


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    path = Path(__file__).parents[1] / "lexicon" / "organs.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _national() -> re.Pattern[str]:
    names = sorted(lexicon()["national"]["names"], key=len, reverse=True)
    offices = "|".join(sorted(lexicon()["national"]["offices"], key=len, reverse=True))
    return re.compile(rf"(?:中华人民共和国)?(?:{'|'.join(names)})(?:{offices})?")


@lru_cache(maxsize=1)
def _vertical() -> tuple[str, ...]:
    return tuple(lexicon()["vertical"]["names"])


@lru_cache(maxsize=1)
def _body() -> re.Pattern[str]:
    bodies = "|".join(sorted(lexicon()["local"]["bodies"], key=len, reverse=True))
    offices = "|".join(sorted(lexicon()["local"]["offices"], key=len, reverse=True))
    return re.compile(rf"(?:{bodies})(?:{offices})?")


@lru_cache(maxsize=1)
def _ends() -> re.Pattern[str]:
    return re.compile("|".join(sorted(lexicon()["local"]["ends"], key=len, reverse=True)))


def merged_into(name: str) -> tuple[str, str] | None:
    """Who sees to it today and since which year, where the body ``name`` was merged into another one; None where it stands.

    Source: the State Council's plans of institutional reform of 2008, 2018 and 2023 (国务院机构改革方案).

    >>> merged_into("市卫生计生委"), merged_into("市卫生健康局")
    (('卫生健康部门', '2018'), None)
    """
    rows = ((ends.split("|"), (today, since)) for ends, today, since in lexicon()["merged"]["into"])
    return next((told for ends, told in rows if name.endswith(tuple(ends))), None)


def merged_said(names: Iterable[str]) -> str:
    """A sentence on those of ``names`` that were merged: who sees to it today; "" where all stand.

    Source: as :func:`merged_into` (国务院机构改革方案).

    >>> merged_said(["市财政局", "市卫生计生委"])
    '市卫生计生委已撤并（2018年机构改革），职责现由卫生健康部门承担。'
    """
    told = [f"{name}已撤并（{now[1]}年机构改革），职责现由{now[0]}承担" for name in names if (now := merged_into(name))]
    return f"{'；'.join(told)}。" if told else ""


@lru_cache(maxsize=4096)
def organs_of(text: str) -> tuple[Organ, ...]:
    """The bodies ``text`` consists of, in order; empty where it is anything else.

    Source: GB/T 9704-2012, 7.2.4 and 7.3.5 (发文机关全称或者规范化简称; 联合行文).

    >>> [one.name for one in organs_of("广州市医疗保障局广州市财政局")]
    ['广州市医疗保障局', '广州市财政局']
    >>> organs_of("全市公立医院")
    ()
    """
    bare = _NOTE.sub("", text.strip())
    offset = len(text) - len(text.lstrip())
    if not 2 <= len(bare) <= 400 or not _HAN.match(bare):
        return ()
    found: list[Organ] = []
    position = 0
    pieces = []
    for gap in _gaps(bare):
        pieces.append((position, gap[0]))
        position = gap[1]
    pieces.append((position, len(bare)))
    for start, end in pieces:
        piece = bare[start:end]
        if not piece:
            continue
        names = _split(piece)
        if names is None:
            return ()
        for name, at, known in names:
            found.append(Organ(_NOTE.sub("", name), offset + start + at, offset + start + at + len(name), known))
    if not any(one.known for one in found) and len(found) > 1:
        return ()
    return tuple(found)


def _gaps(text: str) -> list[tuple[int, int]]:
    inside = [match.span() for match in _ALIAS.finditer(text)]
    return [m.span() for m in _GAP.finditer(text) if not any(a < m.start() < b for a, b in inside)]


def _split(piece: str) -> list[tuple[str, int, bool]] | None:
    """The cheapest reading of a piece without separators as names, or None."""
    best: dict[int, tuple[float, list[tuple[str, int, bool]]]] = {0: (0.0, [])}
    for start in range(len(piece)):
        if start not in best:
            continue
        cost, names = best[start]
        if names and piece[start] in "和及与" and best.get(start + 1, (cost + 1,))[0] > cost:
            best[start + 1] = (cost, names)
        for end, price, known in _names_at(piece, start):
            total = cost + price
            if end not in best or total < best[end][0]:
                best[end] = (total, [*names, (piece[start:end], start, known)])
    reading = best.get(len(piece))
    return reading[1] if reading is not None else None


def _names_at(piece: str, start: int) -> list[tuple[int, float, bool]]:
    """Ends of the names that may begin at ``start``, with a cost and whether they are known."""
    found: list[tuple[int, float, bool]] = []
    national = _national().match(piece, start)
    if national is not None:
        found.append((national.end(), 1.0, True))
        if national.group().endswith(_vertical()):
            for length, price, _ in _names_at(piece[national.end() :], 0):
                if price <= 1.0 and gazetteer().leading(piece[national.end() :]) is not None:
                    found.append((national.end() + length, 0.9, True))
        shorter = _national().match(piece[: national.end() - 1], start)
        if shorter is not None:
            found.append((shorter.end(), 1.1, True))
    if piece.startswith(_STATE, start):
        for end in _ends().finditer(piece, start + 4, start + _LONGEST):
            inner = piece[start : end.end()]
            if len(end.group()) >= 3 and not _NOT_IN_NAME.search(inner):
                found.append((end.end(), 2.0 + 0.1 * len(inner), True))
    placed = _after_place(piece, start)
    for after in placed:
        body = _body().match(piece, after)
        if body is not None:
            found.append((_with_alias(piece, body.end()), 1.0, True))
        limit = min(len(piece), after + _LONGEST)
        for end in _ends().finditer(piece, after + 1, limit):
            inner = piece[after : end.end()]
            if len(inner) >= 3 and inner[0] not in "省市县区州级域直属内各乡镇" and not _NOT_IN_NAME.search(inner):
                found.append((_with_alias(piece, end.end()), 1.5 + 0.15 * len(inner), True))
    if not placed and start == 0:
        for end in _ends().finditer(piece, 1, _LONGEST):
            strong = len(end.group()) >= 2 or end.group() in "局厅委"
            if end.end() == len(piece) and strong and len(piece) >= 4 and not _NOT_IN_NAME.search(piece):
                found.append((end.end(), 3.0 + 0.3 * len(piece), False))
    return found


def _after_place(piece: str, start: int) -> list[int]:
    """Where a place, a rank (省…) or both end that a local name begins with."""
    skip = start + 2 if piece.startswith("中共", start) else start
    ends = []
    name = piece[skip : skip + 24]
    mention = gazetteer().leading(name)
    after = mention.span.end if mention is not None else _any_place(name)
    if after is not None:
        ends.append(skip + after)
    ranks = lexicon()["local"]["ranks"]
    rank = next((one for one in ranks if piece.startswith(one, skip)), None)
    if rank is not None and not ends:
        ends.append(skip + len(rank))
        if rank in ("市", "县", "区", "省"):
            ends.append(skip)  # 市委, 省委 are bodies themselves
    return ends


def _any_place(text: str) -> int | None:
    """The end of a place name that several places share, at the start of ``text``."""
    for length in range(min(len(text), 12), 1, -1):
        if gazetteer().is_name(text[:length]) and text[length - 1] in "省市县区旗州盟":
            return length
    return None


def _with_alias(piece: str, end: int) -> int:
    alias = _ALIAS.match(piece, end)
    return alias.end() if alias is not None and not _NOTE.fullmatch(alias.group()) else end


def is_national(name: str) -> bool:
    """Whether a body is the State's own: its rules hold everywhere.

    Source: 国务院机构设置 and former bodies, as ``corpus/lexicon/organs.toml`` lists them.

    >>> is_national("市场监管总局"), is_national("国家税务总局湖南省税务局"), is_national("湖南省财政厅")
    (True, False, False)
    """
    match = _national().match(name)
    if match is None:
        return bool(form("organ.of_the_state").match(name)) and gazetteer().leading(name[4:]) is None
    return match.end() == len(name) or gazetteer().leading(name[match.end() :]) is None


def is_internal(name: str) -> bool:
    """Whether a body is a hospital, school or company, whose own document binds only itself; a centre that does the state's
    business (医疗保险服务中心) is none.

    Source: 党政机关公文处理工作条例, 第二条 (only 党政机关 issue 公文 that bind others).
    """
    inside = name.endswith(tuple(lexicon()["internal"]["ends"]))
    return inside and not name.endswith(tuple(lexicon()["agency"]["ends"])) and not is_national(name)


def region_of(name: str, near: tuple[str, ...] = ()) -> tuple[str, Level, float] | None:
    """Region path, level and confidence of what a body issues; None where its name does not say and nothing decides.

    Args:
        near: places named beside it (title, code of the number), that decide between places of one name.

    Source: GB/T 2260; a branch of a vertical body (国家税务总局某省税务局) sits where its second half says.

    >>> region_of("湛江市人民政府"), region_of("国家医保局办公室")
    (('广东省/湛江市', <Level.MUNICIPAL: 'municipal'>, 0.98), ('', <Level.NATIONAL: 'national'>, 0.98))
    """
    if is_national(name):
        return "", Level.NATIONAL, 0.98
    above = next((one for one in _vertical() if name.startswith(one) and len(name) > len(one)), "")
    body = name.removeprefix(above).removeprefix("中国共产党")
    place = gazetteer().leading(body, near)
    if place is not None:
        if is_internal(name):
            return f"{place.path}/{name}", Level.UNKNOWN, 0.9
        return place.path, level_of(place.path), 0.98
    if is_internal(name):
        return f"{name}", Level.UNKNOWN, 0.7
    rank = next((one for one in lexicon()["local"]["ranks"] if body.startswith(one)), None)
    wanted = {"省": Level.PROVINCIAL, "自治区": Level.PROVINCIAL, "市": Level.MUNICIPAL, "自治州": Level.MUNICIPAL,
              "州": Level.MUNICIPAL, "盟": Level.MUNICIPAL, "县": Level.COUNTY, "区": Level.COUNTY}.get(rank or "")  # fmt: skip
    for path in near:
        parts = path.split("/")
        for depth in range(len(parts), 0, -1):
            above = "/".join(parts[:depth])
            if path and (
                wanted is None
                or level_of(above) is wanted
                or (wanted is Level.MUNICIPAL and rank == "市" and above.endswith("市"))
            ):
                return above, level_of(above), 0.85 if wanted is not None else 0.6
    return None


def agree(path: str, other: str) -> bool:
    """Whether one place is the other or lies above it.

    Source: GB/T 2260 (division codes nest).
    """
    return is_within(path, other) or is_within(other, path)
