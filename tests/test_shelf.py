"""A reader sees each notice in its old or its new version, whatever another thread or process does meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus_fakes import plain_notice

import corpus.keeping as keeping
import corpus.library as library
from corpus import Corpus, load_corpus
from corpus.cache import cache_of, to_cache
from corpus.errors import KeepingError, ReadError
from corpus.intake import prepare
from corpus.journal import Pending, locked, write_journal
from corpus.readers import File
from corpus.shelf import SHIPPED, folders, write_tombstones

NEWER = plain_notice(extra="另行结算的按七成。")


def _put(var: Path, text: str, corpus: Corpus | None = None) -> str:
    """Keep ``text`` as staff do, without an index; the notice's id."""
    with locked(var):
        prepared = prepare(File("一.txt", text.encode()), corpus or load_corpus(var))
        keeping.put(var, prepared)
        keeping.settle(var)
    return prepared.notice.id


@pytest.fixture
def var(tmp_path: Path) -> Path:
    write_tombstones(tmp_path, [path.name for path in SHIPPED.iterdir()])
    _put(tmp_path, plain_notice())
    return tmp_path


@pytest.fixture
def wanted(var: Path) -> str:
    return load_corpus(var).notices[0].id


def _remove(var: Path, wanted: str) -> None:
    with locked(var):
        keeping.take_out(var, wanted, load_corpus(var))
        keeping.settle(var)


def _once_before(monkeypatch: pytest.MonkeyPatch, where: object, name: str, change: Callable[[], object]) -> None:
    """Make ``change`` happen just before the first call of a function."""
    original = getattr(where, name)
    left = [change]

    def call(*arguments: object) -> object:
        if left:
            left.pop()()
        return original(*arguments)

    monkeypatch.setattr(where, name, call)


def test_a_notice_replaced_between_listing_and_reading_is_read_whole(
    var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = load_corpus(var)
    _once_before(monkeypatch, library, "_load", lambda: _put(var, NEWER, corpus))
    assert "另行结算" in load_corpus(var).get(wanted).text


def test_source_and_facts_are_of_one_version(var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaced after its source was read and before its facts are: the title must not be the other version's."""
    corpus = load_corpus(var)
    newer = NEWER.replace("湛江市人民政府关于印发某办法的通知", "湛江市人民政府关于印发某新办法的通知")
    _once_before(monkeypatch, library, "notice_file_bytes", lambda: _put(var, newer, corpus))
    notice = load_corpus(var).get(wanted)
    assert ("另行结算" in notice.text, "新办法" in notice.title) == (True, True)


def test_a_notice_removed_between_listing_and_reading_is_gone(
    var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = load_corpus(var)

    def remove() -> None:
        with locked(var):
            keeping.take_out(var, wanted, corpus)
            keeping.settle(var)

    _once_before(monkeypatch, library, "_load", remove)
    assert wanted not in load_corpus(var)
    assert not any((var / "cache").rglob("*.json")), "a removed notice leaves no cache"


@pytest.mark.parametrize("step", ["announced", "old kept"])
def test_a_reader_waits_while_neither_version_is_in_its_place(
    step: str, var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    reader = threading.Thread(target=lambda: seen.append(wanted in load_corpus(var)))

    def at(name: str) -> None:
        if name == step:
            reader.start()
            reader.join(0.3)  # time to go wrong in: before, it came back without the notice

    monkeypatch.setattr(keeping, "_step", at)
    _put(var, NEWER)
    reader.join()
    assert seen == [True]


def test_a_whole_replacement_during_a_listing_is_noticed(
    var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listing may have passed the place just then; it is made again."""
    import corpus.shelf as shelf

    corpus, listings = load_corpus(var), []
    original = shelf._listed

    def listed(root: Path) -> dict[str, Path]:
        found = original(root)
        listings.append(root)
        if len(listings) == 2:
            _put(var, NEWER, corpus)
            return {}
        return found

    monkeypatch.setattr(shelf, "_listed", listed)
    assert wanted in folders(var)


def test_waiting_ends_with_a_remedy(var: Path, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.shelf.PATIENCE_SECONDS", 0.05)
    with locked(var):
        write_journal(var, Pending("put", wanted, ".new-x", "20240101T000000000000"))
        with pytest.raises(KeepingError, match="doctor --fix"):
            load_corpus(var)


def test_a_folder_without_a_source_is_still_a_fault(var: Path) -> None:
    """Trying again is for what moves; what is wrong and stays wrong is said."""
    (var / "notices" / "empty").mkdir()
    with pytest.raises(ReadError, match=r"source\.txt"):
        load_corpus(var)


def test_what_is_unchanged_is_not_read_again(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.shelf._TICK_NS", 0)
    first = load_corpus(var)
    second_id = _put(var, plain_notice("某府发〔2022〕9号", "关于急救网络的通知"))
    facts = var / "notices" / first.notices[0].id / "notice.toml"
    read: list[str] = []
    original = library._load

    def load(folder: Path, cache_dir: Path | None) -> object:
        read.append(folder.name)
        return original(folder, cache_dir)

    monkeypatch.setattr(library, "_load", load)
    second = load_corpus(var, earlier=first)
    assert read == [second_id]
    assert second.get(first.notices[0].id).text is first.notices[0].text
    facts.write_text(facts.read_text(encoding="utf-8").replace("某办法", "某新办法"), encoding="utf-8")
    assert "某新办法" in load_corpus(var, earlier=second).notices[0].title, "an edit in place is seen"
    _remove(var, second_id)
    assert second_id not in load_corpus(var, earlier=second)


def test_facts_of_an_edited_file_are_not_taken_from_the_cache(var: Path, wanted: str) -> None:
    facts = var / "notices" / wanted / "notice.toml"
    assert load_corpus(var) == load_corpus(var)
    facts.write_text(facts.read_text(encoding="utf-8").replace("某办法", "某新办法"), encoding="utf-8")
    assert "某新办法" in load_corpus(var).get(wanted).title
    [entry] = cache_of(var).glob(f"{load_corpus(var).get(wanted).content_hash}.json")
    for damage in ("[]", "null", '{"issued_on": "x"}'):
        plain = json.loads(entry.read_bytes().partition(b"\n")[2])
        to_cache(entry.parent, entry.name, {**plain, "facts": json.loads(damage)})
        assert "某新办法" in load_corpus(var).get(wanted).title


def test_a_cache_of_an_earlier_cleaner_goes_with_a_removal(var: Path, wanted: str) -> None:
    """Its entries are named after hashes that nobody works out any more."""
    older = var / "cache" / "notices"
    older.mkdir()
    (older / "0f.json").write_text(json.dumps({"text": load_corpus(var).get(wanted).text}), encoding="utf-8")
    _remove(var, wanted)
    assert not older.exists()
