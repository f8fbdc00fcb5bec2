"""``assistant list``: the notices of the corpus, in order of issue."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="地区", help="只看约束这个地方的文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import note, say, say_json
    from assistant.terminal.present import notice_line, notice_record
    from corpus import load_corpus

    settings = Settings.load()
    notices = load_corpus(settings.data_dir).notices
    if arguments.region:
        from assistant.query.scope import check_profile
        from corpus.regions import is_within

        place = check_profile(arguments.region, None).region or ""
        notices = tuple(notice for notice in notices if is_within(place, notice.region))
    if arguments.json:
        say_json([notice_record(notice, settings.today) for notice in notices])
        return 0
    for notice in notices:
        say(notice_line(notice, settings.today))
    note(f"共 {len(notices)} 份")
    return 0
