"""What a sentence claims, held against its source (断言核对): figures, dates, titles, direction, negation.

Pure functions, each returning what is wrong in Chinese or None; the gate decides their order. They stand apart from the
gate so that each can be tested on two strings. The trap: a figure that stands somewhere in the source may still belong
to something else there, so figures are also compared by what stands around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.retrieval.matching import bigrams
from corpus.dates import find_periods
from corpus.docnumber import find_numbers
from corpus.numerals import Value, canonical_values, find_values
from corpus.text import fold

_DENIED = re.compile(r"(?:不得|不能|不准|不许|不可|不应|严禁|禁止|杜绝|取消|停止|[不未勿非无])再?$")
_PART = re.compile(r"[。；;！？\n]|(?<=[%％‰个名家所张人元])、")
_CLAUSE = re.compile(r"[，。；：,;:！？\n]|(?<=\D)、(?=\D)")
_NEVER = re.compile(r"严禁|禁止|不得|不允许|不准|不可以|不能|不许|不应|一律不|取消资格|杜绝|不再")
_MAY = re.compile(
    r"(?<!不)可以|(?<!不)允许|(?<!不)可(?=[在按由自向从以结连])|(?<!不)能够?(?!力)|鼓励|支持|探索|有条件的|视情"
)
_MUST = re.compile(r"必须|务必|应当|应该?|强制|一律|严格|要求|须|确保|要(?!求|点|素|约)")
_NOT = re.compile(
    r"(?<!差)[不未无没非勿](?!断|仅|但|同|少于|低于|小于|超过|高于|大于|足|良|孕|菌|障碍|偿|公立|营利|法|限)|"
    r"取消|停止|除外|废止|杜绝|严禁|禁止"
)
_CANCELS = re.compile(r"取消|停止|废止|撤销|不再|终止|不得|禁止|严禁")
_AT_LEAST = re.compile(r"不少于|不低于|不小于|不得少于|不得低于|至少|最少|起码|以上|超过|高于|大于")
_AT_MOST = re.compile(r"不超过|不高于|不大于|不多于|不得超过|不得高于|至多|最多|以下|以内|之内|低于|小于|少于")
_BOUND = re.compile(rf"{_AT_LEAST.pattern}|{_AT_MOST.pattern}|达到|达|左右|约|为|是|至")
_REACHES = re.compile(r"达到|实现|确保|保持|覆盖")
_ALL = re.compile(r"全部|所有|一律|均|都|全覆盖|每|各|任何|一切|100%|百分之百|全体")
_WHOLE = re.compile(r"全部|所有|一律|任何|一切|100%|百分之百")
_ONLY = re.compile(r"仅(?!仅?是?不)|只有|只能|只限|唯一|唯有")
_CONTRASTS: tuple[tuple[str, ...], ...] = (
    ("国家级", "省级", "市级", "县级", "乡级|乡镇级", "村级"),
    ("三级", "二级", "一级"),
    ("提高|上升|增长|增加|提升|扩大|上调", "降低|下降|减少|压缩|缩小|下调"),
    ("城镇职工", "城乡居民|城镇居民"),
    ("住院", "门诊"),
    ("中医", "西医"),
    ("每年", "每月|按月", "每季度|按季"),
    ("年底|年末", "年初", "上半年|6月底"),
    ("事业单位", "企业"),
    ("乡镇卫生院", "村卫生室|村卫生站"),
    ("(?<!非)公立", "民营|社会办|私立|非公立"),
    ("院长", "科主任"),
    ("财政", "个人自付|患者自付"),
    ("起付", "封顶"),
    ("不低于|不少于|不得低于|不得少于", "不高于|不超过|不多于|不得高于|不得超过"),
    ("(?<!非)(?<!不以)营利性", "非营利"),
)  # fmt: skip
_OPPOSED = (
    ("提高|提升|增加|扩大|上调|加大|上升", "降低|减少|压缩|缩小|下调|下降"),
    ("建立|设立|保留|恢复|实行|开展|推行|纳入|完善", "取消|撤销|停止|废止|不再|禁止|不纳入"),
    ("必须|务必|强制|应当|一律", "可以|允许|鼓励|支持|探索|自愿|可"),
    ("可以|允许|鼓励|支持|准许", "不得|严禁|禁止|不允许|不准|限制"),
)
_LEVEL = re.compile(r"国家级|省级|市级|县级|乡级|村级|三级|二级|一级")
_TITLE = re.compile(r"《([^《》]{3,60})》")
_QUOTED = re.compile(r"[“「『]([^”」』]{4,})[”」』]")
_META = re.compile(
    r"系统提示|提示词|(?:以上|之前|上述|前面)的?(?:所有)?(?:指令|指示|规则|要求(?:全部)?作废)|忽略(?:以上|之前|上述|前面|所有|此前)|无视(?:以上|之前|所有)|"
    r"作为(?:一个|一名)?(?:AI|人工智能|语言模型|大模型|助手)|我是(?:一个)?(?:AI|人工智能|语言模型|助手)|"
    r"system\s*prompt|ignore (?:all|previous|above)|api[_ -]?key|"
    r"密钥|<\s*/?\s*(?:script|passage|system|question)|javascript:|passage\s*id|as an ai|开发者模式|jailbreak|越狱",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|"
    r"(?:微信|QQ)号?[:：]?\s*\w{5,}",
    re.IGNORECASE,
)
_PLAN = re.compile(r"十[一二三四五六]五")
_COUNTED = frozenset(
    ["项", "个", "种", "批", "名", "位", "次", "家", "所", "类"]
)  # 一项, 一个: an article rather than a figure
_NO_MEASURE = ("级", "甲", "乙", "月", "日")  # grades are told apart by words, dates are held against whole dates
_RINGS = (3, 5, 40)
_LIST_REACH = 40


def meta(text: str) -> str | None:
    """Talk about the system itself or its instructions, which no notice contains."""
    found = _META.search(text)
    return f"“{found.group()}”不是文件内容" if found else None


def contact(text: str, ground: str) -> str | None:
    """An address, telephone number or link that the source does not give."""
    for match in _CONTACT.finditer(text):
        if fold(match.group()) not in fold(ground):
            return f"引文中没有“{match.group()}”"
    return None


def stray_values(text: str, ground: str) -> str | None:
    """Figures, dates and document numbers of ``text`` that ``ground`` does not state."""
    said = {v.canonical for v in find_values(text) if not (v.text == "一" and v.unit in _COUNTED)}
    stray = sorted(said - canonical_values(ground) - _years_of_plans(text, ground) - _shares_of_rows(said, ground))
    mentioned = [m for m in find_numbers(text) if m.canonical]
    known = {m.canonical for m in find_numbers(ground) if m.canonical}
    stray += sorted(
        m.canonical
        for m in mentioned
        if m.canonical
        and m.canonical not in known
        and not any(m.canonical.endswith(k) or k.endswith(m.canonical) for k in known if k)
    )
    folded = fold(ground)
    stray += sorted({p.group() for p in _PLAN.finditer(text) if p.group() not in folded} - _plans_by_year(text, ground))
    return f"引文中没有“{'、'.join(stray)}”" if stray else None


def _shares_of_rows(said: set[str], ground: str) -> set[str]:
    """Percentages a row of a table gives as bare figures: its head says 率（%）, the cell 12.5."""
    rows = "\n".join(line for line in ground.splitlines() if line.count("|") >= 3 and ("%" in line or "％" in line))
    bare = canonical_values(rows)
    return {value for value in said if value.endswith("%") and value[:-1] in bare}


def _years_of_plans(text: str, ground: str) -> set[str]:
    """Years written out for a plan the source names: ``2025`` for 十四五末."""
    ends = {(p.start, p.end) for p in find_periods(ground)}
    return {str(y) for p in find_periods(text) if (p.start, p.end) in ends for y in (p.start.year, p.end.year)}


def _plans_by_year(text: str, ground: str) -> set[str]:
    ends = {(p.start, p.end) for p in find_periods(ground)}
    plans = [(p, _PLAN.search(p.text)) for p in find_periods(text)]
    return {m.group() for p, m in plans if m and (p.start, p.end) in ends}


def stray_dates(text: str, ground: str) -> str | None:
    """A date with a month or day that is no date of the source."""
    known = {(p.start, p.end) for p in find_periods(ground)}
    years = {y for p in find_periods(ground) for y in (p.start.year, p.end.year)}
    for period in find_periods(text):
        whole_year = (period.start.month, period.start.day, period.end.month, period.end.day) == (1, 1, 12, 31)
        if (period.start, period.end) in known or (whole_year and {period.start.year, period.end.year} <= years):
            continue
        if any(start <= period.start and period.end <= end for start, end in known) and not whole_year:
            continue
        return f"引文中没有“{period.text}”"
    return None


def stray_titles(text: str, ground: str) -> str | None:
    """A 《title》 or a “quotation” that does not stand in ``ground`` word for word."""
    folded = _bare(ground)
    for match in (*_TITLE.finditer(text), *_QUOTED.finditer(text)):
        if _bare(match.group(1)) not in folded:
            return f"引文中没有“{match.group(1)}”"
    return None


@dataclass(frozen=True, slots=True)
class _Around:
    """A figure with the bigrams touching it, near it, and in its part of the sentence (see :data:`_RINGS`)."""

    value: Value
    rings: tuple[frozenset[str], ...]

    def like(self, other: _Around) -> tuple[float, ...]:
        """For each ring, the share of this figure's surroundings that stand around ``other``."""
        return tuple(len(m & t) / len(m) if m else 0.0 for m, t in zip(self.rings, other.rings, strict=True))


def _around(text: str, value: Value) -> _Around:
    stop = _CLAUSE.search(text, value.span.end)
    end = stop.start() if stop else len(text)

    def within(reach: int, boundary: re.Pattern[str]) -> frozenset[str]:
        start = max((m.end() for m in boundary.finditer(text, 0, value.span.start)), default=0)
        before = text[max(start, value.span.start - reach) : value.span.start]
        return bigrams(before) | bigrams(text[value.span.end : min(end, value.span.end + reach)])

    touching, near, far = _RINGS
    return _Around(value, (within(touching, _CLAUSE), within(near, _CLAUSE), within(far, _PART)))


def swapped_values(text: str, ground: str) -> str | None:
    """A figure whose surroundings belong to another figure of the source (60 said of what the source gives 300).

    What touches the figure decides first: 护士1200名 may leave out a head (培训) that the source says once for a list.
    """
    text, ground = _BOUND.sub("", text), _BOUND.sub("", ground)
    theirs = [_around(ground, v) for v in find_values(ground)]
    for value in find_values(text):
        mine = _around(text, value)
        if len(mine.rings[-1]) < 2 or value.unit in _NO_MEASURE:
            continue
        same = [mine.like(t) for t in theirs if t.value.canonical == value.canonical]
        rivals = [t for t in theirs if t.value.canonical != value.canonical and _sort(t.value) == _sort(value)]
        if not same or not rivals:
            continue
        level = _level(text, ground, value)
        if level is not None:
            if level:
                return f"引文中“{value.text}”说的是{level}"
            continue
        touching, near, far = (max(ring) for ring in zip(*same, strict=True))
        for rival in rivals:
            r_touching, r_near, r_far = mine.like(rival)
            closer = (r_near > near + 0.15 and r_far >= far) or (r_near >= near and r_far > far + 0.06)
            if (closer and r_touching >= touching) or (r_touching >= 0.5 and r_touching > touching + 0.3):
                return f"引文中“{rival.value.text}”才对应这项内容，不是“{value.text}”"
    return None


def _level(text: str, ground: str, value: Value) -> str | None:
    """Where the source puts a level (省级) right behind the figure: "" if the statement names it, the level if another.

    None where the source or the statement names no level.
    """
    start = max((m.end() for m in re.finditer(r"[，。；：、]", text[: value.span.start])), default=0)
    stop = re.search(r"[，。；：、]", text[value.span.end :])
    said = set(_LEVEL.findall(text[start : value.span.end + stop.start() if stop else len(text)]))
    behind = [
        m.group(1)
        for v in find_values(ground)
        if v.canonical == value.canonical and (m := re.match(rf"[个家所名]?({_LEVEL.pattern})", ground[v.span.end :]))
    ]
    if not said or not behind:
        return None
    return "" if said & set(behind) else behind[0]


def _sort(value: Value) -> str:
    """Figures of one sort can be mistaken for each other: percentages, times, counts."""
    if value.canonical.endswith(("%", "‰", "点")):
        return "share"
    if value.unit in ("月", "日"):
        return value.unit
    if value.unit == "年" or (value.canonical.isdigit() and 1990 <= int(value.canonical) <= 2060):
        return "time"
    return "count"


def bound(text: str, ground: str) -> str | None:
    """At least turned into at most, or the other way, at a figure both state."""
    theirs: dict[str, set[str]] = {}
    for value in find_values(ground):
        theirs.setdefault(value.canonical, set()).update(
            (_bound_of(ground, value), _bound_of(ground, value, _LIST_REACH))
        )
    for value in find_values(text):
        said, known = _bound_of(text, value), theirs.get(value.canonical, set())
        if said and known and said not in known and not (said == "least" and _REACHES.search(ground)):
            return f"引文没有给“{value.text}”这样的上下限"
    return None


def _bound_of(text: str, value: Value, reach: int = 6) -> str:
    """``least``, ``most`` or "" for the figure; a wide ``reach`` takes in 不少于 said once before a list of figures."""
    before = re.split(r"[，。；]", text[max(0, value.span.start - reach) : value.span.start])[-1]
    after = text[value.span.end : value.span.end + 6]
    joined = f"{before}¦{after}"
    if re.search(r"(?:不得?|不能?)(?:少于|低于|小于)[^，。；]*¦", joined):
        return "least"
    if re.search(r"(?:不得?|不能?)(?:超过|高于|大于|多于)[^，。；]*¦", joined):
        return "most"
    at_most, at_least = _AT_MOST.search(joined), _AT_LEAST.search(joined)
    if at_most and not at_least:
        return "most"
    return "least" if at_least and not at_most else ""


def quantifier(text: str, ground: str) -> str | None:
    """All or only, where the source says neither."""
    whole = _WHOLE.search(text)
    if whole and not _ALL.search(ground):
        return f"引文没有说“{whole.group()}”"
    for clause in (c for c in _CLAUSE.split(text) if _WHOLE.search(c)):
        twin, share = _twin(_WHOLE.sub("", clause), _clauses(ground))
        if twin and share >= 0.6 and not _ALL.search(twin) and re.search(r"[%％]|百分之|成(?=[的左])", twin):
            return f"引文说的不是“{clause}”"
    only = _ONLY.search(text)
    if only and not re.search(r"仅|只|唯|限于|除外|除.{1,12}外", ground):
        return f"引文没有说“{only.group()}”"
    return None


def contrast(text: str, ground: str) -> str | None:
    """A word of a set of opposites (省级/市级, 提高/降低) that the source lacks while it has another of the set."""
    pairs = [(text, ground)]
    sources = _clauses(ground)
    for clause in _clauses(text):
        twin, share = _twin(clause, sources)
        if twin and share >= 0.7:
            pairs.append((clause, twin))
    for says, has in pairs:
        for members in _CONTRASTS:
            known = [m for m in members if re.search(m, has)]
            for member in members:
                found = re.search(member, says)
                if found and known and member not in known:
                    return f"引文没有说“{found.group()}”"
    return None


def opposed(text: str, ground: str) -> str | None:
    """The opposite said of the same thing: 降低诊疗 where the source has 提高诊疗, 必须退出 where it has 可以退出."""
    folded = fold(ground)
    for one, other in _OPPOSED:
        for mine, theirs in ((one, other), (other, one)):
            for match in re.finditer(rf"(?:{mine})(?P<what>[\u4e00-\u9fff]{{2}})", text):
                what = match["what"]
                if re.search(rf"(?:{theirs}){what}", folded) and not re.search(rf"(?:{mine}){what}", folded):
                    return f"引文的意思与“{match.group()}”相反"
    return None


def _clauses(text: str) -> list[str]:
    return [c for c in _CLAUSE.split(text) if len(c) >= 4]


def polarity(text: str, quotes: str, given: str = "") -> str | None:
    """A ban, a leave, a duty or a plain negation turned round, judged on the clauses that say the same thing.

    Args:
        given: what the system computed; it may forbid too, and its clauses are taken over as they are.
    """
    if _NEVER.search(text) and not re.search(
        _NEVER.pattern + r"|[不未无]|取消|停止|严格控制|控制", f"{quotes} {given}"
    ):
        return "引文没有禁止"
    sources, whole = _clauses(quotes), _bare(f"{quotes} {given}")
    for clause in _clauses(text):
        if stands_in(_bare(clause), whole):
            continue
        twin, share = _twin(clause, sources)
        if twin is None or share < 0.6:
            continue
        if bool(_NEVER.search(clause)) != bool(_NEVER.search(twin)) and not (_NOT.search(clause) and _NOT.search(twin)):
            return "肯定与禁止不一致"
        if _CANCELS.search(clause) and not _CANCELS.search(twin):
            return "引文没有取消"
        if bool(_NOT.search(clause)) != bool(_NOT.search(twin)) and share >= 0.75:
            return "肯定与否定不一致"
        if re.search(r"必须|务必|强制|应当", clause) and _MAY.search(twin) and not _MUST.search(twin):
            return "引文只是鼓励或允许，不是必须"
    return None


def _twin(clause: str, sources: list[str]) -> tuple[str | None, float]:
    """The source clause that says most of what ``clause`` says, words of polarity aside, and how much of it."""
    grams = bigrams(_plain(clause))
    if len(grams) < 3:
        return None, 0.0
    best: tuple[str | None, float] = (None, 0.0)
    for source in sources:
        theirs = bigrams(_plain(source))
        smaller = min(len(grams), len(theirs))
        share = len(grams & theirs) / smaller if smaller >= 3 else 0.0
        if share > best[1]:
            best = (source, share)
    return best


def _plain(clause: str) -> str:
    return _NOT.sub("", _MUST.sub("", _MAY.sub("", _NEVER.sub("", clause))))


def stands_in(body: str, against: str) -> bool:
    """Whether ``body`` stands in the source, and not right behind the word that denies it there (不得…).

    Both are folded and without punctuation.
    """
    at = against.find(body)
    return at >= 0 and not _DENIED.search(against[max(0, at - 4) : at])


def _bare(text: str) -> str:
    return re.sub(r"[，。；：、,;:()（）\"'\s]", "", fold(text))
