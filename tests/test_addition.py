"""An addition beside its base is searched exactly as one build of the same corpus would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashingEmbedder, PassageCorpus

import index.build
from corpus.types import Passage, Span
from index import Index, IndexConfig, build_index, check
from index.errors import StoreError
from index.generation import current_folder, folders_of, index_root, read_manifest
from index.opening import open_or_build

QUERIES = (
    "院长年薪不超过几倍",
    "床位 6.8张",
    "每个乡镇卫生院远程会诊",
    "县域就诊率 2023年 90%",
    "药品加成 15%",
    "没有的事",
)
Change = Callable[[PassageCorpus], PassageCorpus]


def _renamed(passage: Passage, notice_id: str, crumb: str = "") -> Passage:
    identity = f"{notice_id}:{passage.span.start}-{passage.span.end}"
    return replace(passage, id=identity, notice_id=notice_id, breadcrumb=crumb or passage.breadcrumb)


def _with(corpus: PassageCorpus, *names: str) -> PassageCorpus:
    """The corpus and copies of one of its notices under other names, the first of them before all others."""
    source = [p for p in corpus.made if p.notice_id == "linhe-2019-pay"]
    copies = [[_renamed(p, name, f"{name} · 新办法") for p in source] for name in names]
    return PassageCorpus((*copies[0], *corpus.made, *(p for copy in copies[1:] for p in copy)))


def _retitled(corpus: PassageCorpus, notice_id: str = "songshi-plan") -> PassageCorpus:
    return PassageCorpus(
        tuple(replace(p, breadcrumb="换了标题的要点") if p.notice_id == notice_id else p for p in corpus.made)
    )


def _shortened(corpus: PassageCorpus, notice_id: str = "yunling-2021-beds") -> PassageCorpus:
    last = [p.id for p in corpus.made if p.notice_id == notice_id][-1]
    return PassageCorpus(tuple(p for p in corpus.made if p.id != last))


def _unchanged(corpus: PassageCorpus) -> PassageCorpus:
    return corpus


CHANGES: dict[str, Change] = {
    "one more": lambda corpus: _with(corpus, "a-new"),
    "three more": lambda corpus: _with(corpus, "a-new", "m-new", "z-new"),
    "same passages, other title": _retitled,
    "a passage less": _shortened,
    "all at once": lambda corpus: _shortened(_retitled(_with(corpus, "a-new"))),
}


def _built(corpus: PassageCorpus, config: IndexConfig, *before: PassageCorpus) -> Index:
    """The index after builds of each corpus in turn."""
    for one in (*before, corpus):
        build_index(one, config, embedder=HashingEmbedder())
    return Index.open(config, corpus, embedder=HashingEmbedder())


def _is_addition(index: Index) -> bool:
    return len(index.view.segments) == 2


def _answers(index: Index, notice_ids: list[str] | None = None) -> list[object]:
    found: list[object] = []
    for query in QUERIES:
        for mode in ("hybrid", "dense", "lexical"):
            hits = index.search(query, top_k=12, mode=mode, notice_ids=notice_ids)  # type: ignore[arg-type]
            found.append([(h.passage, h.dense_rank, h.lexical_rank) for h in hits])
            found.append([round(h.score, 5) for h in hits])
    return found


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_addition_is_searched_as_one_build(
    change: Change, passage_corpus: PassageCorpus, index_config: IndexConfig, tmp_path: Path
) -> None:
    corpus = change(passage_corpus)
    grown = _built(corpus, index_config, passage_corpus)
    whole = _built(corpus, replace(index_config, data_dir=tmp_path / "whole"))
    assert _is_addition(grown) and not _is_addition(whole)
    assert list(grown.passages.items()) == list(whole.passages.items()), "in the same order too"
    assert _answers(grown) == _answers(whole)
    some = ["linhe-2019-pay", "songshi-plan", "a-new"]
    assert _answers(grown, some) == _answers(whole, some)
    for identity in whole.passages:
        assert grown.sentence_vectors(identity) == pytest.approx(whole.sentence_vectors(identity))
    assert check(grown, corpus) == []


def test_with_one_candidate_the_base_still_has_its_say(
    passage_corpus: PassageCorpus, index_config: IndexConfig, tmp_path: Path
) -> None:
    """Rows of the addition must not pass for candidates of the base that a filter ate."""
    corpus, config = _with(passage_corpus, "a-new", "m-new"), replace(index_config, candidates=1)
    grown = _built(corpus, config, passage_corpus)
    whole = _built(corpus, replace(config, data_dir=tmp_path / "whole"))
    assert _answers(grown, ["songshi-plan", "a-new"]) == _answers(whole, ["songshi-plan", "a-new"])


def test_only_the_addition_is_written_and_embedded(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    _built(passage_corpus, index_config)
    base = current_folder(index_config.data_dir)
    one_more = _with(passage_corpus, "a-new")
    known, new, *rest = one_more.made
    fresh = replace(new, text=f"{new.text[:-1]}（试行）\n", span=Span(new.span.start, new.span.end + 4))
    fresh = replace(fresh, sentences=(fresh.span,))
    corpus = PassageCorpus((known, fresh, *rest))
    report = build_index(corpus, index_config, embedder=(embedder := HashingEmbedder()))
    folder = current_folder(index_config.data_dir)
    assert folders_of(folder) == [base, folder] and not (folder / "chroma").exists()
    assert embedder.embedded == [fresh.text], "its other sentences were known"
    assert (report.passages, report.embedded, report.removed) == (len(passage_corpus.made) + 3, 1, 0)
    assert len((folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_additions_do_not_pile_up(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    """A second one takes the place of the first; a retraction goes back to the base itself."""
    corpus = _with(passage_corpus, "a-new")
    _built(passage_corpus, index_config)
    base = current_folder(index_config.data_dir)
    for one in (corpus, _with(passage_corpus, "a-new", "b-new"), corpus):
        index = _built(one, index_config)
        assert index.passages.keys() == {p.id for p in one.made}
        assert folders_of(index.folder)[0] == base
    report = build_index(passage_corpus, index_config, embedder=HashingEmbedder())
    assert (report.removed, report.embedded) == (3, 0)
    assert current_folder(index_config.data_dir) == base


def test_a_notice_that_comes_back_as_it_was_is_let_through_again(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    index = _built(passage_corpus, index_config, passage_corpus, _retitled(_with(passage_corpus, "a-new")))
    assert index.passages.keys() == {p.id for p in passage_corpus.made}
    assert check(index, passage_corpus) == []


def test_what_leaves_the_base_leaves_no_trace(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    corpus = _with(passage_corpus, "a-new").without("songshi-plan")
    index = _built(corpus, index_config, passage_corpus, _with(passage_corpus, "a-new"))
    assert not _is_addition(index)
    for path in index.folder.rglob("*"):
        assert path.is_dir() or b"songshi-plan" not in path.read_bytes(), path


@pytest.mark.parametrize("limit", ["LARGEST_ADDITION", "SMALL_ADDITION"])
def test_an_addition_too_large_becomes_a_whole_generation(
    limit: str, passage_corpus: PassageCorpus, index_config: IndexConfig, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(index.build, limit, 5)
    first, corpus = _retitled(_with(passage_corpus, "a-new")), _with(passage_corpus, "a-new", "z-new")
    _built(passage_corpus, index_config)
    collection = read_manifest(current_folder(index_config.data_dir)).collection
    assert _is_addition(_built(_with(passage_corpus, "a-new"), index_config))
    folded = _built(corpus, index_config, first)
    assert not _is_addition(folded)
    assert read_manifest(folded.folder).collection == collection, "its stores grew out of the base's"
    whole = _built(corpus, replace(index_config, data_dir=tmp_path / "whole"))
    assert _answers(folded) == _answers(whole)
    assert check(folded, corpus) == []


def test_a_mostly_hidden_base_is_replaced(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    other = PassageCorpus(tuple(replace(p, breadcrumb=f"{p.breadcrumb}（新）") for p in passage_corpus.made))
    assert not _is_addition(_built(other, index_config, passage_corpus))


def test_an_index_older_than_the_corpus_gives_only_what_still_stands(
    passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    _built(_with(passage_corpus, "a-new", "z-new"), index_config, passage_corpus)
    smaller = _retitled(_with(passage_corpus, "a-new")).without("linhe-2019-pay")
    old = Index.open(index_config, smaller, embedder=HashingEmbedder())
    assert old.stale
    wanted = {p.id for p in smaller.made}
    assert old.passages.keys() == wanted, "same words under another title still stand"
    for mode in ("hybrid", "dense", "lexical"):
        hits = old.search("院长年薪", top_k=50, mode=mode)  # type: ignore[arg-type]
        assert hits and {h.passage.id for h in hits} <= wanted


def test_folders_that_serve_are_kept_and_others_go(passage_corpus: PassageCorpus, index_config: IndexConfig) -> None:
    first = _built(_with(passage_corpus, "a-new"), index_config, passage_corpus)
    second = _built(_with(passage_corpus, "b-new"), index_config)
    third = _built(_with(passage_corpus, "c-new"), index_config)
    kept = {path.name for path in index_root(index_config.data_dir).glob("gen-*")}
    assert kept == {third.view.segments[0].folder.name, third.folder.name, second.folder.name}
    assert first.folder.name not in kept
    assert second.search("院长年薪", top_k=3), "an addition that was opened goes on answering"


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("victim", ["passages.jsonl", "manifest.json", "lexical/starts.npy", ""])
def test_damage_to_either_part_is_mended(
    part: int, victim: str, passage_corpus: PassageCorpus, index_config: IndexConfig
) -> None:
    corpus = _with(passage_corpus, "a-new")
    whole = _built(corpus, index_config, passage_corpus)
    folder = folders_of(whole.folder)[part]
    if victim:
        (folder / victim).write_bytes(b"x")
    else:
        folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(StoreError):
        Index.open(index_config, corpus, embedder=HashingEmbedder())
    mended, report = open_or_build(index_config, corpus, embedder=HashingEmbedder())
    assert report is not None and report.reason
    assert mended.passages.keys() == {p.id for p in corpus.made}
    assert check(mended, corpus) == []


def test_a_reader_follows_a_swap_while_it_opens(
    passage_corpus: PassageCorpus, index_config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation it began with is gone when it is read: two builds were faster."""
    import index.search as search

    corpus = _with(passage_corpus, "c-new")
    _built(_with(passage_corpus, "a-new"), index_config, passage_corpus)
    original, left = search.read_serving, [_with(passage_corpus, "b-new"), corpus]

    def read(folder: Path) -> object:
        while left:
            build_index(left.pop(0), index_config, embedder=HashingEmbedder())
        return original(folder)

    monkeypatch.setattr(search, "read_serving", read)
    assert not Index.open(index_config, corpus, embedder=HashingEmbedder()).stale
