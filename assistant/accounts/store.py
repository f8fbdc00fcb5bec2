"""Users, sessions, keys and limits of notices (账号库), in ``<data_dir>/accounts.sqlite3``.

Passwords are kept as argon2id, tokens of sessions and keys as SHA-256: they are random and long, so a slow hash would
only slow down. What was made is shown once. Every call opens its own connection and is on the disk when it returns. The trap:
a clock that jumps back must not bring an old session to life, so one that seems to come from the future is over too.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from assistant.accounts.identity import Identity, Role
from assistant.errors import AssistantError

FILE = "accounts.sqlite3"
KEY_PREFIX = "hpa_"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL, role TEXT NOT NULL, member_of TEXT NOT NULL,
  enabled INTEGER NOT NULL, source TEXT NOT NULL, subject TEXT UNIQUE, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, created_at REAL NOT NULL,
  seen_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS keys (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL, used_at REAL);
CREATE TABLE IF NOT EXISTS limits (notice_id TEXT, member_of TEXT NOT NULL, UNIQUE (notice_id, member_of));
"""
LEAST_PASSWORD, LEAST_DIFFERENT = 10, 5
_MOST_NAME = 64
_AHEAD_SECONDS = 120.0
_TOUCH_SECONDS = 60.0
_HASHING = BoundedSemaphore(2)
"""Each hash takes 64 MB for a moment; more at once would let a flood of logins fill the memory."""


class AccountError(AssistantError):
    """A user, key or password that cannot be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class User:
    """``source`` is ``local`` or ``oidc``; ``created_at`` Unix seconds."""

    id: str
    name: str
    role: Role
    groups: frozenset[str]
    enabled: bool
    source: str
    created_at: float

    def identity(self, via: str) -> Identity:
        return Identity(self.id, self.name, self.role, self.groups, via)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed; the key itself was shown once. Times are Unix seconds."""

    id: str
    user: str
    label: str
    created_at: float
    expires_at: float | None
    used_at: float | None


class AccountStore:
    """All of it. Safe from any thread and process."""

    def __init__(
        self,
        data_dir: Path,
        *,
        session_seconds: float = 12 * 3600,
        idle_seconds: float = 3600,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = data_dir / FILE
        self._session_seconds, self._idle_seconds, self._clock = session_seconds, idle_seconds, clock
        data_dir.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            self.path.touch(mode=0o600)
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10.0)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                with connection:
                    yield connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise AccountError("账号库读写不了。请检查磁盘空间和权限，或从备份恢复 accounts.sqlite3") from error

    # ---- users ------------------------------------------------------------------------------------------------------

    def add_user(self, name: str, password: str, role: Role, groups: Iterable[str] = ()) -> User:
        """A new local user.

        Raises:
            AccountError: the name is taken or unfit, or the password too weak.
        """
        name = checked_name(name)
        check_password(password, name)
        return self._insert(name, hash_password(password), role, groups, "local", None)

    def oidc_user(self, subject: str, name: str, role: Role, groups: Iterable[str]) -> User:
        """The user of that subject, made at the first login; role and groups follow the identity provider.

        Raises:
            AccountError: disabled here, or a local user has the name.
        """
        with self._open() as connection:
            row = connection.execute("SELECT * FROM users WHERE subject = ?", (subject,)).fetchone()
            if row is not None:
                connection.execute(
                    "UPDATE users SET role = ?, member_of = ? WHERE id = ?", (role.value, _plain(groups), row["id"])
                )
        if row is None:
            return self._insert(checked_name(name), "", role, groups, "oidc", subject)
        if not row["enabled"]:
            raise AccountError("这个用户已停用，请联系管理员")
        return self.user(row["name"])

    def _insert(
        self, name: str, password: str, role: Role, groups: Iterable[str], source: str, subject: str | None
    ) -> User:
        try:
            with self._open() as connection:
                connection.execute(
                    "INSERT INTO users VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
                    (secrets.token_hex(8), name, password, role.value, _plain(groups), source, subject, self._clock()),
                )
        except sqlite3.IntegrityError:
            raise AccountError(f"已有用户“{name}”。请换一个名字，或用 assistant users 修改它") from None
        return self.user(name)

    def user(self, name: str) -> User:
        """The user of that name.

        Raises:
            AccountError: there is none.
        """
        with self._open() as connection:
            row = connection.execute("SELECT * FROM users WHERE name = ?", (name.strip(),)).fetchone()
        if row is None:
            raise AccountError(f"没有用户“{name[:_MOST_NAME]}”。用 assistant users list 查看")
        return _user(row)

    def users(self) -> list[User]:
        """All users by name."""
        with self._open() as connection:
            return [_user(row) for row in connection.execute("SELECT * FROM users ORDER BY name").fetchall()]

    def has_admin(self) -> bool:
        """Whether a local administrator can log in; without one nobody could repair a thing."""
        with self._open() as connection:
            query = "SELECT 1 FROM users WHERE role = ? AND enabled AND source = 'local' LIMIT 1"
            return connection.execute(query, (Role.ADMIN.value,)).fetchone() is not None

    def set_role(self, name: str, role: Role) -> None:
        """Change what a user may do; it holds from their next request."""
        self._update(name, "role", role.value)

    def set_groups(self, name: str, groups: Iterable[str]) -> None:
        """Put a user into exactly these groups."""
        self._update(name, "member_of", _plain(groups))

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Let a user in or keep them out; sessions and keys of one kept out stop working at once."""
        self._update(name, "enabled", int(enabled))

    def set_password(self, name: str, password: str) -> None:
        """Give a local user another password; their sessions end, their keys stay.

        Raises:
            AccountError: too weak, no such user, or one of the identity provider.
        """
        user = self.user(name)
        if user.source != "local":
            raise AccountError(f"“{user.name}”由统一认证登录，密码请到统一认证去改")
        check_password(password, user.name)
        self._update(name, "password", hash_password(password))
        with self._open() as connection:
            connection.execute("DELETE FROM sessions WHERE user_id = ?", (user.id,))

    def remove_user(self, name: str) -> None:
        """Take a user out with their sessions and keys."""
        user = self.user(name)
        with self._open() as connection:
            connection.execute("DELETE FROM users WHERE id = ?", (user.id,))

    def _update(self, name: str, column: str, value: object) -> None:
        user = self.user(name)
        with self._open() as connection:
            connection.execute(f"UPDATE users SET {column} = ? WHERE id = ?", (value, user.id))

    # ---- sessions ---------------------------------------------------------------------------------------------------

    def check(self, name: str, password: str) -> User | None:
        """The local user, if the password is theirs and they are let in; takes as long for a name that is not there."""
        with self._open() as connection:
            row = connection.execute("SELECT * FROM users WHERE name = ?", (name.strip(),)).fetchone()
        known = row is not None and bool(row["password"])
        right = verify_password(row["password"] if known else _dummy(), password[:1024])
        return _user(row) if known and right and row["enabled"] else None

    def start_session(self, user: User) -> str:
        """A new session's token, for the cookie; what is over is swept out."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._open() as connection:
            connection.execute("DELETE FROM sessions WHERE created_at < ?", (now - self._session_seconds,))
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(token), user.id, now, now))
        return token

    def session(self, token: str) -> Identity | None:
        """Whose session it is; None where it is over, unknown, or its user is kept out."""
        now = self._clock()
        with self._open() as connection:
            row = connection.execute(
                "SELECT s.created_at AS began, s.seen_at, u.* FROM sessions s JOIN users u ON u.id = s.user_id "
                "WHERE s.hash = ?",
                (_hash(token),),
            ).fetchone()
            if row is None or not row["enabled"]:
                return None
            age, idle = now - row["began"], now - row["seen_at"]
            if age > self._session_seconds or idle > self._idle_seconds or min(age, idle) < -_AHEAD_SECONDS:
                connection.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))
                return None
            if idle > min(_TOUCH_SECONDS, self._idle_seconds / 4):
                connection.execute("UPDATE sessions SET seen_at = ? WHERE hash = ?", (now, _hash(token)))
        return _user(row).identity("session")

    def end_session(self, token: str) -> None:
        """Log out."""
        with self._open() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))

    # ---- keys -------------------------------------------------------------------------------------------------------

    def make_key(self, name: str, label: str = "", *, days: float | None = None) -> str:
        """A new key for a user's programs, ``hpa_…``; this is the only time it is told."""
        user, now = self.user(name), self._clock()
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        expires = now + days * 86400 if days is not None else None
        with self._open() as connection:
            connection.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (secrets.token_hex(4), _hash(key), user.id, " ".join(label.split())[:60], now, expires),
            )
        return key

    def key(self, key: str) -> Identity | None:
        """Whose key it is; None where it is unknown, over, or its user is kept out."""
        now = self._clock()
        with self._open() as connection:
            row = connection.execute(
                "SELECT k.expires_at, k.used_at, u.* FROM keys k JOIN users u ON u.id = k.user_id WHERE k.hash = ?",
                (_hash(key),),
            ).fetchone()
            if row is None or not row["enabled"] or (row["expires_at"] is not None and row["expires_at"] < now):
                return None
            if row["used_at"] is None or abs(now - row["used_at"]) > _TOUCH_SECONDS:
                connection.execute("UPDATE keys SET used_at = ? WHERE hash = ?", (now, _hash(key)))
        return _user(row).identity("key")

    def keys(self, name: str | None = None) -> list[Key]:
        """Keys of one user or of all, oldest first."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT k.*, u.name FROM keys k JOIN users u ON u.id = k.user_id ORDER BY k.created_at"
            ).fetchall()
        return [
            Key(row["id"], row["name"], row["label"], row["created_at"], row["expires_at"], row["used_at"])
            for row in rows
            if name is None or row["name"] == name
        ]

    def revoke_key(self, key_id: str, *, of: str | None = None) -> None:
        """End a key; with ``of`` only if it is that user's.

        Raises:
            AccountError: there is none.
        """
        if not any(one.id == key_id for one in self.keys(of)):
            raise AccountError(f"没有编号为 {key_id[:20]} 的密钥。用 assistant users keys 查看")
        with self._open() as connection:
            connection.execute("DELETE FROM keys WHERE id = ?", (key_id,))

    # ---- notices limited to groups ----------------------------------------------------------------------------------

    def limits(self) -> Mapping[str, frozenset[str]]:
        """For each limited notice by id the groups that may see it."""
        found: dict[str, set[str]] = {}
        with self._open() as connection:
            for row in connection.execute("SELECT notice_id, member_of FROM limits WHERE notice_id IS NOT NULL"):
                found.setdefault(row["notice_id"], set()).add(row["member_of"])
        return {notice_id: frozenset(groups) for notice_id, groups in found.items()}

    def limit(self, notice_id: str, groups: Iterable[str]) -> None:
        """Let only these groups (and administrators) see a notice; none at all opens it to everybody."""
        wanted = checked_groups(groups)
        with self._open() as connection:
            connection.execute("DELETE FROM limits WHERE notice_id = ?", (notice_id,))
            connection.executemany("INSERT INTO limits VALUES (?, ?)", [(notice_id, one) for one in sorted(wanted)])


def checked_name(name: str) -> str:
    """A user's name without blanks around it.

    Raises:
        AccountError: empty, too long, or with characters that do not show.
    """
    found = " ".join(name.split())
    if not found or len(found) > _MOST_NAME or not found.isprintable():
        raise AccountError(f"用户名应为 1 到 {_MOST_NAME} 个看得见的字")
    return found


def checked_groups(groups: Iterable[str]) -> frozenset[str]:
    """Names of groups, blanks left out.

    Raises:
        AccountError: one is too long or does not show.
    """
    found = frozenset(" ".join(one.split()) for one in groups if one.strip())
    if any(len(one) > _MOST_NAME or not one.isprintable() or "," in one for one in found):
        raise AccountError(f"组名应为 1 到 {_MOST_NAME} 个看得见的字，不含逗号")
    return found


def check_password(password: str, name: str) -> None:
    """Length rather than kinds of characters (NIST SP 800-63B).

    Raises:
        AccountError: too short, too long, too uniform, or the user's name.
    """
    if len(password) < LEAST_PASSWORD or len(set(password)) < LEAST_DIFFERENT or password.lower() == name.lower():
        raise AccountError(f"密码至少 {LEAST_PASSWORD} 个字，其中至少 {LEAST_DIFFERENT} 个不同，且不同于用户名")
    if len(password) > 1024:
        raise AccountError("密码太长，上限 1024 个字")


def hash_password(password: str) -> str:
    """argon2id with the library's parameters (RFC 9106, second choice)."""
    from argon2 import PasswordHasher

    with _HASHING:
        return PasswordHasher().hash(password.encode(errors="surrogatepass"))


def verify_password(kept: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    with _HASHING:
        try:
            return PasswordHasher().verify(kept, password.encode(errors="surrogatepass"))
        except (Argon2Error, InvalidHashError):
            return False


_DUMMY: list[str] = []


def _dummy() -> str:
    """A hash of nothing anybody knows, for names that are not there."""
    if not _DUMMY:
        _DUMMY.append(hash_password(secrets.token_urlsafe(32)))
    return _DUMMY[0]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _plain(groups: Iterable[str]) -> str:
    return json.dumps(sorted(checked_groups(groups)), ensure_ascii=False)


def _user(row: sqlite3.Row) -> User:
    groups = frozenset(json.loads(row["member_of"]))
    return User(
        row["id"], row["name"], Role(row["role"]), groups, bool(row["enabled"]), row["source"], row["created_at"]
    )
