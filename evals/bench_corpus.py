"""What one more notice costs in a small and in a large corpus: ``python -m evals.bench_corpus [--notices 1000]``.

Small is a data folder with the shipped notices alone, large one with a thousand made-up notices more, whose vectors are
drawn at random under the real model's name, because what is measured is the cost of one more, not of the thousand
before it. Added to both, in turns so that other work on the machine meets both alike, are notices of the same size,
new to the corpus, embedded by the real model: once by ``assistant add`` as staff run it (a process of its own that
loads the model), once within a process that has the model and the corpus open, as the page has. The least of the rounds
counts, in seconds on the clock and in seconds of work (CPU): the clock is what staff wait for, the work what a busy
machine does not distort. ``folding`` is what the addition's turning into a whole generation costs, now and then, and
``folding_a_notice`` that shared among the notices in between.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from assistant.keeping.keeper import add
from assistant.settings import Settings
from corpus import load_corpus
from index import Embedder, build_index, load_embedder
from index.build import ADDITION_SHARE, LARGEST_ADDITION, SMALL_ADDITION
from index.generation import current_folder, read_serving
from index.types import Matrix, TextRole

_WORDS = [
    "签约服务",
    "远程会诊",
    "设备共享",
    "费用公示",
    "床位调度",
    "人员培训",
    "急救网络",
    "检验互认",
    "用药衔接",
    "信息互联",
]
_VERBS = ["推进", "健全", "规范", "改善", "落实", "统筹"]


class RandomVectors:
    """Random unit vectors, the same for the same text, under another embedder's fingerprint."""

    def __init__(self, other: Embedder) -> None:
        self.fingerprint = other.fingerprint
        self._width = other.embed(["宽度"], "passage").shape[1]

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts]
        rows = np.array([np.random.default_rng(seed).standard_normal(self._width) for seed in seeds], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def made_up(order: int, sections: int) -> str:
    """A notice of ``sections`` sections, some 45 characters a sentence."""
    draw = random.Random(order)
    lines = [
        f"湛江市人民政府关于第{order}号事项的通知",
        f"测府发〔{2000 + order % 25}〕{order}号",
        "各县（市、区）人民政府：",
        "现通知如下。",
    ]
    for section in range(1, sections + 1):
        lines.append(
            f"{section}.{draw.choice(_VERBS)}{draw.choice(_WORDS)}。" + "".join(_sentence(draw) for _ in range(4))
        )
    return "\n".join([*lines, "湛江市人民政府", f"{2000 + order % 25}年5月6日"])


def _sentence(draw: random.Random) -> str:
    year, share = draw.randint(2026, 2035), draw.randint(100, 999) / 10
    return f"到{year}年底，{draw.choice(_WORDS)}覆盖率达到{share}%，{draw.choice(_VERBS)}{draw.choice(_WORDS)}，按季度公布{draw.randint(3, 99)}项进展。"


def bench(notices: int, sections: int, rounds: int) -> dict[str, float]:
    """Figures in seconds and their ratios, see the module's docstring."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        bulk = root / "bulk"
        bulk.mkdir()
        for order in range(1, notices + 1):
            (bulk / f"{order}.txt").write_text(made_up(order, sections), encoding="utf-8")
        for size in ("small", "large"):
            _assistant(root / size, "build")
        settings = Settings.load(data_dir=root / "large")
        embedder = load_embedder(settings.index_config())
        began = time.perf_counter()
        outcome = add(settings, [bulk], embedder=RandomVectors(embedder))
        assert len(outcome.added) == notices, outcome.failed[:3]
        filling = time.perf_counter() - began
        return {"filling": filling, **measure(root, sections, rounds)}


def measure(root: Path, sections: int, rounds: int) -> dict[str, float]:
    """The figures of two data folders ``small`` and ``large`` in ``root``, both indexed; notices are added to both."""
    measured: dict[str, float] = {}
    settings = Settings.load(data_dir=root / "large")
    embedder = load_embedder(settings.index_config())
    files = _files(root, sections)

    def process(data_dir: Path) -> None:
        assert "已添加" in _assistant(data_dir, "add", str(next(files)))

    for size, times in _alternating(root, process, rounds):
        measured |= {f"process_{size}": times[0], f"process_{size}_cpu": times[1]}
    embedder.warm_up()
    known = {size: load_corpus(root / size) for size in ("small", "large")}

    def within(data_dir: Path) -> None:
        size, at = data_dir.name, Settings.load(data_dir=data_dir)
        [one] = add(at, [next(files)], embedder=embedder, earlier=known[size]).added
        assert not one.replaced and not one.unchanged, one.notice.id
        known[size] = load_corpus(data_dir, earlier=known[size])

    for size, times in _alternating(root, within, rounds):
        measured |= {f"within_{size}": times[0], f"within_{size}_cpu": times[1]}
    began = time.perf_counter()
    build_index(known["large"], settings.index_config(), embedder=embedder)
    measured["nothing_new"] = time.perf_counter() - began
    measured |= _folding(root / "large", embedder, files, sections)
    for way, of in (("process", ""), ("process", "_cpu"), ("within", ""), ("within", "_cpu")):
        measured[f"ratio_{way}{of}"] = measured[f"{way}_large{of}"] / measured[f"{way}_small{of}"]
    return measured


def _files(root: Path, sections: int) -> Iterator[Path]:
    """New notices of the same size, without end; no sentence of theirs stands in another, or its vector would be known."""
    for order in count(900_001):
        path = root / f"{order}.txt"
        path.write_text(made_up(order, sections).replace("。", f"（{order}号）。"), encoding="utf-8")
        yield path


def _alternating(root: Path, step: Callable[[Path], object], rounds: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """The least seconds of ``step`` on either data folder, on the clock and of work, after one round unmeasured."""
    best = {size: (float("inf"), float("inf")) for size in ("small", "large")}
    for turn in range(rounds + 1):
        for size, known in best.items():
            began, worked = time.perf_counter(), _worked()
            step(root / size)
            found = time.perf_counter() - began, _worked() - worked
            if turn:
                best[size] = min(known[0], found[0]), min(known[1], found[1])
    yield from best.items()


def _folding(data_dir: Path, embedder: Embedder, files: Iterator[Path], sections: int) -> dict[str, float]:
    """Seconds of the one build that folds a full addition into a whole generation, and their share for each notice."""
    settings, random_vectors = Settings.load(data_dir=data_dir), RandomVectors(embedder)
    base, *addition = (manifest for _, manifest in read_serving(current_folder(data_dir)))
    a_notice = sections + 2  # passages, near enough
    most = min(LARGEST_ADDITION, max(SMALL_ADDITION, int(base.passages * ADDITION_SHARE)))
    group = max(1, (most - sum(one.passages for one in addition)) // a_notice - 4)
    while True:
        began = time.perf_counter()
        add(settings, [next(files) for _ in range(group)], embedder=random_vectors)
        folding = time.perf_counter() - began
        if len(read_serving(current_folder(data_dir))) == 1:
            return {"folding": folding, "folding_a_notice": folding * a_notice / most}
        group = 2


def _worked() -> float:
    """Seconds of work of this process and of those it has waited for."""
    return sum(os.times()[:4])


def _assistant(data_dir: Path, *words: str) -> str:
    """What one ``assistant`` command, in a process of its own, prints."""
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "assistant", *words]
    return subprocess.run(command, check=True, env=environment, capture_output=True, encoding="utf-8").stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="一份新文件在小库和大库里各要多久")
    parser.add_argument("--notices", type=int, default=1000, help="大库的文件数")
    parser.add_argument("--sections", type=int, default=30, help="每份文件的条数（30 条约 7000 字）")
    parser.add_argument("--rounds", type=int, default=4, help="各量几次，取最小")
    arguments = parser.parse_args()
    measured = bench(arguments.notices, arguments.sections, arguments.rounds)
    sys.stdout.write(json.dumps({key: round(value, 2) for key, value in measured.items()}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
