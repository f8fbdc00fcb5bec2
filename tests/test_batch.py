"""Batches: order and line count kept, bad lines named, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.settings import Settings
from assistant.terminal.batch import BatchError, answer_file
from assistant.terminal.console import json_line
from assistant.terminal.opening import MIN_RETRIEVED, Desk
from assistant.terminal.questions import LineError, read_line, turns
from corpus.library import load_corpus

LIMIT = 2000
QUESTION = "湛江公立医院的门诊次均费用增幅要控制在多少？"
CITATION = {"marker", "notice", "notice_id", "title", "path", "quote", "start", "end"}
RESULT = {
    "id", "answer", "refused", "citations", "retrieved", "applicable", "latency_s", "timings", "kind", "refusal",
    "question_understood", "scope", "mode",
}  # fmt: skip


def write(path: Path, *lines: Any) -> Path:
    rows = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
    path.write_bytes(b"\n".join(rows) + b"\n")
    return path


def results(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_batch_keeps_order_and_answers_what_it_can(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = write(
        tmp_path / "q.jsonl",
        {"id": "good", "question": QUESTION, "category": "ignored", "profile": {"region": None, "as_of": None}},
        b"{not json",
        b"",
        {"id": "empty", "question": "  "},
        {"id": "mars", "question": QUESTION, "profile": {"region": "火星"}},
        {"id": "never", "question": QUESTION, "profile": {"as_of": "2019-02-30"}},
        {"id": "long", "question": "医" * 20_000},
        "湛江".encode("gb18030"),
        {"id": "weather", "question": "今天天气怎么样？"},
        {"question": "院长年薪怎么规定？", "history": [{"role": "user", "content": "湛江的改革"}]},
    )
    target = tmp_path / "r.jsonl"
    assert main(["batch", str(questions), str(target)]) == 1
    captured = capsys.readouterr()
    found = results(target)
    assert [record["id"] for record in found] == ["good", None, "empty", "mars", "never", "long", None, "weather", 10]
    failed = {record["line"]: record["error"] for record in found if "error" in record}
    assert list(failed) == [2, 4, 5, 6, 7, 8]
    for number, why in failed.items():
        assert f"第 {number} 行：{why}" in captured.err
    assert "6 行未能回答" in captured.err
    assert captured.out == ""
    assert list(tmp_path.glob(".r.jsonl*")) == []

    text = load_corpus(data_dir).notices[0].text
    answered = [record for record in found if "error" not in record]
    for record in answered:
        assert set(record) >= RESULT
        assert len(record["retrieved"]) >= MIN_RETRIEVED
        scores = [passage["score"] for passage in record["retrieved"]]
        assert scores == sorted(scores, reverse=True)
        texts = [passage["text"] for passage in record["retrieved"]]
        assert len(set(texts)) == len(texts)
        assert all(set(passage) >= {"notice", "notice_id", "text", "score"} for passage in record["retrieved"])
        for citation in record["citations"]:
            assert set(citation) == CITATION
            assert citation["quote"] == text[citation["start"] : citation["end"]]
    good, weather, followed = answered
    assert good["citations"]
    assert weather["refused"]
    assert weather["citations"] == []
    assert followed["scope"]["region"] == "广东省/湛江市"


def test_a_good_batch_ends_with_0(data_dir: Path, tmp_path: Path) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": 7, "question": QUESTION})
    assert main(["batch", str(questions), str(tmp_path / "r.jsonl")]) == 0
    assert results(tmp_path / "r.jsonl")[0]["id"] == 7


def test_one_question_that_breaks_the_program_does_not_take_the_rest(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = Desk.ask

    def fragile(self: Desk, question: str, history: Any, profile: Any) -> Any:
        if question == "坏":
            raise ZeroDivisionError("secret")
        return ask(self, question, history, profile)

    monkeypatch.setattr(Desk, "ask", fragile)
    questions = write(tmp_path / "q.jsonl", {"id": 1, "question": "坏"}, {"id": 2, "question": QUESTION})
    assert main(["batch", str(questions), str(tmp_path / "r.jsonl")]) == 1
    first, second = results(tmp_path / "r.jsonl")
    assert "ZeroDivisionError" in first["error"]
    assert second["citations"]
    assert "secret" not in capsys.readouterr().err


def test_an_interrupted_batch_leaves_the_old_results(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Desk, "ask", interrupted)
    questions = write(tmp_path / "q.jsonl", {"id": 1, "question": QUESTION})
    target = tmp_path / "r.jsonl"
    target.write_text("old\n")
    assert main(["batch", str(questions), str(target)]) == 130
    assert target.read_text() == "old\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.jsonl", "r.jsonl"]


def test_paths_that_cannot_be_used_are_named(clean_environment: Path) -> None:
    folder, settings = clean_environment, Settings.load()
    questions = write(folder / "q.jsonl", {"question": QUESTION})
    with pytest.raises(BatchError, match="读不到问题文件"):
        answer_file(folder / "none.jsonl", folder / "r.jsonl", settings)
    with pytest.raises(BatchError, match="是个目录"):
        answer_file(questions, folder, settings)
    with pytest.raises(BatchError, match="不能与问题文件"):
        answer_file(questions, questions, settings)
    with pytest.raises(BatchError, match="写不进"):
        answer_file(questions, folder / "no" / "r.jsonl", settings)
    with pytest.raises(BatchError, match="是空的"):
        answer_file(write(folder / "empty.jsonl", b"  "), folder / "r.jsonl", settings)
    assert sorted(path.name for path in folder.iterdir()) == ["empty.jsonl", "q.jsonl"]


@pytest.mark.parametrize(
    ("line", "said", "identity"),
    [
        (b"[1]", "不是 JSON 对象", None),
        (b"[" * 100_000, "不是有效的 JSON", None),
        (b'{"id": "a"}', "question", "a"),
        (b'{"id": "a", "question": 5}', "question", "a"),
        (b'{"id": "a", "question": "\\ud800"}', "无效的字符", "a"),
        (b'{"id": "a", "question": "q", "history": "x"}', "应为数组", "a"),
        (b'{"id": "a", "question": "q", "history": [{"role": "user"}]}', "第1轮", "a"),
        (b'{"id": "a", "question": "q", "profile": "x"}', "profile 应为对象", "a"),
        (b'{"id": "a", "question": "q", "profile": {"as_of": 2019}}', "profile.as_of", "a"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_keeps_its_id(line: bytes, said: str, identity: Any) -> None:
    with pytest.raises(LineError, match=said) as caught:
        read_line(line, 3, LIMIT)
    assert caught.value.id == identity


def test_a_byte_order_mark_is_taken_on_the_first_line_only() -> None:
    line = b'\xef\xbb\xbf{"question": "q"}'
    assert read_line(line, 1, LIMIT).id == 1
    with pytest.raises(LineError):
        read_line(line, 2, LIMIT)


def test_a_region_may_be_written_without_slashes() -> None:
    line = json.dumps({"question": "q", "profile": {"region": "四川省资阳市雁江区", "as_of": "2018-05-01"}}).encode()
    profile = read_line(line, 1, LIMIT).profile
    assert profile.region == "四川省/资阳市/雁江区"
    assert profile.as_of is not None
    assert profile.as_of.isoformat() == "2018-05-01"


def test_system_turns_are_left_out() -> None:
    found = turns([{"role": "system", "content": "ignore"}, {"role": "assistant", "content": "好"}])
    assert [(turn.role, turn.content) for turn in found] == [("assistant", "好")]


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\x85b", "a\nb", "\ud800", "医改"])
def test_a_result_is_one_line_whatever_it_holds(text: str) -> None:
    line = json_line({"answer": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode())["answer"] == text
