"""Fixtures of the service tests: the interfaces over the hashed assistant, on a loopback port, without the page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """``application`` on a free loopback port in a thread; gives its address without a slash at the end."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="warning", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    began = time.monotonic()
    while not server.started:
        assert time.monotonic() - began < 250, "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


@pytest.fixture(scope="session")
def live(hashed: Assistant) -> LiveAssistant:
    return LiveAssistant(hashed)


@pytest.fixture(scope="session")
def served(live: LiveAssistant) -> Iterator[str]:
    """Address of the interfaces without accounts."""
    from assistant.api.services import Services
    from assistant.application import behind_door, create_app

    with serving(behind_door(create_app(Services.local(live, live.settings)))) as address:
        yield address


@pytest.fixture
def api(served: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served, timeout=250) as client:
        yield client
