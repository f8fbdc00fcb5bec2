"""``assistant verify``: claims or a draft in, what the notices say of each sentence out."""

from __future__ import annotations

import argparse
from pathlib import Path

_FORMAT = """两种用法：
1. 核对文稿：assistant verify 文稿.docx [--out 报告.html]
   文稿可为 DOCX、TXT、Markdown、网页或 PDF。逐句给出 有据、与原文不符、未找到依据，并附条文；
   写错的文号、已废止或尚未施行的文件、别处的文件会点出来。
2. 逐行核验：assistant verify 断言.jsonl 结果.jsonl
   每行一个 JSON：{"id", "claim", "passages": [{"notice": 文号或null, "text": 原文}]}；
   给了 passages 只按它们核验，不给就查文件库。
   结果每行：{"id", "verdict": "supported"|"contradicted"|"unsupported", "reason",
   "evidence": [{"notice", "notice_id", "start", "end", "quote"}]}。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_FORMAT}"
    parser.add_argument("source", metavar="文稿或断言.jsonl", type=Path, help="要核对的文件")
    parser.add_argument("results", metavar="结果.jsonl", nargs="?", type=Path, help="逐行核验的结果文件")
    parser.add_argument("--out", metavar="报告", type=Path, help="把文稿的核对报告写到这里：.html 或 .docx")
    parser.add_argument("--region", metavar="地区", help="文稿用在何地，如 广东省/湛江市；别处的文件会点出来")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天判断文件是否有效，默认今天")
    parser.add_argument("--json", action="store_true", help="文稿的核对结果输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    if arguments.source.suffix.lower() == ".jsonl":
        return _lines(arguments)
    if arguments.results is not None:
        from assistant.terminal.console import note

        note("核对文稿请用 --out 写报告文件名，例如 --out 报告.html；逐行核验的输入应是 .jsonl 文件")
        return 2
    return _draft(arguments)


def _lines(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import note
    from assistant.terminal.verifying import verify_file

    if arguments.results is None:
        note("请写结果文件名：assistant verify 断言.jsonl 结果.jsonl")
        return 2
    outcome = verify_file(arguments.source, arguments.results, Settings.load())
    tail = f"，{outcome.failed} 行未能核验（见上）" if outcome.failed else ""
    note(f"已写出 {outcome.lines} 行到 {arguments.results}，用时 {outcome.seconds:.1f} 秒{tail}")
    return 1 if outcome.failed else 0


def _draft(arguments: argparse.Namespace) -> int:
    from assistant.drafting.draft import check_draft
    from assistant.drafting.library import LibraryVerifier
    from assistant.drafting.report import html_report, record, summary, text_report, word_report
    from assistant.errors import DraftError
    from assistant.query.scope import check_profile
    from assistant.settings import Settings
    from assistant.terminal.console import note, progress, say, say_json
    from assistant.terminal.opening import open_assistant
    from corpus.readers import read_source

    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in (".html", ".htm", ".docx"):
        raise DraftError(f"报告 {out.name} 的格式不认识，请用 .html 或 .docx 作后缀")
    profile = check_profile(arguments.region, arguments.as_of)
    source = read_source(arguments.source)
    for warning in source.warnings:
        note(warning)
    verifier = LibraryVerifier.of(open_assistant(Settings.load()))
    with progress("核对") as step:
        draft = check_draft(
            arguments.source.name, source.text, verifier, place=profile.region, as_of=profile.as_of, step=step
        )
    if arguments.json:
        say_json(record(draft))
    elif out is None:
        say(text_report(draft))
    if out is not None:
        content = word_report(draft) if out.suffix.lower() == ".docx" else html_report(draft).encode()
        out.write_bytes(content)
        note(f"{summary(draft)}。报告已写到 {out}")
    return 0
