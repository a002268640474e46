"""The file of the SQLite store: what is in it, how an old one is renewed, what is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..errors import StoreError

BUSY_S = 10.0  # how long a write waits for another process
APPLICATION_ID = 0x594F4741  # "YOGA": by it a file of ours is known

# Each step brings a file from the version before it to the next; the last one is today's.
MIGRATIONS = (
    """
    CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        address TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        author TEXT,
        date TEXT,
        canonical TEXT,
        language TEXT,
        etag TEXT,
        last_modified TEXT,
        fetched_at REAL,
        content_hash BLOB NOT NULL
    );
    CREATE TABLE addresses (
        url TEXT PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE INDEX addresses_of_a_page ON addresses (page);
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        vector BLOB NOT NULL
    );
    CREATE INDEX passages_of_a_page ON passages (page);
    CREATE TABLE postings (
        page INTEGER PRIMARY KEY REFERENCES pages ON DELETE CASCADE,
        embedder TEXT NOT NULL,
        terms BLOB NOT NULL
    );
    CREATE VIRTUAL TABLE texts USING fts5 (
        title, text, content = 'pages', content_rowid = 'id', tokenize = 'unicode61'
    );
    CREATE TRIGGER page_comes AFTER INSERT ON pages BEGIN
        INSERT INTO texts (rowid, title, text) VALUES (new.id, new.title, new.text);
    END;
    CREATE TRIGGER page_goes AFTER DELETE ON pages BEGIN
        INSERT INTO texts (texts, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
    END;
    """,
    """
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
        tries INTEGER NOT NULL DEFAULT 0,
        leased_until REAL NOT NULL DEFAULT 0,
        error TEXT
    );
    CREATE INDEX jobs_that_wait ON jobs (leased_until) WHERE state = 'waiting';
    CREATE INDEX jobs_of_a_page ON jobs (page);
    """,
)


def connect(path: str) -> sqlite3.Connection:
    """A connection to a store of today's version, made if there is no file.

    Raises:
        StoreError: the file is damaged, not ours or of a newer version; it is left as it is.
    """
    if path != ":memory:" and _is_foreign(path):
        raise _refusal(path, "it is no file of yoga-assistant")
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    [(tables,)] = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    [(application,)] = connection.execute("PRAGMA application_id").fetchall()
    if tables and application != APPLICATION_ID:
        raise _refusal(path, "it is another program's database")
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise _refusal(path, f"its version {version} is newer than this program's")
    if tables and (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise _refusal(path, f"it is damaged: {found}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version < len(MIGRATIONS):
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # The version is read again: another process may have been first.
        for step in MIGRATIONS[_version(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _is_foreign(path: str) -> bool:
    """Whether something lies there that is no SQLite file."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(16)
    except FileNotFoundError:
        return False
    except OSError as error:
        why = f"it cannot be opened ({error.strerror})"
        raise _refusal(path, why) from error
    return head not in (b"", b"SQLite format 3\0")


def _refusal(path: str, why: str) -> StoreError:
    return StoreError(
        f"the store {path!r} cannot be used: {why}",
        hint="it was left as it is; choose another file",
    )
