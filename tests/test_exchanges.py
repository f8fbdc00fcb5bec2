"""What stands in the source and is said the other way round is found, and what merely turns the sentence is not."""

from __future__ import annotations

import json

import pytest

from assistant.verification.evidence import sentences_of, told_of_row
from assistant.verification.exchanges import crossed_case, exchanged_order, exchanged_roles
from training.claims_written import CLAIMS, read_claims
from training.reader import Row

ROLES = "卫生主管部门应当会同公安部门确定停靠点，其他部门应当提供便利。"
PENALTIES = ["未公示价格的，处一万元以上三万元以下罚款；情节严重的，处三万元以上十万元以下罚款。"]
TABLE = "| 部门 | 重点 |\n| 财政局 | 保障经费。提高标准。 |\n| 民政局 | 救助困难家庭。加强养老服务。 |"


def test_two_parties_on_either_side_of_a_word_that_directs():
    fault = exchanged_roles("公安部门会同卫生主管部门确定停靠点。", [ROLES])
    assert fault is not None and fault.kind == "roles" and fault.detail.startswith("与原文相反：原文是“卫生主管部门")
    assert exchanged_roles("停靠点由卫生主管部门会同公安部门确定。", [ROLES]) is None


@pytest.mark.parametrize("source", ["办理登记后，应当申请行政许可。", "先办理登记，再申请行政许可。"])
def test_what_comes_first_and_what_after_it(source):
    fault = exchanged_order("单位先申请行政许可，再办理登记。", [source])
    assert fault is not None and fault.kind == "order"
    assert exchanged_order("单位先办理登记，再申请行政许可。", [source]) is None


def test_the_rule_of_one_case_said_of_another():
    fault = crossed_case("未公示价格的，处三万元以上十万元以下罚款。", PENALTIES)
    assert fault is not None and fault.detail == "原文对“未公示价格的”说的是“处一万元以上三万元以下罚款”"
    both = "未公示价格的处一万元以上三万元以下罚款，情节严重的处三万元以上十万元以下罚款。"
    assert crossed_case(both, PENALTIES) is None
    assert crossed_case("情节严重的，处三万元以上十万元以下罚款。", PENALTIES) is None


def test_a_line_that_leads_in_a_list_rules_nothing():
    assert crossed_case("到2030年，近视率下降到60%。", ["到2030年，实现以下目标：", "近视率下降到60%。"]) is None


def test_a_sentence_inside_a_row_is_told_with_the_first_cell_of_the_row():
    told = [told_of_row(s) for s in sentences_of([TABLE])]
    assert "民政局：加强养老服务。" in told and any(t.startswith("| 民政局 |") for t in told)


def test_kept_claims_are_read_by_position_and_those_that_judge_apart(tmp_path):
    rows = [Row("n", 0, 0, "校长是第一责任人。", ""), Row("n", 9, 0, "每月至少一次。", "")]
    path = tmp_path / "claims.jsonl"
    lines = [
        {"file": "a.txt", "at": [0], "claim": "第一责任人由校长担任。", "supported": True, "kind": "para"},
        {"file": "a.txt", "at": [9], "claim": "每月最多一次。", "supported": False, "kind": "bound", "held": True},
        {"file": "b.txt", "at": [0], "claim": "别的文件。", "supported": True, "kind": "para"},
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    [fitted], [judging] = read_claims(rows, {"a.txt": "n"}, path), read_claims(rows, {"a.txt": "n"}, path, held=True)
    assert [m.claim for m in fitted.claims] == ["第一责任人由校长担任。"] and fitted.claims[0].evidence
    assert [(m.claim, m.kind) for m in judging.claims] == [("每月最多一次。", "bound")]


def test_no_document_is_both_fitted_on_and_judged_by():
    lines = [json.loads(line) for line in CLAIMS.read_text(encoding="utf-8").splitlines()]
    held = {one["file"] for one in lines if one.get("held")}
    assert held and not held & {one["file"] for one in lines if not one.get("held")}
