"""The service with accounts: who comes in, what each may do and see. Two readers, one in a group, and an administrator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from service_fixtures import serving
from test_api import told

from assistant.accounts.identity import LOCAL, Identity, Role
from assistant.accounts.store import AccountStore
from assistant.accounts.viewing import READS, NotAllowedError, Views
from assistant.api.gate import COOKIE
from assistant.keeping.live import LiveAssistant

PASSWORD = "correct-horse-battery"
HIDDEN = "zhanjiang-2019-hospital-reform"
HIDDEN_WORDS = ("湛府〔2019〕13号", HIDDEN)
QUESTION = "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头"


@dataclass(frozen=True)
class House:
    """A running service: its address and its accounts."""

    address: str
    store: AccountStore

    @contextmanager
    def client(self, name: str = "") -> Iterator[httpx.Client]:
        """A client logged in as ``name`` through the login page; nobody for ""."""
        with httpx.Client(base_url=self.address, timeout=250, headers={"origin": self.address}) as client:
            if name:
                answer = client.post("/login", data={"name": name, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield client


@pytest.fixture(scope="module")
def house(live: LiveAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    from assistant.api.services import Services
    from assistant.application import behind_door, create_app

    folder = tmp_path_factory.mktemp("accounts")
    store = AccountStore(folder)
    store.add_user("管理员甲", PASSWORD, Role.ADMIN)
    store.add_user("院办乙", PASSWORD, Role.READER, ["院办"])
    store.add_user("读者丙", PASSWORD, Role.READER)
    store.limit(HIDDEN, ["院办"])
    accounts = live.settings.accounts.model_copy(
        update={"enabled": True, "asks_per_minute": 5000, "login_attempts": 500}
    )
    settings = live.settings.model_copy(update={"accounts": accounts})
    services = Services(live, settings, Views(live, store.limits), store)
    with serving(behind_door(create_app(services))) as address:
        yield House(address, store)


def test_without_an_identity_nothing_is_reached(house: House) -> None:
    with house.client() as client:
        document = client.get("/api/openapi.json")
        told(document, 401, "unauthenticated")
        for method, path in (
            ("POST", "/api/ask"), ("GET", "/api/notices"), ("GET", "/metrics"), ("GET", "/api/docs"), ("GET", "/api/me"),
            ("POST", "/v1/chat/completions"), ("GET", "/v1/models"), ("POST", "/mcp"), ("GET", "/config"),
            ("POST", "/gradio_api/queue/join"), ("GET", "/gradio_api/file=/etc/passwd"), ("POST", "/gradio_api/upload"),
            ("DELETE", "/api/notices/x"), ("GET", "/assets/index.js"), ("POST", "/gradio_api/component_server"),
        ):  # fmt: skip
            told(client.request(method, path, json={}), 401, "unauthenticated")
        assert client.get("/health").status_code == 200 and client.get("/ready").status_code == 200
        page = client.get("/?q=x", headers={"accept": "text/html"})
        assert page.status_code == 303 and page.headers["location"] == "/login?next=%2F%3Fq%3Dx"
        assert "用户名" in client.get("/login").text


def test_logging_in_and_out(house: House) -> None:
    with house.client("读者丙") as client:
        assert client.get("/api/me").json()["name"] == "读者丙"
        again = client.post("/login", data={"name": "读者丙", "password": PASSWORD, "next": "//evil.example"})
        assert again.headers["location"] == "/"
        cookie = again.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
        token = client.cookies[COOKIE]
        assert client.post("/logout").status_code == 303
        client.cookies.set(COOKIE, token)
        told(client.get("/api/me"), 401, "expired")


def test_behind_https_the_cookie_is_secure(live: LiveAssistant, house: House) -> None:
    from starlette.requests import Request

    from assistant.api.login import signed_in

    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "https",
        "path": "/",
        "headers": [],
        "server": ("x", 443),
        "query_string": b"",
    }
    user = house.store.user("读者丙")
    answer = signed_in(house.store, user, live.settings.accounts, Request(scope), "/")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_wrong_passwords_are_told_alike(house: House) -> None:
    with house.client() as client:
        answers = [client.post("/login", data={"name": n, "password": "wrong"}) for n in ("管理员甲", "没有这人")]
        assert [one.status_code for one in answers] == [401, 401]
        assert answers[0].text == answers[1].text


def test_a_cookie_alone_changes_nothing(house: House) -> None:
    with house.client("管理员甲") as client:
        del client.headers["origin"]
        told(client.post("/api/ask", json={"question": QUESTION}), 403, "bad_origin")
        told(client.delete(f"/api/notices/{HIDDEN}"), 403, "bad_origin")
        assert client.get("/api/me").status_code == 200
        told(client.post("/logout", headers={"origin": "http://evil.example"}), 403, "bad_origin")


def test_keys_for_programs(house: House) -> None:
    with house.client("院办乙") as client:
        key = client.post("/api/me/keys", json={"label": "门户"}).json()["key"]
        assert key not in client.get("/api/me/keys").text
    bearer = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=house.address, headers=bearer, timeout=250) as program:
        assert program.get("/api/me").json()["via"] == "key"
        assert program.post("/api/ask", json={"question": QUESTION}).status_code == 200
        told(program.post("/api/me/keys", json={}), 403, "forbidden")
        told(program.get("/api/me", headers={"authorization": "Bearer hpa_wrong"}), 401, "unauthenticated")
        told(program.get("/api/me", headers={"authorization": "Bearer x"}), 401, "unauthenticated")
        mine = [one for one in program.get("/api/me/keys").json() if one["label"] == "门户"]
        assert program.delete(f"/api/me/keys/{mine[0]['id']}").status_code == 200
        told(program.get("/api/me"), 401, "unauthenticated")


def test_an_openai_client_logs_in_with_its_key(house: House) -> None:
    import openai

    from assistant.api.chat import MODEL

    key = house.store.make_key("读者丙")
    with openai.OpenAI(base_url=f"{house.address}/v1", api_key=key, max_retries=0, timeout=250) as client:
        said: Any = [{"role": "user", "content": QUESTION}]
        text = client.chat.completions.create(model=MODEL, messages=said).choices[0].message.content or ""
        assert HIDDEN not in text
    with (
        openai.OpenAI(base_url=f"{house.address}/v1", api_key="nope", max_retries=0, timeout=250) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.models.list()


def test_what_only_an_administrator_may(house: House) -> None:
    with house.client("读者丙") as reader:
        told(reader.post("/api/notices", files={"files": ("a.txt", "甲".encode(), "text/plain")}), 403, "forbidden")
        told(reader.delete("/api/notices/ziyang-2017-pilot-plan"), 403, "forbidden")
        told(reader.get("/metrics"), 403, "forbidden")
    with house.client("管理员甲") as admin:
        assert admin.get("/metrics").status_code == 200
        told(admin.delete("/api/notices/nothing"), 404, "unknown_notice")


def everything(client: httpx.Client) -> dict[str, str]:
    """All that the interfaces say to somebody who tries to see the limited notice, by where it was asked."""
    asks: list[dict[str, Any]] = [
        {"question": QUESTION},
        {"question": "库里有哪些文件？"},
        {"question": "湛江取消耗材加成少收的钱怎么补？", "region": "广东省/湛江市"},
        {"question": "资阳和湛江对院长年薪怎么规定？有何不同？"},
        {"question": "那谁负责？", "history": [{"role": "user", "content": "湛江的院长年薪怎么定"}]},
    ]
    said = {
        f"ask {one['question']}": client.post("/api/ask", json=one).text.replace(one["question"], "") for one in asks
    }
    for path in (
        "/api/notices", "/api/notices?q=湛江", f"/api/notices/{HIDDEN}", "/api/notices/湛江市推进公立医院综合改革",
        f"/api/notices/{HIDDEN}/articles", f"/api/notices/{HIDDEN}/page", f"/api/diff?a={HIDDEN}&b=ziyang-2017-pilot-plan",
        "/api/notices/zhanjiang-2019-hospital-refor",
    ):  # fmt: skip
        said[path] = client.get(path).text
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/api/applicable", {"region": "广东省/湛江市"}), ("/api/duties", {"region": "广东省/湛江市"}),
        ("/api/search", {"query": "湛江 公立医院 年薪"}), ("/api/search", {"query": "年薪", "notices": [HIDDEN]}),
        ("/api/verify", {"claim": "湛江市公立医院院长实行年薪制。"}),
        ("/api/verify/draft", {"text": "按照湛府〔2019〕13号，湛江市公立医院院长实行年薪制。"}),
        ("/api/compare", {"regions": ["四川省/资阳市", "广东省/湛江市"], "topic": "院长年薪"}),
    ]  # fmt: skip
    for path, body in bodies:
        said[f"{path} {body}"] = client.post(path, json=body).text
    return said


def test_a_limited_notice_is_nowhere_for_others_and_everywhere_for_its_group(house: House, live: LiveAssistant) -> None:
    title = live.corpus.get(HIDDEN).title
    with house.client("读者丙") as other, house.client("院办乙") as member, house.client("管理员甲") as admin:
        hidden, seen, all_ = everything(other), everything(member), everything(admin)
        assert other.get("/api/notices").json()["total"] == len(live.corpus) - 1
        assert member.get("/api/notices").json()["total"] == len(live.corpus)
    for where, text in hidden.items():
        found = text.replace("没有编号或文号为", "")
        assert title not in found, where
        if where.startswith(("/api/notices?", "/api/applicable", "/api/duties", "ask ")) or where == "/api/notices":
            assert HIDDEN not in found, where
        for answer in _citations(text):
            assert answer != HIDDEN, where
    assert HIDDEN not in hidden["/api/notices/zhanjiang-2019-hospital-refor"]
    for where in (f"/api/notices/{HIDDEN}", f"/api/notices/{HIDDEN}/articles", f"/api/notices/{HIDDEN}/page"):
        assert '"unknown_notice"' in hidden[where] and '"unknown_notice"' not in seen[where]
    for where in ("/api/notices", "/api/applicable {'region': '广东省/湛江市'}", f"ask {QUESTION}"):
        assert HIDDEN in seen[where] and HIDDEN in all_[where], where


def _citations(text: str) -> list[str]:
    """Ids of all notices a JSON answer cites, judges or retrieved."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    records = found if isinstance(found, list) else [found]
    return [
        item.get("notice_id", "")
        for record in records
        if isinstance(record, dict)
        for key in ("citations", "retrieved", "applicable", "evidence", "sentences")
        for item in record.get(key, [])
        if isinstance(item, dict)
    ] + [record.get("notice_id", "") for record in records if isinstance(record, dict)]


def test_a_limit_holds_from_the_next_question_on(house: House) -> None:
    other = "ziyang-2017-pilot-plan"
    with house.client("读者丙") as reader:
        before = reader.get("/api/notices").json()["total"]
        assert reader.get(f"/api/notices/{other}").status_code == 200
        house.store.limit(other, ["财务"])
        try:
            told(reader.get(f"/api/notices/{other}"), 404, "unknown_notice")
            assert reader.get("/api/notices").json()["total"] == before - 1
        finally:
            house.store.limit(other, [])
        assert reader.get(f"/api/notices/{other}").status_code == 200


def test_a_user_kept_out_is_out_at_once(house: House) -> None:
    house.store.add_user("临时丁", PASSWORD, Role.READER)
    key = house.store.make_key("临时丁")
    with house.client("临时丁") as client:
        assert client.get("/api/me").status_code == 200
        house.store.set_role("临时丁", Role.ADMIN)
        assert client.get("/api/me").json()["admin"] is True
        house.store.set_enabled("临时丁", False)
        told(client.get("/api/me"), 401, "expired")
        told(client.get("/api/me", headers={"authorization": f"Bearer {key}"}), 401, "unauthenticated")


def test_ones_own_password_can_be_changed(house: House) -> None:
    house.store.add_user("改密戊", PASSWORD, Role.READER)
    with house.client("改密戊") as client:
        told(client.post("/api/me/password", json={"old": "x", "new": "y" * 12}), 403, "forbidden")
        told(client.post("/api/me/password", json={"old": PASSWORD, "new": "short"}), 422, "bad_request")
        assert client.post("/api/me/password", json={"old": PASSWORD, "new": "another-long-one"}).status_code == 200
        told(client.get("/api/me"), 401, "expired")


def test_too_many_questions_are_told_to_wait(live: LiveAssistant, tmp_path: Path) -> None:
    from assistant.api.services import Services
    from assistant.application import behind_door, create_app

    store = AccountStore(tmp_path)
    store.add_user("管", PASSWORD, Role.ADMIN)
    accounts = live.settings.accounts.model_copy(
        update={"enabled": True, "asks_per_minute": 1, "requests_per_minute": 20}
    )
    settings = live.settings.model_copy(update={"accounts": accounts})
    application = behind_door(create_app(Services(live, settings, Views(live, store.limits), store)))
    bearer = {"authorization": f"Bearer {store.make_key('管')}"}
    with serving(application) as address, httpx.Client(base_url=address, headers=bearer, timeout=250) as client:
        for _ in range(50):
            answer = client.post("/api/search", json={"query": "年薪"})
            if answer.status_code != 200:
                break
        told(answer, 429, "too_many")
        assert int(answer.headers["retry-after"]) >= 1
        assert 429 in (client.get("/api/me").status_code for _ in range(300))


def test_guessing_passwords_is_slowed_down(live: LiveAssistant, tmp_path: Path) -> None:
    from assistant.api.services import Services
    from assistant.application import behind_door, create_app

    store = AccountStore(tmp_path)
    store.add_user("管", PASSWORD, Role.ADMIN)
    accounts = live.settings.accounts.model_copy(update={"enabled": True, "login_attempts": 2})
    settings = live.settings.model_copy(update={"accounts": accounts})
    with serving(behind_door(create_app(Services(live, settings, Views(live, store.limits), store)))) as address:
        house = House(address, store)
        with house.client() as client:
            answers = [client.post("/login", data={"name": f"猜{n}", "password": "x"}) for n in range(3)]
            assert [one.status_code for one in answers] == [401, 401, 429]
            right = client.post("/login", data={"name": "管", "password": PASSWORD})
            assert right.status_code == 429 and int(right.headers["retry-after"]) > 1 and COOKIE not in client.cookies


def test_a_page_session_belongs_to_who_first_used_it(house: House) -> None:
    with house.client("院办乙") as one, house.client("读者丙") as other:
        told(
            one.post("/gradio_api/queue/join", json={"session_hash": "abc"}), 404, "not_found"
        )  # no page is mounted here
        told(other.post("/gradio_api/queue/join", json={"session_hash": "abc"}), 403, "forbidden")
        told(other.get("/gradio_api/queue/data?session_hash=abc"), 403, "forbidden")
        told(other.get("/gradio_api/heartbeat/abc"), 403, "forbidden")


def test_a_reader_changes_nothing_even_past_the_interfaces(live: LiveAssistant, tmp_path: Path) -> None:
    views = Views(live, lambda: {HIDDEN: frozenset({"院办"})})
    part = views.of(Identity("1", "x", Role.READER))
    assert HIDDEN not in part.corpus
    for name in (name for name in dir(LiveAssistant) if not name.startswith("_") and name not in READS):
        with pytest.raises(NotAllowedError):
            getattr(part, name)
    with pytest.raises(NotAllowedError):
        views._seen(Identity("1", "x", Role.READER), {})._swap()
    assert {"add", "add_all", "remove"}.isdisjoint(READS)
    assert Views(live).of(Identity("1", "x", Role.READER)) is live
    assert Views(live, dict).of(LOCAL).current is live.current


def test_the_part_shares_rows_and_gives_the_same_answers_where_nothing_is_hidden(live: LiveAssistant) -> None:
    views = Views(live, lambda: {HIDDEN: frozenset({"院办"})})
    part = views.of(Identity("1", "x", Role.READER))
    assert part.current is views.of(Identity("2", "y", Role.READER, frozenset({"别的组"}))).current
    assert part.current.index.view is live.current.index.view
    assert {p.notice_id for p in part.current.index.passages.values()} == {n.id for n in part.corpus.notices}
    question = "资府发〔2017〕23号推进医师多点执业有哪些措施"
    assert part.ask(question).text == live.ask(question).text
    assert part.ask(QUESTION).refused and not live.ask(QUESTION).refused
