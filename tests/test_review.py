"""Nothing readable is refused: what is not known is 待核对, and is settled by a person, one by one or by a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant.applicability import verdicts
from assistant.cli import main
from assistant.keeping.keeper import add
from assistant.keeping.reviewing import open_facts, settle_facts, settle_table
from assistant.types import Binding
from corpus.errors import CorpusError, MetadataError, ReadError
from corpus.facts_file import match_files, read_facts
from corpus.library import load_corpus
from corpus.regions import display, is_within, level_of
from corpus.typed import key_of, parsed_overrides
from corpus.types import UNKNOWN_REGION, Level, Notice, Status

BARE = "上门服务收费说明\n一、服务项目\n上门采血每次30元。\n二、预约\n提前2天预约。\n"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


def _add(var: Path, folder: Path, facts: Path | None = None, **files: str) -> list[Notice]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    outcome = add(settings_for(var), [folder], facts=facts, embedder=TinyEmbedder())
    assert not outcome.failed
    return [one.notice for one in outcome.added]


def test_a_text_that_names_nobody_goes_in_and_binds_nobody(var: Path, tmp_path: Path) -> None:
    [notice] = _add(var, tmp_path / "in", bare=BARE)
    assert notice.region == UNKNOWN_REGION and notice.issuer == "" and notice.level is Level.UNKNOWN
    assert {"issuer", "region", "issued_on"} <= set(notice.unverified)
    [kept] = [n for n in load_corpus(var).notices if n.id == notice.id]
    assert kept.unverified == notice.unverified, "it is written down"
    for place in ("湖南省", "广东省/湛江市", "", None):
        [verdict] = verdicts([kept], place, settings_for(var).today or __import__("datetime").date(2024, 1, 1))
        assert verdict.binding is not Binding.BINDS
        assert "待核对" in verdict.reason


def test_a_place_that_is_not_known_is_apart_from_the_country() -> None:
    assert display(UNKNOWN_REGION) != display("") and level_of(UNKNOWN_REGION) is Level.UNKNOWN
    assert not is_within("湖南省/长沙市", UNKNOWN_REGION) and is_within("湖南省/长沙市", "")


def test_settling_makes_it_bind(var: Path, tmp_path: Path) -> None:
    [notice] = _add(var, tmp_path / "in", bare=BARE)
    done = settle_facts(
        settings_for(var),
        {notice.id: {"地区": "全国", "issuer": "某委", "issued_on": "2021年5月6日", "title": "收费说明"}},
        embedder=TinyEmbedder(),
    )
    [now] = done.notices
    assert (now.region, now.level, now.issuer, now.unverified) == ("", Level.NATIONAL, "某委", ())
    again = _add(var, tmp_path / "in")
    assert again[0].region == "" and again[0].title == "收费说明", "what a person said holds when it is read again"


def test_a_bad_value_settles_nothing(var: Path, tmp_path: Path) -> None:
    [notice] = _add(var, tmp_path / "in", bare=BARE)
    for values in ({"region": "湖南省", "issued_on": "去年"}, {"天气": "晴"}, {"id": "other"}):
        with pytest.raises(MetadataError):
            settle_facts(settings_for(var), {notice.id: values}, embedder=TinyEmbedder())
    with pytest.raises(CorpusError):
        settle_facts(settings_for(var), {"nosuch": {"region": "湖南省"}}, embedder=TinyEmbedder())
    assert load_corpus(var).get(notice.id).region == UNKNOWN_REGION


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("region", "全国", ""), ("region", "国家", ""), ("region", "湖南", "湖南省"), ("地区", "四川省资阳市", "四川省/资阳市"),
        ("region", "不详", UNKNOWN_REGION), ("level", "市级", Level.MUNICIPAL), ("层级", "县级", Level.COUNTY),
        ("status", "现行有效", Status.NO_REPEAL_SEEN), ("status", "废止", Status.REPEALED), ("状态", "失效", Status.EXPIRED),
        ("number", "湘政办发[2023]044号", "湘政办发〔2023〕44号"), ("number", "某市人民政府令第 12 号", "某市人民政府令第12号"),
    ],
)  # fmt: skip
def test_people_type_what_people_type(key: str, typed: str, value: object) -> None:
    assert parsed_overrides({key: typed})[key_of(key) or ""] == value


@pytest.mark.parametrize("typed", ["2024-01-31", "2024/1/31", "2024.1.31", "2024年1月31日", "20240131"])
def test_a_day_is_typed_in_many_ways(typed: str) -> None:
    assert parsed_overrides({"成文日期": typed})["issued_on"].isoformat() == "2024-01-31"


def test_a_table_settles_many_and_names_each_bad_line(var: Path, tmp_path: Path) -> None:
    table = tmp_path / "facts.csv"
    table.write_text(
        "file,title,region,issued_on,status\n"
        "bare.txt,收费说明,湖南省,2021-05-01,现行有效\n"
        "二.txt,,火星省,,\n"
        "none.txt,,湖南省,,\n"
        "plain.txt,,,2020-13-01,\n"
        "bare.txt,,广东省,,\n",
        encoding="utf-8-sig",
    )
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {"bare": BARE, "二": BARE.replace("30", "40") * 3, "plain": plain_notice()}.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    outcome = add(settings_for(var), [folder], facts=table, embedder=TinyEmbedder())
    by_file = {one.file: one.notice for one in outcome.added}
    assert by_file["bare.txt"].region == "湖南省" and by_file["bare.txt"].title == "收费说明"
    assert by_file["二.txt"].region == UNKNOWN_REGION, "nothing of a bad line is kept"
    assert by_file["plain.txt"].issued_on is not None and by_file["plain.txt"].issued_on.year == 2021
    assert not outcome.failed
    for line in (3, 4, 5, 6):
        assert sum(f"第 {line} 行" in fault for fault in outcome.faults) >= 1, outcome.faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,颜色\na,红\n", "颜色"),
        ("title,region\na,b\n", "file"),
        ("", "空"),
        ("file,region,地区\na,湖南省,湖南省\n", "重复"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=said):
        read_facts(path)
    with pytest.raises(ReadError, match="不存在"):
        read_facts(tmp_path / "none.csv")


def test_a_spreadsheet_in_gbk_or_with_tabs_is_read(tmp_path: Path) -> None:
    for content in (
        "文件,地区\n甲.txt,湖南省\n".encode("gb18030"),
        "文件\t地区\r\n甲.txt\t湖南省\r\n".encode("utf-16"),
    ):
        path = tmp_path / "f.csv"
        path.write_bytes(content)
        [line] = read_facts(path).lines
        assert (line.file, dict(line.values)) == ("甲.txt", {"region": "湖南省"})


def test_a_name_in_two_folders_must_say_which(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("file,region\na.txt,湖南省\n二/b.txt,湖南省\n", encoding="utf-8")
    found, faults = match_files(read_facts(path), ["一/a.txt", "二/a.txt", "一/b.txt", "二/b.txt"])
    assert list(found) == ["二/b.txt"] and "第 2 行" in faults[0]


def test_the_command_lists_and_settles(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.build.load_embedder", lambda *_, **__: TinyEmbedder())
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    [notice] = _add(var, tmp_path / "in", bare=BARE)
    assert main(["review"]) == 0
    shown = capsys.readouterr().out
    assert notice.id in shown and "地区（region）：没有读到" in shown
    assert main(["review", "--set", notice.id, "region=湖南省", "issuer=某委"]) == 0
    assert "还有待核对" in capsys.readouterr().out
    assert main(["review", "--set", notice.id]) == 2
    assert "编号 项=值" in capsys.readouterr().err
    table = tmp_path / "f.csv"
    table.write_text(f"file,issued_on,title\n{notice.id},2020-01-02,收费说明\n别的,2020-01-02,\n", encoding="utf-8")
    assert main(["review", "--facts", str(table)]) == 2
    assert "第 3 行" in capsys.readouterr().err
    assert main(["review", "--json"]) == 0
    assert notice.id not in {one["id"] for one in json.loads(capsys.readouterr().out)}
    assert main(["list", "--json"]) == 0
    record = next(one for one in json.loads(capsys.readouterr().out) if one["id"] == notice.id)
    assert record["unverified"] == [] and record["region"] == "湖南省"
    assert {"effective_on", "expires_on", "status"} <= record.keys()


def test_a_shipped_notice_can_be_settled_too(var: Path) -> None:
    shipped = load_corpus().notices[0]
    done = settle_facts(settings_for(var), {shipped.id: {"expires_on": "2030-01-01"}}, embedder=TinyEmbedder())
    assert str(done.notices[0].expires_on) == "2030-01-01"
    assert load_corpus().get(shipped.id).expires_on == shipped.expires_on, "what ships is not written to"


def test_a_guess_is_shown_and_not_used(var: Path, tmp_path: Path) -> None:
    [notice] = _add(var, tmp_path / "in", bare=BARE)
    for fact in open_facts(notice):
        assert fact.confidence < 0.75
    assert settle_table.__doc__


def test_one_bad_file_never_stops_the_others(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zlib
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import contextmanager

    import assistant.keeping.keeper as keeper
    from corpus.document import Document
    from corpus.readers import File

    ahead = keeper.read_ahead

    @contextmanager
    def slipping(files: Sequence[File]) -> Iterator[Callable[[File], Document]]:
        with ahead(files) as real:

            def read(file: File) -> Document:
                if file.name.startswith("坏"):
                    raise zlib.error("invalid stored block lengths")
                return real(file)

            yield read

    monkeypatch.setattr(keeper, "read_ahead", slipping)
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("一", "坏", "二"):
        own = "".join(f"{name}类第{at}项每次{at}元，须经{name}科登记。" for at in range(9))
        (folder / f"{name}.txt").write_text(f"{BARE}三、其他\n{own}\n", encoding="utf-8")
    outcome = add(settings_for(var), [folder], embedder=TinyEmbedder())
    assert {one.file for one in outcome.failed} == {"坏.txt"}
    assert {one.file for one in outcome.added} == {"一.txt", "二.txt"}
    assert len({one.notice.id for one in outcome.added}) == 2, "one title and no issuer do not make one document of two"
