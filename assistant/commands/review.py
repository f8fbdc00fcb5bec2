"""``assistant review``: what is still 待核对, with the best guess; ``--set`` and ``--facts`` settle it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.types import Notice

_HELP = """没有读到或读得不准的要素记为待核对：文件照样能搜到，引用它的回答会说明哪一项待核对，地区待核对的文件不约束任何地方。
用 --set 编号 项=值 逐份定下，或用 --facts 表格成批定下（列：file title number issuer region level issued_on
effective_on expires_on status，file 写文件名、编号或文号）。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_HELP}"
    parser.add_argument(
        "--set", dest="settings", metavar=("编号", "项=值"), nargs="+", action="append", default=[],
        help="定下一份文件的要素，可写多项，可写多次，如 --set n2021-3-ab12cd region=湖南省 issued_on=2021-05-01",
    )  # fmt: skip
    parser.add_argument("--facts", metavar="表格.csv", type=Path, help="按要素表成批定下")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.keeping.reviewing import Settled, settle_facts, settle_table
    from assistant.settings import Settings
    from assistant.terminal.console import note, progress, say, say_json
    from assistant.terminal.present import notice_record
    from corpus import load_corpus

    settings = Settings.load()
    if arguments.settings or arguments.facts:
        said = _said(arguments.settings)
        done = Settled(())
        with progress("定下要素") as step:
            if said:
                done = settle_facts(settings, said, progress=step)
            if arguments.facts:
                more = settle_table(settings, arguments.facts, progress=step)
                done = Settled((*done.notices, *more.notices), more.faults)
        if arguments.json:
            say_json([notice_record(notice, settings.today) for notice in done.notices])
        else:
            for notice in done.notices:
                left = "、".join(_names(notice))
                say(f"已定下：{notice.id}  《{notice.title}》" + (f"（还有待核对：{left}）" if left else ""))
        for fault in done.faults:
            note(fault)
        return 2 if done.faults else 0
    waiting = [notice for notice in load_corpus(settings.data_dir).notices if notice.unverified]
    if arguments.json:
        say_json([_record(notice) for notice in waiting])
        return 0
    for notice in waiting:
        say(_lines(notice))
    note(f"共 {len(waiting)} 份文件有待核对的要素" if waiting else "没有待核对的要素")
    if waiting:
        note("定下：assistant review --set 编号 项=值；成批：assistant review --facts 表格.csv")
    return 0


def _said(groups: list[list[str]]) -> dict[str, dict[str, str]]:
    from corpus.errors import MetadataError

    said: dict[str, dict[str, str]] = {}
    for name, *words in groups:
        if not words or "=" in name:
            raise MetadataError("--set", name, "应写成 --set 编号 项=值，如 --set n2021-3-ab12cd region=湖南省")
        for word in words:
            key, equals, value = word.partition("=")
            if not equals:
                raise MetadataError("--set", word, "应写成 项=值，如 region=广东省/湛江市")
            said.setdefault(name, {})[key.strip()] = value
    return said


def _names(notice: Notice) -> tuple[str, ...]:
    from assistant.keeping.reviewing import open_facts

    return tuple(one.name for one in open_facts(notice))


def _record(notice: Notice) -> dict[str, object]:
    from dataclasses import asdict

    from assistant.keeping.reviewing import open_facts

    facts = [asdict(one) for one in open_facts(notice)]
    return {"id": notice.id, "notice": notice.name, "title": notice.title, "origin": notice.origin, "open": facts}


def _lines(notice: Notice) -> str:
    from assistant.keeping.reviewing import open_facts

    lines = [f"{notice.id}  《{notice.title}》（{notice.origin}）"]
    for one in open_facts(notice):
        told = f"读作“{one.guess}”，把握 {one.confidence:.0%}" if one.guess else "没有读到"
        lines.append(f"    {one.name}（{one.key}）：{told}")
    return "\n".join(lines)
