"""The page's words: both languages for each key, every key used, and no Chinese outside their one home."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import ROOT

from assistant.hospitals import NAMES, HospitalKind
from assistant.types import Binding, RefusalReason
from corpus.types import Level, RelationKind, Status
from pages.batch import State
from pages.turn import MODES, REASONS
from pages.words import CHINESE, ENGLISH, only_chinese, words

PAGES = sorted((ROOT / "pages").glob("*.py"))
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
TABLE = tomllib.loads((ROOT / "pages" / "assets" / "words.toml").read_text(encoding="utf-8"))
ENTRIES = [(f"{section}.{name}", both) for section, names in TABLE.items() if section != "chinese"
           for name, both in names.items()]  # fmt: skip


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_each_key_has_both_languages() -> None:
    for key, (chinese, english) in ENTRIES:
        assert english and (chinese or key == "page.native"), key
        assert "" not in braces(chinese) | braces(english), f"{key}: unnamed braces"
        if not key.startswith("page.switch"):
            alone = re.sub(r"e\.g\. \S+|“[^”]*”", "", english)
            assert not IDEOGRAPH.search(alone), f"{key}: Chinese in the English words"


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string constant of a module that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    after = {
        id(later.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module)
        for earlier, later in zip(node.body, node.body[1:], strict=False)
        if isinstance(earlier, ast.Assign | ast.AnnAssign) and isinstance(later, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | after:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_no_chinese_outside_the_words(path: Path) -> None:
    assert [f"{path.name}:{line}: {text}" for line, text in strings(path) if IDEOGRAPH.search(text)] == []


def test_no_chinese_in_the_scripts() -> None:
    for path in (ROOT / "pages" / "assets").glob("*.js"):
        assert not IDEOGRAPH.search(path.read_text(encoding="utf-8")), path.name


def test_every_key_is_used_and_every_key_used_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*PAGES, ROOT / "ui.py"])
    script = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pages" / "assets").glob("*.js"))
    known = {key for key, _ in ENTRIES}
    named = {
        name for name in re.findall(r"[\"']([a-z_]+\.[a-z_0-9]+)[\"']", source) if not name.endswith((".js", ".css"))
    }
    families = set(re.findall(r"f[\"']([a-z_]+)\.\{", source))
    used = named | {f"script.{name}" for name in re.findall(r"\bwords\.([a-z_]+)\b(?!\.)", script) if name != "toml"}
    assert {name for name in used if name.split(".")[0] in TABLE and name not in known} == set()
    assert sorted(key for key in known - used if key.split(".")[0] not in families) == []
    assert {name for name in TABLE["chinese"] if f'only_chinese("{name}")' not in source} == set()


@pytest.mark.parametrize("say", [CHINESE, ENGLISH])
def test_every_value_of_the_layers_below_has_a_name(say: object) -> None:
    assert callable(say)
    for key in (
        *(f"binding.{one.name.lower()}" for one in Binding),
        *(f"meaning.{one.name.lower()}" for one in Binding),
        *(f"refusal.{one}" for one in RefusalReason),
        *(f"level.{one}" for one in Level),
        *(f"status.{one.name.lower()}" for one in Status),
        *(f"relation.{one.name.lower()}" for one in RelationKind),
        *(f"kind.{one}" for one in HospitalKind),
        *(f"mode.{one}" for one in MODES),
        *(f"reason.{one}" for one in REASONS),
        *(f"intake.{one}" for one in State),
    ):
        assert say(key)


def test_chinese_names_are_those_of_the_layers_below() -> None:
    assert [CHINESE(f"kind.{kind}") for kind in HospitalKind] == list(NAMES.values())
    assert [CHINESE(f"binding.{one.name.lower()}") for one in Binding] == [one.value for one in Binding]
    assert [CHINESE(f"status.{one.name.lower()}") for one in Status] == [one.value for one in Status]
    assert [CHINESE(f"relation.{one.name.lower()}") for one in RelationKind] == [one.value for one in RelationKind]


def test_words_are_filled_in_and_an_unknown_one_is_a_fault() -> None:
    assert CHINESE("answer.took", ms=3) == "3 毫秒" and ENGLISH("answer.took", ms=3) == "3 ms"
    with pytest.raises(KeyError):
        CHINESE("no.such")
    with pytest.raises(ValueError, match="not in"):
        words("fr")
    assert len(only_chinese("questions")) == 6
