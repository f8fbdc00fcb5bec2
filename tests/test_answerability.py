"""Whether the notices state what is asked: absent subjects, bodies, figures and years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from assistant.answering.absent import absent_body, absent_figure, absent_subject
from assistant.answering.answerability import Line
from assistant.answering.manner import Manner
from assistant.kinds import MANNERS
from assistant.query.read import Understanding, understand
from corpus.library import load_corpus
from corpus.types import Notice

SHIPPED = load_corpus().notices
HUNAN_2021 = [n for n in SHIPPED if n.id == "hunan-2021-key-tasks"]
ZHANJIANG = [n for n in SHIPPED if n.region == "广东省/湛江市"]


def read(question: str) -> Understanding:
    return understand(question, SHIPPED, today=date(2024, 3, 1))


def absent(
    check: Callable[[Understanding, Manner, Sequence[Notice]], str | None], question: str, pool: Sequence[Notice]
) -> str | None:
    u = read(question)
    return check(u, MANNERS[u.kind], pool)


def test_a_share_that_no_notice_states_is_named() -> None:
    assert absent(absent_figure, "签约率97.3%这个指标写在哪里", SHIPPED) == "97.3%"
    premise = read("家庭医生签约率要达到97.3%吗").premise  # to be confirmed or corrected, not looked for
    assert premise is not None and premise.canonical == "97.3%"
    assert absent(absent_figure, "县市要建成80%的医共体吗", SHIPPED) is None
    assert absent(absent_figure, "家庭医生签约率要达到多少", SHIPPED) is None


@pytest.mark.parametrize("spelling", ["80%", "８０％", "百分之八十", "八成"])
def test_the_spelling_of_a_share_does_not_matter(spelling: str) -> None:
    assert absent(absent_figure, f"建成医共体的县市要达到{spelling}吗", SHIPPED) is None


def test_a_body_that_no_notice_names_is_named() -> None:
    assert "气象局" in (absent(absent_body, "省气象局负责什么任务", HUNAN_2021) or "")
    assert absent(absent_body, "省医保局负责什么任务", HUNAN_2021) is None
    assert absent(absent_body, "这项工作由哪个部门负责", HUNAN_2021) is None


def test_a_known_subject_that_the_place_s_notices_never_use_is_named() -> None:
    question = "DRG付费的比例要达到多少"
    assert absent(absent_subject, question, ZHANJIANG) == "drg"
    assert absent(absent_subject, question, HUNAN_2021) is None
    assert absent(absent_subject, question, SHIPPED) is None


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("到2020年床位要多少", {2020}),
        ("2019年6月1日，床位要多少", set()),
        ("十四五期间床位要多少", {2025}),
        ("床位要多少", set()),
        ("现在床位要多少", set()),
    ],
)
def test_target_years_are_not_the_date_the_asker_stands_at(question: str, years: set[int]) -> None:
    assert read(question).target_years == years


@pytest.mark.parametrize(
    ("question", "expected"),
    [("床位要多少张", True), ("什么时候建成", True), ("院长年薪怎么定", False), ("谁牵头", False)],
)
def test_which_questions_need_a_figure_or_a_time(question: str, expected: bool) -> None:
    u = read(question)
    assert MANNERS[u.kind].wants_value(u) is expected


def test_a_line_adds_up_what_it_weighs_and_ignores_the_rest() -> None:
    line = Line(-1.0, {"similarity": 2.0, "gap": 1.0})
    assert line.score({"similarity": 0.5, "gap": -0.25, "other": 9.0}) == pytest.approx(-0.25)
    assert line.score({}) == -1.0
