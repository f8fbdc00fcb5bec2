"""Fitted numbers stand in one file: each is read once in the code and says where it comes from, and a step rewrites its own."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from corpus import fitted
from corpus.errors import FittedError
from training.numbers import Entry, record
from training.plan import STEPS

ROOT = Path(__file__).parents[1]
READS = re.compile(r'(?:fitted\.(?:number|whole|weights)|Line\.of)\(\s*"([a-z_.]+)"')
STANDING = {
    "assistant/accounts": "seconds", "assistant/api": "seconds", "assistant/llm/client.py": "seconds",
    "assistant/keeping/audit.py": "seconds", "assistant/keeping/live.py": "seconds", "assistant/terminal/console.py": "seconds",
    "assistant/drafting/gbt9704.py": "points of a page", "assistant/query/asker.py": "grades as numbers",
    "assistant/answering/reach.py": "grades as numbers", "assistant/query/token_head.py": "the norm's, as trained with",
    "assistant/verification/checks.py": "a feature of the rule", "assistant/verification/evidence.py": "a feature of the rule",
    "assistant/verification/members.py": "a feature of the rule", "assistant/verification/organs.py": "a feature of the rule",
    "assistant/verification/limits.py": "a feature of the rule",
}  # fmt: skip
"""Modules of ``assistant/`` that hold constants with a fraction, and what these are. What features of the fitted rule are made
with stays beside them: the trees are fitted on the features as they are."""


def entries() -> dict[str, str]:
    """Every entry of the file by its full name, with what its comment says."""
    found, table = {}, ""
    for line in fitted.FILE.read_text(encoding="utf-8").splitlines():
        if header := re.fullmatch(r"\[([a-z_.]+)\]", line):
            table = header[1]
        elif entry := re.match(r"([a-z_]+) = .*?(?:  # (.*))?$", line):
            found[f"{table}.{entry[1]}"] = entry[2] or ""
    return found


def reads() -> list[str]:
    """The names the product reads, in every package of it."""
    paths = [path for package in ("corpus", "index", "assistant") for path in (ROOT / package).rglob("*.py")]
    return [
        name for path in paths if path.name != "fitted.py" for name in READS.findall(path.read_text(encoding="utf-8"))
    ]


def test_every_number_is_read_in_one_place_and_every_one_read_is_there() -> None:
    assert sorted(reads()) == sorted(entries())


def test_every_entry_says_where_it_comes_from() -> None:
    steps = {step.name for step in STEPS}
    for name, said in entries().items():
        made = re.match(r"made by: python -m training ([a-z]+); .+", said)
        assert made or said.startswith("chosen"), f"{name}: {said}"
        own = name.split(".")[0]
        assert (made[1] if made else own) == own and (own in steps) == bool(made), name


def test_no_constant_with_a_fraction_stands_in_the_code() -> None:
    found = set()
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            assigned = isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
            if assigned and any(isinstance(n, ast.Constant) and isinstance(n.value, float) for n in ast.walk(node)):
                found.add(next((known for known in STANDING if name.startswith(known)), name))
    assert found == STANDING.keys()


@pytest.mark.parametrize(
    "text", ["", "[query.kinds]\npattern = 'much'\n", "[query.kinds]\npattern = 1\n", "not toml", None]
)
def test_a_missing_number_is_named_with_the_remedy(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FittedError, match=r"fitted\.toml.*(?:恢复|重新安装)"):
        fitted.number("query.kinds.pattern", path)


def test_weights_are_numbers_by_name(tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    path.write_text("[fit]\nvalue = { a = 1.0 }\nread = 3\nworse = { a = 'x' }\n", encoding="utf-8")
    assert fitted.weights("fit.value", path) == {"a": 1.0}
    assert fitted.whole("fit.read", path) == 3
    for name in ("fit.worse", "fit.read", "fit.none"):
        with pytest.raises(FittedError, match=name):
            fitted.weights(name, path)


def test_a_step_rewrites_its_own_table_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "fitted.toml"
    path.write_text(fitted.FILE.read_text(encoding="utf-8"), encoding="utf-8")
    before = tomllib.loads(path.read_text(encoding="utf-8"))
    record("fit", [Entry("value", {"intercept": 0.5, "reading": -1.25}, "40 questions")], path)
    after = tomllib.loads(path.read_text(encoding="utf-8"))
    assert after.pop("fit") == {"value": {"intercept": 0.5, "reading": -1.25}}
    assert after == {name: table for name, table in before.items() if name != "fit"}
    text = path.read_text(encoding="utf-8")
    assert "# made by: python -m training fit; 40 questions\n\n[" in text
    record("ours", [Entry("sure", 0.25, "new")], path)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["ours"] == {"sure": 0.25}
    assert path.read_text(encoding="utf-8").startswith(text)
    with pytest.raises(ValueError, match="one line"):
        record("fit", [Entry("value", 1.0, "two\nlines")], path)
