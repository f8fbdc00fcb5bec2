"""The case that is asked, and no more: over a made-up regulation with lists, rivals and cases in one sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering.draft import Draft
from assistant.keeping.keeper import add
from assistant.query.documents import named_documents
from assistant.query.kinds import classify
from assistant.query.narrowing import compared, points
from assistant.query.read import understand
from assistant.query.tasks import unnamed
from assistant.query.topic import matter_of, says_a_matter
from assistant.query.types import Task
from assistant.query.values import asked_values, fits, may_bear, stated_values
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import cases, segment
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.tasks.collecting import all_listed, collected
from assistant.tasks.summing import summary
from assistant.types import Kind, Profile, Turn
from corpus.clean import clean
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice, Span
from index import Index

LAW = """衡阳市急救志愿者管理条例
（2022年3月2日衡阳市第十六届人民代表大会常务委员会第三次会议通过　2022年5月20日湖南省第十三届人民代表大会常务委员会第三十次会议批准）
第一条 为了规范急救志愿者管理，制定本条例。
第二条 本市行政区域内急救志愿者的招募和服务适用本条例。
第三条 报名成为急救志愿者，可以采取下列方式：
（一）到市急救中心现场报名；
（二）委托所在单位集体报名；
（三）通过急救中心网站报名。
第四条 招募单位应当履行下列职责：
（一）为急救志愿者购买人身意外伤害保险；
（二）免费发放急救包。
招募单位应当指定专人联系急救志愿者。
第五条 社区按照居民人数三百比一的比例配备急救志愿者。
第六条 急救志愿者的服务补贴为：城区站点每次补贴八十元；乡镇站点每次补贴一百二十元；偏远山区站点每次补贴二百元。
第七条 急救志愿者服务满规定时长的，按照下列规定奖励：
（一）满五十小时的，发给二百元体检券；
（二）满二百小时的，发给一千元体检券并优先评优。
第八条 急救志愿者的配偶、父母、子女乘坐急救车免收费用。
第九条 急救志愿者应当遵守急救中心的管理制度，服从调度安排，爱护急救器材，保守在服务中知悉的患者隐私，不得借此营利。急救中心每两年对急救志愿者复训一次。
第十条 本条例自2022年8月1日起施行。
"""


@pytest.fixture(scope="module")
def volunteers(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("volunteers")
    (folder / "条例.txt").write_text(LAW, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, [folder / "条例.txt"], {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings)


def notice_called(title: str, region: str, level: Level) -> Notice:
    text = f"{title}\n第一条 为了防治职业病，制定本法。"
    return Notice("made-up", None, title, region, region, level, None, text, outline(text))


def told(assistant: Assistant, question: str, *before: str) -> str:
    history = [Turn("user", text) for text in before]
    return assistant.ask(question, history=history, profile=Profile(region="湖南省/衡阳市")).text


def test_how_many_ways_there_are_is_answered_by_the_list_of_them(volunteers: Assistant):
    text = told(volunteers, "想当急救志愿者，报名有几种办法")
    assert "共3项" in text and all(way in text for way in ("现场报名", "集体报名", "网站报名"))


def test_what_the_article_says_behind_its_list_is_told_too(volunteers: Assistant):
    text = told(volunteers, "招急救志愿者的单位自己要做好哪几件事")
    assert "意外伤害保险" in text and "急救包" in text and "指定专人" in text


def test_a_ratio_is_a_share(volunteers: Assistant):
    text = told(volunteers, "社区按啥比例配急救志愿者")
    assert "三百比一" in text and "无法据此作答" not in text


def test_of_cases_in_one_sentence_the_one_that_is_asked(volunteers: Assistant):
    text = told(volunteers, "偏远山区站点每次补贴多少钱")
    assert "二百元" in text and "八十元" not in text and "一百二十元" not in text


def test_all_cases_to_a_follow_up_which_has_the_words_of_the_case_before(volunteers: Assistant):
    text = told(volunteers, "那市区的站点呢", "偏远山区站点每次补贴多少钱")
    assert "八十元" in text


def test_two_asked_at_once_get_both_cases(volunteers: Assistant):
    text = told(volunteers, "偏远山区站点补贴多少、城区站点补贴多少")
    assert "二百元" in text and "八十元" in text


def test_all_cases_where_none_is_asked(volunteers: Assistant):
    text = told(volunteers, "急救志愿者的服务补贴每次多少钱")
    assert all(sum_ in text for sum_ in ("八十元", "一百二十元", "二百元"))


def test_a_surely_read_time_is_told_alone(volunteers: Assistant):
    text = told(volunteers, "急救志愿者多久复训一次")
    assert "每两年" in text and "服从调度" not in text


def test_the_sentence_that_answers_goes_before_the_rest_of_its_article(volunteers: Assistant):
    text = told(volunteers, "急救志愿者复训怎么安排")
    assert "同条还写明" in text and text.index("每两年") < text.index("服从调度")


def test_a_short_message_hangs_on_the_last_one_where_that_is_read_better(volunteers: Assistant):
    text = told(volunteers, "老丈人算不算", "急救志愿者的爱人坐急救车要钱吗")
    assert "第八条" in text


def test_a_short_question_of_its_own_stays_one(volunteers: Assistant):
    text = told(volunteers, "报名有几种办法", "急救志愿者的爱人坐急救车要钱吗")
    assert "网站报名" in text


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("按学生人数六百比一配备", True),
        ("医护比不低于1:2", True),
        ("比例为1∶600", True),
        ("上午8:30开门", False),
        ("比一般医院多", False),
    ],
)
def test_ratios_in_either_notation(text: str, shares: bool):
    assert ("share" in stated_values(text)) == shares


def test_a_discount_is_a_share_and_a_hotline_no_body():
    assert asked_values("门票能打几折") == {"share"}
    assert "phone" in asked_values("热线是哪几个号码")
    shares = {Kind.BODY.value: 0.9, Kind.TEXT.value: 0.1}
    assert classify("心理热线要打通，是哪几个号码", shares=shares).kind is not Kind.BODY


def test_what_is_compared_is_not_how():
    assert matter_of("婚检这事，说法一样不") == "婚检这事"
    assert says_a_matter("探视家属要什么条件，两边一样吗") and not says_a_matter("和 有什么不同")


def test_a_case_is_told_apart_by_its_own_words_only():
    text = "补助标准为：一般县补助348元；享受西部政策的县补助464元。"
    notice = Notice("n", None, "通知", "厅", "山西省", Level.PROVINCIAL, None, text, outline(text))
    weights = Weights([text, "医院年度考核按照规定进行，享受补助的单位应当公示"])

    def cut(question: str) -> str:
        u = understand(question, [notice], today=date(2024, 1, 1))
        told = segment(notice, cases(notice, Span(0, len(text)), u.bears), weights.units(u.content), weights)
        return text if told is None else notice.quote(told)

    assert cut("享受西部政策的县补助多少钱") == "享受西部政策的县补助464元。"
    assert cut("补助标准是多少钱") == text


def test_what_each_side_is_asked_alone_is_read_by_itself():
    def sides(question: str) -> dict[str, str]:
        return dict(understand(question, [], today=date(2024, 1, 1)).of_sides)

    asked = sides("推广健康融入政策，江西靠哪个机构统筹协调，浙江又成立了哪个委员会")
    assert set(asked) == {"江西省", "浙江省"}
    assert "统筹协调" in asked["江西省"] and "委员会" not in asked["江西省"]
    assert "健康融入政策" in asked["浙江省"] and "委员会" in asked["浙江省"]
    assert not sides("急救车的配备标准，江西和浙江有什么不同")


def test_two_sides_asked_clause_by_clause_are_a_comparison():
    law = notice_called("中华人民共和国职业病防治法", "", Level.NATIONAL)
    u = understand("转移有害作业的，上海条例罚多少，国家职业病防治法罚多少", [law], today=date(2024, 1, 1))
    assert u.kind is Kind.COMPARISON and u.national and u.regions == ("上海市",)
    alone = understand("转移有害作业的，国家职业病防治法罚多少", [law], today=date(2024, 1, 1))
    assert alone.kind is not Kind.COMPARISON


def test_words_that_only_compare_documents_are_no_point_of_their_own():
    def pointed(question: str) -> int:
        return len(points(compared(understand(question, [], today=date(2024, 1, 1)))))

    assert pointed("退休后不用再缴费要满多少年，浙江和上海的条例里各自怎么说的") == 0
    assert pointed("多少人配一辆急救车，几分钟内要派车，浙江和上海各怎么规定") == 2


def test_the_sentence_that_gives_the_figure_stands_without_the_figures_of_other_cases(volunteers: Assistant):
    text = told(volunteers, "偏远山区站点的急救志愿者每次服务补贴多少钱")
    assert "二百元" in text and "八十元" not in text and "一百二十元" not in text


def test_a_case_is_not_cut_off_where_the_question_asks_for_another_too(volunteers: Assistant):
    text = told(volunteers, "城区站点和乡镇站点每次补贴分别多少钱")
    assert "八十元" in text and "一百二十元" in text


def test_what_is_not_yet_in_effect_is_said_instead_of_a_neighbour(volunteers: Assistant):
    text = told(volunteers, "2022年7月1日，急救志愿者的服务补贴按哪份文件执行")
    assert "急救志愿者管理条例" in text and "尚未施行" in text and "2022年8月1日" in text


def titled(number: int, title: str) -> Notice:
    return Notice(f"n{number}", None, title, "", "", Level.NATIONAL, None, title, outline(title))


SHELF = (
    titled(1, "关于建立常态化巡回医疗制度的通知"),
    titled(2, "关于加强首诊和转诊服务提升医疗服务连续性的通知"),
    titled(3, "甲市献血条例"),
)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("巡回医疗通知里的时间节点列个表", ("n1",)),
        ("把加强首诊和转诊服务那份通知总结一下", ("n2",)),
        ("那个献血条例主要讲了啥", ("n3",)),
        ("上面那份通知怎么说", ()),
        ("收到通知要几天内报", ()),
    ],
)
def test_a_notice_is_meant_by_what_people_call_it(question: str, meant: tuple[str, ...]):
    found = named_documents(question, SHELF)
    assert tuple(i for named in found for i in named.notice_ids) == meant


def test_what_is_wanted_stands_beside_the_nickname():
    question = "把加强首诊和转诊服务那份通知总结一下"
    spans = [named.span for named in named_documents(question, SHELF)]
    assert unnamed(question, (), spans) == "把这份文件总结一下"


PLAN = """关于加强首诊服务的通知
各市卫生健康委：
一、总体目标
到2025年底，建立双向转诊制度。到2030年，形成有序格局。
二、主要任务
（一）完善首诊负责制。接诊医师要提供诊疗服务，不得推诿。
（二）明确转诊规则。地方要制定转诊标准。
（三）加强考核。2026年6月底前完成首次考核。
三、工作要求
各地要高度重视。
某省卫生健康委
2024年5月8日
"""


def planned() -> Notice:
    text = clean(PLAN).text
    return Notice("n", None, "关于加强首诊服务的通知", "某省卫生健康委", "", Level.NATIONAL, None, text, outline(text))


def test_a_summary_tells_the_goals_and_every_task():
    draft = summary([planned()])
    assert draft is not None
    text = "\n".join(x.text for x in draft.each())
    assert "到2025年底，建立双向转诊制度" in text and "到2030年" in text
    assert all(task in text for task in ("完善首诊负责制", "明确转诊规则", "加强考核"))


def test_all_tasks_are_all_items_and_those_with_a_time_go_first():
    notice = planned()
    q = replace(understand("列出全部任务", [notice], today=date(2024, 6, 1)), task=Task.COLLECT)
    assert collected(q, [notice], date(2024, 6, 1)) is None, "no sort is named"
    draft = all_listed(q, [notice], date(2024, 6, 1))
    assert isinstance(draft, Draft)
    text = "\n".join(x.text for x in draft.each())
    assert "写明数字、时限或责任单位的共" in text and "其余各条" in text
    assert "完善首诊负责制" in text and text.index("2026年6月底前") < text.index("完善首诊负责制")


def test_a_time_table_tells_what_recurs_and_lasts_beside_what_has_a_date():
    text = clean(PLAN.replace("各地要高度重视。", "各地每季度至少组织1次培训，每次不少于3天。各地要高度重视。")).text
    notice = replace(planned(), text=text, articles=outline(text))
    q = replace(understand("列个时间表", [notice], today=date(2024, 6, 1)), task=Task.SCHEDULE)
    draft = collected(q, [notice], date(2024, 6, 1))
    assert draft is not None
    table = draft.blocks[1]
    assert table.kind == "table"
    rows = ["\n".join(cell.text for cell in row) for row in table.rows]
    dated, recurring = (
        next(n for n, row in enumerate(rows) if x in row) for x in ("2026年6月底前", "每季度至少组织1次")
    )
    assert dated < recurring
    assert not any("高度重视" in one.text for one in draft.each())


def test_what_asks_for_an_amount_is_told_from_what_counts_otherwise():
    assert asked_values("报了假材料，罚多少") == asked_values("一升水卖几毛") == {"money"}
    assert asked_values("几个钟头得补上") == {"span"} and not asked_values("这条例几月几号开始施行")
    assert asked_values("不超过工资的几倍") == {"times"}
    assert fits("三甲科研经费多少", "科研经费投入不低于本单位年度业务总收入的1%。")
    assert not fits("院长年薪最高能拿几多万", "人员经费支出占业务支出的比例达到40%以上。")
    assert fits("罚多少万", "处违法所得三倍以下的罚款。")
    assert fits("卖假药罚多少", "并处违法所得三倍以下的罚款。") and not fits("科研经费多少", "签约率达到80%。")
    assert fits("残疾鉴定要掏多少钱", "申办残疾人证，免交残疾鉴定费和工本费。")
    assert fits("婴儿死亡率要降到多少", "到2022年，婴儿死亡率下降到5.4‰。") and fits(
        "慢病死亡率目标", "死亡率下降到9/10万及以下"
    )


def test_a_size_is_no_number_of_things_and_a_sum_no_count():
    assert asked_values("实验室最少要多少平") == asked_values("护栏要多高") == {"size"}
    assert asked_values("一个娃一年发几千") == asked_values("补偿金额是多少") == {"money"}
    assert fits("实验室最少要多少平", "建筑面积不少于400平方米。")
    assert not fits("实验室最少要多少平", "自受理之日起二十个工作日内组织评审。")
    assert not may_bear("一个娃一年发几千", "育儿补贴按年计算，每年一次性发放。")
    assert not may_bear("规划的地盖了仓库罚多少钱", "建筑面积不少于一千五百平方米。")
    assert may_bear("科研要投多少钱", "不低于年度业务总收入的1%。") and may_bear("要培训多久", "每年不少于八学时。")


def test_a_share_answers_how_many_only_where_it_is_a_share_of_them():
    assert fits("多少县市要建成医共体", "全省80%的县市基本建成。")
    assert not fits("目录里一共多少种药", "个人先行自付20%后按乙类支付。")
    assert not fits("每多少个老人配一名护士", "护士参加培训占比达到95%以上。")


def test_a_paper_of_another_place_is_asked_about_and_not_compared():
    shares = {"ruling": 0.66, Kind.BODY.value: 0.2}
    one = classify("医保在深圳，广州那个长护险办法沾得上光吗", places=2, shares=shares)
    both = classify("深圳和广州的长护险办法有什么不同", places=2, shares=shares)
    assert (one.kind, both.kind) == (Kind.APPLICABILITY, Kind.COMPARISON)
