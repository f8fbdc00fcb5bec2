"""What a document quotes: sentences and whole lists, in sections by what they are for, whatever words the matter is asked in."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.duties.extraction import duties_of
from assistant.query.asked import says
from assistant.query.orders import addressee, ordered
from assistant.query.summing import shape_of
from assistant.query.tasks import Matter
from assistant.tasks.acting import acts_of, staff_of
from assistant.tasks.audience import said_to
from assistant.tasks.collecting import listed_of_body
from assistant.tasks.composing import Official, compose
from assistant.tasks.naming import titled_most
from assistant.tasks.ordering import Order
from assistant.tasks.pieces import pieces_of
from assistant.tasks.sections import sections_of
from assistant.tasks.summing import summary
from corpus.library import Corpus
from corpus.outline import outline
from corpus.types import Level, Notice

DAY, PLACE = date(2025, 6, 1), "湖南省/衡阳市"
TITLE = "衡阳市医疗保障局关于调整夜间门诊医保支付政策的通知"
BODY = """一、夜间门诊实施范围
18时至22时在定点医院接受的诊疗属于夜间门诊范围。将12个病种纳入结算范围（附件）。
二、付费管理
（一）结算政策。参保人员的夜间门诊费用按住院政策报付，不设起付线。
（二）申请条件。申请开展夜间门诊的医院应当具备下列条件：
1.有值班医师；
2.有三间诊室。
三、工作要求
（一）市财政局应当保障经费。
（二）定点医院应当在每年3月底前报送数据。
本通知自2024年10月1日起执行，原《衡阳市夜间门诊付费办法》（衡医保〔2019〕7号）同时废止。
"""


def notice(identity: str, title: str, body: str) -> Notice:
    text = f"{title}\n{body}"
    return Notice(
        identity, None, title, "某机关", PLACE, Level.MUNICIPAL, date(2024, 9, 1), text, articles=outline(text, identity)
    )  # fmt: skip


PAYING = notice("paying", TITLE, BODY)


@pytest.fixture
def office() -> Any:
    index = SimpleNamespace(search=lambda query, *, top_k: ())
    return SimpleNamespace(corpus=Corpus((PAYING,), "made-up"), index=index, today=DAY)


def sections(made: Official) -> dict[str, str]:
    return {one.heading: "\n".join(item.text for item in one.items) for one in made.sections}


def test_a_notice_about_the_matter_is_told_by_what_each_part_is_for(office: Any) -> None:
    made = compose(office, Order("notice", "夜间门诊医保支付", PLACE, to="各科室", day=DAY))
    told = sections(made)
    assert list(told)[:4] == ["适用范围", "政策要求", "任务分工和时限", "施行日期"] and made.to == "各科室"
    assert "属于夜间门诊范围" in told["适用范围"]
    assert "结算政策：参保人员的夜间门诊费用按住院政策报付，不设起付线。" in told["政策要求"]
    assert "每年3月底前" in told["任务分工和时限"]
    assert told["施行日期"].startswith(f"《{TITLE}》自2024年10月1日起执行") and "同时废止" in told["施行日期"]
    whole = "\n".join(told.values())
    assert "附件" not in whole and "本通知" not in whole, "what is the notice's own"
    assert "市财政局" not in whole, "a hospital does not order others"
    assert "（二）" not in whole.replace("（2）", ""), "numbers of the notice"


def test_an_item_is_never_told_without_its_lead(office: Any) -> None:
    told = sections(compose(office, Order("notice", "夜间门诊医保支付", PLACE, to="各科室", day=DAY)))
    line = next(line for text in told.values() for line in text.split("\n") if "三间诊室" in line)
    assert line.endswith("应当具备下列条件：（1）有值班医师；（2）有三间诊室。")


def test_what_an_article_says_behind_its_list_is_none_of_it() -> None:
    body = "第一条 急救医院应当符合下列要求：\n（一）有急诊科；\n（二）其他要求。\n市卫生健康局应当建立退出机制。\n第二条 医院应当公示。\n"
    one = notice("rules", "衡阳市急救办法", body)
    told = [piece.told(one) for piece in pieces_of(one, sections_of(one))]
    assert told == [
        "急救医院应当符合下列要求：（1）有急诊科；（2）其他要求。", "市卫生健康局应当建立退出机制。", "医院应当公示。",
    ]  # fmt: skip


def test_the_people_a_body_employs_do_what_is_its_to_do() -> None:
    body = "第一条 急救医院应当配备由医师、护士组成的急救人员。\n第二条 急救人员到达后应当立即救治。\n第三条 指挥人员应当记录。\n"
    one = notice("staff", "衡阳市急救办法", body)
    assert staff_of(one, ["急救医院"]) == ("急救人员",)
    assert [one.quote(act.span).strip() for act in acts_of(one, ["急救人员"])] == [
        "第二条 急救人员到达后应当立即救治。"
    ]


def test_an_order_says_for_whom_and_its_matter_is_no_notice() -> None:
    said = "帮我起草一份关于夜间门诊付费的通知，发给各科室，甲省"
    assert ordered(said) == ("notice", "夜间门诊付费") and addressee(said) == "各科室"
    assert addressee("起草一份关于夜间门诊付费的通知") == ""


RULES = """第一条 本办法所称急救，是指现场救治。
第二条 “120”急救医院、区域急救医疗中心或者急救指挥机构直属急救分站应当在接到指令后三分钟内派车。
第三条 急救医院应当配备由医师、护士组成的急救人员。急救人员到达后应当立即救治。
第四条 急救医院可以开展培训。
第五条 市卫生健康局应当监督急救医院。
第六条 市卫生健康局不按照规定考核急救医院的，依法给予处分。
第七条 急救医院不派车的，由市卫生健康局处以五千元罚款。
"""


def test_what_is_said_to_one_body_is_its_duties_permissions_and_penalties() -> None:
    one = notice("aid", "衡阳市急救办法", RULES)
    found = said_to(one, Matter("医院", ("医院",)))
    assert found is not None
    heads = [block.statements[0].text for block in found.blocks if block.kind != "list"]
    duties, permits, costs = (
        "\n".join(s.text for s in block.statements) for block in found.blocks if block.kind == "list"
    )
    assert [head.rpartition("医院")[2] for head in heads] == ["要做的：", "可以做的：", "违反的后果："]
    assert "三分钟内派车" in duties and "急救人员到达后" in duties and "开展培训" in permits
    assert "五千元" in costs and "依法给予处分" not in costs, "what an office's breach costs is none of a hospital's"
    assert "所称急救" not in duties and "应当监督" not in duties
    assert said_to(one, Matter("药店", ("药店",))) is None


def test_a_duty_has_the_body_that_stands_behind_its_subject_and_its_time() -> None:
    body = (
        "第一条 费用由镇人民政府、街道办事处按照规定每月支付。\n"
        "第二条 由区养老指导中心自收到复核申请之日起15个工作日组织复核。\n第三条 区民政局应当将结果公示10天。\n"
        "第四条 区民政局应当在情况变化的次月调整标准。\n"
    )
    found = duties_of([notice("aid", "衡阳市补贴办法", body)], None, as_of=DAY, notice_ids={"aid"})
    assert {(d.bodies, d.written) for d in found} == {
        (("镇人民政府", "街道办事处"), "每月"), (("区养老指导中心",), "自收到复核申请之日起15个工作日"),
        (("区民政局",), "公示10天"), (("区民政局",), "次月"),
    }  # fmt: skip


def test_the_time_of_each_duty_is_told_first_and_no_item_twice() -> None:
    body = (
        "第一条 急救医院应当履行下列职责：\n（一）登记资料；\n（二）其他职责。\n市卫生健康局应当监督。\n"
        "第二条 急救医院由市卫生健康局按照规划确定。\n第三条 急救医院应当在接到指令后三分钟内派车。\n"
    )
    one = notice("aid", "衡阳市急救办法", body)
    said = "列全：急救医院要做哪些事，分别多长时间内"
    found = listed_of_body(SimpleNamespace(says=lambda name: says(said, name), utterance=said), [one], DAY)  # type: ignore[arg-type]
    assert found is not None
    rows = [s.text for block in found.blocks if block.kind == "list" for s in block.statements]
    assert "三分钟内" in rows[0] and len(rows) == 2, rows
    assert "（1）登记资料" in rows[1] and "应当监督" not in rows[1]


def test_a_time_table_of_a_place_is_of_the_notice_that_is_meant() -> None:
    aid, care = (
        notice(key, title, RULES) for key, title in (("aid", "衡阳市急救条例"), ("care", "衡阳市居家养老办法"))
    )
    assert titled_most("衡阳居家养老", (aid, care)) == (care,)
    assert titled_most("衡阳", (aid, care)) == (aid, care)


def test_a_few_sentences_are_the_figures_wherever_they_stand() -> None:
    body = (
        "一、总体要求\n（一）指导思想。坚持统筹推进，完善服务体系，加强队伍建设。\n（二）基本原则。坚持公平。\n"
        "二、补助标准\n（一）起付标准。第一类对象不设起付线，第二类对象起付标准为3100元。\n"
        "（二）年度限额。第一类对象限额为10万元，第二类对象限额为6万元。\n三、组织保障\n（一）加强领导。各单位要加强领导。\n"
    )
    one = notice("aid", "衡阳市医疗救助办法", body)
    made = summary([one], shape=shape_of("用两句话总结，给院长看"))
    assert made is not None
    text = "\n".join(s.text for block in made.blocks for s in block.statements)
    assert "3100元" in text and "10万元" in text and "6万元" in text
    assert "组织保障" not in text and "指导思想" not in text, "a heading with nothing behind it"
