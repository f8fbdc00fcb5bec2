"""``assistant duties``: who must do what by when in a place, as text, JSON, a workbook or a calendar."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.duties.extraction import Duty

SHOWN_BODIES = 12


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "从适用和可参照的文件中逐条读出责任单位、任务、时限和指标，每条都带原文；可导出 Excel 表格和日历。"
    )
    parser.add_argument("--region", required=True, metavar="地区", help="如 广东省/湛江市 或 四川省资阳市雁江区")
    parser.add_argument("--body", default="", metavar="单位", help="只看这个单位的，如 卫健、人社、市财政局")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天判断文件是否适用，如 2020-06-01；默认今天")
    parser.add_argument("--notice", metavar="文件", help="只看这份文件：编号、文号或标题")
    parser.add_argument("--xlsx", metavar="路径", type=Path, help="写入 Excel 表格")
    parser.add_argument("--ics", metavar="路径", type=Path, help="把有时限的写成日历，可导入 Outlook、手机日历")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from datetime import date

    from assistant.duties.export import duties_text, duty_record, to_ics, to_xlsx
    from assistant.duties.extraction import bodies_of, duties_of, names_body
    from assistant.errors import ScopeError
    from assistant.query.scope import check_profile
    from assistant.settings import Settings
    from assistant.terminal.console import note, say, say_json
    from corpus import load_corpus

    settings = Settings.load()
    profile = check_profile(arguments.region, arguments.as_of)
    as_of = profile.as_of or settings.today or date.today()
    corpus = load_corpus(settings.data_dir)
    only = {corpus.find(arguments.notice).id} if arguments.notice else None
    everything = duties_of(corpus.notices, profile.region, as_of=as_of, notice_ids=only)
    body = arguments.body.strip()
    found = tuple(d for d in everything if not body or any(names_body(name, body) for name in d.bodies))
    known = bodies_of(everything)
    if body and known and not found:
        listed = "、".join(known[:SHOWN_BODIES]) + ("等" if len(known) > SHOWN_BODIES else "")
        raise ScopeError(f"这些文件没有给“{body}”写明责任。写明的责任单位有：{listed}。请换一个单位，或去掉 --body")
    if arguments.xlsx:
        _write(arguments.xlsx, to_xlsx(found))
        note(f"已写入 {len(found)} 条：{arguments.xlsx}")
    dated = sum(duty.dated for duty in found)
    if arguments.ics and dated:
        _write(arguments.ics, to_ics(found))
        note(f"已写入 {dated} 个时限：{arguments.ics}")
    elif arguments.ics:
        note("没有写明日期的任务，未生成日历")
    if arguments.json:
        say_json([duty_record(duty) for duty in found])
    elif found:
        say(duties_text(found, profile.region, as_of))
    else:
        say(_nothing(everything, body, named=only is not None))
    if silent := _silent(everything, found) if body else "":
        note(silent)
    return 0


def _nothing(everything: Sequence[Duty], body: str, *, named: bool) -> str:
    if everything and body:
        return "这些文件没有写明任何责任单位，无法按单位查看。去掉 --body 可看全部任务"
    if named:
        return "这份文件在该地区、该日期不适用也不作参照，或没有写明责任和时限。可用 assistant applicable 查看理由"
    return "该地区、该日期没有适用或可参照的文件写明责任和时限。可用 assistant list 看库中有哪些文件"


def _silent(everything: Sequence[Duty], found: Sequence[Duty]) -> str:
    """What a body filter leaves out: duties for which the notice names nobody."""
    from assistant.duties.export import source_name

    if not found:
        return ""
    unnamed = [duty for duty in everything if not duty.bodies]
    sources = dict.fromkeys(source_name(duty) for duty in unnamed)
    return (
        f"另有 {len(unnamed)} 条没有责任单位（未写明或采集文本缺失），没有列入：{'、'.join(sources)}" if unnamed else ""
    )


def _write(path: Path, content: bytes) -> None:
    """Write ``content`` whole or not at all.

    Raises:
        AssistantError: the file cannot be written there, with the reason in Chinese.
    """
    from assistant.errors import AssistantError

    try:
        if path.is_dir():
            raise IsADirectoryError
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        reasons: dict[type[OSError], str] = {
            FileNotFoundError: "文件夹不存在",
            NotADirectoryError: "上一级不是文件夹",
            IsADirectoryError: "这是一个文件夹，请写明文件名",
            PermissionError: "没有写入权限，或文件正在别的程序中打开",
        }
        reason = next((text for kind, text in reasons.items() if isinstance(error, kind)), "磁盘可能已满或不可写")
        raise AssistantError(f"无法写入 {path}：{reason}。请换一个路径") from error
