"""Adding and removing over the interfaces: answers follow, a limited notice is never seen by others, not even for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ONE_NOTICE
from fakes import CITY_NOTICE, HashingEmbedder
from service_fixtures import serving
from test_api import told
from test_live import QUESTION

from assistant.accounts.identity import Role
from assistant.accounts.store import AccountStore
from assistant.accounts.viewing import Views
from assistant.api.services import Services, uploaded
from assistant.application import behind_door, create_app
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from assistant.settings import Settings
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from index import Index, build_index


class House:
    """A service of its own with one notice; ``admin``, ``member`` (of the group 院办) and ``other`` are its users' clients."""

    def __init__(self, address: str, live: LiveAssistant, store: AccountStore) -> None:
        self.live, self.store = live, store
        self.admin, self.member, self.other = (
            httpx.Client(base_url=address, timeout=120, headers={"authorization": f"Bearer {store.make_key(name)}"})
            for name in ("管", "乙", "丙")
        )

    def add(self, name: str = "衡阳.txt", content: bytes = CITY_NOTICE.encode(), **form: str) -> httpx.Response:
        return self.admin.post("/api/notices", files={"files": (name, content, "text/plain")}, data=form)


@pytest.fixture
def house(tmp_path: Path, clean_environment: Path) -> Iterator[House]:
    folder = tmp_path / "data"
    folder.mkdir()
    write_tombstones(folder, [notice.id for notice in load_corpus().notices if notice.id != ONE_NOTICE])
    settings = Settings(data_dir=folder)
    corpus, config, embedder = load_corpus(folder), settings.index_config(), HashingEmbedder()
    build_index(corpus, config, embedder=embedder)
    live = LiveAssistant(Assistant(corpus, Index.open(config, corpus, embedder=embedder), settings))
    store = AccountStore(folder)
    store.add_user("管", "correct-horse-battery", Role.ADMIN)
    store.add_user("乙", "correct-horse-battery", Role.READER, ["院办"])
    store.add_user("丙", "correct-horse-battery", Role.READER)
    change = {"enabled": True, "asks_per_minute": 1000}
    settings = settings.model_copy(update={"accounts": settings.accounts.model_copy(update=change)})
    with serving(behind_door(create_app(Services(live, settings, Views(live, store.limits), store)))) as address:
        found = House(address, live, store)
        yield found
        for client in (found.admin, found.member, found.other):
            client.close()


def test_a_notice_is_added_answered_from_limited_and_removed(house: House) -> None:
    assert house.other.get("/api/notices").json()["total"] == 1
    seen: list[int] = []
    keep = house.live.add

    def watched(*arguments: object, **named: object) -> object:
        outcome = keep(*arguments, **named)  # type: ignore[arg-type]
        seen.append(house.other.get("/api/notices").json()["total"])
        return outcome

    house.live.add = watched  # type: ignore[method-assign, assignment]
    added = house.add(groups="院办").json()
    assert added["failed"] == [] and seen == [1]
    notice_id = added["added"][0]["id"]
    assert house.store.limits() == {notice_id: {"院办"}}
    assert "1234" in house.member.post("/api/ask", json={"question": QUESTION}).json()["answer"]
    refused = house.other.post("/api/ask", json={"question": QUESTION}).text
    assert (
        "1234" not in refused and notice_id not in refused and "村卫生室建设方案" not in refused.replace(QUESTION, "")
    )
    told(house.other.get(f"/api/notices/{notice_id}"), 404, "unknown_notice")
    assert house.add().json()["added"][0]["unchanged"] is True
    traces = house.admin.delete(f"/api/notices/{notice_id}").json()
    assert traces and sum(one["count"] for one in traces) == 0
    assert house.store.limits() == {}
    told(house.member.get(f"/api/notices/{notice_id}"), 404, "unknown_notice")


def test_what_cannot_be_added_says_why(house: House) -> None:
    failed = house.add("坏.docx", b"PK\x03\x04broken").json()
    assert failed["added"] == [] and "坏.docx" in failed["failed"][0]["file"]
    told(house.add(facts="region=亚特兰蒂斯"), 422, "bad_request")
    both = [("files", ("a.txt", b"x", "text/plain")), ("files", ("b.txt", b"y", "text/plain"))]
    told(house.admin.post("/api/notices", files=both, data={"groups": "院办"}), 422, "bad_request")
    assert house.store.limits() == {} and house.admin.get("/api/notices").json()["total"] == 1


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\0b.txt", ".hidden", "", "x" * 500, "甲/乙.txt", "a\nb"],
)
def test_an_uploads_name_leads_nowhere(name: str, tmp_path: Path) -> None:
    with uploaded(name, b"x") as path:
        assert path.read_bytes() == b"x" and path.parent.name.startswith("policy-api-")
        assert (
            "/" not in path.name
            and "\\" not in path.name
            and "\0" not in path.name
            and path.name not in ("", ".", "..")
        )
    assert not path.parent.exists()


def test_one_file_alone_is_bounded() -> None:
    from io import BytesIO

    from fastapi import UploadFile

    from assistant.api.errors import ApiError
    from assistant.api.services import content_of

    found = Settings()
    small = found.model_copy(update={"ui": found.ui.model_copy(update={"upload_megabytes": 1})})
    assert content_of(UploadFile(BytesIO(b"x" * 1024 * 1024)), small) == b"x" * 1024 * 1024
    with pytest.raises(ApiError, match="1 MB"):
        content_of(UploadFile(BytesIO(b"x" * (1024 * 1024 + 1))), small)
