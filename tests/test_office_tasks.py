"""What an office asks of a whole notice, over made-up ones: every figure, a summary that says them, points compared, a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import DraftError
from assistant.keeping.keeper import add
from assistant.query.read import understand
from assistant.query.summing import Shape
from assistant.query.types import Task
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.tasks.collecting import collected
from assistant.tasks.composing import compose
from assistant.tasks.filling import CHARACTERS
from assistant.tasks.ordering import Order
from assistant.tasks.summing import summary
from corpus.clean import clean
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice, Span
from corpus.units import units_at, units_of
from index import Index

TODAY = date(2024, 6, 1)
NOTICE = """国家卫生健康委关于加强基层医疗机构夜间门诊建设的通知
国卫甲发〔2024〕3号
各省、自治区、直辖市卫生健康委：
为方便群众就医，现就夜间门诊建设通知如下。
一、合理设置
（一）县级医院。县级医院要至少设置2个夜间诊室。
（二）乡镇卫生院。有条件的乡镇卫生院可以设置夜间诊室，每周开放不少于3晚。
二、加强保障
（一）落实补助。基层医疗机构应当按月发放夜班补助，不得拖欠。
（二）做好宣传。各地要通过多种途径公布夜间诊室的时间和地点，让群众知道。
国家卫生健康委
2024年3月5日
"""
LAW = """{city}院前急救条例
（2020年3月2日{city}人民代表大会常务委员会通过）
第一条 为了规范院前急救，制定本条例。
第二条 本市每{people}万常住人口至少配备一辆救护车。
第三条 急救站接到调度指令后，应当在{minutes}分钟内派出救护车。
第四条 急救过程记录应当至少保存{years}年。
第五条 本条例自2020年5月1日起施行。
"""


def notice() -> Notice:
    text = clean(NOTICE).text
    title = "关于加强基层医疗机构夜间门诊建设的通知"
    return Notice("n", "国卫甲发〔2024〕3号", title, "国家卫生健康委", "", Level.NATIONAL, date(2024, 3, 5), text, outline(text))  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("office")
    files = {"夜间.txt": NOTICE}
    files["衡阳.txt"] = LAW.format(city="衡阳市", people="五", minutes="五", years="二")
    files["岳阳.txt"] = LAW.format(city="岳阳市", people="四", minutes="三", years="六")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, [folder / name for name in files], {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings, today=TODAY)


def lines(q: str, task: Task) -> list[str]:
    query = replace(understand(q, [notice()], today=TODAY), task=task)
    draft = collected(query, [notice()], TODAY)
    assert draft is not None
    return [one.text for block in draft.blocks if block.kind == "list" for one in block.statements]


def test_all_figures_are_not_those_of_a_body_that_the_title_names():
    found = lines("把国卫甲发〔2024〕3号基层医疗机构夜间门诊那份文里的数字指标全部列出来", Task.COLLECT)
    assert any("至少设置2个" in one for one in found) and all(any(c.isdigit() for c in one) for one in found)


def test_all_that_a_body_must_do_is_what_it_is_said_to_do():
    found = lines("夜间门诊那份文里县级医院要做的事全部列出来", Task.COLLECT)
    assert len(found) == 1 and "至少设置2个" in found[0]


ON_MATTERS = """甲市人民政府关于加强医院管理的意见
甲政发〔2024〕9号
一、主要任务
1.推进紧密型医联体建设。全市二级以上公立医院全部参与医联体建设。到2025年建成5个医联体。
2.规范药品采购。药品在省级平台集中采购。耗材采购不低于80%。
3.加强人才培养。每年选派20名医师到医联体成员单位进修。
4.强化考核。考核结果与绩效工资挂钩。
"""


@pytest.fixture(scope="module")
def on_matters() -> Notice:
    text, title = clean(ON_MATTERS).text, "甲市人民政府关于加强医院管理的意见"
    return Notice(
        "m", "甲政发〔2024〕9号", title, "甲市人民政府", "", Level.MUNICIPAL, date(2024, 3, 5), text, outline(text)
    )


@pytest.mark.parametrize(
    ("message", "has", "lacks"),
    [
        ("甲政发〔2024〕9号里关于医联体的任务全部列出来", ["全市二级以上", "选派20名"], ["集中采购", "绩效工资"]),
        ("甲政发〔2024〕9号跟药品采购有关的要求列全", ["省级平台"], ["医联体", "绩效工资"]),
        ("甲政发〔2024〕9号里所有人才方面的指标列一下", ["20名"], ["80%", "5个"]),
    ],
)
def test_all_on_one_matter_is_no_more_than_that(on_matters: Notice, message: str, has: list[str], lacks: list[str]):
    query = replace(understand(message, [on_matters], today=TODAY), task=Task.COLLECT)
    draft = collected(query, [on_matters], TODAY)
    assert draft is not None
    said = "".join(one.text for block in draft.blocks if block.kind == "list" for one in block.statements)
    assert all(words in said for words in has)
    assert not any(words in said for words in lacks)


def test_a_matter_the_notice_says_nothing_of_is_no_list_of_everything(on_matters: Notice):
    query = understand("甲政发〔2024〕9号里关于献血的规定全列出来", [on_matters], today=TODAY)
    assert collected(replace(query, task=Task.COLLECT), [on_matters], TODAY) is None


def told(one: Notice) -> str:
    draft = summary([one])
    assert draft is not None
    return "\n".join(statement.text for statement in draft.each())


def test_a_summary_of_a_short_notice_tells_each_item_by_a_sentence():
    text = told(notice())
    assert "（一）落实补助：基层医疗机构应当按月发放夜班补助，不得拖欠。" in text and "让群众知道" in text
    assert text.count("至少设置2个") == 1


def test_a_long_summary_tells_what_is_set_and_names_the_rest():
    long = "各地要按照职责分工，结合本地实际，采取有力有效的工作举措，不断完善长效工作机制，抓好任务落实，让群众满意。"
    more = "".join(f"（{n}）做好第{n}件事。{long}\n" for n in ORDINALS)
    text = clean(NOTICE.replace("国家卫生健康委\n2024", f"{more}三、其他\n{more}国家卫生健康委\n2024")).text
    said = told(replace(notice(), text=text, articles=outline(text)))
    assert "至少设置2个" in said and "每周开放不少于3晚" in said
    assert "三、其他" in said and said.count("让群众满意") < 2 * len(ORDINALS), "there is no room for all"
    assert all(said.count(f"做好第{n}件事") == 2 for n in ORDINALS), "what is not told is named"
    assert len(said) < 2 * CHARACTERS
    draft = summary([replace(notice(), text=text, articles=outline(text))])
    assert draft is not None and "没有列入" in draft.notes[0], "and what is left out is counted"


ORDINALS = ("三", "四", "五", "六", "七", "八", "九", *(f"十{n}" for n in "一二三四五六七八"))
SCHEME = """永州市急诊互助金管理办法
一、互助对象
互助对象分为两类：
（一）在本市急诊就医的困难职工；
（二）在本市急诊就医的流浪人员。
互助对象由街道认定。
二、互助标准急诊费用由互助金补助，每人每次不超过600元。
三、经办流程
（一）申请。就医者向急诊科提出申请。
（二）拨付。急诊科每月5日前把名单报互助金办公室。
附件：1.申请表
2.名单
永州市急诊互助金办公室
2024年1月3日
附件1
申请表
姓名
年龄
抄送：永州市红十字会、永州市总工会。
"""


def scheme() -> Notice:
    text = clean(SCHEME).text
    return replace(notice(), id="s", title="永州市急诊互助金管理办法", text=text, articles=outline(text))


RULE = """郴州市发热门诊管理办法
第一条 为了规范发热门诊管理，制定本办法。
第二条 市卫生健康行政部门负责全市发热门诊的监督管理。
第三条 设置发热门诊的医院应当单设出入口。配备不少于2名医师。每月开展一次院感演练。鼓励设置发热门诊的医院建设负压诊室。
第四条 设置发热门诊的医院承担下列工作：
（一）登记发热患者；
（二）及时报告传染病疫情。
第五条 患者应当如实说明旅居史。要配合登记。
第六条 违反本办法规定，设置发热门诊的医院有下列情形之一的，由市卫生健康行政部门处二千元以上一万元以下罚款：
（一）未单设出入口的；
（二）未按照规定报告疫情的。
第七条 违反本办法规定，药店未登记购药人员信息的，由市卫生健康行政部门给予警告，可以并处一千元罚款。
第八条 本办法自2024年5月1日起施行，实行二十四小时值班制度。
"""


def rule(q: str) -> list[list[str]]:
    text = clean(RULE).text
    made = replace(notice(), id="r", number=None, title="郴州市发热门诊管理办法", text=text, articles=outline(text))
    draft = collected(replace(understand(q, [made], today=TODAY), task=Task.COLLECT), [made], TODAY)
    assert draft is not None
    return [[one.text for one in block.statements] for block in draft.blocks]


def test_sentences_without_a_subject_are_those_of_the_body_before_them():
    head, told, also, encouraged = rule("把设置发热门诊的医院要做的事全部列出来")
    assert len(told) == 4 and "至少5项" in head[0], "a list is told with its lead"
    assert all(
        any(said in one for one in told) for said in ("单设出入口", "2名医师", "院感演练", "登记发热患者", "报告传染病")
    )
    assert not any("配合登记" in one or "罚款" in one for one in told), "another subject's, and what it costs"
    assert "鼓励" in also[0] and "负压诊室" in encouraged[0]


def test_penalties_are_lines_that_say_what_it_costs():
    head, own, other, others = rule("设置发热门诊的医院会被罚款的情形全部列出来")
    assert "1条" in head[0] and "2种情形" in head[0] and len(own) == 1
    assert all(said in own[0] for said in ("未单设出入口", "未按照规定报告", "一万元以下罚款"))
    assert "其他" in other[0] and len(others) == 1 and "药店" in others[0]
    assert not any("二十四小时" in one for one in own + others)


def test_all_figures_are_sentences_that_state_one():
    _, told = rule("把里面的数字全部列出来")
    assert all(any(said in one for one in told) for said in ("2名", "一万元", "一千元"))
    assert not any("如实说明" in one or "单设出入口。" in one for one in told)


def test_every_part_is_told_also_where_its_heading_carries_its_text():
    text = told(scheme())
    assert "每人每次不超过600元" in text and "每月5日前" in text and "提出申请" in text
    [listed] = [line for line in text.splitlines() if "分为两类" in line]
    assert "困难职工" in listed and "流浪人员" in listed, "no lead-in without its items"
    assert "抄送" not in text and "红十字会" not in text


def test_a_part_and_a_number_of_lines():
    draft = summary([scheme()], part="经办流程", shape=Shape(lines=2))
    assert draft is not None and not draft.notes
    [rows] = [block.statements for block in draft.blocks if block.kind == "list"]
    assert len(rows) == 2 and "提出申请" in rows[0].text and "互助对象" not in "".join(row.text for row in rows)
    unknown = summary([scheme()], part="药品采购")
    assert unknown is not None and "药品采购" in unknown.notes[0], "it is said that no part is called so"


def test_two_documents_named_by_words_of_their_titles_are_laid_side_by_side(office: Assistant):
    whole = office.ask("衡阳院前急救条例和岳阳院前急救条例有什么不同，逐条对比").text
    assert "逐条对照" in whole and "写法不同" in whole
    assert "逐条对照" not in office.ask("衡阳院前急救条例和岳阳院前急救条例对派车时间的规定有什么不同").text


def test_a_document_is_meant_by_most_words_of_its_title_or_asked_for(office: Assistant):
    assert "每四万常住人口" in office.ask("总结一下岳阳的院前急救的条例").text
    both = office.ask("总结一下院前急救条例")
    assert both.refused and "衡阳市院前急救条例" in both.text and "岳阳市院前急救条例" in both.text
    none = office.ask("总结糖尿病防治办法")
    assert none.refused and "糖尿病防治办法" in none.text and not none.citations


def test_a_place_with_one_document_is_enough_to_point_at_it(office: Assistant):
    for asked in ("把岳阳那份总结一下，给领导看", "岳阳那份给院长写个摘要"):
        assert "每四万常住人口" in office.ask(asked).text
    other = office.ask("把岳阳那份控烟条例总结一下，给领导看")
    assert other.refused and not other.citations


def test_points_that_are_compared_are_answered_one_by_one(office: Assistant):
    text = office.ask("衡阳和岳阳的急救条例，多少人一辆车、几分钟内派车、记录保存多久，有什么不同").text
    heads = [text.index(f"（{n}）") for n in (1, 2, 3)]
    assert heads == sorted(heads)
    for at, said in zip(heads, (("五万", "四万"), ("五分钟", "三分钟"), ("二年", "六年")), strict=True):
        rows = text[at:].split("（", 2)[1]
        assert all(figure in rows for figure in said), rows


def test_a_draft_takes_every_task_of_the_notice_it_is_about(office: Assistant):
    made = compose(office, Order("notice", "基层医疗机构夜间门诊建设", "湖南省/衡阳市", to="各县卫生健康局", day=TODAY))
    text = "\n".join(item.text for section in made.sections for item in section.items)
    assert all(task in text for task in ("至少设置2个", "不少于3晚", "按月发放夜班补助", "公布夜间诊室的时间"))
    assert not any(one.notice_id != made.citations[0].notice_id for one in made.citations)


def test_a_hospitals_draft_takes_what_hospitals_have_to_do(office: Assistant):
    made = compose(office, Order("notice", "基层医疗机构夜间门诊建设", "湖南省/衡阳市", to="各科室", day=TODAY))
    [rules] = [section for section in made.sections if section.heading == "政策要求"] or [made.sections[0]]
    text = "\n".join(item.text for section in made.sections for item in section.items)
    assert "至少设置2个" in text and "按月发放夜班补助" in text
    assert "公布夜间诊室的时间" not in "\n".join(item.text for item in rules.items), (
        "what places have to do is not theirs"
    )
    organ = compose(
        office, Order("notice", "基层医疗机构夜间门诊建设", "湖南省/衡阳市", to="各县卫生健康局", day=TODAY)
    )
    assert "公布夜间诊室的时间" in "\n".join(item.text for section in organ.sections for item in section.items)


def test_a_draft_asked_for_in_a_conversation_is_given(office: Assistant):
    answer = office.ask("起草一份关于基层医疗机构夜间门诊建设的通知")
    assert not answer.refused and answer.task == "write" and len(answer.citations) >= 2
    assert "关于基层医疗机构夜间门诊建设的通知" in answer.text and "至少设置2个" in answer.text
    assert "由起草人填写" in answer.text and "特此通知" in answer.text


def test_without_a_place_no_rule_of_one_place_is_put_into_a_draft(office: Assistant):
    with pytest.raises(DraftError, match="没有选地区"):
        compose(office, Order("notice", "院前急救", day=TODAY))
    assert compose(office, Order("notice", "院前急救", "湖南省/衡阳市", day=TODAY)).citations


def test_a_list_that_begins_anew_has_its_own_words_before_it():
    text = (
        "关于某行动的通知\n一、某行动\n（一）急救行动。\n——个人：\n1.学习急救知识。\n2.拨打急救电话。\n"
        "——社会和政府：\n1.每5万人配置1辆救护车。\n2.开展培训。\n"
    )
    made = Notice("n", None, "关于某行动的通知", "某机关", "", Level.NATIONAL, None, text, outline(text))
    for said, lead in (
        ("学习急救知识", "——个人："),
        ("配置1辆救护车", "——社会和政府："),
        ("开展培训", "——社会和政府："),
    ):
        at = text.index(said)
        item = next(one for one in units_at(units_of(made), Span(at, at + 2)) if one.kind == "item")
        assert [made.quote(span).strip() for span in item.lead] == [lead]
