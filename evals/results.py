"""Results as JSON: what ran, on what, with which figures, question by question.

A results file is what a later run is compared with, so it carries the git revision, the settings hash, the corpus hash
and the seed. Texts of answers and passages stay out of it unless asked for: measures are enough to compare, and the
file stays small enough to keep in the repository.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.statistics import SEED
from evals.summary import by_category, grades
from evals.types import Question, Response, Scored, SystemRun

SCHEMA = 1


class ResultsError(ValueError):
    """A results file cannot be used; the message names it and says how to make a new one."""


def revision() -> str:
    """The git revision of the project, with ``+`` where files differ from it; "" outside a checkout."""
    root = Path(__file__).resolve().parent.parent
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True, timeout=20
    ).stdout.strip()


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def to_results(
    runs: Sequence[SystemRun],
    *,
    datasets: Sequence[Path],
    corpus_hash: str,
    split: str,
    seed: int = SEED,
) -> dict[str, Any]:
    """The results of a run as plain JSON values."""
    return {
        "schema": SCHEMA,
        "revision": revision(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus_hash": corpus_hash,
        "seed": seed,
        "split": split,
        "datasets": [{"name": path.name, "sha256": file_hash(path)} for path in datasets],
        "systems": [_system(run, seed) for run in runs],
    }


def slim(results: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the questions of the first system only: what a later run needs to compare itself with."""
    first, *others = results["systems"]
    kept = [{key: value for key, value in system.items() if key != "questions"} for system in others]
    return {**results, "systems": [first, *({**system, "questions": []} for system in kept)]}


def _system(run: SystemRun, seed: int) -> dict[str, Any]:
    summaries = by_category(run.scored, seed=seed)
    return {
        "name": run.name,
        "label": run.label,
        "note": run.note,
        "settings_hash": run.settings_hash,
        "grades": grades(run.scored),
        "summary": {
            category: {key: [_round(i.value), _round(i.low), _round(i.high), i.n] for key, i in summary.items()}
            for category, summary in summaries.items()
        },
        "questions": [_record(item) for item in run.scored],
        **run.extra,
    }


def _record(item: Scored) -> dict[str, Any]:
    record = {
        "id": item.question.id,
        "gold": gold_hash(item.question),
        "category": item.question.category,
        "answerable": item.question.answerable,
        "refused": item.response.refused,
        "grade": item.grade,
        "measures": {key: _round(value) for key, value in item.measures.items() if value is not None},
    }
    if item.response.error:
        record["error"] = item.response.error
    return record


def gold_hash(question: Question) -> str:
    """Short hash of what was asked and what counts as right; two runs are compared only where it is the same."""
    kept = dataclass_json(dataclasses.replace(question, where="", split=""))
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def scored_of(system: Mapping[str, Any]) -> dict[str, Scored]:
    """The questions of one system of a results file by id and gold hash, texts left empty."""
    found = {}
    for record in system["questions"]:
        question = Question(record["id"], record["category"], "", record["answerable"])
        response = Response("", refused=record["refused"], error=record.get("error", ""))
        key = f"{record['id']}@{record['gold']}"
        found[key] = Scored(question, response, record["measures"], record["grade"])
    return found


def _round(value: float) -> float:
    return round(float(value), 4)


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write atomically: a run killed half-way leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(_json(value) + "\n", encoding="utf-8")
    partial.replace(path)


def _json(value: Mapping[str, Any]) -> str:
    """JSON with one question a line, so that a changed figure is one changed line in a diff."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace('{"id":', '\n{"id":').replace('{"name":', '\n{"name":')


def read_results(path: Path) -> dict[str, Any]:
    """A results file.

    Raises:
        ResultsError: unreadable, not JSON, or of another schema; make a new one with ``run --out``.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ResultsError(
            f"{path}: 不是可读的结果文件（{error}）。用 python -m evals run --out 目录 重新生成"
        ) from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA or not value.get("systems"):
        raise ResultsError(f"{path}: 不是本工具的结果文件，或版本不同。用 python -m evals run --out 目录 重新生成")
    return value


def dataclass_json(value: Any) -> Any:
    """Frozen dataclasses as plain JSON values, dates as ISO text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: dataclass_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): dataclass_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [dataclass_json(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
