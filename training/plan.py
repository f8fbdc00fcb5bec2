"""All steps in their order (训练计划): ``python -m training all``, which ``make train`` runs.

Each step is a process of its own, so that it reads what the one before has written; the index is built anew where vectors
change. A step whose documents are not given is left out with a line that says so: they are not in the project, because they
are not ours to ship. Minutes are of one core of two; steps with a time limit of their own take what they are given.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCS, CLAIMS = "docs", "claims"
WHAT = {
    DOCS: "训练问句所据的公开文件（training/data/real.jsonl 的 file 一栏是文件名），用 --docs 目录 指明",
    CLAIMS: "手写断言和分好句的文件，用 --units 目录 --claims 文件.tsv 指明",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its name, minutes, its arguments, and what it needs that is not in the project."""

    name: str
    minutes: float
    arguments: Callable[[argparse.Namespace, Path], Sequence[str]]
    needs: str = ""
    program: str = "training"


def _docs(given: argparse.Namespace) -> list[str]:
    return ["--docs", str(given.docs)] if given.docs else []


def _claims(given: argparse.Namespace) -> list[str]:
    return ["--units", str(given.units), "--claims", *map(str, given.claims)]


HELD_OUT = "entailment-held-out.npz"
STEPS = (
    Step("adapter", 3, lambda g, t: ["--write"]),
    Step("encoders", 40, lambda g, t: ["--write", *_docs(g)]),
    Step("build", 1, lambda g, t: [], program="assistant"),
    Step("reader", 50, lambda g, t: ["--write", *_docs(g)]),
    Step("ranges", 1, lambda g, t: ["--write"]),
    Step("verdict", 30, lambda g, t: ["--write", *_docs(g)], DOCS),
    Step("polarity", 3, lambda g, t: ["--write", *_docs(g)], DOCS),
    Step("router", 15, lambda g, t: ["--write"]),
    Step(
        "entailment", 25, lambda g, t: [*_claims(g), *_docs(g), "--hold-out", "3", "--write", str(t / HELD_OUT)], CLAIMS
    ),
    Step("rule", 7, lambda g, t: [*_claims(g), *_docs(g), "--reader", str(t / HELD_OUT), "--write"], CLAIMS),
    Step("entailment", 25, lambda g, t: [*_claims(g), *_docs(g), "--write"], CLAIMS),
    Step("fit", 15, lambda g, t: ["--write"]),
)
"""The reader comes before what begins from its weights, the rule before the entailment reader is trained on every document
(it is fitted beside one that left a fold out), the lines of ``fit`` last: they read what all others say."""


def given(arguments: argparse.Namespace) -> frozenset[str]:
    """Which of the documents that are not in the project were named and are there."""
    docs = arguments.docs is not None and arguments.docs.is_dir()
    claims = arguments.units is not None and arguments.units.is_dir() and bool(arguments.claims)
    return frozenset(name for name, there in ((DOCS, docs), (CLAIMS, claims)) if there)


def run(arguments: argparse.Namespace, *, start: Callable[[list[str]], int] = subprocess.call) -> int:
    """Run the steps one after the other; the exit code of the first that fails."""
    there = given(arguments)
    if DOCS not in there:
        arguments.docs = None
    with tempfile.TemporaryDirectory() as scratch:
        for step in STEPS:
            if step.needs and step.needs not in there:
                _say(f"跳过 {step.name}：需要{WHAT[step.needs]}")
                continue
            _say(f"{step.name}：约 {step.minutes:g} 分钟")
            command = [sys.executable, "-m", step.program, step.name, *step.arguments(arguments, Path(scratch))]
            if code := start(command):
                _say(f"{step.name} 没有完成，后面的步骤没有运行")
                return code
    return 0


def table() -> str:
    """The steps, one a line, for ``--help``."""
    lines = [
        f"  {s.name:<11} 约 {s.minutes:g} 分钟{'，需要项目之外的文件' if s.needs else ''}"
        for s in STEPS
        if s.program == "training"
    ]
    return "\n".join(
        ["次序和用时（两核机器的一个核）：", *lines, "", *(f"{name}：{text}" for name, text in WHAT.items())]
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
