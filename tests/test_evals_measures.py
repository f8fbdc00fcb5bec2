"""Each measure by hand, and each way of breaking a system moves the measure that should move."""

import dataclasses

import evals_fakes as fakes
import pytest

from evals import measures
from evals.runner import ask_all, errors
from evals.summary import TOTAL, by_category, summarise
from evals.types import Cited, Question, Response


@pytest.fixture
def asked():
    return fakes.question("q", "east", 0, "7.5张", must_not=("5.5张",))


def test_nuggets_and_violations(asked):
    two = dataclasses.replace(asked, nuggets=(("7.5张", "七点五张"), ("卫生部门",)))
    assert measures.nuggets_found(two, "达到七点五张[1]") == (True, False)
    assert measures.nugget_recall((True, False)) == 0.5
    assert measures.nugget_recall(()) is None
    assert measures.violations(asked, "东部7.5张，西部5.5张") == ("5.5张",)
    assert measures.violations(asked, "15.5张") == ()


def test_a_table_cell_counts_as_answer(asked):
    assert measures.nuggets_found(asked, "| 地区 | 床位 |\n|---|---|\n| 东 | 7.5 张[1] |") == (True,)


def test_citation_precision_wants_the_gold_notice_and_a_shared_clause(asked):
    gold = fakes.CLAUSES["east"][0]
    assert measures.citation_right(asked, Cited("east", gold))
    assert measures.citation_right(asked, Cited("east", "前文很长很长很长很长很长很长。" + gold))
    assert measures.citation_right(asked, Cited("east", "床位数达到7.5张"))
    assert not measures.citation_right(asked, Cited("west", gold))
    assert not measures.citation_right(asked, Cited("east", fakes.CLAUSES["east"][2]))
    assert not measures.citation_right(asked, Cited("east", ""))


def test_citation_recall_is_over_gold_quotes(asked):
    first, second = fakes.question("a", "east", 0, "7.5张"), fakes.question("b", "west", 1, "举办单位")
    both = dataclasses.replace(asked, evidence=first.evidence + second.evidence, nuggets=first.nuggets + second.nuggets)
    assert measures.citation_recall(both, [Cited("east", fakes.CLAUSES["east"][0])]) == 0.5
    assert measures.citation_recall(both, [Cited("east", "7.5张"), Cited("west", "由举办单位核定")]) == 1.0
    assert measures.citation_recall(both, []) == 0.0
    assert measures.citation_recall(dataclasses.replace(asked, evidence=()), []) is None


def test_number_exactness(asked):
    quote = Cited("east", "到2030年达到7.5张", name="东政发〔2029〕1号")
    right = Response("东政发〔2029〕1号规定到2030年7.5张[1]", citations=(quote,))
    wrong = Response("到2030年8.5张[1]", citations=(quote,))
    assert measures.number_exactness(asked, right) == 1.0
    assert measures.number_exactness(asked, wrong) == 0.5
    assert measures.number_exactness(asked, Response("没有数字")) is None
    assert measures.number_exactness(asked, dataclasses.replace(wrong, refused=True)) is None


@pytest.mark.parametrize(
    ("answerable", "response", "expected"),
    [
        (True, Response("7.5张"), "CORRECT"),
        (True, Response("7.5张，不是5.5张"), "INCORRECT"),
        (True, Response("按规定执行"), "INCORRECT"),
        (True, Response("没有规定", refused=True), "NOT_ATTEMPTED"),
        (True, Response(""), "NOT_ATTEMPTED"),
        (False, Response("没有规定", refused=True), "CORRECT"),
        (False, Response("7.5张"), "INCORRECT"),
        (False, Response("", error="ValueError: x"), "INCORRECT"),
    ],
)
def test_grade(asked, answerable, response, expected):
    question = asked if answerable else Question("q", "out_of_scope", "天气", answerable=False)
    assert measures.score(question, response).grade == expected


def test_length_is_what_a_reader_sees():
    assert measures.answer_length("达到 7.5张[1]。\n") == len("达到7.5张。")


def test_measures_that_do_not_apply_are_left_out():
    scored = measures.score(fakes.unanswerable("q"), Response("没有规定", refused=True))
    assert scored.measures["nugget_recall"] is None
    assert scored.measures["citation_precision"] is None
    assert "recall@5" not in scored.measures
    assert "nugget_recall" not in summarise([scored])


# Breaking a system on purpose -------------------------------------------------------------------------------------


def figures(scored):
    return {key: interval.value for key, interval in summarise(scored).items()}


@pytest.fixture(scope="module")
def whole():
    return figures(ask_all(fakes.perfect, fakes.questions()))


def test_the_whole_system_is_perfect(whole):
    for key in ("recall@5", "nugget_recall", "all_nuggets", "citation_precision", "citation_recall", "refusal_f1"):
        assert whole[key] == 1.0, key
    assert whole["must_not"] == 0.0
    assert whole["correct"] == 1.0


def test_shuffled_citations_move_citation_measures_only(whole):
    asked = fakes.questions()
    shuffled = fakes.shuffle_citations([fakes.perfect(q) for q in asked])
    broken = figures(ask_all(fakes.as_system(shuffled, asked), asked))
    assert broken["citation_precision"] < 0.5
    assert broken["citation_recall"] < 0.5
    assert broken["number_exactness"] < whole["number_exactness"]
    for key in ("nugget_recall", "recall@5", "refusal_f1", "correct"):
        assert broken[key] == whole[key], key


def test_a_dropped_gate_moves_exactness_and_must_not(whole):
    broken = figures(ask_all(fakes.drop_gate(fakes.perfect, "西部则为5.5张，2031年完成"), fakes.questions()))
    assert broken["number_exactness"] < whole["number_exactness"]
    assert broken["must_not"] > whole["must_not"]
    assert broken["all_nuggets"] < whole["all_nuggets"]
    assert broken["refusal_f1"] == whole["refusal_f1"]


def test_answering_everything_moves_refusal_recall(whole):
    broken = figures(ask_all(fakes.answer_everything(fakes.perfect), fakes.questions()))
    assert broken["refusal_recall"] == 0.0
    assert broken["refusal_f1"] == 0.0
    assert broken["correct"] < whole["correct"]
    assert broken["nugget_recall"] == whole["nugget_recall"]


def test_refusing_everything_moves_refusal_precision_and_nuggets(whole):
    broken = figures(ask_all(fakes.refuse_everything(fakes.perfect), fakes.questions()))
    assert broken["refusal_recall"] == 1.0
    assert broken["refusal_precision"] == pytest.approx(2 / 8)
    assert broken["wrongly_refused"] == 1.0
    assert broken["nugget_recall"] == 0.0
    assert broken["citation_recall"] == 0.0
    assert broken["recall@5"] == whole["recall@5"]


def test_a_system_that_raises_is_counted_and_named():
    def failing(question):
        if question.id == "q2":
            raise ValueError("坏了")
        return fakes.perfect(question)

    scored = ask_all(failing, fakes.questions())
    assert [item.response.error for item in errors(scored)] == ["ValueError: 坏了"]
    assert summarise(scored)["correct"].value == pytest.approx(7 / 8)


def test_categories_keep_their_order_and_the_total_comes_last():
    found = by_category(ask_all(fakes.perfect, fakes.questions()))
    assert list(found) == ["factoid_number", "factoid_text", "list_measures", "unanswerable_near", TOTAL]
    assert found["factoid_number"]["all_nuggets"].n == 3
