"""Clean-up: nothing of the notice is lost or invented, and the general rules on made-up text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.clean import Cleaned, clean, rebuilt
from corpus.outline import outline
from corpus.shelf import SHIPPED
from corpus.text import INVISIBLE

ALL = sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())
PLAIN = [name for name in ALL if name != "hunan-2016-pilot-plan"]


def source_of(notice_id: str) -> str:
    return (SHIPPED / notice_id / "source.txt").read_bytes().decode("utf-8")


def squeeze(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in INVISIBLE)


def undo(cleaned: Cleaned) -> str:
    return rebuilt(cleaned.text, cleaned.changes)


@pytest.mark.parametrize("notice_id", PLAIN)
def test_no_character_is_lost_or_invented(notice_id: str) -> None:
    source = source_of(notice_id)
    cleaned = clean(source)
    assert undo(cleaned) == squeeze(source)
    for change in cleaned.changes:
        if change.kind == "width":
            assert unicodedata.normalize("NFKC", change.source) == unicodedata.normalize("NFKC", change.result)


@pytest.mark.parametrize("notice_id", ALL)
def test_cleaning_is_stable_and_tidy(notice_id: str) -> None:
    cleaned = clean(source_of(notice_id))
    again = clean(cleaned.text)
    assert again.text == cleaned.text
    assert not re.search(r"\n\n|^\s|\s$|[ \t\u00a0\u3000]\n|\n[ \t\u00a0\u3000]", cleaned.text)
    assert not re.search(r"[\u4e00-\u9fff] | [\u4e00-\u9fff]", cleaned.text)


def test_the_2021_page_loses_its_site_and_keeps_title_commas_and_last_item() -> None:
    cleaned = clean(source_of("hunan-2021-key-tasks"))
    removed = {change.source for change in cleaned.changes if change.kind == "boilerplate"}
    assert {"时效性", "现行有效", "<END>", "试用企业版"} <= removed
    assert cleaned.text.startswith("湖南省深化医药卫生体制改革领导小组关于印发")
    assert "，" not in cleaned.text and "," in cleaned.text
    assert cleaned.text.splitlines()[-1].startswith("(二十七)")
    assert not any(change.kind == "width" for change in cleaned.changes)


def test_zhanjiang_pages_are_joined_and_mixed_widths_unified() -> None:
    cleaned = clean(source_of("zhanjiang-2019-hospital-reform"))
    assert [c.source for c in cleaned.changes if c.kind == "repeat"] == ["资"]
    assert "绩效工资资" not in cleaned.text and "绩效工资\n资" not in cleaned.text
    assert not re.search(r"[\u4e00-\u9fff][,()]|[,()][\u4e00-\u9fff]", cleaned.text)
    for line in cleaned.text.splitlines()[6:-4]:
        assert line[-1] in "。）" or len(line) <= 8


def test_ziyang_sentences_broken_by_pages_are_whole() -> None:
    cleaned = clean(source_of("ziyang-2017-pilot-plan"))
    assert sum(change.kind == "page_break" for change in cleaned.changes) == 17
    for line in cleaned.text.splitlines()[8:]:
        assert line[-1] in "。〕" or len(line) <= 26


def test_gaps_point_at_their_markers() -> None:
    cleaned = clean(source_of("hunan-2016-pilot-plan"))
    assert len(cleaned.gaps) == 18
    assert sum(gap.sentences for gap in cleaned.gaps) == 65
    assert all(gap.span.of(cleaned.text) == f"【采集文本此处缺{gap.sentences}句】" for gap in cleaned.gaps)
    assert cleaned.text.count("发布日期") == 0
    assert sum(change.kind == "restored" for change in cleaned.changes) == 65
    assert [change.at for change in cleaned.changes if change.kind == "gap"] == [g.span.start for g in cleaned.gaps]


LONG = "各级人民政府要加强组织领导，统筹推进各项改革任务落实，确保如期完成"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        (LONG, "年度目标。", True),
        (LONG + "，", "并按期报告。", True),
        (LONG + "（市卫生局", "负责）", True),
        (LONG + "。", "年度目标。", False),
        (LONG + "：", "年度目标。", False),
        (LONG, "（二）年度目标。", False),
        (LONG, "3.年度目标。", False),
        ("某市人民政府办公室", "年度目标。", False),
        (LONG + "，全面落实改革任务", "和年度目标。", True),
        (LONG + "（含市级。", "另起一段。", False),
        ("（一）逐步建立现代管理制度，健全机构运行新机制", "年度目标。", False),
        ("（一）健全机制。" + LONG, "年度目标。", True),
        ("关于印发某市、某县深化改革，完善制度实施方案的通知", "各县人民政府：", False),
        (LONG, "2020年1月2日", False),
        (LONG, "抄送：市委办公室", False),
    ],
)
def test_lines_join_only_where_a_sentence_is_open(before: str, after: str, joined: bool) -> None:
    text = clean(f"一、总则\n开头一句。\n{before}\n\n{after}\n").text
    assert (before + after in text) is joined


def test_latin_words_joined_over_a_page_keep_their_space() -> None:
    assert "World Health标准" in clean(f"一、总则\n做好。\n{LONG}，执行World\n\nHealth标准。").text


def hard_wrap(text: str, width: int, indent: str) -> str:
    """``text`` as a PDF gives it: lines of ``width`` characters and a page number after every 22."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        rest = indent + paragraph
        while rest:
            lines.append(rest[:width])
            rest = rest[width:]
            if len(lines) % 23 == 22:
                lines.append(f"— {len(lines) // 23 + 1} —")
    return "\n".join(lines)


@pytest.mark.parametrize("notice_id", ALL)
@pytest.mark.parametrize("indent", ["\u3000\u3000", ""])
@pytest.mark.parametrize("width", [28, 34])
def test_hard_wrapped_pages_give_the_same_text_and_outline(notice_id: str, indent: str, width: int) -> None:
    whole = clean(source_of(notice_id)).text
    again = clean(hard_wrap(whole, width, indent)).text
    assert again.replace("\n", "") == whole.replace("\n", "")
    assert again.count("\n") < 1.35 * whole.count("\n")
    assert [a.path for a in outline(again) if a.level] == [a.path for a in outline(whole) if a.level]


@pytest.mark.parametrize(
    ("before", "after", "repeat"),
    [
        ("完善奖励性绩效工资", "资，自主确定。", "资"),
        ("推进县域医共体建设", "建设工作。", "建设"),
        ("努力实现人", "人享有服务。", ""),
    ],
)
def test_a_word_repeated_over_a_page_break_is_dropped(before: str, after: str, repeat: str) -> None:
    frame = f"一、总则\n{LONG}。绩效工资总量与绩效工资水平、绩效工资比例。\n{LONG}，{before}\n\n{after}"
    cleaned = clean(frame)
    assert f"{before}{after[len(repeat) :]}" in cleaned.text
    assert [c.source for c in cleaned.changes if c.kind == "repeat"] == ([repeat] if repeat else [])


def test_page_numbers_go_but_table_cells_stay() -> None:
    pages = "\n".join(f"第{n}页\n{LONG}。\n— {n} —" for n in (1, 2, 3))
    assert "— 2 —" not in clean(pages).text and "第2页" not in clean(pages).text
    table = f"{LONG}。\n床位数\n120\n医生数\n36\n护士数\n80"
    assert clean(table).text.splitlines()[1:] == ["床位数", "120", "医生数", "36", "护士数", "80"]


def test_page_head_without_a_body_label_is_removed() -> None:
    head = "索引号：430S00\n发布日期：2020-05-06\n发布机构：某市政府\n"
    text = clean(f"{head}某市人民政府关于加强医疗工作的意见\n各县人民政府：\n{LONG}。").text
    assert text.startswith("某市人民政府关于加强医疗工作的意见")


def test_spaces_between_latin_words_stay_and_digits_are_never_converted() -> None:
    assert clean("使用 World Health 标准，达到 ９０ %。").text == "使用World Health标准，达到９０%。"


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.text(alphabet="医改资金市局负责。，、；：（）()一二1234. \u3000\u00a0,;", max_size=60),
        min_size=0,
        max_size=12,
    )
)
def test_any_text_can_be_rebuilt_from_its_changes(lines: list[str]) -> None:
    source = "\n".join(lines)
    cleaned = clean(source)
    assert undo(cleaned) == squeeze(source)
    assert all(0 <= change.at <= len(cleaned.text) for change in cleaned.changes)
