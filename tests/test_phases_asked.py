"""What is asked of a document's phases, however it is asked, and of what it forbids in one word."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.query.orders import asks_to_write, ordered
from assistant.query.read import understand
from assistant.query.values import phase_asked, words_quoted
from assistant.service import Assistant
from assistant.tasks.collecting import of_modality
from assistant.tasks.parts import parts_meant
from assistant.tasks.scheduling import phased
from assistant.tasks.sections import sections_called
from corpus.facts import facts_of
from corpus.library import load_corpus

SHIPPED = load_corpus().notices
BY_ID = {notice.id: notice for notice in SHIPPED}
ZIYANG, ZHANJIANG = BY_ID["ziyang-2017-pilot-plan"], BY_ID["zhanjiang-2019-hospital-reform"]


@pytest.mark.parametrize(
    "question",
    ["资阳医改分几个阶段", "资阳医改三个阶段帮我总结下", "总结资阳医改的三个阶段", "资阳医改三个阶段各干什么"],
)
def test_phases_are_a_table_however_they_are_asked_for(hashed: Assistant, question: str) -> None:
    said = hashed.ask(question).text
    assert said.startswith("分3个阶段：")
    assert all(name in said for name in ("启动实施", "全面推进", "巩固完善", "2016年12月—2017年3月"))


def test_one_phase_alone_is_told_where_it_is_asked_about() -> None:
    assert (phase_asked("第二阶段干什么"), phase_asked("三个阶段"), phase_asked("第三个阶段的时间")) == (2, None, 3)
    draft = phased((ZIYANG,), {}, 2)
    assert draft is not None
    said = "".join(one.text for one in draft.each())
    assert said.startswith("分3个阶段，第2个是：")
    assert "全面推进" in said
    assert "巩固完善" not in said
    beyond = phased((ZIYANG,), {}, 7)
    assert beyond is not None
    assert "巩固完善" in "".join(one.text for one in beyond.each())


def test_a_word_in_quotes_is_listed_alone() -> None:
    assert words_quoted("“严禁”的都列出来") == ("严禁",)
    every = of_modality(understand("资阳文件里不得做的都有哪些", SHIPPED, today=date(2026, 3, 1)), ZIYANG)
    alone = of_modality(understand("资阳文件里“严禁”的都列出来", SHIPPED, today=date(2026, 3, 1)), ZIYANG)
    assert every is not None
    assert alone is not None
    assert any("不得连任" in one.text for one in every.each())
    assert not any("不得连任" in one.text for one in alone.each())
    assert "“严禁”的共2条" in next(iter(alone.each())).text


def test_keeping_out_of_a_trade_is_no_ban_of_a_deed() -> None:
    assert "forbid" not in facts_of("对违规失信者采取行业禁入等惩戒措施").names("duty")
    assert "forbid" in facts_of("禁入人员名单").names("duty")


def test_a_chapter_is_the_section_that_holds_others() -> None:
    (chapter,) = sections_called(ZHANJIANG, "医联体", chapter=True)
    assert len(chapter.below) == 5
    assert all(not one.below for one in sections_called(ZHANJIANG, "医联体"))
    assert sections_called(ZHANJIANG, "总体要求", chapter=True)
    assert [one.name for one in sections_called(ZHANJIANG, "家庭医生签约", chapter=True)] == [
        "做实做细家庭医生签约服务"
    ]


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("湖南21年“改善就医体验”那条给我缩成几句，领导只看五行", "持续改善群众就医服务体验"),
        ("总结湖南21年“互联网+护理”", ""),  # words of the text, no heading
    ],
)
def test_a_part_in_quotes_is_the_heading_that_has_its_characters(question: str, heading: str) -> None:
    q = understand(question, SHIPPED, today=date(2026, 3, 1))
    assert "".join(one.name for one in parts_meant(q, BY_ID["hunan-2021-key-tasks"])) == heading


def test_how_many_lines_a_reader_wants_is_no_matter() -> None:
    shape = understand("总结湖南21年重点任务，领导只看五行", SHIPPED, today=date(2026, 3, 1)).shape
    assert (shape.lines, shape.only) == (5, "")


@pytest.mark.parametrize(
    ("order", "matter"),
    [
        ("按湛江处方审核那条帮我拟个自查通知，短点", "湛江处方审核"),
        ("派医生下乡的事，拟个通知，简短", "派医生下乡的事"),
    ],
)
def test_how_short_a_document_is_to_be_is_no_matter(order: str, matter: str) -> None:
    assert asks_to_write(order)
    assert ordered(order) == ("notice", matter)
