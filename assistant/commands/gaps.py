"""``assistant gaps``: what the corpus does not hold."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "列出没有覆盖的地区、年份、层级和主题，被引用而库中没有的文件，以及因没有依据而未能回答的问题。"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json
    from corpus import load_corpus
    from corpus.coverage import coverage, describe

    settings = Settings.load()
    report = coverage(load_corpus(settings.data_dir).notices, _refused(settings.data_dir))
    if arguments.json:
        say_json(asdict(report))
    else:
        say(describe(report))
    return 0


def _refused(data_dir: Path) -> list[str]:
    """Questions of kept conversations that were refused for lack of text."""
    from assistant.keeping.conversations import ConversationStore
    from assistant.types import RefusalReason

    if not (data_dir / "conversations.sqlite3").is_file():
        return []
    reasons = (
        RefusalReason.SILENT, RefusalReason.WRONG_REGION, RefusalReason.OUTSIDE_DATES, RefusalReason.UNKNOWN_NOTICE,
        RefusalReason.LOST_IN_CAPTURE,
    )  # fmt: skip
    wanting = {reason.value for reason in reasons}
    return [one.question for one in ConversationStore(data_dir).usage() if one.refused and one.refusal in wanting]
