"""The index with its vectors on a real Chroma server on this machine: same answers, and nothing left behind there."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from corpus_fakes import TinyEmbedder, plain_notice
from fakes import HashingEmbedder, PassageCorpus

from assistant.keeping.keeper import add, check, remove
from assistant.settings import Settings
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from index import Index, IndexConfig, build_index
from index.errors import BuildError, StoreError
from index.generation import current_folder, index_root
from index.vectors import delete_collection

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a ``chroma run`` of our own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program is not None, "chromadb brings its command line"
    folder = tmp_path_factory.mktemp("server")
    words = [program, "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "chroma run ended"
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("chroma run does not answer")


def _collections(url: str) -> set[str]:
    """Names of the collections on the server, asked of its interface directly."""
    found = httpx.get(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    return {one["name"] for one in found}


@pytest.fixture
def clean(server: str) -> Iterator[str]:
    for name in _collections(server):
        delete_collection(name, server)
    yield server


def _of(config: IndexConfig) -> set[str]:
    return {f"policy-{folder.name}" for folder in index_root(config.data_dir).glob("gen-*")}


def test_a_server_answers_as_the_embedded_store(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, tmp_path: Path
) -> None:
    config = replace(index_config, chroma_url=clean, data_dir=tmp_path / "served")
    found = []
    for one in (index_config, config):
        build_index(passage_corpus, one, embedder=HashingEmbedder())
        index = Index.open(one, passage_corpus, embedder=HashingEmbedder())
        found.append([(h.passage.id, round(h.score, 5)) for h in index.search("院长年薪不超过几倍", top_k=9)])
    assert found[0] == found[1]


def test_collections_go_with_their_generations(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    config = replace(index_config, chroma_url=clean)
    for notice_id in ("", "songshi-plan", "linhe-2019-pay", "yunling-2021-beds"):
        build_index(passage_corpus.without(notice_id), config, embedder=HashingEmbedder(), force=True)
    assert _collections(clean) == _of(config) and len(_of(config)) == 2


def test_a_build_that_dies_leaves_no_collection_for_long(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after its collection was filled: the folder without a manifest still names it."""
    config = replace(index_config, chroma_url=clean)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.writing.write_manifest", killed)
        patch.setattr("index.writing._abandon", lambda *_: None)  # a kill leaves no time for that
        with pytest.raises(KeyboardInterrupt):
            build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert len(_collections(clean)) == 1
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert _collections(clean) == _of(config) and len(_of(config)) == 1


def test_a_failed_build_takes_its_collection_back(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.writing.write_manifest", full)
    config = replace(index_config, chroma_url=clean)
    with pytest.raises(BuildError):
        build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert _collections(clean) == set() == _of(config)


def test_removal_is_proved_on_the_server_too(clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    monkeypatch.setenv("ASSISTANT_INDEX__CHROMA_URL", clean)
    settings = Settings.load(data_dir=var)
    files = [tmp_path / "一.txt", tmp_path / "二.txt", tmp_path / "三.txt"]
    for file, number in zip(files, ("某府发〔2021〕3号", "某府发〔2021〕4号", "某府发〔2021〕5号"), strict=True):
        file.write_text(plain_notice(number, f"关于{file.stem}的通知"), encoding="utf-8")
    add(settings, files[:2], embedder=TinyEmbedder())
    [third] = add(settings, files[2:], embedder=TinyEmbedder()).added
    first = load_corpus(var).find("某府发〔2021〕3号").id
    for wanted in (first, third.notice.id):
        traces = remove(settings, wanted, embedder=TinyEmbedder())
        assert [trace for trace in traces if trace.count] == []
    assert _collections(clean) == {f"policy-{current_folder(var).name}"}
    findings, _ = check(settings, embedder=TinyEmbedder())
    assert [finding for finding in findings if finding.error] == []


def test_a_server_that_is_gone_is_named() -> None:
    with pytest.raises(StoreError, match="删不掉"):
        delete_collection("policy-x", "http://127.0.0.1:9")
