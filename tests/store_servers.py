"""Servers of vector stores on this machine, each a process of its own that a test may end and start again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

needs_milvus = pytest.mark.skipif(
    find_spec("milvus_lite") is None or find_spec("pymilvus") is None,
    reason="Milvus Lite is not installed: pip install 'health-policy-assistant[milvus]'",
)


@dataclass
class StoreServer:
    """A server over one folder and port; ``words`` is its command line, ``lives`` whether it answers."""

    words: list[str]
    url: str
    lives: Callable[[], bool]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.words, stdout=log, stderr=log)
        for _ in range(900):
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            if self.lives():
                return
            time.sleep(0.1)
        raise AssertionError(f"{self.words[0]} does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def chroma_server(folder: Path) -> Iterator[StoreServer]:
    """A ``chroma run`` of our own."""
    port = free_port()
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program is not None, "chromadb brings its command line"

    def lives() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=1).is_success
        except httpx.TransportError:
            return False

    words = [program, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder / "data")]
    yield from _running(StoreServer(words, f"http://127.0.0.1:{port}", lives, folder / "log"))


@contextmanager
def milvus_server(folder: Path) -> Iterator[StoreServer]:
    """Milvus Lite's engine behind the address of a Milvus server: the same protocol as a cluster's, over the network."""
    port = free_port()

    def lives() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    words = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder / "data"), "--host", "127.0.0.1"]
    yield from _running(StoreServer([*words, "--port", str(port)], f"milvus://127.0.0.1:{port}", lives, folder / "log"))


def _running(server: StoreServer) -> Iterator[StoreServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()
