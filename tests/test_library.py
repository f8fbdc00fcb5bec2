"""The corpus as a whole: loading, look-ups, added and removed notices, cache and faults."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from corpus.cache import cache_of
from corpus.errors import AmbiguousNoticeError, CorpusError, MetadataError, ReadError, UnknownNoticeError
from corpus.library import load_corpus
from corpus.notice_file import read_notice_file, write_notice_file
from corpus.shelf import SHIPPED, read_tombstones, write_tombstones
from corpus.types import Status

ADDED_TOML = """
title = "某市卫生健康局关于某事的通知"
number = "某卫发〔2024〕5号"
issuer = "某市卫生健康局"
region = "某省/某市"
level = "municipal"
issued_on = 2024-05-06
horizon = [2024, 2026]
aliases = ["某事通知"]
"""


@pytest.fixture
def added(tmp_path: Path) -> Path:
    folder = tmp_path / "notices" / "mou-2024"
    folder.mkdir(parents=True)
    (folder / "source.txt").write_text("某市关于某事的通知\n一、甲\n做甲。（市局负责）\n", encoding="utf-8")
    (folder / "notice.toml").write_text(ADDED_TOML, encoding="utf-8")
    return tmp_path


def test_five_notices_with_their_facts() -> None:
    corpus = load_corpus()
    facts = [(n.id, n.number, n.region, n.level.value, str(n.issued_on), n.horizon) for n in corpus.notices]
    assert facts == [
        ("hunan-2016-pilot-plan", "湘政发〔2016〕12号", "湖南省", "provincial", "2016-06-15", (2016, 2020)),
        ("ziyang-2017-pilot-plan", "资府发〔2017〕23号", "四川省/资阳市", "municipal", "2017-06-21", (2016, 2020)),
        (
            "zhanjiang-2019-hospital-reform",
            "湛府〔2019〕13号",
            "广东省/湛江市",
            "municipal",
            "2019-02-02",
            (2019, 2022),
        ),
        ("hunan-2021-key-tasks", None, "湖南省", "provincial", "2021-07-02", (2021, 2021)),
        ("hunan-2023-service-system", "湘政办发〔2023〕44号", "湖南省", "provincial", "2023-10-24", (2023, 2035)),
    ]
    assert [n.issued_on for n in corpus.notices] == sorted(n.issued_on for n in corpus.notices if n.issued_on)
    assert all(n.status is Status.NO_REPEAL_SEEN and n.effective_on is None for n in corpus.notices)


def test_facts_stand_in_the_sources() -> None:
    for notice in load_corpus().notices:
        flat = notice.text.replace("\n", "")
        assert notice.title in flat
        assert notice.number is None or notice.number in flat
        assert notice.issuer in flat
        assert notice.issued_on is not None
        day = notice.issued_on
        assert f"{day.year}年{day.month}月{day.day}日" in flat
        front = flat[: notice.articles[0].span.end]
        assert all(addressee in front for addressee in notice.addressees)


@pytest.mark.parametrize(
    ("wanted", "notice_id"),
    [
        ("湘政办发[2023]44号", "hunan-2023-service-system"),
        ("湘政办发（２０２３）４４号", "hunan-2023-service-system"),
        ("《湛江市深化公立医院综合改革实施方案》", "zhanjiang-2019-hospital-reform"),
        ("资阳综合医改试点方案", "ziyang-2017-pilot-plan"),
        ("2021年重点工作任务", "hunan-2021-key-tasks"),
        ("hunan-2016-pilot-plan", "hunan-2016-pilot-plan"),
    ],
)
def test_find(wanted: str, notice_id: str) -> None:
    assert load_corpus().find(wanted).id == notice_id


def test_unknown_and_ambiguous_names_say_what_there_is() -> None:
    corpus = load_corpus()
    with pytest.raises(UnknownNoticeError, match="hunan-2021-key-tasks"):
        corpus.get("hunan-2021")
    with pytest.raises(UnknownNoticeError, match="assistant list"):
        corpus.find("湘政办发〔2099〕1号")
    with pytest.raises(AmbiguousNoticeError) as caught:
        corpus.find("深化医药卫生体制")
    assert len(caught.value.candidates) > 1


def test_by_region() -> None:
    assert {n.id for n in load_corpus().by_region("湖南省")} == {
        "hunan-2016-pilot-plan", "hunan-2021-key-tasks", "hunan-2023-service-system",
    }  # fmt: skip
    assert load_corpus().by_region("湖南省/益阳市/资阳区") == ()


def test_added_notices_join_and_tombstones_remove_shipped_ones(added: Path) -> None:
    shipped = load_corpus()
    write_tombstones(added, ["hunan-2016-pilot-plan"])
    corpus = load_corpus(added)
    assert read_tombstones(added) == ("hunan-2016-pilot-plan",)
    assert "mou-2024" in corpus and "hunan-2016-pilot-plan" not in corpus
    assert len(corpus) == len(shipped)
    assert corpus.hash != shipped.hash
    assert corpus.find("某卫发（2024）5 号").articles[1].bodies == ("市局",)


def test_hash_is_stable_and_follows_text_and_facts(added: Path) -> None:
    first = load_corpus(added).hash
    assert load_corpus(added).hash == first
    toml = added / "notices" / "mou-2024" / "notice.toml"
    toml.write_text(ADDED_TOML.replace("[2024, 2026]", "[2024, 2027]"), encoding="utf-8")
    second = load_corpus(added).hash
    (added / "notices" / "mou-2024" / "source.txt").write_text("一、乙\n做乙。", encoding="utf-8")
    assert len({first, second, load_corpus(added).hash}) == 3


def test_cache_gives_the_same_corpus_without_parsing(added: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_corpus(added)
    passages = first.passages()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parsed although cached")

    for name in ("library.clean", "library.outline", "cache.passages_of"):
        monkeypatch.setattr(f"corpus.{name}", refuse)
    start = time.perf_counter()
    second = load_corpus(added)
    assert second.notices == first.notices and second.passages() == passages
    assert time.perf_counter() - start < 1.0
    assert load_corpus(added).hash == first.hash


def test_broken_cache_entry_is_made_anew(added: Path) -> None:
    first = load_corpus(added)
    for path in cache_of(added).iterdir():
        path.write_text('{"text": ', encoding="utf-8")
    assert load_corpus(added).notices == first.notices
    for path in cache_of(added).iterdir():
        path.write_text('{"text": "别的"}', encoding="utf-8")
    assert load_corpus(added).notices == first.notices
    for path in cache_of(added).iterdir():
        path.write_bytes(path.read_bytes().replace("的".encode(), "地".encode(), 1))
    assert load_corpus(added).notices == first.notices, "a changed character would pass for the notice's"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('level = "city"', "level"),
        ('issued_on = "2024年5月"', "issued_on"),
        ("horizon = [2026, 2024]", "horizon"),
        ('aliases = "某事"', "aliases"),
        ("isued_on = 2024-05-06", "isued_on"),
        ('title = ""', "title"),
        ('status = "有效"', "status"),
        ('id = "other"', "id"),
        ("number = 5", "number"),
    ],
)
def test_faults_in_notice_toml_name_file_and_key(added: Path, line: str, key: str) -> None:
    path = added / "notices" / "mou-2024" / "notice.toml"
    kept = [one for one in ADDED_TOML.splitlines() if not one.startswith(f"{key} ")]
    path.write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(MetadataError) as caught:
        load_corpus(added)
    assert caught.value.key == key
    assert "mou-2024" in str(caught.value) and "notice.toml" in str(caught.value)


def test_missing_or_unreadable_files_say_which(added: Path) -> None:
    folder = added / "notices" / "mou-2024"
    (folder / "source.txt").write_bytes("某市".encode("gb18030"))
    with pytest.raises(ReadError, match="UTF-8"):
        load_corpus(added)
    (folder / "source.txt").unlink()
    with pytest.raises(ReadError, match="source"):
        load_corpus(added)
    (folder / "notice.toml").unlink()
    (folder / "source.txt").write_text("甲。", encoding="utf-8")
    with pytest.raises(MetadataError, match=r"notice\.toml"):
        load_corpus(added)
    shutil.rmtree(folder)
    (added / "tombstones.json").write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"tombstones\.json"):
        load_corpus(added)


def test_notice_file_round_trip(tmp_path: Path) -> None:
    for notice in load_corpus().notices:
        path = tmp_path / notice.id / "notice.toml"
        path.parent.mkdir()
        write_notice_file(path, notice)
        fields = read_notice_file(path)
        assert {key: getattr(notice, key) for key in fields} == fields
        assert {"number", "title", "region", "level", "issued_on", "horizon", "aliases"} <= set(fields)


def test_sources_are_shipped_byte_for_byte() -> None:
    for folder in SHIPPED.iterdir():
        assert (folder / "source.txt").stat().st_size > 10_000
        assert (folder / "notice.toml").is_file()


def test_tombstones_are_written_whole(tmp_path: Path) -> None:
    write_tombstones(tmp_path / "new", ["b", "a", "b"])
    assert json.loads((tmp_path / "new" / "tombstones.json").read_text(encoding="utf-8")) == ["a", "b"]
    assert read_tombstones(tmp_path) == ()
