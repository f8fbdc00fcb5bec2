"""What visitors asked and said of the answers (会话与反馈), kept in one SQLite file under the data folder.

Every call opens its own connection, so the store may be used from any thread; write-ahead logging lets readers go on
while an answer is saved. An ``owner`` is an opaque key made by the browser: nobody sees another owner's conversations.
Questions and notes are masked
before they are kept (:mod:`corpus.masking`). The trap: stored answers leave out ``retrieved`` (large, and reproducible from question, scope and corpus hash).
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.blocks import with_words
from assistant.errors import AssistantError
from assistant.keeping.answer_json import answer_from_json, answer_to_json
from assistant.types import Answer, Profile
from corpus.masking import masked

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_by_owner ON conversations (owner, updated_at);
CREATE TABLE IF NOT EXISTS turns (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  question TEXT NOT NULL, region TEXT, as_of TEXT, answer TEXT NOT NULL, refused INTEGER NOT NULL,
  dropped INTEGER NOT NULL, latency_ms REAL NOT NULL, asked_at TEXT NOT NULL,
  PRIMARY KEY (conversation_id, position));
CREATE TABLE IF NOT EXISTS feedback (
  id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, position INTEGER NOT NULL, vote INTEGER NOT NULL,
  reason TEXT NOT NULL, note TEXT NOT NULL, notice_id TEXT, quote TEXT, question TEXT NOT NULL, answer TEXT NOT NULL,
  region TEXT, as_of TEXT, said_at TEXT NOT NULL, UNIQUE (conversation_id, position));
"""


class UnknownConversationError(AssistantError):
    """The conversation was deleted, or belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__("这段对话不存在或已删除，请从左侧列表另选一段，或新建对话")


class ConversationStoreError(AssistantError):
    """The file of conversations cannot be read or written: the disk is full, or the file damaged."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """One line of the history list; ``updated_at`` is UTC in ISO 8601."""

    id: str
    title: str
    updated_at: str
    turns: int


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A finished turn as it was shown. ``vote`` is 1, -1 or 0 for none."""

    question: str
    profile: Profile
    answer: Answer
    vote: int
    asked_at: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a visitor said of one answer, with the question and answer as they stood."""

    id: int
    vote: int
    reason: str
    note: str
    notice_id: str | None
    quote: str | None
    question: str
    answer: Answer
    profile: Profile
    said_at: str


@dataclass(frozen=True, slots=True)
class Usage:
    """One asked question for the dashboard; ``latency_ms`` as the answer reported it."""

    question: str
    refused: bool
    refusal: str
    kind: str
    mode: str
    dropped: int
    latency_ms: float
    asked_at: str


_FAULT = (
    "对话库读写不了。请检查磁盘空间和权限；仍不行，从备份恢复 conversations.sqlite3，"
    "或把它和同名的 -wal、-shm 移到别处再启动（以前的对话就不在了）"
)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _profile(region: str | None, as_of: str | None) -> Profile:
    return Profile(region, date.fromisoformat(as_of) if as_of else None)


def _without_particulars(question: str, answer: Answer) -> Answer:
    """The answer without what it repeats of a question that held personal particulars."""
    if masked(question) == question:
        return answer
    return replace(
        answer,
        blocks=with_words(answer.blocks, masked) if answer.refused else answer.blocks,
        question_understood=masked(answer.question_understood),
        notes=tuple(map(masked, answer.notes)),
        suggestions=tuple(map(masked, answer.suggestions)),
    )


class ConversationStore:
    """Conversations, feedback and usage in ``<data_dir>/conversations.sqlite3``."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "conversations.sqlite3"
        data_dir.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10.0)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")  # what was saved outlives a power cut
                with connection:
                    yield connection
        except sqlite3.DatabaseError as error:
            raise ConversationStoreError(_FAULT) from error

    def _owned(self, connection: sqlite3.Connection, owner: str, conversation_id: str) -> sqlite3.Row:
        row = connection.execute(
            "SELECT * FROM conversations WHERE id = ? AND owner = ?", (conversation_id, owner)
        ).fetchone()
        if row is None:
            raise UnknownConversationError
        return row  # type: ignore[no-any-return]

    def start(self, owner: str, title: str) -> str:
        """A new conversation's id; ``title`` is cut to 60 characters."""
        conversation_id = secrets.token_urlsafe(9)
        with self._open() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)",
                (conversation_id, owner, " ".join(masked(title).split())[:60], _now()),
            )
        return conversation_id

    def save_turn(
        self, owner: str, conversation_id: str, position: int, question: str, profile: Profile, answer: Answer
    ) -> None:
        """Keep the turn at ``position`` (from 0); turns at and after it are replaced.

        Raises:
            UnknownConversationError: deleted meanwhile, or not this owner's.
        """
        as_of = profile.as_of.isoformat() if profile.as_of else None
        with self._open() as connection:
            self._owned(connection, owner, conversation_id)
            for table in ("turns", "feedback"):
                connection.execute(
                    f"DELETE FROM {table} WHERE conversation_id = ? AND position >= ?", (conversation_id, position)
                )
            connection.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    conversation_id,
                    position,
                    masked(question),
                    profile.region,
                    as_of,
                    answer_to_json(_without_particulars(question, answer)),
                    answer.refused,
                    len(answer.dropped),
                    answer.latency_ms,
                    _now(),
                ),
            )
            connection.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (_now(), conversation_id))

    def conversations(self, owner: str, search: str = "", limit: int = 100) -> list[ConversationSummary]:
        """The owner's conversations, newest first; ``search`` looks in titles, questions and answers."""
        like = "%" + search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        with self._open() as connection:
            rows = connection.execute(
                "SELECT c.id, c.title, c.updated_at, count(t.position) AS turns FROM conversations c "
                "LEFT JOIN turns t ON t.conversation_id = c.id WHERE c.owner = ? AND (c.title LIKE ? ESCAPE '\\' "
                "OR EXISTS (SELECT 1 FROM turns s WHERE s.conversation_id = c.id AND (s.question LIKE ? ESCAPE '\\' "
                "OR json_extract(s.answer, '$.text') LIKE ? ESCAPE '\\'))) "
                "GROUP BY c.id ORDER BY c.updated_at DESC, c.rowid DESC LIMIT ?",
                (owner, like, like, like, limit),
            ).fetchall()
        return [ConversationSummary(row["id"], row["title"], row["updated_at"], row["turns"]) for row in rows]

    def turns(self, owner: str, conversation_id: str) -> list[StoredTurn]:
        """The finished turns of a conversation in order.

        Raises:
            UnknownConversationError: deleted, or not this owner's.
        """
        with self._open() as connection:
            self._owned(connection, owner, conversation_id)
            rows = connection.execute(
                "SELECT t.*, coalesce(f.vote, 0) AS vote FROM turns t LEFT JOIN feedback f "
                "ON f.conversation_id = t.conversation_id AND f.position = t.position "
                "WHERE t.conversation_id = ? ORDER BY t.position",
                (conversation_id,),
            ).fetchall()
        return [
            StoredTurn(
                row["question"],
                _profile(row["region"], row["as_of"]),
                answer_from_json(row["answer"]),
                row["vote"],
                row["asked_at"],
            )
            for row in rows
        ]

    def title(self, owner: str, conversation_id: str) -> str:
        """The title of a conversation.

        Raises:
            UnknownConversationError: deleted, or not this owner's.
        """
        with self._open() as connection:
            return str(self._owned(connection, owner, conversation_id)["title"])

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give a conversation another title; a blank one is ignored."""
        name = " ".join(masked(title).split())[:60]
        with self._open() as connection:
            self._owned(connection, owner, conversation_id)
            if name:
                connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (name, conversation_id))

    def delete(self, owner: str, conversation_id: str) -> None:
        """Forget a conversation and its turns; feedback given on it stays."""
        with self._open() as connection:
            self._owned(connection, owner, conversation_id)
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def vote(
        self,
        owner: str,
        conversation_id: str,
        position: int,
        vote: int,
        *,
        reason: str = "",
        note: str = "",
        notice_id: str | None = None,
        quote: str | None = None,
    ) -> None:
        """Keep what was said of the answer at ``position``; a later word replaces an earlier one, 0 takes it back."""
        with self._open() as connection:
            self._owned(connection, owner, conversation_id)
            connection.execute(
                "DELETE FROM feedback WHERE conversation_id = ? AND position = ?", (conversation_id, position)
            )
            if vote:
                connection.execute(
                    "INSERT INTO feedback (conversation_id, position, vote, reason, note, notice_id, quote, question, "
                    "answer, region, as_of, said_at) SELECT conversation_id, position, ?, ?, ?, ?, ?, question, "
                    "answer, region, as_of, ? FROM turns WHERE conversation_id = ? AND position = ?",
                    (1 if vote > 0 else -1, reason, masked(note), notice_id, quote, _now(), conversation_id, position),
                )

    def feedback(self) -> list[Feedback]:
        """All feedback, newest first."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM feedback ORDER BY said_at DESC, id DESC").fetchall()
        return [
            Feedback(
                row["id"],
                row["vote"],
                row["reason"],
                row["note"],
                row["notice_id"],
                row["quote"],
                row["question"],
                answer_from_json(row["answer"]),
                _profile(row["region"], row["as_of"]),
                row["said_at"],
            )
            for row in rows
        ]

    def usage(self) -> list[Usage]:
        """Every kept question, oldest first."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM turns ORDER BY asked_at, rowid").fetchall()
        found = []
        for row in rows:
            answer = json.loads(row["answer"])
            found.append(
                Usage(
                    row["question"],
                    bool(row["refused"]),
                    answer["refusal"] or "",
                    answer["kind"],
                    answer["mode"],
                    row["dropped"],
                    row["latency_ms"],
                    row["asked_at"],
                )
            )
        return found
