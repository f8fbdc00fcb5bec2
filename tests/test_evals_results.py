"""Results files, comparisons and batch results: what is kept, what is compared, what is refused."""

import dataclasses
import json

import evals_fakes as fakes
import pytest

from evals.batch import read_batch
from evals.compare import compare, comparison_text
from evals.datasets import DatasetError
from evals.measures import score
from evals.results import ResultsError, read_results, slim, to_results, write_json
from evals.runner import ask_all
from evals.types import SystemRun


def many(count=40):
    """Enough questions for an interval to mean something."""
    base = fakes.questions()
    return [
        dataclasses.replace(question, id=f"{question.id}-{i}") for i in range(count // len(base)) for question in base
    ]


def results(respond, questions, **kept):
    scored = ask_all(respond, questions)
    return to_results([SystemRun("product", "本产品", scored)], datasets=[], corpus_hash="c", split="all", **kept)


def test_results_survive_the_disk_and_carry_their_origin(tmp_path):
    written = results(fakes.perfect, fakes.questions())
    write_json(written, tmp_path / "deep" / "results.json")
    kept = read_results(tmp_path / "deep" / "results.json")
    assert kept == json.loads(json.dumps(written))
    assert {"revision", "corpus_hash", "seed", "datasets", "created"} <= kept.keys()
    assert len(kept["systems"][0]["questions"]) == 8
    text = (tmp_path / "deep" / "results.json").read_text(encoding="utf-8")
    assert fakes.CLAUSES["east"][0] not in text
    assert sum(line.startswith('{"id":') for line in text.splitlines()) == 8


def test_a_slim_file_keeps_the_questions_of_the_first_system_only():
    scored = ask_all(fakes.perfect, fakes.questions())
    runs = [SystemRun("product", "本产品", scored), SystemRun("dense", "仅向量", scored)]
    kept = slim(to_results(runs, datasets=[], corpus_hash="c", split="all"))
    assert [len(system["questions"]) for system in kept["systems"]] == [8, 0]
    assert kept["systems"][1]["summary"] == kept["systems"][0]["summary"]


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": 0, "systems": [1]}', '{"schema": 1}'])
def test_a_file_that_is_not_results_is_refused_with_the_remedy(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ResultsError, match="重新生成"):
        read_results(path)
    with pytest.raises(ResultsError, match="重新生成"):
        read_results(tmp_path / "nowhere.json")


def test_a_run_against_itself_shows_no_change():
    same = results(fakes.perfect, many())
    found = compare(same, same, name="product")
    assert not found.drops and not found.better and not found.worse
    assert found.compared == 40


def test_a_broken_system_is_a_drop_and_its_repair_a_gain():
    whole, broken = results(fakes.perfect, many()), results(fakes.refuse_everything(fakes.perfect), many())
    found = compare(whole, broken, name="product")
    dropped = {change.measure.key for change in found.drops}
    assert {"nugget_recall", "citation_recall", "refusal_precision", "wrongly_refused"} <= dropped
    assert not {"recall@5", "refusal_recall", "length", "latency_p50"} & dropped
    assert len(found.worse) == 30 and not found.better
    text = comparison_text(found)
    assert "变差 30 题" in text and "q1-0（数字）CORRECT → NOT_ATTEMPTED" in text and "下降，超出区间" in text
    assert not compare(broken, whole, name="product").drops


def test_one_question_worse_in_forty_is_shown_but_is_not_a_drop():
    def slightly_worse(question):
        response = fakes.perfect(question)
        return dataclasses.replace(response, text="按规定执行") if question.id == "q1-0" else response

    found = compare(results(fakes.perfect, many()), results(slightly_worse, many()), name="product")
    assert [after.question.id for _, after in found.worse] == ["q1-0"]
    assert not found.drops


def test_a_question_whose_gold_changed_is_left_out():
    asked = many()
    changed = [dataclasses.replace(asked[0], nuggets=(("另一个",),)), *asked[1:]]
    found = compare(results(fakes.perfect, asked), results(fakes.perfect, changed), name="product")
    assert (found.compared, found.left_out) == (39, 1)
    assert "另有 1 题" in comparison_text(found)


def test_nothing_in_common_or_no_such_system_is_refused():
    one, other = results(fakes.perfect, fakes.questions()), results(fakes.perfect, many())
    with pytest.raises(ResultsError, match="没有相同的题目"):
        compare(one, other, name="product")
    with pytest.raises(ResultsError, match="没有系统 'dense'"):
        compare(one, one, name="dense")


BATCH = {
    "id": "q1",
    "answer": fakes.CLAUSES["east"][0] + "[1]",
    "refused": False,
    "citations": [
        {"marker": "[1]", "notice": fakes.NAMES["east"], "title": "t", "path": "一", "quote": fakes.CLAUSES["east"][0]}
    ],
    "retrieved": [{"notice": fakes.NAMES["east"], "notice_id": "east", "text": fakes.CLAUSES["east"][0], "score": 1.5}],
    "latency_s": 0.25,
}


def test_batch_results_are_scored_like_the_product(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps(BATCH, ensure_ascii=False) + "\n\n", encoding="utf-8")
    response = read_batch(path, fakes.find)["q1"]
    scored = score(fakes.questions()[0], response)
    assert scored.grade == "CORRECT"
    assert scored.measures["citation_precision"] == 1.0
    assert scored.measures["recall@1"] == 1.0
    assert scored.measures["latency_ms"] == 250
    assert response.citations[0].marker == 1


@pytest.mark.parametrize(
    "line", ["{", '{"id": "q1"}', "[]", '{"id": "q1", "answer": "a", "refused": 0, "citations": [1]}']
)
def test_a_bad_batch_line_is_named(tmp_path, line):
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({**BATCH, "id": "q0"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"results\.jsonl:2: 不是 assistant batch 的结果行"):
        read_batch(path, fakes.find)


def test_a_batch_line_that_failed_is_an_error_not_an_answer(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text('{"id": "q1", "error": "问题为空"}\n', encoding="utf-8")
    assert score(fakes.questions()[0], read_batch(path, fakes.find)["q1"]).grade == "NOT_ATTEMPTED"
