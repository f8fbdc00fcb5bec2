"""``python -m evals corpus``: truth in, figures out; agreement is lenient in form and strict in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.types import Article, Fact, Front, Level, Notice, Span, Target
from evals.__main__ import main
from evals.facts import Score, Truth, TruthError, agrees, articles_of, headings_of, judge, read_truth

NOTICE = Notice(
    id="n1", number="某府发〔2020〕1号", title="某市办法", issuer="某市民政局、某市财政局", region="广东省/湛江市",
    level=Level.MUNICIPAL, issued_on=date(2020, 1, 2), text="正文",
    confidence={"number": 0.95, "issuer": 0.5, "issued_on": 0.95},
)  # fmt: skip


def _notice(*labels: tuple[str, ...]) -> Notice:
    articles = tuple(
        Article("n1", order, Span(0, 0), marks, tuple("" for _ in marks)) for order, marks in enumerate(labels)
    )
    return replace(NOTICE, articles=articles)


@pytest.mark.parametrize(
    ("key", "got", "right", "same"),
    [
        ("title", "关于印发“甲”的通知", "关于印发 ”甲“ 的通知", True),
        ("title", "关于甲的通知", "某局关于甲的通知", False),
        ("title", "健康中国行动(2019-2030年)", "健康中国行动（2019—2030年）", True),
        ("issuer", "甲局 乙局", "甲局、乙局", True),
        ("issuer", "甲局", "甲局、乙局", False),
        ("issuer", "", None, True),
        ("region", None, "", False),
        ("region", "", "", True),
        ("expires_on", None, None, True),
        ("expires_on", "2020-01-01", None, False),
        ("repeals", ["《甲乙丙丁办法》"], ["甲乙丙丁办法"], True),
        ("repeals", [], ["甲办法"], False),
        ("repeals", ["甲发〔2020〕1号", "甲发〔2020〕2号"], ["甲发〔2020〕1号"], False),
    ],
)
def test_agreement_is_about_words(key: str, got: object, right: object, same: bool) -> None:
    assert agrees(key, got, right) is same


def test_headings_are_chapters_else_first_level() -> None:
    assert headings_of(_notice(("第一章",), ("第一章", "第一条"), ("第二章",), ("第二章", "第二条"))) == 2
    assert headings_of(_notice(("一、",), ("一、", "（一）"), ("二、",))) == 2
    assert headings_of(_notice(("第一条",), ("第二条",))) == 0
    assert headings_of(_notice(("1.",), ("1.", "（1）"), ("2.",))) == 2


def test_clauses_put_in_between_count() -> None:
    assert articles_of(_notice(("第一章",), ("第一章", "第四条"), ("第一章", "第四条之一"), ("一、",))) == 2


def test_only_sure_values_can_be_surely_wrong() -> None:
    truth = Truth("a.txt", {"number": "某府发〔2020〕2号", "issuer": "丙局", "issued_on": "2020-01-02"})
    score = Score(tuple(judge(truth, NOTICE)), {"b.txt": "读不了"})
    assert [one.key for one in score.surely_wrong] == ["number"]
    assert len(score.sure) == 2
    assert score.accuracy("issued_on") == 0.5, "a file that is not in counts as wrong"


def test_repeals_are_those_of_whole_documents() -> None:
    front = Front(repeals=(Fact(Target("甲乙丙办法", "甲发〔2018〕1号")), Fact(Target("丁戊己办法", None, "第三条"))))
    judged = judge(Truth("a.txt", {"repeals": ["甲发〔2018〕1号"]}), replace(NOTICE, front=front))
    assert judged[0].agrees


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "第 2 行"), ('{"title": "甲"}', "file"), ('{"file": "a", "year": 1}', "year"), ('{"file": "a", "issued_on": "去年"}', "issued_on")],
)  # fmt: skip
def test_a_bad_truth_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text('{"file": "ok"}\n' + line, encoding="utf-8")
    with pytest.raises(TruthError, match=said):
        read_truth(path)


def test_the_command_measures_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    text = "湛江市人民政府关于试点的通知\n湛府〔2020〕9号\n各县人民政府：\n一、目标\n建成十家。\n二、任务\n做好。\n湛江市人民政府\n2020年3月4日\n"
    (docs / "a.txt").write_text(text, encoding="utf-8")
    right = {"file": "a.txt", "number": "湛府〔2020〕9号", "issued_on": "2020-03-05", "headings": 2}
    truth = tmp_path / "truth.jsonl"
    truth.write_text(json.dumps(right, ensure_ascii=False) + '\n{"file": "absent.txt"}\n', encoding="utf-8")
    assert main(["corpus", "--truth", str(truth), "--docs", str(docs), "--quick", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["in"], found["documents"]) == (1, 2)
    assert [one["key"] for one in found["wrong"]] == ["issued_on"]
    assert "absent.txt" in found["missing"]


def test_a_missing_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = tmp_path / "truth.jsonl"
    truth.write_text('{"file": "a"}', encoding="utf-8")
    assert main(["corpus", "--truth", str(truth), "--docs", str(tmp_path / "none")]) == 2
    assert "没有目录" in capsys.readouterr().err
