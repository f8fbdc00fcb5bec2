"""Users, sessions, keys and rates by themselves, and the command that manages them."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.accounts.identity import NOBODY, Role
from assistant.accounts.limits import Rate
from assistant.accounts.listening import checked_store, is_loopback
from assistant.accounts.store import AccountError, AccountStore
from assistant.cli import main
from assistant.errors import SettingsError
from assistant.settings import Settings

PASSWORD = "长一点的密码比花样多更好"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> AccountStore:
    found = AccountStore(tmp_path, session_seconds=3600, idle_seconds=600, clock=clock)
    found.add_user("张三", PASSWORD, Role.READER, ["院办"])
    return found


def test_nothing_secret_is_kept_as_it_is(store: AccountStore, tmp_path: Path) -> None:
    token, key = store.start_session(store.user("张三")), store.make_key("张三")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (PASSWORD, token, key):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept and store.path.stat().st_mode & 0o077 == 0


def test_a_password_lets_in_only_its_own_user(store: AccountStore) -> None:
    found = store.check("张三", PASSWORD)
    assert found is not None and found.groups == {"院办"} and found.role is Role.READER
    assert store.check("张三", PASSWORD + "x") is None
    assert store.check("李四", PASSWORD) is None
    store.set_enabled("张三", False)
    assert store.check("张三", PASSWORD) is None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "ababababab", "", "x" * 2000])
def test_weak_passwords_are_refused(store: AccountStore, password: str) -> None:
    with pytest.raises(AccountError, match="密码"):
        store.add_user("李四", password, Role.READER)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\u202eb", "张三"])
def test_unfit_and_taken_names_are_refused(store: AccountStore, name: str) -> None:
    with pytest.raises(AccountError):
        store.add_user(name, PASSWORD, Role.READER)


def test_sessions_end_by_age_idleness_logout_password_and_a_clock_that_jumps(store: AccountStore, clock: Clock) -> None:
    user = store.user("张三")

    def over(change: Callable[[str], Any]) -> bool:
        token, began = store.start_session(user), clock.now
        found = store.session(token)
        assert found is not None and found.name == "张三" and found.via == "session"
        change(token)
        ended = store.session(token) is None
        clock.now = began
        return ended

    def wait(seconds: float) -> Callable[[str], None]:
        return lambda token: setattr(clock, "now", clock.now + seconds)

    def busy(token: str) -> None:
        for _ in range(12):
            clock.now += 290
            store.session(token)

    assert not over(wait(500)) and over(wait(601)) and not over(busy)
    assert over(wait(-3600))
    assert over(store.end_session)
    assert over(lambda token: store.set_password("张三", PASSWORD + "2"))
    assert over(lambda token: store.set_enabled("张三", False))
    store.set_enabled("张三", True)
    token = store.start_session(user)
    for _ in range(13):
        clock.now += 300
        store.session(token)
    assert store.session(token) is None  # busy all the time, and too old all the same
    assert store.session("made up") is None and store.session("\ud800") is None


def test_keys_work_until_they_are_over_or_taken_back(store: AccountStore, clock: Clock) -> None:
    key, short = store.make_key("张三", "门户"), store.make_key("张三", days=1)
    assert key != short and store.key(key) is not None and store.key(short) is not None
    clock.now += 2 * 86400
    assert store.key(key) is not None and store.key(short) is None
    listed = store.keys("张三")
    assert [one.label for one in listed] == ["门户", ""] and key not in str(listed)
    with pytest.raises(AccountError):
        store.revoke_key(listed[0].id, of="李四")
    store.revoke_key(listed[0].id)
    assert store.key(key) is None
    third = store.make_key("张三")
    store.remove_user("张三")
    assert store.key(third) is None


def test_limits_of_notices(store: AccountStore) -> None:
    store.limit("a-2020", ["院办", "财务"])
    store.limit("b-2020", ["财务"])
    assert store.limits() == {"a-2020": {"院办", "财务"}, "b-2020": {"财务"}}
    store.limit("a-2020", [])
    assert store.limits() == {"b-2020": {"财务"}}


def test_a_removed_notice_leaves_no_limit_behind(store: AccountStore, tmp_path: Path) -> None:
    from assistant.keeping.withdrawal import withdraw_from_logs

    store.limit("gone-2020", ["财务"])
    withdraw_from_logs(tmp_path, "gone-2020")
    assert store.limits() == {} and b"gone-2020" not in store.path.read_bytes()


def test_a_damaged_store_refuses_clearly(tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    store.path.write_bytes(b"x" * 4096)
    with pytest.raises(AccountError, match="备份"):
        store.check("张三", PASSWORD)
    with pytest.raises(AccountError, match="备份"):
        AccountStore(tmp_path)


def test_an_interrupted_change_leaves_the_old_state(store: AccountStore) -> None:
    with pytest.raises(sqlite3.IntegrityError), store._open() as connection:
        connection.execute("DELETE FROM users")
        connection.execute("INSERT INTO keys VALUES ('1', 'h', 'nobody', '', 0, NULL, NULL)")
    assert store.user("张三").name == "张三"


def test_a_rate_refills_evenly_and_forgets() -> None:
    clock = Clock()
    rate = Rate(3, 60.0, clock)
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 20]
    assert rate.take("b") == 0 and rate.wait("a") == 20
    clock.now += 20
    assert rate.take("a") == 0 and rate.take("a") > 0
    for number in range(30_000):
        rate.take(str(number))
    assert len(rate._left) <= 20_000


def test_where_accounts_must_be_on(tmp_path: Path) -> None:
    def settings(host: str, **accounts: Any) -> Settings:
        found = Settings(data_dir=tmp_path)
        ui, own = found.ui.model_copy(update={"host": host}), found.accounts.model_copy(update=accounts)
        return found.model_copy(update={"ui": ui, "accounts": own})

    assert checked_store(settings("127.0.0.1")) is None and checked_store(settings("localhost")) is None
    for host in ("0.0.0.0", "::", "10.1.2.3", "no-such-host.invalid", ""):
        assert not is_loopback(host)
        with pytest.raises(SettingsError, match="ASSISTANT_ACCOUNTS__ENABLED=true"):
            checked_store(settings(host))
    with pytest.raises(AccountError, match="assistant users add"):
        checked_store(settings("0.0.0.0", enabled=True))
    store = AccountStore(tmp_path)
    store.add_user("读者甲", PASSWORD, Role.READER)
    with pytest.raises(AccountError, match="管理员"):
        checked_store(settings("0.0.0.0", enabled=True))
    store.add_user("管", PASSWORD, Role.ADMIN)
    assert checked_store(settings("0.0.0.0", enabled=True)) is not None
    with pytest.raises(SettingsError, match="CLIENT_ID"):
        checked_store(settings("0.0.0.0", enabled=True, oidc_issuer="https://id.example"))


def test_serving_elsewhere_without_accounts_ends_with_code_2(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_UI__HOST", "0.0.0.0")
    assert main(["serve"]) == 2
    assert "ASSISTANT_ACCOUNTS__ENABLED=true" in capsys.readouterr().err
    monkeypatch.setenv("ASSISTANT_ACCOUNTS__ENABLED", "true")
    assert main(["serve"]) == 2
    assert "assistant users add" in capsys.readouterr().err


def test_the_command(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def users(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["users", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    assert users("add", "王五", "--role", "管理员", typed=f"{PASSWORD}\n")[0] == 0
    assert users("add", "赵六", "--groups", "院办，财务", typed=f"{PASSWORD}\n")[0] == 0
    code, _, told = users("add", "王五", typed=f"{PASSWORD}\n")
    assert code == 2 and "王五" in told
    assert users("add", "孙七", typed="短\n")[0] == 2
    assert users("role", "王五", "皇帝")[0] == 2 and users("role", "没有", "读者")[0] == 2
    code, listed, _ = users("list")
    assert code == 0 and "赵六" in listed and "财务、院办" in listed
    key = users("key", "赵六", "--label", "门户")[1].strip()
    store = AccountStore(clean_environment / "var")
    assert store.key(key) is not None and key not in users("keys")[1]
    assert users("revoke", store.keys()[0].id)[0] == 0 and store.key(key) is None
    assert users("groups", "赵六", "")[0] == 0 and store.user("赵六").groups == frozenset()
    assert users("limit", "湛府〔2019〕13号", "院办")[0] == 0
    assert store.limits() == {"zhanjiang-2019-hospital-reform": {"院办"}}
    assert users("limit", "没有这份", "院办")[0] == 2
    assert "zhanjiang" in users("limits", "--json")[1]
    for action in ("disable", "enable", "remove"):
        assert users(action, "赵六")[0] == 0
    assert (
        users("password", "王五", typed=f"{PASSWORD}新\n")[0] == 0 and store.check("王五", f"{PASSWORD}新") is not None
    )
    assert users("fly")[0] == 2


def test_nobody_is_no_administrator() -> None:
    assert not NOBODY.is_admin and not NOBODY.groups
