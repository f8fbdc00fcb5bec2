"""Numbers before a sentence, parallel short forms, two points in one sentence, moved time limits: no verdict may hang on them.

The passages and claims are made up. Every true claim has false ones beside it that differ in what matters.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assistant.drafting import draft as checking
from assistant.drafting.gbt9704 import official_document
from assistant.drafting.library import LibraryVerifier, without_own_place
from assistant.retrieval.matching import Weights
from assistant.tasks.composing import Item, Official, Section
from assistant.types import Citation
from assistant.verification.evidence import points_of
from assistant.verification.members import member_faults
from assistant.verification.restating import bare, reordered
from assistant.verification.verify import Verifier
from corpus.enumeration import without_marks
from corpus.numbering import chinese_ordinal
from corpus.parallel import narrowed, one_by_one, series_of
from corpus.readers import read_source
from corpus.text import sentence_spans
from index import IndexConfig
from index.entailment import load_entailment

CLASSES = "第一、二、三类帮扶对象不设申请门槛，第四类帮扶对象须连续居住满6个月，第五类帮扶对象须连续居住满12个月。"
SHARES = (
    "帮扶对象缴纳的暖气费，扣除单位补助后的个人负担部分，在年度限额内，第一类帮扶对象按80%比例补贴，"
    "第二、三类帮扶对象按60%比例补贴，第四类帮扶对象按40%比例补贴。"
)
LISTS = (
    "各街道核对部门建立台账，并负责信息比对、动态维护，每月20日前应当将核定的帮扶对象名单、停发时间等信息"
    "报送区服务中心（社保经办机构）。"
)
HOSPITALS = (
    "一、二级医院应当设置便民药柜，三级医院应当设置用药咨询窗口。"
    "市、县级公立医院应当每季度公示一次耗材采购目录，乡镇卫生院可以每半年公示一次。"
)
DEPOSITS = "对未按规定登记的帮扶对象，所发生的费用原则上不予补贴。对规范登记的第一、二、三类帮扶对象，全面免除押金。"
WAYS = (
    "第一、二类帮扶对象无需申请，实行“免申即享”，直接发放。第三类帮扶对象实行依申请一次性补贴制度，"
    "由区服务中心根据区民政部门提供的名单发放，具体程序另行制定。"
)
REPORTS = (
    "医疗机构应当于每年3月31日前向所在地县级卫生健康部门提交上年度自查报告，"
    "县级卫生健康部门应当在30个工作日内完成抽查。"
)
TOGETHER = "第四、五类帮扶对象合计名额不超过200人。只有第一、二类帮扶对象可以优先轮候。"
PASSAGES = (CLASSES, SHARES, LISTS, HOSPITALS, DEPOSITS, WAYS, REPORTS, TOGETHER)

TRUE = [
    *((CLASSES, f"{one}帮扶对象不设申请门槛。") for one in (
        "第一类", "第二类", "第三类", "第二、三类", "第一至三类", "第一类、第二类和第三类")),
    (CLASSES, "第二类对象没有申请门槛。"),
    (SHARES, "第三类帮扶对象按60%比例补贴。"),
    (SHARES, "个人负担部分，第一类帮扶对象按80%补贴，第二、三类按60%补贴。"),
    (SHARES, "第一类帮扶对象按80%补贴，第四类按40%补贴。"),
    (SHARES, "第三类按60%补贴，第四类按40%补贴。"),
    (LISTS, "各核对部门每月20日前将核定的帮扶对象名单报送区服务中心。"),
    (LISTS, "各街道核对部门应当在每月20日前将核定的帮扶对象名单报送区服务中心。"),
    (LISTS, "核定的帮扶对象名单应当于每月20日前报送区服务中心。"),
    (LISTS, "核对部门应于每月20日之前把核定的名单报送区服务中心。"),
    (LISTS, "每月20日前，各街道核对部门将核定的帮扶对象名单、停发时间等信息报送区服务中心。"),
    (HOSPITALS, "二级医院应当设置便民药柜。"),
    (HOSPITALS, "一级医院设置便民药柜，三级医院设置用药咨询窗口。"),
    (HOSPITALS, "县级公立医院应当每季度公示一次耗材采购目录。"),
    (HOSPITALS, "市级公立医院每季度公示一次耗材采购目录，乡镇卫生院可以每半年公示一次。"),
    (DEPOSITS, "对规范登记的第二类帮扶对象，全面免除押金。"),
    (WAYS, "第一、二类帮扶对象无需申请，实行“免申即享”，第三类实行依申请一次性补贴。"),
    (WAYS, "第二类帮扶对象无需申请，直接发放。"),
    (REPORTS, "每年3月31日前，医疗机构应当向所在地县级卫生健康部门提交上年度自查报告。"),
    (REPORTS, "医疗机构每年3月31日前向县级卫生健康部门提交上年度自查报告。"),
    (REPORTS, "县级卫生健康部门在30个工作日内完成抽查。"),
]  # fmt: skip
FALSE = [
    (CLASSES, "第四类帮扶对象不设申请门槛。"),
    (CLASSES, "第三类帮扶对象须连续居住满6个月。"),
    (CLASSES, "第三、四类帮扶对象不设申请门槛。"),
    (CLASSES, "第一至五类帮扶对象不设申请门槛。"),
    (CLASSES, "第三类帮扶对象的申请门槛为1000元。"),
    (SHARES, "第三类帮扶对象按80%比例补贴。"),
    (SHARES, "第一类帮扶对象按60%补贴，第二、三类按80%补贴。"),
    (SHARES, "第一类帮扶对象按80%补贴，第四类按60%补贴。"),
    (SHARES, "第三类按60%补贴，第四类按50%补贴。"),
    (LISTS, "各街道核对部门每月25日前将核定的帮扶对象名单报送区服务中心。"),
    (LISTS, "各街道核对部门每月20日后将核定的帮扶对象名单报送区服务中心。"),
    (LISTS, "各街道核对部门每月20日前可以将核定的帮扶对象名单报送区服务中心。"),
    (HOSPITALS, "三级医院应当设置便民药柜。"),
    (HOSPITALS, "一级医院应当设置用药咨询窗口。"),
    (HOSPITALS, "市级公立医院每季度公示一次耗材采购目录，乡镇卫生院应当每半年公示一次。"),
    (HOSPITALS, "省级公立医院应当每季度公示一次耗材采购目录。"),
    (DEPOSITS, "对规范登记的第四类帮扶对象，全面免除押金。"),
    (DEPOSITS, "对未按规定登记的第二类帮扶对象，全面免除押金。"),
    (WAYS, "第一、二类帮扶对象实行依申请一次性补贴，第三类无需申请。"),
    (WAYS, "第三类帮扶对象无需申请，直接发放。"),
    (REPORTS, "医疗机构每年3月31日后向县级卫生健康部门提交上年度自查报告。"),
    (REPORTS, "医疗机构应当在30个工作日内完成抽查。"),
    (TOGETHER, "第五类帮扶对象名额不超过200人。"),
    (TOGETHER, "只有第一类帮扶对象可以优先轮候。"),
]


def marks(number: int) -> list[str]:
    """Every way to number the sentence ``number`` of a list."""
    han, circled = chinese_ordinal(number), chr(0x2460 + number - 1)
    plain = [f"{number}.", f"{number}．", f"{number}、", f"（{number}）", f"({number})", f"{number})", circled]
    chinese = [f"{han}、", f"（{han}）", f"({han})", f"（{han}）、", f"第{han}条 ", f"第{number}条　"]
    nested = [f"（{han}）{number}.", f"{han}、（{number}）", f"{number}.（1）", f"1.{number} ", f"2.1.{number} "]
    return [*plain, *(f"{mark} " for mark in plain), *(f"{mark}\u3000" for mark in plain), *chinese, *nested]


def words(number: int) -> list[str]:
    """Words that number a sentence."""
    han = chinese_ordinal(number)
    return [f"第{han}，", f"{han}是", f"其{han}，", "首先，", "首先", "最后，"]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory) -> Verifier:
    return Verifier(Weights(PASSAGES), load_entailment(IndexConfig(tmp_path_factory.mktemp("forms"))))


@pytest.mark.parametrize("number", [1, 2, 7, 10])
def test_a_number_before_a_sentence_is_no_part_of_it(number: int) -> None:
    claims = [claim for _, claim in TRUE + FALSE if claim[0] not in "一二三四五"]
    assert [mark + c for mark in marks(number) for c in claims if without_marks(mark + c) != c] == []
    assert [w + c for w in words(number) for c in claims if bare(w + c)[0] not in (c, bare(c)[0])] == []


@pytest.mark.parametrize(
    "text",
    [
        "第一类帮扶对象免费。", "第3级人员上门服务。", "第一、二类帮扶对象免费。", "1.5%的药品留存。", "2023年全部完成。",
        "2.5万人参加。", "1.2 个百分点以内。", "2.5 万元以内。", "3.5 公里以内设一处。", "二、三级医院均须设置。", "3、5、7岁儿童免费。",
        "一次性补贴发放到户。",
        "第三条规定的情形除外。", "十二五期间完成。", "一个窗口受理。", "（含中医医院）各院参加。", "300．各院参加。",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert without_marks(text) == text
    assert bare(text)[0] == text


def test_marks_of_a_list_inside_a_sentence_are_form_too() -> None:
    assert without_marks("须同时满足：（1）满18岁；（2）有住所。") == "须同时满足：满18岁；有住所。"
    assert without_marks("1.公示目录；2.公示价格。") == "公示目录；公示价格。"
    assert without_marks("按照第（1）、（2）项办理。") == "按照第（1）、（2）项办理。"


@pytest.mark.parametrize(("passage", "claim"), TRUE)
def test_true_claims_pass_by_themselves_and_among_others(verifier: Verifier, passage: str, claim: str) -> None:
    for passages in ([passage], PASSAGES):
        verdict = verifier.verify(claim, passages)
        assert verdict.status == "supported", (claim, verdict.reason)
        assert all(passages[s.passage][s.span.start : s.span.end] == s.text for s in verdict.evidence)


@pytest.mark.parametrize(("passage", "claim"), FALSE)
def test_false_ones_beside_them_do_not(verifier: Verifier, passage: str, claim: str) -> None:
    for passages in ([passage], PASSAGES):
        assert verifier.verify(claim, passages).status != "supported"


@pytest.mark.parametrize("mark", ["3.", "（一）", "一、", "①", "第二，", "一是", "第四条 ", "（二）1. "])
def test_a_number_changes_no_verdict(verifier: Verifier, mark: str) -> None:
    for passage, claim in [*TRUE[::5], *FALSE[::5]]:
        if mark == "一、" and claim[0] in "一二三":  # 一、三级医院: the lines around tell
            continue
        plain, marked = verifier.verify(claim, [passage]), verifier.verify(mark + claim, [passage])
        assert (marked.status, marked.reason) == (plain.status, plain.reason)


def test_short_forms_stand_for_each_of_them() -> None:
    assert [list(s.members) for s in series_of("第2至4档，二、三级医院，省、市、县（区）教育部门，市县两级")] == [
        ["2", "3", "4"], ["2", "3"], ["省", "市", "县", "区"], ["市", "县"],
    ]  # fmt: skip
    assert series_of("三、五年内建成，长沙市、浏阳县共建，2、3次") == ()
    assert narrowed("市级医院公示。", ["对市、县级医院每年公示。"]) == ["对市级医院每年公示。"]
    assert narrowed("县教育局公示。", ["由省、市、县（区）教育局公示。"]) == ["由县教育局公示。"]
    assert (
        narrowed("二级医院设药柜。", ["一、总则。", "二、三级医院设药柜。", "三、附则。"])[1] == "二、三级医院设药柜。"
    )
    assert one_by_one("第一、二类各免一年。") == ["第一类各免一年。", "第二类各免一年。"]
    assert one_by_one("第一、二类合计10人。") == one_by_one("各院公示。") == []


def test_points_have_a_subject_of_their_own() -> None:
    assert points_of("甲县财政局拨付资金，教育局报送名单。") == ("", ["甲县财政局拨付资金", "教育局报送名单。"])
    assert points_of("各院公示目录，并报财政局备案。")[1] == []
    assert points_of("力争覆盖率达80%，一级医院公示目录，二级医院公示价格。")[1] == []
    assert points_of("三级医院公示目录，由财政局核定。")[1] == []


def test_whose_figure_it_is() -> None:
    source = ["第一类补贴80元，第二类补贴60元，2024年起第三类补贴40元。"]
    assert member_faults("第二类补贴60元。", source) == []
    assert member_faults("2024年起第三类补贴40元。", source) == []
    assert member_faults("第一类补贴40元。", source) != []


def test_a_time_limit_may_move_and_no_duty_is_weakened() -> None:
    assert "各院每月5日前应当报送名单。" in reordered("各院应于每月5日之前报送名单。")
    assert reordered("各院可以在每月5日前报送。") == reordered("各院报送名单。") == ()


@pytest.fixture(scope="module")
def library(hashed) -> LibraryVerifier:
    return LibraryVerifier.of(hashed)


@pytest.fixture(scope="module")
def stated(hashed) -> list[str]:
    """Sentences of a notice with a figure, as a draft would take them over."""
    notice = hashed.corpus.get("zhanjiang-2019-hospital-reform")
    found = (without_marks(notice.quote(s)) for s in sentence_spans(notice.text))
    return [s for s in found if "%" in s and 20 < len(s) < 120 and s.endswith("。")][:3]


@pytest.mark.parametrize("style", range(0, 32, 3))
def test_a_numbered_draft_is_judged_as_without_numbers(library: LibraryVerifier, stated: list[str], style: int) -> None:
    sentences = [*stated, stated[0].replace("%", "5%", 1), "全市公园2031年前免费开放羽毛球场地。"]
    plain = checking.check_draft("稿", "\n".join(sentences), library)
    text = "\n".join(marks(n)[style % len(marks(n))] + s for n, s in enumerate(sentences, 1))
    numbered = checking.check_draft("稿", text, library)
    assert [(s.status, s.reason) for s in numbered.sentences] == [(s.status, s.reason) for s in plain.sentences]
    assert [s.text for s in numbered.sentences] == text.split("\n")
    assert plain.count("supported") == len(stated)


def test_marks_that_only_the_lines_around_tell_are_told(library: LibraryVerifier) -> None:
    text = "一、公示目录应当按月更新。\n二、三级医院应当设置窗口。\n三、5家医院应当先行试点。\n"
    assert checking._told(text, sentence_spans(text)) == (
        "公示目录应当按月更新。", "三级医院应当设置窗口。", "5家医院应当先行试点。",
    )  # fmt: skip


def test_lists_that_word_and_markdown_number_are_read_so(
    library: LibraryVerifier, stated: list[str], tmp_path: Path
) -> None:
    from docx import Document

    document, out = Document(), io.BytesIO()
    for sentence in stated:
        document.add_paragraph(sentence, style="List Number")
    document.save(out)
    word, markdown = tmp_path / "稿.docx", tmp_path / "稿.md"
    word.write_bytes(out.getvalue())
    markdown.write_text("\n".join(f"1. {s}" for s in stated), encoding="utf-8")
    for path in (word, markdown):
        text = read_source(path).text
        assert text.startswith("1.")
        assert checking.check_draft(path.name, text, library).count("supported") == len(stated)


def test_the_products_own_document_passes_its_own_check(
    library: LibraryVerifier, stated: list[str], tmp_path: Path
) -> None:
    notice = library.corpus.get("zhanjiang-2019-hospital-reform")
    items = tuple(Item(text, (n,)) for n, text in enumerate(stated, 1))
    cited = tuple(
        Citation(n, notice.id, notice.name, notice.title, "一、总体要求 › （二）总体目标", text, 0, 1)
        for n, text in enumerate(stated, 1)
    )
    opening = f"根据《{notice.title}》（{notice.number}）要求，现就公立医院改革有关事项通知如下："
    day = library.settings.today or notice.issued_on
    official = Official(
        "关于公立医院改革的通知", "各科室", opening, (Section("主要任务", items),), "", "甲医院", day, cited
    )
    for sources in (True, False):
        path = tmp_path / "own.docx"
        path.write_bytes(official_document(official, sources=sources))
        found = checking.check_draft(path.name, read_source(path).text, library)
        assert [s for s in found.sentences if s.status in ("contradicted", "unsupported")] == []
        assert found.count("supported") == len(stated) * (2 if sources else 1)


def test_a_notice_does_not_name_its_own_place(hashed) -> None:
    notice = hashed.corpus.get("zhanjiang-2019-hospital-reform")
    assert (
        without_own_place("湛江市各院公示目录，湛江市财政局拨款。", notice, "市财政局拨款。")
        == "各院公示目录，市财政局拨款。"
    )
    assert without_own_place("资阳市各院公示目录。", notice, "") == "资阳市各院公示目录。"
    assert without_own_place("湛江市中心医院扩建。", notice, "支持湛江市中心医院扩建。") == "湛江市中心医院扩建。"
