"""Makes notices with known truth: plans, regulations, annual lists, notices with annexes and tables.

Everything is drawn from a seeded generator, so a failing case can be made again from its number. The words are our
own and say nothing about any real place. ``tests/generator_files.py`` writes a made notice as TXT, HTML, DOCX or PDF.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from corpus.numbering import chinese_ordinal
from corpus.regions import gazetteer, parts_of, short_name

_DOING = ["推进", "健全", "优化", "规范", "改善", "强化", "拓展", "提升", "落实", "统筹"]
_THINGS = [
    "基层卫生服务能力", "家庭医生签约服务", "慢病用药保障", "远程会诊协作网", "医疗设备共享", "护理人员培训",
    "院前急救网络", "老年健康服务", "儿童保健门诊", "中药制剂调剂", "检验结果互认", "采购配送管理", "费用公示制度",
    "床位统一调度", "病案质量管理", "信息平台互联",
]  # fmt: skip
_WHO = ["卫生健康", "医疗保障", "财政", "人力资源社会保障", "发展改革", "市场监管"]
_SUBJECTS = [
    "公立医院运行补助",
    "乡镇卫生院建设",
    "门诊慢特病保障",
    "医疗服务价格调整",
    "基层用药衔接",
    "医共体绩效考核",
    "急救体系建设",
    "智慧医院建设",
]
_KINDS = ["实施方案", "工作方案", "若干措施"]


@dataclass(frozen=True)
class Line:
    """One paragraph; ``mark`` is its number, written apart so that Word can generate it; ``cells`` a table row."""

    text: str
    style: str = "para"  # title | number | subtitle | addressee | para | sign | date | row
    mark: str = ""
    depth: int = 0
    cells: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        return "|" + "|".join(self.cells) + "|" if self.cells else self.mark + self.text


@dataclass(frozen=True)
class Item:
    """Truth of one numbered item: its marks from the outside in, its heading, its lines ``[first, last)``.

    ``heading`` is None for an article (条) of a regulation, which has none of its own, "" for an item that is a sentence.
    """

    labels: tuple[str, ...]
    heading: str | None
    first: int
    last: int


@dataclass
class Made:
    """A made notice and what is true of it."""

    seed: int
    structure: str
    number: str | None
    title: str
    issuer: str
    region: str
    level: str
    issued_on: date
    addressees: tuple[str, ...]
    effective_on: date | None = None
    expires_on: date | None = None
    lines: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.whole for line in self.lines)


def make(seed: int, structure: str | None = None) -> Made:
    """The made notice number ``seed``; structures take turns unless one is named."""
    draw = random.Random(seed)
    structure = structure or ("plan", "regulation", "annual", "annex")[seed % 4]
    region, level, office = _place(draw)
    name = parts_of(region)[-1]
    organ = f"{name}人民政府" + ("办公室" if office and level != "provincial" else "办公厅" if office else "")
    issued = date(draw.randint(2012, 2024), draw.randint(1, 12), draw.randint(1, 28))
    subject = draw.choice(_SUBJECTS)
    plan = (
        f"{name}{subject}管理办法" if structure == "regulation"
        else f"{name}{issued.year}年{subject}重点工作任务" if structure == "annual"
        else f"{name}{subject}{draw.choice(_KINDS)}"
    )  # fmt: skip
    number = (
        None
        if draw.random() < 0.15
        else f"{short_name(name)[0]}府{'办' if office else ''}发〔{issued.year}〕{draw.randint(1, 180)}号"
    )
    addressees = (
        ("各县（市、区）人民政府", "市政府各部门")
        if level == "municipal"
        else ("各市州、县市区人民政府", "省直有关单位")
        if level == "provincial"
        else ("各乡镇人民政府", "县直有关单位")
    )
    made = Made(seed, structure, number, f"{organ}关于印发{plan}的通知", organ, region, level, issued, addressees)
    add = made.lines.append
    add(Line(made.title, "title"))
    if number:
        add(Line(number, "number"))
    add(Line("，".join(addressees) + "：", "addressee"))
    add(Line(f"现将《{plan}》印发给你们，请结合实际认真组织实施。"))
    add(Line(organ, "sign"))
    add(Line(f"{issued.year}年{issued.month}月{issued.day}日", "date"))
    add(Line(plan, "subtitle"))
    if structure == "regulation":
        _regulation(draw, made)
    else:
        _plan(draw, made, running=structure == "annual")
    if structure == "annex":
        _annex(draw, made)
    _close(made)
    return made


def _place(draw: random.Random) -> tuple[str, str, bool]:
    paths = sorted(p for p in gazetteer().paths if parts_of(p)[0].endswith("省"))
    depth = draw.choice((1, 2, 2, 2, 3))
    named = Counter(parts_of(p)[-1] for p in paths)
    own = [p for p in paths if len(parts_of(p)) == depth and named[parts_of(p)[-1]] == 1]
    region = draw.choice([p for p in own if depth < 3 or p.endswith("县")])
    return region, ("provincial", "municipal", "county")[depth - 1], draw.random() < 0.4


def _sentence(draw: random.Random, year: int) -> str:
    doing, thing, other = draw.choice(_DOING), draw.choice(_THINGS), draw.choice(_THINGS)
    rate, days = f"{draw.randint(51, 98)}.{draw.randint(1, 9)}%", draw.randint(10, 60)
    return draw.choice(
        [
            f"{doing}{thing}，做好与{other}的衔接，按季度公布进展。",
            f"到{year + draw.randint(1, 5)}年底，{thing}覆盖率达到{rate}，较上年提高{draw.randint(2, 9)}个百分点以上。",
            f"对{thing}实行清单管理，未达标的应当在{days}个工作日内整改；逾期不改的，扣减补助{draw.randint(3, 20)}万元。",
            f"{thing}所需经费由同级财政承担，标准为每人每年{draw.randint(20, 95)}元。",
            f"以“{thing}”为抓手，同步{draw.choice(_DOING)}{other}（含乡镇和社区）。",
        ]
    )


def _body(draw: random.Random, made: Made, low: int = 1, high: int = 4) -> str:
    return "".join(_sentence(draw, made.issued_on.year) for _ in range(draw.randint(low, high)))


def _heading(draw: random.Random) -> str:
    return draw.choice(_DOING) + draw.choice(_THINGS)


def _bodies(draw: random.Random, made: Made) -> str:
    rank = {"provincial": "省", "municipal": "市", "county": "县"}[made.level]
    names = draw.sample(_WHO, draw.randint(1, 3))
    return f"（{'、'.join(f'{rank}{name}局' for name in names)}负责）"


def _plan(draw: random.Random, made: Made, *, running: bool) -> None:
    """一、 › （一） › 1. › （1）; an annual list numbers its second level through."""
    made.lines.append(Line(f"为{_heading(draw)}，结合本地实际，制定本方案。"))
    count = 0
    for section in range(1, draw.randint(3, 5) + 1):
        heading = _heading(draw)
        top = f"{chinese_ordinal(section)}、"
        _item(made, (top,), heading, heading, depth=1)
        if section == 1 and draw.random() < 0.5:
            made.lines.append(Line(_body(draw, made, 2, 3)))
            continue
        for second in range(1, draw.randint(2, 4) + 1):
            count += 1
            mark = f"（{chinese_ordinal(count if running else second)}）"
            heading = _heading(draw)
            close = _bodies(draw, made) if draw.random() < 0.5 else ""
            _item(made, (top, mark), heading, f"{heading}。{_body(draw, made)}{close}", depth=2)
            if running or draw.random() < 0.5:
                continue
            for third in range(1, draw.randint(2, 3) + 1):
                heading = _heading(draw)
                _item(made, (top, mark, f"{third}."), heading, f"{heading}。{_body(draw, made, 1, 2)}", depth=3)
                for fourth in range(1, 3) if draw.random() < 0.25 else ():
                    heading = _heading(draw)
                    marks = (top, mark, f"{third}.", f"（{fourth}）")
                    _item(made, marks, heading, f"{heading}。{_body(draw, made, 1, 1)}", depth=4)


def _regulation(draw: random.Random, made: Made) -> None:
    """第X章 › 第X条 › （一）; articles are numbered through; the last says from when and how long it holds."""
    article = 0
    chapters = draw.randint(3, 4)
    for chapter in range(1, chapters + 1):
        name = ("总则", *draw.sample(["职责分工", "经费管理", "监督检查", "服务规范"], 4))[chapter - 1]
        top = f"第{chinese_ordinal(chapter)}章"
        _item(made, (top,), name, name, depth=1, style="subtitle")
        for _ in range(draw.randint(2, 4)):
            article += 1
            mark = f"第{chinese_ordinal(article)}条"
            if draw.random() < 0.3:
                opening = f"{draw.choice(_THINGS)}应当符合下列条件："
                _item(made, (top, mark), None, opening, depth=2)
                for order in range(1, draw.randint(2, 4) + 1):
                    text = f"{_heading(draw)}；" if order == 1 else f"{_heading(draw)}。"
                    named = text[:-1] if text.endswith("；") else ""  # a whole sentence is text
                    _item(made, (top, mark, f"（{chinese_ordinal(order)}）"), named, text, depth=3)
            else:
                text = _body(draw, made, 1, 3)
                _item(made, (top, mark), None, text, depth=2)
    made.effective_on = made.issued_on + timedelta(days=draw.randint(10, 60))
    years = draw.choice((2, 3, 5))
    made.expires_on = _anniversary(made.effective_on, years)
    article += 1
    start = made.effective_on
    text = f"本办法自{start.year}年{start.month}月{start.day}日起施行，有效期{years}年。"
    _item(made, (f"第{chinese_ordinal(chapters)}章", f"第{chinese_ordinal(article)}条"), None, text, depth=2)


def _anniversary(day: date, years: int) -> date:
    return (
        day.replace(year=day.year + years, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + years)
    )


def _annex(draw: random.Random, made: Made) -> None:
    made.lines.append(Line(f"附件：{draw.choice(_SUBJECTS)}任务分解表"))
    made.lines.append(Line("任务分解表", "subtitle"))
    rows = [("序号", "任务内容", "完成时限", "牵头单位")]
    for order in range(1, draw.randint(4, 12)):
        rows.append(
            (
                str(order),
                _heading(draw),
                f"{made.issued_on.year}年{draw.randint(1, 12)}月底前",
                f"{draw.choice(_WHO)}部门",
            )
        )
    made.lines += [Line("", "row", cells=cells) for cells in rows]


def _item(
    made: Made, labels: tuple[str, ...], heading: str | None, text: str, *, depth: int, style: str = "para"
) -> None:
    made.lines.append(Line(text, style, labels[-1], depth))
    made.items.append(Item(labels, heading, len(made.lines) - 1, len(made.lines)))


def _close(made: Made) -> None:
    """Each item ends where the next begins; the last one where the annexes begin."""
    starts = [item.first for item in made.items]
    end = next((i for i, line in enumerate(made.lines) if line.text.startswith("附件：")), len(made.lines))
    made.items = [
        Item(item.labels, item.heading, item.first, after)
        for item, after in zip(made.items, [*starts[1:], end], strict=True)
    ]
