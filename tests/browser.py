"""For the page tests: find Chromium, serve a page in a bounded subprocess, record every request the browser makes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240.0
LIFE_SECONDS = 1800
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def chromium_path() -> str:
    """Path of Chromium. Skips the test where there is none, and fails it instead when ``CI`` is set."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    reason = "没有找到 Chromium：apt-get install chromium fonts-noto-cjk"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def page_server(
    data_dir: Path, script: Path = ROOT / "tests" / "page_fakes.py", start_seconds: float = START_SECONDS
) -> Iterator[str]:
    """Serve ``script PORT DATA_DIR`` on a free loopback port; stopped by its id, at the latest in half an hour."""
    port = free_port()
    log = data_dir / "server.log"
    data_dir.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "GRADIO_"))}
    command = [sys.executable, str(script), str(port), str(data_dir)]
    if timeout := shutil.which("timeout"):
        command = [timeout, str(LIFE_SECONDS), *command]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment)
    address = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + start_seconds
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"page server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
            try:
                with urllib.request.urlopen(f"{address}health", timeout=5):
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium through Playwright."""
    path = chromium_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Any, address: str, *, width: int = 1280, height: int = 860, dark: bool = False, locale: str = "zh-CN"
) -> Iterator[Any]:
    """A fresh visitor on the page, ready to type; ``page.requested`` lists every address asked for."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale=locale
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.requested = []
    page.faults = []
    page.pending = set()
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("request", lambda request: "/gradio_api/queue/" in request.url and page.pending.add(request))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: page.pending.discard(request))
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    try:
        page.goto(address)
        page.wait_for_selector("#ask textarea")
        page.wait_for_selector("#transcript .welcome, #transcript .turn")
        page.wait_for_function("window.hpa && window.hpa.ready")
        settle(page)
        yield page
    finally:
        context.close()


def settle(page: Any, quiet_seconds: float = 0.15, wait_seconds: float = 4.0) -> None:
    """Wait until the replies the page asked for have come, for a few seconds at most: one that comes later may put a field back to
    what it was. A stream that stays open holds nothing up."""
    deadline, quiet = time.monotonic() + wait_seconds, 0.0
    while quiet < quiet_seconds and time.monotonic() < deadline:
        page.wait_for_timeout(50)
        quiet = 0.0 if page.pending else quiet + 0.05


def tab(page: Any, name: str) -> None:
    """Open the tab called ``name``."""
    page.click(f'button[role=tab]:has-text("{name}")')


def ask(page: Any, question: str, *, wait: bool = True) -> None:
    """Type a question and press Enter; with ``wait`` until the answer is complete."""
    before = page.locator(".turn").count()
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    if wait:
        page.wait_for_function(
            "count => document.querySelectorAll('.turn').length > count"
            " && document.querySelector('.turn:last-child .actions')",
            arg=before,
        )
