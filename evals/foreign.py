"""Third-party sets: our index's parts over other people's documents and questions, with the same ranking measures.

The sets stay outside the project (``../shared/bench`` beside the checkout, or ``--folder``) and are never copied into
it. Form: ``corpus.jsonl`` ``{"id", "title", "text"}`` and ``questions.jsonl`` ``{"id", "question", "relevant",
"answerable"}``. Documents are indexed whole, title in front, because their ids are what the gold names. Vectors are
kept in the data folder: embedding thousands of documents takes minutes the first time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.statistics import SEED, Interval, bootstrap
from evals.tables import markdown
from index.types import Embedder, IndexConfig

MEASURES = ("R@1", "R@5", "R@10", "RR@10", "nDCG@10")
DEPTH = 10
DOCUMENTS_A_QUESTION = 5
Ranking = list[tuple[int, float]]
Scores = Mapping[str, Mapping[str, float]]


class BenchError(ValueError):
    """A set is absent or not in the common form; the message says where it was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question of a set; ``relevant`` holds document ids and is empty where nothing answers it."""

    id: str
    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchSet:
    """Documents (title and text joined) and questions of one set; ``sampled`` where it is not whole."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    questions: tuple[BenchQuestion, ...]
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Figures of one method on one set. ``auroc``: how well the best score tells answerable from not, 0.5 is chance."""

    bench: str
    method: str
    figures: Mapping[str, Interval]
    auroc: float | None


def set_names(folder: Path) -> list[str]:
    """Names of the sets in ``folder``.

    Raises:
        BenchError: no such folder, or no set in it.
    """
    found = sorted(path.parent.name for path in folder.glob("*/questions.jsonl"))
    if not found:
        raise BenchError(
            f"没有第三方评测集：{folder} 里找不到 */questions.jsonl。把评测集放到那里，或用 --folder 指定目录"
        )
    return found


def load_set(folder: Path, name: str, *, sample: int | None = None, seed: int = SEED) -> BenchSet:
    """One set, or ``sample`` of its questions with their documents and some others.

    Raises:
        BenchError: a file is missing or a line is not in the common form; file and line are named.
    """
    documents = _records(folder / name / "corpus.jsonl", ("id", "title", "text"))
    records = _records(folder / name / "questions.jsonl", ("id", "question", "relevant", "answerable"))
    questions = [
        BenchQuestion(r["id"], r["question"], tuple(r["relevant"]) if r["answerable"] else ()) for r in records
    ]
    sampled = sample is not None and sample < len(questions)
    if sample is not None and sampled:
        chooser = random.Random(seed)
        questions = chooser.sample(questions, sample)
        needed = {identifier for question in questions for identifier in question.relevant}
        others = [d for d in documents if d["id"] not in needed]
        others = chooser.sample(others, min(len(others), DOCUMENTS_A_QUESTION * sample))
        documents = [d for d in documents if d["id"] in needed] + others
    return BenchSet(
        name,
        tuple(d["id"] for d in documents),
        tuple(f"{d['title']}\n{d['text']}" for d in documents),
        tuple(questions),
        sampled,
    )


def _records(path: Path, fields: Sequence[str]) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BenchError(f"读不到 {path}：{error.strerror}。请检查 --folder") from error
    records = []
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            missing = [name for name in fields if name not in record]
        except (json.JSONDecodeError, TypeError) as error:
            raise BenchError(f"{path}:{number}: 不是合法的 JSON 对象") from error
        if missing:
            raise BenchError(f"{path}:{number}: 缺少字段 {'、'.join(missing)}")
        records.append(record)
    return records


def run_bench(
    bench: BenchSet,
    embedder: Embedder,
    config: IndexConfig,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    seed: int = SEED,
) -> list[BenchResult]:
    """Lexical, dense and fused search over the whole set.

    Args:
        embedder: its passage vectors should be cached, see :mod:`evals.vectors`.
        config: fusion constants and depth, as the product uses them.
    """
    from index.fusion import reciprocal_rank_fusion
    from index.lexical import LexicalIndex

    tell = progress or (lambda label, done, total: None)
    lexical_index = LexicalIndex.from_texts(bench.texts)
    tell(f"{bench.name}：向量", 0, len(bench.questions))
    vectors = embedder.embed(bench.texts, "passage")
    runs: dict[str, dict[str, dict[str, float]]] = {"字面（双字BM25）": {}, "向量": {}, "融合": {}}
    best: dict[str, list[float]] = {method: [] for method in runs}
    weights = (config.dense_weight, config.lexical_weight)
    for done, question in enumerate(bench.questions, start=1):
        lexical = lexical_index.search(question.text, config.candidates)
        cosines = vectors @ embedder.embed([question.text], "query")[0]
        dense: Ranking = [(int(i), float(cosines[i])) for i in np.argsort(-cosines, kind="stable")[: config.candidates]]
        ids = [[bench.ids[row] for row, _ in ranking] for ranking in (dense, lexical)]
        fused = reciprocal_rank_fusion(ids, k=config.rrf_k, weights=weights)
        by_method = (
            [(bench.ids[row], score) for row, score in lexical],
            [(bench.ids[row], score) for row, score in dense],
            fused,
        )
        for method, ranking in zip(runs, by_method, strict=True):
            runs[method][question.id] = dict(ranking[:DEPTH])
            best[method].append(ranking[0][1] if ranking else 0.0)
        tell(bench.name, done, len(bench.questions))
    answerable = np.array([bool(question.relevant) for question in bench.questions])
    return [
        BenchResult(bench.name, method, figures(bench, run, seed=seed), auroc(np.array(best[method]), answerable))
        for method, run in runs.items()
    ]


def figures(bench: BenchSet, run: Scores, *, seed: int = SEED) -> dict[str, Interval]:
    """:data:`MEASURES` of a run by ir_measures, over the answerable questions, with intervals."""
    import ir_measures

    qrels = {q.id: dict.fromkeys(q.relevant, 1) for q in bench.questions if q.relevant}
    # equal scores must not be reordered by the package: the order given is the rank
    ranked = {
        identifier: {document: float(DEPTH - rank) for rank, document in enumerate(run[identifier])}
        for identifier in qrels
    }
    values: dict[str, list[float]] = {name: [] for name in MEASURES}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for found in ir_measures.iter_calc(measures, qrels, ranked):
        values[str(found.measure)].append(float(found.value))
    intervals = {name: bootstrap(rows, seed=seed) for name, rows in values.items()}
    return {name: interval for name, interval in intervals.items() if interval is not None}


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Probability that a random positive scores above a random negative, ties counting half (Mann and Whitney, 1947).

    None where one of the two is empty.

    >>> auroc(np.array([3.0, 2.0, 1.0]), np.array([True, False, False]))
    1.0
    """
    above, below = scores[positive], scores[~positive]
    if not len(above) or not len(below):
        return None
    difference = above[:, None] - below[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def bench_table(results: Sequence[BenchResult]) -> str:
    """One row a set and method."""
    rows = [["评测集", "方法", *MEASURES, "可答与否 AUROC"]]
    for result in results:
        cells = [f"{i.value:.3f} ±{(i.high - i.low) / 2:.3f}" for i in map(result.figures.__getitem__, MEASURES)]
        rows.append([result.bench, result.method, *cells, "–" if result.auroc is None else f"{result.auroc:.2f}"])
    return markdown(rows)
