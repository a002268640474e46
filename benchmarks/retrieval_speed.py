"""How long a search takes in a large index, beside a floor: one matrix product and a top-k.

The floor uses the same vectors in numpy; each pair of timings is taken in turn, in one run.
"""

from __future__ import annotations

import random
import statistics
import time

import numpy as np

from table import ms, show
from yoga_assistant import Document
from yoga_assistant.journey.retrieve import HybridRetriever
from yoga_assistant.knowledge import Library
from yoga_assistant.registry import create

SIZES = (10_000, 100_000)
RUNS = 200
LIMIT = 10


def main() -> None:
    rows = [_measure(size) for size in SIZES]
    show(
        f"Search, n = {RUNS} questions each",
        ("passages", "floor, ms", "search, ms", "ratio, median of pairs"),
        rows,
    )


def _measure(size: int) -> tuple[str, str, str, str]:
    retriever = HybridRetriever(create("embedder", "static"))
    retriever.add(_documents(size))
    vectors = np.concatenate([part.vectors for part in retriever._index.parts])
    questions = _sentences(random.Random(1), RUNS + 1)
    floors, searches = [], []
    for question in questions:
        vector = retriever.embedder.embed([question])[0]
        started = time.perf_counter()
        scores = vectors @ vector
        best = np.argpartition(scores, -LIMIT)[-LIMIT:]
        best[np.argsort(-scores[best])].tolist()
        floors.append(time.perf_counter() - started)
        started = time.perf_counter()
        retriever.search(question, limit=LIMIT)
        searches.append(time.perf_counter() - started)
    pairs = [search / floor for search, floor in zip(searches[1:], floors[1:], strict=True)]
    ratio = statistics.median(pairs)
    return f"{len(retriever):,}", ms(floors[1:]), ms(searches[1:]), f"{ratio:.2f}"


def _documents(size: int) -> list[Document]:
    """Documents of one passage each, of sentences drawn from the knowledge."""
    texts = _sentences(random.Random(0), 3 * size)
    return [
        Document(f"d{n}", f"Document {n}", " ".join(texts[3 * n : 3 * n + 3])) for n in range(size)
    ]


def _sentences(rng: random.Random, n: int) -> list[str]:
    """Sentences whose words are drawn with the frequencies of the knowledge."""
    words = [w for document in Library.shipped().documents() for w in document.text.split()]
    return [" ".join(rng.choices(words, k=10)) for _ in range(n)]


if __name__ == "__main__":
    main()
