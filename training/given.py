"""What the steps are given (所给的材料): files that must be there, and the questions that only judge."""

from __future__ import annotations

from pathlib import Path

from corpus.library import Corpus
from evals import datasets, library
from evals.commands import UsageError, shipped_datasets
from evals.datasets import DatasetError, Find
from evals.types import Question


def there(*paths: Path | None) -> None:
    """Nothing, where all are there.

    Raises:
        UsageError: one of the files or folders named is not there.
    """
    for path in paths:
        if path is not None and not path.exists():
            raise UsageError(f"没有 {path}，请检查路径")


def dev_questions(find: Find) -> list[Question]:
    """The development questions of the shipped sets.

    Raises:
        DatasetError: a faulty line.
    """
    questions, faults = datasets.load(shipped_datasets(), find)
    if faults:
        raise DatasetError(faults)
    return [q for q in questions if q.split == "dev"]


def ids_by_file(corpus: Corpus) -> dict[str, str]:
    """Id of the notice that each file became: questions on documents that are not shipped name the file."""
    return {name: notice.id for name, notice in library.by_file(corpus).items()}
