"""Fixtures of the browser tests: a served page around the scripted assistant, Chromium, and one visitor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import browser as web
import pytest


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page around the scripted assistant, one for each test module."""
    web.chromium_path()
    with web.page_server(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="session")
def work_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page around the real assistant with a small library and no model (``page_work.py``), one a session."""
    web.chromium_path()
    folder = tmp_path_factory.mktemp("work") / "data"
    with web.page_server(folder, web.ROOT / "tests" / "page_work.py", start_seconds=300) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with web.chromium() as found:
        yield found


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """A fresh visitor; afterwards no script may have failed and no other host have been asked."""
    with web.visit(chromium, address) as found:
        yield found
        assert found.faults == []
        outside = [
            url for url in found.requested if urlsplit(url).hostname != "127.0.0.1" and not url.startswith(_LOCAL)
        ]
        assert outside == []


_LOCAL = ("data:", "blob:")
