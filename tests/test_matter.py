"""The matter of a verdict: what is wholly about it leads, what is silent is not held out as a duty, no place is no duty yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.applicability import verdicts
from assistant.retrieval.matching import Weights
from assistant.service import Assistant
from assistant.topics import on_topic, silent_on
from assistant.types import Binding
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Notice
from pages.rules import verdicts_html

SAMPLE = load_corpus().notices[0]
CITY = "浙江省/杭州市"
DAY = date(2024, 5, 1)


def notice(id_: str, title: str, text: str, issued: date, region: str = CITY) -> Notice:
    return replace(
        SAMPLE, id=id_, title=title, number=None, region=region, issued_on=issued, effective_on=None, expires_on=None, horizon=None,
        text=text, articles=outline(text), gaps=(), relations=(), effects=(), front=None, guesses={}, confidence={}, addressees=(),
        aliases=(),
    )  # fmt: skip


WHOLE = notice(
    "whole", "院前医疗急救管理条例", "第一条 救护车应当及时出车。\n第二条 值班二十四小时不间断。\n", date(2015, 1, 1)
)
BESIDE = notice(
    "beside", "中医药条例", "第一条 中医医院可以加入院前急救网络。\n第二条 中药材应当可追溯。\n", date(2022, 1, 1)
)
SILENT = notice(
    "silent", "母婴设施规定", "第一条 商场应当设置母婴室。\n第二条 车站应当设置母婴室。\n", date(2023, 1, 1)
)
ALL = (SILENT, BESIDE, WHOLE)


def judged(topic: str, place: str | None = CITY) -> list[str]:
    weights = Weights([n.text for n in ALL])
    return [v.notice_id for v in on_topic(verdicts(ALL, place, DAY), ALL, topic, weights) if v.mentions]


def test_a_notice_wholly_about_the_matter_leads_one_that_names_it_in_passing() -> None:
    assert judged("院前急救") == ["whole", "beside"]
    assert judged("中药材") == ["beside"]


def test_where_none_speaks_on_the_matter_that_is_said_and_none_is_held_out_as_a_duty() -> None:
    found = on_topic(verdicts(ALL, CITY, DAY), ALL, "血液透析", Weights([n.text for n in ALL]))
    assert silent_on(found)
    html = verdicts_html(found, CITY, DAY, (), "血液透析")
    assert "没有一份写到“血液透析”" in html and "应当执行" not in html
    told = on_topic(verdicts(ALL, CITY, DAY), ALL, "院前急救", Weights([n.text for n in ALL]))
    html = verdicts_html(told, CITY, DAY, (), "院前急救")
    assert not silent_on(told) and "应当执行" in html and html.index("院前医疗急救管理条例") < html.index("中医药条例")
    assert html.index("母婴设施规定") > html.index("<details>")


def test_without_a_place_only_what_holds_everywhere_is_a_duty(bundled: Assistant) -> None:
    found = bundled.applicable(None, date(2019, 6, 1))
    assert not any(v.binding is Binding.BINDS for v in found), "all of the shipped notices are of a place"
    assert any(v.binding is Binding.MAY_BIND and v.code == "place_open" for v in found)


def test_all_that_binds_is_listed_where_it_is_asked_which_ones(bundled: Assistant) -> None:
    from assistant import Profile

    profile = Profile("广东省/湛江市", date(2019, 6, 1))
    answer = bundled.ask("我们现在要执行哪些文件", profile=profile)
    binding = [v for v in bundled.applicable(profile.region, profile.as_of) if v.binding is Binding.BINDS]
    assert binding and f"适用的有{len(binding)}份" in answer.text
    assert {v.notice_id for v in binding} <= {c.notice_id for c in answer.citations}
    one = bundled.ask("我们该执行哪份文件", profile=profile)
    assert "份：" not in one.text


def test_only_a_notice_that_answered_is_asked_on_about(bundled: Assistant) -> None:
    for question in ("取消耗材加成的钱怎么补", "院长年薪怎么定", "签约服务谁牵头"):
        answer = bundled.ask(question)
        names = {c.notice for c in answer.citations} | {c.title for c in answer.citations}
        assert all(any(name in one for name in names) or "《" in one for one in answer.suggestions)
        told = {n.reference for n in bundled.corpus.notices if n.reference} - names
        assert not any(name in one for name in told for one in answer.suggestions)
