"""One contract for every vector store; Chroma and Milvus, each in this process and behind a server."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder, PassageCorpus
from store_servers import chroma_server, milvus_server, needs_milvus

from corpus.types import Passage
from index.errors import StoreError, StoreUnavailable
from index.lexical import LexicalIndex, Postings
from index.saved import sentence_texts
from index.stores import Made, Place, VectorStore, create_store, drop_store, open_store
from index.stores.address import Address, parse
from index.stores.chroma import node_record, wipe_unused
from index.types import Matrix

STORES = [
    "embedded",
    pytest.param("chroma", marks=pytest.mark.slow),
    pytest.param("lite", marks=needs_milvus),
    pytest.param("milvus", marks=[needs_milvus, pytest.mark.slow]),
]
URLS = {"embedded": "", "lite": "milvus:store.db"}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses by kind of store; a server is started at its first use and ended with the module."""
    with _Addresses(tmp_path_factory) as found:
        yield found


class _Addresses(dict[str, str]):
    def __init__(self, folders: pytest.TempPathFactory) -> None:
        super().__init__(URLS)
        self._folders, self._open = folders, []

    def __missing__(self, kind: str) -> str:
        started = (chroma_server if kind == "chroma" else milvus_server)(self._folders.mktemp(kind))
        self._open.append(started)
        self[kind] = started.__enter__().url
        return self[kind]

    def __enter__(self) -> _Addresses:
        return self

    def __exit__(self, *exception: object) -> None:
        for one in self._open:
            one.__exit__(None, None, None)


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, servers: dict[str, str], tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "index" / "gen-test"
    folder.mkdir(parents=True)
    found = Place(
        servers[request.param], f"policy-{request.node.name[:20].replace('[', '-')}-{id(request) % 9973}", folder
    )
    yield found
    if found.url:
        drop_store(found)


@pytest.fixture
def made(passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder) -> Made:
    words = Postings.from_texts([p.search_text for p in passage_corpus.passages()])
    return Made(hashing_embedder.fingerprint, 4096, words.mean_length)


@pytest.fixture
def stored(
    place: Place, made: Made, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> Iterator[VectorStore]:
    with create_store(place, made) as store:
        passages = passage_corpus.passages()
        store.add(passages, vectors_of(passages, hashing_embedder))
        yield store


def vectors_of(passages: Sequence[Passage], embedder: HashingEmbedder) -> list[Matrix]:
    return [embedder.embed(sentence_texts(p), "passage") for p in passages]


def cosines(passages: Sequence[Passage], query: Matrix, embedder: HashingEmbedder) -> dict[str, float]:
    return {
        p.id: float((vectors @ query).max())
        for p, vectors in zip(passages, vectors_of(passages, embedder), strict=True)
    }


def test_nearest_is_the_order_of_the_nearest_sentence(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    query = hashing_embedder.embed(["院长年薪不超过几倍，考核占多少"], "query")[0]
    scores = cosines(passage_corpus.passages(), query, hashing_embedder)
    found = stored.nearest(query, stored.count())
    assert sorted(found) == sorted(scores), "each passage once, however many of its sentences are near"
    assert np.all(np.diff([scores[i] for i in found]) <= 1e-6)


def test_every_sentence_finds_its_passage(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    asked = [(p.id, text) for p in passage_corpus.passages() for text in sentence_texts(p)]
    assert len(asked) > len(passage_corpus.passages()), "some passage has several sentences"
    for identity, text in asked:
        vector = hashing_embedder.embed([text], "passage")[0]
        assert stored.nearest(vector, 1) == [identity]


def test_only_the_notices_asked_for_are_given(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    query = hashing_embedder.embed(["床位数达到多少张"], "query")[0]
    wanted = ("songshi-plan", "linhe-2019-pay")
    among = [p for p in passage_corpus.passages() if p.notice_id in wanted]
    found = stored.nearest(query, stored.count(), wanted)
    assert sorted(found) == sorted(p.id for p in among)
    words = stored.matching({"院长": 1.0, "床位": 1.0}, 50, wanted)
    assert words is None or {one.rpartition(":")[0] for one in words} == {"linhe-2019-pay"}
    assert stored.nearest(query, 10, ["no-such-notice"]) == []


def test_words_are_weighed_as_bm25_weighs_them_or_not_searched(
    stored: VectorStore, passage_corpus: PassageCorpus
) -> None:
    passages = passage_corpus.passages()
    lexical = LexicalIndex.from_texts([p.search_text for p in passages])
    for query in ("公立医院药品集中采购比例", "院长年薪不超过几倍", "县域就诊率 90% 2023年", "云岭政发〔2021〕7号"):
        found = stored.matching(lexical.weights(query), 50)
        if found is None:
            assert stored.held().words is None
            continue
        scores = dict(zip((p.id for p in passages), lexical.scores(query).tolist(), strict=True))
        assert sorted(found) == sorted(one for one, score in scores.items() if score > 0)
        assert np.all(np.diff([scores[one] for one in found]) <= 1e-5)
    assert not stored.matching({}, 50)
    assert not stored.matching({"无此词": 1.0}, 50)


def test_what_was_added_is_counted_and_named(stored: VectorStore, passage_corpus: PassageCorpus) -> None:
    held, passages = stored.held(), passage_corpus.passages()
    assert held.sentences == {p.id: len(p.sentences) for p in passages}
    assert held.words in (None, {p.id for p in passages})
    assert held.of_notice("linhe-2019-pay") == sum(p.notice_id == "linhe-2019-pay" for p in passages)
    assert stored.count() == sum(len(p.sentences) for p in passages)


def test_what_is_there_may_be_added_again(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    """As where an answer of the server was lost and the call is made again."""
    before, some = stored.held(), passage_corpus.passages()[:3]
    stored.add(some, vectors_of(some, hashing_embedder))
    assert stored.held() == before


def test_a_deleted_passage_leaves_with_every_sentence(
    stored: VectorStore, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    gone, kept = max(passage_corpus.passages(), key=lambda p: len(p.sentences)), stored.held()
    assert len(gone.sentences) > 1
    stored.delete([gone])
    left = stored.held()
    assert left.sentences == Counter({k: n for k, n in kept.sentences.items() if k != gone.id})
    assert left.words is None or gone.id not in left.words
    for vector in vectors_of([gone], hashing_embedder)[0]:
        assert gone.id not in stored.nearest(vector, stored.count())
    stored.delete([gone])


def test_a_passage_of_punctuation_is_held_too(stored: VectorStore, passage_corpus: PassageCorpus) -> None:
    odd = replace(passage_corpus.passages()[0], id="odd:0-1", notice_id="odd", text="——。", breadcrumb="")
    odd = replace(odd, sentences=(replace(odd.sentences[0], start=odd.span.start, end=odd.span.start + 3),))
    stored.add([odd], [np.ones((1, 4096), dtype=np.float32) / 64])
    assert stored.held().of_notice("odd") == 1


def test_a_reopened_store_answers_the_same(
    place: Place, made: Made, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    query = hashing_embedder.embed(["药品集中采购"], "query")[0]
    passages = passage_corpus.passages()
    with create_store(place, made) as store:
        store.add(passages, vectors_of(passages, hashing_embedder))
        before = store.nearest(query, 2)  # further down scores tie, and HNSW keeps no order among equals
        words = store.matching({"采购": 1.0}, 5)
    with open_store(place, made.fingerprint, sum(len(p.sentences) for p in passages)) as again:
        assert again.nearest(query, 2) == before
        assert again.matching({"采购": 1.0}, 5) == words


def test_nothing_of_the_memory_of_the_process_stays_in_the_files(
    made: Made, tmp_path: Path, passage_corpus: PassageCorpus, hashing_embedder: HashingEmbedder
) -> None:
    passages = passage_corpus.passages()[:2]
    vectors = vectors_of(passages, hashing_embedder)
    place = Place("", "policy-test", tmp_path)
    with create_store(place, made) as store:
        store.add(passages, vectors)
    buffers = [path for name in ("data_level0.bin", "length.bin") for path in tmp_path.rglob(name)]
    assert len(buffers) == 2
    for path in buffers:  # as hnswlib writes what lay in memory where no vector is yet
        with path.open("r+b") as stream:
            stream.seek(-100, 2)
            stream.write(b"hunan-2023-service-system" * 4)
    wipe_unused(tmp_path)
    assert not any(b"hunan-2023" in path.read_bytes() for path in buffers)
    with open_store(place, made.fingerprint) as again:
        assert [again.nearest(of[0], 1) for of in vectors] == [[passage.id] for passage in passages]


def test_another_model_is_named_and_refused(place: Place, made: Made) -> None:
    create_store(place, made).close()
    with pytest.raises(StoreError, match=r"另一个向量模型.*hashing-4096.*bge-m3.*build --force"):
        open_store(place, "bge-m3")


def test_another_version_is_named_and_refused(place: Place, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("index.stores.types.FORMAT", 99)
        create_store(place, made).close()
    with pytest.raises(StoreError, match=r"格式为 99，本版本用 1.*build --force"):
        open_store(place, made.fingerprint)


def test_a_collection_of_somebody_else_is_refused(place: Place, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(Made, "written", lambda self: "my notes")
        create_store(place, made).close()
    with pytest.raises(StoreError, match="不是本程序写的"):
        open_store(place, made.fingerprint)


def test_a_collection_that_is_not_whole_is_refused(stored: VectorStore, place: Place, made: Made) -> None:
    with pytest.raises(StoreError, match=r"应有 99999 句"):
        open_store(place, made.fingerprint, 99_999)


def test_a_collection_that_is_not_there_is_named_and_dropping_it_is_no_fault(place: Place, made: Made) -> None:
    with pytest.raises(StoreError, match="向量库"):
        open_store(place, made.fingerprint)
    if place.url:
        create_store(place, made).close()
        drop_store(place)
        drop_store(place)
        with pytest.raises(StoreError, match="向量库"):
            open_store(place, made.fingerprint)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", pytest.param("milvus://127.0.0.1:9", marks=needs_milvus)])
def test_a_server_that_does_not_answer_is_tried_again_and_named(
    url: str, tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("index.stores.types.time.sleep", waited.append)
    place = Place(url, "policy-test", tmp_path, "secret:word")
    for call in (lambda: open_store(place, "x"), lambda: create_store(place, made), lambda: drop_store(place)):
        waited.clear()
        with pytest.raises(StoreUnavailable, match=f"{url} 没有回应.*请检查那个服务") as caught:
            call()
        assert waited == [0.2, 1.0]
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(place)


@needs_milvus
def test_a_milvus_lite_file_is_one_process_s(tmp_path: Path, made: Made) -> None:
    """Within this process it is shared; another one is told why not."""
    folder = tmp_path / "index" / "gen-test"
    folder.mkdir(parents=True)
    place = Place("milvus:store.db", "policy-test", folder)
    script = (
        "import sys\nfrom pathlib import Path\nfrom index.errors import StoreUnavailable\nfrom index.stores import *\n"
        "try:\n    open_store(Place('milvus:store.db', 'policy-test', Path(sys.argv[1])), 'x')\n"
        "except StoreUnavailable as error:\n    print(error)\n"
    )
    with create_store(place, made) as one, open_store(place, made.fingerprint) as other:
        assert one.count() == other.count() == 0
        run = subprocess.run(
            [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True,
            cwd=Path(__file__).parents[1],
        )  # fmt: skip
    assert "store.db 正被另一个进程使用" in run.stdout
    assert run.stderr == ""


@needs_milvus
def test_a_file_of_the_older_milvus_lite_is_named(tmp_path: Path, made: Made) -> None:
    (tmp_path / "old.db").write_bytes(b"SQLite format 3\0")
    with pytest.raises(StoreError, match=r"old\.db 是一个文件，不是这一版 Milvus Lite"):
        create_store(Place(f"milvus:{tmp_path}/old.db", "policy-test", tmp_path), made)


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(StoreUnavailable, match=r"pip install 'health-policy-assistant\[milvus\]'"):
        create_store(Place("milvus:x.db", "policy-test", tmp_path), made)


def test_addresses() -> None:
    assert parse("https://chroma.example") == Address("chroma", "https://chroma.example")
    assert parse("milvus://[::1]:19530") == Address("milvus", "http://[::1]:19530")
    assert parse("milvus:/srv/policy/v.db").file(Path("var")) == Path("/srv/policy/v.db")
    assert parse("milvus:v.db").file(Path("var")) == Path("var/v.db")


@pytest.mark.parametrize(
    "url",
    [
        "chroma:8000",
        "milvus:x.txt",
        "http://",
        "http://h/path",
        "milvus://h/a/b",
        "ftp://h",
        "http://h:x",
        "milvus://h?a=1",
    ],
)
def test_an_address_of_another_form_says_the_forms(url: str) -> None:
    with pytest.raises(ValueError, match=r"可写：.*milvus:文件\.db"):
        parse(url)


def test_a_password_in_an_address_is_sent_elsewhere_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="ASSISTANT_STORE__TOKEN") as caught:
        parse("milvus://root:Milvus@h:19530")
    assert "Milvus@" not in str(caught.value)


def test_chroma_s_records_are_the_nodes_llama_index_would_write_and_reads_them() -> None:
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

    node = TextNode(id_='n"1#0', text="一、甲。", metadata={"notice_id": 'n"1'}, embedding=[0.6, 0.8])
    written = node_record('n"1#0', 'n"1')
    assert written == node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
    assert metadata_dict_to_node(written, text="一、甲。").get_content() == "一、甲。"
