"""``assistant backup``: the data folder in one file, while it serves."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"{parser.description}。含添加的文件及历史、索引、对话、账号和审计；不含缓存。请像保管账号一样保管它。"
    )
    parser.add_argument("file", type=Path, metavar="文件", help="备份文件，如 备份-20260101.zip；已有的会被替换")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.keeping.backup import backup
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json

    found = backup(Settings.load().data_dir, arguments.file)
    if arguments.json:
        say_json({"file": str(arguments.file), **asdict(found)})
    else:
        say(f"已备份 {found.files} 个文件（{found.bytes / 2**20:.1f} MB）到 {arguments.file}")
    return 0
