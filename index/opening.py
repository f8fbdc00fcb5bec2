"""Opens the index, and builds it first where it is missing, unreadable or older than the corpus."""

from __future__ import annotations

from collections.abc import Callable

from index.build import BuildReport, PassageSource, Progress, build_index
from index.errors import BuildError, IndexMissing, StoreError
from index.search import Index
from index.types import Embedder, IndexConfig


def open_or_build(
    config: IndexConfig,
    corpus: PassageSource,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> tuple[Index, BuildReport | None]:
    """Open the index; where there is none, it is unreadable or older than the corpus, build it first.

    ``notify`` is told in Chinese why a build was needed. The report is None where nothing had to be built. If the
    build fails while an older index stands, that one is served (``index.stale``) and ``notify`` is told.

    Raises:
        SearchIndexError: no index stands and none could be built.
    """
    tell = notify or (lambda text: None)
    older: Index | None = None
    try:
        older = Index.open(config, corpus, embedder=embedder)
        if not older.stale:
            return older, None
        tell("文件库有变化，正在更新索引")
    except IndexMissing:
        tell("还没有索引，正在建立（只有第一次需要）")
    except StoreError as error:
        tell(f"{error.message}正在重建索引")
    try:
        report = build_index(corpus, config, embedder=embedder, progress=progress)
    except BuildError as error:
        if older is None:
            raise
        tell(f"{error}暂用原索引回答。")
        return older, None
    return Index.open(config, corpus, embedder=embedder), report
