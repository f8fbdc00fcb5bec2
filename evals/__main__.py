"""``python -m evals``: reads the arguments; :mod:`evals.commands` does the work."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evals import bench, facts_run
from evals.statistics import SEED
from evals.types import CATEGORIES

BENCH_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "bench"
"""Where third-party sets are looked for: beside the checkout."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description="评测：回答有多准，改动是好是坏",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    run = commands.add_parser("run", help="提问、判分、出表", description="对每道题提问并判分，按类别列表")
    _dataset_options(run)
    run.add_argument("--docs", type=Path, metavar="目录", help="先把这个目录的文件加入临时文件库，再在其上提问")
    run.add_argument("--all", action="store_true", help="本产品、各对照与各基线一起跑")
    run.add_argument("--system", action="append", metavar="名称", help="要跑的系统，可多次；默认 product")
    _output_options(run)
    run.add_argument(
        "--answerer", choices=("extractive", "llm"), default="extractive", help="llm：摘录与模型两种回答并排比较"
    )
    run.add_argument(
        "--replay", type=Path, metavar="文件.jsonl", help="模型的回答从这个文件取（见 record），与摘录并排比较"
    )
    run.add_argument("--grader", action="store_true", help="另请配置的模型判分，并报告与规则判分的一致程度")
    run.add_argument("--save-baseline", action="store_true", help="把结果存为 evals/results/baseline.json")
    record = commands.add_parser(
        "record", help="写出模型会收到的提示词", description="照模型作答的流程提问，把每个提示词写进文件，供人写下答案"
    )
    _dataset_options(record)
    record.add_argument("--docs", type=Path, metavar="目录", help="先把这个目录的文件加入临时文件库，再在其上提问")
    record.add_argument(
        "--prompts", type=Path, required=True, metavar="文件.jsonl", help="提示词写到这里：key、system、user"
    )
    record.add_argument("--replay", type=Path, metavar="文件.jsonl", help="已有的答案：key、answer，一行一个")
    score = commands.add_parser("score", help="给 assistant batch 的结果判分", description="给批量回答文件判分")
    _dataset_options(score)
    score.add_argument("--results", type=Path, required=True, metavar="文件", help="assistant batch 写出的 .jsonl")
    _output_options(score)
    check = commands.add_parser("check", help="检查评测集", description="逐行检查评测集；不给文件则检查自带的")
    check.add_argument("dataset", nargs="*", type=Path, metavar="文件.jsonl")
    check.add_argument("--fix", action="store_true", help="把依据改成与文件原文逐字一致（只改空格、全半角之差）")
    hostile = commands.add_parser("hostile", help="引文核验拦下多少、误删多少", description="对抗集过一遍引文核验")
    hostile.add_argument("--failures", action="store_true", help="列出判错的句子")
    claims = commands.add_parser(
        "claims", help="断言核验放过多少假句、误删多少真句", description="逐条核验断言并按类别列表"
    )
    claims.add_argument("--file", type=Path, required=True, metavar="文件.jsonl", help="断言、原文与对错，一行一条")
    claims.add_argument("--failures", action="store_true", help="列出判错的断言")
    forms = commands.add_parser(
        "forms", help="每条问法值几题", description="逐条拿掉识别问题类型的问法，重读自带题目，数有几题读法变了"
    )
    forms.add_argument("--form", action="append", metavar="名称", help="只看这一种问法，如 ask.body；可多次")
    foreign = commands.add_parser(
        "foreign", help="第三方评测集上的检索", description="用本产品的检索部件跑第三方评测集"
    )
    foreign.add_argument("set", nargs="*", metavar="名称", help="评测集名，默认全部")
    foreign.add_argument("--folder", type=Path, default=BENCH_FOLDER, metavar="目录", help="评测集所在目录")
    foreign.add_argument("--sample", type=int, metavar="N", help="只抽 N 题及相应文档，快速试跑")
    foreign.add_argument("--seed", type=int, default=SEED, help="抽样与自助法的随机种子")
    foreign.add_argument("--out", type=Path, metavar="文件.json", help="把数字写到这里")
    speed = commands.add_parser(
        "bench",
        help="快慢与内存",
        description="建库、冷启动、热答、多人同时问、库变大、各种向量库：各项用时旁边是同一次运行里的参照",
    )
    bench.configure(speed)
    facts = commands.add_parser(
        "corpus", help="要素读得多准", description="把一个目录的文件照用户那样入库，逐项核对要素和结构"
    )
    facts_run.configure(facts)
    report = commands.add_parser("report", help="从结果文件出表和网页", description="把结果文件印成表；--html 另写网页")
    report.add_argument("results", type=Path, metavar="结果.json")
    report.add_argument(
        "--html", type=Path, metavar="文件.html", help="另写一份网页（只有数字；原文只在 run --out 里）"
    )
    return parser


def _dataset_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset", action="append", type=Path, metavar="文件.jsonl", help="评测集，可多次；默认自带的全部"
    )
    parser.add_argument(
        "--split", choices=("all", "dev", "test"), default="all", help="只用开发集或测试集（按题号固定）"
    )
    parser.add_argument("--category", action="append", choices=tuple(CATEGORIES), help="只用这些类别，可多次")
    parser.add_argument("--id", action="append", metavar="题号", help="只用这些题，可多次")
    parser.add_argument("--limit", type=int, metavar="N", help="最多 N 题")
    parser.add_argument("--skip-bad", action="store_true", help="有毛病的行略过（仍会列出），不停下")


def _output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="目录", help="把结果与报告写到这里")
    parser.add_argument(
        "--against", type=Path, metavar="结果.json", help="与这份结果逐题比较；有超出区间的下降时退出码为 1"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="自助法的随机种子")
    parser.add_argument("--failures", action="store_true", help="列出没答对的题")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "corpus":
        return facts_run.run(arguments)
    from assistant.errors import AssistantError
    from corpus.errors import CorpusError
    from evals import commands
    from evals.datasets import DatasetError
    from evals.foreign import BenchError
    from evals.results import ResultsError

    try:
        run = bench.run if arguments.command == "bench" else getattr(commands, arguments.command)
        return int(run(arguments))
    except (DatasetError, ResultsError, BenchError, commands.UsageError, AssistantError, CorpusError) as error:
        commands.complain(str(error))
        return 2
    except KeyboardInterrupt:
        commands.complain("已中断，没有写出结果")
        return 130


if __name__ == "__main__":
    sys.exit(main())
