"""What the corpus does not hold (缺口): regions, years, levels and topics, cited notices that are absent, refusals.

It stands alone because it only counts: what a hospital should collect next. The trap: a place without a notice of its
own is still bound by those above it, so only its own level is called missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.doctor import unresolved
from corpus.regions import display, level_of, parts_of
from corpus.text import fold
from corpus.types import Level, Notice

TOPICS: Mapping[str, tuple[str, ...]] = {
    "公立医院": ("公立医院", "现代医院管理"),
    "医共体医联体": ("医共体", "医联体", "医疗联合体"),
    "分级诊疗": ("分级诊疗", "双向转诊", "首诊"),
    "家庭医生": ("家庭医生", "签约服务"),
    "医保支付": ("支付方式", "按病种", "drg", "dip", "总额"),
    "医疗服务价格": ("服务价格", "价格调整", "收费标准"),
    "药品耗材采购": ("集中采购", "带量采购", "两票制", "耗材"),
    "薪酬人事": ("薪酬", "年薪", "绩效工资", "编制"),
    "公共卫生": ("公共卫生", "疾控", "疾病预防"),
    "中医药": ("中医",),
    "老年与医养": ("医养结合", "老年"),
    "妇幼与托育": ("妇幼", "托育", "儿童"),
    "精神卫生": ("精神卫生", "心理"),
    "社会办医": ("社会办医", "民营"),
    "信息化": ("信息化", "电子病历", "互联网+"),
    "综合监管": ("综合监管", "行业监管", "飞行检查"),
    "长期护理": ("长期护理",),
    "救助": ("医疗救助", "大病保险"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document cited but absent: how often and by whom."""

    name: str
    cited_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The gap report. Counts are notices; ``refused`` are questions that found no text, most frequent first."""

    regions: Mapping[str, int]
    levels: Mapping[str, int]
    years: Mapping[int, int]
    topics: Mapping[str, int]
    parents_missing: tuple[str, ...]
    years_missing: tuple[int, ...]
    topics_missing: tuple[str, ...]
    thin_topics: Mapping[str, tuple[str, ...]]
    wanted: tuple[Wanted, ...]
    refused: tuple[tuple[str, int], ...]


def coverage(notices: Sequence[Notice], refused: Iterable[str] = ()) -> Coverage:
    """The gap report of ``notices``.

    Args:
        refused: questions that were refused for lack of text, as asked.
    """
    regions = Counter(notice.region for notice in notices)
    years = Counter(notice.issued_on.year for notice in notices if notice.issued_on)
    levels = Counter(notice.level.value for notice in notices)
    topics: dict[str, set[str]] = {topic: set() for topic in TOPICS}
    for notice in notices:
        text = fold(notice.text)
        for topic, words in TOPICS.items():
            if sum(text.count(fold(word)) for word in words) >= 2:
                topics[topic].add(notice.region)
    parents = {
        "/".join(parts_of(region)[:depth]) for region in regions for depth in range(len(parts_of(region)))
    } - set(regions)  # fmt: skip
    span = range(min(years), max(years) + 1) if years else range(0)
    citing: dict[str, list[str]] = defaultdict(list)
    for notice in notices:
        for name in unresolved(notice):
            citing[name].append(notice.id)
    wanted = sorted((Wanted(n, tuple(ids)) for n, ids in citing.items()), key=lambda w: (-len(w.cited_by), w.name))
    asked = Counter(" ".join(question.split()) for question in refused)
    return Coverage(
        regions={display(region): count for region, count in sorted(regions.items())},
        levels={level.value: levels.get(level.value, 0) for level in Level if level is not Level.UNKNOWN},
        years=dict(sorted(years.items())),
        topics={topic: len(places) for topic, places in topics.items()},
        parents_missing=tuple(f"{display(p)}（{_rank(p)}）" for p in sorted(parents)),
        years_missing=tuple(year for year in span if year not in years),
        topics_missing=tuple(topic for topic, places in topics.items() if not places),
        thin_topics={
            topic: tuple(display(region) for region in sorted(regions) if region not in places)
            for topic, places in topics.items()
            if places and len(places) < len(regions)
        },
        wanted=tuple(wanted),
        refused=tuple(asked.most_common()),
    )


def _rank(region: str) -> str:
    names = {Level.NATIONAL: "国家级", Level.PROVINCIAL: "省级", Level.MUNICIPAL: "市级", Level.COUNTY: "县级"}
    return names.get(level_of(region), "")


def describe(report: Coverage) -> str:
    """The report as Chinese lines for a terminal."""

    def shown(counts: Mapping[str, int]) -> str:
        return "、".join(f"{name} {count}" for name, count in counts.items()) or "无"

    lines = [
        f"地区：{shown(report.regions)}",
        f"层级：{shown(report.levels)}",
        f"年份：{shown({f'{year}年': count for year, count in report.years.items()})}",
        f"没有上级文件：{'、'.join(report.parents_missing) or '无'}",
        f"中间缺的年份：{'、'.join(map(str, report.years_missing)) or '无'}",
        f"没有涉及的主题：{'、'.join(report.topics_missing) or '无'}",
    ]
    for topic, places in report.thin_topics.items():
        lines.append(f"主题“{topic}”未涉及的地区：{'、'.join(places)}")
    lines.append(f"被引用而库中没有的文件 {len(report.wanted)} 份" + ("：" if report.wanted else ""))
    lines += [f"  {wanted.name}（{len(wanted.cited_by)} 份文件引用）" for wanted in report.wanted[:30]]
    if report.refused:
        lines.append("因没有依据而未能回答的问题：")
        lines += [f"  {question}（{count} 次）" for question, count in report.refused[:30]]
    return "\n".join(lines)
