"""Who reads words (按房间计数): call sites of regular expressions, and modules that read the question as typed.

Run it to see both, room by room: ``python tests/rooms.py``. A room is a package of ``assistant/``, or ``assistant`` itself
for its loose modules. The question as typed is an attribute of :class:`assistant.query.types.Query` that holds words.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = ("compile", "search", "match", "fullmatch", "sub", "findall", "finditer", "split")
RAW = frozenset({"utterance", "value_words", "follows", "rewritten"})
"""Attributes of a Query that are the words as typed, or made of them whole; nothing else has attributes of these names."""
READERS = frozenset({"query", "llm"})
"""Rooms that may read them: the one that makes the value, and the one that hands the question to a model."""


def modules(package: str = "assistant") -> Iterator[Path]:
    """The modules of a package, sorted."""
    yield from sorted((ROOT / package).rglob("*.py"))


def room(path: Path) -> str:
    """The package of ``assistant/`` a module is in; ``assistant`` for its loose ones."""
    inner = path.relative_to(ROOT).parts[1:-1]
    return inner[0] if inner else path.relative_to(ROOT).parts[0]


def sites(package: str = "assistant") -> Counter[str]:
    """Call sites of ``re`` by room."""
    found: Counter[str] = Counter()
    for path in modules(package):
        code = path.read_text(encoding="utf-8")
        found[room(path)] += sum(code.count(f"re.{call}(") for call in CALLS)
    return +found


def raw_readers() -> dict[str, int]:
    """Modules that read the words of a Query, and how often, outside :data:`READERS`: as an attribute of whatever a variable
    is called, or by its name in quotes (``getattr``)."""
    found: dict[str, int] = {}
    for path in modules():
        if room(path) in READERS:
            continue
        reads = sum(
            (isinstance(node, ast.Attribute) and node.attr in RAW and isinstance(node.ctx, ast.Load))
            or (isinstance(node, ast.Constant) and node.value in RAW)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
        if reads:
            found[path.relative_to(ROOT).as_posix()] = reads
    return found


def word_lists(least: int = 5) -> list[str]:
    """Where a tuple, list or set of ``least`` and more Chinese words stands in the code, with its first words."""
    found: list[str] = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
                continue
            words = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            words = [word for word in words if any("\u4e00" <= c <= "\u9fff" for c in word)]
            if len(words) >= least:
                found.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {'、'.join(words[:6])}")
    return found


if __name__ == "__main__":
    counted, readers = sites(), raw_readers()
    print(f"patterns in assistant/: {sum(counted.values())}")
    for name, count in counted.most_common():
        print(f"  {count:4}  {name}")
    print(f"modules outside query/ and llm/ that read the question as typed: {len(readers)}")
    for name, count in sorted(readers.items(), key=lambda pair: -pair[1]):
        print(f"  {count:4}  {name}")
    print(f"lists of Chinese words in the code: {len(word_lists())}")
    for name in word_lists():
        print(f"        {name}")
