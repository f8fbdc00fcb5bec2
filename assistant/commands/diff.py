"""``assistant diff``: two notices, or two editions of one, clause by clause; what differs comes first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.differences import Comparison, Difference
    from corpus.types import Notice

_HELP = """写两份文件的编号、文号或标题；同一份文件的旧版写成 编号@1（第 1 版最旧）。
只写一份时，比较它最近的两版。条款按内容对应，不按条号；先列不同之处，相同的只计数。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_HELP}"
    parser.add_argument("a", metavar="文件甲", help="编号、文号或标题，可加 @版次")
    parser.add_argument("b", metavar="文件乙", nargs="?", help="同上；不写则比较文件甲最近的两版")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    from assistant.settings import Settings
    from assistant.terminal.console import say, say_json
    from assistant.terminal.present import comparison_record
    from corpus import load_corpus
    from corpus.differences import compare
    from corpus.editions import edition_named, editions
    from corpus.errors import UnknownNoticeError
    from index import Index
    from index.errors import SearchIndexError
    from index.nearness import nearness_of

    settings = Settings.load()
    data_dir = settings.data_dir
    corpus = load_corpus(data_dir)
    if arguments.b:
        a, b = (edition_named(corpus, data_dir, name) for name in (arguments.a, arguments.b))
    else:
        found = editions(corpus, data_dir, corpus.find(arguments.a))
        if len(found) < 2:
            raise UnknownNoticeError(f"{arguments.a} 的另一版（库中只有一版，请写明与哪份文件比较）")
        a, b = found[-2].notice, found[-1].notice
    try:
        near = nearness_of(Index.open(settings.index_config(), corpus), a, b)
    except SearchIndexError:  # not built yet: the words are compared
        near = None
    result = compare(a, b, near)
    if arguments.json:
        say_json(comparison_record(a, b, result))
    else:
        say(_text(a, b, result))
    return 0


def _text(a: Notice, b: Notice, result: Comparison) -> str:
    lines = [f"甲：{_name(a)}", f"乙：{_name(b)}", ""]
    for one in result.differences:
        lines += [_headline(one), *_body(a, b, one), ""]
    same = f"相同的条款 {result.unchanged} 条"
    lines.append(f"不同之处 {len(result.differences)} 处，{same}" if result.differences else f"条款没有不同，{same}")
    return "\n".join(lines)


def _name(notice: Notice) -> str:
    day = notice.issued_on.isoformat() if notice.issued_on else "日期不详"
    return "  ".join(filter(None, (notice.id, notice.number, f"《{notice.title}》", day)))


def _headline(one: Difference) -> str:
    paths = [path for path in dict.fromkeys((one.path_a, one.path_b)) if path]
    return f"【{one.kind.value}】" + " → ".join(path if len(path) <= 60 else f"{path[:60]}…" for path in paths)


def _body(a: Notice, b: Notice, one: Difference) -> list[str]:
    lines = []
    if one.span_a:
        lines.append(f"    甲：{' '.join(a.quote(one.span_a).split())}")
    if one.span_b:
        lines.append(f"    乙：{' '.join(b.quote(one.span_b).split())}")
    edits = [f"{edit.before or '（无）'} → {edit.after or '（删）'}" for edit in one.edits[:8]]
    return [*lines, *([f"    改动：{'；'.join(edits)}"] if edits else [])]
