"""The steps that make vectors what they are: the linear adapter, and the two networks over it; each returns the exit code."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from evals.commands import say, with_library
from evals.progress import progress_bar
from training.given import dev_questions, ids_by_file, there


def adapter(arguments: argparse.Namespace) -> int:
    """Train the linear adapter on the training queries; print recall on the dev questions before and after."""
    from assistant.service import Assistant
    from assistant.settings import Settings
    from evals.workbench import Workbench
    from index.adapter import plain
    from training.adapter import embedded, left_out, question_pairs, read_sentences, recall, train, training_pairs

    workbench = Workbench.open(Settings.load())
    questions = dev_questions(workbench.find)
    assistant = Assistant.from_settings(workbench.settings)
    embedder = plain(assistant.index.embedder)
    sentences = read_sentences(workbench.corpus)
    vectors = embedder.embed([text for *_, text in sentences], "passage")

    def topic(text: str) -> str:
        return assistant.understand(text).topic

    training = embedded(training_pairs(sentences), sentences, vectors, embedder, topic)
    judged = embedded(question_pairs(sentences, questions), sentences, vectors, embedder, topic)

    def told(label: str, found: Mapping[int, float]) -> None:
        say(f"{label}：召回@1 {found[1]:.3f}，@5 {found[5]:.3f}")

    say(
        f"{len(training.queries)} 个训练问句，{len(judged.queries)} 道开发题，{len(sentences)} 个句子，在各自文件之内检索"
    )
    told("不用适配", {k: v.mean() for k, v in recall(judged, None).items()})
    with progress_bar(len(set(judged.notice_of_query.tolist()))) as progress:
        unseen = left_out(training, judged, progress=lambda done, total: progress("留一文件", done, total))
    told("训练时没有见过题目所问的文件", unseen)
    trained = train(training)
    told("训练时见过文件、没有见过题目", {k: v.mean() for k, v in recall(judged, trained).items()})
    if arguments.write:
        trained.save(arguments.write)
        say(f"适配 {trained.fingerprint} 已写到 {arguments.write}")
    return 0


def encoders(arguments: argparse.Namespace) -> int:
    """Train the networks that embed questions and sentences; print recall on documents left out, or write both."""
    import numpy as np
    import torch

    from assistant.settings import Settings
    from corpus.library import load_corpus
    from index.adapter import SHIPPED, LinearAdapter
    from index.bundled import ensure_bundled_model
    from index.embedder import UPDATES
    from index.pair_model import save_half
    from training.adapter import QUERIES
    from training.encoders import Lessons, Trainer, recall
    from training.reader import read_answers, read_questions, read_rows
    from training.tower import Tower

    there(*(arguments.start / name for name in UPDATES.values() if arguments.start))
    settings = Settings.load()
    if arguments.docs:
        settings = with_library(settings, arguments.docs)
    corpus = load_corpus(settings.data_dir)
    rows = read_rows(corpus)
    asked = [(question, [row]) for question, row in read_questions(rows, QUERIES)]
    if arguments.docs:
        asked += read_answers(rows, ids_by_file(corpus))
    lessons = Lessons.of(rows, asked)
    left = sorted(lessons.held_out()) if arguments.hold_out else []
    say(f"{len(asked)} 个训练问句，{len(lessons.asked)} 份文件，{len(rows)} 个句子，留出 {len(left)} 份文件")
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(os.cpu_count() or 1)
    folder, weight = ensure_bundled_model(), LinearAdapter.load(SHIPPED).weight
    towers = {role: Tower(folder, role, weight) for role in UPDATES}
    for role, name in UPDATES.items():
        if arguments.start:
            with np.load(arguments.start / name, allow_pickle=False) as kept:
                towers[role].load({key: kept[key] for key in kept.files})

    def told(label: str) -> None:
        if left:
            found = recall(lessons, left, towers["query"], towers["passage"])
            say(label + "，".join(f"召回@{k} {share:.3f}" for k, share in found.items()))

    told("训练之前，留出的文件之内：")
    with progress_bar(100) as progress:
        Trainer(lessons, towers["query"], towers["passage"], seed=arguments.seed).train(
            [notice for notice in lessons.asked if notice not in left],
            seconds=60 * arguments.minutes,
            progress=lambda gone, loss: progress(f"训练（损失 {loss:.2f}）", min(99, int(100 * gone)), 100),
        )
    told("训练之后，没有见过的文件之内：")
    if arguments.write:
        for role, name in UPDATES.items():
            save_half(arguments.write / name, towers[role].updates())
        say(f"{'、'.join(UPDATES.values())} 已写到 {arguments.write}，库要重建索引")
    return 0
