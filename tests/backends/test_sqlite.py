"""The store: what is put stays, whatever happens to the process; nothing foreign is touched."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from yoga_assistant.backends.sqlite import MOST_TRIES, SQLiteStore
from yoga_assistant.backends.sqlite_file import APPLICATION_ID, MIGRATIONS
from yoga_assistant.errors import StoreError
from yoga_assistant.protocols import Store
from yoga_assistant.testing.contracts import StoreContract
from yoga_assistant.types import Pack, Page

PAGE = Page(
    "https://example.org/crow?from=mail",
    "Crow",
    "Lean forward until the feet are light.",
    author="A. Writer",
    date="2026-05-01",
    canonical="https://example.org/crow",
    language="en",
    etag='"a1"',
    last_modified="Fri, 01 May 2026 10:00:00 GMT",
    fetched_at=1_000.0,
)
PACK = Pack("letters:1", ((0, 4), (5, 38)), (b"\0\1", b"\2\3"), b"terms")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TestSQLiteStore(StoreContract):
    def make(self) -> Store:
        return SQLiteStore()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "yoga.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(path)
    yield store
    store.close()


def test_what_was_put_is_there_for_the_next_process(path: Path) -> None:
    store = SQLiteStore(path)
    store.put(PAGE, PACK, link="example.org/crow")
    store.close()
    again = SQLiteStore(path)
    assert list(again.pages()) == [(PAGE, PACK)]
    for address in (PAGE.url, PAGE.canonical, "example.org/crow"):
        assert again.page(str(address)) == PAGE
    assert again.waiting() == 1
    again.close()


def test_a_file_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"a diary, and nothing for machines")
    with pytest.raises(StoreError, match=r"yoga\.db.*no file of yoga-assistant"):
        SQLiteStore(path).put(PAGE)
    assert path.read_bytes() == b"a diary, and nothing for machines"


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program's"):
        SQLiteStore(path).put(PAGE)
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused_by_name(path: Path) -> None:
    store = SQLiteStore(path)
    for number in range(50):
        store.put(replace(PAGE, canonical=f"https://example.org/{number}", text="word " * 500))
    store.close()
    content = bytearray(path.read_bytes())
    content[8_192:40_000] = random.Random(0).randbytes(40_000 - 8_192)
    path.write_bytes(content)
    damaged = SQLiteStore(path)
    with pytest.raises(StoreError, match=r"yoga\.db"):
        damaged.put(PAGE)
    damaged.close()
    assert path.read_bytes() == bytes(content)


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    SQLiteStore(path).put(PAGE)
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    with pytest.raises(StoreError, match="newer"):
        SQLiteStore(path).put(PAGE)


def test_a_file_of_an_older_version_is_brought_up_to_date(path: Path) -> None:
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.execute(
        "INSERT INTO pages (address, url, title, text, content_hash) VALUES "
        "('https://a.example/', 'https://a.example/', 'Old', 'An old page.', x'00')"
    )
    old.commit()
    old.close()
    store = SQLiteStore(path)
    assert [page.title for page, _ in store.pages()] == ["Old"]
    store.put(PAGE)
    assert store.waiting() == 1
    store.close()


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere"):
        SQLiteStore(tmp_path / "nowhere" / "yoga.db").put(PAGE)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        SQLiteStore(tmp_path).put(PAGE)


def test_a_lease_that_runs_out_gives_the_job_to_the_next() -> None:
    clock = Clock()
    store = SQLiteStore(clock=clock)
    store.put(PAGE)
    first = store.take(lease_s=10)
    assert store.take(lease_s=10) is None
    clock.now = 11
    second = store.take(lease_s=10)
    assert first is not None
    assert second is not None
    assert (second.number, second.tries) == (first.number, 2)


def test_a_job_that_nobody_brings_back_is_set_aside() -> None:
    clock = Clock()
    store = SQLiteStore(clock=clock)
    store.put(PAGE)
    for _ in range(MOST_TRIES):
        assert store.take(lease_s=10)
        clock.now += 11
    assert store.take() is None
    assert store.waiting() == 0
    [(address, error)] = store.failures()
    assert address == PAGE.canonical
    assert "did not come back" in error


def test_two_threads_never_take_the_same_job(path: Path) -> None:
    filling = SQLiteStore(path)
    for number in range(40):
        filling.put(replace(PAGE, canonical=f"https://example.org/{number}"))
    taken: list[int] = []

    def work() -> None:
        store = SQLiteStore(path)
        while job := store.take():
            taken.append(job.number)
            store.done(job)
        store.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    filling.close()
    assert len(taken) == len(set(taken)) == 40


WRITER = textwrap.dedent("""
    import sys
    from yoga_assistant.backends.sqlite import SQLiteStore
    from yoga_assistant.types import Pack, Page

    store, first = SQLiteStore(sys.argv[1]), int(sys.argv[2])
    for number in range(first, first + 10_000):
        text = f"Page {number}. " + "Breathe in and out. " * 40
        spans = tuple((place, place + 20) for place in range(0, 400, 20))
        pack = Pack("e", spans, tuple(b"v" * 64 for _ in spans), b"terms")
        store.put(Page(f"https://example.org/{number}", "Title", text), pack)
        print(number, flush=True)
        if number % 3 == 0:
            job = store.take()
            store.done(job)
""")


def test_a_killed_process_leaves_whole_pages_and_whole_jobs(path: Path) -> None:
    done, rng = -1, random.Random(1)
    for _ in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(done + 1)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        assert first, "the writer never began"
        time.sleep(rng.uniform(0, 0.08))
        os.kill(writer.pid, signal.SIGKILL)
        told = [int(first), *(int(line) for line in writer.stdout if line.endswith("\n"))]
        writer.wait()
        writer.stdout.close()
        store = SQLiteStore(path)
        numbers = [int(page.url.rsplit("/", 1)[1]) for page, _ in store.pages()]
        assert set(range(told[-1] + 1)) <= set(numbers), "a page that was kept is gone"
        assert all(pack and len(pack.spans) == 20 for _, pack in store.pages())
        with store._reading() as connection:
            [(orphans,)] = connection.execute(
                "SELECT count(*) FROM pages WHERE id NOT IN (SELECT page FROM jobs)"
            ).fetchall()
            [(indexed,)] = connection.execute("SELECT count(*) FROM texts").fetchall()
        assert orphans == 0
        assert indexed == len(numbers)
        done = max(numbers)
        store.close()


def test_the_database_is_small_beside_its_texts(store: SQLiteStore, path: Path) -> None:
    for number in range(100):
        store.put(replace(PAGE, canonical=f"https://example.org/{number}", text="word " * 1_000))
    store.close()
    assert path.stat().st_size < 4 * 100 * 5_000
