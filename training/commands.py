"""What each step of ``python -m training`` does, apart from reading its arguments; each returns the exit code.

A step prints what it knows of documents it did not see, and writes only where ``--write`` is given.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.fitted import FILE
from evals.commands import UsageError, say, with_library
from evals.progress import progress_bar
from training.embedding_commands import adapter, encoders
from training.given import dev_questions, ids_by_file, there
from training.numbers import Entry, record

if TYPE_CHECKING:
    from training.entailment import Document
    from training.polarity import Asked


__all__ = ["adapter", "encoders", "entailment", "fit", "polarity", "ranges", "reader", "router", "rule", "verdict"]


def _told(step: str, entries: Sequence[Entry], arguments: argparse.Namespace) -> None:
    """Print the numbers of a step; where it writes to the product, into the fitted numbers too."""
    for entry in entries:
        say(f"{step}.{entry.name} = {entry.value}（{entry.said}）")
    if arguments.write is not None and arguments.write == arguments.shipped:
        record(step, entries)
        say(f"数值已写到 {FILE}")


def reader(arguments: argparse.Namespace) -> int:
    """Train the reader on questions with their sentences and on near misses; write it."""
    there(arguments.start)
    import numpy as np
    import torch

    from assistant.service import Assistant
    from assistant.settings import Settings
    from index.bundled import ensure_bundled_model
    from index.pair_model import PairModel
    from training.adapter import QUERIES
    from training.reader import NEAR_MISSES, Trainer, read_questions, read_real, read_rows, steps_of

    settings = Settings.load()
    if arguments.docs:
        settings = with_library(settings, arguments.docs)
    assistant = Assistant.from_settings(settings)
    rows = read_rows(assistant.corpus)
    questions, misses = read_questions(rows, QUERIES), read_questions(rows, NEAR_MISSES)
    if arguments.docs:
        more = read_real(rows, ids_by_file(assistant.corpus))
        questions, misses = questions + more[0], misses + more[1]
    say(f"{len(questions)} 个训练问句，{len(misses)} 个近似问句，{len(rows)} 个句子")
    embedder = assistant.index.embedder
    vectors = embedder.embed([row.text for row in rows], "passage")
    asked, missed = (embedder.embed([question for question, _ in few], "query") for few in (questions, misses))
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(os.cpu_count() or 1)  # the embedder has left it at one
    model = PairModel(ensure_bundled_model())
    if arguments.start:
        with np.load(arguments.start, allow_pickle=False) as kept:
            model.load_trained({name: kept[name] for name in kept.files})
    with progress_bar(steps_of(len(questions), arguments.passes)) as progress:
        Trainer(model, rows, vectors, seed=arguments.seed).train(
            questions,
            asked,
            misses,
            missed,
            passes=arguments.passes,
            progress=lambda done, total: progress("训练", done, total),
        )
    model.save_trained(arguments.write)
    say(f"阅读模型已写到 {arguments.write}")
    return 0


def ranges(arguments: argparse.Namespace) -> int:
    """Measure the ranges of the integer encoder's inputs and write them."""
    from corpus.library import load_corpus
    from training.ranges import measure_ranges, write_ranges

    write_ranges(measure_ranges(load_corpus()), arguments.write)
    return 0


def _labelled(docs: Path) -> list[Asked]:
    """The questions that ask for a yes and what their clauses say, over a library with the documents of ``docs``."""
    from assistant.settings import Settings
    from corpus.library import load_corpus
    from training.polarity import load
    from training.reader import read_rows

    corpus = load_corpus(with_library(Settings.load(), docs).data_dir)
    return load(read_rows(corpus), ids_by_file(corpus))


def _kept(docs: Path | None) -> list[Document]:
    """The claims the project keeps on documents of ``docs``, those to fit on; [] without a folder."""
    if docs is None:
        return []
    from assistant.settings import Settings
    from corpus.library import load_corpus
    from training.claims_written import read_claims
    from training.reader import read_rows

    corpus = load_corpus(with_library(Settings.load(), docs).data_dir)
    return read_claims(read_rows(corpus), ids_by_file(corpus))


def verdict(arguments: argparse.Namespace) -> int:
    """Train the reader of verdicts, and print how often it speaks and is right on documents left out."""
    from index.bundled import ensure_bundled_model
    from index.reader import SHIPPED
    from index.verdict_model import VerdictModel
    from training import polarity as fitting
    from training.verdict import HELD_OUT, Trainer, compared, misplaced

    asked = _labelled(arguments.docs)
    say(f"{len(asked)} 个问句")
    model = VerdictModel(ensure_bundled_model(), SHIPPED)
    trainer = Trainer(model, [*asked, *misplaced(asked)])
    seconds = arguments.minutes * 60
    trainer.train(seconds=seconds, progress=lambda seen, loss: say(f"已看 {seen} 对，损失 {loss:.3f}"))
    printed, both = compared(trainer.held_out(), fitting.fitted([one for one in asked if one.fold != HELD_OUT]))
    say(printed)
    if arguments.write:
        model.save_trained(arguments.write)
    sure = fitting.surest(both)
    _told("verdict", [Entry("both_sure", sure, f"line and reader together: {fitting.spoken(both, sure)}")], arguments)
    return 0


def polarity(arguments: argparse.Namespace) -> int:
    """Fit the line that says yes or no, and print how often it speaks and is right on documents left out."""
    from assistant.answering.polarity import shares
    from training import polarity as fitting

    asked = _labelled(arguments.docs)
    told = fitting.left_out(asked, shares)
    say(fitting.table(told))
    if arguments.write:
        fitting.save(fitting.fitted(asked), arguments.write)
    sure = fitting.surest(told)
    _told("polarity", [Entry("sure", sure, fitting.spoken(told, sure))], arguments)
    return 0


def router(arguments: argparse.Namespace) -> int:
    """Train the routers of kinds, of acts and of how a message hangs on; print accuracy on documents left out."""
    import numpy as np

    from assistant.query.router import as_answered
    from assistant.settings import Settings
    from index.adapter import plain, weights_of
    from index.bundled_embedder import BundledEmbedder
    from index.embedder import load_embedder
    from training import token_head
    from training.router import (
        FOLDS,
        REFUSED,
        accuracy,
        read_acts,
        read_hangs,
        read_lines,
        refusing,
        shares_left_out,
        train,
    )

    embedder = plain(load_embedder(Settings.load().index_config()))
    if not isinstance(embedder, BundledEmbedder):
        raise UsageError("问题类型的识别是在内置向量模型上训练的，请去掉 ASSISTANT_EMBEDDING__ 的设置再做这一步")
    entries: list[Entry] = []
    for what, lines in (("router", read_lines()), ("acts", read_acts()), ("hangs", read_hangs())):
        say(f"{what}：{len(lines.questions)} 个训练问句，按文件留出：没有见过的问句认对的比例")
        served = lines.as_answered()
        say(f"只用字串：{accuracy(served, shares_left_out(served, None))}")
        readings = embedder.read(lines.questions) if what == "router" else []
        vectors = np.stack([r.vector for r in readings]) if readings else embedder.embed(lines.questions, "query")
        if readings:
            both = token_head.shares_left_out(lines, readings, FOLDS)
            shares, taken = both[:, 0], as_answered(sorted(set(lines.kinds)), both[:, 0], both[:, 1])
            say(f"逐字读，回答所用的份额：{accuracy(lines, taken)}，按回答所分的类型 {accuracy(served, taken)}")
        else:
            shares = shares_left_out(lines, vectors)
        say(f"字串加向量{'，再逐字读' if readings else ''}：{accuracy(lines, shares)}")
        if what == "acts":
            entries += [Entry(act, *refusing(lines, shares, act)) for act in REFUSED]
        if arguments.write:
            path = arguments.write / f"{what}.npz"
            worded = token_head.fit(lines, readings, range(len(readings))).as_applied() if readings else None
            train(lines, vectors, embedder, worded).save(path, fingerprint=weights_of(embedder))
            say(f"已写到 {path}")
    _told("router", entries, arguments)
    return 0


def entailment(arguments: argparse.Namespace) -> int:
    """Train the entailment reader; with a fold held out, its error rates there."""
    there(arguments.units, *arguments.claims, arguments.start)
    import torch

    from index import bundled, reader
    from index.claim_model import ClaimModel
    from training import entailment as fitting

    documents, held = [*fitting.load(arguments.units, arguments.claims), *_kept(arguments.docs)], arguments.hold_out
    pairs = fitting.mixture([d for d in documents if d.fold != held], fitting.weights(documents))
    outside = [m for d in documents if d.fold == held for m in d.claims]
    torch.manual_seed(0)
    model = ClaimModel(bundled.ensure_bundled_model())
    fitting.begin(model, arguments.start or reader.SHIPPED)
    fitting.train(
        model, pairs, seconds=60 * arguments.minutes, progress=lambda done, loss: say(f"{done} 对 {loss:.3f}")
    )
    if outside:
        given = fitting.scores(model, outside)
        for at in (-1.0, 0.0, 1.0):
            passed, dropped = fitting.error_rates(given, outside, at)
            say(f"阈值 {at:+.0f}：假句放过 {passed:.1%}，真句误删 {dropped:.1%}")
    if arguments.write:
        model.save_trained(arguments.write)
    return 0


def rule(arguments: argparse.Namespace) -> int:
    """Fit the rule of the verifier, each fold of documents held out in turn.

    Raises:
        UsageError: it is to be written for the product, but without what the entailment reader says.
    """
    there(arguments.units, *arguments.claims, arguments.reader)
    from training import rule as fitting
    from training.entailment import load

    if arguments.write == arguments.shipped and not arguments.reader:
        raise UsageError(
            "写到产品读取的地方要用 --reader 给出留出第 3 折训练的断言阅读模型（见 entailment --hold-out 3）"
        )
    documents = [*load(arguments.units, arguments.claims), *_kept(arguments.docs)]
    fitted, report = fitting.fitted(documents, arguments.reader)
    say(report)
    if arguments.write:
        fitted.save(arguments.write)
    said = f"lowest at which {fitting.MAX_PASSED:.0%} of the false written claims pass, documents left out"
    of_rule = [("support", fitted.support), ("support_read", fitted.support_read)]
    _told("rule", [Entry(name, value, said) for name, value in of_rule], arguments)
    return 0


def fit(arguments: argparse.Namespace) -> int:
    """Fit the answerability lines and those of tables on the dev questions and print them with their error rates."""
    from assistant.service import Assistant
    from assistant.settings import Settings
    from evals.workbench import Workbench
    from training import fit as fitting
    from training import fit_rows

    bench = Workbench.open(Settings.load())
    questions = dev_questions(bench.find)
    assistant = Assistant.from_settings(bench.settings)
    without = bench.settings.index.model_copy(update={"reader": "none"})
    unread = Assistant(bench.corpus, assistant.index, bench.settings.model_copy(update={"index": without}))
    read, plain = fitting.collect(assistant, questions), fitting.collect(unread, questions)
    table = fit_rows.collect(assistant, questions)
    parts = [fitting.report(rows, value=value) for rows in (read, plain) for value in (True, False)]
    parts += [fit_rows.report(table, successive=successive) for successive in (False, True)]
    say("\n\n".join(parts))
    entries = [fitting.line(read if name.startswith("read_") else plain, name) for name in fitting.REFUSED]
    entries += [fit_rows.line(table, successive=successive) for successive in (False, True)]
    _told("fit", entries, arguments)
    return 0
