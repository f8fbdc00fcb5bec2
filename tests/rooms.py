"""Who reads words (按房间计数): call sites of regular expressions, modules that read the question as typed, and how the
question as a value walks through the rooms while it is answered.

Run it to see the first two, room by room: ``python tests/rooms.py``; ``python tests/rooms.py 问题…`` prints the walk of each
question over the configured library. A room is a package of ``assistant/``, or ``assistant`` itself for its loose modules.
The question as typed is an attribute of :class:`assistant.query.types.Query` that holds words. The trap of a walk: what the
value itself answers (a method or slot of a Query) is no step, and neither is a return.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).parents[1]
CALLS = ("compile", "search", "match", "fullmatch", "sub", "findall", "finditer", "split")
RAW = frozenset({"utterance", "value_words", "follows", "rewritten"})
"""Attributes of a Query that are the words as typed, or made of them whole; nothing else has attributes of these names."""
READERS = frozenset({"query", "llm"})
"""Rooms that may read them: the one that makes the value, and the one that hands the question to a model."""


def modules(package: str = "assistant") -> Iterator[Path]:
    """The modules of a package, sorted."""
    yield from sorted((ROOT / package).rglob("*.py"))


def room(path: Path, package: Path = ROOT / "assistant") -> str:
    """The package of ``assistant/`` a module is in; ``assistant`` for its loose ones."""
    inner = path.relative_to(package).parts[:-1]
    return inner[0] if inner else package.name


def sites(package: str = "assistant") -> Counter[str]:
    """Call sites of ``re`` by room."""
    found: Counter[str] = Counter()
    for path in modules(package):
        code = path.read_text(encoding="utf-8")
        found[room(path, ROOT / package)] += sum(code.count(f"re.{call}(") for call in CALLS)
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


@dataclass
class Walk:
    """The rooms a question was handed into, in the order of their first visit, and the calls that climbed back.

    ``climbs`` counts calls by the room left, the room entered and the function called there: a room climbs back where it
    hands the question into one that was visited before it was itself. A function called once a sentence is one climb,
    however many sentences there are: what is counted is the code, not the notices.
    """

    rooms: list[str] = field(default_factory=list)
    climbs: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def walk(answer: Callable[[], object], package: Path = ROOT / "assistant", *, kind: type | None = None) -> Walk:
    """How the question as a value goes through the rooms of ``package`` while ``answer`` runs in this thread.

    Args:
        kind: the class of the value; None is :class:`assistant.query.types.Query`.
    """
    if kind is None:
        from assistant.query.types import Query as kind  # noqa: N813
    assert kind is not None
    found, stack, within = Walk(), list[str | None](), f"{package}/"

    def handed(code: CodeType, frame: FrameType) -> bool:
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        values = [frame.f_locals.get(name) for name in code.co_varnames[:count]]
        asked_itself = code.co_varnames[:1] == ("self",) and isinstance(values[0], kind)
        return not asked_itself and any(isinstance(value, kind) for value in values)

    def watch(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "return" and stack:
            stack.pop()
        if event != "call":
            return
        inside = code.co_filename.startswith(within) and handed(code, frame)
        entered = room(Path(code.co_filename), package) if inside else None
        left = next((name for name in reversed(stack) if name), None)
        stack.append(entered)
        if entered is None or entered == left:
            return
        if entered not in found.rooms:
            found.rooms.append(entered)
        elif left is not None and found.rooms.index(entered) < found.rooms.index(left):
            found.climbs[left, entered, code.co_qualname] += 1

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        answer()
    finally:
        sys.setprofile(before)
    return found


def told(questions: list[str]) -> Iterator[str]:
    """The walk of each question over the configured library, a line a room order and one a climb."""
    from assistant.service import Assistant

    assistant = Assistant.from_settings()
    for question in questions:
        gone = walk(lambda question=question: assistant.ask(question))  # type: ignore[misc]
        yield f"{question}: {len(gone.rooms)} rooms ({' > '.join(gone.rooms)}), {len(gone.climbs)} climbs"
        yield from (
            f"  {left} > {entered}: {name}, {times} calls" for (left, entered, name), times in gone.climbs.items()
        )


if __name__ == "__main__":
    if sys.argv[1:]:
        print("\n".join(told(sys.argv[1:])))
        sys.exit()
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
