"""Finds passages. The public surface of the layer, loaded on first use so that importing it costs nothing.

- values and seams: ``IndexConfig``, ``Hit``, ``Embedder``, ``Reranker`` (``index.types``)
- build: ``build_index`` → ``BuildReport``; into another store: ``migrate`` → ``Migration``
- search: ``Index.open(...).search(...)``, ``open_or_build``
- models: ``load_embedder``
- health: ``check`` → findings
- errors: ``SearchIndexError`` and its children (``index.errors``)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import BuildReport, build_index
    from index.doctor import Finding, check
    from index.embedder import load_embedder
    from index.errors import (
        BuildError,
        BuildLocked,
        IndexMissing,
        MigrationError,
        ModelError,
        SearchIndexError,
        StoreError,
        StoreUnavailable,
    )
    from index.fusion import reciprocal_rank_fusion
    from index.migration import Migration, migrate
    from index.opening import open_or_build
    from index.search import Index
    from index.types import Embedder, Hit, IndexConfig, Reranker, SearchMode

_HOMES = {
    "BuildReport": "build", "build_index": "build", "Finding": "doctor", "check": "doctor",
    "load_embedder": "embedder", "BuildError": "errors", "BuildLocked": "errors", "IndexMissing": "errors",
    "MigrationError": "errors", "ModelError": "errors", "SearchIndexError": "errors", "StoreError": "errors",
    "StoreUnavailable": "errors", "Migration": "migration", "migrate": "migration",
    "reciprocal_rank_fusion": "fusion", "Index": "search", "open_or_build": "opening",
    "Embedder": "types", "Hit": "types", "IndexConfig": "types", "Reranker": "types", "SearchMode": "types",
}  # fmt: skip

__all__ = [  # noqa: RUF022 (in the order of the docstring)
    "IndexConfig", "Hit", "Embedder", "Reranker", "SearchMode",
    "BuildReport", "build_index",
    "Migration", "migrate",
    "Index", "open_or_build", "reciprocal_rank_fusion",
    "load_embedder",
    "Finding", "check",
    "SearchIndexError", "ModelError", "BuildError", "BuildLocked", "MigrationError", "StoreError", "StoreUnavailable", "IndexMissing",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(f"index.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
