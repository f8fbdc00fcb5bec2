"""The assistant as people meet it: the bundled model over two notices for typical questions; streams, faults, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from answers import ask, hold_contract, table

from assistant.blocks import to_text
from assistant.errors import QuestionError, ScopeError
from assistant.llm.client import Delta
from assistant.service import Assistant, checked_profile
from assistant.types import Answer, Kind, Profile, RefusalReason


@pytest.mark.parametrize(
    ("question", "kind", "says", "notice_id"),
    [
        ("资阳按病种付费的病种2017年底前不少于多少个？", Kind.FIGURE, "100个", "ziyang-2017-pilot-plan"),
        ("湛江药品耗材集中采购改革谁牵头？", Kind.BODY, "市卫生健康局牵头", "zhanjiang-2019-hospital-reform"),
        ("湛江取消耗材加成少收的钱怎么补？", Kind.TEXT, "调整医疗服务价格", "zhanjiang-2019-hospital-reform"),
        ("资府发〔2017〕23号推进医师多点执业有哪些措施", Kind.LIST, "多点执业", "ziyang-2017-pilot-plan"),
    ],
)
def test_typical_questions(bundled: Assistant, question: str, kind: Kind, says: str, notice_id: str) -> None:
    answer = ask(bundled, question)
    assert answer.kind is kind
    assert says in answer.text
    assert {c.notice_id for c in answer.citations} == {notice_id}
    assert answer.mode == "extractive"


def test_a_comparison_and_its_follow_up(bundled: Assistant) -> None:
    first = "资阳和湛江对院长年薪怎么规定？有何不同？"
    rows = table(ask(bundled, first))
    assert rows["四川省资阳市"][0] == "未规定或未查到"
    assert "年薪" in rows["广东省湛江市"][0]
    answer = ask(bundled, "那湛江的谁牵头？", first)
    assert answer.scope.region == "广东省/湛江市"
    assert "话题" in answer.scope.carried
    assert {c.notice_id for c in answer.citations} <= {"zhanjiang-2019-hospital-reform"}


def test_a_notice_that_does_not_bind_and_a_refusal(bundled: Assistant) -> None:
    assert ask(bundled, "资府发〔2017〕23号对益阳市资阳区有约束吗").text.startswith("不适用")
    assert ask(bundled, "北京市的院长年薪怎么规定").refusal is RefusalReason.WRONG_REGION


def test_the_place_used_is_told_where_the_profile_names_another(bundled: Assistant) -> None:
    answer = ask(bundled, "资阳的医师多点执业怎么规定", profile=Profile("广东省/湛江市"))
    assert {c.notice_id for c in answer.citations} == {"ziyang-2017-pilot-plan"}
    assert any("四川省资阳市" in n and "广东省湛江市" in n and "按问题中的地区" in n for n in answer.notes)


def test_a_stream_grows_to_the_answer(hashed: Assistant) -> None:
    *shown, answer = hashed.stream("湛江的院长年薪怎么定")
    assert isinstance(answer, Answer)
    assert shown[-1] == answer.blocks
    texts = [to_text(blocks) for blocks in shown if isinstance(blocks, tuple)]
    assert len(texts) == len(shown) > 1
    for one, other in zip(["", *texts], texts, strict=False):
        assert other.startswith(one)
        assert len(other) > len(one)


def test_a_refusal_streams_nothing_before_it(hashed: Assistant) -> None:
    (answer,) = hashed.stream("北京市的院长年薪怎么规定")
    assert isinstance(answer, Answer)
    assert answer.refused


@pytest.mark.parametrize("question", ["", "  \n　"])
def test_an_empty_question_is_an_error_that_says_what_to_type(hashed: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="请输入"):
        hashed.ask(question)


def test_a_question_too_long_names_its_length_and_the_limit(hashed: Assistant) -> None:
    limit = hashed.settings.answer.max_question_chars
    with pytest.raises(QuestionError, match=f"{limit + 1}字.*{limit}字"):
        hashed.ask("问" * (limit + 1))
    hold_contract(hashed, hashed.ask("床" * limit))


@pytest.mark.parametrize(
    "question", ["？？？", "44", "😀", "a" * 50, "\u200b床位", "的的的的", "| 表 | 格 |", "[1][2]床位"]
)
def test_odd_input_is_answered_or_refused_within_the_contract(hashed: Assistant, question: str) -> None:
    ask(hashed, question)


def test_profiles_from_typed_values() -> None:
    assert checked_profile("雁江区", "2019年") == Profile("四川省/资阳市/雁江区", date(2019, 12, 31))
    with pytest.raises(ScopeError, match="没有找到地区"):
        checked_profile("火星", None)


def test_the_settings_decide_how_many_passages_are_returned_but_never_under_ten(hashed: Assistant) -> None:
    few = hashed.settings.model_copy(update={"answer": hashed.settings.answer.model_copy(update={"top_k": 3})})
    many = hashed.settings.model_copy(update={"answer": hashed.settings.answer.model_copy(update={"top_k": 30})})
    for settings, least in ((few, 10), (many, 20)):
        made = Assistant(hashed.corpus, hashed.index, settings, today=hashed.today)
        assert len(made.ask("湖南的医联体怎么建设").retrieved) >= least


def test_without_understanding_nothing_is_read_from_the_question(hashed: Assistant) -> None:
    answer = hashed.settings.answer.model_copy(update={"understanding": False})
    plain = Assistant(hashed.corpus, hashed.index, hashed.settings.model_copy(update={"answer": answer}))
    found = plain.ask("资阳的医师多点执业怎么规定")
    assert (found.scope.regions, found.kind) == ((), Kind.TEXT)
    assert found.settings_hash != hashed.settings.hash


def test_timings_are_told_and_add_up(hashed: Assistant) -> None:
    answer = ask(hashed, "湛江的院长年薪怎么定")
    assert {"understand", "retrieve", "gate"} <= set(answer.timings)
    assert all(value >= 0 for value in answer.timings.values())
    assert sum(answer.timings.values()) <= answer.latency_ms + 1


class _Scripted:
    """Notes what it is asked and finds nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def complete(self, system: str, user: str) -> Iterator[Delta]:
        self.asked.append(user)
        yield Delta("【未找到】", finish="stop")


@pytest.mark.parametrize(
    ("question", "reached"),
    [
        ("湛江取消耗材加成的钱怎么补", True),
        ("湛江的方案资阳要执行吗", True),
        ("资阳和湛江对院长年薪怎么规定？有何不同？", True),
        ("湛江取消耗材加成的钱怎么补？谁牵头？", True),
        ("库里有哪些文件", False),
        ("你好", False),
    ],
)
def test_with_a_model_everything_there_are_passages_for_goes_to_it(
    hashed: Assistant, question: str, reached: bool
) -> None:
    model = _Scripted()
    settings = hashed.settings.model_copy(
        update={"answer": hashed.settings.answer.model_copy(update={"answerer": "llm"})}
    )
    made = Assistant(hashed.corpus, hashed.index, settings, today=hashed.today, model=model)
    plain, answer = hashed.ask(question), made.ask(question)
    assert bool(model.asked) is reached
    assert (answer.text, answer.refused) == (plain.text, plain.refused)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("湛江可以给科室下创收指标吗", "不能。"),
        ("湛江院长拿了年薪还能不能再从医院拿别的薪酬", "不能。"),
    ],
)
def test_yes_or_no_is_the_first_word_and_the_clause_follows(bundled: Assistant, question: str, verdict: str) -> None:
    answer = ask(bundled, question)
    assert answer.text.startswith(verdict)
    assert answer.citations
    assert not answer.dropped


def test_the_nearest_clause_of_a_silent_place_is_told_as_such(bundled: Assistant) -> None:
    answer = ask(bundled, "总会计师制度，资阳和湛江怎么规定的")
    rows = table(answer)
    assert rows["广东省湛江市"][0] == "未规定或未查到"
    assert "总会计师" in rows["四川省资阳市"][0]
    below = answer.text.partition("广东省湛江市最接近的条文是：")[2]
    marker = re.search(r"\[(\d+)\]", below)
    assert marker is not None
    nearest = next(c for c in answer.citations if c.marker == int(marker[1]))
    assert nearest.notice_id.startswith("zhanjiang")
    assert "总药师" in nearest.quote


def test_a_surely_read_figure_is_told_without_the_rest_of_its_article(bundled: Assistant) -> None:
    answer = ask(bundled, "湛江个人卫生支出占卫生总费用的比重要降到多少")
    assert "25%以下" in answer.text
    assert "同条还写明" not in answer.text
