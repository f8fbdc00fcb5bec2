"""Structure of documents: lines, parts, tables, pages; made-up variants of every form, and real documents where present."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from corpus.clean import clean
from corpus.errors import ReadError
from corpus.outline import outline
from corpus.passages import passages_of
from corpus.readers import read_content, read_source
from corpus.readers.source import Merged, fill_merged
from corpus.types import Article, Level, Notice
from corpus.units import units_of
from evals.facts import articles_of, headings_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = next((path for path in (ROOT.parent / "shared", ROOT.parents[1] / "shared") if path.is_dir()), None)
ABSENT = "没有 shared：真实文件不随项目提供"


def notice_of(source: str) -> Notice:
    cleaned = clean(source)
    return Notice("made-up", None, "标题", "某市", "", Level.NATIONAL, None, cleaned.text, outline(cleaned.text))


def items_of(source: str) -> list[tuple[str, str]]:
    notice = notice_of(source)
    return [("".join(a.labels), a.span.of(notice.text).strip()) for a in notice.articles if a.kind == "item"]


HEAD = "某市卫生健康委员会关于做好某项工作的通知\n某卫发〔2023〕8号\n各县卫生健康局：\n为做好工作，现通知如下。\n"
SIGNED = "某市卫生健康委员会\n2023年4月6日"


@pytest.mark.parametrize("date", ["2023年4月6日", "二〇二三年四月六日", "二О二三年十一月十六日", "２０２３年４月６日"])
@pytest.mark.parametrize(
    "end", ["由县级承担30%。（市财政局负责）", "每年检查1次（市疾控局牵头，市教育局配合）", "统一挂牌，称为“健康小屋”"]
)
def test_a_signature_after_a_bracket_or_quote_is_not_joined(end: str, date: str) -> None:
    notice = notice_of(f"{HEAD}一、经费\n{end}\n某市卫生健康委员会\n{date}")
    item, back = notice.articles[-2:]
    assert item.span.of(notice.text).strip().endswith(end)
    assert back.kind == "back" and back.span.of(notice.text).startswith("某市卫生健康委员会")


def test_short_lines_wrapped_on_a_page_are_joined() -> None:
    lines = (
        "一、各级医疗机构对行动不便的老年患者上门服务不得收\n取交通费，签约服务费按照每人每年不低于六十元标准执\n"
        "行，由基本公共卫生服务经费和医保基金以及个人共同负\n担。"
    )
    assert items_of(HEAD + lines + "\n" + SIGNED) == [("一、", lines.replace("\n", ""))]


def test_one_sentence_items_are_text_and_reachable() -> None:
    source = HEAD + "一、门诊起付线为每年200元。\n二、住院起付线为800元。\n三、由市医保中心负责认定。\n" + SIGNED
    notice = notice_of(source)
    assert [a.heading for a in notice.articles if a.kind == "item"] == ["", "", ""]
    passages = passages_of(notice)
    assert [p.text.strip() for p in passages][1:4] == [
        "一、门诊起付线为每年200元。", "二、住院起付线为800元。", "三、由市医保中心负责认定。",
    ]  # fmt: skip
    assert all(p.article == notice.article_at(p.span.start).ordinal for p in passages)


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ("第四条 甲事。\n第四条之一 乙事。\n第五条 丙事。", ["第四条", "第四条之一", "第五条"]),
        ("第二条 甲事。\n第十一条 乙事。\n第二十条 丙事。", ["第二条", "第十一条", "第二十条"]),
        ("㈠ 甲事。\n㈡ 乙事。", ["㈠", "㈡"]),
        ("一．甲事。\n１．乙事。\n２．丙事。\n二．丁事。", ["一．", "一．１．", "一．２．", "二．"]),
        ("第一部分 目标\n做好甲事。\n第二部分 任务\n一、乙事。", ["第一部分", "第二部分", "第二部分一、"]),
        ("1 总则\n1.1 范围\n适用于医院。\n1.2.1的要求除外。\n1.2 组织\n1.2.1 配备1名。\n2 附则\n2.1 解释", ["1", "11.1", "11.2", "11.21.2.1", "2", "22.1"]),
        ("一、甲\nA. 乙事。\nB. 丙事。", ["一、", "一、A.", "一、B."]),
        ("六、甲事。\n七、二级医院可以申请。\n八、乙事。", ["六、", "七、", "八、"]),
    ],
)  # fmt: skip
def test_outlines_of_many_forms(lines: str, labels: list[str]) -> None:
    assert [label for label, _ in items_of(HEAD + lines)] == labels


def parts(source: str) -> list[tuple[str, str]]:
    return [(a.kind, a.part) for a in notice_of(source).articles]


def test_annexes_and_forwarded_documents_are_parts() -> None:
    letter = f"{HEAD}一、甲事。\n附件：1.某标准\n2.某申报表\n{SIGNED}\n（此件公开发布）\n"
    annexes = "附件1\n某某标准\n一、乙事。\n附件2\n某某申报表\n|姓名|单位|\n|张某|某院|"
    assert parts(letter + annexes) == [
        ("front", ""), ("item", ""), ("back", ""),
        ("front", "附件1 某某标准"), ("item", "附件1 某某标准"),
        ("front", "附件2 某某申报表"), ("item", "附件2 某某申报表"),
    ]  # fmt: skip
    other = "某省卫生健康委员会关于加强某事的通知\n某卫发〔2023〕9号\n各市卫生健康委：\n一、丙事。\n某省卫生健康委员会\n2023年3月1日"
    assert parts(f"{HEAD}一、甲事。\n{SIGNED}\n{other}")[3:] == [
        (kind, "某省卫生健康委员会关于加强某事的通知") for kind in ("front", "item", "back")
    ]


def test_what_follows_the_signature_is_nobodys_clause() -> None:
    notice = notice_of(
        f"{HEAD}一、甲事。\n{SIGNED}\n抄送：某局。\n某市某局办公室 2023年4月7日印发\n校对：王某 共印150份"
    )
    assert [a.kind for a in notice.articles] == ["front", "item", "back"]


def test_a_table_of_contents_is_not_the_law() -> None:
    law = "某某条例\n目录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 为了甲事。\n第二章 附则\n第二条 自公布之日起施行。"
    assert headings_of(notice_of(law)) == 2 and articles_of(notice_of(law)) == 2
    plan = "某某规划\n目录\n一、目标……………1\n二、保障.......12\n一、目标\n做好甲事。\n二、保障\n做好乙事。"
    assert headings_of(notice_of(plan)) == 2


def test_a_capture_without_line_breaks_gets_them_back() -> None:
    body = "".join(
        f"{n}、做好第{n}件事，各级各有关部门要按照职责分工抓好落实，确保如期完成任务。" for n in "一二三四五六七八九十"
    )
    blob = (
        f"各县人民政府：现将某办法印发给你们，请认真贯彻执行。某市人民政府办公室2023年1月19日某市某某管理办法为做好工作制定本办法。{body}"
        * 1
    )
    blob += "各单位要加强组织领导。" * 20
    notice = notice_of(blob)
    assert headings_of(notice) == 10
    assert notice.text.replace("\n", "") == blob


def test_merged_cells_stand_in_every_row_they_cover() -> None:
    rows = [
        [Merged("县", deep=2), Merged("比例", wide=2)],
        [Merged("职工"), Merged("居民")],
        [Merged("甲县"), Merged("80%"), Merged("60%")],
    ]
    assert fill_merged(rows) == [["县", "比例", "比例"], ["县", "职工", "居民"], ["甲县", "80%", "60%"]]


def test_pages_nested_to_any_depth_lose_no_line() -> None:
    for depth in (240, 300, 3000):
        lines = "".join(f"<p>第{n}行说明事项。</p></div>" for n in range(depth))
        page = f"<html><body>{'<div>' * depth}<p>某市关于某事的通知。</p>{lines}</body></html>"
        assert len(read_content(page.encode(), "a.html").text.split("\n")) == depth + 1


def test_radicals_are_ordinary_characters() -> None:
    cleaned = clean("某市⼈⺠政府关于⽼年⻓期照护的通知\n⼀、⼯作⽬标\n做好。")
    assert cleaned.text == "某市人民政府关于老年长期照护的通知\n一、工作目标\n做好。"
    assert sum(change.kind == "width" for change in cleaned.changes) == 7


LONG = {
    "a list of 4,000 items": "\n".join(f"（{n % 999 + 1}）做好第{n}件事。" for n in range(4000)),
    "Aa x 2,000": "Aa" * 2000,
    "(甲） x 8,000": "(甲）" * 8000,
    "one sentence a bracket": "甲事。（市财政局负责）" * 4000,
    "open brackets": "（甲，\n" * 2000,
    "wrapped lines": "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳\n" * 4000,
}


@pytest.mark.parametrize("name", LONG)
def test_no_text_takes_time_out_of_proportion(name: str) -> None:
    began = time.process_time()
    notice = notice_of(HEAD + LONG[name])
    passages_of(notice)
    units_of(notice)
    assert time.process_time() - began < 5


def rows_of(articles: tuple[Article, ...], text: str) -> list[str]:
    return [line for a in articles for line in a.span.of(text).split("\n") if line.startswith("|")]


@pytest.mark.skipif(SHARED is None, reason=ABSENT)
@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("61-merged.docx", "|祁阳市|冰箱|12|18|"),
        ("63-cells.docx", "|CTC-AE标准|1.每例48小时内上报 2.死亡病例立即上报|"),
        ("70-crosspage.pdf", "|溆浦县|心电图机1型|5|3|"),
        ("74-vertical.pdf", "|攸县|79%|71%|"),
        ("77-oddeven.pdf", "|理发店|工具消毒|每客1次|"),
        ("86-colspan.html", "|高血压（三期）|80%|60%|2000|"),
    ],
)
def test_rows_of_tables_in_every_format(name: str, row: str) -> None:
    assert SHARED is not None
    notice = notice_of(read_source(SHARED / "cases/inputs" / name).text)
    found = [unit for unit in units_of(notice) if unit.kind == "row" and unit.span.of(notice.text) == row]
    assert len(found) == 1 and all(cell.head for cell in found[0].cells) and found[0].lead


@pytest.mark.skipif(SHARED is None, reason=ABSENT)
@pytest.mark.parametrize(
    ("name", "labels", "says"),
    [
        ("60-autonum.docx", "一、 一、（一） 一、（二） 一、（二）1. 一、（二）2. 二、 二、（一）", "1.理论培训12天。"),
        ("65-articles.docx", "第一条 第二条 第三条 第四条", "第三条 违反规定的，对场所处5000元罚款"),
        ("73-top-heading.pdf", "一、 二、 三、", "传染病疫情2小时内报告。"),
        ("75-bold-twice.pdf", "一、 二、", "人群感染率控制在0.1%以下"),
        (
            "76-twocol.pdf",
            "一、 二、 二、（一） 二、（二） 三、",
            "小学生每学年检查1次，由市口腔医院承担，检查费用每人8元。",
        ),
        ("79-low-line.pdf", "一、 二、 ", "补助标准为每个3万元"),
        ("82-seal-over.pdf", "一、 二、", "危重患者10分钟内救治"),
    ],
)
def test_outlines_in_every_format(name: str, labels: str, says: str) -> None:
    assert SHARED is not None
    notice = notice_of(read_source(SHARED / "cases/inputs" / name).text)
    assert " ".join("".join(a.labels) for a in notice.articles if a.kind == "item") == labels
    assert says in notice.text and "".join(a.span.of(notice.text) for a in notice.articles) == notice.text


def test_a_damaged_word_file_says_so() -> None:
    with pytest.raises(ReadError):
        read_content(b"PK\x03\x04" + b"\0" * 200, "a.docx")
