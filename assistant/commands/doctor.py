"""``assistant doctor``: what is wrong in corpus and index. Exit code 1 where there is a fault, 0 for notes only."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}。有错误时退出码为 1；只有提示时为 0。上次中断的操作会先做完。"
    parser.add_argument("--fix", action="store_true", help="做安全的修复：重建索引、清理残留、隔离损坏的文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.keeping.keeper import check
    from assistant.settings import Settings
    from assistant.terminal.console import note, say, say_json

    findings, done = check(Settings.load(), fix=arguments.fix)
    for line in done:
        note(line)
    faults = [finding for finding in findings if finding.error]
    if arguments.json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"[{'错误' if finding.error else '提示'} {finding.code}] {finding.message}")
        notes = len(findings) - len(faults)
        fine = "一切正常" + (f"（提示 {notes} 项）" if notes else "")
        say(f"错误 {len(faults)} 项，提示 {notes} 项" if faults else fine)
    return 1 if faults else 0
