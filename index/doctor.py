"""Health of the index: what the corpus, the saved truth and the stores disagree about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.build import PassageSource
from index.errors import StoreError, StoreUnavailable
from index.generation import read_serving
from index.saved import sentence_texts, text_key
from index.search import Index

_REMEDY = "请运行 assistant build。"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a stable ``code``, how many passages it concerns, and a Chinese sentence."""

    code: Literal["unloadable", "stale", "orphan", "missing_passage", "missing_vector", "bad_vector"]
    count: int
    message: str


def check(index: Index, corpus: PassageSource) -> list[Finding]:
    """Everything wrong with an open index, nothing if it is sound. Reads every byte; embeds nothing."""
    findings: list[Finding] = []

    def add(code: Literal["unloadable", "stale", "orphan", "missing_passage", "missing_vector", "bad_vector"],
            count: int, message: str) -> None:  # fmt: skip
        if count:
            findings.append(Finding(code, count, message.format(count) + _REMEDY))

    try:
        read_serving(index.folder, full=True)
    except StoreError as error:
        add("unloadable", 1, error.message.replace("{", "{{").replace("}", "}}"))
    view, fingerprint = index.view, index.embedder.fingerprint
    wanted = {p.id: p for p in corpus.passages(max_tokens=index.config.max_tokens, breadcrumb=index.config.breadcrumb)}
    held = view.rows.keys()
    add("orphan", len(held - wanted.keys()), "索引里有 {} 段已不在文件库中。")
    add("missing_passage", len(wanted.keys() - held), "文件库里有 {} 段还没有进索引。")
    stale = 0
    for row, passage in view.living():
        texts = [wanted[passage.id].search_text, *sentence_texts(wanted[passage.id])] if passage.id in wanted else []
        stale += bool(texts) and [text_key(text, fingerprint) for text in texts] != view.keys_at(row)
    add("stale", stale, "有 {} 段的内容或标题路径已变，索引是旧的。")
    for vectors in (one.saved.sentence_vectors for one in view.segments):
        norms = np.linalg.norm(vectors, axis=1) if len(vectors) else np.ones(0)
        add("bad_vector", int((~np.isclose(norms, 1.0, atol=1e-3)).sum()), "有 {} 个向量不是单位长度。")
    try:
        kept, filled = index.stored(), {p.id: len(p.sentences) for p in view.segments[0].saved.passages}
        add("missing_vector", sum(kept.sentences[one] < n for one, n in filled.items()), "向量库缺 {} 段的句子。")
        add("orphan", sum(n > filled.get(one, 0) for one, n in kept.sentences.items()), "向量库多出 {} 段的句子。")
        if kept.words is not None:
            add("missing_vector", len(filled.keys() - kept.words), "向量库缺 {} 段的词。")
            add("orphan", len(kept.words - filled.keys()), "向量库多出 {} 段的词。")
    except StoreUnavailable as error:
        findings.append(Finding("unloadable", 1, str(error)))
    except StoreError as error:
        add("unloadable", 1, error.message.replace("{", "{{").replace("}", "}}"))
    return findings
