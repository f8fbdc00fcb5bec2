"""``assistant batch``: a file of questions in, a file of answers out."""

from __future__ import annotations

import argparse

_FORMAT = """每行一个 JSON 对象：{"id", "question", "history": [{"role", "content"}],
"profile": {"region", "as_of"}}；只有 question 必填，多余的字段不理会。
结果同样一行一个，次序不变。读不懂的行写成 {"id", "line", "error"}，其余照常回答，结束时退出码为 1。
全部答完才写出结果文件；中途停止不会留下半个文件。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_FORMAT}"
    parser.add_argument("questions", metavar="问题.jsonl", help="问题文件（UTF-8）")
    parser.add_argument("results", metavar="结果.jsonl", help="结果文件，已有的会被替换")


def run(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from assistant.settings import Settings
    from assistant.terminal.batch import answer_file
    from assistant.terminal.console import note

    outcome = answer_file(Path(arguments.questions), Path(arguments.results), Settings.load())
    tail = f"，{outcome.failed} 行未能回答（见上）" if outcome.failed else ""
    note(f"已写出 {outcome.lines} 行到 {arguments.results}，用时 {outcome.seconds:.1f} 秒{tail}")
    return 1 if outcome.failed else 0
