"""A scripted OpenAI-compatible endpoint on loopback, for tests of the model path: each request takes the next script.

A script is a list of steps: text to stream, ``Wait`` seconds, ``Raw`` bytes, ``Reasoning`` text, ``Status`` instead of a
stream, ``Cut`` the connection. ``requests`` keeps what was asked, ``closed`` counts streams the client left early.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Raw:
    content: bytes


@dataclass(frozen=True)
class Reasoning:
    text: str


@dataclass(frozen=True)
class Status:
    code: int
    message: str = "fault"


@dataclass(frozen=True)
class Cut:
    pass


@dataclass
class Stub:
    scripts: list[Sequence[object]] = field(default_factory=list)
    requests: list[dict] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    closed: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def answer(self, *steps: object) -> None:
        self.scripts.append(steps)

    def start(self) -> None:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                stub.requests.append(json.loads(self.rfile.read(length)))
                stub.keys.append(self.headers.get("Authorization", ""))
                steps = stub.scripts.pop(0) if stub.scripts else ()
                try:
                    self._play(steps)
                except (BrokenPipeError, ConnectionResetError):
                    stub.closed += 1
                    stub.left.set()
                self.close_connection = True

            def _play(self, steps: Sequence[object]) -> None:
                if steps and isinstance(steps[0], Status):
                    body = json.dumps({"error": {"message": steps[0].message}}).encode()
                    self.send_response(steps[0].code)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    return
                if steps and isinstance(steps[0], Wait):  # before the headers too: an endpoint that never answers
                    self._wait(steps[0].seconds)
                    steps = steps[1:]
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for step in steps:
                    if isinstance(step, Wait):
                        self._wait(step.seconds)
                    elif isinstance(step, Cut):
                        self.connection.close()
                        return
                    elif isinstance(step, Raw):
                        self._send(step.content)
                    elif isinstance(step, Reasoning):
                        self._chunk({"reasoning_content": step.text})
                    else:
                        self._chunk({"content": str(step)})
                self._chunk({}, "stop")
                self._send(b"data: [DONE]\n\n")

            def _wait(self, seconds: float) -> None:
                """Waits, noticing a client that has gone."""
                end = time.monotonic() + seconds
                self.connection.setblocking(False)
                try:
                    while time.monotonic() < end and not stub.stopping.is_set():
                        try:
                            if self.connection.recv(1) == b"":
                                raise ConnectionResetError
                        except BlockingIOError:
                            time.sleep(0.005)
                finally:
                    self.connection.setblocking(True)

            def _chunk(self, delta: dict, finish: str | None = None) -> None:
                chunk = {
                    "id": "1",
                    "object": "chat.completion.chunk",
                    "created": 0,
                    "model": "stub",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
                }
                self._send(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())

            def _send(self, content: bytes) -> None:
                self.wfile.write(content)
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
