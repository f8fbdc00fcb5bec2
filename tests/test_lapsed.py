"""What is no longer in force: told with the day it ended where nothing in force speaks of the matter, and never another rule
with other sums in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import assistant_with, city_notice, linked

from assistant.answering.caveats import caveats
from assistant.query.read import understand
from assistant.types import Answer, Profile

PLACE, OTHER = "福建省/南平市", "山东省/济南市"
TODAY, THEN = date(2026, 11, 20), date(2022, 6, 1)


EXPIRED = city_notice(
    "关于麻风病康复者生活照料的通知", "南卫规〔2020〕6号", "2020年4月6日",
    ["零用钱\n供养机构每月按照不低于基本生活费20%的标准向麻风病康复者发放零用钱。", "探视\n亲属每月可以探视麻风病康复者两次。"],
    "本通知自印发之日起施行，有效期3年。",
)  # fmt: skip
INSURANCE = city_notice(
    "关于长期照护保险待遇的通知", "南卫规〔2024〕9号", "2024年3月8日",
    [
        "机构照护\n定点机构照护发生的费用，每人每月支付不超过900元。",
        "居家照护\n居家照护发生的费用，每人每月支付不超过450元。",
        "评估\n失能评估费用每人每次200元。",
    ],
    "本通知自印发之日起施行。",
)  # fmt: skip
OLD = city_notice(
    "关于临床用血管理的通知", "南卫医〔2023〕11号", "2023年4月6日",
    ["用血审批\n同一患者一天申请用血达到800毫升的，由科室主任审批。", "奖励\n用血管理先进科室每年奖励3000元。"],
    "本通知自印发之日起施行。",
)  # fmt: skip
NEW = city_notice(
    "关于加强临床用血管理的通知", "南卫医〔2025〕52号", "2025年11月3日",
    ["用血审批\n同一患者一天申请用血达到1600毫升的，由医务部门审批。", "自体输血\n三级医院择期手术自体输血率不低于25%。"],
    "本通知自2026年1月1日起施行，《关于临床用血管理的通知》（南卫医〔2023〕11号）同时废止。",
)  # fmt: skip

PLAN = city_notice(
    "关于慢性病防治行动的通知", "南卫医〔2021〕3号", "2021年2月2日",
    ["目标\n2022年高血压患者规范管理率不低于65%。"], "本通知自印发之日起施行。",
)  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "question", "asked_of"),
    [
        ((EXPIRED, INSURANCE), "2022年南平供养机构每月给麻风病康复者零用钱不少于多少", date(2022, 12, 31)),
        ((EXPIRED, INSURANCE), "南平市2022年麻风病康复者零用钱给多少", date(2022, 12, 31)),
        ((EXPIRED, INSURANCE), "南平麻风病康复者零用钱2022年给多少", None),  # the year opens nothing
        ((EXPIRED, INSURANCE), "到2022年南平麻风病康复者零用钱要达到多少", None),
        ((EXPIRED, INSURANCE), "2024年南平麻风病康复者零用钱给多少", None),  # it had ended by then
        ((EXPIRED, INSURANCE), "2022年济南麻风病康复者零用钱给多少", None),
        ((INSURANCE, NEW), "2022年南平机构照护每月付多少", None),  # all that is there is in force today
        ((EXPIRED, PLAN), "2022年南平高血压患者规范管理率多少", None),  # a year that a notice sets a figure for
    ],
)
def test_a_year_that_opens_a_question_is_when_it_is_asked_of(
    texts: Sequence[str], question: str, asked_of: date | None
) -> None:
    u = understand(question, linked(*texts), today=TODAY)
    assert (u.as_of if u.as_of_from else None) == asked_of


def test_what_held_then_and_has_expired_since_is_said_to_have() -> None:
    expired, insurance = linked(EXPIRED, INSURANCE)
    [told] = caveats([expired, insurance], THEN, today=TODAY)
    assert "南卫规〔2020〕6号有效期至2023年4月" in told and told.endswith("现已失效。")
    assert caveats([expired], THEN) == () == caveats([expired], TODAY, today=TODAY)


Asks = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Asks:
    folder: Path = tmp_path_factory.mktemp("lapsed")
    made = assistant_with((EXPIRED, INSURANCE, OLD, NEW), one_notice_dir, folder, TODAY)

    def asked(question: str, region: str | None = None, as_of: date | None = None) -> Answer:
        return made.ask(question, profile=Profile(region=region, as_of=as_of))

    return asked


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("南平麻风病康复者的零用钱一个月给多少", None),
        ("南平麻风病康复者的零用钱一个月给多少，这文件还有效吗", None),
        ("供养机构每月给麻风病康复者零用钱不少于多少", PLACE),
        ("供养机构每月给麻风病康复者零用钱不少于多少", None),
    ],
)
def test_what_has_expired_is_told_as_such_and_not_another_rule_of_the_place(
    ask: Asks, question: str, region: str | None
) -> None:
    answer = ask(question, region)
    first = answer.text.split("\n")[0]
    assert first.startswith("已失效：") and "南卫规〔2020〕6号" in first and "2023年4月" in first
    assert "20%" in answer.text and "元" not in answer.text
    assert {c.notice_id for c in answer.citations} == {answer.citations[0].notice_id}


@pytest.mark.slow
def test_asked_whether_it_is_valid_the_verdict_stands_before_its_clause(ask: Asks) -> None:
    text = ask("南平麻风病康复者零用钱的规定过期了没有").text
    assert text.startswith("不适用，南卫规〔2020〕6号有效期至2023年4月") and "已届满" in text
    assert "20%" in text and "900" not in text and "应看" not in text


@pytest.mark.slow
@pytest.mark.parametrize("question", ["南卫规〔2020〕6号还有效吗", "南卫规〔2020〕6号管我们吗"])
def test_asked_by_its_number_it_has_expired(ask: Asks, question: str) -> None:
    answer = ask(question, PLACE)
    assert answer.text.startswith("不适用，南卫规〔2020〕6号有效期至2023年4月") and answer.citations


@pytest.mark.slow
def test_a_clause_of_a_document_that_is_named_is_told_as_no_longer_in_force(ask: Asks) -> None:
    text = ask("南卫规〔2020〕6号说亲属每月可以探视几次").text
    assert text.startswith("已失效：") and "两次" in text and "未见写到" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("供养机构每月给麻风病康复者零用钱不少于多少", THEN),
        ("2022年供养机构每月给麻风病康复者零用钱不少于多少", None),
    ],
)
def test_on_a_day_of_its_term_it_is_a_rule_as_any_other(ask: Asks, question: str, day: date | None) -> None:
    text = ask(question, PLACE, day).text
    assert "20%" in text and not text.startswith("已失效") and "现已失效" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "states"),
    [
        ("长期照护保险机构照护一个月最多付多少", "900元"),
        ("南平一天用血800毫升谁审批", "医务部门"),
        ("失能评估一次多少钱", "200元"),
    ],
)
def test_what_is_in_force_answers_what_it_speaks_of(ask: Asks, question: str, states: str) -> None:
    text = ask(question, PLACE).text
    assert states in text and "已失效" not in text and not text.startswith("已废止")


@pytest.mark.slow
def test_what_only_the_repealed_version_said_is_told_with_what_repealed_it(ask: Asks) -> None:
    answer = ask("用血管理先进科室每年奖励多少钱", PLACE)
    first = answer.text.split("\n")[0]
    assert first.startswith("已废止：") and "南卫医〔2025〕52号" in first and "2026年1月1日" in first
    assert "3000元" in answer.text
    assert any("同时废止" in c.quote for c in answer.citations)


@pytest.mark.slow
def test_another_place_gets_nothing_of_it(ask: Asks) -> None:
    answer = ask("供养机构每月给麻风病康复者零用钱不少于多少", OTHER)
    assert answer.refused and "20%" not in answer.text
