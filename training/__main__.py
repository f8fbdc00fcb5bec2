"""``python -m training``: reads the arguments; :mod:`training.commands` does the work."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.fitted import FILE
from training import plan

ROOT = Path(__file__).resolve().parents[1]
ADAPTERS = ROOT / "index" / "adapters"
"""Where the product reads the weights of the models; the routers and the rule stand beside the code that applies them."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="训练：由 training/data/ 的问句训练模型、拟合数值。写到产品读取的地方要给 --write",
        epilog=plan.table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="step", required=True, metavar="步骤")
    adapter = steps.add_parser("adapter", help="训练向量适配", description="用训练问句和开发集训练线性适配并打印召回")
    _write(adapter, ADAPTERS / "multilingual-e5-small.npz")
    encoders = steps.add_parser(
        "encoders",
        help="训练问句和条文的编码",
        description="在训练问句上同时训练问句一侧和条文一侧的低秩更新（到点为止），写到一个目录；写好之后要重建索引",
    )
    _docs(encoders, required=False)
    _minutes(encoders, 40.0)
    encoders.add_argument("--hold-out", action="store_true", help="留出九分之一的文件，打印之前和之后的召回")
    encoders.add_argument("--from", dest="start", type=Path, metavar="目录", help="从这个目录里的两份结果接着训练")
    encoders.add_argument("--seed", type=int, default=0, help="抽样的随机种子")
    _write(encoders, ADAPTERS, metavar="目录")
    reader = steps.add_parser(
        "reader", help="训练阅读模型", description="用训练问句和近似问句训练阅读模型（两核约半小时一遍）"
    )
    _write(reader, ADAPTERS / "reader.npz", required=True)
    _docs(reader, required=False)
    reader.add_argument("--from", dest="start", type=Path, metavar="文件.npz", help="从这份结果接着训练")
    reader.add_argument("--passes", type=float, default=1.0, metavar="N", help="训练问句过几遍，默认 1")
    reader.add_argument("--seed", type=int, default=0, help="抽样的随机种子")
    ranges = steps.add_parser(
        "ranges", help="测量整数运算的取值范围", description="用自带文件的句子和问句测量编码器各处的取值范围"
    )
    _write(ranges, ADAPTERS / "ranges.npz", required=True)
    verdict = steps.add_parser(
        "verdict",
        help="训练是非阅读模型",
        description="在标了是非的训练问句上训练是非阅读模型（一个核，到点为止），留出六分之一的文件，打印作答率和正确率",
    )
    _docs(verdict, required=True)
    _minutes(verdict, 30.0)
    _write(verdict, ADAPTERS / "verdict.npz")
    polarity = steps.add_parser(
        "polarity",
        help="拟合是非判断",
        description="在标了是非的训练问句上拟合是非判断，按文件留出，打印作答率和正确率",
    )
    _docs(polarity, required=True)
    _write(polarity, ROOT / "assistant" / "answering" / "polarity.npz")
    router = steps.add_parser(
        "router",
        help="训练问题类型、要办的事和承接的识别",
        description="训练 router.npz、acts.npz 和 hangs.npz，按文件留出，打印没有见过的问句认对的比例",
    )
    _write(router, ROOT / "assistant" / "query", metavar="目录")
    entailment = steps.add_parser(
        "entailment", help="训练断言阅读模型", description="用手写断言和自造断言训练断言阅读模型（一个核，到点为止）"
    )
    _claims(entailment)
    _docs(entailment, required=False)
    _minutes(entailment, 25.0)
    entailment.add_argument("--hold-out", type=int, metavar="折", help="留出这一折的文件并报告误差")
    entailment.add_argument(
        "--from", dest="start", type=Path, metavar="文件.npz", help="从这份结果接着训练；默认从阅读模型开始"
    )
    _write(entailment, ADAPTERS / "entailment.npz")
    rule = steps.add_parser("rule", help="拟合断言核验的判定规则", description="按文件留出，拟合判定规则并打印误差")
    _claims(rule)
    _docs(rule, required=False)
    rule.add_argument("--reader", type=Path, metavar="文件.npz", help="留出第 3 折训练的断言阅读模型")
    _write(rule, ROOT / "assistant" / "verification" / "rule.npz")
    fit = steps.add_parser(
        "fit", help="拟合可答性判据", description="在开发集上拟合可答性和表格各行的判据，并打印误差率"
    )
    fit.add_argument(
        "--write", action="store_const", const=FILE, help=f"把数值写到 {FILE.parent.name}/{FILE.name}；不给则只打印"
    )
    fit.set_defaults(shipped=FILE)
    everything = steps.add_parser(
        "all",
        help="依次运行全部步骤，写到产品读取的地方",
        description="依次运行全部步骤，写到产品读取的地方；需要项目之外文件的步骤，不给文件就跳过\n\n" + plan.table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _docs(everything, required=False)
    _claims(everything, required=False)
    return parser


def _write(parser: argparse.ArgumentParser, shipped: Path, *, required: bool = False, metavar: str = "文件") -> None:
    parser.add_argument(
        "--write", type=Path, nargs="?", const=shipped, required=required, metavar=metavar,
        help=f"把结果写到这里；只写 --write 则写到 {shipped.relative_to(ROOT)}{'' if required else '，不给则只打印'}",
    )  # fmt: skip
    parser.set_defaults(shipped=shipped)


def _docs(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--docs",
        type=Path,
        metavar="目录",
        required=required,
        help=f"{'' if required else '另用'}这个目录的文件上的训练问句（training/data/real.jsonl、claims.jsonl）",
    )


def _minutes(parser: argparse.ArgumentParser, default: float) -> None:
    parser.add_argument("--minutes", type=float, default=default, metavar="N", help=f"训练几分钟，默认 {default:g}")


def _claims(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "--units", type=Path, required=required, metavar="目录",
        help="分好句的文件，一份一个 .txt，每行：句号<TAB>句子",
    )  # fmt: skip
    parser.add_argument("--claims", type=Path, nargs="+", required=required, metavar="文件.tsv", help="手写断言")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a step; the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.step == "all":
        return plan.run(arguments)
    from assistant.errors import AssistantError
    from corpus.errors import CorpusError
    from evals.commands import UsageError, complain
    from evals.datasets import DatasetError
    from index import SearchIndexError
    from training import commands

    if arguments.write is not None and not (folder := arguments.write.parent).is_dir():
        complain(f"没有目录 {folder}，请先建立它再写")
        return 2
    try:
        return int(getattr(commands, arguments.step)(arguments))
    except (DatasetError, UsageError, AssistantError, CorpusError, SearchIndexError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("已中断，没有写出结果")
        return 130


if __name__ == "__main__":
    sys.exit(main())
