"""``assistant build``: bring the index up to date."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "建立或更新索引；只计算有变化的部分，中断后再次运行会接着做，期间原索引照常可用。"
    parser.add_argument("--force", action="store_true", help="没有变化也重写一遍（已算好的向量仍会沿用）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import note, progress, say, say_json
    from corpus import load_corpus
    from index import build_index

    settings = Settings.load()
    corpus = load_corpus(settings.data_dir)
    with progress("建立索引") as step:
        report = build_index(corpus, settings.index_config(), progress=step, force=arguments.force)
    if report.reason:
        note(report.reason)
    if arguments.json:
        from dataclasses import asdict

        say_json({"notices": len(corpus.notices), **asdict(report)})
    elif report.changed:
        say(
            f"索引已更新：{len(corpus.notices)} 份文件，{report.passages} 段，{report.sentences} 句；"
            f"新算 {report.embedded} 条向量，沿用 {report.reused} 条，删去 {report.removed} 条，"
            f"用时 {report.seconds:.1f} 秒"
        )
    else:
        say(f"索引已是最新：{len(corpus.notices)} 份文件，{report.passages} 段（{report.seconds:.1f} 秒）")
    return 0
