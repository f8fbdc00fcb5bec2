"""Takes a removed notice out of everything derived from it, and proves it (移除与证明): stores, caches, logs.

A stored answer that quotes the notice is withdrawn: its words are replaced, the question stays. The proof asks every
store for the notice's id and then searches every file of the data folder for it, so a store nobody thought of counts
too. The trap: deleted SQLite rows linger in free pages, so the file is rewritten (VACUUM).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.blocks import prose, to_records
from corpus.journal import JOURNAL
from corpus.library import load_corpus
from corpus.shelf import TOMBSTONES

WITHDRAWN = "该回答引用的文件已从文件库移除，内容不再显示。"
_SAID_NO_MORE = {"text": WITHDRAWN, "blocks": to_records(prose(WITHDRAWN))}
_RECORDS = {TOMBSTONES, JOURNAL, ".keeping.lock", "removals.jsonl"}  # say that it was removed; they hold no text of it
_CHUNK = 1 << 20
AUDIT = "audit"  # says by id what was asked, answered and removed; holds no text of any notice


@dataclass(frozen=True, slots=True)
class Trace:
    """How often a store still knows the notice; 0 is the proof. ``store`` is Chinese, for the user."""

    store: str
    count: int


def withdraw_from_logs(data_dir: Path, notice_id: str) -> int:
    """Take a notice out of every kept conversation and rating; returns how many records changed."""
    changed = 0
    for database in _databases(data_dir):
        with closing(sqlite3.connect(database, timeout=10.0)) as connection:
            with connection:
                for table, column in _answers(connection):
                    changed += _withdraw(connection, table, column, notice_id)
                for table in _tables_with(connection, "notice_id"):
                    columns = "notice_id = NULL" + (", quote = NULL" if "quote" in _columns(connection, table) else "")
                    changed += connection.execute(
                        f"UPDATE {table} SET {columns} WHERE notice_id = ?", (notice_id,)
                    ).rowcount
            if changed:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def _withdraw(connection: sqlite3.Connection, table: str, column: str, notice_id: str) -> int:
    rows = connection.execute(
        f"SELECT rowid, {column} FROM {table} WHERE instr({column}, ?) > 0", (json.dumps(notice_id),)
    ).fetchall()
    for rowid, content in rows:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (_without(content, notice_id), rowid))
    return len(rows)


def _without(content: str, notice_id: str) -> str:
    """A stored answer without the notice; withdrawn whole where it quotes it."""
    values: dict[str, Any] = json.loads(content)
    if any(one.get("notice_id") == notice_id for one in values.get("citations", ())):
        values |= {**_SAID_NO_MORE, "citations": [], "applicable": [], "dropped": [], "suggestions": []}
    values["applicable"] = [one for one in values.get("applicable", ()) if one.get("notice_id") != notice_id]
    scope = values.get("scope")
    if isinstance(scope, dict):
        scope["notice_ids"] = [one for one in scope.get("notice_ids", ()) if one != notice_id]
    text = json.dumps(values, ensure_ascii=False)
    if json.dumps(notice_id) in text:  # a place this code does not know of
        values |= {**_SAID_NO_MORE, "citations": [], "applicable": [], "scope": {}}
        text = json.dumps(values, ensure_ascii=False)
    return text


def traces(data_dir: Path, notice_id: str, *, token: str = "") -> list[Trace]:
    """Asks every store, cache and log-derived table for the id; ``token`` is the vector store's."""
    from index.clearing import held_of

    found = [
        Trace("文件库", int(notice_id in load_corpus(data_dir))),
        Trace("新增文件目录", int((data_dir / "notices" / notice_id).exists())),
        Trace("历史版本目录", int((data_dir / "history" / notice_id).exists())),
        *(Trace(store, count) for store, count in held_of(data_dir, notice_id, token)),
    ]
    for database in _databases(data_dir):
        with closing(sqlite3.connect(database, timeout=10.0)) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                where = " OR ".join(f"instr(CAST({column} AS TEXT), ?) > 0" for column in _columns(connection, table))
                values = (notice_id,) * len(_columns(connection, table))
                count = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0]
                found.append(Trace(f"{database.name} 的 {table} 表", int(count)))
    holding = sum(_holds(path, notice_id.encode()) for path in _all_files(data_dir))
    found.append(Trace("数据目录全部文件逐字节查找", holding))
    return found


def _databases(data_dir: Path) -> list[Path]:
    """SQLite files of the data folder that are not the index's own."""
    found = [p for p in sorted(data_dir.rglob("*")) if p.suffix in (".db", ".sqlite", ".sqlite3") and p.is_file()]
    return [path for path in found if "index" not in path.relative_to(data_dir).parts]


def _answers(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return [(table, "answer") for table in _tables_with(connection, "answer")]


def _tables_with(connection: sqlite3.Connection, column: str) -> list[str]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [table for (table,) in tables if column in _columns(connection, table)]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]


def _all_files(data_dir: Path) -> Iterator[Path]:
    for path in sorted(data_dir.rglob("*")):
        inner = path.relative_to(data_dir).parts
        if path.is_file() and not path.is_symlink() and path.name not in _RECORDS and inner[0] != AUDIT:
            yield path


def _holds(path: Path, wanted: bytes) -> bool:
    """Whether a file contains ``wanted``; read piece by piece, with an overlap."""
    tail = b""
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                if wanted in tail + piece:
                    return True
                tail = piece[-len(wanted) :]
    except FileNotFoundError:  # a journal of SQLite that was just folded in
        return False
    return False
