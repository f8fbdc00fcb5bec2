"""The index with its vectors in a store outside its folder: same answers, faults told and survived, and nothing left there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from corpus_fakes import TinyEmbedder, plain_notice
from fakes import HashingEmbedder, PassageCorpus, passage
from store_servers import StoreServer, chroma_server, milvus_server, needs_milvus

from assistant.cli import main
from assistant.keeping.keeper import add, check, remove
from assistant.settings import Settings
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from corpus.types import Passage
from evals.bench_corpus import made_up
from index import Hit, Index, IndexConfig, build_index
from index.errors import BuildError, StoreError, StoreUnavailable
from index.generation import current_folder, index_root
from index.stores import Place, drop_store

pytestmark = pytest.mark.slow
KINDS = ["chroma", pytest.param("milvus", marks=needs_milvus)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, StoreServer]]:
    """Servers by kind, started at their first use."""
    with ExitStack() as stack:

        class Started(dict[str, StoreServer]):
            def __missing__(self, kind: str) -> StoreServer:
                start = chroma_server if kind == "chroma" else milvus_server
                self[kind] = stack.enter_context(start(tmp_path_factory.mktemp(kind)))
                return self[kind]

        yield Started()


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, servers: dict[str, StoreServer]) -> StoreServer:
    """A server that holds no collection."""
    found = servers[request.param]
    if found.process is None:
        found.start()
    for name in collections(found.url):
        drop_store(Place(found.url, name, Path("nowhere/index/gen-x")))
    return found


@pytest.fixture
def clean(server: StoreServer) -> str:
    return server.url


def collections(url: str) -> set[str]:
    """Names of the collections on a server, asked of its own interface."""
    if url.startswith("milvus"):
        from pymilvus import MilvusClient

        client = MilvusClient(url.replace("milvus", "http"))
        names = {name.replace("_", "-") for name in client.list_collections() if not name.endswith("_words")}
        client.close()
        return names
    found = httpx.get(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    return {one["name"] for one in found}


def _of(config: IndexConfig) -> set[str]:
    return {f"policy-{folder.name}" for folder in index_root(config.data_dir).glob("gen-*")}


def library(notices: int, lines: int) -> PassageCorpus:
    """Made-up notices, one passage a line."""
    from datetime import date

    from corpus.types import Level, Notice

    found: list[Passage] = []
    for order in range(1, notices + 1):
        body = "\n".join(made_up(order, lines).splitlines()[4:-2])
        notice = Notice(
            f"made-{order}", None, f"通知{order}", "办公室", "云岭省", Level.PROVINCIAL, date(2020, 1, 1), body
        )
        at = 0
        for line in body.splitlines(keepends=True):
            if line.strip():
                found.append(passage(notice, at, at + len(line.rstrip())))
            at += len(line)
    return PassageCorpus(tuple(found))


def same_within_ties(ours: Sequence[Hit], theirs: Sequence[Hit]) -> None:
    """The same scores in the same order, and above the last one, which may tie with what was cut off, the same passages."""
    assert [h.score for h in ours] == pytest.approx([h.score for h in theirs], abs=1e-5)
    for score in {round(h.score, 5) for h in theirs} - {round(h.score, 5) for h in theirs[-1:]}:
        assert {h.passage.id for h in ours if round(h.score, 5) == score} == {
            h.passage.id for h in theirs if round(h.score, 5) == score
        }


QUESTIONS = [line[:50] for order in (2, 5, 11, 17) for line in made_up(order, 30).splitlines()[9:20:5]] + ["到2031年底"]


@pytest.mark.parametrize(
    "kind", ["chroma", pytest.param("milvus", marks=needs_milvus), pytest.param("lite", marks=needs_milvus)]
)
@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_store_gives_the_same_ten(
    kind: str,
    mode: str,
    servers: dict[str, StoreServer],
    twins: dict[str, tuple[Index, Index]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beside the embedded store, in a library whose every vector is asked of the store; with and without filters, before
    and after notices have changed."""
    monkeypatch.setattr("index.search.EXACT_SENTENCES", 0)
    monkeypatch.setattr("index.search.EXACT", 0)
    monkeypatch.setattr("index.search.EXACT_WORDS", 0)
    for state in ("whole", "grown"):
        ours, theirs = twins[f"{kind} {state}"]
        assert len(theirs.view.segments) == (1 if state == "whole" else 2)
        for question in QUESTIONS:
            for only in (None, [f"made-{n}" for n in range(3, 9)], ["made-2"], []):
                same_within_ties(
                    ours.search(question, mode=mode, notice_ids=only),
                    theirs.search(question, mode=mode, notice_ids=only),
                )


@pytest.fixture(scope="module")
def twins(servers: dict[str, StoreServer], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Index, Index]]:
    """By store, and whether it is whole or stands with an addition: an index on it, and one in embedded Chroma."""

    class Twins(dict[str, tuple[Index, Index]]):
        def __missing__(self, name: str) -> tuple[Index, Index]:
            kind, state = name.split()
            url = "milvus:store.db" if kind == "lite" else servers[kind].url
            corpus, pair = library(24, 30), []
            changed = PassageCorpus(
                tuple(replace(p, breadcrumb="改了") if p.notice_id == "made-4" else p for p in corpus.made)
            )
            changed = PassageCorpus(
                changed.made + tuple(replace(p, id=f"new:{p.id}", notice_id="new") for p in corpus.made[:9])
            )
            for one in (url, ""):
                config = IndexConfig(tmp_path_factory.mktemp("twin"), store_url=one)
                build_index(corpus, config, embedder=HashingEmbedder())
                now = corpus
                if state == "grown":
                    build_index(changed, config, embedder=HashingEmbedder())
                    now = changed
                pair.append(Index.open(config, now, embedder=HashingEmbedder()))
            self[name] = (pair[0], pair[1])
            return self[name]

    return Twins()


def test_collections_go_with_their_generations(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    config = replace(index_config, store_url=clean)
    for notice_id in ("", "songshi-plan", "linhe-2019-pay", "yunling-2021-beds"):
        build_index(passage_corpus.without(notice_id), config, embedder=HashingEmbedder(), force=True)
    assert collections(clean) == _of(config) and len(_of(config)) == 2


def test_a_build_that_dies_leaves_no_collection_for_long(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after its collection was filled: the folder without a manifest still names it."""
    config = replace(index_config, store_url=clean)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.writing.write_manifest", killed)
        patch.setattr("index.writing._abandon", lambda *_: None)  # a kill leaves no time for that
        with pytest.raises(KeyboardInterrupt):
            build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert len(collections(clean)) == 1
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert collections(clean) == _of(config) and len(_of(config)) == 1


def test_a_failed_build_takes_its_collection_back(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.writing.write_manifest", full)
    config = replace(index_config, store_url=clean)
    with pytest.raises(BuildError):
        build_index(passage_corpus, config, embedder=HashingEmbedder())
    assert collections(clean) == set() == _of(config)


def test_removal_is_proved_on_the_server_too(clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    monkeypatch.setenv("ASSISTANT_STORE__URL", clean)
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
    assert collections(clean) == {f"policy-{current_folder(var).name}"}
    findings, _ = check(settings, embedder=TinyEmbedder())
    assert [finding for finding in findings if finding.error] == []


def test_a_build_that_dies_is_cleared_where_it_was_even_if_the_setting_has_changed(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.writing.write_manifest", killed)
        patch.setattr("index.writing._abandon", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            build_index(passage_corpus, replace(index_config, store_url=clean), embedder=HashingEmbedder())
    build_index(passage_corpus, index_config, embedder=HashingEmbedder())
    assert collections(clean) == set()


def test_down_at_start_and_in_the_middle_is_told_and_answers_resume(
    server: StoreServer, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    config = replace(index_config, store_url=server.url)
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    before = current_folder(config.data_dir)
    asked = Index.open(config, passage_corpus, embedder=HashingEmbedder())
    good = [hit.passage.id for hit in asked.search("院长年薪不超过几倍", top_k=3)]
    server.stop()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=r"没有回应.*它恢复后再问即可，不用重建索引"):
            asked.search("药品集中采购")
    late = Index.open(config, passage_corpus, embedder=HashingEmbedder())
    with pytest.raises(StoreUnavailable, match="没有回应"):
        late.search("院长年薪不超过几倍")
    changed = passage_corpus.without("linhe-2019-pay")
    with pytest.raises(BuildError, match=r"没有回应.*原索引仍在使用"):
        build_index(changed, config, embedder=HashingEmbedder())
    assert current_folder(config.data_dir) == before
    server.start()
    for index in (asked, late):
        assert [hit.passage.id for hit in index.search("院长年薪不超过几倍", top_k=3)] == good
    build_index(changed, config, embedder=HashingEmbedder())
    assert current_folder(config.data_dir) != before


def test_the_command_says_it_in_a_line_and_builds_nothing(
    server: StoreServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    var = tmp_path / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    monkeypatch.setenv("ASSISTANT_STORE__URL", server.url)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    monkeypatch.setattr("index.search.load_embedder", lambda *_, **__: TinyEmbedder())
    monkeypatch.setattr("index.build.load_embedder", lambda *_, **__: TinyEmbedder())
    (tmp_path / "一.txt").write_text(plain_notice("某府发〔2021〕3号", "关于一的通知"), encoding="utf-8")
    add(Settings.load(), [tmp_path / "一.txt"], embedder=TinyEmbedder())
    before = (var / "index" / "CURRENT").read_text()
    server.stop()
    assert main(["ask", "村卫生室要建成多少个？"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert (
        "没有回应" in told[-1]
        and "Traceback" not in "".join(told)
        and "重建索引。" not in told[-1].replace("不用重建索引。", "")
    )
    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert any("没有回应" in one["message"] for one in findings)
    assert (var / "index" / "CURRENT").read_text() == before
    server.start()
    assert main(["ask", "村卫生室要建成多少个？"]) == 0


def test_a_collection_that_was_emptied_meanwhile_is_named(
    clean: str, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    config = replace(index_config, store_url=clean)
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    index = Index.open(config, passage_corpus, embedder=HashingEmbedder())
    index._store.delete(passage_corpus.made[:2])
    with pytest.raises(StoreError, match=r"不完整.*build --force"):
        Index.open(config, passage_corpus, embedder=HashingEmbedder()).search("院长")
    embedder = HashingEmbedder()
    build_index(passage_corpus, config, embedder=embedder, force=True)
    assert embedder.embedded == []
    assert Index.open(config, passage_corpus, embedder=HashingEmbedder()).search("院长")
