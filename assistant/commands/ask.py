"""``assistant ask``: one question, one cited answer."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="问题", help="要问的内容，用引号括起")
    parser.add_argument("--region", metavar="地区", help="所在地，如 广东省/湛江市 或 四川省资阳市雁江区")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天的规定回答，如 2020-06-01；默认今天")
    parser.add_argument("--history", metavar="文件", help='此前的对话：JSON 数组 [{"role": "user", "content": "…"}, …]')
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Everything typed is checked before anything slow is opened."""
    from assistant.query.scope import check_profile
    from assistant.settings import Settings
    from assistant.terminal.console import note, say, say_json
    from assistant.terminal.questions import checked_question, read_history

    settings = Settings.load()
    question = checked_question(arguments.question, settings.answer.max_question_chars)
    profile = check_profile(arguments.region, arguments.as_of)
    history = read_history(arguments.history) if arguments.history else ()

    from assistant.terminal.opening import Desk
    from assistant.terminal.present import answer_record, answer_text

    desk = Desk.open(settings)
    answer, seconds = desk.ask(question, history, profile)
    if arguments.json:
        hits = desk.hits(answer, question)
        say_json(answer_record(answer, desk.assistant.corpus, hits=hits, seconds=seconds))
    else:
        say(answer_text(answer))
        note(f"（{seconds * 1000:.0f} 毫秒）")
    return 0
