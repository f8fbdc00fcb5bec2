"""``assistant show``: one notice, its outline, what the capture lost, its relations, its text."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notice", metavar="文件", help="编号、文号（写法不限）或标题")
    parser.add_argument("--text", action="store_true", help="连同正文")
    parser.add_argument("--json", action="store_true", help="输出 JSON（含正文）")


def run(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json
    from assistant.terminal.present import full_notice_record, notice_text
    from corpus import load_corpus

    notice = load_corpus(Settings.load().data_dir).find(arguments.notice)
    if arguments.json:
        say_json(full_notice_record(notice))
    else:
        say(notice_text(notice, full=arguments.text))
    return 0
