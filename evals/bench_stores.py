"""Vector stores beside each other: what filling one takes, and what it takes to ask it, plain, among some notices, and by words.

Made-up passages of one sentence with vectors drawn at random; the stores are asked in turn, so that both share the load. A
question is a piece of a passage; its words go to a store that searches words, and to the product's own BM25 beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_corpus import made_up
from index.lexical import LexicalIndex, Postings

Figures = dict[str, float]
_OF_A_NOTICE, _ASKED, _AMONG = 29, 300, 20
"""Passages a notice, sentences asked of a store for a question, and notices that a filter lets through."""


def passages_of(size: int) -> list[Any]:
    """``size`` made-up passages of one sentence each."""
    from corpus.types import Passage, Span

    found = []
    for order in range(1, 2 + size // _OF_A_NOTICE):
        for number, text in enumerate(made_up(order, _OF_A_NOTICE + 1).splitlines()[4:-2]):
            span = Span(0, len(text))
            found.append(Passage(f"n{order}:{number}", f"n{order}", 0, span, text, "", (span,), len(text)))
    return found[:size]


def stores(root: Path, sizes: Sequence[int], questions: int, rounds: int) -> Figures:
    """Chroma and, where it is installed, Milvus Lite, each asked ``questions * rounds`` times."""
    from index.stores import Made, Place, create_store

    urls = {"Chroma": ""} | ({"Milvus Lite": "milvus:bench.db"} if find_spec("milvus_lite") else {})
    found: Figures = {}
    draw = np.random.default_rng(0)
    for size in sizes:
        passages, vectors = passages_of(size), _drawn(draw, size)
        words = Postings.from_texts([p.search_text for p in passages])
        lexical = LexicalIndex([words])
        with ExitStack() as stack:
            open_: dict[str, Any] = {}
            for label, url in urls.items():
                folder = root / f"stores-{size}" / "index" / label.replace(" ", "-")
                folder.mkdir(parents=True)
                place = Place(url, f"bench-{size}", folder)
                began = time.perf_counter()
                with create_store(place, Made("drawn", vectors.shape[1], words.mean_length)) as store:
                    store.add(passages, list(vectors[:, None, :]))
                found[f"{label} {size:,} 段，写入秒"] = time.perf_counter() - began
                open_[label] = stack.enter_context(_opened(place))
            weighing = {label for label, store in open_.items() if store.matching({"通知": 1.0}, 1) is not None}
            spent: dict[str, list[float]] = {}
            for _ in range(questions * rounds):
                question = passages[int(draw.integers(size))].text[4:28]
                vector = _drawn(draw, 1)[0]
                only = [f"n{draw.integers(1, 1 + size // _OF_A_NOTICE)}" for _ in range(_AMONG)]
                for label, call in _calls(open_, weighing, lexical, question, vector, only):
                    began = time.perf_counter()
                    call()
                    spent.setdefault(label, []).append((time.perf_counter() - began) * 1000)
            for label, times in spent.items():
                found[f"{label} {size:,} 段 p50，毫秒"] = float(np.percentile(times, 50))
    return found


def _calls(
    open_: dict[str, Any], weighing: set[str], lexical: LexicalIndex, question: str, vector: Any, only: list[str]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked for one question, store by store."""
    weights = lexical.weights(question)
    for label, store in open_.items():
        yield f"{label}，最近", lambda store=store: store.nearest(vector, _ASKED)  # type: ignore[misc]
        yield f"{label}，只在 {_AMONG} 份里", lambda store=store: store.nearest(vector, _ASKED, only)  # type: ignore[misc]
        if label in weighing:
            yield f"{label}，按词", lambda store=store: store.matching(weights, _ASKED)  # type: ignore[misc]
    yield "本产品的 BM25，按词", lambda: lexical.search(question, _ASKED)


def _opened(place: Any) -> Any:
    from index.stores import open_store

    return open_store(place, "drawn")


def _drawn(draw: np.random.Generator, size: int) -> Any:
    rows = draw.standard_normal((size, 384), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
