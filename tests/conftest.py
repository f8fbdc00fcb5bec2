"""Fixtures shared by several test modules."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from fakes import HashingEmbedder, PassageCorpus, made_up_notices, passages_by_line
from hypothesis import settings

from assistant.service import Assistant
from assistant.settings import Settings
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from corpus.types import Notice
from index.types import IndexConfig

settings.register_profile("steady", deadline=None, derandomize=True)  # a shared, busy machine is not a failure
settings.load_profile("steady")

pytest_plugins = ["page_fixtures", "service_fixtures"]
ONE_NOTICE = "zhanjiang-2019-hospital-reform"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that are allowed most time go first, so that two processes end together; files stay whole and in order."""
    allowed: dict[Path, float] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        allowed[item.path] = max(allowed.get(item.path, 0.0), float(marker.args[0]) if marker else 0.0)
    items.sort(key=lambda item: -allowed[item.path])


@pytest.fixture(scope="session")
def one_notice_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose corpus is one shipped notice, with a real index (the bundled model, Chroma, BM25).

    Built once a session because embedding takes seconds; tests that break things copy it.
    """
    from index import IndexConfig, build_index

    folder = tmp_path_factory.mktemp("one-notice")
    write_tombstones(folder, [notice.id for notice in load_corpus().notices if notice.id != ONE_NOTICE])
    build_index(load_corpus(folder), IndexConfig(folder))
    return folder


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No ``ASSISTANT_*`` variable but the cache folder's, and an empty working directory, which is returned."""
    for name in list(os.environ):
        if name.startswith("ASSISTANT_") and name != "ASSISTANT_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def data_dir(one_notice_dir: Path, clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``one_notice_dir`` as the data folder of the settings; not to be written to."""
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(one_notice_dir))
    return one_notice_dir


@pytest.fixture
def own_data_dir(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(data_dir, copy)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(copy))
    return copy


@pytest.fixture
def notices() -> tuple[Notice, ...]:
    """Six made-up notices, described in ``fakes``."""
    return made_up_notices()


@pytest.fixture
def passage_corpus(notices: tuple[Notice, ...]) -> PassageCorpus:
    """The made-up notices, one passage a line."""
    return PassageCorpus(tuple(p for notice in notices for p in passages_by_line(notice)))


@pytest.fixture
def hashing_embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def index_config(tmp_path: Path) -> IndexConfig:
    return IndexConfig(tmp_path / "var")


@pytest.fixture(scope="session")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant over the shipped notices with the hashing embedder: quick, and good enough for what must always hold."""
    from index import Index, build_index

    folder = tmp_path_factory.mktemp("hashed")
    corpus, config, embedder = load_corpus(folder), IndexConfig(folder), HashingEmbedder()
    build_index(corpus, config, embedder=embedder)
    index = Index.open(config, corpus, embedder=embedder)
    return Assistant(corpus, index, Settings(data_dir=folder), today=date(2024, 3, 1))


@pytest.fixture(scope="session")
def bundled(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant with the bundled model over the two municipal notices; only the second one is embedded anew."""
    folder = tmp_path_factory.mktemp("bundled") / "var"
    shutil.copytree(one_notice_dir, folder)
    write_tombstones(
        folder, [n.id for n in load_corpus().notices if n.id not in (ONE_NOTICE, "ziyang-2017-pilot-plan")]
    )
    return Assistant.from_settings(Settings(data_dir=folder, today=date(2024, 3, 1)))
