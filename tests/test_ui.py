"""Serving the page: where it listens, what it switches off, and what it says when it cannot."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from browser import ROOT

from assistant.settings import Settings
from ui import mount_options


def test_it_listens_on_the_loopback_and_calls_nobody() -> None:
    options = mount_options(Settings())
    assert options["server_name"] == "127.0.0.1" and options["server_port"] == 7860
    assert options["footer_links"] == [] and options["mcp_server"] is False and options["run_history"] is False
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert "http" not in options["css"] and "@import" not in options["css"]


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: Gradio leaves sockets and event loops open, which warnings turn into errors here."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    known |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, timeout=90)


def test_no_endpoint_is_public() -> None:
    code = (
        "import ui, page_fakes; page = ui.build(page_fakes.FakeAssistant());"
        "print({one['api_visibility'] for one in page.config['dependencies']})"
    )
    assert run("-c", code).stdout.strip() == "{'private'}"


def test_a_taken_port_is_told_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("tests/page_fakes.py", str(taken.getsockname()[1]), str(tmp_path))
    assert done.returncode != 0 and "ASSISTANT_UI__PORT 换一个端口" in done.stderr


def test_a_bad_setting_ends_with_a_message_and_code_2(tmp_path: Path) -> None:
    done = run("-m", "ui", cwd=tmp_path, ASSISTANT_UI__PORT="99999")
    assert done.returncode == 2 and "ASSISTANT_UI__PORT" in done.stderr and "Traceback" not in done.stderr
