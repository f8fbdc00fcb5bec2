"""Yes or no in the first word: what asks for one, what figures say, and that an unsure line is silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.answering.polarity import features, said_to, shares, together, word
from assistant.query.asked import asks_yes_or_no
from index.pairs import Shares
from index.reader import VerdictReader
from training.polarity import FOLDS, LINES, Asked, fitted, left_out, save, spoken, surest, table

FORBIDS = "松石市急救办法｜任何医疗机构不得拒绝接收急救车送来的病人。"
ALLOWS = "松石市急救办法｜社会办急救机构可以申请加入市急救网络。"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("民营医院能参加吗", True),
        ("能不能拒收120送来的人", True),
        ("要备案不", True),
        ("能补多少", False),
        ("哪些医院能参加", False),
        ("乡镇卫生院的床位标准", False),
        ("谁来批，要不要备案", False),
    ],
)
def test_what_asks_for_a_yes(question: str, asked: bool) -> None:
    assert asks_yes_or_no(question) is asked


def test_a_figure_of_the_asker_is_held_against_the_bound() -> None:
    clause = "每处用房面积不少于200平方米。"
    assert "k broken" in features("我们只有150平方米，达标吗", clause)
    assert "k kept" in features("我们有260平方米，达标吗", clause)
    assert not any(name.startswith("k ") for name in features("我们有3个人，达标吗", clause))


def test_the_line_tells_a_ban_from_a_leave_and_shares_add_up() -> None:
    no, yes = shares("能拒收急救车送来的病人吗", FORBIDS), shares("社会办急救机构能申请加入吗", ALLOWS)
    assert no["no"] > no["yes"] and yes["yes"] > yes["no"]
    assert sum(no.values()) == pytest.approx(1) == sum(yes.values())


def test_no_word_where_the_question_asks_for_none_or_the_clause_settles_nothing() -> None:
    assert word("拒收病人罚多少", [FORBIDS]) is None
    assert word("社会办急救机构能拿补助吗", ["市卫生健康委员会负责全市急救工作。"]) is None


def test_what_is_fitted_says_how_often_it_speaks() -> None:
    asked = [
        Asked(f"医院能{what}吗", f"医院{duty}{what}。", says, number % FOLDS)
        for number, what in enumerate(("收押金", "停诊", "转包", "拒诊", "加价", "换名", "外包", "迁址"))
        for duty, says in (("不得", "no"), ("可以", "yes"))
    ]
    line = fitted(asked)
    assert (
        shares("医院能改建吗", "医院不得改建。", line)["no"]
        > 0.5
        > shares("医院能改建吗", "医院可以改建。", line)["no"]
    )
    told = left_out(asked, shares)
    assert len(told) == len(asked) and sum(right for _, right in told) >= len(told) - 2
    assert "作答" in table(told)


def test_the_line_is_set_where_enough_of_the_words_given_are_right() -> None:
    told = [(0.55, False), (0.65, False), (0.72, True), (0.86, True), (0.97, True)]
    assert surest(told) == 0.7
    assert surest([(0.99, False)]) == LINES[-1]
    assert spoken(told, 0.7).startswith("speaks on 0.600 of 5 questions") and "right in 1.000" in spoken(told, 0.7)


def test_a_line_is_saved_without_its_empty_places(tmp_path: Path) -> None:
    save({"yes": {"a": 0.5}, "no": {"b": -0.25}, "open": {}}, tmp_path / "line.npz")
    with np.load(tmp_path / "line.npz", allow_pickle=False) as kept:
        assert kept["kinds"].tolist() == ["no", "open", "yes"] and kept["names"].tolist() == ["a", "b"]
        assert kept["weights"].tolist() == [[0.0, 0.0, 0.5], [-0.25, 0.0, 0.0]]


def test_line_and_reader_together_veto_each_other() -> None:
    both = together(Shares(0.8, 0.1, 0.1), Shares(0.1, 0.1, 0.8))
    assert sum(both) == pytest.approx(1) and both.yes == pytest.approx(both.open)
    sure = together(Shares(0.1, 0.8, 0.1), Shares(0.05, 0.9, 0.05))
    assert sure.no > 0.8


def test_with_the_reader_a_ban_and_a_leave_are_told_in_a_word() -> None:
    reader = VerdictReader()
    assert word("急救站能不能拒收120送来的人", [FORBIDS], reader) == "不能"
    assert word("民营急救机构可以申请进急救网络吗", [ALLOWS], reader) == "能"
    assert word("急救车要不要贴统一的标志", [FORBIDS], reader) is None, "the clause leaves it open"
    assert word("急救站能不能拒收120送来的人，有讲究吗", [FORBIDS], reader) == "不能", (
        "whether there is a rule is no second question"
    )
    both = "民营急救机构算不算急救网络的 可以申请进去吗"
    assert word(both, [ALLOWS], reader) == "算"
    assert word(both, [ALLOWS], reader, asked="可以申请进去吗") == "能", "the one before is not asked again"
    assert word("急救站不用收120送来的人吗", [FORBIDS], reader) is None, "a yes to what is denied is said either way"
    assert word("急救站能不能拒收120送来的人", [FORBIDS, ALLOWS], reader) is None, "two readings that differ"


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("个人账户的钱能给亲弟弟看病用么", "能"),
        ("日间手术能算到病种分值里吗", "能"),
        ("是不是要另外签协议", "要"),
        ("算不算要互认的结果", "算"),
        ("考核结果要不要算进绩效", "要"),
        ("这份办法我们医院适用么", "适用"),
        ("留用的钱能发绩效吗", "能"),
        ("小区里装一台，要业委会点头不", "要"),
        ("开中医诊所还受规划布局限制吗", "受"),
    ],
)
def test_a_word_answers_the_way_of_asking_that_decides(question: str, yes: str) -> None:
    assert said_to(question, yes=True) == yes


def test_two_things_asked_in_one_message_get_no_word() -> None:
    assert word("医师能不能多点执业，我们院要不要同意", ["允许医师多点执业，应当经本单位同意。"]) is None
