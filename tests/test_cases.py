"""What the first version failed at, as a user would see it: made-up notices go in, and each of their facts is answered.

Sections A, B, G and I of the list of failures (short items taken for headings, places read out of other words, dates of a
question, gaps and lists); C to F and H stand in ``test_inforce``, ``test_structure``, ``test_shapes``, ``test_front_inputs``.
"""

from __future__ import annotations

from datetime import date

import pytest
from answers import ask
from fakes import HashingEmbedder

from assistant.keeping.keeper import add
from assistant.service import Assistant
from assistant.settings import Settings
from corpus.dates import find_periods
from corpus.library import load_corpus
from corpus.regions import gazetteer
from corpus.shelf import write_tombstones
from index import Index, IndexConfig, build_index

SHORT = """邵阳市卫生健康委员会关于规范产后访视的通知
邵卫函〔2022〕37号
各县市区卫生健康局：
为规范产后访视，现将有关事项通知如下。
一、产后访视不少于3次。
二、首次访视在出院后5日内进行。
三、访视人员由乡镇卫生院选派。
四、访视补助每次60元。
五、访视档案由县妇幼保健院保管。
邵阳市卫生健康委员会
2022年5月6日
"""
ARTICLES = """雅安市人民政府关于印发雅安市骨髓捐献者优待规定的通知
雅府发〔2023〕18号
各县（区）人民政府：
现将《雅安市骨髓捐献者优待规定》印发给你们，请遵照执行。
第一条 捐献者凭证免费游览公园，每次捐献享受9个月。
第二条 捐献满3次的，终身免费游览。
第三条 本规定自2023年8月1日起施行。
雅安市人民政府
2023年6月14日
"""
COVER = """保山市医疗保障局关于印发保山市护理补贴办法的通知
保医保发〔2021〕6号
各县（市、区）医疗保障局：
现将《保山市护理补贴办法》印发给你们，自2021年10月1日起施行。
第一条 护理补贴按失能等级发放。
第二条 重度失能每月补贴900元。
第三条 中度失能每月补贴400元。
保山市医疗保障局
2021年8月30日
"""
TEXTS = {"short.txt": SHORT, "articles.txt": ARTICLES, "cover.txt": COVER}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("cases")
    data = folder / "var"
    data.mkdir()
    write_tombstones(data, [notice.id for notice in load_corpus().notices])
    papers = folder / "in"
    papers.mkdir()
    for name, text in TEXTS.items():
        (papers / name).write_text(text, encoding="utf-8")
    settings, embedder, config = Settings(data_dir=data), HashingEmbedder(), IndexConfig(data)
    outcome = add(settings, [papers], embedder=embedder)
    assert not outcome.failed and len(outcome.added) == len(TEXTS)
    corpus = load_corpus(data)
    build_index(corpus, config, embedder=embedder)
    return Assistant(corpus, Index.open(config, corpus, embedder=embedder), settings, today=date(2026, 9, 22))


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("邵阳产后访视不少于几次？", "3次"),
        ("邵阳产后访视人员由谁选派？", "乡镇卫生院"),
        ("雅安捐献一次能免费游览公园多久？", "9个月"),
        ("雅安骨髓捐献满几次终身免费游览？", "3次"),
        ("保山重度失能每月补贴多少元？", "900元"),
        ("保山中度失能每月补贴多少元？", "400元"),
    ],
)
def test_a_fact_in_one_sentence_is_answered_with_its_own_article(
    assistant: Assistant, question: str, fact: str
) -> None:
    answer = ask(assistant, question)
    assert not answer.refused and fact in answer.text.replace(" ", ""), answer.text
    assert any(fact in citation.quote for citation in answer.citations)


def test_one_sentence_items_are_passages_of_their_own(assistant: Assistant) -> None:
    notice = next(one for one in assistant.corpus.notices if one.number == "邵卫函〔2022〕37号")
    items = [one for one in notice.articles if one.kind == "item"]
    assert [one.span.of(notice.text).strip() for one in items] == SHORT.split("\n")[4:9]
    assert [one.heading for one in items] == [""] * 5  # a line that ends its sentence is text


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("深圳市龙华区的医院怎么补助", ["广东省/深圳市/龙华区"]),
        ("赤坎区南京路的门诊部归谁管", ["广东省/湛江市/赤坎区"]),
        ("医保定点药店怎么申请", []),
        ("县城口腔诊所怎么备案", []),
        ("加大同级医院检查结果互认", []),
        ("学三明医改经验的要求", []),
    ],
)
def test_places_in_a_question(question: str, paths: list[str]) -> None:
    assert [mention.path for mention in gazetteer().find(question)] == paths


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("2016年上半年常德的医院看哪个文件", "2016-01-01", "2016-06-30"),
        ("2023年第三季度怎么考核", "2023-07-01", "2023-09-30"),
        ("19年1月的标准是多少", "2019-01-01", "2019-01-31"),
        ("2018年常德的医院看哪个文件", "2018-01-01", "2018-12-31"),
        ("湖南中医院 2020年适用什么", "2020-01-01", "2020-12-31"),
        ("二О二二年怎么规定", "2022-01-01", "2022-12-31"),
        ("2024年6月3日(星期一)至6月14日(星期五)报名", "2024-06-03", "2024-06-14"),
    ],
)
def test_the_time_a_question_is_about(question: str, first: str, last: str) -> None:
    [period] = find_periods(question)
    assert (period.start.isoformat(), period.end.isoformat()) == (first, last)


@pytest.mark.parametrize("question", ["库里有哪些文件", "库里有多少份湖南的文件"])
def test_the_library_is_listed(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)  # the library itself answers, nothing is retrieved
    assert not answer.refused and "邵卫函〔2022〕37号" in answer.text
    assert ("雅府发〔2023〕18号" in answer.text) == ("湖南" not in question)
