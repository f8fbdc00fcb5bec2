"""``python -m evals corpus``: a folder of documents goes in as a user's would, and what was read is held against the truth.

The folder is added by ``assistant add`` in a process of its own, with a data folder made for it and thrown away after, so
seconds and peak memory are those a user sees. ``--quick`` reads the files here without keeping or indexing them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from corpus.clean import bare, rebuilt
from corpus.errors import CorpusError
from corpus.types import Notice
from evals.facts import FIELDS, Score, TruthError, judge, read_truth
from evals.tables import markdown

ROOT = Path(__file__).resolve().parents[1]
PASSED = {"number": 0.97, "title": 0.97, "issuer": 0.97, "region": 0.97, "level": 0.97, "issued_on": 0.95,
          "effective_on": 0.95, "expires_on": 0.95, "repeals": 0.9, "headings": 0.95, "articles": 0.95}  # fmt: skip
MAX_SURELY_WRONG = 0.02


@dataclass(frozen=True, slots=True)
class Intake:
    """What went in: the notice read from each file, why the others did not, and what it cost.

    ``peak_mb`` is the largest resident set of the adding process in mebibytes, 0 where it was not measured. ``altered``
    are files of whose text a character was lost or invented: what was kept and the edits do not give the source back.
    """

    notices: Mapping[str, Notice]
    refused: Mapping[str, str]
    seconds: float
    peak_mb: float = 0.0
    altered: tuple[str, ...] = ()


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--truth", type=Path, required=True, metavar="文件.jsonl", help="人工读出的要素，一行一份")
    parser.add_argument("--docs", type=Path, required=True, metavar="目录", help="文件所在目录")
    parser.add_argument("--quick", action="store_true", help="只读文件，不入库不建索引（不计时间和内存）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 0 where every bar is met, 1 where not, 2 for a truth file or folder that cannot be used."""
    try:
        truths = read_truth(arguments.truth)
    except TruthError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not arguments.docs.is_dir():
        sys.stderr.write(f"没有目录 {arguments.docs}\n")
        return 2
    intake = read_here(arguments.docs) if arguments.quick else add_as_user(arguments.docs)
    judged, missing = [], {}
    for truth in truths:
        notice = intake.notices.get(truth.file)
        if notice is None:
            missing[truth.file] = intake.refused.get(truth.file, "没有入库，也没有说明")
        else:
            judged += judge(truth, notice)
    score = Score(tuple(judged), missing)
    sys.stdout.write((json.dumps(to_plain(score, intake), ensure_ascii=False, indent=1) if arguments.json else describe(score, intake)) + "\n")  # fmt: skip
    return 0 if passed(score) and not intake.altered else 1


def passed(score: Score) -> bool:
    """Whether everything went in and every bar of the corpus is met."""
    wrong = len(score.surely_wrong) / max(len(score.sure), 1)
    return not score.missing and wrong <= MAX_SURELY_WRONG and all(score.accuracy(k) >= v for k, v in PASSED.items())


def read_here(docs: Path) -> Intake:
    """Every file of ``docs`` read in this process, each by itself; nothing is kept."""
    from corpus.intake import prepare
    from corpus.library import Corpus
    from corpus.readers import expand

    notices: dict[str, Notice] = {}
    refused: dict[str, str] = {}
    altered = []
    began = time.perf_counter()
    for file in expand(docs):
        name = PurePosixPath(file.name).name
        try:
            prepared = prepare(file, Corpus((), ""))
        except CorpusError as error:
            refused[name] = str(error)
            continue
        notices[name] = prepared.notice
        if not is_whole(prepared.notice, prepared.document.source.text):
            altered.append(name)
    return Intake(notices, refused, time.perf_counter() - began, altered=tuple(altered))


def is_whole(notice: Notice, source: str) -> bool:
    """Whether no character of ``source`` was lost or invented: the text and the edits give it back, white space aside, and
    the articles are the text. A capture that was put back into order (``restored``) is held to the second alone."""
    if "".join(article.span.of(notice.text) for article in notice.articles) != notice.text:
        return False
    restored = any(change.kind in ("restored", "gap") for change in notice.changes)
    return restored or rebuilt(notice.text, notice.changes) == bare(source)


def add_as_user(docs: Path) -> Intake:
    """``assistant add DOCS`` in a process and a data folder of its own; each file's notice as that command reported it."""
    from corpus.keeping import versions
    from corpus.library import load_corpus, load_notice
    from corpus.shelf import folders

    with tempfile.TemporaryDirectory(prefix="evals-corpus-") as scratch:
        data = Path(scratch)
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "ASSISTANT_DATA_DIR": scratch, "PYTHONPATH": path}
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "add", str(docs), "--json"],
            env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        try:
            records: list[dict[str, Any]] = json.loads(done.stdout or "[]")
        except ValueError:
            records = []
        corpus = load_corpus(data)
        notices: dict[str, Notice] = {}
        for record in records:
            file = PurePosixPath(str(record.get("file", record["origin"].removeprefix("文件 ")))).name
            kept = [corpus.get(record["id"])] if record["id"] in corpus else []
            earlier = [load_notice(version.folder) for version in reversed(versions(data, record["id"]))]
            own = [one for one in (*kept, *earlier) if file in one.origin]
            notices[file] = (own or kept)[0]
        at = folders(data)
        altered = tuple(
            file for file, one in notices.items()
            if one in corpus.notices and not is_whole(one, (at[one.id] / one.source_name).read_text(encoding="utf-8-sig"))
        )  # fmt: skip
        refused = dict(_refusals(done.stderr, [path.name for path in docs.rglob("*") if path.is_file()]))
        if not records and not refused:
            refused = {"": done.stderr[-500:]}
    return Intake(notices, refused, seconds, peak, altered)


def _refusals(remarks: str, names: list[str]) -> list[tuple[str, str]]:
    lines = [line for line in remarks.splitlines() if line.startswith("未添加：")]
    return [(name, line.removeprefix("未添加：")) for line in lines for name in names if name in line.split("：")[1]]


def to_plain(score: Score, intake: Intake) -> dict[str, Any]:
    """The figures as JSON can hold them; shares from 0 to 1, seconds, mebibytes."""
    return {
        "documents": len({one.file for one in score.judged}) + len(score.missing),
        "in": len({one.file for one in score.judged}),
        "missing": dict(score.missing),
        "accuracy": {key: round(score.accuracy(key), 4) for key in FIELDS},
        "sure": len(score.sure),
        "surely_wrong": len(score.surely_wrong),
        "surely_wrong_share": round(len(score.surely_wrong) / max(len(score.sure), 1), 4),
        "seconds": round(intake.seconds, 1),
        "peak_mb": round(intake.peak_mb),
        "altered": list(intake.altered),
        "passed": passed(score) and not intake.altered,
        "wrong": [asdict(one) for one in score.judged if not one.agrees],
    }


def describe(score: Score, intake: Intake) -> str:
    """The figures for reading: a table, then every wrong value and every file that did not go in."""
    plain = to_plain(score, intake)
    rows = [["要素", "对的比例", "要求"]]
    rows += [[key, f"{score.accuracy(key):.3f}", f"{PASSED[key]:.2f}"] for key in FIELDS]
    lines = [
        f"{plain['in']}/{plain['documents']} 份入库；{plain['seconds']} 秒，内存峰值 {plain['peak_mb']} MB",
        f"置信度 {0.9} 以上的值 {plain['sure']} 个，其中错 {plain['surely_wrong']} 个（{plain['surely_wrong_share']:.1%}）",
        f"正文一字不多、一字不少：{len(intake.notices) - len(intake.altered)}/{len(intake.notices)} 份",
        "", markdown(rows), "",
    ]  # fmt: skip
    for one in sorted((one for one in score.judged if not one.agrees), key=lambda one: (FIELDS.index(one.key), one.file)):  # fmt: skip
        lines.append(f"{one.key}  {one.file}  [{one.confidence:.2f}]\n    读作 {one.got!r}\n    应为 {one.right!r}")
    lines += [f"正文有增减  {file}" for file in intake.altered]
    lines += [f"未入库  {file}：{why}" for file, why in score.missing.items()]
    return "\n".join(lines)
