"""What was read, in one SQLite file: pages, passages, vectors, and what waits to be learned.

A page, its passages, its place in the full-text index and its job are written in one transaction,
so a process that is killed at any moment leaves all of it or nothing. Several processes may use one
file at once (WAL).
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import StoreError
from ..settings import Settings
from ..types import Job, Pack, Page
from .sqlite_file import connect

MOST_TRIES = 3  # of a job, before it is set aside

_PAGE = "url, title, text, author, date, canonical, language, etag, last_modified, fetched_at"


class SQLiteStore:
    """Pages and their queue in one file, or in memory; opened on first use.

    Args:
        path: of the file; it is made if there is none. `":memory:"` keeps nothing.
        clock: the time in Unix seconds, for leases.

    Raises:
        StoreError: (from every method) the file is damaged, not ours or of a newer version, or it
            cannot be written. Such a file is left as it is.
    """

    def __init__(
        self, path: str | Path = ":memory:", *, clock: Callable[[], float] = time.time
    ) -> None:
        self.path = str(path)
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()

    @classmethod
    def from_settings(cls, model: str | None, _settings: Settings) -> SQLiteStore:
        """`"sqlite"` is in memory, `"sqlite:yoga.db"` a file."""
        return cls(model or ":memory:")

    def put(self, page: Page, pack: Pack | None = None, *, link: str | None = None) -> bool:
        """Keeps a page with its part of the index, and queues it to be learned.

        Args:
            link: how it was asked for, by which it will be found again.

        Returns:
            False if the same text was there already: it is noted as fresh, and queued no second
            time.
        """
        address, digest = page.canonical or page.url, _digest(page)
        with self._writing() as connection:
            known = connection.execute(
                "SELECT id, content_hash FROM pages WHERE address = ?", (address,)
            ).fetchone()
            if known and known[1] == digest:
                self._refresh(connection, known[0], page, pack, link)
                return False
            if known:
                connection.execute("DELETE FROM pages WHERE id = ?", (known[0],))
            number = _insert(connection, page, address, digest)
            _note_addresses(connection, number, page, link)
            _index(connection, number, pack)
            connection.execute("INSERT INTO jobs (page) VALUES (?)", (number,))
        return True

    def page(self, address: str) -> Page | None:
        """The page that was read at an address, its own or one that led to it."""
        row = self._one(
            f"SELECT {_PAGE} FROM pages WHERE id = (SELECT page FROM addresses WHERE url = ?)",
            (address,),
        )
        return Page(*row) if row else None

    def pages(self) -> Iterator[tuple[Page, Pack | None]]:
        """Every page with its part of the index, the oldest first."""
        vectors: dict[int, list[tuple[int, int, bytes]]] = {}
        with self._reading() as connection:
            for page, first, last, vector in connection.execute(
                "SELECT page, first, last, vector FROM passages ORDER BY id"
            ):
                vectors.setdefault(page, []).append((first, last, vector))
            rows = connection.execute(
                f"SELECT id, embedder, terms, {_PAGE} FROM pages "
                "LEFT JOIN postings ON postings.page = pages.id ORDER BY id"
            ).fetchall()
        for number, embedder, terms, *page in rows:
            found = vectors.get(number, [])
            spans = tuple((first, last) for first, last, _ in found)
            pack = Pack(embedder, spans, tuple(v for *_, v in found), terms) if embedder else None
            yield Page(*page), pack

    def find(self, phrase: str) -> list[str]:
        """The addresses of the pages in which these words stand in this order."""
        quoted = '"' + phrase.replace('"', '""').replace("\0", " ") + '"'
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT address FROM texts JOIN pages ON pages.id = texts.rowid "
                "WHERE texts MATCH ? ORDER BY pages.id",
                (quoted,),
            ).fetchall()
        return [address for (address,) in rows]

    def forget(self, address: str) -> bool:
        """Takes out a page and all that came of it here; whether it was there."""
        with self._writing() as connection:
            gone = connection.execute(
                "DELETE FROM pages WHERE id = (SELECT page FROM addresses WHERE url = ?)",
                (address,),
            )
        return gone.rowcount > 0

    def waiting(self) -> int:
        """How many pages wait to be learned, those that are handed out included."""
        row = self._one("SELECT count(*) FROM jobs WHERE state = 'waiting'")
        return int(row[0]) if row else 0

    def take(self, lease_s: float = 600.0) -> Job | None:
        """The job that waits longest; for `lease_s` seconds nobody else gets it."""
        now = self._clock()
        with self._writing() as connection:
            row = connection.execute(
                "UPDATE jobs SET leased_until = ?, tries = tries + 1 WHERE id = "
                "(SELECT id FROM jobs WHERE state = 'waiting' AND leased_until <= ? "
                " ORDER BY id LIMIT 1) RETURNING id, page, tries",
                (now + lease_s, now),
            ).fetchone()
            if row is None:
                return None
            number, page, tries = row
            if tries > MOST_TRIES:  # whoever had it never came back
                _set_aside(connection, number, "given up: whoever took it did not come back")
                return self.take(lease_s)
            found = connection.execute(f"SELECT {_PAGE} FROM pages WHERE id = ?", (page,))
            return Job(number, Page(*found.fetchone()), tries)

    def done(self, job: Job) -> None:
        """The job's page is learned."""
        with self._writing() as connection:
            connection.execute("UPDATE jobs SET state = 'done' WHERE id = ?", (job.number,))

    def fail(self, job: Job, error: str) -> None:
        """Gives a job back; one that failed `MOST_TRIES` times is set aside with its error."""
        with self._writing() as connection:
            if job.tries >= MOST_TRIES:
                _set_aside(connection, job.number, error)
            else:
                connection.execute(
                    "UPDATE jobs SET leased_until = 0, error = ? WHERE id = ?", (error, job.number)
                )

    def failures(self) -> list[tuple[str, str]]:
        """The addresses of the pages that were set aside, and why."""
        with self._reading() as connection:
            return connection.execute(
                "SELECT address, error FROM jobs JOIN pages ON pages.id = jobs.page "
                "WHERE state = 'failed' ORDER BY jobs.id"
            ).fetchall()

    def close(self) -> None:
        """Closes the file; what was put stays."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _refresh(
        self,
        connection: sqlite3.Connection,
        number: int,
        page: Page,
        pack: Pack | None,
        link: str | None,
    ) -> None:
        connection.execute(
            "UPDATE pages SET url = ?, etag = ?, last_modified = ?, fetched_at = ? WHERE id = ?",
            (page.url, page.etag, page.last_modified, page.fetched_at, number),
        )
        _note_addresses(connection, number, page, link)
        if pack is not None:
            _index(connection, number, pack)

    def _one(self, query: str, values: Sequence[object] = ()) -> Any:
        with self._reading() as connection:
            return connection.execute(query, values).fetchone()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._own_errors():
            yield self._open()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path)
        return self._connection

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the store {self.path!r} failed: {error}",
                hint="see that the file is whole, writable and that the disk is not full",
            ) from error


def _digest(page: Page) -> bytes:
    text = f"{page.title}\0{page.text}".encode(errors="replace")
    return hashlib.blake2b(text, digest_size=16).digest()


def _insert(connection: sqlite3.Connection, page: Page, address: str, digest: bytes) -> int:
    values = tuple(getattr(page, name) for name in _PAGE.split(", "))
    marks = ", ".join("?" * (len(values) + 2))
    row = connection.execute(
        f"INSERT INTO pages ({_PAGE}, address, content_hash) VALUES ({marks}) RETURNING id",
        (*values, address, digest),
    ).fetchone()
    return int(row[0])


def _note_addresses(
    connection: sqlite3.Connection, number: int, page: Page, link: str | None
) -> None:
    """By each of its addresses the page is found again."""
    for url in {page.url, page.canonical or page.url, link or page.url}:
        connection.execute("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (url, number))


def _index(connection: sqlite3.Connection, number: int, pack: Pack | None) -> None:
    connection.execute("DELETE FROM passages WHERE page = ?", (number,))
    if pack is None:
        return
    rows = [(number, *span, vector) for span, vector in zip(pack.spans, pack.vectors, strict=True)]
    connection.executemany(
        "INSERT INTO passages (page, first, last, vector) VALUES (?, ?, ?, ?)", rows
    )
    connection.execute(
        "INSERT OR REPLACE INTO postings VALUES (?, ?, ?)", (number, pack.embedder, pack.postings)
    )


def _set_aside(connection: sqlite3.Connection, number: int, error: str) -> None:
    connection.execute("UPDATE jobs SET state = 'failed', error = ? WHERE id = ?", (error, number))
