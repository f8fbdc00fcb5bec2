"""A progress bar on stderr, silent where stderr is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from evals.runner import Progress


@contextmanager
def progress_bar(total: int) -> Iterator[Progress]:
    """Yields the callback to give to :func:`evals.runner.ask_all`; ``total`` counts questions over all systems."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(file=sys.stderr)
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("评测", total=total)

        def step(label: str, _done: int, _total: int) -> None:
            bar.update(task, advance=1, description=label)

        yield step
