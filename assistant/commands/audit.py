"""``assistant audit``: check, export or prune the record of who asked and changed what."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        f"{parser.description}。记录在数据目录的 audit/ 下，逐条相扣；有改动或缺失时 verify 的退出码为 1。"
    )
    parser.add_argument(
        "what", choices=("verify", "export", "prune"), help="verify 核对，export 导出，prune 按期限清理"
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="文件", help="export 写到哪里；不写则显示出来")
    parser.add_argument(
        "--from", dest="first", type=date.fromisoformat, metavar="日期", help="export：从哪一天起（含），如 2026-01-01"
    )
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="日期", help="export：到哪一天止（含）")
    parser.add_argument("--keep-months", type=int, default=24, metavar="月数", help="prune：保留最近几个月（默认 24）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.keeping.audit import LOCAL, Audit, export
    from assistant.settings import Settings
    from assistant.terminal.console import note, say, say_json

    audit = Audit(Settings.load().data_dir)
    if arguments.what == "verify":
        found = audit.verify()
        if arguments.json:
            say_json({"entries": found.entries, "faults": list(found.faults)})
        else:
            for fault in found.faults:
                say(f"[错误] {fault}")
            say(f"{found.entries} 条记录，" + (f"{len(found.faults)} 处不对" if found.faults else "完整，没有改动"))
        return 1 if found.faults else 0
    if arguments.what == "prune":
        gone = audit.prune(arguments.keep_months)
        say_json({"pruned": gone}) if arguments.json else say(f"已清理 {gone} 条")
        return 0
    text = export(list(audit.entries()), arguments.first, arguments.last)
    if arguments.file is None:
        for line in text.splitlines():
            say(line)
        return 0
    arguments.file.write_text(text, encoding="utf-8")
    audit.write(LOCAL, "exported", {"what": "audit", "lines": text.count("\n"), "to": arguments.file.name})
    note(f"已导出 {text.count(chr(10))} 条到 {arguments.file}")
    return 0
