"""``assistant migrate``: the index in another vector store, without embedding anything again."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    from index.stores.address import FORMS

    parser.description = (
        "把现在的索引（段落和向量）复制到另一个向量库，不重算向量；原库一直照常使用，什么也不删。可以随时停下，再运行一次会接着复制。"
        "复制完逐段核对数目，然后把 ASSISTANT_STORE__URL 改成新地址并重启即可换过去；改回来就换回来。"
    )
    parser.add_argument("url", metavar="地址", help=f"新的向量库：{FORMS}；内嵌写作两个引号")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from assistant.settings import Settings
    from assistant.terminal.console import progress, say, say_json
    from index import migrate

    with progress("复制索引") as step:
        done = migrate(Settings.load().index_config(), arguments.url, progress=step)
    if arguments.json:
        say_json(asdict(done))
    else:
        more = f"（另有 {done.added} 段新增的不用进库）" if done.added else ""
        say(
            f"已核对：新库里有 {done.passages} 段、{done.sentences} 句{more}，这次写入 {done.written} 段。"
            f"把 ASSISTANT_STORE__URL 设为 {done.target or '空'} 并重启就用新库；原库没有动。"
        )
    return 0
