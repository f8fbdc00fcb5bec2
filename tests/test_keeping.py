"""Adding, replacing, removing: the answers follow at once, and a kill at any step leaves the old or the new state."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, run_killed, settings_for

from assistant.blocks import Marker, Paragraph, Text, prose
from assistant.cli import main
from assistant.keeping.conversations import ConversationStore
from assistant.keeping.keeper import add, check, finish_interrupted, remove
from assistant.keeping.withdrawal import WITHDRAWN
from assistant.types import Answer, Citation, Profile
from corpus.errors import KeepingError, MetadataError, UnknownNoticeError
from corpus.journal import locked
from corpus.keeping import versions
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from corpus.typed import parsed_overrides
from corpus.types import Level
from index import Index, IndexConfig

NEWER = plain_notice(extra="另行结算的按七成。")
SHIPPED = "hunan-2023-service-system"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``var/`` holding two added notices and one shipped one, indexed; copy it before changing it."""
    root = tmp_path_factory.mktemp("kept")
    write_tombstones(root / "var", [n.id for n in load_corpus().notices if n.id != SHIPPED])
    (root / "一.txt").write_text(plain_notice(), encoding="utf-8")
    (root / "二.txt").write_text(plain_notice("某府发〔2021〕4号", "关于规范采购的通知"), encoding="utf-8")
    outcome = add(settings_for(root / "var"), [root / "一.txt", root / "二.txt"], embedder=TinyEmbedder())
    assert len(outcome.added) == 2
    return root


@pytest.fixture
def var(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept / "var", tmp_path / "var")
    return tmp_path / "var"


def _id(var: Path, number: str = "某府发〔2021〕3号") -> str:
    return load_corpus(var).find(number).id


def _write(folder: Path, text: str, name: str = "新.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _found(var: Path, words: str) -> set[str]:
    """Ids of the notices whose passages contain ``words``, asked of the open index."""
    index = Index.open(IndexConfig(var), load_corpus(var), embedder=TinyEmbedder())
    assert not index.stale
    return {hit.passage.notice_id for hit in index.search(words, mode="lexical") if words in hit.passage.text}


def test_an_added_notice_is_found_at_once(var: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, plain_notice("某府发〔2022〕9号", "关于急救网络的通知", "急救半径不超过十五公里。"))
    [one] = add(settings_for(var), [path], embedder=TinyEmbedder()).added
    assert one.notice.number == "某府发〔2022〕9号" and one.notice.region == "广东省/湛江市"
    assert one.notice.level is Level.MUNICIPAL
    assert _found(var, "急救半径不超过十五公里") == {one.notice.id}
    assert (var / "notices" / one.notice.id / "original.txt").read_bytes() == path.read_bytes()


def test_only_what_is_new_is_embedded(var: Path, tmp_path: Path) -> None:
    embedder = TinyEmbedder()
    add(
        settings_for(var),
        [_write(tmp_path, plain_notice("某府发〔2022〕9号", "关于急救网络的通知"))],
        embedder=embedder,
    )
    assert 0 < embedder.embedded < 30


def test_the_same_file_again_changes_nothing(var: Path, kept: Path) -> None:
    [one] = add(settings_for(var), [kept / "一.txt"], embedder=TinyEmbedder()).added
    assert one.unchanged and not versions(var, one.notice.id)


def test_a_new_version_supersedes_and_the_old_stays_readable(var: Path, tmp_path: Path) -> None:
    [one] = add(settings_for(var), [_write(tmp_path, NEWER)], embedder=TinyEmbedder()).added
    assert one.replaced
    assert _found(var, "另行结算的按七成") == {one.notice.id}
    assert len([n for n in load_corpus(var).notices if n.number == "某府发〔2021〕3号"]) == 1
    [old] = versions(var, one.notice.id)
    assert "另行结算" not in (old.folder / "source.txt").read_text(encoding="utf-8")


def test_a_shipped_notice_can_be_replaced_and_then_removed(var: Path, tmp_path: Path) -> None:
    text = load_corpus(var).get(SHIPPED).text + "\n另有补充规定。"
    [one] = add(settings_for(var), [_write(tmp_path, text)], embedder=TinyEmbedder()).added
    assert one.notice.id == SHIPPED and one.replaced
    assert len(versions(var, SHIPPED)) == 1
    assert sum(trace.count for trace in remove(settings_for(var), SHIPPED, embedder=TinyEmbedder())) == 0
    assert SHIPPED not in load_corpus(var)


def test_a_removed_shipped_notice_can_come_back(var: Path, tmp_path: Path) -> None:
    text = load_corpus(var).get(SHIPPED).text
    remove(settings_for(var), SHIPPED, embedder=TinyEmbedder())
    [one] = add(settings_for(var), [_write(tmp_path, text)], embedder=TinyEmbedder()).added
    assert load_corpus(var).get(one.notice.id).number == "湘政办发〔2023〕44号"


def test_removal_is_proved_in_every_store_and_log(var: Path) -> None:
    notice = load_corpus(var).get(_id(var))
    store = ConversationStore(var)
    quote = notice.text[:20]
    cited = Answer(
        (Paragraph((Text(f"见原文“{quote}”"), Marker(1), Text("。"))),),
        citations=(Citation(1, notice.name, notice.id, notice.title, "", quote, 0, 20),),
    )
    conversation = store.start("owner", "问")
    store.save_turn("owner", conversation, 0, "怎么办", Profile(), cited)
    store.save_turn("owner", conversation, 1, "还有呢", Profile(), Answer(prose("见原文。")))
    store.vote("owner", conversation, 0, -1, reason="引用有误", note="", notice_id=notice.id, quote=quote)
    traces = remove(settings_for(var), notice.id, embedder=TinyEmbedder())
    assert [trace for trace in traces if trace.count] == []
    assert {"文件库", "向量库", "conversations.sqlite3 的 turns 表", "数据目录全部文件逐字节查找"} <= {
        t.store for t in traces
    }
    turns = store.turns("owner", conversation)
    assert [turn.answer.text for turn in turns] == [WITHDRAWN, "见原文。"]
    assert turns[0].answer.citations == ()
    assert quote.encode() not in (var / "conversations.sqlite3").read_bytes()


def test_the_proof_can_fail(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the id in a file nobody knows of is found."""
    wanted = _id(var)
    (var / "someones-cache.bin").write_bytes(b"x" * (1 << 20) + wanted.encode())
    monkeypatch.setattr("assistant.keeping.withdrawal.withdraw_from_logs", lambda *_: 0)
    traces = remove(settings_for(var), wanted, embedder=TinyEmbedder())
    assert sum(trace.count for trace in traces) == 1


def test_unknown_ids_and_bad_overrides_say_what_to_do(var: Path, kept: Path) -> None:
    with pytest.raises(UnknownNoticeError, match="assistant list"):
        remove(settings_for(var), "没有", embedder=TinyEmbedder())
    for key, value in (
        ("colour", "red"),
        ("region", "火星"),
        ("issued_on", "2021-13-01"),
        ("level", "镇"),
        ("number", "x"),
    ):
        with pytest.raises(MetadataError):
            parsed_overrides({key: value})
    assert parsed_overrides({"region": "湛江"})["region"] == "广东省/湛江市"
    assert parsed_overrides({"horizon": "2021-2025"})["horizon"] == (2021, 2025)


def test_overrides_win_and_are_certain(var: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, plain_notice("某府发〔2022〕9号", "关于急救网络的通知"))
    overrides = {"region": "湖南省/长沙市", "issued_on": "2022-03-04", "id": "changsha-emergency"}
    [_one] = add(settings_for(var), [path], overrides, embedder=TinyEmbedder()).added
    loaded = load_corpus(var).get("changsha-emergency")
    assert (loaded.region, loaded.issued_on and loaded.issued_on.isoformat()) == ("湖南省/长沙市", "2022-03-04")
    assert loaded.confidence["region"] == 1.0


def test_one_number_cannot_be_set_for_two_files(var: Path, kept: Path) -> None:
    with pytest.raises(MetadataError, match="逐份"):
        add(
            settings_for(var),
            [kept / "一.txt", kept / "二.txt"],
            {"number": "某府发〔2022〕9号"},
            embedder=TinyEmbedder(),
        )


@pytest.mark.parametrize("number", ["某府发〔2021〕3号", "某府发〔2022〕9号"])
def test_an_id_given_by_hand_takes_nobody_s_place(number: str, var: Path, tmp_path: Path) -> None:
    """Neither another notice under a taken id, nor a known notice under a second id."""
    wanted = SHIPPED if "2022" in number else "another-name"
    path = _write(tmp_path, plain_notice(number, "关于印发某办法的通知" if "2021" in number else "关于急救的通知"))
    outcome = add(settings_for(var), [path], {"id": wanted}, embedder=TinyEmbedder())
    assert not outcome.added and "--replace" in outcome.failed[0].message


def test_a_number_taken_by_another_text_is_to_be_checked(var: Path, tmp_path: Path) -> None:
    other = "湛江市人民政府关于档案整理的通知\n某府发〔2021〕3号\n各科室：\n" + "档案按年度装订，移交时双方签字。" * 9
    outcome = add(settings_for(var), [_write(tmp_path, other)], embedder=TinyEmbedder())
    [one] = outcome.added
    assert not outcome.failed and not one.replaced and "number" in one.notice.unverified
    assert one.notice.id != _id(var) and len(load_corpus(var)) == 4


def test_two_writers_do_not_meet(var: Path) -> None:
    with locked(var), pytest.raises(KeepingError, match="另一个进程"):
        remove(settings_for(var), _id(var), embedder=TinyEmbedder())


def test_readers_never_see_half_a_replacement(var: Path, tmp_path: Path) -> None:
    """A reader that loads while versions are swapped gets one of them whole."""
    wanted = _id(var)
    seen: set[bool] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            for notice in load_corpus(var).notices:
                if notice.id == wanted:
                    seen.add("另行结算" in notice.text)

    thread = threading.Thread(target=read)
    thread.start()
    add(settings_for(var), [_write(tmp_path, NEWER)], embedder=TinyEmbedder())
    stop.set()
    thread.join()
    assert seen <= {True, False} and seen


# --- killed at each step -------------------------------------------------------------------------------------------

Operation = Callable[[Path, Path], tuple[str, str]]


def _adding(var: Path, folder: Path) -> tuple[str, str]:
    return "add", str(_write(folder, plain_notice("某府发〔2022〕9号", "关于急救网络的通知")))


def _replacing(var: Path, folder: Path) -> tuple[str, str]:
    return "add", str(_write(folder, NEWER))


def _replacing_shipped(var: Path, folder: Path) -> tuple[str, str]:
    return "add", str(_write(folder, load_corpus(var).get(SHIPPED).text + "\n另有补充规定。"))


def _removing(var: Path, folder: Path) -> tuple[str, str]:
    return "remove", _id(var)


def _removing_shipped(var: Path, folder: Path) -> tuple[str, str]:
    return "remove", SHIPPED


def _state(var: Path) -> str:
    return json.dumps(sorted((notice.id, notice.text) for notice in load_corpus(var).notices), ensure_ascii=False)


@pytest.mark.slow
@pytest.mark.parametrize("operation", [_adding, _replacing, _replacing_shipped, _removing, _removing_shipped])
def test_killed_at_every_step(operation: Operation, kept: Path, tmp_path: Path) -> None:
    """After a kill at any step and a restart the corpus is the old or the new one, and ``doctor`` finds no fault."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(
        ["assistant.keeping.keeper", "assistant.keeping.withdrawal", "chromadb", "index.build", "corpus_fakes"]
    )

    def run(var: Path, at: int, counted: str = "") -> int | None:
        words = operation(var, tmp_path)
        process = processes.Process(target=run_killed, args=(var, *words, at, counted))
        process.start()
        process.join(120)
        return process.exitcode

    before = _state(kept / "var")
    shutil.copytree(kept / "var", tmp_path / "whole")
    assert run(tmp_path / "whole", 0, str(tmp_path / "steps")) == 0
    after = _state(tmp_path / "whole")
    assert after != before
    states = []
    for at in range(1, int((tmp_path / "steps").read_text()) + 1):
        var = tmp_path / f"killed-{at}"
        shutil.copytree(kept / "var", var)
        assert run(var, at) == -9
        findings, _ = check(settings_for(var), embedder=TinyEmbedder())
        assert [finding.message for finding in findings if finding.error] == [], at
        states.append(_state(var))
        assert not (var / "journal.json").exists() and not list(var.glob("notices/.*"))
        shutil.rmtree(var)
    assert set(states) <= {before, after}
    assert states[-1] == after
    assert states == sorted(states, key=lambda state: state == after)


def test_an_interrupted_operation_is_finished_by_the_next_one(var: Path, tmp_path: Path) -> None:
    wanted = _id(var)
    (var / "journal.json").write_text(
        json.dumps({"op": "remove", "notice_id": wanted, "staged": "", "history": "", "caches": [], "purge": True})
    )
    assert finish_interrupted(settings_for(var), embedder=TinyEmbedder()) == wanted
    assert wanted not in load_corpus(var)
    assert finish_interrupted(settings_for(var), embedder=TinyEmbedder()) is None


def test_a_full_disk_leaves_nothing(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _state(var)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.keeping.sync", full)
    outcome = add(settings_for(var), [_write(tmp_path, NEWER)], embedder=TinyEmbedder())
    assert "磁盘" in outcome.failed[0].message
    assert _state(var) == before and not list(var.glob("notices/.*"))


def test_sqlite_is_the_only_database_kept(var: Path) -> None:
    """The withdrawal looks for SQLite files by suffix; a store under another name would escape it."""
    ConversationStore(var)
    for path in var.rglob("*"):
        if path.is_file() and path.stat().st_size > 16 and "index" not in path.parts:
            is_sqlite = path.read_bytes()[:15] == b"SQLite format 3"
            assert is_sqlite == (path.suffix == ".sqlite3"), path
    sqlite3.connect(var / "conversations.sqlite3").close()


def test_a_mixed_folder_says_file_by_file_what_went_in(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build.load_embedder", lambda *_, **__: TinyEmbedder())
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    folder = tmp_path / "来文"
    folder.mkdir()
    _write(folder, plain_notice("某府发〔2022〕9号", "关于急救网络的通知"), "一 好.txt")
    _write(folder, plain_notice(), "二 旧.txt")
    _write(folder, "", "三 空.txt")
    _write(folder, "今天的菜单，各科室自行传看。", "四 杂.txt")
    (folder / "五 坏.pdf").write_bytes(b"%PDF-1.7 cut short")
    assert main(["add", str(folder)]) == 2
    shown = capsys.readouterr()
    out, err = shown.out.splitlines(), shown.err.splitlines()
    assert [line.split("：")[0] for line in out] == [
        "已添加",
        "已在库中",
        "已添加",
        "添加 2 份，已在库中 1 份，未添加 2 份",
    ]
    refused = [line for line in err if line.startswith("未添加：")]
    assert {line.split("：")[1] for line in refused} == {"三 空.txt", "五 坏.pdf"}
    assert all(line.count(line.split("：")[1]) == 1 for line in refused), "a file is named once a line"
    assert any(line.startswith("  四 杂.txt：待核对：") and "地区" in line for line in err)
    assert "assistant review" in err[-1]
    assert len(load_corpus(var)) == 5
