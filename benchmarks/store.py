"""What keeping costs: a page more in a store and in an index of 100,000 passages, and opening it.

The floor writes the page's text alone, in a table of its own, under the same settings of SQLite.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from retrieval_speed import _sentences
from table import ms, show
from yoga_assistant.backends.sqlite import SQLiteStore
from yoga_assistant.journey.memory import Memory
from yoga_assistant.journey.retrieve import HybridRetriever
from yoga_assistant.registry import create
from yoga_assistant.types import Page

PAGES = 5_000
PASSAGES = 20  # of a page
MORE = 300  # pages that are added at the end, and timed
SEARCHES = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "yoga.db"
        store = SQLiteStore(path)
        filling = Memory(HybridRetriever(create("embedder", "static")), store)
        pages = _pages()
        for _ in range(PAGES):
            _add(filling, next(pages))
        store.close()
        store = SQLiteStore(path)
        memory = Memory(HybridRetriever(create("embedder", "static")), store)
        opening = [_timed(memory.recall)]
        adding = [_timed(_add, memory, next(pages)) for _ in range(MORE)]
        questions = _sentences(random.Random(1), SEARCHES)
        searching = [_timed(partial(memory.retriever.search, limit=10), q) for q in questions]
        floor = list(_floor(Path(folder) / "floor.db", pages))
        store.close()
        size = path.stat().st_size / 1e6
        show(
            f"{PAGES * PASSAGES:,} passages of {PAGES:,} pages, {size:.0f} MB",
            ("step", "n", "ms: median, least and most"),
            [
                ("write a page's text alone, the floor", str(MORE), ms(floor)),
                ("add a page: index, store, queue", str(MORE), ms(adding)),
                ("search", str(SEARCHES), ms(searching)),
                ("open: check, read all, index", "1", ms(opening, 0)),
            ],
        )


def _pages() -> Iterator[Page]:
    rng, number = random.Random(0), 0
    texts = _sentences(rng, 20_000)
    while True:
        paragraphs = (" ".join(rng.choices(texts, k=3)) for _ in range(PASSAGES))
        yield Page(f"https://example.org/{number}", f"Page {number}", "\n\n".join(paragraphs))
        number += 1


def _add(memory: Memory, page: Page) -> None:
    problem = memory.keep(memory.index([(page.url, page)]))
    if problem:
        raise RuntimeError(problem)


def _floor(path: Path, pages: Iterator[Page]) -> Iterator[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE pages (url TEXT PRIMARY KEY, text TEXT)")
    for _ in range(MORE):
        page = next(pages)
        values = (page.url, page.text)
        yield _timed(connection.execute, "INSERT INTO pages VALUES (?, ?)", values)
    connection.close()


def _timed(step: Callable[..., object], *args: object) -> float:
    started = time.perf_counter()
    step(*args)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
