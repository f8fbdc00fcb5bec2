"""``assistant version``."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(arguments: argparse.Namespace) -> int:
    from importlib.metadata import PackageNotFoundError, version

    from assistant.terminal.console import say

    try:
        say(version("health-policy-assistant"))
    except PackageNotFoundError:
        say("未安装（从源码运行）")
    return 0
