"""What each subcommand of ``python -m evals`` does, apart from reading its arguments.

Each function returns the exit code: 0 done, 1 a drop outside its interval or a question that failed, 2 bad input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import checking, datasets, library, stages, tables
from evals.compare import compare, comparison_text
from evals.datasets import DatasetError, Fault, Find
from evals.grader import Complete, agreement, configured_model, grade_all
from evals.measures import CORRECT
from evals.progress import progress_bar
from evals.replay import Replay, Watched
from evals.replay import table as replay_table
from evals.report import html_report, markdown_report
from evals.results import dataclass_json, read_results, revision, slim, to_results, write_json
from evals.runner import ask_all, errors
from evals.summary import TOTAL
from evals.systems import LLM, PRODUCT
from evals.types import CATEGORIES, Question, SystemRun

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.library import Corpus
    from corpus.types import Notice
    from evals.workbench import Workbench

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "results" / "baseline.json"


class UsageError(ValueError):
    """Arguments that do not fit; the message names what is allowed."""


def say(text: str = "") -> None:
    """One line for whoever ran the command."""
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """One line about a fault."""
    sys.stderr.write(text + "\n")


def shipped_datasets() -> list[Path]:
    return sorted(path for path in (HERE / "datasets").glob("*.jsonl") if path.stem != "hostile")


def load_questions(
    arguments: argparse.Namespace, find: Find, files: Mapping[str, Notice] | None = None
) -> list[Question]:
    """The questions asked for, after the split, category and id filters; ``files`` as for ``datasets.load``.

    Raises:
        DatasetError: a faulty line without ``--skip-bad``, or nothing left to ask.
    """
    paths = arguments.dataset or shipped_datasets()
    questions, faults = datasets.load(paths, find, files)
    if faults and not arguments.skip_bad:
        raise DatasetError(faults)
    for fault in faults:
        complain(f"略过 {fault}")
    chosen = [
        question
        for question in questions
        if arguments.split in ("all", question.split)
        and (not arguments.category or question.category in arguments.category)
        and (not arguments.id or question.id in arguments.id)
    ][: arguments.limit]
    if not chosen:
        raise DatasetError([Fault("、".join(map(str, paths)), "筛选之后没有题目，请放宽 --split、--category 或 --id")])
    return chosen


def open_bench(arguments: argparse.Namespace) -> tuple[Workbench, Mapping[str, Notice] | None]:
    """The systems over the library asked for, and with ``--docs`` the notice each file became.

    Raises:
        UsageError: there is no such folder.
    """
    from assistant.settings import Settings
    from evals.workbench import Workbench

    if not arguments.docs:
        return Workbench.open(Settings.load()), None
    bench = Workbench.open(with_library(Settings.load(), arguments.docs))
    return bench, library.by_file(bench.corpus)


def run(arguments: argparse.Namespace) -> int:
    """Ask every system every question, score, print, write."""
    before = read_results(arguments.against) if arguments.against else None
    bench, files = open_bench(arguments)
    watched: dict[str, Watched] = {}
    if arguments.replay:
        bench.model = Replay.read(arguments.replay)
    names = chosen_systems(arguments, bench)
    model = configured_model(bench.settings) if arguments.grader else None
    questions = load_questions(arguments, bench.find, files)
    runs: list[SystemRun] = []
    with progress_bar(len(questions) * len(names)) as progress:
        for name in names:
            system = bench.system(name)
            respond = system.respond
            if isinstance(bench.model, Replay) and name == LLM:
                respond = watched[name] = Watched(respond, bench.model)
            scored = ask_all(respond, questions, label=system.label, progress=progress)
            runs.append(SystemRun(name, system.label, scored, system.settings_hash, system.note))
    if model:
        runs[0] = graded(runs[0], *model, concurrency=bench.settings.llm.concurrency)
    code = finish(arguments, runs, bench.corpus, before)
    for found in (r for r in runs if r.name in watched):
        say("\n" + replay_table(found.scored, watched[found.name]))
    return code


def record(arguments: argparse.Namespace) -> int:
    """Ask every question with written-down answers in the model's place; prompts without one go to a file."""
    bench, files = open_bench(arguments)
    arguments.prompts.unlink(missing_ok=True)
    bench.model = replay = Replay.read(arguments.replay, arguments.prompts)
    questions, system = load_questions(arguments, bench.find, files), bench.system(LLM)
    with progress_bar(len(questions)) as progress:
        ask_all(system.respond, questions, label=system.label, progress=progress, warm=False)
    say(f"{len(questions)} 题，{len(replay.unknown)} 个提示词还没有答案，写在 {arguments.prompts}")
    return 0


def with_library(settings: Settings, docs: Path) -> Settings:
    """The settings over a scratch library to which the documents of ``docs`` were added as a user would.

    Raises:
        UsageError: there is no such folder.
    """
    if not docs.is_dir():
        raise UsageError(f"没有目录 {docs}")
    scratch = library.scratch_of(docs)
    say(f"把 {docs} 的文件加入临时文件库 {scratch}")
    if refused := library.add_folder(docs, scratch):
        complain(refused.strip())
    return settings.model_copy(update={"data_dir": scratch})


def chosen_systems(arguments: argparse.Namespace, bench: Workbench) -> list[str]:
    """Names of the systems asked for, the one reported in full first.

    Raises:
        UsageError: no such system.
    """
    with_model = arguments.answerer == "llm" or arguments.replay
    named = arguments.system or ([PRODUCT, LLM] if with_model else [PRODUCT])
    names = bench.system_names() if arguments.all else named
    known = [*bench.system_names(), LLM]
    for name in names:
        if name not in known:
            raise UsageError(f"没有系统 {name!r}，可用：{'、'.join(known)}")
    if LLM in names and bench.model is None:
        configured_model(bench.settings)  # a missing endpoint is said now, not on every question
    return names


def graded(run: SystemRun, model: str, complete: Complete, *, concurrency: int) -> SystemRun:
    """The run with the model's grades, and how far they agree with the deterministic ones."""
    scored = grade_all(run.scored, complete, concurrency=concurrency)
    found = agreement(scored, model)
    kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
    say(
        f"模型判分（{model}）：与规则判分一致 {found.share:.1%}，kappa {kappa}，{found.n} 题，{found.unread} 题读不出\n"
    )
    return replace(run, scored=scored, extra={"grader": asdict(found)})


def score(arguments: argparse.Namespace) -> int:
    """Score what ``assistant batch`` wrote."""
    from assistant.settings import Settings
    from evals.batch import read_batch
    from evals.workbench import Workbench

    before = read_results(arguments.against) if arguments.against else None
    bench = Workbench.open(Settings.load())
    questions = load_questions(arguments, bench.find)
    responses = read_batch(arguments.results, bench.find)
    missing = [question.id for question in questions if question.id not in responses]
    if missing:
        message = f"缺少 {len(missing)} 题的结果，例如 {missing[0]}；请用同一份题目重新运行 assistant batch"
        raise DatasetError([Fault(str(arguments.results), message)])
    scored = ask_all(lambda question: responses[question.id], questions, warm=False)
    return finish(arguments, [SystemRun(PRODUCT, arguments.results.name, scored)], bench.corpus, before)


def check(arguments: argparse.Namespace) -> int:
    """Prove every line of the datasets; list the faults."""
    from assistant.settings import Settings
    from evals.workbench import Workbench

    bench = Workbench.open(Settings.load())
    paths = arguments.dataset or shipped_datasets()
    for path in paths if arguments.fix else []:
        say(f"{path}：改正了 {checking.repair(path, bench.find)} 处依据原文")
    questions, faults = datasets.load(paths, bench.find)
    faults += checking.check(questions, bench.find)
    for fault in faults:
        complain(str(fault))
    counts = [["类别", "题数", "开发集", "测试集"]]
    for category, label in [*CATEGORIES.items(), (TOTAL, "全部")]:
        chosen = [q for q in questions if category in (TOTAL, q.category)]
        dev = sum(q.split == "dev" for q in chosen)
        counts.append([label, str(len(chosen)), str(dev), str(len(chosen) - dev)])
    say(tables.markdown(counts))
    refusals = sum(not q.answerable for q in questions)
    say(f"\n应拒答 {refusals} 题；{'没有发现问题' if not faults else f'发现 {len(faults)} 处问题'}")
    return 2 if faults else 0


def hostile(arguments: argparse.Namespace) -> int:
    """What the citation gate catches of the recorded false sentences and loses of the true ones."""
    from assistant.settings import Settings
    from assistant.verification.gate import embedding_similarity
    from evals import hostile as recorded
    from evals.workbench import Workbench
    from index import load_embedder
    from index.adapter import plain
    from index.entailment import load_entailment

    bench = Workbench.open(Settings.load())
    config = bench.settings.index_config()
    similarity, entailment = embedding_similarity(plain(load_embedder(config))), load_entailment(config)
    trial = recorded.Trial.open(
        bench.corpus, bench.find, similarity, max_tokens=config.max_tokens, entailment=entailment
    )
    judged = trial.run()
    say(recorded.table(judged))
    if arguments.failures:
        say("\n" + recorded.failures(judged))
    caught, lost = recorded.rates(judged)
    return 0 if caught >= recorded.MIN_CAUGHT and lost <= recorded.MAX_LOST else 1


def forms(arguments: argparse.Namespace) -> int:
    """Leave out every alternative of the forms of asking and print how many readings each is worth."""
    from corpus.library import load_corpus
    from evals.forms import table, worths

    corpus = load_corpus()
    held = {name: notice for notice in corpus.notices for name in (notice.id, notice.name, notice.title)}
    questions, _ = datasets.load(shipped_datasets(), held.get)
    say(table(list(worths(questions, corpus.notices, arguments.form or ())), questions=len(questions)))
    return 0


def claims(arguments: argparse.Namespace) -> int:
    """What the verifier passes of false claims and drops of true ones."""
    from assistant.drafting.library import LibraryVerifier
    from assistant.service import Assistant
    from assistant.settings import Settings
    from evals import claims as measured

    given = measured.load(arguments.file)
    checked = measured.check(given, LibraryVerifier.open(Settings.load(), Assistant.from_settings))
    say(measured.table(checked))
    if arguments.failures:
        say("\n" + measured.failures(checked))
    return 0


def finish(
    arguments: argparse.Namespace, runs: Sequence[SystemRun], corpus: Corpus, before: Mapping[str, Any] | None
) -> int:
    """Print, write and compare; the exit code."""
    results = to_results(
        runs,
        datasets=arguments.dataset or shipped_datasets(),
        corpus_hash=corpus.hash,
        split=arguments.split,
        seed=arguments.seed,
    )
    say(markdown_report(results))
    if told := stages.table(runs[0].scored):
        say("\n" + told)
    warn_of_errors(runs)
    if arguments.failures:
        say("\n" + failures(runs[0]))
    if arguments.out:
        write_json(results, arguments.out / "results.json")
        names = {notice.id: notice.name for notice in corpus.notices}
        page = html_report(results, runs[0].scored, names)
        (arguments.out / "report.html").write_text(page, encoding="utf-8")
        say(f"\n结果已写到 {arguments.out}")
    if getattr(arguments, "save_baseline", False):
        write_json(slim(results), BASELINE)
        say(f"\n基线已更新：{BASELINE}")
    code = 1 if any(errors(item.scored) for item in runs) else 0
    if before is not None:
        found = compare(before, results, name=runs[0].name, seed=arguments.seed)
        say("\n" + comparison_text(found))
        code = 1 if found.drops else code
    return code


def failures(item: SystemRun) -> str:
    """The questions not answered right, one short block each, for whoever tunes the product."""
    blocks = []
    for scored in item.scored:
        if scored.grade == CORRECT:
            continue
        question, response = scored.question, scored.response
        ranks = "、".join(str(rank or "无") for rank in scored.evidence_ranks) or "–"
        missed = [v[0] for v, found in zip(question.nuggets, scored.nuggets_found, strict=True) if not found]
        blocks.append(
            f"### {question.id} {CATEGORIES[question.category]} {scored.grade} "
            f"[{response.kind}{' ' + response.reason if response.reason else ''}] 依据名次 {ranks}\n"
            f"问：{question.question}\n标准：{question.answer}\n回答：{response.text or response.error}\n"
            f"缺要点：{'、'.join(missed) or '无'}；错误说法：{'、'.join(scored.violations) or '无'}"
        )
    return "\n\n".join(blocks)


def foreign(arguments: argparse.Namespace) -> int:
    """Our index's parts over the third-party sets."""
    from assistant.settings import Settings
    from evals.foreign import bench_table, load_set, run_bench, set_names
    from evals.workbench import Workbench

    names = [name for name in set_names(arguments.folder) if not arguments.set or name in arguments.set]
    sets = [load_set(arguments.folder, name, sample=arguments.sample) for name in arguments.set or names]
    workbench = Workbench.open(Settings.load())
    config = workbench.settings.index_config()
    found = []
    with progress_bar(sum(len(one.questions) for one in sets)) as progress:
        for one in sets:
            if not one.sampled:
                complain(f"{one.name}：{len(one.texts)} 篇；首次计算向量要几分钟，之后沿用")
            found += run_bench(one, workbench.embedder, config, progress=progress, seed=arguments.seed)
    say(bench_table(found))
    if any(one.sampled for one in sets):
        say("\n抽样的文档较少，数字比全集高，不能与公布的基线比较")
    if arguments.out:
        write_json({"revision": revision(), "foreign": [dataclass_json(one) for one in found]}, arguments.out)
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Print the tables of a results file; write its page where asked."""
    results = read_results(arguments.results)
    say(markdown_report(results))
    if arguments.html:
        arguments.html.write_text(html_report(results), encoding="utf-8")
        say(f"\n报告已写到 {arguments.html}")
    return 0


def warn_of_errors(runs: Sequence[SystemRun]) -> None:
    """Name the systems that failed on some questions."""
    for one in runs:
        failed = errors(one.scored)
        if failed:
            complain(f"{one.label}：{len(failed)} 题出错，例如 {failed[0].question.id}：{failed[0].response.error}")
