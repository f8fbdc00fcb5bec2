"""``python -m evals`` from end to end with a system that needs no model: exit codes, files, messages."""

import json
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.commands import shipped_datasets
from evals.results import read_results


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def dataset(tmp_path):
    """A dozen answerable lines of a shipped dataset, as a file from elsewhere."""
    lines = shipped_datasets()[0].read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if json.loads(line)["answerable"]][:12]
    path = tmp_path / "elsewhere.jsonl"
    path.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return path


def run(dataset, *more):
    return main(["run", "--system", "bm25-bigrams", "--dataset", str(dataset), *map(str, more)])


def test_a_run_prints_tables_and_writes_results_and_report(dataset, tmp_path, capsys):
    assert run(dataset, "--out", tmp_path / "out", "--failures") == 0
    printed = capsys.readouterr().out
    assert "| 全部" in printed and "要点召回" in printed and "[" in printed
    results = read_results(tmp_path / "out" / "results.json")
    assert results["systems"][0]["name"] == "bm25-bigrams"
    assert len(results["systems"][0]["questions"]) == 12
    assert len(results["corpus_hash"]) > 10
    assert (tmp_path / "out" / "report.html").stat().st_size > 20_000


def test_against_itself_is_0_and_against_something_better_is_1(dataset, tmp_path, capsys):
    run(dataset, "--out", tmp_path / "out")
    kept = tmp_path / "out" / "results.json"
    assert run(dataset, "--against", kept) == 0
    better = json.loads(kept.read_text(encoding="utf-8"))
    for question in better["systems"][0]["questions"]:
        question["measures"]["citation_precision"] = 1.0
    kept.write_text(json.dumps(better), encoding="utf-8")
    assert run(dataset, "--against", kept) == 1
    assert "下降，超出区间" in capsys.readouterr().out


def test_a_report_can_be_made_again_from_the_results(dataset, tmp_path, capsys):
    run(dataset, "--out", tmp_path / "out")
    first = capsys.readouterr().out
    assert main(["report", str(tmp_path / "out" / "results.json"), "--html", str(tmp_path / "again.html")]) == 0
    assert capsys.readouterr().out.split("\n结果")[0].splitlines()[:10] == first.splitlines()[:10]
    assert (tmp_path / "again.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--dataset", "nowhere.jsonl"], "nowhere.jsonl: 读不到文件"),
        (["run", "--system", "magic"], "没有系统 'magic'，可用：product"),
        (["run", "--against", "nowhere.json"], "nowhere.json: 不是可读的结果文件"),
        (["run", "--answerer", "llm"], "ASSISTANT_LLM__"),
        (["run", "--id", "没有这题"], "筛选之后没有题目"),
        (["foreign", "--folder", "nowhere"], "没有第三方评测集"),
        (["report", "nowhere.json"], "重新生成"),
    ],
)
def test_bad_input_is_a_message_and_exit_code_2(arguments, message, capsys):
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_a_bad_line_stops_the_run_and_skip_bad_leaves_it_out(dataset, capsys):
    lines = dataset.read_text(encoding="utf-8").splitlines()
    lines[2] = "{"
    lines[4] = lines[3]
    dataset.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(dataset) == 2
    complaint = capsys.readouterr().err
    assert f"{dataset}:3: 不是合法的 JSON" in complaint and f"{dataset}:5: 题号" in complaint
    assert run(dataset, "--skip-bad") == 0
    captured = capsys.readouterr()
    assert f"略过 {dataset}:3" in captured.err
    assert "| 全部" in captured.out


def test_check_names_the_fault_and_fix_mends_what_is_safe(dataset, capsys):
    lines = dataset.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[0])
    quote = record["evidence"][0]["quote"]
    record["evidence"][0]["quote"] = f"{quote[:6]} {quote[6:]}"
    dataset.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    assert main(["check", str(dataset)]) == 2
    assert f"{dataset}:1: 依据与" in capsys.readouterr().err
    assert main(["check", "--fix", str(dataset)]) == 0
    assert json.loads(dataset.read_text(encoding="utf-8"))["evidence"][0]["quote"] == quote


def test_batch_results_are_scored_and_a_missing_one_is_said(dataset, tmp_path, capsys):
    records = [json.loads(line) for line in dataset.read_text(encoding="utf-8").splitlines()]
    results = tmp_path / "results.jsonl"
    answers = [
        {"id": r["id"], "answer": r["answer"], "refused": False, "citations": r["evidence"], "retrieved": []}
        for r in records
    ]
    results.write_text("\n".join(json.dumps(a, ensure_ascii=False) for a in answers), encoding="utf-8")
    assert main(["score", "--dataset", str(dataset), "--results", str(results), "--out", str(tmp_path / "s")]) == 0
    figures = read_results(tmp_path / "s" / "results.json")["systems"][0]["summary"]["total"]
    assert figures["all_nuggets"][0] == 1.0 and figures["citation_recall"][0] == 1.0
    results.write_text(json.dumps(answers[0], ensure_ascii=False), encoding="utf-8")
    assert main(["score", "--dataset", str(dataset), "--results", str(results)]) == 2
    assert "缺少 11 题的结果" in capsys.readouterr().err


def test_the_shipped_datasets_pass_their_own_check():
    assert main(["check"]) == 0


def test_the_shipped_datasets_are_wide_enough():
    records = [json.loads(line) for path in shipped_datasets() for line in Path(path).read_text("utf-8").splitlines()]
    assert len(records) >= 260
    assert len({record["category"] for record in records}) == 11
    assert sum(not record["answerable"] for record in records) >= 60
    assert len({gold["notice"] for record in records for gold in record.get("evidence") or []}) >= 5
