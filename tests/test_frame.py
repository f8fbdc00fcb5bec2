"""The frame around the code: what the documents promise exists, layers hold, examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import lru_cache
from pathlib import Path

import pytest

from assistant.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "index", "prompts", "assistant", "pages", "evals", "training")
PAGES = (
    "README.md", "CONTRIBUTING.md", "docs/design.md", "docs/settings.md", "docs/operations.md", "docs/security.md", "evals/README.md",
    "training/README.md",
    "CHANGELOG.md",
)  # fmt: skip


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@lru_cache
def project() -> dict[str, object]:
    return tomllib.loads(read("pyproject.toml"))["project"]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", PAGES)
def test_make_targets_named_in_documents_exist(name: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", read(name), re.MULTILINE))
    assert named <= targets()
    if name == "README.md":
        assert {"chat", "test", "eval", "install"} <= named


@pytest.mark.parametrize("name", PAGES)
def test_assistant_commands_named_in_documents_exist(name: str) -> None:
    named = set(re.findall(r"(?:`|^|/)assistant ([a-z]+)", read(name), re.MULTILINE))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("name", PAGES)
def test_links_and_paths_in_documents_exist(name: str) -> None:
    text = read(name)
    here = (ROOT / name).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    for link in links:
        assert (here / link).exists(), f"{name}: {link}"
    for path in re.findall(r"`((?:corpus|index|assistant|prompts|evals|training|tests|docs|pages)/[\w/.-]+)`", text):
        if not path.startswith(("evals/out", "evals/results")) and "<" not in path:
            assert (ROOT / path).exists(), f"{name}: {path}"


def test_make_alone_lists_every_target() -> None:
    ended = subprocess.run(["make"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert {line.split()[1] for line in ended.stdout.splitlines() if line.startswith("make ")} == targets()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert re.search(r"^make test", read("README.md"), re.MULTILINE)
    script = read(".ci/run")
    assert script.rstrip().splitlines()[-1] == "make test"
    assert "set -euo pipefail" in script


def test_the_lock_covers_every_dependency_and_fits_its_bounds() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pinned = dict(
        line.split("==") for line in read("constraints.txt").splitlines() if line and not line.startswith("#")
    )
    locked = {canonicalize_name(name): version for name, version in pinned.items()}
    declared = project()
    assert isinstance(declared["dependencies"], list)
    assert isinstance(declared["optional-dependencies"], dict)
    for text in [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]:
        requirement = Requirement(text)
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{text}: not in constraints.txt, run make lock"
        assert requirement.specifier.contains(version), f"{text}: constraints.txt has {version}"
        assert requirement.specifier, f"{text}: no bound"
    assert not [version for version in locked.values() if "+" in version]


def test_layers_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([str(program)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stdout[-3000:]


def test_the_page_is_reached_by_no_layer_below_it() -> None:
    """``ui`` is a single module, which import-linter cannot take as a layer."""
    pattern = re.compile(
        r"^\s*(?:from ui import|import ui\b|from (?:evals|training)\b|import (?:evals|training)\b)", re.MULTILINE
    )
    below = [
        path for name in ("corpus", "index", "prompts", "assistant", "pages") for path in (ROOT / name).rglob("*.py")
    ]
    assert below
    assert [str(path) for path in below if pattern.search(path.read_text(encoding="utf-8"))] == []


def modules() -> list[str]:
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found += [name, *(m.name for m in pkgutil.walk_packages(package.__path__, f"{name}."))]
    return [name for name in found if not name.endswith("__main__")]


def with_examples() -> list[str]:
    paths = {name: ROOT / Path(*name.split(".")) for name in modules()}
    files = {
        name: p.with_suffix(".py") if p.with_suffix(".py").is_file() else p / "__init__.py" for name, p in paths.items()
    }
    return sorted(name for name, file in files.items() if ">>> " in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", with_examples())
def test_examples_in_docstrings_run(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0, "a >>> that doctest does not see"
    assert outcome.failed == 0


@pytest.mark.parametrize("name", ["assistant", "index", "corpus"])
def test_the_public_surface_is_there(name: str) -> None:
    package = importlib.import_module(name)
    for public in getattr(package, "__all__", ()):
        assert getattr(package, public) is not None


def test_every_data_file_is_in_the_wheel(tmp_path: Path) -> None:
    """An installed copy must hold what the code reads beside itself. Built from a copy, offline."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    tracked = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    for name in tracked:
        (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / "copy" / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    ]
    subprocess.run(command, cwd=tmp_path / "copy", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    parts = {name for name in tracked if name.split("/")[0] in {*PACKAGES, "ui.py"}}
    assert parts - packed - {"evals/README.md", "training/README.md"} == set()
