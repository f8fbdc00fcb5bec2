"""What is issued and not in effect yet: answered from where nothing in force says it, said so first, and told among the tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import assistant_with, city_notice, linked

from assistant.answering.caveats import caveats
from assistant.answering.refusal import no_longer
from assistant.applicability import before_it, verdicts
from assistant.duties.export import duties_text, duty_record
from assistant.duties.extraction import duties_of
from assistant.query.read import understand
from assistant.service import Assistant
from assistant.types import Answer, Profile, Turn
from corpus.inforce import Force, standing, successor
from corpus.types import Status

PLACE, OTHER = "福建省/南平市", "山东省/济南市"
BEFORE, AFTER = date(2026, 11, 20), date(2027, 2, 1)


OLD = city_notice(
    "关于临床用血管理的通知", "南卫医〔2023〕11号", "2023年4月6日",
    ["用血审批\n同一患者一天申请用血达到800毫升的，由科室主任审批。", "档案\n用血记录随病历保存。"], "本通知自印发之日起施行。",
)  # fmt: skip
NEW = city_notice(
    "关于加强临床用血管理的通知", "南卫医〔2026〕52号", "2026年11月3日",
    [
        "用血审批\n同一患者一天申请用血达到1600毫升的，由医务部门审批。",
        "自体输血\n三级医院择期手术自体输血率不低于25%，市中心血站于2027年5月31日前完成回收设备摸底。",
    ],
    "本通知自2027年1月1日起施行，《关于临床用血管理的通知》（南卫医〔2023〕11号）同时废止。",
)  # fmt: skip
ALONE = city_notice(
    "关于规范陪诊服务的通知", "南卫医〔2026〕60号", "2026年11月9日",
    ["收费\n陪诊服务每半天收费不超过120元。", "人员\n陪诊员上岗前接受不少于16学时的培训。"],
    "本通知自2027年1月1日起施行。原《南平市陪诊服务暂行规定》（南卫医〔2019〕8号）同时废止。",
)  # fmt: skip
AMBULANCE = city_notice(
    "关于改进院前医疗急救服务的通知", "南卫医〔2024〕5号", "2024年2月8日",
    ["站点\n每个县（市、区）设院前医疗急救站点不少于3个。", "车辆\n每个站点配急救车2辆。"], "本通知自印发之日起施行。",
)  # fmt: skip
STOPPED = city_notice(
    "关于调整陪诊服务有关事项的通知", "南卫医〔2026〕66号", "2026年11月18日",
    ["收费\n陪诊服务每半天收费不超过100元。"],
    "本通知自印发之日起施行，《关于规范陪诊服务的通知》（南卫医〔2026〕60号）同时废止。",
)  # fmt: skip


def test_what_was_repealed_before_its_first_day_is_repealed() -> None:
    alone, stopped = linked(ALONE, STOPPED)
    days = {
        date(2026, 11, 8): Force.NOT_ISSUED,
        date(2026, 11, 17): Force.NOT_YET,
        date(2026, 11, 18): Force.REPEALED,
        AFTER: Force.REPEALED,
    }
    assert {day: standing(alone, day).force for day in days} == days
    assert successor(alone, AFTER, (alone, stopped)) == stopped
    assert successor(alone, date(2026, 11, 17), (alone, stopped)) is None


def test_a_status_by_hand_does_not_reach_back_before_the_first_day() -> None:
    [alone] = linked(ALONE)
    marked = replace(alone, status=Status.REPEALED)
    assert standing(marked, BEFORE).force is Force.NOT_YET and standing(marked, AFTER).force is Force.REPEALED


def test_the_one_that_holds_is_named_by_however_many_steps() -> None:
    third = NEW.replace("南卫医〔2026〕52号", "南卫医〔2027〕3号").replace("2026年11月3日", "2027年3月3日")
    third = third.replace("2027年1月1日", "2027年4月1日").replace("关于加强临床", "关于进一步加强临床")
    third = third.replace(
        "《关于临床用血管理的通知》（南卫医〔2023〕11号）", "《关于加强临床用血管理的通知》（南卫医〔2026〕52号）"
    )
    old, new, last = library = linked(OLD, NEW, third)
    assert successor(old, AFTER, library) == new
    assert successor(old, date(2027, 5, 1), library) == last
    reason = {v.notice_id: v.reason for v in verdicts(library, PLACE, date(2027, 5, 1))}[old.id]
    assert "南卫医〔2026〕52号" in reason and "现行的是南卫医〔2027〕3号" in reason


def test_what_held_until_then_is_named_though_its_text_is_not_here() -> None:
    library = linked(ALONE)
    [alone] = library
    assert before_it(alone, BEFORE, library) == ("《南平市陪诊服务暂行规定》（南卫医〔2019〕8号）",)
    assert before_it(alone, date(2018, 5, 1), library) == ()  # of a later year than the day
    assert before_it(alone, AFTER, library) == ()
    [verdict] = verdicts(library, PLACE, BEFORE)
    assert "南卫医〔2019〕8号" in verdict.reason and "没有收录原文" in verdict.reason
    [held] = [v for v in verdicts(linked(OLD, NEW), PLACE, BEFORE) if v.code == "not_effective"]
    assert "没有收录" not in held.reason
    u = understand("南平陪诊怎么收费", library, today=BEFORE)
    assert "南卫医〔2019〕8号" in no_longer(u, library).text


@pytest.mark.parametrize(("region", "chosen", "day", "told"), [
    (PLACE, False, BEFORE, {"尚未施行"}), (None, True, BEFORE, {"尚未施行"}), (None, False, BEFORE, set()), (OTHER, False, BEFORE, set()),
    (OTHER, True, BEFORE, set()), (PLACE, False, AFTER, {"适用"}), (PLACE, False, date(2026, 1, 1), set()),
])  # fmt: skip
def test_tasks_of_what_is_not_in_effect_are_told_as_such(
    region: str | None, chosen: bool, day: date, told: set[str]
) -> None:
    _, new = library = linked(OLD, NEW)
    found = duties_of(library, region, as_of=day, notice_ids={new.id} if chosen else None)
    found = tuple(d for d in found if d.notice_id == new.id)
    assert {d.applies for d in found} == told
    if told == {"尚未施行"}:
        assert "【尚未施行】" in duties_text(found, region, day)
        assert {duty_record(d)["binding"] for d in found} == told


def test_a_quote_of_what_no_longer_or_not_yet_holds_says_so_once() -> None:
    old, new = linked(OLD, NEW)
    [ended] = caveats([old], AFTER)
    assert "南卫医〔2026〕52号" in ended and "不再有效" in ended
    assert caveats([old], AFTER, "它已由南卫医〔2026〕52号废止。") == ()
    [ahead] = caveats([new], BEFORE)
    assert "尚未施行" in ahead and "2027年1月1日" in ahead
    assert caveats([new], BEFORE, "尚未施行：……") == () == caveats([new], AFTER)


Asks = Callable[..., Answer]


@pytest.fixture(scope="module")
def made(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("coming")
    return assistant_with((OLD, NEW, ALONE, AMBULANCE), one_notice_dir, folder, BEFORE)


@pytest.fixture(scope="module")
def ask(made: Assistant) -> Asks:
    def asked(question: str, region: str | None = None, as_of: date | None = None, *before: str) -> Answer:
        history = [Turn("user", one) for one in before]
        return made.ask(question, history=history, profile=Profile(region=region, as_of=as_of))

    return asked


@pytest.mark.parametrize(
    ("question", "region"),
    [("南平陪诊半天收多少钱", None), ("陪诊半天最多收多少钱", PLACE), ("陪诊半天最多收多少钱", None)],
)
def test_nothing_in_force_says_it_and_what_is_coming_does(ask: Asks, question: str, region: str | None) -> None:
    answer = ask(question, region)
    assert not answer.refused
    assert answer.text.startswith("尚未施行：") and "2027年1月1日" in answer.text.split("。")[0]
    assert "120元" in answer.text and "南卫医〔2019〕8号" in answer.text


@pytest.mark.slow
def test_what_is_coming_is_no_note_once_it_is_in_effect(ask: Asks) -> None:
    answer = ask("陪诊半天最多收多少钱", PLACE, AFTER)
    assert "120元" in answer.text and "尚未施行" not in answer.text


@pytest.mark.slow
def test_what_is_in_force_answers_and_what_is_coming_is_named(ask: Asks) -> None:
    answer = ask("一天用血800毫升谁审批", PLACE)
    assert "科室主任" in answer.text and not answer.text.startswith("尚未施行")
    assert "2027年1月1日" in answer.text


@pytest.mark.slow
def test_another_place_gets_nothing_of_it(ask: Asks) -> None:
    answer = ask("陪诊半天最多收多少钱", OTHER)
    assert answer.refused and "120元" not in answer.text


@pytest.mark.slow
def test_asked_by_its_name_it_says_that_it_is_not_in_effect(ask: Asks) -> None:
    answer = ask("南卫医〔2026〕52号要求自体输血率多少")
    assert (
        answer.text.startswith("尚未施行：")
        and "南卫医〔2023〕11号" in answer.text.split("。")[0]
        and "25%" in answer.text
    )


@pytest.mark.slow
@pytest.mark.parametrize("region", [None, PLACE, OTHER])
@pytest.mark.parametrize(
    "question",
    [
        "南卫医〔2023〕11号还有效吗",
        "南卫医〔2023〕11号作废了没有",
        "《关于临床用血管理的通知》（南卫医〔2023〕11号）现在还能用吗",
    ],
)
def test_whether_a_document_is_valid_is_told_to_whoever_asks(ask: Asks, question: str, region: str | None) -> None:
    ended = ask(question, region, AFTER, "一天用血800毫升谁审批")
    assert "自2027年1月1日起已被南卫医〔2026〕52号废止" in ended.text
    assert any("同时废止" in c.quote for c in ended.citations)
    assert "审批" not in ended.question_understood
    still = ask(question, region, BEFORE)
    assert "2027年1月1日" in still.text and "不再有效" not in still.text
    assert any("同时废止" in c.quote for c in still.citations)


@pytest.mark.slow
def test_only_the_place_asked_about_decides_whom_it_binds(ask: Asks) -> None:
    assert ask("南卫医〔2026〕52号管我们吗", OTHER, AFTER).text.startswith("不适用")


@pytest.mark.slow
def test_a_document_known_by_the_number_of_its_repeal(ask: Asks) -> None:
    answer = ask("南卫医〔2019〕8号还能用吗", PLACE, AFTER)
    assert not answer.refused and "2027年1月1日" in answer.text and "废止" in answer.text
    assert ask("南卫医〔2018〕8号还能用吗", PLACE, AFTER).refused


@pytest.mark.slow
def test_a_comparison_tells_what_is_coming(ask: Asks) -> None:
    answer = ask("南平和湛江陪诊半天收多少钱，对比一下")
    assert "120元" in answer.text and "尚未施行" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("topic", "about"),
    [("院前急救", "南卫医〔2024〕5号"), ("救护车", "南卫医〔2024〕5号"), ("垃圾分类", ""), ("药品追溯码", "")],
)
def test_a_matter_is_found_by_meaning_and_silence_is_no_denial(made: Assistant, topic: str, about: str) -> None:
    found = {v.notice: v for v in made.applicable(PLACE, BEFORE, topic) if v.code != "other_region"}
    speak = {name for name, v in found.items() if v.mentions}
    assert speak == ({about} if about else set())
    for name, verdict in found.items():
        assert ("未见写到" in verdict.reason) == (name not in speak) and "没有写到" not in verdict.reason
    told = (f"用词与“{topic}”不同", f"写到“{topic}”", "写的就是这件事")
    assert not about or any(words in found[about].reason for words in told)
