"""Datasets: every fault is named by file and line, and nothing faulty is scored."""

import json

import evals_fakes as fakes
import pytest

from evals import checking, datasets
from evals.datasets import DatasetError, split_of

GOOD = {
    "id": "q1",
    "category": "factoid_number",
    "question": "床位要多少",
    "history": [{"role": "user", "content": "东部"}],
    "profile": {"region": None, "as_of": "2030-01-01"},
    "answerable": True,
    "answer": "7.5张",
    "nuggets": [["7.5张"]],
    "evidence": [{"notice": fakes.NAMES["east"], "quote": fakes.CLAUSES["east"][0]}],
    "must_not": ["5.5张"],
}


def write(path, *records):
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def faults_of(tmp_path, *records):
    return [str(fault) for fault in datasets.load([write(tmp_path / "set.jsonl", *records)], fakes.find)[1]]


def test_a_good_line_is_read_whole(tmp_path):
    path = write(tmp_path / "set.jsonl", "", GOOD)
    [question], faults = datasets.load([path], fakes.find)
    assert not faults
    assert question.where == f"{path}:2"
    assert question.evidence[0].key == "east"
    assert question.history == (("user", "东部"),)
    assert question.as_of.isoformat() == "2030-01-01"
    assert question.nuggets == (("7.5张",),)


def test_a_line_needs_no_optional_field(tmp_path):
    bare = {"id": "q9", "category": "out_of_scope", "question": "天气", "answerable": False, "extra": 1}
    [question], faults = datasets.load([write(tmp_path / "set.jsonl", bare)], fakes.find)
    assert not faults
    assert question.evidence == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"category": "weather"}, "未知类别 'weather'"),
        ({"id": ""}, "'id'"),
        ({"id": 3}, "'id'"),
        ({"question": None}, "'question'"),
        ({"answerable": "yes"}, "'answerable'"),
        ({"nuggets": ["7.5张"]}, "'nuggets'"),
        ({"nuggets": [[]]}, "'nuggets'"),
        ({"evidence": [{"notice": "东政发〔2029〕1号"}]}, "'evidence'"),
        ({"evidence": [{"notice": "南政发〔2029〕9号", "quote": "甲乙丙丁"}]}, "不在政策库中：'南政发〔2029〕9号'"),
        ({"evidence": [{"notice": "东政发〔2029〕1号", "quote": "甲乙丙丁戊己庚辛"}]}, "依据原文不在"),
        ({"must_not": "5.5张"}, "'must_not'"),
        ({"history": [{"role": "user"}]}, "'history'"),
        ({"profile": []}, "'profile'"),
        ({"profile": {"as_of": "去年"}}, "'去年' 不是日期"),
        ({"profile": {"region": 3}}, "profile.region"),
    ],
)
def test_a_bad_field_is_named_with_file_and_line(tmp_path, change, named):
    [fault] = faults_of(tmp_path, {**GOOD, "id": "q0"}, {**GOOD, **change})
    assert fault.startswith(f"{tmp_path / 'set.jsonl'}:2: ")
    assert named in fault


@pytest.mark.parametrize("line", ["{", "[1]", "不是", '"q"'])
def test_a_malformed_line_is_named(tmp_path, line):
    [fault] = faults_of(tmp_path, GOOD, line)
    assert "set.jsonl:2: " in fault


def test_a_duplicate_id_names_both_places_even_across_files(tmp_path):
    first, second = write(tmp_path / "a.jsonl", GOOD), write(tmp_path / "b.jsonl", GOOD)
    questions, [fault] = datasets.load([first, second], fakes.find)
    assert len(questions) == 1
    assert f"{second}:1" in str(fault) and f"{first}:1" in str(fault)


def test_an_empty_or_unreadable_file_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="没有任何题目"):
        datasets.load([write(tmp_path / "empty.jsonl", "")], fakes.find)
    with pytest.raises(DatasetError, match="读不到文件"):
        datasets.load([tmp_path / "nowhere.jsonl"], fakes.find)
    (tmp_path / "gbk.jsonl").write_bytes("题目".encode("gbk"))
    with pytest.raises(DatasetError, match="UTF-8"):
        datasets.load([tmp_path / "gbk.jsonl"], fakes.find)


def test_the_split_is_fixed_by_the_id_and_near_half():
    splits = [split_of(f"q{i}") for i in range(1000)]
    assert splits == [split_of(f"q{i}") for i in range(1000)]
    assert 430 < splits.count("dev") < 570


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"must_not": ["7.5 张"]}, "标准答案自己含有 must_not"),
        ({"answer": "7.5张，即8.5张", "nuggets": [["8.5张"]]}, "'8.5张' 的数字不在任何依据原文中"),
        ({"nuggets": []}, "没有要点"),
        ({"answer": ""}, "没有标准答案"),
        ({"evidence": []}, "没有依据"),
        ({"answer": "不知道"}, "标准答案里没有要点 '7.5张'"),
        ({"profile": {"region": "不存在省", "as_of": None}}, "不是可识别的地区"),
        (
            {"evidence": [{"notice": fakes.NAMES["east"], "quote": fakes.CLAUSES["east"][0].replace("到", " 到")}]},
            "不完全一致",
        ),
    ],
)
def test_check_asks_more_than_a_run(tmp_path, change, named):
    questions, faults = datasets.load([write(tmp_path / "set.jsonl", {**GOOD, **change})], fakes.find)
    assert not faults
    found = [str(fault) for fault in checking.check(questions, fakes.find)]
    assert any(named in fault for fault in found), found


def test_check_passes_a_good_line_and_a_nugget_that_is_the_document_number(tmp_path):
    number = {**GOOD, "id": "q2", "answer": "东政发〔2029〕1号，7.5张", "nuggets": [["东政发〔2029〕1号"], ["7.5张"]]}
    questions, _ = datasets.load([write(tmp_path / "set.jsonl", GOOD, number)], fakes.find)
    assert checking.check(questions, fakes.find) == []


def test_repair_rewrites_quotes_as_the_notice_has_them_and_nothing_else(tmp_path):
    gold = fakes.CLAUSES["east"][0]
    loose = {**GOOD, "evidence": [{"notice": fakes.NAMES["east"], "quote": gold.replace("到2030年", "到 2030 年", 1)}]}
    path = write(tmp_path / "set.jsonl", loose, "不是 JSON")
    assert checking.repair(path, fakes.find) == 1
    fixed, broken = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(fixed) == GOOD
    assert broken == "不是 JSON"
    assert checking.repair(path, fakes.find) == 0
    assert checking.align("没有这句话", gold) is None
