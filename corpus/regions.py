"""Places (行政区划): find them in text, resolve them to a path, compare them; the one home of that rule.

A region is a path of full division names without the root: ``湖南省/益阳市/资阳区``; "" is the whole country. Names come
from :mod:`corpus.places` (divisions of 2026, former names, zones); what the words around a name mean is
``lexicon/place_words.toml``. The traps: 资阳市 (Sichuan) and 益阳市资阳区 (Hunan) share a short name; many short names are
ordinary words (安宁, 合作) or straddle two (医保|定点); a place below a known one (…开发区, …镇) is never its parent.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.places import Table, table, words
from corpus.spans import Taken
from corpus.types import UNKNOWN_REGION, Level, Span

ABBREVIATIONS = {
    "京": "北京市", "津": "天津市", "沪": "上海市", "渝": "重庆市", "冀": "河北省", "晋": "山西省", "辽": "辽宁省", "吉": "吉林省",
    "黑": "黑龙江省", "苏": "江苏省", "浙": "浙江省", "皖": "安徽省", "闽": "福建省", "赣": "江西省", "鲁": "山东省", "豫": "河南省",
    "鄂": "湖北省", "湘": "湖南省", "粤": "广东省", "桂": "广西壮族自治区", "琼": "海南省", "川": "四川省", "蜀": "四川省", "黔": "贵州省",
    "滇": "云南省", "陕": "陕西省", "甘": "甘肃省", "青": "青海省", "宁": "宁夏回族自治区", "新": "新疆维吾尔自治区", "藏": "西藏自治区",
    "蒙": "内蒙古自治区",
}  # fmt: skip
_COUNTRY = ("全国", "国家层面", "中国", "中央")
_OF_COUNTIES = "域级里内乡"
"""What 县 begins a word with: 县域, 县级, 县里, 县内, 县乡."""
_FULL_NAME = 3  # characters of a name that is written out: 鼓楼区, not 城区
_MOST_NAMED = 6
_MINORITIES = re.compile(
    "(?:土家族|苗族|侗族|瑶族|回族|藏族|羌族|彝族|壮族|布依族|蒙古族|蒙古|朝鲜族|维吾尔|哈萨克|柯尔克孜|白族|傣族|景颇族|傈僳族|哈尼族|满族|畲族|仡佬族|"
    "水族|黎族|各族|毛南族|仫佬族|锡伯族|达斡尔族|保安族|东乡族|撒拉族|土族|裕固族|佤族|拉祜族|布朗族|纳西族|普米族|怒族|独龙族|哈萨克族|塔吉克)+"
)
_SUFFIXES = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "新区",
    "省",
    "市",
    "州",
    "盟",
    "县",
    "区",
    "旗",
)
_GENERIC = {"市辖区", "县", "城区", "郊区", "矿区", "市中区", "新区"}
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_AFTER_BELOW = re.compile(
    r"人民政府|管理?委员?会|管委会|党|办事?|卫生|社区|中医|人民医院|医院|社会|财政|医疗|综合|人力|教育|民政|应急|发展|市场|经济|工委|公安|妇|残|疾|各|的|医保|卫健|分局|[，,、（(]"
)
HOSPITAL_SEATS = {"湘雅": "湖南省/长沙市"}


class RegionError(ValueError):
    """A region that does not exist. The message is Chinese and offers the nearest names."""


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place in running text; ``path`` is the deepest division the adjacent names spell out."""

    path: str
    span: Span


def parts_of(path: str) -> tuple[str, ...]:
    return tuple(p for p in path.split("/") if p)


def level_of(path: str) -> Level:
    """The level of a region path; municipalities (直辖市) are provincial, their districts and 省直辖 cities counties.

    A place that is not known has no level.

    >>> [level_of(path).value for path in ("重庆市/石柱土家族自治县", "湖北省/仙桃市", "福建省/平潭综合实验区", "广东省/湛江市")]
    ['county', 'county', 'municipal', 'municipal']
    """
    if path == UNKNOWN_REGION:
        return Level.UNKNOWN
    depth = len(parts_of(path))
    if depth == 2:
        known = _levels().get(path)
        if known is not None:
            return known
        return Level.COUNTY if parts_of(path)[0] in _MUNICIPALITIES else Level.MUNICIPAL
    if depth == 3:
        return _levels().get(path, Level.COUNTY)
    return (Level.NATIONAL, Level.PROVINCIAL, Level.MUNICIPAL, Level.COUNTY)[min(depth, 3)]


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, Level]:
    return {**table().levels, **{zone.path: zone.level for zone in table().zones}}


def is_within(place: str, region: str) -> bool:
    """Whether ``place`` is ``region`` itself or lies inside it; everything lies in "" (the country).

    >>> is_within("湖南省/益阳市/资阳区", "湖南省"), is_within("湖南省", "湖南省/长沙市")
    (True, False)
    """
    inner, outer = parts_of(place), parts_of(region)
    if len(outer) == 1 and inner[-1:] == outer:  # a unit of which nobody says where it sits
        return True
    return inner[: len(outer)] == outer or any(_prefixes(inner, one) for one in _covered().get(region, ()))


def _prefixes(inner: tuple[str, ...], outer: str) -> bool:
    above = parts_of(outer)
    return inner[: len(above)] == above


@lru_cache(maxsize=1)
def _covered() -> Mapping[str, tuple[str, ...]]:
    """Divisions that a zone governs, by the zone's path (雄安新区: 容城县, 安新县, 雄县)."""
    return {zone.path: zone.covers for zone in table().zones if zone.covers}


@lru_cache(maxsize=1)
def _one_place() -> Mapping[str, str]:
    """The zone that is all of a division, by the division's path: a zone that governs one division is that place."""
    return {zone.covers[0]: zone.path for zone in table().zones if len(zone.covers) == 1}


def same_place(path: str) -> str:
    """The one path of a place that the table knows under two.

    >>> same_place("福建省/福州市/平潭县"), same_place("河北省/保定市/雄县")
    ('福建省/平潭综合实验区', '河北省/保定市/雄县')
    """
    return _one_place().get(path, path)


def short_name(name: str) -> str:
    """``湘西土家族苗族自治州`` -> ``湘西``; names that would shrink to one character stay whole."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            stem = name[: -len(suffix)]
            stem = (
                _MINORITIES.sub("", stem) if suffix in ("自治区", "自治州", "自治县", "自治旗", "特别行政区") else stem
            )
            return stem if len(stem) >= 2 else name
    return name


class Gazetteer:
    """Every division of the table and every zone, searchable by full, short and former name."""

    def __init__(self, source: Table) -> None:
        self.paths: set[str] = set(source.levels) | {zone.path for zone in source.zones}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        ordinary = set(_rules("ordinary")["words"])
        cities = set(_rules("ordinary")["cities"])
        for path in source.levels:
            name = parts_of(path)[-1]
            if name not in _GENERIC:
                self._by_name[name].add(path)
            short = short_name(name)
            if short not in ordinary or (short in cities and len(parts_of(path)) <= 2):
                self._by_name[short].add(path)
            if name.endswith("自治州"):
                self._by_name[f"{short}州"].add(path)  # 湘西州, as everybody writes it
        for zone in source.zones:
            for name in zone.names:
                self._by_name[name].add(zone.path)
        current = dict(self._by_name)
        for name, paths in source.former.items():
            if name not in current:  # a name in use means the place that bears it now
                self._by_name[name].update(paths)
        for short, province in ABBREVIATIONS.items():
            self._by_name[f"{short}省"].add(province)
        self._by_name["内蒙古"].add("内蒙古自治区")
        self._longest = max(map(len, self._by_name))
        self._starts = {n[0] for n in self._by_name}
        below = source.below
        ends = "|".join(sorted((*below["zones"], *below["towns"]), key=len, reverse=True))
        self._below = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{0,8}}?(?:{ends}))(?P<rest>.*)")
        self._zone_ends = tuple(below["zones"])

    def resolve(self, text: str) -> str:
        """The path of a place written in any usual way: ``广东省/湛江市``, ``四川省资阳市雁江区``, ``湛江``, ``全国``.

        Raises:
            RegionError: unknown or ambiguous; the message offers candidates.
        """
        wanted = re.sub(r"[\s·,，、>›-]+", "/", text.strip()).strip("/")
        if wanted in self.paths:
            return same_place(wanted)
        if wanted in _COUNTRY or wanted == "国家":
            return ""
        joined = wanted.replace("/", "")
        if joined in ABBREVIATIONS:
            return ABBREVIATIONS[joined]
        mentions = [m for m in self.find(joined, strict=False) if m.span.start == 0]
        if mentions and mentions[0].span.end >= len(joined) - 1 and len(mentions[0].path):
            return mentions[0].path
        if mentions:
            deeper = self._place_below(joined.removesuffix("管委会"), mentions[0])
            if deeper is not None and deeper.span.end >= len(joined.removesuffix("管委会")):
                return deeper.path
        twice = sorted(self._by_name.get(joined, ()))
        if len(twice) > 1:
            raise RegionError(which_one(text, twice))
        names = difflib.get_close_matches(
            parts_of(wanted)[-1] if wanted else text, list(self._by_name), n=3, cutoff=0.5
        )
        near = "、".join(sorted({min(self._by_name[n]) for n in names}))
        raise RegionError(
            f"没有找到地区“{text}”。请写成 省/市/县 的形式，如 广东省/湛江市" + (f"；相近的有：{near}" if near else "")
        )

    def is_name(self, text: str) -> bool:
        """Whether ``text`` is the whole name of some place, present or former."""
        return text in self._by_name

    def leading(self, name: str, prefer: Collection[str] = ()) -> RegionMention | None:
        """The place that the name of a body begins with, as deep as it says: 长沙高新技术产业开发区 is below 长沙市.

        None where it begins with none, or with one that several places are called and ``prefer`` does not decide.

        >>> gazetteer().leading("湛江市赤坎区寸金街道办事处").path
        '广东省/湛江市/赤坎区/寸金街道'
        """
        skip = 2 if name.startswith("中共") else 0
        found = next(iter(self.find(name, prefer=prefer, strict=False)), None)
        if found is None or found.span.start != skip:
            return None
        named = self._by_name.get(found.span.of(name), {found.path})
        if len(named) > 1 and len({level_of(path) for path in named}) == 1:
            liked = [
                p for p in named if any(p != one and (is_within(p, one) or is_within(one, p)) for one in prefer if one)
            ]
            if len(liked) != 1:
                return None
            found = RegionMention(same_place(liked[0]), found.span)
        return self._place_below(name, found) or found

    def _place_below(self, name: str, place: RegionMention) -> RegionMention | None:
        """The zone, town or street that directly follows ``place`` in a name, if one does."""
        match = self._below.match(name, place.span.end)
        if match is None:
            return None
        below = match["name"]
        if match["rest"][:1] and not _AFTER_BELOW.match(match["rest"]):
            return None  # 乡村振兴局, 新区建设办公室, 镇痛诊疗中心
        said = place.span.of(name)
        own = below.removesuffix("办事处") if below.endswith("街道办事处") else below
        if own in self._zone_ends or (own.endswith(self._zone_ends) and not said.endswith(_SUFFIXES)):
            own = f"{short_name(parts_of(place.path)[-1])}{own}"
        return RegionMention(f"{place.path}/{own}", Span(place.span.start, match.end("name")))

    def find(self, text: str, *, prefer: Collection[str] = (), strict: bool = True) -> list[RegionMention]:
        """Places named in ``text``, adjacent levels merged (``益阳市资阳区`` is one mention).

        Args:
            prefer: region paths the corpus or the asker is about; they decide between divisions of the same name.
            strict: require a sign of place around a bare short county name.
        """
        merged: list[RegionMention] = []
        for start, end, paths in self._named(text):
            path = self._choose(paths, prefer)
            if path is not None and (not strict or self._is_place(text, start, end, text[start:end], path, prefer)):
                merged.append(RegionMention(same_place(path), Span(start, end)))
        merged += self._abbreviated(text, merged)
        return sorted(merged, key=lambda m: m.span)

    def replaced(self, text: str, by: str = "") -> str:
        """``text`` with ``by`` in the place of every place it names."""
        for mention in reversed(self.find(text)):
            text = f"{text[: mention.span.start]}{by}{text[mention.span.end :]}"
        return text

    def doubtful(self, text: str, *, prefer: Collection[str] = ()) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Full names in ``text`` that several divisions bear where nothing decides (鼓楼区), each with their paths."""
        found = (
            (text[start:end], tuple(sorted(paths)))
            for start, end, paths in self._named(text)
            if end - start >= _FULL_NAME
            and text[end - 1] in "县市区旗"
            and self._choose(paths, prefer) is None
            and any(self._is_place(text, start, end, text[start:end], path, prefer) for path in paths)
        )
        return tuple(one for one in dict.fromkeys(found) if len(one[1]) > 1)

    def _named(self, text: str) -> Iterator[tuple[int, int, set[str]]]:
        """Start, end and possible paths of each place named, adjacent levels merged."""
        raw = list(self._scan(text))
        index = 0
        while index < len(raw):
            start, end, paths = raw[index]
            chosen = set(paths)
            while (
                index + 1 < len(raw)
                and raw[index + 1][0] - end <= 1
                and text[end : raw[index + 1][0]] in ("", "/", "的", " ")
            ):
                named = raw[index + 1][2]
                deeper = {p for p in named if any(is_within(p, c) and p != c for c in chosen)}
                top = min(len(parts_of(p)) for p in named)
                apart = text[end : raw[index + 1][0]] == " " or _goes_on(text, raw[index + 1 : index + 3])
                listed = apart and all(len(parts_of(p)) > top for p in deeper)
                if (
                    not deeper or listed
                ):  # 湖南 资阳 湛江, 湖南资阳湛江: the city of that name in a list, not the district within
                    break
                index += 1
                end, chosen = raw[index][1], deeper
            yield start, end, chosen
            index += 1

    def _scan(self, text: str) -> Iterable[tuple[int, int, set[str]]]:
        position = 0
        while position < len(text):
            if text[position] in self._starts:
                for length in range(min(self._longest, len(text) - position), 1, -1):
                    piece = text[position : position + length]
                    if piece in self._by_name and not self._of_counties(
                        piece, text[position + length : position + length + 1]
                    ):
                        yield position, position + length, self._by_name[piece]
                        position += length - 1
                        break
            position += 1

    def _of_counties(self, piece: str, after: str) -> bool:
        """Whether 县 at the end of ``piece`` belongs to what follows (资阳县域内, 湛江县级医院): no county of today is called so."""
        ends_so = piece[-1] == "县" and after in _OF_COUNTIES and piece[:-1] in self._by_name
        return bool(after) and ends_so and not any(path.endswith(piece) for path in self._by_name[piece])

    @staticmethod
    def _choose(paths: set[str], prefer: Collection[str]) -> str | None:
        def rank(path: str) -> tuple[int, int, int, str]:
            liked = any(is_within(path, p) or is_within(p, path) for p in prefer if p)
            parts = parts_of(path)
            district = len(parts) == 2 and parts[0].endswith("市")  # 北京市/朝阳区 is no city: 长春's may be meant
            return (3 if district else len(parts), 0 if liked else 1, len(parts), path)

        ranked = sorted(paths, key=rank)
        if not ranked:
            return None
        best = rank(ranked[0])
        if len(ranked) > 1 and rank(ranked[1])[:3] == best[:3] and best[0] > 1:
            return None  # 朝阳区, 鼓楼区: named in several places and nothing decides
        return ranked[0]

    @staticmethod
    def _is_place(text: str, start: int, end: int, name: str, path: str, prefer: Collection[str]) -> bool:
        if name == "白银" and text[:start].endswith("真金"):
            return False
        before, after = text[:start], text[end:]
        if len(parts_of(path)) == 1 and after.startswith(tuple(_rules("body")["after"])):
            return False  # 广东医科大学附属医院 names a hospital, not the province
        if len(name) == 2 and name[1] in "县市区旗":  # 和县, 成县: 紧密型医疗集团和县域医共体, 建成县域医共体
            return start == 0 and not re.match(r"[域级乡医里内城]", after)
        spelled = name.endswith(("省", "县", "市", "区", "旗", "州", "盟"))
        if not spelled and (_is_accident(text, start, end) or after.startswith(tuple(_rules("grade")["after"]))):
            return False
        if after.startswith(tuple(_rules("road")["after"])) and not after.startswith(tuple(_rules("road")["but"])):
            return False
        model = _rules("model")
        if after.startswith(tuple(model["after"])) and (
            before.endswith(tuple(model["before"])) or after.startswith(("经验", "模式", "做法", "样板"))
        ):
            return False
        if len(parts_of(path)) < 3 or spelled or "/" in name:
            return True
        if name != short_name(parts_of(path)[-1]):
            return True  # spelled with a parent in front
        if any(is_within(p, path) or (is_within(path, p) and "/" in p) for p in prefer if p):
            return True  # within a whole province some county is called like any two characters: 出台前
        sign = _rules("sign")
        year = re.match(r"\d{4}年", after)
        return bool(year or after.startswith(tuple(sign["after"]))) and (
            not before or before.endswith(tuple(sign["before"]))
        )

    @staticmethod
    def _abbreviated(text: str, taken: list[RegionMention]) -> list[RegionMention]:
        found: list[RegionMention] = []
        places = Taken(one.span for one in taken)
        letters = "".join(ABBREVIATIONS)
        pattern = (
            rf"(?:(?<=在)|(?<=^)|(?<=[、和与跟]))[{letters}](?=[、和与跟两三](?:[{letters}省]|省))"
            rf"|(?<=[{letters}][、和与跟])[{letters}]|(?<!现在)(?<=在)[{letters}](?=[的三二公医就])"
            rf"|[湘粤](?=[{letters}]?(?:两省|三省|省内|地区|两地))|(?<=[{letters}])[湘粤川](?=两|三)"
        )
        for match in re.finditer(pattern, text):
            span = Span(match.start(), match.end())
            if not places.overlaps(span):
                found.append(RegionMention(ABBREVIATIONS[match.group()], span))
        for word, path in HOSPITAL_SEATS.items():
            for match in re.finditer(word, text):
                span = Span(match.start(), match.end())
                if not places.overlaps(span):
                    found.append(RegionMention(path, span))
        return found


def _goes_on(text: str, named: Sequence[tuple[int, int, set[str]]]) -> bool:
    """Whether right behind the first of two places stands another that is not within it: a row of places (资阳湛江, 资阳和湛江)."""
    if len(named) < 2:
        return False
    (_, end, paths), (start, _, others) = named
    beside = text[end:start] in ("", "、", "和", "跟", "与")
    return beside and not any(is_within(one, path) for one in others for path in paths)


def _is_accident(text: str, start: int, end: int) -> bool:
    """Whether a short name only straddles two common words: 医保|定点, 县城|口腔."""
    left, right = text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1]
    return start > 0 and left in words() and right in words()


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[str, Mapping[str, Any]]:
    path = Path(__file__).parent / "lexicon" / "place_words.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _rules(name: str) -> Mapping[str, Any]:
    return _lexicon()[name]


def which_one(name: str, paths: Sequence[str]) -> str:
    """What is said where several places bear a name."""
    more = "等" if len(paths) > _MOST_NAMED else ""
    return f"叫“{name}”的地方有 {len(paths)} 处：{'、'.join(map(display, paths[:_MOST_NAMED]))}{more}。请写明是哪一处"


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shared gazetteer, read once (some 25 ms)."""
    return Gazetteer(table())


def display(path: str) -> str:
    """``广东省/湛江市`` -> ``广东省湛江市``; "" -> ``全国``; not known -> ``地区待核对``. What the last name begins with is not said
    before it: ``青海省/西宁市/城北区/西宁市城北区人民医院`` -> ``青海省西宁市城北区人民医院``."""
    if path == UNKNOWN_REGION:
        return f"地区{UNKNOWN_REGION}"
    *above, last = parts_of(path) or ("全国",)
    said = next((at for at in range(len(above)) if last.startswith("".join(above[at:]))), len(above))
    return "".join((*above[:said], last))
