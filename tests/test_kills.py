"""Every write of the service killed (SIGKILL) in the middle, the disk full under it, the clock set back: nothing that was
acknowledged is lost, nothing half of it is kept, and what follows goes on."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import assistant.keeping.audit as audit_module
import corpus.keeping as keeping
from assistant.accounts.identity import Role
from assistant.accounts.store import AccountError, AccountStore
from assistant.api.errors import problem_of
from assistant.blocks import prose
from assistant.keeping.audit import Audit, AuditError, Check
from assistant.keeping.conversations import ConversationStore, ConversationStoreError
from assistant.types import Answer, Profile

MOST_STEPS = 200
ON_DISK = frozenset(
    [
        "open",
        "write",
        "flush",
        "fsync",
        "truncate",
        "seek",
        "read",
        "replace",
        "rename",
        "unlink",
        "fdopen",
        "mkdir",
        "mkstemp",
        "close",
        "__exit__",
    ]
)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Whether a copy of this process was killed in ``work``, right before what it does on the disk the ``step``-th time."""
    child = os.fork()
    if child == 0:
        left = step

        def watch(frame: FrameType, event: str, what: Any) -> None:
            nonlocal left
            if event == "c_call" and what.__name__ in ON_DISK:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def audit_of(folder: Path, lines: int = 2) -> Audit:
    audit = Audit(folder)
    for number in range(lines):
        audit.write("u", "added", {"n": number})
    return audit


def test_the_audit_killed_at_every_step_of_a_write_holds_and_goes_on(tmp_path: Path) -> None:
    begun = audit_of(tmp_path / "begun").folder
    for step in range(1, MOST_STEPS):
        shutil.copytree(begun, tmp_path / str(step) / "audit")
        audit = Audit(tmp_path / str(step))
        killed = killed_at(step, lambda kept=audit: kept.write("u", "removed", {}))
        found = audit.verify()
        assert found.entries in ((2, 3) if killed else (3,))
        if found.faults:  # half a line: no entry, and the next write takes it off
            assert killed and all("不是一条完整的记录" in fault for fault in found.faults)
        assert audit.write("u", "added", {}).number == found.entries + 1
        assert audit.verify() == Check(found.entries + 1)
        if not killed:
            return
    pytest.fail("the write has no end")


def months(monkeypatch: pytest.MonkeyPatch, *found: tuple[int, int]) -> None:
    """The clock of the audit gives these months, the last of them for ever."""
    left = list(found)

    class Moving(audit_module.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(*(left.pop(0) if len(left) > 1 else left[0]), 5, tzinfo=tz)

    monkeypatch.setattr(audit_module, "datetime", Moving)


def test_pruning_killed_at_every_step_leaves_a_record_that_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(monkeypatch, (2023, 1), (2023, 2), (2023, 3), (2026, 1))
    begun = audit_of(tmp_path / "begun", 4).folder
    for step in range(1, MOST_STEPS):
        shutil.copytree(begun, tmp_path / str(step) / "audit")
        audit = Audit(tmp_path / str(step))
        killed = killed_at(step, lambda kept=audit: kept.prune(12))
        assert audit.verify().faults == () or (killed and "不是一条完整的记录" in audit.verify().faults[0])
        audit.write("u", "added", {})
        assert audit.verify().faults == ()
        audit.prune(12)
        assert audit.verify().faults == () and [path.stem for path in audit._files()] == ["2026-01"]
        if not killed:
            return
    pytest.fail("the pruning has no end")


def test_what_pruning_did_not_say_is_still_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    months(monkeypatch, (2023, 1), (2026, 1))
    audit = audit_of(tmp_path, 6)
    audit.prune(12)
    path = audit.folder / "2026-01.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    assert any("不在了" in fault for fault in audit.verify().faults)


def kept_conversations(folder: Path) -> tuple[Callable[[int], object], Callable[[], int]]:
    store = ConversationStore(folder)
    mine = store.start("o", "问")
    answer = Answer(prose("八成。" * 2000))
    return (
        lambda number: store.save_turn("o", mine, number, f"第{number}问", Profile(), answer),
        lambda: len(ConversationStore(folder).turns("o", mine)),
    )


def kept_keys(folder: Path) -> tuple[Callable[[int], object], Callable[[], int]]:
    store = AccountStore(folder)
    store.add_user("张管理", "很长的密码-4711", Role.ADMIN)
    return lambda number: store.make_key("张管理", f"第{number}把"), lambda: len(AccountStore(folder).keys())


def kept_entries(folder: Path) -> tuple[Callable[[int], object], Callable[[], int]]:
    audit = Audit(folder)
    audit.write("u", "added", {})

    def count() -> int:
        assert audit.write("u", "added", {}).number and not audit.verify().faults
        return audit.verify().entries - 2

    return lambda number: audit.write("u", "asked", {"n": number}), count


Kept = Callable[[Path], tuple[Callable[[int], object], Callable[[], int]]]


@pytest.mark.parametrize("kept", [kept_conversations, kept_keys, kept_entries])
def test_killed_at_any_moment_nothing_acknowledged_is_lost(kept: Kept, tmp_path: Path) -> None:
    for turn in range(4):
        write, count = kept(tmp_path / str(turn))
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            for number in range(100_000):
                write(number)
                os.write(theirs, b".")
            os._exit(0)
        os.close(theirs)
        acknowledged = len(os.read(ours, 3))
        time.sleep(0.003 * turn)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with open(ours, "rb") as pipe:  # noqa: PTH123
            acknowledged += len(pipe.read())
        assert acknowledged <= count() <= acknowledged + 1
        for path in (tmp_path / str(turn)).glob("*.sqlite3"):
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def on_a_full_disk(work: Callable[[], object], room: int) -> str:
    """What ``work`` raises where no file may grow beyond ``room`` bytes, in a copy of this process."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        try:
            work()
        except Exception as error:
            said = f"{type(error).__name__} {error}"
        os.write(theirs, said.encode()[:4000])
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:  # noqa: PTH123
        said = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return said


def test_a_full_disk_refuses_the_entry_in_chinese_and_leaves_no_half_of_it(tmp_path: Path) -> None:
    audit = audit_of(tmp_path)
    size = next(audit.folder.glob("*.jsonl")).stat().st_size
    said = on_a_full_disk(lambda: audit.write("u", "asked", {"question": "问" * 100}), size + 60)
    assert said.startswith("AuditError 审计记录写不进"), said
    assert audit.verify() == Check(2)
    assert audit.write("u", "asked", {}).number == 3


def test_a_full_disk_refuses_the_turn_and_keeps_the_ones_before(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    mine = store.start("o", "问")
    store.save_turn("o", mine, 0, "一", Profile(), Answer(prose("八成。")))
    room = max(path.stat().st_size for path in tmp_path.iterdir())
    said = on_a_full_disk(
        lambda: store.save_turn("o", mine, 1, "二", Profile(), Answer(prose("长。" * 400_000))), room + 8192
    )
    assert said.startswith("ConversationStoreError 对话库读写不了"), said
    assert [turn.question for turn in store.turns("o", mine)] == ["一"]
    store.save_turn("o", mine, 1, "二", Profile(), Answer(prose("九成。")))
    assert len(store.turns("o", mine)) == 2


def test_a_full_disk_refuses_the_user_and_keeps_the_ones_before(tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    store.add_user("张管理", "很长的密码-4711", Role.ADMIN)
    said = on_a_full_disk(lambda: store.add_user("李读者", "很长的密码-4712", Role.READER), 1024)
    assert said.startswith("AccountError 账号库读写不了"), said
    assert [user.name for user in store.users()] == ["张管理"]


def test_a_record_that_cannot_be_written_is_503(tmp_path: Path) -> None:
    found = problem_of(AuditError("审计记录写不进（磁盘满），请检查磁盘空间和权限后重试"))
    assert (found.status, found.code) == (503, "unavailable")


@pytest.mark.parametrize("content", [b"rubbish" * 900, b"", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_of_conversations_or_accounts_is_told_with_its_remedy(tmp_path: Path, content: bytes) -> None:
    for name, opened, fault in (
        ("conversations.sqlite3", lambda: ConversationStore(tmp_path).usage(), ConversationStoreError),
        ("accounts.sqlite3", lambda: AccountStore(tmp_path).users(), AccountError),
    ):
        (tmp_path / name).write_bytes(content)
        if not content:  # an empty file is an empty base
            assert not opened()
            continue
        with pytest.raises(fault, match=name):
            opened()


def test_a_clock_set_back_keeps_the_order_of_editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(keeping.datetime):
        year_now = 2030

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(cls.year_now, 5, 1, tzinfo=tz)

    monkeypatch.setattr(keeping, "datetime", Clock)
    (tmp_path / "history" / "n1" / "kept by hand").mkdir(parents=True)
    stamps = []
    for Clock.year_now in (2030, 2030, 1999, 1999, 2031):
        stamps.append(keeping._stamp(tmp_path, "n1"))
        (tmp_path / "history" / "n1" / stamps[-1]).mkdir()
    assert stamps == sorted(set(stamps)) == [one.stamp for one in keeping.versions(tmp_path, "n1")][:5]


def test_a_clock_set_back_or_far_ahead_leaves_conversations_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assistant.keeping.conversations as module

    store, mine = ConversationStore(tmp_path), ""
    for number, now in enumerate(
        ("2026-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00")
    ):
        monkeypatch.setattr(module, "_now", lambda told=now: told)
        mine = mine or store.start("o", "问")
        store.save_turn("o", mine, number, f"第{number}问", Profile(), Answer(prose("答")))
    assert [turn.question for turn in store.turns("o", mine)] == ["第0问", "第1问", "第2问"]
    assert len(store.usage()) == 3 and len(store.conversations("o")) == 1


def test_the_page_tells_that_a_question_cannot_be_recorded_and_answers_nothing() -> None:
    from pages.session import Session, stream_turn

    class Full:
        def known(self, *_: object, **__: object) -> None:
            raise AuditError("审计记录写不进（磁盘满），请检查磁盘空间和权限后重试")

    session = Session("o")
    assert list(stream_turn(Full(), session, "签约率多少", Profile())) == [None]  # type: ignore[arg-type]
    assert "磁盘" in str(session.turns[-1].error) and session.turns[-1].answer is None
