"""Outline: every item of the five notices, and the nesting rules on made-up text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.library import load_corpus
from corpus.numbering import parse_mark
from corpus.outline import outline
from corpus.types import Article

CORPUS = load_corpus()


def paths(text: str) -> list[str]:
    return [article.path or article.kind for article in outline(text)]


def ordinals(articles: tuple[Article, ...], level: int) -> list[int]:
    marks = [parse_mark(article.labels[-1] + "甲") for article in articles if article.level == level]
    return [mark.ordinal for mark in marks if mark is not None]


@pytest.mark.parametrize("notice", CORPUS.notices, ids=lambda notice: notice.id)
def test_articles_tile_the_text(notice) -> None:  # type: ignore[no-untyped-def]
    assert "".join(article.span.of(notice.text) for article in notice.articles) == notice.text
    assert [article.ordinal for article in notice.articles] == list(range(len(notice.articles)))
    assert notice.articles[0].kind == "front"
    for article in notice.articles:
        assert len(article.labels) == len(article.headings)
        assert notice.article_at(article.span.start) is article
        if article.kind == "item" and "标题缺失" not in article.heading and "条目不明" not in article.heading:
            assert article.span.of(notice.text).startswith(article.labels[-1] + article.heading)


def test_zhanjiang_items_run_through_1_to_32() -> None:
    articles = CORPUS.get("zhanjiang-2019-hospital-reform").articles
    assert ordinals(articles, 3) == list(range(1, 33))
    assert ordinals(articles, 1) == [1, 2, 3]
    assert ordinals(articles, 2) == [1, 2, *range(1, 11), 1, 2, 3, 4]
    assert articles[-1].kind == "back"


def test_2021_items_run_through_1_to_27() -> None:
    articles = CORPUS.get("hunan-2021-key-tasks").articles
    assert ordinals(articles, 1) == list(range(1, 8))
    assert ordinals(articles, 2) == list(range(1, 28))
    assert max(article.level for article in articles) == 2


def test_2023_items_run_through_1_to_26() -> None:
    articles = CORPUS.get("hunan-2023-service-system").articles
    assert ordinals(articles, 1) == [1, 2, 3]
    assert ordinals(articles, 2) == list(range(1, 9))
    assert ordinals(articles, 3) == list(range(1, 27))
    assert any(a.path.startswith("二、重点任务 › （二）推进医疗服务体系建设 › 6.") for a in articles)


def test_ziyang_items_restart_under_each_heading() -> None:
    articles = CORPUS.get("ziyang-2017-pilot-plan").articles
    assert ordinals(articles, 1) == [1, 2, 3, 4]
    assert ordinals(articles, 2) == [*range(1, 9), 1, 2, 3, *range(1, 6)]
    counts = [3, 4, 4, 4, 4, 4, 4, 5, 8]
    assert ordinals(articles, 3) == [n for count in counts for n in range(1, count + 1)]
    work = [a for a in articles if a.labels[:2] == ("三、", "（二）")]
    assert [a.labels[-1] for a in work] == ["（二）", *(f"{n}." for n in range(1, 9))]


def test_2016_headings_that_are_there_and_those_the_neighbours_prove() -> None:
    articles = CORPUS.get("hunan-2016-pilot-plan").articles
    items = [a for a in articles if a.labels and a.labels[-1][0].isdigit() and "—" not in a.labels[-1]]
    seen = [int(a.labels[-1][:-1]) for a in items if "标题缺失" not in a.heading]
    lost = [int(a.labels[-1][:-1]) for a in items if "标题缺失" in a.heading]
    assert seen == [n for n in range(1, 34) if n not in {12, 16, 19, 21, 22, 23, 25, 27, 28, 31, 32}]
    assert lost == [12, 16, 19, 23, 25, 32]
    assert {a.labels[-1] for a in articles if "条目不明" in a.heading} == {"18．—19．", "21．—23．", "26．—28．"}


def test_2016_items_keep_no_parent_that_a_gap_made_uncertain() -> None:
    articles = {a.labels[-1]: a for a in CORPUS.get("hunan-2016-pilot-plan").articles if a.labels}
    assert articles["10．"].labels == ("三、", "（三）", "10．")
    assert articles["14．"].labels == ("三、", "14．")
    assert articles["24．"].labels == ("三、", "24．")
    last = CORPUS.get("hunan-2016-pilot-plan").articles[-1]
    assert last.path == "（三）强化督查推进"


def test_bodies_after_a_lost_heading_are_not_given_to_the_item_before() -> None:
    articles = {a.labels[-1]: a for a in CORPUS.get("hunan-2016-pilot-plan").articles if a.labels}
    assert articles["11．"].bodies == ()
    assert articles["12．"].bodies[0] == "省卫生计生委"


def test_nesting_follows_the_order_in_which_styles_appear() -> None:
    text = "标题\n一、甲\n1.乙。\n（一）丙。\n（二）丁。\n2.戊。\n二、己\n（一）庚。\n1、辛。\n（1）壬。\n①癸。"
    assert paths(text) == [
        "front",
        "一、甲",
        "一、甲 › 1.乙",
        "一、甲 › 1.乙 › （一）",
        "一、甲 › 1.乙 › （二）",
        "一、甲 › 2.",
        "二、己",
        "二、己 › （一）庚",
        "二、己 › （一）庚 › 1、辛",
        "二、己 › （一）庚 › 1、辛 › （1）壬",
        "二、己 › （一）庚 › 1、辛 › （1）壬 › ①",
    ]


def test_a_list_in_the_letter_is_no_parent_of_the_plan() -> None:
    assert paths("1.请落实\n2.请报告\n一、甲\n（一）乙。") == ["1.请落实", "2.请报告", "一、甲", "一、甲 › （一）"]


def test_regulation_with_chapters_and_references_at_line_starts() -> None:
    text = (
        "某办法\n第一章总则\n第一条为了规范。\n第二条适用于本市。\n第九条规定的情形除外。\n"
        "第二章附则\n第三条自印发之日起施行。"
    )
    assert paths(text) == [
        "front",
        "第一章总则",
        "第一章总则 › 第一条",
        "第一章总则 › 第二条",
        "第二章附则",
        "第二章附则 › 第三条",
    ]


def test_lines_starting_with_years_and_decimals_are_no_items() -> None:
    assert paths("一、甲\n2017年，做事。\n1.5张床位。\n三、四级手术做好。\n二、乙") == ["一、甲", "二、乙"]


def test_heading_is_a_sentence_a_line_or_a_clause_never_a_paragraph() -> None:
    long = "在各级全面深化改革领导小组的统一领导之下由各级政府主要领导担任医改领导小组组长并将有关部门统一负责"
    [article] = outline(f"一、{long}，{long}。")
    assert article.heading == long[:50] or article.heading == ""
    assert outline("一、加强领导，落实责任。各级……")[0].heading == "加强领导，落实责任"
    assert outline("（三）巩固完善（2019年1月—2020年12月）\n做事。")[0].heading == "巩固完善（2019年1月—2020年12月）"


def test_back_matter_and_a_list_of_attachments() -> None:
    letter = "关于某事的通知\n附件：1.某方案\n2.某名单\n"
    text = letter + "一、甲\n做事。\n某市人民政府\n2020年1月2日\n抄送：市委。\n某市人民政府办公室2020年1月3日印发"
    articles = outline(text)
    assert [a.kind for a in articles] == ["front", "item", "back"]
    assert articles[-1].span.of(text).startswith("某市人民政府\n2020年")


def test_text_without_numbers_is_text_after_its_head() -> None:
    assert [a.kind for a in outline("只有一段话。")] == ["item"]
    text = "某市关于某事的通知\n各县人民政府：\n做好甲事。\n做好乙事。\n某市人民政府\n2020年1月2日"
    assert [(a.kind, a.span.of(text)[:4]) for a in outline(text)] == [
        ("front", "某市关于"),
        ("item", "做好甲事"),
        ("back", "某市人民"),
    ]
    assert outline("") == ()


PARTS = "一、甲|二、乙。|（一）丙|（三）丁。|1.戊。|3.己|（1）庚。|第一条辛。|正文一句。|抄送：某局|2020年1月2日|"
LINES = st.lists(st.sampled_from([*PARTS.split("|"), "附件：1.某表", "【采集文本此处缺2句】壬。"]), max_size=25)


@settings(deadline=None)
@given(LINES)
def test_any_text_is_tiled(lines: list[str]) -> None:
    text = "\n".join(lines)
    articles = outline(text)
    assert "".join(article.span.of(text) for article in articles) == text
    assert all(len(article.span) for article in articles)
    assert all(len(article.labels) == len(article.headings) for article in articles)
