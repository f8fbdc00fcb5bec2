"""What a step writes into ``corpus/fitted.toml``: its own table, whole and nothing else (:mod:`corpus.fitted` reads it).

The file is edited as text, so that comments and order of the other tables stay. The trap: a table of a step ends where the
next header begins, so a step's entries are written on one line each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.fitted import FILE

Value = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number, or numbers by name, and a line that says what was fitted on what."""

    name: str
    value: Value
    said: str


def record(step: str, entries: Sequence[Entry], path: Path = FILE) -> None:
    """Write the table of ``step`` in place of the one that is there, or behind the last.

    Raises:
        ValueError: what an entry says is more than one line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    headers = [n for n, line in enumerate(lines) if line.startswith("[")] + [len(lines)]
    at = next((n for n in headers[:-1] if lines[n] == f"[{step}]"), len(lines))
    end = next((n for n in headers if n > at), len(lines))
    while end > at and not lines[end - 1].strip():  # the empty lines before the next header stay
        end -= 1
    before = [""] if at == len(lines) else []
    lines[at:end] = [*before, f"[{step}]", *(_line(step, one) for one in entries)]
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)


def _line(step: str, entry: Entry) -> str:
    if "\n" in entry.said:
        raise ValueError(f"{step}.{entry.name}: more than one line is said of it")
    return f"{entry.name} = {_written(entry.value)}  # made by: python -m training {step}; {entry.said}"


def _written(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_written(one)}" for name, one in value.items()) + " }"
    return repr(float(value))
