"""The record of who asked and changed what: sealed line by line, missing nothing, telling nothing of persons."""

from __future__ import annotations

import json
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

import assistant.keeping.audit as audit_module
from assistant.blocks import Marker, Paragraph, Text
from assistant.cli import main
from assistant.keeping.audit import Audit, AuditError, Entry, export
from assistant.types import Answer, Citation, Profile

CITED = Answer(
    (Paragraph((Text("八成"), Marker(1), Text("。"))),),
    citations=(Citation(1, "某府发〔2024〕1号", "n1", "通知", "", "八成", 0, 2),),
    settings_hash="s",
)


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path)


def lines(audit: Audit) -> list[bytes]:
    return next(audit.folder.glob("*.jsonl")).read_bytes().splitlines(keepends=True)


def test_an_entry_says_who_asked_what_and_which_notices_and_settings_answered(audit):
    audit.asked("u7", "我叫张三，身份证11010519491231002X，签约率多少", Profile("广东省/湛江市"), CITED)
    [entry] = audit.entries()
    assert (entry.number, entry.who, entry.act) == (1, "u7", "asked")
    assert entry.details["notices"] == ["n1"]
    assert entry.details["settings"] == "s"
    assert entry.details["region"] == "广东省/湛江市"
    assert "张三" not in entry.to_line()
    assert "1949" not in entry.to_line()
    assert "签约率多少" in entry.details["question"]
    assert audit.verify().faults == ()


def damages() -> dict[str, object]:
    def changed(content: list[bytes]) -> list[bytes]:
        return [content[0], content[1].replace(b"removed", b"removes"), *content[2:]]

    def resealed(content: list[bytes]) -> list[bytes]:
        plain = json.loads(content[1])
        forged = Entry.sealed(plain["number"], plain["at"], "nobody", plain["act"], plain["details"], plain["before"])
        return [content[0], forged.to_line().encode(), *content[2:]]

    return {
        "a word changed": changed, "a line rewritten and sealed again": resealed,
        "a line gone": lambda c: [c[0], *c[2:]], "two lines exchanged": lambda c: [c[0], c[2], c[1], *c[3:]],
        "the end cut off": lambda c: c[:-1], "the beginning cut off": lambda c: c[1:],
        "half a line": lambda c: [*c[:-1], c[-1][:20]], "rubbish": lambda c: [*c[:2], b"\xff\x00rubbish\n", *c[2:]],
        "a line twice": lambda c: [*c[:2], c[1], *c[2:]],
    }  # fmt: skip


@pytest.mark.parametrize("damage", damages())
def test_every_change_is_seen(audit, damage):
    for number in range(5):
        audit.write("u1", "removed", {"notice": f"n{number}"})
    assert audit.verify().faults == ()
    path = next(audit.folder.glob("*.jsonl"))
    path.write_bytes(b"".join(damages()[damage](lines(audit))))
    assert audit.verify().faults


def test_half_a_line_left_by_a_power_cut_is_no_entry_and_the_chain_goes_on(audit):
    audit.write("u1", "added", {})
    path = next(audit.folder.glob("*.jsonl"))
    path.write_bytes(path.read_bytes() + b'{"number": 2, "at"')
    audit.write("u1", "removed", {})
    assert audit.verify() == audit_module.Check(2)


def test_the_head_may_lag_by_the_line_of_a_kill(audit):
    audit.write("u1", "added", {})
    kept = (audit.folder / "head.json").read_bytes()
    audit.write("u1", "added", {})
    (audit.folder / "head.json").write_bytes(kept)
    assert audit.verify().faults == ()
    assert audit.write("u1", "added", {}).number == 3


def test_the_clock_may_jump_back(audit, monkeypatch):
    class Past(audit_module.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(1999, 5, 1, tzinfo=tz)

    audit.write("u1", "added", {})
    monkeypatch.setattr(audit_module, "datetime", Past)
    audit.write("u1", "removed", {})
    assert [entry.number for entry in audit.entries()] == [1, 2]
    assert audit.verify().faults == ()


def test_what_is_past_its_time_goes_and_the_rest_still_holds(audit, monkeypatch):
    months = iter([(2024, 1), (2024, 1), (2024, 3), (2026, 1), (2026, 2), (2026, 2)])

    class Moving(audit_module.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(*next(months), 5, tzinfo=tz)

    monkeypatch.setattr(audit_module, "datetime", Moving)
    for number in range(5):
        audit.write("u1", "added", {"n": number})
    assert audit.prune(12) == 3
    assert audit.verify() == audit_module.Check(3)
    next(iter(sorted(audit.folder.glob("*.jsonl")))).unlink()
    assert any("不在了" in fault for fault in audit.verify().faults)


def test_a_full_disk_is_told_and_leaves_no_half_line(audit, monkeypatch):
    audit.write("u1", "added", {})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_module.os, "fsync", full)
    with pytest.raises(AuditError, match="写不进"):
        audit.write("u1", "added", {})
    monkeypatch.undo()
    audit.write("u1", "removed", {})
    assert audit.verify() == audit_module.Check(2)


def _write(folder: str, who: str) -> None:
    for number in range(20):
        Audit(Path(folder)).write(who, "asked", {"n": number})


def test_several_processes_lose_no_line(audit, tmp_path):
    context = get_context("fork")
    workers = [context.Process(target=_write, args=(str(tmp_path), f"u{n}")) for n in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert audit.verify() == audit_module.Check(60)


def test_the_command_checks_exports_and_says_so(audit, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    audit.write("u1", "removed", {"notice": "n1"})
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "export", str(tmp_path / "out.jsonl")]) == 0
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["details"] == {"notice": "n1"}
    assert [entry.act for entry in audit.entries()] == ["removed", "exported"]
    assert main(["audit", "export", "--from", "昨天"]) == 2
    path = next(audit.folder.glob("*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"n1", b"n2"))
    assert main(["audit", "verify"]) == 1
    assert "被改动过" in capsys.readouterr().out


def test_days_are_chosen(audit):
    entry = audit.write("u1", "added", {})
    day = audit_module.date.fromisoformat(entry.at[:10])
    assert export([entry], day, day)
    assert not export([replace(entry, at="2020-01-01T00:00:00")], day)
