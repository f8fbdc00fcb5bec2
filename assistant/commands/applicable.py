"""``assistant applicable``: which notices bind a place on a date, and why the others do not."""

from __future__ import annotations

import argparse

from corpus.dates import written_day


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", required=True, metavar="地区", help="如 广东省/湛江市 或 四川省资阳市雁江区")
    parser.add_argument("--as-of", metavar="日期", help="如 2020-06-01；默认今天")
    parser.add_argument("--topic", default="", metavar="事项", help="所问的事，如 民营医院")
    parser.add_argument(
        "--kind", metavar="机构类型", help="如 公立、民营、中医、县级、基层、二级以上、三级、专科、妇幼"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from datetime import date

    from assistant.applicability import verdicts
    from assistant.hospitals import NAMES, kind_of
    from assistant.query.scope import check_profile
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json
    from assistant.terminal.opening import open_assistant
    from assistant.terminal.present import verdict_record, verdict_text
    from assistant.topics import silent_on
    from corpus import load_corpus
    from corpus.regions import display

    settings = Settings.load()
    profile = check_profile(arguments.region, arguments.as_of)
    as_of = profile.as_of or settings.today or date.today()
    kind, topic = kind_of(arguments.kind) if arguments.kind else None, arguments.topic.strip()
    if topic:  # what is on the matter is found by meaning, which takes the index
        found = open_assistant(settings).applicable(profile.region, as_of, topic, hospital_kind=kind)
    else:
        found = verdicts(load_corpus(settings.data_dir).notices, profile.region, as_of, hospital_kind=kind)
    if arguments.json:
        say_json([verdict_record(verdict) for verdict in found])
        return 0
    who = f"，{NAMES[kind]}" if kind else ""
    say(f"{display(profile.region or '')}{who}，{written_day(as_of)}：")
    if topic and silent_on(found):
        say(f"库里约束该地、当日有效的文件，没有一份写到“{topic}”。")
    for verdict in found:
        say(verdict_text(verdict))
    return 0
