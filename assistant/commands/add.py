"""``assistant add``: files into the corpus, and into the answers at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.keeping.keeper import Failed, Outcome

_KEYS = """--set 可写多次，可用的项：title number issuer region level issued_on effective_on expires_on
horizon addressees aliases status replaced_by origin id，也可写中文项名；地区可写 全国、湖南省、广东省/湛江市 等。
读得出文字的文件都会添加；没有读到或读得不准的要素记为待核对，之后可用 assistant review 定下，绝不猜测适用地区。
--facts 给一张表（CSV，一行一个文件），列：file title number issuer region level issued_on effective_on expires_on status。
同一文号（或同名同日）的文件视为新版本，旧版本留作历史。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_KEYS}"
    parser.add_argument("files", metavar="文件", nargs="+", help="文件、文件夹或 zip，可写多个")
    parser.add_argument("--set", dest="overrides", metavar="项=值", action="append", default=[], help="补上或改正要素")
    parser.add_argument("--facts", metavar="表格.csv", type=Path, help="按要素表成批补上或改正要素")
    parser.add_argument("--replace", metavar="编号", help="说明这一份是哪份文件的新版本")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.keeping.keeper import add
    from assistant.settings import Settings
    from assistant.terminal.console import note, progress, say, say_json
    from assistant.terminal.present import notice_record, unverified_names

    overrides = _pairs(arguments.overrides)
    settings = Settings.load()
    with progress("添加文件") as step:
        outcome = add(
            settings, [Path(name) for name in arguments.files], overrides,
            facts=arguments.facts, replace_id=arguments.replace, progress=step,
        )  # fmt: skip
    if arguments.json:
        say_json(
            [
                {**notice_record(one.notice, settings.today), "file": one.file, "replaced": one.replaced, "unchanged": one.unchanged,
                 "warnings": list(one.warnings), "alike": [other for other, _ in one.alike]}
                for one in outcome.added
            ]
        )  # fmt: skip
    for one in outcome.added:
        if not arguments.json:
            what = "已在库中" if one.unchanged else "已更新" if one.replaced else "已添加"
            say(f"{what}：{one.notice.id}  " + "  ".join(filter(None, (one.notice.number, f"《{one.notice.title}》"))))
            sys.stdout.flush()  # what is said of a file stands under its line, though on another stream
        if one.notice.unverified and not one.unchanged:
            note(f"  {one.file}：待核对：{unverified_names(one.notice)}")
        for warning in one.warnings:
            note(f"  {one.file}：{warning}")
        for other, share in one.alike:
            note(f"  {one.file}：与 {other} 内容近似（{share:.0%}），两份都保留")
    for failure in outcome.failed:
        note(f"未添加：{failure.file}：{_why(failure)}")
    for fault in outcome.faults:
        note(fault)
    waiting = sum(bool(one.notice.unverified) for one in outcome.added)
    if waiting:
        note(f"{waiting} 份文件有待核对的要素，可用 assistant review 查看和定下")
    if not arguments.json and (len(arguments.files) > 1 or len(outcome.added) + len(outcome.failed) > 1):
        say(_summary(outcome))
    return 2 if outcome.failed or outcome.faults else 0


def _why(failure: Failed) -> str:
    """The reason alone: the line begins with the file's name already."""
    return failure.message.removeprefix(f"无法读取 {failure.file}：").removeprefix(f"{failure.file} 未添加：")


def _summary(outcome: Outcome) -> str:
    """``添加 2 份，已在库中 1 份，未添加 6 份``; what did not happen is left out, but never both sides."""
    counts = {
        "添加": sum(not one.replaced and not one.unchanged for one in outcome.added),
        "更新": sum(one.replaced and not one.unchanged for one in outcome.added),
        "已在库中": sum(one.unchanged for one in outcome.added),
        "未添加": len(outcome.failed),
    }
    return "，".join(f"{what} {count} 份" for what, count in counts.items() if count) or "没有可添加的文件"


def _pairs(words: list[str]) -> dict[str, str]:
    from corpus.errors import MetadataError

    pairs: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise MetadataError("--set", word, "应写成 项=值，如 --set region=广东省/湛江市")
        pairs[key.strip()] = value
    return pairs
