"""One file takes no more than its share of time and memory, and whatever it does, the next one is read."""

from __future__ import annotations

import os
import pickle
import signal
import time
from pathlib import Path

import pytest

from corpus import guard
from corpus.document import read_document
from corpus.errors import ReadError
from corpus.guard import MOST_BYTES, Bounds, ReadingRoom, read_ahead, read_guarded
from corpus.readers import File

GOOD = File(
    "好.txt",
    "某市人民政府关于加强家庭医生签约的通知\n某府发〔2024〕3号\n各县人民政府：\n一、签约率达到80%。\n某市人民政府\n2024年3月1日\n".encode(),
)
LONG = File("长.txt", ("一、做好签约服务工作。\n" * 60_000).encode())


@pytest.fixture
def room():
    room = ReadingRoom()
    yield room
    room.close()


def test_what_is_read_elsewhere_is_what_is_read_here():
    assert read_guarded(GOOD) == read_document(GOOD)


def test_a_file_that_takes_too_long_is_named_and_the_next_one_is_read(room):
    with pytest.raises(ReadError, match=r"长\.txt：读入所需的时间超过上限"):
        room.read(LONG, Bounds(0.2))
    assert room.read(GOOD, Bounds.of(GOOD.content)).metadata.number == "某府发〔2024〕3号"


def test_a_file_that_takes_too_much_memory_is_named_and_the_next_one_is_read(room):
    room.read(GOOD, Bounds.of(GOOD.content))
    with pytest.raises(ReadError, match=r"长\.txt：读入所需的内存超过上限"):
        room.read(LONG, Bounds(60.0, memory=1_000_000))
    assert room.read(GOOD, Bounds.of(GOOD.content)).text


def test_a_process_that_is_ended_from_outside_costs_nothing(room):
    room.read(GOOD, Bounds.of(GOOD.content))
    os.kill(room._process.pid, signal.SIGKILL)
    room._process.wait()
    assert room.read(GOOD, Bounds.of(GOOD.content)).text


def test_a_copy_of_the_process_has_a_reading_process_of_its_own():
    read_guarded(GOOD)
    before = guard._ROOM._process.pid
    child = os.fork()
    if not child:
        fine = guard._ROOM._process is None and read_guarded(GOOD).metadata.number == "某府发〔2024〕3号"
        guard._ROOM.close()
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert read_guarded(GOOD).text
    assert guard._ROOM._process.pid == before


def _numbered(at: int) -> File:
    return File(f"{at}.txt", GOOD.content.replace("3号".encode(), f"{at}号".encode()))


def test_files_read_ahead_are_given_in_turn_and_a_bad_one_is_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "ROOMS", 2)
    monkeypatch.setattr(guard, "AHEAD", 3)
    bad = (File("空.txt", b""), File("没有.txt", b"", ReadError("没有.txt", "读不到")))
    files = [_numbered(at) for at in range(1, 6)]
    files[2:2] = bad
    found = []
    with read_ahead(files) as read:
        for file in files:
            try:
                found.append(read(file).metadata.number)
            except ReadError as error:
                found.append(str(error).partition("：")[0])
    numbers = [f"某府发〔2024〕{at}号" for at in range(1, 6)]
    assert found == [*numbers[:2], "无法读取 空.txt", "无法读取 没有.txt", *numbers[2:]]


def test_a_file_nobody_asks_for_is_passed_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "ROOMS", 2)
    files = [_numbered(at) for at in range(1, 4)]
    with read_ahead(files) as read:
        assert read(files[2]).metadata.number == "某府发〔2024〕3号"


def test_a_file_too_big_beside_another_is_read_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "ROOMS", 2)
    given: list[int] = []

    def too_big(room: ReadingRoom, file: File, bounds: Bounds):
        given.append(bounds.memory)
        raise guard._TooBigError(file.name, "太大")

    monkeypatch.setattr(ReadingRoom, "read", too_big)
    monkeypatch.setattr(guard, "read_guarded", lambda file, bounds: read_document(file))
    with read_ahead([GOOD, GOOD]) as read:
        assert read(GOOD).text
    assert given and set(given) == {MOST_BYTES // 2}


def test_who_stops_waiting_does_not_wait_for_what_is_being_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "ROOMS", 2)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), read_ahead([File("长.txt", LONG.content * 20), GOOD]) as read:
        time.sleep(2.0)
        raise KeyboardInterrupt
    assert read is not None
    assert time.monotonic() - began < 20.0


def test_a_refusal_says_what_it_says_without_the_process():
    for file in (File("空.txt", b""), File("图.png", b"\x89PNG\r\n"), File("破.docx", b"PK\x03\x04" + b"\0" * 300)):
        with pytest.raises(ReadError) as here:
            read_document(file)
        with pytest.raises(ReadError) as there:
            read_guarded(file)
        assert str(here.value) == str(there.value)


def test_only_values_come_back():
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.system"):
        guard._Unpickler(__import__("io").BytesIO(pickle.dumps(os.system))).load()


def test_no_setting_and_no_key_reaches_the_process(room, monkeypatch):
    monkeypatch.setenv("ASSISTANT_LLM__API_KEY", "sk-secret")
    process = room._started()
    assert b"sk-secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()


def test_time_grows_with_the_file_and_is_bounded():
    assert Bounds.of(b"").seconds == guard.BASE_SECONDS
    assert Bounds.of(b"x" * 2**20).seconds == guard.BASE_SECONDS + guard.SECONDS_A_MEGABYTE
    assert Bounds.of(bytes(90 * 2**20)).seconds == guard.MOST_SECONDS
    assert Bounds.of(b"").memory == MOST_BYTES
