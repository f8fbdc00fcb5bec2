"""``assistant restore``: a backup back into an empty data folder."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"{parser.description}。逐个文件核对大小和哈希，全部无误才放到位；数据目录由 ASSISTANT_DATA_DIR 决定。"
    )
    parser.add_argument("file", type=Path, metavar="文件", help="assistant backup 做的备份文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.keeping.backup import restore
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json

    data_dir = Settings.load().data_dir
    found = restore(arguments.file, data_dir)
    if arguments.json:
        say_json({"data_dir": str(data_dir), **asdict(found)})
    else:
        say(f"已恢复 {found.files} 个文件（{found.bytes / 2**20:.1f} MB，{found.made_at} 备份）到 {data_dir}")
    return 0
