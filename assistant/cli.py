"""The command line (命令行): reads the arguments, runs one command, turns every fault into one Chinese line.

Each command is a module of ``assistant/commands/`` with ``configure(parser)`` and ``run(arguments) -> exit code``; only
the one asked for does any work, and heavy imports wait until it does. Exit codes: 0 done, 1 some lines of a batch
failed or ``doctor`` found something, 2 something the user can mend, 70 a fault of the program, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

from assistant.terminal import console

COMMANDS = {
    "ask": "问一个问题",
    "batch": "成批回答一个 JSONL 文件里的问题",
    "verify": "核验断言：逐句看原文是否这样说",
    "build": "建立或更新索引",
    "migrate": "把索引复制到另一个向量库（不重算向量）",
    "list": "列出库中的文件",
    "show": "看一份文件的目录、缺失和正文",
    "diff": "逐条比较两份文件或一份文件的两版",
    "applicable": "看哪些文件适用于某地某日",
    "duties": "列出某地各单位的任务和时限",
    "add": "添加或更新文件（TXT、Markdown、网页、DOCX、PDF、文件夹、zip）",
    "review": "看哪些要素待核对，并定下它们",
    "remove": "移除一份文件，并证明各处都已没有它",
    "doctor": "体检文件库和索引",
    "gaps": "看文件库还缺什么",
    "serve": "打开网页和接口",
    "mcp": "作为 MCP 服务（标准输入输出）供智能体调用",
    "users": "管理用户、密钥和文件的可见范围",
    "audit": "核对、导出或清理审计记录（谁问过什么、改过什么）",
    "backup": "把数据目录备份成一个文件（可在使用中进行）",
    "restore": "由备份文件恢复到一个空的数据目录",
    "settings": "列出全部设置",
    "version": "显示版本",
}
INTERRUPTED = 130
_MODULES = {"list": "listing"}
_TRANSLATED = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (\S+): expected (?:one|at least one) arguments?", r"\1 后面要写一个值"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1 不能是 \2，可用：\3"),
    (r"argument (\S+): invalid \S+ value: (.*)", r"\1 的值不对：\2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 不能与 \2 同用"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 不明确，可能是 \2"),
)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with its own words in Chinese."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and takes no abbreviated options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, "add_help": False, "allow_abbrev": False, **options})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        for pattern, words in _TRANSLATED:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, words, message)
                break
        console.note(f"{message}。用 {self.prog} --help 查看用法")
        raise SystemExit(2)


def parser() -> Parser:
    """The whole command line, without running anything."""
    top = Parser(prog="assistant", description="医改政策问答：每句话都能翻到原文。", epilog="设置见 docs/settings.md。")
    top.add_argument("--trace", action="store_true", help="程序出错时显示调用过程")
    commands = top.add_subparsers(dest="command", metavar="命令", title="命令", required=True, parser_class=Parser)
    for name, summary in COMMANDS.items():
        module = import_module(f"assistant.commands.{_MODULES.get(name, name)}")
        module.configure(commands.add_parser(name, help=summary, description=summary + "。"))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    console.use_utf8()
    words = list(sys.argv[1:] if argv is None else argv)
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        near = get_close_matches(words[0], COMMANDS, n=1)
        hint = f"是不是 {near[0]}？" if near else ""
        console.note(f"没有命令 {words[0]}。{hint}可用：{'、'.join(COMMANDS)}。用 assistant --help 查看用法")
        return 2
    if not words:
        words = ["--help"]
    try:
        arguments = parser().parse_args(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    return _guarded(arguments)


def entry() -> NoReturn:
    """The program's way in: ``main``, then out.

    After an interruption the process ends at once: threads of torch or Chroma that are still at work make an orderly
    shutdown abort with a message and code of their own. Stores are written atomically, so nothing is lost.
    """
    code = main()
    if code == INTERRUPTED:
        sys.stdout.flush()
        os._exit(code)
    raise SystemExit(code)


def _guarded(arguments: argparse.Namespace) -> int:
    """Run the command; faults the user can mend become one line and exit code 2."""
    name = _MODULES.get(arguments.command, arguments.command)
    try:
        code = int(import_module(f"assistant.commands.{name}").run(arguments))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        console.note("已中断")
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if arguments.trace:
            raise
        if isinstance(error, OSError):
            where = f"（{error.filename}）" if error.filename else ""
            console.note(f"读写失败：{console.reason(error)}{where}。请检查路径、权限和磁盘空间")
            return 2
        if isinstance(error, _mendable()):
            console.note(str(error))
            return 2
        console.note(f"程序内部错误（{type(error).__name__}）。请用 assistant --trace {arguments.command} … 重现后报告")
        return 70


def _mendable() -> tuple[type[Exception], ...]:
    """The errors whose message is a sentence for the user."""
    from assistant.errors import AssistantError
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    return AssistantError, CorpusError, SearchIndexError


if __name__ == "__main__":
    entry()
