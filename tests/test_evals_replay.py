"""Written-down answers in the model's place: keys, prompts kept, and what was shown of what was written."""

from __future__ import annotations

import json

import pytest
from evals_fakes import question

from evals.datasets import DatasetError
from evals.measures import score
from evals.replay import UNKNOWN, Replay, Watched, key_of, table
from evals.types import Response


def written(replay: Replay, system: str, user: str) -> str:
    return "".join(piece.text for piece in replay.complete(system, user))


def test_a_known_prompt_gets_its_answer_and_another_is_kept_once(tmp_path):
    answers, prompts = tmp_path / "answers.jsonl", tmp_path / "prompts.jsonl"
    answers.write_text(json.dumps({"key": key_of("甲", "乙"), "answer": "七成[1]。"}) + "\n\n", encoding="utf-8")
    replay = Replay.read(answers, prompts)
    assert written(replay, "甲", "乙") == "七成[1]。"
    assert [written(replay, "甲", "丙") for _ in range(2)] == [UNKNOWN, UNKNOWN]
    (kept,) = [json.loads(line) for line in prompts.read_text(encoding="utf-8").splitlines()]
    assert kept == {"key": key_of("甲", "丙"), "system": "甲", "user": "丙"}
    assert replay.asked == [key_of("甲", "乙"), *[key_of("甲", "丙")] * 2]


@pytest.mark.parametrize("line", ["{", '{"key": "a"}', "[]"])
def test_a_line_that_cannot_be_read_is_named(tmp_path, line):
    path = tmp_path / "answers.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"answers.jsonl:1"):
        Replay.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"none.jsonl"):
        Replay.read(tmp_path / "none.jsonl")


def test_what_was_written_is_told_from_what_was_shown():
    replay = Replay({key_of("", "第1题"): "达到7.5张[1]。"})
    shown = iter(["没有写明。", "达到5.5张。"])

    def respond(asked):
        if asked.id != "3":
            written(replay, "", f"第{asked.id}题")
        return Response(next(shown, "5.5张"), dropped=1)

    questions = [question("1", "east", 0, "7.5"), question("2", "west", 0, "5.5"), question("3", "west", 0, "5.5")]
    watched = Watched(respond, replay)
    scored = [score(q, watched(q)) for q in questions]
    told = table(scored, watched)
    assert watched.written == {"1": "达到7.5张[1]。", "2": ""}
    assert watched.unanswered == {"2"}
    for line in ("可答的题没有到模型 | 1/3", "没有写下答案的题 | 1/2", "模型写出的要点 | 1/1", "显示出来的要点 | 0/1"):
        name, figure = line.split(" | ")
        assert any(name in row and figure in row for row in told.splitlines()), told
    assert "被删句子 1 句" in told
