from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, PassageCorpus
from filelock import FileLock

from index.build import SMALL_ADDITION, build_index
from index.checkpoint import Checkpoint, parts_of
from index.doctor import check
from index.errors import BuildError, BuildLocked, StoreError
from index.generation import current_folder, index_root, read_manifest
from index.opening import open_or_build
from index.saved import read_saved, sentence_texts
from index.search import Index
from index.types import IndexConfig, Matrix, TextRole


class Killed(BaseException):
    """Stands for the process being killed: nothing in the build may swallow it."""


class DyingEmbedder(HashingEmbedder):
    def __init__(self, batches: int, error: BaseException) -> None:
        super().__init__()
        self.left, self.error = batches, error

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        if self.left == 0:
            raise self.error
        self.left -= 1
        return super().embed(texts, role)


def build(corpus: PassageCorpus, config: IndexConfig, embedder: HashingEmbedder | None = None) -> list[str]:
    """Build and give back the texts embedded."""
    embedder = embedder or HashingEmbedder()
    build_index(corpus, config, embedder=embedder)
    return embedder.embedded


def expected_texts(corpus: PassageCorpus) -> set[str]:
    return {t for p in corpus.passages() for t in sentence_texts(p)}


def many(corpus: PassageCorpus, copies: int = 6) -> PassageCorpus:
    """Many sentences, all different: the first character of each is another one."""
    made = tuple(
        replace(p, id=f"{p.id}+{i}", text="".join(
            chr(0x3400 + i) if any(at == s.start for s in p.sentences) else char
            for at, char in enumerate(p.text, start=p.span.start)
        ))
        for p in corpus.passages() for i in range(copies)
    )  # fmt: skip
    assert len(expected_texts(PassageCorpus(made))) == sum(len(p.sentences) for p in made)
    return PassageCorpus(made)


def test_first_build_embeds_each_sentence_once_and_nothing_else(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    embedded = build(passage_corpus, index_config)
    assert sorted(embedded) == sorted(expected_texts(passage_corpus))


def test_sentence_vectors_belong_to_their_sentences(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    saved, embedder = read_saved(current_folder(index_config.data_dir)), HashingEmbedder()
    for row, p in enumerate(saved.passages):
        start, end = saved.offsets[row : row + 2]
        np.testing.assert_allclose(
            saved.sentence_vectors[start:end], embedder.embed(sentence_texts(p), "passage"), atol=1e-6
        )


def test_nothing_changed_embeds_nothing_and_keeps_the_generation(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    build(passage_corpus, index_config)
    before = current_folder(index_config.data_dir)
    report = build_index(passage_corpus, index_config, embedder=(embedder := HashingEmbedder()))
    assert (report.changed, report.embedded, embedder.embedded) == (False, 0, [])
    assert current_folder(index_config.data_dir) == before


def test_a_changed_sentence_alone_is_embedded(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    at = next(n for n, p in enumerate(passage_corpus.made) if len(p.sentences) > 1)
    old = passage_corpus.made[at]
    new = replace(old, text=old.text.replace("6.2张", "7.1张"))
    changed = PassageCorpus((*passage_corpus.made[:at], new, *passage_corpus.made[at + 1 :]))
    assert build(changed, index_config) == [sentence_texts(new)[0]] != [sentence_texts(old)[0]]


def test_a_changed_heading_embeds_nothing_and_is_found_by_its_words(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    build(passage_corpus, index_config)
    first, *rest = passage_corpus.passages()
    changed = PassageCorpus((replace(first, breadcrumb="另一条标题路径"), *rest))
    assert build(changed, index_config) == []
    index = Index.open(index_config, changed, embedder=HashingEmbedder())
    assert not index.stale
    assert index.search("另一条标题路径", mode="lexical", top_k=1)[0].passage == changed.made[0]


def test_sentences_cut_anew_are_filled_anew(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    """The words of a passage stand as they were, only its sentences are others: a copied store must not keep the old."""
    build(passage_corpus, index_config)
    collection = read_manifest(current_folder(index_config.data_dir)).collection
    cut = tuple(replace(p, sentences=(p.span,)) for p in passage_corpus.made)
    more = tuple(replace(cut[0], id=f"new:{n}-1", notice_id="new") for n in range(SMALL_ADDITION))
    corpus = PassageCorpus((*cut, *more))
    build(corpus, index_config)
    index = Index.open(index_config, corpus, embedder=HashingEmbedder())
    assert index.view.manifest.collection == collection, "its stores grew out of the first one's"
    assert index.stored().sentences == {p.id: 1 for p in corpus.made}
    assert check(index, corpus) == []


def test_another_model_embeds_everything(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    assert set(build(passage_corpus, index_config, HashingEmbedder("other"))) == expected_texts(passage_corpus)


def test_a_removed_notice_leaves_every_store(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    smaller = passage_corpus.without("linhe-2019-pay")
    report = build_index(smaller, index_config, embedder=HashingEmbedder())
    assert (report.embedded, report.removed) == (0, 3)
    index = Index.open(index_config, smaller, embedder=HashingEmbedder())
    assert index.stored().sentences == {p.id: len(p.sentences) for p in smaller.passages()}
    assert index.passages.keys() == {p.id for p in smaller.passages()}
    assert not index.stale
    for mode in ("dense", "lexical", "hybrid"):
        hits = index.search("院长年薪倍数考核", top_k=50, mode=mode)
        assert all(hit.passage.notice_id != "linhe-2019-pay" for hit in hits)


def test_a_killed_build_resumes_where_it_stopped(
    passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.checkpoint.CHECKPOINT_CHARACTERS", 500)
    corpus = many(passage_corpus)
    with pytest.raises(Killed):
        build(corpus, index_config, DyingEmbedder(1, Killed()))
    rest = build(corpus, index_config)
    longest = sorted(expected_texts(corpus), key=len, reverse=True)
    first = next(parts_of([text.encode() for text in longest], {text.encode(): text for text in longest}))
    assert 0 < len(first) < len(longest)
    assert len(rest) == len(longest) - len(first)
    assert not Index.open(index_config, corpus, embedder=HashingEmbedder()).stale


@pytest.mark.parametrize("cut", [1, 7, 4096])
def test_a_record_cut_short_is_embedded_again(
    cut: int, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.checkpoint.CHECKPOINT_CHARACTERS", 500)
    corpus = many(passage_corpus)
    with pytest.raises(Killed):
        build(corpus, index_config, DyingEmbedder(1, Killed()))
    (log,) = index_root(index_config.data_dir).glob("embedded-*.log")
    whole = len(Checkpoint(log).read())
    os.truncate(log, log.stat().st_size - cut)
    assert len(Checkpoint(log).read()) == whole - 1
    assert len(build(corpus, index_config)) == len(expected_texts(corpus)) - whole + 1


@pytest.mark.parametrize("step", ["index.writing.write_saved", "index.writing.write_manifest", "index.build.point_to"])
def test_a_full_disk_leaves_the_old_index_serving(
    step: str, passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(passage_corpus, index_config)
    before = current_folder(index_config.data_dir)
    smaller = passage_corpus.without("songshi-plan")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        with pytest.raises(BuildError, match="原索引仍在使用"):
            build_index(smaller, index_config, embedder=HashingEmbedder())
    assert current_folder(index_config.data_dir) == before
    old = Index.open(index_config, passage_corpus, embedder=HashingEmbedder())
    assert old.search("院长年薪", top_k=1)[0].passage.notice_id == "linhe-2019-pay"
    assert build_index(smaller, index_config, embedder=HashingEmbedder()).changed


@pytest.mark.parametrize(
    "victim", ["passages.jsonl", "sentence_vectors.npy", "manifest.json", "chroma/chroma.sqlite3", "offsets.npy"]
)
@pytest.mark.parametrize("damage", ["truncated", "gone", "garbage"])
def test_a_damaged_index_is_rebuilt_and_said_so(
    victim: str, damage: str, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    build(passage_corpus, index_config)
    path = current_folder(index_config.data_dir) / victim
    if damage == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"\0" * 64)
    said: list[str] = []
    embedder = HashingEmbedder()
    index, report = open_or_build(index_config, passage_corpus, embedder=embedder, notify=said.append)
    assert report is not None
    assert "重建" in report.reason
    assert said
    assert index.search("院长年薪", top_k=1)[0].passage.notice_id == "linhe-2019-pay"
    if victim.startswith("chroma"):
        assert embedder.embedded == [], "the store is disposable: its vectors are saved beside it"


def test_an_index_of_the_format_before_is_filled_again_without_embedding(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    build(passage_corpus, index_config)
    path = current_folder(index_config.data_dir) / "manifest.json"
    plain = json.loads(path.read_text("utf-8"))
    del plain["digest"], plain["store_url"]
    path.write_text(json.dumps({**plain, "format": 3, "chroma_url": ""}), encoding="utf-8")
    embedder = HashingEmbedder()
    index, report = open_or_build(index_config, passage_corpus, embedder=embedder)
    assert report is not None and "格式为 3" in report.reason and embedder.embedded == []
    assert index.search("院长年薪", top_k=1)[0].passage.notice_id == "linhe-2019-pay"


def test_a_pointer_to_nowhere_is_rebuilt(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    (index_root(index_config.data_dir) / "CURRENT").write_text("gen-gone")
    with pytest.raises(StoreError, match="CURRENT"):
        Index.open(index_config, passage_corpus, embedder=HashingEmbedder())
    assert build_index(passage_corpus, index_config, embedder=HashingEmbedder()).reason


def test_two_builds_do_not_collide(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    root = index_root(index_config.data_dir)
    root.mkdir(parents=True)
    with FileLock(root / ".lock"), pytest.raises(BuildLocked, match="另一个进程"):
        build(passage_corpus, index_config)
    assert build(passage_corpus, index_config)


def test_older_generations_are_cleaned_but_the_last_stays(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    opened = []
    for notice_id in ("", "songshi-plan", "linhe-2019-pay", "yunling-2021-beds"):
        corpus = passage_corpus.without(notice_id)
        build(corpus, index_config)
        opened.append(Index.open(index_config, corpus, embedder=HashingEmbedder()))
    kept = {p.name for p in index_root(index_config.data_dir).glob("gen-*")}
    assert kept == {opened[-1].folder.name, opened[-2].folder.name}
    assert [index.is_current for index in opened] == [False, False, False, True]
    assert opened[-2].search("院长年薪", top_k=3)


def test_an_empty_corpus_builds_and_finds_nothing(index_config: IndexConfig) -> None:
    empty = PassageCorpus(())
    assert build(empty, index_config) == []
    assert Index.open(index_config, empty, embedder=HashingEmbedder()).search("院长") == []


def test_progress_ends_at_the_total(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    told: list[tuple[int, int, str]] = []
    build_index(many(passage_corpus), index_config, embedder=HashingEmbedder(),
                progress=lambda done, total, label: told.append((done, total, label)))  # fmt: skip
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1] > 0


def test_an_unchanged_build_imports_nothing_heavy(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    script = """
import sys
from pathlib import Path
from fakes import HashingEmbedder, PassageCorpus, made_up_notices, passages_by_line
from index import IndexConfig, build_index
corpus = PassageCorpus(tuple(p for n in made_up_notices() for p in passages_by_line(n)))
assert not build_index(corpus, IndexConfig(Path(sys.argv[1])), embedder=HashingEmbedder()).changed
print(*sorted({"torch", "chromadb", "llama_index", "bm25s", "sentence_transformers"} & set(sys.modules)))
"""
    root = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", script, str(index_config.data_dir)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"},
    )  # fmt: skip
    assert run.stdout.strip() == ""


def test_manifest_hash_sees_one_changed_byte(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    build(passage_corpus, index_config)
    folder = current_folder(index_config.data_dir)
    content = bytearray((folder / "sentence_vectors.npy").read_bytes())
    content[-1] ^= 1
    (folder / "sentence_vectors.npy").write_bytes(content)
    with pytest.raises(StoreError, match=r"sentence_vectors\.npy"):
        read_manifest(folder, full=True)
