"""``assistant verify``: claims or a draft in, what the notices say of each sentence out."""

from __future__ import annotations

import argparse

_FORMAT = """两种用法：
1. 逐行核验：assistant verify 断言.jsonl 结果.jsonl
   每行一个 JSON：{"id", "claim", "passages": [{"notice": 文号或null, "text": 原文}]}；
   给了 passages 只按它们核验，不给就查文件库。
   结果每行：{"id", "verdict": "supported"|"contradicted"|"unsupported", "reason",
   "evidence": [{"notice", "notice_id", "start", "end", "quote"}]}。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_FORMAT}"
    parser.add_argument("source", metavar="断言.jsonl", help="断言文件（UTF-8）")
    parser.add_argument("results", metavar="结果.jsonl", nargs="?", help="结果文件，已有的会被替换")


def run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from assistant.settings import Settings
    from assistant.terminal.console import note
    from assistant.terminal.verifying import verify_file

    if not arguments.results:
        note("请写结果文件名：assistant verify 断言.jsonl 结果.jsonl")
        return 2
    outcome = verify_file(Path(arguments.source), Path(arguments.results), Settings.load())
    tail = f"，{outcome.failed} 行未能核验（见上）" if outcome.failed else ""
    note(f"已写出 {outcome.lines} 行到 {arguments.results}，用时 {outcome.seconds:.1f} 秒{tail}")
    return 1 if outcome.failed else 0
