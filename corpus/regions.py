"""Places (行政区划): find them in text, resolve them to a path, compare them; the one home of that rule.

A region is a path of full division names without the root: ``湖南省/益阳市/资阳区``; "" is the whole country. Names come
from the GB/T 2260 table that the ``cpca`` package ships (its CSV is read directly: importing the package would draw in
pandas). The traps: 资阳市 (Sichuan) and 益阳市资阳区 (Hunan) share a short name; many county short names are ordinary
words (安宁, 合作, 通道), so a bare short county name counts only next to a parent or a word that shows it is a place.
"""

from __future__ import annotations

import csv
import difflib
import importlib.util
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.types import Level, Span

_ABBREVIATIONS = {
    "京": "北京市", "津": "天津市", "沪": "上海市", "渝": "重庆市", "冀": "河北省", "晋": "山西省", "辽": "辽宁省", "吉": "吉林省",
    "黑": "黑龙江省", "苏": "江苏省", "浙": "浙江省", "皖": "安徽省", "闽": "福建省", "赣": "江西省", "鲁": "山东省", "豫": "河南省",
    "鄂": "湖北省", "湘": "湖南省", "粤": "广东省", "桂": "广西壮族自治区", "琼": "海南省", "川": "四川省", "蜀": "四川省", "黔": "贵州省",
    "滇": "云南省", "陕": "陕西省", "甘": "甘肃省", "青": "青海省", "宁": "宁夏回族自治区", "新": "新疆维吾尔自治区", "藏": "西藏自治区",
    "蒙": "内蒙古自治区",
}  # fmt: skip
_COUNTRY = ("全国", "国家层面", "中国", "中央")
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
_GENERIC = {"市辖区", "县", "城区", "郊区", "矿区", "市中区", "新区", "省直辖县级行政区划", "自治区直辖县级行政区划"}
_ORDINARY_WORDS = {
    "安宁", "合作", "通道", "资源", "和平", "公安", "新建", "平安", "东方", "同心", "康乐", "南方", "北方", "大同", "中心", "开放", "城关", "政和",
    "泰和", "平和", "建设", "高新", "兴安", "长安", "永安", "吉安", "富民", "安化", "新化", "隆安", "开平", "化州", "利民", "青年", "共和", "团结", "友好",
    "向阳", "前进", "东风", "光明", "振兴", "爱民", "西安", "阳光", "新城", "新生", "金山", "宝塔", "江南", "江北", "海南", "河东", "河西", "东山", "南山",
    "西山", "北山", "中山", "昌平", "太平", "福田", "长治", "新民", "上街", "管城", "惠民", "改则", "安定", "老城", "门头", "永定", "云龙", "石门", "会同",
}  # fmt: skip
_REAL_CITIES = {"中山", "西安", "吉安", "大同", "长治", "海南", "开平", "化州", "安化", "新化", "永安", "石门", "永定"}
_PLACE_AFTER = re.compile(
    r"(?:这边|那边|那儿|的|这里|本地|当地|人民医院|中医院|医院|县城|卫健|医保|妇幼|有|是|要|和|跟|与|、|，|,|？|\?|对|在|呢|怎么|方案|文件|\d{4}年)"
)
_PLACE_BEFORE = re.compile(r"(?:在|是|我们|咱们|咱|和|跟|与|、|对|问|到|给|像|比|看|^)$")
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
    """The level of a region path; municipalities (直辖市) are provincial."""
    return (Level.NATIONAL, Level.PROVINCIAL, Level.MUNICIPAL, Level.COUNTY)[min(len(parts_of(path)), 3)]


def is_within(place: str, region: str) -> bool:
    """Whether ``place`` is ``region`` itself or lies inside it; everything lies in "" (the country).

    >>> is_within("湖南省/益阳市/资阳区", "湖南省"), is_within("湖南省", "湖南省/长沙市")
    (True, False)
    """
    inner, outer = parts_of(place), parts_of(region)
    return inner[: len(outer)] == outer


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
    """Every division of the table, searchable by full and short name."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        names = {code[:6]: name for code, name in rows if name not in _GENERIC}
        self.paths: set[str] = set()
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for code, name in names.items():
            province, city = names.get(code[:2] + "0000"), names.get(code[:4] + "00")
            if code.endswith("0000"):
                path = name
            elif code.endswith("00"):
                path = f"{province}/{name}" if province != name else name
            else:
                path = "/".join(p for p in (province, city if city != province else None, name) if p)
            if province is None:
                continue
            self.paths.add(path)
            self._by_name[name].add(path)
            short = short_name(name)
            if short not in _ORDINARY_WORDS or (short in _REAL_CITIES and len(parts_of(path)) <= 2):
                self._by_name[short].add(path)
            if name.endswith("自治州"):
                self._by_name[f"{short}州"].add(path)  # 湘西州, as everybody writes it
        for short, province in _ABBREVIATIONS.items():
            self._by_name[f"{short}省"].add(province)
        self._by_name["内蒙古"].add("内蒙古自治区")
        self._longest = max(map(len, self._by_name))
        self._starts = {n[0] for n in self._by_name}

    def resolve(self, text: str) -> str:
        """The path of a place written in any usual way: ``广东省/湛江市``, ``四川省资阳市雁江区``, ``湛江``, ``全国``.

        Raises:
            RegionError: unknown or ambiguous; the message offers candidates.
        """
        wanted = re.sub(r"[\s·,，、>›-]+", "/", text.strip()).strip("/")
        if wanted in self.paths:
            return wanted
        if wanted in _COUNTRY or wanted == "国家":
            return ""
        joined = wanted.replace("/", "")
        if joined in _ABBREVIATIONS:
            return _ABBREVIATIONS[joined]
        mentions = [m for m in self.find(joined, strict=False) if m.span.start == 0]
        if mentions and mentions[0].span.end >= len(joined) - 1 and len(mentions[0].path):
            return mentions[0].path
        if mentions and re.fullmatch(r".*(?:经开区|高新区|开发区|新区|管委会|街道|镇|乡|管理区|示范区)", joined):
            return mentions[0].path
        names = difflib.get_close_matches(
            parts_of(wanted)[-1] if wanted else text, list(self._by_name), n=3, cutoff=0.5
        )
        near = "、".join(sorted(next(iter(self._by_name[n])) for n in names))
        raise RegionError(
            f"没有找到地区“{text}”。请写成 省/市/县 的形式，如 广东省/湛江市" + (f"；相近的有：{near}" if near else "")
        )

    def find(self, text: str, *, prefer: Collection[str] = (), strict: bool = True) -> list[RegionMention]:
        """Places named in ``text``, adjacent levels merged (``益阳市资阳区`` is one mention).

        Args:
            prefer: region paths the corpus or the asker is about; they decide between divisions of the same name.
            strict: require a sign of place around a bare short county name.
        """
        raw = list(self._scan(text))
        merged: list[RegionMention] = []
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
                listed = text[end : raw[index + 1][0]] == " " and all(len(parts_of(p)) > top for p in deeper)
                if not deeper or listed:  # 湖南 资阳 湛江: the city of that name in a list, not the district within
                    break
                index += 1
                end, chosen = raw[index][1], deeper
            name = text[start:end]
            path = self._choose(chosen, prefer)
            if path is not None and (not strict or self._is_place(text, start, end, name, path, prefer)):
                merged.append(RegionMention(path, Span(start, end)))
            index += 1
        merged += self._abbreviated(text, merged)
        return sorted(merged, key=lambda m: m.span)

    def _scan(self, text: str) -> Iterable[tuple[int, int, set[str]]]:
        position = 0
        while position < len(text):
            if text[position] in self._starts:
                for length in range(min(self._longest, len(text) - position), 1, -1):
                    piece = text[position : position + length]
                    if piece in self._by_name:
                        yield position, position + length, self._by_name[piece]
                        position += length - 1
                        break
            position += 1

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
        if re.match(r"(?:医科|医附|医大|医学院|中医药大学|大学|省?农垦)", text[end:]) and len(parts_of(path)) == 1:
            return False  # 广东医科大学附属医院 names a hospital, not the province
        if len(name) == 2 and name[1] in "县市区旗":  # 和县, 成县: 紧密型医疗集团和县域医共体, 建成县域医共体
            return start == 0 and not re.match(r"[域级乡医里内城]", text[end:])
        if len(parts_of(path)) < 3 or name.endswith(("县", "市", "区", "旗", "州")) or "/" in name:
            return True
        if name != short_name(parts_of(path)[-1]):
            return True  # spelled with a parent in front
        if any(is_within(path, p) for p in prefer if p):
            return True
        return bool(_PLACE_AFTER.match(text, end)) and bool(_PLACE_BEFORE.search(text[:start]))

    @staticmethod
    def _abbreviated(text: str, taken: list[RegionMention]) -> list[RegionMention]:
        found: list[RegionMention] = []
        letters = "".join(_ABBREVIATIONS)
        pattern = (
            rf"(?:(?<=在)|(?<=^)|(?<=[、和与跟]))[{letters}](?=[、和与跟两三](?:[{letters}省]|省))"
            rf"|(?<=[{letters}][、和与跟])[{letters}]|(?<!现在)(?<=在)[{letters}](?=[的三二公医就])"
            rf"|[湘粤](?=[{letters}]?(?:两省|三省|省内|地区|两地))|(?<=[{letters}])[湘粤川](?=两|三)"
        )
        for match in re.finditer(pattern, text):
            span = Span(match.start(), match.end())
            if not any(span.overlaps(t.span) for t in taken):
                found.append(RegionMention(_ABBREVIATIONS[match.group()], span))
        for word, path in HOSPITAL_SEATS.items():
            for match in re.finditer(word, text):
                span = Span(match.start(), match.end())
                if not any(span.overlaps(t.span) for t in taken):
                    found.append(RegionMention(path, span))
        return found


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shared gazetteer, read once (3,500 rows, some 15 ms)."""
    spec = importlib.util.find_spec("cpca")
    if spec is None or spec.origin is None:
        raise RegionError("缺少行政区划表：请安装 cpca（make install）")
    with (Path(spec.origin).parent / "resources" / "adcodes.csv").open(encoding="utf-8", newline="") as stream:
        return Gazetteer((row["adcode"], row["name"]) for row in csv.DictReader(stream))


def display(path: str) -> str:
    """``广东省/湛江市`` -> ``广东省湛江市``; "" -> ``全国``."""
    return path.replace("/", "") or "全国"
