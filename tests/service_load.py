"""Questions at a steady pace over the interface, and what an hour of them leaves: ``python tests/service_load.py SECONDS [DATA_DIR]``.

Starts ``assistant serve`` on loopback over a data folder of its own and asks ten questions a second from
``evals/datasets`` (three hundred, the one often and the other seldom, with their places, days and histories; every tenth
streamed). Then looks whether each was answered, whether each that was is in the audit record, whether the record holds,
and how the server's memory stands beside that after the first tenth. A server that cannot keep the pace is told by the
pace that is printed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PER_SECOND, CLIENTS, DISTINCT = 10.0, 8, 300
MOST_GROWTH = 0.05
_SAMPLE_SECONDS, _REPORT_SECONDS, _START_SECONDS, _WAIT_SECONDS = 1.0, 60.0, 600.0, 250.0


def questions(distinct: int = DISTINCT) -> list[dict[str, Any]]:
    """Bodies for ``/api/ask``, of questions that all differ, drawn evenly over the data sets."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "evals" / "datasets").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if "question" in item:
                profile = item.get("profile") or {}
                said = {name: profile[name] for name in ("region", "as_of") if profile.get(name)}
                found[item["question"]] = {"question": item["question"], "history": item.get("history", []), **said}
    drawn = list(found.values())
    random.Random(17).shuffle(drawn)
    return drawn[:distinct]


@dataclass
class Load:
    """What was asked and what came of it. Seconds of waiting by question, resident kilobytes by time."""

    asked: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    resident: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0.0
    """Seconds it took."""

    @property
    def pace(self) -> float:
        return sum(self.acknowledged.values()) / self.seconds

    def growth(self) -> float:
        """Memory at the end beside that after the first tenth, as a share of it; each the median of three looks."""
        kilobytes = [found for _, found in self.resident]
        first = len(kilobytes) // 10
        return statistics.median(kilobytes[-3:]) / statistics.median(kilobytes[first : first + 3]) - 1

    def wait(self, share: float) -> float:
        """Nearest-rank percentile of the waits, in milliseconds."""
        return sorted(self.waits)[min(int(share * len(self.waits)), len(self.waits) - 1)] * 1000


def resident_kilobytes(pid: int) -> int:
    """Resident memory of a process as Linux tells it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def run(address: str, pid: int, bodies: Sequence[dict[str, Any]], seconds: float, *, warm: bool = False) -> Load:
    """Ask for so long, each question at its own tick of the clock; ``warm`` asks each once before."""
    load, lock, ticks, random_ = Load(), threading.Lock(), count(), random.Random(18)
    weights = [1 / rank for rank in range(1, len(bodies) + 1)]

    def ask(client: httpx.Client, body: dict[str, Any], number: int) -> None:
        began = time.monotonic()
        try:
            fault = _fault(client, {**body, "stream": number % 10 == 0})
        except (httpx.HTTPError, ValueError) as error:
            fault = f"{type(error).__name__}: {error}"
        with lock:
            load.asked += 1
            load.waits.append(time.monotonic() - began)
            if fault:
                load.errors.append(f"{body['question']}: {fault}")
            else:
                load.acknowledged[body["question"]] += 1

    if warm:
        with httpx.Client(base_url=address, timeout=_WAIT_SECONDS) as client:
            for body in bodies:
                ask(client, body, 1)
    begun = time.monotonic()

    def client_of() -> None:
        with httpx.Client(base_url=address, timeout=_WAIT_SECONDS) as client:
            while True:
                with lock:
                    number = next(ticks)
                    [body] = random_.choices(bodies, weights)
                due = begun + number / PER_SECOND
                if due >= begun + seconds or time.monotonic() >= begun + seconds:
                    return
                time.sleep(max(due - time.monotonic(), 0))
                ask(client, body, number)

    clients = [threading.Thread(target=client_of, daemon=True) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    told = begun
    while any(one.is_alive() for one in clients):
        now = time.monotonic()
        load.resident.append((now - begun, resident_kilobytes(pid)))
        if now - told >= _REPORT_SECONDS:
            told = now
            with lock:
                print(f"{now - begun:6.0f} s: {load.asked} asked, {len(load.errors)} errors, {load.resident[-1][1]} kB", flush=True)  # fmt: skip
        time.sleep(_SAMPLE_SECONDS)
    load.seconds = time.monotonic() - begun
    return load


def _fault(client: httpx.Client, body: dict[str, Any]) -> str:
    """What is wrong with the answer, "" if it is one."""
    answer = client.post("/api/ask", json=body)
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text[:200]}"
    if body["stream"]:
        *_, last = answer.text.strip().split("\n\n")
        name, _, data = last.partition("\n")
        return "" if name == "event: answer" and json.loads(data.removeprefix("data: "))["answer"] else last[:200]
    return "" if answer.json()["answer"] else "no text"


def unrecorded(data_dir: Path, load: Load, since: int = 0) -> list[str]:
    """What the audit record after entry ``since`` lacks or has too much of, and what is wrong with it."""
    from assistant.keeping.audit import Audit
    from corpus.masking import masked

    audit = Audit(data_dir)
    faults = list(audit.verify().faults)
    kept = Counter(
        entry.details["question"] for entry in audit.entries() if entry.number > since and entry.act == "asked"
    )
    asked = Counter(masked(question) for question in load.acknowledged.elements())
    faults += [f"{times} of {question!r} not recorded" for question, times in (asked - kept).items()]
    if not load.errors:
        faults += [f"{times} of {question!r} recorded, not answered" for question, times in (kept - asked).items()]
    return faults


def report(data_dir: Path, load: Load) -> bool:
    """Print the figures; whether all holds that has to."""
    faults, after = (
        unrecorded(data_dir, load),
        [kilobytes for at, kilobytes in load.resident if at >= load.seconds / 10],
    )
    lines = sum(path.read_bytes().count(b"\n") for path in (data_dir / "audit").glob("*.jsonl"))
    say = (
        f"{load.asked} asked in {load.seconds:.0f} s by {CLIENTS} clients, {sum(load.acknowledged.values())} answered ({load.pace:.2f} a second), "
        f"{len(load.errors)} errors\n"
        f"waited: median {load.wait(0.5):.0f} ms, p95 {load.wait(0.95):.0f} ms, p99 {load.wait(0.99):.0f} ms, most {load.wait(1):.0f} ms\n"
        f"memory after the first tenth and at the end: {load.growth():+.1%} (between {min(after)} and {max(after)} kB since)\n"
        f"audit: {lines} lines, {len(faults)} faults"
    )
    print("\n".join([say, *load.errors[:20], *faults[:20]]), flush=True)
    return not load.errors and not faults and abs(load.growth()) <= MOST_GROWTH


@contextmanager
def started(command: Sequence[str], data_dir: Path, port: int) -> Iterator[tuple[str, int]]:
    """Address and process number of a server over ``data_dir``, stopped as by Ctrl+C; what it says is in ``server.log``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "GRADIO_"))}
    environment = {**kept, "ASSISTANT_DATA_DIR": str(data_dir), "ASSISTANT_UI__PORT": str(port)}
    with (data_dir / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_ready(address, server)
        yield address, server.pid
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main(seconds: float, data_dir: Path | None = None) -> int:
    """The load on a fresh data folder, or on one that has no record yet; less than an hour asks each question once before, so
    that memory is the service's and not its start's."""
    from browser import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="service-load-") as folder:
        data_dir = data_dir or Path(folder)
        with started([sys.executable, "-m", "assistant", "serve"], data_dir, port) as (address, pid):
            load = run(address, pid, questions(), seconds, warm=seconds < 3600)
        said = (data_dir / "server.log").read_text(encoding="utf-8")
        print(said, end="")
        return 0 if report(data_dir, load) and "Traceback" not in said else 1


def _wait_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/ready", timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 3600.0, Path(sys.argv[2]) if sys.argv[2:] else None))
