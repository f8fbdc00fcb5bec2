"""``assistant remove``: a notice out of every store, with the proof."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "移除一份文件和它的历史版本，更新索引，撤下引用它的历史回答，再逐处查一遍它的编号，把结果打印出来。"
    )
    parser.add_argument("id", metavar="编号", help="assistant list 里的编号，或文号")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.keeping.keeper import remove
    from assistant.settings import Settings
    from assistant.terminal.console import note, progress, say, say_json

    with progress("移除文件") as step:
        traces = remove(Settings.load(), arguments.id, progress=step)
    left = sum(trace.count for trace in traces)
    if arguments.json:
        say_json({"id": arguments.id, "left": left, "stores": [asdict(trace) for trace in traces]})
    else:
        say(f"已移除：{arguments.id}")
        for trace in traces:
            say(f"  {trace.store}：{trace.count}")
        say(f"合计剩余：{left}")
    if left:
        note("仍有残留，请运行 assistant doctor --fix 后再移除一次")
    return 1 if left else 0
