"""Measures between which values the inputs of the encoder's products lie: ``python -m training ranges`` (``index.integers``).

Sentences and everyday questions of the shipped notices are run through the bundled model and pairs of them through the
reader, and of each channel the largest and the smallest value is kept. Nothing of a text is in it. The trap: a value that
lies outside what was seen is cut off, so texts of every kind (headings, lists, tables, questions) must be among them.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.library import Corpus
from index.arrays import save_arrays
from index.bundled import ensure_encoder
from index.encoder import Base, open_updated
from index.graph import encoder_graph, product_inputs
from index.pairs import PROMPT, pair_row
from index.reader import SHIPPED
from training.adapter import QUERIES, read_sentences

SENTENCES, QUESTIONS, PAIRS = 400, 200, 200
_SEED = 5


def measure_ranges(corpus: Corpus) -> dict[str, NDArray[np.float32]]:
    """What :data:`index.integers.RANGES` holds: ``q.high``, ``q.low`` and so on, each ``(layers, channels)``."""
    import onnxruntime

    base = Base(ensure_encoder())
    shape, chosen = base.shape, random.Random(_SEED)
    sentences = [text for _, _, text in read_sentences(corpus)]
    asked = [json.loads(line)["query"] for line in QUERIES.read_text("utf-8").splitlines()]
    texts = [f"passage: {one}" for one in chosen.sample(sentences, min(SENTENCES, len(sentences)))]
    texts += [f"{PROMPT}{one}" for one in chosen.sample(asked, min(QUESTIONS, len(asked)))]
    alone = [[shape.bos, *base.tokens(text)[: shape.positions - 2], shape.eos] for text in texts]
    together = [
        pair_row(base.tokens(PROMPT + chosen.choice(asked)), base.tokens(chosen.choice(sentences)), shape.bos, shape.eos)[0]
        for _ in range(PAIRS)
    ]  # fmt: skip
    reader, _ = open_updated(SHIPPED, "ASSISTANT_INDEX__READER")
    found: dict[str, NDArray[np.float32]] = {}
    for updates, rows in (({}, alone), (reader.updates, together)):
        graph = encoder_graph(base.files, updates, products=True)
        session: Any = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
        for row in rows:
            _widen(found, base, session, row)
    return found


def _widen(found: dict[str, NDArray[np.float32]], base: Base, session: Any, row: list[int]) -> None:
    """Take one text's values into ``found``."""
    layers = product_inputs(base.shape)
    names = [name for layer in layers for name, _ in layer.values()]
    ids = np.array([row])
    x = base.files.words(ids) + np.asarray(base.files.constants["positions"], dtype=np.float32)[: len(row)]
    seen = dict(zip(names, session.run(names, {"x": x, "lengths": np.array([len(row)], dtype=np.int32)}), strict=True))
    for number, layer in enumerate(layers):
        for part, (name, width) in layer.items():
            for end, furthest in (("high", np.maximum), ("low", np.minimum)):
                kept = found.setdefault(f"{part}.{end}", np.zeros((len(layers), width), dtype=np.float32))
                kept[number] = furthest(kept[number], getattr(seen[name][0], "max" if end == "high" else "min")(0))


def write_ranges(found: dict[str, NDArray[np.float32]], path: Path) -> None:
    """Write them, some 100 kB."""
    save_arrays(path, **found)
