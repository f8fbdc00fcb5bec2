"""How fast and how large the product is: ``python -m evals bench``; what each step costs is in :mod:`evals.bench_steps`.

Each figure stands beside its limit or rival in the same run: a build beside the bare model on the same sentences and beside
LlamaIndex's starter, an answer beside the bare embedding of its question, sixteen visitors beside one, a large library
beside a small one. Medians of the rounds. The trap: another process on the machine slows the product and its rival alike
only when they take turns, so they do, and the seconds of work (CPU) are given beside those on the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

from evals.charts import Bar, bar_chart
from evals.statistics import Interval
from evals.tables import markdown

STEPS = ("build", "cold", "warm", "users", "growth", "stores")
LABELS = {
    "build": "建库", "cold": "冷启动", "warm": "一问一答", "users": "多人同时问", "growth": "库变大",
    "stores": "向量库",
}  # fmt: skip
PACKAGES = ("onnxruntime", "tokenizers", "numpy", "chromadb", "llama-index-core")
Figures = dict[str, float]


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--step", action="append", choices=STEPS, help="只量这一步，可多次；默认全部")
    parser.add_argument("--docs", type=Path, metavar="目录", help="另把这个目录的文件加进库；默认只有随附的")
    parser.add_argument("--questions", type=Path, metavar="文件.jsonl", help="问题；默认自带的 heldout")
    parser.add_argument("--limit", type=int, default=40, metavar="N", help="用前 N 个问题，默认 40")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="各量几遍取中位数，默认 5")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1_000, 10_000, 100_000],
        metavar="N",
        help="库变大、向量库：段数，向量是造的",
    )
    parser.add_argument("--out", type=Path, metavar="目录", help="写 bench.json 和 bench.html")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print one table a step, write JSON and page where asked."""
    from evals import bench_steps as steps
    from evals.bench_stores import stores
    from evals.results import revision

    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        place = steps.Place(Path(name), arguments.docs)
        questions = steps.questions_of(arguments.questions, arguments.limit)
        wanted = [step for step in STEPS if step in (arguments.step or STEPS)]
        for step in wanted:
            match step:
                case "build":
                    found[step] = steps.build(place)
                case "cold":
                    found[step] = steps.cold(place, questions, arguments.rounds)
                case "warm":
                    found[step] = steps.warm(place, questions, arguments.rounds)
                case "users":
                    found[step] = steps.users(place, questions)
                case "stores":
                    found[step] = stores(Path(name), arguments.sizes, len(questions), arguments.rounds)
                case _:
                    found[step] = steps.growth(Path(name), arguments.sizes, questions, arguments.rounds)
            sys.stdout.write(f"{table(step, found[step])}\n\n")
            sys.stdout.flush()
    machine = {"machine": machine_of(), "revision": revision(), "rounds": arguments.rounds}
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        content = json.dumps({**machine, "figures": found}, ensure_ascii=False, indent=1)
        (arguments.out / "bench.json").write_text(content, encoding="utf-8")
        (arguments.out / "bench.html").write_text(page(machine, found), encoding="utf-8")
        sys.stdout.write(f"已写到 {arguments.out}/bench.json 和 bench.html\n")
    return 0


def machine_of() -> str:
    """Processor, cores and versions: without them no figure means anything."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8", errors="replace").splitlines() if info.is_file() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    versions = "，".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return f"{model}，{os.cpu_count()} 核，Python {platform.python_version()}，{versions}"


def shown(value: float) -> str:
    """Three digits that count.

    >>> shown(0.01234), shown(12.34), shown(123456.0)
    ('0.0123', '12.3', '123,456')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(step: str, figures: Figures) -> str:
    """One row a figure."""
    return markdown([[LABELS[step], "值"], *([name, shown(value)] for name, value in figures.items())])


def page(machine: dict[str, Any], found: dict[str, Figures]) -> str:
    """A page that needs nothing from elsewhere: a chart for each unit of a step and every figure."""
    parts = []
    for step, figures in found.items():
        units: dict[str, list[Bar]] = {}
        for name, value in figures.items():
            label, _, unit = name.rpartition("，")
            units.setdefault(unit, []).append(
                Bar(label, Interval(value, value, value, 1), strong=label.startswith("本产品"))
            )
        charts = [_chart(unit, bars) for unit, bars in units.items()]
        rows = "".join(f"<tr><td>{escape(n)}</td><td>{shown(v)}</td></tr>" for n, v in figures.items())
        parts.append(f"<h2>{LABELS[step]}</h2>{''.join(charts)}<table>{rows}</table>")
    head = (
        "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content='width=device-width'><title>快慢与内存</title>"
        "<style>:root{color-scheme:light dark}body{font:15px/1.6 system-ui,sans-serif;max-width:720px;margin:2em auto;padding:0 1em}"
        ".chart{width:100%}.chart text{font-size:11px;fill:currentColor}.bar{fill:#7a96b8}.bar.strong{fill:#1f5fa8}"
        ".grid{stroke:#8884}.whisker{display:none}td{padding:.1em 1em .1em 0}figure{margin:1em 0}</style>"
    )
    return f"{head}<h1>快慢与内存</h1><p>{escape(str(machine['machine']))}；版本 {escape(str(machine['revision']))}</p>{''.join(parts)}</html>"


def _chart(unit: str, bars: Sequence[Bar]) -> str:
    return bar_chart(unit, bars, maximum=max(bar.interval.value for bar in bars) or 1.0, digits=1)
