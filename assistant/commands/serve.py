"""``assistant serve``: open the page and the interfaces.

The page is a layer above this one, so it is started as a program in place of this process and never imported; it brings the index up
to date itself, so that notices and index are opened once.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "打开网页和接口（/api、/v1、/mcp，说明在 /api/docs）。地址和端口也可以由 ASSISTANT_UI__HOST、ASSISTANT_UI__PORT 决定，"
        "默认 127.0.0.1:7860；监听本机以外的地址必须启用账号，见 assistant users --help。"
    )
    parser.add_argument("--host", help="监听地址")
    parser.add_argument("--port", help="端口")


def run(arguments: argparse.Namespace) -> int:
    from assistant.accounts.listening import checked_store
    from assistant.settings import Settings
    from assistant.terminal.console import note

    for name in ("host", "port"):  # read where all settings are read, and by the page's own program
        if (given := getattr(arguments, name)) is not None:
            os.environ[f"ASSISTANT_UI__{name.upper()}"] = given
    settings = Settings.load()
    checked_store(settings)
    note(f"正在打开网页 http://{settings.ui.host}:{settings.ui.port}（按 Ctrl+C 停止）")
    here = str(Path(__file__).parents[2])  # -P: a folder called index or corpus where we are must not hide ours
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
    os.execve(sys.executable, [sys.executable, "-P", "-m", "ui"], environment)
