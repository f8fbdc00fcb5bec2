"""``assistant show``: one notice, its outline, what the capture lost, its relations, its text; any of its editions."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notice", metavar="文件", help="编号、文号（写法不限）或标题")
    parser.add_argument("--version", type=int, metavar="N", help="看第 N 版（第 1 版最旧）；版次见 show 的输出")
    parser.add_argument("--text", action="store_true", help="连同正文")
    parser.add_argument("--json", action="store_true", help="输出 JSON（含正文）")


def run(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json
    from assistant.terminal.present import full_notice_record, notice_text
    from corpus import load_corpus
    from corpus.editions import edition, editions

    settings = Settings.load()
    corpus = load_corpus(settings.data_dir)
    notice = corpus.find(arguments.notice)
    known = editions(corpus, settings.data_dir, notice)
    if arguments.version is not None:
        notice = edition(known, arguments.version, arguments.notice)
    if arguments.json:
        told = [
            {"version": one.number, "id": one.notice.id, "notice": one.notice.name,
             "issued_on": one.notice.issued_on.isoformat() if one.notice.issued_on else None, "kept": one.kept}
            for one in known
        ]  # fmt: skip
        say_json({**full_notice_record(notice, settings.today), "versions": told})
        return 0
    say(notice_text(notice, full=arguments.text, today=settings.today))
    if len(known) > 1:
        say("\n历次版本（--version N 查看，assistant diff 比较）")
        for one in known:
            day = one.notice.issued_on.isoformat() if one.notice.issued_on else "日期不详"
            mark = "（被替换的文本）" if one.kept else ""
            say(f"  {one.number}  {one.notice.id}  {one.notice.name}  {day}{mark}")
    return 0
