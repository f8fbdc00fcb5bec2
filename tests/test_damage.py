"""Every file of the data folder cut short, changed in one byte, or gone, one after the other: it serves or refuses in a
Chinese sentence, never with wrong words, and the doctor brings back what can be rebuilt."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant.blocks import prose
from assistant.errors import AssistantError
from assistant.keeping.audit import Audit
from assistant.keeping.backup import BackupError, backup, restore
from assistant.keeping.conversations import ConversationStore
from assistant.keeping.keeper import add, check
from assistant.types import Answer, Profile
from corpus.errors import CorpusError, KeepingError
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from corpus.stamp import FORMAT
from index import Index, build_index
from index.errors import SearchIndexError
from index.generation import current_folder

EMBEDDER = TinyEmbedder()
MENDABLE = (CorpusError, SearchIndexError, AssistantError)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two notices, one of them replaced once, a conversation and a record."""
    root = tmp_path_factory.mktemp("sound")
    var = root / "var"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    for name, text in (
        ("一.txt", plain_notice()),
        ("二.txt", plain_notice("某府发〔2022〕8号", "关于另一办法的通知", "村卫生室由县里统一配备设备。")),
        ("三.txt", plain_notice(extra="另行结算的除外。")),
    ):
        (root / name).write_text(text, encoding="utf-8")
        add(settings_for(var), [root / name], embedder=EMBEDDER)
    store = ConversationStore(var)
    store.save_turn("o", store.start("o", "问"), 0, "远程会诊覆盖率多少", Profile(), Answer(prose("91.5%以上。")))
    return var


@pytest.fixture
def var(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "var")
    return tmp_path / "var"


def served(var: Path) -> list[tuple[str, float, str]]:
    """What the library says and finds: ids, scores and texts of a search."""
    corpus = load_corpus(var)
    index = Index.open(settings_for(var).index_config(), corpus, embedder=EMBEDDER)
    hits = index.search("远程会诊覆盖率达到多少", top_k=10)
    return [(hit.passage.id, round(hit.score, 6), hit.passage.text) for hit in hits]


def files_of(var: Path) -> list[str]:
    kept = (path for path in sorted(var.rglob("*")) if path.is_file())
    return [p.relative_to(var).as_posix() for p in kept if not p.name.endswith((".lock", "-wal", "-shm"))]


def flipped(content: bytes, at: float) -> bytes:
    place = min(int(len(content) * at), len(content) - 1)
    return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]


def damages(content: bytes) -> dict[str, bytes | None]:
    if not content:
        return {"gone": None}
    found: dict[str, bytes | None] = {
        "gone": None,
        "cut": content[: len(content) // 2],
        "head flipped": flipped(content, 0.0),
    }
    return {**found, "ninth byte flipped": flipped(content, 9 / len(content)), "middle flipped": flipped(content, 0.5)}


FIXED_BY_HAND = ("notice.toml",)  # facts that people wrote stand nowhere else: set aside, to be added again


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_every_file_damaged_in_turn_serves_the_truth_or_refuses_and_is_mended(sound: Path, tmp_path: Path) -> None:
    truth = served(sound)
    texts = {notice.id: notice.text for notice in load_corpus(sound).notices}
    wrong: list[str] = []
    names = [
        name
        for name in files_of(sound)
        if "/gen-" not in name or name.startswith(f"index/{current_folder(sound).name}")
    ]
    for name in names:
        if "/chroma/" in name or name.startswith(("history/", "audit/")) or name == "conversations.sqlite3":
            continue  # the store is searched only where it agrees with the saved vectors; the rest has tests of its own
        for kind, content in damages((sound / name).read_bytes()).items():
            var = tmp_path / "var"
            shutil.copytree(sound, var)
            path = var / name
            path.unlink() if content is None else path.write_bytes(content)
            try:
                if served(var) != truth or {n.id: n.text for n in load_corpus(var).notices} != texts:
                    at_hand = (
                        path.name == "notice.toml" or name == "tombstones.json"
                    )  # edited by hand, they say something else
                    wrong += [] if at_hand else [f"{name} {kind}: serves something else"]
            except MENDABLE as error:
                if not any("\u4e00" <= char <= "\u9fff" for char in str(error)):
                    wrong.append(f"{name} {kind}: {error}")
            except Exception as error:
                wrong.append(f"{name} {kind}: {type(error).__name__} {error}")
            try:
                check(settings_for(var), fix=True, embedder=EMBEDDER)
                if (
                    path.name not in FIXED_BY_HAND
                    and name not in ("tombstones.json", "format")
                    and served(var) != truth
                ):
                    wrong.append(f"{name} {kind}: not mended")
            except MENDABLE as error:
                if name not in ("tombstones.json", "format"):
                    wrong.append(f"{name} {kind}: the doctor says {error}")
            except Exception as error:
                wrong.append(f"{name} {kind}: the doctor {type(error).__name__} {error}")
            shutil.rmtree(var)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["keys.npy", "offsets.npy", "sentence_vectors.npy", "passages.jsonl", "manifest.json"])
@pytest.mark.parametrize("at", [0.0, 0.3, 0.99])
def test_a_changed_byte_of_the_index_is_seen_when_it_is_opened_and_a_build_mends_it(
    var: Path, name: str, at: float
) -> None:
    truth = served(var)
    path = current_folder(var) / name
    path.write_bytes(flipped(path.read_bytes(), at))
    config = settings_for(var).index_config()
    with pytest.raises(SearchIndexError, match=r"损坏|改动|格式|写了一半"):
        Index.open(config, load_corpus(var), embedder=EMBEDDER)
    report = build_index(load_corpus(var), config, embedder=EMBEDDER)
    assert report.changed
    assert served(var) == truth


def test_a_changed_byte_of_a_kept_text_is_seen_and_the_text_restored_from_its_original(var: Path) -> None:
    texts = {notice.id: notice.text for notice in load_corpus(var).notices}
    path = next(var.glob("notices/*/source.txt"))
    path.write_bytes(path.read_bytes().replace("八成".encode(), "六成".encode()))
    with pytest.raises(CorpusError, match="doctor --fix"):
        load_corpus(var)
    _, done = check(settings_for(var), fix=True, embedder=EMBEDDER)
    assert any("由原件恢复" in line for line in done)
    assert {notice.id: notice.text for notice in load_corpus(var).notices} == texts


def test_a_backup_made_while_it_serves_gives_the_same_answers_in_an_empty_place(var: Path, tmp_path: Path) -> None:
    truth = served(var)
    store = ConversationStore(var)
    said = backup(var, tmp_path / "备份.zip", who="u1")
    found = restore(tmp_path / "备份.zip", tmp_path / "new", who="u1")
    assert (found.files, found.bytes) == (said.files, said.bytes)
    assert served(tmp_path / "new") == truth
    assert store.usage() == ConversationStore(tmp_path / "new").usage()
    assert [entry.act for entry in Audit(tmp_path / "new").entries()][-2:] == ["exported", "restored"]
    assert Audit(tmp_path / "new").verify().faults == ()
    assert load_corpus(tmp_path / "new").hash == load_corpus(var).hash
    assert not list(tmp_path.glob(".*"))


def test_a_backup_goes_nowhere_it_should_not_and_a_full_disk_leaves_none(
    var: Path, tmp_path: Path, monkeypatch
) -> None:
    import assistant.keeping.backup as module

    with pytest.raises(BackupError, match="数据目录里面"):
        backup(var, var / "备份.zip")
    with pytest.raises(BackupError, match="写不进"):
        backup(var, tmp_path / "nowhere" / "备份.zip")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_copied", full)
    with pytest.raises(BackupError, match="No space left"):
        backup(var, tmp_path / "备份.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"var"}


def test_a_damaged_or_foreign_archive_changes_nothing(var: Path, tmp_path: Path) -> None:
    import json
    import zipfile

    archive = tmp_path / "备份.zip"
    backup(var, archive)
    whole = archive.read_bytes()
    new = tmp_path / "new"

    def refused(words: str) -> None:
        with pytest.raises(BackupError, match=words):
            restore(archive, new)
        assert not new.exists()

    for content in (whole[:-200], whole[: len(whole) // 2], b"", b"PK\x03\x04rubbish"):
        archive.write_bytes(content)
        refused(r"损坏|不是本程序的备份")
    for at in (0.1, 0.3, 0.6, 0.9):  # in a header that nobody reads it does no harm
        archive.write_bytes(flipped(whole, at))
        try:
            restore(archive, new)
            assert served(new) == served(var)
            shutil.rmtree(new)
        except BackupError:
            assert not new.exists()

    def made(members: dict[str, bytes], /, **plain: object) -> None:
        with zipfile.ZipFile(archive, "w") as pack:
            for name, content in members.items():
                pack.writestr(name, content)
            pack.writestr("backup.json", json.dumps({"format": 1, "made_at": "x", "files": {}, **plain}))

    made({"../evil": b"x"}, files={"../evil": [1, "0" * 64]})
    refused("越出目录")
    made({"a": b"x" * 5000}, files={"a": [10, "0" * 64]})
    refused("损坏")
    made({}, format=2)
    refused("较新的版本")
    made({}, format="x")
    refused("不认识的格式")
    archive.unlink()
    refused("找不到")
    with pytest.raises(BackupError, match="不是空的"):
        restore(archive, var)


def test_a_data_folder_of_a_newer_version_is_refused_by_name(var: Path) -> None:
    assert (var / "format").read_text(encoding="ascii") == f"{FORMAT}\n"
    for stamp, words in ((f"{FORMAT + 1}\n", "较新的版本"), ("banana", "不认识")):
        (var / "format").write_text(stamp, encoding="ascii")
        with pytest.raises(KeepingError, match=words):
            load_corpus(var)
        with pytest.raises(KeepingError, match=words):
            add(settings_for(var), [var.parent], embedder=EMBEDDER)
    (var / "format").unlink()
    assert len(load_corpus(var)) == 2
