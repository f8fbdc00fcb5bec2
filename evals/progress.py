"""A progress bar on stderr; where stderr is not a terminal, one line a system instead."""

from __future__ import annotations

import sys
import time
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
    started = time.perf_counter()
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("评测", total=total)

        def step(label: str, done: int, questions: int) -> None:
            bar.update(task, advance=min(done, 1), description=label)
            if done == questions and not console.is_terminal:
                console.print(f"{label}：{done} 题，用时累计 {time.perf_counter() - started:.0f} 秒", highlight=False)

        yield step
