"""``assistant doctor``: whether corpus, saved vectors and stores agree. Exit code 1 where they do not."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.console import say, say_json
    from assistant.settings import Settings
    from corpus import load_corpus
    from index import Index, check

    settings = Settings.load()
    corpus = load_corpus(settings.data_dir)
    findings = check(Index.open(settings.index_config(), corpus), corpus)
    if arguments.json:
        say_json([asdict(finding) for finding in findings])
    elif findings:
        for finding in findings:
            say(f"[{finding.code}] {finding.message}")
    else:
        say(f"一切正常：{len(corpus.notices)} 份文件")
    return 1 if findings else 0
