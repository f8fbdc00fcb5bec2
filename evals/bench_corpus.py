"""What one more notice costs in a small and in a large corpus: ``python -m evals.bench_corpus [--notices 1000]``.

Both times are of one ``assistant add`` as staff run it: a process of its own, model loading included, the same notice.
The corpus in between is filled with made-up notices whose vectors are drawn at random under the real model's name,
because what is measured is the cost of one more, not of the thousand before it. The trap: run it on a quiet machine.
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
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.keeping.keeper import add
from assistant.settings import Settings
from index import Embedder, load_embedder
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


def bench(notices: int, sections: int) -> dict[str, float]:
    """Seconds for the first notice, for one more after ``notices``, their ratio, and the bulk's seconds."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        first = _fastest(root / "small", sections)
        bulk = root / "bulk"
        bulk.mkdir()
        for order in range(1, notices + 1):
            (bulk / f"{order}.txt").write_text(made_up(order, sections), encoding="utf-8")
        settings = Settings.load(data_dir=root / "large")
        began = time.perf_counter()
        outcome = add(settings, [bulk], embedder=RandomVectors(load_embedder(settings.index_config())))
        assert len(outcome.added) == notices, outcome.failed[:3]
        filling = time.perf_counter() - began
        more = _fastest(root / "large", sections)
    return {"first": first, "one_more": more, "ratio": more / first, "filling": filling}


def _fastest(data_dir: Path, sections: int) -> float:
    """The best of three notices of the same size, each new to the corpus: other work on the machine only adds."""
    return min(_timed(data_dir, data_dir.parent / f"{n}.txt", made_up(900_000 + n, sections)) for n in (1, 2, 3))


def _timed(data_dir: Path, path: Path, text: str) -> float:
    """Seconds of ``assistant add`` on a folder whose shipped notices are indexed already."""
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(data_dir)}
    if not (data_dir / "index").is_dir():
        subprocess.run([sys.executable, "-m", "assistant", "build"], check=True, env=environment, capture_output=True)
    path.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "assistant", "add", str(path)], check=True, env=environment, capture_output=True
    )
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description="一份新文件在小库和大库里各要多久")
    parser.add_argument("--notices", type=int, default=1000, help="大库的文件数")
    parser.add_argument("--sections", type=int, default=30, help="每份文件的条数（30 条约 7000 字）")
    arguments = parser.parse_args()
    measured = bench(arguments.notices, arguments.sections)
    sys.stdout.write(json.dumps({key: round(value, 2) for key, value in measured.items()}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
