"""The index copied into another store: nothing embedded, nothing of the old touched, and gone on with where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice
from fakes import HashingEmbedder, PassageCorpus
from store_servers import StoreServer, chroma_server, needs_milvus

from assistant.cli import main
from assistant.keeping.keeper import add, remove
from assistant.settings import Settings
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from index import IndexConfig, Migration, build_index, migrate, open_or_build
from index.errors import BuildLocked, MigrationError
from index.generation import current_folder, folders_of, index_root, read_serving, standby_folder
from index.stores import Place, open_store

LITE = "milvus:store.db"
pytestmark = needs_milvus


@pytest.fixture
def built(passage_corpus: PassageCorpus, index_config: IndexConfig) -> IndexConfig:
    build_index(passage_corpus, index_config, embedder=HashingEmbedder())
    return index_config


def on(config: IndexConfig, url: str) -> IndexConfig:
    return replace(config, store_url=url)


def contents(folder: Path) -> dict[str, str]:
    """Every file of a generation by its hash; Chroma's own of SQLite change as it is opened."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def found(config: IndexConfig, corpus: PassageCorpus) -> list[tuple[str, float]]:
    index, report = open_or_build(config, corpus, embedder=(embedder := HashingEmbedder()))
    assert embedder.embedded == [] and (report is None or report.embedded == 0)
    assert index.view.segments[0].manifest.store_url == config.store_url and not index.stale
    return [(h.passage.id, round(h.score, 5)) for h in index.search("院长年薪不超过几倍", top_k=9)]


def test_a_copy_answers_the_same_and_the_setting_alone_switches(
    built: IndexConfig, passage_corpus: PassageCorpus
) -> None:
    old = current_folder(built.data_dir)
    before, kept = found(built, passage_corpus), contents(old)
    told: list[tuple[int, int, str]] = []
    done = migrate(built, LITE, progress=lambda *step: told.append(step))
    sentences = sum(len(p.sentences) for p in passage_corpus.made)
    assert done == Migration("", LITE, len(passage_corpus.made), sentences, len(passage_corpus.made), 0)
    assert told[-1][0] == told[-1][1] == done.passages
    assert current_folder(built.data_dir) == old and contents(old) == kept
    assert found(built, passage_corpus) == before, "what served goes on serving"
    assert found(on(built, LITE), passage_corpus) == before
    new = current_folder(built.data_dir)
    assert new != old and (new / "passages.jsonl").samefile(old / "passages.jsonl")
    assert found(built, passage_corpus) == before and current_folder(built.data_dir) == old
    assert found(on(built, LITE), passage_corpus) == before and current_folder(built.data_dir) == new


def test_an_addition_comes_along(built: IndexConfig, passage_corpus: PassageCorpus) -> None:
    extra = tuple(replace(p, id=f"new:{p.id}", notice_id="new") for p in passage_corpus.made[:2])
    grown = PassageCorpus(passage_corpus.made + extra)
    build_index(grown, built, embedder=HashingEmbedder())
    assert len(folders_of(current_folder(built.data_dir))) == 2
    before = found(built, grown)
    assert migrate(built, LITE).added == 2
    assert found(on(built, LITE), grown) == before
    assert len(folders_of(current_folder(built.data_dir))) == 2


def test_what_was_added_after_the_copy_goes_on_top_of_it(built: IndexConfig, passage_corpus: PassageCorpus) -> None:
    """Before the switch, on the old store; neither the copy is lost nor is anything embedded or written again."""
    migrate(built, LITE)
    base = standby_folder(built.data_dir)
    extra = tuple(replace(p, id=f"new:{p.id}", notice_id="new", text=p.text[::-1]) for p in passage_corpus.made[:2])
    grown = PassageCorpus(passage_corpus.made + extra)
    build_index(grown, built, embedder=HashingEmbedder())
    before = found(built, grown)
    assert found(on(built, LITE), grown) == before
    assert folders_of(current_folder(built.data_dir))[0] == base


def test_a_second_copy_after_an_addition_writes_nothing_again(
    built: IndexConfig, passage_corpus: PassageCorpus
) -> None:
    migrate(built, LITE)
    extra = tuple(replace(p, id=f"new:{p.id}", notice_id="new") for p in passage_corpus.made[:2])
    grown = PassageCorpus(passage_corpus.made + extra)
    build_index(grown, built, embedder=HashingEmbedder())
    done = migrate(built, LITE)
    assert (done.written, done.added) == (0, 2)
    assert found(on(built, LITE), grown) == found(built, grown)


def test_stopped_in_the_middle_it_goes_on_and_the_old_serves(
    built: IndexConfig, passage_corpus: PassageCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.stores.milvus import MilvusStore

    monkeypatch.setattr("index.migration._BATCH", 5)
    before, inserted = found(built, passage_corpus), MilvusStore._insert
    calls: list[str] = []

    def stopping(self: MilvusStore, name: str, records: list[dict[str, object]]) -> None:
        calls.append(name)
        if len(calls) == 6:  # the sentences of a batch are in, their words are not
            raise KeyboardInterrupt
        inserted(self, name, records)

    with monkeypatch.context() as patch:
        patch.setattr(MilvusStore, "_insert", stopping)
        with pytest.raises(KeyboardInterrupt):
            migrate(built, LITE)
    assert found(built, passage_corpus) == before
    folder = standby_folder(built.data_dir)
    assert folder is not None and not (folder / "manifest.json").exists()
    assert found(on(replace(built, data_dir=built.data_dir), ""), passage_corpus) == before
    done = migrate(built, LITE)
    assert 0 < done.written < done.passages and standby_folder(built.data_dir) == folder
    assert found(on(built, LITE), passage_corpus) == before


def test_half_a_copy_is_never_served(
    built: IndexConfig, passage_corpus: PassageCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopping(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.migration._check", stopping)
        with pytest.raises(KeyboardInterrupt):
            migrate(built, LITE)
    half = standby_folder(built.data_dir)
    assert found(on(built, LITE), passage_corpus), "written from the saved vectors instead"
    assert current_folder(built.data_dir) != half


def test_a_copy_whose_numbers_do_not_agree_is_refused(
    built: IndexConfig, passage_corpus: PassageCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.stores.milvus import MilvusStore

    added = MilvusStore.add

    def losing(self: MilvusStore, passages: list[object], vectors: list[object]) -> None:
        added(self, passages[1:], vectors[1:])  # type: ignore[arg-type]

    monkeypatch.setattr(MilvusStore, "add", losing)
    with pytest.raises(MigrationError, match=r"数目不对（应有 \d+ 段 \d+ 句，实有 \d+ 段"):
        migrate(built, LITE)
    standby = standby_folder(built.data_dir)
    assert standby is not None and not (standby / "manifest.json").exists()


def test_a_copy_is_kept_by_builds_and_cleared_by_force_or_a_removal(
    built: IndexConfig, passage_corpus: PassageCorpus
) -> None:
    migrate(built, LITE)
    copy = standby_folder(built.data_dir)
    assert copy is not None
    name = f"policy-{copy.name}"
    build_index(passage_corpus.without("songshi-plan"), built, embedder=HashingEmbedder())
    build_index(passage_corpus.without("linhe-2019-pay"), built, embedder=HashingEmbedder())
    open_store(Place(LITE, name, copy), HashingEmbedder().fingerprint).release()
    build_index(passage_corpus, built, embedder=HashingEmbedder(), force=True)
    assert not copy.exists() and standby_folder(built.data_dir) is None
    assert not list((built.data_dir / "store.db" / "collections").iterdir())


def test_what_is_removed_is_gone_from_the_copy_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    settings = Settings.load(data_dir=var)
    files = [tmp_path / "一.txt", tmp_path / "二.txt"]
    for file, number in zip(files, ("某府发〔2021〕3号", "某府发〔2021〕4号"), strict=True):
        file.write_text(plain_notice(number, f"关于{file.stem}的通知"), encoding="utf-8")
    added = add(settings, files, embedder=TinyEmbedder()).added
    migrate(settings.index_config(), LITE)
    traces = remove(settings, added[0].notice.id, embedder=TinyEmbedder())
    assert [trace for trace in traces if trace.count] == []
    assert standby_folder(var) is None and not list((var / "store.db" / "collections").iterdir())
    monkeypatch.setenv("ASSISTANT_STORE__URL", LITE)
    on_milvus = Settings.load(data_dir=var)
    files[0].write_text(plain_notice("某府发〔2021〕5号", "关于三的通知"), encoding="utf-8")
    third = add(on_milvus, files[:1], embedder=TinyEmbedder()).added[0]
    traces = remove(on_milvus, third.notice.id, embedder=TinyEmbedder())
    assert any(trace.store == "向量库" for trace in traces)
    assert [trace for trace in traces if trace.count] == []


def test_the_store_in_use_is_no_target_and_a_wrong_address_says_the_forms(built: IndexConfig) -> None:
    with pytest.raises(MigrationError, match="现在用的就是这个向量库"):
        migrate(built, "")
    with pytest.raises(MigrationError, match="可写："):
        migrate(built, "mysql://h")


def test_a_build_under_way_is_waited_for(built: IndexConfig) -> None:
    from filelock import FileLock

    with FileLock(index_root(built.data_dir) / ".lock"), pytest.raises(BuildLocked, match="另一个进程"):
        migrate(built, LITE)


def test_back_into_the_embedded_store(built: IndexConfig, passage_corpus: PassageCorpus) -> None:
    """Of an index that was built in Milvus and never lay in Chroma."""
    config = on(replace(built, data_dir=built.data_dir / "second"), LITE)
    build_index(passage_corpus, config, embedder=HashingEmbedder())
    before = found(config, passage_corpus)
    assert migrate(config, "").written == len(passage_corpus.made)
    assert found(on(config, ""), passage_corpus) == before
    assert read_serving(current_folder(config.data_dir), full=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StoreServer]:
    (tmp_path / "server").mkdir()
    with chroma_server(tmp_path / "server") as found:
        yield found


@pytest.mark.slow
def test_a_server_that_goes_down_in_the_middle_is_told_and_gone_on_with(
    server: StoreServer, built: IndexConfig, passage_corpus: PassageCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.migration._BATCH", 5)
    before = found(built, passage_corpus)

    def ending(done: int, total: int, label: str) -> None:
        if 0 < done < total:
            server.stop()

    with pytest.raises(MigrationError, match=r"没有回应.*原库照常使用.*会接着复制"):
        migrate(built, server.url, progress=ending)
    assert found(built, passage_corpus) == before
    with pytest.raises(MigrationError, match="没有回应"):
        migrate(built, server.url)
    server.start()
    done = migrate(built, server.url)
    assert 0 < done.written < done.passages
    assert found(on(built, server.url), passage_corpus) == before


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    assert main(["migrate", LITE]) == 2
    assert "请运行 assistant build" in capsys.readouterr().err
    (tmp_path / "一.txt").write_text(plain_notice("某府发〔2021〕3号", "关于一的通知"), encoding="utf-8")
    add(Settings.load(), [tmp_path / "一.txt"], embedder=TinyEmbedder())
    assert main(["migrate", "mysql://h"]) == 2
    assert "可写：" in capsys.readouterr().err
    assert main(["migrate", LITE]) == 0
    said = capsys.readouterr()
    assert "已核对：新库里有" in said.out and f"把 ASSISTANT_STORE__URL 设为 {LITE} 并重启" in said.out
    assert main(["migrate", LITE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == 0
