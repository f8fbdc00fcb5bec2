"""Every public function that reads front matter says which rule it follows."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import corpus.front

READERS = [one.name for one in pkgutil.iter_modules(corpus.front.__path__) if one.name not in ("plain", "settle")]
SILENT = {"lexicon", "labels"}  # they hand out word lists


@pytest.mark.parametrize("name", READERS)
def test_public_functions_name_their_source(name: str) -> None:
    module = importlib.import_module(f"corpus.front.{name}")
    own = [(key, value) for key, value in vars(module).items()
           if callable(value) and getattr(value, "__module__", "") == module.__name__ and not key.startswith("_")]  # fmt: skip
    functions = [(key, inspect.unwrap(value)) for key, value in own if not inspect.isclass(value)]
    assert [key for key, one in functions if key not in SILENT and "Source:" not in (one.__doc__ or "")] == []
    assert "Source:" in (module.__doc__ or "") or not functions or name in ("read", "head", "words")
