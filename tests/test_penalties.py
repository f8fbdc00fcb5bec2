"""What a breach costs where the law says it by number, and what decides for the asker: over a made-up regulation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.answering.measured import aged, excepted
from assistant.keeping.keeper import add
from assistant.query.asker import asker_of
from assistant.query.read import understand
from assistant.query.types import Query
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.penalties import penalties_of
from corpus.types import Level, Notice, Span
from index import Index

LAW = """衡阳市院内食堂管理条例
（2021年3月2日衡阳市第十六届人民代表大会常务委员会第三次会议通过　2021年5月20日湖南省第十三届人民代表大会常务委员会第二十四次会议批准）
第一条 为了加强医疗机构食堂管理，保障就餐人员健康，制定本条例。
第二条 本市行政区域内医疗机构食堂的管理适用本条例。
第三条 食堂从业人员应当每年进行健康检查，取得健康证明后方可上岗。
医疗机构应当为食堂从业人员建立健康档案。
第四条 食堂不得有下列行为：
（一）采购来源不明的食材；
（二）将剩余饭菜再次出售；
（三）在操作间内摆放私人物品。
前款第三项规定的私人物品不包括饮水杯。
第五条 十六周岁至六十周岁的人员可以在食堂从业。
第六条 食堂应当在显著位置公示投诉电话，投诉电话号码由市卫生健康部门另行公布。
第七条 违反本条例第三条第一款规定的，由卫生健康部门按照每人次八百元处以罚款。
第八条 违反本条例第四条第一项、第二项规定的，由市场监督管理部门处二千元以上一万元以下罚款。
第九条 对处罚决定不服的，可以自接到处罚决定之日起十五日内申请复议。
第十条 本条例自2021年8月1日起施行。
"""


def made(text: str = LAW) -> Notice:
    return Notice(
        "n",
        None,
        "衡阳市院内食堂管理条例",
        "衡阳市人民代表大会常务委员会",
        "湖南省/衡阳市",
        Level.MUNICIPAL,
        None,
        text,
        outline(text),
    )


@pytest.fixture(scope="module")
def canteen(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("canteen")
    (folder / "条例.txt").write_text(LAW, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, [folder / "条例.txt"], {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings)


def told(assistant: Assistant, question: str) -> str:
    return assistant.ask(question, profile=Profile(region="湖南省/衡阳市")).text


def test_threats_are_found_by_the_articles_they_name():
    found = penalties_of(made())
    assert sorted(found) == ["第三条", "第四条"]
    assert [sorted(one.paragraphs) for one in found["第三条"]] == [[1]]
    assert [sorted(one.items) for one in found["第四条"]] == [[1, 2]]
    assert not found["第三条"][0].meets(2, None)
    assert not found["第四条"][0].meets(1, 3)


def test_a_range_of_items_is_every_item_of_it():
    text = LAW.replace("第四条第一项、第二项", "第四条第一款第一项至第三项")
    assert sorted(penalties_of(made(text))["第四条"][0].items) == [1, 2, 3]


def test_the_deed_and_what_it_costs_are_told_together(canteen: Assistant):
    text = told(canteen, "食堂的人没去做健康检查就上岗，一个人罚多少")
    assert "第三条规定" in text and "第七条规定" in text and "每人次八百元" in text


def test_who_fines_is_the_body_of_the_threat(canteen: Assistant):
    text = told(canteen, "食堂把剩饭又拿出来卖，谁来罚")
    assert "市场监督管理部门" in text and "二千元以上一万元以下" in text


def test_two_places_are_compared_with_what_a_breach_costs_in_each(tmp_path: Path):
    other = LAW.replace("衡阳", "岳阳").replace("每人次八百元处以罚款", "每人次三百元处以罚款")
    for name, text in (("甲.txt", LAW), ("乙.txt", other)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = Settings.load(data_dir=tmp_path / "var")
    add(settings, [tmp_path / "甲.txt", tmp_path / "乙.txt"], {})
    corpus = load_corpus(settings.data_dir)
    both = Assistant(corpus, Index.open(settings.index_config(), corpus), settings)
    text = both.ask("食堂的人没做健康检查就上岗，衡阳和岳阳分别怎么罚").text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert any("衡阳" in row and "八百元" in row and "第三条" in row for row in rows)
    assert any("岳阳" in row and "三百元" in row and "八百元" not in row for row in rows)


def test_a_question_on_the_duty_itself_is_told_no_penalty(canteen: Assistant):
    assert "八百元" not in told(canteen, "食堂的人多久做一次健康检查")


def test_an_exception_that_names_what_is_asked_goes_first(canteen: Assistant):
    text = told(canteen, "操作间里放私人物品不行，饮水杯算不算")
    assert text.startswith("文件写明“前款第三项规定的私人物品不包括饮水杯”")


def test_days_of_a_period_are_a_length_of_time(canteen: Assistant):
    assert "十五日内" in told(canteen, "被罚了不服，几天之内能申请复议")


def test_a_number_left_to_another_document_is_not_stated(canteen: Assistant):
    answer = canteen.ask("食堂的投诉电话号码是多少", profile=Profile(region="湖南省/衡阳市"))
    assert answer.refused
    assert "另行公布" in answer.text, "the nearest clause says who is to make it public"


def test_no_telephone_number_is_none_whoever_is_in_charge(canteen: Assistant):
    answer = canteen.ask("食堂的事要问打哪个电话，找谁", profile=Profile(region="湖南省/衡阳市"))
    assert answer.refused and "没有写明" in answer.text


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("我62岁还能在食堂干吗", "62岁不在“十六周岁至六十周岁”之内。"), ("我今年30了，能去食堂上班吗", "30岁在“十六周岁至六十周岁”之内。"),
        ("60岁以上能去吗", None), ("食堂招30人行吗", None), ("押金交了300了，能去吗", None),
    ],
)  # fmt: skip
def test_the_age_said_is_laid_against_the_range(question: str, starts: str | None):
    notice = made()
    at = LAW.index("第五条")
    statement = aged(asker_of(question).age, notice, Span(at, LAW.index("第六条")))
    assert (statement.text if statement else None) == starts


def test_two_ages_in_a_clause_decide_nothing():
    text = "第一条 六十周岁以上老年人免费，八十周岁以上老年人另有津贴。"
    assert aged(75, made(text), Span(0, len(text))) is None


def asked(question: str) -> Query:
    return understand(question, (), today=date(2024, 1, 1))


def test_an_exception_is_told_only_where_one_yes_is_asked():
    notice = made()
    spans = [article.span for article in notice.articles]
    assert excepted(asked("操作间里的饮水杯怎么放"), notice, spans) is None
    assert excepted(asked("操作间里放手机算不算"), notice, spans) is None


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("公交车用不用办卫生许可证", "不用。文件写明“除公园、公交车、体育场（馆）外的场所"),
        ("公园算不算这里说的场所", "文件写明“除公园、公交车、体育场（馆）外的场所"),
        ("理发店用不用办卫生许可证", None),
        ("公交车怎么办卫生许可证", None),
    ],
)
def test_what_is_excepted_from_a_duty_need_not_be_done(question: str, starts: str | None):
    text = "第一条 除公园、公交车、体育场（馆）外的场所，经营者应当申请办理卫生许可证。"
    said = excepted(asked(question), made(text), [Span(0, len(text))])
    assert said.text.startswith(starts) if said and starts else said is None and starts is None


def test_when_a_document_was_amended_is_read_from_its_preamble(tmp_path: Path):
    text = LAW.replace(
        "批准）", "批准　根据2023年6月1日衡阳市第十六届人民代表大会常务委员会第九次会议《关于修改部分法规的决定》修正）"
    )
    (tmp_path / "条例.txt").write_text(text, encoding="utf-8")
    settings = Settings.load(data_dir=tmp_path / "var")
    add(settings, [tmp_path / "条例.txt"], {})
    corpus = load_corpus(settings.data_dir)
    assistant = Assistant(corpus, Index.open(settings.index_config(), corpus), settings)
    said = told(assistant, "食堂管理条例后来改过没有，现在用的哪一版")
    assert "2023年6月1日" in said and "自2021年8月1日起施行" in said


def test_a_deed_in_a_list_of_breaches_is_told_with_what_it_costs(tmp_path: Path):
    listed = """第七条 食堂有下列情形之一的，由市场监督管理部门责令改正，处三千元以上五千元以下罚款：
（一）重复收费、超标准收费；
（二）强制消费。
第八条 食堂有下列情形之一的，由卫生健康部门处一千元以下罚款：
（一）未公示价格；
（二）拒绝检查。
"""
    text = f"{LAW[: LAW.index('第七条')]}{listed}{LAW[LAW.index('第九条') :]}"
    (tmp_path / "条例.txt").write_text(text, encoding="utf-8")
    settings = Settings.load(data_dir=tmp_path / "var")
    add(settings, [tmp_path / "条例.txt"], {})
    corpus = load_corpus(settings.data_dir)
    assistant = Assistant(corpus, Index.open(settings.index_config(), corpus), settings)
    for question in ("食堂超标准收费罚多少", "食堂重复收费的，怎么处罚？"):
        answer = told(assistant, question)
        assert "第七条规定" in answer and "三千元以上五千元以下罚款：重复收费、超标准收费" in answer
        assert "强制消费" not in answer and "一千元" not in answer
    assert "一千元以下" in told(assistant, "食堂未公示价格怎么罚")
