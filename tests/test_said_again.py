"""Follow-ups whose answer was told already say so; what a document says of a kind of hospital; items of each document of a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.covering import covering
from assistant.answering.draft import NEAREST, Draft, Statement, Support, paragraph
from assistant.answering.repeated import NO_MORE, of_own_words, says_no_more, with_repeated
from assistant.hospitals import HospitalKind
from assistant.query.read import understand
from assistant.query.types import Hang, Query, Task
from assistant.service import Assistant
from assistant.tasks.collecting import collected
from assistant.types import Kind, Profile, Turn
from corpus.library import load_corpus
from corpus.types import Span

TODAY = date(2026, 3, 1)
SHIPPED = load_corpus().notices
BY_ID = {n.id: n for n in SHIPPED}
HUNAN, ZIYANG, ZHANJIANG = "湖南省", "四川省/资阳市", "广东省/湛江市"
SLOT = {"new": 0.0, "slot": 1.0, "last": 0.0}
LAST = {"new": 0.0, "slot": 0.2, "last": 0.8}


def after(before: str, answer: str, question: str, shares: dict[str, float] = SLOT) -> Query:
    turns = [Turn("user", before), Turn("assistant", answer)]
    return understand(question, SHIPPED, history=turns, today=TODAY, hangs=lambda _: shares)


def quoted(notice: str, words: str, *more: str) -> Draft:
    """A draft that quotes the sentences which begin with ``words``."""
    text = BY_ID[notice].text
    spans = [Span(at, text.index("。", at) + 1) for at in (text.index(one) for one in (words, *more))]
    return Draft((paragraph(*(Statement(one.of(text), (Support(notice, one),)) for one in spans)),))


TALENT = quoted("hunan-2023-service-system", "每年选拔10名")
TOLD = TALENT.blocks[0].statements[0].text


@pytest.mark.parametrize("question", ["给县医院留了几个", "民营的也算在里头"])
def test_what_was_told_already_is_said_to_be_all_there_is(question: str) -> None:
    q = after("湖南每年选多少高层次人才", f"湘政办发〔2023〕44号规定：{TOLD}", question)
    led = with_repeated(q, TALENT, lambda _: 0.2, BY_ID)
    assert says_no_more(led)
    assert led.blocks[1:] == TALENT.blocks


def test_a_figure_asked_of_what_was_told_is_the_answer() -> None:
    q = after("湖南每年选哪些高层次人才", f"规定：{TOLD}", "学科带头人多少名")
    assert with_repeated(q, TALENT, lambda _: 1.0, BY_ID) is TALENT


def test_a_long_message_that_finds_what_was_told_is_not_told_that_there_is_no_more() -> None:
    q = after("湖南每年选多少高层次人才", f"规定：{TOLD}", "那我想给科里两个年轻人报名该找哪个科室盖章办手续")
    led = with_repeated(q, TALENT, lambda _: 0.0, BY_ID)
    assert led.blocks[0].statements[0].text == NEAREST
    assert says_no_more(led)


def test_a_row_asked_for_stands_in_what_was_told() -> None:
    q = after("湖南每年选多少高层次人才", f"规定：{TOLD}", "里面都有哪些")
    assert with_repeated(q, TALENT, lambda _: 0.0, BY_ID) is TALENT


def test_what_is_new_beside_what_was_told_goes_alone() -> None:
    both = quoted("hunan-2023-service-system", "以“千县工程”建设为抓手", "提升市级、县级医院重症救治能力")
    old, new = both.blocks[0].statements
    q = after("湖南多少县医院要到三级", f"规定：{old.text}", "ICU呢，是不是也有要求")
    left = with_repeated(q, both, lambda one: 1.0 if one.supports == new.supports else 0.0, BY_ID)
    assert left.blocks[0].statements == (new,)


def test_another_figure_or_word_gets_the_sentence_that_has_it() -> None:
    old = quoted("hunan-2016-pilot-plan", "年满65周岁")
    q = after("村医满65还能注册吗", f"规定：{old.blocks[0].statements[0].text}", "60的呢")
    found = of_own_words(q, old, lambda _: 0.0, BY_ID)
    assert found is not None
    assert "年满60周岁" in found.blocks[0].statements[0].text
    asked = after("村医满65还能注册吗", f"规定：{old.blocks[0].statements[0].text}", "城里的呢")
    assert of_own_words(asked, old, lambda _: 0.0, BY_ID) is None


def test_an_answer_without_turns_before_it_is_left_as_it_is() -> None:
    q = understand("湖南每年选多少高层次人才", SHIPPED, today=TODAY)
    assert with_repeated(q, TALENT, lambda _: 0.0, BY_ID) is TALENT


@pytest.mark.parametrize("question", ["这条21年就有了？", "那有没有哪条是管民营的", "2016年那个怎么写的，比比"])
def test_another_year_or_kind_of_hospital_asks_nothing_of_the_last_answer(question: str) -> None:
    assert after("湖南公卫医师收入有没有保障", "有[1]。", question, LAST).hang is Hang.SLOT


@pytest.mark.parametrize("question", ["出自哪份文件", "原文怎么说", "第几条"])
def test_what_is_asked_of_the_last_answer_stays_with_it(question: str) -> None:
    assert after("湖南公卫医师收入有没有保障", "有[1]。", question, LAST).hang is Hang.LAST


def test_a_share_that_the_last_answer_has_not_said_asks_nothing_of_it() -> None:
    told = ("资阳按病种付费多少个", "年底前不少于100个，住院率90%[1]。")
    assert after(*told, "50%那个又是啥 一回事吗", LAST).hang is Hang.SLOT
    assert after(*told, "刚才90%那个数哪来的", LAST).hang is Hang.LAST


def test_what_a_document_says_of_a_kind_of_hospital_is_quoted() -> None:
    said = covering([BY_ID["hunan-2023-service-system"]], [HospitalKind.PRIVATE])
    head, rows = said.blocks
    assert head.statements[0].text.startswith("湘政办发〔2023〕44号其中")
    assert all("社会" in one.text for one in rows.statements)


def test_only_whether_a_document_speaks_of_a_kind_is_such_a_question() -> None:
    def covered(question: str) -> tuple[HospitalKind, ...]:
        return understand(question, SHIPPED, today=TODAY).kinds_covered

    assert covered("湖南23年那个方案有没有管到民营医院") == (HospitalKind.PRIVATE,)
    assert covered("有没有写民营医院床位要占多少") == ()


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("签约费谁掏 湖南资阳湛江都说说", (HUNAN, ZIYANG, ZHANJIANG)),
        ("三地院长年薪怎么定", {HUNAN, ZIYANG, ZHANJIANG}),
        ("创收指标，这几个地方都不让吧", {HUNAN, ZIYANG, ZHANJIANG}),
        ("两地转诊要备案吗", ()),
        ("湖南资阳的卫生院", ("湖南省/益阳市/资阳区",)),
    ],
)
def test_places_run_together_or_counted_are_those_of_the_library(question: str, places: object) -> None:
    found = understand(question, SHIPPED, today=TODAY).regions
    assert (set(found) if isinstance(places, set) else found) == places


def test_what_only_follows_a_question_is_left_out_in_its_other_reading() -> None:
    q = understand("反腐那块23年文件咋写的 党办写材料用", SHIPPED, profile=Profile(region=HUNAN), today=TODAY)
    assert q.other is not None
    assert "写材料" not in q.other.topic
    named = understand("补贴一年多少钱，按湘政办发〔2023〕44号", SHIPPED, today=TODAY)
    assert named.other is None  # the tail says which document is meant


@pytest.mark.parametrize(
    ("message", "task"),
    [
        ("把湛江药品耗材那一大块给药剂科写个三百字摘要", Task.SUMMARY),
        ("帮我写个200字给院长的汇报，讲湛江薪酬改革要点", Task.SUMMARY),
        ("起草一份药品采购的通知，200字", Task.WRITE),
    ],
)
def test_a_digest_that_is_to_be_written_is_a_summary(message: str, task: Task) -> None:
    acts = {"write": 0.9, "answer": 0.1}
    assert understand(message, SHIPPED, today=TODAY, acts=lambda _: acts).task is task


def told(assistant: Assistant, question: str, place: str | None = None) -> str:
    return assistant.ask(question, profile=Profile(region=place)).text


def test_an_item_by_its_number_is_told_of_the_document_of_the_place(hashed: Assistant) -> None:
    assert "第十六条" in told(hashed, "第16条讲什么", ZHANJIANG)
    of_each = told(hashed, "第16条是什么内容", HUNAN)
    assert "湘政发〔2016〕12号第十六条" in of_each
    assert "湘政办发〔2023〕44号第十六条" in of_each


def test_whether_the_rule_of_another_place_may_be_used_is_a_verdict() -> None:
    shares = {"ruling": 0.6, "text": 0.4}
    q = understand(
        "资阳那个免房产税，我们民营能用吗",
        SHIPPED,
        profile=Profile(region="湖南省/长沙市"),
        today=TODAY,
        router=lambda _: shares,
    )
    assert q.kind is Kind.APPLICABILITY


def test_whether_an_old_document_still_counts_is_a_verdict(hashed: Assistant) -> None:
    assert "未见废止" in told(hashed, "16年那个方案现在还算数吗", HUNAN)


def test_a_place_that_the_list_leaves_out_is_told_so_and_one_on_it_too(hashed: Assistant) -> None:
    asked = "国家搞的紧密型城市医疗集团试点，有没有我们{}"
    assert "没有写到株洲市" in told(hashed, asked.format("株洲"))
    assert told(hashed, asked.format("湘潭")).startswith("有，条文写到湘潭市")


def test_the_heads_say_what_they_lead() -> None:
    assert NO_MORE.endswith("：")
    assert NEAREST.endswith("：")


def test_the_documents_that_write_of_a_matter_are_told_with_what_they_say(hashed: Assistant) -> None:
    said = told(hashed, "编制备案制哪几份写了")
    assert said.startswith("写到“编制备案制”的有3份：")
    assert "湘政办发〔2023〕44号没有写到“编制备案制”" in said


def test_an_office_asked_of_another_document_in_a_follow_up_is_said_to_be_unwritten(hashed: Assistant) -> None:
    turns = [Turn("user", "湖南2016薪酬改革哪个部门牵头"), Turn("assistant", "省人力资源社会保障厅牵头[1]。")]
    answer = hashed.ask("23年那份呢", history=turns)
    assert answer.refused
    assert "没有写明责任单位" in answer.text


def test_what_a_capture_left_of_an_item_is_told_with_that_some_is_lost(hashed: Assistant) -> None:
    said = told(hashed, "16年方案第16条讲啥", HUNAN)
    assert "复合型付费方式" in said
    assert "有缺失" in said


def test_the_tasks_of_one_year_are_of_that_year(hashed: Assistant) -> None:
    q = understand("把资阳文件里2020年的死任务全拎出来，分条", SHIPPED, today=TODAY)

    listed = collected(replace(q, task=Task.COLLECT), [BY_ID["ziyang-2017-pilot-plan"]], TODAY)
    assert isinstance(listed, Draft)
    assert listed.blocks[0].statements[0].text.startswith("2020年到期的共")


def test_a_point_of_the_last_answer_is_told_at_length(hashed: Assistant) -> None:
    turns = [
        Turn("user", "21年湖南的任务分几块"),
        Turn("assistant", "共7个部分：\n\n- 一、统筹疫情防控与公共卫生体系建设[1]\n- 二、持续深化公立医院综合改革[2]"),
    ]
    said = hashed.ask("展开讲讲第二点", history=turns).text
    assert "持续深化公立医院综合改革" in said
    assert "推动公立医院高质量发展" in said
    assert "完善公共卫生队伍" not in said
    one = hashed.ask("第二句展开讲讲", history=[turns[0], Turn("assistant", f"规定：甲说了一句话。{TOLD}[1]。")])
    assert one.text.startswith(TOLD.rstrip("。"))
