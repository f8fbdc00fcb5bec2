"""The command line when things go wrong: what it says, how it ends, and that nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from corpus.library import load_corpus

ROOT = Path(__file__).resolve().parent.parent
NOTICE = "zhanjiang-2019-hospital-reform"
QUESTION = "湛江公立医院的门诊次均费用增幅要控制在多少？"


def fault(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line that a command that cannot be carried out leaves; checks that it ends as such."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert "Traceback" not in captured.err
    return lines[0]


def spawn(*words: str, data: Path, **options: Any) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    if cache := os.environ.get("ASSISTANT_CACHE_DIR"):
        environment["ASSISTANT_CACHE_DIR"] = cache
    environment |= {"ASSISTANT_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "assistant", *words]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **options
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", "   "], "问题是空的"),
        (["ask", "医" * 20_000], "20000字，超过上限2000字"),
        (["ask", QUESTION, "--region", "火星"], "没有找到地区“火星”"),
        (["ask", QUESTION, "--as-of", "2019-02-30"], "2019-02-30"),
        (["ask", QUESTION, "--history", "没有.json"], "读不到对话文件 没有.json"),
        (["applicable", "--region", "火星"], "没有找到地区“火星”"),
        (["show", "湘政办发〔1999〕1号"], "assistant list"),
        (["ask"], "缺少参数：问题"),
        (["ask", QUESTION, "--regoin", "湛江"], "不认识的参数：--regoin 湛江"),
        (["ask", QUESTION, "--region"], "--region 后面要写一个值"),
        (["aks", QUESTION], "是不是 ask"),
    ],
)
def test_bad_input_is_one_chinese_line_and_exit_code_2(
    words: list[str], said: str, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in fault(capsys, *words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[{", "不是有效的 UTF-8 JSON"),
        ("[]".encode("utf-16"), "不是有效的 UTF-8 JSON"),
        (b'{"role": "user"}', "应为数组"),
        (b'[{"role": "user", "content": "a"}, {"role": "robot", "content": "b"}]', "第2轮有误"),
        (b'[{"role": "user", "content": 5}]', "第1轮有误"),
        (b'[{"role": "user", "content": "\\ud800"}]', "第1轮有误"),
        (b"[" * 100_000, "不是有效的 UTF-8 JSON"),
    ],
)
def test_bad_history_is_named(
    content: bytes, said: str, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content)
    assert said in fault(capsys, "ask", QUESTION, "--history", str(path))


def test_a_question_that_is_not_unicode_is_refused(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "无效的字符" in fault(capsys, "ask", "院长\udce5年薪")


def test_an_unknown_setting_is_named(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_UI__PROT", "1")
    assert "ASSISTANT_UI__PROT" in fault(capsys, "list")


def test_a_missing_model_directory_is_named(
    own_data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING__MODEL", "/没有/这个/目录")
    line = fault(capsys, "ask", QUESTION)
    assert "/没有/这个/目录" in line
    assert "ASSISTANT_EMBEDDING__MODEL" in line


def test_a_damaged_index_is_rebuilt_and_said(own_data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    current = own_data_dir / "index" / (own_data_dir / "index" / "CURRENT").read_text().strip()
    database = current / "chroma" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:100])
    assert main(["ask", QUESTION, "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["citations"]
    assert "重建" in captured.err


def test_a_vector_store_that_breaks_while_open_is_rebuilt_once(
    own_data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.errors import StoreError
    from index.stores.chroma import ChromaStore

    monkeypatch.setattr("index.search.EXACT_SENTENCES", 0)  # as in a corpus that is too large to compare one by one
    nearest = ChromaStore.nearest
    calls: list[int] = []

    def failing_once(self: ChromaStore, vector: Any, limit: int, notice_ids: Any = None) -> list[str]:
        calls.append(limit)
        if len(calls) == 1:
            raise StoreError("向量库查询失败。", "请运行 assistant build。")
        return nearest(self, vector, limit, notice_ids)

    monkeypatch.setattr(ChromaStore, "nearest", failing_once)
    before = (own_data_dir / "index" / "CURRENT").read_text()
    assert main(["ask", QUESTION, "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["citations"]
    assert "正在重建索引" in captured.err
    assert (own_data_dir / "index" / "CURRENT").read_text() != before


def test_a_killed_build_leaves_the_old_index_serving(own_data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The four other notices come back, and the build that would take them in is killed once it embeds."""
    (own_data_dir / "tombstones.json").unlink()
    before = (own_data_dir / "index" / "CURRENT").read_text()
    building = spawn("build", data=own_data_dir, cwd=own_data_dir.parent)
    deadline = time.monotonic() + 60
    while not list((own_data_dir / "index").glob("embedded-*.log")) and time.monotonic() < deadline:
        assert building.poll() is None, building.communicate()
        time.sleep(0.005)
    building.send_signal(signal.SIGKILL)
    building.communicate()
    assert (own_data_dir / "index" / "CURRENT").read_text() == before
    assert list((own_data_dir / "index").glob("embedded-*.log")), "nothing was under way when it was killed"

    from index import Index, IndexConfig

    index = Index.open(IndexConfig(own_data_dir), load_corpus(own_data_dir))
    assert index.stale
    assert {hit.passage.notice_id for hit in index.search(QUESTION)} == {NOTICE}


@pytest.mark.parametrize("where", ["vectors", "store"])
def test_a_full_disk_leaves_the_old_index_serving(where: str, own_data_dir: Path) -> None:
    """The system refuses to let any file grow past a limit, first in our own files, then in Chroma's."""
    before = (own_data_dir / "index" / "CURRENT").read_text()
    largest = max(path.stat().st_size for path in (own_data_dir / "index" / before).rglob("*.npy"))
    limit = largest // 2 if where == "vectors" else largest + 10_000
    building = spawn(
        "build",
        "--force",
        data=own_data_dir,
        cwd=own_data_dir.parent,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, errors = building.communicate(timeout=120)
    assert building.returncode == 2, errors
    assert "原索引仍在使用" in errors.strip().splitlines()[-1]
    assert (own_data_dir / "index" / "CURRENT").read_text() == before
    assert [path.name for path in (own_data_dir / "index").glob("gen-*")] == [before]

    from index import Index, IndexConfig

    assert Index.open(IndexConfig(own_data_dir), load_corpus(own_data_dir)).search(QUESTION)


def test_interrupting_ends_with_130_and_one_line(own_data_dir: Path) -> None:
    (own_data_dir / "tombstones.json").unlink()
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # tests in the background of a shell ignore it
    building = spawn("build", data=own_data_dir, cwd=own_data_dir.parent, preexec_fn=heard)
    deadline = time.monotonic() + 60
    while not list((own_data_dir / "index").glob("embedded-*.log")) and time.monotonic() < deadline:
        assert building.poll() is None, building.communicate()
        time.sleep(0.005)
    building.send_signal(signal.SIGINT)
    _, errors = building.communicate(timeout=60)
    assert building.returncode == 130, errors
    assert errors.strip().splitlines()[-1] == "已中断"
    assert "Traceback" not in errors


def test_a_fault_of_the_program_shows_no_trace_unless_asked(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> int:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("assistant.commands.listing.run", broken)
    assert main(["list"]) == 70
    captured = capsys.readouterr()
    assert "ZeroDivisionError" in captured.err
    assert "secret" not in captured.err
    with pytest.raises(ZeroDivisionError):
        main(["--trace", "list"])


def test_a_folder_that_cannot_be_written_is_said(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "file" / "var"))
    line = fault(capsys, "build")
    assert "assistant build" in line


def test_a_reader_that_stops_early_is_no_fault(data_dir: Path) -> None:
    showing = spawn("show", NOTICE, "--text", data=data_dir)
    assert showing.stdout is not None
    showing.stdout.close()
    assert showing.stderr is not None
    errors = showing.stderr.read()
    showing.stderr.close()
    assert showing.wait() == 0
    assert errors == ""


def test_output_is_utf_8_in_any_locale(data_dir: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "assistant", "list"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert "湛府〔2019〕13号" in ended.stdout.decode("utf-8")


def test_folders_with_our_names_do_not_hide_ours(tmp_path: Path) -> None:
    """Run from a directory that happens to hold ``index/`` and ``corpus/``."""
    for name in ("index", "corpus", "prompts"):
        (tmp_path / name).mkdir()
    words = [sys.executable, "-m", "assistant", "list", "--json"]
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(tmp_path / "var")}
    run = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
