"""What ``python -m evals bench`` measures, step by step; the names of figures are those of its page, unit last.

A build and a cold start are processes of their own, as a user runs them. Vectors of the largest libraries are drawn at
random, because how long a search takes does not depend on what they mean.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

from evals.bench_corpus import made_up

Figures = dict[str, float]
PAUSE, PATIENCE = 0.1, 120.0
"""Seconds between two looks whether a page is there, and until it is given up."""


@dataclass
class Place:
    """A scratch library: the shipped notices, and ``docs`` where given; built at the first need."""

    root: Path
    docs: Path | None = None

    @property
    def data_dir(self) -> Path:
        return self.root / "library"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "assistant", *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "ASSISTANT_DATA_DIR": str(self.data_dir)}

    def run(self, *words: str) -> str:
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    @cached_property
    def built(self) -> tuple[float, float]:
        """Seconds on the clock and of work that the build took."""
        before = _work(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        if self.docs is not None:
            self.run("add", str(self.docs))
        self.run("build")
        return time.perf_counter() - began, _work(resource.RUSAGE_CHILDREN) - before

    @cached_property
    def assistant(self) -> Any:
        from assistant.service import Assistant
        from assistant.settings import Settings

        _ = self.built
        return Assistant.from_settings(Settings.load(data_dir=self.data_dir))


def questions_of(path: Path | None, limit: int) -> list[str]:
    """The first ``limit`` different questions of a dataset."""
    path = path or Path(__file__).parent / "datasets" / "heldout.jsonl"
    lines = [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines() if line.strip()]
    return list(dict.fromkeys(lines))[:limit]


def build(place: Place) -> Figures:
    """A build as a user runs it, the bare model over the same sentences, and the starter's build with the same model."""
    from evals.baselines import starter_search
    from index.adapter import plain
    from index.saved import sentence_texts

    clock, work = place.built
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    index = place.assistant.index
    texts = list(dict.fromkeys(t for p in index.passages.values() for t in sentence_texts(p)))
    model: Any = plain(index.embedder)
    base = model._opened().base
    tokens = sum(len(base.tokens(text)) + 5 for text in texts)
    bare, bare_work = _timed(lambda: model.embed(texts, "passage"))
    starter, starter_work = _timed(lambda: starter_search(place.assistant.corpus, model))
    return {
        "本产品，秒": clock, "同样句子只过模型，秒": bare, "LlamaIndex starter，秒": starter,
        "本产品，CPU 秒": work, "同样句子只过模型，CPU 秒": bare_work, "LlamaIndex starter，CPU 秒": starter_work,
        "本产品，词元/秒": tokens / clock, "只过模型，词元/秒": tokens / bare,
        "段落，个": len(index.passages), "不同的句子，个": len(texts), "建库峰值内存，MB": peak,
    }  # fmt: skip


def cold(place: Place, questions: Sequence[str], rounds: int) -> Figures:
    """``assistant ask`` from a cold shell, and ``assistant serve`` until its page is there."""
    _ = place.built
    asks = [_timed(lambda q=q: place.run("ask", q)) for q in questions[:rounds]]  # type: ignore[misc]
    serves = [_until_served(place) for _ in range(min(rounds, 3))]
    return {
        "assistant ask，秒": statistics.median(clock for clock, _ in asks),
        "assistant serve 到网页可用，秒": statistics.median(clock for clock, _ in serves),
        "assistant serve，MB": max(memory for _, memory in serves),
    }


def warm(place: Place, questions: Sequence[str], rounds: int) -> Figures:
    """Answers by stage beside the bare embedding of the same questions; what a question leaves behind is forgotten."""
    from index.adapter import plain
    from index.bundled_embedder import BundledEmbedder

    assistant = place.assistant
    bare_model = (
        BundledEmbedder(cached_queries=0) if isinstance(plain(assistant.index.embedder), BundledEmbedder) else None
    )
    assistant.ask(questions[0])
    answers: list[float] = []
    bare: list[float] = []
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        _forget(assistant)
        for question in questions:
            if bare_model is not None:
                bare.append(_timed(lambda q=question: bare_model.embed([q], "query"))[0] * 1000)  # type: ignore[misc]
            began = time.perf_counter()
            answer = assistant.ask(question)
            answers.append((time.perf_counter() - began) * 1000)
            for stage, spent in answer.timings.items():
                stages.setdefault(stage, []).append(spent)
    found = {f"本产品 p{share}，毫秒": float(np.percentile(answers, share)) for share in (50, 95, 99)}
    if bare:
        found |= {f"只算问题向量 p{share}，毫秒": float(np.percentile(bare, share)) for share in (50, 95)}
        found["p50 之比，倍"] = found["本产品 p50，毫秒"] / found["只算问题向量 p50，毫秒"]
        found["p95 之比，倍"] = found["本产品 p95，毫秒"] / found["只算问题向量 p50，毫秒"]
    found |= {f"其中 {stage} p50，毫秒": statistics.median(spent) for stage, spent in stages.items()}
    found["进程，MB"] = _resident()
    return found


def users(place: Place, questions: Sequence[str]) -> Figures:
    """1, 4 and 16 visitors with different questions and no pause, in one process."""
    assistant = place.assistant
    assistant.ask(questions[0])
    found: Figures = {}
    for visitors in (1, 4, 16):
        _forget(assistant)
        began = time.perf_counter()
        with ThreadPoolExecutor(visitors) as pool:
            spent = list(pool.map(lambda q: _timed(lambda: assistant.ask(q))[0], questions))
        clock = time.perf_counter() - began
        found[f"{visitors} 人，答/秒"] = len(questions) / clock
        found[f"{visitors} 人 p95，毫秒"] = float(np.percentile(spent, 95)) * 1000
    found["16 人比 1 人，倍"] = found["16 人，答/秒"] / found["1 人，答/秒"]
    return found


def growth(root: Path, sizes: Sequence[int], questions: Sequence[str], rounds: int) -> Figures:
    """Dense, lexical and fused search over made-up passages, one sentence each, with vectors drawn at random."""
    from index.fusion import reciprocal_rank_fusion
    from index.lexical import LexicalIndex

    found: Figures = {}
    draw = np.random.default_rng(0)
    for size in sizes:
        notices = (made_up(order, 30).splitlines()[4:-2] for order in range(1, 2 + size // 29))
        texts = [line for lines in notices for line in lines][:size]
        vectors = _normal(draw, size)
        before = _resident()
        lexical = LexicalIndex.from_texts(texts)
        nearest, label = _dense(root / f"store-{size}", vectors, texts)
        spent: list[float] = []
        for question in list(questions) * rounds:
            vector = _normal(draw, 1)[0]
            began = time.perf_counter()
            rankings = [[str(row) for row, _ in lexical.search(question, 100)], nearest(vector)]
            reciprocal_rank_fusion(rankings)
            spent.append((time.perf_counter() - began) * 1000)
        found[f"{size:,} 段（{label}）p50，毫秒"] = float(np.percentile(spent, 50))
        found[f"{size:,} 段 p95，毫秒"] = float(np.percentile(spent, 95))
        found[f"{size:,} 段多占，MB"] = max(0.0, _resident() - before)
    return found


def _dense(folder: Path, vectors: Any, texts: Sequence[str]) -> tuple[Callable[[Any], list[str]], str]:
    """Nearest passages as the product finds them: by the saved vectors in a small library, else by the store."""
    from corpus.types import Passage, Span
    from index.search import EXACT_SENTENCES
    from index.stores import Made, Place, create_store

    if len(texts) <= EXACT_SENTENCES:

        def compared(vector: Any) -> list[str]:
            cosines = np.einsum("ij,j->i", vectors, vector)
            best = np.argpartition(-cosines, min(100, len(cosines) - 1))[:100]
            return [str(row) for row in best[np.argsort(-cosines[best])]]

        return compared, "逐句比"
    store = create_store(Place("", "growth", folder), Made("random", vectors.shape[1]))
    passages = [
        Passage(str(n), "made", 0, Span(0, len(t)), t, "", (Span(0, len(t)),), len(t)) for n, t in enumerate(texts)
    ]
    store.add(passages, list(vectors[:, None, :]))
    return lambda vector: store.nearest(vector, 300)[:100], "Chroma"


def _normal(draw: np.random.Generator, size: int) -> Any:
    rows = draw.standard_normal((size, 384), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _forget(assistant: Any) -> None:
    """Drop what earlier questions left: vectors, readings, opinions."""
    from index.adapter import plain
    from index.entailment import load_entailment
    from index.query_vectors import QueryVectors
    from index.reader import load_reader

    model: Any = plain(assistant.index.embedder)
    if hasattr(model, "_queries"):
        model._queries = QueryVectors()
    config = assistant.settings.index_config()
    for reader in (load_reader(config), load_entailment(config)):
        for kept in ("_scores", "_opinions"):
            getattr(reader, kept, {}).clear()


def _until_served(place: Place) -> tuple[float, float]:
    """Seconds until the page of ``assistant serve`` is there, and megabytes the process then holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**place.environment, "ASSISTANT_UI__PORT": str(port)}
    began = time.perf_counter()
    with subprocess.Popen(
        place.command("serve"), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while time.perf_counter() - began < PATIENCE:
                try:
                    with urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE):
                        return time.perf_counter() - began, _resident(process.pid)
                except (URLError, OSError):
                    time.sleep(PAUSE)
            return PATIENCE, 0.0
        finally:
            process.terminate()


def _timed(step: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of work in this process."""
    work, clock = time.process_time(), time.perf_counter()
    step()
    return time.perf_counter() - clock, time.process_time() - work


def _work(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _resident(pid: int | None = None) -> float:
    """Megabytes a process holds now; its peak where the system does not say."""
    status = Path(f"/proc/{pid or 'self'}/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
