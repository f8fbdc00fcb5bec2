"""The command line: what it prints, what it says of bad input, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from argparse import _SubParsersAction
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import COMMANDS, main, parser
from corpus.library import load_corpus

ROOT = Path(__file__).resolve().parent.parent
NOTICE = "zhanjiang-2019-hospital-reform"
QUESTION = "湛江公立医院的门诊次均费用增幅要控制在多少？"


def printed_json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(words) == 0
    return json.loads(capsys.readouterr().out)


def test_help_of_every_command_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    overview = capsys.readouterr().out
    for name, summary in COMMANDS.items():
        assert summary in overview
        assert main([name, "--help"]) == 0
        text = capsys.readouterr().out
        assert text.startswith("用法：")
        assert "usage" not in text
        assert "show this help" not in text


def test_every_option_is_explained() -> None:
    top = parser()
    commands = next(a for a in top._actions if isinstance(a, _SubParsersAction))
    silent = [
        f"{name} {action.dest}" for name, one in commands.choices.items() for action in one._actions if not action.help
    ]
    assert silent == []


def test_help_and_list_start_fast(data_dir: Path) -> None:
    """No heavy import on these paths; time itself is left to the machine, what is imported is not."""
    code = (
        "import sys; from assistant.cli import main; main(sys.argv[1:]);"
        "heavy = {'torch', 'llama_index', 'chromadb', 'sentence_transformers', 'gradio', 'pandas', 'jieba'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    for words in (["--help"], ["list"], ["show", NOTICE], ["version"]):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(
            [sys.executable, "-c", code, *words], env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert ended.returncode == 0, ended.stderr


def test_list_json_has_the_fields_of_the_contract(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (record,) = printed_json(capsys, "list", "--json")
    assert {"id", "notice", "title", "region", "level", "issued_on", "status"} <= set(record)
    assert (record["id"], record["notice"], record["region"]) == (NOTICE, "湛府〔2019〕13号", "广东省/湛江市")
    assert (record["level"], record["issued_on"], record["status"]) == ("municipal", "2019-02-02", "未见废止")


def test_list_of_a_region_leaves_other_places_out(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_json(capsys, "list", "--region", "广东省湛江市霞山区", "--json")[0]["id"] == NOTICE
    assert printed_json(capsys, "list", "--region", "湖南", "--json") == []


@pytest.mark.parametrize("wanted", [NOTICE, "湛府〔2019〕13号", "湛府[2019]13号", "湛江市深化公立医院综合改革实施方案"])
def test_show_takes_id_number_and_title(wanted: str, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_json(capsys, "show", wanted, "--json")["id"] == NOTICE


def test_show_json_spans_point_into_the_text(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed_json(capsys, "show", NOTICE, "--json")
    notice = load_corpus(data_dir).get(NOTICE)
    assert record["text"] == notice.text
    assert {"path", "heading", "start", "end", "bodies"} <= set(record["articles"][0])
    assert "".join(record["text"][a["start"] : a["end"]] for a in record["articles"]) == record["text"]
    headed = [a for a in record["articles"] if a["heading"]]
    assert headed
    assert all(a["path"].endswith(a["heading"]) for a in headed)
    assert record["gaps"] == []
    assert isinstance(record["relations"], list)


def test_show_json_marks_what_a_capture_lost(clean_environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed_json(capsys, "show", "湘政发〔2016〕12号", "--json")
    assert len(record["gaps"]) == 18
    assert sum(gap["sentences"] for gap in record["gaps"]) == 65
    gap = record["gaps"][0]
    assert f"此处缺{gap['sentences']}句" in record["text"][gap["start"] : gap["end"]]


def test_show_for_reading_has_outline_and_optional_text(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", NOTICE]) == 0
    short = capsys.readouterr().out
    assert main(["show", NOTICE, "--text"]) == 0
    long = capsys.readouterr().out
    notice = load_corpus(data_dir).get(NOTICE)
    assert notice.articles[-2].heading in short
    assert notice.text not in short
    assert notice.text in long


def test_ask_json_cites_the_text_exactly(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = printed_json(capsys, "ask", QUESTION, "--region", "广东省湛江市霞山区", "--as-of", "2020-06-01", "--json")
    text = load_corpus(data_dir).get(NOTICE).text
    assert record["citations"]
    assert all(c["quote"] == text[c["start"] : c["end"]] for c in record["citations"])
    assert all(f"[{c['marker']}]" in record["answer"] for c in record["citations"])
    assert record["refused"] is False
    assert record["scope"]["as_of"] == "2020-06-01"
    assert [v["binding"] for v in record["applicable"]] == ["适用"]


def test_ask_for_reading_lists_the_grounds(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION]) == 0
    captured = capsys.readouterr()
    assert "依据" in captured.out
    assert "[1] 湛府〔2019〕13号" in captured.out
    assert "毫秒" in captured.err


def test_ask_carries_the_place_from_the_history(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps([{"role": "user", "content": "湛江的公立医院改革"}]), encoding="utf-8")
    record = printed_json(capsys, "ask", "院长年薪怎么规定？", "--history", str(path), "--json")
    assert record["scope"]["region"] == "广东省/湛江市"


def test_applicable_gives_a_verdict_for_every_notice(
    clean_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = printed_json(capsys, "applicable", "--region", "湛江", "--as-of", "2020-06-01", "--json")
    assert {v["notice_id"]: v["binding"] for v in found}[NOTICE] == "适用"
    assert len(found) == len(load_corpus().notices)
    assert {v["binding"] for v in found if v["notice_id"] != NOTICE} == {"不适用"}
    assert main(["applicable", "--region", "湛江", "--as-of", "2020-06-01"]) == 0
    assert "【适用】湛府〔2019〕13号" in capsys.readouterr().out


def test_build_again_has_nothing_to_do(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    report = printed_json(capsys, "build", "--json")
    assert report["changed"] is False
    assert report["embedded"] == 0
    assert time.monotonic() - began < 2


def test_doctor_is_content_with_a_sound_index(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "正常" in capsys.readouterr().out
